// The reduced system of units with a slope and few levels of one other effect, written out.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <vector>

#include "ccdpanel/absorb/cells.hpp"
#include "ccdpanel/core/parallel_for.hpp"

namespace ccdpanel::panel {

// D^-1/2 S D^-1/2 with D the levels' weights: the dummies at norm one. Lower triangle.
struct DenseSystem {
  DenseSystem(const Cells& cells, int threads) {
    const int size = cells.stacked(), parts = cells.size() < 20000 ? 1 : 4;
    std::vector<Eigen::MatrixXd> part(static_cast<std::size_t>(parts), Eigen::MatrixXd::Zero(size, size));
    core::parallel_for(part.size(), threads, [&](std::size_t p) {
      const int at = static_cast<int>(p);
      for (int u = cells.unit_at(at, parts); u < cells.unit_at(at + 1, parts); ++u) add_unit(cells, u, part[p]);
    });
    for (std::size_t p = 1; p < part.size(); ++p) part[0] += part[p];
    root = Eigen::VectorXd::Zero(size);
    for (int c = 0; c < cells.size(); ++c) root[cells.level[static_cast<std::size_t>(c)]] += cells.weight_of(c);
    root = root.cwiseSqrt().eval();
    const Eigen::VectorXd scale = root.cwiseInverse();
    s = -(scale.asDiagonal() * part[0] * scale.asDiagonal());
    s.diagonal().array() += 1;
  }

  Eigen::MatrixXd s;
  Eigen::VectorXd root;  // D^1/2

 private:
  // What the unit's mean and slope have of its cells' levels.
  static void add_unit(const Cells& cells, int u, Eigen::MatrixXd& sum) {
    const double inverse = 1 / cells.unit_weight[static_cast<std::size_t>(u)];
    for (int c = cells.start[u]; c < cells.start[u + 1]; ++c) {
      const std::size_t i = static_cast<std::size_t>(c);
      const double share = cells.weight_of(c) * inverse, slope = cells.slope[i];
      double* const column = sum.col(cells.level[i]).data();
      for (int d = cells.start[u]; d < cells.start[u + 1]; ++d) {
        const std::size_t j = static_cast<std::size_t>(d);
        column[cells.level[j]] += share * cells.weight_of(d) + slope * cells.slope[j];
      }
    }
  }
};

// Few levels, and few pairs of them beside the rows.
inline bool worth_dense(const Cells& cells) {
  constexpr int few = 200;
  if (cells.others != 1 || cells.slope.empty() || cells.stacked() > few) return false;
  double pairs = 0;
  for (int u = 0; u < cells.units(); ++u) {
    const double count = cells.start[u + 1] - cells.start[u];
    pairs += count * count;
  }
  return pairs <= 50.0 * cells.size();
}

}  // namespace ccdpanel::panel

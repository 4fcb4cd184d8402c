// The reduced system of units with a slope and few levels of one other effect, written out.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <vector>

#include "ccdpanel/absorb/cells.hpp"
#include "ccdpanel/core/parallel_for.hpp"

namespace ccdpanel::panel {

// D^-1/2 S D^-1/2 with D the levels' weights: the dummies at norm one.
struct DenseSystem {
  // weight: of each level's rows.
  DenseSystem(const Cells& cells, const Eigen::VectorXd& weight, int threads) : root(weight.cwiseSqrt()) {
    const int size = cells.stacked(), parts = cells.size() < 20000 ? 1 : 4;
    std::vector<Eigen::MatrixXd> part(static_cast<std::size_t>(parts), Eigen::MatrixXd::Zero(size, size));
    core::parallel_for(part.size(), threads, [&](std::size_t p) {
      const int at = static_cast<int>(p);
      for (int u = cells.unit_at(at, parts); u < cells.unit_at(at + 1, parts); ++u) {
        if (consecutive(cells, u))
          add_unit<true>(cells, u, part[p]);
        else
          add_unit<false>(cells, u, part[p]);
      }
    });
    for (std::size_t p = 1; p < part.size(); ++p) part[0] += part[p];
    const Eigen::VectorXd scale = root.cwiseInverse();
    s = -(scale.asDiagonal() * (part[0] + part[0].transpose()) * scale.asDiagonal());
    s.diagonal().array() += 1;
  }

  Eigen::MatrixXd s;
  Eigen::VectorXd root;  // D^1/2

 private:
  // Panels mostly have a unit's years side by side.
  static bool consecutive(const Cells& cells, int u) {
    const int* const level = cells.level.data() + cells.start[u];
    const int count = cells.start[u + 1] - cells.start[u];
    for (int c = 1; c < count; ++c) {
      if (level[c] != level[c - 1] + 1) return false;
    }
    return true;
  }

  // What the unit's mean and slope have of its cells' levels, each pair of cells once, and half of a cell with itself:
  // the sum and its transpose are all. In a row, levels are sums of columns' ends, which compilers make of packets.
  template <bool InRow>
  static void add_unit(const Cells& cells, int u, Eigen::MatrixXd& sum) {
    const double inverse = 1 / cells.unit_weight[static_cast<std::size_t>(u)];
    const int past = cells.start[u + 1];
    for (int c = cells.start[u]; c < past; ++c) {
      const std::size_t i = static_cast<std::size_t>(c);
      const double share = cells.weight_of(c) * inverse, slope = cells.slope[i];
      double* const column = sum.col(cells.level[i]).data();
      column[cells.level[i]] += (share * cells.weight_of(c) + slope * slope) / 2;
      if (InRow) {
        const Eigen::Index rest = past - c - 1;
        Eigen::Map<Eigen::ArrayXd> to(column + cells.level[i] + 1, rest);
        const auto slopes = slope * Eigen::Map<const Eigen::ArrayXd>(cells.slope.data() + i + 1, rest);
        if (cells.weight.empty())
          to += slopes + share;
        else
          to += slopes + share * Eigen::Map<const Eigen::ArrayXd>(cells.weight.data() + i + 1, rest);
      } else {
        for (std::size_t j = i + 1; j < static_cast<std::size_t>(past); ++j) {
          column[cells.level[j]] += share * cells.weight_of(static_cast<int>(j)) + slope * cells.slope[j];
        }
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

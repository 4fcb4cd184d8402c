// The normal equations of all effects but one, after that one was eliminated exactly.
#pragma once

#include <Eigen/Dense>
#include <algorithm>

#include "ccdpanel/panel/cells.hpp"

namespace ccdpanel::panel {

// K columns at once; row g of a block holds level g's K values next to each other.
using Block = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// S = B'WB - B'WA (A'WA)^-1 A'WB, with A the unit dummies and B those of the other effects; never formed.
//
// S p is computed unit by unit: with P_c the sum of p over a cell's levels and m = sum_c w_c P_c / sum_c w_c the unit's
// mean, each level of cell c receives w_c (P_c - m). Deviations are taken before they are summed, so nothing cancels.
class ReducedSystem {
 public:
  explicit ReducedSystem(const Cells& cells) : cells_(cells) {}

  Eigen::Index size() const { return cells_.stacked(); }

  // q = S p. `sum` and `mean` are scratch: as many rows as the largest unit has cells, and one.
  void apply(const Block& p, Block& q, Block& sum, Eigen::RowVectorXd& mean) const {
    q.setZero();
    for (int u = 0; u < cells_.units(); ++u) {
      const int begin = cells_.start[u], end = cells_.start[u + 1];
      if (end - begin < 2) continue;  // a stayer: its single cell is its mean
      mean.setZero();
      for (int c = begin; c < end; ++c) {
        sum.row(c - begin) = p.row(level(c, 0));
        for (int j = 1; j < cells_.others; ++j) sum.row(c - begin) += p.row(level(c, j));
        mean += cells_.weight[c] * sum.row(c - begin);
      }
      mean /= cells_.unit_weight[u];
      for (int c = begin; c < end; ++c) {
        sum.row(c - begin) = cells_.weight[c] * (sum.row(c - begin) - mean);
        for (int j = 0; j < cells_.others; ++j) q.row(level(c, j)) += sum.row(c - begin);
      }
    }
  }

  // The diagonal of S as sums of w (1 - w / unit weight): never a difference of large numbers. With several other
  // effects, levels that repeat inside a unit make it an upper bound, which serves a preconditioner as well.
  Eigen::VectorXd diagonal() const {
    Eigen::VectorXd d = Eigen::VectorXd::Zero(size());
    for (int u = 0; u < cells_.units(); ++u) {
      for (int c = cells_.start[u]; c < cells_.start[u + 1]; ++c) {
        const double share = cells_.weight[c] * (1.0 - cells_.weight[c] / cells_.unit_weight[u]);
        for (int j = 0; j < cells_.others; ++j) d[level(c, j)] += share;
      }
    }
    return d;
  }

  int largest_unit() const {
    int most = 0;
    for (int u = 0; u < cells_.units(); ++u) most = std::max(most, cells_.start[u + 1] - cells_.start[u]);
    return most;
  }

 private:
  int level(int cell, int j) const { return cells_.level[static_cast<std::size_t>(cell) * cells_.others + j]; }
  const Cells& cells_;
};

}  // namespace ccdpanel::panel

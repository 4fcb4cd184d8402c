// Cholesky decomposition with diagonal pivoting of a positive semi-definite matrix: its rank, and a solver.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/block.hpp"

namespace ccdpanel::panel {

// P'SP = L L' with P a permutation, L with `rank` columns, for S = E'E whose columns were of norm one before others
// were taken out of them. Pivots end where none exceeds `least` of the diagonal that it began with, nor `nothing`: a
// diagonal that is rounding of one from the outset tells of a column that was taken out wholly, whatever its share of
// itself.
//
// Columns go in blocks: pivots are searched on a diagonal that is kept up to date, a block's columns are completed one
// by one, and the rest of the matrix is lowered by the whole block at once (LAPACK's dpstrf).
class PivotedCholesky {
 public:
  static constexpr double nothing = 1e-12;

  // s: lower triangle.
  explicit PivotedCholesky(Eigen::MatrixXd s, double least = 1e-10) : order_(static_cast<std::size_t>(s.rows())) {
    std::iota(order_.begin(), order_.end(), 0);
    const Eigen::Index n = s.rows();
    whole_ = s.diagonal();
    for (Eigen::Index first = 0; first < n && !done_; first += block) {
      const Eigen::Index end = std::min(first + block, n);
      Eigen::VectorXd left = s.diagonal();
      Eigen::Index j = first;
      for (; j < end; ++j) {
        if (!pivot(s, left, j, least)) break;
        eliminate(s, left, first, j);
      }
      rank_ = j;
      const Eigen::Index rest = n - j;
      if (!done_ && rest) {
        s.bottomRightCorner(rest, rest)
            .selfadjointView<Eigen::Lower>()
            .rankUpdate(s.block(j, first, rest, j - first), -1.0);
      }
    }
    l_ = s.topLeftCorner(rank_, rank_);
  }

  Eigen::Index rank() const { return rank_; }
  // Was every pivot that was left out rounding, rather than small?
  bool clear() const { return clear_; }
  // Position in S of the j-th column of L.
  int pivot_of(Eigen::Index j) const { return order_[static_cast<std::size_t>(j)]; }
  // L, its rows and columns those of the pivots.
  const Eigen::MatrixXd& lower() const { return l_; }

  // z = G r with G the inverse of the pivots' block, zero elsewhere: S G S = S.
  template <int K>
  void solve(const Block<K>& r, Block<K>& z) const {
    Eigen::MatrixXd x(rank_, K);
    for (Eigen::Index j = 0; j < rank_; ++j) x.row(j) = r.row(pivot_of(j));
    l_.triangularView<Eigen::Lower>().solveInPlace(x);
    l_.triangularView<Eigen::Lower>().transpose().solveInPlace(x);
    z.setZero(r.rows(), K);
    for (Eigen::Index j = 0; j < rank_; ++j) z.row(pivot_of(j)) = x.row(j);
  }

 private:
  static constexpr Eigen::Index block = 64;

  // Brings the largest pivot that is left to place j. Taken in shares of where they began, a small one that comes early
  // would magnify its rounding in all that follow, and nothing would pass for a pivot.
  bool pivot(Eigen::MatrixXd& s, Eigen::VectorXd& left, Eigen::Index j, double least) {
    Eigen::Index best = -1;
    double most = nothing;
    for (Eigen::Index i = j; i < left.size(); ++i) {
      if (!(left[i] > most) || !(left[i] > least * whole_[i])) continue;
      most = left[i];
      best = i;
    }
    done_ = best < 0;
    clear_ = !done_ || !(left.tail(left.size() - j).array() > nothing).any();
    if (done_ || best == j) return !done_;
    const Eigen::Index n = s.rows();
    s.row(j).head(j).swap(s.row(best).head(j));
    s.col(j).tail(n - best - 1).swap(s.col(best).tail(n - best - 1));
    for (Eigen::Index i = j + 1; i < best; ++i) std::swap(s(i, j), s(best, i));
    std::swap(s(j, j), s(best, best));
    std::swap(left[j], left[best]);
    std::swap(whole_[j], whole_[best]);
    std::swap(order_[static_cast<std::size_t>(j)], order_[static_cast<std::size_t>(best)]);
    return true;
  }

  // Column j of L from what the columns of its block, from `first`, leave of it.
  static void eliminate(Eigen::MatrixXd& s, Eigen::VectorXd& left, Eigen::Index first, Eigen::Index j) {
    const Eigen::Index rest = s.rows() - j - 1, before = j - first;
    const double root = std::sqrt(left[j]);
    s(j, j) = root;
    if (!rest) return;
    auto column = s.col(j).tail(rest);
    if (before) column.noalias() -= s.block(j + 1, first, rest, before) * s.row(j).segment(first, before).transpose();
    column /= root;
    left.tail(rest).array() -= column.array().square();
  }

  std::vector<int> order_;
  Eigen::VectorXd whole_;
  Eigen::MatrixXd l_;
  Eigen::Index rank_ = 0;
  bool done_ = false, clear_ = true;
};

}  // namespace ccdpanel::panel

// The wild cluster bootstrap of least squares from moments by cluster: no draw looks at the rows.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "ccdpanel/inference/wild_draws.hpp"
#include "ccdpanel/inference/wild_moments.hpp"

namespace ccdpanel::panel {

// Least squares, base = (y, x), inst = x. With u(r) = y - r x, a draw's coefficient is off by (a0 - r a1) / x'x and its
// variance is (q00 - 2 r q01 + r^2 q11) / (x'x)^2, whatever r: columns a0, a1, q00, q01, q11, a row a draw.
template <class Tick>
Eigen::MatrixXd wild_least_squares(const Eigen::VectorXd& x, const std::vector<WildClusters>& sets,
                                   const WildDraws& draws, std::uint64_t count, int threads, const Tick& tick) {
  const Eigen::Index boots = sets[0].moments.cols();
  const double xx = x.squaredNorm();
  Eigen::MatrixXd a(2, boots);  // x'(y in b), x'(x in b): the sum over clusters of any one way
  const Eigen::Index c0 = sets[0].factor.levels;
  a.row(0) = sets[0].moments.topRows(c0).colwise().sum();
  a.row(1) = sets[0].moments.bottomRows(c0).colwise().sum();
  // Scores of the clusters of all ways on the multipliers: one row a cluster.
  Eigen::Index total = 0;
  for (const WildClusters& set : sets) total += set.factor.levels;
  Eigen::MatrixXd score0(total, boots), score1(total, boots);
  Eigen::VectorXd sign(total);
  Eigen::Index at = 0;
  for (const WildClusters& set : sets) {
    const Eigen::Index c = set.factor.levels;
    Eigen::VectorXd square = Eigen::VectorXd::Zero(c);
    for (Eigen::Index i = 0; i < x.size(); ++i) square[set.factor.code[i]] += x[i] * x[i];
    score0.middleRows(at, c) = set.moments.topRows(c) - square * (a.row(0) / xx);
    score1.middleRows(at, c) = set.moments.bottomRows(c) - square * (a.row(1) / xx);
    sign.segment(at, c).setConstant(set.sign);
    at += c;
  }
  const bool squared = boots <= total;  // then the quadratic forms are smaller than the scores
  Eigen::MatrixXd q00, q01, q11;
  if (squared) {
    q00 = score0.transpose() * sign.asDiagonal() * score0;
    q01 = score0.transpose() * sign.asDiagonal() * score1;
    q11 = score1.transpose() * sign.asDiagonal() * score1;
  }
  Eigen::MatrixXd out(static_cast<Eigen::Index>(count), 5);
  detail::over_draws(
      draws, count, boots, 3.0 * static_cast<double>(boots * std::min(boots, total)), threads,
      [&](Eigen::Index first, Eigen::Index many, const Eigen::MatrixXd& v) {
        auto rows = out.middleRows(first, many);
        rows.leftCols(2) = (a * v).transpose();
        if (squared) {
          rows.col(2) = v.cwiseProduct(q00 * v).colwise().sum().transpose();
          rows.col(3) = v.cwiseProduct(q01 * v).colwise().sum().transpose();
          rows.col(4) = v.cwiseProduct(q11 * v).colwise().sum().transpose();
        } else {
          const Eigen::MatrixXd s0 = score0 * v, s1 = score1 * v;
          rows.col(2) = s0.cwiseAbs2().transpose() * sign;
          rows.col(3) = s0.cwiseProduct(s1).transpose() * sign;
          rows.col(4) = s1.cwiseAbs2().transpose() * sign;
        }
      },
      tick);
  return out;
}

// Share of the draws (rows of wild_least_squares) at least as far out under the hypothesis r as t, among those with a
// positive variance. Some tie with t (all signs the same); they do so to the accuracy of the absorbed effects.
constexpr double wild_tie = 1 - 1e-7;

inline double wild_share(const Eigen::Ref<const Eigen::MatrixXd>& draws, double r, double t) {
  const double limit = wild_tie * wild_tie * t * t;
  Eigen::Index far = 0, defined = 0;
  for (Eigen::Index d = 0; d < draws.rows(); ++d) {
    const double terms = std::abs(draws(d, 2)) + r * r * std::abs(draws(d, 4));
    const double variance = draws(d, 2) - 2 * r * draws(d, 3) + r * r * draws(d, 4);
    if (!(variance > 1e-13 * terms)) continue;  // rounding beside its terms
    const double off = draws(d, 0) - r * draws(d, 1);
    ++defined;
    far += off * off >= limit * variance;
  }
  return static_cast<double>(far) / static_cast<double>(defined);
}

}  // namespace ccdpanel::panel

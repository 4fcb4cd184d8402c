// The wild cluster bootstrap of least squares from moments by cluster: no draw looks at the rows.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <cstdint>

#include "ccdpanel/inference/wild_draws.hpp"
#include "ccdpanel/inference/wild_moments.hpp"

namespace ccdpanel::panel {

// Least squares, base = (u, x) with u the fit's residuals, inst = x. Under the hypothesis that is off the estimate by r
// the restricted residuals are u - r x: a draw's coefficient is off by (a0 - r a1) / x'x and its variance is
// (q00 - 2 r q01 + r^2 q11) / (x'x)^2, whatever r: columns a0, a1, q00, q01, q11, a row a draw. About the estimate
// nothing cancels however far the hypothesis is. Scores of x itself sum to zero over the boot clusters: they are drawn
// with the multipliers less the first of them, so that a draw of equal multipliers has exactly none.
template <class Tick>
Eigen::MatrixXd wild_least_squares(const WildMoments& moments, const WildDraws& draws, std::uint64_t count, int threads,
                                   const Tick& tick) {
  const Eigen::Index boots = moments.boots();
  const double xx = moments.inst().col(0).squaredNorm();
  const WildMoments::Column u(moments, Eigen::Vector2d(1, 0)), x(moments, Eigen::Vector2d(0, 1));
  std::vector<Eigen::VectorXd> square;
  for (std::size_t m = 0; m < moments.sets().size(); ++m)
    square.push_back(moments.by_cluster(m, moments.base().col(1)));
  Eigen::MatrixXd out(static_cast<Eigen::Index>(count), 5);
  detail::over_draws(
      draws, count, boots, 3.0 * moments.work(), threads,
      [&](Eigen::Index first, Eigen::Index many, const Eigen::MatrixXd& v) {
        auto rows = out.middleRows(first, many);
        const Eigen::RowVectorXd level = v.row(0);
        std::vector<Eigen::MatrixXd> s0 = u.draw(v), s1 = x.draw(v.rowwise() - level);
        const Eigen::RowVectorXd a0 = s0[0].colwise().sum(), a1 = s1[0].colwise().sum();
        rows.col(0) = a0.transpose();
        rows.col(1) = (a1 + xx * level).transpose();
        rows.rightCols(3).setZero();
        for (std::size_t m = 0; m < s0.size(); ++m) {
          s0[m] -= square[m] * (a0 / xx);
          s1[m] -= square[m] * (a1 / xx);
          const double sign = moments.sets()[m].sign;
          rows.col(2) += sign * s0[m].colwise().squaredNorm().transpose();
          rows.col(3) += sign * s0[m].cwiseProduct(s1[m]).colwise().sum().transpose();
          rows.col(4) += sign * s1[m].colwise().squaredNorm().transpose();
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

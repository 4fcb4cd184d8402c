// The wild cluster bootstrap of two-stage least squares from moments by cluster: no draw looks at the rows.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "ccdpanel/inference/wild_draws.hpp"
#include "ccdpanel/inference/wild_moments.hpp"

namespace ccdpanel::panel {

// The data-generating process of two-stage least squares draws, instruments orthonormal: R = Z pi + V for the
// regressors, y = R d(r) + u(r) under the hypothesis that is off the estimate by r. With d(r) = b + r c and
// u(r) = u - r R c (b, u those of the fit), a draw v has the regressors R* = Z pi + v V, and
//   u(r)* = v u - r R* c + (1 - v) Z (r pi c),
// so that its coefficients are off d(r) by -r c and by those of the response v u + (1 - v) Z (r pi c), from which its
// residuals follow: nothing cancels however far the hypothesis is, since r pi c is bounded.
struct WildProcess {
  Eigen::MatrixXd pi;   // |Z| x |R|; of a regressor that is its own instrument its coordinates
  Eigen::MatrixXd v;    // |base| x |R|: V as combinations of base; zero for such a regressor
  Eigen::VectorXd u;    // |base|: u - Z (r pi c)
  Eigen::VectorXd lag;  // |Z|: r pi c
  Eigen::Index tested = 0;
  double r = 0;
};

// t statistics of the tested coefficient's deviation; not a number where a draw's variance is not positive.
template <class Tick>
Eigen::VectorXd wild_two_stage(const WildProcess& p, const WildMoments& moments, const WildDraws& draws,
                               std::uint64_t count, int threads, const Tick& tick) {
  const Eigen::Index l = p.pi.rows(), k = p.pi.cols();
  const std::vector<WildClusters>& sets = moments.sets();
  const WildMoments::Column u(moments, p.u);
  std::vector<WildMoments::Column> v;
  for (Eigen::Index r = 0; r < k; ++r) v.emplace_back(moments, p.v.col(r));
  // What is not drawn, by way: instruments with Z (r pi c), and with each Z pi.
  std::vector<Eigen::VectorXd> fixed_u;
  std::vector<std::vector<Eigen::VectorXd>> fixed(sets.size());
  for (std::size_t m = 0; m < sets.size(); ++m) {
    fixed_u.push_back(moments.by_cluster(m, moments.inst() * p.lag));
    for (Eigen::Index r = 0; r < k; ++r) fixed[m].push_back(moments.by_cluster(m, moments.inst() * p.pi.col(r)));
  }
  Eigen::VectorXd out(static_cast<Eigen::Index>(count));
  detail::over_draws(
      draws, count, moments.boots(), moments.work() * static_cast<double>(k + 1), threads,
      [&](Eigen::Index first, Eigen::Index many, const Eigen::MatrixXd& multipliers) {
        std::vector<Eigen::MatrixXd> zu = u.draw(multipliers);
        std::vector<std::vector<Eigen::MatrixXd>> zr;  // by regressor and way
        for (Eigen::Index r = 0; r < k; ++r) zr.push_back(v[static_cast<std::size_t>(r)].draw(multipliers));
        for (std::size_t m = 0; m < sets.size(); ++m) {
          zu[m].colwise() += fixed_u[m];
          for (std::size_t r = 0; r < zr.size(); ++r) zr[r][m].colwise() += fixed[m][r];
        }
        for (Eigen::Index d = 0; d < many; ++d) {
          const Eigen::Index c0 = sets[0].factor.levels;
          Eigen::VectorXd g(l);
          Eigen::MatrixXd zx(l, k);
          for (Eigen::Index j = 0; j < l; ++j) {
            g[j] = zu[0].col(d).segment(j * c0, c0).sum();
            for (Eigen::Index r = 0; r < k; ++r)
              zx(j, r) = zr[static_cast<std::size_t>(r)][0].col(d).segment(j * c0, c0).sum();
          }
          const Eigen::MatrixXd response = (zx.transpose() * zx).inverse() * zx.transpose();  // of coefficients to Z'u
          const Eigen::VectorXd off = response * g;
          double variance = 0;
          for (std::size_t m = 0; m < sets.size(); ++m) {
            const Eigen::Index c = sets[m].factor.levels;
            Eigen::VectorXd score = Eigen::VectorXd::Zero(c);
            for (Eigen::Index j = 0; j < l; ++j) {
              const double along = response(p.tested, j);
              score += along * zu[m].col(d).segment(j * c, c);
              for (Eigen::Index r = 0; r < k; ++r)
                score -= along * off[r] * zr[static_cast<std::size_t>(r)][m].col(d).segment(j * c, c);
            }
            variance += sets[m].sign * score.squaredNorm();
          }
          out[first + d] =
              variance > 0 ? (off[p.tested] - p.r) / std::sqrt(variance) : std::numeric_limits<double>::quiet_NaN();
        }
      },
      tick);
  return out;
}

}  // namespace ccdpanel::panel

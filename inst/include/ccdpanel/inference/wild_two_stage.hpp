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

// The data-generating process of two-stage least squares draws: y = R delta + u, R = inst pi + v for the endogenous
// regressors, u and v as combinations of the columns of base. The regressor that is its own instrument has pi a unit
// vector and v zero.
struct WildProcess {
  Eigen::MatrixXd cross;  // inst'inst
  Eigen::MatrixXd pi;     // |inst| x |regressors|
  Eigen::VectorXd u;      // |base|
  Eigen::MatrixXd v;      // |base| x |regressors|
  Eigen::Index tested = 0;
};

// t statistics of the tested coefficient's deviation; not a number where a draw's variance is not positive.

template <class Tick>
Eigen::VectorXd wild_two_stage(const WildProcess& p, const Eigen::MatrixXd& inst, const std::vector<WildClusters>& sets,
                               const WildDraws& draws, std::uint64_t count, int threads, const Tick& tick) {
  const Eigen::Index l = p.cross.rows(), k = p.pi.cols(), boots = sets[0].moments.cols(), q = p.u.size();
  const Eigen::MatrixXd inverse = p.cross.llt().solve(Eigen::MatrixXd::Identity(l, l));
  // By way: moments of u and of each regressor's v with the instruments, and the fixed part of the latter.
  struct Way {
    Eigen::MatrixXd u;
    std::vector<Eigen::MatrixXd> v;
    std::vector<Eigen::VectorXd> fixed;
  };
  std::vector<Way> ways;
  Eigen::Index clusters = 0;
  for (const WildClusters& set : sets) {
    const Eigen::Index block = set.factor.levels * l;
    Way way{Eigen::MatrixXd::Zero(block, boots), std::vector<Eigen::MatrixXd>(k, Eigen::MatrixXd::Zero(block, boots)),
            std::vector<Eigen::VectorXd>(k, Eigen::VectorXd::Zero(block))};
    for (Eigen::Index b = 0; b < q; ++b) {
      const auto part = set.moments.middleRows(b * block, block);
      if (p.u[b] != 0) way.u += p.u[b] * part;
      for (Eigen::Index r = 0; r < k; ++r) {
        if (p.v(b, r) != 0) way.v[r] += p.v(b, r) * part;
      }
    }
    const Eigen::MatrixXd fitted = inst * p.pi;
    for (Eigen::Index r = 0; r < k; ++r) {
      for (Eigen::Index j = 0; j < l; ++j) {
        for (Eigen::Index i = 0; i < inst.rows(); ++i) {
          way.fixed[r][j * set.factor.levels + set.factor.code[i]] += inst(i, j) * fitted(i, r);
        }
      }
    }
    ways.push_back(std::move(way));
    clusters += set.factor.levels;
  }
  Eigen::VectorXd out(static_cast<Eigen::Index>(count));
  detail::over_draws(
      draws, count, boots, static_cast<double>(boots * clusters * l * (k + 1)), threads,
      [&](Eigen::Index first, Eigen::Index many, const Eigen::MatrixXd& v) {
        std::vector<Eigen::MatrixXd> zu;
        std::vector<std::vector<Eigen::MatrixXd>> zr;
        for (const Way& way : ways) {
          zu.push_back(way.u * v);
          zr.emplace_back();
          for (Eigen::Index r = 0; r < k; ++r) {
            zr.back().push_back((way.v[r] * v).colwise() + way.fixed[r]);
          }
        }
        for (Eigen::Index d = 0; d < many; ++d) {
          const Eigen::Index c0 = sets[0].factor.levels;
          Eigen::VectorXd g(l);
          Eigen::MatrixXd zx(l, k);
          for (Eigen::Index j = 0; j < l; ++j) {
            g[j] = zu[0].col(d).segment(j * c0, c0).sum();
            for (Eigen::Index r = 0; r < k; ++r) zx(j, r) = zr[0][r].col(d).segment(j * c0, c0).sum();
          }
          const Eigen::MatrixXd first_stage = inverse * zx;
          const Eigen::MatrixXd bread = (zx.transpose() * first_stage).inverse();
          const Eigen::MatrixXd response = bread * first_stage.transpose();  // of the coefficients to Z'u
          const Eigen::VectorXd off = response * g;
          double variance = 0;
          for (std::size_t m = 0; m < sets.size(); ++m) {
            const Eigen::Index c = sets[m].factor.levels;
            Eigen::VectorXd score = Eigen::VectorXd::Zero(c);
            for (Eigen::Index j = 0; j < l; ++j) {
              const double along = response(p.tested, j);
              score += along * zu[m].col(d).segment(j * c, c);
              for (Eigen::Index r = 0; r < k; ++r) score -= along * off[r] * zr[m][r].col(d).segment(j * c, c);
            }
            variance += sets[m].sign * score.squaredNorm();
          }
          out[first + d] =
              variance > 0 ? off[p.tested] / std::sqrt(variance) : std::numeric_limits<double>::quiet_NaN();
        }
      },
      tick);
  return out;
}

}  // namespace ccdpanel::panel

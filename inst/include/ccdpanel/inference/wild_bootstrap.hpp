// The wild cluster bootstrap from moments by cluster: no draw looks at the rows.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <vector>

#include "ccdpanel/absorb/absorb.hpp"
#include "ccdpanel/core/parallel_for.hpp"
#include "ccdpanel/core/random.hpp"

namespace ccdpanel::panel {

enum class WildWeights { rademacher, webb, mammen, normal };

// One multiplier a boot cluster, in draws that are numbered: all sign vectors in turn, or random ones, each from its
// own stream, so that a draw is the same whoever makes it.
struct WildDraws {
  WildWeights type = WildWeights::rademacher;
  bool enumerate = false;
  std::uint64_t seed = 0;

  void fill(std::uint64_t draw, Eigen::Ref<Eigen::VectorXd> out) const {
    if (enumerate) {
      for (Eigen::Index b = 0; b < out.size(); ++b) out[b] = (draw >> b) & 1 ? 1.0 : -1.0;
      return;
    }
    core::Random random(seed, draw, 0x77696c64);
    for (double* v = out.data(); v != out.data() + out.size(); ++v) *v = one(random);
  }

 private:
  double one(core::Random& random) const {
    switch (type) {
      case WildWeights::rademacher:
        return random.bits() >> 63 ? 1.0 : -1.0;
      case WildWeights::webb: {
        const std::uint32_t k = random.below(6);
        return (k < 3 ? 1.0 : -1.0) * std::sqrt(0.5 * (1 + k % 3));
      }
      case WildWeights::mammen: {
        const double root = std::sqrt(5.0);
        return random.uniform() < (root + 1) / (2 * root) ? (1 - root) / 2 : (1 + root) / 2;
      }
      default:
        return random.normal();
    }
  }
};

// One way of clustering the scores: several ways have several, with signs.
struct WildClusters {
  Factor factor;
  double sign = 1;
  Eigen::MatrixXd moments;  // see wild_moments
};

// For each set of clusters: row (q L + l) C + c, column b holds the sum over rows i of cluster c of
//   inst(i, l) [M (base(., q) restricted to boot cluster b)]_i,
// M the residual maker of the effects and of `others` (orthonormal columns). All in coordinates times the root of the
// weights, base and inst with effects and others out. One absorption a boot cluster and column of base, once.
inline void wild_moments(const Eigen::MatrixXd& base, const Eigen::MatrixXd& inst, const Eigen::MatrixXd& others,
                         const std::vector<Factor>& factors, const Eigen::VectorXd& w, const Factor& boot,
                         std::vector<WildClusters>& sets) {
  const Eigen::Index n = base.rows(), q = base.cols(), l = inst.cols();
  for (WildClusters& set : sets) {
    if (static_cast<Eigen::Index>(set.factor.code.size()) != n) throw std::invalid_argument("wild: rows differ");
    set.moments = Eigen::MatrixXd::Zero(set.factor.levels * l * q, boot.levels);
  }
  Eigen::VectorXd root = Eigen::VectorXd::Ones(n);
  if (w.size()) root = w.cwiseSqrt();
  const Eigen::Index batch = std::max<Eigen::Index>(1, std::min<Eigen::Index>(boot.levels, 20000000 / (n * q + 1)));
  for (Eigen::Index first = 0; first < boot.levels; first += batch) {
    const Eigen::Index count = std::min<Eigen::Index>(batch, boot.levels - first);
    Eigen::MatrixXd part = Eigen::MatrixXd::Zero(n, count * q);
    for (Eigen::Index i = 0; i < n; ++i) {
      const Eigen::Index b = boot.code[i] - first;
      if (b < 0 || b >= count) continue;
      for (Eigen::Index k = 0; k < q; ++k) part(i, b * q + k) = base(i, k);
    }
    if (!factors.empty()) {
      part = root.cwiseInverse().asDiagonal() * part;
      part = absorb(std::move(part), factors, w).columns;
      part = root.asDiagonal() * part;
    }
    if (others.cols()) part -= others * (others.transpose() * part);
    for (WildClusters& set : sets) {
      const Eigen::Index c = set.factor.levels;
      for (Eigen::Index b = 0; b < count; ++b) {
        for (Eigen::Index k = 0; k < q; ++k) {
          const auto column = part.col(b * q + k);
          for (Eigen::Index j = 0; j < l; ++j) {
            auto out = set.moments.col(first + b).segment((k * l + j) * c, c);
            for (Eigen::Index i = 0; i < n; ++i) out[set.factor.code[i]] += inst(i, j) * column[i];
          }
        }
      }
    }
  }
}

namespace detail {

// body(first draw, number, multipliers) over blocks of draws on threads, `tick` between rounds of blocks on this one.
// `work` is the number of products of a draw: where all are few, starting threads costs more than they take.
template <class Body, class Tick>
void over_draws(const WildDraws& draws, std::uint64_t count, Eigen::Index clusters, double work, int threads,
                const Body& body, const Tick& tick) {
  if (work * static_cast<double>(count) < 2e8) threads = 1;
  const std::uint64_t length = 64, round = 64 * length;
  for (std::uint64_t start = 0; start < count; start += round) {
    const std::uint64_t end = std::min(count, start + round);
    core::parallel_for(static_cast<std::size_t>((end - start + length - 1) / length), threads, [&](std::size_t block) {
      const std::uint64_t first = start + block * length;
      const std::uint64_t many = std::min(length, end - first);
      Eigen::MatrixXd v(clusters, static_cast<Eigen::Index>(many));
      for (std::uint64_t d = 0; d < many; ++d) draws.fill(first + d, v.col(static_cast<Eigen::Index>(d)));
      body(static_cast<Eigen::Index>(first), static_cast<Eigen::Index>(many), v);
    });
    tick();
  }
}

}  // namespace detail

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

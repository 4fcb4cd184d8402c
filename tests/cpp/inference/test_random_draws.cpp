// Properties of meats along time and over space against every pair written out; of wild draws, of which moments by a
// basis and by absorption are the same; of residuals adjusted by clusters. The same bits for one thread and two.
#include "../check.hpp"
#include "../random_columns.hpp"
#include "ccdpanel/inference/cluster_adjusted.hpp"
#include "ccdpanel/inference/kernel_meats.hpp"
#include "ccdpanel/inference/wild_least_squares.hpp"
#include "ccdpanel/inference/wild_two_stage.hpp"

namespace test_random_draws {

using namespace ccdpanel::panel;
using random_cases::Case;
using random_cases::same_bits;

namespace {

// The sum over pairs of rows of weight(i, j) s_i s_j'.
template <class Weight>
Eigen::MatrixXd all_pairs(const Eigen::MatrixXd& scores, const Weight& weight) {
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(scores.cols(), scores.cols());
  for (Eigen::Index i = 0; i < scores.rows(); ++i) {
    for (Eigen::Index j = 0; j < scores.rows(); ++j) out += weight(i, j) * scores.row(i).transpose() * scores.row(j);
  }
  return out;
}

void along_time(Case& c) {
  const int rows = c.rows(30), width = 1 + c.below(3);
  const Eigen::MatrixXd scores = random_cases::columns(c, rows, width);
  const std::vector<int> unit = c.codes(static_cast<int>(scores.rows()));
  // Years, or milliseconds, which are beyond integers; a unit may have several rows at once.
  const double step = c.chance(3) ? 1e12 : 1;
  std::vector<double> time;
  for (std::size_t i = 0; i < unit.size(); ++i) time.push_back(step * (c.below(12) - 6));
  const double lag = step * c.below(9) + (c.tame() ? 0 : std::abs(c.wild()));
  if (!c.tame() && c.chance(9) && !time.empty()) time[0] = c.wild();
  const Eigen::MatrixXd meat = lagged_meat(scores, unit, time, lag);
  check::that(meat.rows() == scores.cols(), "a row a score");
  if (!c.tame()) return;
  const auto weight = [&](Eigen::Index i, Eigen::Index j) {
    const double apart = std::abs(time[static_cast<std::size_t>(i)] - time[static_cast<std::size_t>(j)]);
    const bool together = unit[static_cast<std::size_t>(i)] == unit[static_cast<std::size_t>(j)] && apart <= lag;
    return together ? 1 - apart / (lag + 1) : 0.0;
  };
  const double size = scores.squaredNorm();
  check::near((meat - all_pairs(scores, weight)).cwiseAbs().maxCoeff(), 0, 1e-12 * size, "every pair of times");
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> roots(meat, Eigen::EigenvaluesOnly);
  check::that(roots.eigenvalues()[0] >= -1e-12 * size, "positive semidefinite");
}

void over_space(Case& c) {
  const int rows = c.rows(30), width = 1 + c.below(2);
  const Eigen::MatrixXd scores = random_cases::columns(c, rows, width);
  Eigen::VectorXd lat(scores.rows()), lon(scores.rows());
  for (Eigen::Index i = 0; i < lat.size(); ++i) {
    lat[i] = c.chance(4) ? c.below(5) - 2 : 90 - 180 * (c.below(1 << 20) * 0x1p-20);
    lon[i] = c.chance(4) ? c.below(5) - 2 : 360 * (c.below(1 << 20) * 0x1p-20) - 180;
  }
  if (!c.tame() && lat.size()) (c.chance(2) ? lat : lon)[0] = c.wild();
  const double cutoff = c.tame() ? std::exp(4 + 2 * c.normal()) : std::abs(c.wild());
  const SpatialKernel kernel = c.chance(2) ? SpatialKernel::uniform : SpatialKernel::bartlett;
  const Eigen::MatrixXd one = spatial_meat(scores, lat, lon, cutoff, kernel, 1);
  check::that(same_bits(one, spatial_meat(scores, lat, lon, cutoff, kernel, 2)), "the same bits");
  if (!c.tame()) return;
  const Eigen::Matrix3Xd at = on_sphere(lat, lon);
  const auto weight = [&](Eigen::Index i, Eigen::Index j) {
    const double d = great_circle((at.col(i) - at.col(j)).squaredNorm() / 4);
    if (d > cutoff) return 0.0;
    return kernel == SpatialKernel::uniform ? 1.0 : 1 - d / cutoff;
  };
  check::near((one - all_pairs(scores, weight)).cwiseAbs().maxCoeff(), 0, 1e-12 * scores.squaredNorm(),
              "every pair of places");
}

// What draws are made of: columns with the effects out, a boot cluster, one way of clusters or several.
struct Drawn {
  Eigen::MatrixXd z, base, inst;
  Eigen::VectorXd w;
  std::vector<Factor> effects;
  Factor boot;
  std::vector<WildClusters> sets;
  WildDraws draws;
  bool explained = false;

  Drawn(Case& c, int most_instruments) {
    const int rows = c.rows(40), width = 2 + c.below(2);
    const Eigen::MatrixXd raw = random_cases::columns(c, rows, width + most_instruments);
    z = random_cases::columns(c, raw.rows(), 2);
    w = random_cases::weights(c, raw.rows());
    if (!c.chance(4)) effects = random_cases::factors(c, 2, z, c.chance(4));
    AbsorbOptions options;
    options.tolerance = 1e-12;
    if (!c.tame()) options.max_iterations = 50;
    Eigen::MatrixXd out = raw;
    if (!effects.empty()) {
      Absorbed a = absorb(raw, effects, w, options);
      // What the effects explain is dropped before.
      explained = raw.rows() && !(a.kept.minCoeff() > 1e-6);
      out = std::move(a.columns);
    }
    out = rooted(out, w);
    base = out.leftCols(width);
    inst = out.rightCols(most_instruments);
    boot = random_cases::factor(c, raw.rows());
    for (int m = 1 + c.below(3); m > 0; --m) sets.push_back({random_cases::factor(c, raw.rows()), m == 1 ? 1.0 : -0.5});
    draws.type = static_cast<WildWeights>(c.below(4));
    draws.enumerate = c.chance(4);
    draws.seed = 5;
  }

  WildMoments moments(double patience) const {
    return {base, inst, Eigen::MatrixXd(base.rows(), 0), effects, w, boot, sets, 20, patience};
  }
};

const auto nothing = [] {};

void wild(Case& c) {
  Drawn d(c, 1);
  d.base = d.base.leftCols(2).eval();
  d.inst = d.base.rightCols(1);
  const WildMoments moments = d.moments(25);
  const Eigen::MatrixXd one = wild_least_squares(moments, d.draws, 20, 1, nothing);
  check::that(same_bits(one, wild_least_squares(moments, d.draws, 20, 2, nothing)), "the same bits");
  check::that(one.rows() == 20 && one.cols() == 5, "a row a draw");
  const double share = wild_share(one, c.normal(), 1);
  check::that(share != share || (share >= 0 && share <= 1), "a share");
  if (!c.tame() || d.explained) return;
  const double size = d.base.squaredNorm();
  const Eigen::MatrixXd absorbed = wild_least_squares(d.moments(0), d.draws, 20, 1, nothing);
  const Eigen::RowVectorXd scale = one.cwiseAbs().colwise().maxCoeff().array() + size * size;
  check::near(((one - absorbed).array().rowwise() / scale.array()).abs().maxCoeff(), 0, 1e-7,
              "by a basis or by absorption");
}

void wild_by_instruments(Case& c) {
  const int instruments = 1 + c.below(3), regressors = 1 + c.below(instruments);
  const Drawn d(c, instruments);
  WildProcess process;
  process.pi = random_cases::columns(c, instruments, regressors);
  process.v = random_cases::columns(c, d.base.cols(), regressors);
  process.u = random_cases::columns(c, d.base.cols(), 1);
  process.lag = random_cases::columns(c, instruments, 1);
  process.tested = c.below(regressors);
  process.r = c.tame() ? c.normal() : c.wild();
  const WildMoments moments = d.moments(c.chance(2) ? 25 : 0);
  const Eigen::VectorXd one = wild_two_stage(process, moments, d.draws, 20, 1, nothing);
  check::that(same_bits(one, wild_two_stage(process, moments, d.draws, 20, 2, nothing)), "the same bits");
  check::that(one.size() == 20, "a statistic a draw");
}

void adjusted(Case& c) {
  const int rows = c.rows(40), width = 1 + c.below(2);
  const Eigen::MatrixXd raw = random_cases::columns(c, rows, width + 1), z = random_cases::columns(c, raw.rows(), 1);
  const std::vector<Factor> effects =
      c.chance(4) ? std::vector<Factor>() : random_cases::factors(c, c.chance(3) ? 3 : 2, z, false);
  const Eigen::VectorXd w = random_cases::weights(c, raw.rows());
  const Absorbed a = absorb(raw, effects, w);
  if (!raw.rows() || (!effects.empty() && !(a.kept.minCoeff() > 1e-6))) return;
  const Eigen::MatrixXd x = (effects.empty() ? raw : a.columns).leftCols(width), weighted = rooted(x, w);
  const Eigen::VectorXd u = (effects.empty() ? raw : a.columns).col(width);
  const Eigen::MatrixXd gram = weighted.transpose() * weighted;
  const Eigen::MatrixXd half = gram.ldlt().solve(Eigen::MatrixXd::Identity(width, width));
  const Factor cluster = random_cases::factor(c, raw.rows());
  ClusterAdjusted got;
  try {
    got = cluster_adjusted(x, u, effects, w, cluster, half, c.chance(2) ? -0.5 : -1);
  } catch (const std::runtime_error&) {
    // Weights over fifty orders of magnitude join levels by rounding, which is said.
    check::that(!c.tame(), "levels that are told apart");
    return;
  }
  check::that(got.scores.cols() == cluster.levels && got.dof.size() == width, "a score a cluster");
  for (const int g : got.lost) check::that(g >= 0 && g < cluster.levels, "lost clusters are clusters");
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> roots(gram, Eigen::EigenvaluesOnly);
  if (!c.tame() || roots.eigenvalues()[0] < 1e-6 * roots.eigenvalues()[width - 1]) return;
  for (Eigen::Index k = 0; k < width; ++k) {
    const double dof = got.dof[k];
    check::that(dof != dof || (dof >= 1 - 1e-8 && dof <= cluster.levels + 1e-8), "one to the number of clusters");
  }
}

}  // namespace

static const check::File file("inference", "test_random_draws", [] {
  random_cases::each(200, 21, along_time);
  random_cases::each(200, 22, over_space);
  random_cases::each(100, 23, wild);
  random_cases::each(100, 24, wild_by_instruments);
  random_cases::each(200, 25, adjusted);
});

}  // namespace test_random_draws

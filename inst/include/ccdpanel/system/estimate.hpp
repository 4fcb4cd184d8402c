// A system of equations from its rows: moments, estimator, and one more pass for residuals and scores.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "ccdpanel/inference/scores.hpp"
#include "ccdpanel/panel/collinear.hpp"
#include "ccdpanel/panel/k_class.hpp"
#include "ccdpanel/panel/residuals.hpp"
#include "ccdpanel/panel/sample.hpp"
#include "ccdpanel/system/basis.hpp"
#include "ccdpanel/system/three_stage.hpp"

namespace ccdpanel::system {

struct SystemEstimate {
  Equations equations;                      // as estimated: collinear columns left out
  std::vector<int> dropped_z;               // collinear instruments, of any equation
  double smallest_sine2 = 1;                // of a column that is kept to those before it, squared
  std::vector<std::vector<int>> dropped_x;  // by equation
  std::shared_ptr<const Basis> basis;       // what it was computed in; looks into the sample
  SystemFit fit;                            // of the demeaned parameters
  Eigen::VectorXd coef;                     // with constants: constant, slopes, by equation
  Eigen::MatrixXd bread;                    // same order
  Eigen::MatrixXd half;                     // L with sandwich = L meat L' for the meats of `system_scores`
  Eigen::MatrixXd residual;                 // n x M
  Eigen::VectorXd rss;
};

namespace detail {

// Moments give u_i'u_j with an error of eps y'y: where the fit is nearly perfect, the estimator runs on the residuals
// of the first step in the place of y, which loses nothing.
inline SystemFit fit_refined(const panel::Sample& s, const Basis& basis, const Eigen::MatrixXd& divisor,
                             const Restrictions& restrictions, const SystemOptions& options) {
  const panel::Moments& m = basis.products();
  const Equations& eq = basis.equations();
  const ThreeStage estimator(m, eq, divisor, restrictions, basis.triangles());
  SystemOptions once = options;
  once.iterate = false;
  const SystemFit first = estimator.fit(once);
  bool nearly_perfect = false;
  for (std::size_t e = 0; e < eq.y.size() && first.coef.size() && first.residual_sigma.size(); ++e) {
    const Eigen::Index i = static_cast<Eigen::Index>(e);
    const double scale = m.scale[eq.y[e]];
    nearly_perfect |= first.residual_sigma(i, i) * divisor(i, i) < 1e-6 * scale * scale;
  }
  if (!nearly_perfect) return options.iterate ? estimator.fit(options) : first;
  const Eigen::MatrixXd u = basis.residuals(first.of_columns);
  panel::Columns columns = basis.columns();
  Equations again = eq;
  for (std::size_t e = 0; e < eq.y.size(); ++e)
    again.y[e] = static_cast<int>(columns.size() + static_cast<Eigen::Index>(e));
  Basis::append(columns, u);
  // The first step meets the restrictions: what is added to it meets them with zero.
  const Restrictions rest{restrictions.matrix, Eigen::VectorXd::Zero(restrictions.value.size())};
  const panel::Moments refined = panel::moments(columns, s.weight, s.threads);
  SystemFit second = ThreeStage(refined, again, divisor, rest, basis.triangles()).fit(options);
  if (second.coef.size()) {
    second.coef += first.coef;
    second.of_columns += first.of_columns;
  }
  return second;
}

// Constants back in: by equation c_i = ybar_i - xbar_i'd_i, with covariance S_ij / n among the centred constants. Means
// are those of the basis, in which nothing cancels.
inline void add_constants(const panel::Sample& s, bool constant, SystemEstimate& out) {
  const Equations& eq = out.equations;
  const SystemFit& fit = out.fit;
  const Eigen::Index count = static_cast<Eigen::Index>(eq.y.size()), lead = constant ? 1 : 0;
  const Eigen::Index size = fit.coef.size() + count * lead, width = fit.inner.cols();
  const bool moments = fit.inner_gain.size() > 0;
  const double rows = s.weight.size() ? s.weight.sum() : static_cast<double>(s.rows());
  const std::vector<Eigen::Index> from = offsets(eq, false), score = offsets(eq, moments);
  const Eigen::MatrixXd gain = moments ? fit.inner_gain : Eigen::MatrixXd(fit.inner * fit.column_map.transpose());
  Eigen::MatrixXd map(size, width), of_constants = Eigen::MatrixXd::Zero(size, size);
  out.coef.resize(size);
  for (Eigen::Index i = 0; i < count; ++i) {
    const std::size_t e = static_cast<std::size_t>(i);
    const Eigen::Index k = from[e + 1] - from[e], row = from[e] + i * lead;
    out.coef.segment(row + lead, k) = fit.coef.segment(from[e], k);
    map.middleRows(row + lead, k) = fit.map.middleRows(from[e], k);
    if (!constant) continue;
    const Eigen::VectorXd mean = out.basis->means(e);
    out.coef[row] = s.mean[eq.y[e]] - mean.dot(fit.of_columns.segment(from[e], k));
    map.row(row) = -mean.transpose() * fit.column_map.middleRows(from[e], k);
    for (Eigen::Index j = 0; j < count; ++j)
      of_constants(row, from[static_cast<std::size_t>(j)] + j) = fit.sigma(i, j) / rows;
  }
  out.bread = map * fit.inner * map.transpose() + of_constants;
  out.half = Eigen::MatrixXd::Zero(size, score.back() + count * lead);
  for (Eigen::Index j = 0; j < count; ++j) {
    const std::size_t e = static_cast<std::size_t>(j);
    const Eigen::Index column = score[e] + j * lead, own = from[e] + j * lead;
    out.half.middleCols(column + lead, score[e + 1] - score[e]) =
        map * gain.middleCols(score[e], score[e + 1] - score[e]);
    if (constant && moments) out.half(own, column) = 1 / rows;
    if (constant && !moments) out.half.col(column) = of_constants.col(own);
  }
}

}  // namespace detail

// How a system is estimated, beside its equations and restrictions.
struct SystemPlan {
  SystemOptions options;
  bool constant = false;  // in every equation and among the instruments, taken out by centring
  bool limited = false;   // limited-information maximum likelihood, equation by equation
  Divisor divisor = Divisor::rows;
  double rows = 0, absorbed = 0;  // `absorbed` counts the constant too
  std::vector<int> fewer;         // restrictions within each equation
  double least_sine2 = 0;         // nothing is estimated with columns that are nearer to dependence
};

namespace detail {

inline void keep_independent(const panel::Sample& s, SystemEstimate& out) {
  Equations& eq = out.equations;
  const auto reduce = [&](std::vector<int>& z) {
    const panel::Independence kept = panel::independent_columns(s, z);
    z = kept.kept;
    for (const int j : kept.dropped) {
      if (!panel::detail::contains(out.dropped_z, j)) out.dropped_z.push_back(j);
    }
    out.smallest_sine2 = std::min(out.smallest_sine2, kept.smallest_sine2);
  };
  if (eq.z_of.empty()) reduce(eq.z);
  for (std::vector<int>& z : eq.z_of) reduce(z);
}

// kappa of limited information: one where the equation is just identified.
inline Eigen::VectorXd likelihood_kappas(const panel::Sample& s, const Equations& eq) {
  Eigen::VectorXd out = Eigen::VectorXd::Ones(static_cast<Eigen::Index>(eq.y.size()));
  for (std::size_t i = 0; i < eq.y.size(); ++i) {
    const std::vector<int>& z = eq.instruments(i);
    std::vector<int> w{eq.y[i]}, stochastic{0};
    w.insert(w.end(), eq.x[i].begin(), eq.x[i].end());
    for (std::size_t j = 1; j < w.size(); ++j) {
      if (!panel::detail::contains(z, w[j])) stochastic.push_back(static_cast<int>(j));
    }
    if (z.size() <= eq.x[i].size() || stochastic.size() == 1) continue;
    const bool close = panel::squared_sines(s.products.cross, z).minCoeff() < close_sine2;
    // project() takes the exogenous regressors to be the instruments' first.
    std::vector<int> ordered;
    for (const int j : z) {
      if (panel::detail::contains(w, j)) ordered.push_back(j);
    }
    for (const int j : z) {
      if (!panel::detail::contains(w, j)) ordered.push_back(j);
    }
    out[static_cast<Eigen::Index>(i)] +=
        panel::detail::smallest_root(panel::detail::project(s, w, ordered, close), stochastic);
  }
  return out;
}

}  // namespace detail

inline SystemEstimate estimate_system(const panel::Sample& s, const Equations& equations,
                                      const Restrictions& restrictions, const SystemPlan& plan) {
  SystemEstimate out;
  out.equations = equations;
  for (std::vector<int>& x : out.equations.x) {
    const panel::Independence kept = panel::independent_columns(s, x);
    x = kept.kept;
    out.dropped_x.push_back(kept.dropped);
    out.smallest_sine2 = std::min(out.smallest_sine2, kept.smallest_sine2);
  }
  if (equations.project) detail::keep_independent(s, out);
  for (const std::vector<int>& dropped : out.dropped_x) {
    if (!dropped.empty()) return out;  // which of the regressors is meant is not ours to choose
  }
  const bool refused = out.smallest_sine2 < plan.least_sine2;
  if (plan.limited && !refused) out.equations.kappa = detail::likelihood_kappas(s, out.equations);
  out.basis = std::make_shared<const Basis>(s, out.equations);
  if (refused) return out;
  const Eigen::MatrixXd divisor = residual_divisor(out.basis->products(), out.basis->equations(), plan.divisor,
                                                   plan.rows, plan.absorbed, plan.fewer);
  out.fit = detail::fit_refined(s, *out.basis, divisor, restrictions, plan.options);
  if (s.status != Status::ok && out.fit.status == Status::ok) out.fit.status = s.status;
  if (out.fit.status == Status::rank_deficient) return out;
  out.residual = out.basis->residuals(out.fit.of_columns);
  out.rss.resize(out.residual.cols());
  for (Eigen::Index i = 0; i < out.residual.cols(); ++i)
    out.rss[i] = panel::squared_norm(out.residual.col(i), s.weight);
  detail::add_constants(s, plan.constant, out);
  return out;
}

// Scores of observation t for equation i's parameters: (constant, projected regressors) times w_t (S^-1 u_t)_i; where
// moments are weighed, the moments (constant, instruments of i) times w_t u_ti.
inline panel::ScoreSet system_scores(const panel::Sample& s, const SystemEstimate& e, bool constant) {
  const Equations& eq = e.basis->equations();
  const panel::Moments& m = e.basis->products();
  const Eigen::Index count = e.residual.cols();
  const bool moments = e.fit.moment_gain.size() > 0;
  Eigen::MatrixXd v = e.residual;
  if (!moments) v *= e.fit.sigma.ldlt().solve(Eigen::MatrixXd::Identity(count, count));
  if (s.weight.size()) v = s.weight.asDiagonal() * v;
  panel::ScoreSet out{e.basis->columns(), {}, constant};
  for (std::size_t i = 0; i < eq.y.size(); ++i) {
    panel::ScoreSet::Part part;
    part.v = v.col(static_cast<Eigen::Index>(i));
    part.x = moments ? eq.instruments(i) : eq.x[i];
    if (eq.project && !moments) {
      part.z = eq.instruments(i);
      const Eigen::LLT<Eigen::MatrixXd> zz(panel::pick(m.cross, part.z, part.z));
      part.projection = panel::pick(m.scale, part.z).cwiseInverse().asDiagonal() *
                        zz.solve(panel::pick(m.cross, part.z, eq.x[i])) * panel::pick(m.scale, eq.x[i]).asDiagonal();
    }
    out.parts.push_back(std::move(part));
  }
  return out;
}

// What each row adds to the coefficients: rows by coefficients, whose cross-product is the sandwich.
inline Eigen::MatrixXd row_influences(const panel::Sample& s, const SystemEstimate& e, bool constant) {
  const panel::ScoreSet scores = system_scores(s, e, constant);
  Eigen::MatrixXd out(scores.rows(), e.half.rows());
  Eigen::MatrixXd part;
  panel::ScoreSet::Scratch scratch;
  for (Eigen::Index first = 0; first < scores.rows(); first += panel::Pieces::length) {
    part.resize(std::min(panel::Pieces::length, scores.rows() - first), scores.size());
    scores.fill(first, part, scratch);
    out.middleRows(first, part.rows()).noalias() = part * e.half.transpose();
  }
  return out;
}

// B with B's the scores above, of scores s in the regressors (or instruments) as they came.
inline Eigen::MatrixXd score_map(const SystemEstimate& e, bool constant) {
  const bool moments = e.fit.moment_gain.size() > 0;
  Eigen::MatrixXd out = Eigen::MatrixXd::Identity(e.half.cols(), e.half.cols());
  Eigen::Index at = 0;
  for (std::size_t i = 0; i < e.equations.y.size(); ++i) {
    const std::size_t set = e.equations.z_of.empty() ? 0 : i;
    const Eigen::MatrixXd& triangle = moments ? e.basis->instrument_triangles()[set] : e.basis->triangles()[i];
    const Eigen::Index size =
        static_cast<Eigen::Index>(moments ? e.equations.instruments(i).size() : e.equations.x[i].size());
    at += constant ? 1 : 0;
    if (triangle.size())
      out.block(at, at, size, size) =
          triangle.triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(size, size));
    at += size;
  }
  return out;
}

}  // namespace ccdpanel::system

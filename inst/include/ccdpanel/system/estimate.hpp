// A system of equations from its rows: moments, estimator, and one more pass for residuals and scores.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <utility>
#include <vector>

#include "ccdpanel/inference/scores.hpp"
#include "ccdpanel/panel/collinear.hpp"
#include "ccdpanel/panel/k_class.hpp"
#include "ccdpanel/panel/residuals.hpp"
#include "ccdpanel/panel/sample.hpp"
#include "ccdpanel/system/three_stage.hpp"

namespace ccdpanel::system {

struct SystemEstimate {
  Equations equations;                      // as estimated: collinear columns left out
  std::vector<int> dropped_z;               // collinear instruments, of any equation
  double smallest_sine2 = 1;                // of an instrument that is kept to those before it, squared
  std::vector<std::vector<int>> dropped_x;  // by equation
  SystemFit fit;                            // of the demeaned parameters
  Eigen::VectorXd coef;                     // with constants: constant, slopes, by equation
  Eigen::MatrixXd bread;                    // same order
  Eigen::MatrixXd half;                     // L with sandwich = L meat L' for the meats of `system_scores`
  Eigen::MatrixXd residual;                 // n x M
  Eigen::VectorXd rss;
};

namespace detail {

inline Eigen::MatrixXd system_residuals(const panel::Sample& s, const Equations& eq, const Eigen::VectorXd& coef) {
  Eigen::MatrixXd u(s.rows(), static_cast<Eigen::Index>(eq.y.size()));
  Eigen::Index at = 0;
  for (std::size_t i = 0; i < eq.y.size(); ++i) {
    const Eigen::Index k = static_cast<Eigen::Index>(eq.x[i].size());
    u.col(static_cast<Eigen::Index>(i)) = s.residual(eq.y[i], eq.x[i], coef.segment(at, k));
    at += k;
  }
  return u;
}

// Moments give u_i'u_j with an error of eps y'y: where the fit is nearly perfect, the estimator runs once more with the
// residuals in the place of y, which loses nothing.
inline SystemFit fit_refined(const panel::Sample& s, const Equations& eq, const Eigen::MatrixXd& divisor,
                             const Restrictions& restrictions, const SystemOptions& options) {
  const panel::Moments& m = s.products;
  SystemFit fit = ThreeStage(m, eq, divisor, restrictions).fit(options);
  bool nearly_perfect = false;
  for (std::size_t e = 0; e < eq.y.size() && fit.coef.size() && fit.residual_sigma.size(); ++e) {
    const Eigen::Index i = static_cast<Eigen::Index>(e);
    const double scale = m.scale[eq.y[e]];
    nearly_perfect |= fit.residual_sigma(i, i) * divisor(i, i) < 1e-6 * scale * scale;
  }
  if (!nearly_perfect) return fit;
  const Eigen::MatrixXd u = system_residuals(s, eq, fit.coef);
  panel::Columns columns = s.columns();
  if (!columns.centre.size()) columns.centre = Eigen::VectorXd::Zero(columns.size());
  Equations again = eq;
  for (std::size_t e = 0; e < eq.y.size(); ++e) {
    again.y[e] = static_cast<int>(columns.size());
    columns.data.push_back(u.data() + static_cast<Eigen::Index>(e) * u.rows());
  }
  columns.centre.conservativeResizeLike(Eigen::VectorXd::Zero(columns.size()));
  Restrictions rest = restrictions;
  if (rest.matrix.rows()) rest.value -= rest.matrix * fit.coef;
  const panel::Moments refined = panel::moments(columns, s.weight, s.threads);
  SystemFit second = ThreeStage(refined, again, divisor, rest).fit(options);
  if (second.coef.size()) second.coef += fit.coef;
  return second;
}

// Constants back in: by equation c_i = ybar_i - xbar_i'd_i, with covariance S_ij / n among the centred constants.
inline void add_constants(const panel::Sample& s, bool constant, SystemEstimate& out) {
  const Equations& eq = out.equations;
  const Eigen::Index count = static_cast<Eigen::Index>(eq.y.size()), lead = constant ? 1 : 0;
  const Eigen::Index size = out.fit.coef.size() + count * lead;
  const double rows = s.weight.size() ? s.weight.sum() : static_cast<double>(s.rows());
  Eigen::MatrixXd t = Eigen::MatrixXd::Identity(size, size);
  Eigen::MatrixXd inner = Eigen::MatrixXd::Zero(size, size);
  const Eigen::MatrixXd& gain = out.fit.moment_gain;
  Eigen::MatrixXd by_moment = Eigen::MatrixXd::Zero(size, gain.cols() + (gain.size() ? count * lead : 0));
  Eigen::Index moment = 0;
  Eigen::VectorXd coef(size);
  Eigen::Index row = 0, from = 0;
  for (Eigen::Index i = 0; i < count; ++i) {
    const std::vector<int>& x = eq.x[static_cast<std::size_t>(i)];
    const Eigen::Index k = static_cast<Eigen::Index>(x.size());
    coef.segment(row + lead, k) = out.fit.coef.segment(from, k);
    if (constant) coef[row] = s.mean[eq.y[static_cast<std::size_t>(i)]];
    if (constant) t.row(row).segment(row + 1, k) = -panel::pick(s.mean, x).transpose();
    for (Eigen::Index j = 0, column = 0, at = 0; j < count; ++j) {
      const Eigen::Index kj = static_cast<Eigen::Index>(eq.x[static_cast<std::size_t>(j)].size());
      if (constant) inner(row, column) = out.fit.sigma(i, j) / rows;
      inner.block(row + lead, column + lead, k, kj) = out.fit.bread.block(from, at, k, kj);
      column += kj + lead;
      at += kj;
    }
    if (gain.size()) {
      const Eigen::Index l = static_cast<Eigen::Index>(eq.instruments(static_cast<std::size_t>(i)).size());
      const Eigen::Index column = moment + i * lead;
      if (constant) by_moment(row, column) = 1 / rows;
      for (Eigen::Index j = 0, to = 0, at = 0; j < count; ++j) {
        const Eigen::Index kj = static_cast<Eigen::Index>(eq.x[static_cast<std::size_t>(j)].size());
        by_moment.block(to + lead, column + lead, kj, l) = gain.block(at, moment, kj, l);
        to += kj + lead;
        at += kj;
      }
      moment += l;
    }
    row += k + lead;
    from += k;
  }
  out.coef = t * coef;
  out.half = t * inner;
  out.bread = out.half * t.transpose();
  if (gain.size()) out.half = t * by_moment;
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
  double least_sine2 = 0;         // nothing is estimated with instruments that are nearer to dependence
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
    // project() takes the exogenous regressors to be the instruments' first.
    std::vector<int> ordered;
    for (const int j : z) {
      if (panel::detail::contains(w, j)) ordered.push_back(j);
    }
    for (const int j : z) {
      if (!panel::detail::contains(w, j)) ordered.push_back(j);
    }
    out[static_cast<Eigen::Index>(i)] +=
        panel::detail::smallest_root(panel::detail::project(s, w, ordered, false), stochastic);
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
  }
  if (equations.project) detail::keep_independent(s, out);
  for (const std::vector<int>& dropped : out.dropped_x) {
    if (!dropped.empty()) return out;  // which of the regressors is meant is not ours to choose
  }
  if (out.smallest_sine2 < plan.least_sine2) return out;
  if (plan.limited) out.equations.kappa = detail::likelihood_kappas(s, out.equations);
  const Eigen::MatrixXd divisor =
      residual_divisor(s.products, out.equations, plan.divisor, plan.rows, plan.absorbed, plan.fewer);
  out.fit = detail::fit_refined(s, out.equations, divisor, restrictions, plan.options);
  if (s.status != Status::ok && out.fit.status == Status::ok) out.fit.status = s.status;
  if (out.fit.status == Status::rank_deficient) return out;
  out.residual = detail::system_residuals(s, out.equations, out.fit.coef);
  out.rss.resize(out.residual.cols());
  for (Eigen::Index i = 0; i < out.residual.cols(); ++i)
    out.rss[i] = panel::squared_norm(out.residual.col(i), s.weight);
  detail::add_constants(s, plan.constant, out);
  return out;
}

// Scores of observation t for equation i's parameters: (constant, projected regressors) times w_t (S^-1 u_t)_i; where
// moments are weighed, the moments (constant, instruments of i) times w_t u_ti.
inline panel::ScoreSet system_scores(const panel::Sample& s, const SystemEstimate& e, bool constant) {
  const Equations& eq = e.equations;
  const Eigen::Index count = e.residual.cols();
  const bool moments = e.fit.moment_gain.size() > 0;
  Eigen::MatrixXd v = e.residual;
  if (!moments) v *= e.fit.sigma.ldlt().solve(Eigen::MatrixXd::Identity(count, count));
  if (s.weight.size()) v = s.weight.asDiagonal() * v;
  panel::ScoreSet out{s.columns(), {}, constant};
  for (std::size_t i = 0; i < eq.y.size(); ++i) {
    panel::ScoreSet::Part part;
    part.v = v.col(static_cast<Eigen::Index>(i));
    part.x = moments ? eq.instruments(i) : eq.x[i];
    if (eq.project && !moments) {
      part.z = eq.instruments(i);
      const Eigen::LLT<Eigen::MatrixXd> zz(panel::pick(s.products.cross, part.z, part.z));
      part.projection = panel::pick(s.products.scale, part.z).cwiseInverse().asDiagonal() *
                        zz.solve(panel::pick(s.products.cross, part.z, eq.x[i])) *
                        panel::pick(s.products.scale, eq.x[i]).asDiagonal();
    }
    out.parts.push_back(std::move(part));
  }
  return out;
}

}  // namespace ccdpanel::system

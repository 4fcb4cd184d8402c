// A system of equations from its rows: absorb, moments, estimator, and one more pass for residuals and scores.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <stdexcept>
#include <vector>

#include "ccdpanel/panel/absorb.hpp"
#include "ccdpanel/panel/collinear.hpp"
#include "ccdpanel/panel/moments.hpp"
#include "ccdpanel/panel/scores.hpp"
#include "ccdpanel/system/three_stage.hpp"

namespace ccdpanel::system {

struct SystemProblem {
  std::vector<const double*> column;
  Eigen::Index rows = 0;
  Equations equations;
  std::vector<panel::Factor> effects;
  bool constant = false;      // a constant in every equation and among the instruments (only without effects)
  Eigen::VectorXd weight;     // empty: all ones
  Restrictions restrictions;  // over the stacked coefficients, constants excluded
  SystemOptions options;
  int threads = 1;
  panel::AbsorbOptions absorb;
};

struct SystemEstimate {
  Equations equations;         // as estimated: collinear columns left out
  std::vector<int> dropped_z;  // collinear instruments
  std::vector<std::vector<int>> dropped_x;
  SystemFit fit;             // of the demeaned parameters
  Eigen::VectorXd coef;      // constants included: constant, slopes, by equation
  Eigen::MatrixXd bread;     // same order
  Eigen::MatrixXd half;      // L with sandwich = L meat L' for the meat of `scores`
  Eigen::MatrixXd residual;  // n x M
  Eigen::MatrixXd scores;    // n x stacked coefficients
  Eigen::VectorXd tss, tss_within, rss;
  double certificate = 0;
};

namespace detail {

inline Eigen::VectorXd equation_residual(const Eigen::MatrixXd& a, const Equations& eq, std::size_t i,
                                         const Eigen::VectorXd& coef, Eigen::Index at) {
  Eigen::VectorXd u = a.col(eq.y[i]);
  for (std::size_t j = 0; j < eq.x[i].size(); ++j) u -= coef[at + static_cast<Eigen::Index>(j)] * a.col(eq.x[i][j]);
  return u;
}

// Residuals of all equations, n x M.
inline Eigen::MatrixXd residuals(const Eigen::MatrixXd& a, const Equations& eq, const Eigen::VectorXd& coef) {
  Eigen::MatrixXd u(a.rows(), static_cast<Eigen::Index>(eq.y.size()));
  Eigen::Index at = 0;
  for (std::size_t i = 0; i < eq.y.size(); ++i) {
    u.col(static_cast<Eigen::Index>(i)) = equation_residual(a, eq, i, coef, at);
    at += static_cast<Eigen::Index>(eq.x[i].size());
  }
  return u;
}

// Moments give u_i'u_j with an error of eps y'y: where the fit is nearly perfect, the estimator runs once more with the
// residuals in the place of y, which loses nothing.
inline SystemFit fit_refined(Eigen::MatrixXd& a, const panel::Moments& m, const SystemProblem& problem,
                             const Equations& eq, const Eigen::MatrixXd& divisor) {
  SystemFit fit = ThreeStage(m, eq, divisor, problem.restrictions).fit(problem.options);
  if (fit.status == Status::rank_deficient && fit.failed_equation >= 0) return fit;
  bool nearly_perfect = false;
  for (std::size_t i = 0; i < eq.y.size() && fit.coef.size(); ++i) {
    const double share = fit.residual_sigma(i, i) * divisor(i, i) / (m.scale[eq.y[i]] * m.scale[eq.y[i]]);
    nearly_perfect |= share < 1e-6;
  }
  if (!nearly_perfect) return fit;
  const Eigen::Index first = a.cols(), count = static_cast<Eigen::Index>(eq.y.size());
  a.conservativeResize(Eigen::NoChange, first + count);
  a.rightCols(count) = residuals(a.leftCols(first), eq, fit.coef);
  Equations again = eq;
  for (Eigen::Index i = 0; i < count; ++i) again.y[static_cast<std::size_t>(i)] = static_cast<int>(first + i);
  Restrictions rest = problem.restrictions;
  if (rest.matrix.rows()) rest.value -= rest.matrix * fit.coef;
  const Eigen::VectorXd start = fit.coef;
  const panel::Moments refined = panel::moments(a, problem.weight, problem.threads);
  SystemOptions options = problem.options;
  fit = ThreeStage(refined, again, divisor, rest).fit(options);
  if (fit.coef.size()) fit.coef += start;
  a.conservativeResize(Eigen::NoChange, first);
  return fit;
}

// Constants back in: by equation c_i = ybar_i - xbar_i'd_i, with covariance S_ij / n among the centred constants.
inline void add_constants(const SystemProblem& problem, const Eigen::RowVectorXd& mean, double rows,
                          SystemEstimate& out) {
  const Equations& eq = out.equations;
  const Eigen::Index count = static_cast<Eigen::Index>(eq.y.size());
  const Eigen::Index size = out.fit.coef.size(), lead = problem.constant ? 1 : 0;
  Eigen::MatrixXd t = Eigen::MatrixXd::Zero(size + count * lead, size + count * lead);
  Eigen::MatrixXd inner = t;
  Eigen::VectorXd coef(t.rows());
  Eigen::Index row = 0, from = 0;
  for (Eigen::Index i = 0; i < count; ++i) {
    const std::vector<int>& x = eq.x[static_cast<std::size_t>(i)];
    if (lead) {
      t(row, row) = 1;
      coef[row] = mean[eq.y[static_cast<std::size_t>(i)]];
      for (std::size_t j = 0; j < x.size(); ++j) t(row, row + 1 + static_cast<Eigen::Index>(j)) = -mean[x[j]];
    }
    for (std::size_t j = 0; j < x.size(); ++j) {
      const Eigen::Index p = row + lead + static_cast<Eigen::Index>(j);
      t(p, p) = 1;
      coef[p] = out.fit.coef[from + static_cast<Eigen::Index>(j)];
    }
    Eigen::Index column = 0, at = 0;
    for (Eigen::Index j = 0; j < count; ++j) {
      const Eigen::Index ki = static_cast<Eigen::Index>(x.size());
      const Eigen::Index kj = static_cast<Eigen::Index>(eq.x[static_cast<std::size_t>(j)].size());
      if (lead) inner(row, column) = out.fit.sigma(i, j) / rows;
      inner.block(row + lead, column + lead, ki, kj) = out.fit.bread.block(from, at, ki, kj);
      column += kj + lead;
      at += kj;
    }
    row += static_cast<Eigen::Index>(x.size()) + lead;
    from += static_cast<Eigen::Index>(x.size());
  }
  out.coef = t * coef;
  out.half = t * inner;
  out.bread = out.half * t.transpose();
}

// Scores of observation t for equation i's parameters: (constant, projected regressors) times (S^-1 u_t)_i.
inline void fill_scores(const Eigen::MatrixXd& a, const panel::Moments& m, const SystemProblem& problem,
                        SystemEstimate& out) {
  const Equations& eq = out.equations;
  const Eigen::Index count = out.residual.cols(), lead = problem.constant ? 1 : 0;
  const Eigen::MatrixXd inverse = out.fit.sigma.ldlt().solve(Eigen::MatrixXd::Identity(count, count));
  Eigen::MatrixXd v = out.residual * inverse;
  if (problem.weight.size()) v = problem.weight.asDiagonal() * v;
  Eigen::MatrixXd z;
  Eigen::LLT<Eigen::MatrixXd> zz;
  if (eq.project) {
    z = panel::detail::columns(a, eq.z);
    zz.compute(panel::pick(m.cross, eq.z, eq.z));
  }
  out.scores.resize(a.rows(), out.coef.size());
  Eigen::Index at = 0;
  for (Eigen::Index i = 0; i < count; ++i) {
    const std::vector<int>& x = eq.x[static_cast<std::size_t>(i)];
    if (lead) out.scores.col(at++) = v.col(i);
    for (const int j : x) {
      const bool included = std::find(eq.z.begin(), eq.z.end(), j) != eq.z.end();
      if (eq.project && !included) {
        Eigen::VectorXd pi = zz.solve(panel::pick(m.cross, eq.z, {j})) * m.scale[j];
        pi = pi.cwiseQuotient(panel::pick(m.scale, eq.z));
        out.scores.col(at++) = (z * pi).cwiseProduct(v.col(i));
      } else {
        out.scores.col(at++) = a.col(j).cwiseProduct(v.col(i));
      }
    }
  }
}

}  // namespace detail

// `divisor(kept regressors by equation)` is an M x M matrix of what u_i'u_j is divided by.
template <class DivisorOf>
SystemEstimate estimate_system(const SystemProblem& problem, const DivisorOf& divisor, bool want_scores) {
  const Eigen::Index n = problem.rows;
  const Eigen::VectorXd& w = problem.weight;
  if (problem.constant && !problem.effects.empty()) throw std::invalid_argument("system: effects hold the constant");
  const auto raw = [&](int j) { return Eigen::VectorXd(Eigen::Map<const Eigen::VectorXd>(problem.column[j], n)); };
  Eigen::MatrixXd columns(n, static_cast<Eigen::Index>(problem.column.size()));
  for (std::size_t j = 0; j < problem.column.size(); ++j)
    columns.col(static_cast<Eigen::Index>(j)) = raw(static_cast<int>(j));
  const double rows = w.size() ? w.sum() : static_cast<double>(n);
  const bool centred = problem.constant || !problem.effects.empty();

  SystemEstimate out;
  const Eigen::Index count = static_cast<Eigen::Index>(problem.equations.y.size());
  out.tss.resize(count);
  out.tss_within.resize(count);
  for (Eigen::Index i = 0; i < count; ++i) {
    const Eigen::VectorXd y = columns.col(problem.equations.y[static_cast<std::size_t>(i)]);
    const double mean = centred ? panel::detail::weighted(y, w).sum() / rows : 0.0;
    out.tss[i] = panel::detail::weighted((y.array() - mean).square().matrix(), w).sum();
  }
  std::vector<panel::Factor> one;
  if (problem.constant) one.push_back({std::vector<int>(static_cast<std::size_t>(n), 0), 1});
  const std::vector<panel::Factor>& factors = problem.constant ? one : problem.effects;
  panel::Absorbed a = panel::absorb(std::move(columns), factors, w, problem.absorb);
  out.certificate = problem.constant ? 0.0 : a.certificate;
  for (Eigen::Index i = 0; i < count; ++i) {
    out.tss_within[i] =
        panel::detail::squared_norms(a.columns.col(problem.equations.y[static_cast<std::size_t>(i)]), w)[0];
  }

  const panel::Moments m = panel::moments(a.columns, w, problem.threads);
  out.equations = problem.equations;
  for (std::vector<int>& x : out.equations.x) {
    panel::Independence kept = panel::independent_columns(a.columns, a.kept, m, x, factors, w, raw);
    std::vector<int> in_order;
    for (const int j : x) {
      if (std::find(kept.kept.begin(), kept.kept.end(), j) != kept.kept.end()) in_order.push_back(j);
    }
    out.dropped_x.push_back(kept.dropped);
    x = std::move(in_order);
  }
  if (problem.equations.project) {
    panel::Independence kept = panel::independent_columns(a.columns, a.kept, m, problem.equations.z, factors, w, raw);
    out.dropped_z = kept.dropped;
    out.equations.z = kept.kept;
  }
  std::vector<int> parameters;
  for (const std::vector<int>& x : out.equations.x) parameters.push_back(static_cast<int>(x.size()));
  out.fit = detail::fit_refined(a.columns, m, problem, out.equations, divisor(parameters));
  if (a.status != Status::ok && out.fit.status == Status::ok) out.fit.status = a.status;
  if (!out.fit.coef.size()) return out;

  out.residual = detail::residuals(a.columns, out.equations, out.fit.coef);
  out.rss = panel::detail::squared_norms(out.residual, w);
  const Eigen::RowVectorXd mean =
      problem.constant ? Eigen::RowVectorXd(a.level[0].row(0)) : Eigen::RowVectorXd::Zero(a.columns.cols());
  detail::add_constants(problem, mean, rows, out);
  if (want_scores) detail::fill_scores(a.columns, m, problem, out);
  return out;
}

}  // namespace ccdpanel::system

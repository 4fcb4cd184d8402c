// A system of equations from its rows: moments, estimator, and one more pass for residuals and scores.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <utility>
#include <vector>

#include "ccdpanel/panel/collinear.hpp"
#include "ccdpanel/panel/residuals.hpp"
#include "ccdpanel/panel/sample.hpp"
#include "ccdpanel/panel/scores.hpp"
#include "ccdpanel/system/three_stage.hpp"

namespace ccdpanel::system {

struct SystemEstimate {
  Equations equations;                      // as estimated: collinear columns left out
  std::vector<int> dropped_z;               // collinear instruments
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
  Eigen::MatrixXd u(s.columns.rows, static_cast<Eigen::Index>(eq.y.size()));
  Eigen::Index at = 0;
  for (std::size_t i = 0; i < eq.y.size(); ++i) {
    const Eigen::Index k = static_cast<Eigen::Index>(eq.x[i].size());
    u.col(static_cast<Eigen::Index>(i)) = panel::residuals(s.columns, eq.y[i], eq.x[i], coef.segment(at, k), s.threads);
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
  panel::Columns columns = s.columns;
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
  const double rows = s.weight.size() ? s.weight.sum() : static_cast<double>(s.columns.rows);
  Eigen::MatrixXd t = Eigen::MatrixXd::Identity(size, size);
  Eigen::MatrixXd inner = Eigen::MatrixXd::Zero(size, size);
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
    row += k + lead;
    from += k;
  }
  out.coef = t * coef;
  out.half = t * inner;
  out.bread = out.half * t.transpose();
}

}  // namespace detail

// `divisor_of(slopes by equation)` is the M x M matrix of what u_i'u_j is divided by, once it is known which columns
// stay.
template <class DivisorOf>
SystemEstimate estimate_system(const panel::Sample& s, const Equations& equations, bool constant,
                               const Restrictions& restrictions, const SystemOptions& options,
                               const DivisorOf& divisor_of) {
  SystemEstimate out;
  out.equations = equations;
  std::vector<int> slopes;
  for (std::vector<int>& x : out.equations.x) {
    const panel::Independence kept = panel::independent_columns(s, x);
    x = kept.kept;
    slopes.push_back(static_cast<int>(x.size()));
    out.dropped_x.push_back(kept.dropped);
  }
  if (equations.project) {
    const panel::Independence kept = panel::independent_columns(s, equations.z);
    out.equations.z = kept.kept;
    out.dropped_z = kept.dropped;
  }
  for (const std::vector<int>& dropped : out.dropped_x) {
    if (!dropped.empty()) return out;  // which of the regressors is meant is not ours to choose
  }
  out.fit = detail::fit_refined(s, out.equations, divisor_of(slopes), restrictions, options);
  if (s.status != Status::ok && out.fit.status == Status::ok) out.fit.status = s.status;
  if (out.fit.status == Status::rank_deficient) return out;
  out.residual = detail::system_residuals(s, out.equations, out.fit.coef);
  out.rss.resize(out.residual.cols());
  for (Eigen::Index i = 0; i < out.residual.cols(); ++i)
    out.rss[i] = panel::squared_norm(out.residual.col(i), s.weight);
  detail::add_constants(s, constant, out);
  return out;
}

// Scores of observation t for equation i's parameters: (constant, projected regressors) times w_t (S^-1 u_t)_i.
inline panel::ScoreSet system_scores(const panel::Sample& s, const SystemEstimate& e, bool constant) {
  const Equations& eq = e.equations;
  const Eigen::Index count = e.residual.cols();
  Eigen::MatrixXd v = e.residual * e.fit.sigma.ldlt().solve(Eigen::MatrixXd::Identity(count, count));
  if (s.weight.size()) v = s.weight.asDiagonal() * v;
  Eigen::LLT<Eigen::MatrixXd> zz;
  if (eq.project) zz.compute(panel::pick(s.products.cross, eq.z, eq.z));
  panel::ScoreSet out{s.columns, {}, constant};
  for (std::size_t i = 0; i < eq.y.size(); ++i) {
    panel::ScoreSet::Part part;
    part.v = v.col(static_cast<Eigen::Index>(i));
    part.x = eq.x[i];
    if (eq.project) {
      part.z = eq.z;
      part.projection = panel::pick(s.products.scale, eq.z).cwiseInverse().asDiagonal() *
                        zz.solve(panel::pick(s.products.cross, eq.z, eq.x[i])) *
                        panel::pick(s.products.scale, eq.x[i]).asDiagonal();
    }
    out.parts.push_back(std::move(part));
  }
  return out;
}

}  // namespace ccdpanel::system

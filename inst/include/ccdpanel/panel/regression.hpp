// Least squares and two-stage least squares with absorbed effects.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "ccdpanel/panel/collinear.hpp"
#include "ccdpanel/panel/refinement.hpp"
#include "ccdpanel/panel/residuals.hpp"
#include "ccdpanel/panel/row_solver.hpp"
#include "ccdpanel/panel/sample.hpp"

namespace ccdpanel::panel {

// y on X, instrumented by Z, all columns by position in the sample. The constant, if any, is the sample's affair.
struct Equation {
  int y = 0;
  std::vector<int> x;
  std::vector<int> z;           // the exogenous regressors first; empty for least squares
  std::vector<int> endogenous;  // those of x that are not in z
};

struct Regression {
  std::vector<int> x, z;          // kept columns
  std::vector<int> dropped;       // collinear or absorbed ones
  std::vector<int> unidentified;  // endogenous regressors that the instruments do not tell apart from the others
  Eigen::VectorXd coef;           // of x
  Eigen::MatrixXd bread;          // (X'P_Z X)^-1
  Eigen::MatrixXd projection;     // Z to the projected regressors (|z| x |x|); empty for least squares
  Eigen::VectorXd residual;
  double rss = 0;
  bool orthogonal = false;                                     // was a QR on the rows needed?
  double constant = std::numeric_limits<double>::quiet_NaN();  // where it was solved for beside the slopes
};

// Below this squared sine the inverse of the cross-products has lost eleven digits of the sixteen, and the products of
// scores between two of it as many again: rows are solved, and their scores taken in orthonormal columns.
constexpr double close_sine2 = 1e-5;

namespace detail {

inline bool contains(const std::vector<int>& set, int j) {
  return std::find(set.begin(), set.end(), j) != set.end();
}

inline void solve_rows(const Sample& s, int y, Regression& out) {
  const Eigen::MatrixXd x = s.columns().columns(out.x);
  Eigen::MatrixXd projected = x;
  if (!out.z.empty()) {
    const Eigen::MatrixXd z = s.columns().columns(out.z);
    out.projection = RowSolver(z, s.weight).solve(x);
    projected = z * out.projection;
  }
  const RowSolver solver(projected, s.weight);
  const Eigen::VectorXd target = s.columns().column(y);
  out.coef = solver.solve(target);
  for (int pass = 0; pass < 2; ++pass) out.coef += solver.solve(target - x * out.coef);
  const Eigen::MatrixXd root = solver.inverse_root();
  out.bread = root * root.transpose();
  out.orthogonal = true;
}

// From moments: with S the scaled cross-products and D the scales, A = S_xz S_zz^-1 S_zx (or S_xx) has a unit diagonal
// after division by `d`. One step of refinement on the rows where the columns are not well apart.
inline bool solve_moments(const Sample& s, int y, double smallest_sine2, Regression& out) {
  const Moments& m = s.products;
  const Eigen::VectorXd scale = pick(m.scale, out.x);
  Eigen::MatrixXd a = pick(m.cross, out.x, out.x);
  Eigen::VectorXd b = pick(m.cross, out.x, {y});
  Eigen::MatrixXd to_x;  // scaled Z to scaled projected X
  if (!out.z.empty()) {
    const Eigen::LLT<Eigen::MatrixXd> zz(pick(m.cross, out.z, out.z));
    if (zz.info() != Eigen::Success) return false;
    const Eigen::MatrixXd half = zz.matrixL().solve(pick(m.cross, out.z, out.x));
    a = half.transpose() * half;
    b = half.transpose() * zz.matrixL().solve(pick(m.cross, out.z, {y}));
    to_x = zz.solve(pick(m.cross, out.z, out.x));
  }
  const Eigen::VectorXd d = a.diagonal().cwiseSqrt().cwiseInverse();
  const Eigen::LLT<Eigen::MatrixXd> root(d.asDiagonal() * a * d.asDiagonal());
  if (root.info() != Eigen::Success) return false;
  const Eigen::VectorXd unscale = d.cwiseQuotient(scale);
  out.coef = m.scale[y] * unscale.cwiseProduct(root.solve(d.cwiseProduct(b)));
  const Eigen::Index k = scale.size();
  out.bread = unscale.asDiagonal() * root.solve(Eigen::MatrixXd::Identity(k, k)) * unscale.asDiagonal();
  if (!out.z.empty()) {
    out.projection = pick(m.scale, out.z).cwiseInverse().asDiagonal() * to_x * scale.asDiagonal();
  }
  if (smallest_sine2 < 1e-3) {
    const Eigen::VectorXd u = s.residual(y, out.x, out.coef);
    const std::vector<int>& z = out.z.empty() ? out.x : out.z;
    Eigen::VectorXd g = products(s.columns(), z, u, s.weight, s.threads);
    if (!out.z.empty()) g = (out.projection.transpose() * g).eval();
    out.coef += unscale.cwiseProduct(root.solve(unscale.cwiseProduct(g)));
  }
  return true;
}

// Which regressors the instruments identify, exogenous ones first: an endogenous one that depends on them is at fault.
inline double identify(const Sample& s, const Equation& eq, Regression& out) {
  std::vector<int> order;
  for (const int j : eq.x) {
    if (contains(out.z, j)) order.push_back(j);
  }
  const std::size_t exogenous = order.size();
  for (const int j : eq.endogenous) {
    (s.gone[static_cast<std::size_t>(j)] ? out.unidentified : order).push_back(j);
  }
  double smallest = 1;
  if (!out.z.empty() && !order.empty()) {
    const Eigen::LLT<Eigen::MatrixXd> zz(pick(s.products.cross, out.z, out.z));
    const Eigen::MatrixXd half = zz.matrixL().solve(pick(s.products.cross, out.z, order));
    const Eigen::VectorXd length = half.colwise().norm().transpose();
    std::vector<int> position(order.size());
    std::iota(position.begin(), position.end(), 0);
    // A projection that is rounding beside the regressor itself carries nothing of it.
    const Eigen::VectorXd inverse = length.unaryExpr([](double l) { return l > 1e-8 ? 1.0 / l : 0.0; });
    const Eigen::MatrixXd cross = inverse.asDiagonal() * (half.transpose() * half) * inverse.asDiagonal();
    const Eigen::VectorXd sine2 = squared_sines(cross, position);
    for (std::size_t j = 0; j < order.size(); ++j) {
      const double sine = sine2[static_cast<Eigen::Index>(j)];
      if (j >= exogenous && sine <= 1e-13)
        out.unidentified.push_back(order[j]);
      else
        smallest = std::min(smallest, sine);
    }
  }
  for (const int j : eq.x) {
    if (contains(order, j) && !contains(out.unidentified, j)) out.x.push_back(j);
  }
  return smallest;
}

}  // namespace detail

inline Regression regress(const Sample& s, const Equation& eq) {
  Regression out;
  const bool instrumented = !eq.z.empty() || !eq.endogenous.empty();
  const Independence kept = independent_columns(s, instrumented ? eq.z : eq.x);
  out.dropped = kept.dropped;
  double smallest = kept.smallest_sine2;
  if (instrumented) {
    out.z = kept.kept;
    if (out.z.empty()) {
      out.unidentified = eq.endogenous;
    } else {
      smallest = std::min(smallest, detail::identify(s, eq, out));
    }
  } else {
    out.x = kept.kept;
  }
  if (out.x.empty()) {
    out.coef.resize(0);
    out.bread.resize(0, 0);
    out.residual = s.columns().column(eq.y);
  } else {
    if (smallest <= close_sine2 || !detail::solve_moments(s, eq.y, smallest, out)) detail::solve_rows(s, eq.y, out);
    if (!out.orthogonal && smallest < 1e-3 && out.z.empty() && s.effects.empty()) {
      detail::Refinement refinement(s, eq.y, out.x, out.coef);
      for (int pass = 0; pass < 3; ++pass) refinement.step(out.bread);
      out.coef = refinement.coef();
      out.constant = refinement.constant();
    }
    out.residual = s.residual(eq.y, out.x, out.coef);
  }
  out.rss = squared_norm(out.residual, s.weight);
  return out;
}

}  // namespace ccdpanel::panel

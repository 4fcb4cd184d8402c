// Limited-information maximum likelihood and Fuller's estimator: two-stage least squares with kappa in place of one.
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "ccdpanel/panel/regression.hpp"

namespace ccdpanel::panel {

struct KClass {
  double likelihood = 1;  // kappa of limited information
  double kappa = 1;       // the one used
};

namespace detail {

// W = [y, X] seen through the instruments, each column at norm one: `between` = W'P_Z W, `within` = W'M_Z W (zero for
// the exogenous regressors), `excluded` = W'(P_Z - P_X1)W with X1 the exogenous regressors.
struct Projections {
  Eigen::MatrixXd between, within, excluded;
};

inline Projections project_moments(const Sample& s, const std::vector<int>& w, const std::vector<int>& z,
                                   Eigen::Index exogenous) {
  const Eigen::LLT<Eigen::MatrixXd> zz(pick(s.products.cross, z, z));
  const Eigen::MatrixXd half = zz.matrixL().solve(pick(s.products.cross, z, w));
  const auto tail = half.bottomRows(half.rows() - exogenous);
  Projections out;
  out.between = half.transpose() * half;
  out.within = pick(s.products.cross, w, w) - out.between;
  out.excluded = tail.transpose() * tail;
  return out;
}

// The same on the rows, where cross-products have lost the digits.
inline Projections project_rows(const Sample& s, const std::vector<int>& w, const std::vector<int>& z,
                                Eigen::Index exogenous) {
  const Eigen::MatrixXd columns = s.columns().columns(w) * pick(s.products.scale, w).cwiseInverse().asDiagonal();
  const Eigen::MatrixXd zs = s.columns().columns(z);
  const RowSolver all(zs, s.weight);
  Eigen::MatrixXd fitted = zs * all.solve(columns);
  fitted += zs * all.solve(columns - fitted);
  Eigen::MatrixXd beyond = fitted;
  if (exogenous) {
    const Eigen::MatrixXd x1 = zs.leftCols(exogenous);
    beyond -= x1 * RowSolver(x1, s.weight).solve(fitted);
  }
  const auto gram = [&](const Eigen::MatrixXd& v) -> Eigen::MatrixXd {
    if (!s.weight.size()) return v.transpose() * v;
    return v.transpose() * s.weight.asDiagonal() * v;
  };
  return {gram(fitted), gram(columns - fitted), gram(beyond)};
}

inline Projections project(const Sample& s, const std::vector<int>& w, const std::vector<int>& z, bool rows) {
  Eigen::Index exogenous = 0;
  for (const int j : z) exogenous += contains(w, j);
  Projections out = rows ? project_rows(s, w, z, exogenous) : project_moments(s, w, z, exogenous);
  for (std::size_t i = 0; i < w.size(); ++i) {
    if (!contains(z, w[i])) continue;
    out.within.row(static_cast<Eigen::Index>(i)).setZero();
    out.within.col(static_cast<Eigen::Index>(i)).setZero();
  }
  // Of a column that the instruments explain almost wholly, the difference of two moments keeps few digits.
  const auto poor = [&](std::size_t i) {
    return !contains(z, w[i]) && out.within(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(i)) < 1e-6;
  };
  for (std::size_t i = 0; i < w.size() && !rows; ++i) {
    if (poor(i)) return project(s, w, z, true);
  }
  return out;
}

// Smallest lambda with |excluded - lambda within| = 0 over y and the endogenous regressors; kappa - 1 of the
// likelihood.
inline double smallest_root(const Projections& p, const std::vector<int>& stochastic) {
  const Eigen::MatrixXd excluded = pick(p.excluded, stochastic, stochastic);
  if (Eigen::LLT<Eigen::MatrixXd>(excluded).info() != Eigen::Success) return 0;
  const Eigen::GeneralizedSelfAdjointEigenSolver<Eigen::MatrixXd> roots(pick(p.within, stochastic, stochastic),
                                                                        excluded, Eigen::EigenvaluesOnly);
  const double largest = roots.eigenvalues().tail(1)[0];
  return largest > 0 ? 1 / largest : 0;
}

}  // namespace detail

// Takes a two-stage least squares fit to b = [X'(I - kappa M_Z)X]^-1 X'(I - kappa M_Z)y, with kappa of limited
// information less fuller / (rows - instruments - absorbed), `absorbed` counting the constant too. bread becomes [X'(I
// - kappa M_Z)X]^-1; projection stays that of X on Z.
inline KClass limited_information(const Sample& s, const Equation& eq, double fuller, double absorbed,
                                  Regression& fit) {
  std::vector<int> w{eq.y};
  w.insert(w.end(), fit.x.begin(), fit.x.end());
  std::vector<int> stochastic{0};
  for (std::size_t i = 1; i < w.size(); ++i) {
    if (detail::contains(eq.endogenous, w[i])) stochastic.push_back(static_cast<int>(i));
  }
  const std::size_t exogenous = w.size() - stochastic.size();
  const bool over = fit.z.size() - exogenous > stochastic.size() - 1;
  const detail::Projections p = detail::project(s, w, fit.z, fit.orthogonal);
  KClass out;
  if (over) out.likelihood += detail::smallest_root(p, stochastic);
  const double left = static_cast<double>(s.rows()) - static_cast<double>(fit.z.size()) - absorbed;
  out.kappa = out.likelihood - fuller / left;

  const Eigen::Index k = static_cast<Eigen::Index>(fit.x.size());
  const Eigen::MatrixXd a = p.between - (out.kappa - 1) * p.within;
  const Eigen::MatrixXd inner = a.bottomRightCorner(k, k);
  const Eigen::VectorXd d = inner.diagonal().cwiseAbs().cwiseSqrt().cwiseInverse();
  const Eigen::LDLT<Eigen::MatrixXd> root(d.asDiagonal() * inner * d.asDiagonal());
  const Eigen::VectorXd unscale = d.cwiseQuotient(pick(s.products.scale, fit.x));
  fit.coef =
      s.products.scale[eq.y] * unscale.cwiseProduct(root.solve(d.cwiseProduct(Eigen::VectorXd(a.col(0).tail(k)))));
  fit.bread = unscale.asDiagonal() * root.solve(Eigen::MatrixXd::Identity(k, k)) * unscale.asDiagonal();
  // What the first solution left of X'(I - kappa M_Z)u = (kappa P_Z X - (kappa - 1)X)'u, taken on the rows.
  const Eigen::VectorXd u = s.residual(eq.y, fit.x, fit.coef);
  const Eigen::VectorXd projected = fit.projection.transpose() * products(s.columns(), fit.z, u, s.weight, s.threads);
  const Eigen::VectorXd plain = products(s.columns(), fit.x, u, s.weight, s.threads);
  fit.coef += fit.bread * (out.kappa * projected - (out.kappa - 1) * plain);
  fit.residual = s.residual(eq.y, fit.x, fit.coef);
  fit.rss = squared_norm(fit.residual, s.weight);
  return out;
}

}  // namespace ccdpanel::panel

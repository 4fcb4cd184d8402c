// What three stages take from the moments: products of projected regressors, and covariances of residuals.
#pragma once

#include <Eigen/Dense>
#include <stdexcept>
#include <vector>

#include "ccdpanel/panel/moments.hpp"
#include "ccdpanel/system/by_equation.hpp"
#include "ccdpanel/system/equations.hpp"

namespace ccdpanel::system {

namespace detail {

// Cross-products of the equations' (projected) regressors and dependent variables, in scaled columns.
struct Products {
  std::vector<std::vector<Eigen::MatrixXd>> xx;  // xx[i][j] = X_i' P X_j
  std::vector<std::vector<Eigen::VectorXd>> xy;  // xy[i][j] = X_i' P y_j
};

inline Products products(const panel::Moments& m, const Equations& eq) {
  const std::size_t count = eq.y.size();
  Products out;
  out.xx.resize(count);
  out.xy.resize(count);
  if (eq.project && !eq.z_of.empty()) {
    const Projected p(m, eq);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < count; ++j) {
        out.xx[i].push_back(p.c[i].transpose() * p.zz[i][j] * p.c[j]);
        out.xy[i].push_back(p.c[i].transpose() * p.zy[i][j]);
      }
    }
    return out;
  }
  Eigen::LLT<Eigen::MatrixXd> zz;
  if (eq.project) zz.compute(panel::pick(m.cross, eq.z, eq.z));
  if (eq.project && zz.info() != Eigen::Success) throw std::invalid_argument("three_stage: instruments are collinear");
  // Half projections L^-1 Z'X: their cross-products are those of the projections, and stay positive semidefinite.
  std::vector<Eigen::MatrixXd> half(count), half_y(count);
  for (std::size_t i = 0; i < count && eq.project; ++i) {
    half[i] = zz.matrixL().solve(panel::pick(m.cross, eq.z, eq.x[i]));
    half_y[i] = zz.matrixL().solve(panel::pick(m.cross, eq.z, {eq.y[i]}));
  }
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) {
      out.xx[i].push_back(eq.project ? Eigen::MatrixXd(half[i].transpose() * half[j])
                                     : panel::pick(m.cross, eq.x[i], eq.x[j]));
      out.xy[i].push_back(eq.project ? Eigen::VectorXd(half[i].transpose() * half_y[j])
                                     : Eigen::VectorXd(panel::pick(m.cross, eq.x[i], {eq.y[j]})));
    }
  }
  return out;
}

// X'(I - kappa M_Z)X = kappa X'P_Z X + (1 - kappa) X'X, equation by equation.
inline void apply_kappa(const panel::Moments& m, const Equations& eq, Products& p) {
  for (std::size_t i = 0; i < eq.y.size(); ++i) {
    const double kappa = eq.kappa[static_cast<Eigen::Index>(i)];
    p.xx[i][i] = kappa * p.xx[i][i] + (1 - kappa) * panel::pick(m.cross, eq.x[i], eq.x[i]);
    p.xy[i][i] = kappa * p.xy[i][i] + (1 - kappa) * Eigen::VectorXd(panel::pick(m.cross, eq.x[i], {eq.y[i]}));
  }
}

// u_i'u_j over the divisors, from moments: with t the coefficients of the residual on all columns, t_i' M t_j.
inline Eigen::MatrixXd residual_covariance(const panel::Moments& m, const Equations& eq, const Eigen::VectorXd& coef,
                                           const Eigen::MatrixXd& divisor) {
  const Eigen::Index count = static_cast<Eigen::Index>(eq.y.size());
  Eigen::MatrixXd t = Eigen::MatrixXd::Zero(m.cross.rows(), count);
  Eigen::Index at = 0;
  for (Eigen::Index i = 0; i < count; ++i) {
    t(eq.y[i], i) += m.scale[eq.y[i]];
    for (const int j : eq.x[i]) t(j, i) -= coef[at++] * m.scale[j];
  }
  return (t.transpose() * m.cross * t).cwiseQuotient(divisor);
}

}  // namespace detail

}  // namespace ccdpanel::system

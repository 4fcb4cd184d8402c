// Efficient two-step generalised method of moments, given the covariance of the moments.
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "ccdpanel/panel/regression.hpp"

namespace ccdpanel::panel {

// Minimises (Z'Wu)' S^-1 (Z'Wu). With the constant in, it comes first among instruments and coefficients, in columns
// less their means; its moment is not met exactly where the equation is overidentified, so it has a coefficient of its
// own there.
struct GmmStep {
  Eigen::VectorXd coef;
  Eigen::MatrixXd half;       // coefficients' response to the moments: A^-1 X'WZ S^-1, A = X'WZ S^-1 Z'WX
  Eigen::MatrixXd classical;  // half Z'WZ half': times sigma^2, the covariance under iid errors
  Eigen::VectorXd residual;
  bool singular = false;  // S has no inverse: fewer clusters than instruments, say
};

namespace detail {

// Cross-products with the constant put back: columns less their means are orthogonal to it.
inline Eigen::MatrixXd with_constant(const Eigen::MatrixXd& m, bool constant) {
  if (!constant) return m;
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(m.rows() + 1, m.cols() + 1);
  out(0, 0) = 1;
  out.bottomRightCorner(m.rows(), m.cols()) = m;
  return out;
}

inline Eigen::VectorXd with_constant(const Eigen::VectorXd& v, bool constant, double first) {
  if (!constant) return v;
  Eigen::VectorXd out(v.size() + 1);
  out << first, v;
  return out;
}

}  // namespace detail

// s_moments: sum of the moments' outer products, constant's first, from the residuals of `fit` (two-stage least
// squares) in `residual_unit`.
inline GmmStep gmm_step(const Sample& s, int y, const Regression& fit, bool constant, const Eigen::MatrixXd& s_moments,
                        double residual_unit) {
  const double rows = s.weight.size() ? s.weight.sum() : static_cast<double>(s.rows());
  const Eigen::VectorXd dz = detail::with_constant(pick(s.products.scale, fit.z), constant, std::sqrt(rows));
  const Eigen::VectorXd dx = detail::with_constant(pick(s.products.scale, fit.x), constant, std::sqrt(rows));
  const Eigen::MatrixXd zz = detail::with_constant(pick(s.products.cross, fit.z, fit.z), constant);
  const Eigen::MatrixXd zx = detail::with_constant(pick(s.products.cross, fit.z, fit.x), constant);

  // S at unit diagonal: t^-1 S t^-1, t the moments' standard deviations. An instrument that varies within one cluster
  // alone, whose sum there the equation sets to zero, or one of a single row has a moment of rounding. As many
  // instruments as regressors meet all moments, however they are weighed: by their cross-products then.
  GmmStep out;
  const bool exact = fit.z.size() == fit.x.size();
  const Eigen::MatrixXd weigh = exact ? Eigen::MatrixXd(dz.asDiagonal() * zz * dz.asDiagonal()) : s_moments;
  const Eigen::VectorXd t = weigh.diagonal().cwiseMax(0).cwiseSqrt();
  const double small = (1e-11 * std::sqrt(fit.rss) + 1e-13 * s.products.scale[y]) /
                       std::sqrt(static_cast<double>(s.rows())) / residual_unit;
  const double rounding = exact ? 0 : small;
  const Eigen::VectorXd inverse = t.unaryExpr([](double v) { return v > 0 ? 1 / v : 0.0; });
  const Eigen::MatrixXd unit = inverse.asDiagonal() * weigh * inverse.asDiagonal();
  std::vector<int> all(static_cast<std::size_t>(unit.rows()));
  std::iota(all.begin(), all.end(), 0);
  if (!(t.array() > rounding * dz.array()).all() || squared_sines(unit, all).minCoeff() <= 1e-12) {
    out.singular = true;
    return out;
  }
  const Eigen::LLT<Eigen::MatrixXd> weight(unit);
  const Eigen::MatrixXd g = dz.cwiseProduct(inverse).asDiagonal() * zx;  // of scaled X, in units of t
  const Eigen::MatrixXd root = weight.matrixL().solve(g);
  const Eigen::LDLT<Eigen::MatrixXd> a(root.transpose() * root);
  const Eigen::MatrixXd response = a.solve(g.transpose() * weight.solve(Eigen::MatrixXd::Identity(t.size(), t.size())));
  out.half = dx.cwiseInverse().asDiagonal() * response * inverse.asDiagonal();
  const Eigen::MatrixXd scaled = out.half * dz.asDiagonal();
  out.classical = scaled * zz * scaled.transpose();

  const Eigen::Index k = static_cast<Eigen::Index>(fit.x.size());
  out.coef = detail::with_constant(fit.coef, constant, 0);
  out.residual = fit.residual;
  for (int pass = 0; pass < 2; ++pass) {  // the second is for the rounding of the first
    Eigen::VectorXd weighted = out.residual;
    if (s.weight.size()) weighted.array() *= s.weight.array();
    const Eigen::VectorXd moments = detail::with_constant(
        products(s.columns(), fit.z, out.residual, s.weight, s.threads), constant, weighted.sum());
    out.coef += out.half * moments;
    out.residual = s.residual(y, fit.x, out.coef.tail(k));
    if (constant) out.residual.array() -= out.coef[0];
  }
  return out;
}

}  // namespace ccdpanel::panel

// Regressors and instruments that are nearly combinations of each other, in columns that are not: weights of moments of
// columns as they came would be next to singular.
#pragma once

#include <Eigen/Dense>
#include <optional>
#include <vector>

#include "ccdpanel/panel/regression.hpp"

namespace ccdpanel::panel {

namespace detail {

// Instruments have the exogenous regressors first, regressors the endogenous ones last: how many are both. -1: they
// stand otherwise.
inline Eigen::Index exogenous_first(const Regression& fit) {
  if (fit.z.empty()) return static_cast<Eigen::Index>(fit.x.size());
  std::size_t k = 0;
  while (k < fit.z.size() && k < fit.x.size() && fit.z[k] == fit.x[k]) ++k;
  for (std::size_t j = k; j < fit.x.size(); ++j) {
    if (contains(fit.z, fit.x[j])) return -1;
  }
  return static_cast<Eigen::Index>(k);
}

}  // namespace detail

// Puts orthonormal columns in the place of the instruments of a fit (the regressors of least squares), and of its
// endogenous regressors what the exogenous ones do not explain; the fit becomes that of the new columns. T, upper
// triangular: the new regressors are the old ones times T, the old ones' coefficients T times the new ones'. Nothing
// where the fit needs no rows.
inline std::optional<Eigen::MatrixXd> lean(Sample& s, int y, Regression& fit) {
  const Eigen::Index both = fit.orthogonal ? detail::exogenous_first(fit) : -1;
  if (both < 0) return std::nullopt;
  const std::vector<int>& instruments = fit.z.empty() ? fit.x : fit.z;
  Eigen::MatrixXd z = s.columns().columns(instruments);
  Eigen::MatrixXd root = Eigen::MatrixXd::Identity(z.cols(), z.cols());
  for (int pass = 0; pass < 2; ++pass) {  // the second is for the rounding of the first
    const Eigen::MatrixXd step = detail::RowSolver(z, s.weight).inverse_root();
    z = (z * step).eval();
    root = (root * step).eval();
  }
  const std::vector<int> endogenous(fit.x.begin() + both, fit.x.end());
  Eigen::MatrixXd own = s.columns().columns(endogenous);
  Eigen::MatrixXd along = Eigen::MatrixXd::Zero(both, own.cols());
  const auto exogenous = z.leftCols(both);
  for (int pass = 0; pass < 2 && both; ++pass) {
    const Eigen::MatrixXd part =
        exogenous.transpose() * (s.weight.size() ? Eigen::MatrixXd(s.weight.asDiagonal() * own) : own);
    own -= exogenous * part;
    along += part;
  }
  const Eigen::Index k = static_cast<Eigen::Index>(fit.x.size());
  Eigen::MatrixXd t = Eigen::MatrixXd::Identity(k, k);
  t.topLeftCorner(both, both) = root.topLeftCorner(both, both);
  t.topRightCorner(both, k - both) = -root.topLeftCorner(both, both) * along;
  const Eigen::VectorXd means = t.transpose() * pick(s.mean, fit.x);
  const Eigen::VectorXd instrument_means = root.transpose() * pick(s.mean, instruments);
  s.replace(instruments, z, instrument_means);
  s.replace(endogenous, own, means.tail(k - both));
  if (!detail::solve_moments(s, y, 1e-4, fit)) detail::solve_rows(s, y, fit);
  fit.residual = s.residual(y, fit.x, fit.coef);
  fit.rss = squared_norm(fit.residual, s.weight);
  return t;
}

}  // namespace ccdpanel::panel

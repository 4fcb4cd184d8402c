// The constant that was taken out with the columns' means, back beside the coefficients.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <vector>

#include "ccdpanel/panel/regression.hpp"

namespace ccdpanel::panel {

// With the constant back in: b0 = ybar - xbar'b. coef and bread have it first; `half` takes the meat of the demeaned
// scores (constant's first) to the sandwich: half meat half'.
struct WithConstant {
  Eigen::VectorXd coef;
  Eigen::MatrixXd bread;
  Eigen::MatrixXd half;
};

// Takes what belongs to columns less their means to the columns as they came: b0 = ybar + c0 - xbar'b.
inline WithConstant off_centre(const Sample& s, int y, const std::vector<int>& x, const WithConstant& centred) {
  const Eigen::Index k = static_cast<Eigen::Index>(x.size());
  Eigen::MatrixXd t = Eigen::MatrixXd::Identity(k + 1, k + 1);
  t.row(0).tail(k) = -pick(s.mean, x).transpose();
  Eigen::VectorXd coef = centred.coef;
  coef[0] += s.mean[y];
  return {t * coef, t * centred.bread * t.transpose(), t * centred.half};
}

// Beside slopes alone the constant is a column of ones, number `one`, and the others can be taken less their means:
// sets the columns' centres so. -1: there is no such column, and nothing is done.
inline int centre_beside_ones(Columns& columns, const std::vector<Factor>& effects, const std::vector<int>& x,
                              const Eigen::VectorXd& w, int threads) {
  const bool slopes_alone =
      any_slopes(effects) && std::none_of(effects.begin(), effects.end(), [](const Factor& f) { return f.intercept; });
  if (!slopes_alone || columns.rows == 0) return -1;
  for (const int one : x) {
    bool ones = true;
    for (Eigen::Index first = 0; first < columns.rows && ones; first += Pieces::length)
      ones = (columns.piece(one, first, std::min(Pieces::length, columns.rows - first)).array() == 1.0).all();
    if (!ones) continue;
    centre_columns(columns, w, threads);
    columns.centre[one] = 0;
    if (columns.rest.size()) columns.rest[one] = 0;
    return one;
  }
  return -1;
}

// What belongs to columns less `centre`, taken to the columns as they came; nothing if the effects hold the ones.
inline WithConstant off_centre_beside_ones(const Eigen::VectorXd& centre, int one, int y, const std::vector<int>& x,
                                           const WithConstant& centred) {
  const auto at = std::find(x.begin(), x.end(), one);
  if (at == x.end()) return centred;
  const Eigen::Index row = at - x.begin(), k = static_cast<Eigen::Index>(x.size());
  Eigen::MatrixXd t = Eigen::MatrixXd::Identity(k, k);
  t.row(row) -= pick(centre, x).transpose();
  Eigen::VectorXd coef = centred.coef;
  coef[row] += centre[y];
  return {t * coef, t * centred.bread * t.transpose(), t * centred.half};
}

inline WithConstant add_constant(const Sample& s, int y, const Regression& fit) {
  const Eigen::Index k = fit.coef.size();
  const double rows = s.weight.size() ? s.weight.sum() : static_cast<double>(s.rows());
  Eigen::MatrixXd bread = Eigen::MatrixXd::Zero(k + 1, k + 1);
  bread(0, 0) = 1.0 / rows;
  bread.bottomRightCorner(k, k) = fit.bread;
  Eigen::VectorXd coef(k + 1);
  coef << 0.0, fit.coef;
  WithConstant out = off_centre(s, y, fit.x, {coef, bread, bread});
  if (std::isfinite(fit.constant)) out.coef[0] = fit.constant;
  return out;
}

}  // namespace ccdpanel::panel

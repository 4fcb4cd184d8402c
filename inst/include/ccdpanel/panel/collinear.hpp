// Which columns say nothing that the columns before them, and the effects, have not said.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <vector>

#include "ccdpanel/panel/residuals.hpp"
#include "ccdpanel/panel/sample.hpp"

namespace ccdpanel::panel {

// Below this squared sine the moments have lost half their digits, and the rows are looked at.
constexpr double suspicious_sine2 = 1e-8;
// Sine at which a column is a combination of others (Filip's tenth power stands at about 1e-9 and is none).
constexpr double dependent_sine = 1e-11;

struct Independence {
  std::vector<int> kept;
  std::vector<int> dropped;
  double smallest_sine2 = 1;  // among the kept
};

namespace detail {

// Gram-Schmidt on the rows, twice, which is as exact as Householder (Giraud et al. 2005).
// Columns of a squared sine below `watched` are looked at.
inline void orthogonalise(const Sample& s, const std::vector<int>& alive, double watched, Independence& out) {
  const Eigen::Index n = s.rows();
  Eigen::MatrixXd q(n, static_cast<Eigen::Index>(alive.size()));
  Eigen::MatrixXd triangle = Eigen::MatrixXd::Zero(q.cols(), q.cols());
  for (const int j : alive) {
    const Eigen::Index k = static_cast<Eigen::Index>(out.kept.size());
    Eigen::VectorXd v = s.columns().column(j) / s.products.scale[j];
    if (s.weight.size()) v.array() *= s.weight.array().sqrt();
    Eigen::VectorXd along = Eigen::VectorXd::Zero(k);
    for (int pass = 0; pass < 2; ++pass) {
      const Eigen::VectorXd part = q.leftCols(k).transpose() * v;
      v.noalias() -= q.leftCols(k) * part;
      along += part;
    }
    const double sine = v.norm();
    bool dependent = sine <= dependent_sine;
    if (!dependent && sine * sine <= watched) {
      Combination c{out.kept, triangle.topLeftCorner(k, k).triangularView<Eigen::Upper>().solve(-along), {}};
      for (Eigen::Index i = 0; i < k; ++i) {
        c.coef[i] *= s.products.scale[j] / s.products.scale[out.kept[static_cast<std::size_t>(i)]];
      }
      c.columns.push_back(j);
      c.coef.conservativeResize(k + 1);
      c.coef[k] = 1;
      dependent = s.is_rounding(std::move(c), sine * s.products.scale[j], dependent_sine * s.products.scale[j]);
    }
    if (dependent) {
      out.dropped.push_back(j);
      continue;
    }
    triangle.col(k).head(k) = along;
    triangle(k, k) = sine;
    q.col(k) = v / sine;
    out.kept.push_back(j);
    out.smallest_sine2 = std::min(out.smallest_sine2, sine * sine);
  }
}

}  // namespace detail

// Columns of the sample in `order`, each kept unless the effects absorb it or it depends on those kept before.
inline Independence independent_columns(const Sample& s, const std::vector<int>& order) {
  Independence out;
  std::vector<int> alive;
  for (const int j : order) (s.gone[static_cast<std::size_t>(j)] ? out.dropped : alive).push_back(j);
  if (alive.empty()) return out;
  const double smallest = squared_sines(s.products.cross, alive).minCoeff();
  double watched = suspicious_sine2;
  for (const int j : alive) watched = std::max(watched, std::min(rounding_share, 16 * std::pow(s.coarseness(j), 2)));
  if (smallest <= watched) {
    detail::orthogonalise(s, alive, watched, out);
  } else {
    out.kept = std::move(alive);
    out.smallest_sine2 = smallest;
  }
  return out;
}

}  // namespace ccdpanel::panel

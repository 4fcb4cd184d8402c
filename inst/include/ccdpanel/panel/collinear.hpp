// Which columns say nothing that the columns before them, and the effects, have not said.
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "ccdpanel/panel/absorb.hpp"
#include "ccdpanel/panel/moments.hpp"

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

// A suspicious combination of columns that went through an iterative absorption: what is left of it may be a hard
// design or the iteration's tolerance. The combination itself, formed from the columns as they came, is absorbed and
// judged by what remains.
template <class Raw>
bool absorbed_combination(const Raw& raw, int column, const std::vector<int>& others, const Eigen::VectorXd& coef,
                          const std::vector<Factor>& factors, const Eigen::VectorXd& w, double demeaned_norm) {
  Eigen::MatrixXd combination = raw(column);
  for (std::size_t j = 0; j < others.size(); ++j) combination -= coef[j] * raw(others[j]);
  AbsorbOptions tight;
  tight.tolerance = 1e-12;
  const Absorbed left = absorb(combination, factors, w, tight);
  const double norm = std::sqrt(squared_norms(left.columns, w)[0]);
  return left.kept[0] <= absorbed_share || norm <= dependent_sine * demeaned_norm;
}

}  // namespace detail

// Columns of x (demeaned) in `order`, each kept unless it is absorbed by the factors or depends on those kept before.
// raw(j) returns column j as it was before the absorption.
template <class Raw>
Independence independent_columns(const Eigen::MatrixXd& x, const Eigen::VectorXd& kept_share, const Moments& m,
                                 const std::vector<int>& order, const std::vector<Factor>& factors,
                                 const Eigen::VectorXd& w, const Raw& raw) {
  Independence out;
  std::vector<int> alive;
  for (const int j : order) {
    const bool gone = m.scale[j] <= 0 || (!factors.empty() && kept_share[j] <= absorbed_share);
    (gone ? out.dropped : alive).push_back(j);
  }
  const Eigen::VectorXd sine2 = squared_sines(m.cross, alive, 0.0);
  if (alive.empty() || sine2.minCoeff() > suspicious_sine2) {
    if (!alive.empty()) out.smallest_sine2 = sine2.minCoeff();
    out.kept = std::move(alive);
    return out;
  }
  // Gram-Schmidt on the rows, twice, which is as exact as Householder (Giraud et al. 2005).
  Eigen::MatrixXd q(x.rows(), static_cast<Eigen::Index>(alive.size()));
  Eigen::MatrixXd triangle = Eigen::MatrixXd::Zero(q.cols(), q.cols());
  Eigen::VectorXd root = w.size() ? Eigen::VectorXd(w.cwiseSqrt()) : Eigen::VectorXd();
  for (const int j : alive) {
    const Eigen::Index k = static_cast<Eigen::Index>(out.kept.size());
    Eigen::VectorXd v = x.col(j) / m.scale[j];
    if (w.size()) v = v.cwiseProduct(root);
    Eigen::VectorXd along = Eigen::VectorXd::Zero(k);
    for (int pass = 0; pass < 2; ++pass) {
      const Eigen::VectorXd part = q.leftCols(k).transpose() * v;
      v.noalias() -= q.leftCols(k) * part;
      along += part;
    }
    const double sine = v.norm();
    bool dependent = sine <= dependent_sine;
    if (!dependent && factors.size() > 1 && sine * sine <= suspicious_sine2) {
      Eigen::VectorXd coef = triangle.topLeftCorner(k, k).triangularView<Eigen::Upper>().solve(along);
      for (Eigen::Index i = 0; i < k; ++i) coef[i] *= m.scale[j] / m.scale[out.kept[i]];
      dependent = detail::absorbed_combination(raw, j, out.kept, coef, factors, w, m.scale[j]);
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
  return out;
}

}  // namespace ccdpanel::panel

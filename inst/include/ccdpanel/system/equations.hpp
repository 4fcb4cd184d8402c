// Which columns each equation of a system has.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <vector>

#include "ccdpanel/panel/moments.hpp"

namespace ccdpanel::system {

// y_m = X_m d_m + u_m, m = 1..M, all columns by position in the moments; z are the instruments common to all equations,
// unless z_of has each equation's own. Projection: X_m is replaced by P_Z X_m (2SLS, 3SLS) or taken as it is (least
// squares, SUR). kappa (one an equation, or empty): I - kappa M_Z in place of P_Z, equation by equation.
struct Equations {
  std::vector<int> y;
  std::vector<std::vector<int>> x;
  std::vector<int> z;
  bool project = true;
  std::vector<std::vector<int>> z_of = {};
  Eigen::VectorXd kappa = {};

  const std::vector<int>& instruments(std::size_t i) const { return z_of.empty() ? z : z_of[i]; }
};

// What u_i'u_j is divided by, with k_i the slopes of equation i and the degrees of freedom of constant or effects.
enum class Divisor {
  rows,            // n
  geometric_mean,  // sqrt((n - k_i)(n - k_j))
  largest,         // n - max(k_i, k_j)
  theil            // n - k_i - k_j + tr[P_i P_j], P the projection on an equation's regressors
};

// `fewer`: restrictions within an equation, which are no slopes.
inline Eigen::MatrixXd residual_divisor(const panel::Moments& m, const Equations& eq, Divisor rule, double n,
                                        double absorbed, const std::vector<int>& fewer) {
  const std::size_t count = eq.y.size();
  const Eigen::Index size = static_cast<Eigen::Index>(count);
  Eigen::MatrixXd out = Eigen::MatrixXd::Constant(size, size, n);
  if (rule == Divisor::rows) return out;
  std::vector<Eigen::LLT<Eigen::MatrixXd>> roots;
  for (std::size_t i = 0; i < count && rule == Divisor::theil; ++i)
    roots.emplace_back(panel::pick(m.cross, eq.x[i], eq.x[i]));
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) {
      const double k_i = absorbed + static_cast<double>(eq.x[i].size()) - fewer[i];
      const double k_j = absorbed + static_cast<double>(eq.x[j].size()) - fewer[j];
      double& cell = out(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
      if (rule == Divisor::geometric_mean) cell = std::sqrt((n - k_i) * (n - k_j));
      if (rule == Divisor::largest) cell = n - std::max(k_i, k_j);
      if (rule == Divisor::theil) {
        const Eigen::MatrixXd half = roots[i].matrixL().solve(panel::pick(m.cross, eq.x[i], eq.x[j]));
        const Eigen::MatrixXd both = roots[j].matrixL().solve(half.transpose());
        cell = n - k_i - k_j + absorbed + both.squaredNorm();
      }
    }
  }
  return out;
}

}  // namespace ccdpanel::system

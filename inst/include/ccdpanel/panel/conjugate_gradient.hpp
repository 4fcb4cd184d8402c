// Preconditioned conjugate gradients on several right-hand sides at once.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <vector>

#include "ccdpanel/core/status.hpp"
#include "ccdpanel/panel/reduced_system.hpp"

namespace ccdpanel::panel {

struct CgResult {
  Status status = Status::ok;
  int iterations = 0;
};

// Solves S p = r for every column, from p = 0, with the Jacobi preconditioner. A column stops when the error that it
// leaves in the demeaned column is at most tolerance * norm[column].
//
// That error's Euclidean norm is the energy norm |p - p*|_S. Step t lowers its square by alpha_t r_t'z_t, so the sum
// of the last d decrements bounds from below what was left d steps ago (Hestenes and Stiefel 1952; Strakos and Tichy
// 2002). d grows with the iterations, since a plateau can look like convergence.
//
// S is singular, once per connected component; r is consistent, so the iterates need no grounding. Once only rounding
// is left, the direction may point into the null space, where the step length is noise: its Rayleigh quotient in the
// preconditioner's metric tells, and the column stops.
inline CgResult conjugate_gradient(const ReducedSystem& system, Block r, const Eigen::VectorXd& norm, double tolerance,
                                   int max_iterations, Block& p) {
  const Eigen::Index n = r.rows(), k = r.cols();
  const Eigen::VectorXd diagonal = system.diagonal();
  const Eigen::VectorXd inverse = diagonal.unaryExpr([](double d) { return d > 0 ? 1.0 / d : 0.0; });
  constexpr double null_space = 1e-14;

  p = Block::Zero(n, k);
  Block z = inverse.asDiagonal() * r;
  Block direction = z;
  Block q(n, k), sum(system.largest_unit(), k);
  Eigen::RowVectorXd mean(k), rz = r.cwiseProduct(z).colwise().sum(), next(k), curvature(k), length(k), alpha(k),
                              beta(k);
  std::vector<char> active(static_cast<std::size_t>(k), 1);
  std::vector<Eigen::RowVectorXd> decrement;  // one a step: k numbers, little beside the n x k blocks

  CgResult out;
  for (; out.iterations < max_iterations; ++out.iterations) {
    bool any = false;
    for (Eigen::Index j = 0; j < k; ++j) any |= (active[j] = active[j] && rz[j] > 0) != 0;
    if (!any) return out;

    system.apply(direction, q, sum, mean);
    curvature = direction.cwiseProduct(q).colwise().sum();
    length = diagonal.transpose() * direction.cwiseAbs2();
    for (Eigen::Index j = 0; j < k; ++j) {
      active[j] = active[j] && curvature[j] > null_space * length[j];
      alpha[j] = active[j] ? rz[j] / curvature[j] : 0.0;
    }
    p.noalias() += direction * alpha.asDiagonal();
    r.noalias() -= q * alpha.asDiagonal();
    decrement.push_back(alpha.cwiseProduct(rz));

    const std::size_t window = 3 + static_cast<std::size_t>(out.iterations) / 10;
    for (Eigen::Index j = 0; j < k && decrement.size() >= window; ++j) {
      double left = 0;
      for (std::size_t d = decrement.size() - window; d < decrement.size(); ++d) left += decrement[d][j];
      if (std::sqrt(left) <= tolerance * norm[j]) active[j] = 0;
    }

    z.noalias() = inverse.asDiagonal() * r;
    next = r.cwiseProduct(z).colwise().sum();
    for (Eigen::Index j = 0; j < k; ++j) beta[j] = active[j] ? next[j] / rz[j] : 0.0;
    direction = z + direction * beta.asDiagonal();
    rz = next;
  }
  out.status = Status::not_converged;
  return out;
}

}  // namespace ccdpanel::panel

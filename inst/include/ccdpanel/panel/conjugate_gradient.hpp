// Preconditioned conjugate gradients on several right-hand sides at once.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <utility>
#include <vector>

#include "ccdpanel/core/status.hpp"
#include "ccdpanel/panel/reduced_system.hpp"

namespace ccdpanel::panel {

// Solves S p = r for every column, from p = 0. A column stops when the error that it leaves in the demeaned column is
// at most tolerance * norm[column].
//
// That error's Euclidean norm is the energy norm |p - p*|_S. Step t lowers its square by alpha_t r_t'z_t, so the sum
// of the last d decrements bounds from below what was left d steps ago (Hestenes and Stiefel 1952; Strakos and Tichy
// 2002). d grows with the iterations, since a plateau can look like convergence.
//
// S is singular, once per connected component; r is consistent, so the iterates need no grounding. Once only rounding
// is left, the direction may point into the null space, where the step length is noise: its Rayleigh quotient in the
// metric of the diagonal tells, and the column stops.
class ConjugateGradient {
 public:
  ConjugateGradient(const ReducedSystem& system, Block r, Eigen::VectorXd norm, double tolerance)
      : system_(system),
        diagonal_(system.diagonal()),
        norm_(std::move(norm)),
        tolerance_(tolerance),
        r_(std::move(r)),
        p_(Block::Zero(r_.rows(), r_.cols())),
        q_(r_.rows(), r_.cols()),
        sum_(system.largest_unit(), r_.cols()),
        mean_(r_.cols()),
        active_(static_cast<std::size_t>(r_.cols()), 1) {}

  const Block& solution() const { return p_; }
  int iterations() const { return iterations_; }

  // At most `steps` steps with z = precondition(r); true when every column has stopped. Another call goes on from the
  // current solution, with another preconditioner if it likes.
  template <class Precondition>
  bool run(int steps, const Precondition& precondition) {
    const Eigen::Index k = r_.cols();
    decrement_.clear();
    precondition(r_, z_);
    direction_ = z_;
    rz_ = r_.cwiseProduct(z_).colwise().sum();
    alpha_.resize(k);
    beta_.resize(k);
    for (int t = 0; t < steps; ++t) {
      for (Eigen::Index j = 0; j < k; ++j) active_[j] = active_[j] && rz_[j] > 0;
      if (finished()) return true;
      step(t);
      precondition(r_, z_);
      next_ = r_.cwiseProduct(z_).colwise().sum();
      for (Eigen::Index j = 0; j < k; ++j) beta_[j] = active_[j] ? next_[j] / rz_[j] : 0.0;
      direction_ = z_ + direction_ * beta_.asDiagonal();
      rz_ = next_;
    }
    return finished();
  }

  // z = D^-1 r.
  auto jacobi() const {
    const Eigen::VectorXd inverse = diagonal_.unaryExpr([](double d) { return d > 0 ? 1.0 / d : 0.0; });
    return [inverse](const Block& r, Block& z) { z.noalias() = inverse.asDiagonal() * r; };
  }

  // How many steps more at the rate of the last run's second half: the decay of the energy decrement, extrapolated.
  double predicted_steps() const {
    const std::size_t t = decrement_.size();
    if (t < 4) return 0;
    double most = 0;
    for (Eigen::Index j = 0; j < r_.cols(); ++j) {
      const double early = decrement_[t / 2 - 1][j], late = decrement_[t - 1][j];
      const double goal = std::pow(tolerance_ * norm_[j], 2);
      if (!active_[j] || !(late > goal)) continue;
      const double rate = std::log(late / early) / static_cast<double>(t - t / 2);
      most = std::max(most, rate < 0 ? std::log(goal / late) / rate : 1e9);
    }
    return most;
  }

 private:
  static constexpr double null_space = 1e-14;

  bool finished() const {
    for (const char a : active_) {
      if (a) return false;
    }
    return true;
  }

  void step(int t) {
    const Eigen::Index k = r_.cols();
    system_.apply(direction_, q_, sum_, mean_);
    const Eigen::RowVectorXd curvature = direction_.cwiseProduct(q_).colwise().sum();
    const Eigen::RowVectorXd length = diagonal_.transpose() * direction_.cwiseAbs2();
    for (Eigen::Index j = 0; j < k; ++j) {
      active_[j] = active_[j] && curvature[j] > null_space * length[j];
      alpha_[j] = active_[j] ? rz_[j] / curvature[j] : 0.0;
    }
    p_.noalias() += direction_ * alpha_.asDiagonal();
    r_.noalias() -= q_ * alpha_.asDiagonal();
    decrement_.push_back(alpha_.cwiseProduct(rz_));
    ++iterations_;
    const std::size_t window = 3 + static_cast<std::size_t>(t) / 10;
    for (Eigen::Index j = 0; j < k && decrement_.size() >= window; ++j) {
      double left = 0;
      for (std::size_t d = decrement_.size() - window; d < decrement_.size(); ++d) left += decrement_[d][j];
      if (std::sqrt(left) <= tolerance_ * norm_[j]) active_[j] = 0;
    }
  }

  const ReducedSystem& system_;
  Eigen::VectorXd diagonal_, norm_;
  double tolerance_;
  Block r_, p_, z_, direction_, q_, sum_;
  Eigen::RowVectorXd mean_, rz_, next_, alpha_, beta_;
  std::vector<char> active_;
  std::vector<Eigen::RowVectorXd> decrement_;  // one a step: k numbers, little beside the blocks
  int iterations_ = 0;
};

}  // namespace ccdpanel::panel

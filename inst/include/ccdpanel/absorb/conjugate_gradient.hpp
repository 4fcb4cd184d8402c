// Preconditioned conjugate gradients on several right-hand sides at once.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/block.hpp"
#include "ccdpanel/core/status.hpp"

namespace ccdpanel::panel {

// A map from blocks to blocks without its type, so that the loop over steps is compiled once for a K; it looks at what
// it was made of.
template <int K>
class BlockMap {
 public:
  template <class Map>
  explicit BlockMap(const Map& map)
      : object_(&map), call_([](const void* object, const Block<K>& in, Block<K>& out) {
          (*static_cast<const Map*>(object))(in, out);
        }) {}
  void operator()(const Block<K>& in, Block<K>& out) const { call_(object_, in, out); }

 private:
  const void* object_;
  void (*call_)(const void* object, const Block<K>& in, Block<K>& out);
};

// Solves S p = r for every one of K columns, from p = 0, for a symmetric positive semi-definite System with size(),
// diagonal() and apply(p, q). A column stops when the error that it leaves in the demeaned column is at most
// tolerance * norm[column].
//
// That error's Euclidean norm is the energy norm |p - p*|_S. Step t lowers its square by alpha_t r_t'z_t, so the sum
// of the last d decrements bounds from below what was left d steps ago (Hestenes and Stiefel 1952; Strakos and Tichy
// 2002). d grows with the iterations, since a plateau can look like convergence. Where the last steps each left a
// hundredth at most of the decrement before, as on well connected effects, the decrements to come are a geometric tail
// and tell what is left now.
//
// S is singular, once per connected component; r is consistent, so the iterates need no grounding. Once only rounding
// is left, the direction may point into the null space, where the step length is noise: its Rayleigh quotient in the
// metric of the diagonal tells, and the column stops. It stops before where r itself is no more than rounding: a
// direction of which little is outside the null space would turn that into a step of any length. Of what may be
// rounding or not, a quotient that is suddenly a small part of all before, or a decrement that rises, says that it is.
template <int K>
class ConjugateGradient {
 public:
  // `poll`, if any, is called once a step and may throw.
  ConjugateGradient(Block<K> r, const Row<K>& norm, double tolerance, std::function<void()> poll = {})
      : norm_(norm), tolerance_(tolerance), poll_(std::move(poll)), r_(std::move(r)) {
    p_.setZero(r_.rows(), K);
    q_.resize(r_.rows(), K);
    z_.resize(r_.rows(), K);
    active_.fill(true);
    little_.fill(false);
    quotient_.setConstant(1);
    lowest_.setConstant(std::numeric_limits<double>::infinity());
  }

  const Block<K>& solution() const { return p_; }
  int iterations() const { return iterations_; }

  // At most `steps` steps with z = precondition(r); true when every column has stopped. Another call goes on from the
  // current solution, with another preconditioner if it likes, or with the same system written otherwise.
  template <class System, class Precondition>
  bool run(const System& system, const Eigen::VectorXd& diagonal, int steps, const Precondition& precondition) {
    const auto apply = [&](const Block<K>& p, Block<K>& q) { system.apply(p, q); };
    return iterate(BlockMap<K>(apply), diagonal, steps, BlockMap<K>(precondition));
  }

  // How many steps more at the rate of the last run's second half: the decay of the energy decrement, extrapolated.
  double predicted_steps() const {
    const std::size_t t = decrement_.size();
    if (t < 4) return 0;
    double most = 0;
    for (int j = 0; j < K; ++j) {
      const double early = decrement_[t / 2 - 1][j], late = decrement_[t - 1][j];
      const double goal = std::pow(tolerance_ * norm_[j], 2);
      if (!active_[j] || !(late > goal)) continue;
      const double rate = std::log(late / early) / static_cast<double>(t - t / 2);
      most = std::max(most, rate < 0 ? std::log(goal / late) / rate : 1e9);
    }
    return most;
  }

 private:
  bool iterate(const BlockMap<K>& system, const Eigen::VectorXd& diagonal, int steps, const BlockMap<K>& precondition) {
    decrement_.clear();
    precondition(r_, z_);
    direction_ = z_;
    rz_ = dot(r_, z_);
    for (int t = 0; t < steps; ++t) {
      for (int j = 0; j < K; ++j) active_[j] = active_[j] && rz_[j] > rounding * norm_[j] * norm_[j];
      if (finished()) return true;
      if (poll_) poll_();
      step(system, diagonal, t);
      precondition(r_, z_);
      const Row<K> next = dot(r_, z_);
      Row<K> beta;
      for (int j = 0; j < K; ++j) beta[j] = active_[j] ? next[j] / rz_[j] : 0.0;
      for (int g = 0; g < z_.rows(); ++g) lane(direction_, g) = lane(z_, g) + lane(direction_, g) * beta;
      rz_ = next;
    }
    return finished();
  }

  static constexpr double null_space = 1e-14;
  static constexpr double sudden = 1e-3, rise = 10;
  static constexpr double rounding = 1e-31;  // the square of what sums of a column of norm one are off by

  static Row<K> dot(const Block<K>& a, const Block<K>& b) {
    Row<K> sum = Row<K>::Zero();
    for (int g = 0; g < a.rows(); ++g) sum += lane(a, g) * lane(b, g);
    return sum;
  }

  bool finished() const {
    for (const bool a : active_) {
      if (a) return false;
    }
    return true;
  }

  void step(const BlockMap<K>& system, const Eigen::VectorXd& diagonal, int t) {
    system(direction_, q_);
    Row<K> curvature = Row<K>::Zero(), length = Row<K>::Zero(), alpha;
    for (int g = 0; g < q_.rows(); ++g) {
      const Row<K> along = lane(direction_, g);
      curvature += along * lane(q_, g);
      length += diagonal[g] * along.square();
    }
    for (int j = 0; j < K; ++j) {
      little_[j] = little_[j] || rz_[j] <= 10000 * rounding * norm_[j] * norm_[j];
      const double quotient = curvature[j] / length[j], decrement = rz_[j] * rz_[j] / curvature[j];
      active_[j] = active_[j] && curvature[j] > null_space * length[j] &&
                   !(little_[j] && (quotient <= sudden * quotient_[j] || decrement > rise * lowest_[j]));
      if (active_[j]) {
        quotient_[j] = std::min(quotient_[j], quotient);
        lowest_[j] = std::min(lowest_[j], decrement);
      }
      alpha[j] = active_[j] ? rz_[j] / curvature[j] : 0.0;
    }
    for (int g = 0; g < q_.rows(); ++g) {
      lane(p_, g) += lane(direction_, g) * alpha;
      lane(r_, g) -= lane(q_, g) * alpha;
    }
    decrement_.push_back(alpha * rz_);
    ++iterations_;
    const std::size_t window = 3 + static_cast<std::size_t>(t) / 10;
    for (int j = 0; j < K && decrement_.size() >= window; ++j) {
      double left = 0;
      for (std::size_t d = decrement_.size() - window; d < decrement_.size(); ++d) left += decrement_[d][j];
      if (std::sqrt(std::min(left, tail(j))) <= tolerance_ * norm_[j]) active_[j] = false;
    }
  }

  // The sum of the decrements to come at the slower rate of the last two, taken for a thousand times what it is, so
  // that the error is a thirtieth of the tolerance: a step that gains a digit and more is cheap, and without it the
  // error would be all of the tolerance. Infinite where they fall slowly.
  double tail(int j) const {
    const Row<K>* last = &decrement_.back();
    const double rate = std::max(last[0][j] / last[-1][j], last[-1][j] / last[-2][j]);
    return rate <= 1e-2 ? 1000 * rate * last[0][j] : std::numeric_limits<double>::infinity();
  }

  Row<K> norm_;
  double tolerance_;
  std::function<void()> poll_;
  Block<K> r_, p_, z_, direction_, q_;
  Row<K> rz_, quotient_, lowest_;  // quotient_, lowest_: the least Rayleigh quotient, 1 at first, and decrement so far
  std::array<bool, K> active_, little_;  // little_: has r been what may be rounding?
  std::vector<Row<K>> decrement_;        // one a step: K numbers, little beside the blocks
  int iterations_ = 0;
};

// z = D^-1 r.
class Jacobi {
 public:
  explicit Jacobi(const Eigen::VectorXd& diagonal)
      : inverse_(diagonal.unaryExpr([](double d) { return d > 0 ? 1.0 / d : 0.0; })) {}
  template <int K>
  void operator()(const Block<K>& r, Block<K>& z) const {
    z = inverse_.asDiagonal() * r;
  }

 private:
  Eigen::VectorXd inverse_;
};

}  // namespace ccdpanel::panel

// Absorbing effects: the residuals of columns on any number of sets of dummies.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include "ccdpanel/panel/approximate_cholesky.hpp"
#include "ccdpanel/panel/conjugate_gradient.hpp"

namespace ccdpanel::panel {

struct AbsorbOptions {
  double tolerance = 1e-10;  // of the demeaned column, relative to its norm after the largest effect is out
  int max_iterations = 10000;
  int trial_steps = 8;   // with the diagonal as preconditioner, before the choice of another
  double patience = 30;  // predicted steps beyond which the approximate factor is built
  bool again = true;     // columns of which little is left are absorbed a second time
};

// A column whose squared norm falls below this share of what it was is absorbed: what is left of it is rounding.
constexpr double absorbed_share = 1e-20;
// A column whose share falls below this one may be all tolerance: absorbed again, it shrinks once more if it is.
constexpr double doubtful_share = 1e-12;

struct Absorbed {
  Eigen::MatrixXd columns;             // n x K, demeaned
  std::vector<Eigen::MatrixXd> level;  // per effect (levels x K): column = sum of its levels' values + demeaned column
  Eigen::VectorXd kept;                // per column: its squared norm after, over before (centred); 0 for a constant
  double certificate = 0;              // largest |level mean| of a demeaned column, in its own standard deviations
  int iterations = 0;
  Status status = Status::ok;
};

namespace detail {

inline double weight(const Eigen::VectorXd& w, Eigen::Index i) {
  return w.size() ? w[i] : 1.0;
}

inline Eigen::MatrixXd level_means(const Eigen::Ref<const Eigen::MatrixXd>& x, const Factor& f,
                                   const Eigen::VectorXd& w) {
  Eigen::MatrixXd mean = Eigen::MatrixXd::Zero(f.levels, x.cols());
  Eigen::VectorXd total = Eigen::VectorXd::Zero(f.levels);
  for (Eigen::Index i = 0; i < x.rows(); ++i) total[f.code[i]] += weight(w, i);
  for (Eigen::Index k = 0; k < x.cols(); ++k) {
    for (Eigen::Index i = 0; i < x.rows(); ++i) mean(f.code[i], k) += weight(w, i) * x(i, k);
  }
  return total.cwiseInverse().asDiagonal() * mean;
}

inline void subtract_levels(Eigen::MatrixXd& x, const Factor& f, const Eigen::MatrixXd& value) {
  for (Eigen::Index k = 0; k < x.cols(); ++k) {
    for (Eigen::Index i = 0; i < x.rows(); ++i) x(i, k) -= value(f.code[i], k);
  }
}

inline Eigen::VectorXd squared_norms(const Eigen::MatrixXd& x, const Eigen::VectorXd& w) {
  if (!w.size()) return x.colwise().squaredNorm().transpose();
  return x.cwiseAbs2().transpose() * w;
}

// The values of the other effects' levels, for columns from which the unit means are out.
inline Block solve_others(const Eigen::MatrixXd& x, const Factor& unit, const std::vector<const Factor*>& others,
                          const Eigen::VectorXd& w, const AbsorbOptions& options, Absorbed& out) {
  const Cells cells = make_cells(unit, others, w);
  const ReducedSystem system(cells);
  Block r = Block::Zero(system.size(), x.cols());
  for (std::size_t j = 0; j < others.size(); ++j) {
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      r.row(cells.offset[j] + others[j]->code[i]) += weight(w, i) * x.row(i);
    }
  }
  ConjugateGradient cg(system, std::move(r), squared_norms(x, w).cwiseSqrt(), options.tolerance);
  bool done = cg.run(options.trial_steps, cg.jacobi());
  // A hard design shows by the slow decay of the first steps; then the factor's cost is soon earned back.
  if (!done && cells.others == 1 && cg.predicted_steps() > options.patience) {
    const ApproximateCholesky factor(cells);
    Block work;
    done = cg.run(options.max_iterations, [&](const Block& residual, Block& z) { factor.solve(residual, z, work); });
  } else if (!done) {
    done = cg.run(options.max_iterations, cg.jacobi());
  }
  out.iterations = cg.iterations();
  if (!done) out.status = Status::not_converged;
  return cg.solution();
}

inline double certificate(const Eigen::MatrixXd& x, const std::vector<Factor>& factors, const Eigen::VectorXd& w,
                          const Eigen::VectorXd& kept) {
  const Eigen::VectorXd norm = squared_norms(x, w);
  const double rows = w.size() ? w.sum() : static_cast<double>(x.rows());
  double largest = 0;
  for (const Factor& f : factors) {
    const Eigen::MatrixXd mean = level_means(x, f, w);
    for (Eigen::Index k = 0; k < x.cols(); ++k) {
      if (kept[k] <= absorbed_share) continue;
      largest = std::max(largest, mean.col(k).cwiseAbs().maxCoeff() / std::sqrt(norm[k] / rows));
    }
  }
  return largest;
}

inline void absorb_again(const std::vector<Factor>& factors, const Eigen::VectorXd& w, const AbsorbOptions& options,
                         const Eigen::VectorXd& before, Absorbed& out);

}  // namespace detail

// Residuals of each column of x on the dummies of all factors, in the metric of the weights w (empty: all ones).
//
// The effect with most levels is eliminated exactly (its levels are means), the others by conjugate gradients on the
// reduced system; then its levels follow from theirs. Columns are centred first, so a large constant in a regressor
// costs no digits. Without factors, x is returned as it came.
inline Absorbed absorb(Eigen::MatrixXd x, const std::vector<Factor>& factors, const Eigen::VectorXd& w,
                       const AbsorbOptions& options = {}) {
  for (const Factor& f : factors) {
    if (static_cast<Eigen::Index>(f.code.size()) != x.rows())
      throw std::invalid_argument("absorb: codes and rows differ");
  }
  if (w.size() && w.size() != x.rows()) throw std::invalid_argument("absorb: weights and rows differ");
  Absorbed out;
  out.kept = Eigen::VectorXd::Ones(x.cols());
  if (factors.empty() || x.rows() == 0 || x.cols() == 0) {
    out.columns = std::move(x);
    return out;
  }
  Eigen::RowVectorXd centre = x.colwise().mean();
  x.rowwise() -= centre;
  const Eigen::VectorXd before = detail::squared_norms(x, w);

  std::size_t largest = 0;
  for (std::size_t e = 1; e < factors.size(); ++e) {
    if (factors[e].levels > factors[largest].levels) largest = e;
  }
  const Factor& unit = factors[largest];
  out.level.resize(factors.size());
  Eigen::MatrixXd unit_level = detail::level_means(x, unit, w);
  detail::subtract_levels(x, unit, unit_level);

  if (factors.size() > 1) {
    std::vector<const Factor*> others;
    for (std::size_t e = 0; e < factors.size(); ++e) {
      if (e != largest) others.push_back(&factors[e]);
    }
    const Block p = detail::solve_others(x, unit, others, w, options, out);
    Eigen::Index row = 0;
    for (std::size_t e = 0; e < factors.size(); ++e) {
      if (e == largest) continue;
      out.level[e] = p.middleRows(row, factors[e].levels);
      row += factors[e].levels;
      detail::subtract_levels(x, factors[e], out.level[e]);
    }
  }
  // The unit's means once more: after the other effects left, and for the rounding of the first time.
  const Eigen::MatrixXd rest = detail::level_means(x, unit, w);
  detail::subtract_levels(x, unit, rest);
  unit_level += rest;
  unit_level.rowwise() += centre;
  out.level[largest] = std::move(unit_level);

  const Eigen::VectorXd after = detail::squared_norms(x, w);
  for (Eigen::Index k = 0; k < x.cols(); ++k) out.kept[k] = before[k] > 0 ? after[k] / before[k] : 0.0;
  out.columns = std::move(x);
  if (options.again && factors.size() > 1) detail::absorb_again(factors, w, options, before, out);
  out.certificate = detail::certificate(out.columns, factors, w, out.kept);
  return out;
}

inline void detail::absorb_again(const std::vector<Factor>& factors, const Eigen::VectorXd& w,
                                 const AbsorbOptions& options, const Eigen::VectorXd& before, Absorbed& out) {
  AbsorbOptions once = options;
  once.again = false;
  for (Eigen::Index k = 0; k < out.columns.cols(); ++k) {
    if (!(out.kept[k] > absorbed_share && out.kept[k] <= doubtful_share)) continue;
    const Absorbed second = absorb(out.columns.col(k), factors, w, once);
    out.columns.col(k) = second.columns;
    for (std::size_t e = 0; e < factors.size(); ++e) out.level[e].col(k) += second.level[e];
    out.kept[k] = squared_norms(second.columns, w)[0] / before[k];
    out.iterations += second.iterations;
  }
}

}  // namespace ccdpanel::panel

// Least squares and two-stage least squares with absorbed effects.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "ccdpanel/panel/absorb.hpp"
#include "ccdpanel/panel/collinear.hpp"
#include "ccdpanel/panel/moments.hpp"

namespace ccdpanel::panel {

// y on X, instrumented by Z (Z = X: least squares), all columns given by position in `column`.
struct Problem {
  std::vector<const double*> column;
  Eigen::Index rows = 0;
  int y = 0;
  std::vector<int> x;           // regressors, without the constant
  std::vector<int> z;           // instruments, the exogenous regressors first; empty for least squares
  std::vector<int> endogenous;  // those of x that are not in z
  std::vector<Factor> effects;
  bool constant = false;   // a constant is in X and Z (only without effects)
  Eigen::VectorXd weight;  // empty: all ones
  int threads = 1;
  AbsorbOptions absorb;
};

struct Regression {
  std::vector<int> x, z;          // kept columns
  std::vector<int> dropped;       // collinear or absorbed ones
  std::vector<int> unidentified;  // endogenous regressors that the instruments do not tell apart from the others
  Eigen::VectorXd coef;           // of the constant (if any), then of x
  Eigen::MatrixXd bread;          // inverse of the projected cross-products, same order
  Eigen::MatrixXd half;           // L with sandwich = L meat L' for the meat of `scores()`
  Eigen::MatrixXd projected;      // n x k: demeaned regressors (least squares) or their projections, without constant
  Eigen::VectorXd residual;
  double rss = 0, tss = 0, tss_within = 0;
  double certificate = 0;
  int iterations = 0;
  bool orthogonal = false;  // was a QR on the rows needed?
  Status status = Status::ok;
};

namespace detail {

inline Eigen::MatrixXd columns(const Eigen::MatrixXd& x, const std::vector<int>& which) {
  Eigen::MatrixXd out(x.rows(), static_cast<Eigen::Index>(which.size()));
  for (std::size_t j = 0; j < which.size(); ++j) out.col(j) = x.col(which[j]);
  return out;
}

inline Eigen::VectorXd weighted(const Eigen::VectorXd& v, const Eigen::VectorXd& w) {
  return w.size() ? Eigen::VectorXd(v.cwiseProduct(w)) : v;
}

// Least squares of each column of b on a, from cross-products of columns scaled to norm one when these are good enough,
// else by Householder QR of the rows; either way with one step of refinement on the rows.
class Fit {
 public:
  Fit(Eigen::MatrixXd a, const Eigen::VectorXd& w, bool orthogonal, int threads)
      : a_(std::move(a)), w_(w), orthogonal_(orthogonal) {
    const Moments m = moments(a_, w_, threads);
    inverse_scale_ = m.scale.cwiseInverse();
    if (!orthogonal_) {
      cholesky_.compute(m.cross);
      orthogonal_ = cholesky_.info() != Eigen::Success;
    }
    if (orthogonal_) {
      Eigen::MatrixXd scaled = a_ * inverse_scale_.asDiagonal();
      if (w_.size()) scaled = w_.cwiseSqrt().asDiagonal() * scaled;
      qr_.compute(scaled);
    }
  }
  bool orthogonal() const { return orthogonal_; }

  Eigen::MatrixXd solve(const Eigen::MatrixXd& b) const {
    Eigen::MatrixXd coef = once(b);
    return coef + once(b - a_ * coef);
  }

  // (A'WA)^-1
  Eigen::MatrixXd inverse() const {
    const Eigen::Index k = a_.cols();
    Eigen::MatrixXd inner;
    if (orthogonal_) {
      const Eigen::MatrixXd r = qr_.matrixQR().topRows(k).triangularView<Eigen::Upper>();
      const Eigen::MatrixXd root = r.triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(k, k));
      inner = root * root.transpose();
    } else {
      inner = cholesky_.solve(Eigen::MatrixXd::Identity(k, k));
    }
    return inverse_scale_.asDiagonal() * inner * inverse_scale_.asDiagonal();
  }

 private:
  Eigen::MatrixXd once(const Eigen::MatrixXd& b) const {
    if (orthogonal_) {
      const Eigen::MatrixXd rhs = w_.size() ? Eigen::MatrixXd(w_.cwiseSqrt().asDiagonal() * b) : b;
      const Eigen::MatrixXd rotated = (qr_.householderQ().transpose() * rhs).topRows(a_.cols());
      const Eigen::MatrixXd r = qr_.matrixQR().topRows(a_.cols());
      return inverse_scale_.asDiagonal() * r.triangularView<Eigen::Upper>().solve(rotated);
    }
    const Eigen::MatrixXd rhs = w_.size() ? Eigen::MatrixXd(w_.asDiagonal() * b) : b;
    return inverse_scale_.asDiagonal() * cholesky_.solve(inverse_scale_.asDiagonal() * (a_.transpose() * rhs));
  }

  Eigen::MatrixXd a_;
  const Eigen::VectorXd& w_;
  bool orthogonal_;
  Eigen::VectorXd inverse_scale_;
  Eigen::LLT<Eigen::MatrixXd> cholesky_;
  Eigen::HouseholderQR<Eigen::MatrixXd> qr_;
};

// From the centred parameters (mean of y; slopes) to those with the constant at x = 0: b0 = ybar - xbar'b.
inline void add_constant(const Eigen::VectorXd& mean, double mean_y, double rows, Regression& out) {
  const Eigen::Index k = out.coef.size();
  Eigen::MatrixXd t = Eigen::MatrixXd::Identity(k + 1, k + 1);
  t.row(0).tail(k) = -mean.transpose();
  Eigen::MatrixXd inner = Eigen::MatrixXd::Zero(k + 1, k + 1);
  inner(0, 0) = 1.0 / rows;
  inner.bottomRightCorner(k, k) = out.bread;
  Eigen::VectorXd coef(k + 1);
  coef << mean_y, out.coef;
  out.coef = t * coef;
  out.half = t * inner;
  out.bread = out.half * t.transpose();
}

}  // namespace detail

// The constant is absorbed as an effect with one level, which centres the columns; it comes back at the end.
inline Regression regress(const Problem& problem) {
  const Eigen::Index n = problem.rows;
  const Eigen::VectorXd& w = problem.weight;
  if (problem.constant && !problem.effects.empty()) throw std::invalid_argument("regress: effects hold the constant");
  const auto raw = [&](int j) { return Eigen::VectorXd(Eigen::Map<const Eigen::VectorXd>(problem.column[j], n)); };
  Eigen::MatrixXd columns(n, static_cast<Eigen::Index>(problem.column.size()));
  for (std::size_t j = 0; j < problem.column.size(); ++j) columns.col(j) = raw(static_cast<int>(j));

  Regression out;
  const Eigen::VectorXd y = columns.col(problem.y);
  const double rows = w.size() ? w.sum() : static_cast<double>(n);
  const bool centred = problem.constant || !problem.effects.empty();
  const double mean_y = centred ? detail::weighted(y, w).sum() / rows : 0.0;
  out.tss = detail::weighted((y.array() - mean_y).square().matrix(), w).sum();

  std::vector<Factor> one;
  if (problem.constant) one.push_back({std::vector<int>(static_cast<std::size_t>(n), 0), 1});
  const std::vector<Factor>& factors = problem.constant ? one : problem.effects;
  Absorbed a = absorb(std::move(columns), factors, w, problem.absorb);
  out.certificate = problem.constant ? 0.0 : a.certificate;
  out.iterations = a.iterations;
  out.status = a.status;
  out.tss_within = detail::squared_norms(a.columns.col(problem.y), w)[0];
  if (centred && a.kept[problem.y] <= absorbed_share) out.tss_within = 0;

  const Moments m = moments(a.columns, w, problem.threads);
  const bool instrumented = !problem.z.empty();
  const Independence z =
      independent_columns(a.columns, a.kept, m, instrumented ? problem.z : problem.x, factors, w, raw);
  out.dropped = z.dropped;
  bool orthogonal = z.smallest_sine2 <= suspicious_sine2;
  const auto is_in = [](const std::vector<int>& set, int j) {
    return std::find(set.begin(), set.end(), j) != set.end();
  };
  if (!instrumented) {
    out.x = z.kept;
    out.projected = detail::columns(a.columns, out.x);
  } else {
    out.z = z.kept;
    // Exogenous regressors first: an endogenous one that depends on them is the one that is not identified.
    std::vector<int> exogenous;
    for (const int j : problem.x) {
      if (is_in(out.z, j)) exogenous.push_back(j);
    }
    const Eigen::MatrixXd endogenous = detail::columns(a.columns, problem.endogenous);
    const detail::Fit first(detail::columns(a.columns, out.z), w, orthogonal, problem.threads);
    Eigen::MatrixXd fitted = a.columns;
    const Eigen::MatrixXd stage = detail::columns(a.columns, out.z) * first.solve(endogenous);
    for (std::size_t j = 0; j < problem.endogenous.size(); ++j) fitted.col(problem.endogenous[j]) = stage.col(j);
    const Moments second = moments(fitted, w, problem.threads);
    std::vector<int> order = exogenous;
    for (const int j : problem.endogenous) {
      // A projection that is rounding beside the regressor itself carries nothing of it.
      const bool empty = m.scale[j] <= 0 || second.scale[j] <= 1e-10 * m.scale[j];
      empty ? out.unidentified.push_back(j) : order.push_back(j);
    }
    const Independence x = independent_columns(fitted, Eigen::VectorXd::Ones(a.kept.size()), second, order, {}, w, raw);
    for (const int j : x.dropped) out.unidentified.push_back(j);
    orthogonal = orthogonal || x.smallest_sine2 <= suspicious_sine2;
    for (const int j : problem.x) {
      if (is_in(x.kept, j)) out.x.push_back(j);
    }
    out.projected = detail::columns(fitted, out.x);
  }
  const Eigen::MatrixXd regressors = detail::columns(a.columns, out.x);
  const Eigen::VectorXd target = a.columns.col(problem.y);
  if (out.x.empty()) {
    out.coef.resize(0);
    out.bread.resize(0, 0);
    out.residual = target;
  } else {
    const detail::Fit fit(out.projected, w, orthogonal, problem.threads);
    out.orthogonal = fit.orthogonal();
    out.coef = fit.solve(target);
    // With instruments the residual is orthogonal to the projections only when it uses the regressors themselves.
    if (instrumented) out.coef += fit.solve(target - regressors * out.coef);
    out.bread = fit.inverse();
    out.residual = target - regressors * out.coef;
  }
  out.half = out.bread;
  out.rss = detail::squared_norms(out.residual, w)[0];
  if (problem.constant) {
    Eigen::VectorXd mean(static_cast<Eigen::Index>(out.x.size()));
    for (std::size_t j = 0; j < out.x.size(); ++j) mean[j] = a.level[0](0, out.x[j]);
    detail::add_constant(mean, a.level[0](0, problem.y), rows, out);
  }
  return out;
}

}  // namespace ccdpanel::panel

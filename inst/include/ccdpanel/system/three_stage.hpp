// Simultaneous equations by generalized least squares on projected regressors, from moments alone.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "ccdpanel/core/status.hpp"
#include "ccdpanel/panel/moments.hpp"
#include "ccdpanel/system/by_equation.hpp"
#include "ccdpanel/system/coordinates.hpp"
#include "ccdpanel/system/equations.hpp"
#include "ccdpanel/system/products.hpp"

namespace ccdpanel::system {

// Share of `SystemFit::size` by which steps move for rounding alone.
constexpr double rounding = 1e-13;

// What weighs the equations: nothing (each by itself; with restrictions, all alike), the variances of their residuals,
// or the whole of their covariance.
enum class Weighting { equal, diagonal, full };

struct SystemOptions {
  Weighting weighting = Weighting::full;
  Variant variant = Variant::gls;  // of three stages where instruments differ by equation
  bool iterate = false;            // S and d in turn until no d moves by more than `tolerance` of its error
  double tolerance = 1e-10;
  int max_iterations = 1000;
  int patience = 500;         // steps within which the movement must halve
  double pooled_divisor = 0;  // of the variance common to equations that are weighed alike, under restrictions
};

struct SystemFit {
  Eigen::VectorXd coef;            // stacked by equation
  Eigen::VectorXd of_columns;      // the same of the moments' columns, where those are a basis of the regressors
  Eigen::MatrixXd bread;           // [A'(S^-1 (x) I)A]^-1, restricted if asked; its covariance when S is right
  Eigen::MatrixXd map, inner;      // bread = map inner map', of combinations that are well apart
  Eigen::MatrixXd column_map;      // and column_map inner column_map' is the bread of `of_columns`
  Eigen::MatrixXd moment_gain;     // Variant::gmm: d = moment_gain Z'y before restrictions, Z' stacked by equation
  Eigen::MatrixXd inner_gain;      // moment_gain = map inner_gain
  Eigen::MatrixXd sigma;           // S that weighed the last step
  Eigen::MatrixXd residual_sigma;  // of the residuals of coef, same divisor
  int iterations = 0;
  double moved = 0;          // how far the last step moved a coefficient at most, in its standard errors
  double size = 0;           // how far any combination is from zero at most, in its own
  int failed_equation = -1;  // whose projected regressors are collinear
  Status status = Status::ok;
};

// The estimator for a given family of steps; `divisor(i, j)` is what u_i'u_j is divided by (n, or a count that takes
// degrees of freedom off); `triangles`: what takes coefficients of the regressors to those of the moments' columns, see
// Basis.
class ThreeStage {
 public:
  ThreeStage(const panel::Moments& m, const Equations& eq, Eigen::MatrixXd divisor, const Restrictions& restrictions,
             const std::vector<Eigen::MatrixXd>& triangles = {})
      : m_(m),
        eq_(eq),
        divisor_(std::move(divisor)),
        restricted_(restrictions.matrix.rows() > 0),
        products_(detail::products(m, eq)) {
    for (const std::vector<int>& x : eq.x) size_ += static_cast<Eigen::Index>(x.size());
    scale_.resize(size_);
    Eigen::Index at = 0;
    for (const std::vector<int>& x : eq.x) {
      for (const int j : x) scale_[at++] = m.scale[j];
    }
    coordinates_ = coordinates(eq, scale_, restrictions, triangles);
    failed_ = collinear_projection();
    if (eq.kappa.size()) detail::apply_kappa(m, eq, products_);
  }

  SystemFit fit(const SystemOptions& options) const {
    SystemFit out;
    if (failed_ >= 0) {
      out.failed_equation = failed_;
      out.status = Status::rank_deficient;
      return out;
    }
    const Eigen::Index count = static_cast<Eigen::Index>(eq_.y.size());
    // First equation by equation; restrictions across equations then weigh all equations alike.
    step(Eigen::MatrixXd::Identity(count, count), Variant::gls, out);
    if (out.status != Status::ok) return out;
    out.residual_sigma = detail::residual_covariance(m_, eq_, out.of_columns, divisor_);
    first_ = out.of_columns;
    first_coef_ = out.coef;
    double least = std::numeric_limits<double>::infinity();
    int halved = 0;  // the last step that moved less than half of any before
    for (int t = 1; out.status == Status::ok; ++t) {
      step(weights(options, out), options.variant, out);
      if (out.status != Status::ok) break;
      out.iterations = t;
      out.residual_sigma = detail::residual_covariance(m_, eq_, out.of_columns, divisor_);
      if (!options.iterate || options.weighting == Weighting::equal) break;
      if (out.moved <= std::max(options.tolerance, rounding * out.size)) break;
      if (out.moved < least / 2) {
        least = out.moved;
        halved = t;
      }
      if (t == options.max_iterations || t - halved >= options.patience) out.status = Status::not_converged;
    }
    return out;
  }

 private:
  static std::vector<int> all(std::size_t n) {
    std::vector<int> out(n);
    for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<int>(i);
    return out;
  }

  // The largest of a step's parts in standard errors, which have the units of the coefficients. What restrictions fix
  // has none, and does not move.
  static double movement(const Eigen::VectorXd& step, const Eigen::MatrixXd& bread) {
    double out = 0;
    for (Eigen::Index j = 0; j < step.size(); ++j) {
      const double se = std::sqrt(std::abs(bread(j, j)));
      if (se > 0) out = std::max(out, std::abs(step[j]) / se);
    }
    return out;
  }

  // The most that any combination of coefficients is away from zero, in its standard errors: sqrt(f'Af) with A the
  // inverse of the covariance of f.
  double largest_ratio(const Eigen::VectorXd& of_columns, const NormalEquations& normal) const {
    const Eigen::VectorXd f = of_columns.cwiseProduct(scale_);
    return std::sqrt(std::abs(f.dot(normal.a * f)));
  }

  // Equation whose projected regressors depend on each other, or -1.
  int collinear_projection() const {
    for (std::size_t i = 0; i < eq_.y.size(); ++i) {
      const Eigen::MatrixXd& xx = products_.xx[i][i];
      if (!xx.size()) continue;
      if (panel::squared_sines(xx, all(eq_.x[i].size())).minCoeff() <= 1e-14 * xx.diagonal().maxCoeff())
        return static_cast<int>(i);
    }
    return -1;
  }

  Eigen::MatrixXd weights(const SystemOptions& options, const SystemFit& fit) const {
    if (options.weighting == Weighting::full) return fit.residual_sigma;
    Eigen::VectorXd variance = fit.residual_sigma.diagonal();
    if (options.weighting == Weighting::equal && restricted_)
      variance.setConstant(variance.dot(divisor_.diagonal()) / options.pooled_divisor);
    return variance.asDiagonal();
  }

  // d = argmin (y - Ad)'(S^-1 (x) I)(y - Ad) subject to R d = r.
  void step(const Eigen::MatrixXd& sigma, Variant variant, SystemFit& out) const {
    out.sigma = sigma;
    const Eigen::LLT<Eigen::MatrixXd> root(correlation(sigma));
    if (root.info() != Eigen::Success || root.rcond() < 1e-14) {
      out.status = Status::rank_deficient;
      return;
    }
    const Eigen::Index count = sigma.rows();
    const Eigen::VectorXd sd = sigma.diagonal().cwiseSqrt().cwiseInverse();
    const Eigen::MatrixXd inverse =
        sd.asDiagonal() * root.solve(Eigen::MatrixXd::Identity(count, count)) * sd.asDiagonal();
    const NormalEquations normal = variant == Variant::gls || variant == Variant::eviews
                                       ? common(inverse, variant)
                                       : detail::by_equation(m_, eq_, sigma, inverse, variant);
    if (normal.status != Status::ok) {
      out.status = normal.status;
      return;
    }
    const Eigen::VectorXd d = normal.a.diagonal().cwiseAbs().cwiseSqrt().cwiseInverse();
    const Eigen::VectorXd before = out.coef;
    if (coordinates_.plain)
      solve_plain(normal, d, variant, out);
    else
      solve_free(normal, d, variant, out);
    if (out.status != Status::ok) return;
    out.size = largest_ratio(out.of_columns, normal);
    if (before.size()) out.moved = movement(out.coef - before, out.bread);
  }

  // Of a matrix with unit diagonal by Cholesky, or by LU where the equations are not symmetric or not definite.
  Eigen::MatrixXd inverted(const Eigen::MatrixXd& a, Variant variant, SystemFit& out) const {
    Eigen::MatrixXd inverse;
    if (variant == Variant::iv || eq_.kappa.size()) {
      inverse = a.partialPivLu().inverse();
      if (!inverse.allFinite()) out.status = Status::rank_deficient;
      return inverse;
    }
    const Eigen::LLT<Eigen::MatrixXd> solver(a);
    if (solver.info() != Eigen::Success) {
      out.status = Status::rank_deficient;
      return inverse;
    }
    return solver.solve(Eigen::MatrixXd::Identity(a.rows(), a.cols()));
  }

  void solve_plain(const NormalEquations& normal, const Eigen::VectorXd& d, Variant variant, SystemFit& out) const {
    Eigen::MatrixXd inverse = inverted(d.asDiagonal() * normal.a * d.asDiagonal(), variant, out);
    if (out.status != Status::ok) return;
    const Eigen::VectorXd unscale = d.cwiseQuotient(scale_);
    out.coef = unscale.cwiseProduct(inverse * d.cwiseProduct(normal.b));
    if (variant == Variant::eviews) out.coef += first_;
    if (normal.middle.size()) inverse *= d.asDiagonal() * normal.middle * d.asDiagonal() * inverse;
    out.of_columns = out.coef;
    out.map = out.column_map = unscale.asDiagonal();
    if (normal.gain.size()) out.inner_gain = inverse * d.asDiagonal() * normal.gain;
    finish(std::move(inverse), out);
  }

  // In orthonormal combinations of the free coefficients' columns, K = D^-1 F N = Q R with F the columns' coefficients
  // and N the free ones: (Q'DaDQ) h = Q'(Db - DaF d0), d = d0 + N R^-1 h.
  void solve_free(const NormalEquations& normal, const Eigen::VectorXd& d, Variant variant, SystemFit& out) const {
    const Eigen::Index free = coordinates_.free.cols();
    const Eigen::MatrixXd a = d.asDiagonal() * normal.a * d.asDiagonal();
    const Eigen::VectorXd fixed = coordinates_.columns * coordinates_.origin;
    Eigen::MatrixXd q(size_, free), map(size_, free), inverse(free, free);
    if (free > 0) {
      Eigen::MatrixXd k = d.cwiseInverse().asDiagonal() * coordinates_.columns * coordinates_.free;
      const Eigen::VectorXd unit = k.cwiseAbs().colwise().maxCoeff().cwiseInverse();
      k *= unit.asDiagonal();
      const Eigen::HouseholderQR<Eigen::MatrixXd> qr(k);
      q = qr.householderQ() * Eigen::MatrixXd::Identity(size_, free);
      map = qr.matrixQR()
                .topRows(free)
                .triangularView<Eigen::Upper>()
                .transpose()
                .solve(unit.asDiagonal() * coordinates_.free.transpose())
                .transpose();
      inverse = inverted(q.transpose() * a * q, variant, out);
      if (out.status != Status::ok) return;
    }
    const Eigen::VectorXd h = inverse * (q.transpose() * (d.cwiseProduct(normal.b) - a * fixed.cwiseQuotient(d)));
    out.coef = coordinates_.origin + map * h;
    out.of_columns = (fixed + d.cwiseProduct(q * h)).cwiseQuotient(scale_);
    if (variant == Variant::eviews) {
      out.coef += first_coef_;
      out.of_columns += first_;
    }
    if (normal.gain.size()) out.inner_gain = inverse * q.transpose() * d.asDiagonal() * normal.gain;
    if (normal.middle.size()) inverse *= q.transpose() * d.asDiagonal() * normal.middle * d.asDiagonal() * q * inverse;
    out.map = std::move(map);
    out.column_map = scale_.cwiseInverse().cwiseProduct(d).asDiagonal() * q;
    finish(std::move(inverse), out);
  }

  static void finish(Eigen::MatrixXd inner, SystemFit& out) {
    out.inner = std::move(inner);
    out.bread = out.map * out.inner * out.map.transpose();
    if (out.inner_gain.size()) out.moment_gain = out.map * out.inner_gain;
  }

  // A'(S^-1 (x) I)A and A'(S^-1 (x) I)y.
  NormalEquations common(const Eigen::MatrixXd& inverse, Variant variant) const {
    const Eigen::Index count = inverse.rows();
    NormalEquations out;
    out.a.resize(size_, size_);
    out.b = Eigen::VectorXd::Zero(size_);
    for (Eigen::Index i = 0, row = 0; i < count; row += products_.xx[i][i].rows(), ++i) {
      for (Eigen::Index j = 0, column = 0; j < count; column += products_.xx[j][j].rows(), ++j) {
        const Eigen::MatrixXd& xx = products_.xx[i][j];
        out.a.block(row, column, xx.rows(), xx.cols()) = inverse(i, j) * xx;
        auto b = out.b.segment(row, xx.rows());
        b += inverse(i, j) * m_.scale[eq_.y[j]] * products_.xy[i][j];
        if (variant == Variant::eviews) b -= inverse(i, j) * eviews_fitted(i, j, column);
      }
    }
    return out;
  }

  // Xh_i'X_j d_j of the first stage.
  Eigen::VectorXd eviews_fitted(Eigen::Index i, Eigen::Index j, Eigen::Index at) const {
    const std::size_t e = static_cast<std::size_t>(i), f = static_cast<std::size_t>(j);
    const Eigen::Index k = static_cast<Eigen::Index>(eq_.x[f].size());
    const detail::Projected p(m_, eq_);
    return p.c[e].transpose() * panel::pick(m_.cross, eq_.instruments(e), eq_.x[f]) *
           scale_.segment(at, k).cwiseProduct(first_.segment(at, k));
  }

  static Eigen::MatrixXd correlation(const Eigen::MatrixXd& s) {
    const Eigen::VectorXd d = s.diagonal().unaryExpr([](double v) { return v > 0 ? 1.0 / std::sqrt(v) : 0.0; });
    return d.asDiagonal() * s * d.asDiagonal();
  }

  const panel::Moments& m_;
  const Equations& eq_;
  Eigen::MatrixXd divisor_;
  bool restricted_;
  detail::Products products_;
  Eigen::Index size_ = 0;
  Eigen::VectorXd scale_;
  Coordinates coordinates_;
  mutable Eigen::VectorXd first_, first_coef_;  // of the first stage: of the columns, and of the regressors
  int failed_ = -1;
};

}  // namespace ccdpanel::system

// Simultaneous equations by generalized least squares on projected regressors, from moments alone.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "ccdpanel/core/status.hpp"
#include "ccdpanel/panel/moments.hpp"
#include "ccdpanel/system/by_equation.hpp"
#include "ccdpanel/system/equations.hpp"
#include "ccdpanel/system/products.hpp"

namespace ccdpanel::system {

// R d = r over the stacked coefficients; no rows: none.
struct Restrictions {
  Eigen::MatrixXd matrix;
  Eigen::VectorXd value;
};

// What weighs the equations: nothing (each by itself; with restrictions, all alike), the variances of their residuals,
// or the whole of their covariance.
enum class Weighting { equal, diagonal, full };

struct SystemOptions {
  Weighting weighting = Weighting::full;
  Variant variant = Variant::gls;  // of three stages where instruments differ by equation
  bool iterate = false;            // S and d in turn until d moves less than `tolerance` (relative)
  double tolerance = 1e-10;
  int max_iterations = 1000;
  int patience = 500;         // steps within which the movement must halve
  double pooled_divisor = 0;  // of the variance common to equations that are weighed alike, under restrictions
};

struct SystemFit {
  Eigen::VectorXd coef;            // stacked by equation
  Eigen::MatrixXd bread;           // [A'(S^-1 (x) I)A]^-1, restricted if asked; its covariance when S is right
  Eigen::MatrixXd moment_gain;     // Variant::gmm: d = moment_gain Z'y before restrictions, Z' stacked by equation
  Eigen::MatrixXd sigma;           // S that weighed the last step
  Eigen::MatrixXd residual_sigma;  // of the residuals of coef, same divisor
  int iterations = 0;
  double moved = 0;          // how far the last step moved the coefficients, relative
  int failed_equation = -1;  // whose projected regressors are collinear
  Status status = Status::ok;
};

// The estimator for a given family of steps; `divisor(i, j)` is what u_i'u_j is divided by (n, or a count that takes
// degrees of freedom off).
class ThreeStage {
 public:
  ThreeStage(const panel::Moments& m, const Equations& eq, Eigen::MatrixXd divisor, Restrictions restrictions)
      : m_(m),
        eq_(eq),
        divisor_(std::move(divisor)),
        restrictions_(std::move(restrictions)),
        products_(detail::products(m, eq)) {
    for (const std::vector<int>& x : eq.x) size_ += static_cast<Eigen::Index>(x.size());
    scale_.resize(size_);
    Eigen::Index at = 0;
    for (const std::vector<int>& x : eq.x) {
      for (const int j : x) scale_[at++] = m.scale[j];
    }
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
    out.residual_sigma = detail::residual_covariance(m_, eq_, out.coef, divisor_);
    first_ = out.coef;
    double least = std::numeric_limits<double>::infinity();
    int halved = 0;  // the last step that moved less than half of any before
    for (int t = 1; out.status == Status::ok; ++t) {
      const Eigen::VectorXd before = out.coef;
      step(weights(options, out), options.variant, out);
      if (out.status != Status::ok) break;
      out.iterations = t;
      out.residual_sigma = detail::residual_covariance(m_, eq_, out.coef, divisor_);
      if (!options.iterate || options.weighting == Weighting::equal) break;
      // In scaled columns, so that the coefficients' units do not matter.
      const double size = out.coef.cwiseProduct(scale_).norm();
      const double distance = (out.coef - before).cwiseProduct(scale_).norm();
      out.moved = size > 0 ? distance / size : distance;
      if (distance <= options.tolerance * size) break;
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
    if (options.weighting == Weighting::equal && restrictions_.matrix.rows())
      variance.setConstant(variance.dot(divisor_.diagonal()) / options.pooled_divisor);
    return variance.asDiagonal();
  }

  // d = argmin (y - Ad)'(S^-1 (x) I)(y - Ad) subject to R d = r; bread = H - HR'(RHR')^-1 RH with H the unrestricted
  // one.
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
    NormalEquations normal = variant == Variant::gls || variant == Variant::eviews
                                 ? common(inverse, variant)
                                 : detail::by_equation(m_, eq_, sigma, inverse, variant);
    if (normal.status != Status::ok) {
      out.status = normal.status;
      return;
    }
    const Eigen::MatrixXd& a = normal.a;
    const Eigen::VectorXd& b = normal.b;
    // Unit diagonal, then Cholesky, or LU where the equations are not symmetric or not definite.
    const Eigen::VectorXd d = a.diagonal().cwiseAbs().cwiseSqrt().cwiseInverse();
    const Eigen::MatrixXd scaled = d.asDiagonal() * a * d.asDiagonal();
    Eigen::MatrixXd inverse_a;
    if (variant == Variant::iv || eq_.kappa.size()) {
      inverse_a = scaled.partialPivLu().inverse();
      if (!inverse_a.allFinite()) out.status = Status::rank_deficient;
    } else {
      const Eigen::LLT<Eigen::MatrixXd> solver(scaled);
      if (solver.info() != Eigen::Success)
        out.status = Status::rank_deficient;
      else
        inverse_a = solver.solve(Eigen::MatrixXd::Identity(size_, size_));
    }
    if (out.status != Status::ok) return;
    const Eigen::VectorXd unscale = d.cwiseQuotient(scale_);
    Eigen::VectorXd coef = unscale.cwiseProduct(inverse_a * d.cwiseProduct(b));
    if (variant == Variant::eviews) coef += first_;
    if (normal.middle.size()) inverse_a *= d.asDiagonal() * normal.middle * d.asDiagonal() * inverse_a;
    Eigen::MatrixXd bread = unscale.asDiagonal() * inverse_a * unscale.asDiagonal();
    if (restrictions_.matrix.rows()) restrict(bread, coef);
    if (normal.gain.size()) out.moment_gain = bread * scale_.asDiagonal() * normal.gain;
    out.bread = std::move(bread);
    out.coef = std::move(coef);
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

  void restrict(Eigen::MatrixXd& bread, Eigen::VectorXd& coef) const {
    const Eigen::MatrixXd& r = restrictions_.matrix;
    const Eigen::MatrixXd gain = bread * r.transpose() * (r * bread * r.transpose()).inverse();
    // In one expression, gcc 12 warns of memory that Eigen frees and does not use again.
    const Eigen::VectorXd off = r * coef - restrictions_.value;
    coef -= gain * off;
    bread -= gain * r * bread;
  }

  static Eigen::MatrixXd correlation(const Eigen::MatrixXd& s) {
    const Eigen::VectorXd d = s.diagonal().unaryExpr([](double v) { return v > 0 ? 1.0 / std::sqrt(v) : 0.0; });
    return d.asDiagonal() * s * d.asDiagonal();
  }

  const panel::Moments& m_;
  const Equations& eq_;
  Eigen::MatrixXd divisor_;
  Restrictions restrictions_;
  detail::Products products_;
  Eigen::Index size_ = 0;
  Eigen::VectorXd scale_;
  mutable Eigen::VectorXd first_;  // coefficients of the first stage
  int failed_ = -1;
};

}  // namespace ccdpanel::system

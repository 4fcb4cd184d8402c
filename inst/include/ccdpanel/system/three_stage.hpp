// Simultaneous equations by generalized least squares on projected regressors, from moments alone.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "ccdpanel/core/status.hpp"
#include "ccdpanel/panel/moments.hpp"

namespace ccdpanel::system {

// y_m = X_m d_m + u_m, m = 1..M, all columns by position in the moments; z are the instruments common to all equations.
// Projection: X_m is replaced by P_Z X_m (2SLS, 3SLS) or taken as it is (least squares, SUR).
struct Equations {
  std::vector<int> y;
  std::vector<std::vector<int>> x;
  std::vector<int> z;
  bool project = true;
};

// R d = r over the stacked coefficients; no rows: none.
struct Restrictions {
  Eigen::MatrixXd matrix;
  Eigen::VectorXd value;
};

struct SystemOptions {
  bool weigh = true;     // false: equation by equation (S = diagonal); with restrictions, weighted by its diagonal
  bool iterate = false;  // S and d in turn until d moves less than `tolerance` (relative)
  double tolerance = 1e-10;
  int max_iterations = 1000;
};

struct SystemFit {
  Eigen::VectorXd coef;            // stacked by equation
  Eigen::MatrixXd bread;           // [A'(S^-1 (x) I)A]^-1, restricted if asked; its covariance when S is right
  Eigen::MatrixXd sigma;           // S that weighed the last step
  Eigen::MatrixXd residual_sigma;  // of the residuals of coef, same divisor
  int iterations = 0;
  int failed_equation = -1;  // whose projected regressors are collinear
  Status status = Status::ok;
};

namespace detail {

// Cross-products of the equations' (projected) regressors and dependent variables, in scaled columns.
struct Products {
  std::vector<std::vector<Eigen::MatrixXd>> xx;  // xx[i][j] = X_i' P X_j
  std::vector<std::vector<Eigen::VectorXd>> xy;  // xy[i][j] = X_i' P y_j
};

inline Products products(const panel::Moments& m, const Equations& eq) {
  const std::size_t count = eq.y.size();
  Eigen::LLT<Eigen::MatrixXd> zz;
  if (eq.project) zz.compute(panel::pick(m.cross, eq.z, eq.z));
  if (eq.project && zz.info() != Eigen::Success) throw std::invalid_argument("three_stage: instruments are collinear");
  // Half projections L^-1 Z'X: their cross-products are those of the projections, and stay positive semidefinite.
  std::vector<Eigen::MatrixXd> half(count), half_y(count);
  for (std::size_t i = 0; i < count && eq.project; ++i) {
    half[i] = zz.matrixL().solve(panel::pick(m.cross, eq.z, eq.x[i]));
    half_y[i] = zz.matrixL().solve(panel::pick(m.cross, eq.z, {eq.y[i]}));
  }
  Products out;
  out.xx.resize(count);
  out.xy.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) {
      out.xx[i].push_back(eq.project ? Eigen::MatrixXd(half[i].transpose() * half[j])
                                     : panel::pick(m.cross, eq.x[i], eq.x[j]));
      out.xy[i].push_back(eq.project ? Eigen::VectorXd(half[i].transpose() * half_y[j])
                                     : Eigen::VectorXd(panel::pick(m.cross, eq.x[i], {eq.y[j]})));
    }
  }
  return out;
}

// u_i'u_j over the divisors, from moments: with t the coefficients of the residual on all columns, t_i' M t_j.
inline Eigen::MatrixXd residual_covariance(const panel::Moments& m, const Equations& eq, const Eigen::VectorXd& coef,
                                           const Eigen::MatrixXd& divisor) {
  const Eigen::Index count = static_cast<Eigen::Index>(eq.y.size());
  Eigen::MatrixXd t = Eigen::MatrixXd::Zero(m.cross.rows(), count);
  Eigen::Index at = 0;
  for (Eigen::Index i = 0; i < count; ++i) {
    t(eq.y[i], i) += m.scale[eq.y[i]];
    for (const int j : eq.x[i]) t(j, i) -= coef[at++] * m.scale[j];
  }
  return (t.transpose() * m.cross * t).cwiseQuotient(divisor);
}

}  // namespace detail

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
  }

  SystemFit fit(const SystemOptions& options) const {
    SystemFit out;
    const Eigen::Index count = static_cast<Eigen::Index>(eq_.y.size());
    for (Eigen::Index i = 0; i < count; ++i) {
      if (products_.xx[i][i].size() && panel::squared_sines(products_.xx[i][i], all(eq_.x[i].size())).minCoeff() <=
                                           1e-14 * products_.xx[i][i].diagonal().maxCoeff()) {
        out.failed_equation = static_cast<int>(i);
        out.status = Status::rank_deficient;
        return out;
      }
    }
    // First equation by equation; restrictions across equations then weigh all equations alike.
    Eigen::MatrixXd sigma = Eigen::MatrixXd::Identity(count, count);
    step(sigma, out);
    out.residual_sigma = detail::residual_covariance(m_, eq_, out.coef, divisor_);
    for (int t = 1; out.status == Status::ok; ++t) {
      sigma = options.weigh ? out.residual_sigma : Eigen::MatrixXd(out.residual_sigma.diagonal().asDiagonal());
      const Eigen::VectorXd before = out.coef;
      step(sigma, out);
      if (out.status != Status::ok) break;
      out.iterations = t;
      out.residual_sigma = detail::residual_covariance(m_, eq_, out.coef, divisor_);
      if (!options.iterate) break;
      // In scaled columns, so that the coefficients' units do not matter.
      const Eigen::VectorXd moved = (out.coef - before).cwiseProduct(scale_);
      if (moved.norm() <= options.tolerance * out.coef.cwiseProduct(scale_).norm()) break;
      if (t == options.max_iterations) out.status = Status::not_converged;
    }
    return out;
  }

 private:
  static std::vector<int> all(std::size_t n) {
    std::vector<int> out(n);
    for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<int>(i);
    return out;
  }

  // d = argmin (y - Ad)'(S^-1 (x) I)(y - Ad) subject to R d = r; bread = H - HR'(RHR')^-1 RH with H the unrestricted
  // one.
  void step(const Eigen::MatrixXd& sigma, SystemFit& out) const {
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
    Eigen::MatrixXd a(size_, size_);
    Eigen::VectorXd b = Eigen::VectorXd::Zero(size_);
    for (Eigen::Index i = 0, row = 0; i < count; row += products_.xx[i][i].rows(), ++i) {
      for (Eigen::Index j = 0, column = 0; j < count; column += products_.xx[j][j].rows(), ++j) {
        a.block(row, column, products_.xx[i][j].rows(), products_.xx[i][j].cols()) = inverse(i, j) * products_.xx[i][j];
        b.segment(row, products_.xy[i][j].size()) += inverse(i, j) * m_.scale[eq_.y[j]] * products_.xy[i][j];
      }
    }
    // Unit diagonal, then Cholesky.
    const Eigen::VectorXd d = a.diagonal().cwiseSqrt().cwiseInverse();
    const Eigen::LLT<Eigen::MatrixXd> solver(d.asDiagonal() * a * d.asDiagonal());
    if (solver.info() != Eigen::Success) {
      out.status = Status::rank_deficient;
      return;
    }
    const Eigen::VectorXd unscale = d.cwiseQuotient(scale_);
    Eigen::MatrixXd bread =
        unscale.asDiagonal() * solver.solve(Eigen::MatrixXd::Identity(size_, size_)) * unscale.asDiagonal();
    Eigen::VectorXd coef = unscale.cwiseProduct(solver.solve(d.cwiseProduct(b)));
    if (restrictions_.matrix.rows()) restrict(bread, coef);
    out.bread = std::move(bread);
    out.coef = std::move(coef);
  }

  void restrict(Eigen::MatrixXd& bread, Eigen::VectorXd& coef) const {
    const Eigen::MatrixXd& r = restrictions_.matrix;
    const Eigen::MatrixXd gain = bread * r.transpose() * (r * bread * r.transpose()).inverse();
    coef -= gain * (r * coef - restrictions_.value);
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
};

}  // namespace ccdpanel::system

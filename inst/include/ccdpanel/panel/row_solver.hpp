// Least squares on the rows: for what cross-products cannot resolve.
#pragma once

#include <Eigen/Dense>
#include <stdexcept>

namespace ccdpanel::panel {

namespace detail {

// Least squares on rows by Householder QR, columns at norm one: for what moments cannot resolve.
class RowSolver {
 public:
  RowSolver(Eigen::MatrixXd a, const Eigen::VectorXd& w) : w_(w) {
    if (a.rows() < a.cols()) throw std::invalid_argument("least squares: fewer rows than columns");
    if (w.size()) a = w.cwiseSqrt().asDiagonal() * a;
    inverse_scale_ = a.colwise().norm().cwiseInverse().transpose();
    qr_.compute(a * inverse_scale_.asDiagonal());
  }
  Eigen::MatrixXd solve(const Eigen::MatrixXd& b) const {
    const Eigen::MatrixXd rhs = w_.size() ? Eigen::MatrixXd(w_.cwiseSqrt().asDiagonal() * b) : b;
    return inverse_scale_.asDiagonal() * qr_.solve(rhs);
  }
  // R^-1: A R^-1 is orthonormal under the weights, and R^-1 R^-T is (A'WA)^-1.
  Eigen::MatrixXd inverse_root() const {
    const Eigen::Index k = qr_.cols();
    const Eigen::MatrixXd r = qr_.matrixQR().topRows(k);
    return inverse_scale_.asDiagonal() * r.triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(k, k)).eval();
  }

 private:
  const Eigen::VectorXd& w_;
  Eigen::VectorXd inverse_scale_;
  Eigen::HouseholderQR<Eigen::MatrixXd> qr_;
};

}  // namespace detail

}  // namespace ccdpanel::panel

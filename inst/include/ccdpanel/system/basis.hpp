// The columns that a system is estimated in: those of the sample, and where an equation's regressors or instruments
// nearly depend on each other, orthonormal columns of the same span in their place. Cross-products lose twice the
// digits that such columns share, and cross-products of orthonormal ones lose none.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <list>
#include <numeric>
#include <vector>

#include "ccdpanel/absorb/absorb.hpp"
#include "ccdpanel/panel/collinear.hpp"
#include "ccdpanel/panel/moments.hpp"
#include "ccdpanel/panel/residuals.hpp"
#include "ccdpanel/panel/sample.hpp"
#include "ccdpanel/system/equations.hpp"

namespace ccdpanel::system {

// Below this squared sine of a column to those before it, cross-products would cost more than three digits.
constexpr double close_sine2 = 1e-3;

namespace detail {

// X = Q T: unit columns Q, orthogonal under the weights, and T upper triangular. Gram-Schmidt twice is as exact as
// Householder.
struct Orthonormal {
  Eigen::MatrixXd q, triangle;

  Orthonormal(const panel::Sample& s, const std::vector<int>& x)
      : q(s.rows(), static_cast<Eigen::Index>(x.size())), triangle(Eigen::MatrixXd::Zero(q.cols(), q.cols())) {
    for (Eigen::Index k = 0; k < q.cols(); ++k) {
      const double scale = s.products.scale[x[static_cast<std::size_t>(k)]];
      Eigen::VectorXd v = s.columns().column(x[static_cast<std::size_t>(k)]) / scale;
      for (int pass = 0; pass < 2; ++pass) {
        const Eigen::VectorXd weighted = s.weight.size() ? Eigen::VectorXd(s.weight.cwiseProduct(v)) : v;
        const Eigen::VectorXd part = q.leftCols(k).transpose() * weighted;
        v.noalias() -= q.leftCols(k) * part;
        triangle.col(k).head(k) += scale * part;
      }
      const double length = std::sqrt(panel::squared_norm(v, s.weight));
      triangle(k, k) = scale * length;
      q.col(k) = v / length;
    }
    // An iterative absorption leaves something of the effects, which is large beside what little is left of a column.
    if (s.effects.empty()) return;
    panel::AbsorbOptions options;
    options.levels = false;
    options.threads = s.threads;
    q = panel::absorb(q, s.effects, s.weight, options).columns;
  }
};

}  // namespace detail

class Basis {
 public:
  // Columns of `eq` are independent and in positions of the sample's.
  Basis(const panel::Sample& s, const Equations& eq) : sample_(s), equations_(eq), as_came_(eq.x) {
    if (eq.project && eq.z_of.empty()) replace(equations_.z, instruments_, close_instruments_);
    for (std::vector<int>& z : equations_.z_of) replace(z, instruments_, close_instruments_);
    for (std::vector<int>& x : equations_.x) replace(x, triangles_, close_regressors_);
    if (!own()) return;
    columns_ = s.columns();
    if (!columns_.centre.size()) columns_.centre = Eigen::VectorXd::Zero(columns_.size());
    for (const Eigen::MatrixXd& q : made_) append(columns_, q);
    products_ = panel::moments(columns_, s.weight, s.threads);
  }
  Basis(const Basis&) = delete;
  Basis& operator=(const Basis&) = delete;

  bool own() const { return !made_.empty(); }
  const panel::Columns& columns() const { return own() ? columns_ : sample_.columns(); }
  const panel::Moments& products() const { return own() ? products_ : sample_.products; }
  const Equations& equations() const { return equations_; }
  // By equation: T d are the coefficients of the basis, d those of the regressors; empty: they are the same.
  const std::vector<Eigen::MatrixXd>& triangles() const { return triangles_; }
  // The same of each equation's instruments, in the order of their sets.
  const std::vector<Eigen::MatrixXd>& instrument_triangles() const { return instruments_; }
  // Columns of each set whose squared sine to those before them is suspicious.
  const std::vector<std::vector<int>>& close_regressors() const { return close_regressors_; }
  const std::vector<std::vector<int>>& close_instruments() const { return close_instruments_; }

  // Of an equation's columns, as they came: what the constant was centred by.
  Eigen::VectorXd means(std::size_t i) const {
    const Eigen::VectorXd mean = panel::pick(sample_.mean, as_came_[i]);
    return triangles_[i].size() ? Eigen::VectorXd(triangles_[i].transpose().triangularView<Eigen::Lower>().solve(mean))
                                : mean;
  }

  // n x M, of coefficients of the basis.
  Eigen::MatrixXd residuals(const Eigen::VectorXd& coef) const {
    Eigen::MatrixXd u(sample_.rows(), static_cast<Eigen::Index>(equations_.y.size()));
    Eigen::Index at = 0;
    for (std::size_t i = 0; i < equations_.y.size(); ++i) {
      const std::vector<int>& x = equations_.x[i];
      const Eigen::Index k = static_cast<Eigen::Index>(x.size());
      u.col(static_cast<Eigen::Index>(i)) =
          triangles_[i].size() ? panel::residuals(columns_, equations_.y[i], x, coef.segment(at, k), sample_.threads)
                               : sample_.residual(equations_.y[i], x, coef.segment(at, k));
      at += k;
    }
    return u;
  }

  // Columns behind others; their means are zero, or none is to be taken off.
  static void append(panel::Columns& to, const Eigen::MatrixXd& more) {
    for (Eigen::Index j = 0; j < more.cols(); ++j) to.data.push_back(more.data() + j * more.rows());
    to.centre.conservativeResizeLike(Eigen::VectorXd::Zero(to.size()));
  }

 private:
  // A set of columns becomes its orthonormal basis, where it is not well apart.
  void replace(std::vector<int>& x, std::vector<Eigen::MatrixXd>& triangles, std::vector<std::vector<int>>& close) {
    triangles.emplace_back();
    close.emplace_back();
    if (x.empty() || panel::squared_sines(sample_.products.cross, x).minCoeff() >= close_sine2) return;
    detail::Orthonormal basis(sample_, x);
    for (std::size_t k = 0; k < x.size(); ++k) {
      const Eigen::Index j = static_cast<Eigen::Index>(k);
      const double sine = basis.triangle(j, j) / sample_.products.scale[x[k]];
      if (sine * sine < panel::suspicious_sine2) close.back().push_back(x[k]);
    }
    triangles.back() = std::move(basis.triangle);
    std::iota(x.begin(), x.end(), static_cast<int>(sample_.products.cross.rows() + width_));
    width_ += basis.q.cols();
    made_.push_back(std::move(basis.q));
  }

  const panel::Sample& sample_;
  Equations equations_;
  std::vector<std::vector<int>> as_came_;  // regressors, in positions of the sample's columns
  std::vector<Eigen::MatrixXd> triangles_, instruments_;
  std::vector<std::vector<int>> close_regressors_, close_instruments_;
  std::list<Eigen::MatrixXd> made_;  // where the columns look
  Eigen::Index width_ = 0;
  panel::Columns columns_;
  panel::Moments products_;
};

}  // namespace ccdpanel::system

// The coefficients that are free: without those that restrictions tie to others.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "ccdpanel/system/equations.hpp"

namespace ccdpanel::system {

// R d = r over the stacked coefficients; no rows: none.
struct Restrictions {
  Eigen::MatrixXd matrix;
  Eigen::VectorXd value;
};

// d = origin + free g meets the restrictions, and columns d are the coefficients of the moments' columns at norm one.
// A tie such as d_1 = d_2 is one row of `free` twice: both have one estimate and one variance, whatever their units.
struct Coordinates {
  Eigen::MatrixXd columns, free;
  Eigen::VectorXd origin;
  bool plain = false;  // `columns` is diagonal, and all coefficients are free
};

namespace detail {

// Gauss-Jordan elimination, the pivot the largest in units of the coefficients' own (`scale`).
inline void tie(const Restrictions& r, const Eigen::VectorXd& scale, Coordinates& out) {
  Eigen::MatrixXd a = r.matrix;
  Eigen::VectorXd b = r.value;
  std::vector<Eigen::Index> pivot;
  std::vector<char> tied(static_cast<std::size_t>(a.cols()), 0);
  for (Eigen::Index row = 0; row < a.rows(); ++row) {
    Eigen::Index best = -1;
    double largest = 0;
    for (Eigen::Index j = 0; j < a.cols(); ++j) {
      const double size = tied[static_cast<std::size_t>(j)] ? 0.0 : std::abs(a(row, j) / scale[j]);
      if (size > largest) {
        largest = size;
        best = j;
      }
    }
    if (best < 0) throw std::invalid_argument("coordinates: restrictions depend on each other");
    const double value = a(row, best);
    a.row(row) /= value;
    b[row] /= value;
    a(row, best) = 1;
    for (Eigen::Index i = 0; i < a.rows(); ++i) {
      const double part = a(i, best);
      if (i == row || part == 0) continue;
      a.row(i) -= part * a.row(row);
      a(i, best) = 0;
      b[i] -= part * b[row];
    }
    pivot.push_back(best);
    tied[static_cast<std::size_t>(best)] = 1;
  }
  out.origin = Eigen::VectorXd::Zero(a.cols());
  out.free = Eigen::MatrixXd::Zero(a.cols(), a.cols() - a.rows());
  for (Eigen::Index i = 0; i < a.rows(); ++i) out.origin[pivot[static_cast<std::size_t>(i)]] = b[i];
  for (Eigen::Index j = 0, g = 0; j < a.cols(); ++j) {
    if (tied[static_cast<std::size_t>(j)]) continue;
    out.free(j, g) = 1;
    for (Eigen::Index i = 0; i < a.rows(); ++i) out.free(pivot[static_cast<std::size_t>(i)], g) = -a(i, j);
    ++g;
  }
}

}  // namespace detail

// `scale`: norms of the moments' columns, stacked by equation. `triangles`: see Basis.
inline Coordinates coordinates(const Equations& eq, const Eigen::VectorXd& scale, const Restrictions& r,
                               const std::vector<Eigen::MatrixXd>& triangles) {
  Coordinates out;
  out.plain = r.matrix.rows() == 0;
  out.columns = scale.asDiagonal();
  Eigen::Index at = 0;
  for (std::size_t i = 0; i < eq.x.size(); ++i) {
    const Eigen::Index k = static_cast<Eigen::Index>(eq.x[i].size());
    if (i < triangles.size() && triangles[i].size()) {
      out.columns.block(at, at, k, k) = scale.segment(at, k).asDiagonal() * triangles[i];
      out.plain = false;
    }
    at += k;
  }
  if (out.plain) return out;
  out.origin = Eigen::VectorXd::Zero(scale.size());
  out.free = Eigen::MatrixXd::Identity(scale.size(), scale.size());
  if (r.matrix.rows()) detail::tie(r, out.columns.cwiseAbs().colwise().maxCoeff(), out);
  return out;
}

}  // namespace ccdpanel::system

// Cross-products of columns: all that an estimator needs to know of the rows.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "ccdpanel/absorb/columns.hpp"

namespace ccdpanel::panel {

// cross = D^-1 X'WX D^-1 with D = diag(scale) and scale the (weighted) norm of each column, so that cross has a unit
// diagonal and its pivots are squared sines. A column of zeros has scale 0, and zeros in cross.
struct Moments {
  Eigen::MatrixXd cross;
  Eigen::VectorXd scale;
};

// From X'WX itself.
inline Moments scaled_moments(const Eigen::MatrixXd& total) {
  Moments out;
  out.scale = total.diagonal().cwiseSqrt();
  const Eigen::VectorXd inverse = out.scale.unaryExpr([](double s) { return s > 0 ? 1.0 / s : 0.0; });
  out.cross = inverse.asDiagonal() * total * inverse.asDiagonal();
  return out;
}

// w may be empty (all ones). Columns are brought to about unit size by a power of two before they are squared, so that
// no scale of the data overflows.
inline Moments moments(const Columns& x, const Eigen::VectorXd& w, int threads = 1) {
  if (w.size() && w.size() != x.rows) throw std::invalid_argument("moments: weights and rows differ");
  const Eigen::Index k = x.size();
  const Pieces pieces(x.rows);
  Eigen::VectorXd unit = Eigen::VectorXd::Ones(k);
  for (Eigen::Index j = 0; j < k && x.rows; ++j) {
    const double size = x.piece(static_cast<int>(j), 0, std::min(x.rows, Pieces::length)).cwiseAbs().maxCoeff();
    if (size > 1e100 || (size < 1e-100 && size > 0)) unit[j] = std::exp2(-std::floor(std::log2(size)));
  }
  std::vector<Eigen::MatrixXd> partial(pieces.chunks());
  core::parallel_for(pieces.chunks(), pieces.threads(threads), [&](std::size_t chunk) {
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(k, k);
    Eigen::MatrixXd block(std::min(x.rows, Pieces::length), k);
    pieces.each(chunk, [&](Eigen::Index first, Eigen::Index count) {
      auto part = block.topRows(count);
      for (Eigen::Index j = 0; j < k; ++j) {
        x.piece(static_cast<int>(j), first, part.col(j));
        if (unit[j] != 1.0) part.col(j) *= unit[j];
        if (w.size()) part.col(j).array() *= w.segment(first, count).array().sqrt();
      }
      for (Eigen::Index j = 0; j < k; ++j) {
        for (Eigen::Index i = j; i < k; ++i) sum(i, j) += part.col(i).dot(part.col(j));
      }
    });
    partial[chunk] = std::move(sum);
  });
  Eigen::MatrixXd total = Eigen::MatrixXd::Zero(k, k);
  for (const Eigen::MatrixXd& sum : partial) total += sum;
  total.triangularView<Eigen::StrictlyUpper>() = total.transpose();

  Moments out = scaled_moments(total);
  out.scale = out.scale.cwiseQuotient(unit);
  return out;
}

// Elements of a vector and blocks of a symmetric matrix by position.
inline Eigen::MatrixXd pick(const Eigen::MatrixXd& m, const std::vector<int>& rows, const std::vector<int>& columns) {
  Eigen::MatrixXd out(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(columns.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < columns.size(); ++j) {
      out(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = m(rows[i], columns[j]);
    }
  }
  return out;
}

inline Eigen::VectorXd pick(const Eigen::VectorXd& v, const std::vector<int>& rows) {
  Eigen::VectorXd out(static_cast<Eigen::Index>(rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) out[static_cast<Eigen::Index>(i)] = v[rows[i]];
  return out;
}

// Squared sine of each column (of `order`, a subset of the columns of unit-diagonal cross) to the span of the columns
// before it: the pivots of Cholesky without pivoting.
inline Eigen::VectorXd squared_sines(const Eigen::MatrixXd& cross, const std::vector<int>& order) {
  Eigen::MatrixXd a = pick(cross, order, order);
  Eigen::VectorXd sine2(a.rows());
  for (Eigen::Index j = 0; j < a.rows(); ++j) {
    sine2[j] = a(j, j);
    const Eigen::Index left = a.rows() - j - 1;
    if (sine2[j] <= 0 || left == 0) continue;
    const Eigen::VectorXd column = a.col(j).tail(left);
    a.bottomRightCorner(left, left).noalias() -= column * column.transpose() / sine2[j];
  }
  return sine2;
}

}  // namespace ccdpanel::panel

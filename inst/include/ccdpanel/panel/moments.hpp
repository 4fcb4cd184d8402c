// Cross-products of columns: all that an estimator needs to know of the rows.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "ccdpanel/core/parallel_for.hpp"

namespace ccdpanel::panel {

// cross = D^-1 X'WX D^-1 with D = diag(scale) and scale the (weighted) norm of each column, so that cross has a unit
// diagonal and its pivots are squared sines. A column of zeros has scale 0, and zeros in cross.
struct Moments {
  Eigen::MatrixXd cross;
  Eigen::VectorXd scale;
};

// Rows are cut into chunks whose number depends on n alone and whose sums are added in order: same bits for any number
// of threads. w may be empty (all ones).
inline Moments moments(const Eigen::Ref<const Eigen::MatrixXd>& x, const Eigen::VectorXd& w, int threads = 1) {
  if (w.size() && w.size() != x.rows()) throw std::invalid_argument("moments: weights and rows differ");
  constexpr Eigen::Index piece = 2048;  // rows that stay in cache while K columns meet
  const Eigen::Index n = x.rows(), k = x.cols();
  const Eigen::Index pieces = (n + piece - 1) / piece;
  const Eigen::Index chunks = std::min<Eigen::Index>(pieces, 64);
  std::vector<Eigen::MatrixXd> partial(static_cast<std::size_t>(chunks));
  core::parallel_for(static_cast<std::size_t>(chunks), n < 20000 ? 1 : threads, [&](std::size_t c) {
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(k, k);
    Eigen::MatrixXd weighted;
    const Eigen::Index chunk = static_cast<Eigen::Index>(c);
    for (Eigen::Index p = chunk * pieces / chunks; p < (chunk + 1) * pieces / chunks; ++p) {
      const auto rows = x.middleRows(p * piece, std::min(piece, n - p * piece));
      if (w.size()) {
        weighted = w.segment(p * piece, rows.rows()).cwiseSqrt().asDiagonal() * rows;
        sum.selfadjointView<Eigen::Lower>().rankUpdate(weighted.transpose());
      } else {
        sum.selfadjointView<Eigen::Lower>().rankUpdate(rows.transpose());
      }
    }
    partial[c] = std::move(sum);
  });
  Eigen::MatrixXd total = Eigen::MatrixXd::Zero(k, k);
  for (const Eigen::MatrixXd& sum : partial) total += sum;
  total.triangularView<Eigen::StrictlyUpper>() = total.transpose();

  Moments out;
  out.scale = total.diagonal().cwiseSqrt();
  const Eigen::VectorXd inverse = out.scale.unaryExpr([](double s) { return s > 0 ? 1.0 / s : 0.0; });
  out.cross = inverse.asDiagonal() * total * inverse.asDiagonal();
  return out;
}

// Elements of a vector and blocks of a symmetric matrix by position.
inline Eigen::MatrixXd pick(const Eigen::MatrixXd& m, const std::vector<int>& rows, const std::vector<int>& columns) {
  Eigen::MatrixXd out(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(columns.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < columns.size(); ++j) out(i, j) = m(rows[i], columns[j]);
  }
  return out;
}

inline Eigen::VectorXd pick(const Eigen::VectorXd& v, const std::vector<int>& rows) {
  Eigen::VectorXd out(static_cast<Eigen::Index>(rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) out[i] = v[rows[i]];
  return out;
}

// Squared sine of each column (of `order`, a subset of the columns of unit-diagonal cross) to the span of the columns
// before it: the pivots of Cholesky without pivoting, columns at or below `floor` left out of the span.
inline Eigen::VectorXd squared_sines(const Eigen::MatrixXd& cross, const std::vector<int>& order, double floor) {
  Eigen::MatrixXd a = pick(cross, order, order);
  Eigen::VectorXd sine2(a.rows());
  for (Eigen::Index j = 0; j < a.rows(); ++j) {
    sine2[j] = a(j, j);
    const Eigen::Index left = a.rows() - j - 1;
    if (sine2[j] <= floor || left == 0) continue;
    const Eigen::VectorXd column = a.col(j).tail(left);
    a.bottomRightCorner(left, left).noalias() -= column * column.transpose() / sine2[j];
  }
  return sine2;
}

}  // namespace ccdpanel::panel

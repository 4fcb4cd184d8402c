// Leverages: the diagonal of the hat matrix of regressors and effects together.
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "ccdpanel/absorb/columns.hpp"
#include "ccdpanel/inference/effects_basis.hpp"

namespace ccdpanel::panel {

// Orthonormal columns that span those of x (full column rank, in coordinates times the root of the weights).
inline Eigen::MatrixXd orthonormal(const Eigen::MatrixXd& x) {
  if (x.cols() == 0) return x;
  const Eigen::VectorXd unit = x.colwise().norm().cwiseInverse();  // else taken once more for every row
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(x * unit.asDiagonal());
  return qr.householderQ() * Eigen::MatrixXd::Identity(x.rows(), x.cols());
}

inline Eigen::MatrixXd rooted(Eigen::MatrixXd x, const Eigen::VectorXd& w) {
  if (w.size()) x.array().colwise() *= w.array().sqrt();
  return x;
}

// The regressors' part; x in coordinates times the root of the weights.
inline Eigen::VectorXd own_leverages(const Eigen::MatrixXd& x) {
  if (x.cols() == 0) return Eigen::VectorXd::Zero(x.rows());
  return orthonormal(x).rowwise().squaredNorm();
}

// h_i = w_i x_i'(X'WX)^-1 x_i + the effects' part; x are the regressors with the effects out (projected on the
// instruments, with two stages). Exact.
inline Eigen::VectorXd leverages(const Eigen::MatrixXd& x, const std::vector<Factor>& factors, const Eigen::VectorXd& w,
                                 int threads) {
  if (factors.empty()) return own_leverages(rooted(x, w));
  const EffectsBasis basis(factors, EffectsBasis::largest(factors), w);
  Eigen::VectorXd h = own_leverages(basis.without(rooted(x, w)));
  const std::vector<int> order = sorting_order(basis.unit());  // a unit's rows together: they share its mean
  const Pieces pieces(x.rows());
  core::parallel_for(pieces.chunks(), pieces.threads(threads), [&](std::size_t chunk) {
    EffectsBasis::Scratch scratch;
    Eigen::VectorXd row(basis.width());
    pieces.each(chunk, [&](Eigen::Index first, Eigen::Index count) {
      for (Eigen::Index s = first; s < first + count; ++s) {
        const Eigen::Index i = order.empty() ? s : order[static_cast<std::size_t>(s)];
        const double entry = basis.unit_entry(i);
        h[i] += entry * entry;
        basis.row(i, scratch, row);
        h[i] += row.squaredNorm();
      }
    });
  });
  return h;
}

}  // namespace ccdpanel::panel

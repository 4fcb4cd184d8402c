// The oracle of absorptions and hat matrices: an orthonormal basis of what columns span, dependent ones among them.
#pragma once

#include <Eigen/Dense>

// From a QR with column pivoting; pivots below the threshold times the largest are rounding. (Its own solve() does not
// look at the threshold, and other decompositions take the compiler half a minute.)
inline Eigen::MatrixXd dense_basis(const Eigen::MatrixXd& columns, double threshold) {
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr;
  qr.setThreshold(threshold);
  qr.compute(columns);
  return qr.householderQ() * Eigen::MatrixXd::Identity(columns.rows(), qr.rank());
}

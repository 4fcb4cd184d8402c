// Weights from principal components.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace ccdpanel::index {

// Of indicators with the given correlations, sum_m lambda_m |l_jm| / sum_m lambda_m over the components kept: l the
// loadings, eigenvector times sqrt(lambda). Kept are those with eigenvalue above 1 (at least the first), or with a
// share > 0 as many as explain it.
inline Eigen::VectorXd component_weights(const Eigen::MatrixXd& correlation, double share) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(correlation);
  const Eigen::VectorXd& value = solver.eigenvalues();  // ascending
  const Eigen::Index k = value.size();
  const double total = value.sum();
  Eigen::VectorXd out = Eigen::VectorXd::Zero(k);
  double explained = 0;
  for (Eigen::Index m = k - 1; m >= 0; --m) {
    const bool first = m == k - 1;
    const bool wanted = share > 0 ? explained < (share - 1e-12) * total : value[m] > 1 + 1e-12;
    if (!first && !wanted) break;
    explained += value[m];
    out += value[m] * std::sqrt(std::max(value[m], 0.0)) * solver.eigenvectors().col(m).cwiseAbs();
  }
  return out / explained;
}

}  // namespace ccdpanel::index

// The meat of sandwich covariances: cross-products of scores, by row and by cluster.
#pragma once

#include <Eigen/Dense>
#include <stdexcept>

#include "ccdpanel/panel/regression.hpp"

namespace ccdpanel::panel {

// Scores w_i u_i xhat_i, one row an observation, of the demeaned parameters; with a constant its score w_i u_i comes
// first. Centred, so that a large mean costs no digits: Regression::half takes their meat to the reported coefficients.
inline Eigen::MatrixXd scores(const Regression& fit, const Eigen::VectorXd& w, bool constant) {
  const Eigen::VectorXd u = detail::weighted(fit.residual, w);
  const Eigen::Index k = fit.projected.cols(), lead = constant ? 1 : 0;
  Eigen::MatrixXd out(fit.projected.rows(), k + lead);
  if (constant) out.col(0) = u;
  for (Eigen::Index j = 0; j < k; ++j) {
    out.col(j + lead) = u.cwiseProduct(fit.projected.col(j));
  }
  return out;
}

inline Eigen::MatrixXd meat(const Eigen::Ref<const Eigen::MatrixXd>& scores) {
  return scores.transpose() * scores;
}

// Scores are summed within clusters first.
inline Eigen::MatrixXd meat(const Eigen::Ref<const Eigen::MatrixXd>& scores, const Factor& cluster) {
  if (static_cast<Eigen::Index>(cluster.code.size()) != scores.rows()) {
    throw std::invalid_argument("meat: clusters and rows differ");
  }
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(cluster.levels, scores.cols());
  for (Eigen::Index k = 0; k < scores.cols(); ++k) {
    for (Eigen::Index i = 0; i < scores.rows(); ++i) sum(cluster.code[i], k) += scores(i, k);
  }
  return sum.transpose() * sum;
}

}  // namespace ccdpanel::panel

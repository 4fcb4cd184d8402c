// Bindings of the covariances that need the rows: map, call one kernel, wrap.
#include <RcppEigen.h>

#include "bind_common.h"

// [[Rcpp::export(rng = false)]]
Eigen::VectorXd bind_leverages(const Eigen::Map<Eigen::MatrixXd> x, const Rcpp::List& effects,
                               const Eigen::Map<Eigen::VectorXd> w, int threads) {
  return ccdpanel::panel::leverages(x, bind::factors(effects), w, threads);
}

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_cluster_adjusted(const Eigen::Map<Eigen::MatrixXd> x, const Eigen::Map<Eigen::VectorXd> u,
                                 const Rcpp::List& effects, const Eigen::Map<Eigen::VectorXd> w,
                                 const Rcpp::List& cluster, const Eigen::Map<Eigen::MatrixXd> half, double power) {
  const ccdpanel::panel::ClusterAdjusted a =
      ccdpanel::panel::cluster_adjusted(x, u, bind::factors(effects), w, bind::factor(cluster), half, power);
  return Rcpp::List::create(Rcpp::_["scores"] = a.scores, Rcpp::_["dof"] = a.dof, Rcpp::_["lost"] = a.lost);
}

// [[Rcpp::export(rng = false)]]
Eigen::MatrixXd bind_lagged_meat(const Eigen::Map<Eigen::MatrixXd> scores, const std::vector<int>& unit,
                                 const std::vector<int>& time, int lag) {
  return ccdpanel::panel::lagged_meat(scores, unit, time, lag);
}

// [[Rcpp::export(rng = false)]]
Eigen::MatrixXd bind_spatial_meat(const Eigen::Map<Eigen::MatrixXd> scores, const Eigen::Map<Eigen::VectorXd> lat,
                                  const Eigen::Map<Eigen::VectorXd> lon, double cutoff, bool bartlett, int threads) {
  const auto kernel = bartlett ? ccdpanel::panel::SpatialKernel::bartlett : ccdpanel::panel::SpatialKernel::uniform;
  return ccdpanel::panel::spatial_meat(scores, lat, lon, cutoff, kernel, threads);
}

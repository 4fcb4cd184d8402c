// Bindings of effects with slopes: map, call one kernel, wrap.
#include <RcppEigen.h>

#include "bind_common.h"
#include "ccdpanel/absorb/slope_rank.hpp"
#include "ccdpanel/inference/slope_hat.hpp"

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_effects_rank(const Rcpp::List& effects, int threads) {
  const ccdpanel::panel::EffectsRank rank =
      ccdpanel::panel::effects_rank(bind::factors(effects), ccdpanel::panel::most_ranked, threads);
  const std::vector<double> own(rank.own.begin(), rank.own.end());
  return Rcpp::List::create(Rcpp::_["rank"] = static_cast<double>(rank.rank), Rcpp::_["exact"] = rank.exact,
                            Rcpp::_["clear"] = rank.clear, Rcpp::_["own"] = own);
}

// x: regressors with the effects out.
// [[Rcpp::export(rng = false)]]
Eigen::VectorXd bind_slope_leverages(const Eigen::Map<Eigen::MatrixXd> x, const Rcpp::List& effects,
                                     const Eigen::Map<Eigen::VectorXd> w, int threads) {
  return ccdpanel::panel::slope_leverages(x, bind::factors(effects), w, threads);
}

// Columns that span the effects, orthonormal in the metric of the weights.
// [[Rcpp::export(rng = false)]]
Eigen::MatrixXd bind_effects_columns(const Rcpp::List& effects, const Eigen::Map<Eigen::VectorXd> w) {
  return ccdpanel::panel::effects_columns(bind::factors(effects), w);
}

// Bindings of the covariances that need the rows: map, call one kernel, wrap.
#include <RcppEigen.h>

#include <tuple>

#include "bind_absorb.h"
#include "ccdpanel/core/eigenvalues.hpp"
#include "ccdpanel/core/parallel_for.hpp"
#include "ccdpanel/inference/cluster_adjusted.hpp"
#include "ccdpanel/inference/kernel_meats.hpp"
#include "ccdpanel/inference/leverage.hpp"
#include "ccdpanel/inference/slope_hat.hpp"
#include "ccdpanel/inference/wild_least_squares.hpp"
#include "ccdpanel/inference/wild_two_stage.hpp"

// [[Rcpp::export(rng = false)]]
Eigen::VectorXd bind_leverages(const Eigen::Map<Eigen::MatrixXd> x, const Rcpp::List& effects,
                               const Eigen::Map<Eigen::VectorXd> w, int threads) {
  return ccdpanel::panel::leverages(x, bind::factors(effects), w, threads);
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

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_cluster_adjusted(const Eigen::Map<Eigen::MatrixXd> x, const Eigen::Map<Eigen::VectorXd> u,
                                 const Rcpp::List& effects, const Eigen::Map<Eigen::VectorXd> w,
                                 const Rcpp::List& cluster, const Eigen::Map<Eigen::MatrixXd> half, double power) {
  const ccdpanel::panel::ClusterAdjusted a = ccdpanel::panel::cluster_adjusted(
      x, u, bind::factors(effects), w, bind::factor(cluster), half, power, Rcpp::checkUserInterrupt);
  return Rcpp::List::create(Rcpp::_["scores"] = a.scores, Rcpp::_["dof"] = a.dof, Rcpp::_["lost"] = a.lost);
}

// [[Rcpp::export(rng = false)]]
Eigen::MatrixXd bind_lagged_meat(const Eigen::Map<Eigen::MatrixXd> scores, const std::vector<int>& unit,
                                 const std::vector<double>& time, double lag) {
  return ccdpanel::panel::lagged_meat(scores, unit, time, lag, Rcpp::checkUserInterrupt);
}

// [[Rcpp::export(rng = false)]]
Eigen::MatrixXd bind_spatial_meat(const Eigen::Map<Eigen::MatrixXd> scores, const Eigen::Map<Eigen::VectorXd> lat,
                                  const Eigen::Map<Eigen::VectorXd> lon, double cutoff, bool bartlett, int threads) {
  const auto kernel = bartlett ? ccdpanel::panel::SpatialKernel::bartlett : ccdpanel::panel::SpatialKernel::uniform;
  return ccdpanel::panel::spatial_meat(scores, lat, lon, cutoff, kernel, threads, Rcpp::checkUserInterrupt);
}

namespace {

namespace kernel = ccdpanel::panel;

std::vector<kernel::WildClusters> wild_clusters(const Rcpp::List& clusters, const std::vector<double>& sign) {
  std::vector<kernel::WildClusters> out;
  for (std::size_t m = 0; m < sign.size(); ++m) {
    out.push_back({bind::factor(clusters[static_cast<R_xlen_t>(m)]), sign[m]});
  }
  return out;
}

kernel::WildDraws wild_draws(const Rcpp::List& draws) {
  kernel::WildDraws out;
  out.type = static_cast<kernel::WildWeights>(Rcpp::as<int>(draws["type"]));
  out.enumerate = Rcpp::as<bool>(draws["enumerate"]);
  out.seed = static_cast<std::uint64_t>(Rcpp::as<double>(draws["seed"]));
  return out;
}

}  // namespace

// The multipliers of draws first .. first + count - 1 (from 0), a column a draw.
// [[Rcpp::export(rng = false)]]
Eigen::MatrixXd bind_wild_multipliers(const Rcpp::List& draws, int clusters, double first, int count) {
  const kernel::WildDraws made = wild_draws(draws);
  Eigen::MatrixXd out(clusters, count);
  for (int d = 0; d < count; ++d) made.fill(static_cast<std::uint64_t>(first) + d, out.col(d));
  return out;
}

// Moments of draws, kept outside R for as long as the test lasts, and with them the codes of the factors that they see.
// [[Rcpp::export(rng = false)]]
SEXP bind_wild_moments(const Eigen::Map<Eigen::MatrixXd> base, const Eigen::Map<Eigen::MatrixXd> inst,
                       const Eigen::Map<Eigen::MatrixXd> others, const Rcpp::List& effects,
                       const Eigen::Map<Eigen::VectorXd> w, const Rcpp::List& boot, const Rcpp::List& clusters,
                       const std::vector<double>& sign, double draws, double patience) {
  auto* made = new kernel::WildMoments(base, inst, others, bind::factors(effects), w, bind::factor(boot),
                                       wild_clusters(clusters, sign), static_cast<std::uint64_t>(draws), patience);
  return Rcpp::XPtr<kernel::WildMoments>(made, true, R_NilValue, Rcpp::List::create(effects, boot, clusters));
}

// [[Rcpp::export(rng = false)]]
Eigen::MatrixXd bind_wild_least_squares(SEXP moments, const Rcpp::List& draws, double count, int threads) {
  const Rcpp::XPtr<kernel::WildMoments> seen(moments);
  return kernel::wild_least_squares(*seen, wild_draws(draws), static_cast<std::uint64_t>(count), threads,
                                    Rcpp::checkUserInterrupt);
}

// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector bind_wild_shares(const Eigen::Map<Eigen::MatrixXd> draws, const std::vector<double>& r,
                                     const std::vector<double>& t) {
  Rcpp::NumericVector out(static_cast<R_xlen_t>(r.size()));
  for (std::size_t i = 0; i < r.size(); ++i) out[static_cast<R_xlen_t>(i)] = kernel::wild_share(draws, r[i], t[i]);
  return out;
}

// [[Rcpp::export(rng = false)]]
Eigen::VectorXd bind_wild_two_stage(SEXP moments, const Rcpp::List& process, const Rcpp::List& draws, double count,
                                    int threads) {
  const Rcpp::XPtr<kernel::WildMoments> seen(moments);
  kernel::WildProcess p;
  p.pi = Rcpp::as<Eigen::MatrixXd>(process["pi"]);
  p.v = Rcpp::as<Eigen::MatrixXd>(process["v"]);
  p.u = Rcpp::as<Eigen::VectorXd>(process["u"]);
  p.lag = Rcpp::as<Eigen::VectorXd>(process["lag"]);
  p.tested = Rcpp::as<int>(process["tested"]) - 1;
  p.r = Rcpp::as<double>(process["r"]);
  return kernel::wild_two_stage(p, *seen, wild_draws(draws), static_cast<std::uint64_t>(count), threads,
                                Rcpp::checkUserInterrupt);
}

// Smallest and largest eigenvalue of a + t b, symmetric, for each t: one column each.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericMatrix bind_extreme_eigenvalues(const Rcpp::NumericMatrix& a, const Rcpp::NumericMatrix& b,
                                             const Rcpp::NumericVector& t) {
  const auto n = static_cast<std::size_t>(a.nrow());
  if (a.size() != b.size() || a.nrow() != a.ncol()) throw std::invalid_argument("matrices differ in size");
  std::vector<double> sum(n * n);
  Rcpp::NumericMatrix out(2, static_cast<int>(t.size()));
  for (int k = 0; k < out.ncol(); ++k) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = a.begin()[i] + t[k] * b.begin()[i];
    std::tie(out(0, k), out(1, k)) = ccdpanel::core::extreme_eigenvalues(sum, n);
  }
  return out;
}

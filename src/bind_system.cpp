// Binding of system/: map, call one kernel, wrap.
#include <RcppEigen.h>

#include "bind_absorb.h"
#include "bind_inference.h"
#include "ccdpanel/system/bootstrap.hpp"
#include "ccdpanel/system/by_equation.hpp"
#include "ccdpanel/system/estimate.hpp"

namespace {

using ccdpanel::system::Divisor;
using ccdpanel::system::Variant;
using ccdpanel::system::Weighting;

template <class Choice>
Choice chosen(const std::string& name, const std::vector<std::pair<std::string, Choice>>& choices) {
  for (const auto& choice : choices) {
    if (choice.first == name) return choice.second;
  }
  throw std::invalid_argument("bind_system: no choice " + name);
}

// A system travels as list(y, x, z, z_of, project): positions of columns, 0-based.
ccdpanel::system::Equations equations(const Rcpp::List& system) {
  ccdpanel::system::Equations out;
  out.y = Rcpp::as<std::vector<int>>(system["y"]);
  out.z = Rcpp::as<std::vector<int>>(system["z"]);
  out.project = Rcpp::as<bool>(system["project"]);
  const Rcpp::List x = system["x"], z_of = system["z_of"];
  for (R_xlen_t i = 0; i < x.size(); ++i) out.x.push_back(Rcpp::as<std::vector<int>>(x[i]));
  for (R_xlen_t i = 0; i < z_of.size(); ++i) out.z_of.push_back(Rcpp::as<std::vector<int>>(z_of[i]));
  return out;
}

ccdpanel::system::SystemPlan system_plan(const Rcpp::List& options) {
  const auto word = [&](const char* name) { return Rcpp::as<std::string>(options[name]); };
  ccdpanel::system::SystemPlan out;
  out.options.weighting = chosen<Weighting>(
      word("weighting"), {{"equal", Weighting::equal}, {"diagonal", Weighting::diagonal}, {"full", Weighting::full}});
  out.options.variant = chosen<Variant>(word("variant"), {{"gls", Variant::gls},
                                                          {"gmm", Variant::gmm},
                                                          {"iv", Variant::iv},
                                                          {"schmidt", Variant::schmidt},
                                                          {"eviews", Variant::eviews}});
  out.options.iterate = Rcpp::as<bool>(options["iterate"]);
  out.options.pooled_divisor = Rcpp::as<double>(options["pooled"]);
  out.constant = Rcpp::as<bool>(options["constant"]);
  out.limited = Rcpp::as<bool>(options["limited"]);
  out.least_sine2 = Rcpp::as<double>(options["least_sine2"]);
  out.divisor = chosen<Divisor>(word("sigma"), {{"n", Divisor::rows},
                                                {"geomean", Divisor::geometric_mean},
                                                {"max", Divisor::largest},
                                                {"theil", Divisor::theil}});
  out.rows = Rcpp::as<double>(options["n"]);
  out.absorbed = Rcpp::as<double>(options["absorbed"]);
  out.fewer = Rcpp::as<std::vector<int>>(options["fewer"]);
  return out;
}

}  // namespace

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_system(const Rcpp::List& columns, int rows, const Rcpp::List& system, const Rcpp::List& options,
                       const Rcpp::List& effects, const Eigen::Map<Eigen::VectorXd> w,
                       const Eigen::Map<Eigen::MatrixXd> restrictions, const Eigen::Map<Eigen::VectorXd> values,
                       const Rcpp::List& clusters) {
  const ccdpanel::system::SystemPlan plan = system_plan(options);
  const std::vector<ccdpanel::panel::Factor> factors = bind::factors(effects);
  const Eigen::VectorXd weight = w;
  ccdpanel::panel::Columns raw = bind::columns(columns, rows);
  raw.origin = Rcpp::as<Eigen::VectorXd>(options["origin"]);
  const ccdpanel::panel::Sample sample(std::move(raw), factors, plan.constant, weight,
                                       Rcpp::as<int>(options["threads"]), bind::interruptible());
  const ccdpanel::system::SystemEstimate e =
      ccdpanel::system::estimate_system(sample, equations(system), {restrictions, values}, plan);
  Rcpp::List meats;
  if (clusters.size() && e.coef.size())
    meats = bind::meats(ccdpanel::system::system_scores(sample, e, plan.constant), clusters,
                        Rcpp::as<int>(options["threads"]));
  Rcpp::NumericVector tss, within;
  for (const int y : e.equations.y) {
    tss.push_back(sample.total(y));
    within.push_back(std::pow(sample.products.scale[y], 2));
  }
  Rcpp::List out = Rcpp::List::create(
      Rcpp::_["x"] = e.equations.x, Rcpp::_["z"] = e.equations.z, Rcpp::_["dropped_x"] = e.dropped_x,
      Rcpp::_["dropped_z"] = e.dropped_z, Rcpp::_["coef"] = e.coef, Rcpp::_["bread"] = e.bread,
      Rcpp::_["half"] = e.half, Rcpp::_["residual"] = e.residual, Rcpp::_["sigma"] = e.fit.sigma,
      Rcpp::_["residual_sigma"] = e.fit.residual_sigma, Rcpp::_["rss"] = e.rss, Rcpp::_["tss"] = tss,
      Rcpp::_["tss_within"] = within, Rcpp::_["iterations"] = e.fit.iterations,
      Rcpp::_["failed_equation"] = e.fit.failed_equation + 1, Rcpp::_["status"] = static_cast<int>(e.fit.status),
      Rcpp::_["certificate"] = sample.certificate, Rcpp::_["meats"] = meats);
  out["z_of"] = e.equations.z_of;
  out["kappa"] = e.equations.kappa;
  out["moved"] = e.fit.moved;
  out["smallest_sine2"] = e.smallest_sine2;
  if (e.basis) out["close_x"] = e.basis->close_regressors();
  if (e.basis) out["close_z"] = e.basis->close_instruments();
  if (e.coef.size() && e.basis->own()) out["score_map"] = ccdpanel::system::score_map(e, plan.constant);
  if (e.coef.size() && Rcpp::as<bool>(options["influences"]))
    out["influences"] = ccdpanel::system::row_influences(sample, e, plan.constant);
  return out;
}

// Replicates by coefficients.
// [[Rcpp::export(rng = false)]]
Eigen::MatrixXd bind_system_bootstrap(const Rcpp::List& columns, int rows, const Rcpp::List& system,
                                      const Rcpp::List& options, const Rcpp::List& effects,
                                      const Eigen::Map<Eigen::VectorXd> w,
                                      const Eigen::Map<Eigen::MatrixXd> restrictions,
                                      const Eigen::Map<Eigen::VectorXd> values, const Rcpp::List& cluster,
                                      int replicates, int size, double seed) {
  const ccdpanel::system::SystemPlan plan = system_plan(options);
  const ccdpanel::system::Resampling from{bind::columns(columns, rows).data, rows, bind::factors(effects), w,
                                          bind::factor(cluster)};
  const ccdpanel::system::Equations eq = equations(system);
  const int threads = Rcpp::as<int>(options["threads"]);
  Eigen::MatrixXd out(replicates, size);
  // In batches, so that the user can interrupt between them.
  for (int first = 0; first < replicates; first += 50) {
    const int count = std::min(50, replicates - first);
    ccdpanel::system::bootstrap_system(from, eq, {restrictions, values}, plan, static_cast<std::uint64_t>(seed),
                                       static_cast<std::size_t>(first), threads, out.middleRows(first, count));
    Rcpp::checkUserInterrupt();
  }
  return out;
}

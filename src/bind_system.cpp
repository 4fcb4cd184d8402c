// Binding of system/: map, call one kernel, wrap.
#include <RcppEigen.h>

#include "bind_common.h"

namespace {

// What u_i'u_j is divided by: n, sqrt((n - k_i)(n - k_j)) or n - max(k_i, k_j); k counts slopes and `absorbed`, the
// degrees of freedom of constant or effects.
Eigen::MatrixXd divisor(const std::string& rule, const std::vector<int>& slopes, double n, double absorbed) {
  const Eigen::Index m = static_cast<Eigen::Index>(slopes.size());
  Eigen::MatrixXd out = Eigen::MatrixXd::Constant(m, m, n);
  if (rule == "n") return out;
  for (Eigen::Index i = 0; i < m; ++i) {
    for (Eigen::Index j = 0; j < m; ++j) {
      const double left_i = n - absorbed - slopes[static_cast<std::size_t>(i)];
      const double left_j = n - absorbed - slopes[static_cast<std::size_t>(j)];
      out(i, j) = rule == "geomean" ? std::sqrt(left_i * left_j) : std::min(left_i, left_j);
    }
  }
  return out;
}

}  // namespace

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_system(const Rcpp::List& columns, int rows, const std::vector<int>& y, const Rcpp::List& x,
                       const std::vector<int>& z, const Rcpp::List& options, const Rcpp::List& effects,
                       const Eigen::Map<Eigen::VectorXd> w, const Eigen::Map<Eigen::MatrixXd> restrictions,
                       const Eigen::Map<Eigen::VectorXd> values, const Rcpp::List& clusters) {
  ccdpanel::system::Equations equations;
  equations.y = y;
  for (R_xlen_t i = 0; i < x.size(); ++i) equations.x.push_back(Rcpp::as<std::vector<int>>(x[i]));
  equations.z = z;
  equations.project = Rcpp::as<bool>(options["project"]);
  ccdpanel::system::SystemOptions how;
  how.weigh = Rcpp::as<bool>(options["weigh"]);
  how.iterate = Rcpp::as<bool>(options["iterate"]);
  const bool constant = Rcpp::as<bool>(options["constant"]);
  const std::string rule = Rcpp::as<std::string>(options["sigma"]);
  const double n = Rcpp::as<double>(options["n"]), absorbed = Rcpp::as<double>(options["absorbed"]);
  const std::vector<ccdpanel::panel::Factor> factors = bind::factors(effects);
  const Eigen::VectorXd weight = w;

  const ccdpanel::panel::Sample sample(bind::columns(columns, rows), rows, factors, constant, weight,
                                       Rcpp::as<int>(options["threads"]), {});
  const ccdpanel::system::SystemEstimate e = ccdpanel::system::estimate_system(
      sample, equations, constant, {restrictions, values}, how,
      [&](const std::vector<int>& slopes) { return divisor(rule, slopes, n, absorbed); });
  Rcpp::List meats;
  if (clusters.size() && e.coef.size())
    meats = bind::meats(ccdpanel::system::system_scores(sample, e, constant), clusters);
  Rcpp::List dropped, kept;
  Rcpp::NumericVector tss, within;
  for (std::size_t i = 0; i < y.size(); ++i) {
    dropped.push_back(Rcpp::wrap(e.dropped_x[i]));
    kept.push_back(Rcpp::wrap(e.equations.x[i]));
    tss.push_back(sample.total(y[i], constant || !factors.empty()));
    within.push_back(std::pow(sample.products.scale[y[i]], 2));
  }
  return Rcpp::List::create(
      Rcpp::_["x"] = kept, Rcpp::_["z"] = e.equations.z, Rcpp::_["dropped_x"] = dropped,
      Rcpp::_["dropped_z"] = e.dropped_z, Rcpp::_["coef"] = e.coef, Rcpp::_["bread"] = e.bread,
      Rcpp::_["half"] = e.half, Rcpp::_["residual"] = e.residual, Rcpp::_["sigma"] = e.fit.sigma,
      Rcpp::_["residual_sigma"] = e.fit.residual_sigma, Rcpp::_["rss"] = e.rss, Rcpp::_["tss"] = tss,
      Rcpp::_["tss_within"] = within, Rcpp::_["iterations"] = e.fit.iterations,
      Rcpp::_["failed_equation"] = e.fit.failed_equation + 1, Rcpp::_["status"] = static_cast<int>(e.fit.status),
      Rcpp::_["certificate"] = sample.certificate, Rcpp::_["meats"] = meats);
}

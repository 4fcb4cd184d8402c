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
  ccdpanel::system::SystemProblem problem;
  problem.column = bind::columns(columns, rows);
  problem.rows = rows;
  problem.equations.y = y;
  for (R_xlen_t i = 0; i < x.size(); ++i) problem.equations.x.push_back(Rcpp::as<std::vector<int>>(x[i]));
  problem.equations.z = z;
  problem.equations.project = Rcpp::as<bool>(options["project"]);
  problem.effects = bind::factors(effects);
  problem.constant = Rcpp::as<bool>(options["constant"]);
  problem.weight = w;
  problem.restrictions = {restrictions, values};
  problem.options.weigh = Rcpp::as<bool>(options["weigh"]);
  problem.options.iterate = Rcpp::as<bool>(options["iterate"]);
  problem.threads = Rcpp::as<int>(options["threads"]);
  const std::string rule = Rcpp::as<std::string>(options["sigma"]);
  const double n = Rcpp::as<double>(options["n"]), absorbed = Rcpp::as<double>(options["absorbed"]);
  const auto divide = [&](const std::vector<int>& slopes) { return divisor(rule, slopes, n, absorbed); };
  const ccdpanel::system::SystemEstimate e = ccdpanel::system::estimate_system(problem, divide, clusters.size() > 0);
  Rcpp::List dropped, kept;
  for (const std::vector<int>& d : e.dropped_x) dropped.push_back(Rcpp::wrap(d));
  for (const std::vector<int>& k : e.equations.x) kept.push_back(Rcpp::wrap(k));
  return Rcpp::List::create(Rcpp::_["x"] = kept, Rcpp::_["z"] = e.equations.z, Rcpp::_["dropped_x"] = dropped,
                            Rcpp::_["dropped_z"] = e.dropped_z, Rcpp::_["coef"] = e.coef, Rcpp::_["bread"] = e.bread,
                            Rcpp::_["half"] = e.half, Rcpp::_["residual"] = e.residual, Rcpp::_["sigma"] = e.fit.sigma,
                            Rcpp::_["residual_sigma"] = e.fit.residual_sigma, Rcpp::_["rss"] = e.rss,
                            Rcpp::_["tss"] = e.tss, Rcpp::_["tss_within"] = e.tss_within,
                            Rcpp::_["iterations"] = e.fit.iterations,
                            Rcpp::_["failed_equation"] = e.fit.failed_equation + 1,
                            Rcpp::_["status"] = static_cast<int>(e.fit.status), Rcpp::_["certificate"] = e.certificate,
                            Rcpp::_["meats"] = e.scores.size() ? bind::meats(e.scores, clusters) : Rcpp::List());
}

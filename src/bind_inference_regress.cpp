// Binding of a regression with the meats of its covariance: map, call the kernels, wrap.
#include <RcppEigen.h>

#include "bind_absorb.h"
#include "bind_inference.h"
#include "ccdpanel/core/phases.hpp"
#include "ccdpanel/inference/scores.hpp"
#include "ccdpanel/panel/constant.hpp"
#include "ccdpanel/panel/gmm.hpp"
#include "ccdpanel/panel/k_class.hpp"
#include "ccdpanel/panel/leaned.hpp"
#include "ccdpanel/panel/regression.hpp"

namespace {

// Of the last regression.
ccdpanel::core::Phases last_phases;

// Sum of outer products of the instruments times the residuals of `fit` in their unit, constant's first: by row, by
// cluster, or by several ways with their signs.
Eigen::MatrixXd moment_sum(const ccdpanel::panel::Sample& sample, const ccdpanel::panel::Regression& fit, bool constant,
                           const Rcpp::List& clusters, const std::vector<double>& sign) {
  Eigen::VectorXd v = fit.residual / ccdpanel::panel::residual_unit(fit.rss, sample.rows());
  if (sample.weight.size()) v.array() *= sample.weight.array();
  const ccdpanel::panel::ScoreSet scores{sample.columns(), {{fit.z, {}, {}, v}}, constant};
  const Rcpp::List meats = bind::meats(scores, clusters, sample.threads);
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(scores.size(), scores.size());
  for (std::size_t m = 0; m < sign.size(); ++m) {
    out += sign[m] * Rcpp::as<Eigen::MatrixXd>(meats[static_cast<R_xlen_t>(m)]);
  }
  return out;
}

// The bread of columns less their means, the constant's first.
Eigen::MatrixXd scored_bread(const ccdpanel::panel::Sample& sample, const Eigen::MatrixXd& bread, bool constant) {
  Eigen::MatrixXd out = ccdpanel::panel::detail::with_constant(bread, constant);
  const double rows = sample.weight.size() ? sample.weight.sum() : static_cast<double>(sample.rows());
  if (constant) out(0, 0) = 1 / rows;
  return out;
}

}  // namespace

// `at` tells which rows of the columns the sample is (from 1; NULL: all of them).
// Clusters is a list of factors, one meat each; an element NULL asks for the meat by row. Estimator is a list: name
// ("k_class", "gmm" or ""), fuller and absorbed for the k-class, clusters and sign of the weight matrix for GMM.
// origin: what was taken from the columns before; may be empty. rows_too: return what multiplies the residuals in the
// scores, row by row.
// [[Rcpp::export(rng = false)]]
Rcpp::List bind_regress(const Rcpp::List& columns, int rows, const Rcpp::Nullable<Rcpp::IntegerVector>& at,
                        const std::vector<int>& x, const std::vector<int>& z, const std::vector<int>& endogenous,
                        const Rcpp::List& effects, bool constant, const Eigen::Map<Eigen::VectorXd> w,
                        const Rcpp::List& clusters, const Rcpp::List& estimator,
                        const Eigen::Map<Eigen::VectorXd> origin, bool rows_too, int threads) {
  last_phases = {};
  const std::vector<ccdpanel::panel::Factor> factors = bind::factors(effects);
  const Eigen::VectorXd weight = w;
  ccdpanel::panel::Columns raw = bind::columns(columns, rows, at);
  raw.origin = origin;
  const int one = ccdpanel::panel::centre_beside_ones(raw, factors, x, weight, threads);
  ccdpanel::panel::Sample sample(raw, factors, constant, weight, threads, bind::interruptible(&last_phases));
  const ccdpanel::panel::Equation equation{0, x, z, endogenous};
  ccdpanel::panel::Regression fit = ccdpanel::panel::regress(sample, equation);
  last_phases.end("last pass");
  const std::string name = Rcpp::as<std::string>(estimator["name"]);
  const bool estimable = fit.unidentified.empty() && !fit.x.empty() && !fit.z.empty();
  const std::optional<Eigen::MatrixXd> leaned = ccdpanel::panel::lean(sample, 0, fit);
  ccdpanel::panel::KClass k_class;
  if (name == "k_class" && estimable) {
    k_class = ccdpanel::panel::limited_information(sample, equation, estimator["fuller"], estimator["absorbed"], fit);
  }
  ccdpanel::panel::WithConstant full{fit.coef, fit.bread, fit.bread};
  if (constant) full = ccdpanel::panel::add_constant(sample, 0, fit);
  bool singular = false;
  const bool gmm = name == "gmm" && estimable;
  if (gmm) {
    const Rcpp::List by = estimator["clusters"];
    const ccdpanel::panel::GmmStep step =
        ccdpanel::panel::gmm_step(sample, 0, fit, constant, moment_sum(sample, fit, constant, by, estimator["sign"]),
                                  ccdpanel::panel::residual_unit(fit.rss, sample.rows()));
    singular = step.singular;
    if (!singular) {
      full = {step.coef, step.classical, step.half};
      if (constant) full = ccdpanel::panel::off_centre(sample, 0, fit.x, full);
      fit.residual = step.residual;
      fit.rss = ccdpanel::panel::squared_norm(fit.residual, weight);
    }
  }
  if (leaned) {
    const Eigen::MatrixXd t = ccdpanel::panel::detail::with_constant(*leaned, constant);
    full = {t * full.coef, t * full.bread * t.transpose(), t * full.half};
  }
  if (one >= 0) full = ccdpanel::panel::off_centre_beside_ones(raw.centre, one, 0, fit.x, full);
  // Scores are of residuals in this unit, `half` takes it back: no square of theirs leaves the range of numbers.
  const double unit = ccdpanel::panel::residual_unit(fit.rss, sample.rows());
  full.half *= unit;
  // GMM's coefficients answer to the moments themselves, the others' to the projected regressors' scores.
  const std::vector<int>& scored = gmm ? fit.z : fit.x;
  const Eigen::MatrixXd projection = gmm ? Eigen::MatrixXd() : fit.projection;
  Eigen::MatrixXd score_basis, score_bread;
  if (!gmm && leaned) {
    score_basis = ccdpanel::panel::detail::with_constant(*leaned, constant);
    score_bread = scored_bread(sample, fit.bread, constant);
  }
  Rcpp::List meats;
  Eigen::MatrixXd score_rows;
  if (clusters.size() || rows_too) {
    const ccdpanel::panel::Columns none;
    // The residuals are lent to the scores, unless weights make others of them.
    ccdpanel::panel::Absorption* absorption = sample.unwritten();
    ccdpanel::panel::ScoreSet scores{absorption ? none : sample.columns(),
                                     {{scored, fit.z.empty() ? scored : fit.z, projection, {}}},
                                     constant,
                                     absorption,
                                     absorption != nullptr};
    Eigen::VectorXd& v = scores.parts[0].v;
    if (weight.size())
      v = fit.residual.cwiseProduct(weight);
    else
      v.swap(fit.residual);
    if (unit != 1) v /= unit;
    meats = bind::meats(scores, clusters, threads);
    if (rows_too) score_rows = ccdpanel::panel::score_regressors(scores);
    if (!weight.size()) {
      if (unit != 1) v *= unit;
      v.swap(fit.residual);
    }
  }
  last_phases.end("covariance");
  Rcpp::List out = Rcpp::List::create(
      Rcpp::_["x"] = fit.x, Rcpp::_["z"] = fit.z, Rcpp::_["dropped"] = fit.dropped,
      Rcpp::_["unidentified"] = fit.unidentified, Rcpp::_["coef"] = full.coef, Rcpp::_["bread"] = full.bread,
      Rcpp::_["half"] = full.half, Rcpp::_["unit"] = unit, Rcpp::_["residual"] = bind::vector(fit.residual, threads),
      Rcpp::_["rss"] = fit.rss, Rcpp::_["tss"] = sample.total(0),
      Rcpp::_["tss_within"] = sample.gone[0] ? 0.0 : std::pow(sample.products.scale[0], 2),
      Rcpp::_["certificate"] = sample.certificate, Rcpp::_["iterations"] = sample.iterations,
      Rcpp::_["orthogonal"] = fit.orthogonal, Rcpp::_["singular"] = singular,
      Rcpp::_["kappa"] = std::vector<double>{k_class.likelihood, k_class.kappa},
      Rcpp::_["converged"] = sample.status == ccdpanel::Status::ok, Rcpp::_["meats"] = meats,
      Rcpp::_["score_rows"] = score_rows);
  if (score_basis.size()) {
    out.push_back(score_basis, "score_basis");
    out.push_back(score_bread * unit * unit, "score_bread");
  }
  if (sample.rank) out.push_back(bind::effects_rank(*sample.rank), "effects_rank");
  return out;
}

// Seconds of the phases of the last bind_regress(), for bench/.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector bind_phases() {
  Rcpp::NumericVector out;
  for (const auto& [name, seconds] : last_phases.seconds()) out.push_back(seconds, name);
  return out;
}

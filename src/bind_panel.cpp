// Bindings of panel/: map, call one kernel, wrap.
#include <RcppEigen.h>

#include "bind_common.h"
#include "ccdpanel/core/parallel_for.hpp"
#include "ccdpanel/panel/encode.hpp"
#include "ccdpanel/panel/gmm.hpp"
#include "ccdpanel/panel/k_class.hpp"
#include "ccdpanel/panel/regression.hpp"

namespace {

using ccdpanel::panel::Compacted;

// Row i of the sample is row[i] - 1 of the variable, or i itself without `row`.
struct Rows {
  const int* row;
  std::size_t n;
  std::size_t operator()(std::size_t i) const { return row ? static_cast<std::size_t>(row[i] - 1) : i; }
};

Rows rows_of(const Rcpp::Nullable<Rcpp::IntegerVector>& rows, R_xlen_t all) {
  if (rows.isNull()) return {nullptr, static_cast<std::size_t>(all)};
  return {INTEGER(rows.get()), static_cast<std::size_t>(Rf_xlength(rows.get()))};
}

// Equal strings are one object, unless their encodings differ.
bool comparable(SEXP x, const Rows& at, const std::vector<int>& first) {
  for (const int i : first) {
    SEXP s = STRING_ELT(x, static_cast<R_xlen_t>(at(static_cast<std::size_t>(i))));
    if (Rf_getCharCE(s) == CE_UTF8) continue;
    const char* c = CHAR(s);
    if (std::any_of(c, c + LENGTH(s), [](char b) { return static_cast<unsigned char>(b) > 127; })) return false;
  }
  return true;
}

Compacted encode(SEXP x, const Rows& at) {
  switch (TYPEOF(x)) {
    case INTSXP:
    case LGLSXP: {
      const int* v = TYPEOF(x) == INTSXP ? INTEGER(x) : LOGICAL(x);
      return ccdpanel::panel::encode_numbers([=](std::size_t i) { return v[at(i)]; }, at.n);
    }
    case REALSXP: {
      const double* v = REAL(x);
      return ccdpanel::panel::encode_numbers([=](std::size_t i) { return v[at(i)]; }, at.n);
    }
    case STRSXP: {
      const SEXP* v = STRING_PTR(x);
      return ccdpanel::panel::encode_keys(
          [=](std::size_t i) { return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(v[at(i)])); }, at.n);
    }
    default:
      throw std::invalid_argument("encode: neither numbers nor strings");
  }
}

Rcpp::List wrap_compacted(const Compacted& c) {
  const std::vector<int> count = ccdpanel::panel::level_counts(c.factor);
  const bool alone = std::find(count.begin(), count.end(), 1) != count.end();
  return Rcpp::List::create(Rcpp::_["factor"] = bind::wrap_factor(c.factor), Rcpp::_["first"] = Rcpp::wrap(c.first),
                            Rcpp::_["alone"] = alone);
}

}  // namespace

// The factor of a variable (integer, logical, double, character) on the rows of a sample (NULL: all), the first row of
// each level (from 0, in the sample), and whether some level has one row only; NULL where strings need R's comparison.
// [[Rcpp::export(rng = false)]]
SEXP bind_encode(SEXP x, const Rcpp::Nullable<Rcpp::IntegerVector>& rows) {
  const Rows at = rows_of(rows, Rf_xlength(x));
  const Compacted c = encode(x, at);
  if (TYPEOF(x) == STRSXP && !comparable(x, at, c.first)) return R_NilValue;
  return wrap_compacted(c);
}

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_encode_pairs(const Rcpp::List& a, const Rcpp::List& b) {
  return wrap_compacted(ccdpanel::panel::encode_pairs(bind::factor(a), bind::factor(b)));
}

// Columns on the rows of a sample.
// [[Rcpp::export(rng = false)]]
Rcpp::List bind_gather(const Rcpp::List& columns, const Rcpp::IntegerVector& rows, int threads) {
  const R_xlen_t n = rows.size();
  std::vector<const double*> from;
  std::vector<double*> to;
  Rcpp::List out(columns.size());
  for (R_xlen_t j = 0; j < columns.size(); ++j) {
    from.push_back(REAL(columns[j]));
    Rcpp::NumericVector column(Rcpp::no_init(n));
    to.push_back(column.begin());
    out[j] = column;
  }
  const int* row = rows.begin();
  ccdpanel::core::parallel_for(from.size(), n < 20000 ? 1 : threads, [&](std::size_t j) {
    for (R_xlen_t i = 0; i < n; ++i) to[j][i] = from[j][row[i] - 1];
  });
  out.attr("names") = columns.attr("names");
  return out;
}

// The rows to keep, from 1.
// [[Rcpp::export(rng = false)]]
Rcpp::IntegerVector bind_without_singletons(const Rcpp::List& factors, int rows) {
  const std::vector<char> keep =
      ccdpanel::panel::without_singletons(bind::factors(factors), static_cast<std::size_t>(rows));
  Rcpp::IntegerVector out(Rcpp::no_init(std::count(keep.begin(), keep.end(), 1)));
  for (std::size_t i = 0, at = 0; i < keep.size(); ++i) {
    if (keep[i]) out[static_cast<R_xlen_t>(at++)] = static_cast<int>(i) + 1;
  }
  return out;
}

// [[Rcpp::export(rng = false)]]
Rcpp::IntegerVector bind_redundant_levels(const Rcpp::List& factors, const std::vector<int>& order) {
  return Rcpp::wrap(ccdpanel::panel::redundant_levels(bind::factors(factors), order));
}

// [[Rcpp::export(rng = false)]]
bool bind_nested_in(const Rcpp::List& inner, const Rcpp::List& outer) {
  return ccdpanel::panel::nested_in(bind::factor(inner), bind::factor(outer));
}

// Component of each level of a, then of each level of b, in the graph of their rows.
// [[Rcpp::export(rng = false)]]
Rcpp::IntegerVector bind_components(const Rcpp::List& a, const Rcpp::List& b) {
  const ccdpanel::panel::Factor fa = bind::factor(a), fb = bind::factor(b);
  ccdpanel::panel::Components components(fa, fb);
  Rcpp::IntegerVector out(fa.levels + fb.levels);
  for (R_xlen_t v = 0; v < out.size(); ++v) out[v] = components.root(static_cast<int>(v));
  return out;
}

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_absorb(const Eigen::Map<Eigen::MatrixXd> x, const Rcpp::List& factors,
                       const Eigen::Map<Eigen::VectorXd> w) {
  const ccdpanel::panel::Absorbed a = ccdpanel::panel::absorb(x, bind::factors(factors), w);
  return Rcpp::List::create(Rcpp::_["columns"] = a.columns, Rcpp::_["level"] = a.level, Rcpp::_["kept"] = a.kept,
                            Rcpp::_["certificate"] = a.certificate, Rcpp::_["iterations"] = a.iterations,
                            Rcpp::_["converged"] = a.status == ccdpanel::Status::ok);
}

namespace {

// Sum of outer products of the instruments times the residuals of `fit`, constant's first: by row, by cluster, or by
// several ways with their signs.
Eigen::MatrixXd moment_sum(const ccdpanel::panel::Sample& sample, const ccdpanel::panel::Regression& fit, bool constant,
                           const Rcpp::List& clusters, const std::vector<double>& sign) {
  Eigen::VectorXd v = fit.residual;
  if (sample.weight.size()) v.array() *= sample.weight.array();
  const ccdpanel::panel::ScoreSet scores{sample.columns, {{fit.z, {}, {}, v}}, constant};
  const Rcpp::List meats = bind::meats(scores, clusters);
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(scores.size(), scores.size());
  for (std::size_t m = 0; m < sign.size(); ++m) {
    out += sign[m] * Rcpp::as<Eigen::MatrixXd>(meats[static_cast<R_xlen_t>(m)]);
  }
  return out;
}

}  // namespace

// Clusters is a list of factors, one meat each; an element NULL asks for the meat by row. Estimator is a list: name
// ("k_class", "gmm" or ""), fuller and absorbed for the k-class, clusters and sign of the weight matrix for GMM.
// rows_too: return what multiplies the residuals in the scores, row by row.
// [[Rcpp::export(rng = false)]]
Rcpp::List bind_regress(const Rcpp::List& columns, int rows, const std::vector<int>& x, const std::vector<int>& z,
                        const std::vector<int>& endogenous, const Rcpp::List& effects, bool constant,
                        const Eigen::Map<Eigen::VectorXd> w, const Rcpp::List& clusters, const Rcpp::List& estimator,
                        bool rows_too, int threads) {
  const std::vector<ccdpanel::panel::Factor> factors = bind::factors(effects);
  const Eigen::VectorXd weight = w;
  const ccdpanel::panel::Sample sample(bind::columns(columns, rows), rows, factors, constant, weight, threads, {});
  const ccdpanel::panel::Equation equation{0, x, z, endogenous};
  ccdpanel::panel::Regression fit = ccdpanel::panel::regress(sample, equation);
  const std::string name = Rcpp::as<std::string>(estimator["name"]);
  const bool estimable = fit.unidentified.empty() && !fit.x.empty() && !fit.z.empty();
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
        ccdpanel::panel::gmm_step(sample, 0, fit, constant, moment_sum(sample, fit, constant, by, estimator["sign"]));
    singular = step.singular;
    if (!singular) {
      full = {step.coef, step.classical, step.half};
      if (constant) full = ccdpanel::panel::off_centre(sample, 0, fit.x, full);
      fit.residual = step.residual;
      fit.rss = ccdpanel::panel::squared_norm(fit.residual, weight);
    }
  }
  Rcpp::List meats;
  Eigen::MatrixXd score_rows;
  if (clusters.size() || rows_too) {
    Eigen::VectorXd v = fit.residual;
    if (weight.size()) v.array() *= weight.array();
    // GMM's coefficients answer to the moments themselves, the others' to the projected regressors' scores.
    const std::vector<int>& scored = gmm ? fit.z : fit.x;
    const Eigen::MatrixXd projection = gmm ? Eigen::MatrixXd() : fit.projection;
    const ccdpanel::panel::ScoreSet scores{sample.columns, {{scored, fit.z, projection, v}}, constant};
    meats = bind::meats(scores, clusters);
    if (rows_too) score_rows = ccdpanel::panel::score_regressors(scores);
  }
  return Rcpp::List::create(Rcpp::_["x"] = fit.x, Rcpp::_["z"] = fit.z, Rcpp::_["dropped"] = fit.dropped,
                            Rcpp::_["unidentified"] = fit.unidentified, Rcpp::_["coef"] = full.coef,
                            Rcpp::_["bread"] = full.bread, Rcpp::_["half"] = full.half,
                            Rcpp::_["residual"] = fit.residual, Rcpp::_["rss"] = fit.rss,
                            Rcpp::_["tss"] = sample.total(0, constant || !factors.empty()),
                            Rcpp::_["tss_within"] = sample.gone[0] ? 0.0 : std::pow(sample.products.scale[0], 2),
                            Rcpp::_["certificate"] = sample.certificate, Rcpp::_["iterations"] = sample.iterations,
                            Rcpp::_["orthogonal"] = fit.orthogonal, Rcpp::_["singular"] = singular,
                            Rcpp::_["kappa"] = std::vector<double>{k_class.likelihood, k_class.kappa},
                            Rcpp::_["converged"] = sample.status == ccdpanel::Status::ok, Rcpp::_["meats"] = meats,
                            Rcpp::_["score_rows"] = score_rows);
}

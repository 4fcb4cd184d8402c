// Bindings of ccdpanel::index: map, call one kernel, wrap.
#include <Rcpp.h>

#include <algorithm>

#include "ccdpanel/core/keys.hpp"
#include "ccdpanel/index/coupling.hpp"
#include "ccdpanel/index/entropy.hpp"
#include "ccdpanel/index/normalise.hpp"

namespace kernel = ccdpanel::index;  // `index` itself is a function of <strings.h>

namespace {

// A list of double vectors of one length, by pointer.
kernel::Columns map_columns(const Rcpp::List& list) {
  kernel::Columns out;
  for (R_xlen_t j = 0; j < list.size(); ++j) {
    const SEXP column = list[j];
    if (TYPEOF(column) != REALSXP) throw std::invalid_argument("columns must be double vectors");
    const auto rows = static_cast<std::size_t>(XLENGTH(column));
    if (j > 0 && rows != out.rows) throw std::invalid_argument("columns differ in length");
    out.rows = rows;
    out.data.push_back(REAL(column));
  }
  return out;
}

std::vector<kernel::Scaling> map_scaling(const Rcpp::NumericVector& min, const Rcpp::NumericVector& max,
                                         const Rcpp::LogicalVector& reversed, double low, double high) {
  std::vector<kernel::Scaling> out;
  for (R_xlen_t j = 0; j < min.size(); ++j) out.push_back(kernel::min_max(min[j], max[j], reversed[j], low, high));
  return out;
}

kernel::CouplingModel map_model(const std::string& name) {
  if (name == "standard") return kernel::CouplingModel::standard;
  if (name == "wang") return kernel::CouplingModel::wang;
  if (name == "fan") return kernel::CouplingModel::fan;
  if (name == "power") return kernel::CouplingModel::power;
  throw std::invalid_argument("no such coupling model");
}

Rcpp::NumericVector wrap_entropy(const std::vector<kernel::Entropy>& in, double kernel::Entropy::*member) {
  Rcpp::NumericVector out(in.size());
  for (std::size_t j = 0; j < in.size(); ++j) out[j] = in[j].*member;
  return out;
}

}  // namespace

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_repeated_pairs(const Rcpp::IntegerVector& a, const Rcpp::IntegerVector& b) {
  if (a.size() != b.size()) throw std::invalid_argument("keys differ in length");
  const auto out = ccdpanel::core::repeated_pairs(a.begin(), b.begin(), static_cast<std::size_t>(a.size()));
  return Rcpp::List::create(Rcpp::_["count"] = static_cast<double>(out.count),
                            Rcpp::_["first"] = static_cast<double>(out.first) + 1.0);
}

// [[Rcpp::export(rng = false)]]
Rcpp::DataFrame bind_summarise(const Rcpp::List& columns, int threads) {
  const std::vector<kernel::Summary> in = kernel::summarise(map_columns(columns), threads);
  Rcpp::NumericVector min(in.size()), max(in.size()), sum(in.size()), missing(in.size()), infinite(in.size());
  for (std::size_t j = 0; j < in.size(); ++j) {
    min[j] = in[j].min;
    max[j] = in[j].max;
    sum[j] = in[j].sum;
    missing[j] = static_cast<double>(in[j].missing);
    infinite[j] = static_cast<double>(in[j].infinite);
  }
  return Rcpp::DataFrame::create(Rcpp::_["min"] = min, Rcpp::_["max"] = max, Rcpp::_["sum"] = sum,
                                 Rcpp::_["missing"] = missing, Rcpp::_["infinite"] = infinite);
}

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_min_max(const Rcpp::List& columns, const Rcpp::NumericVector& min, const Rcpp::NumericVector& max,
                        const Rcpp::LogicalVector& reversed, double low, double high, int threads) {
  const kernel::Columns in = map_columns(columns);
  Rcpp::List out(columns.size());
  std::vector<double*> target;
  for (R_xlen_t j = 0; j < columns.size(); ++j) {
    Rcpp::NumericVector z(Rcpp::no_init(static_cast<R_xlen_t>(in.rows)));
    target.push_back(z.begin());
    out[j] = z;
  }
  kernel::normalise(in, map_scaling(min, max, reversed, low, high), target, threads);
  return out;
}

// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector bind_interval(const Rcpp::NumericVector& x, double lower, double upper, double min, double max,
                                  double low, double high) {
  Rcpp::NumericVector out(Rcpp::no_init(x.size()));
  kernel::normalise_interval(x.begin(), static_cast<std::size_t>(x.size()), {lower, upper, min, max}, low, high,
                             out.begin());
  return out;
}

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_entropy(const Rcpp::List& columns, const Rcpp::NumericVector& min, const Rcpp::NumericVector& max,
                        const Rcpp::LogicalVector& reversed, double low, double high, const Rcpp::NumericVector& mean,
                        int threads) {
  const auto out = kernel::entropy(map_columns(columns), map_scaling(min, max, reversed, low, high),
                                   Rcpp::as<std::vector<double>>(mean), threads);
  return Rcpp::List::create(Rcpp::_["entropy"] = wrap_entropy(out, &kernel::Entropy::entropy),
                            Rcpp::_["divergence"] = wrap_entropy(out, &kernel::Entropy::divergence),
                            Rcpp::_["smallest"] = wrap_entropy(out, &kernel::Entropy::smallest));
}

// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector bind_coupling_degree(const Rcpp::List& systems, const std::string& model, double k, int threads) {
  const kernel::Columns in = map_columns(systems);
  Rcpp::NumericVector out(Rcpp::no_init(static_cast<R_xlen_t>(in.rows)));
  kernel::coupling_degree(in, map_model(model), k, out.begin(), threads);
  return out;
}

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_coordination(const Rcpp::List& systems, const std::vector<double>& weights, const std::string& model,
                             double k, const std::vector<double>& edges, bool closed_right, int threads) {
  const kernel::Columns in = map_columns(systems);
  const auto rows = static_cast<R_xlen_t>(in.rows);
  Rcpp::NumericVector C(Rcpp::no_init(rows)), T(Rcpp::no_init(rows)), D(Rcpp::no_init(rows));
  Rcpp::IntegerVector level(Rcpp::no_init(rows));
  kernel::coordination(in, weights, map_model(model), k, {edges, closed_right},
                       {C.begin(), T.begin(), D.begin(), level.begin()}, threads);
  std::replace(level.begin(), level.end(), 0, NA_INTEGER);
  return Rcpp::List::create(Rcpp::_["C"] = C, Rcpp::_["T"] = T, Rcpp::_["D"] = D, Rcpp::_["level"] = level);
}

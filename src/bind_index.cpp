// Bindings of ccdpanel::index: map, call one kernel, wrap.
#include "bind_index.h"

#include <algorithm>

#include "ccdpanel/index/entropy.hpp"
#include "ccdpanel/index/scores.hpp"

namespace kernel = ccdpanel::index;

namespace {

Rcpp::NumericVector wrap_entropy(const std::vector<kernel::Entropy>& in, double kernel::Entropy::*member) {
  Rcpp::NumericVector out(in.size());
  for (std::size_t j = 0; j < in.size(); ++j) out[j] = in[j].*member;
  return out;
}

}  // namespace

// [[Rcpp::export(rng = false)]]
Rcpp::DataFrame bind_summarise(const Rcpp::List& columns, int threads) {
  const std::vector<kernel::Summary> in = kernel::summarise(bind::map_columns(columns), threads);
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
  const kernel::Columns in = bind::map_columns(columns);
  Rcpp::List out(columns.size());
  std::vector<double*> target;
  for (R_xlen_t j = 0; j < columns.size(); ++j) {
    Rcpp::NumericVector z = bind::unwritten<REALSXP>(static_cast<R_xlen_t>(in.rows));
    target.push_back(z.begin());
    out[j] = z;
  }
  kernel::normalise(in, bind::map_scaling(min, max, reversed, low, high), target, threads);
  return out;
}

// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector bind_interval(const Rcpp::NumericVector& x, double lower, double upper, double min, double max,
                                  double low, double high) {
  Rcpp::NumericVector out = bind::unwritten<REALSXP>(x.size());
  kernel::normalise_interval(x.begin(), static_cast<std::size_t>(x.size()), {lower, upper, min, max}, low, high,
                             out.begin());
  return out;
}

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_entropy(const Rcpp::List& columns, const Rcpp::NumericVector& min, const Rcpp::NumericVector& max,
                        const Rcpp::LogicalVector& reversed, double low, double high, const Rcpp::NumericVector& mean,
                        int threads) {
  const auto out = kernel::entropy(bind::map_columns(columns), bind::map_scaling(min, max, reversed, low, high),
                                   Rcpp::as<std::vector<double>>(mean), threads);
  return Rcpp::List::create(Rcpp::_["entropy"] = wrap_entropy(out, &kernel::Entropy::entropy),
                            Rcpp::_["divergence"] = wrap_entropy(out, &kernel::Entropy::divergence),
                            Rcpp::_["smallest"] = wrap_entropy(out, &kernel::Entropy::smallest));
}

// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector bind_coupling_degree(const Rcpp::List& systems, const std::string& model, double k, int threads) {
  const kernel::Columns in = bind::map_columns(systems);
  Rcpp::NumericVector out = bind::unwritten<REALSXP>(static_cast<R_xlen_t>(in.rows));
  kernel::coupling_degree(in, bind::map_model(model), k, out.begin(), threads);
  return out;
}

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_coordination(const Rcpp::List& systems, const std::vector<double>& weights, const std::string& model,
                             double k, const std::vector<double>& edges, bool closed_right, int threads) {
  const kernel::Columns in = bind::map_columns(systems);
  const auto rows = static_cast<R_xlen_t>(in.rows);
  Rcpp::NumericVector C = bind::unwritten<REALSXP>(rows), T = bind::unwritten<REALSXP>(rows),
                      D = bind::unwritten<REALSXP>(rows);
  Rcpp::IntegerVector level = bind::unwritten<INTSXP>(rows);
  kernel::coordination(in, weights, bind::map_model(model), k, {edges, closed_right},
                       {C.begin(), T.begin(), D.begin(), level.begin()}, threads);
  std::replace(level.begin(), level.end(), 0, NA_INTEGER);
  return Rcpp::List::create(Rcpp::_["C"] = C, Rcpp::_["T"] = T, Rcpp::_["D"] = D, Rcpp::_["level"] = level);
}

namespace {

// Min-max from 0 to 1, or as it is where `direct` says so.
std::vector<kernel::Scaling> map_limits(const Rcpp::List& limits, double low, double high) {
  const Rcpp::LogicalVector reversed = limits["reversed"], scaled = limits["scaled"];
  std::vector<kernel::Scaling> out = bind::map_scaling(limits["min"], limits["max"], reversed, low, high);
  for (std::size_t j = 0; j < out.size(); ++j)
    if (!scaled[static_cast<R_xlen_t>(j)]) out[j] = {};
  return out;
}

// Numbers from 1 as numbers from 0.
std::vector<std::size_t> from_zero(const Rcpp::IntegerVector& x) {
  std::vector<std::size_t> out;
  for (const int i : x) out.push_back(static_cast<std::size_t>(i - 1));
  return out;
}

}  // namespace

// A score a row for each element of `members`, the columns (from 1) it is the mean of by `weights`.
// [[Rcpp::export(rng = false)]]
Rcpp::List bind_score(const Rcpp::List& columns, const Rcpp::List& limits, double low, double high,
                      const Rcpp::List& members, const Rcpp::List& weights, const std::string& aggregate, int threads) {
  const kernel::Columns in = bind::map_columns(columns);
  Rcpp::List out(members.size());
  std::vector<kernel::Score> scores;
  for (R_xlen_t s = 0; s < members.size(); ++s) {
    Rcpp::NumericVector u = bind::unwritten<REALSXP>(static_cast<R_xlen_t>(in.rows));
    scores.push_back({from_zero(members[s]), Rcpp::as<std::vector<double>>(weights[s]), u.begin()});
    out[s] = u;
  }
  kernel::score(in, map_limits(limits, low, high), scores, bind::map_aggregation(aggregate), threads);
  return out;
}

// `weights`: of each column one number, or one a row. `total` and `part` of each column and `rank` of each part: the
// groups they are in, from 1.
// [[Rcpp::export(rng = false)]]
Rcpp::List bind_obstacles(const Rcpp::List& columns, const Rcpp::List& limits, const Rcpp::List& weights,
                          const Rcpp::IntegerVector& total, const Rcpp::IntegerVector& part,
                          const Rcpp::IntegerVector& rank, int threads) {
  if (!total.size()) throw std::invalid_argument("obstacles: no columns");
  const kernel::Columns in = bind::map_columns(columns);
  std::vector<kernel::RowWeight> weight;
  for (const SEXP w : weights) weight.push_back({REAL(w), Rf_xlength(w) > 1});
  const kernel::ObstacleGroups groups{from_zero(total), from_zero(part), from_zero(rank),
                                      static_cast<std::size_t>(*std::max_element(total.begin(), total.end()))};
  const R_xlen_t size = static_cast<R_xlen_t>(in.rows) * rank.size();
  Rcpp::NumericVector share = bind::unwritten<REALSXP>(size);
  Rcpp::IntegerVector place = bind::unwritten<INTSXP>(size);
  const std::vector<std::size_t> outside = kernel::obstacles(
      in, map_limits(limits, 0, 1), weight, groups, {share.begin(), place.begin(), NA_REAL, NA_INTEGER}, threads);
  return Rcpp::List::create(Rcpp::_["outside"] = Rcpp::NumericVector(outside.begin(), outside.end()),
                            Rcpp::_["share"] = share, Rcpp::_["rank"] = place);
}

// Bindings of core/: keys of rows, their numbers, pairs of them.
#include <cmath>

#include "bind_core.h"
#include "ccdpanel/core/keys.hpp"
#include "ccdpanel/core/levels.hpp"

namespace core = ccdpanel::core;

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_repeated_pairs(const Rcpp::IntegerVector& a, const Rcpp::IntegerVector& b) {
  if (a.size() != b.size()) throw std::invalid_argument("keys differ in length");
  const auto out = core::repeated_pairs(a.begin(), b.begin(), static_cast<std::size_t>(a.size()));
  return Rcpp::List::create(Rcpp::_["count"] = static_cast<double>(out.count),
                            Rcpp::_["first"] = static_cast<double>(out.first) + 1.0);
}

// Numbers as integers; NULL where one is missing, not whole or too large.
// [[Rcpp::export(rng = false)]]
SEXP bind_whole(const Rcpp::NumericVector& x) {
  Rcpp::IntegerVector out = bind::unwritten<INTSXP>(x.size());
  const double* from = x.begin();
  int* to = out.begin();
  for (R_xlen_t i = 0; i < x.size(); ++i) {
    if (!(std::fabs(from[i]) < 2147483647.0)) return R_NilValue;
    to[i] = static_cast<int>(from[i]);
    if (to[i] != from[i]) return R_NilValue;
  }
  return out;
}

// The number of each key among the distinct ones, and the first row of each of these, both from 1.
// [[Rcpp::export(rng = false)]]
Rcpp::List bind_number_levels(const Rcpp::IntegerVector& x, bool ascending) {
  Rcpp::IntegerVector code = bind::unwritten<INTSXP>(x.size());
  const auto rows = static_cast<std::size_t>(x.size());
  const core::Levels levels = core::number_levels(x.begin(), rows, ascending, code.begin());
  for (int& c : code) ++c;
  Rcpp::IntegerVector first(levels.first.begin(), levels.first.end());
  for (int& f : first) ++f;
  return Rcpp::List::create(Rcpp::_["code"] = code, Rcpp::_["first"] = first);
}

// The row of the second table, from 1, that has the pair of each row of the first; codes from 1, or NA.
// [[Rcpp::export(rng = false)]]
Rcpp::IntegerVector bind_match_pairs(const Rcpp::IntegerVector& a, const Rcpp::IntegerVector& b,
                                     const Rcpp::IntegerVector& in_a, const Rcpp::IntegerVector& in_b) {
  if (a.size() != b.size() || in_a.size() != in_b.size()) throw std::invalid_argument("keys differ in length");
  Rcpp::IntegerVector out = bind::unwritten<INTSXP>(a.size());
  core::match_pairs({a.begin(), b.begin(), static_cast<std::size_t>(a.size())},
                    {in_a.begin(), in_b.begin(), static_cast<std::size_t>(in_a.size())}, out.begin());
  for (int& row : out) row = row < 0 ? NA_INTEGER : row + 1;
  return out;
}

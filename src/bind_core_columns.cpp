// Bindings of core/: columns on the rows of a sample, repeated, averaged, looked through for what is not finite.
#include <algorithm>
#include <cmath>
#include <vector>

#include "bind_core.h"
#include "ccdpanel/core/levels.hpp"
#include "ccdpanel/core/parallel_for.hpp"

namespace core = ccdpanel::core;

// Columns on the rows of a sample; rows that follow each other are copied together.
// [[Rcpp::export(rng = false)]]
Rcpp::List bind_gather(const Rcpp::List& columns, const Rcpp::IntegerVector& rows, int threads) {
  const R_xlen_t n = rows.size();
  std::vector<const double*> from;
  std::vector<double*> to;
  Rcpp::List out(columns.size());
  for (R_xlen_t j = 0; j < columns.size(); ++j) {
    from.push_back(REAL(columns[j]));
    Rcpp::NumericVector column = bind::unwritten<REALSXP>(n);
    to.push_back(column.begin());
    out[j] = column;
  }
  const int* row = rows.begin();
  core::parallel_for(from.size(), n < 20000 ? 1 : threads, [&](std::size_t j) {
    for (R_xlen_t i = 0, end = 0; i < n; i = end) {
      for (end = i + 1; end < n && row[end] == row[end - 1] + 1;) ++end;
      std::copy(from[j] + row[i] - 1, from[j] + row[end - 1], to[j] + i);
    }
  });
  out.attr("names") = columns.attr("names");
  return out;
}

// Each number as often as asked, one after the other.
// [[Rcpp::export(rng = false)]]
SEXP bind_repeat_each(SEXP x, int times, int threads) {
  const R_xlen_t n = Rf_xlength(x);
  const auto repeat = [&](const auto* from, auto* to) {
    constexpr R_xlen_t block = 65536;
    core::parallel_for(static_cast<std::size_t>((n + block - 1) / block), threads, [&](std::size_t b) {
      const R_xlen_t first = static_cast<R_xlen_t>(b) * block, last = std::min(first + block, n);
      for (R_xlen_t i = first; i < last; ++i) std::fill_n(to + i * times, times, from[i]);
    });
  };
  if (TYPEOF(x) == INTSXP) {
    Rcpp::IntegerVector out = bind::unwritten<INTSXP>(n * times);
    repeat(INTEGER(x), out.begin());
    return out;
  }
  if (TYPEOF(x) != REALSXP) throw std::invalid_argument("only numbers are repeated");
  Rcpp::NumericVector out = bind::unwritten<REALSXP>(n * times);
  repeat(REAL(x), out.begin());
  return out;
}

// Means of columns by group, from 1; NA where a group has no value.
// [[Rcpp::export(rng = false)]]
Rcpp::List bind_group_means(const Rcpp::List& columns, const Rcpp::IntegerVector& group, int groups, int threads) {
  Rcpp::List out(columns.size());
  std::vector<const double*> from;
  std::vector<double*> to;
  for (R_xlen_t j = 0; j < columns.size(); ++j) {
    if (Rf_xlength(columns[j]) != group.size()) throw std::invalid_argument("columns differ in length");
    Rcpp::NumericVector means = bind::unwritten<REALSXP>(groups);
    from.push_back(REAL(columns[j]));
    to.push_back(means.begin());
    out[j] = means;
  }
  const int* code = group.begin();
  const auto rows = static_cast<std::size_t>(group.size());
  core::parallel_for(from.size(), threads, [&](std::size_t j) {
    core::group_means(from[j], code, 1, rows, static_cast<std::size_t>(groups), to[j]);
    for (int g = 0; g < groups; ++g)
      if (to[j][g] != to[j][g]) to[j][g] = NA_REAL;
  });
  return out;
}

namespace {

struct Seen {
  int finite;      // is every value there, and finite?
  double largest;  // distance from zero; what is no number is larger than nothing
};

// A finite number less itself is zero, any other is not a number.
Seen seen(const double* x, R_xlen_t n) {
  double sum[8] = {}, most[8] = {};
  const auto see = [&](R_xlen_t l, double value) {
    const double size = std::fabs(value);
    sum[l] += value - value;
    most[l] = size > most[l] ? size : most[l];
  };
  R_xlen_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (R_xlen_t l = 0; l < 8; ++l) see(l, x[i + l]);
  for (; i < n; ++i) see(0, x[i]);
  return {std::all_of(sum, sum + 8, [](double s) { return s == 0; }), *std::max_element(most, most + 8)};
}

Seen seen(const int* x, R_xlen_t n) {
  return {std::find(x, x + n, NA_INTEGER) == x + n, NA_REAL};
}

}  // namespace

// Of each variable: is every value there, and finite, NA for what is neither number nor logical; of doubles the largest
// distance from zero, missing values set aside.
// [[Rcpp::export(rng = false)]]
Rcpp::List bind_sizes(const Rcpp::List& variables, int threads) {
  struct From {
    const int* integers = nullptr;
    const double* doubles = nullptr;
    R_xlen_t size = 0;
  };
  std::vector<From> from(static_cast<std::size_t>(variables.size()));
  R_xlen_t longest = 0;
  for (std::size_t v = 0; v < from.size(); ++v) {
    SEXP x = variables[static_cast<R_xlen_t>(v)];
    if (TYPEOF(x) == REALSXP) from[v].doubles = REAL(x);
    if (TYPEOF(x) == INTSXP) from[v].integers = INTEGER(x);
    if (TYPEOF(x) == LGLSXP) from[v].integers = LOGICAL(x);
    longest = std::max(longest, from[v].size = Rf_xlength(x));
  }
  std::vector<Seen> out(from.size(), {NA_LOGICAL, NA_REAL});
  core::parallel_for(from.size(), longest < 20000 ? 1 : threads, [&](std::size_t v) {
    if (from[v].doubles) out[v] = seen(from[v].doubles, from[v].size);
    if (from[v].integers) out[v] = seen(from[v].integers, from[v].size);
  });
  Rcpp::LogicalVector finite(variables.size());
  Rcpp::NumericVector largest(variables.size());
  for (std::size_t v = 0; v < out.size(); ++v) {
    finite[static_cast<R_xlen_t>(v)] = out[v].finite;
    largest[static_cast<R_xlen_t>(v)] = out[v].largest;
  }
  return Rcpp::List::create(Rcpp::Named("finite") = finite, Rcpp::Named("largest") = largest);
}

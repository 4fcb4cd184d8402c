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

// A finite number less itself is zero, any other is not a number.
bool all_finite(const double* x, R_xlen_t n) {
  double sum[8] = {};
  R_xlen_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (R_xlen_t l = 0; l < 8; ++l) sum[l] += x[i + l] - x[i + l];
  for (; i < n; ++i) sum[0] += x[i] - x[i];
  return std::all_of(sum, sum + 8, [](double s) { return s == 0; });
}

bool all_present(const int* x, R_xlen_t n) {
  return std::find(x, x + n, NA_INTEGER) == x + n;
}

// What is no number is larger than nothing.
double largest_size(const double* x, R_xlen_t n) {
  double most[8] = {};
  const auto see = [&](R_xlen_t l, double value) {
    const double size = std::fabs(value);
    most[l] = size > most[l] ? size : most[l];
  };
  R_xlen_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (R_xlen_t l = 0; l < 8; ++l) see(l, x[i + l]);
  for (; i < n; ++i) see(0, x[i]);
  return *std::max_element(most, most + 8);
}

}  // namespace

// Of each variable: is every value there, and finite? NA for what is neither number nor logical.
// [[Rcpp::export(rng = false)]]
Rcpp::LogicalVector bind_all_finite(const Rcpp::List& variables, int threads) {
  struct Seen {
    const int* integers = nullptr;
    const double* doubles = nullptr;
    R_xlen_t size = 0;
  };
  std::vector<Seen> seen(static_cast<std::size_t>(variables.size()));
  R_xlen_t longest = 0;
  for (std::size_t v = 0; v < seen.size(); ++v) {
    SEXP x = variables[static_cast<R_xlen_t>(v)];
    if (TYPEOF(x) == REALSXP) seen[v].doubles = REAL(x);
    if (TYPEOF(x) == INTSXP) seen[v].integers = INTEGER(x);
    if (TYPEOF(x) == LGLSXP) seen[v].integers = LOGICAL(x);
    longest = std::max(longest, seen[v].size = Rf_xlength(x));
  }
  std::vector<int> finite(seen.size(), NA_LOGICAL);
  core::parallel_for(seen.size(), longest < 20000 ? 1 : threads, [&](std::size_t v) {
    if (seen[v].doubles) finite[v] = all_finite(seen[v].doubles, seen[v].size);
    if (seen[v].integers) finite[v] = all_present(seen[v].integers, seen[v].size);
  });
  return Rcpp::LogicalVector(finite.begin(), finite.end());
}

// Of each variable of doubles the largest distance from zero, missing values set aside.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector bind_largest_sizes(const Rcpp::List& variables, int threads) {
  std::vector<const double*> from;
  std::vector<R_xlen_t> size;
  for (R_xlen_t v = 0; v < variables.size(); ++v) {
    const SEXP x = variables[v];
    if (TYPEOF(x) != REALSXP) Rcpp::stop("largest sizes: variable %d is not of doubles", v + 1);
    from.push_back(REAL(x));
    size.push_back(Rf_xlength(x));
  }
  std::vector<double> most(from.size());
  const R_xlen_t longest = size.empty() ? 0 : *std::max_element(size.begin(), size.end());
  core::parallel_for(from.size(), longest < 20000 ? 1 : threads,
                     [&](std::size_t v) { most[v] = largest_size(from[v], size[v]); });
  return Rcpp::NumericVector(most.begin(), most.end());
}

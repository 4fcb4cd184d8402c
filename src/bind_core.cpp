// Bindings of core/: keys, columns on the rows of a sample, columns that are finite, gaps, descriptions.
#include "bind_core.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "ccdpanel/core/describe.hpp"
#include "ccdpanel/core/eigenvalues.hpp"
#include "ccdpanel/core/gaps.hpp"
#include "ccdpanel/core/keys.hpp"
#include "ccdpanel/core/levels.hpp"
#include "ccdpanel/core/parallel_for.hpp"

namespace core = ccdpanel::core;

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_repeated_pairs(const Rcpp::IntegerVector& a, const Rcpp::IntegerVector& b) {
  if (a.size() != b.size()) throw std::invalid_argument("keys differ in length");
  const auto out = core::repeated_pairs(a.begin(), b.begin(), static_cast<std::size_t>(a.size()));
  return Rcpp::List::create(Rcpp::_["count"] = static_cast<double>(out.count),
                            Rcpp::_["first"] = static_cast<double>(out.first) + 1.0);
}

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

core::Filling filling(const std::string& name) {
  if (name == "linear") return core::Filling::linear;
  if (name == "trend") return core::Filling::trend;
  if (name == "spline") return core::Filling::spline;
  if (name == "locf") return core::Filling::forward;
  if (name == "nocb") return core::Filling::backward;
  if (name == "growth") return core::Filling::growth;
  throw std::invalid_argument("no such way to fill");
}

// Rows from 0, unit by unit and each in order of time; `end`: how many rows there are up to the end of each unit.
core::Series series(const Rcpp::List& in, const double* time) {
  const Rcpp::IntegerVector rows = in["rows"], end = in["end"];
  return {rows.size() ? rows.begin() : nullptr, time, {end.begin(), end.end()}};
}

}  // namespace

// The units, from 1, that have a gap in x and no value.
// [[Rcpp::export(rng = false)]]
Rcpp::IntegerVector bind_units_without_value(const Rcpp::NumericVector& x, const Rcpp::List& units) {
  const std::vector<std::size_t> found = core::units_without_value(x.begin(), series(units, nullptr));
  Rcpp::IntegerVector out(found.begin(), found.end());
  for (int& u : out) ++u;
  return out;
}

// x filled; how each row was (0 not, 1 inside the observed span, 2 at its ends); the first unit, from 1, that cannot
// grow, or 0.
// [[Rcpp::export(rng = false)]]
Rcpp::List bind_fill_gaps(const Rcpp::NumericVector& x, const Rcpp::NumericVector& time, const Rcpp::List& units,
                          const std::string& method, int threads) {
  Rcpp::NumericVector out = bind::unwritten<REALSXP>(x.size());
  Rcpp::IntegerVector how = bind::unwritten<INTSXP>(x.size());
  std::copy(x.begin(), x.end(), out.begin());
  std::fill(how.begin(), how.end(), 0);
  const core::Series by = series(units, time.begin());
  const std::size_t failed = core::fill_gaps(x.begin(), by, filling(method), out.begin(), how.begin(), threads);
  return Rcpp::List::create(Rcpp::_["x"] = out, Rcpp::_["how"] = how,
                            Rcpp::_["failed"] = failed < by.end.size() ? static_cast<int>(failed) + 1 : 0);
}

// A description of each column in each group, the columns of one group after the other: one row of numbers each.
// Without rows, those of the columns are one group.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericMatrix bind_describe(const Rcpp::List& columns, const Rcpp::List& groups, int threads) {
  const core::Series by = series(groups, nullptr);
  const std::size_t k = static_cast<std::size_t>(columns.size()), cells = by.end.size() * k;
  std::vector<const double*> column;
  for (const SEXP x : columns) column.push_back(REAL(x));
  std::vector<core::Description> made(cells);
  core::parallel_for(cells, threads, [&](std::size_t cell) {
    const double* x = column[cell % k];
    const std::size_t first = by.begin(cell / k), past = by.end[cell / k];
    std::vector<double> values;
    core::reserve_large(values, past - first);
    if (by.row) {
      for (std::size_t i = first; i < past; ++i) values.push_back(x[by.row[i]]);
    } else {
      values.assign(x + first, x + past);
    }
    made[cell] = core::describe(values);
  });
  Rcpp::NumericMatrix out(static_cast<int>(cells), 9);
  for (std::size_t c = 0; c < cells; ++c) {
    const core::Description& d = made[c];
    const double row[] = {static_cast<double>(d.count),
                          static_cast<double>(d.missing),
                          d.mean,
                          d.deviation,
                          d.min,
                          d.quartile[0],
                          d.quartile[1],
                          d.quartile[2],
                          d.max};
    for (int s = 0; s < 9; ++s) out(static_cast<int>(c), s) = row[s] == row[s] ? row[s] : NA_REAL;
  }
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

// Smallest and largest eigenvalue of a + t b, symmetric, for each t: one column each.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericMatrix bind_extreme_eigenvalues(const Rcpp::NumericMatrix& a, const Rcpp::NumericMatrix& b,
                                             const Rcpp::NumericVector& t) {
  const auto n = static_cast<std::size_t>(a.nrow());
  if (a.size() != b.size() || a.nrow() != a.ncol()) throw std::invalid_argument("matrices differ in size");
  std::vector<double> sum(n * n);
  Rcpp::NumericMatrix out(2, static_cast<int>(t.size()));
  for (int k = 0; k < out.ncol(); ++k) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = a.begin()[i] + t[k] * b.begin()[i];
    std::tie(out(0, k), out(1, k)) = core::extreme_eigenvalues(sum, n);
  }
  return out;
}

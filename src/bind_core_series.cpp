// Bindings of core/: gaps of units in order of time, and descriptions of groups of rows.
#include <algorithm>
#include <string>
#include <vector>

#include "bind_core.h"
#include "ccdpanel/core/describe.hpp"
#include "ccdpanel/core/gaps.hpp"
#include "ccdpanel/core/parallel_for.hpp"

namespace core = ccdpanel::core;

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

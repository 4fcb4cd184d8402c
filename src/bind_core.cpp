// Bindings of core/: repeated keys, columns on the rows of a sample, columns that are finite.
#include "bind_core.h"

#include <RcppEigen.h>

#include <algorithm>

#include "ccdpanel/core/keys.hpp"
#include "ccdpanel/core/parallel_for.hpp"

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_repeated_pairs(const Rcpp::IntegerVector& a, const Rcpp::IntegerVector& b) {
  if (a.size() != b.size()) throw std::invalid_argument("keys differ in length");
  const auto out = ccdpanel::core::repeated_pairs(a.begin(), b.begin(), static_cast<std::size_t>(a.size()));
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
  ccdpanel::core::parallel_for(from.size(), n < 20000 ? 1 : threads, [&](std::size_t j) {
    for (R_xlen_t i = 0, end = 0; i < n; i = end) {
      for (end = i + 1; end < n && row[end] == row[end - 1] + 1;) ++end;
      std::copy(from[j] + row[i] - 1, from[j] + row[end - 1], to[j] + i);
    }
  });
  out.attr("names") = columns.attr("names");
  return out;
}

// Of each variable: is every value there, and finite? NA for what is neither number nor logical.
// [[Rcpp::export(rng = false)]]
Rcpp::LogicalVector bind_all_finite(const Rcpp::List& variables, int threads) {
  struct Seen {
    const int* integers = nullptr;
    const double* doubles = nullptr;
    Eigen::Index size = 0;
  };
  std::vector<Seen> seen(static_cast<std::size_t>(variables.size()));
  Eigen::Index longest = 0;
  for (std::size_t v = 0; v < seen.size(); ++v) {
    SEXP x = variables[static_cast<R_xlen_t>(v)];
    if (TYPEOF(x) == REALSXP) seen[v].doubles = REAL(x);
    if (TYPEOF(x) == INTSXP) seen[v].integers = INTEGER(x);
    if (TYPEOF(x) == LGLSXP) seen[v].integers = LOGICAL(x);
    longest = std::max(longest, seen[v].size = static_cast<Eigen::Index>(Rf_xlength(x)));
  }
  std::vector<int> finite(seen.size(), NA_LOGICAL);
  ccdpanel::core::parallel_for(seen.size(), longest < 20000 ? 1 : threads, [&](std::size_t v) {
    if (seen[v].doubles) {  // a finite number less itself is zero, any other is not a number
      const Eigen::Map<const Eigen::ArrayXd> x(seen[v].doubles, seen[v].size);
      finite[v] = (x - x).sum() == 0;
    } else if (seen[v].integers) {
      const Eigen::Map<const Eigen::ArrayXi> x(seen[v].integers, seen[v].size);
      finite[v] = x.size() == 0 || x.minCoeff() > NA_INTEGER;
    }
  });
  return Rcpp::LogicalVector(finite.begin(), finite.end());
}

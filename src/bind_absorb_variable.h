// R's variables seen without R, so that threads may read them, and the rows of a sample.
#pragma once

#include <RcppEigen.h>

#include <algorithm>

#include "ccdpanel/absorb/encode.hpp"

namespace bind {

using ccdpanel::panel::Levels;

// Row i of the sample is row[i] - 1 of the variable, or i itself without `row`.
struct Rows {
  const int* row;
  std::size_t n;
  std::size_t operator()(std::size_t i) const { return row ? static_cast<std::size_t>(row[i] - 1) : i; }
};

inline Rows rows_of(const Rcpp::Nullable<Rcpp::IntegerVector>& rows, R_xlen_t all) {
  if (rows.isNull()) return {nullptr, static_cast<std::size_t>(all)};
  return {INTEGER(rows.get()), static_cast<std::size_t>(Rf_xlength(rows.get()))};
}

// Equal strings are one object, unless their encodings differ.
inline bool comparable(SEXP x, const Rows& at, const std::vector<int>& first) {
  for (const int i : first) {
    SEXP s = STRING_ELT(x, static_cast<R_xlen_t>(at(static_cast<std::size_t>(i))));
    if (Rf_getCharCE(s) == CE_UTF8) continue;
    const char* c = CHAR(s);
    if (std::any_of(c, c + LENGTH(s), [](char b) { return static_cast<unsigned char>(b) > 127; })) return false;
  }
  return true;
}

// A variable seen without R, so that threads may read it.
struct Variable {
  int type;
  const int* integers = nullptr;
  const double* doubles = nullptr;
  const SEXP* strings = nullptr;

  explicit Variable(SEXP x) : type(TYPEOF(x)) {
    if (type == INTSXP || type == LGLSXP)
      integers = type == INTSXP ? INTEGER(x) : LOGICAL(x);
    else if (type == REALSXP)
      doubles = REAL(x);
    else if (type == STRSXP)
      strings = STRING_PTR_RO(x);
    else
      throw std::invalid_argument("encode: neither numbers nor strings");
  }

  ccdpanel::panel::Dense dense(const Rows& at, int threads) const {
    using ccdpanel::panel::dense_codes;
    if (integers) return dense_codes([&](std::size_t i) { return integers[at(i)]; }, at.n, threads);
    if (doubles) return dense_codes([&](std::size_t i) { return doubles[at(i)]; }, at.n, threads);
    return {};
  }

  Levels encode(const Rows& at, int* code, bool renumber, int threads) const {
    using namespace ccdpanel::panel;
    if (integers) return encode_integers([&](std::size_t i) { return integers[at(i)]; }, at.n, code, renumber, threads);
    if (doubles) return encode_numbers([&](std::size_t i) { return doubles[at(i)]; }, at.n, code, renumber, threads);
    const auto key = [&](std::size_t i) {
      return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(strings[at(i)]));
    };
    return encode_keys(key, at.n, code, threads);
  }
};

}  // namespace bind

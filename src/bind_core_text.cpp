// Columns of text: those that repeat, kept once (ten million rows with ten different words take no room), and their
// letters.
// Altrep.h needs what comes before it.
// clang-format off
#include "bind_core.h"
#include <R_ext/Altrep.h>
// clang-format on
#include <unordered_set>

namespace {

// The words are in data1, one whole period after the other; the length, a double, is in data2 until somebody asks for
// all elements at once, which are then kept there.
R_altrep_class_t repeated_text;

bool expanded(SEXP x) {
  return TYPEOF(R_altrep_data2(x)) == STRSXP;
}

R_xlen_t length(SEXP x) {
  SEXP kept = R_altrep_data2(x);
  return expanded(x) ? XLENGTH(kept) : static_cast<R_xlen_t>(REAL(kept)[0]);
}

SEXP element(SEXP x, R_xlen_t i) {
  if (expanded(x)) return STRING_ELT(R_altrep_data2(x), i);
  SEXP words = R_altrep_data1(x);
  return STRING_ELT(words, i % XLENGTH(words));
}

SEXP expand(SEXP x) {
  if (expanded(x)) return R_altrep_data2(x);
  const R_xlen_t n = length(x);
  SEXP out = PROTECT(Rf_allocVector(STRSXP, n)), words = R_altrep_data1(x);
  const R_xlen_t period = XLENGTH(words);
  for (R_xlen_t i = 0, at = 0; i < n; ++i, at = at + 1 == period ? 0 : at + 1)
    SET_STRING_ELT(out, i, STRING_ELT(words, at));
  R_set_altrep_data2(x, out);
  UNPROTECT(1);
  return out;
}

void set_element(SEXP x, R_xlen_t i, SEXP value) {
  SET_STRING_ELT(expand(x), i, value);
}

void* all_elements(SEXP x, Rboolean) {
  return const_cast<void*>(DATAPTR_RO(expand(x)));
}

const void* elements_if_there(SEXP x) {
  return expanded(x) ? DATAPTR_RO(R_altrep_data2(x)) : nullptr;
}

int no_missing(SEXP x) {
  if (expanded(x)) return 0;
  SEXP words = R_altrep_data1(x);
  for (R_xlen_t i = 0; i < XLENGTH(words); ++i)
    if (STRING_ELT(words, i) == NA_STRING) return 0;
  return 1;
}

}  // namespace

// [[Rcpp::init]]
void register_repeated_text(DllInfo* library) {
  repeated_text = R_make_altstring_class("repeated_text", "ccdpanel", library);
  R_set_altrep_Length_method(repeated_text, length);
  R_set_altvec_Dataptr_method(repeated_text, all_elements);
  R_set_altvec_Dataptr_or_null_method(repeated_text, elements_if_there);
  R_set_altstring_Elt_method(repeated_text, element);
  R_set_altstring_Set_elt_method(repeated_text, set_element);
  R_set_altstring_No_NA_method(repeated_text, no_missing);
}

// The words, over and over again, `times` times.
// [[Rcpp::export(rng = false)]]
SEXP bind_repeat_text(const Rcpp::CharacterVector& words, int times) {
  Rcpp::NumericVector size = Rcpp::NumericVector::create(static_cast<double>(words.size()) * times);
  return R_new_altrep(repeated_text, words, size);
}

namespace {

bool beyond_ascii(SEXP word) {
  const char* letters = CHAR(word);
  return std::any_of(letters, letters + LENGTH(word), [](char c) { return (c & 0x80) != 0; });
}

}  // namespace

// The different words with a letter beyond ASCII: only these have an encoding. Words come again: those that were looked
// at last have places in a table, whose reading takes less than theirs.
// [[Rcpp::export(rng = false)]]
Rcpp::CharacterVector bind_beyond_ascii(const Rcpp::CharacterVector& x) {
  const R_xlen_t rows = x.size();
  const SEXP* words = ALTREP(x) ? nullptr : STRING_PTR_RO(x);
  const int bits = rows > 100000 ? 17 : 6;
  std::vector<SEXP> looked(std::size_t{1} << bits, NA_STRING);
  std::unordered_set<SEXP> found;
  for (R_xlen_t i = 0; i < rows; ++i) {
    SEXP word = words ? words[i] : STRING_ELT(x, i);
    SEXP& place = looked[(reinterpret_cast<std::uint64_t>(word) * 0x9E3779B97F4A7C15ULL) >> (64 - bits)];
    if (word == place || word == NA_STRING) continue;
    place = word;
    if (beyond_ascii(word)) found.insert(word);
  }
  Rcpp::CharacterVector out(static_cast<R_xlen_t>(found.size()));
  R_xlen_t at = 0;
  for (SEXP word : found) SET_STRING_ELT(out, at++, word);
  return out;
}

// What the bindings of models share: R vectors seen as columns and factors.
#pragma once

#include <RcppEigen.h>

#include "ccdpanel/panel/codes.hpp"
#include "ccdpanel/panel/scores.hpp"

namespace bind {

// A factor travels as list(code = 0-based integers, levels = their number).
inline ccdpanel::panel::Factor factor(const Rcpp::List& f) {
  return {Rcpp::as<std::vector<int>>(f["code"]), Rcpp::as<int>(f["levels"])};
}

inline std::vector<ccdpanel::panel::Factor> factors(const Rcpp::List& fs) {
  std::vector<ccdpanel::panel::Factor> out;
  for (R_xlen_t e = 0; e < fs.size(); ++e) out.push_back(factor(fs[e]));
  return out;
}

inline Rcpp::List wrap_factor(const ccdpanel::panel::Factor& f) {
  return Rcpp::List::create(Rcpp::_["code"] = f.code, Rcpp::_["levels"] = f.levels);
}

// Double vectors of one length, in place.
inline std::vector<const double*> columns(const Rcpp::List& list, int rows) {
  std::vector<const double*> out;
  for (R_xlen_t j = 0; j < list.size(); ++j) {
    SEXP v = list[j];
    if (TYPEOF(v) != REALSXP || Rf_xlength(v) != rows)
      throw std::invalid_argument("columns: not doubles of one length");
    out.push_back(REAL(v));
  }
  return out;
}

// One meat a clustering; NULL is clustering by row.
inline Rcpp::List meats(const ccdpanel::panel::ScoreSet& scores, const Rcpp::List& clusters) {
  std::vector<ccdpanel::panel::Factor> kept(static_cast<std::size_t>(clusters.size()));
  std::vector<const ccdpanel::panel::Factor*> pointers(kept.size(), nullptr);
  for (std::size_t c = 0; c < kept.size(); ++c) {
    SEXP cluster = clusters[static_cast<R_xlen_t>(c)];
    if (Rf_isNull(cluster)) continue;
    kept[c] = factor(Rcpp::List(cluster));
    pointers[c] = &kept[c];
  }
  return Rcpp::wrap(ccdpanel::panel::meats(scores, pointers));
}

}  // namespace bind

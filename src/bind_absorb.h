// What the bindings of models share: R vectors seen as columns and factors, and how a long solve hears the user.
#pragma once

#include <RcppEigen.h>

#include <algorithm>

#include "bind_core.h"
#include "ccdpanel/absorb/absorbed.hpp"
#include "ccdpanel/absorb/codes.hpp"
#include "ccdpanel/absorb/columns.hpp"
#include "ccdpanel/absorb/level_solver.hpp"
#include "ccdpanel/core/parallel_for.hpp"

namespace bind {

// A vector of doubles as R's, copied in pieces by threads.
inline Rcpp::NumericVector vector(const Eigen::VectorXd& values, int threads) {
  Rcpp::NumericVector out = unwritten<REALSXP>(values.size());
  double* to = out.begin();
  const ccdpanel::panel::Pieces pieces(values.size());
  ccdpanel::core::parallel_for(pieces.chunks(), pieces.threads(threads), [&](std::size_t chunk) {
    pieces.each(chunk, [&](Eigen::Index first, Eigen::Index count) {
      std::copy(values.data() + first, values.data() + first + count, to + first);
    });
  });
  return out;
}

// A factor travels as list(code = 0-based integers, levels = their number), with slopes by level also slopes = list of
// doubles on the same rows and intercept = is there an effect beside them; all is seen where R keeps it.
inline ccdpanel::panel::Factor factor(const Rcpp::List& f) {
  SEXP code = f["code"];
  if (TYPEOF(code) != INTSXP) throw std::invalid_argument("factor: codes are not integers");
  const std::size_t rows = static_cast<std::size_t>(Rf_xlength(code));
  ccdpanel::panel::Factor out{ccdpanel::panel::Codes::seen(INTEGER(code), rows), Rcpp::as<int>(f["levels"])};
  if (!f.containsElementNamed("slopes")) return out;
  const Rcpp::List slopes = f["slopes"];
  for (R_xlen_t c = 0; c < slopes.size(); ++c) {
    SEXP v = slopes[c];
    if (TYPEOF(v) != REALSXP || static_cast<std::size_t>(Rf_xlength(v)) != rows)
      throw std::invalid_argument("factor: slopes are not doubles on its rows");
    out.slopes.push_back(REAL(v));
  }
  out.intercept = Rcpp::as<bool>(f["intercept"]);
  return out;
}

inline std::vector<ccdpanel::panel::Factor> factors(const Rcpp::List& fs) {
  std::vector<ccdpanel::panel::Factor> out;
  for (R_xlen_t e = 0; e < fs.size(); ++e) out.push_back(factor(fs[e]));
  return out;
}

// Double vectors of one length, in place: `rows` of them, picked by `at` (from 1) if it is there.
inline ccdpanel::panel::Columns columns(const Rcpp::List& list, int rows,
                                        const Rcpp::Nullable<Rcpp::IntegerVector>& at = R_NilValue) {
  ccdpanel::panel::Columns out;
  out.rows = rows;
  if (at.isNotNull()) {
    out.picked = INTEGER(at.get());
    if (Rf_xlength(at.get()) != rows) throw std::invalid_argument("columns: not as many as are picked");
  }
  for (R_xlen_t j = 0; j < list.size(); ++j) {
    SEXP v = list[j];
    if (TYPEOF(v) != REALSXP || Rf_xlength(v) != Rf_xlength(list[0]) || (!out.picked && Rf_xlength(v) != rows))
      throw std::invalid_argument("columns: not doubles of one length");
    out.data.push_back(REAL(v));
  }
  return out;
}

inline Rcpp::List effects_rank(const ccdpanel::panel::EffectsRank& rank) {
  const std::vector<double> own(rank.own.begin(), rank.own.end());
  return Rcpp::List::create(Rcpp::_["rank"] = static_cast<double>(rank.rank), Rcpp::_["exact"] = rank.exact,
                            Rcpp::_["clear"] = rank.clear, Rcpp::_["own"] = own);
}

// Long solves ask between steps whether the user wants out; what they hold is freed on the way.
inline ccdpanel::panel::AbsorbOptions interruptible(ccdpanel::core::Phases* phases = nullptr) {
  ccdpanel::panel::AbsorbOptions out;
  out.phases = phases;
  out.poll = [] { Rcpp::checkUserInterrupt(); };
  return out;
}

}  // namespace bind

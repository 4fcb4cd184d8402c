// What the bindings of fits share: the meats of their covariances.
#pragma once

#include <RcppEigen.h>

#include "bind_absorb.h"
#include "ccdpanel/inference/scores.hpp"

namespace bind {

// One meat a clustering; NULL is clustering by row.
inline Rcpp::List meats(const ccdpanel::panel::ScoreSet& scores, const Rcpp::List& clusters, int threads) {
  std::vector<ccdpanel::panel::Factor> kept(static_cast<std::size_t>(clusters.size()));
  std::vector<const ccdpanel::panel::Factor*> pointers(kept.size(), nullptr);
  for (std::size_t c = 0; c < kept.size(); ++c) {
    SEXP cluster = clusters[static_cast<R_xlen_t>(c)];
    if (Rf_isNull(cluster)) continue;
    kept[c] = factor(Rcpp::List(cluster));
    pointers[c] = &kept[c];
  }
  return Rcpp::wrap(ccdpanel::panel::meats(scores, pointers, threads));
}

}  // namespace bind

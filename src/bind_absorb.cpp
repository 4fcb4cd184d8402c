// Bindings of absorb/: map, call one kernel, wrap.
#include "bind_absorb.h"

#include <RcppEigen.h>

#include "ccdpanel/absorb/absorb.hpp"
#include "ccdpanel/absorb/connected.hpp"
#include "ccdpanel/absorb/slope_rank.hpp"

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_absorb(const Eigen::Map<Eigen::MatrixXd> x, const Rcpp::List& factors,
                       const Eigen::Map<Eigen::VectorXd> w) {
  const ccdpanel::panel::Absorbed a = ccdpanel::panel::absorb(x, bind::factors(factors), w, bind::interruptible());
  return Rcpp::List::create(Rcpp::_["columns"] = a.columns, Rcpp::_["level"] = a.level, Rcpp::_["kept"] = a.kept,
                            Rcpp::_["certificate"] = a.certificate, Rcpp::_["iterations"] = a.iterations,
                            Rcpp::_["converged"] = a.status == ccdpanel::Status::ok);
}

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_effects_rank(const Rcpp::List& effects, int threads) {
  return bind::effects_rank(
      ccdpanel::panel::effects_rank(bind::factors(effects), ccdpanel::panel::most_ranked, threads));
}

// [[Rcpp::export(rng = false)]]
Rcpp::IntegerVector bind_redundant_levels(const Rcpp::List& factors, const std::vector<int>& order) {
  return Rcpp::wrap(ccdpanel::panel::redundant_levels(bind::factors(factors), order));
}

// [[Rcpp::export(rng = false)]]
bool bind_nested_in(const Rcpp::List& inner, const Rcpp::List& outer) {
  return ccdpanel::panel::nested_in(bind::factor(inner), bind::factor(outer));
}

// Component of each level of a, then of each level of b, in the graph of their rows.
// [[Rcpp::export(rng = false)]]
Rcpp::IntegerVector bind_components(const Rcpp::List& a, const Rcpp::List& b) {
  const ccdpanel::panel::Factor fa = bind::factor(a), fb = bind::factor(b);
  ccdpanel::panel::DisjointSets components = ccdpanel::panel::components(fa, fb);
  Rcpp::IntegerVector out(fa.levels + fb.levels);
  for (R_xlen_t v = 0; v < out.size(); ++v) out[v] = components.root(static_cast<int>(v));
  return out;
}

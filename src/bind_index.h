// What the bindings of index/ share: R vectors seen as columns, and names seen as choices.
#pragma once

#include <string>

#include "bind_core.h"
#include "ccdpanel/index/coupling.hpp"
#include "ccdpanel/index/normalise.hpp"
#include "ccdpanel/index/study.hpp"

namespace bind {

namespace kernel = ccdpanel::index;  // `index` itself is a function of <strings.h>

// A list of double vectors of one length, by pointer.
inline kernel::Columns map_columns(const Rcpp::List& list) {
  kernel::Columns out;
  for (R_xlen_t j = 0; j < list.size(); ++j) {
    const SEXP column = list[j];
    if (TYPEOF(column) != REALSXP) throw std::invalid_argument("columns must be double vectors");
    const auto rows = static_cast<std::size_t>(XLENGTH(column));
    if (j > 0 && rows != out.rows) throw std::invalid_argument("columns differ in length");
    out.rows = rows;
    out.data.push_back(REAL(column));
  }
  return out;
}

inline std::vector<kernel::Scaling> map_scaling(const Rcpp::NumericVector& min, const Rcpp::NumericVector& max,
                                                const Rcpp::LogicalVector& reversed, double low, double high) {
  std::vector<kernel::Scaling> out;
  for (R_xlen_t j = 0; j < min.size(); ++j) out.push_back(kernel::min_max(min[j], max[j], reversed[j], low, high));
  return out;
}

inline kernel::CouplingModel map_model(const std::string& name) {
  if (name == "standard") return kernel::CouplingModel::standard;
  if (name == "wang") return kernel::CouplingModel::wang;
  if (name == "fan") return kernel::CouplingModel::fan;
  if (name == "power") return kernel::CouplingModel::power;
  throw std::invalid_argument("no such coupling model");
}

inline kernel::AggregationRule map_aggregation(const std::string& name) {
  if (name == "linear") return kernel::AggregationRule::linear;
  if (name == "geometric") return kernel::AggregationRule::geometric;
  if (name == "topsis") return kernel::AggregationRule::topsis;
  throw std::invalid_argument("no such aggregation");
}

}  // namespace bind

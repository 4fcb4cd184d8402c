// What all bindings share: R vectors that are to be written.
#pragma once

#include <Rcpp.h>

#include "ccdpanel/core/buffer.hpp"

namespace bind {

// An R vector that is to be written, in large pages where it is large.
template <int Type>
Rcpp::Vector<Type> unwritten(R_xlen_t size) {
  Rcpp::Vector<Type> out(Rcpp::no_init(size));
  ccdpanel::core::expect_large(&*out.begin(), static_cast<std::size_t>(size) * sizeof(*out.begin()));
  return out;
}

}  // namespace bind

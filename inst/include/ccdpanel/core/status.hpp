// Numerical outcomes, which are values of a result and never exceptions.
#pragma once

namespace ccdpanel {

enum class Status {
  ok,              // as asked
  not_converged,   // the iteration limit came first; the result is the last iterate
  rank_deficient,  // a matrix that must be inverted is singular to working precision
};

}  // namespace ccdpanel

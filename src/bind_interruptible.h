// How the solver of effects hears the user.
#pragma once

#include <RcppEigen.h>

#include "ccdpanel/absorb/level_solver.hpp"

namespace bind {

// Long solves ask between steps whether the user wants out; what they hold is freed on the way.
inline ccdpanel::panel::AbsorbOptions interruptible(ccdpanel::core::Phases* phases = nullptr) {
  ccdpanel::panel::AbsorbOptions out;
  out.phases = phases;
  out.poll = [] { Rcpp::checkUserInterrupt(); };
  return out;
}

}  // namespace bind

// What absorbing effects leaves of columns.
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "ccdpanel/core/status.hpp"

namespace ccdpanel::panel {

// A column whose squared norm falls below this share of what it was is absorbed: what is left of it is rounding.
constexpr double absorbed_share = 1e-20;
// A column whose share falls below this one may be all tolerance: absorbed again, it shrinks once more if it is.
constexpr double doubtful_share = 1e-12;
// The solver's tolerance is one of the deviations from the units' means: of a column whose squared norm falls below
// this share of theirs, it is too large a part. Absorbed again, the column is as exact as any.
constexpr double coarse_share = 1e-4;

// Degrees of freedom that effects take together.
struct EffectsRank {
  long long rank = 0;
  bool exact = true;
  bool clear = true;           // else some columns are so nearly dependent that rounding decides, and not exact either
  std::vector<long long> own;  // of each effect by itself
};

struct Absorbed {
  Eigen::MatrixXd columns;             // n x K, demeaned
  std::vector<Eigen::MatrixXd> level;  // per effect (levels x K): column = sum of its levels' values + demeaned column
  Eigen::VectorXd kept;                // per column: its squared norm after, over before (centred); 0 for a constant
  std::vector<char> doubtful;          // per column: is it to be absorbed again?
  double certificate = 0;  // largest |level mean| of a demeaned column in its own standard deviations, of the effects
                           // that are not eliminated exactly
  int iterations = 0;
  Status status = Status::ok;
};

}  // namespace ccdpanel::panel

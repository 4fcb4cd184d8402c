// Degrees of freedom that effects with slopes take.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <vector>

#include "ccdpanel/absorb/connected.hpp"
#include "ccdpanel/absorb/slope_cross.hpp"

namespace ccdpanel::panel {

struct EffectsRank {
  long long rank = 0;
  bool exact = true;
  bool clear = true;           // else some columns are so nearly dependent that rounding decides, and not exact either
  std::vector<long long> own;  // of each effect by itself
};

// Beside the effect with most parameters, as many of the others' as are decomposed for the rank.
constexpr Eigen::Index most_ranked = 5000;

// The dimension of what all effects span together: that of the largest, and the rank of the others' columns once it is
// out of them. Beyond `most` such columns a bound: each effect's own rank, less for every intercept but the first the
// most components that it forms with an earlier one.
inline EffectsRank effects_rank(const std::vector<Factor>& factors, Eigen::Index most = most_ranked, int threads = 1) {
  EffectsRank out;
  if (factors.empty()) return out;
  const SlopeSystem system(factors, {}, threads);
  std::size_t other = 0;
  for (std::size_t e = 0; e < factors.size(); ++e) {
    out.own.push_back(e == system.unit_at ? system.unit.rank : system.others[other++].rank);
    out.rank += out.own.back();
  }
  if (system.size() == 0) return out;
  if (system.size() <= most) {
    const PivotedCholesky others(slope_matrix(system));
    out.rank = system.unit.rank + others.rank();
    out.exact = out.clear = others.clear();
    return out;
  }
  out.exact = false;
  std::vector<Factor> intercepts;
  for (const Factor& f : factors) {
    if (f.intercept) intercepts.push_back({Codes::seen(f.code.data(), f.code.size()), f.levels});
  }
  std::vector<int> order(intercepts.size());
  std::iota(order.begin(), order.end(), 0);
  for (const int redundant : redundant_levels(intercepts, order)) out.rank -= redundant;
  return out;
}

}  // namespace ccdpanel::panel

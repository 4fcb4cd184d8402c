// Degrees of freedom that effects with slopes take.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <optional>
#include <vector>

#include "ccdpanel/absorb/connected.hpp"
#include "ccdpanel/absorb/dense_system.hpp"
#include "ccdpanel/absorb/reduced_system.hpp"
#include "ccdpanel/absorb/slope_cross.hpp"
#include "ccdpanel/absorb/unit_slopes.hpp"

namespace ccdpanel::panel {

// Beside the effect with most parameters, as many of the others' as are decomposed for the rank.
constexpr Eigen::Index most_ranked = 5000;

namespace detail {

// One slope on the unit, beside the dummies of at most one other effect. Writes rank and own; false: it takes the whole
// system to tell.
inline bool only_slope_rank(const std::vector<Factor>& factors, int threads, EffectsRank& out) {
  const Factor* const unit = factors.size() <= 2 ? only_slope(factors, threads) : nullptr;
  if (!unit) return false;
  std::vector<const Factor*> others;
  for (const Factor& f : factors) {
    if (&f != unit) others.push_back(&f);
  }
  const int used = unit->code.size() < 20000 ? 1 : threads;
  const UnitOrder order(*unit, used);
  UnitSlopes slopes(unit->slopes[0], order);
  Cells rows = row_cells(order, others, {});
  rows.slope.resize(order.rows());
  const int parts = std::max(1, std::min(8, rows.size() / 20000));
  core::parallel_for(static_cast<std::size_t>(parts), used, [&](std::size_t part) {
    const int at = static_cast<int>(part);
    for (int u = rows.unit_at(at, parts); u < rows.unit_at(at + 1, parts); ++u)
      slopes.settle(rows, u, rows.slope.data() + rows.start[u]);
  });
  std::optional<long long> rest = others_rank(rows, slopes);
  if (!rest) {
    merge_cells(rows, used);
    if (!worth_dense(rows)) return false;
    const PivotedCholesky decomposed(DenseSystem(rows, ReducedSystem(rows, used).level_weight(), used).s);
    rest = decomposed.rank();
    out.exact = out.clear = decomposed.clear();
  }
  out = only_slope_rank(factors, slopes, *rest, out.clear);
  return true;
}

}  // namespace detail

// The dimension of what all effects span together: that of the largest, and the rank of the others' columns once it is
// out of them. Beyond `most` such columns a bound: each effect's own rank, less for every intercept but the first the
// most components that it forms with an earlier one.
inline EffectsRank effects_rank(const std::vector<Factor>& factors, Eigen::Index most = most_ranked, int threads = 1) {
  EffectsRank out;
  if (factors.empty()) return out;
  if (detail::only_slope_rank(factors, threads, out)) return out;
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

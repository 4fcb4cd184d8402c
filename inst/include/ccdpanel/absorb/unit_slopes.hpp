// One slope beside the intercept of each unit: a basis that needs three numbers a unit and none a row.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "ccdpanel/absorb/absorbed.hpp"
#include "ccdpanel/absorb/cells.hpp"
#include "ccdpanel/absorb/connected.hpp"
#include "ccdpanel/absorb/slope_basis.hpp"
#include "ccdpanel/absorb/unit_order.hpp"
#include "ccdpanel/core/buffer.hpp"

namespace ccdpanel::panel {

// What takes a unit's variable z to norm one and away from the constant, in the metric of the weights:
// b = ((z - centre) - rest) scale, the rest being what rounding left of the mean. Where z is a constant within the
// unit, scale is zero.
struct UnitTrend {
  double centre = 0, rest = 0, scale = 0;
  double at(double z) const { return ((z - centre) - rest) * scale; }
};

class UnitSlopes {
 public:
  // z: a value a row of the sample; it must outlive this.
  UnitSlopes(const double* z, const UnitOrder& order) : z_(z), trend_(order.start.size() - 1) {
    if (order.sorted()) return;
    sorted_ = core::Buffer<double>(order.rows());
    double* const to = sorted_.data();
    order.scatter([&](std::size_t row, std::size_t place) { to[place] = z[row]; },
                  [&](std::size_t place) { __builtin_prefetch(to + place, 1); });
  }

  // Settles unit u, and writes b of its rows, in their order. LevelBasis tells what counts as lost.
  void settle(const Cells& rows, int u, double* b) {
    const int first = rows.start[u], m = rows.start[u + 1] - first;
    const double* const z = (sorted_.empty() ? z_ : sorted_.data()) + first;
    const double* const w = rows.weight.empty() ? nullptr : rows.weight.data() + first;
    const double total = rows.unit_weight[static_cast<std::size_t>(u)];
    const auto each = [&](const auto& add) {
      if (w) {
        for (int i = 0; i < m; ++i) add(i, w[i]);
      } else {
        for (int i = 0; i < m; ++i) add(i, 1.0);
      }
    };
    UnitTrend& trend = trend_[static_cast<std::size_t>(u)];
    double sum = 0, squares = 0, rest = 0, left = 0;
    each([&](int i, double weight) {
      sum += weight * z[i];
      squares += weight * (z[i] * z[i]);
    });
    const double centre = trend.centre = sum / total;
    each([&](int i, double weight) { rest += weight * (z[i] - centre); });
    rest = trend.rest = rest / total;
    each([&](int i, double weight) {
      b[i] = (z[i] - centre) - rest;
      left += weight * (b[i] * b[i]);
    });
    left = std::sqrt(left);
    const double noise = std::sqrt(squares) + std::sqrt(total) * std::abs(centre);
    trend.scale = m > 1 && left > 64 * std::numeric_limits<double>::epsilon() * noise ? 1 / left : 0;
    for (int i = 0; i < m; ++i) b[i] *= trend.scale;
  }
  void settled() { sorted_ = core::Buffer<double>(); }

  const UnitTrend& trend(int u) const { return trend_[static_cast<std::size_t>(u)]; }
  double at(int u, std::size_t row) const { return trend(u).at(z_[row]); }
  // Units whose variable is no constant.
  long long rank() const {
    return std::count_if(trend_.begin(), trend_.end(), [](const UnitTrend& t) { return t.scale > 0; });
  }

 private:
  const double* z_;
  core::Buffer<double> sorted_;  // z in the order of the units, unless rows come so
  std::vector<UnitTrend> trend_;
};

// Is one slope, beside the intercept of the effect with most parameters, the only one? Then that effect's basis need
// not be kept. Nor may squares of the variable leave the range of doubles.
inline const Factor* only_slope(const std::vector<Factor>& factors, int threads = 1) {
  const Factor* out = nullptr;
  for (const Factor& f : factors) {
    if (!f.intercept) return nullptr;
    if (f.slopes.empty()) continue;
    if (out || f.slopes.size() > 1) return nullptr;
    out = &f;
  }
  if (!out) return nullptr;
  for (const Factor& f : factors) {
    if (f.levels > 2 * out->levels) return nullptr;
  }
  const double* const z = out->slopes[0];
  const auto unsafe = [](double v) {
    const double size = std::abs(v);
    return (size != 0) & !((size > 1e-140) & (size < 1e140));
  };
  const std::size_t rows = out->code.size(), parts = rows < 20000 ? 1 : 4;
  std::vector<std::ptrdiff_t> found(parts);
  core::parallel_for(parts, threads, [&](std::size_t p) {
    found[p] = std::count_if(z + p * rows / parts, z + (p + 1) * rows / parts, unsafe);
  });
  return std::count(found.begin(), found.end(), 0) == static_cast<std::ptrdiff_t>(parts) ? out : nullptr;
}

// The parameters of the one other effect (or none) that are not in the span of units with a slope, without a
// decomposition; nothing: it takes one to tell. Every row is its own cell.
//
// Values p of the other's levels are in the units' span when within each unit they are a + b z. A unit whose variable
// is constant leaves b out, and so does one that meets a level twice, at two values of z: p is the same on all its
// levels. Where these units join the levels in as many sets as all units do, there are no other dependences than one a
// set.
inline std::optional<long long> others_rank(const Cells& rows, const UnitSlopes& slopes) {
  constexpr double apart = 1e-4;  // of the unit's variable at norm one
  if (!rows.others) return 0;
  DisjointSets all(rows.stacked()), pinned(rows.stacked());
  std::vector<int> met(static_cast<std::size_t>(rows.stacked()), -1);  // the last row at a level
  for (int u = 0; u < rows.units() && pinned.count() > 1; ++u) {
    const int first = rows.start[u], past = rows.start[u + 1];
    bool same = slopes.trend(u).scale == 0;
    for (int i = first; i < past && !same; ++i) {
      const std::size_t at = static_cast<std::size_t>(i);
      int& last = met[static_cast<std::size_t>(rows.level[at])];
      same = last >= first && std::abs(rows.slope[at] - rows.slope[static_cast<std::size_t>(last)]) > apart;
      last = i;
    }
    for (int i = first + 1; i < past; ++i) {
      const int one = rows.level[static_cast<std::size_t>(first)], two = rows.level[static_cast<std::size_t>(i)];
      if (all.count() > 1) all.join(one, two);
      if (same) pinned.join(one, two);
    }
  }
  if (pinned.count() > 1 && pinned.count() != all.count()) return std::nullopt;
  return rows.stacked() - pinned.count();
}

// What all effects take, from what the other one adds to the units.
inline EffectsRank only_slope_rank(const std::vector<Factor>& factors, const UnitSlopes& slopes, long long others,
                                   bool clear) {
  EffectsRank out;
  for (const Factor& f : factors) out.own.push_back(f.slopes.empty() ? f.levels : f.levels + slopes.rank());
  out.rank = others;
  for (const Factor& f : factors) out.rank += f.slopes.empty() ? 0 : f.levels + slopes.rank();
  out.exact = out.clear = clear;
  return out;
}

}  // namespace ccdpanel::panel

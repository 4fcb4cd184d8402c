// Moran's I and its local parts under permutation.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "ccdpanel/core/random.hpp"

namespace ccdpanel::regional {

// Spatial weights by unit: the links of unit i are at [start[i], start[i + 1]).
struct Links {
  std::size_t units = 0;
  const int* start = nullptr;
  const int* neighbour = nullptr;
  const double* weight = nullptr;
};

// sum_ij w_ij z_i z_j
inline double cross_product(const Links& links, const double* z) {
  double out = 0;
  for (std::size_t i = 0; i < links.units; ++i) {
    double lag = 0;
    for (int l = links.start[i]; l < links.start[i + 1]; ++l) lag += links.weight[l] * z[links.neighbour[l]];
    out += z[i] * lag;
  }
  return out;
}

// The same after a permutation of z that depends on the seed and the number of the draw alone. `shuffled` is room for
// as many values as there are units.
inline double permuted_cross_product(const Links& links, const double* z, std::uint64_t seed, std::uint64_t draw,
                                     std::vector<double>& shuffled) {
  core::Random random(seed, draw, 0x6d6f72616e);  // "moran"
  shuffled.assign(z, z + links.units);
  for (std::size_t i = links.units; i > 1; --i)
    std::swap(shuffled[i - 1], shuffled[random.below(static_cast<std::uint32_t>(i))]);
  return cross_product(links, shuffled.data());
}

// What the permutations of one unit's surroundings come to: moments of I_i about `centre`, and how many are at least,
// and at most, the I_i that was seen.
struct LocalDraws {
  double centre = 0, first = 0, second = 0, third = 0, fourth = 0;
  double at_least = 0, at_most = 0;
};

// Conditional permutations (Anselin 1995): z_i stays, its neighbours' values are drawn without replacement from all
// others. Of a shuffle only the first places are needed; the next draw goes on from where this one left the others,
// which is as uniform as from their order. With `replace` a value may be drawn twice, as spdep does.
inline LocalDraws permute_local(const Links& links, const double* z, double variance, std::size_t unit,
                                std::size_t draws, bool replace, std::uint64_t seed, std::vector<double>& others) {
  const double* const weight = links.weight + links.start[unit];
  const auto k = static_cast<std::size_t>(links.start[unit + 1] - links.start[unit]);
  const auto rest = static_cast<std::uint32_t>(links.units - 1);
  others.clear();
  for (std::size_t j = 0; j < links.units; ++j)
    if (j != unit) others.push_back(z[j]);
  const double own = z[unit] / variance;
  double lag = 0, total = 0, size = 0;
  for (std::size_t l = 0; l < k; ++l) {
    const double term = weight[l] * z[links.neighbour[static_cast<std::size_t>(links.start[unit]) + l]];
    lag += term;
    total += weight[l];
    size += std::abs(term);
  }
  const double seen = own * lag;
  // The same neighbours in another order are a tie, whatever their sum is rounded to.
  const double tie = 1e-12 * std::abs(own) * std::max(size, std::abs(total) * std::sqrt(variance));
  LocalDraws out;
  out.centre = -own * total * z[unit] / rest;
  core::Random random(seed, unit, 0x6c6f63616c);  // "local"
  for (std::size_t draw = 0; draw < draws; ++draw) {
    double drawn = 0;
    for (std::size_t l = 0; l < k; ++l) {
      const std::size_t taken = replace ? 0 : l;
      const std::size_t at = taken + random.below(rest - static_cast<std::uint32_t>(taken));
      const double value = others[at];
      if (!replace) std::swap(others[at], others[l]);
      drawn += weight[l] * value;
    }
    const double local = own * drawn, d = local - out.centre, d2 = d * d;
    out.first += d;
    out.second += d2;
    out.third += d2 * d;
    out.fourth += d2 * d2;
    out.at_least += local >= seen - tie;
    out.at_most += local <= seen + tie;
  }
  return out;
}

}  // namespace ccdpanel::regional

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

// sum_j w_ij z_j
inline double spatial_sum(const Links& links, const double* z, std::size_t i) {
  double out = 0;
  for (int l = links.start[i]; l < links.start[i + 1]; ++l) out += links.weight[l] * z[links.neighbour[l]];
  return out;
}

// sum_ij w_ij z_i z_j
inline double cross_product(const Links& links, const double* z) {
  double out = 0;
  for (std::size_t i = 0; i < links.units; ++i) out += z[i] * spatial_sum(links, z, i);
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

// What draws of one unit's surroundings come to: moments of I_i about `centre`, and how many are at least, and at most,
// the I_i that was seen.
struct LocalMoments {
  double centre = 0, first = 0, second = 0, third = 0, fourth = 0;
  double at_least = 0, at_most = 0;
};

// What one unit's neighbours are to it: I_i = own * sum_l weight_l z_l, as it was seen.
class LocalStatistic {
 public:
  LocalStatistic(const Links& links, const double* z, double variance, std::size_t unit)
      : weight(links.weight + links.start[unit]),
        neighbours(static_cast<std::size_t>(links.start[unit + 1] - links.start[unit])),
        own(z[unit] / variance) {
    const int* const neighbour = links.neighbour + links.start[unit];
    double lag = 0, total = 0, size = 0;
    for (std::size_t l = 0; l < neighbours; ++l) {
      const double term = weight[l] * z[neighbour[l]];
      lag += term;
      total += weight[l];
      size += std::abs(term);
      equal = equal && weight[l] == weight[0];
    }
    seen = own * lag;
    // The same neighbours in another order are a tie, whatever their sum is rounded to.
    centre = -own * total * z[unit] / static_cast<double>(links.units - 1);
    tie = 1e-12 * std::abs(own) * std::max(size, std::abs(total) * std::sqrt(variance));
  }

  // Adds statistics at these lags to what is known of the draws.
  void add(const double* lag, std::size_t draws, LocalMoments& to) const {
    LocalMoments m = to;
    for (std::size_t i = 0; i < draws; ++i) {
      const double local = own * lag[i], d = local - m.centre, d2 = d * d;
      m.first += d;
      m.second += d2;
      m.third += d2 * d;
      m.fourth += d2 * d2;
      m.at_least += local >= seen - tie;
      m.at_most += local <= seen + tie;
    }
    to = m;
  }

  const double* weight;
  std::size_t neighbours;
  double own, seen = 0, tie = 0, centre = 0;  // the expectation
  bool equal = true;                          // weights
};

// Conditional permutations (Anselin 1995): z_i stays, its neighbours' values are drawn without replacement from all
// others. With `replace` a value may be drawn twice, as spdep does.
//
// A draw is a sequence of units that serves all of them: without itself it is, to each unit, a sequence of the others
// in which all orders are equally likely. Its first values, weighted, are the unit's lag. So the values are looked up
// once a draw, and where weights are equal so are their sums; only units that are in the sequence have sums of their
// own.
class LocalDraws {
 public:
  LocalDraws(const Links& links, const double* z, bool replace, std::uint64_t seed)
      : links_(links), z_(z), replace_(replace), seed_(seed), order_(links.units), met_(links.units + 1) {
    for (std::size_t i = 0; i < links.units; ++i)
      widest_ = std::max(widest_, static_cast<std::size_t>(links.start[i + 1] - links.start[i]));
    // Without replacement a unit is met once.
    length_ = replace ? widest_ + 1 : std::min(widest_ + 1, links.units);
    at_once_ = std::max<std::size_t>(16, 32768 / length_);
  }

  // So many draws are made together.
  std::size_t at_once() const { return at_once_; }
  std::size_t size() const { return draws_; }

  // Draws from `first`, at most at_once() of them and not past `end`.
  void make(std::size_t first, std::size_t end) {
    first_ = first;
    draws_ = std::min(at_once_, end - first);
    unit_.resize(draws_ * length_);
    value_.resize(draws_ * length_);
    sum_.assign(draws_ * (length_ + 1), 0.0);
    std::iota(order_.begin(), order_.end(), 0);
    for (std::size_t d = 0; d < draws_; ++d) draw(d);
    for (std::size_t l = 0; l < length_; ++l) {
      for (std::size_t d = 0; d < draws_; ++d) {
        value_[l * draws_ + d] = z_[unit_[d * length_ + l]];
        sum_[(l + 1) * draws_ + d] = sum_[l * draws_ + d] + value_[l * draws_ + d];
      }
    }
    note_units();
  }

  // Unit i's lag in each of the draws.
  void lags(std::size_t i, const LocalStatistic& unit, double* out) const {
    const std::size_t k = unit.neighbours;
    if (unit.equal) {
      const double w = k ? unit.weight[0] : 0;
      for (std::size_t d = 0; d < draws_; ++d) out[d] = w * sum_[k * draws_ + d];
    } else {
      std::fill(out, out + draws_, 0.0);
      for (std::size_t l = 0; l < k; ++l) {
        const double w = unit.weight[l];
        const double* const value = value_.data() + l * draws_;
        for (std::size_t d = 0; d < draws_; ++d) out[d] += w * value[d];
      }
    }
    for (int m = met_[i]; m < met_[i + 1]; ++m) {
      if (where_[m].place < k) out[where_[m].draw] = without(i, unit, where_[m].draw);
    }
  }

 private:
  struct Place {
    std::uint32_t draw, place;
  };

  // Of a shuffle only the first places are needed; the next draw goes on from where this one left the units, which is
  // as uniform as from their order.
  void draw(std::size_t d) {
    core::Random random(seed_, first_ + d, 0x6c6f63616c);  // "local"
    const auto units = static_cast<std::uint32_t>(links_.units);
    int* const unit = unit_.data() + d * length_;
    for (std::size_t l = 0; l < length_; ++l) {
      if (replace_) {
        unit[l] = static_cast<int>(random.below(units));
        continue;
      }
      const auto taken = static_cast<std::uint32_t>(l);
      std::swap(order_[l], order_[taken + random.below(units - taken)]);
      unit[l] = order_[l];
    }
  }

  // Of each unit the draws that it is in, with its first place there.
  void note_units() {
    std::fill(met_.begin(), met_.end(), 0);
    std::vector<int> last(links_.units, -1);
    const auto each = [&](const auto& body) {
      std::fill(last.begin(), last.end(), -1);
      for (std::size_t d = 0; d < draws_; ++d) {
        for (std::size_t l = 0; l < length_; ++l) {
          const auto u = static_cast<std::size_t>(unit_[d * length_ + l]);
          if (last[u] == static_cast<int>(d)) continue;
          last[u] = static_cast<int>(d);
          body(u, Place{static_cast<std::uint32_t>(d), static_cast<std::uint32_t>(l)});
        }
      }
    };
    each([&](std::size_t u, Place) { ++met_[u + 1]; });
    std::partial_sum(met_.begin(), met_.end(), met_.begin());
    where_.resize(static_cast<std::size_t>(met_.back()));
    std::vector<int> next(met_.begin(), met_.end() - 1);
    each([&](std::size_t u, Place at) { where_[static_cast<std::size_t>(next[u]++)] = at; });
  }

  // The lag of a unit that is in the sequence itself. One drawn with replacement may have to go on for it.
  double without(std::size_t i, const LocalStatistic& unit, std::size_t d) const {
    const int* const sequence = unit_.data() + d * length_;
    const int own = static_cast<int>(i);
    double lag = 0;
    std::size_t l = 0;
    for (std::size_t at = 0; at < length_ && l < unit.neighbours; ++at) {
      if (sequence[at] != own) lag += unit.weight[l++] * z_[sequence[at]];
    }
    if (l == unit.neighbours) return lag;
    core::Random random(seed_ + i, first_ + d, 0x6d6f7265);  // "more"
    while (l < unit.neighbours) {
      const std::uint32_t other = random.below(static_cast<std::uint32_t>(links_.units));
      if (other != i) lag += unit.weight[l++] * z_[other];
    }
    return lag;
  }

  const Links links_;
  const double* z_;
  const bool replace_;
  const std::uint64_t seed_;
  std::size_t widest_ = 0, length_ = 0, at_once_ = 0, first_ = 0, draws_ = 0;
  std::vector<int> order_;     // of the shuffle
  std::vector<int> unit_;      // draw after draw
  std::vector<double> value_;  // of z, place after place
  std::vector<double> sum_;    // of the first 0, 1, ... values, alike
  std::vector<int> met_;       // of unit i's places in where_: from met_[i] to met_[i + 1]
  std::vector<Place> where_;
};

}  // namespace ccdpanel::regional

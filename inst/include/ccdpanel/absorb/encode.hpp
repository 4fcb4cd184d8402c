// From the values of a variable to the codes of a factor.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/codes.hpp"
#include "ccdpanel/core/parallel_for.hpp"

namespace ccdpanel::panel {

namespace detail {

inline std::uint64_t scattered(std::uint64_t x) {  // the finaliser of splitmix64
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// Beyond a table of about twice as many places as there are rows, levels are found by hashing.
inline bool fits_table(double range, std::size_t n) {
  return range < 2.0 * static_cast<double>(n) + 10;
}

}  // namespace detail

namespace detail {

// Numbers of 64-bit keys in order of first appearance, through open addressing.
class KeyTable {
 public:
  // The key's number: that of size() before the call if it is new.
  int number(std::uint64_t key) {
    std::size_t s = place(key);
    if (slot_[s] < 0) {
      if (2 * (keys_.size() + 1) > slot_.size()) {
        grow();
        s = place(key);
      }
      slot_[s] = size();
      keys_.push_back(key);
    }
    return slot_[s];
  }
  int size() const { return static_cast<int>(keys_.size()); }
  const std::vector<std::uint64_t>& keys() const { return keys_; }

 private:
  std::size_t place(std::uint64_t key) const {
    std::size_t s = scattered(key) & (slot_.size() - 1);
    while (slot_[s] >= 0 && keys_[static_cast<std::size_t>(slot_[s])] != key) s = (s + 1) & (slot_.size() - 1);
    return s;
  }
  void grow() {
    slot_.assign(4 * slot_.size(), -1);
    for (std::size_t g = 0; g < keys_.size(); ++g) slot_[place(keys_[g])] = static_cast<int>(g);
  }
  std::vector<std::uint64_t> keys_;
  std::vector<int> slot_ = std::vector<int>(1024, -1);
};

// What one part of the rows finds.
struct KeyedRows {
  KeyTable table;
  Levels levels;

  template <class Key>
  void note(const Key& key, std::size_t from, std::size_t past, int* code) {
    for (std::size_t i = from; i < past; ++i) {
      code[i] = table.number(key(i));
      if (code[i] == levels.count()) levels.add(i);
      levels.tally[static_cast<std::size_t>(code[i])].toggle(i, 1);
    }
  }
  // Takes a later part's levels in; returns what numbers they have here.
  std::vector<int> meet(const KeyedRows& later) {
    std::vector<int> number;
    for (std::size_t g = 0; g < later.levels.first.size(); ++g) {
      const int here = table.number(later.table.keys()[g]);
      if (here == levels.count()) levels.add(static_cast<std::size_t>(later.levels.first[g]));
      Tally& tally = levels.tally[static_cast<std::size_t>(here)];
      tally.count += later.levels.tally[g].count;
      tally.rows ^= later.levels.tally[g].rows;
      number.push_back(here);
    }
    return number;
  }
};

}  // namespace detail

// Codes of 64-bit keys in order of first appearance, written to code[0 .. n). Every thread has a part of the rows.
template <class Key>
Levels encode_keys(const Key& key, std::size_t n, int* code, int threads = 1) {
  const std::size_t parts = n < 20000 ? 1 : static_cast<std::size_t>(std::max(threads, 1));
  std::vector<detail::KeyedRows> found(parts);
  core::parallel_for(parts, threads,
                     [&](std::size_t p) { found[p].note(key, p * n / parts, (p + 1) * n / parts, code); });
  std::vector<std::vector<int>> number(parts);
  for (std::size_t p = 1; p < parts; ++p) number[p] = found[0].meet(found[p]);
  core::parallel_for(parts - 1, threads, [&](std::size_t p) {
    for (std::size_t i = (p + 1) * n / parts; i < (p + 2) * n / parts; ++i)
      code[i] = number[p + 1][static_cast<std::size_t>(code[i])];
  });
  return std::move(found[0].levels);
}

namespace detail {

// The least and the largest value, and whether all are whole numbers inside the integers' range: beyond it no
// conversion is defined, and no table fits.
template <class Number>
struct Span {
  Number low = std::numeric_limits<Number>::max(), high = std::numeric_limits<Number>::lowest();
  bool whole = true;

  void meet(Number v) {
    low = std::min(low, v);
    high = std::max(high, v);
    if constexpr (std::is_floating_point_v<Number>)
      whole = whole && std::abs(v) < 2e9 && static_cast<Number>(static_cast<int>(v)) == v;
  }
  void meet(const Span& other) {
    low = std::min(low, other.low);
    high = std::max(high, other.high);
    whole = whole && other.whole;
  }
};

template <class Value>
auto span_of(const Value& value, std::size_t n, int threads) {
  using Number = std::decay_t<decltype(value(0))>;
  const std::size_t parts = n < 20000 ? 1 : static_cast<std::size_t>(std::max(threads, 1));
  std::vector<Span<Number>> part(parts);
  core::parallel_for(parts, threads, [&](std::size_t p) {
    Span<Number> own;
    for (std::size_t i = p * n / parts; i < (p + 1) * n / parts; ++i) own.meet(value(i));
    part[p] = own;
  });
  for (std::size_t p = 1; p < parts; ++p) part[0].meet(part[p]);
  return part[0];
}

}  // namespace detail

// Whole numbers that are their own codes, from `low` on; range 0: they are not, or lie too far apart.
struct Dense {
  int low = 0, range = 0;
};

template <class Value>
Dense dense_codes(const Value& value, std::size_t n, int threads = 1) {
  const auto span = detail::span_of(value, n, threads);
  if (!n || !span.whole || !detail::fits_table(static_cast<double>(span.high) - span.low, n)) return {};
  return {static_cast<int>(span.low), static_cast<int>(span.high - span.low) + 1};
}

// value(i) is the i-th row's whole number. `renumber` as in compact_codes().
template <class Value>
Levels encode_integers(const Value& value, std::size_t n, int* code, bool renumber = true, int threads = 1) {
  const Dense dense = dense_codes(value, n, threads);
  if (dense.range)
    return compact_codes([&](std::size_t i) { return value(i) - dense.low; }, n, dense.range, code, renumber, threads);
  return encode_keys([&](std::size_t i) { return static_cast<std::uint64_t>(static_cast<std::uint32_t>(value(i))); }, n,
                     code, threads);
}

// value(i) is the i-th row's number; none is missing. Levels are in order of value where the values are dense whole
// numbers, in order of appearance otherwise.
template <class Value>
Levels encode_numbers(const Value& value, std::size_t n, int* code, bool renumber = true, int threads = 1) {
  const Dense dense = dense_codes(value, n, threads);
  if (dense.range)
    return compact_codes([&](std::size_t i) { return static_cast<int>(value(i)) - dense.low; }, n, dense.range, code,
                         renumber, threads);
  return encode_keys(
      [&](std::size_t i) {
        const double v = value(i) + 0.0;  // -0 and 0 are one value
        std::uint64_t bits;
        std::memcpy(&bits, &v, sizeof bits);
        return bits;
      },
      n, code, threads);
}

// The combinations of two factors' levels that occur.
inline Levels encode_pairs(const Factor& a, const Factor& b, int* code, int threads = 1) {
  const std::size_t n = a.code.size();
  const auto pair = [&](std::size_t i) { return static_cast<std::int64_t>(a.code[i]) * b.levels + b.code[i]; };
  const std::int64_t range = static_cast<std::int64_t>(a.levels) * b.levels;
  if (detail::fits_table(static_cast<double>(range), n))
    return compact_codes([&](std::size_t i) { return static_cast<int>(pair(i)); }, n, static_cast<int>(range), code,
                         true, threads);
  return encode_keys([&](std::size_t i) { return static_cast<std::uint64_t>(pair(i)); }, n, code, threads);
}

}  // namespace ccdpanel::panel

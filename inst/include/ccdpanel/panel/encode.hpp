// From the values of a variable to the codes of a factor.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "ccdpanel/panel/codes.hpp"

namespace ccdpanel::panel {

namespace detail {

inline std::uint64_t scattered(std::uint64_t x) {  // the finaliser of splitmix64
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// Whole numbers in about as many places as there are rows are codes already, but for their first value.
template <class Value>
Compacted encode_dense(const Value& value, std::size_t n, std::int64_t low, int range) {
  std::vector<int> code(n);
  for (std::size_t i = 0; i < n; ++i) code[i] = static_cast<int>(static_cast<std::int64_t>(value(i)) - low);
  return compact(std::move(code), range);
}

}  // namespace detail

// Codes in order of first appearance of 64-bit keys, through open addressing.
template <class Key>
Compacted encode_keys(const Key& key, std::size_t n) {
  Compacted out;
  out.factor.code.resize(n);
  std::size_t slots = 1024;
  std::vector<std::uint64_t> keys;  // of the levels
  std::vector<int> slot(slots, -1);
  const auto place = [&](std::uint64_t k) {
    std::size_t s = detail::scattered(k) & (slots - 1);
    while (slot[s] >= 0 && keys[static_cast<std::size_t>(slot[s])] != k) s = (s + 1) & (slots - 1);
    return s;
  };
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t k = key(i);
    std::size_t s = place(k);
    if (slot[s] < 0) {
      if (2 * (keys.size() + 1) > slots) {
        slots *= 4;
        slot.assign(slots, -1);
        for (std::size_t g = 0; g < keys.size(); ++g) slot[place(keys[g])] = static_cast<int>(g);
        s = place(k);
      }
      slot[s] = static_cast<int>(keys.size());
      keys.push_back(k);
      out.first.push_back(static_cast<int>(i));
    }
    out.factor.code[i] = slot[s];
  }
  out.factor.levels = static_cast<int>(keys.size());
  return out;
}

// value(i) is the i-th row's number; none is missing. Levels are in order of value where the values are dense whole
// numbers, in order of appearance otherwise.
template <class Value>
Compacted encode_numbers(const Value& value, std::size_t n) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  bool whole = true;
  for (std::size_t i = 0; i < n; ++i) {
    const double v = static_cast<double>(value(i));
    whole = whole && std::nearbyint(v) == v;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  if (whole && n && std::abs(low) < 9e15 && std::abs(high) < 9e15 && high - low < 2.0 * static_cast<double>(n) + 10)
    return detail::encode_dense(value, n, static_cast<std::int64_t>(low), static_cast<int>(high - low) + 1);
  return encode_keys(
      [&](std::size_t i) {
        const double v = static_cast<double>(value(i)) + 0.0;  // -0 and 0 are one value
        std::uint64_t bits;
        std::memcpy(&bits, &v, sizeof bits);
        return bits;
      },
      n);
}

// The combinations of two factors' levels that occur.
inline Compacted encode_pairs(const Factor& a, const Factor& b) {
  const std::size_t n = a.code.size();
  const auto pair = [&](std::size_t i) { return static_cast<std::int64_t>(a.code[i]) * b.levels + b.code[i]; };
  const std::int64_t range = static_cast<std::int64_t>(a.levels) * b.levels;
  if (range < 2 * static_cast<std::int64_t>(n) + 10) return detail::encode_dense(pair, n, 0, static_cast<int>(range));
  return encode_keys([&](std::size_t i) { return static_cast<std::uint64_t>(pair(i)); }, n);
}

}  // namespace ccdpanel::panel

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

// Beyond a table of about twice as many places as there are rows, levels are found by hashing.
inline bool fits_table(double range, std::size_t n) {
  return range < 2.0 * static_cast<double>(n) + 10;
}

}  // namespace detail

// Codes of 64-bit keys in order of first appearance, through open addressing; written to code[0 .. n).
template <class Key>
Levels encode_keys(const Key& key, std::size_t n, int* code) {
  Levels out;
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
      out.add(i);
    }
    code[i] = slot[s];
    out.tally[static_cast<std::size_t>(slot[s])].toggle(i, 1);
  }
  return out;
}

// value(i) is the i-th row's whole number. `renumber` as in compact_codes().
template <class Value>
Levels encode_integers(const Value& value, std::size_t n, int* code, bool renumber = true) {
  int low = std::numeric_limits<int>::max(), high = std::numeric_limits<int>::min();
  for (std::size_t i = 0; i < n; ++i) {
    const int v = value(i);
    low = std::min(low, v);
    high = std::max(high, v);
  }
  if (n && detail::fits_table(static_cast<double>(high) - low, n))
    return compact_codes([&](std::size_t i) { return value(i) - low; }, n, high - low + 1, code, renumber);
  return encode_keys([&](std::size_t i) { return static_cast<std::uint64_t>(static_cast<std::uint32_t>(value(i))); }, n,
                     code);
}

// value(i) is the i-th row's number; none is missing. Levels are in order of value where the values are dense whole
// numbers, in order of appearance otherwise.
template <class Value>
Levels encode_numbers(const Value& value, std::size_t n, int* code, bool renumber = true) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  bool whole = true;
  for (std::size_t i = 0; i < n; ++i) {
    const double v = value(i);
    low = std::min(low, v);
    high = std::max(high, v);
    // Beyond the integers' range no conversion is defined, and no table fits.
    whole = whole && std::abs(v) < 2e9 && static_cast<double>(static_cast<int>(v)) == v;
  }
  if (whole && n && detail::fits_table(high - low, n)) {
    const int from = static_cast<int>(low);
    return compact_codes([&](std::size_t i) { return static_cast<int>(value(i)) - from; }, n,
                         static_cast<int>(high - low) + 1, code, renumber);
  }
  return encode_keys(
      [&](std::size_t i) {
        const double v = value(i) + 0.0;  // -0 and 0 are one value
        std::uint64_t bits;
        std::memcpy(&bits, &v, sizeof bits);
        return bits;
      },
      n, code);
}

// The combinations of two factors' levels that occur.
inline Levels encode_pairs(const Factor& a, const Factor& b, int* code) {
  const std::size_t n = a.code.size();
  const auto pair = [&](std::size_t i) { return static_cast<std::int64_t>(a.code[i]) * b.levels + b.code[i]; };
  const std::int64_t range = static_cast<std::int64_t>(a.levels) * b.levels;
  if (detail::fits_table(static_cast<double>(range), n))
    return compact_codes([&](std::size_t i) { return static_cast<int>(pair(i)); }, n, static_cast<int>(range), code);
  return encode_keys([&](std::size_t i) { return static_cast<std::uint64_t>(pair(i)); }, n, code);
}

}  // namespace ccdpanel::panel

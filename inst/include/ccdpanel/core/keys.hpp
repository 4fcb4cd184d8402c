// Pairs of integer keys that occur more than once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <vector>

namespace ccdpanel::core {

struct Repeats {
  std::size_t count = 0;  // rows that repeat an earlier one
  std::size_t first = 0;  // the first of them, from 0; meaningless where count is 0
};

// One pass. The pairs of a panel fill most of their rectangle, so one bit for each cell is little; keys that are
// scattered wide go through a hash set.
inline Repeats repeated_pairs(const int* a, const int* b, std::size_t n) {
  Repeats out;
  if (n < 2) return out;
  const auto [a_low, a_high] = std::minmax_element(a, a + n);
  const auto [b_low, b_high] = std::minmax_element(b, b + n);
  const std::uint64_t height = static_cast<std::uint64_t>(static_cast<std::int64_t>(*a_high) - *a_low) + 1;
  const std::uint64_t width = static_cast<std::uint64_t>(static_cast<std::int64_t>(*b_high) - *b_low) + 1;
  const std::int64_t a_first = *a_low, b_first = *b_low;
  const auto cell = [&](std::size_t i) {
    return static_cast<std::uint64_t>(a[i] - a_first) * width + static_cast<std::uint64_t>(b[i] - b_first);
  };
  const auto note = [&](std::size_t i) {
    if (out.count++ == 0) out.first = i;
  };
  if (height <= (64 * static_cast<std::uint64_t>(n) + 1000000) / width) {
    std::vector<std::uint64_t> seen(height * width / 64 + 1, 0);
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint64_t c = cell(i);
      const std::uint64_t bit = std::uint64_t{1} << (c % 64);
      if (seen[c / 64] & bit) note(i);
      seen[c / 64] |= bit;
    }
  } else {
    std::unordered_set<std::uint64_t> seen;
    seen.reserve(n);
    for (std::size_t i = 0; i < n; ++i)
      if (!seen.insert(cell(i)).second) note(i);
  }
  return out;
}

}  // namespace ccdpanel::core

// Integer keys numbered from 0, pairs of them looked up, and means by number.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ccdpanel::core {

// Numbers by key, with open addressing; made for as many keys as there may be.
class NumberTable {
 public:
  explicit NumberTable(std::size_t keys) {
    while (mask_ < 2 * keys) mask_ = 2 * mask_ + 1;
    key_.resize(mask_ + 1);
    number_.assign(mask_ + 1, none);
  }

  static constexpr int none = -1;

  // The number of a key, which is `fresh` from now on where it had none.
  int add(std::uint64_t key, int fresh) {
    const std::size_t at = place(key);
    if (number_[at] != none) return number_[at];
    key_[at] = key;
    return number_[at] = fresh;
  }

  int find(std::uint64_t key) const { return number_[place(key)]; }

 private:
  std::size_t place(std::uint64_t key) const {
    std::uint64_t mixed = key * 0x9E3779B97F4A7C15U;
    mixed ^= mixed >> 32;
    std::size_t at = static_cast<std::size_t>(mixed) & mask_;
    while (number_[at] != none && key_[at] != key) at = (at + 1) & mask_;
    return at;
  }

  std::size_t mask_ = 15;
  std::vector<std::uint64_t> key_;
  std::vector<int> number_;
};

// Distinct keys in order of first appearance, or ascending; each by the first row that has it.
struct Levels {
  std::vector<std::size_t> first;
};

namespace detail {

struct Span {
  std::int64_t low = 0;
  std::uint64_t size = 0;
};

inline Span span(const int* x, std::size_t n) {
  if (!n) return {};
  int low = x[0], high = x[0];
  for (std::size_t i = 1; i < n; ++i) {
    low = x[i] < low ? x[i] : low;
    high = x[i] > high ? x[i] : high;
  }
  return {low, static_cast<std::uint64_t>(static_cast<std::int64_t>(high) - low) + 1};
}

// Numbers in order of appearance, and the key of each.
inline Levels number_by_table(const int* x, std::size_t n, const Span& span, int* code) {
  Levels out;
  std::vector<int> number(span.size, -1);
  for (std::size_t i = 0; i < n; ++i) {
    int& at = number[static_cast<std::size_t>(x[i] - span.low)];
    if (at < 0) {
      at = static_cast<int>(out.first.size());
      out.first.push_back(i);
    }
    code[i] = at;
  }
  return out;
}

inline Levels number_by_hash(const int* x, std::size_t n, int* code) {
  Levels out;
  NumberTable table(n);
  for (std::size_t i = 0; i < n; ++i) {
    const int fresh = static_cast<int>(out.first.size());
    code[i] = table.add(static_cast<std::uint32_t>(x[i]), fresh);
    if (code[i] == fresh) out.first.push_back(i);
  }
  return out;
}

}  // namespace detail

// code[i], from 0, of each key: by counting where keys are close together.
inline Levels number_levels(const int* x, std::size_t n, bool ascending, int* code) {
  const detail::Span span = detail::span(x, n);
  Levels out = span.size <= 4 * static_cast<std::uint64_t>(n) + 1000 ? detail::number_by_table(x, n, span, code)
                                                                     : detail::number_by_hash(x, n, code);
  const auto before = [x](std::size_t a, std::size_t b) { return x[a] < x[b]; };
  if (!ascending || std::is_sorted(out.first.begin(), out.first.end(), before)) return out;
  const std::vector<std::size_t> appeared = out.first;
  std::sort(out.first.begin(), out.first.end(), before);
  std::vector<int> place(appeared.size());
  for (std::size_t l = 0; l < appeared.size(); ++l)
    place[static_cast<std::size_t>(code[out.first[l]])] = static_cast<int>(l);
  for (std::size_t i = 0; i < n; ++i) code[i] = place[static_cast<std::size_t>(code[i])];
  return out;
}

// Pairs of codes from 0; a negative code is in no pair.
struct Pairs {
  const int* a = nullptr;
  const int* b = nullptr;
  std::size_t rows = 0;
};

// row[i]: the first row of `table`, from 0, with the pair of row i of x; -1 where there is none.
inline void match_pairs(const Pairs& x, const Pairs& table, int* row) {
  std::uint64_t height = 0, width = 0;
  for (std::size_t i = 0; i < table.rows; ++i) {
    height = std::max(height, static_cast<std::uint64_t>(std::max(table.a[i], -1) + std::int64_t{1}));
    width = std::max(width, static_cast<std::uint64_t>(std::max(table.b[i], -1) + std::int64_t{1}));
  }
  const auto cell = [&](const Pairs& in, std::size_t i) {
    return static_cast<std::uint64_t>(in.a[i]) * width + static_cast<std::uint64_t>(in.b[i]);
  };
  const auto paired = [](const Pairs& in, std::size_t i) { return in.a[i] >= 0 && in.b[i] >= 0; };
  const auto known = [&](std::size_t i) {
    return paired(x, i) && static_cast<std::uint64_t>(x.a[i]) < height && static_cast<std::uint64_t>(x.b[i]) < width;
  };
  if (!width || height <= (4 * static_cast<std::uint64_t>(table.rows) + 1000) / width) {
    std::vector<int> at(height * width, -1);
    for (std::size_t i = table.rows; i-- > 0;)
      if (paired(table, i)) at[cell(table, i)] = static_cast<int>(i);
    for (std::size_t i = 0; i < x.rows; ++i) row[i] = known(i) ? at[cell(x, i)] : -1;
    return;
  }
  NumberTable at(table.rows);
  for (std::size_t i = 0; i < table.rows; ++i)
    if (paired(table, i)) at.add(cell(table, i), static_cast<int>(i));
  for (std::size_t i = 0; i < x.rows; ++i) row[i] = known(i) ? at.find(cell(x, i)) : -1;
}

// Means by group, numbered from `base`, of the values that are not missing; NaN where there is none. In extended
// precision, and corrected by the mean of the deviations from it, as R's mean() is.
inline void group_means(const double* x, const int* group, int base, std::size_t n, std::size_t groups, double* out) {
  std::vector<long double> sum(groups, 0), rest(groups, 0);
  std::vector<std::size_t> count(groups, 0);
  const auto of = [&](std::size_t i) { return static_cast<std::size_t>(group[i] - base); };
  for (std::size_t i = 0; i < n; ++i) {
    if (x[i] != x[i]) continue;
    sum[of(i)] += x[i];
    ++count[of(i)];
  }
  for (std::size_t g = 0; g < groups; ++g) sum[g] /= static_cast<long double>(count[g]);
  for (std::size_t i = 0; i < n; ++i)
    if (x[i] == x[i]) rest[of(i)] += x[i] - sum[of(i)];
  for (std::size_t g = 0; g < groups; ++g)
    out[g] = static_cast<double>(sum[g] + rest[g] / static_cast<long double>(count[g]));
}

}  // namespace ccdpanel::core

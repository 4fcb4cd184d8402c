// Effects as integer codes: which level of each effect a row belongs to.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

#include "ccdpanel/core/buffer.hpp"
#include "ccdpanel/core/parallel_for.hpp"

namespace ccdpanel::panel {

// The codes of a factor: its own, or seen where they lie, which must then outlive it.
class Codes {
 public:
  Codes() = default;
  Codes(std::vector<int> own) : own_(std::move(own)) { settle(); }
  Codes(std::initializer_list<int> own) : own_(own) { settle(); }
  Codes(const Codes& other) : own_(other.own_), data_(other.data_), size_(other.size_) { settle(); }
  Codes(Codes&& other) noexcept : own_(std::move(other.own_)), data_(other.data_), size_(other.size_) { settle(); }
  Codes& operator=(Codes other) noexcept {
    own_ = std::move(other.own_);
    data_ = other.data_;
    size_ = other.size_;
    settle();
    return *this;
  }
  static Codes seen(const int* data, std::size_t size) {
    Codes out;
    out.data_ = data;
    out.size_ = size;
    return out;
  }

  int operator[](std::size_t i) const { return data_[i]; }
  std::size_t size() const { return size_; }
  const int* data() const { return data_; }
  const int* begin() const { return data_; }
  const int* end() const { return data_ + size_; }
  int back() const { return data_[size_ - 1]; }
  // Only own codes change.
  void push_back(int code) {
    own_.push_back(code);
    settle();
  }
  void set(std::size_t i, int code) { own_.at(i) = code; }
  friend bool operator==(const Codes& a, const std::vector<int>& b) {
    return a.size_ == b.size() && std::equal(a.begin(), a.end(), b.begin());
  }

 private:
  void settle() {
    if (own_.empty()) return;
    data_ = own_.data();
    size_ = own_.size();
  }
  std::vector<int> own_;
  const int* data_ = nullptr;
  std::size_t size_ = 0;
};

// One categorical variable of the sample: code[i] in [0, levels). With slopes it stands for its dummies times each of
// these variables (on the rows of the sample; they must outlive it), beside the dummies themselves if it has an
// intercept.
struct Factor {
  Codes code;
  int levels = 0;
  std::vector<const double*> slopes = {};
  bool intercept = true;
};

// Of a level's rows the number and the exclusive or: once one is left, that is it.
struct Tally {
  int count = 0, rows = 0;
  void toggle(std::size_t row, int by) {
    count += by;
    rows ^= static_cast<int>(row);
  }
};

// What there is to know of codes beside themselves, of each level that occurs, in order of codes: its first row, and
// the tally of its rows.
struct Levels {
  std::vector<int> first;
  std::vector<Tally> tally;
  int count() const { return static_cast<int>(first.size()); }
  void add(std::size_t row) {
    first.push_back(static_cast<int>(row));
    tally.emplace_back();
  }
  bool alone() const {
    return std::any_of(tally.begin(), tally.end(), [](const Tally& t) { return t.count == 1; });
  }
};

namespace detail {

// First row and tally of the levels of some of the rows.
struct Seen {
  int first = 0;
  Tally tally;
  void meet(const Seen& later) {
    if (!tally.count) first = later.first;
    tally.count += later.tally.count;
    tally.rows ^= later.tally.rows;
  }
};

// Notes what is seen of each level in rows from .. past - 1, and writes their codes, unless `code` is nullptr.
template <class Code>
void note_codes(const Code& value, std::size_t from, std::size_t past, int* code, std::vector<Seen>& seen) {
  constexpr std::size_t block = 64;  // so many levels are asked for before the first is looked at
  std::array<std::size_t, block> at;
  for (; from < past; from += block) {
    const std::size_t count = std::min(past - from, block);
    for (std::size_t i = 0; i < count; ++i) {
      const int c = value(from + i);
      if (c < 0 || static_cast<std::size_t>(c) >= seen.size())
        throw std::invalid_argument("compact: code out of range");
      if (code) code[from + i] = c;
      at[i] = static_cast<std::size_t>(c);
      __builtin_prefetch(&seen[at[i]], 1);
    }
    for (std::size_t i = 0; i < count;) {
      Seen& level = seen[at[i]];
      if (!level.tally.count) level.first = static_cast<int>(from + i);
      Tally run;  // of rows at one level, which panels mostly have: memory need not wait for itself
      const std::size_t here = at[i];
      do run.toggle(from + i, 1);
      while (++i < count && at[i] == here);
      level.tally.count += run.count;
      level.tally.rows ^= run.rows;
    }
  }
}

}  // namespace detail

// Writes code[0 .. n), in [0, range), and renumbers them so that every level occurs; without `renumber`, levels that do
// not occur stay, with a tally of nothing, and where `code` is nullptr nothing is written. value(i) tells what to
// write; it is asked once a row. Parts of the rows take notes of their own, as many as stay small beside the rows.
template <class Code>
Levels compact_codes(const Code& value, std::size_t n, int range, int* code, bool renumber = true, int threads = 1) {
  const std::size_t levels = static_cast<std::size_t>(range);
  const std::size_t parts =
      threads > 1 ? std::max<std::size_t>(1, std::min<std::size_t>(4, n / (4 * levels + 20000))) : 1;
  std::vector<std::vector<detail::Seen>> notes(parts);
  core::parallel_for(parts, threads, [&](std::size_t p) {
    core::reserve_large(notes[p], levels);
    notes[p].resize(levels);
    detail::note_codes(value, p * n / parts, (p + 1) * n / parts, code, notes[p]);
  });
  std::vector<detail::Seen>& seen = notes[0];
  for (std::size_t p = 1; p < parts; ++p) {
    for (std::size_t g = 0; g < levels; ++g) seen[g].meet(notes[p][g]);
  }
  Levels out;
  core::reserve_large(out.first, levels);
  core::reserve_large(out.tally, levels);
  std::vector<int> number(levels);
  for (std::size_t g = 0; g < levels; ++g) {
    number[g] = out.count();
    if (renumber && !seen[g].tally.count) continue;
    out.first.push_back(seen[g].first);
    out.tally.push_back(seen[g].tally);
  }
  if (code && out.count() < range) {
    core::parallel_for(parts, threads, [&](std::size_t p) {
      for (std::size_t i = p * n / parts; i < (p + 1) * n / parts; ++i)
        code[i] = number[static_cast<std::size_t>(code[i])];
    });
  }
  return out;
}

// The same as a factor of its own.
struct Compacted {
  Factor factor;
  std::vector<int> first;
};

inline Compacted compact(const Codes& code, int range) {
  std::vector<int> out(code.size());
  Levels levels = compact_codes([&](std::size_t i) { return code[i]; }, code.size(), range, out.data());
  return {{std::move(out), levels.count()}, std::move(levels.first)};
}

inline std::vector<int> level_counts(const Factor& f) {
  std::vector<int> count(static_cast<std::size_t>(f.levels), 0);
  for (const int g : f.code) ++count[g];
  return count;
}

// The order that sorts rows by level (counting sort, stable). Empty when the rows come sorted, as panels do.
inline std::vector<int> sorting_order(const Factor& f) {
  if (std::is_sorted(f.code.begin(), f.code.end())) return {};
  std::vector<int> next(static_cast<std::size_t>(f.levels) + 1, 0);
  for (const int g : f.code) ++next[g + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<int> order(f.code.size());
  for (std::size_t i = 0; i < f.code.size(); ++i) order[next[f.code[i]]++] = static_cast<int>(i);
  return order;
}

// Singletons, in order: rows alone in a level of some effect, which fits them exactly, so that they say nothing of the
// slopes. Removing one can leave another alone, so it is repeated until none is left (Correia 2015). `left`: each
// factor's tallies by level, which become those of the rows that stay. code_of(e, i) is the i-th row's code of the
// e-th.
template <class CodeOf>
std::vector<int> singletons(const CodeOf& code_of, std::vector<std::vector<Tally>>& left) {
  std::vector<int> out, next;
  for (const std::vector<Tally>& levels : left) {
    for (const Tally& level : levels) {
      if (level.count == 1) next.push_back(level.rows);
    }
  }
  while (!next.empty()) {
    const std::size_t i = static_cast<std::size_t>(next.back());
    next.pop_back();
    bool gone = false;  // already, for another effect's sake
    for (std::size_t e = 0; e < left.size(); ++e) gone |= left[e][code_of(e, i)].count == 0;
    if (gone) continue;
    out.push_back(static_cast<int>(i));
    for (std::size_t e = 0; e < left.size(); ++e) {
      Tally& level = left[e][code_of(e, i)];
      level.toggle(i, -1);
      if (level.count == 1) next.push_back(level.rows);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

// Is each level of `inner` inside a single level of `outer`? Then the dummies of inner span those of outer.
inline bool nested_in(const Factor& inner, const Factor& outer) {
  std::vector<int> home(static_cast<std::size_t>(inner.levels), -1);
  for (std::size_t i = 0; i < inner.code.size(); ++i) {
    int& h = home[inner.code[i]];
    if (h < 0) h = outer.code[i];
    if (h != outer.code[i]) return false;
  }
  return true;
}

}  // namespace ccdpanel::panel

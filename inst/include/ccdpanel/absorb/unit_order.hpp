// The rows of a sample in the order of their units.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "ccdpanel/absorb/codes.hpp"
#include "ccdpanel/core/buffer.hpp"
#include "ccdpanel/core/parallel_for.hpp"

namespace ccdpanel::panel {

// A stable counting sort, in parts of the rows that have counts of their own; panels mostly arrive sorted and do
// without. Unit u's rows take places start[u] .. start[u + 1] - 1. Where units are few the counts stay in the nearest
// cache, and places are counted as they are asked for; else they are kept. The unit must outlive this.
class UnitOrder {
 public:
  explicit UnitOrder(const Factor& unit, int threads = 1)
      : start(static_cast<std::size_t>(unit.levels) + 1, 0), unit_(&unit), rows_(unit.code.size()), threads_(threads) {
    parts_ = std::max<std::size_t>(1, std::min<std::size_t>(4, rows_ / (2 * start.size() + 20000)));
    std::vector<std::vector<int>> count(parts_);
    std::vector<char> rising(parts_, 1);
    core::parallel_for(parts_, threads_,
                       [&](std::size_t part) { rising[part] = count_units(unit, part, count[part]); });
    sorted_ = std::find(rising.begin(), rising.end(), 0) == rising.end();
    int place = 0;
    for (std::size_t u = 0; u + 1 < start.size(); ++u) {
      start[u] = place;
      for (std::vector<int>& c : count) place += std::exchange(c[u], place);
    }
    start.back() = place;
    if (sorted_) return;
    if (start.size() <= few) {
      next_ = std::move(count);
      return;
    }
    place_ = core::Buffer<int>(rows_);
    core::parallel_for(parts_, threads_, [&](std::size_t part) {
      for (std::size_t i = first(part); i < first(part + 1); ++i) place_[i] = count[part][unit.code[i]]++;
    });
  }

  bool sorted() const { return sorted_; }
  // Once all is scattered the places are room for what follows.
  void forget_places() { place_ = core::Buffer<int>(); }
  std::size_t rows() const { return rows_; }

  // put(row, its place) for every row; hint(place) some rows before, since places lie outside the nearest cache.
  template <class Put, class Hint>
  void scatter(const Put& put, const Hint& hint) const {
    constexpr std::size_t ahead = 16;
    core::parallel_for(parts_, threads_, [&](std::size_t part) {
      const std::size_t past = first(part + 1);
      std::vector<int> next;
      if (!next_.empty()) next = next_[part];
      for (std::size_t i = first(part); i < past; ++i) {
        if (sorted_) {
          put(i, i);
          continue;
        }
        if (!next.empty()) {
          if (i + ahead < past) hint(static_cast<std::size_t>(next[unit_->code[i + ahead]]));
          put(i, static_cast<std::size_t>(next[unit_->code[i]]++));
          continue;
        }
        if (i + ahead < past) hint(static_cast<std::size_t>(place_[i + ahead]));
        put(i, static_cast<std::size_t>(place_[i]));
      }
    });
  }

  std::vector<int> start;

 private:
  std::size_t first(std::size_t part) const { return part * rows_ / parts_; }

  // Do the units of this part's rows, and the first of the next part's, never fall?
  bool count_units(const Factor& unit, std::size_t part, std::vector<int>& count) const {
    core::reserve_large(count, static_cast<std::size_t>(unit.levels));
    count.assign(static_cast<std::size_t>(unit.levels), 0);
    bool rising = true;
    int last = 0;
    const std::size_t past = first(part + 1);
    for (std::size_t i = first(part); i < past;) {
      const int u = unit.code[i];
      const std::size_t from = i;
      do ++i;
      while (i < past && unit.code[i] == u);
      count[static_cast<std::size_t>(u)] += static_cast<int>(i - from);
      rising = rising && u >= last;
      last = u;
    }
    return rising && (part + 1 == parts_ || unit.code[past] >= last);
  }

  static constexpr std::size_t few = 8192;

  const Factor* unit_;
  std::size_t rows_, parts_ = 1;
  int threads_;
  bool sorted_ = true;
  std::vector<std::vector<int>> next_;  // of few units, by part: the place of the next row
  core::Buffer<int> place_;             // of others, by row
};

}  // namespace ccdpanel::panel

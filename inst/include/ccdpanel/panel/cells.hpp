// The rows of a sample sorted by one effect and compressed to cells.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "ccdpanel/panel/codes.hpp"

namespace ccdpanel::panel {

// Units are the levels of the effect that is eliminated; a cell is the set of a unit's rows that share the levels of
// all other effects. Unit u holds cells start[u] .. start[u + 1] - 1.
//
// Levels of the other effects are stacked in one numbering: effect j's level g is offset[j] + g. A cell's levels are
// level[cell * others + j].
struct Cells {
  int others = 0;
  std::vector<int> start;
  std::vector<int> level;
  std::vector<double> weight;       // of a cell: the sum of its rows' weights
  std::vector<double> unit_weight;  // of a unit: the sum of its cells' weights
  std::vector<int> offset;          // others + 1 entries, the last the number of stacked levels
  int units() const { return static_cast<int>(start.size()) - 1; }
  int stacked() const { return offset.back(); }
  int size() const { return static_cast<int>(weight.size()); }
};

namespace detail {

// Where each unit's rows begin once the rows are sorted by it, with their number last.
inline std::vector<int> unit_starts(const Factor& unit) {
  std::vector<int> start(static_cast<std::size_t>(unit.levels) + 1, 0);
  for (const int u : unit.code) ++start[static_cast<std::size_t>(u) + 1];
  std::partial_sum(start.begin(), start.end(), start.begin());
  return start;
}

// Levels, and weights if there are any, in the order of the units: a stable counting sort, which panels that arrive
// sorted do without.
inline void sort_rows(const Factor& unit, const std::vector<const Factor*>& others, const Eigen::VectorXd& w,
                      Cells& out) {
  const std::size_t n = unit.code.size(), m = others.size();
  const bool sorted = std::is_sorted(unit.code.begin(), unit.code.end());
  std::vector<int> next;
  if (!sorted) next.assign(out.start.begin(), out.start.end() - 1);
  out.level.resize(n * m);
  if (w.size()) out.weight.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    // Units come in no order, and their places lie outside the nearest cache: asked for some rows ahead.
    if (!sorted && i + 24 < n)
      __builtin_prefetch(out.level.data() + static_cast<std::size_t>(next[unit.code[i + 24]]) * m, 1);
    const std::size_t at = sorted ? i : static_cast<std::size_t>(next[unit.code[i]]++);
    for (std::size_t j = 0; j < m; ++j) out.level[at * m + j] = out.offset[j] + others[j]->code[i];
    if (w.size()) out.weight[at] = w[static_cast<Eigen::Index>(i)];
  }
}

// Equal levels within a unit become one cell, through a stamp per level. Levels move forward in place, since cells are
// never more than rows; so do weights, unless rows have none: then they are counted.
inline void merge_cells(Cells& out) {
  std::vector<int> stamp(static_cast<std::size_t>(out.stacked()), -1);
  const bool weighted = !out.weight.empty();
  if (!weighted) out.weight.reserve(out.level.size());
  int kept = 0;
  for (int u = 0, row = 0; u < out.units(); ++u) {
    const int begin = kept, end = out.start[u + 1];
    for (; row < end; ++row) {
      int& cell = stamp[out.level[row]];
      const double weight = weighted ? out.weight[row] : 1.0;
      if (cell >= begin) {  // this level was met in this unit before
        out.weight[cell] += weight;
        continue;
      }
      cell = kept;
      out.level[kept] = out.level[row];
      if (weighted)
        out.weight[kept] = weight;
      else
        out.weight.push_back(weight);
      ++kept;
    }
    out.start[u] = begin;
  }
  out.start.back() = kept;
  out.level.resize(static_cast<std::size_t>(kept));
  out.weight.resize(static_cast<std::size_t>(kept));
}

}  // namespace detail

// w may be empty (all ones). With one other effect, equal levels within a unit are merged; with more, tuples seldom
// repeat and every row is its own cell.
inline Cells make_cells(const Factor& unit, const std::vector<const Factor*>& others, const Eigen::VectorXd& w) {
  Cells out;
  out.others = static_cast<int>(others.size());
  out.offset.assign(1, 0);
  for (const Factor* f : others) out.offset.push_back(out.offset.back() + f->levels);
  out.start = detail::unit_starts(unit);
  detail::sort_rows(unit, others, w, out);
  if (out.others == 1)
    detail::merge_cells(out);
  else if (!w.size())
    out.weight.assign(unit.code.size(), 1.0);
  out.unit_weight.assign(static_cast<std::size_t>(unit.levels), 0.0);
  for (int u = 0; u < out.units(); ++u) {
    for (int c = out.start[u]; c < out.start[u + 1]; ++c) out.unit_weight[u] += out.weight[c];
  }
  return out;
}

// The same units with the levels of the j-th other effect alone.
inline Cells cells_of_one(const Cells& all, int j) {
  Cells out;
  out.others = 1;
  out.offset = {0, all.offset[j + 1] - all.offset[j]};
  out.start = all.start;
  out.weight = all.weight;
  out.unit_weight = all.unit_weight;
  out.level.resize(all.weight.size());
  for (std::size_t c = 0; c < out.level.size(); ++c) {
    out.level[c] = all.level[c * static_cast<std::size_t>(all.others) + static_cast<std::size_t>(j)] - all.offset[j];
  }
  detail::merge_cells(out);
  return out;
}

}  // namespace ccdpanel::panel

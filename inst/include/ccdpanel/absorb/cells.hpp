// The rows of a sample in the order of one effect's levels, compressed to cells.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/codes.hpp"
#include "ccdpanel/absorb/unit_order.hpp"
#include "ccdpanel/core/buffer.hpp"

namespace ccdpanel::panel {

// Units are the levels of the effect that is eliminated; a cell is one or several of a unit's rows that share the
// levels of all other effects. Unit u holds cells start[u] .. start[u + 1] - 1.
//
// Levels of the other effects are stacked in one numbering: effect j's level g is offset[j] + g. A cell's levels are
// level[cell * others + j].
struct Cells {
  int others = 0;
  std::vector<int> start;
  core::Buffer<int> level;
  std::vector<double> weight;       // of a cell: the sum of its rows' weights; empty: each is one row of weight one
  std::vector<double> unit_weight;  // of a unit: the sum of its cells' weights
  std::vector<double> slope;   // of a cell: the sum of its rows' weights times their unit's slope basis; may be empty
  std::vector<int> offset{0};  // others + 1 entries, the last the number of stacked levels
  int units() const { return static_cast<int>(start.size()) - 1; }
  int stacked() const { return offset.back(); }
  int size() const { return start.back(); }
  // The first unit of one of several parts with about equally many cells.
  int unit_at(int part, int parts) const {
    if (part == parts) return units();
    const int cell = static_cast<int>(static_cast<long long>(size()) * part / parts);
    return static_cast<int>(std::lower_bound(start.begin(), start.end() - 1, cell) - start.begin());
  }
  double weight_of(int cell) const { return weight.empty() ? 1.0 : weight[static_cast<std::size_t>(cell)]; }
};

// Every row its own cell. w may be empty (all ones).
inline Cells row_cells(const UnitOrder& order, const std::vector<const Factor*>& others, const Eigen::VectorXd& w) {
  const std::size_t m = others.size();
  Cells out;
  out.others = static_cast<int>(m);
  for (const Factor* f : others) out.offset.push_back(out.offset.back() + f->levels);
  out.start = order.start;
  out.level = core::Buffer<int>(order.rows() * m);
  if (w.size()) out.weight.resize(order.rows());
  int* level = out.level.data();
  const auto put = [&](std::size_t row, std::size_t place) {
    for (std::size_t j = 0; j < m; ++j) level[place * m + j] = out.offset[j] + others[j]->code[row];
    if (w.size()) out.weight[place] = w[static_cast<Eigen::Index>(row)];
  };
  if (m || w.size()) order.scatter(put, [&](std::size_t place) { __builtin_prefetch(level + place * m, 1); });
  out.unit_weight.assign(out.start.size() - 1, 0.0);
  for (std::size_t u = 0; u + 1 < out.start.size(); ++u) {
    if (!w.size()) out.unit_weight[u] = out.start[u + 1] - out.start[u];
    for (int c = out.start[u]; w.size() && c < out.start[u + 1]; ++c) out.unit_weight[u] += out.weight[c];
  }
  return out;
}

namespace detail {

// Do equal levels repeat within units so often that it pays to merge them? Asked of the first units.
inline bool worth_merging(const Cells& rows) {
  constexpr int enough = 20000;
  std::vector<int> stamp(static_cast<std::size_t>(rows.stacked()), -1);
  int seen = 0, kept = 0;
  for (int u = 0; u < rows.units() && seen < enough; ++u) {
    for (int c = rows.start[u]; c < rows.start[u + 1]; ++c, ++seen) {
      kept += stamp[rows.level[c]] != u;
      stamp[rows.level[c]] = u;
    }
  }
  return kept < .5 * seen;
}

}  // namespace detail

// Cells of one other effect with equal levels within a unit become one, through a stamp per level; parts of the units
// have stamps of their own. They are counted first, so that no more is written than stays.
inline void merge_cells(Cells& out, int threads = 1) {
  const int parts = std::max(1, std::min(4, out.size() / (4 * out.stacked() + 20000)));
  const auto each_unit = [&](const auto& body) {
    core::parallel_for(static_cast<std::size_t>(parts), threads, [&](std::size_t part) {
      std::vector<int> stamp(static_cast<std::size_t>(out.stacked()), -1);
      const int from = out.unit_at(static_cast<int>(part), parts),
                past = out.unit_at(static_cast<int>(part) + 1, parts);
      for (int u = from; u < past; ++u) body(u, stamp);
    });
  };
  std::vector<int> start(out.start.size(), 0);
  each_unit([&](int u, std::vector<int>& stamp) {
    for (int c = out.start[u]; c < out.start[u + 1]; ++c) {
      start[u + 1] += stamp[out.level[c]] != u;
      stamp[out.level[c]] = u;
    }
  });
  std::partial_sum(start.begin(), start.end(), start.begin());
  core::Buffer<int> level(static_cast<std::size_t>(start.back()));
  std::vector<double> weight(level.size(), 0.0), slope(out.slope.empty() ? 0 : level.size(), 0.0);
  each_unit([&](int u, std::vector<int>& stamp) {
    int next = start[u];
    for (int c = out.start[u]; c < out.start[u + 1]; ++c) {
      int& cell = stamp[out.level[c]];
      if (cell < start[u]) {  // a level that this unit had not met
        cell = next++;
        level[cell] = out.level[c];
      }
      weight[cell] += out.weight_of(c);
      if (!slope.empty()) slope[cell] += out.slope[static_cast<std::size_t>(c)];
    }
  });
  out.start = std::move(start);
  out.level = std::move(level);
  out.weight = std::move(weight);
  out.slope = std::move(slope);
}

// Cells of one other effect into the order of their levels within each unit.
inline void sort_cells(Cells& out, int threads = 1) {
  struct Cell {
    int level;
    double weight, slope;
  };
  constexpr int parts = 8;
  core::parallel_for(parts, out.size() < 20000 ? 1 : threads, [&](std::size_t part) {
    std::vector<Cell> cell;
    const int past = out.unit_at(static_cast<int>(part) + 1, parts);
    for (int u = out.unit_at(static_cast<int>(part), parts); u < past; ++u) {
      const int first = out.start[u], count = out.start[u + 1] - first;
      int* const level = out.level.data() + first;
      if (std::is_sorted(level, level + count)) continue;
      cell.clear();
      for (int c = 0; c < count; ++c) {
        const std::size_t at = static_cast<std::size_t>(first + c);
        cell.push_back({level[c], out.weight_of(first + c), out.slope.empty() ? 0.0 : out.slope[at]});
      }
      std::sort(cell.begin(), cell.end(), [](const Cell& a, const Cell& b) { return a.level < b.level; });
      for (int c = 0; c < count; ++c) {
        const std::size_t at = static_cast<std::size_t>(first + c), from = static_cast<std::size_t>(c);
        level[c] = cell[from].level;
        if (!out.weight.empty()) out.weight[at] = cell[from].weight;
        if (!out.slope.empty()) out.slope[at] = cell[from].slope;
      }
    }
  });
}

// With several other effects tuples seldom repeat, and every row stays its own cell.
inline Cells make_cells(const Factor& unit, const std::vector<const Factor*>& others, const Eigen::VectorXd& w) {
  Cells out = row_cells(UnitOrder(unit), others, w);
  if (out.others == 1) merge_cells(out);
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
  out.level = core::Buffer<int>(static_cast<std::size_t>(all.size()));
  for (std::size_t c = 0; c < out.level.size(); ++c) {
    out.level[c] = all.level[c * static_cast<std::size_t>(all.others) + static_cast<std::size_t>(j)] - all.offset[j];
  }
  merge_cells(out);
  return out;
}

}  // namespace ccdpanel::panel

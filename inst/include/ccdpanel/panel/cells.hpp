// The rows of a sample sorted by one effect and compressed to cells.
#pragma once

#include <Eigen/Dense>
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

// w may be empty (all ones). With one other effect, equal levels within a unit are merged through a stamp per level;
// with more, tuples seldom repeat and every row is its own cell.
inline Cells make_cells(const Factor& unit, const std::vector<const Factor*>& others, const Eigen::VectorXd& w) {
  Cells out;
  out.others = static_cast<int>(others.size());
  out.offset.assign(1, 0);
  for (const Factor* f : others) out.offset.push_back(out.offset.back() + f->levels);
  const std::vector<int> order = sorting_order(unit);
  const std::size_t n = unit.code.size();
  out.start.reserve(static_cast<std::size_t>(unit.levels) + 1);
  out.unit_weight.assign(static_cast<std::size_t>(unit.levels), 0.0);
  out.level.reserve(n * others.size());
  out.weight.reserve(n);
  std::vector<int> stamp(out.others == 1 ? static_cast<std::size_t>(out.stacked()) : 0, -1);
  for (std::size_t s = 0; s < n; ++s) {
    const std::size_t i = order.empty() ? s : static_cast<std::size_t>(order[s]);
    while (static_cast<int>(out.start.size()) <= unit.code[i]) out.start.push_back(out.size());
    const double wi = w.size() ? w[static_cast<Eigen::Index>(i)] : 1.0;
    out.unit_weight[unit.code[i]] += wi;
    if (out.others == 1) {
      int& cell = stamp[others[0]->code[i]];
      if (cell >= out.start.back()) {  // this level was met in this unit before
        out.weight[cell] += wi;
        continue;
      }
      cell = out.size();
    }
    for (int j = 0; j < out.others; ++j) out.level.push_back(out.offset[j] + others[j]->code[i]);
    out.weight.push_back(wi);
  }
  while (static_cast<int>(out.start.size()) <= unit.levels) out.start.push_back(out.size());
  return out;
}

}  // namespace ccdpanel::panel

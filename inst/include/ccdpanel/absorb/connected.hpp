// Which levels of two effects the rows connect: what the two sets of dummies have in common.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/codes.hpp"

namespace ccdpanel::panel {

// Sets that are joined, by union-find with path halving; their number is kept.
class DisjointSets {
 public:
  explicit DisjointSets(int vertices) : parent_(static_cast<std::size_t>(vertices)), count_(vertices) {
    std::iota(parent_.begin(), parent_.end(), 0);
  }
  int count() const { return count_; }
  int root(int vertex) {
    while (parent_[vertex] != vertex) vertex = parent_[vertex] = parent_[parent_[vertex]];
    return vertex;
  }
  void join(int u, int v) {
    u = root(u);
    v = root(v);
    if (u == v) return;
    parent_[std::max(u, v)] = std::min(u, v);
    --count_;
  }

 private:
  std::vector<int> parent_;
  int count_;
};

// Connected components of the graph whose vertices are the levels of a and b, a's first, and whose edges are the rows.
inline DisjointSets components(const Factor& a, const Factor& b) {
  DisjointSets out(a.levels + b.levels);
  for (std::size_t i = 0; i < a.code.size() && out.count() > 1; ++i) out.join(a.code[i], a.levels + b.code[i]);
  return out;
}

// Their number, where every level occurs: that of the dependences between the two sets of dummies. The fewer levels are
// joined through the many, each of which knows the first that it met; a share of the rows mostly joins them all.
inline int component_count(const Factor& a, const Factor& b) {
  const Factor &few = a.levels < b.levels ? a : b, &many = a.levels < b.levels ? b : a;
  DisjointSets out(few.levels);
  std::vector<int> first(static_cast<std::size_t>(many.levels), -1);
  for (std::size_t i = 0; i < few.code.size() && out.count() > 1; ++i) {
    int& met = first[static_cast<std::size_t>(many.code[i])];
    if (met < 0)
      met = few.code[i];
    else if (met != few.code[i])
      out.join(met, few.code[i]);
  }
  return out.count();
}

// Redundant levels of each effect given those before it in `order`: none of the first, for a later one the largest
// number of components it forms with an earlier one. Exact for two effects; for more a lower bound (as reghdfe's).
inline std::vector<int> redundant_levels(const std::vector<Factor>& factors, const std::vector<int>& order) {
  std::vector<int> redundant(factors.size(), 0);
  for (std::size_t j = 1; j < order.size(); ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      const int c = component_count(factors[order[i]], factors[order[j]]);
      redundant[order[j]] = std::max(redundant[order[j]], c);
    }
  }
  return redundant;
}

}  // namespace ccdpanel::panel

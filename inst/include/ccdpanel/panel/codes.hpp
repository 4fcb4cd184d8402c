// Effects as integer codes: which level of each effect a row belongs to.
#pragma once

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ccdpanel::panel {

// One categorical variable of the sample: code[i] in [0, levels).
struct Factor {
  std::vector<int> code;
  int levels = 0;
};

// Renumbers codes in [0, range) so that every level occurs; first[g] is the first row of level g, in order of codes.
struct Compacted {
  Factor factor;
  std::vector<int> first;
};

inline Compacted compact(std::vector<int> code, int range) {
  std::vector<int> first(static_cast<std::size_t>(range), -1);
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i] < 0 || code[i] >= range) throw std::invalid_argument("compact: code out of range");
    if (first[code[i]] < 0) first[code[i]] = static_cast<int>(i);
  }
  const bool all_occur = std::find(first.begin(), first.end(), -1) == first.end();
  Compacted out;
  if (all_occur) {
    out.factor.levels = range;
    out.first = std::move(first);
  } else {
    std::vector<int> renumber(first.size(), -1);
    for (std::size_t g = 0; g < first.size(); ++g) {
      if (first[g] < 0) continue;
      renumber[g] = out.factor.levels++;
      out.first.push_back(first[g]);
    }
    for (int& c : code) c = renumber[c];
  }
  out.factor.code = std::move(code);
  return out;
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

// Rows to keep once singletons are gone: a row alone in a level of some effect is fitted exactly by it and says nothing
// of the slopes. Removing one can leave another alone, so it is repeated until none is left (Correia 2015).
inline std::vector<char> without_singletons(const std::vector<Factor>& factors, std::size_t rows) {
  std::vector<char> keep(rows, 1);
  std::vector<std::vector<int>> count;
  for (const Factor& f : factors) count.push_back(level_counts(f));
  for (bool removed = true; removed;) {
    removed = false;
    for (std::size_t i = 0; i < rows; ++i) {
      if (!keep[i]) continue;
      bool alone = false;
      for (std::size_t e = 0; e < factors.size(); ++e) alone |= count[e][factors[e].code[i]] == 1;
      if (!alone) continue;
      keep[i] = 0;
      removed = true;
      for (std::size_t e = 0; e < factors.size(); ++e) --count[e][factors[e].code[i]];
    }
  }
  return keep;
}

// Connected components of the graph whose vertices are the levels of a and b and whose edges are the rows: the number
// of dependences between the two sets of dummies. Union-find with path halving.
class Components {
 public:
  Components(const Factor& a, const Factor& b)
      : parent_(static_cast<std::size_t>(a.levels + b.levels)), count_(a.levels + b.levels) {
    std::iota(parent_.begin(), parent_.end(), 0);
    for (std::size_t i = 0; i < a.code.size(); ++i) join(a.code[i], a.levels + b.code[i]);
  }
  int count() const { return count_; }
  int root(int vertex) {
    while (parent_[vertex] != vertex) vertex = parent_[vertex] = parent_[parent_[vertex]];
    return vertex;
  }

 private:
  void join(int u, int v) {
    u = root(u);
    v = root(v);
    if (u == v) return;
    parent_[std::max(u, v)] = std::min(u, v);
    --count_;
  }
  std::vector<int> parent_;
  int count_;
};

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

// Redundant levels of each effect given those before it in `order`: none of the first, for a later one the largest
// number of components it forms with an earlier one. Exact for two effects; for more a lower bound (as reghdfe's).
inline std::vector<int> redundant_levels(const std::vector<Factor>& factors, const std::vector<int>& order) {
  std::vector<int> redundant(factors.size(), 0);
  for (std::size_t j = 1; j < order.size(); ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      const int c = Components(factors[order[i]], factors[order[j]]).count();
      redundant[order[j]] = std::max(redundant[order[j]], c);
    }
  }
  return redundant;
}

}  // namespace ccdpanel::panel

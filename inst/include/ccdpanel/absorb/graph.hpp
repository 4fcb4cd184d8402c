// Weighted graphs: the reduced system of two effects written out, where its levels meet few others.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/block.hpp"
#include "ccdpanel/absorb/cells.hpp"
#include "ccdpanel/core/buffer.hpp"
#include "ccdpanel/core/parallel_for.hpp"

namespace ccdpanel::panel {

// Vertex v's edges are start[v] .. start[v + 1] - 1, each stored at both ends, in order of neighbours. The graph's
// Laplacian is the matrix L p = sum over edges of weight (p_v - p_other): differences first, so that nothing cancels.
struct Graph {
  Graph() = default;
  // Room for so many ends of edges, of which few may come.
  explicit Graph(std::size_t ends) {
    core::reserve_large(other, ends);
    core::reserve_large(weight, ends);
  }
  std::vector<std::size_t> start{0};
  std::vector<std::size_t> middle;  // of a graph that is written out: where a vertex's later neighbours begin
  std::vector<int> other;
  std::vector<double> weight;

  int vertices() const { return static_cast<int>(start.size()) - 1; }
  std::size_t ends() const { return other.size(); }

  Eigen::Index size() const { return vertices(); }
  Eigen::VectorXd diagonal() const {
    Eigen::VectorXd d = Eigen::VectorXd::Zero(size());
    for (int v = 0; v < vertices(); ++v) {
      for (std::size_t e = start[v]; e < start[v + 1]; ++e) d[v] += weight[e];
    }
    return d;
  }
  template <int K>
  void apply(const Block<K>& p, Block<K>& q) const {
    q.resize(size(), K);
    apply_rows(p, q);
  }
  // The same on the first rows of longer blocks.
  template <int K>
  void apply_rows(const Block<K>& p, Block<K>& q) const {
    for (int v = 0; v < vertices(); ++v) {
      const Row<K> own = lane(p, v);
      Row<K> sum = Row<K>::Zero();
      for (std::size_t e = start[v]; e < start[v + 1]; ++e) sum += weight[e] * (own - lane(p, other[e]));
      lane(q, v) = sum;
    }
  }
};

// Pairs of cells within units: the work of writing the reduced system out.
inline double pairs_of_cells(const Cells& cells) {
  double pairs = 0;
  for (int u = 0; u < cells.units(); ++u) {
    const double count = cells.start[u + 1] - cells.start[u];
    pairs += count * (count - 1) / 2;
  }
  return pairs;
}

namespace detail {

// The cells of each level in order of units, without those that are alone in their unit.
struct ByLevel {
  struct Place {
    int cell, unit;
  };
  std::vector<int> start;
  std::vector<Place> place;
  explicit ByLevel(const Cells& cells) : start(static_cast<std::size_t>(cells.stacked()) + 1, 0) {
    const auto each = [&](const auto& body) {
      for (int u = 0; u < cells.units(); ++u) {
        const int first = cells.start[u], past = cells.start[u + 1];
        for (int c = first; c < past && past - first > 1; ++c) body(c, u);
      }
    };
    each([&](int c, int) { ++start[static_cast<std::size_t>(cells.level[c]) + 1]; });
    std::partial_sum(start.begin(), start.end(), start.begin());
    place.resize(static_cast<std::size_t>(start.back()));
    std::vector<int> next(start.begin(), start.end() - 1);
    each([&](int c, int u) { place[next[cells.level[c]]++] = {c, u}; });
  }
};

// Bounds of ranges of levels that are the lower ones of about equally many pairs.
inline std::vector<int> level_bounds(const Cells& cells, int parts) {
  std::vector<double> pairs(static_cast<std::size_t>(cells.stacked()) + 1, 0.0);
  for (int u = 0; u < cells.units(); ++u) {
    const int past = cells.start[u + 1];
    for (int c = cells.start[u]; c + 1 < past; ++c) pairs[static_cast<std::size_t>(cells.level[c]) + 1] += past - 1 - c;
  }
  std::partial_sum(pairs.begin(), pairs.end(), pairs.begin());
  std::vector<int> out;
  for (int p = 0; p < parts; ++p) {
    const auto at = std::lower_bound(pairs.begin(), pairs.end() - 1, pairs.back() * p / parts);
    out.push_back(p ? static_cast<int>(at - pairs.begin()) : 0);
  }
  out.push_back(cells.stacked());
  return out;
}

// Edges from levels first .. last - 1 to later ones: of level first + i those in start[i] .. start[i + 1] - 1, in the
// order in which units tell them.
struct UpperEdges {
  std::vector<std::size_t> start;
  std::vector<int> other;
  std::vector<double> weight;
};

// body(a, b, weight) for every pair of a unit's cells whose lower level a is one of first .. last - 1.
template <class Body>
void each_pair(const Cells& cells, int first, int last, const Body& body) {
  for (int u = 0; u < cells.units(); ++u) {
    const int past = cells.start[u + 1];
    for (int c = cells.start[u]; c + 1 < past; ++c) {
      const int a = cells.level[c];
      if (a < first) continue;
      if (a >= last) break;
      const double share = cells.weight_of(c) / cells.unit_weight[u];
      for (int d = c + 1; d < past; ++d) body(a, cells.level[d], share * cells.weight_of(d));
    }
  }
}

// Pairs are counted and sorted by their lower level, then those of equal higher levels are added up.
inline UpperEdges upper_edges(const Cells& cells, int first, int last) {
  UpperEdges out;
  std::vector<std::size_t> next(static_cast<std::size_t>(last - first) + 1, 0);
  each_pair(cells, first, last, [&](int a, int, double) { ++next[static_cast<std::size_t>(a - first) + 1]; });
  std::partial_sum(next.begin(), next.end(), next.begin());
  core::Buffer<int> other(next.back());
  core::Buffer<double> weight(next.back());
  out.other.reserve(other.size());
  out.weight.reserve(other.size());
  each_pair(cells, first, last, [&](int a, int b, double w) {
    const std::size_t at = next[static_cast<std::size_t>(a - first)]++;
    other[at] = b;
    weight[at] = w;
  });
  std::vector<std::size_t> met(static_cast<std::size_t>(cells.stacked()), 0);  // where a level's edge is, less one
  std::size_t from = 0;
  out.start.push_back(0);
  for (int a = first; a < last; ++a) {
    for (; from < next[static_cast<std::size_t>(a - first)]; ++from) {
      std::size_t& edge = met[static_cast<std::size_t>(other[from])];
      if (edge <= out.start.back()) {
        out.other.push_back(other[from]);
        out.weight.push_back(weight[from]);
        edge = out.other.size();
      } else {
        out.weight[edge - 1] += weight[from];
      }
    }
    out.start.push_back(out.other.size());
  }
  return out;
}

// Both ends of edges, in order of levels: lower neighbours come so by themselves, and upper ones when they are read off
// the lower.
inline Graph both_ends(const std::vector<UpperEdges>& parts, int vertices) {
  const std::size_t size = static_cast<std::size_t>(vertices);
  std::vector<std::size_t> lower(size + 1, 0), upper(size + 1, 0);
  std::size_t v = 0;
  for (const UpperEdges& part : parts) {
    for (const int h : part.other) ++lower[static_cast<std::size_t>(h) + 1];
    for (std::size_t i = 0; i + 1 < part.start.size(); ++i) upper[++v] = part.start[i + 1] - part.start[i];
  }
  Graph out;
  out.start.resize(size + 1);
  out.middle.resize(size);
  for (std::size_t g = 0; g < size; ++g) {
    out.middle[g] = out.start[g] + lower[g + 1];
    out.start[g + 1] = out.middle[g] + upper[g + 1];
  }
  core::reserve_large(out.other, out.start.back());
  core::reserve_large(out.weight, out.start.back());
  out.other.resize(out.start.back());
  out.weight.resize(out.start.back());
  std::vector<std::size_t> next(out.start.begin(), out.start.end() - 1);
  const auto put = [&](std::size_t at, std::size_t neighbour, double w) {
    out.other[next[at]] = static_cast<int>(neighbour);
    out.weight[next[at]++] = w;
  };
  v = 0;
  for (const UpperEdges& part : parts) {
    for (std::size_t i = 0; i + 1 < part.start.size(); ++i, ++v) {
      for (std::size_t e = part.start[i]; e < part.start[i + 1]; ++e)
        put(static_cast<std::size_t>(part.other[e]), v, part.weight[e]);
    }
  }
  for (std::size_t h = 0; h < size; ++h) {
    for (std::size_t e = out.start[h]; e < out.middle[h]; ++e)
      put(static_cast<std::size_t>(out.other[e]), h, out.weight[e]);
  }
  return out;
}

}  // namespace detail

// The reduced system of two effects as a graph on the other effect's levels: a unit that meets two of them joins them
// with weight w_a w_b / (its total weight). The cells are merged ones, in order of levels within their units.
inline Graph written_out(const Cells& cells, int threads) {
  const std::size_t parts = cells.size() < 20000 ? 1 : 2;
  std::vector<detail::UpperEdges> part(parts);
  const std::vector<int> bound = detail::level_bounds(cells, static_cast<int>(parts));
  core::parallel_for(parts, threads,
                     [&](std::size_t p) { part[p] = detail::upper_edges(cells, bound[p], bound[p + 1]); });
  return detail::both_ends(part, cells.stacked());
}

// The graph whose vertices are the other effect's levels and then the units that meet several, and whose edges are the
// cells. Its Laplacian's Schur complement on the levels is the reduced system.
inline Graph bipartite(const Cells& cells) {
  const detail::ByLevel by(cells);
  Graph out(2 * by.place.size());
  const auto several = [&](int u) { return cells.start[u + 1] - cells.start[u] > 1; };
  for (int g = 0; g < cells.stacked(); ++g) {
    for (int at = by.start[g]; at < by.start[g + 1]; ++at) {
      out.other.push_back(cells.stacked() + by.place[at].unit);
      out.weight.push_back(cells.weight_of(by.place[at].cell));
    }
    out.start.push_back(out.other.size());
  }
  for (int u = 0; u < cells.units(); ++u) {
    for (int c = cells.start[u]; c < cells.start[u + 1] && several(u); ++c) {
      out.other.push_back(cells.level[c]);
      out.weight.push_back(cells.weight_of(c));
    }
    out.start.push_back(out.other.size());
  }
  return out;
}

}  // namespace ccdpanel::panel

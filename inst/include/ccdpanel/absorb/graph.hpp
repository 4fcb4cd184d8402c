// Weighted graphs: the reduced system of two effects written out, where its levels meet few others.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/block.hpp"
#include "ccdpanel/absorb/cells.hpp"
#include "ccdpanel/core/buffer.hpp"
#include "ccdpanel/core/parallel_for.hpp"

namespace ccdpanel::panel {

// Vertex v's edges are start[v] .. start[v + 1] - 1, each stored at both ends. The graph's Laplacian is the matrix
// L p = sum over edges of weight (p_v - p_other): differences first, so that nothing cancels.
struct Graph {
  Graph() = default;
  // Room for so many ends of edges, of which few may come.
  explicit Graph(std::size_t ends) {
    core::reserve_large(other, ends);
    core::reserve_large(weight, ends);
  }
  std::vector<std::size_t> start{0};
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

// A level's units lie far apart.
inline void prefetch_unit(const Cells& cells, const ByLevel::Place& at) {
  __builtin_prefetch(&cells.start[static_cast<std::size_t>(at.unit)]);
  __builtin_prefetch(&cells.unit_weight[static_cast<std::size_t>(at.unit)]);
  __builtin_prefetch(&cells.level[static_cast<std::size_t>(at.cell)]);
  if (!cells.weight.empty()) __builtin_prefetch(&cells.weight[static_cast<std::size_t>(at.cell)]);
}

// The edges of levels first .. last - 1, through a sum per level.
inline Graph edges_of(const Cells& cells, const ByLevel& by, int first, int last) {
  constexpr int ahead = 8;
  std::size_t most = 0;
  for (int at = by.start[first]; at < by.start[last]; ++at) {
    const int u = by.place[at].unit;
    most += static_cast<std::size_t>(cells.start[u + 1] - cells.start[u] - 1);
  }
  Graph out(most);
  std::vector<double> sum(static_cast<std::size_t>(cells.stacked()), 0.0);
  std::vector<int> touched;
  for (int g = first; g < last; ++g) {
    touched.clear();
    for (int at = by.start[g]; at < by.start[g + 1]; ++at) {
      if (at + ahead < by.start.back()) prefetch_unit(cells, by.place[at + ahead]);
      const auto [c, u] = by.place[at];
      const double share = cells.weight_of(c) / cells.unit_weight[u];
      for (int d = cells.start[u]; d < cells.start[u + 1]; ++d) {
        if (d == c) continue;
        double& s = sum[cells.level[d]];
        if (s == 0) touched.push_back(cells.level[d]);
        s += share * cells.weight_of(d);
      }
    }
    std::sort(touched.begin(), touched.end());
    for (const int h : touched) {
      out.other.push_back(h);
      out.weight.push_back(sum[h]);
      sum[h] = 0;
    }
    out.start.push_back(out.other.size());
  }
  return out;
}

}  // namespace detail

// The reduced system of two effects as a graph on the other effect's levels: a unit that meets two of them joins them
// with weight w_a w_b / (its total weight).
inline Graph written_out(const Cells& cells, int threads) {
  const detail::ByLevel by(cells);
  const std::size_t chunks = cells.size() < 20000 ? 1 : 8;
  std::vector<Graph> part(chunks);
  const auto bound = [&](std::size_t chunk) {
    return static_cast<int>(static_cast<long long>(cells.stacked()) * static_cast<long long>(chunk) /
                            static_cast<long long>(chunks));
  };
  core::parallel_for(chunks, threads, [&](std::size_t chunk) {
    part[chunk] = detail::edges_of(cells, by, bound(chunk), bound(chunk + 1));
  });
  std::size_t ends = 0;
  for (const Graph& g : part) ends += g.ends();
  Graph out(ends);
  for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
    const std::size_t before = out.ends();
    for (std::size_t v = 1; v < part[chunk].start.size(); ++v) out.start.push_back(before + part[chunk].start[v]);
    out.other.insert(out.other.end(), part[chunk].other.begin(), part[chunk].other.end());
    out.weight.insert(out.weight.end(), part[chunk].weight.begin(), part[chunk].weight.end());
  }
  return out;
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

// An approximate Cholesky factor of the graph Laplacian of two effects: a preconditioner that hard designs do not slow.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "ccdpanel/panel/reduced_system.hpp"

namespace ccdpanel::panel {

// The graph has the units and the other effect's levels as vertices and the cells as edges. Vertices are eliminated in
// order of their number of edges. Exact elimination of v would join all its neighbours, edge i-j with weight
// w_i w_j / sum w; instead each neighbour i, in order of weight, is joined to one j drawn among the heavier ones with
// probability w_j / (their sum), with the weight that makes the expected Laplacian exact (Kyng and Sachdeva 2016; Gao,
// Kyng and Spielman 2023). One edge fewer enters than leaves, so the factor stays nearly as sparse as the graph.
//
// The Schur complement of the full Laplacian on the other effect's levels is the reduced system: its solution is the
// full one's for a right-hand side that is zero on the units.
class ApproximateCholesky {
 public:
  explicit ApproximateCholesky(const Cells& cells) : levels_(cells.stacked()), units_(cells.units()) {
    build_edges(cells);
    eliminate_all();
  }

  // z = (the factor's inverse) r, for K columns at once; `work` is scratch.
  void solve(const Block& r, Block& z, Block& work) const {
    work.setZero(levels_ + units_, r.cols());
    work.topRows(levels_) = r;
    for (std::size_t s = 0; s < order_.size(); ++s) {
      for (std::size_t e = start_[s]; e < start_[s + 1]; ++e) work.row(target_[e]) += share_[e] * work.row(order_[s]);
    }
    for (std::size_t s = 0; s < order_.size(); ++s) work.row(order_[s]) /= pivot_[s];
    for (const int root : roots_) work.row(root).setZero();
    for (std::size_t s = order_.size(); s-- > 0;) {
      for (std::size_t e = start_[s]; e < start_[s + 1]; ++e) work.row(order_[s]) += share_[e] * work.row(target_[e]);
    }
    z = work.topRows(levels_);
  }

  std::size_t entries() const { return target_.size(); }

 private:
  struct Edge {
    int other;
    double weight;
  };

  void build_edges(const Cells& cells) {
    adjacent_.resize(static_cast<std::size_t>(levels_ + units_));
    for (int u = 0; u < units_; ++u) {
      // A unit with one cell is a leaf: eliminating it changes nothing, so it does not enter.
      if (cells.start[u + 1] - cells.start[u] < 2) continue;
      for (int c = cells.start[u]; c < cells.start[u + 1]; ++c) {
        adjacent_[levels_ + u].push_back({cells.level[c], cells.weight[c]});
        adjacent_[cells.level[c]].push_back({levels_ + u, cells.weight[c]});
      }
    }
  }

  // Buckets of vertices by number of edges, with stale entries left in: a vertex is taken when its count is up to date.
  void eliminate_all() {
    const std::size_t n = adjacent_.size();
    gone_.assign(n, 0);
    std::vector<std::vector<int>> bucket(1024);
    const auto put = [&](int v) {
      bucket[std::min(adjacent_[static_cast<std::size_t>(v)].size(), bucket.size() - 1)].push_back(v);
    };
    for (std::size_t v = n; v-- > 0;) put(static_cast<int>(v));
    merged_at_.assign(n, -1);
    start_.push_back(0);
    for (std::size_t b = 0; b < bucket.size();) {
      if (bucket[b].empty()) {
        ++b;
        continue;
      }
      const int v = bucket[b].back();
      bucket[b].pop_back();
      if (gone_[v]) continue;
      merge_edges(v);
      const std::size_t now = std::min(adjacent_[static_cast<std::size_t>(v)].size(), bucket.size() - 1);
      if (now != b) {  // edges went with eliminated neighbours, or came: look again in the right place
        bucket[now].push_back(v);
        b = std::min(b, now);
        continue;
      }
      eliminate(v);
    }
  }

  // Edges to eliminated vertices go, parallel ones are added up.
  void merge_edges(int v) {
    std::vector<Edge>& edges = adjacent_[static_cast<std::size_t>(v)];
    std::size_t kept = 0;
    for (const Edge e : edges) {
      if (gone_[e.other]) continue;
      int& at = merged_at_[e.other];
      if (at >= 0) {
        edges[static_cast<std::size_t>(at)].weight += e.weight;
      } else {
        at = static_cast<int>(kept);
        edges[kept++] = e;
      }
    }
    edges.resize(kept);
    for (const Edge& e : edges) merged_at_[e.other] = -1;
  }

  void eliminate(int v) {
    std::vector<Edge> edges = std::move(adjacent_[static_cast<std::size_t>(v)]);
    adjacent_[static_cast<std::size_t>(v)].clear();
    gone_[v] = 1;
    if (edges.empty()) {  // the last vertex of its component
      roots_.push_back(v);
      return;
    }
    std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
      return a.weight < b.weight || (a.weight == b.weight && a.other < b.other);
    });
    suffix_.resize(edges.size());
    double sum = 0;
    for (std::size_t i = edges.size(); i-- > 0;) suffix_[i] = sum += edges[i].weight;
    const double total = sum;
    for (std::size_t i = 0; i < edges.size(); ++i) {
      target_.push_back(edges[i].other);
      share_.push_back(edges[i].weight / total);
      if (i + 1 == edges.size()) break;
      const Edge& with = edges[draw(edges, i)];
      const double weight = edges[i].weight * suffix_[i + 1] / total;
      adjacent_[static_cast<std::size_t>(edges[i].other)].push_back({with.other, weight});
      adjacent_[static_cast<std::size_t>(with.other)].push_back({edges[i].other, weight});
    }
    order_.push_back(v);
    start_.push_back(target_.size());
    pivot_.push_back(total);
  }

  // Neighbour j > i with probability weight_j / suffix_{i + 1}.
  std::size_t draw(const std::vector<Edge>& edges, std::size_t i) {
    const double at = uniform() * suffix_[i + 1];
    // suffix_ falls: the last j with suffix_[j] > at.
    std::size_t low = i + 1, high = edges.size() - 1;
    while (low < high) {
      const std::size_t middle = (low + high + 1) / 2;
      (suffix_[middle] > at ? low : high) = suffix_[middle] > at ? middle : middle - 1;
    }
    return low;
  }

  double uniform() {  // splitmix64, fixed seed: the same factor every time
    std::uint64_t x = (seed_ += 0x9e3779b97f4a7c15ULL);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return static_cast<double>((x ^ (x >> 31)) >> 11) * 0x1.0p-53;
  }

  int levels_, units_;
  std::vector<std::vector<Edge>> adjacent_;
  std::vector<char> gone_;
  std::vector<int> merged_at_;
  std::vector<double> suffix_;
  std::uint64_t seed_ = 20260101;
  // The factor: vertex order_[s] passes share_[e] of what it has to target_[e], e in [start_[s], start_[s + 1]); pivot_
  // is its diagonal.
  std::vector<int> order_, target_, roots_;
  std::vector<std::size_t> start_;
  std::vector<double> share_, pivot_;
};

}  // namespace ccdpanel::panel

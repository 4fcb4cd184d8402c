// An approximate Cholesky factor of a graph's Laplacian: a preconditioner that hard designs do not slow.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/graph.hpp"
#include "ccdpanel/core/buffer.hpp"

namespace ccdpanel::panel {

// Vertices are eliminated in order of their number of edges. Exact elimination of v joins all its neighbours, edge i-j
// with weight w_i w_j / sum w, and so is done while v has few. Beyond, each neighbour i, in order of weight, is joined
// to one j drawn among the heavier ones with probability w_j / (their sum), with the weight that makes the expected
// Laplacian exact (Kyng and Sachdeva 2016; Gao, Kyng and Spielman 2023). One edge fewer enters than leaves, so the
// factor stays nearly as sparse as the graph.
class ApproximateCholesky {
 public:
  // Solutions are wanted on the first `levels` vertices, for right-hand sides that are zero on the others.
  ApproximateCholesky(const Graph& graph, int levels) : levels_(levels) {
    core::reserve_large(pool_, 2 * graph.ends());
    core::reserve_large(target_, graph.ends());
    core::reserve_large(share_, graph.ends());
    for (int v = 0; v < graph.vertices(); ++v) {
      const std::size_t first = graph.start[v], count = graph.start[v + 1] - first;
      adjacent_.push_back({pool_.size(), count, count + count / 2 + 4});
      pool_.resize(pool_.size() + adjacent_.back().room);
      for (std::size_t e = 0; e < count; ++e)
        pool_[adjacent_.back().first + e] = {graph.other[first + e], graph.weight[first + e]};
    }
    eliminate_all();
    pool_ = {};
    adjacent_ = {};
  }

  // z = (the factor's inverse) r on their first rows, for K columns at once; `work` is scratch.
  template <int K>
  void solve(const Block<K>& r, Block<K>& z, Block<K>& work) const {
    work.resize(static_cast<Eigen::Index>(gone_.size()), K);
    work.topRows(levels_) = r.topRows(levels_);
    work.bottomRows(work.rows() - levels_).setZero();
    for (std::size_t s = 0; s < order_.size(); ++s) {
      const Row<K> own = lane(work, order_[s]);
      for (std::size_t e = start_[s]; e < start_[s + 1]; ++e) lane(work, target_[e]) += share_[e] * own;
    }
    for (const int root : roots_) work.row(root).setZero();
    for (std::size_t s = order_.size(); s-- > 0;) {
      Row<K> own = lane(work, order_[s]) / pivot_[s];
      for (std::size_t e = start_[s]; e < start_[s + 1]; ++e) own += share_[e] * lane(work, target_[e]);
      lane(work, order_[s]) = own;
    }
    if (z.rows() < levels_) z.resize(levels_, K);
    z.topRows(levels_) = work.topRows(levels_);
  }

  std::size_t entries() const { return target_.size(); }

 private:
  struct Edge {
    int other;
    double weight;
  };
  // A vertex's edges are pool_[first .. first + count). When they outgrow their room, what can be merged is; if that is
  // little, they move to the pool's end.
  struct Adjacent {
    std::size_t first, count, room;
  };

  void add(int v, const Edge& edge) {
    Adjacent& at = adjacent_[static_cast<std::size_t>(v)];
    if (at.count == at.room && (merge_edges(v), 4 * at.count > 3 * at.room)) {
      const std::size_t first = pool_.size();
      pool_.resize(first + 2 * at.room);
      std::copy_n(pool_.begin() + static_cast<std::ptrdiff_t>(at.first), at.count,
                  pool_.begin() + static_cast<std::ptrdiff_t>(first));
      at = {first, at.count, 2 * at.room};
    }
    pool_[at.first + at.count++] = edge;
  }

  // Buckets of vertices by number of edges, with stale entries left in: a vertex is taken when its count is up to date.
  void eliminate_all() {
    const std::size_t n = adjacent_.size();
    gone_.assign(n, 0);
    std::vector<std::vector<int>> bucket(1024);
    const auto put = [&](int v) {
      bucket[std::min(adjacent_[static_cast<std::size_t>(v)].count, bucket.size() - 1)].push_back(v);
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
      const std::size_t now = std::min(adjacent_[static_cast<std::size_t>(v)].count, bucket.size() - 1);
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
    Adjacent& at = adjacent_[static_cast<std::size_t>(v)];
    Edge* edges = pool_.data() + at.first;
    std::size_t kept = 0;
    for (std::size_t e = 0; e < at.count; ++e) {
      if (gone_[edges[e].other]) continue;
      int& same = merged_at_[edges[e].other];
      if (same >= 0) {
        edges[same].weight += edges[e].weight;
      } else {
        same = static_cast<int>(kept);
        edges[kept++] = edges[e];
      }
    }
    at.count = kept;
    for (std::size_t e = 0; e < kept; ++e) merged_at_[edges[e].other] = -1;
  }

  void eliminate(int v) {
    const Adjacent& at = adjacent_[static_cast<std::size_t>(v)];
    std::vector<Edge>& edges = eliminated_;
    edges.assign(pool_.begin() + static_cast<std::ptrdiff_t>(at.first),
                 pool_.begin() + static_cast<std::ptrdiff_t>(at.first + at.count));
    gone_[v] = 1;
    if (edges.empty()) {  // the last vertex of its component
      roots_.push_back(v);
      return;
    }
    double total = 0;
    for (const Edge& e : edges) total += e.weight;
    for (const Edge& e : edges) {
      target_.push_back(e.other);
      share_.push_back(e.weight / total);
    }
    order_.push_back(v);
    start_.push_back(target_.size());
    pivot_.push_back(total);
    if (edges.size() <= exact_degree)
      join_all(edges, total);
    else
      join_drawn(edges, total);
  }

  void join(const Edge& a, const Edge& b, double weight) {
    add(a.other, {b.other, weight});
    add(b.other, {a.other, weight});
  }

  void join_all(const std::vector<Edge>& edges, double total) {
    for (std::size_t i = 0; i < edges.size(); ++i) {
      for (std::size_t j = i + 1; j < edges.size(); ++j)
        join(edges[i], edges[j], edges[i].weight * edges[j].weight / total);
    }
  }

  void join_drawn(std::vector<Edge>& edges, double total) {
    std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
      return a.weight < b.weight || (a.weight == b.weight && a.other < b.other);
    });
    suffix_.resize(edges.size());
    double sum = 0;
    for (std::size_t i = edges.size(); i-- > 0;) suffix_[i] = sum += edges[i].weight;
    for (std::size_t i = 0; i + 1 < edges.size(); ++i)
      join(edges[i], edges[draw(edges, i)], edges[i].weight * suffix_[i + 1] / total);
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

  static constexpr std::size_t exact_degree = 6;
  int levels_;
  std::vector<Edge> pool_, eliminated_;
  std::vector<Adjacent> adjacent_;
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

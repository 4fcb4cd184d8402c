// The reduced system of several effects by blocks: the largest of them a graph, the few levels of the rest dense.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/block.hpp"
#include "ccdpanel/absorb/cells.hpp"
#include "ccdpanel/absorb/graph.hpp"
#include "ccdpanel/core/parallel_for.hpp"

namespace ccdpanel::panel {

// With F levels of the largest effect first and R of the rest after them, S = [G, C; C', T]: G the Laplacian of a
// sparse graph, C and T small enough to be written out. A step then costs the edges and F R, whatever the rows.
class BlockSystem {
 public:
  // graph: the reduced system of the units and the `largest` of the other effects.
  BlockSystem(const Cells& cells, int largest, Graph graph, int threads)
      : graph_(std::move(graph)), first_(cells.offset[largest]), past_(cells.offset[largest + 1]) {
    const int rest = cells.stacked() - graph_.vertices();
    const int parts = static_cast<int>(
        std::max<long long>(1, std::min<long long>(4, cells.size() / (8LL * cells.stacked() * rest + 20000))));
    std::vector<Dense> part(static_cast<std::size_t>(parts));
    core::parallel_for(part.size(), threads, [&](std::size_t p) {
      const long long at = static_cast<long long>(p);
      part[p] = dense_blocks(cells, static_cast<int>(cells.units() * at / parts),
                             static_cast<int>(cells.units() * (at + 1) / parts));
    });
    for (std::size_t p = 1; p < part.size(); ++p) part[0] += part[p];
    cross_ = part[0].topRows(graph_.vertices());
    small_ = part[0].bottomRows(rest);
    invert_small();
  }

  Eigen::Index size() const { return graph_.size() + small_.rows(); }
  const Graph& graph() const { return graph_; }

  Eigen::VectorXd diagonal() const {
    Eigen::VectorXd d(size());
    d << graph_.diagonal(), small_.diagonal();
    return d;
  }

  template <int K>
  void apply(const Block<K>& p, Block<K>& q) const {
    q.resize(size(), K);
    graph_.apply_rows(p, q);
    const int levels = graph_.vertices(), rest = static_cast<int>(small_.rows());
    for (int y = 0; y < rest; ++y) lane(q, levels + y) = times<K>(small_.row(y).data(), p);
    for (int f = 0; f < levels; ++f) {
      const double* c = cross_.row(f).data();
      lane(q, f) += times<K>(c, p);
      const Row<K> own = lane(p, f);
      for (int y = 0; y < rest; ++y) lane(q, levels + y) += c[y] * own;
    }
  }

  // z of the rest = (T's pseudo-inverse) r of the rest.
  template <int K>
  void solve_rest(const Block<K>& r, Block<K>& z) const {
    for (int y = 0; y < inverse_.rows(); ++y) lane(z, graph_.vertices() + y) = times<K>(inverse_.row(y).data(), r);
  }

  // From the numbering of the cells to this one, and back.
  template <int K>
  Block<K> largest_first(const Block<K>& x) const {
    Block<K> out(x.rows(), K);
    out << x.middleRows(first_, past_ - first_), x.topRows(first_), x.bottomRows(x.rows() - past_);
    return out;
  }
  template <int K>
  Block<K> as_cells(const Block<K>& x) const {
    Block<K> out(x.rows(), K);
    const Eigen::Index levels = graph_.size();
    out << x.middleRows(levels, first_), x.topRows(levels), x.bottomRows(x.rows() - past_);
    return out;
  }

 private:
  using Dense = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  // Row of a dense block times the rest of p.
  template <int K>
  Row<K> times(const double* row, const Block<K>& p) const {
    Row<K> out = Row<K>::Zero();
    for (int y = 0; y < small_.rows(); ++y) out += row[y] * lane(p, graph_.vertices() + y);
    return out;
  }

  int place(int level) const {
    if (level >= first_ && level < past_) return level - first_;
    return level < first_ ? graph_.vertices() + level : level;
  }

  // Rows of S that belong to the rest, transposed: what units from .. to - 1 add to [C; T].
  Dense dense_blocks(const Cells& cells, int from, int to) const {
    const int levels = graph_.vertices(), all = cells.stacked();
    Dense out = Dense::Zero(all, all - levels);
    std::vector<double> weight(static_cast<std::size_t>(all), 0.0);  // of the unit's rows in a level
    std::vector<int> met;
    for (int u = from; u < to; ++u) {
      met.clear();
      for (int c = cells.start[u]; c < cells.start[u + 1]; ++c) {
        const int* level = cells.level.data() + static_cast<std::ptrdiff_t>(c) * cells.others;
        for (int i = 0; i < cells.others; ++i) {
          const int a = place(level[i]);
          if (weight[a] == 0) met.push_back(a);
          weight[a] += cells.weight_of(c);
          for (int j = 0; j < cells.others; ++j) {
            const int b = place(level[j]);
            if (b >= levels) out(a, b - levels) += cells.weight_of(c);
          }
        }
      }
      for (const int b : met) {
        if (b < levels) continue;
        const double share = weight[b] / cells.unit_weight[u];
        for (const int a : met) out(a, b - levels) -= share * weight[a];
      }
      for (const int a : met) weight[a] = 0;
    }
    return out;
  }

  // T is singular at least once per component: what is left of its range is inverted.
  void invert_small() {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen{Eigen::MatrixXd(small_)};
    const double least = 1e-10 * std::max(eigen.eigenvalues().cwiseAbs().maxCoeff(), 0.0);
    const Eigen::VectorXd inverse = eigen.eigenvalues().unaryExpr([&](double v) { return v > least ? 1.0 / v : 0.0; });
    inverse_ = eigen.eigenvectors() * inverse.asDiagonal() * eigen.eigenvectors().transpose();
  }

  Graph graph_;
  int first_, past_;  // where the largest effect's levels lie in the numbering of the cells
  Dense cross_, small_, inverse_;
};

}  // namespace ccdpanel::panel

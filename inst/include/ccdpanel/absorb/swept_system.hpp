// A graph's Laplacian between its two triangles: Gauss and Seidel's preconditioner at no cost.
#pragma once

#include <Eigen/Dense>
#include <algorithm>

#include "ccdpanel/absorb/block.hpp"
#include "ccdpanel/absorb/graph.hpp"

namespace ccdpanel::panel {

// S = D - L - L', D its diagonal and L the weights of earlier neighbours. Symmetric Gauss-Seidel preconditions S p = r
// with (D - L) D^-1 (D - L'); that is the same as D^-1 for T t = (D - L)^-1 r, T = (D - L)^-1 S (D - L')^-1 and
// t = (D - L') p, and for y = (D - L')^-1 t one has T t = y + (D - L)^-1 (t - D y): two sweeps over half of the edges
// each, as much work as S itself, for half of the steps (Eisenstat 1981). Energies are those of S: t'T t = p'S p.
//
// Vertices without edges have zeros all along.
template <int K>
class SweptSystem {
 public:
  // A graph that is written out, and its diagonal; both must outlive this.
  SweptSystem(const Graph& graph, const Eigen::VectorXd& diagonal)
      : graph_(graph),
        diagonal_(diagonal),
        inverse_(diagonal.unaryExpr([](double d) { return d > 0 ? 1.0 / d : 0.0; })),
        back_(graph.size(), K) {}

  Eigen::Index size() const { return graph_.size(); }
  // The diagonal of the preconditioner D^-1.
  const Eigen::VectorXd& diagonal() const { return inverse_; }
  // z = D r.
  void precondition(const Block<K>& r, Block<K>& z) const {
    for (int v = 0; v < graph_.vertices(); ++v) lane(z, v) = diagonal_[v] * lane(r, v);
  }

  // out = (D - L)^-1 r.
  void forward(const Block<K>& r, Block<K>& out) const {
    out.resize(size(), K);
    for (int v = 0; v < graph_.vertices(); ++v) lane(out, v) = inverse_[v] * earlier(lane(r, v), out, v);
  }
  // out = (D - L')^-1 t.
  void backward(const Block<K>& t, Block<K>& out) const {
    out.resize(size(), K);
    for (int v = graph_.vertices(); v-- > 0;) {
      Row<K> sum = lane(t, v);
      for (std::size_t e = graph_.start[v + 1]; e-- > graph_.middle[v];)
        sum += graph_.weight[e] * lane(out, graph_.other[e]);
      lane(out, v) = inverse_[v] * sum;
    }
  }

  // q = T t.
  void apply(const Block<K>& t, Block<K>& q) const {
    backward(t, back_);
    q.resize(size(), K);
    for (int v = 0; v < graph_.vertices(); ++v)
      lane(q, v) = inverse_[v] * earlier(lane(t, v) - diagonal_[v] * lane(back_, v), q, v);
    q += back_;
  }

 private:
  Row<K> earlier(Row<K> sum, const Block<K>& of, int v) const {
    for (std::size_t e = graph_.start[v]; e < graph_.middle[v]; ++e)
      sum += graph_.weight[e] * lane(of, graph_.other[e]);
    return sum;
  }

  const Graph& graph_;
  const Eigen::VectorXd& diagonal_;
  const Eigen::VectorXd inverse_;
  mutable Block<K> back_;  // scratch
};

}  // namespace ccdpanel::panel

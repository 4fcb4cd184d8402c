// The normal equations of all effects but one, after that one was eliminated exactly.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/block.hpp"
#include "ccdpanel/absorb/cells.hpp"
#include "ccdpanel/core/parallel_for.hpp"

namespace ccdpanel::panel {

// S = B'WB - B'WA (A'WA)^-1 A'WB, with A the unit dummies and B those of the other effects; never formed.
//
// S p is computed unit by unit: with P_c the sum of p over a cell's levels and m = sum_c w_c P_c / sum_c w_c the unit's
// mean, each level of cell c receives w_c (P_c - m). Deviations are taken before they are summed, so nothing cancels.
// Where units have a slope beside their mean, with s_c the cell's sum of its basis, that has a = sum_c s_c (P_c - m) of
// the deviations, and each level of cell c receives s_c a less.
class ReducedSystem {
 public:
  explicit ReducedSystem(const Cells& cells, int threads = 1)
      : cells_(cells), threads_(cells.size() < 20000 ? 1 : threads), bounds_(chunk_bounds(cells)) {}

  Eigen::Index size() const { return cells_.stacked(); }
  const Cells& cells() const { return cells_; }

  // q = S p. Chunks of units have a q of their own, added up in order.
  template <int K>
  void apply(const Block<K>& p, Block<K>& q) const {
    std::vector<Block<K>> part(bounds_.size() - 1);
    core::parallel_for(part.size(), threads_, [&](std::size_t chunk) {
      Block<K>& own = chunk ? part[chunk] : q;
      own.setZero(size(), K);
      if (!cells_.slope.empty())
        apply_slopes<K>(chunk, p, own);
      else if (cells_.weight.empty())
        apply_chunk<K, false>(chunk, p, own);
      else
        apply_chunk<K, true>(chunk, p, own);
    });
    for (std::size_t chunk = 1; chunk < part.size(); ++chunk) q += part[chunk];
  }

  // For each unit the mean of its cells' sums of p.
  template <int K>
  Block<K> unit_means(const Block<K>& p) const {
    Block<K> out(cells_.units(), K);
    core::parallel_for(bounds_.size() - 1, threads_, [&](std::size_t chunk) {
      for (int u = bounds_[chunk]; u < bounds_[chunk + 1]; ++u)
        lane(out, u) = cells_.others == 1 ? mean<K, 1, true>(u, p) : mean<K, several, true>(u, p);
    });
    return out;
  }

  // What the units' slopes have of the cells' sums of p, on their bases; `mean` are the units' means.
  template <int K>
  Block<K> unit_slopes(const Block<K>& p, const Block<K>& mean) const {
    Block<K> out(cells_.units(), K);
    core::parallel_for(bounds_.size() - 1, threads_, [&](std::size_t chunk) {
      for (int u = bounds_[chunk]; u < bounds_[chunk + 1]; ++u)
        lane(out, u) = cells_.others == 1 ? slope<K, 1>(u, p, lane(mean, u)) : slope<K, several>(u, p, lane(mean, u));
    });
    return out;
  }

  // The diagonal of S as sums of w (1 - w / unit weight): never a difference of large numbers. With several other
  // effects, levels that repeat inside a unit make it an upper bound, which serves a preconditioner as well. A slope
  // takes its square out, of which rounding may be all that is left.
  Eigen::VectorXd diagonal() const {
    return level_sums([&](int u, int c) {
      double share = cells_.weight_of(c) * (1.0 - cells_.weight_of(c) / cells_.unit_weight[u]);
      if (cells_.slope.empty()) return share;
      share -= cells_.slope[static_cast<std::size_t>(c)] * cells_.slope[static_cast<std::size_t>(c)];
      return share <= 1e-14 * cells_.weight_of(c) ? 0.0 : share;
    });
  }

  // The weight of each level's rows.
  Eigen::VectorXd level_weight() const {
    return level_sums([&](int, int c) { return cells_.weight_of(c); });
  }

 private:
  // By level the sums of what value(unit, cell) says of its cells.
  template <class Value>
  Eigen::VectorXd level_sums(const Value& value) const {
    std::vector<Eigen::VectorXd> part(bounds_.size() - 1);
    core::parallel_for(part.size(), threads_, [&](std::size_t chunk) {
      part[chunk].setZero(size());
      for (int u = bounds_[chunk]; u < bounds_[chunk + 1]; ++u) {
        for (int c = cells_.start[u]; c < cells_.start[u + 1]; ++c) {
          const double v = value(u, c);
          for (int j = 0; j < cells_.others; ++j) part[chunk][level(c, j)] += v;
        }
      }
    });
    for (std::size_t chunk = 1; chunk < part.size(); ++chunk) part[0] += part[chunk];
    return std::move(part[0]);
  }

  // As many chunks as their blocks stay small beside the cells; of about equally many cells each.
  static std::vector<int> chunk_bounds(const Cells& cells) {
    const int chunks = std::max(1, std::min(4, cells.size() / (8 * std::max(cells.stacked(), 1))));
    std::vector<int> bounds;
    for (int c = 0; c <= chunks; ++c) bounds.push_back(cells.unit_at(c, chunks));
    return bounds;
  }

  // The solver waits for the loops below, so that one and two levels a cell, and rows without weights, are known to the
  // compiler.
  static constexpr int several = 0;

  template <int K, bool Weighted>
  void apply_chunk(std::size_t chunk, const Block<K>& p, Block<K>& q) const {
    if (cells_.others == 1)
      apply_units<K, 1, Weighted>(chunk, p, q);
    else if (cells_.others == 2)
      apply_units<K, 2, Weighted>(chunk, p, q);
    else
      apply_units<K, several, Weighted>(chunk, p, q);
  }

  template <int M>
  const int* levels_of(int cell) const {
    return cells_.level.data() + static_cast<std::ptrdiff_t>(cell) * (M ? M : cells_.others);
  }

  template <int K, int M>
  Row<K> cell_sum(int c, const Block<K>& p) const {
    const int* level = levels_of<M>(c);
    Row<K> sum = lane(p, level[0]);
    for (int j = 1; j < (M ? M : cells_.others); ++j) sum += lane(p, level[j]);
    return sum;
  }

  template <int K, int M, bool Weighted>
  Row<K> mean(int u, const Block<K>& p) const {
    Row<K> sum = Row<K>::Zero();
    for (int c = cells_.start[u]; c < cells_.start[u + 1]; ++c) {
      if (Weighted)
        sum += cells_.weight_of(c) * cell_sum<K, M>(c, p);
      else
        sum += cell_sum<K, M>(c, p);
    }
    return cells_.unit_weight[u] > 0 ? Row<K>(sum / cells_.unit_weight[u]) : sum;
  }

  template <int K, int M, bool Weighted>
  void apply_units(std::size_t chunk, const Block<K>& p, Block<K>& q) const {
    for (int u = bounds_[chunk]; u < bounds_[chunk + 1]; ++u) {
      const int begin = cells_.start[u], end = cells_.start[u + 1];
      if (end - begin < 2) continue;  // a stayer: its single cell is its mean
      const Row<K> m = mean<K, M, Weighted>(u, p);
      for (int c = begin; c < end; ++c) {
        Row<K> share = cell_sum<K, M>(c, p) - m;
        if (Weighted) share *= cells_.weight[static_cast<std::size_t>(c)];
        const int* level = levels_of<M>(c);
        for (int j = 0; j < (M ? M : cells_.others); ++j) lane(q, level[j]) += share;
      }
    }
  }

  template <int K, int M>
  Row<K> slope(int u, const Block<K>& p, const Row<K>& mean) const {
    Row<K> sum = Row<K>::Zero();
    for (int c = cells_.start[u]; c < cells_.start[u + 1]; ++c)
      sum += cells_.slope[static_cast<std::size_t>(c)] * (cell_sum<K, M>(c, p) - mean);
    return sum;
  }

  template <int K>
  void apply_slopes(std::size_t chunk, const Block<K>& p, Block<K>& q) const {
    if (cells_.others == 1 && cells_.weight.empty())
      apply_slopes<K, 1, false>(chunk, p, q);
    else if (cells_.others == 1)
      apply_slopes<K, 1, true>(chunk, p, q);
    else
      apply_slopes<K, several, true>(chunk, p, q);
  }

  template <int K, int M, bool Weighted>
  void apply_slopes(std::size_t chunk, const Block<K>& p, Block<K>& q) const {
    for (int u = bounds_[chunk]; u < bounds_[chunk + 1]; ++u) {
      const int begin = cells_.start[u], end = cells_.start[u + 1];
      if (end - begin < 2) continue;
      const Row<K> m = mean<K, M, Weighted>(u, p), a = slope<K, M>(u, p, m);
      for (int c = begin; c < end; ++c) {
        Row<K> share = cell_sum<K, M>(c, p) - m;
        if (Weighted) share *= cells_.weight_of(c);
        share -= cells_.slope[static_cast<std::size_t>(c)] * a;
        const int* level = levels_of<M>(c);
        for (int j = 0; j < (M ? M : cells_.others); ++j) lane(q, level[j]) += share;
      }
    }
  }

  int level(int cell, int j) const { return cells_.level[static_cast<std::size_t>(cell) * cells_.others + j]; }

  const Cells& cells_;
  int threads_;
  std::vector<int> bounds_;
};

}  // namespace ccdpanel::panel

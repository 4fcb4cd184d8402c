// An orthonormal basis of what the effects span, row by row: the effects' part of hat matrices, never stored.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <stdexcept>
#include <vector>

#include "ccdpanel/absorb/cells.hpp"
#include "ccdpanel/absorb/codes.hpp"
#include "ccdpanel/absorb/connected.hpp"

namespace ccdpanel::panel {

// In coordinates times the root of the weights, with D1 the dummies of the eliminated effect, D2 the others',
// E = (I - P_D1) D2 and S = E'E: the projection on all effects is P_D1 + Z Z', Z = E_kept L^-T, LL' = S_kept, where
// "kept" are levels whose columns of E are independent.
class EffectsBasis {
 public:
  // eliminated: position of the effect that needs no factorisation, and may have any number of levels.
  EffectsBasis(const std::vector<Factor>& factors, std::size_t eliminated, const Eigen::VectorXd& w) : w_(w) {
    if (eliminated >= factors.size()) throw std::invalid_argument("effects basis: no such effect");
    unit_ = &factors[eliminated];
    std::vector<const Factor*> others;
    for (std::size_t e = 0; e < factors.size(); ++e) {
      if (e != eliminated) others.push_back(&factors[e]);
    }
    make_shares(others);
    if (others.empty()) return;
    const Eigen::MatrixXd s = cross(others);
    const std::vector<int> kept = others.size() == 1 ? one_left_out(*others[0]) : independent(s);
    factorise(s, kept);
  }

  static std::size_t largest(const std::vector<Factor>& factors) {
    std::size_t out = 0;
    for (std::size_t e = 1; e < factors.size(); ++e) {
      if (factors[e].levels > factors[out].levels) out = e;
    }
    return out;
  }

  Eigen::Index width() const { return inverse_.rows(); }
  const Factor& unit() const { return *unit_; }
  double weight(Eigen::Index i) const { return w_.size() ? w_[i] : 1.0; }
  // Norm of row i of the eliminated effect's own basis (its dummies at norm one).
  double unit_entry(Eigen::Index i) const { return std::sqrt(weight(i) / total_[unit_->code[i]]); }

  // What a reader of rows keeps between rows: the mean of its unit.
  struct Scratch {
    int unit = -1;
    Eigen::VectorXd mean;
  };

  // Row i of Z.
  void row(Eigen::Index i, Scratch& scratch, Eigen::Ref<Eigen::VectorXd> out) const {
    if (!width()) return;
    const int u = unit_->code[i];
    if (scratch.unit != u) {
      scratch.mean = Eigen::VectorXd::Zero(width());
      for (int c = start_[u]; c < start_[u + 1]; ++c) {
        if (position_[level_[c]] >= 0) scratch.mean += share_[c] * inverse_.col(position_[level_[c]]);
      }
      scratch.unit = u;
    }
    out = -scratch.mean;
    for (std::size_t j = 0; j < codes_.size(); ++j) {
      const int p = position_[offset_[j] + codes_[j]->code[i]];
      if (p >= 0) out += inverse_.col(p);
    }
    out *= std::sqrt(weight(i));
  }

  // Columns, in coordinates times the root of the weights, with the effects out. Effects are absorbed to a relative
  // accuracy (1e-10); where I - H is next to singular that is not enough, and one more projection, on a basis that is
  // exact, brings what is left to rounding.
  Eigen::MatrixXd without(Eigen::MatrixXd x) const {
    if (!x.cols()) return x;  // no memory, of which no row begins anywhere
    for (int pass = 0; pass < 2; ++pass) {
      without_unit(x);
      if (!width()) continue;
      Eigen::MatrixXd along = Eigen::MatrixXd::Zero(width(), x.cols());
      each_row([&](Eigen::Index i, const Eigen::VectorXd& z) { along.noalias() += z * x.row(i); });
      each_row([&](Eigen::Index i, const Eigen::VectorXd& z) { x.row(i).noalias() -= z.transpose() * along; });
    }
    return x;
  }

 private:
  void without_unit(Eigen::MatrixXd& x) const {
    Eigen::MatrixXd mean = Eigen::MatrixXd::Zero(unit_->levels, x.cols());
    for (Eigen::Index i = 0; i < x.rows(); ++i) mean.row(unit_->code[i]) += std::sqrt(weight(i)) * x.row(i);
    for (int u = 0; u < unit_->levels; ++u) mean.row(u) /= total_[u];
    for (Eigen::Index i = 0; i < x.rows(); ++i) x.row(i) -= std::sqrt(weight(i)) * mean.row(unit_->code[i]);
  }

  // A unit's rows together: they share its mean.
  template <typename Body>
  void each_row(const Body& body) const {
    const std::vector<int> order = sorting_order(*unit_);
    Scratch scratch;
    Eigen::VectorXd z(width());
    for (std::size_t s = 0; s < unit_->code.size(); ++s) {
      const Eigen::Index i = order.empty() ? static_cast<Eigen::Index>(s) : order[s];
      row(i, scratch, z);
      body(i, z);
    }
  }

  // Each unit's total weight, and the share of each stacked level in it.
  void make_shares(const std::vector<const Factor*>& others) {
    codes_ = others;
    offset_.assign(1, 0);
    for (const Factor* f : others) offset_.push_back(offset_.back() + f->levels);
    const std::size_t n = unit_->code.size();
    total_ = Eigen::VectorXd::Zero(unit_->levels);
    for (std::size_t i = 0; i < n; ++i) total_[unit_->code[i]] += weight(static_cast<Eigen::Index>(i));
    if (others.empty()) return;
    const std::vector<int> order = sorting_order(*unit_);
    std::vector<int> place(static_cast<std::size_t>(offset_.back()), -1);
    for (std::size_t s = 0; s < n; ++s) {
      const std::size_t i = order.empty() ? s : static_cast<std::size_t>(order[s]);
      const int u = unit_->code[i];
      while (static_cast<int>(start_.size()) <= u) start_.push_back(static_cast<int>(level_.size()));
      for (std::size_t j = 0; j < others.size(); ++j) {
        const int level = offset_[j] + others[j]->code[i];
        if (place[level] < start_.back()) {
          place[level] = static_cast<int>(level_.size());
          level_.push_back(level);
          share_.push_back(0.0);
        }
        share_[place[level]] += weight(static_cast<Eigen::Index>(i)) / total_[u];
      }
    }
    while (static_cast<int>(start_.size()) <= unit_->levels) start_.push_back(static_cast<int>(level_.size()));
  }

  // S = D2'W D2 - sum over units of total * share share'
  Eigen::MatrixXd cross(const std::vector<const Factor*>& others) const {
    Eigen::MatrixXd s = Eigen::MatrixXd::Zero(offset_.back(), offset_.back());
    for (std::size_t i = 0; i < unit_->code.size(); ++i) {
      for (std::size_t a = 0; a < others.size(); ++a) {
        for (std::size_t b = 0; b < others.size(); ++b) {
          s(offset_[a] + others[a]->code[i], offset_[b] + others[b]->code[i]) += weight(static_cast<Eigen::Index>(i));
        }
      }
    }
    for (int u = 0; u < unit_->levels; ++u) {
      for (int a = start_[u]; a < start_[u + 1]; ++a) {
        for (int b = start_[u]; b < start_[u + 1]; ++b) s(level_[a], level_[b]) -= total_[u] * share_[a] * share_[b];
      }
    }
    return s;
  }

  // Two effects: S is the Laplacian of a graph, singular once a component. One level of each is left out.
  std::vector<int> one_left_out(const Factor& other) const {
    DisjointSets joined = components(*unit_, other);
    std::vector<char> seen(static_cast<std::size_t>(unit_->levels + other.levels), 0);
    std::vector<int> kept;
    for (int g = 0; g < other.levels; ++g) {
      const int root = joined.root(unit_->levels + g);
      if (seen[root]) kept.push_back(g);
      seen[root] = 1;
    }
    return kept;
  }

  // More effects: the pivots of a Cholesky decomposition with diagonal pivoting that are not rounding.
  static std::vector<int> independent(Eigen::MatrixXd s) {
    const Eigen::VectorXd whole = s.diagonal();
    std::vector<int> kept;
    std::vector<char> used(static_cast<std::size_t>(s.rows()), 0);
    for (;;) {
      int best = -1;
      double largest = 1e-9;
      for (Eigen::Index j = 0; j < s.rows(); ++j) {
        if (used[j] || whole[j] <= 0 || s(j, j) <= largest * whole[j]) continue;
        largest = s(j, j) / whole[j];
        best = static_cast<int>(j);
      }
      if (best < 0) break;
      used[best] = 1;
      kept.push_back(best);
      const Eigen::VectorXd column = s.col(best);
      s.noalias() -= column * (column.transpose() / column[best]);
    }
    std::sort(kept.begin(), kept.end());
    return kept;
  }

  void factorise(const Eigen::MatrixXd& s, const std::vector<int>& kept) {
    const Eigen::Index m = static_cast<Eigen::Index>(kept.size());
    position_.assign(static_cast<std::size_t>(offset_.back()), -1);
    Eigen::MatrixXd block(m, m);
    for (Eigen::Index a = 0; a < m; ++a) {
      position_[kept[a]] = static_cast<int>(a);
      for (Eigen::Index b = 0; b < m; ++b) block(a, b) = s(kept[a], kept[b]);
    }
    const Eigen::LLT<Eigen::MatrixXd> root(block);
    if (root.info() != Eigen::Success) throw std::runtime_error("effects basis: levels are not independent");
    inverse_ = root.matrixL().solve(Eigen::MatrixXd::Identity(m, m));
  }

  const Eigen::VectorXd& w_;
  const Factor* unit_ = nullptr;
  std::vector<const Factor*> codes_;
  std::vector<int> offset_;  // of each other effect in the stacked numbering of levels
  Eigen::VectorXd total_;    // weight of a unit
  std::vector<int> start_;   // unit u's stacked levels are level_[start_[u]] .. level_[start_[u + 1] - 1]
  std::vector<int> level_;   // and their shares of the unit's weight share_[...]
  std::vector<double> share_;
  std::vector<int> position_;  // of a stacked level among the kept, or -1
  Eigen::MatrixXd inverse_;    // L^-1
};

}  // namespace ccdpanel::panel

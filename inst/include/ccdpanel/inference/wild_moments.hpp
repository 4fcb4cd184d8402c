// What the wild cluster bootstrap takes from the rows, once: moments by cluster.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/absorb.hpp"

namespace ccdpanel::panel {

// One way of clustering the scores: several ways have several, with signs.
struct WildClusters {
  Factor factor;
  double sign = 1;
};

namespace detail {

// Is each level of `f` within one level of `outer`?
inline bool lies_in(const Factor& f, const Factor& outer) {
  std::vector<int> of(static_cast<std::size_t>(f.levels), -1);
  for (std::size_t i = 0; i < f.code.size(); ++i) {
    int& seen = of[static_cast<std::size_t>(f.code[i])];
    if (seen < 0) seen = outer.code[i];
    if (seen != outer.code[i]) return false;
  }
  return true;
}

// Columns of the effects: dummies, and dummies times slopes.
inline Eigen::Index effect_columns(const Factor& f) {
  return f.levels * (static_cast<Eigen::Index>(f.slopes.size()) + (f.intercept ? 1 : 0));
}

// An orthonormal basis (in coordinates times the root of the weights) of what `across` add to `within`.
inline Eigen::MatrixXd basis_beyond(const std::vector<Factor>& within, const std::vector<Factor>& across,
                                    Eigen::Index rows, const Eigen::VectorXd& w) {
  Eigen::Index width = 0;
  for (const Factor& f : across) width += effect_columns(f);
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(rows, width);
  Eigen::Index at = 0;
  for (const Factor& f : across) {
    for (std::size_t s = 0; s < f.slopes.size() + (f.intercept ? 1 : 0); ++s, at += f.levels) {
      for (Eigen::Index i = 0; i < rows; ++i) {
        out(i, at + f.code[static_cast<std::size_t>(i)]) = s < f.slopes.size() ? f.slopes[s][i] : 1.0;
      }
    }
  }
  if (!width) return out;
  const auto norms = [&] { return Eigen::VectorXd(out.colwise().stableNorm().transpose()); };
  out = out * norms().unaryExpr([](double s) { return s > 0 ? 1 / s : 0.0; }).asDiagonal();
  AbsorbOptions tight;
  tight.tolerance = 1e-12;
  if (!within.empty()) out = absorb(std::move(out), within, w, tight).columns;
  if (w.size()) out = w.cwiseSqrt().asDiagonal() * out;
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(out);
  qr.setThreshold(1e-8);
  if (!qr.rank()) return Eigen::MatrixXd(rows, 0);
  out = qr.householderQ() * Eigen::MatrixXd::Identity(rows, qr.rank());
  return out;
}

}  // namespace detail

// Moments of draws. With M the residual maker of the effects and of `others` (orthonormal columns), and base(v) the
// column base t with the rows of boot cluster b multiplied by v_b, of each way of clustering the (l C)-vector
//   row j C + c: sum over rows i of cluster c of inst(i, j) [M base(v)]_i.
// All in coordinates times the root of the weights, base and inst with effects and others out, so that
// M base(v) = base(v) - Q Q'base(v), where Q is an orthonormal basis of the others and of the effects that cross boot
// clusters: an effect that lies in them takes nothing more. Hence the moments are a sum over cells (of cluster and boot
// cluster) less a product of two thin matrices: cost and memory are linear in the clusters. Where the effects that
// cross boot clusters have too many levels for a basis, boot clusters are absorbed one by one and their moments kept,
// or, if the draws are fewer, each draw is absorbed.
class WildMoments {
 public:
  WildMoments(Eigen::MatrixXd base, Eigen::MatrixXd inst, const Eigen::MatrixXd& others,
              const std::vector<Factor>& factors, const Eigen::VectorXd& w, Factor boot, std::vector<WildClusters> sets,
              std::uint64_t draws, double patience = 25)
      : base_(std::move(base)), inst_(std::move(inst)), weight_(w), boot_(std::move(boot)), sets_(std::move(sets)) {
    if (!base_.rows() || !inst_.cols()) throw std::invalid_argument("wild: no rows");
    for (const WildClusters& set : sets_) {
      if (static_cast<Eigen::Index>(set.factor.code.size()) != base_.rows())
        throw std::invalid_argument("wild: rows differ");
    }
    std::vector<Factor> within, across;
    Eigen::Index levels = 0;
    for (const Factor& f : factors) (detail::lies_in(f, boot_) ? within : across).push_back(f);
    for (const Factor& f : across) levels += detail::effect_columns(f);
    basis_ = others;
    // A basis costs a pass a square of its width, absorbing a column some `patience` passes.
    const double absorptions = std::min(static_cast<double>(boot_.levels), static_cast<double>(draws));
    const double wide = static_cast<double>(levels);
    if (wide * wide <= patience * absorptions * static_cast<double>(base_.cols()) &&
        wide * static_cast<double>(base_.rows()) <= 1e8) {
      const Eigen::MatrixXd beyond = detail::basis_beyond(within, across, base_.rows(), weight_);
      basis_.conservativeResize(base_.rows(), others.cols() + beyond.cols());
      basis_.rightCols(beyond.cols()) = beyond;
      make_cells();
      return;
    }
    effects_ = factors;
    drawn_ = static_cast<std::uint64_t>(boot_.levels) > draws;
    if (!drawn_) keep_dense();
  }

  Eigen::Index boots() const { return boot_.levels; }
  Eigen::Index columns() const { return base_.cols(); }
  const Eigen::MatrixXd& base() const { return base_; }
  const Eigen::MatrixXd& inst() const { return inst_; }
  const std::vector<WildClusters>& sets() const { return sets_; }
  // Products of a draw, roughly: whether threads are worth starting.
  double work() const {
    double out = 0;
    for (const WildClusters& set : sets_)
      out += static_cast<double>(set.factor.levels * inst_.cols()) *
             static_cast<double>(cells_.empty() ? boots() : basis_.cols() + 1);
    return drawn_ ? 100.0 * static_cast<double>(base_.rows()) : out;
  }

  // Sums of inst(., j) column by the clusters of way m: row j C + c.
  Eigen::VectorXd by_cluster(std::size_t m, const Eigen::VectorXd& column) const {
    const Factor& f = sets_[m].factor;
    Eigen::VectorXd out = Eigen::VectorXd::Zero(f.levels * inst_.cols());
    for (Eigen::Index j = 0; j < inst_.cols(); ++j) {
      for (Eigen::Index i = 0; i < column.size(); ++i) {
        out[j * f.levels + f.code[static_cast<std::size_t>(i)]] += inst_(i, j) * column[i];
      }
    }
    return out;
  }

  // The column base t, ready to be drawn.
  class Column {
   public:
    Column(const WildMoments& of, const Eigen::VectorXd& t) : of_(of) {
      if (of.drawn_) {
        value_ = of.base_ * t;
        return;
      }
      for (std::size_t m = 0; m < of.sets_.size(); ++m) {
        cell_.emplace_back(of.dense_.empty() ? of.cell_sums(m, t) : of.dense_sum(m, t));
      }
      if (!of.dense_.empty()) return;
      thin_ = Eigen::MatrixXd::Zero(of.basis_.cols(), of.boots());
      for (Eigen::Index k = 0; k < t.size(); ++k) {
        if (t[k] != 0) thin_ += t[k] * of.thin_[static_cast<std::size_t>(k)];
      }
    }

    // Of multipliers v (boot clusters by draws), a matrix a way: (l C) x draws.
    std::vector<Eigen::MatrixXd> draw(const Eigen::MatrixXd& v) const {
      if (of_.drawn_) return of_.absorbed(value_, v);
      std::vector<Eigen::MatrixXd> out;
      Eigen::MatrixXd along;
      if (of_.dense_.empty()) along = thin_ * v;
      for (std::size_t m = 0; m < cell_.size(); ++m) {
        if (!of_.dense_.empty()) {
          out.emplace_back(cell_[m] * v);
          continue;
        }
        out.emplace_back(-(of_.along_[m] * along));
        add_cells(of_.cells_[m], of_.sets_[m].factor.levels, cell_[m], v, out.back());
      }
      return out;
    }

   private:
    static void add_cells(const std::vector<std::pair<int, int>>& cells, Eigen::Index levels,
                          const Eigen::MatrixXd& sum, const Eigen::MatrixXd& v, Eigen::MatrixXd& out) {
      for (Eigen::Index d = 0; d < v.cols(); ++d) {
        for (Eigen::Index j = 0; j < sum.cols(); ++j) {
          double* to = out.col(d).data() + j * levels;
          const double* from = sum.col(j).data();
          const double* by = v.col(d).data();
          for (std::size_t e = 0; e < cells.size(); ++e) to[cells[e].first] += from[e] * by[cells[e].second];
        }
      }
    }

    const WildMoments& of_;
    Eigen::VectorXd value_;              // where draws are absorbed: the column itself
    std::vector<Eigen::MatrixXd> cell_;  // a way: cells x l, or where they are kept (l C) x boots
    Eigen::MatrixXd thin_;               // Q'(column in boot cluster b)
  };

 private:
  // Cells of each way, and the sides of the thin product.
  void make_cells() {
    for (const WildClusters& set : sets_) {
      const std::vector<std::pair<int, int>> cells = occupied(set.factor);
      Eigen::MatrixXd along = Eigen::MatrixXd::Zero(set.factor.levels * inst_.cols(), basis_.cols());
      for (Eigen::Index k = 0; k < basis_.cols(); ++k) along.col(k) = by_cluster(along_.size(), basis_.col(k));
      along_.push_back(std::move(along));
      cells_.push_back(cells);
    }
    for (Eigen::Index q = 0; q < base_.cols(); ++q) {
      Eigen::MatrixXd thin = Eigen::MatrixXd::Zero(basis_.cols(), boots());
      for (Eigen::Index k = 0; k < basis_.cols(); ++k) {
        for (Eigen::Index i = 0; i < base_.rows(); ++i)
          thin(k, boot_.code[static_cast<std::size_t>(i)]) += basis_(i, k) * base_(i, q);
      }
      thin_.push_back(std::move(thin));
    }
  }

  // Pairs of cluster and boot cluster that hold rows, and which of them each row is in.
  std::vector<std::pair<int, int>> occupied(const Factor& cluster) {
    std::vector<std::pair<int, int>> pairs(cluster.code.size());
    for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = {cluster.code[i], boot_.code[i]};
    std::vector<std::pair<int, int>> cells = pairs;
    std::sort(cells.begin(), cells.end());
    cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
    std::vector<int> cell(pairs.size());
    for (std::size_t i = 0; i < pairs.size(); ++i)
      cell[i] = static_cast<int>(std::lower_bound(cells.begin(), cells.end(), pairs[i]) - cells.begin());
    cell_of_.push_back(std::move(cell));
    return cells;
  }

  Eigen::MatrixXd cell_sums(std::size_t m, const Eigen::VectorXd& t) const {
    const Eigen::VectorXd column = base_ * t;
    Eigen::MatrixXd out = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(cells_[m].size()), inst_.cols());
    for (Eigen::Index j = 0; j < inst_.cols(); ++j) {
      for (Eigen::Index i = 0; i < column.size(); ++i)
        out(cell_of_[m][static_cast<std::size_t>(i)], j) += inst_(i, j) * column[i];
    }
    return out;
  }

  Eigen::MatrixXd dense_sum(std::size_t m, const Eigen::VectorXd& t) const {
    Eigen::MatrixXd out = Eigen::MatrixXd::Zero(sets_[m].factor.levels * inst_.cols(), boots());
    for (Eigen::Index k = 0; k < t.size(); ++k) {
      if (t[k] != 0) out += t[k] * dense_[static_cast<std::size_t>(k)][m];
    }
    return out;
  }

  // Every boot cluster by itself, some at a time.
  void keep_dense() {
    const Eigen::Index batch =
        std::max<Eigen::Index>(1, std::min<Eigen::Index>(boots(), 20000000 / (base_.rows() + 1)));
    for (Eigen::Index k = 0; k < base_.cols(); ++k) {
      dense_.emplace_back();
      for (const WildClusters& set : sets_)
        dense_.back().emplace_back(Eigen::MatrixXd::Zero(set.factor.levels * inst_.cols(), boots()));
      for (Eigen::Index first = 0; first < boots(); first += batch) {
        const Eigen::Index count = std::min<Eigen::Index>(batch, boots() - first);
        const std::vector<Eigen::MatrixXd> part =
            absorbed(base_.col(k), Eigen::MatrixXd::Identity(boots(), boots()).middleCols(first, count));
        for (std::size_t m = 0; m < sets_.size(); ++m) dense_.back()[m].middleCols(first, count) = part[m];
      }
    }
  }

  // Moments of the column drawn, by absorbing each draw of it.
  std::vector<Eigen::MatrixXd> absorbed(const Eigen::VectorXd& column, const Eigen::MatrixXd& v) const {
    Eigen::MatrixXd part(column.size(), v.cols());
    for (Eigen::Index d = 0; d < v.cols(); ++d) {
      for (Eigen::Index i = 0; i < column.size(); ++i)
        part(i, d) = column[i] * v(boot_.code[static_cast<std::size_t>(i)], d);
    }
    if (!effects_.empty()) {
      if (weight_.size()) part = weight_.cwiseSqrt().cwiseInverse().asDiagonal() * part;
      part = absorb(std::move(part), effects_, weight_).columns;
      if (weight_.size()) part = weight_.cwiseSqrt().asDiagonal() * part;
    }
    if (basis_.cols()) part -= basis_ * (basis_.transpose() * part);
    std::vector<Eigen::MatrixXd> out;
    for (std::size_t m = 0; m < sets_.size(); ++m) {
      out.emplace_back(sets_[m].factor.levels * inst_.cols(), v.cols());
      for (Eigen::Index d = 0; d < v.cols(); ++d) out.back().col(d) = by_cluster(m, part.col(d));
    }
    return out;
  }

  Eigen::MatrixXd base_, inst_;
  Eigen::VectorXd weight_;
  Factor boot_;
  std::vector<WildClusters> sets_;
  Eigen::MatrixXd basis_;        // Q, or the others alone where effects are absorbed draw by draw
  std::vector<Factor> effects_;  // then these
  bool drawn_ = false;
  std::vector<std::vector<std::pair<int, int>>> cells_;  // a way: cluster and boot cluster
  std::vector<std::vector<int>> cell_of_;                // a way: cell of each row
  std::vector<Eigen::MatrixXd> along_;                   // a way: inst'Q by cluster
  std::vector<Eigen::MatrixXd> thin_;                    // a column of base: Q'(column in boot cluster b)
  std::vector<std::vector<Eigen::MatrixXd>> dense_;      // a column of base, a way: (l C) x boots
};

}  // namespace ccdpanel::panel

// Effects taken out of columns: by levels, by cross-products, and by rows for those who ask.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "ccdpanel/panel/absorbed.hpp"
#include "ccdpanel/panel/column_group.hpp"

namespace ccdpanel::panel {

// The residuals x of columns X on the dummies of all factors, in the metric of the weights w (empty: all ones).
//
// The effect with most levels, the unit, is eliminated exactly: D, the deviations from its means. The other effects'
// levels p solve S p = r by conjugate gradients, r = B'WD; then the units' levels follow. The residuals' cross-products
// need no pass over the rows of the residuals: x'Wx = D'WD - p'r - r'p + p'Sp, with an error of the square of p's.
//
// Columns are centred first, by the mean of their first rows, so that a large constant costs no digits.
class Absorption {
 public:
  Absorption(Columns x, const std::vector<Factor>& factors, const Eigen::VectorXd& w, const AbsorbOptions& options)
      : x_(std::move(x)), w_(w), options_(options) {
    check_lengths(factors);
    if (options_.threads > 1 && x_.rows < 20000) options_.threads = 1;  // starting threads costs more
    centre();
    effects_.unit = &*std::max_element(factors.begin(), factors.end(),
                                       [](const Factor& a, const Factor& b) { return a.levels < b.levels; });
    for (const Factor& f : factors) {
      if (&f == effects_.unit) continue;
      effects_.others.push_back(&f);
      effects_.offset.push_back(effects_.offset.back() + f.levels);
    }
    Cells rows = take_units_out();
    if (effects_.others.empty()) {
      cross = deviations;
    } else {
      solver_ = std::make_unique<LevelSolver>(std::move(rows), options_);
      core::end_phase(options_.phases, "set up");
      solve_levels();
      core::end_phase(options_.phases, "solve");
    }
  }

  Eigen::MatrixXd cross;       // x'Wx
  Eigen::MatrixXd deviations;  // D'WD
  Eigen::VectorXd before;      // diagonal of X'WX about the means; 0 for a constant
  Eigen::VectorXd left;        // of each column, the largest |level mean| of x over the other effects

  int iterations() const { return solver_ ? solver_->iterations : 0; }
  Status status() const { return solver_ ? solver_->status : Status::ok; }
  Eigen::Index size() const { return x_.size(); }
  double total_weight() const { return total_weight_; }

  // Do the cross-products keep their digits? Not where the effects leave little of the deviations, and not where
  // squares may leave the range of doubles.
  bool sound() const {
    const auto inside = [](double v) { return v > 1e-200 && v < 1e200; };
    for (Eigen::Index j = 0; j < x_.size(); ++j) {
      if (!inside(deviations(j, j)) || !inside(before[j]) || !(cross(j, j) > coarse_share * deviations(j, j)))
        return false;
    }
    return true;
  }

  // x itself, and its squared norms.
  Eigen::VectorXd subtract(Eigen::MatrixXd& out) {
    out.resize(x_.rows, x_.size());
    core::expect_large(out.data(), static_cast<std::size_t>(out.size()) * sizeof(double));
    finish_units();
    const Pieces pieces(x_.rows);
    std::vector<Eigen::VectorXd> squares(pieces.chunks(), Eigen::VectorXd::Zero(x_.size()));
    core::parallel_for(pieces.chunks(), options_.threads, [&](std::size_t chunk) {
      pieces.each(chunk, [&](Eigen::Index first, Eigen::Index count) {
        fill(first, out.middleRows(first, count), squares[chunk].data());
      });
    });
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(x_.size());
    for (const Eigen::VectorXd& part : squares) sum += part;
    return sum;
  }

  // Before rows of x are read piece by piece, by threads: the units' values.
  void finish_units() {
    if (finished_ || !solver_) return;
    for (std::unique_ptr<ColumnGroup>& group : groups_) group->finish_units(*solver_);
    finished_ = true;
  }

  // Rows first .. of x, not more than Pieces::length of them.
  void rows(Eigen::Index first, Eigen::Ref<Eigen::MatrixXd> out) const {
    Eigen::VectorXd squares = Eigen::VectorXd::Zero(x_.size());
    fill(first, out, squares.data());
  }

  // The same less all effects but the unit, whose values need not be known.
  void rows_with_units(Eigen::Index first, Eigen::Ref<Eigen::MatrixXd> out) const {
    Eigen::Index at = 0;
    for (const std::unique_ptr<ColumnGroup>& group : groups_) {
      group->rows_with_units(effects_, first, out.middleCols(at, group->size()));
      at += group->size();
    }
  }

  // Do sums over whole units keep their digits where the units' values are left in? Not where these are most of a
  // column.
  bool units_are_light() const { return (cross.diagonal().array() > coarse_share * before.array()).all(); }
  const Factor& unit() const { return *effects_.unit; }

  // Values of each factor's levels, in the order of the factors, once x was asked for: X = their sum + x.
  std::vector<Eigen::MatrixXd> levels(const std::vector<Factor>& factors) {
    std::vector<Eigen::MatrixXd> out;
    for (const Factor& f : factors) out.emplace_back(f.levels, x_.size());
    each_group([&](ColumnGroup& group, Eigen::Index first) {
      std::size_t other = 0;
      for (std::size_t e = 0; e < factors.size(); ++e) {
        auto to = out[e].middleCols(first, group.size());
        if (&factors[e] == effects_.unit) {
          to = group.unit_level();
          to.rowwise() += x_.centre.segment(first, group.size()).transpose();
        } else {
          to = group.levels().middleRows(effects_.offset[other++], factors[e].levels);
        }
      }
    });
    return out;
  }

  // x b, without x: for instance residuals, b the coefficients beside a one for the dependent variable.
  Eigen::VectorXd combination(const Eigen::VectorXd& b) const {
    Block<1> unit_level = Block<1>::Zero(effects_.unit->levels, 1), p = Block<1>::Zero(effects_.offset.back(), 1);
    std::vector<Eigen::Index> used;
    for (Eigen::Index j = 0; j < b.size(); ++j) {
      if (b[j] != 0) used.push_back(j);
    }
    Eigen::Index first = 0;
    for (const std::unique_ptr<ColumnGroup>& group : groups_) {
      unit_level += group->unit_level() * b.segment(first, group->size());
      if (solver_) p += group->levels() * b.segment(first, group->size());
      first += group->size();
    }
    if (solver_ && !finished_) unit_level -= solver_->system().unit_means(p);
    Eigen::VectorXd out(x_.rows);
    core::expect_large(out.data(), static_cast<std::size_t>(out.size()) * sizeof(double));
    const Pieces pieces(x_.rows);
    core::parallel_for(pieces.chunks(), options_.threads, [&](std::size_t chunk) {
      Eigen::VectorXd column(std::min(x_.rows, Pieces::length));
      pieces.each(chunk, [&](Eigen::Index from, Eigen::Index count) {
        auto sum = out.segment(from, count);
        for (Eigen::Index i = 0; i < count; ++i)
          sum[i] = -effects_at(unit_level, p, static_cast<std::size_t>(from + i));
        for (const Eigen::Index j : used) {
          x_.piece(static_cast<int>(j), from, column.head(count));
          sum += b[j] * column.head(count);
        }
      });
    });
    return out;
  }

 private:
  static constexpr int piece = 512;

  void check_lengths(const std::vector<Factor>& factors) const {
    for (const Factor& f : factors) {
      if (static_cast<Eigen::Index>(f.code.size()) != x_.rows)
        throw std::invalid_argument("absorb: codes and rows differ");
    }
    if (w_.size() && w_.size() != x_.rows) throw std::invalid_argument("absorb: weights and rows differ");
  }

  void centre() {
    x_.centre.resize(0);
    Eigen::VectorXd mean(x_.size());
    for (Eigen::Index j = 0; j < x_.size(); ++j)
      mean[j] = x_.piece(static_cast<int>(j), 0, std::min(x_.rows, Pieces::length)).mean();
    x_.centre = mean;
  }

  template <class Body>
  void each_group(const Body& body) {
    Eigen::Index first = 0;
    for (std::unique_ptr<ColumnGroup>& group : groups_) {
      body(*group, first);
      first += group->size();
    }
  }

  void fill(Eigen::Index row, Eigen::Ref<Eigen::MatrixXd> out, double* squares) const {
    Eigen::Index first = 0;
    for (const std::unique_ptr<ColumnGroup>& group : groups_) {
      group->rows(effects_, w_, row, out.middleCols(first, group->size()), squares + first);
      first += group->size();
    }
  }

  double effects_at(const Block<1>& unit_level, const Block<1>& p, std::size_t row) const {
    double sum = unit_level[effects_.unit->code[row]];
    for (std::size_t j = 0; j < effects_.others.size(); ++j)
      sum += p[effects_.offset[j] + effects_.others[j]->code[row]];
    return sum;
  }

  // Columns go four at a time, the last up to three by themselves.
  void make_groups(const UnitOrder& order, const Cells& rows, std::size_t parts) {
    for (Eigen::Index first = 0; first < x_.size(); first += 4) {
      switch (std::min<Eigen::Index>(4, x_.size() - first)) {
        case 1:
          groups_.push_back(std::make_unique<UnitColumns<1>>(x_, first, order, rows, parts));
          break;
        case 2:
          groups_.push_back(std::make_unique<UnitColumns<2>>(x_, first, order, rows, parts));
          break;
        case 3:
          groups_.push_back(std::make_unique<UnitColumns<3>>(x_, first, order, rows, parts));
          break;
        default:
          groups_.push_back(std::make_unique<UnitColumns<4>>(x_, first, order, rows, parts));
      }
    }
  }

  // One pass over the rows, unit by unit: means, deviations, their cross-products, and their sums by the other effects'
  // levels. Parts of the units have sums of their own, added in order; as many as stay small beside the rows.
  Cells take_units_out() {
    const UnitOrder order(*effects_.unit, options_.threads);
    Cells rows = row_cells(order, effects_.others, w_);
    const int parts =
        static_cast<int>(std::max<Eigen::Index>(1, std::min<Eigen::Index>(4, x_.rows / (8 * rows.stacked() + 20000))));
    make_groups(order, rows, static_cast<std::size_t>(parts));
    core::end_phase(options_.phases, "sort");
    std::vector<Eigen::MatrixXd> part(static_cast<std::size_t>(parts));
    core::parallel_for(part.size(), options_.threads, [&](std::size_t p) {
      const int at = static_cast<int>(p);
      part[p] = deviations_of(rows, rows.unit_at(at, parts), rows.unit_at(at + 1, parts), p);
    });
    deviations = part[0];
    for (std::size_t p = 1; p < part.size(); ++p) deviations += part[p];
    deviations.triangularView<Eigen::StrictlyUpper>() = deviations.transpose();
    each_group([](ColumnGroup& group, Eigen::Index) { group.gather(); });
    sum_squares(rows);
    core::end_phase(options_.phases, "means");
    return rows;
  }

  Eigen::MatrixXd deviations_of(const Cells& rows, int from, int past, std::size_t part) {
    const Eigen::Index k = x_.size();
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(k, k), block(piece, k);
    for (int u = from, next; u < past; u = next) {  // so many units at a time as stay in the nearest cache
      for (next = u + 1; next < past && rows.start[next + 1] - rows.start[u] <= piece;) ++next;
      const int count = rows.start[next] - rows.start[u];
      if (count > block.rows()) block.resize(count, k);
      each_group([&](ColumnGroup& group, Eigen::Index first) {
        group.take_out(u, next, part, block.block(0, first, count, group.size()));
      });
      for (Eigen::Index j = 0; j < k; ++j) {
        for (Eigen::Index i = j; i < k; ++i) sum(i, j) += block.col(i).head(count).dot(block.col(j).head(count));
      }
    }
    return sum;
  }

  // Sums of squares about the means: within units, and between them. What is rounding of a constant is none.
  void sum_squares(const Cells& rows) {
    const Eigen::Map<const Eigen::VectorXd> weight(rows.unit_weight.data(), rows.units());
    total_weight_ = weight.sum();
    before.resize(x_.size());
    each_group([&](ColumnGroup& group, Eigen::Index first) {
      const ColumnGroup::Rows mean = group.unit_level();
      for (Eigen::Index j = 0; j < group.size(); ++j) {
        const double sum = weight.dot(mean.col(j)), square = sum * sum / total_weight_;
        const double between = (weight.array() * mean.col(j).array().square()).sum() - square;
        const double all = deviations(first + j, first + j) + std::max(between, 0.0);
        before[first + j] = all > 1e-13 * square ? all : 0.0;
      }
    });
  }

  void solve_levels() {
    const Eigen::Index k = x_.size();
    const Eigen::VectorXd norm = deviations.diagonal().cwiseSqrt(), weight = solver_->level_weight();
    Eigen::MatrixXd r(solver_->system().size(), k), p(r.rows(), k), q(r.rows(), k);
    left.resize(k);
    each_group([&](ColumnGroup& group, Eigen::Index first) {
      group.solve(*solver_, norm.data() + first);
      r.middleCols(first, group.size()) = group.level_sums();
      p.middleCols(first, group.size()) = group.levels();
      q.middleCols(first, group.size()) = group.explained();
    });
    for (Eigen::Index j = 0; j < k; ++j) left[j] = ((r.col(j) - q.col(j)).array().abs() / weight.array()).maxCoeff();
    const Eigen::MatrixXd pr = p.transpose() * r;
    cross = deviations - pr - pr.transpose() + p.transpose() * q;
  }

  Columns x_;
  const Eigen::VectorXd& w_;
  AbsorbOptions options_;
  StackedEffects effects_;
  std::vector<std::unique_ptr<ColumnGroup>> groups_;
  std::unique_ptr<LevelSolver> solver_;
  bool finished_ = false;
  double total_weight_ = 0;
};

}  // namespace ccdpanel::panel

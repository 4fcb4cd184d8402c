// Effects taken out of columns: by levels, by cross-products, and by rows for those who ask.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/absorbed.hpp"
#include "ccdpanel/absorb/unit_deviations.hpp"

namespace ccdpanel::panel {

// The residuals x of columns X on the dummies of all factors, in the metric of the weights w (empty: all ones).
//
// D are the deviations from what one effect, the unit, has: its means, and its slope if only_slope() finds one. The
// other effects' levels p solve S p = r by conjugate gradients, r = B'WD; then the units' levels follow. The residuals'
// cross-products need no pass over the rows of the residuals: x'Wx = D'WD - p'r - r'p + p'Sp, with an error of the
// square of p's.
class Absorption {
 public:
  Absorption(Columns x, const std::vector<Factor>& factors, const Eigen::VectorXd& w, const AbsorbOptions& options)
      : w_(w),
        options_(for_rows(options, factors, x.rows)),
        units_(std::move(x), factors, w, options_.threads, options_.phases) {
    if (units_.effects.others.empty()) {
      cross = units_.products;
    } else {
      solver_ = std::make_unique<LevelSolver>(std::move(units_.rows), options_);
      core::end_phase(options_.phases, "set up");
      solve_levels();
      core::end_phase(options_.phases, "solve");
    }
  }

  Eigen::MatrixXd cross;  // x'Wx
  Eigen::VectorXd left;   // of each column, the largest |level mean| of x over the other effects

  const Eigen::MatrixXd& deviations() const { return units_.products; }  // D'WD
  const Eigen::VectorXd& before() const { return units_.before; }        // diagonal of X'WX about the means

  int iterations() const { return solver_ ? solver_->iterations : 0; }
  Status status() const { return solver_ ? solver_->status : Status::ok; }
  Eigen::Index size() const { return units_.columns.size(); }
  double total_weight() const { return units_.total_weight; }

  // Do the cross-products keep their digits? Not where the effects leave little of the deviations, and not where
  // squares may leave the range of doubles.
  bool sound() const {
    const auto inside = [](double v) { return v > 1e-200 && v < 1e200; };
    for (Eigen::Index j = 0; j < units_.columns.size(); ++j) {
      if (!inside(deviations()(j, j)) || !inside(before()[j]) || !(cross(j, j) > coarse_share * deviations()(j, j)))
        return false;
    }
    return true;
  }

  // x itself, and its squared norms.
  Eigen::VectorXd subtract(Eigen::MatrixXd& out) {
    out.resize(units_.columns.rows, units_.columns.size());
    core::expect_large(out.data(), static_cast<std::size_t>(out.size()) * sizeof(double));
    finish_units();
    const Pieces pieces(units_.columns.rows);
    std::vector<Eigen::VectorXd> squares(pieces.chunks(), Eigen::VectorXd::Zero(units_.columns.size()));
    core::parallel_for(pieces.chunks(), options_.threads, [&](std::size_t chunk) {
      pieces.each(chunk, [&](Eigen::Index first, Eigen::Index count) {
        fill(first, out.middleRows(first, count), squares[chunk].data());
      });
    });
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(units_.columns.size());
    for (const Eigen::VectorXd& part : squares) sum += part;
    return sum;
  }

  // Before rows of x are read piece by piece, by threads: the units' values.
  void finish_units() {
    if (finished_ || !solver_) return;
    for (std::unique_ptr<ColumnGroup>& group : units_.groups) group->finish_units(*solver_);
    finished_ = true;
  }

  // Rows first .. of x, not more than Pieces::length of them.
  void rows(Eigen::Index first, Eigen::Ref<Eigen::MatrixXd> out) const {
    Eigen::VectorXd squares = Eigen::VectorXd::Zero(units_.columns.size());
    fill(first, out, squares.data());
  }

  // Of the j-th column the same less all effects but the unit, whose values need not be known.
  void rows_keeping_units(int j, Eigen::Index first, Eigen::Ref<Eigen::VectorXd> out) const {
    std::size_t group = 0;
    for (; j >= units_.groups[group]->size(); ++group) j -= units_.groups[group]->size();
    units_.groups[group]->rows_keeping_units(units_.effects, j, first, out);
  }

  // Do sums over whole units keep their digits where the units' values are left in? Not where these are most of a
  // column.
  bool units_are_light() const { return (cross.diagonal().array() > coarse_share * before().array()).all(); }
  // Degrees of freedom of effects with a slope, where the work came across them.
  std::optional<EffectsRank> rank(const std::vector<Factor>& factors) const {
    if (!units_.effects.slopes || w_.size()) return std::nullopt;
    const PivotedCholesky* const decomposed = solver_ ? solver_->decomposed() : nullptr;
    if (!units_.others_rank && !decomposed) return std::nullopt;
    return only_slope_rank(factors, *units_.effects.slopes,
                           units_.others_rank.value_or(decomposed ? decomposed->rank() : 0),
                           units_.others_rank || decomposed->clear());
  }
  const Factor& unit() const { return *units_.effects.unit; }

  // Values of each factor's levels, in the order of the factors, once x was asked for: X = their sum + x.
  std::vector<Eigen::MatrixXd> levels(const std::vector<Factor>& factors) {
    std::vector<Eigen::MatrixXd> out;
    for (const Factor& f : factors)
      out.emplace_back(static_cast<Eigen::Index>(f.levels) * level_width(f), units_.columns.size());
    units_.each_group([&](ColumnGroup& group, Eigen::Index first) {
      std::size_t other = 0;
      for (std::size_t e = 0; e < factors.size(); ++e) {
        auto to = out[e].middleCols(first, group.size());
        if (&factors[e] == units_.effects.unit) {
          to.topRows(factors[e].levels) = group.unit_level();
          if (units_.effects.slopes) split_slopes(*units_.effects.slopes, group.unit_slope(), to);
          to.topRows(factors[e].levels).rowwise() += units_.columns.centre.segment(first, group.size()).transpose();
        } else {
          to = group.levels().middleRows(units_.effects.offset[other++], factors[e].levels);
        }
      }
    });
    return out;
  }

  // x b, without x: for instance residuals, b the coefficients beside a one for the dependent variable.
  Eigen::VectorXd combination(const Eigen::VectorXd& b) const {
    Block<1> unit_level(units_.effects.unit->levels, 1);
    core::expect_large(unit_level.data(), static_cast<std::size_t>(unit_level.size()) * sizeof(double));
    unit_level.setZero();
    Block<1> unit_slope = Block<1>::Zero(units_.effects.slopes ? unit_level.rows() : 0, 1),
             p = Block<1>::Zero(units_.effects.offset.back(), 1);
    std::vector<Eigen::Index> used;
    for (Eigen::Index j = 0; j < b.size(); ++j) {
      if (b[j] != 0) used.push_back(j);
    }
    Eigen::Index first = 0;
    for (const std::unique_ptr<ColumnGroup>& group : units_.groups) {
      unit_level.noalias() += group->unit_level() * b.segment(first, group->size());
      if (unit_slope.rows()) unit_slope.noalias() += group->unit_slope() * b.segment(first, group->size());
      if (solver_) p.noalias() += group->levels() * b.segment(first, group->size());
      first += group->size();
    }
    if (solver_ && !finished_) {
      const Block<1> mean = solver_->system().unit_means(p);
      unit_level -= mean;
      if (unit_slope.rows()) unit_slope -= solver_->system().unit_slopes(p, mean);
    }
    Eigen::VectorXd out = units_.groups[0]->leftover();
    if (!out.size()) {
      out.resize(units_.columns.rows);
      core::expect_large(out.data(), static_cast<std::size_t>(out.size()) * sizeof(double));
    }
    const Pieces pieces(units_.columns.rows);
    core::parallel_for(pieces.chunks(), options_.threads, [&](std::size_t chunk) {
      Eigen::VectorXd column(std::min(units_.columns.rows, Pieces::length));
      pieces.each(chunk, [&](Eigen::Index from, Eigen::Index count) {
        auto sum = out.segment(from, count);
        for (Eigen::Index i = 0; i < count; ++i) {
          prefetch<1>(unit_level, units_.effects.unit->code, from + i);
          sum[i] = -effects_at(unit_level, unit_slope, p, static_cast<std::size_t>(from + i));
        }
        for (const Eigen::Index j : used) {
          units_.columns.piece(static_cast<int>(j), from, column.head(count));
          sum += b[j] * column.head(count);
        }
      });
    });
    return out;
  }

 private:
  // Starting threads costs more than few rows take. The steps of few rows cost nothing, and sums of scores, as
  // clustered errors have them, are as far off as the columns, not as their squares: there they end late. Behind slopes
  // a tighter tolerance is not always to be had.
  static AbsorbOptions for_rows(AbsorbOptions options, const std::vector<Factor>& factors, Eigen::Index rows) {
    if (rows >= 20000) return options;
    options.threads = 1;
    if (!any_slopes(factors)) options.tolerance = std::min(options.tolerance, 1e-12);
    return options;
  }

  void fill(Eigen::Index row, Eigen::Ref<Eigen::MatrixXd> out, double* squares) const {
    Eigen::Index first = 0;
    for (const std::unique_ptr<ColumnGroup>& group : units_.groups) {
      group->rows(units_.effects, w_, row, out.middleCols(first, group->size()), squares + first);
      first += group->size();
    }
  }

  double effects_at(const Block<1>& unit_level, const Block<1>& unit_slope, const Block<1>& p, std::size_t row) const {
    const int u = units_.effects.unit->code[row];
    double sum = unit_level[u];
    if (unit_slope.rows()) sum += units_.effects.slopes->at(u, row) * unit_slope[u];
    for (std::size_t j = 0; j < units_.effects.others.size(); ++j)
      sum += p[units_.effects.offset[j] + units_.effects.others[j]->code[row]];
    return sum;
  }

  void solve_levels() {
    const Eigen::Index k = units_.columns.size();
    const Eigen::VectorXd norm = deviations().diagonal().cwiseSqrt(), whole = before().cwiseSqrt();
    const Eigen::VectorXd& weight = solver_->level_weight();
    Eigen::MatrixXd r(solver_->system().size(), k), p(r.rows(), k), q(r.rows(), k);
    left.resize(k);
    units_.each_group([&](ColumnGroup& group, Eigen::Index first) {
      group.solve(*solver_, norm.data() + first, whole.data() + first);
      r.middleCols(first, group.size()) = group.level_sums();
      p.middleCols(first, group.size()) = group.levels();
      q.middleCols(first, group.size()) = group.explained();
    });
    for (Eigen::Index j = 0; j < k; ++j) left[j] = ((r.col(j) - q.col(j)).array().abs() / weight.array()).maxCoeff();
    const Eigen::MatrixXd pr = p.transpose() * r;
    cross = deviations() - pr - pr.transpose() + p.transpose() * q;
  }

  // The units' values at their centres and slopes on their bases become intercepts and, below them, slopes.
  template <class To>
  static void split_slopes(const UnitSlopes& slopes, const ColumnGroup::Rows& on_basis, To& to) {
    const Eigen::Index levels = on_basis.rows();
    for (Eigen::Index u = 0; u < levels; ++u) {
      const UnitTrend& trend = slopes.trend(static_cast<int>(u));
      to.row(levels + u) = trend.scale * on_basis.row(u);
      to.row(u) -= (trend.centre + trend.rest) * to.row(levels + u);
    }
  }

  const Eigen::VectorXd& w_;
  const AbsorbOptions options_;  // the solver reads them
  UnitDeviations units_;
  std::unique_ptr<LevelSolver> solver_;
  bool finished_ = false;
};

}  // namespace ccdpanel::panel

// Columns less their means in the units of one effect: the first pass over the rows.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/column_group.hpp"
#include "ccdpanel/absorb/unit_slopes.hpp"
#include "ccdpanel/core/phases.hpp"

namespace ccdpanel::panel {

// The unit is the effect with most levels, or the one with a slope: only_slope() is asked before. Its means, and what
// its slope has, are taken out exactly, in the metric of the weights w (empty: all ones; they must outlive this). What
// is left, D, stays in the groups of columns: its sums by level of the other effects; D'WD is here.
//
// Columns are centred first, by the mean of their first rows, so that a large constant costs no digits.
class UnitDeviations {
 public:
  UnitDeviations(Columns x, const std::vector<Factor>& factors, const Eigen::VectorXd& w, int threads,
                 core::Phases* phases)
      : columns(std::move(x)), w_(w) {
    check_lengths(factors);
    centre();
    effects.unit = &*std::max_element(factors.begin(), factors.end(), [](const Factor& a, const Factor& b) {
      return a.slopes.size() == b.slopes.size() ? a.levels < b.levels : a.slopes.size() < b.slopes.size();
    });
    for (const Factor& f : factors) {
      if (&f == effects.unit) continue;
      effects.others.push_back(&f);
      effects.offset.push_back(effects.offset.back() + f.levels);
    }
    take_out(threads, phases);
  }
  // The groups look into the columns and the rows.
  UnitDeviations(const UnitDeviations&) = delete;
  UnitDeviations& operator=(const UnitDeviations&) = delete;

  // body(group, its first column) for every group.
  template <class Body>
  void each_group(const Body& body) {
    Eigen::Index first = 0;
    for (std::unique_ptr<ColumnGroup>& group : groups) {
      body(*group, first);
      first += group->size();
    }
  }

  Columns columns;
  StackedEffects effects;
  std::vector<std::unique_ptr<ColumnGroup>> groups;
  Cells rows;                // in the order of the units, every row its own cell; free to be moved from
  Eigen::MatrixXd products;  // D'WD
  Eigen::VectorXd before;    // diagonal of X'WX about the means; 0 for a constant
  double total_weight = 0;
  std::optional<long long> others_rank;  // behind a slope, where it is plain

 private:
  static constexpr int piece = 512;

  void check_lengths(const std::vector<Factor>& factors) const {
    for (const Factor& f : factors) {
      if (static_cast<Eigen::Index>(f.code.size()) != columns.rows)
        throw std::invalid_argument("absorb: codes and rows differ");
    }
    if (w_.size() && w_.size() != columns.rows) throw std::invalid_argument("absorb: weights and rows differ");
  }

  void centre() {
    columns.centre.resize(0);
    columns.rest.resize(0);
    Eigen::VectorXd mean(columns.size());
    for (Eigen::Index j = 0; j < columns.size(); ++j)
      mean[j] = columns.piece(static_cast<int>(j), 0, std::min(columns.rows, Pieces::length)).mean();
    columns.centre = mean;
  }

  // Columns go four at a time, the last up to three by themselves.
  void make_groups(const UnitOrder& order, std::size_t parts) {
    const bool sloped = !effects.unit->slopes.empty();
    for (Eigen::Index first = 0; first < columns.size(); first += 4) {
      switch (std::min<Eigen::Index>(4, columns.size() - first)) {
        case 1:
          groups.push_back(std::make_unique<UnitColumns<1>>(columns, first, order, rows, parts, sloped));
          break;
        case 2:
          groups.push_back(std::make_unique<UnitColumns<2>>(columns, first, order, rows, parts, sloped));
          break;
        case 3:
          groups.push_back(std::make_unique<UnitColumns<3>>(columns, first, order, rows, parts, sloped));
          break;
        default:
          groups.push_back(std::make_unique<UnitColumns<4>>(columns, first, order, rows, parts, sloped));
      }
    }
  }

  // One pass over the rows, unit by unit: means, deviations, their cross-products, and their sums by the other effects'
  // levels. Parts of the units have sums of their own, added in order; as many as stay small beside the rows.
  void take_out(int threads, core::Phases* phases) {
    UnitOrder order(*effects.unit, threads);
    rows = row_cells(order, effects.others, w_);
    const int parts = static_cast<int>(
        std::max<Eigen::Index>(1, std::min<Eigen::Index>(4, columns.rows / (8 * rows.stacked() + 20000))));
    make_groups(order, static_cast<std::size_t>(parts));
    if (!effects.unit->slopes.empty()) {
      effects.slopes.emplace(effects.unit->slopes[0], order);
      if (!effects.others.empty()) rows.slope.resize(order.rows());
    }
    if (!effects.slopes) order.forget_places();
    core::end_phase(phases, "sort");
    std::vector<Eigen::MatrixXd> part(static_cast<std::size_t>(parts));
    core::parallel_for(part.size(), threads, [&](std::size_t p) {
      const int at = static_cast<int>(p);
      part[p] = products_of(rows.unit_at(at, parts), rows.unit_at(at + 1, parts), p);
    });
    products = part[0];
    for (std::size_t p = 1; p < part.size(); ++p) products += part[p];
    products.triangularView<Eigen::StrictlyUpper>() = products.transpose();
    each_group([](ColumnGroup& group, Eigen::Index first) { group.gather(first == 0); });
    if (effects.slopes) effects.slopes->settled();
    if (effects.slopes && effects.others.size() <= 1 && !w_.size())
      others_rank = panel::others_rank(rows, *effects.slopes);
    sum_squares(threads);
    core::end_phase(phases, "means");
  }

  Eigen::MatrixXd products_of(int from, int past, std::size_t part) {
    const Eigen::Index k = columns.size();
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(k, k), block(piece, k);
    std::vector<double> basis;
    for (int u = from, next; u < past; u = next) {  // so many units at a time as stay in the nearest cache
      for (next = u + 1; next < past && rows.start[next + 1] - rows.start[u] <= piece;) ++next;
      const int count = rows.start[next] - rows.start[u];
      if (count > block.rows()) block.resize(count, k);
      if (effects.slopes) settle_slopes(u, next, basis);
      each_group([&](ColumnGroup& group, Eigen::Index first) {
        group.take_out(u, next, part, basis.data(), block.block(0, first, count, group.size()));
      });
      for (Eigen::Index j = 0; j < k; ++j) {
        for (Eigen::Index i = j; i < k; ++i) sum(i, j) += block.col(i).head(count).dot(block.col(j).head(count));
      }
    }
    return sum;
  }

  void settle_slopes(int from, int past, std::vector<double>& basis) {
    const int first = rows.start[from], count = rows.start[past] - first;
    if (basis.size() < static_cast<std::size_t>(count)) basis.resize(static_cast<std::size_t>(std::max(count, piece)));
    for (int u = from; u < past; ++u) effects.slopes->settle(rows, u, basis.data() + (rows.start[u] - first));
    if (rows.slope.empty()) return;
    double* const to = rows.slope.data() + first;
    for (int i = 0; i < count; ++i) to[i] = rows.weight_of(first + i) * basis[static_cast<std::size_t>(i)];
  }

  // Sums of squares about the means: within units, and between them. What is rounding of a constant is none.
  void sum_squares(int threads) {
    const Eigen::Map<const Eigen::VectorXd> weight(rows.unit_weight.data(), rows.units());
    total_weight = weight.sum();
    before.resize(columns.size());
    const Eigen::MatrixXd sums = unit_sums(weight, threads);
    each_group([&](ColumnGroup& group, Eigen::Index first) {
      for (Eigen::Index j = 0; j < group.size(); ++j) {
        const double sum = sums(first + j, 0), square = sum * sum / total_weight;
        const double between = sums(first + j, 1) - square;
        const double sloped = effects.slopes ? group.unit_slope().col(j).squaredNorm() : 0;
        const double all = products(first + j, first + j) + sloped + std::max(between, 0.0);
        before[first + j] = all > 1e-13 * square ? all : 0.0;
      }
    });
  }

  // Of each column the weighted sums of the units' means, and of their squares.
  Eigen::MatrixXd unit_sums(const Eigen::Map<const Eigen::VectorXd>& weight, int threads) {
    const Pieces pieces(weight.size());
    std::vector<Eigen::MatrixXd> part(pieces.chunks(), Eigen::MatrixXd::Zero(columns.size(), 2));
    core::parallel_for(pieces.chunks(), pieces.threads(threads), [&](std::size_t chunk) {
      pieces.each(chunk, [&](Eigen::Index from, Eigen::Index count) {
        each_group([&](ColumnGroup& group, Eigen::Index first) {
          const ColumnGroup::Rows mean = group.unit_level();
          for (Eigen::Index u = from; u < from + count; ++u) {
            for (Eigen::Index j = 0; j < group.size(); ++j) {
              const double weighted = weight[u] * mean(u, j);
              part[chunk](first + j, 0) += weighted;
              part[chunk](first + j, 1) += weighted * mean(u, j);
            }
          }
        });
      });
    });
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(columns.size(), 2);
    for (const Eigen::MatrixXd& p : part) sum += p;
    return sum;
  }

  const Eigen::VectorXd& w_;
};

}  // namespace ccdpanel::panel

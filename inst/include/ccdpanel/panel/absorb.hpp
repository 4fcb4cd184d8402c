// Absorbing effects: the residuals of columns on any number of sets of dummies.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "ccdpanel/panel/level_solver.hpp"
#include "ccdpanel/panel/within_unit.hpp"

namespace ccdpanel::panel {

// A column whose squared norm falls below this share of what it was is absorbed: what is left of it is rounding.
constexpr double absorbed_share = 1e-20;
// A column whose share falls below this one may be all tolerance: absorbed again, it shrinks once more if it is.
constexpr double doubtful_share = 1e-12;

struct Absorbed {
  Eigen::MatrixXd columns;             // n x K, demeaned
  std::vector<Eigen::MatrixXd> level;  // per effect (levels x K): column = sum of its levels' values + demeaned column
  Eigen::VectorXd kept;                // per column: its squared norm after, over before (centred); 0 for a constant
  double certificate = 0;  // largest |level mean| of a demeaned column in its own standard deviations, of the effects
                           // that are not eliminated exactly
  int iterations = 0;
  Status status = Status::ok;
};

namespace detail {

inline void check_lengths(Eigen::Index rows, const std::vector<Factor>& factors, const Eigen::VectorXd& w) {
  for (const Factor& f : factors) {
    if (static_cast<Eigen::Index>(f.code.size()) != rows) throw std::invalid_argument("absorb: codes and rows differ");
  }
  if (w.size() && w.size() != rows) throw std::invalid_argument("absorb: weights and rows differ");
}

// The work of one call: the effect with most levels is the unit, the others are solved for.
class Absorption {
 public:
  Absorption(const Columns& x, const std::vector<Factor>& factors, const Eigen::VectorXd& w,
             const AbsorbOptions& options)
      : x_(x), factors_(factors), w_(w), options_(options), pieces_(x.rows) {
    centre_columns(x_, w, options.threads);
    for (std::size_t e = 1; e < factors.size(); ++e) {
      if (factors[e].levels > factors[unit_].levels) unit_ = e;
    }
    for (std::size_t e = 0; e < factors.size(); ++e) {
      if (e != unit_) others_.push_back(&factors[e]);
    }
    out.columns.resize(x.rows, x.size());
    out.kept.resize(x.size());
    if (options.levels) {
      for (const Factor& f : factors) out.level.emplace_back(f.levels, x.size());
    }
  }

  // Columns go four at a time, a last one or two by themselves.
  void run() {
    const Eigen::Index k = x_.size();
    std::vector<Eigen::Index> fours;
    for (Eigen::Index first = 0; first < k; first += 4) fours.push_back(first);
    const Eigen::Index rest = k % 4;
    if (rest == 1 || rest == 2) fours.pop_back();
    run_group<4>(fours);
    if (rest == 1) run_group<1>({k - 1});
    if (rest == 2) run_group<2>({k - 2});
    if (solver_) {
      out.iterations = solver_->iterations;
      out.status = solver_->status;
    }
  }

  Absorbed out;

 private:
  // The passes over the rows need no more than a core each: the columns' share runs beside the sorting of the rows.
  template <int K>
  void run_group(const std::vector<Eigen::Index>& firsts) {
    if (firsts.empty()) return;
    std::vector<WithinUnit<K>> within;
    for (const Eigen::Index first : firsts) within.emplace_back(x_, first, factors_[unit_], w_);
    const int threads = pieces_.threads(options_.threads);
    const bool prepared = !unit_weight_.empty();
    std::unique_ptr<Cells> cells;
    core::parallel_for(within.size() + 1, threads, [&](std::size_t task) {
      if (task) return within[task - 1].sums();
      if (prepared) return;
      if (others_.empty()) {
        const Eigen::VectorXd total = level_weights(factors_[unit_], w_);
        unit_weight_.assign(total.data(), total.data() + total.size());
      } else {
        cells = std::make_unique<Cells>(make_cells(factors_[unit_], others_, w_));
        unit_weight_ = cells->unit_weight;
        offset_ = cells->offset;
      }
    });
    if (cells) solver_ = std::make_unique<LevelSolver>(std::move(*cells), options_);
    for (WithinUnit<K>& part : within) part.means(unit_weight_.data(), others_, offset_, threads);
    for (std::size_t g = 0; g < firsts.size(); ++g) finish(within[g], firsts[g]);
  }

  template <int K>
  void finish(const WithinUnit<K>& within, Eigen::Index first) {
    Block<K> unit_level = within.mean(), p(0, K);
    Row<K> left = Row<K>::Zero();
    if (solver_) {
      p = solver_->solve<K>(within.r(), within.after().sqrt());
      unit_level -= solver_->system().unit_means(p);
      left = solver_->largest_mean<K>(within.r(), p);
    }
    const Row<K> after = subtract(unit_level, p, first);
    const double rows = w_.size() ? w_.sum() : static_cast<double>(x_.rows);
    for (Eigen::Index j = first; j < std::min(first + K, x_.size()); ++j) {
      const Eigen::Index k = j - first;
      out.kept[j] = within.before()[k] > 0 ? after[k] / within.before()[k] : 0.0;
      if (out.kept[j] > absorbed_share)
        out.certificate = std::max(out.certificate, left[k] / std::sqrt(after[k] / rows));
      if (options_.levels) keep_levels(unit_level, p, j, k);
    }
  }

  // The last pass: the demeaned columns, and their squared norms.
  template <int K>
  Row<K> subtract(const Block<K>& unit_level, const Block<K>& p, Eigen::Index first) {
    const Lanes<K> lanes(x_, first);
    const Eigen::Index count = std::min<Eigen::Index>(K, x_.size() - first);
    std::vector<Row<K>> norm(pieces_.chunks(), Row<K>::Zero());
    const Codes& unit = factors_[unit_].code;
    double* to[K];
    for (Eigen::Index k = 0; k < count; ++k) to[k] = out.columns.col(first + k).data();
    core::parallel_for(pieces_.chunks(), pieces_.threads(options_.threads), [&](std::size_t chunk) {
      Row<K> own = Row<K>::Zero();
      pieces_.each(chunk, [&](Eigen::Index from, Eigen::Index length) {
        for (Eigen::Index i = from; i < from + length; ++i) {
          prefetch<K>(unit_level, unit, i);
          const std::size_t at = static_cast<std::size_t>(i);
          Row<K> v = lanes(i) - lane(unit_level, unit[at]);
          for (std::size_t j = 0; j < others_.size(); ++j) v -= lane(p, offset_[j] + others_[j]->code[at]);
          for (Eigen::Index k = 0; k < count; ++k) to[k][i] = v[k];
          own += detail::weight(w_, i) * v * v;
        }
      });
      norm[chunk] = own;
    });
    Row<K> sum = Row<K>::Zero();
    for (const Row<K>& part : norm) sum += part;
    return sum;
  }

  template <int K>
  void keep_levels(const Block<K>& unit_level, const Block<K>& p, Eigen::Index column, Eigen::Index k) {
    out.level[unit_].col(column) = unit_level.col(k).array() + x_.centre[column];
    Eigen::Index row = 0;
    for (std::size_t e = 0; e < factors_.size(); ++e) {
      if (e == unit_) continue;
      out.level[e].col(column) = p.col(k).segment(row, factors_[e].levels);
      row += factors_[e].levels;
    }
  }

  Columns x_;
  const std::vector<Factor>& factors_;
  const Eigen::VectorXd& w_;
  const AbsorbOptions& options_;
  const Pieces pieces_;
  std::size_t unit_ = 0;
  std::vector<const Factor*> others_;
  std::vector<int> offset_{0};
  std::vector<double> unit_weight_;
  std::unique_ptr<LevelSolver> solver_;
};

inline void absorb_again(const std::vector<Factor>& factors, const Eigen::VectorXd& w, const AbsorbOptions& options,
                         Absorbed& out);

}  // namespace detail

// Residuals of each column of x on the dummies of all factors, in the metric of the weights w (empty: all ones).
//
// The effect with most levels is eliminated exactly (its levels are means), the others by conjugate gradients on the
// reduced system; then its levels follow from theirs. Columns are centred first, so a large constant in a regressor
// costs no digits. Without factors, the columns are copied as they are.
inline Absorbed absorb(const Columns& x, const std::vector<Factor>& factors, const Eigen::VectorXd& w,
                       const AbsorbOptions& options = {}) {
  detail::check_lengths(x.rows, factors, w);
  if (factors.empty() || x.rows == 0 || x.size() == 0) {
    Absorbed out;
    out.kept = Eigen::VectorXd::Ones(x.size());
    out.columns.resize(x.rows, x.size());
    for (Eigen::Index j = 0; j < x.size(); ++j) x.piece(static_cast<int>(j), 0, out.columns.col(j));
    return out;
  }
  detail::Absorption work(x, factors, w, options);
  work.run();
  if (options.again && factors.size() > 1) detail::absorb_again(factors, w, options, work.out);
  return std::move(work.out);
}

inline Absorbed absorb(const Eigen::MatrixXd& x, const std::vector<Factor>& factors, const Eigen::VectorXd& w,
                       const AbsorbOptions& options = {}) {
  return absorb(view(x), factors, w, options);
}

inline void detail::absorb_again(const std::vector<Factor>& factors, const Eigen::VectorXd& w,
                                 const AbsorbOptions& options, Absorbed& out) {
  AbsorbOptions once = options;
  once.again = false;
  for (Eigen::Index k = 0; k < out.columns.cols(); ++k) {
    if (!(out.kept[k] > absorbed_share && out.kept[k] <= doubtful_share)) continue;
    const Absorbed second = absorb(Eigen::MatrixXd(out.columns.col(k)), factors, w, once);
    out.columns.col(k) = second.columns;
    for (std::size_t e = 0; e < out.level.size(); ++e) out.level[e].col(k) += second.level[e];
    out.kept[k] *= second.kept[0];
    out.iterations += second.iterations;
  }
}

}  // namespace ccdpanel::panel

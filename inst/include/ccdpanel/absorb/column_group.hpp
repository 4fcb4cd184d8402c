// A few columns on their way through the absorption of effects.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/block.hpp"
#include "ccdpanel/absorb/cells.hpp"
#include "ccdpanel/absorb/level_solver.hpp"
#include "ccdpanel/absorb/unit_order.hpp"
#include "ccdpanel/absorb/unit_slopes.hpp"
#include "ccdpanel/core/buffer.hpp"

namespace ccdpanel::panel {

// The effects of a sample: the unit, whose levels are eliminated, and the others, stacked in one numbering.
struct StackedEffects {
  const Factor* unit = nullptr;
  std::optional<UnitSlopes> slopes;  // of the unit
  std::vector<const Factor*> others;
  std::vector<int> offset{0};
};

// What the absorption asks of one to four columns, whichever their number.
class ColumnGroup {
 public:
  using Rows = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;

  virtual ~ColumnGroup() = default;
  virtual int size() const = 0;
  // Takes their means out of units from .. past - 1, and what their rows' values of the slope's basis have (nullptr: no
  // slope). Their rows' deviations go, times the roots of their weights, to the columns of `out`, and into the part's
  // sums by level of the other effects.
  virtual void take_out(int from, int past, std::size_t part, const double* basis, Eigen::Ref<Eigen::MatrixXd> out) = 0;
  // The parts' sums become one, and copies of the rows are done with; `keep`: but for the memory of one column.
  virtual void gather(bool keep) = 0;
  // That memory, if there is any: to use it again is faster than to ask the system for new.
  virtual Eigen::VectorXd leftover() = 0;
  // The values of the other effects' levels; norm: of the columns' deviations, whole: of the columns as they came.
  virtual void solve(LevelSolver& solver, const double* norm, const double* whole) = 0;
  // The units' means and slopes become the units' values: less those of the other effects.
  virtual void finish_units(const LevelSolver& solver) = 0;
  // After that, rows first .. of the columns less all effects, and their weighted squared norms.
  virtual void rows(const StackedEffects& effects, const Eigen::VectorXd& w, Eigen::Index first,
                    Eigen::Ref<Eigen::MatrixXd> out, double* squares) const = 0;
  // Before or after that, rows first .. of the k-th column less the other effects alone.
  virtual void rows_keeping_units(const StackedEffects& effects, int k, Eigen::Index first,
                                  Eigen::Ref<Eigen::VectorXd> out) const = 0;
  virtual Rows unit_level() const = 0;
  virtual Rows unit_slope() const = 0;  // on the basis; without slopes no rows
  // By level of the other effects: r, the sums of the deviations; p, the levels' values, which solve S p = r; S p
  // itself.
  virtual Rows level_sums() const = 0;
  virtual Rows levels() const = 0;
  virtual Rows explained() const = 0;
};

// Rows are visited unit by unit. Where they do not come so, they are copied in that order first, each row's K values
// side by side: one pass of scattered writes saves every later one.
template <int K>
class UnitColumns : public ColumnGroup {
 public:
  // rows: the sample's rows in the order of the units, every row its own cell; it is needed until `solve`.
  UnitColumns(const Columns& x, Eigen::Index first, const UnitOrder& order, const Cells& rows, std::size_t parts,
              bool sloped)
      : lanes_(x, first),
        rows_(rows),
        seen_(parts),
        unit_level_(rows.units(), K),
        unit_slope_(sloped ? rows.units() : 0, K) {
    core::expect_large(unit_level_.data(), static_cast<std::size_t>(unit_level_.size()) * sizeof(double));
    if (order.sorted()) return;
    sorted_.resize(static_cast<Eigen::Index>(order.rows()) * K);
    core::expect_large(sorted_.data(), static_cast<std::size_t>(sorted_.size()) * sizeof(double));
    double* to = sorted_.data();
    order.scatter(
        [&](std::size_t row, std::size_t place) { lanes_.write(static_cast<Eigen::Index>(row), to + place * K); },
        [&](std::size_t place) { __builtin_prefetch(to + place * K, 1); });
  }

  int size() const override { return K; }

  void take_out(int from, int past, std::size_t part, const double* basis, Eigen::Ref<Eigen::MatrixXd> out) override {
    Block<K>& r = seen_[part];
    if (!r.rows()) r.setZero(rows_.stacked(), K);
    const int first = rows_.start[from], count = rows_.start[past] - first;
    double* row = sorted_.data() + static_cast<std::ptrdiff_t>(first) * K;
    core::Buffer<double> scratch;
    if (!sorted_.size()) {
      scratch = core::Buffer<double>(static_cast<std::size_t>(count) * K);
      lanes_.fill(first, count, scratch.data());
      row = scratch.data();
    }
    for (int u = from; u < past; ++u) {
      const int length = rows_.start[u + 1] - rows_.start[u], at = rows_.start[u] - first;
      const double* weight = rows_.weight.empty() ? nullptr : rows_.weight.data() + rows_.start[u];
      const Row<K> mean = mean_of(row, length, weight, rows_.unit_weight[static_cast<std::size_t>(u)]);
      lane(unit_level_, u) = mean;
      const int* level = rows_.level.data() + static_cast<std::ptrdiff_t>(rows_.start[u]) * rows_.others;
      const auto put = [&](int i, Row<K> d) {
        const Row<K> weighted = weight ? Row<K>(weight[i] * d) : d;
        if (weight) d *= std::sqrt(weight[i]);
        for (int k = 0; k < K; ++k) out(at + i, k) = d[k];
        for (int j = 0; j < rows_.others; ++j) lane(r, *level++) += weighted;
      };
      if (basis) {
        const double* const b = basis + at;
        const Row<K> along = less(row, length, weight, b, [&](int) { return mean; }),
                     rest = less(row, length, weight, b, [&](int i) { return Row<K>(b[i] * along); });
        lane(unit_slope_, u) = along + rest;
        for (int i = 0; i < length; ++i) put(i, Eigen::Map<const Row<K>>(row + i * K) - b[i] * rest);
      } else {
        for (int i = 0; i < length; ++i) put(i, Eigen::Map<const Row<K>>(row + i * K) - mean);
      }
      row += static_cast<std::ptrdiff_t>(length) * K;
    }
  }

  void gather(bool keep) override {
    sorted_.conservativeResize(keep ? sorted_.size() / K : 0);
    r_.setZero(rows_.stacked(), K);
    for (const Block<K>& part : seen_) {
      if (part.rows()) r_ += part;
    }
    seen_.clear();
  }

  Eigen::VectorXd leftover() override { return std::move(sorted_); }

  // Three columns are four to the solver, one of them zeros: two registers a row.
  void solve(LevelSolver& solver, const double* norm, const double* whole) override {
    constexpr int lanes = K == 3 ? 4 : K;
    Block<lanes> r = Block<lanes>::Zero(r_.rows(), lanes), q;
    r.leftCols(K) = r_;
    Row<lanes> size = Row<lanes>::Zero();
    size.template head<K>() = Eigen::Map<const Row<K>>(norm);
    Block<lanes> p = solver.solve<lanes>(r, size);
    solver.apply(p, q);
    if (unit_slope_.rows()) {
      Row<lanes> before = Row<lanes>::Zero();
      before.template head<K>() = Eigen::Map<const Row<K>>(whole);
      solver.solve_again<lanes>(r, size, before, p, q);
    }
    p_ = p.leftCols(K);
    q_ = q.leftCols(K);
  }

  void finish_units(const LevelSolver& solver) override {
    const Block<K> mean = solver.system().unit_means(p_);
    unit_level_ -= mean;
    if (unit_slope_.rows()) unit_slope_ -= solver.system().unit_slopes(p_, mean);
  }

  void rows(const StackedEffects& effects, const Eigen::VectorXd& w, Eigen::Index first,
            Eigen::Ref<Eigen::MatrixXd> out, double* squares) const override {
    std::array<double, Pieces::length * K> scratch;
    lanes_.fill(first, out.rows(), scratch.data());
    Eigen::Map<Row<K>>(squares) += subtract_from(effects, w, first, out.rows(), scratch.data());
    write_columns(scratch.data(), out);
  }

  void rows_keeping_units(const StackedEffects& effects, int k, Eigen::Index first,
                          Eigen::Ref<Eigen::VectorXd> out) const override {
    lanes_.template fill_one<1>(k, first, out.size(), out.data());
    for (std::size_t j = 0; j < effects.others.size(); ++j) {
      const double* const level = p_.data() + static_cast<std::ptrdiff_t>(effects.offset[j]) * K + k;
      const int* const code = effects.others[j]->code.data() + first;
      for (Eigen::Index i = 0; i < out.size(); ++i) out[i] -= level[static_cast<std::ptrdiff_t>(code[i]) * K];
    }
  }

  Rows unit_level() const override { return view(unit_level_); }
  Rows unit_slope() const override { return view(unit_slope_); }
  Rows level_sums() const override { return view(r_); }
  Rows levels() const override { return view(p_); }
  Rows explained() const override { return view(q_); }

 private:
  static Rows view(const Block<K>& block) { return Rows(block.data(), block.rows(), K); }

  static void write_columns(const double* row, Eigen::Ref<Eigen::MatrixXd> out) {
    for (int k = 0; k < K; ++k) {
      for (Eigen::Index i = 0; i < out.rows(); ++i) out(i, k) = row[i * K + k];
    }
  }

  // The effects out of rows first .. first + count - 1, which lie at `row`.
  Row<K> subtract_from(const StackedEffects& effects, const Eigen::VectorXd& w, Eigen::Index first, Eigen::Index count,
                       double* row) const {
    const Codes& unit = effects.unit->code;
    Row<K> squares = Row<K>::Zero();
    for (Eigen::Index i = first; i < first + count; ++i, row += K) {
      prefetch<K>(unit_level_, unit, i);
      const std::size_t at = static_cast<std::size_t>(i);
      Eigen::Map<Row<K>> v(row);
      v -= lane(unit_level_, unit[at]);
      if (effects.slopes) v -= effects.slopes->at(unit[at], at) * lane(unit_slope_, unit[at]);
      for (std::size_t j = 0; j < effects.others.size(); ++j)
        v -= lane(p_, effects.offset[j] + effects.others[j]->code[at]);
      squares += (w.size() ? w[i] : 1.0) * v * v;
    }
    return squares;
  }

  // The rounding of the mean of a unit far from the centre is no rounding of its deviations: a second sweep, over rows
  // that lie in the nearest cache, takes it out.
  static Row<K> mean_of(const double* row, int length, const double* weight, double total) {
    const auto at = [row](int i) { return Eigen::Map<const Row<K>>(row + i * K); };
    Row<K> m = Row<K>::Zero(), rest = Row<K>::Zero();
    for (int i = 0; i < length; ++i) m += (weight ? weight[i] : 1.0) * at(i);
    m /= total;
    for (int i = 0; i < length; ++i) rest += (weight ? weight[i] : 1.0) * (at(i) - m);
    return m + rest / total;
  }

  // Takes what(i) out of a unit's rows; then what the slope's basis has of them. That is done twice, as in mean_of().
  template <class What>
  static Row<K> less(double* row, int length, const double* weight, const double* basis, const What& what) {
    Row<K> along = Row<K>::Zero();
    for (int i = 0; i < length; ++i) {
      Eigen::Map<Row<K>> v(row + i * K);
      v -= what(i);
      along += (weight ? weight[i] * basis[i] : basis[i]) * v;
    }
    return along;
  }

  Lanes<K> lanes_;
  const Cells& rows_;
  Eigen::VectorXd sorted_;  // the rows by unit; later what gather() leaves
  std::vector<Block<K>> seen_;
  Block<K> unit_level_, unit_slope_, r_, p_, q_;
};

}  // namespace ccdpanel::panel

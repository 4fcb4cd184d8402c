// The normal equations of effects with slopes, after the one with most parameters was eliminated exactly.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <functional>
#include <vector>

#include "ccdpanel/absorb/block.hpp"
#include "ccdpanel/absorb/slope_basis.hpp"

namespace ccdpanel::panel {

// The effects of a model in orthonormal bases, rows sorted by the levels ("units") of the one that is eliminated.
//
// With U its basis and B the others', side by side, both orthonormal in the metric of the weights W effect by effect,
// S = B'W (I - UU'W) B. S p is computed unit by unit: what U has of a unit's rows of Bp is taken out of them, and the
// rest is summed by B's columns; deviations come before sums, so nothing cancels. S is at most the identity times the
// number of other effects, and singular where the effects overlap.
class SlopeSystem {
 public:
  SlopeSystem(const std::vector<Factor>& factors, const Eigen::VectorXd& w, int threads)
      : unit_at(most_parameters(factors)),
        rows(static_cast<Eigen::Index>(factors[unit_at].code.size())),
        order(sorting_order(factors[unit_at])),
        start(level_starts(factors[unit_at])),
        threads_(rows < 20000 ? 1 : threads),
        place_(inverse(order)),
        unit(factors[unit_at], w, place_, threads) {
    for (std::size_t e = 0; e < factors.size(); ++e) {
      if (e == unit_at) continue;
      others.emplace_back(factors[e], w, place_, threads);
      offset.push_back(offset.back() + others.back().parameters());
    }
    std::vector<int>().swap(place_);
    if (w.size()) {
      weight.resize(static_cast<std::size_t>(rows));
      for (Eigen::Index s = 0; s < rows; ++s) weight[static_cast<std::size_t>(s)] = w[row_of(s)];
    }
    const Eigen::Index parts = std::min<Eigen::Index>(4, rows / (8 * size() + 20000));
    runs_ = level_runs(start, static_cast<int>(std::max<Eigen::Index>(1, parts)));
    for (int u = 0; u < unit.levels; ++u) longest_ = std::max(longest_, rows_of(u));
  }
  SlopeSystem(const SlopeSystem&) = delete;
  SlopeSystem& operator=(const SlopeSystem&) = delete;

  Eigen::Index size() const { return offset.back(); }
  Eigen::Index row_of(Eigen::Index s) const { return order.empty() ? s : order[static_cast<std::size_t>(s)]; }
  double weight_of(Eigen::Index s) const { return weight.empty() ? 1.0 : weight[static_cast<std::size_t>(s)]; }
  Eigen::Index first_of(int u) const { return start[static_cast<std::size_t>(u)]; }
  Eigen::Index rows_of(int u) const { return start[static_cast<std::size_t>(u) + 1] - first_of(u); }
  Eigen::Index longest_unit() const { return longest_; }

  // body(part, unit) for every unit, in as many parts as threads may take; sums of the parts are added in order.
  template <class Body>
  void each_unit(const Body& body) const {
    core::parallel_for(runs_.size() - 1, threads_, [&](std::size_t part) {
      for (int u = runs_[part]; u < runs_[part + 1]; ++u) body(part, u);
    });
  }
  std::size_t parts() const { return runs_.size() - 1; }
  int threads() const { return threads_; }

  // v, the rows of unit u, less what the unit's basis has of them; that is added to `taken`. Twice, so that units far
  // from zero leave no more than the rounding of their deviations.
  template <int K>
  void take_out(int u, Eigen::Ref<Block<K>> v, Row<K>* taken) const {
    const Eigen::Index first = first_of(u), count = v.rows();
    for (int pass = 0; pass < 2; ++pass) {
      for (int c = 0; c < unit.width; ++c) {
        Row<K> along = Row<K>::Zero();
        for (Eigen::Index i = 0; i < count; ++i)
          along += (weight_of(first + i) * unit.row(first + i)[c]) * v.row(i).array();
        for (Eigen::Index i = 0; i < count; ++i) v.row(i).array() -= unit.row(first + i)[c] * along;
        if (taken) taken[c] += along;
      }
    }
  }

  // The s-th row of B p.
  template <int K>
  Row<K> row_of_others(Eigen::Index s, const Block<K>& p) const {
    Row<K> sum = Row<K>::Zero();
    for (std::size_t e = 0; e < others.size(); ++e) {
      const SlopeBasis& other = others[e];
      const int at = offset[e] + other.code[static_cast<std::size_t>(s)] * other.width;
      for (int c = 0; c < other.width; ++c) sum += other.row(s)[c] * lane(p, at + c);
    }
    return sum;
  }

  // Adds w v to the sums of B's columns.
  template <int K>
  void add_row(Eigen::Index s, const Row<K>& v, Block<K>& sums) const {
    const Row<K> weighted = weight_of(s) * v;
    for (std::size_t e = 0; e < others.size(); ++e) {
      const SlopeBasis& other = others[e];
      const int at = offset[e] + other.code[static_cast<std::size_t>(s)] * other.width;
      for (int c = 0; c < other.width; ++c) lane(sums, at + c) += other.row(s)[c] * weighted;
    }
  }

  // q = S p.
  template <int K>
  void apply(const Block<K>& p, Block<K>& q) const {
    std::vector<Block<K>> part(parts()), work(parts());
    for (std::size_t k = 0; k < part.size(); ++k) {
      part[k].setZero(size(), K);
      work[k].resize(longest_, K);
    }
    each_unit([&](std::size_t k, int u) {
      const Eigen::Index first = first_of(u), count = rows_of(u);
      for (Eigen::Index i = 0; i < count; ++i) lane(work[k], static_cast<int>(i)) = row_of_others<K>(first + i, p);
      take_out<K>(u, work[k].topRows(count), nullptr);
      for (Eigen::Index i = 0; i < count; ++i) add_row<K>(first + i, lane(work[k], static_cast<int>(i)), part[k]);
    });
    q = std::move(part[0]);
    for (std::size_t k = 1; k < part.size(); ++k) q += part[k];
  }

  const std::size_t unit_at;  // position of the eliminated effect
  const Eigen::Index rows;
  const std::vector<int> order;  // which row of the sample stands at a place; empty: the same
  const std::vector<int> start;  // units' places
  std::vector<double> weight;    // in that order; empty: all ones

 private:
  // The effect with most parameters; the first of them.
  static std::size_t most_parameters(const std::vector<Factor>& factors) {
    std::size_t out = 0;
    const auto count = [&](std::size_t e) {
      return static_cast<long long>(factors[e].levels) * level_width(factors[e]);
    };
    for (std::size_t e = 1; e < factors.size(); ++e) {
      if (count(e) > count(out)) out = e;
    }
    return out;
  }
  static std::vector<int> inverse(const std::vector<int>& order) {
    std::vector<int> place(order.size());
    for (std::size_t s = 0; s < order.size(); ++s) place[static_cast<std::size_t>(order[s])] = static_cast<int>(s);
    return place;
  }

  int threads_;
  std::vector<int> place_;  // of each row; needed while the bases are made
  std::vector<int> runs_;   // of units
  Eigen::Index longest_ = 0;

 public:
  const SlopeBasis unit;
  std::vector<SlopeBasis> others;
  std::vector<int> offset{0};  // of each other effect's parameters; the last is their number
};

}  // namespace ccdpanel::panel

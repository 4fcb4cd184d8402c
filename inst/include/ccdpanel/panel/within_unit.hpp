// Passes over the rows that take the means of one effect out of a few columns.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <utility>
#include <vector>

#include "ccdpanel/core/parallel_for.hpp"
#include "ccdpanel/panel/block.hpp"
#include "ccdpanel/panel/codes.hpp"

namespace ccdpanel::panel {

namespace detail {

inline double weight(const Eigen::VectorXd& w, Eigen::Index i) {
  return w.size() ? w[i] : 1.0;
}

}  // namespace detail

inline Eigen::VectorXd level_weights(const Factor& f, const Eigen::VectorXd& w) {
  Eigen::VectorXd total = Eigen::VectorXd::Zero(f.levels);
  for (std::size_t i = 0; i < f.code.size(); ++i) total[f.code[i]] += detail::weight(w, static_cast<Eigen::Index>(i));
  return total;
}

// K columns less the means of the units, and what the other effects' levels see of them.
template <int K>
class WithinUnit {
 public:
  // `sums` is the first pass; `means`, which needs the units' weights, the second.
  WithinUnit(const Columns& x, Eigen::Index first, const Factor& unit, const Eigen::VectorXd& w)
      : lanes_(x, first), unit_(unit), w_(w) {}

  void sums() {
    mean_.setZero(unit_.levels, K);
    before_ = after_ = Row<K>::Zero();
    for (Eigen::Index i = 0; i < lanes_.rows; ++i) {
      prefetch<K>(mean_, unit_.code, i);
      const Row<K> v = lanes_(i);
      const Row<K> weighted = detail::weight(w_, i) * v;
      lane(mean_, unit_.code[static_cast<std::size_t>(i)]) += weighted;
      before_ += weighted * v;
    }
  }

  // Then r: for each level of the other effects, stacked by `offset`, the weighted sum of the deviations.
  void means(const double* unit_weight, const std::vector<const Factor*>& others, const std::vector<int>& offset,
             int threads = 1) {
    divide(mean_, unit_weight);
    deviations(others, offset, threads);
    // Beside units far apart the rounding of their means is no rounding of the deviations: take it out as well.
    if ((after_ < 1e-6 * before_).any()) {
      Block<K> rest = Block<K>::Zero(unit_.levels, K);
      for (Eigen::Index i = 0; i < lanes_.rows; ++i) {
        const int u = unit_.code[static_cast<std::size_t>(i)];
        lane(rest, u) += detail::weight(w_, i) * (lanes_(i) - lane(mean_, u));
      }
      divide(rest, unit_weight);
      mean_ += rest;
      deviations(others, offset, threads);
    }
  }

  const Block<K>& mean() const { return mean_; }
  const Block<K>& r() const { return r_; }
  const Row<K>& before() const { return before_; }  // squared norms of the centred columns
  const Row<K>& after() const { return after_; }    // and of the deviations

 private:
  static void divide(Block<K>& sum, const double* unit_weight) {
    for (Eigen::Index u = 0; u < sum.rows(); ++u) sum.row(u) /= unit_weight[u];
  }

  // Parts of the rows have sums of their own, added in order; as many as stay small beside the rows.
  void deviations(const std::vector<const Factor*>& others, const std::vector<int>& offset, int threads) {
    const Eigen::Index parts =
        std::max<Eigen::Index>(1, std::min<Eigen::Index>(4, lanes_.rows / (8 * offset.back() + 20000)));
    std::vector<Block<K>> r(static_cast<std::size_t>(parts));
    std::vector<Row<K>> after(r.size());
    core::parallel_for(r.size(), threads, [&](std::size_t part) {
      const Eigen::Index at = static_cast<Eigen::Index>(part);
      r[part].setZero(offset.back(), K);
      after[part] = deviations_of(at * lanes_.rows / parts, (at + 1) * lanes_.rows / parts, others, offset, r[part]);
    });
    r_ = std::move(r[0]);
    after_ = after[0];
    for (std::size_t part = 1; part < r.size(); ++part) {
      r_ += r[part];
      after_ += after[part];
    }
  }

  Row<K> deviations_of(Eigen::Index from, Eigen::Index to, const std::vector<const Factor*>& others,
                       const std::vector<int>& offset, Block<K>& r) const {
    Row<K> after = Row<K>::Zero();
    for (Eigen::Index i = from; i < to; ++i) {
      prefetch<K>(mean_, unit_.code, i);
      const std::size_t at = static_cast<std::size_t>(i);
      const Row<K> v = lanes_(i) - lane(mean_, unit_.code[at]);
      const Row<K> weighted = detail::weight(w_, i) * v;
      after += weighted * v;
      for (std::size_t j = 0; j < others.size(); ++j) lane(r, offset[j] + others[j]->code[at]) += weighted;
    }
    return after;
  }

  Lanes<K> lanes_;
  const Factor& unit_;
  const Eigen::VectorXd& w_;
  Block<K> mean_, r_;
  Row<K> before_, after_;
};

}  // namespace ccdpanel::panel

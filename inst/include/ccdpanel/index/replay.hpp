// A composite index made again, from another sample, with other weights and other choices.
#pragma once

#include "ccdpanel/index/rescale.hpp"

namespace ccdpanel::index {

namespace detail {

// u = sum w z
inline void aggregate_linear(const double* z, double weight, const Target& to, std::size_t n, double* u) {
  const double gain = to.high - to.low;
  for (std::size_t i = 0; i < n; ++i) u[i] += weight * (to.low + gain * z[i]);
}

// ln u = sum w ln z; a zero stays on record in `positive`
inline void aggregate_logarithm(const double* z, double weight, const Target& to, std::size_t n, double* u,
                                double* positive) {
  const double gain = to.high - to.low;
  for (std::size_t i = 0; i < n; ++i) {
    const double value = to.low + gain * z[i];
    u[i] += weight * core::log_nonnegative(value);
    positive[i] = value > 0 ? positive[i] : 0.0;
  }
}

// Squared distances of v = w z from the best and the worst row.
inline void aggregate_distances(const double* z, double weight, const Target& to, std::size_t n, double* far,
                                double* near) {
  const double gain = weight * (to.high - to.low);
  const auto [low, high] = std::minmax_element(z, z + n);
  const double worst = *low, best = *high;
  for (std::size_t i = 0; i < n; ++i) {
    far[i] += gain * (best - z[i]) * (gain * (best - z[i]));
    near[i] += gain * (z[i] - worst) * (gain * (z[i] - worst));
  }
}

// The scores of one system in the rows of a stratum, into u[first, last).
inline void aggregate(const Study& study, const Aggregation& by, std::size_t system, std::size_t first,
                      std::size_t last, Workspace& work, double* u) {
  const std::size_t n = last - first;
  double* extra = work.two.data();
  u += first;
  std::fill(u, u + n, 0.0);
  std::fill(extra, extra + n, by.rule == AggregationRule::geometric ? 1.0 : 0.0);
  for (std::size_t j = 0; j < study.indicators.size(); ++j) {
    if (study.indicators[j].system != system || !(work.weight[j] > 0)) continue;
    const double* z = work.z[j].data() + first;
    if (by.rule == AggregationRule::linear) aggregate_linear(z, work.weight[j], by.target, n, u);
    if (by.rule == AggregationRule::geometric) aggregate_logarithm(z, work.weight[j], by.target, n, u, extra);
    if (by.rule == AggregationRule::topsis) aggregate_distances(z, work.weight[j], by.target, n, u, extra);
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (by.rule == AggregationRule::geometric) u[i] = std::exp(u[i]) * extra[i];
    if (by.rule == AggregationRule::topsis) u[i] = std::sqrt(extra[i]) / (std::sqrt(u[i]) + std::sqrt(extra[i]));
    u[i] = std::min(u[i], 1.0);  // weights that sum to one only up to rounding
  }
}

}  // namespace detail

// The scores of one replay, `rows` for each system after the other. Ranges and weights come from the drawn rows; then
// all rows are scored, those beyond the drawn range at its end (counted in work.clipped). NaN where a system has no
// weights because nothing varies among the drawn rows.
inline void replay(const Study& study, const std::vector<std::vector<std::uint32_t>>& sorted, const Variation& vary,
                   detail::Workspace& work, double* scores) {
  const std::size_t rows = study.columns.rows;
  for (std::size_t s = 0; s + 1 < study.strata.size(); ++s) {
    const std::size_t first = study.strata[s], last = study.strata[s + 1];
    work.drawn.clear();
    for (std::size_t i = first; i < last; ++i)
      work.drawn.insert(work.drawn.end(),
                        static_cast<std::size_t>(work.draw.times[static_cast<std::size_t>(study.unit[i])]), i);
    const bool made =
        work.drawn.size() > 1 && detail::scale_and_weigh(study, sorted, vary.normalisation[work.draw.normalisation],
                                                         vary.zero[work.draw.zero], first, last, work);
    for (std::size_t system = 0; system < study.systems; ++system) {
      double* u = scores + system * rows;
      if (made) {
        detail::aggregate(study, vary.aggregation[work.draw.aggregation], system, first, last, work, u);
      } else {
        std::fill(u + first, u + last, std::numeric_limits<double>::quiet_NaN());
      }
    }
  }
}

}  // namespace ccdpanel::index

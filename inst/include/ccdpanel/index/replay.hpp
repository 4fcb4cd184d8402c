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

// ln u = sum w ln z; a zero, and a negative value as NaN, stays on record in `positive`
inline void aggregate_logarithm(const double* z, double weight, const Target& to, std::size_t n, double* u,
                                double* positive) {
  const double gain = to.high - to.low;
  for (std::size_t i = 0; i < n; ++i) {
    const double value = to.low + gain * z[i];
    u[i] += weight * core::log_nonnegative(value);
    if (!(value > 0)) positive[i] = value < 0 ? std::numeric_limits<double>::quiet_NaN() : 0.0;
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

// The scores of one system in rows [first, last), into u[first, last).
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
    if (study.clip) u[i] = std::min(u[i], 1.0);  // weights that sum to one only up to rounding
  }
}

// The complete rows of a stratum, as often as their unit was drawn; and those of them in the base.
inline void draw_rows(const Study& study, std::size_t system, std::size_t first, std::size_t last, Workspace& work) {
  work.drawn.clear();
  work.reference.clear();
  for (std::size_t i = first; i < last; ++i) {
    if (!study.in(system, i)) continue;
    const auto times = static_cast<std::size_t>(work.draw.times[static_cast<std::size_t>(study.unit[i])]);
    work.drawn.insert(work.drawn.end(), times, i);
    if (!study.base.empty() && study.base[i]) work.reference.insert(work.reference.end(), times, i);
  }
}

// Weights and scores of a system whose z are made: over the stratum, or period by period where weights are given so.
inline void weigh_and_aggregate(const Study& study, const Aggregation& by, std::size_t system, std::size_t first,
                                std::size_t last, Workspace& work, double* u) {
  const auto rows = [&](std::size_t from, std::size_t to) {
    if (finish_weights(study, system, work)) {
      aggregate(study, by, system, from, to, work, u);
    } else {
      std::fill(u + from, u + to, std::numeric_limits<double>::quiet_NaN());
    }
  };
  if (study.given.empty()) return rows(first, last);
  for (std::size_t p = 0; p < study.given.size(); ++p) {
    if (study.periods[p] < first || study.periods[p] >= last) continue;
    for (std::size_t j = 0; j < work.weight.size(); ++j)
      if (study.indicators[j].system == system) work.weight[j] = work.varies[j] ? study.given[p][j] : 0.0;
    rows(study.periods[p], study.periods[p + 1]);
  }
}

}  // namespace detail

// The scores of one replay, `rows` for each system after the other. Ranges and weights come from the drawn rows; then
// all rows are scored, those beyond the drawn range at its end (counted in work.clipped). NaN in rows with a gap, and
// where a system has no weights because nothing varies among the drawn rows.
inline void replay(const Study& study, const std::vector<std::vector<std::uint32_t>>& sorted, const Variation& vary,
                   detail::Workspace& work, double* scores) {
  const std::size_t rows = study.columns.rows;
  const auto missing = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t s = 0; s + 1 < study.strata.size(); ++s) {
    const std::size_t first = study.strata[s], last = study.strata[s + 1];
    for (std::size_t system = 0; system < study.systems; ++system) {
      double* u = scores + system * rows;
      if (system == 0 || !study.complete.empty()) detail::draw_rows(study, system, first, last, work);
      if (work.drawn.size() < 2 || (!study.base.empty() && work.reference.size() < 2)) {
        std::fill(u + first, u + last, missing);
        continue;
      }
      detail::scale_and_weigh(study, sorted, vary.normalisation[work.draw.normalisation], vary.zero[work.draw.zero],
                              system, first, last, work);
      detail::weigh_and_aggregate(study, vary.aggregation[work.draw.aggregation], system, first, last, work, u);
      for (std::size_t i = first; i < last; ++i)
        if (!study.in(system, i)) u[i] = missing;
    }
  }
}

}  // namespace ccdpanel::index

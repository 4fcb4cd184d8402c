// One replay's normalised values and weights, from the rows that it drew.
#pragma once

#include <numeric>
#include <utility>

#include "ccdpanel/index/entropy.hpp"
#include "ccdpanel/index/study.hpp"

namespace ccdpanel::index {

namespace detail {

// Rows of each indicator in ascending order within each stratum: sorted once, since resampling only changes how often
// a row counts.
inline std::vector<std::vector<std::uint32_t>> sorted_rows(const Study& study) {
  std::vector<std::vector<std::uint32_t>> out(study.indicators.size());
  for (std::size_t j = 0; j < out.size(); ++j) {
    const double* x = study.columns.data[j];
    out[j].resize(study.columns.rows);
    std::iota(out[j].begin(), out[j].end(), 0U);
    for (std::size_t s = 0; s + 1 < study.strata.size(); ++s) {
      std::stable_sort(out[j].begin() + static_cast<std::ptrdiff_t>(study.strata[s]),
                       out[j].begin() + static_cast<std::ptrdiff_t>(study.strata[s + 1]),
                       [x](std::uint32_t a, std::uint32_t b) { return x[a] < x[b]; });
    }
  }
  return out;
}

// What one thread works in; made once for many replays.
struct Workspace {
  explicit Workspace(const Study& study)
      : z(study.indicators.size(), std::vector<double>(study.columns.rows)),
        weight(study.indicators.size()),
        total(study.systems),
        one(study.columns.rows),
        two(study.columns.rows) {
    draw.times.resize(study.units);
    draw.factor.resize(study.indicators.size());
  }
  Draw draw;
  std::vector<std::size_t> drawn;      // rows of the stratum, as often as their unit was drawn
  std::vector<double> sample;          // a column at these rows
  std::vector<double> crowd;           // sum of a system's standardised samples
  std::vector<std::vector<double>> z;  // normalised, all rows
  std::vector<double> weight;
  std::vector<double> total;
  std::vector<double> one, two;  // a number a row
  std::vector<std::uint32_t> order;
  std::size_t clipped = 0;
};

inline void gather(const double* x, const std::vector<std::size_t>& rows, std::vector<double>& out) {
  out.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) out[i] = x[rows[i]];
}

inline std::size_t clip(double* z, std::size_t n) {
  std::size_t clipped = 0;
  for (std::size_t i = 0; i < n; ++i) {
    clipped += z[i] < 0 || z[i] > 1;
    z[i] = std::min(std::max(z[i], 0.0), 1.0);
  }
  return clipped;
}

// Rows [first, last) by the range of the drawn ones.
inline void scale_by_range(const double* x, const Indicator& indicator, double min, double max, std::size_t first,
                           std::size_t last, double* z) {
  if (!(max > min)) {
    std::fill(z + first, z + last, 0.0);
  } else if (indicator.interval) {
    normalise_interval(x + first, last - first, {indicator.lower, indicator.upper, min, max}, 0, 1, z + first);
    for (std::size_t i = first; i < last; ++i) z[i] = std::isfinite(z[i]) ? z[i] : 0.0;  // all drawn are inside
  } else {
    const Scaling s = min_max(min, max, indicator.reversed);
    for (std::size_t i = first; i < last; ++i) z[i] = (x[i] * s.unit - s.origin) / s.width;
  }
}

// z = (rank - 1) / (M - 1) among the M drawn rows, ties at their mean; a row that was not drawn stands half a place
// after those below it.
inline void scale_by_rank(const double* x, const Study& study, const std::vector<std::uint32_t>& sorted, bool reversed,
                          const Workspace& work, std::size_t first, std::size_t last, double* z) {
  const double steps = static_cast<double>(work.drawn.size()) - 1.0;
  double before = 0;
  for (std::size_t i = first; i < last;) {
    std::size_t end = i;
    double here = 0;
    for (; end < last && x[sorted[end]] == x[sorted[i]]; ++end)
      here += work.draw.times[static_cast<std::size_t>(study.unit[sorted[end]])];
    const double value = (before + (here - 1.0) / 2.0) / steps;
    for (; i < end; ++i) z[sorted[i]] = reversed ? 1.0 - value : value;
    before += here;
  }
}

// Mean and sum of squares about it.
inline std::pair<double, double> spread(const std::vector<double>& x) {
  double mean = 0, squares = 0;
  for (const double v : x) mean += v;
  mean /= static_cast<double>(x.size());
  for (const double v : x) squares += (v - mean) * (v - mean);
  return {mean, squares};
}

// The raw weight of one indicator from its drawn values z; CRITIC's waits for the others.
inline double raw_weight(const std::vector<double>& z, WeightRule rule, double given, const Target& zero) {
  if (rule == WeightRule::equal) return 1.0;
  if (rule == WeightRule::given) return given;
  const auto rows = static_cast<double>(z.size());
  const auto [mean, squares] = spread(z);
  if (rule == WeightRule::entropy) {
    const auto [low, high] = std::minmax_element(z.begin(), z.end());
    if (*low == *high) return 0.0;
    const double guess = zero.low + (zero.high - zero.low) * mean;
    return entropy_of(entropy_block(z.data(), z.size(), min_max(0, 1, false, zero.low, zero.high), guess), guess, rows)
        .divergence;
  }
  const double deviation = std::sqrt(squares / (rows - 1.0));
  return rule == WeightRule::variation ? (mean > 0 ? deviation / mean : 0.0) : deviation;
}

// CRITIC: s_j sum_k (1 - r_jk). With z standardised to unit length, sum_k r_jk is the product of column j with the sum
// of all columns, so that no pair is formed. On entry `weight` holds s_j.
inline void weigh_by_conflict(const Study& study, Workspace& work) {
  for (std::size_t system = 0; system < study.systems; ++system) {
    work.crowd.assign(work.drawn.size(), 0.0);
    double members = 0;
    const auto each = [&](const auto& visit) {
      for (std::size_t j = 0; j < study.indicators.size(); ++j) {
        if (study.indicators[j].system != system || !(work.weight[j] > 0)) continue;
        gather(work.z[j].data(), work.drawn, work.sample);
        const auto [mean, squares] = spread(work.sample);
        visit(j, mean, std::sqrt(squares));
      }
    };
    each([&](std::size_t, double mean, double length) {
      for (std::size_t i = 0; i < work.crowd.size(); ++i) work.crowd[i] += (work.sample[i] - mean) / length;
      ++members;
    });
    if (members < 2) continue;
    each([&](std::size_t j, double mean, double length) {
      double agreement = 0;
      for (std::size_t i = 0; i < work.crowd.size(); ++i) agreement += (work.sample[i] - mean) / length * work.crowd[i];
      work.weight[j] *= std::max(members - agreement, 0.0);
    });
  }
}

// Weights that sum to one within a system, perturbed, and made to sum to one again. False where a system has none.
inline bool finish_weights(const Study& study, Workspace& work) {
  std::fill(work.total.begin(), work.total.end(), 0.0);
  for (std::size_t j = 0; j < work.weight.size(); ++j) {
    work.weight[j] *= work.draw.factor[j];
    work.total[study.indicators[j].system] += work.weight[j];
  }
  for (const double total : work.total)
    if (!(total > 0)) return false;
  for (std::size_t j = 0; j < work.weight.size(); ++j) work.weight[j] /= work.total[study.indicators[j].system];
  return true;
}

// z of the rows of a stratum and the weights, both from its drawn rows.
inline bool scale_and_weigh(const Study& study, const std::vector<std::vector<std::uint32_t>>& sorted,
                            Normalisation normalisation, const Target& zero, std::size_t first, std::size_t last,
                            Workspace& work) {
  for (std::size_t j = 0; j < study.indicators.size(); ++j) {
    const Indicator& indicator = study.indicators[j];
    const double* x = study.columns.data[j];
    double* z = work.z[j].data();
    gather(x, work.drawn, work.sample);
    const auto [low, high] = std::minmax_element(work.sample.begin(), work.sample.end());
    // A range within the optimal one scales to 1 throughout, and tells no row from another either.
    const bool optimal = normalisation != Normalisation::none && indicator.interval && indicator.lower <= *low &&
                         *high <= indicator.upper;
    const bool constant = study.drop_constant && (*low == *high || optimal);
    if (normalisation == Normalisation::none) {
      std::copy(x + first, x + last, z + first);
    } else if (normalisation == Normalisation::rank && !indicator.interval) {
      scale_by_rank(x, study, sorted[j], indicator.reversed, work, first, last, z);
    } else if (indicator.posted) {
      scale_by_range(x, indicator, indicator.lower, indicator.upper, first, last, z);
    } else {
      scale_by_range(x, indicator, *low, *high, first, last, z);
    }
    work.clipped += clip(z + first, last - first);
    gather(z, work.drawn, work.sample);
    work.weight[j] = constant ? 0.0 : raw_weight(work.sample, study.weights, indicator.weight, zero);
  }
  if (study.weights == WeightRule::critic) weigh_by_conflict(study, work);
  return finish_weights(study, work);
}

}  // namespace detail

}  // namespace ccdpanel::index

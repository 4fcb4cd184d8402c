// One replay's normalised values and weights, from the rows that it drew.
#pragma once

#include <numeric>
#include <utility>

#include "ccdpanel/index/components.hpp"
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
        varies(study.indicators.size()),
        one(study.columns.rows),
        two(study.columns.rows) {
    draw.times.resize(study.units);
    draw.factor.resize(study.indicators.size());
  }
  Draw draw;
  std::vector<std::size_t> drawn;      // complete rows of the stratum, as often as their unit was drawn
  std::vector<std::size_t> reference;  // those of them that are in the base, where there is one
  std::vector<double> sample;          // a column at the drawn rows
  std::vector<double> origin;          // a column at the reference rows
  std::vector<double> crowd;           // sum of a system's standardised samples
  std::vector<std::vector<double>> z;  // normalised, all rows
  std::vector<double> weight;
  std::vector<char> varies;      // does the indicator, among the drawn rows?
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
inline void scale_by_rank(const double* x, const Study& study, const std::vector<std::uint32_t>& sorted,
                          const Indicator& indicator, const Workspace& work, std::size_t first, std::size_t last,
                          double* z) {
  const double steps = static_cast<double>(work.drawn.size()) - 1.0;
  double before = 0;
  for (std::size_t i = first; i < last;) {
    std::size_t end = i;
    double here = 0;
    do {  // a NaN is not even equal to itself
      if (study.in(indicator.system, sorted[end]))
        here += work.draw.times[static_cast<std::size_t>(study.unit[sorted[end]])];
    } while (++end < last && x[sorted[end]] == x[sorted[i]]);
    const double value = (before + (here - 1.0) / 2.0) / steps;
    for (; i < end; ++i) z[sorted[i]] = indicator.reversed ? 1.0 - value : value;
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

// (x - mean) / s with the divisor M - 1, turned for the reversed direction; 0 where nothing varies.
inline void scale_by_moments(const double* x, const std::vector<double>& from, bool reversed, std::size_t first,
                             std::size_t last, double* z) {
  const auto [mean, squares] = spread(from);
  const double deviation = std::sqrt(squares / (static_cast<double>(from.size()) - 1.0)) * (reversed ? -1.0 : 1.0);
  for (std::size_t i = first; i < last; ++i) z[i] = squares > 0 ? (x[i] - mean) / deviation : 0.0;
}

// x over the sum, or the root of the sum of squares; 1/x for the reversed direction.
inline void scale_by_total(const double* x, const std::vector<double>& from, bool reversed, bool squared,
                           std::size_t first, std::size_t last, double* z) {
  double total = 0;
  for (const double v : from) {
    const double y = reversed ? 1.0 / v : v;
    total += squared ? y * y : y;
  }
  if (squared) total = std::sqrt(total);
  for (std::size_t i = first; i < last; ++i) z[i] = total > 0 ? (reversed ? 1.0 / x[i] : x[i]) / total : 0.0;
}

// The raw weight of one indicator from its drawn values z; those of CRITIC and components wait for the others.
inline double raw_weight(const std::vector<double>& z, WeightRule rule, double given, const Target& zero) {
  if (rule == WeightRule::equal || rule == WeightRule::components) return 1.0;
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

// visit(j, mean, root of the sum of squares about it), with the drawn values in work.sample, for the members of a
// system that have a weight.
template <class Visit>
void each_member(const Study& study, std::size_t system, Workspace& work, const Visit& visit) {
  for (std::size_t j = 0; j < study.indicators.size(); ++j) {
    if (study.indicators[j].system != system || !(work.weight[j] > 0)) continue;
    gather(work.z[j].data(), work.drawn, work.sample);
    const auto [mean, squares] = spread(work.sample);
    visit(j, mean, std::sqrt(squares));
  }
}

// CRITIC: s_j sum_k (1 - r_jk). With z standardised to unit length, sum_k r_jk is the product of column j with the sum
// of all columns, so that no pair is formed. On entry `weight` holds s_j.
inline void weigh_by_conflict(const Study& study, std::size_t system, Workspace& work) {
  work.crowd.assign(work.drawn.size(), 0.0);
  double members = 0;
  each_member(study, system, work, [&](std::size_t, double mean, double length) {
    for (std::size_t i = 0; i < work.crowd.size(); ++i) work.crowd[i] += (work.sample[i] - mean) / length;
    ++members;
  });
  if (members < 2) return;
  each_member(study, system, work, [&](std::size_t j, double mean, double length) {
    double agreement = 0;
    for (std::size_t i = 0; i < work.crowd.size(); ++i) agreement += (work.sample[i] - mean) / length * work.crowd[i];
    work.weight[j] *= std::max(members - agreement, 0.0);
  });
}

// On entry `weight` says, by being positive, which indicators vary.
inline void weigh_by_components(const Study& study, std::size_t system, Workspace& work) {
  std::vector<std::size_t> members;
  std::vector<double> standard;  // columns of unit length, one after the other
  each_member(study, system, work, [&](std::size_t j, double mean, double length) {
    members.push_back(j);
    for (const double v : work.sample) standard.push_back((v - mean) / length);
  });
  if (members.size() < 2) return;
  const Eigen::Map<const Eigen::MatrixXd> x(standard.data(), static_cast<Eigen::Index>(work.drawn.size()),
                                            static_cast<Eigen::Index>(members.size()));
  const Eigen::VectorXd weight = component_weights(x.transpose() * x, study.share);
  for (std::size_t m = 0; m < members.size(); ++m) work.weight[members[m]] = weight[static_cast<Eigen::Index>(m)];
}

// Weights of a system that sum to one, perturbed, and made to sum to one again. False where it has none.
inline bool finish_weights(const Study& study, std::size_t system, Workspace& work) {
  double total = 0;
  for (std::size_t j = 0; j < work.weight.size(); ++j) {
    if (study.indicators[j].system != system) continue;
    work.weight[j] *= work.draw.factor[j];
    total += work.weight[j];
  }
  if (!(total > 0)) return false;
  for (std::size_t j = 0; j < work.weight.size(); ++j)
    if (study.indicators[j].system == system) work.weight[j] /= total;
  return true;
}

// z of one indicator in the rows of a stratum, from its drawn values `from` (of the base, where there is one).
inline void scale(const Study& study, const std::vector<std::uint32_t>& sorted, Normalisation normalisation,
                  std::size_t j, const std::vector<double>& from, std::size_t first, std::size_t last,
                  Workspace& work) {
  const Indicator& indicator = study.indicators[j];
  const double* x = study.columns.data[j];
  double* z = work.z[j].data();
  if (normalisation == Normalisation::none) {
    std::copy(x + first, x + last, z + first);
  } else if (normalisation == Normalisation::rank && !indicator.interval) {
    scale_by_rank(x, study, sorted, indicator, work, first, last, z);
  } else if (normalisation == Normalisation::zscore) {
    scale_by_moments(x, from, indicator.reversed, first, last, z);
  } else if (normalisation == Normalisation::vector || normalisation == Normalisation::sum) {
    scale_by_total(x, from, indicator.reversed, normalisation == Normalisation::vector, first, last, z);
  } else if (indicator.posted) {
    scale_by_range(x, indicator, indicator.lower, indicator.upper, first, last, z);
  } else {
    const auto [low, high] = std::minmax_element(from.begin(), from.end());
    scale_by_range(x, indicator, *low, *high, first, last, z);
  }
  if (study.clip) work.clipped += clip(z + first, last - first);
}

// By how much closeness to a range may differ of values that are equally far from it: the rounding of the distances.
inline double even_slack(const std::vector<double>& x, const Indicator& indicator) {
  const auto [low, high] = std::minmax_element(x.begin(), x.end());
  const double furthest = std::max(indicator.lower - *low, *high - indicator.upper);
  if (!(furthest > 0)) return 0;
  const double size = std::max({std::abs(*low), std::abs(*high), std::abs(indicator.lower), std::abs(indicator.upper)});
  return 4 * std::numeric_limits<double>::epsilon() * size / furthest;
}

// z of a system's indicators in the rows of a stratum and their raw weights, both from its drawn rows.
inline void scale_and_weigh(const Study& study, const std::vector<std::vector<std::uint32_t>>& sorted,
                            Normalisation normalisation, const Target& zero, std::size_t system, std::size_t first,
                            std::size_t last, Workspace& work) {
  for (std::size_t j = 0; j < study.indicators.size(); ++j) {
    const Indicator& indicator = study.indicators[j];
    if (indicator.system != system) continue;
    gather(study.columns.data[j], work.drawn, work.sample);
    const double slack = indicator.interval ? even_slack(work.sample, indicator) : 0;
    const auto [low, high] = std::minmax_element(work.sample.begin(), work.sample.end());
    const bool same = *low == *high;
    if (!study.base.empty()) gather(study.columns.data[j], work.reference, work.origin);
    scale(study, sorted[j], normalisation, j, study.base.empty() ? work.sample : work.origin, first, last, work);
    gather(work.z[j].data(), work.drawn, work.sample);
    // Values within the optimal range, or equally far from it, or without a scale in the base, scale to one number,
    // and tell no row from another either.
    const auto [least, most] = std::minmax_element(work.sample.begin(), work.sample.end());
    const bool flat = normalisation != Normalisation::none && *most - *least <= slack;
    work.varies[j] = !study.drop_constant || !(same || flat);
    work.weight[j] = work.varies[j] ? raw_weight(work.sample, study.weights, indicator.weight, zero) : 0.0;
  }
  if (study.weights == WeightRule::critic) weigh_by_conflict(study, system, work);
  if (study.weights == WeightRule::components) weigh_by_components(study, system, work);
}

}  // namespace detail

}  // namespace ccdpanel::index

// Composite indices made again, from another sample, with other weights and other choices: how far each number
// depends on them.
#pragma once

#include <atomic>
#include <numeric>
#include <thread>

#include "ccdpanel/core/random.hpp"
#include "ccdpanel/index/coupling.hpp"
#include "ccdpanel/index/entropy.hpp"

namespace ccdpanel::index {

enum class Normalisation { min_max, rank, none };
enum class WeightRule { entropy, equal, given, deviation, variation, critic };
enum class AggregationRule { linear, geometric, topsis };

// Target range [low, high] of z, before an entropy (its zero rule) or a mean is taken.
struct Target {
  double low = 0;
  double high = 1;
};

struct Aggregation {
  AggregationRule rule = AggregationRule::linear;
  Target target;
};

struct Indicator {
  std::size_t system = 0;
  bool reversed = false;
  bool interval = false;  // best inside [lower, upper]; such an indicator has no ranks and keeps min-max
  bool posted = false;    // goalposts: lower and upper are its minimum and maximum
  double lower = 0;
  double upper = 0;
  double weight = 0;  // where weights are given
};

// The panel and how its indices are made. Rows lie by period; ranges and weights come from each stratum, which is a
// period or all of them.
struct Study {
  Columns columns;
  std::vector<Indicator> indicators;
  std::size_t systems = 0;
  std::vector<int> unit;  // of each row, from 0
  std::size_t units = 0;
  std::vector<std::size_t> periods;  // first rows, and the number of rows at the end
  std::vector<std::size_t> strata;   // likewise
  WeightRule weights = WeightRule::entropy;
  bool drop_constant = true;  // given weights of values taken as they are stand even where nothing varies
};

// What may differ from replay to replay. The first of each list is the study's own; one alone does not vary.
struct Variation {
  bool units = false;
  double deviation = 0;  // of the logarithms of the weights
  std::vector<Normalisation> normalisation = {Normalisation::min_max};
  std::vector<Target> zero = {Target{}};
  std::vector<Aggregation> aggregation = {Aggregation{}};
};

// One replay's circumstances.
struct Draw {
  std::vector<int> times;      // how often each unit is drawn
  std::vector<double> factor;  // of each indicator's weight
  std::size_t normalisation = 0;
  std::size_t zero = 0;
  std::size_t aggregation = 0;
};

inline void draw(std::uint64_t seed, std::uint64_t replicate, const Variation& vary, Draw& out) {
  const auto pick = [&](std::uint64_t purpose, std::size_t choices) {
    return core::Random(seed, replicate, purpose).below(static_cast<std::uint32_t>(choices));
  };
  if (vary.units) {
    core::Random random(seed, replicate, 1);
    std::fill(out.times.begin(), out.times.end(), 0);
    for (std::size_t u = 0; u < out.times.size(); ++u)
      ++out.times[random.below(static_cast<std::uint32_t>(out.times.size()))];
  } else {
    std::fill(out.times.begin(), out.times.end(), 1);
  }
  core::Random noise(seed, replicate, 2);
  for (double& f : out.factor) f = vary.deviation > 0 ? std::exp(vary.deviation * noise.normal()) : 1.0;
  out.normalisation = pick(3, vary.normalisation.size());
  out.zero = pick(4, vary.zero.size());
  out.aggregation = pick(5, vary.aggregation.size());
}

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
    const bool constant = study.drop_constant && *low == *high;
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

// Ranks within each period, 1 the highest, ties at the least; NaN has none.
inline void rank_within(const std::vector<std::size_t>& periods, const double* value, std::vector<std::uint32_t>& order,
                        double* rank) {
  for (std::size_t p = 0; p + 1 < periods.size(); ++p) {
    order.clear();
    for (std::size_t i = periods[p]; i < periods[p + 1]; ++i) {
      rank[i] = value[i];
      if (!std::isnan(value[i])) order.push_back(static_cast<std::uint32_t>(i));
    }
    std::sort(order.begin(), order.end(), [value](std::uint32_t a, std::uint32_t b) { return value[a] > value[b]; });
    double place = 0;
    for (std::size_t k = 0; k < order.size(); ++k) {
      if (k == 0 || value[order[k]] < value[order[k - 1]]) place = static_cast<double>(k + 1);
      rank[order[k]] = place;
    }
  }
}

inline void check(const Study& study) {
  const std::size_t rows = study.columns.rows;
  if (study.columns.data.size() != study.indicators.size() || study.unit.size() != rows)
    throw std::invalid_argument("replay: one indicator a column and one unit a row");
  for (const Indicator& indicator : study.indicators)
    if (indicator.system >= study.systems) throw std::invalid_argument("replay: no such system");
  for (const int unit : study.unit)
    if (unit < 0 || static_cast<std::size_t>(unit) >= study.units) throw std::invalid_argument("replay: no such unit");
  for (const auto& cuts : {study.periods, study.strata})
    if (cuts.size() < 2 || cuts.front() != 0 || cuts.back() != rows || !std::is_sorted(cuts.begin(), cuts.end()))
      throw std::invalid_argument("replay: periods and strata must cut up the rows");
}

inline void check(const Variation& vary) {
  if (vary.normalisation.empty() || vary.zero.empty() || vary.aggregation.empty())
    throw std::invalid_argument("replay: at least one of each choice");
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

// How D follows from the scores; needed from two systems on.
struct CouplingRule {
  std::vector<double> weights;
  CouplingModel model = CouplingModel::standard;
  double k = 1;
  Levels levels;
};

// All replays. Values are stored by replay, within it by measure, within that by row. Measures: the systems' scores,
// then D where there are two systems or more, last the rank within the period by D (or by the only score).
struct Replays {
  std::size_t rows = 0;
  std::size_t count = 0;
  std::size_t measures = 0;
  std::vector<double> value;
  std::vector<int> level;            // rows by replays, from 1, 0 where D is missing; empty for a single system
  std::vector<std::size_t> clipped;  // cells, of each replay
  std::vector<char> gaps;            // of each replay: is any rank missing?
  bool complete = true;              // false where keep_going() put an end to it

  double* measure(std::size_t m, std::size_t replicate) { return value.data() + (replicate * measures + m) * rows; }
  const double* measure(std::size_t m, std::size_t replicate) const {
    return value.data() + (replicate * measures + m) * rows;
  }
};

namespace detail {

// Measures of replay r, from the draw in `work`.
inline void replay_once(const Study& study, const std::vector<std::vector<std::uint32_t>>& sorted,
                        const Variation& vary, const CouplingRule& rule, std::size_t r, Workspace& work,
                        std::vector<double>& scores, Replays& out) {
  work.clipped = 0;
  replay(study, sorted, vary, work, scores.data());
  Columns systems;
  systems.rows = out.rows;
  for (std::size_t s = 0; s < study.systems; ++s) {
    const double* u = scores.data() + s * out.rows;
    std::copy(u, u + out.rows, out.measure(s, r));
    systems.data.push_back(u);
  }
  if (study.systems > 1) {
    coordination(systems, rule.weights, rule.model, rule.k, rule.levels,
                 {work.one.data(), work.two.data(), out.measure(study.systems, r), out.level.data() + r * out.rows}, 1);
  }
  rank_within(study.periods, out.measure(out.measures - 2, r), work.order, out.measure(out.measures - 1, r));
  const double* rank = out.measure(out.measures - 1, r);
  out.gaps[r] = std::any_of(rank, rank + out.rows, [](double x) { return std::isnan(x); });
  out.clipped[r] = work.clipped;
}

}  // namespace detail

// Replays that one task makes, one after the other in one workspace.
inline constexpr std::size_t replays_per_block = 8;

// `count` replays; the r-th depends on the seed and on r alone. keep_going(done, count) is called on the calling
// thread, now and then; once it says no, what is under way ends and the rest is left out.
template <class KeepGoing>
Replays replay_all(const Study& study, const Variation& vary, const CouplingRule& rule, std::size_t count,
                   std::uint64_t seed, int threads, const KeepGoing& keep_going) {
  detail::check(study);
  detail::check(vary);
  Replays out;
  out.rows = study.columns.rows;
  out.count = count;
  out.measures = study.systems + (study.systems > 1) + 1;
  out.value.resize(out.measures * count * out.rows);
  if (study.systems > 1) out.level.resize(count * out.rows);
  out.clipped.resize(count);
  out.gaps.resize(count);
  const auto sorted = detail::sorted_rows(study);
  const std::thread::id caller = std::this_thread::get_id();
  std::atomic<std::size_t> done{0};
  std::atomic<bool> stop{false};
  core::parallel_for((count + replays_per_block - 1) / replays_per_block, threads, [&](std::size_t block) {
    if (stop) return;
    detail::Workspace work(study);
    std::vector<double> scores(study.systems * out.rows);
    const std::size_t last = std::min((block + 1) * replays_per_block, count);
    for (std::size_t r = block * replays_per_block; r < last; ++r) {
      draw(seed, r, vary, work.draw);
      detail::replay_once(study, sorted, vary, rule, r, work, scores, out);
    }
    done += last - block * replays_per_block;
    if (std::this_thread::get_id() == caller && !keep_going(done.load(), count)) stop = true;
  });
  out.complete = !stop;
  return out;
}

namespace detail {

// The quantile of R's type 7 (linear between order statistics); reorders x.
inline double quantile(std::vector<double>& x, double p) {
  if (x.empty()) return std::numeric_limits<double>::quiet_NaN();
  const double at = p * static_cast<double>(x.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(at);
  std::nth_element(x.begin(), x.begin() + below, x.end());
  const double low = x[static_cast<std::size_t>(below)];
  const double part = at - static_cast<double>(below);
  if (part == 0) return low;
  return low + part * (*std::min_element(x.begin() + below + 1, x.end()) - low);
}

}  // namespace detail

struct Intervals {
  std::vector<double> lower, upper;  // rows by measures
  std::vector<double> probability;   // rows by levels
};

// Quantiles at (1 -/+ level) / 2 of each measure and row over the replays that have it, and the share of each level.
inline Intervals intervals(const Replays& replays, double level, std::size_t levels, int threads) {
  const std::size_t rows = replays.rows, cells = rows * replays.measures;
  Intervals out{std::vector<double>(cells), std::vector<double>(cells), std::vector<double>(rows * levels)};
  constexpr std::size_t group = 64;
  core::parallel_for((rows + group - 1) / group, threads, [&](std::size_t block) {
    std::vector<double> known;
    known.reserve(replays.count);
    for (std::size_t i = block * group; i < std::min((block + 1) * group, rows); ++i) {
      for (std::size_t m = 0; m < replays.measures; ++m) {
        known.clear();
        for (std::size_t r = 0; r < replays.count; ++r) {
          const double value = replays.measure(m, r)[i];
          if (!std::isnan(value)) known.push_back(value);
        }
        out.lower[m * rows + i] = detail::quantile(known, (1.0 - level) / 2.0);
        out.upper[m * rows + i] = detail::quantile(known, (1.0 + level) / 2.0);
      }
      const double each = 1.0 / static_cast<double>(known.size());  // the last measure has the same gaps as D
      for (std::size_t r = 0; r < replays.count && !replays.level.empty(); ++r) {
        const int l = replays.level[r * rows + i];
        if (l > 0) out.probability[static_cast<std::size_t>(l - 1) * rows + i] += each;
      }
    }
  });
  return out;
}

}  // namespace ccdpanel::index

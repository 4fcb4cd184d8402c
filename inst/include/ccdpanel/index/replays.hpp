// Many replays, and how far each number spreads over them.
#pragma once

#include <atomic>
#include <thread>

#include "ccdpanel/index/coupling.hpp"
#include "ccdpanel/index/replay.hpp"

namespace ccdpanel::index {

// How D follows from the scores; needed from two systems on.
struct CouplingRule {
  std::vector<double> weights;
  CouplingModel model = CouplingModel::standard;
  double k = 1;
  Levels levels;
  bool stretch = false;  // are scores stretched over the sample onto `onto` first?
  Target onto;
};

// All replays. Values are stored by replay, within it by measure, within that by row. Measures: the systems' scores;
// then of coupled systems D and the rank within the period by D, of others the rank by each score.
struct Replays {
  std::size_t rows = 0;
  std::size_t count = 0;
  std::size_t measures = 0;
  std::vector<double> value;
  std::vector<int> level;            // rows by replays, from 1, 0 where D is missing; empty without D
  std::vector<std::size_t> clipped;  // cells, of each replay
  std::vector<char> gaps;            // of each replay: is any rank missing that the study has?
  bool complete = true;              // false where keep_going() put an end to it

  double* measure(std::size_t m, std::size_t replicate) { return value.data() + (replicate * measures + m) * rows; }
  const double* measure(std::size_t m, std::size_t replicate) const {
    return value.data() + (replicate * measures + m) * rows;
  }
};

namespace detail {

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

// u = low + (high - low) (u - min u) / (max u - min u), over the rows that have a score.
inline void stretch(double* u, std::size_t n, const Target& onto) {
  Columns one;
  one.data.push_back(u);
  one.rows = n;
  const Summary found = summarise(one, 1)[0];
  normalise(one, {min_max(found.min, found.max, false, onto.low, onto.high)}, {u}, 1);
}

inline bool is_coupled(const Study& study) {
  return study.coupled && study.systems > 1;
}

// Measures of replay r, from the draw in `work`.
inline void replay_once(const Study& study, const std::vector<std::vector<std::uint32_t>>& sorted,
                        const Variation& vary, const CouplingRule& rule, std::size_t r, Workspace& work,
                        std::vector<double>& scores, Replays& out) {
  work.clipped = 0;
  replay(study, sorted, vary, work, scores.data());
  Columns systems;
  systems.rows = out.rows;
  for (std::size_t s = 0; s < study.systems; ++s) {
    double* u = scores.data() + s * out.rows;
    if (rule.stretch) stretch(u, out.rows, rule.onto);
    std::copy(u, u + out.rows, out.measure(s, r));
    if (is_coupled(study) && !study.clip && !rule.stretch) work.clipped += clip(u, out.rows);
    systems.data.push_back(u);
  }
  std::size_t ranked = 0, rank = study.systems;
  if (is_coupled(study)) {
    coordination(systems, rule.weights, rule.model, rule.k, rule.levels,
                 {work.one.data(), work.two.data(), out.measure(study.systems, r), out.level.data() + r * out.rows}, 1);
    ranked = rank++;
  }
  for (; rank < out.measures; ++rank, ++ranked)
    rank_within(study.periods, out.measure(ranked, r), work.order, out.measure(rank, r));
  const double* last = out.measure(out.measures - 1, r);
  for (std::size_t i = 0; i < out.rows; ++i) {
    bool known = true;
    for (std::size_t s = 0; s < study.systems; ++s) known = known && study.in(s, i);
    if (known && std::isnan(last[i])) out.gaps[r] = true;
  }
  out.clipped[r] = work.clipped;
}

}  // namespace detail

// Replays that one task makes, one after the other in one workspace.
inline constexpr std::size_t replays_per_block = 8;

// `count` replays; the r-th depends on the seed and on r alone. keep_going(done, count) is called on the calling
// thread, now and then and at the end; once it says no, what is under way ends and the rest is left out.
template <class KeepGoing>
Replays replay_all(const Study& study, const Variation& vary, const CouplingRule& rule, std::size_t count,
                   std::uint64_t seed, int threads, const KeepGoing& keep_going) {
  detail::check(study);
  detail::check(vary);
  Replays out;
  out.rows = study.columns.rows;
  out.count = count;
  out.measures = detail::is_coupled(study) ? study.systems + 2 : 2 * study.systems;
  out.value.resize(out.measures * count * out.rows);
  if (detail::is_coupled(study)) out.level.resize(count * out.rows);
  out.clipped.resize(count);
  out.gaps.resize(count);
  const auto sorted = detail::sorted_rows(study);
  const std::thread::id caller = std::this_thread::get_id();
  std::atomic<std::size_t> done{0};
  std::atomic<bool> stop{false};
  std::size_t reported = 0;  // the caller's own
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
    if (std::this_thread::get_id() != caller) return;
    reported = done.load();
    if (!keep_going(reported, count)) stop = true;
  });
  // The other threads may have made the last ones, or all.
  if (!stop && reported < count) keep_going(count, count);
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

// Gaps of series filled over time, one series a unit.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "ccdpanel/core/parallel_for.hpp"

namespace ccdpanel::core {

enum class Filling { linear, trend, spline, forward, backward, growth };

// Rows of all units, one unit after the other and each in order of time; unit u ends before end[u].
struct Series {
  const int* row = nullptr;
  const double* time = nullptr;  // by row
  std::vector<std::size_t> end;

  std::size_t begin(std::size_t unit) const { return unit ? end[unit - 1] : 0; }
};

// How a row was filled, if it was.
enum Filled : int { not_filled = 0, filled_inside = 1, filled_at_end = 2 };

namespace detail {

// One unit: x over ascending times t, observed at `seen`.
struct GappedSeries {
  std::vector<double> t, x, out;
  std::vector<std::size_t> seen;
  std::vector<double> slope, second;  // of a spline
};

inline double on_line(const GappedSeries& s, std::size_t a, std::size_t b, double t) {
  return s.x[a] + (s.x[b] - s.x[a]) * ((t - s.t[a]) / (s.t[b] - s.t[a]));
}

// inside(a, b, i) for each gap i between the observed neighbours a and b.
template <class Inside>
void each_inside(const GappedSeries& s, const Inside& inside) {
  for (std::size_t k = 0; k + 1 < s.seen.size(); ++k)
    for (std::size_t i = s.seen[k] + 1; i < s.seen[k + 1]; ++i) inside(k, i);
}

inline void fill_line(GappedSeries& s) {
  each_inside(s, [&](std::size_t k, std::size_t i) { s.out[i] = on_line(s, s.seen[k], s.seen[k + 1], s.t[i]); });
  std::fill(s.out.begin(), s.out.begin() + static_cast<std::ptrdiff_t>(s.seen.front()), s.x[s.seen.front()]);
  std::fill(s.out.begin() + static_cast<std::ptrdiff_t>(s.seen.back()) + 1, s.out.end(), s.x[s.seen.back()]);
}

// The lines through the two observed values nearest to each end go on.
inline void extend_lines(GappedSeries& s) {
  if (s.seen.size() < 2) return;
  const auto extend = [&](std::size_t near, std::size_t next, std::size_t i) {
    s.out[i] = s.x[near] + (s.t[i] - s.t[near]) * (s.x[near] - s.x[next]) / (s.t[near] - s.t[next]);
  };
  const std::size_t last = s.seen.size() - 1;
  for (std::size_t i = 0; i < s.seen[0]; ++i) extend(s.seen[0], s.seen[1], i);
  for (std::size_t i = s.seen[last] + 1; i < s.x.size(); ++i) extend(s.seen[last], s.seen[last - 1], i);
}

// Second derivatives at the observed times, zero at both ends: a tridiagonal system, solved from the top.
inline void natural_spline(GappedSeries& s) {
  const std::size_t m = s.seen.size();
  s.second.assign(m, 0.0);
  s.slope.assign(m, 0.0);
  const auto step = [&](std::size_t k) { return s.t[s.seen[k + 1]] - s.t[s.seen[k]]; };
  const auto rise = [&](std::size_t k) { return (s.x[s.seen[k + 1]] - s.x[s.seen[k]]) / step(k); };
  for (std::size_t k = 1; k + 1 < m; ++k) {
    const double pivot = 2 * (step(k - 1) + step(k)) - step(k - 1) * s.slope[k - 1];
    s.slope[k] = step(k) / pivot;
    s.second[k] = (6 * (rise(k) - rise(k - 1)) - step(k - 1) * s.second[k - 1]) / pivot;
  }
  for (std::size_t k = m - 1; k-- > 1;) s.second[k] -= s.slope[k] * s.second[k + 1];
}

inline void fill_spline(GappedSeries& s) {
  fill_line(s);
  if (s.seen.size() < 3) return;
  natural_spline(s);
  each_inside(s, [&](std::size_t k, std::size_t i) {
    const std::size_t a = s.seen[k], b = s.seen[k + 1];
    const double h = s.t[b] - s.t[a], left = s.t[i] - s.t[a], right = s.t[b] - s.t[i];
    const double bend = (left + h) * s.second[k + 1] + (right + h) * s.second[k];
    s.out[i] = on_line(s, a, b, s.t[i]) - left * right * bend / (6 * h);
  });
}

// Constant growth between observed values, and the mean growth of the observed span beyond them.
inline void fill_growth(GappedSeries& s) {
  each_inside(s, [&](std::size_t k, std::size_t i) {
    const std::size_t a = s.seen[k], b = s.seen[k + 1];
    const double low = std::log(s.x[a]), share = (s.t[i] - s.t[a]) / (s.t[b] - s.t[a]);
    s.out[i] = std::exp(low + (std::log(s.x[b]) - low) * share);
  });
  const std::size_t first = s.seen.front(), last = s.seen.back();
  const double rate = (std::log(s.x[last]) - std::log(s.x[first])) / (s.t[last] - s.t[first]);
  for (std::size_t i = 0; i < first; ++i) s.out[i] = s.x[first] * std::exp(rate * (s.t[i] - s.t[first]));
  for (std::size_t i = last + 1; i < s.x.size(); ++i) s.out[i] = s.x[last] * std::exp(rate * (s.t[i] - s.t[last]));
}

inline void carry_forward(GappedSeries& s) {
  for (std::size_t i = s.seen.front() + 1; i < s.x.size(); ++i)
    if (std::isnan(s.x[i])) s.out[i] = s.out[i - 1];
}

inline void carry_backward(GappedSeries& s) {
  for (std::size_t i = s.seen.back(); i-- > 0;)
    if (std::isnan(s.x[i])) s.out[i] = s.out[i + 1];
}

inline void fill(GappedSeries& s, Filling by) {
  if (by == Filling::linear || by == Filling::trend) fill_line(s);
  if (by == Filling::trend) extend_lines(s);
  if (by == Filling::spline) fill_spline(s);
  if (by == Filling::growth) fill_growth(s);
  if (by == Filling::forward) carry_forward(s);
  if (by == Filling::backward) carry_backward(s);
}

inline bool grows(const GappedSeries& s) {
  if (s.seen.size() < 2) return false;
  return std::all_of(s.seen.begin(), s.seen.end(), [&](std::size_t i) { return s.x[i] > 0; });
}

// False where a gap of the unit cannot be filled by growth.
inline bool fill_unit(const double* x, const Series& series, std::size_t unit, Filling by, GappedSeries& s, double* out,
                      int* how) {
  const std::size_t first = series.begin(unit), n = series.end[unit] - first;
  const int* row = series.row + first;
  s.t.clear(), s.x.clear(), s.seen.clear();
  for (std::size_t i = 0; i < n; ++i) {
    s.t.push_back(series.time[row[i]]);
    s.x.push_back(x[row[i]]);
    if (!std::isnan(s.x[i])) s.seen.push_back(i);
  }
  if (s.seen.empty() || s.seen.size() == n) return true;
  if (by == Filling::growth && !grows(s)) return false;
  s.out = s.x;
  fill(s, by);
  for (std::size_t i = 0; i < n; ++i) {
    if (!std::isnan(s.x[i]) || std::isnan(s.out[i])) continue;
    out[row[i]] = s.out[i];
    how[row[i]] = i > s.seen.front() && i < s.seen.back() ? filled_inside : filled_at_end;
  }
  return true;
}

}  // namespace detail

// Units with a gap in x and no value.
inline std::vector<std::size_t> units_without_value(const double* x, const Series& series) {
  std::vector<std::size_t> out;
  for (std::size_t u = 0; u < series.end.size(); ++u) {
    std::size_t k = series.begin(u);
    while (k < series.end[u] && std::isnan(x[series.row[k]])) ++k;
    if (k == series.end[u] && k > series.begin(u)) out.push_back(u);
  }
  return out;
}

// Fills the gaps of x, NaN, into `out`, which starts as a copy of x, and writes how into `how`, which starts at zero.
// Returns the first unit that cannot grow, or the number of units.
inline std::size_t fill_gaps(const double* x, const Series& series, Filling by, double* out, int* how, int threads) {
  constexpr std::size_t units_per_block = 1024;
  const std::size_t units = series.end.size(), blocks = (units + units_per_block - 1) / units_per_block;
  std::vector<std::size_t> failed(blocks, units);
  parallel_for(blocks, threads, [&](std::size_t block) {
    detail::GappedSeries work;
    const std::size_t last = std::min((block + 1) * units_per_block, units);
    for (std::size_t u = block * units_per_block; u < last; ++u) {
      if (detail::fill_unit(x, series, u, by, work, out, how)) continue;
      failed[block] = u;
      return;
    }
  });
  return blocks ? *std::min_element(failed.begin(), failed.end()) : units;
}

}  // namespace ccdpanel::core

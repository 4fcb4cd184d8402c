// Bringing indicators of different units to one scale.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <vector>

#include "ccdpanel/core/parallel_for.hpp"

namespace ccdpanel::index {

// Indicators as a data frame keeps them: one pointer a column, `rows` numbers each, not owned.
struct Columns {
  std::vector<const double*> data;
  std::size_t rows = 0;
};

// Rows that one task works through. Fixed, so that partial sums and hence results do not depend on the thread count.
inline constexpr std::size_t rows_per_block = 32768;
// Rows that share one array of partial sums: short enough for the first-level cache, long enough for vector code.
inline constexpr std::size_t lanes = 256;

inline std::size_t blocks_of(std::size_t rows) {
  return (rows + rows_per_block - 1) / rows_per_block;
}

struct Summary {
  double min = std::numeric_limits<double>::infinity();  // over the finite values; +Inf where there are none
  double max = -std::numeric_limits<double>::infinity();
  double sum = 0;           // over the finite values
  std::size_t missing = 0;  // NaN, which is how R's NA arrives
  std::size_t infinite = 0;
};

namespace detail {

inline Summary summarise_carefully(const double* x, std::size_t n) {
  Summary out;
  for (std::size_t i = 0; i < n; ++i) {
    if (std::isnan(x[i])) {
      ++out.missing;
    } else if (std::isinf(x[i])) {
      ++out.infinite;
    } else {
      out.min = std::min(out.min, x[i]);
      out.max = std::max(out.max, x[i]);
      out.sum += x[i];
    }
  }
  return out;
}

// Without a test for odd values: those leave a trace in the sum, and the block is then done again with care.
inline Summary summarise_block(const double* x, std::size_t n) {
  double low[lanes], high[lanes], sum[lanes];
  const std::size_t whole = n - n % lanes;
  if (!whole) return summarise_carefully(x, n);
  for (std::size_t l = 0; l < lanes; ++l) low[l] = high[l] = x[l], sum[l] = 0;
  for (std::size_t i = 0; i < whole; i += lanes) {
    for (std::size_t l = 0; l < lanes; ++l) {
      const double v = x[i + l];
      low[l] = v < low[l] ? v : low[l];
      high[l] = v > high[l] ? v : high[l];
      sum[l] += v;
    }
  }
  Summary out = summarise_carefully(x + whole, n - whole);
  if (out.missing || out.infinite) return summarise_carefully(x, n);
  for (std::size_t l = 0; l < lanes; ++l) {
    out.min = std::min(out.min, low[l]);
    out.max = std::max(out.max, high[l]);
    out.sum += sum[l];
  }
  return std::isfinite(out.sum) ? out : summarise_carefully(x, n);
}

}  // namespace detail

// Range, sum and odd values of each column.
inline std::vector<Summary> summarise(const Columns& columns, int threads) {
  const std::size_t blocks = blocks_of(columns.rows);
  std::vector<Summary> part(columns.data.size() * blocks);
  core::parallel_for(part.size(), threads, [&](std::size_t task) {
    const std::size_t first = task % blocks * rows_per_block;
    const std::size_t n = std::min(rows_per_block, columns.rows - first);
    part[task] = detail::summarise_block(columns.data[task / blocks] + first, n);
  });
  std::vector<Summary> out(columns.data.size());
  for (std::size_t task = 0; task < part.size(); ++task) {
    Summary& total = out[task / blocks];
    total.min = std::min(total.min, part[task].min);
    total.max = std::max(total.max, part[task].max);
    total.sum += part[task].sum;
    total.missing += part[task].missing;
    total.infinite += part[task].infinite;
  }
  return out;
}

// z = low + (high - low) (unit x - origin) / width. NaN stays NaN.
struct Scaling {
  double origin = 0;
  double width = 1;
  double low = 0;
  double high = 1;
  double unit = 1;
};

// Min-max onto [low, high]: origin min and width max - min; the reversed direction has origin max and width min - max.
// The unit, a power of two, keeps a range beyond the largest double finite and a range near the smallest one away
// from it.
inline Scaling min_max(double min, double max, bool reversed, double low = 0, double high = 1) {
  Scaling s;
  if (!std::isfinite(max - min)) s.unit = 0.5;
  if (max - min < 1e-280) s.unit = 0x1p800;
  s.origin = s.unit * (reversed ? max : min);
  s.width = (reversed ? -1.0 : 1.0) * (s.unit * max - s.unit * min);
  s.low = low;
  s.high = high;
  return s;
}

// Scales each column into out[j], `rows` numbers that the caller provides.
inline void normalise(const Columns& columns, const std::vector<Scaling>& scaling, const std::vector<double*>& out,
                      int threads) {
  if (scaling.size() != columns.data.size() || out.size() != columns.data.size())
    throw std::invalid_argument("normalise: one scaling and one output a column");
  const std::size_t blocks = blocks_of(columns.rows);
  core::parallel_for(columns.data.size() * blocks, threads, [&](std::size_t task) {
    const std::size_t first = task % blocks * rows_per_block;
    const std::size_t last = std::min(first + rows_per_block, columns.rows);
    const Scaling s = scaling[task / blocks];
    const double* x = columns.data[task / blocks];
    double* z = out[task / blocks];
    const double gain = s.high - s.low;
    for (std::size_t i = first; i < last; ++i) z[i] = s.low + gain * ((x[i] * s.unit - s.origin) / s.width);
  });
}

// Closeness to an optimal range [lower, upper]: 1 inside, outside 1 - distance / the largest possible distance,
//   z = 1 - max(lower - x, x - upper, 0) / max(lower - min, max - upper).
struct Interval {
  double lower = 0;
  double upper = 0;
  double min = 0;
  double max = 1;
};

inline void normalise_interval(const double* x, std::size_t rows, const Interval& interval, double low, double high,
                               double* out) {
  const double furthest = std::max(interval.lower - interval.min, interval.max - interval.upper);
  for (std::size_t i = 0; i < rows; ++i) {
    const double away = std::max(std::max(interval.lower - x[i], x[i] - interval.upper), 0.0);
    const double z = away > 0 && furthest > 0 ? 1.0 - away / furthest : 1.0;
    out[i] = std::isnan(x[i]) ? x[i] : low + (high - low) * z;
  }
}

}  // namespace ccdpanel::index

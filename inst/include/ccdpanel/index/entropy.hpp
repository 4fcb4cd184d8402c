// Shannon's entropy of an indicator's distribution over the rows, and how far it falls short of its maximum.
#pragma once

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "ccdpanel/core/logarithm.hpp"
#include "ccdpanel/index/normalise.hpp"

namespace ccdpanel::index {

struct Entropy {
  double entropy = 0;     // e = -sum p ln p / ln N, in [0, 1]
  double divergence = 0;  // d = 1 - e, computed as itself
  double smallest = 0;    // of z; entropy and divergence are NaN where it is negative, or where z sums to zero
};

namespace detail {

struct EntropySums {
  double ratio = 0;   // sum of r = z / guess
  double excess = 0;  // sum of r ln r - r + 1, no term of which is negative
  double smallest = std::numeric_limits<double>::infinity();
};

// r = z / mean, with z = scaling(x)
inline EntropySums entropy_block(const double* x, std::size_t n, const Scaling& s, double mean) {
  const double unit = s.unit;
  const double origin = s.origin;
  const double slope = (s.high - s.low) / s.width / mean;
  const double shift = s.low / mean;
  double ratio[lanes], excess[lanes], smallest[lanes];
  for (std::size_t l = 0; l < lanes; ++l)
    ratio[l] = excess[l] = 0, smallest[l] = std::numeric_limits<double>::infinity();
  const auto add = [&](std::size_t l, double value) {
    const double r = (value * unit - origin) * slope + shift;
    ratio[l] += r;
    excess[l] += r * core::log_nonnegative(r) - (r - 1.0);  // in this order: near r = 1 the second term is exact
    smallest[l] = r < smallest[l] ? r : smallest[l];
  };
  const std::size_t whole = n - n % lanes;
  for (std::size_t i = 0; i < whole; i += lanes)
    for (std::size_t l = 0; l < lanes; ++l) add(l, x[i + l]);
  for (std::size_t i = whole; i < n; ++i) add(i - whole, x[i]);
  EntropySums out;
  for (std::size_t l = 0; l < lanes; ++l) {
    out.ratio += ratio[l];
    out.excess += excess[l];
    out.smallest = std::min(out.smallest, smallest[l]);
  }
  return out;
}

// With R the mean of the ratios r and E the mean of r ln r - r + 1,
//   sum p ln(p N) = (E - (R ln R - R + 1)) / R
// whatever the guess was; the nearer R is to 1, the less is subtracted.
inline Entropy entropy_of(const EntropySums& sums, double guess, double rows) {
  Entropy out;
  out.smallest = sums.smallest * guess;
  const double ratio = sums.ratio / rows;
  if (!(sums.smallest >= 0) || !(ratio > 0)) {
    out.entropy = out.divergence = std::numeric_limits<double>::quiet_NaN();
    return out;
  }
  const double beyond = ratio - 1.0;
  const double known = ratio * std::log1p(beyond) - beyond;
  // Rounding may go beyond either end: all of it in one row is 1.
  out.divergence = std::min(std::max((sums.excess / rows - known) / ratio, 0.0) / std::log(rows), 1.0);
  out.entropy = 1.0 - out.divergence;
  return out;
}

}  // namespace detail

// Entropy of each column after scaling, z = scaling(x), with p_i = z_i / sum z and 0 ln 0 = 0.
//
// The usual e = -sum p ln p / ln N loses the divergence d = 1 - e, and with it the weight, to cancellation when z is
// nearly even. Here d comes first, as Kullback and Leibler's distance from the even distribution,
//   d ln N = sum p ln(p N) = (1/N) sum (r ln r - r + 1),   r = z / mean(z),
// a sum of non-negative terms. One pass: `mean` need only be near the mean of z (a poor guess costs digits, never
// correctness), and the column's sum, known from summarise(), gives it.
inline std::vector<Entropy> entropy(const Columns& columns, const std::vector<Scaling>& scaling,
                                    const std::vector<double>& mean, int threads) {
  if (scaling.size() != columns.data.size() || mean.size() != columns.data.size())
    throw std::invalid_argument("entropy: one scaling and one mean a column");
  if (columns.rows < 2) throw std::invalid_argument("entropy: at least two rows, since ln 1 = 0");
  const std::size_t blocks = blocks_of(columns.rows);
  std::vector<detail::EntropySums> part(columns.data.size() * blocks);
  core::parallel_for(part.size(), threads, [&](std::size_t task) {
    const std::size_t j = task / blocks;
    const std::size_t first = task % blocks * rows_per_block;
    const std::size_t n = std::min(rows_per_block, columns.rows - first);
    part[task] = detail::entropy_block(columns.data[j] + first, n, scaling[j], mean[j]);
  });
  std::vector<Entropy> out(columns.data.size());
  for (std::size_t j = 0; j < out.size(); ++j) {
    detail::EntropySums total;
    for (std::size_t b = 0; b < blocks; ++b) {
      total.ratio += part[j * blocks + b].ratio;
      total.excess += part[j * blocks + b].excess;
      total.smallest = std::min(total.smallest, part[j * blocks + b].smallest);
    }
    out[j] = detail::entropy_of(total, mean[j], static_cast<double>(columns.rows));
  }
  return out;
}

}  // namespace ccdpanel::index

// What describes a sample of numbers: count, mean, deviation, extremes and quartiles.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace ccdpanel::core {

struct Description {
  std::size_t count = 0;
  std::size_t missing = 0;
  double mean = std::numeric_limits<double>::quiet_NaN();
  double deviation = std::numeric_limits<double>::quiet_NaN();  // divisor count - 1
  double min = std::numeric_limits<double>::quiet_NaN();
  double quartile[3] = {mean, mean, mean};
  double max = std::numeric_limits<double>::quiet_NaN();
};

namespace detail {

// Values of x, which is put into another order, by their rank from 0; ranks never fall.
inline void select_by_order(std::vector<double>& x, const std::vector<std::size_t>& rank, double* out) {
  std::size_t from = 0;  // what lies before is in order
  for (const std::size_t k : rank) {
    if (k >= from) {
      std::nth_element(x.begin() + static_cast<std::ptrdiff_t>(from), x.begin() + static_cast<std::ptrdiff_t>(k),
                       x.end());
      from = k + 1;
    }
    *out++ = x[k];
  }
}

// The same of many values: they are counted in bins of equal width, and only bins that hold a rank are put in order.
inline void select_by_bins(const std::vector<double>& x, double min, double max, const std::vector<std::size_t>& rank,
                           double* out) {
  constexpr int bins = 2048;
  const double scale = bins / (max - min);
  const auto bin = [&](double v) { return std::min(static_cast<int>((v - min) * scale), bins - 1); };
  std::vector<std::size_t> below(bins + 1, 0);
  for (const double v : x) ++below[static_cast<std::size_t>(bin(v)) + 1];
  for (std::size_t b = 0; b < bins; ++b) below[b + 1] += below[b];
  std::vector<int> slot(bins, -1);  // of a bin that holds a rank
  std::vector<std::vector<double>> values;
  std::vector<std::size_t> home;
  for (const std::size_t k : rank) {
    const auto b = static_cast<std::size_t>(std::upper_bound(below.begin(), below.end(), k) - below.begin()) - 1;
    if (slot[b] < 0) {
      slot[b] = static_cast<int>(values.size());
      values.emplace_back();
      values.back().reserve(below[b + 1] - below[b]);
    }
    home.push_back(b);
  }
  for (const double v : x) {
    const int at = slot[static_cast<std::size_t>(bin(v))];
    if (at >= 0) values[static_cast<std::size_t>(at)].push_back(v);
  }
  for (std::size_t r = 0; r < rank.size();) {
    const std::size_t b = home[r];
    std::vector<std::size_t> inside;
    for (; r < rank.size() && home[r] == b; ++r) inside.push_back(rank[r] - below[b]);
    select_by_order(values[static_cast<std::size_t>(slot[b])], inside, out);
    out += inside.size();
  }
}

// Each the value at the next whole number above n q / 4, or the mean of two neighbours where that is whole.
inline void quartiles(std::vector<double>& x, double min, double max, double* out) {
  constexpr std::size_t many = 20000;
  const std::size_t n = x.size();
  std::vector<std::size_t> rank;
  for (std::size_t q = 1; q <= 3; ++q) {
    const std::size_t below = n * q / 4, high = std::min(below, n - 1);
    rank.push_back(n * q % 4 ? high : (below ? below - 1 : 0));
    rank.push_back(high);
  }
  double value[6];
  if (n >= many && max - min > 0 && std::isfinite(2048 / (max - min)) && std::isfinite(max - min))
    select_by_bins(x, min, max, rank, value);
  else
    select_by_order(x, rank, value);
  for (std::size_t q = 0; q < 3; ++q)
    out[q] = rank[2 * q] == rank[2 * q + 1] ? value[2 * q] : (value[2 * q] + value[2 * q + 1]) / 2;
}

// The sum of term(v) over all values in extended precision, four sums side by side.
template <class Term>
long double sum_of(const std::vector<double>& x, const Term& term) {
  long double sum[4] = {0, 0, 0, 0};
  const std::size_t n = x.size(), whole = n / 4 * 4;
  for (std::size_t i = 0; i < whole; i += 4) {
    for (std::size_t k = 0; k < 4; ++k) sum[k] += term(x[i + k]);
  }
  for (std::size_t i = whole; i < n; ++i) sum[0] += term(x[i]);
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

}  // namespace detail

// Of the values that are not missing (NaN); `x` is put into another order. Sums in extended precision, the mean
// corrected by the mean of the deviations from it, as R's mean() and sd() have it.
inline Description describe(std::vector<double>& x) {
  Description out;
  const std::size_t all = x.size();
  const auto value = [](double v) { return static_cast<long double>(v); };
  long double sum = detail::sum_of(x, value);
  if (std::isnan(sum)) {
    x.erase(std::remove_if(x.begin(), x.end(), [](double v) { return std::isnan(v); }), x.end());
    sum = detail::sum_of(x, value);
  }
  out.count = x.size();
  out.missing = all - out.count;
  if (x.empty()) return out;
  const auto n = static_cast<long double>(out.count);
  double min = x[0], max = x[0];
  for (const double v : x) {
    min = v < min ? v : min;
    max = v > max ? v : max;
  }
  out.min = min;
  out.max = max;
  long double mean = sum / n;
  mean += detail::sum_of(x, [mean](double v) { return v - mean; }) / n;
  out.mean = static_cast<double>(mean);
  const long double centre = out.mean;
  const long double squares = detail::sum_of(x, [centre](double v) { return (v - centre) * (v - centre); });
  if (out.count > 1) out.deviation = std::sqrt(static_cast<double>(squares / (n - 1)));
  detail::quartiles(x, min, max, out.quartile);
  return out;
}

}  // namespace ccdpanel::core

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

// The value at the next whole number above n q / 4, or the mean of two neighbours where that is whole. x from `from` on
// holds the values that are not below those before it, and so does what is left after it.
inline double quartile(std::vector<double>& x, std::size_t q, std::size_t& from) {
  const std::size_t n = x.size(), product = n * q, below = product / 4;
  const auto nth = [&](std::size_t k) {
    if (k >= from) {
      std::nth_element(x.begin() + static_cast<std::ptrdiff_t>(from), x.begin() + static_cast<std::ptrdiff_t>(k),
                       x.end());
      from = k + 1;
    }
    return x[k];
  };
  const std::size_t high = std::min(below, n - 1);
  if (product % 4) return nth(high);
  const double low = nth(below ? below - 1 : 0);
  return (low + nth(high)) / 2;
}

}  // namespace detail

// Of the values that are not missing (NaN); `x` is put into another order. Sums in extended precision, the mean
// corrected by the mean of the deviations from it, as R's mean() and sd() have it.
inline Description describe(std::vector<double>& x) {
  Description out;
  const std::size_t all = x.size();
  x.erase(std::remove_if(x.begin(), x.end(), [](double v) { return std::isnan(v); }), x.end());
  out.count = x.size();
  out.missing = all - out.count;
  if (x.empty()) return out;
  const auto n = static_cast<long double>(out.count);
  long double mean = 0, rest = 0, squares = 0;
  out.min = out.max = x[0];
  for (const double v : x) {
    mean += v;
    out.min = std::min(out.min, v);
    out.max = std::max(out.max, v);
  }
  mean /= n;
  for (const double v : x) rest += v - mean;
  mean += rest / n;
  out.mean = static_cast<double>(mean);
  const long double centre = out.mean;
  for (const double v : x) squares += (v - centre) * (v - centre);
  if (out.count > 1) out.deviation = std::sqrt(static_cast<double>(squares / (n - 1)));
  std::size_t from = 0;
  for (std::size_t q = 1; q <= 3; ++q) out.quartile[q - 1] = detail::quartile(x, q, from);
  return out;
}

}  // namespace ccdpanel::core

// Coupling degree of several systems.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "ccdpanel/core/parallel_for.hpp"
#include "ccdpanel/index/normalise.hpp"

namespace ccdpanel::index {

enum class CouplingModel { standard, wang, fan, power };

namespace detail {

// (prod u)^(1/m) when the product itself is too small for a double: 2^e f, multiplied up in its two parts.
inline double root_of_tiny_product(const double* u, std::size_t n, double m) {
  double fraction = 1;
  double exponent = 0;
  for (std::size_t i = 0; i < n; ++i) {
    int power;
    fraction = std::frexp(fraction * u[i], &power);
    exponent += power;
  }
  const double whole = std::floor(exponent / m);
  return std::ldexp(std::pow(fraction, 1.0 / m) * std::exp2((exponent - whole * m) / m), static_cast<int>(whole));
}

// (prod u)^(1/m)
inline double root_of_product(const double* u, std::size_t n, double m) {
  double product = 1;
  double smallest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < n; ++i) {
    product *= u[i];
    smallest = std::min(smallest, u[i]);
  }
  if (smallest == 0) return 0;
  if (product < 1e-280) return root_of_tiny_product(u, n, m);
  if (m == 1) return product;
  if (m == 2) return std::sqrt(product);
  if (m == 3) return std::cbrt(product);
  return std::pow(product, 1.0 / m);
}

// n (prod u)^(1/n) / sum u, the ratio of the geometric to the arithmetic mean; 0 where all are 0.
inline double coupling_standard(const double* u, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += u[i];
  if (sum == 0) return 0;
  const double dn = static_cast<double>(n);
  return std::min(dn * root_of_product(u, n, dn) / sum, 1.0);
}

// sqrt[(1 - mean_{i>j} |u_i - u_j|) (prod u_i / max u)^(1/(n-1))]; 0 where all are 0.
inline double coupling_wang(const double* u, std::size_t n, double* ratio) {
  const double largest = *std::max_element(u, u + n);
  if (largest == 0) return 0;
  double apart = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) apart += std::abs(u[i] - u[j]);
    ratio[i] = u[i] / largest;
  }
  const double dn = static_cast<double>(n);
  const double near = std::max(1.0 - apart / (dn * (dn - 1.0) / 2.0), 0.0);
  return std::sqrt(near * std::min(root_of_product(ratio, n, dn - 1.0), 1.0));
}

// 1 - 2 sd(u), with the population's divisor n.
inline double coupling_fan(const double* u, std::size_t n) {
  const double dn = static_cast<double>(n);
  double mean = 0;
  for (std::size_t i = 0; i < n; ++i) mean += u[i];
  mean /= dn;
  double squares = 0;
  for (std::size_t i = 0; i < n; ++i) squares += (u[i] - mean) * (u[i] - mean);
  return std::max(1.0 - 2.0 * std::sqrt(squares / dn), 0.0);
}

}  // namespace detail

// C of each row, into out[rows]. Scores in [0, 1]; a row with a NaN gives NaN. `k` is the exponent of the power model,
// the literature's exponent on the unrooted ratio: C = standard^(n k).
inline void coupling_degree(const Columns& systems, CouplingModel model, double k, double* out, int threads) {
  const std::size_t n = systems.data.size();
  if (n < 2) throw std::invalid_argument("coupling_degree: at least two systems");
  core::parallel_for(blocks_of(systems.rows), threads, [&](std::size_t block) {
    const std::size_t first = block * rows_per_block;
    const std::size_t last = std::min(first + rows_per_block, systems.rows);
    std::vector<double> space(2 * n);
    double* u = space.data();
    for (std::size_t i = first; i < last; ++i) {
      bool missing = false;
      for (std::size_t s = 0; s < n; ++s) {
        u[s] = systems.data[s][i];
        missing = missing || std::isnan(u[s]);
      }
      if (missing) {
        out[i] = std::numeric_limits<double>::quiet_NaN();
        continue;
      }
      switch (model) {
        case CouplingModel::standard:
          out[i] = detail::coupling_standard(u, n);
          break;
        case CouplingModel::wang:
          out[i] = detail::coupling_wang(u, n, u + n);
          break;
        case CouplingModel::fan:
          out[i] = detail::coupling_fan(u, n);
          break;
        case CouplingModel::power:
          out[i] = std::pow(detail::coupling_standard(u, n), static_cast<double>(n) * k);
          break;
      }
    }
  });
}

}  // namespace ccdpanel::index

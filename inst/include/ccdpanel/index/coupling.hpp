// Coupling degree of several systems.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "ccdpanel/core/cube_root.hpp"
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
  if (m == 3) return core::cube_root(product);
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

namespace detail {

inline double coupling_of(double* u, std::size_t n, CouplingModel model, double k, double* space) {
  switch (model) {
    case CouplingModel::wang:
      return coupling_wang(u, n, space);
    case CouplingModel::fan:
      return coupling_fan(u, n);
    case CouplingModel::power:
      return std::pow(coupling_standard(u, n), static_cast<double>(n) * k);
    case CouplingModel::standard:
      break;
  }
  return coupling_standard(u, n);
}

// Calls complete(i, u, space) for each row whose scores are all there, missing(i, NaN) for the others with the NaN
// found.
template <class Complete, class Missing>
void each_row(const Columns& systems, int threads, const Complete& complete, const Missing& missing) {
  const std::size_t n = systems.data.size();
  if (n < 2) throw std::invalid_argument("coupling: at least two systems");
  core::parallel_for(blocks_of(systems.rows), threads, [&](std::size_t block) {
    const std::size_t first = block * rows_per_block;
    const std::size_t last = std::min(first + rows_per_block, systems.rows);
    std::vector<double> space(2 * n);
    double* u = space.data();
    for (std::size_t i = first; i < last; ++i) {
      double absent = 0;
      for (std::size_t s = 0; s < n; ++s) {
        u[s] = systems.data[s][i];
        if (std::isnan(u[s])) absent = u[s];
      }
      if (std::isnan(absent)) {
        missing(i, absent);
      } else {
        complete(i, u, u + n);
      }
    }
  });
}

}  // namespace detail

// C of each row, into out[rows]. Scores in [0, 1]; a row with a NaN gives it back. `k` is the exponent of the power
// model, the literature's exponent on the unrooted ratio: C = standard^(n k).
inline void coupling_degree(const Columns& systems, CouplingModel model, double k, double* out, int threads) {
  detail::each_row(
      systems, threads,
      [&](std::size_t i, double* u, double* space) {
        out[i] = detail::coupling_of(u, systems.data.size(), model, k, space);
      },
      [&](std::size_t i, double absent) { out[i] = absent; });
}

// Where the results of coordination() go: `rows` numbers each, owned by the caller.
struct Coordination {
  double* coupling;  // C
  double* index;     // T = sum a u
  double* degree;    // D = sqrt(C T)
  int* level;        // 1 and up, 0 where a score is missing
};

// The inner edges of the levels, ascending; which end belongs to a level.
struct Levels {
  std::vector<double> edges;
  bool closed_right = true;
};

// C, T, D and level of each row, with the weights a of T. A sum of weights that is 1 up to rounding could lift D above
// 1 in the last place: it is cut there.
inline void coordination(const Columns& systems, const std::vector<double>& weights, CouplingModel model, double k,
                         const Levels& levels, const Coordination& out, int threads) {
  const std::size_t n = systems.data.size();
  if (weights.size() != n) throw std::invalid_argument("coordination: one weight a system");
  detail::each_row(
      systems, threads,
      [&](std::size_t i, double* u, double* space) {
        double sum = 0;
        for (std::size_t s = 0; s < n; ++s) sum += weights[s] * u[s];
        const double c = detail::coupling_of(u, n, model, k, space);
        const double d = std::min(std::sqrt(c * sum), 1.0);
        int level = 1;
        for (const double edge : levels.edges) level += levels.closed_right ? d > edge : d >= edge;
        out.coupling[i] = c;
        out.index[i] = sum;
        out.degree[i] = d;
        out.level[i] = level;
      },
      [&](std::size_t i, double absent) {
        out.coupling[i] = out.index[i] = out.degree[i] = absent;
        out.level[i] = 0;
      });
}

}  // namespace ccdpanel::index

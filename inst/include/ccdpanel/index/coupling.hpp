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

namespace detail {

inline bool beyond(double d, double edge, bool closed_right) {
  return closed_right ? d > edge : d >= edge;
}

// From C and T; D is cut at 1, which a sum of weights that is 1 up to rounding could lift it above.
inline void coordinate(std::size_t i, double c, double sum, const Levels& levels, const Coordination& out) {
  const double d = std::min(std::sqrt(c * sum), 1.0);
  out.coupling[i] = c;
  out.index[i] = sum;
  out.degree[i] = d;
  out.level[i] = 1;
  for (const double edge : levels.edges) out.level[i] += beyond(d, edge, levels.closed_right);
}

// The standard model of rows [first, first + lanes) in vector code, system by system and edge by edge; a row with a
// tiny product or a missing score by other(row). The operations of coupling_standard() in its order: the same bits.
template <class Other>
void coordinate_standard(const Columns& systems, const std::vector<double>& weights, const Levels& levels,
                         const Coordination& out, std::size_t first, const Other& other) {
  double plain[lanes], weighted[lanes], product[lanes], level[lanes];
  for (std::size_t l = 0; l < lanes; ++l) plain[l] = weighted[l] = 0, product[l] = level[l] = 1;
  const std::size_t n = systems.data.size();
  for (std::size_t s = 0; s < n; ++s) {
    const double* u = systems.data[s] + first;
    const double a = weights[s];
    for (std::size_t l = 0; l < lanes; ++l) plain[l] += u[l], weighted[l] += a * u[l], product[l] *= u[l];
  }
  const double dn = static_cast<double>(n);
  double* const c = out.coupling + first;
  double* const d = out.degree + first;
  for (std::size_t l = 0; l < lanes; ++l) {
    const double p = product[l];
    const double root = n == 2 ? std::sqrt(p) : (n == 3 ? core::cube_root(p) : std::pow(p, 1.0 / dn));
    c[l] = std::min(dn * root / plain[l], 1.0);
    d[l] = std::min(std::sqrt(c[l] * weighted[l]), 1.0);
  }
  for (const double edge : levels.edges)
    for (std::size_t l = 0; l < lanes; ++l) level[l] += beyond(d[l], edge, levels.closed_right) ? 1.0 : 0.0;
  for (std::size_t l = 0; l < lanes; ++l) {
    out.index[first + l] = weighted[l];
    out.level[first + l] = static_cast<int>(level[l]);
  }
  for (std::size_t l = 0; l < lanes; ++l)
    if (!(product[l] >= 1e-280)) other(first + l);
}

}  // namespace detail

// C, T, D and level of each row, with the weights a of T. A row with a missing score has missing results.
inline void coordination(const Columns& systems, const std::vector<double>& weights, CouplingModel model, double k,
                         const Levels& levels, const Coordination& out, int threads) {
  const std::size_t n = systems.data.size();
  if (n < 2) throw std::invalid_argument("coupling: at least two systems");
  if (weights.size() != n) throw std::invalid_argument("coordination: one weight a system");
  core::parallel_for(blocks_of(systems.rows), threads, [&](std::size_t block) {
    std::vector<double> space(2 * n);
    double* u = space.data();
    const auto one = [&](std::size_t i) {
      double sum = 0, absent = 0;
      for (std::size_t s = 0; s < n; ++s) {
        u[s] = systems.data[s][i];
        if (std::isnan(u[s])) absent = u[s];
        sum += weights[s] * u[s];
      }
      if (std::isnan(absent)) {
        out.coupling[i] = out.index[i] = out.degree[i] = absent;
        out.level[i] = 0;
      } else {
        detail::coordinate(i, detail::coupling_of(u, n, model, k, u + n), sum, levels, out);
      }
    };
    const std::size_t last = std::min((block + 1) * rows_per_block, systems.rows);
    std::size_t i = block * rows_per_block;
    for (; model == CouplingModel::standard && i + lanes <= last; i += lanes)
      detail::coordinate_standard(systems, weights, levels, out, i, one);
    for (; i < last; ++i) one(i);
  });
}

}  // namespace ccdpanel::index

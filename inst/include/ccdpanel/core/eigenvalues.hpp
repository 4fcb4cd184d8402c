// Eigenvalues of small symmetric matrices, by Jacobi's rotations: no digit is lost to their size.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace ccdpanel::core {

namespace detail {

// Rotates rows and columns p and q so that their common element is zero.
inline void rotate(std::vector<double>& a, std::size_t n, std::size_t p, std::size_t q) {
  const auto at = [&](std::size_t i, std::size_t j) -> double& { return a[i * n + j]; };
  const double theta = (at(q, q) - at(p, p)) / (2 * at(p, q));
  const double tangent = (theta < 0 ? -1 : 1) / (std::fabs(theta) + std::hypot(theta, 1.0));
  const double cosine = 1 / std::hypot(tangent, 1.0), sine = tangent * cosine;
  for (std::size_t k = 0; k < n; ++k) {
    const double left = at(k, p), right = at(k, q);
    at(k, p) = cosine * left - sine * right;
    at(k, q) = sine * left + cosine * right;
  }
  for (std::size_t k = 0; k < n; ++k) {
    const double left = at(p, k), right = at(q, k);
    at(p, k) = cosine * left - sine * right;
    at(q, k) = sine * left + cosine * right;
  }
  at(p, q) = at(q, p) = 0;
}

}  // namespace detail

// Smallest and largest eigenvalue of the n x n symmetric matrix `a`, which is overwritten; NaN where it is not finite.
inline std::pair<double, double> extreme_eigenvalues(std::vector<double>& a, std::size_t n) {
  double size = 0;
  for (const double v : a) size += std::fabs(v);
  if (!std::isfinite(size)) return {size - size, size - size};
  const double negligible = size * std::numeric_limits<double>::epsilon() / 16;
  constexpr int most = 60;  // sweeps; a handful is enough
  for (int sweep = 0; sweep < most; ++sweep) {
    bool rotated = false;
    for (std::size_t p = 0; p + 1 < n; ++p) {
      for (std::size_t q = p + 1; q < n; ++q) {
        if (std::fabs(a[p * n + q]) <= negligible / static_cast<double>(n * n)) continue;
        detail::rotate(a, n, p, q);
        rotated = true;
      }
    }
    if (!rotated) break;
  }
  double low = a[0], high = a[0];
  for (std::size_t i = 1; i < n; ++i) {
    low = std::min(low, a[i * n + i]);
    high = std::max(high, a[i * n + i]);
  }
  return {low, high};
}

}  // namespace ccdpanel::core

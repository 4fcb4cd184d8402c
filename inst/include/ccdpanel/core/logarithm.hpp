// The natural logarithm of a non-negative number, in straight-line code that compilers turn into vector instructions.
#pragma once

#include "ccdpanel/core/bits.hpp"

namespace ccdpanel::core {

// ln x for finite x >= 0, within one unit in the last place; at x = 0 a finite number (below -744), so that x ln x is
// 0 there without a branch. Negative, infinite and NaN arguments are the caller's to exclude.
//
// x = 2^k m with m in [sqrt(1/2), sqrt(2)), f = m - 1, s = f / (2 + f). Then
//   ln m = 2 atanh(s) = f - f^2/2 + s (f^2/2 + s^2 g(s^2)),   g(z) = 2/3 + 2z/5 + 2z^2/7 + ...,
// with g interpolated at Chebyshev nodes on [0, (3 - 2 sqrt(2))^2] (error below 3e-18), and k ln 2 in two parts of
// which the high one is exact times k.
inline double log_nonnegative(double x) {
  constexpr double two_52 = 4503599627370496.0;
  constexpr std::uint64_t root_half = 0x3fe6a09e00000000;  // the leading bits of sqrt(1/2)
  constexpr std::uint64_t one = 0x3ff0000000000000;
  // Subnormals have no leading bit: they are multiplied by 2^54 first. A mask, since a branch would stop vector code.
  const std::uint64_t subnormal = 0 - ((bits(x) - 0x0010000000000000) >> 63);
  const double lift = number(one + (subnormal & 0x0360000000000000));
  const double drop = number(subnormal & 0x404b000000000000);

  const std::uint64_t shifted = bits(x * lift) + (one - root_half);
  const double biased = number((shifted >> 52) | 0x4330000000000000);  // 2^52 + exponent + 1023
  const double k = (biased - (two_52 + 1023.0)) - drop;
  const double m = number((shifted & 0x000fffffffffffff) + root_half);

  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double w = z * z;
  const double half = 0.5 * f * f;
  const double low =
      (0.6666666666666666 + z * 0.40000000000000885) + w * (0.28571428570799784 + z * 0.22222222392581045);
  const double high =
      (0.18181795547521137 + z * 0.15386244737621665) + w * (0.13268638369266825 + z * 0.13088034850927555);
  const double tail = s * (half + z * (low + (w * w) * high));
  return k * 6.93147180369123816490e-01 + (f - (half - (tail + k * 1.90821492927058770002e-10)));
}

}  // namespace ccdpanel::core

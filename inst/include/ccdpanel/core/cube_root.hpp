// The cube root of a normal positive number, without a division.
#pragma once

#include "ccdpanel/core/bits.hpp"

namespace ccdpanel::core {

// x^(1/3) for normal x > 0 up to 1e300 (beyond, y^3 may overflow), within one unit in the last place.
//
// w approximates x^(-1/3): a third of the bits, negated, is within 4%. With h = 1 - x w^3 the series
//   x^(-1/3) = w (1 - h)^(-1/3) = w (1 + h/3 + 2h^2/9 + 14h^3/81 + ...)
// leaves an error of the order h^4, so that two steps suffice; a Newton step on y^3 = x ends it.
inline double cube_root(double x) {
  double w = number(0x553ef0ff289dd796 - bits(x) / 3);
  for (int step = 0; step < 2; ++step) {
    const double h = 1.0 - x * w * w * w;
    w += w * h * (1.0 / 3.0 + h * (2.0 / 9.0 + h * (14.0 / 81.0)));
  }
  const double y = x * w * w;
  return y - (y * y * y - x) * (w * w) * (1.0 / 3.0);
}

}  // namespace ccdpanel::core

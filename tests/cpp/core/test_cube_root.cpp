// Expected values: std::cbrt in long double.
#include <algorithm>
#include <limits>
#include <random>

#include "../check.hpp"
#include "ccdpanel/core/cube_root.hpp"

namespace test_cube_root {

static double ulps(double x) {
  const long double expected = std::cbrt(static_cast<long double>(x));
  const double rounded = static_cast<double>(expected);
  const double unit = std::nextafter(rounded, std::numeric_limits<double>::infinity()) - rounded;
  return static_cast<double>(std::abs(static_cast<long double>(ccdpanel::core::cube_root(x)) - expected)) / unit;
}

static void run() {
  using ccdpanel::core::cube_root;
  check::that(cube_root(1.0) == 1.0 && cube_root(.125) == .5 && cube_root(27.0) == 3.0, "cubes");
  std::mt19937_64 random(1);
  double worst = 0;
  for (int i = 0; i < 1000000; ++i) {
    const double u = static_cast<double>(random() >> 11) * 0x1p-53;
    if (u > 0) worst = std::max(worst, ulps(u));
    const double anywhere = ccdpanel::core::number(0x0010000000000000 + random() % 0x7e27e43c8800759c);
    worst = std::max(worst, ulps(anywhere));
  }
  check::that(worst < 1.0, "one unit in the last place over the normal numbers to 1e300");
  for (const double x : {2.2250738585072014e-308, 1e-280, 1e300}) check::that(ulps(x) < 1.0, "the ends of the range");
}

static const check::File file("core", "test_cube_root", run);

}  // namespace test_cube_root

// Expected values: std::log in long double.
#include <limits>
#include <random>

#include "../check.hpp"
#include "ccdpanel/core/logarithm.hpp"

namespace test_logarithm {

// Distance in units of the last place of the true value.
static double ulps(double x) {
  const long double expected = std::log(static_cast<long double>(x));
  const double rounded = std::abs(static_cast<double>(expected));
  const double unit = std::nextafter(rounded, std::numeric_limits<double>::infinity()) - rounded;
  return static_cast<double>(std::abs(static_cast<long double>(ccdpanel::core::log_nonnegative(x)) - expected)) / unit;
}

static void run() {
  using ccdpanel::core::log_nonnegative;
  check::that(log_nonnegative(1.0) == 0.0, "ln 1");
  check::that(0.0 * log_nonnegative(0.0) == 0.0, "0 ln 0 is 0");
  check::that(std::isfinite(log_nonnegative(0.0)), "ln 0 is a finite number");
  std::mt19937_64 random(1);
  double worst_unit = 0, worst_near = 0, worst_anywhere = 0;
  for (int i = 0; i < 1000000; ++i) {
    const double u = static_cast<double>(random() >> 11) * 0x1p-53;
    if (u > 0) worst_unit = std::max(worst_unit, ulps(u));
    worst_near = std::max(worst_near, ulps(1.0 + (u - 0.5) * 1e-3));
    worst_anywhere = std::max(worst_anywhere, ulps(ccdpanel::core::number(random() % 0x7ff0000000000000)));
  }
  check::that(worst_unit < 1.0, "one unit in the last place on (0, 1)");
  check::that(worst_near < 1.0, "one unit in the last place near 1");
  check::that(worst_anywhere < 1.0, "one unit in the last place anywhere");
  for (const double x : {4.9406564584124654e-324, 1e-310, 2.2250738585072014e-308, 1.7976931348623157e308})
    check::that(ulps(x) < 1.0, "the ends of the range");
}

static const check::File file("core", "test_logarithm", run);

}  // namespace test_logarithm

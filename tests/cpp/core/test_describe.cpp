// Expected values by hand, and quartiles against a sort.
#include <limits>

#include "../check.hpp"
#include "ccdpanel/core/describe.hpp"

namespace test_describe {

using namespace ccdpanel;

// The rule on sorted values, in whole numbers.
static double sorted_quartile(std::vector<double> x, std::size_t q) {
  std::sort(x.begin(), x.end());
  const std::size_t n = x.size(), below = n * q / 4;
  return n * q % 4 ? x[below] : (x[below - 1] + x[below]) / 2;
}

static void run() {
  std::vector<double> x = {4, std::numeric_limits<double>::quiet_NaN(), 1, 3, 2};
  const core::Description d = core::describe(x);
  check::that(d.count == 4 && d.missing == 1 && d.min == 1 && d.max == 4 && d.mean == 2.5, "by hand");
  check::near(d.deviation, std::sqrt(5.0 / 3.0), 1e-15, "divisor of one less");
  check::that(d.quartile[0] == 1.5 && d.quartile[1] == 2.5 && d.quartile[2] == 3.5, "quartiles between two");

  std::vector<double> one = {7}, none;
  const core::Description single = core::describe(one), empty = core::describe(none);
  check::that(single.mean == 7 && single.quartile[0] == 7 && single.deviation != single.deviation, "one value");
  check::that(empty.count == 0 && empty.mean != empty.mean, "no value");

  bool same = true;
  for (std::size_t n = 1; n < 60; ++n) {
    std::vector<double> values;
    for (std::size_t i = 0; i < n; ++i) values.push_back(static_cast<double>((i * 37 + n * 11) % 23));
    std::vector<double> work = values;
    const core::Description made = core::describe(work);
    for (std::size_t q = 1; q <= 3; ++q) same = same && made.quartile[q - 1] == sorted_quartile(values, q);
  }
  check::that(same, "quartiles of every remainder, with ties");

  // Many values: spread evenly, few different ones, and all but one in the first bin.
  bool many = true;
  for (std::size_t n = 20000; n < 20004; ++n) {
    for (const int kind : {0, 1, 2}) {
      std::vector<double> values;
      for (std::size_t i = 0; i < n; ++i) {
        const double v = static_cast<double>((i * 7919 + 13) % n);
        values.push_back(kind == 1 ? std::floor(v / 4000) : v);
      }
      if (kind == 2) values[5] = 1e300;
      std::vector<double> work = values;
      const core::Description made = core::describe(work);
      for (std::size_t q = 1; q <= 3; ++q) many = many && made.quartile[q - 1] == sorted_quartile(values, q);
    }
  }
  check::that(many, "quartiles of many values");

  // Nearly equal values far from zero: the usual sum of squares less the squared sum loses all digits.
  std::vector<double> far = {1e9 + 1, 1e9 + 2, 1e9 + 3};
  check::near(core::describe(far).deviation, 1, 1e-12, "far from zero");
}

static const check::File file("core", "test_describe", run);

}  // namespace test_describe

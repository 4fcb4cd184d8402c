// Expected values by hand.
#include <limits>

#include "../check.hpp"
#include "ccdpanel/index/normalise.hpp"

namespace test_normalise {

using namespace ccdpanel;

static const double nan_value = std::numeric_limits<double>::quiet_NaN();
static const double inf = std::numeric_limits<double>::infinity();

static void run() {
  const std::vector<double> x = {3, 1, 2, 5};
  std::vector<double> z(4);
  index::Columns columns{{x.data()}, 4};
  const auto s = index::summarise(columns, 1)[0];
  check::that(s.min == 1 && s.max == 5 && s.sum == 11 && s.missing == 0 && s.infinite == 0, "summary by hand");

  index::normalise(columns, {index::min_max(1, 5, false)}, {z.data()}, 1);
  check::that(z == std::vector<double>({.5, 0, .25, 1}), "min-max");
  index::normalise(columns, {index::min_max(1, 5, true)}, {z.data()}, 1);
  check::that(z == std::vector<double>({.5, 1, .75, 0}), "min-max, reversed");
  index::normalise(columns, {index::min_max(1, 5, false, .2, .6)}, {z.data()}, 1);
  check::near(z[0], .4, 1e-16, "onto a target range");

  index::normalise_interval(x.data(), 4, {2, 3, 1, 5}, 0, 1, z.data());
  check::that(z == std::vector<double>({1, .5, 1, 0}), "optimal range: largest distance 2, above");
  index::normalise_interval(x.data(), 4, {2, 3, 2, 3}, 0, 1, z.data());
  check::that(z == std::vector<double>(4, 1), "optimal range: nothing is away from it among what it is scaled by");

  const std::vector<double> wide = {-1.5e308, 0, 1.5e308};
  index::normalise({{wide.data()}, 3}, {index::min_max(-1.5e308, 1.5e308, false)}, {z.data()}, 1);
  check::that(z[0] == 0 && z[1] == .5 && z[2] == 1, "a range beyond the largest double");
  const std::vector<double> narrow = {1e-315, 2e-315, 3e-315};
  index::normalise({{narrow.data()}, 3}, {index::min_max(narrow[0], narrow[2], false)}, {z.data()}, 1);
  check::near(z[1], .5, 1e-7, "a range of subnormals");

  // Odd values, in the vector part, in the tail and across blocks
  for (const std::size_t n : {std::size_t{1}, index::lanes, index::lanes + 1, index::rows_per_block + 7}) {
    std::vector<double> odd(n, 1.0);
    check::that(index::summarise({{odd.data()}, n}, 2)[0].sum == static_cast<double>(n), "ones");
    odd[n / 2] = nan_value;
    odd[n - 1] = n > 1 ? -inf : nan_value;
    const auto r = index::summarise({{odd.data()}, n}, 2)[0];
    check::that(r.missing == 1 && r.infinite == (n > 1), "missing and infinite are counted");
    check::that(n == 1 || (r.min == 1 && r.max == 1), "and do not enter the range");
  }
  check::that(index::summarise({{x.data()}, 0}, 2)[0].min == inf, "no rows, no range");
  check::that(index::summarise({}, 2).empty(), "no columns");
  check::throws<std::invalid_argument>([&] { index::normalise(columns, {}, {z.data()}, 1); }, "a scaling a column");
}

static const check::File file("index", "test_normalise", run);

}  // namespace test_normalise

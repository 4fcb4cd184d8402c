// Expected values by hand: lines, growth, and splines where they are known in closed form.
#include <limits>

#include "../check.hpp"
#include "ccdpanel/core/gaps.hpp"

namespace test_gaps {

using namespace ccdpanel;

static const double gap = std::numeric_limits<double>::quiet_NaN();

struct Made {
  std::vector<double> x;
  std::vector<int> how;
  std::size_t failed;
};

static Made filled(const std::vector<double>& x, const std::vector<double>& time, core::Filling by,
                   std::vector<std::size_t> end = {}) {
  std::vector<int> row;
  for (std::size_t i = 0; i < x.size(); ++i) row.push_back(static_cast<int>(i));
  if (end.empty()) end = {x.size()};
  Made out{x, std::vector<int>(x.size(), 0), 0};
  out.failed = core::fill_gaps(x.data(), {row.data(), time.data(), end}, by, out.x.data(), out.how.data(), 2);
  return out;
}

static void run() {
  const std::vector<double> time = {1, 2, 4, 5, 8};
  const Made line = filled({gap, 2, gap, 8, gap}, time, core::Filling::linear);
  check::that(line.x == std::vector<double>({2, 2, 6, 8, 8}), "lines, and the nearest value at the ends");
  check::that(line.how == std::vector<int>({2, 0, 1, 0, 2}), "inside and at the ends");
  const Made trend = filled({gap, 2, gap, 8, gap}, time, core::Filling::trend);
  check::that(trend.x == std::vector<double>({0, 2, 6, 8, 14}), "the lines go on");
  const Made forward = filled({gap, 2, gap, 8, gap}, time, core::Filling::forward);
  check::that(forward.x[0] != forward.x[0] && forward.x[2] == 2 && forward.x[4] == 8, "carried forward");
  check::that(forward.how == std::vector<int>({0, 0, 1, 0, 2}), "what has nothing before it stays");
  const Made backward = filled({gap, 2, gap, 8, gap}, time, core::Filling::backward);
  check::that(backward.x[0] == 2 && backward.x[2] == 8 && backward.x[4] != backward.x[4], "carried backward");

  const Made growth = filled({gap, 2, gap, 8, gap}, {0, 1, 2, 3, 4}, core::Filling::growth);
  const std::vector<double> powers = {1, 2, 4, 8, 16};
  for (std::size_t i = 0; i < 5; ++i) check::near(growth.x[i], powers[i], 1e-14, "powers of two");
  check::that(filled({2, gap, 0}, {1, 2, 3}, core::Filling::growth).failed == 0, "a zero does not grow");
  check::that(filled({2, 3, 0}, {1, 2, 3}, core::Filling::growth).failed == 1, "but has no gap");

  // Through 0, 1, 0 at 0, 1, 2 the natural spline is 1.5 t - .5 t^3 up to 1.
  const Made spline = filled({0, gap, 1, gap, 0}, {0, .5, 1, 1.5, 2}, core::Filling::spline);
  check::near(spline.x[1], .75 - .0625, 1e-15, "a natural spline");
  check::near(spline.x[3], .75 - .0625, 1e-15, "and its mirror");
  check::that(filled({1, gap, 3}, {1, 2, 3}, core::Filling::spline).x[1] == 2, "two points make a line");

  const Made units = filled({1, gap, gap, 5}, {1, 2, 1, 2}, core::Filling::linear, {2, 4});
  check::that(units.x == std::vector<double>({1, 1, 5, 5}), "never across units");
  const std::vector<double> empty = {gap, gap, 1};
  const std::vector<int> row = {0, 1, 2};
  check::that(core::units_without_value(empty.data(), {row.data(), nullptr, {2, 3}}) == std::vector<std::size_t>({0}),
              "a unit without a value");
}

static const check::File file("core", "test_gaps", run);

}  // namespace test_gaps

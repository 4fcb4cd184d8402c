// Expected values in closed form.
#include <limits>

#include "../check.hpp"
#include "ccdpanel/core/eigenvalues.hpp"

namespace test_eigenvalues {

using namespace ccdpanel;

static std::pair<double, double> extremes(std::vector<double> a, std::size_t n) {
  return core::extreme_eigenvalues(a, n);
}

static void run() {
  const auto two = extremes({2, 1, 1, 2}, 2);
  check::near(two.first, 1, 1e-15, "two by two, smallest");
  check::near(two.second, 3, 1e-15, "two by two, largest");
  check::that(extremes({-4}, 1).second == -4, "a number");
  check::that(extremes({5, 0, 0, -5}, 2).first == -5, "diagonal already");

  // The second difference has eigenvalues 2 - 2 cos(k pi / (n + 1)).
  const std::size_t n = 9;
  std::vector<double> chain(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    chain[i * n + i] = 2;
    if (i + 1 < n) chain[i * n + i + 1] = chain[(i + 1) * n + i] = -1;
  }
  const auto ends = extremes(chain, n);
  const double step = std::acos(-1.0) / 10;
  check::near(ends.first, 2 - 2 * std::cos(step), 1e-14, "a chain, smallest");
  check::near(ends.second, 2 - 2 * std::cos(9 * step), 1e-14, "a chain, largest");

  const double inf = std::numeric_limits<double>::infinity();
  check::that(extremes({inf, 0, 0, 1}, 2).first != extremes({inf, 0, 0, 1}, 2).first, "not finite");
  check::that(extremes({0, 0, 0, 0}, 2).second == 0, "zero");
}

static const check::File file("core", "test_eigenvalues", run);

}  // namespace test_eigenvalues

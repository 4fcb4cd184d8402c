// Expected values by hand; wide keys against narrow ones.
#include <limits>

#include "../check.hpp"
#include "ccdpanel/core/levels.hpp"

namespace test_levels {

using namespace ccdpanel;

static std::vector<int> codes(const std::vector<int>& x, bool ascending) {
  std::vector<int> out(x.size());
  core::number_levels(x.data(), x.size(), ascending, out.data());
  return out;
}

static std::vector<int> rows(const std::vector<int>& a, const std::vector<int>& b, const std::vector<int>& in_a,
                             const std::vector<int>& in_b) {
  std::vector<int> out(a.size());
  core::match_pairs({a.data(), b.data(), a.size()}, {in_a.data(), in_b.data(), in_a.size()}, out.data());
  return out;
}

static void run() {
  check::that(codes({7, 5, 7, 6}, false) == std::vector<int>({0, 1, 0, 2}), "by appearance");
  check::that(codes({7, 5, 7, 6}, true) == std::vector<int>({2, 0, 2, 1}), "ascending");
  constexpr int top = std::numeric_limits<int>::max(), bottom = std::numeric_limits<int>::min();
  check::that(codes({top, bottom, 0, top}, false) == std::vector<int>({0, 1, 2, 0}), "scattered, by appearance");
  check::that(codes({top, bottom, 0, top}, true) == std::vector<int>({2, 0, 1, 2}), "scattered, ascending");
  check::that(codes({}, true).empty(), "nothing");

  check::that(rows({1, 2, 2, 3, -1}, {1, 1, 9, 1, 1}, {2, 1, 2}, {1, 1, 2}) == std::vector<int>({1, 0, -1, -1, -1}),
              "pairs found, not found, beyond the table and missing");
  check::that(rows({1}, {1}, {1, 1}, {1, 1}) == std::vector<int>({0}), "the first of several");
  check::that(rows({1, 2}, {1, 1}, {-1, 2}, {1, 1}) == std::vector<int>({-1, 1}), "missing in the table");
  check::that(rows({90000000, 3}, {80000000, 4}, {3, 90000000}, {4, 80000000}) == std::vector<int>({1, 0}),
              "pairs too far apart for a rectangle");

  const std::vector<double> x = {1, 2, std::numeric_limits<double>::quiet_NaN(), 4, 1e300};
  const std::vector<int> group = {1, 2, 1, 2, 3};
  double means[4];
  core::group_means(x.data(), group.data(), 1, x.size(), 4, means);
  check::that(means[0] == 1 && means[1] == 3 && means[2] == 1e300 && means[3] != means[3], "means, and none");
}

static const check::File file("core", "test_levels", run);

}  // namespace test_levels

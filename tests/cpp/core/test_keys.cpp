// Expected values by hand.
#include <limits>

#include "../check.hpp"
#include "ccdpanel/core/keys.hpp"

namespace test_keys {

static ccdpanel::core::Repeats repeats(const std::vector<int>& a, const std::vector<int>& b) {
  return ccdpanel::core::repeated_pairs(a.data(), b.data(), a.size());
}

static void run() {
  check::that(repeats({}, {}).count == 0, "nothing");
  check::that(repeats({1}, {1}).count == 0, "one row");
  check::that(repeats({1, 1, 2, 2}, {1, 2, 1, 2}).count == 0, "a rectangle");
  const auto near = repeats({1, 2, 1, 2, 1}, {5, 5, 5, 6, 5});
  check::that(near.count == 2 && near.first == 2, "two repeats, the first in row 2");
  constexpr int top = std::numeric_limits<int>::max(), bottom = std::numeric_limits<int>::min();
  const auto far = repeats({top, bottom, 0, bottom}, {bottom, top, 0, top});
  check::that(far.count == 1 && far.first == 3, "keys scattered over all integers");
}

static const check::File file("core", "test_keys", run);

}  // namespace test_keys

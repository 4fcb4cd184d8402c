// Components by hand.
#include "../check.hpp"
#include "ccdpanel/absorb/connected.hpp"

namespace test_connected {

using namespace ccdpanel::panel;

static void run() {
  const Factor unit{{0, 0, 1, 1, 2, 2}, 3};
  const Factor firm{{0, 1, 1, 0, 2, 2}, 3};
  DisjointSets parts = components(unit, firm);
  check::that(parts.count() == 2, "two components");
  check::that(
      parts.root(0) == parts.root(3 + 1) && parts.root(2) == parts.root(3 + 2) && parts.root(0) != parts.root(2),
      "who is with whom");
  check::that(redundant_levels({unit, firm}, {0, 1}) == std::vector<int>({0, 2}), "dependences of two effects");
  check::that(redundant_levels({unit, firm}, {1, 0}) == std::vector<int>({2, 0}), "the first in order has none");
  check::that(redundant_levels({}, {}).empty(), "no effects");
  // Two chains of levels that never meet, in whichever order.
  std::vector<int> links, knots;
  for (int i = 0; i < 400; ++i) {
    links.push_back(i / 2);
    knots.push_back(i / 2 + i % 2 + (i >= 200));
  }
  const Factor link{links, 200}, knot{knots, 202};
  check::that(component_count(link, knot) == 2 && component_count(knot, link) == 2, "components counted alone");
  check::that(components(link, knot).count() == 2, "and joined");
}

static const check::File file("absorb", "test_connected", run);

}  // namespace test_connected

// Expected values by hand.
#include "ccdpanel/panel/codes.hpp"
#include "check.hpp"

using namespace ccdpanel::panel;

namespace {

std::vector<int> singletons_of(const std::vector<Factor>& factors) {
  std::vector<std::vector<Tally>> tallies;
  for (const Factor& f : factors) {
    tallies.emplace_back(static_cast<std::size_t>(f.levels));
    for (std::size_t i = 0; i < f.code.size(); ++i) tallies.back()[static_cast<std::size_t>(f.code[i])].toggle(i, 1);
  }
  return singletons(factors, tallies);
}

}  // namespace

int main() {
  const Compacted c = compact({4, 0, 4, 2}, 6);
  check::that(c.factor.code == std::vector<int>({2, 0, 2, 1}) && c.factor.levels == 3, "empty levels go, order stays");
  check::that(c.first == std::vector<int>({1, 3, 0}), "first row of each level");
  check::that(compact({}, 0).factor.levels == 0, "nothing in, nothing out");
  check::throws<std::invalid_argument>([] { compact({0, 3}, 3); }, "a code beyond the range");
  check::throws<std::invalid_argument>([] { compact({-1}, 3); }, "a negative code");

  const std::vector<int> outside{1, 0};
  const Codes seen = Codes::seen(outside.data(), 2), copied = seen;
  check::that(copied.data() == outside.data() && copied == outside, "codes seen where they lie stay there");
  Codes own{3, 4};
  const Codes copy = own;
  own.push_back(5);
  own = Codes(own);
  check::that(own == std::vector<int>({3, 4, 5}) && copy == std::vector<int>({3, 4}), "own codes are copied");

  // Row 3 is alone in level 2 of a; without it row 2 is alone in level 1 of b; the others hold each other.
  const Factor a{{0, 0, 1, 2, 1}, 3};
  const Factor b{{0, 0, 1, 1, 0}, 2};
  check::that(singletons_of({a}) == std::vector<int>({3}), "one effect");
  check::that(singletons_of({a, b}) == std::vector<int>({2, 3, 4}), "removal is repeated");
  check::that(singletons_of({}).empty(), "no effect, no singleton");

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
  check::that(nested_in(unit, Factor{{5, 5, 5, 5, 1, 1}, 6}), "nested");
  check::that(!nested_in(unit, firm), "not nested");
  return check::report();
}

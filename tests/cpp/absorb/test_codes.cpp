// Expected values by hand.
#include "../check.hpp"
#include "ccdpanel/absorb/codes.hpp"

namespace test_codes {

using namespace ccdpanel::panel;

namespace {

std::vector<int> singletons_of(const std::vector<Factor>& factors) {
  std::vector<std::vector<Tally>> tallies;
  for (const Factor& f : factors) {
    tallies.emplace_back(static_cast<std::size_t>(f.levels));
    for (std::size_t i = 0; i < f.code.size(); ++i) tallies.back()[static_cast<std::size_t>(f.code[i])].toggle(i, 1);
  }
  return singletons([&](std::size_t e, std::size_t i) { return factors[e].code[i]; }, tallies);
}

}  // namespace

static void run() {
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
  check::that(nested_in(unit, Factor{{5, 5, 5, 5, 1, 1}, 6}), "nested");
  check::that(!nested_in(unit, firm), "not nested");
}

static const check::File file("absorb", "test_codes", run);

}  // namespace test_codes

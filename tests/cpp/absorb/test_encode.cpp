// Expected codes by hand.
#include <limits>
#include <map>

#include "../check.hpp"
#include "ccdpanel/absorb/encode.hpp"

namespace test_encode {

using namespace ccdpanel::panel;

namespace {

struct Coded {
  std::vector<int> code;
  Levels levels;
};

Coded numbers(const std::vector<double>& v) {
  Coded out{std::vector<int>(v.size()), {}};
  out.levels = encode_numbers([&](std::size_t i) { return v[i]; }, v.size(), out.code.data());
  return out;
}

Coded integers(const std::vector<int>& v) {
  Coded out{std::vector<int>(v.size()), {}};
  out.levels = encode_integers([&](std::size_t i) { return v[i]; }, v.size(), out.code.data());
  return out;
}

std::vector<int> pairs(const Factor& a, const Factor& b) {
  std::vector<int> out(a.code.size());
  encode_pairs(a, b, out.data());
  return out;
}

}  // namespace

static void run() {
  const Coded dense = numbers({2003, 2001, 2003});
  check::that(dense.code == std::vector<int>({1, 0, 1}) && dense.levels.count() == 2, "whole numbers by value");
  check::that(dense.levels.first == std::vector<int>({1, 0}) && dense.levels.alone(),
              "first row of each level, one alone");
  check::that(!numbers({7, 7, 9, 9}).levels.alone() && !numbers({.5, .5}).levels.alone(), "none alone");
  check::that(numbers({.5, .5, .25}).levels.alone(), "one alone among keys");
  check::that(numbers({0.5, -1, 0.5}).code == std::vector<int>({0, 1, 0}), "others by appearance");
  check::that(numbers({1e300, -1e300, 1e300}).levels.count() == 2, "no range overflows");
  check::that(numbers({0.0, 0.5, -0.0}).code == std::vector<int>({0, 1, 0}), "zero has no sign");
  check::that(numbers({}).levels.count() == 0, "nothing in, nothing out");
  check::that(integers({-3, 5, 5, -3}).code == std::vector<int>({0, 1, 1, 0}), "integers by value");
  const int high = std::numeric_limits<int>::max(), low = std::numeric_limits<int>::min();
  check::that(integers({high, low, high}).code == std::vector<int>({0, 1, 0}), "integers as far apart as can be");
  check::that(integers({}).levels.count() == 0, "no integers");

  std::vector<double> many;
  for (int i = 0; i < 20000; ++i) many.push_back(i % 7000 + 0.25);
  const Coded grown = numbers(many);
  bool right = grown.levels.count() == 7000;
  for (int i = 0; i < 20000; ++i) right = right && grown.code[static_cast<std::size_t>(i)] == i % 7000;
  check::that(right, "the table grows and keeps its codes");

  // Parts of the rows, against a map: dense and scattered values, some of them alone.
  for (const double spread : {1.0, 1e6}) {
    const std::size_t n = 90001;
    std::vector<double> v(n);
    for (std::size_t i = 0; i < n; ++i)
      v[i] = spread * static_cast<double>((i * i + 7 * i) % 5003 + (i == 70000 ? 6000 : 0));
    std::map<double, std::pair<int, Tally>> expected;
    for (std::size_t i = 0; i < n; ++i) {
      std::pair<int, Tally>& level = expected[v[i]];
      if (!level.second.count) level.first = static_cast<int>(i);
      level.second.toggle(i, 1);
    }
    std::vector<int> one(n), two(n);
    const auto value = [&](std::size_t i) { return v[i]; };
    const Levels alone = encode_numbers(value, n, one.data()), shared = encode_numbers(value, n, two.data(), true, 2);
    check::that(one == two && alone.first == shared.first, "codes by one and by two threads");
    bool same = shared.count() == static_cast<int>(expected.size());
    for (std::size_t i = 0; i < n && same; ++i) {
      const std::pair<int, Tally>& level = expected[v[i]];
      const std::size_t g = static_cast<std::size_t>(two[i]);
      same = shared.first[g] == level.first && shared.tally[g].count == level.second.count &&
             shared.tally[g].rows == level.second.rows;
    }
    check::that(same, "each level's first row and tally");

    const Dense dense_values = dense_codes(value, n, 2);
    check::that((dense_values.range == 7471) == (spread == 1.0) && dense_values.low == 0, "their own codes, or not");
    if (!dense_values.range) continue;
    const Levels seen =
        compact_codes([&](std::size_t i) { return static_cast<int>(v[i]); }, n, dense_values.range, nullptr, true, 2);
    same = seen.first == shared.first;
    for (std::size_t g = 0; g < seen.tally.size() && same; ++g)
      same = seen.tally[g].count == shared.tally[g].count && seen.tally[g].rows == shared.tally[g].rows;
    check::that(same, "levels of codes that are not written");
  }

  const Factor a{{0, 0, 1, 1}, 2}, b{{0, 1, 0, 0}, 2};
  check::that(pairs(a, b) == std::vector<int>({0, 1, 2, 2}), "combinations that occur");
  const Factor wide{{0, 99999, 0}, 100000};
  check::that(pairs(wide, wide) == std::vector<int>({0, 1, 0}), "combinations beyond a table");
}

static const check::File file("absorb", "test_encode", run);

}  // namespace test_encode

// Codes, pairs, gaps and descriptions against what is written out over all rows.
#include <limits>

#include "../check.hpp"
#include "../random_cases.hpp"
#include "ccdpanel/core/describe.hpp"
#include "ccdpanel/core/gaps.hpp"
#include "ccdpanel/core/keys.hpp"
#include "ccdpanel/core/levels.hpp"

namespace test_random_keys {

using namespace ccdpanel;
using random_cases::Case;

namespace {

// Near each other, or from end to end of the integers.
std::vector<int> integers(Case& c, int n) {
  const int kind = c.below(3);
  std::vector<int> out;
  for (int i = 0; i < n; ++i) {
    const int near = c.below(6) - 3;
    const int far =
        c.chance(2) ? std::numeric_limits<int>::max() - c.below(3) : std::numeric_limits<int>::min() + c.below(3);
    out.push_back(kind == 0 || (kind == 1 && c.chance(2)) ? near : far);
  }
  return out;
}

void keys(Case& c) {
  const int n = c.rows(30);
  const std::vector<int> a = integers(c, n), b = integers(c, n);
  std::vector<int> code(a.size()), ascending(a.size());
  core::number_levels(a.data(), a.size(), false, code.data());
  core::number_levels(a.data(), a.size(), true, ascending.data());
  bool same = true, ordered = true;
  std::size_t repeats = 0, first = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    bool met = false;
    for (std::size_t k = 0; k < a.size(); ++k) {
      same = same && (code[i] == code[k]) == (a[i] == a[k]);
      ordered = ordered && (ascending[i] < ascending[k]) == (a[i] < a[k]);
      met = met || (k < i && a[i] == a[k] && b[i] == b[k]);
    }
    if (met && repeats++ == 0) first = i;
  }
  check::that(same, "equal codes are equal numbers");
  check::that(ordered, "ascending codes are in order");
  const core::Repeats found = core::repeated_pairs(a.data(), b.data(), a.size());
  check::that(static_cast<std::size_t>(found.count) == repeats, "repeated pairs are counted");
  if (repeats) check::that(static_cast<std::size_t>(found.first) == first, "and the first is named");
}

void matched(Case& c) {
  const std::vector<int> a = integers(c, c.rows(20)), b = integers(c, static_cast<int>(a.size()));
  const std::vector<int> in_a = integers(c, c.rows(20)), in_b = integers(c, static_cast<int>(in_a.size()));
  std::vector<int> row(a.size());
  core::match_pairs({a.data(), b.data(), a.size()}, {in_a.data(), in_b.data(), in_a.size()}, row.data());
  bool right = true;
  for (std::size_t i = 0; i < a.size(); ++i) {
    int expected = -1;
    for (std::size_t k = 0; k < in_a.size() && expected < 0; ++k)
      if (a[i] >= 0 && b[i] >= 0 && a[i] == in_a[k] && b[i] == in_b[k]) expected = static_cast<int>(k);
    right = right && row[i] == expected;
  }
  check::that(right, "each pair finds the first of its like");
}

void gaps(Case& c) {
  const int n = c.rows(20);
  std::vector<double> x = c.numbers(n), time(x.size());
  std::vector<int> row(x.size()), how(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (c.chance(3)) x[i] = std::numeric_limits<double>::quiet_NaN();
    row[i] = static_cast<int>(i);
    time[i] = static_cast<double>(i) + (c.chance(2) ? 0.5 : 0);
  }
  std::vector<std::size_t> end;
  for (std::size_t i = 1; i <= x.size(); ++i)
    if (i == x.size() || c.chance(5)) end.push_back(i);
  std::vector<double> out = x;
  const auto by = static_cast<core::Filling>(c.below(6));
  core::fill_gaps(x.data(), {row.data(), time.data(), end}, by, out.data(), how.data(), 2);
  bool kept = true;
  for (std::size_t i = 0; i < x.size(); ++i) kept = kept && (x[i] != x[i] || (out[i] == x[i] && how[i] == 0));
  check::that(kept, "what is there stays");
}

void described(Case& c) {
  std::vector<double> x = c.numbers(c.rows(40));
  const std::vector<double> before = x;
  const core::Description d = core::describe(x);
  check::that(static_cast<std::size_t>(d.count + d.missing) == before.size(), "every row is counted");
  if (!c.tame()) return;
  double mean = 0;
  for (const double v : before) mean += v / static_cast<double>(before.size());
  check::near(d.mean, mean, 1e-12 * (1 + std::abs(d.max) + std::abs(d.min)), "the mean");
  check::that(d.min <= d.quartile[0] && d.quartile[0] <= d.quartile[1] && d.quartile[1] <= d.quartile[2] &&
                  d.quartile[2] <= d.max,
              "quartiles in order");
}

}  // namespace

static const check::File file("core", "test_random_keys", [] {
  random_cases::each(300, 7, keys);
  random_cases::each(300, 8, matched);
  random_cases::each(300, 9, gaps);
  random_cases::each(300, 10, described);
});

}  // namespace test_random_keys

// Expected values by hand, and against values that were scaled before.
#include <limits>

#include "../check.hpp"
#include "ccdpanel/index/scores.hpp"

namespace test_scores {

using namespace ccdpanel;

static void run() {
  const std::vector<double> x = {0, 1, 4}, y = {10, 20, 30};
  const index::Columns columns{{x.data(), y.data()}, 3};
  const std::vector<index::Scaling> scaling = {index::min_max(0, 4, false), index::min_max(10, 30, true)};
  std::vector<double> u(3), v(3);
  index::score(columns, scaling, {{{0, 1}, {.25, .75}, u.data()}, {{1}, {1}, v.data()}}, index::AggregationRule::linear,
               1);
  check::that(u == std::vector<double>({.75, .0625 + .375, .25}), "a weighted mean, one direction reversed");
  check::that(v == std::vector<double>({1, .5, 0}), "of one column");
  index::score(columns, scaling, {{{0, 1}, {.5, .5}, u.data()}}, index::AggregationRule::geometric, 1);
  check::that(u[0] == 0 && u[2] == 0, "a zero makes it zero");
  check::near(u[1], std::sqrt(.25 * .5), 1e-15, "a geometric mean");
  index::score(columns, scaling, {{{0, 1}, {.5, .5}, u.data()}}, index::AggregationRule::topsis, 1);
  check::near(u[0], .5, 1e-15, "as far from the best as from the worst");
  check::near(u[1], std::sqrt(.25 * .25 + .5 * .5) / (std::sqrt(.25 * .25 + .5 * .5) + std::sqrt(.75 * .75 + .25)),
              1e-15, "closeness");

  // z = (0, 1), (.25, .5), (1, 0); weights .25, .75
  const double weight[] = {.25, .75};
  std::vector<double> share(6);
  std::vector<int> rank(6);
  const auto outside = index::obstacles(columns, scaling, {{weight, false}, {weight + 1, false}},
                                        {{0, 0}, {0, 1}, {0, 0}, 1}, {share.data(), rank.data(), -1, 0}, 1);
  check::that(outside == std::vector<std::size_t>({0, 0}), "nothing outside");
  check::that(share[0] == 100 && share[1] == 0 && share[4] == 0 && share[5] == 100, "all of it in one");
  check::near(share[2], 100 * .1875 / (.1875 + .375), 1e-13, "shares");
  check::that(rank == std::vector<int>({1, 2, 2, 1, 2, 1}), "the greatest first");

  // Each its own total: what lacks nothing has no share and no rank.
  const double none = std::numeric_limits<double>::quiet_NaN();
  index::obstacles(columns, scaling, {{weight, false}, {weight + 1, false}}, {{0, 1}, {0, 1}, {0, 1}, 2},
                   {share.data(), rank.data(), none, 0}, 1);
  check::that(share[0] == 100 && share[1] != share[1] && rank[0] == 1 && rank[1] == 0, "nothing lacking");
  const std::vector<index::Scaling> raw(2);
  check::that(index::obstacles(columns, raw, {{weight, false}, {weight, false}}, {{0, 0}, {0, 0}, {0}, 1},
                               {share.data(), rank.data(), none, 0}, 1) == std::vector<std::size_t>({1, 3}),
              "values outside are counted");

  // Many rows: the same bits for any number of threads, and those of scaling first.
  std::vector<double> many(70001), one(many.size()), two(many.size()), z(many.size());
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = std::sin(static_cast<double>(i));
  const index::Columns long_column{{many.data()}, many.size()};
  const auto by = index::min_max(-1, 1, false);
  index::normalise(long_column, {by}, {z.data()}, 1);
  for (const auto rule :
       {index::AggregationRule::linear, index::AggregationRule::geometric, index::AggregationRule::topsis}) {
    index::score(long_column, {by}, {{{0}, {1}, one.data()}}, rule, 1);
    index::score(long_column, {by}, {{{0}, {1}, two.data()}}, rule, 2);
    check::that(one == two, "threads change nothing");
    if (rule == index::AggregationRule::linear) check::that(one == z, "as scaled before");
  }
}

static const check::File file("index", "test_scores", run);

}  // namespace test_scores

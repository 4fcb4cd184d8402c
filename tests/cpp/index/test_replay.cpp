// Expected values by hand, and identities.
#include "../check.hpp"
#include "ccdpanel/index/replays.hpp"

namespace test_replay {

using namespace ccdpanel;

static const double nan_value = std::numeric_limits<double>::quiet_NaN();
static const auto go_on = [](std::size_t, std::size_t) { return true; };

// Two systems of one and two indicators; units a, a, b, b at two times; rows by time.
struct Toy {
  std::vector<double> x = {0, 4, 1, 2}, y = {1, 3, 5, 2}, v = {2, 8, 4, 6};
  index::Study study;
  index::CouplingRule rule;
  Toy() {
    study.columns = {{x.data(), y.data(), v.data()}, 4};
    study.indicators.resize(3);
    study.indicators[2].system = 1;
    study.indicators[1].reversed = true;
    study.systems = 2;
    study.unit = {0, 1, 0, 1};
    study.units = 2;
    study.periods = {0, 2, 4};
    study.strata = {0, 4};
    study.weights = index::WeightRule::equal;
    rule.weights = {.5, .5};
    rule.levels.edges = {.1, .5, .9};
  }
};

static void draws() {
  index::Variation vary;
  vary.units = true;
  vary.deviation = .5;
  vary.zero.resize(3);
  index::Draw one, two;
  one.times.resize(1000);
  one.factor.resize(1000);
  two = one;
  index::draw(7, 3, vary, one);
  index::draw(7, 3, vary, two);
  check::that(one.times == two.times && one.factor == two.factor && one.zero == two.zero, "a key has its draw");
  check::that(std::accumulate(one.times.begin(), one.times.end(), 0) == 1000, "as many units as there are");
  const auto none = std::count(one.times.begin(), one.times.end(), 0);
  check::near(static_cast<double>(none), 1000 / std::exp(1.0), 4 * std::sqrt(1000 * .0972), "1/e of them left out");
  double sum = 0, squares = 0;
  for (const double f : one.factor) sum += std::log(f), squares += std::log(f) * std::log(f);
  check::near(sum / 1000, 0, 4 * .5 / std::sqrt(1000.0), "noise about zero");
  check::near(squares / 1000, .25, 4 * .25 * std::sqrt(2.0 / 1000), "with the deviation asked for");
  index::draw(7, 4, vary, two);
  check::that(one.times != two.times && one.factor != two.factor, "another replay draws anew");
  vary.units = false;
  index::draw(7, 3, vary, two);
  check::that(two.times == std::vector<int>(1000, 1) && one.factor == two.factor, "a source left out moves no other");
  std::vector<int> seen(3);
  for (std::uint64_t r = 0; r < 3000; ++r) index::draw(1, r, vary, one), ++seen[one.zero];
  for (const int count : seen) check::near(count, 1000, 4 * std::sqrt(3000 * 2 / 9.0), "each choice alike");
}

// z of x: 0 1 1/4 1/2; of y: 1 1/2 0 3/4; of v: 0 1 1/3 2/3
static void unvaried() {
  const Toy toy;
  const auto out = index::replay_all(toy.study, {}, toy.rule, 2, 1, 1, go_on);
  check::that(out.measures == 4 && out.complete, "two systems, D and a rank");
  const std::vector<double> one = {.5, .75, .125, .625}, two = {0, 1, 1 / 3.0, 2 / 3.0};
  const std::vector<double> rank = {2, 1, 2, 1};
  for (std::size_t r = 0; r < 2; ++r) {
    for (std::size_t i = 0; i < 4; ++i) {
      check::near(out.measure(0, r)[i], one[i], 1e-15, "equal weights by hand");
      check::near(out.measure(1, r)[i], two[i], 1e-15, "one indicator");
      const double d = std::sqrt(std::sqrt(one[i] * two[i]));  // C T = sqrt(u1 u2)
      check::near(out.measure(2, r)[i], d, 1e-15, "D = (u1 u2)^(1/4)");
      check::that(out.measure(3, r)[i] == rank[i], "rank within the time");
      check::that(out.level[r * 4 + i] == 1 + (d > .1) + (d > .5) + (d > .9), "level");
    }
    check::that(out.clipped[r] == 0 && !out.gaps[r], "nothing beyond the range");
  }
  const auto made = index::intervals(out, .95, 4, 2);
  check::that(made.lower == made.upper && made.probability[0] == 1 && made.probability[4] == 0, "no width");
}

static void other_choices() {
  Toy toy;
  index::Variation vary;
  vary.aggregation = {{index::AggregationRule::geometric, {}}};
  auto out = index::replay_all(toy.study, vary, toy.rule, 1, 1, 1, go_on);
  const std::vector<double> geometric = {0, std::sqrt(.5), 0, std::sqrt(.375)};
  for (std::size_t i = 0; i < 4; ++i) check::near(out.measure(0, 0)[i], geometric[i], 1e-15, "geometric");
  vary.aggregation = {{index::AggregationRule::topsis, {}}};
  out = index::replay_all(toy.study, vary, toy.rule, 1, 1, 1, go_on);
  const double near = std::hypot(0, 1), far = std::hypot(1, 0);
  check::near(out.measure(0, 0)[0], near / (near + far), 1e-15, "topsis");
  vary.aggregation = {{}};
  vary.normalisation = {index::Normalisation::rank};
  out = index::replay_all(toy.study, vary, toy.rule, 1, 1, 1, go_on);
  const std::vector<double> ranked = {.5, 2 / 3.0, 1 / 6.0, 2 / 3.0};  // x: 0 1 1/3 2/3; y: 1 1/3 0 2/3
  for (std::size_t i = 0; i < 4; ++i) check::near(out.measure(0, 0)[i], ranked[i], 1e-15, "ranks");
  for (const auto rule : {index::WeightRule::entropy, index::WeightRule::deviation, index::WeightRule::variation,
                          index::WeightRule::critic}) {
    toy.study.weights = rule;
    out = index::replay_all(toy.study, {}, toy.rule, 1, 1, 1, go_on);
    check::near(out.measure(1, 0)[2], 1 / 3.0, 1e-15, "one indicator has all the weight");
  }
}

// Unit a alone: x from 0 to 1, y from 1 to 5, v from 2 to 4.
static void a_drawn_unit() {
  const Toy toy;
  index::detail::Workspace work(toy.study);
  work.draw.times = {2, 0};
  work.draw.factor = {3, 1, 1};
  std::vector<double> u(8);
  const auto sorted = index::detail::sorted_rows(toy.study);
  index::replay(toy.study, sorted, {}, work, u.data());
  const std::vector<double> expected = {.25, .75 + .25 * .5, .75, .75 + .25 * .75, 0, 1, 1, 1};
  for (std::size_t i = 0; i < 8; ++i) check::near(u[i], expected[i], 1e-15, "the drawn range, weights 3 to 1");
  check::that(work.clipped == 4, "x and v of unit b lie beyond it");
  index::Variation ranks;
  ranks.normalisation = {index::Normalisation::rank};
  index::replay(toy.study, sorted, ranks, work, u.data());
  // Four drawn values of v, 2 2 4 4: ranks 1.5 and 3.5; 8 and 6 stand above all.
  check::near(u[4], .5 / 3, 1e-15, "a tie of a unit with itself");
  check::near(u[6], 2.5 / 3, 1e-15, "and the next");
  check::that(u[5] == 1 && u[7] == 1, "beyond all drawn ranks");
}

static void nothing_varies() {
  Toy toy;
  toy.v = {1, 2, 1, 3};
  index::Variation vary;
  vary.units = true;
  const auto out = index::replay_all(toy.study, vary, toy.rule, 64, 5, 2, go_on);
  std::size_t gaps = 0;
  index::Draw draw;
  draw.times.resize(2);
  for (std::size_t r = 0; r < 64; ++r) {
    index::draw(5, r, vary, draw);
    const bool alone = draw.times[0] == 2;  // v of unit a is 1 at both times
    check::that(static_cast<bool>(out.gaps[r]) == alone && std::isnan(out.measure(1, r)[0]) == alone, "no weights");
    gaps += alone;
  }
  check::that(gaps > 0 && gaps < 64, "both happen");
  const auto made = index::intervals(out, .9, 4, 1);
  double total = 0;
  for (std::size_t l = 0; l < 4; ++l) total += made.probability[l * 4 + 1];
  check::near(total, 1, 1e-14, "probabilities over the replays that have D");
  check::that(!std::isnan(made.lower[0]), "quantiles too");
}

// z of x = 0 4 1 2 and v = 2 8 4 6 by hand; y = 1 3 5 2 is reversed.
static void other_scales() {
  Toy toy;
  toy.study.clip = false;
  index::Variation vary;
  const auto scores = [&](index::Normalisation by) {
    vary.normalisation = {by};
    const auto out = index::replay_all(toy.study, vary, toy.rule, 1, 1, 1, go_on);
    return std::vector<double>(out.measure(1, 0), out.measure(1, 0) + 4);
  };
  const double deviation = std::sqrt((9 + 9 + 1 + 1) / 3.0);
  const auto z = scores(index::Normalisation::zscore);
  const std::vector<double> v = {2, 8, 4, 6};
  for (std::size_t i = 0; i < 4; ++i) check::near(z[i], (v[i] - 5) / deviation, 1e-15, "z-scores");
  check::near(scores(index::Normalisation::vector)[1], 8 / std::sqrt(120.0), 1e-15, "vector");
  check::near(scores(index::Normalisation::sum)[2], .2, 1e-15, "sum");
  toy.study.indicators[2].reversed = true;
  check::near(scores(index::Normalisation::sum)[0], .5 / (.5 + .125 + .25 + 1 / 6.0), 1e-15, "of 1/x");
  check::near(scores(index::Normalisation::zscore)[3], -1 / deviation, 1e-15, "z-scores turned");
  toy.study.indicators[2].reversed = false;
  toy.study.base = {1, 1, 0, 0};
  const auto based = scores(index::Normalisation::min_max);
  check::near(based[2], 1 / 3.0, 1e-15, "the range of the base");
  toy.v[2] = 11;
  check::near(scores(index::Normalisation::min_max)[2], 1.5, 1e-15, "beyond it, and kept");
}

static void other_weights() {
  Toy toy;
  toy.study.coupled = false;
  toy.study.weights = index::WeightRule::components;
  auto out = index::replay_all(toy.study, {}, toy.rule, 1, 1, 1, go_on);
  check::that(out.measures == 4 && out.level.empty(), "two scores and two ranks");
  check::near(out.measure(0, 0)[1], .75, 1e-14, "two indicators load alike on the first component");
  check::that(out.measure(2, 0)[0] == 2 && out.measure(3, 0)[0] == 2 && out.measure(3, 0)[1] == 1, "a rank by each");
  Eigen::Matrix3d r;
  r << 1, .8, 0, .8, 1, 0, 0, 0, 1;
  const Eigen::VectorXd first = index::component_weights(r, 0);
  check::near(first[0], std::sqrt(.9), 1e-14, "eigenvalue 1.8, loading sqrt(1.8 / 2)");
  check::near(first[2], 0, 1e-14, "which the third has none of");
  const Eigen::VectorXd two = index::component_weights(r, .7);
  check::near(two[2], 1 / 2.8, 1e-14, "with the second component, of eigenvalue 1");
  toy.study.given = {{1, 0, 1}, {1, 3, 1}};
  out = index::replay_all(toy.study, {}, toy.rule, 1, 1, 1, go_on);
  check::near(out.measure(0, 0)[1], 1, 1e-15, "the first time's weights");
  check::near(out.measure(0, 0)[3], .25 * .5 + .75 * .75, 1e-15, "and the second's");
}

static void gaps_and_stretching() {
  Toy toy;
  toy.study.complete = {{1, 1, 1, 1}, {1, 0, 1, 1}};
  toy.v[1] = 2;  // as in the first row
  auto out = index::replay_all(toy.study, {}, toy.rule, 1, 1, 1, go_on);
  check::that(std::isnan(out.measure(1, 0)[1]) && std::isnan(out.measure(2, 0)[1]) && !out.gaps[0], "a known gap");
  check::near(out.measure(1, 0)[2], .5, 1e-15, "the range of the others");
  check::near(out.measure(0, 0)[1], .75, 1e-15, "the other system has none");
  toy.rule.stretch = true;
  toy.rule.onto = {.01, .99};
  out = index::replay_all(toy.study, {}, toy.rule, 1, 1, 1, go_on);
  const double one = .01 + .98 * (.5 - .125) / .625;
  check::near(out.measure(0, 0)[0], one, 1e-15, "stretched over the sample");
  check::near(out.measure(2, 0)[0], std::pow(one * .01, .25), 1e-15, "before D");
}

static void threads_and_stopping() {
  const Toy toy;
  index::Variation vary;
  vary.units = true;
  vary.deviation = .2;
  vary.aggregation = {{}, {index::AggregationRule::geometric, {.01, .99}}};
  const auto one = index::replay_all(toy.study, vary, toy.rule, 100, 9, 1, go_on);
  const auto four = index::replay_all(toy.study, vary, toy.rule, 100, 9, 4, go_on);
  bool same = one.level == four.level && one.clipped == four.clipped;
  for (std::size_t k = 0; k < one.value.size(); ++k)
    same = same && core::bits(one.value[k]) == core::bits(four.value[k]);
  check::that(same, "any number of threads");
  std::size_t calls = 0, last = 0;
  const auto stopped =
      index::replay_all(toy.study, vary, toy.rule, 100, 9, 1, [&](std::size_t done, std::size_t total) {
        ++calls;
        last = done;
        return total == 100 && calls < 3;
      });
  check::that(!stopped.complete && calls == 3 && last == 3 * index::replays_per_block, "stops when told");
  check::throws<int>(
      [&] {
        index::replay_all(toy.study, vary, toy.rule, 100, 9, 3, [](std::size_t, std::size_t) -> bool { throw 1; });
      },
      "an exception of the callback comes through");
}

static void quantiles() {
  std::vector<double> x = {5, 1, 4, 2, 3};
  check::near(index::detail::quantile(x, .5), 3, 0, "median");
  check::near(index::detail::quantile(x, .1), 1.4, 1e-15, "between order statistics");
  check::near(index::detail::quantile(x, 1), 5, 0, "the greatest");
  x.clear();
  check::that(std::isnan(index::detail::quantile(x, .5)), "of nothing");
  std::vector<double> value = {.5, nan_value, .5, .7, .1}, rank(5);
  std::vector<std::uint32_t> order;
  index::detail::rank_within({0, 4, 5}, value.data(), order, rank.data());
  check::that(rank[0] == 2 && std::isnan(rank[1]) && rank[2] == 2 && rank[3] == 1 && rank[4] == 1, "ties at the least");
}

static void misuse() {
  Toy toy;
  const auto run = [&] { index::replay_all(toy.study, {}, toy.rule, 1, 1, 1, go_on); };
  toy.study.unit[0] = 2;
  check::throws<std::invalid_argument>(run, "no such unit");
  toy.study.unit[0] = 0;
  toy.study.strata = {0, 3};
  check::throws<std::invalid_argument>(run, "strata cut up the rows");
  toy.study.strata = {0, 4};
  toy.study.complete = {{1, 1, 1, 1}};
  check::throws<std::invalid_argument>(run, "completeness by system");
  toy.study.complete.clear();
  toy.study.base = {1};
  check::throws<std::invalid_argument>(run, "the base by row");
  toy.study.base.clear();
  toy.study.given = {{1, 1, 1}};
  check::throws<std::invalid_argument>(run, "weights by period");
  toy.study.given.clear();
  toy.study.indicators[0].system = 5;
  check::throws<std::invalid_argument>(run, "no such system");
  toy.study.indicators.pop_back();
  check::throws<std::invalid_argument>(run, "an indicator a column");
}

static void run() {
  draws();
  unvaried();
  other_choices();
  a_drawn_unit();
  nothing_varies();
  other_scales();
  other_weights();
  gaps_and_stretching();
  threads_and_stopping();
  quantiles();
  misuse();
}

static const check::File file("index", "test_replay", run);

}  // namespace test_replay

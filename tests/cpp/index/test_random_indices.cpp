// Properties of every index: normalised values within their range, weights of entropies in [0, 1], scores within the
// range of their parts, C <= 1 and D = sqrt(C T), obstacles that sum to the whole, the same bits for one thread and
// two.
#include "../check.hpp"
#include "../random_cases.hpp"
#include "ccdpanel/index/entropy.hpp"
#include "ccdpanel/index/replays.hpp"
#include "ccdpanel/index/scores.hpp"

namespace test_random_indices {

using namespace ccdpanel;
using random_cases::Case;
using random_cases::same_bits;

namespace {

struct Table {
  std::vector<std::vector<double>> column;
  index::Columns seen;
  std::vector<index::Scaling> scaling;

  Table(Case& c, int rows, int columns) {
    for (int j = 0; j < columns; ++j) column.push_back(c.numbers(rows));
    for (const std::vector<double>& x : column) seen.data.push_back(x.data());
    seen.rows = static_cast<std::size_t>(rows);
    for (const index::Summary& s : index::summarise(seen, 1))
      scaling.push_back(index::min_max(s.min, s.max, c.chance(2)));
  }
};

void scored(Case& c) {
  const int size = c.rows(), width = 1 + c.below(4);
  const Table table(c, size, width);
  const std::size_t n = table.seen.rows, k = table.column.size();
  std::vector<std::vector<double>> z(k, std::vector<double>(n));
  std::vector<double*> to;
  for (std::vector<double>& column : z) to.push_back(column.data());
  index::normalise(table.seen, table.scaling, to, 2);
  index::Score score;
  std::vector<double> one(n), two(n), mean(k, 0.5);
  for (std::size_t j = 0; j < k; ++j) {
    score.column.push_back(j);
    score.weight.push_back(1 / static_cast<double>(k));
    bool within = true;
    for (const double v : z[j]) within = within && v >= 0 && v <= 1;
    if (c.tame() && table.scaling[j].width != 0) check::that(within, "normalised values in [0, 1]");
  }
  const auto rule = static_cast<index::AggregationRule>(c.below(3));
  score.out = one.data();
  index::score(table.seen, table.scaling, {score}, rule, 1);
  score.out = two.data();
  index::score(table.seen, table.scaling, {score}, rule, 2);
  check::that(same_bits(one, two), "the same bits");
  bool within = true;
  for (const double u : one) within = within && (u != u || (u >= 0 && u <= 1 + 1e-12));
  if (c.tame()) check::that(within, "scores in [0, 1]");
  for (const index::Entropy& e : index::entropy(table.seen, table.scaling, mean, 1))
    check::that(!c.tame() || e.entropy != e.entropy || (e.entropy >= 0 && e.entropy <= 1), "an entropy in [0, 1]");
}

void coupled(Case& c) {
  const int rows = c.rows(300);
  std::vector<std::vector<double>> u;
  index::Columns systems;
  std::vector<double> weight;
  for (int s = 2 + c.below(3); s > 0; --s) u.push_back(c.tame() ? c.shares(rows) : c.numbers(rows));
  for (const std::vector<double>& column : u) systems.data.push_back(column.data());
  systems.rows = static_cast<std::size_t>(rows);
  weight.assign(u.size(), 1 / static_cast<double>(u.size()));
  std::vector<double> C(systems.rows), T(C), D(C), again(C);
  std::vector<int> level(C.size());
  const auto model = static_cast<index::CouplingModel>(c.below(4));
  const index::Levels levels{{.1, .2, .3, .4, .5, .6, .7, .8, .9}, c.chance(2)};
  index::coordination(systems, weight, model, 0.5, levels, {C.data(), T.data(), D.data(), level.data()}, 2);
  index::coupling_degree(systems, model, 0.5, again.data(), 1);
  check::that(!c.tame() || same_bits(C, again), "C alone is the same C");
  for (std::size_t i = 0; i < C.size() && c.tame(); ++i) {
    if (C[i] != C[i]) continue;
    check::that(C[i] >= 0 && C[i] <= 1 && T[i] >= 0 && T[i] <= 1 + 1e-12, "C and T in [0, 1]");
    check::near(D[i], std::sqrt(C[i] * T[i]), 1e-12, "D = sqrt(C T)");
    check::that(level[i] >= 1 && level[i] <= 10, "a level of ten");
  }
}

void hindered(Case& c) {
  const int size = c.rows(), width = 1 + c.below(4);
  const Table table(c, size, width);
  const std::size_t n = table.seen.rows, k = table.column.size();
  index::ObstacleGroups groups;
  std::vector<index::RowWeight> weight;
  const double each = 1 / static_cast<double>(k);
  for (std::size_t j = 0; j < k; ++j) {
    groups.total.push_back(0);
    groups.part.push_back(j);
    groups.rank.push_back(0);
    weight.push_back({&each, false});
  }
  groups.totals = 1;
  std::vector<double> share(n * k);
  std::vector<int> rank(n * k);
  index::Obstacles to;
  to.share = share.data();
  to.rank = rank.data();
  index::obstacles(table.seen, table.scaling, weight, groups, to, 2);
  for (std::size_t i = 0; i < n && c.tame(); ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < k; ++j) sum += share[i * k + j];
    if (sum == sum) check::near(sum, 100, 1e-9, "obstacles sum to the whole");
  }
}

void replayed(Case& c) {
  const int times = 1 + c.below(3), units = 1 + c.below(8), rows = times * units, indicators = 2 + c.below(3);
  const Table table(c, rows, indicators);
  index::Study study;
  study.columns = table.seen;
  study.indicators.resize(static_cast<std::size_t>(indicators));
  study.indicators.back().system = 1;
  for (index::Indicator& i : study.indicators) i.reversed = c.chance(3);
  study.systems = 2;
  study.units = static_cast<std::size_t>(units);
  for (int i = 0; i < rows; ++i) study.unit.push_back(i % units);
  for (int t = 0; t <= times; ++t) study.periods.push_back(static_cast<std::size_t>(t * units));
  study.strata = {0, static_cast<std::size_t>(rows)};
  study.weights = static_cast<index::WeightRule>(c.below(7));
  index::Variation vary;
  vary.units = c.chance(2);
  vary.deviation = c.chance(2) ? 0.3 : 0;
  vary.normalisation = {index::Normalisation::min_max, static_cast<index::Normalisation>(c.below(6))};
  vary.zero = {{0, 1}, {0.001, 1}};
  index::CouplingRule rule;
  rule.weights = {.5, .5};
  rule.levels.edges = {.25, .5, .75};
  const auto go_on = [](std::size_t, std::size_t) { return true; };
  const index::Replays one = index::replay_all(study, vary, rule, 9, 1, 1, go_on);
  const index::Replays two = index::replay_all(study, vary, rule, 9, 1, 2, go_on);
  check::that(same_bits(one.value, two.value) && one.level == two.level, "the same replays");
  const index::Intervals ends = index::intervals(one, 0.9, 4, 1);
  bool ordered = true;
  for (std::size_t i = 0; i < ends.lower.size(); ++i)
    ordered = ordered && (ends.lower[i] != ends.lower[i] || ends.lower[i] <= ends.upper[i]);
  if (c.tame()) check::that(ordered, "ends in order");
}

}  // namespace

static const check::File file("index", "test_random_indices", [] {
  random_cases::each(300, 11, scored);
  random_cases::each(300, 12, coupled);
  random_cases::each(300, 13, hindered);
  random_cases::each(100, 14, replayed);
});

}  // namespace test_random_indices

// Properties of every measure: parts sum to the whole, nothing changes with the unit of measurement or the order of
// rows, probabilities and ergodic distributions sum to one, permutations are their seed's.
#include <numeric>

#include "../check.hpp"
#include "../random_cases.hpp"
#include "ccdpanel/regional/inequality.hpp"
#include "ccdpanel/regional/markov.hpp"
#include "ccdpanel/regional/moran.hpp"
#include "ccdpanel/regional/unit_draws.hpp"

namespace test_random_regions {

using namespace ccdpanel::regional;
using random_cases::Case;
using L = InequalityLayout;

namespace {

std::vector<double> evaluate(const std::vector<double>& y, const std::vector<int>& group, std::size_t groups) {
  const std::vector<double> weight(y.size(), 1.0);
  const Distribution d(y.data(), group.data(), weight.data(), y.size(), groups, {});
  InequalityWork work(groups);
  std::vector<double> out(d.layout().size());
  d.evaluate(nullptr, work, out.data());
  return out;
}

void unequal(Case& c) {
  const int n = c.rows();
  std::vector<double> y = c.numbers(n);
  if (c.tame()) {
    for (double& v : y) v = std::exp(v);
  }
  const std::vector<int> group = c.codes(n);
  const std::size_t groups =
      group.empty() ? 1 : static_cast<std::size_t>(*std::max_element(group.begin(), group.end())) + 1;
  const std::vector<double> out = evaluate(y, group, groups);
  if (!c.tame()) return;
  check::near(out[L::gini_within] + out[L::gini_net] + out[L::gini_over], out[L::gini], 1e-10, "Gini's parts");
  check::near(out[L::t_within] + out[L::t_between], out[L::theil_t], 1e-10, "T's parts");
  check::near(out[L::l_within] + out[L::l_between], out[L::theil_l], 1e-10, "L's parts");
  check::that(out[L::gini] >= -1e-12 && out[L::gini] < 1, "a Gini coefficient in [0, 1)");
  check::that(out[L::gini_over] >= -1e-12 && out[L::gini_net] >= -1e-12, "parts that are shares");
  std::vector<double> scaled, turned(y.rbegin(), y.rend());
  for (const double v : y) scaled.push_back(1000 * v);
  const std::vector<int> back(group.rbegin(), group.rend());
  check::near(evaluate(scaled, group, groups)[L::gini_over], out[L::gini_over], 1e-10, "whatever the unit");
  check::near(evaluate(turned, back, groups)[L::gini_net], out[L::gini_net], 1e-10, "whatever the order");
}

void moving(Case& c) {
  const std::size_t k = static_cast<std::size_t>(1 + c.below(5));
  std::vector<double> counts;
  for (std::size_t i = 0; i < k * k; ++i) counts.push_back(c.chance(3) ? 0 : c.below(20));
  Chain chain(k);
  std::vector<double> out(chain.layout().size());
  chain.evaluate(counts.data(), out.data());
  double ergodic = 0;
  for (std::size_t i = 0; i < k; ++i) {
    double row = 0;
    for (std::size_t j = 0; j < k; ++j) row += out[chain.layout().probability(i, j)];
    if (row == row) check::near(row, 1, 1e-12, "probabilities of a class sum to one");
    ergodic += out[chain.layout().ergodic(i)];
  }
  if (ergodic != ergodic) return;
  check::near(ergodic, 1, 1e-10, "and the ergodic distribution");
  for (std::size_t j = 0; j < k; ++j) {
    double next = 0;
    for (std::size_t i = 0; i < k; ++i) {
      const double p = out[chain.layout().probability(i, j)];
      if (p == p) next += out[chain.layout().ergodic(i)] * p;
    }
    check::near(next, out[chain.layout().ergodic(j)], 1e-10, "which stays as it is");
  }
}

void neighbours(Case& c) {
  const int n = 2 + c.below(20);
  std::vector<double> z = c.numbers(n), weight;
  std::vector<int> start{0}, neighbour;
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      if (i == j || !c.chance(3)) continue;
      neighbour.push_back(j);
      weight.push_back(c.chance(2) ? 1 : 0.5);
    }
    start.push_back(static_cast<int>(neighbour.size()));
  }
  const Links links{z.size(), start.data(), neighbour.data(), weight.data()};
  std::vector<double> space;
  const double one = permuted_cross_product(links, z.data(), 3, 5, space);
  const double two = permuted_cross_product(links, z.data(), 3, 5, space);
  check::that(one == two || (one != one && two != two), "a permutation is its number's");
  for (std::size_t unit = 0; unit < z.size(); ++unit) {
    LocalDraws draw(links, z.data(), c.chance(2), 7);
    draw.make(0, 20);
    const LocalStatistic at(links, z.data(), 1, unit);
    std::vector<double> lag(draw.size());
    draw.lags(unit, at, lag.data());
    LocalMoments found;
    at.add(lag.data(), lag.size(), found);
    if (c.tame()) check::that(found.at_least + found.at_most >= 20, "each permutation is on one side, or on both");
  }
}

}  // namespace

static const check::File file("regional", "test_random_regions", [] {
  random_cases::each(300, 15, unequal);
  random_cases::each(300, 16, moving);
  random_cases::each(200, 17, neighbours);
});

}  // namespace test_random_regions

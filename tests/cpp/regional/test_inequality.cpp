// Expected values by double sums over all pairs, and from numbers small enough for paper.
#include <random>

#include "../check.hpp"
#include "ccdpanel/regional/inequality.hpp"
#include "ccdpanel/regional/unit_draws.hpp"

namespace test_inequality {

using namespace ccdpanel::regional;
using L = InequalityLayout;

static std::vector<double> evaluate(const std::vector<double>& y, const std::vector<int>& group,
                                    const std::vector<double>& weight, std::size_t groups,
                                    const std::vector<double>& counts = {}) {
  const Distribution d(y.data(), group.data(), weight.data(), y.size(), groups, {});
  InequalityWork work(groups);
  std::vector<double> out(d.layout().size());
  d.evaluate(counts.empty() ? nullptr : counts.data(), work, out.data());
  return out;
}

static double plain_gini(const std::vector<double>& y, const std::vector<double>& w) {
  double gaps = 0, sum = 0, weight = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    weight += w[i];
    sum += w[i] * y[i];
    for (std::size_t k = 0; k < y.size(); ++k) gaps += w[i] * w[k] * std::abs(y[i] - y[k]);
  }
  return gaps / (2 * weight * sum);
}

static void small_case() {
  // Dagum's parts of three groups, by the formula in plain R with outer()
  const std::vector<double> y{10, 10, 10, 20, 50, 8, 12, 30, 25, 5, 9, 14};
  const std::vector<int> group{0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2};
  const std::vector<double> out = evaluate(y, group, std::vector<double>(12, 1.0), 3);
  check::near(out[L::gini], 0.3567323481, 1e-10, "Gini");
  check::near(out[L::gini_within], 0.1137110016, 1e-10, "within");
  check::near(out[L::gini_net], 0.1223316913, 1e-10, "net between");
  check::near(out[L::gini_over], 0.1206896552, 1e-10, "transvariation");
}

static void random_cases() {
  std::mt19937 random(1);
  std::lognormal_distribution<double> value(0, 1);
  for (std::size_t n = 1; n < 40; ++n) {
    std::vector<double> y(n), w(n), counts(n), both(n);
    std::vector<int> group(n);
    for (std::size_t i = 0; i < n; ++i) {
      y[i] = i % 4 == 3 ? y[i - 1] : value(random);  // ties
      w[i] = 0.5 + value(random);
      group[i] = static_cast<int>(random() % 4);
      counts[i] = i == 0 ? 1 : static_cast<double>(random() % 3);
      both[i] = w[i] * counts[i];
    }
    const std::vector<double> out = evaluate(y, group, w, 4, counts);
    check::near(out[L::gini], plain_gini(y, both), 1e-12, "Gini of weights and counts");
    check::near(out[L::gini_within] + out[L::gini_net] + out[L::gini_over], out[L::gini], 1e-12, "Gini's parts");
    check::near(out[L::t_within] + out[L::t_between], out[L::theil_t], 1e-12, "T's parts");
    check::near(out[L::l_within] + out[L::l_between], out[L::theil_l], 1e-12, "L's parts");
  }
}

static void odd_values() {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> with = evaluate({1, nan, 3}, {0, 0, 0}, {1, 1, 1}, 1);
  const std::vector<double> without = evaluate({1, 3}, {0, 0}, {1, 1}, 1);
  for (std::size_t s = 0; s < with.size(); ++s) check::that(with[s] == without[s], "missing values are left out");
  check::near(evaluate({1e-300, 3e-300}, {0, 0}, {1, 1}, 1)[L::gini], 0.25, 1e-14, "tiny values");
  check::near(evaluate({1e300, 3e300}, {0, 0}, {1, 1}, 1)[L::gini], 0.25, 1e-14, "huge values");
  check::that(std::isnan(evaluate({}, {}, {}, 1)[L::gini]), "no values");
  const std::vector<double> zero = evaluate({0, 1, 2}, {0, 0, 1}, {1, 1, 1}, 2);
  check::near(zero[L::theil_t], (2.0 / 3) * std::log(2.0), 1e-14, "T of a zero");
  check::throws<std::invalid_argument>([] { evaluate({1}, {2}, {1}, 2); }, "a group that there is not");
}

// Power series where they converge at once; where the two ways meet, the logarithm itself.
static void second_order_parts() {
  for (const double d : {1e-12, -1e-9, 1e-5, -1e-3}) {
    const double square = d * d, log = square / 2 - square * d / 3 + square * square / 4 - square * square * d / 5;
    check::near(second_order::of_log(1 + d, d) / square, log / square, 1e-12, "d - ln(1 + d)");
    check::near(second_order::of_x_log(1 + d, d) / square, 0.5 - d / 6 + square / 12 - square * d / 20, 1e-12,
                "x ln x - x + 1");
    check::near(second_order::of_power(1 + d, d, -1) / square, 1 - d + square - square * d, 1e-11, "1/x - 1 + d");
  }
  for (const double d : {-0.2499, -0.2501, 0.2499, 0.2501, -1.0}) {
    const double x = 1 + d;
    if (d > -1) check::near(second_order::of_log(x, d), d - std::log(x), 1e-15, "d - ln(1 + d)");
    check::near(second_order::of_x_log(x, d), d > -1 ? x * std::log(x) - d : 1, 1e-15, "x ln x - x + 1");
    check::near(second_order::of_power(x, d, 0.5), std::sqrt(x) - 1 - d / 2, 1e-15, "a root");
  }
  const std::vector<double> equal =
      evaluate(std::vector<double>(7, 0.1), {0, 0, 0, 1, 1, 1, 1}, {0.3, 0.7, 1.1, 0.9, 0.2, 3, 5}, 2);
  for (const int s : {L::gini, L::theil_t, L::theil_l, L::cv, L::atkinson})
    check::that(equal[static_cast<std::size_t>(s)] == 0, "equal values have no inequality");
}

static void draws() {
  const UnitDraws units({0, 1, 0, 1, 1}, 9);
  std::vector<double> a(5), b(5);
  units.counts(4, a.data());
  units.counts(4, b.data());
  check::that(a == b, "a draw is its number's");
  check::that(a[0] + a[2] == 2 && a[1] + a[3] + a[4] == 3, "a draw keeps its strata");
  check::throws<std::invalid_argument>([] { UnitDraws({0, -1}, 1); }, "a negative stratum");
}

static const check::File file("regional", "inequality", [] {
  small_case();
  random_cases();
  odd_values();
  second_order_parts();
  draws();
});

}  // namespace test_inequality

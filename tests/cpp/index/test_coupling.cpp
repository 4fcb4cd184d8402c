// Expected values by hand; those of (.6, .4, .2) to five digits are the literature's formulas worked on paper.
#include <limits>

#include "../check.hpp"
#include "ccdpanel/index/coupling.hpp"

namespace test_coupling {

using namespace ccdpanel;
using index::CouplingModel;

static double degree(const std::vector<double>& u, CouplingModel model, double k = 1) {
  index::Columns row;
  row.rows = 1;
  for (const double& v : u) row.data.push_back(&v);
  double out;
  index::coupling_degree(row, model, k, &out, 1);
  return out;
}

// Many rows at once against each row alone, bit for bit: missing, zero and tiny scores among them.
static void rows_alone(std::size_t systems) {
  const std::size_t n = index::rows_per_block + 2 * index::lanes + 7;
  std::vector<std::vector<double>> u(systems, std::vector<double>(n));
  for (std::size_t s = 0; s < systems; ++s) {
    for (std::size_t i = 0; i < n; ++i) u[s][i] = static_cast<double>((i * (s + 3) * 7919) % 10007) / 10006;
    u[s][10 + s] = std::numeric_limits<double>::quiet_NaN();
    u[s][300] = 0;
    u[s][301] = 1e-200;
    u[s][302] = s ? 0 : .5;
  }
  const std::vector<double> weights(systems, 1.0 / static_cast<double>(systems));
  const auto run = [&](std::size_t first, std::size_t rows, std::vector<double>& out, std::vector<int>& level) {
    index::Columns columns;
    columns.rows = rows;
    for (const auto& v : u) columns.data.push_back(v.data() + first);
    out.resize(3 * n), level.resize(n);
    index::coordination(columns, weights, CouplingModel::standard, 1, {{.2, .4, .6, .8}, true},
                        {&out[first], &out[n + first], &out[2 * n + first], &level[first]}, 2);
  };
  std::vector<double> all, alone;
  std::vector<int> all_levels, alone_levels;
  run(0, n, all, all_levels);
  for (std::size_t i = 0; i < n; ++i) run(i, 1, alone, alone_levels);
  bool same = all_levels == alone_levels;
  for (std::size_t k = 0; k < all.size(); ++k)
    same = same && (core::bits(all[k]) == core::bits(alone[k]) || (std::isnan(all[k]) && std::isnan(alone[k])));
  check::that(same, "rows together as alone");
  check::that(all[300] == 0 && all[2 * n + 300] == 0 && std::abs(all[301] - 1) < 1e-15 && all[302] == 0, "corners");
}

static void run() {
  for (const std::size_t systems : {2, 3, 5}) rows_alone(systems);
  const std::vector<double> u = {.6, .4, .2};
  check::near(degree(u, CouplingModel::standard), .90856, 5e-6, "standard");
  check::near(degree(u, CouplingModel::wang), .58796, 5e-6, "wang");
  check::near(degree(u, CouplingModel::fan), .67340, 5e-6, "fan");
  check::near(degree({.9, .4}, CouplingModel::standard), 2 * .6 / 1.3, 1e-15, "two systems: 2 sqrt(u1 u2) / (u1 + u2)");
  check::near(degree({.9, .4}, CouplingModel::power, 2), std::pow(.36 / (.65 * .65), 2), 1e-15, "power");
  for (const double v : {1e-300, .3, 1.0}) {
    for (const std::size_t n : {2, 3, 4, 7, 40}) {
      const std::vector<double> even(n, v);
      for (const CouplingModel model : {CouplingModel::standard, CouplingModel::wang, CouplingModel::fan})
        check::near(degree(even, model), 1, 1e-15, "equal systems are fully coupled");
      check::that(degree(even, CouplingModel::standard) <= 1, "and never more than that");
    }
  }
  check::that(degree({0, 0}, CouplingModel::standard) == 0 && degree({0, 0}, CouplingModel::wang) == 0, "all nought");
  check::that(degree({0, 0}, CouplingModel::fan) == 1, "all nought, fan: by its formula");
  check::that(degree({1, 0}, CouplingModel::standard) == 0, "one nought");
  check::that(degree({1, 0}, CouplingModel::wang) == 0 && degree({1, 0}, CouplingModel::fan) == 0, "one nought");
  check::near(degree({1, 0, 0}, CouplingModel::fan), .057, 5e-4, "fan cannot reach 0 for odd n");
  check::near(degree({1, 1e-200, 1e-200}, CouplingModel::standard) / 1e-133, 3 * std::pow(1e-400L, 1 / 3.0L) * 1e133L,
              1e-10, "a product below the smallest double");
  check::that(std::isnan(degree({.5, std::numeric_limits<double>::quiet_NaN()}, CouplingModel::wang)),
              "NaN in, NaN out");
  check::throws<std::invalid_argument>([] { degree({.5}, CouplingModel::standard); }, "a single system");

  const std::size_t n = 2 * index::rows_per_block + 5;
  std::vector<double> a(n), b(n), one(n), two(n);
  for (std::size_t i = 0; i < n; ++i) a[i] = static_cast<double>(i) / n, b[i] = 1 - a[i] * a[i];
  index::coupling_degree({{a.data(), b.data()}, n}, CouplingModel::wang, 1, one.data(), 1);
  index::coupling_degree({{a.data(), b.data()}, n}, CouplingModel::wang, 1, two.data(), 3);
  check::that(one == two, "the same bits on three threads");

  // Two rows by hand: C = 1.2 / 1.3, T = .25 * .9 + .75 * .4, D = sqrt(C T) = .696; and D = .5 on an edge
  const std::vector<double> p = {.9, .25, std::numeric_limits<double>::quiet_NaN()}, q = {.4, .25, .5};
  double c[3], t[3], d[3];
  int level[3];
  const index::Coordination result{c, t, d, level};
  for (const bool right : {true, false}) {
    index::coordination({{p.data(), q.data()}, 3}, {.25, .75}, CouplingModel::standard, 1, {{.5, .6}, right}, result,
                        2);
    check::near(c[0], 1.2 / 1.3, 1e-15, "C");
    check::near(t[0], .525, 1e-15, "T");
    check::near(d[0], std::sqrt(1.2 / 1.3 * .525), 1e-15, "D");
    check::that(level[0] == 3 && level[1] == (right ? 1 : 2) && level[2] == 0, "levels");
    check::that(std::isnan(c[2]) && std::isnan(t[2]) && std::isnan(d[2]), "a missing score");
  }
  check::throws<std::invalid_argument>(
      [&] {
        index::coordination({{p.data(), q.data()}, 3}, {1}, CouplingModel::fan, 1, {{}, true}, result, 1);
      },
      "a weight a system");
}

static const check::File file("index", "test_coupling", run);

}  // namespace test_coupling

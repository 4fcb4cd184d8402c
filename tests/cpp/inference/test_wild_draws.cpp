// Multipliers: what they may be, and their moments. The bootstrap of two stages against its process, row by row.
#include <cmath>
#include <set>
#include <vector>

#include "../check.hpp"
#include "ccdpanel/inference/wild_two_stage.hpp"

namespace test_wild_draws {

using namespace ccdpanel::panel;

namespace {

Eigen::MatrixXd multipliers(WildWeights type, Eigen::Index clusters, Eigen::Index draws) {
  WildDraws d;
  d.type = type;
  d.seed = 11;
  Eigen::MatrixXd out(clusters, draws);
  for (Eigen::Index j = 0; j < draws; ++j) d.fill(static_cast<std::uint64_t>(j), out.col(j));
  return out;
}

// Means of v, v^2, v^3 within five standard errors, from the moments of the distributions.
void expect_moments(const Eigen::MatrixXd& v, double third, double fourth, double sixth, const char* what) {
  const double root = std::sqrt(static_cast<double>(v.size()));
  const Eigen::ArrayXXd a = v.array();
  check::near(a.mean(), 0, 5 / root, what);
  check::near(a.square().mean(), 1, 5 * std::sqrt(fourth - 1) / root + 1e-14, what);
  check::near(a.cube().mean(), third, 5 * std::sqrt(sixth - third * third) / root + 1e-14, what);
}

void distributions() {
  const double golden = (1 + std::sqrt(5.0)) / 2;
  const Eigen::MatrixXd sign = multipliers(WildWeights::rademacher, 50, 400);
  check::that((sign.array().abs() == 1).all(), "Rademacher: signs");
  expect_moments(sign, 0, 1, 1, "Rademacher");
  const Eigen::MatrixXd webb = multipliers(WildWeights::webb, 50, 400);
  std::set<double> values(webb.data(), webb.data() + webb.size());
  check::that(values.size() == 6, "Webb: six points");
  for (const double v : values) {
    const double twice = 2 * v * v;
    check::near(twice, std::round(twice), 1e-12, "Webb: roots of a half, of one and of one and a half");
    const double share = (webb.array() == v).cast<double>().mean();
    check::near(share, 1.0 / 6, 5 * std::sqrt(5.0 / 36 / static_cast<double>(webb.size())), "Webb: a sixth each");
  }
  expect_moments(webb, 0, 7.0 / 6, 1.5, "Webb");  // means of v^4 and v^6 over 1/2, 1, 3/2
  const Eigen::MatrixXd mammen = multipliers(WildWeights::mammen, 50, 400);
  check::that(((mammen.array() - (1 - golden)).abs() < 1e-15 || (mammen.array() - golden).abs() < 1e-15).all(),
              "Mammen: two points");
  expect_moments(mammen, 1, 2, 5, "Mammen");
  expect_moments(multipliers(WildWeights::normal, 50, 400), 0, 3, 15, "normal");

  WildDraws all;
  all.enumerate = true;
  Eigen::MatrixXd every(5, 32);
  std::set<std::vector<double>> seen;
  for (Eigen::Index d = 0; d < 32; ++d) {
    all.fill(static_cast<std::uint64_t>(d), every.col(d));
    seen.emplace(every.col(d).data(), every.col(d).data() + 5);
  }
  check::that(seen.size() == 32, "all sign vectors, each once");
  check::that((every * every.transpose()).isApprox(32 * Eigen::MatrixXd::Identity(5, 5)), "and they are orthogonal");
}

void two_stages() {
  const Eigen::Index n = 96, l = 3, k = 2;
  const auto size = static_cast<std::size_t>(n);
  Factor boot{std::vector<int>(size), 6}, cluster{std::vector<int>(size), 8}, unit{std::vector<int>(size), 12};
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto s = static_cast<std::size_t>(i);
    boot.code.set(s, static_cast<int>(i % 6));
    cluster.code.set(s, static_cast<int>(i * i % 8));
    unit.code.set(s, static_cast<int>(i / 8));
  }
  const std::vector<Factor> factors{unit};
  const Eigen::VectorXd none;
  const auto within = [&](const Eigen::MatrixXd& m) { return Eigen::MatrixXd(absorb(m, factors, none).columns); };
  Eigen::MatrixXd raw = within(Eigen::MatrixXd::Random(n, l));
  const Eigen::MatrixXd z = raw.householderQr().householderQ() * Eigen::MatrixXd::Identity(n, l);
  const Eigen::MatrixXd v = within(Eigen::MatrixXd::Random(n, k));
  const Eigen::VectorXd u = within(Eigen::MatrixXd::Random(n, 1));
  Eigen::MatrixXd pi(l, k);
  pi << 3, 0.5, /**/ -1, 2, /**/ 1, 1;
  Eigen::VectorXd c(k);
  c << 1, -0.6;  // of the hypothesis: the tested coefficient moves by one
  const std::vector<WildClusters> sets{{cluster, 1.0}, {unit, -0.25}};
  WildDraws draws;
  draws.enumerate = true;
  for (const double r : {0.0, 0.8, -3.0}) {
    WildProcess p;
    p.pi = pi;
    p.lag = r * pi * c;
    p.r = r;
    Eigen::MatrixXd base(n, k + 1);  // V, and u less Z (r pi c)
    base << v, u - z * p.lag;
    p.v = Eigen::MatrixXd::Zero(k + 1, k);
    p.v.topRows(k).setIdentity();
    p.u = Eigen::VectorXd::Unit(k + 1, k);
    const WildMoments moments(base, z, Eigen::MatrixXd(n, 0), factors, none, boot, sets, 64);
    const auto drawn = [&](int threads) { return wild_two_stage(p, moments, draws, 64, threads, [] {}); };
    const Eigen::VectorXd t = drawn(1);
    const Eigen::ArrayXd one = t.array(), two = drawn(2).array();
    check::that((one == two || (one.isNaN() && two.isNaN())).all(), "the same for any number of threads");
    for (Eigen::Index d = 0; d < 64; ++d) {
      Eigen::VectorXd sign(6), by_row(n);
      draws.fill(static_cast<std::uint64_t>(d), sign);
      for (Eigen::Index i = 0; i < n; ++i) by_row[i] = sign[boot.code[i]];
      // R* = Z pi + v V and y* = R* d(r) + v u(r), u(r) = u - r (Z pi + V) c, the effects out; off d(r).
      const Eigen::MatrixXd x = within(z * pi + by_row.asDiagonal() * v);
      const Eigen::VectorXd left = within(by_row.asDiagonal() * (u - r * (z * pi + v) * c));
      const Eigen::MatrixXd zx = z.transpose() * x;
      const Eigen::MatrixXd response = (zx.transpose() * zx).ldlt().solve(zx.transpose());
      const Eigen::VectorXd off = response * (z.transpose() * left);
      const Eigen::VectorXd rest = left - x * off;
      double variance = 0;
      for (const WildClusters& set : sets) {
        Eigen::VectorXd score = Eigen::VectorXd::Zero(set.factor.levels);
        for (Eigen::Index i = 0; i < n; ++i) score[set.factor.code[i]] += response.row(0).dot(z.row(i)) * rest[i];
        variance += set.sign * score.squaredNorm();
      }
      if (variance > 0)
        check::near(t[d], off[0] / std::sqrt(variance), 1e-8 * (1 + std::abs(t[d])), "t of a draw");
      else
        check::that(std::isnan(t[d]), "no t without a variance");
    }
  }
}

}  // namespace

static void run() {
  distributions();
  two_stages();
}

static const check::File file("inference", "test_wild_draws", run);

}  // namespace test_wild_draws

// Oracle: a draw's coefficient and variance from the rows.
#include "../check.hpp"
#include "ccdpanel/inference/wild_least_squares.hpp"

namespace test_wild_bootstrap {

using namespace ccdpanel::panel;

static void run() {
  const Eigen::Index n = 90;
  Factor boot{std::vector<int>(n), 5}, cluster{std::vector<int>(n), 9}, unit{std::vector<int>(n), 15};
  for (Eigen::Index i = 0; i < n; ++i) {
    boot.code.set(static_cast<std::size_t>(i), static_cast<int>(i % 5));
    cluster.code.set(static_cast<std::size_t>(i), static_cast<int>(i * i % 9));
    unit.code.set(static_cast<std::size_t>(i), static_cast<int>(i / 6));
  }
  const std::vector<Factor> factors{unit};
  const Eigen::VectorXd none;
  const Eigen::MatrixXd out = absorb(Eigen::MatrixXd::Random(n, 2), factors, none).columns;
  const Eigen::VectorXd x = out.col(1);
  const double xx = x.squaredNorm();
  const Eigen::VectorXd y = out.col(0) - x * (x.dot(out.col(0)) / xx);
  Eigen::MatrixXd base(n, 2);
  base << y, x;
  const std::vector<WildClusters> sets{{cluster, 1.0}, {unit, -0.5}};
  WildDraws draws;
  draws.enumerate = true;
  int ticks = 0;
  const auto drawn = [&](double patience) {
    const WildMoments moments(base, x, Eigen::MatrixXd(n, 0), factors, none, boot, sets, 32, patience);
    return wild_least_squares(moments, draws, 32, 2, [&] { ++ticks; });
  };
  const Eigen::MatrixXd made = drawn(25), absorbed = drawn(0);
  check::that(ticks == 2, "a round a call, one look for an interrupt each");
  check::near((made - absorbed).cwiseAbs().maxCoeff(), 0, 1e-11, "by a basis or by absorption");
  for (int d = 0; d < 32; ++d) {
    Eigen::VectorXd v(5);
    draws.fill(static_cast<std::uint64_t>(d), v);
    for (const double r : {-0.4, 0.7}) {
      Eigen::VectorXd u = y - r * x;
      for (Eigen::Index i = 0; i < n; ++i) u[i] *= v[boot.code[i]];
      const Eigen::VectorXd demeaned = absorb(u, factors, none).columns;
      const double off = x.dot(demeaned) / xx;
      const Eigen::VectorXd rest = demeaned - off * x;
      double variance = 0;
      for (const WildClusters& set : sets) {
        Eigen::VectorXd score = Eigen::VectorXd::Zero(set.factor.levels);
        for (Eigen::Index i = 0; i < n; ++i) score[set.factor.code[i]] += x[i] * rest[i];
        variance += set.sign * score.squaredNorm();
      }
      check::near((made(d, 0) - r * made(d, 1)) / xx, off, 1e-12, "coefficient");
      check::near(made(d, 2) - 2 * r * made(d, 3) + r * r * made(d, 4), variance, 1e-11, "variance");
    }
  }
  Eigen::MatrixXd hand(3, 5);
  hand << 1, 0, 1, 0, 0, /**/ 3, 0, 1, 0, 0, /**/ 5, 0, -1, 0, 0;
  check::near(wild_share(hand, 0, 2), 0.5, 0, "of two draws with a variance one is beyond");
  check::near(wild_share(hand, 0, 3), 0.5, 0, "a tie counts");
}

static const check::File file("inference", "test_wild_bootstrap", run);

}  // namespace test_wild_bootstrap

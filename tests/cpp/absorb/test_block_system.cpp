// The blocks against the reduced system that they write out, and the absorption that uses them against dense QR.
#include <algorithm>
#include <cmath>
#include <random>

#include "../check.hpp"
#include "../dense_basis.hpp"
#include "ccdpanel/absorb/absorb.hpp"
#include "ccdpanel/absorb/block_system.hpp"

namespace test_block_system {

using namespace ccdpanel::panel;

namespace {

// Units cycle, firms lie near a unit's place (hardly connected), years are random, a fourth effect is a coin.
struct Design {
  Factor unit, firm, year, coin;
};

Design design(int rows, int units, int firms, int years) {
  std::mt19937 rng(3);
  std::normal_distribution<double> normal;
  std::vector<int> unit, firm, year, coin;
  for (int i = 0; i < rows; ++i) {
    unit.push_back(i % units);
    const double place = static_cast<double>(i % units) / units * firms + 0.4 * normal(rng);
    firm.push_back(std::min(std::max(static_cast<int>(place), 0), firms - 1));
    year.push_back(static_cast<int>(rng() % static_cast<unsigned>(years)));
    coin.push_back(static_cast<int>(rng() % 2));
  }
  return {compact(unit, units).factor, compact(firm, firms).factor, compact(year, years).factor, {coin, 2}};
}

void write_out(const Factor& f, Eigen::Index at, Eigen::MatrixXd& dummies) {
  for (Eigen::Index i = 0; i < dummies.rows(); ++i) dummies(i, at + f.code[static_cast<std::size_t>(i)]) = 1;
}

// Rows times the root of their weights, without the means of the units, whose dummies are orthogonal.
Eigen::MatrixXd within_units(const Eigen::MatrixXd& x, const Factor& unit, const Eigen::VectorXd& root) {
  Eigen::VectorXd weight = Eigen::VectorXd::Zero(unit.levels);
  for (Eigen::Index i = 0; i < x.rows(); ++i) weight[unit.code[static_cast<std::size_t>(i)]] += root[i] * root[i];
  Eigen::MatrixXd out(x.rows(), x.cols());
  for (Eigen::Index k = 0; k < x.cols(); ++k) {
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(unit.levels);
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      sum[unit.code[static_cast<std::size_t>(i)]] += root[i] * root[i] * x(i, k);
    }
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      const Eigen::Index u = unit.code[static_cast<std::size_t>(i)];
      out(i, k) = root[i] * (x(i, k) - sum[u] / weight[u]);
    }
  }
  return out;
}

}  // namespace

static void run() {
  const Design d = design(6000, 500, 60, 5);
  const Eigen::VectorXd w = (Eigen::VectorXd::Random(6000).array() + 1.5).matrix();
  for (const Eigen::VectorXd& weights : {Eigen::VectorXd(), w}) {
    const std::vector<const Factor*> orders[] = {{&d.firm, &d.year, &d.coin}, {&d.coin, &d.firm, &d.year}};
    for (int largest : {0, 1}) {
      const Cells cells = make_cells(d.unit, orders[largest], weights);
      const BlockSystem blocks(cells, largest, written_out(cells_of_one(cells, largest), 1), 1);
      const BlockSystem threaded(cells, largest, written_out(cells_of_one(cells, largest), 2), 2);
      const Block<2> p = Block<2>::Random(cells.stacked(), 2);
      check::that(blocks.as_cells<2>(blocks.largest_first<2>(p)) == p, "there and back");
      Block<2> expected, got, twice;
      ReducedSystem(cells).apply(p, expected);
      blocks.apply(blocks.largest_first<2>(p), got);
      threaded.apply(blocks.largest_first<2>(p), twice);
      check::near((blocks.as_cells<2>(got) - expected).cwiseAbs().maxCoeff(), 0, 1e-10, "the same system");
      check::that(got == twice, "the same bits by two threads");
    }
  }

  // 62 years and firms beside 500 units: the solver takes the blocks, and the factor after its trial.
  Eigen::MatrixXd x(6000, 3);
  std::mt19937 rng(4);
  std::normal_distribution<double> normal;
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    const std::size_t r = static_cast<std::size_t>(i);
    x.row(i) << normal(rng), normal(rng) + 0.1 * d.firm.code[r], 100 + normal(rng) + std::sin(d.year.code[r]);
  }
  Eigen::MatrixXd others = Eigen::MatrixXd::Zero(6000, d.firm.levels + d.year.levels + 2);
  write_out(d.firm, 0, others);
  write_out(d.year, d.firm.levels, others);
  write_out(d.coin, d.firm.levels + d.year.levels, others);
  for (const Eigen::VectorXd& weights : {Eigen::VectorXd(), w}) {
    const Eigen::VectorXd root = weights.size() ? Eigen::VectorXd(weights.cwiseSqrt()) : Eigen::VectorXd::Ones(6000);
    // The dummies are dependent; their other pivots are of the order of one.
    const Eigen::MatrixXd q = dense_basis(within_units(others, d.unit, root), 1e-10);
    Eigen::MatrixXd left = within_units(x, d.unit, root);
    left -= q * (q.transpose() * left);
    const Eigen::MatrixXd expected = root.cwiseInverse().asDiagonal() * left;
    AbsorbOptions options;
    const Absorbed one = absorb(x, {d.year, d.unit, d.coin, d.firm}, weights, options);
    check::near((one.columns - expected).cwiseAbs().maxCoeff(), 0, 1e-8, "residuals of dense QR");
    check::that(one.status == ccdpanel::Status::ok && one.certificate < 1e-8, "and it says so");
    options.threads = 2;
    check::that(absorb(x, {d.year, d.unit, d.coin, d.firm}, weights, options).columns == one.columns, "the same bits");
  }
}

static const check::File file("absorb", "test_block_system", run);

}  // namespace test_block_system

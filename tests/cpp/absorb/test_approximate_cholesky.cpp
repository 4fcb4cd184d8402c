// Oracle: the dense pseudo-inverse; and the bound on the steps of conjugate gradients that the method promises.
#include <random>

#include "../check.hpp"
#include "ccdpanel/absorb/absorb.hpp"
#include "ccdpanel/absorb/approximate_cholesky.hpp"

namespace test_approximate_cholesky {

using namespace ccdpanel::panel;

namespace {

// Each unit meets firms near its own place: a long chain, which is what makes a design hard.
struct Chain {
  Factor unit, firm;
};

Chain chain(int units, int firms, int rows) {
  Chain c{{{}, units}, {{}, firms}};
  std::mt19937 rng(5);
  std::normal_distribution<double> normal;
  for (int i = 0; i < rows; ++i) {
    const int u = i % units;
    const double place = static_cast<double>(u) / units * firms + 1.2 * normal(rng);
    c.unit.code.push_back(u);
    c.firm.code.push_back(std::min(std::max(static_cast<int>(place), 0), firms - 1));
  }
  c.firm = compact(c.firm.code, firms).factor;
  return c;
}

// Steps with the diagonal as preconditioner, to a tolerance of 1e-12.
int steps_by_diagonal(const Cells& cells) {
  const ReducedSystem system(cells);
  Block<1> p(cells.stacked(), 1), r;
  std::mt19937 rng(7);
  std::normal_distribution<double> normal;
  for (Eigen::Index g = 0; g < p.rows(); ++g) p(g, 0) = normal(rng);
  system.apply(p, r);
  Row<1> norm;
  norm[0] = std::sqrt(p.col(0).dot(r.col(0)));
  ConjugateGradient<1> cg(r, norm, 1e-12);
  const Eigen::VectorXd diagonal = system.diagonal();
  check::that(cg.run(system, diagonal, 100000, Jacobi(diagonal)), "the diagonal gets there");
  return cg.iterations();
}

}  // namespace

static void run() {
  // On a tree no choice is random: the factor is exact.
  const Factor unit{{0, 0, 1, 1, 2, 2}, 3}, firm{{0, 1, 1, 2, 2, 3}, 4};
  const Cells tree = make_cells(unit, {&firm}, Eigen::VectorXd());
  const ReducedSystem system(tree);
  Block<2> r(4, 2), z, work, q(4, 2);
  r << 1, 2, -3, 0, 1, -1, 1, -1;
  ApproximateCholesky(bipartite(tree), 4).solve(r, z, work);
  system.apply(z, q);
  check::near((q - r).cwiseAbs().maxCoeff(), 0, 1e-13, "exact on a tree of cells");
  ApproximateCholesky(written_out(tree, 1), 4).solve(r, z, work);
  system.apply(z, q);
  check::near((q - r).cwiseAbs().maxCoeff(), 0, 1e-13, "exact on a tree of pairs");

  const Chain c = chain(3000, 300, 30000);
  const Cells cells = make_cells(c.unit, {&c.firm}, Eigen::VectorXd());
  check::that(
      ApproximateCholesky(bipartite(cells), cells.stacked()).entries() <= 2 * static_cast<std::size_t>(cells.size()),
      "nearly as sparse as the graph");
  Eigen::MatrixXd x(30000, 2);
  std::mt19937 rng(6);
  std::normal_distribution<double> normal;
  for (Eigen::Index k = 0; k < 2; ++k) {
    for (Eigen::Index i = 0; i < x.rows(); ++i) x(i, k) = normal(rng);
  }
  const Absorbed fast = absorb(x, {c.unit, c.firm}, Eigen::VectorXd());
  AbsorbOptions plain;
  plain.patience = 1e300;
  plain.tolerance = 1e-12;
  const Absorbed slow = absorb(x, {c.unit, c.firm}, Eigen::VectorXd(), plain);
  check::that(fast.status == ccdpanel::Status::ok, "converged");
  const int steps = steps_by_diagonal(cells);
  check::that(3 * fast.iterations < steps, "a hard design takes few steps");
  check::that(3 * slow.iterations < 2 * steps, "sweeps take fewer than the diagonal");
  check::near((fast.columns - slow.columns).cwiseAbs().maxCoeff(), 0, 1e-7, "the same columns");
  const Absorbed again = absorb(x, {c.unit, c.firm}, Eigen::VectorXd());
  check::that(again.columns == fast.columns, "same bits twice");

  // A third effect beside the chain, and the chain behind a larger one.
  Factor year{{}, 7};
  for (std::size_t i = 0; i < c.unit.code.size(); ++i) year.code.push_back(static_cast<int>(rng() % 7));
  for (const std::vector<Factor>& effects : {std::vector<Factor>{c.unit, c.firm, year}, {year, c.firm, c.unit}}) {
    const Absorbed quick = absorb(x, effects, Eigen::VectorXd());
    const Absorbed patient = absorb(x, effects, Eigen::VectorXd(), plain);
    check::that(quick.status == ccdpanel::Status::ok, "three effects converged");
    check::that(3 * quick.iterations < patient.iterations, "three effects in few steps");
    check::near((quick.columns - patient.columns).cwiseAbs().maxCoeff(), 0, 1e-7, "three effects, the same columns");
  }

  // Components: two chains that never meet.
  Chain two = c;
  for (std::size_t i = 0; i < two.unit.code.size(); i += 2) {
    two.unit.code.set(i, c.unit.code[i] + 3000);
    two.firm.code.set(i, c.firm.code[i] + c.firm.levels);
  }
  two.unit = compact(two.unit.code, 6000).factor;
  two.firm = compact(two.firm.code, 2 * c.firm.levels).factor;
  const Absorbed apart = absorb(x, {two.unit, two.firm}, Eigen::VectorXd());
  check::that(apart.status == ccdpanel::Status::ok && apart.certificate < 1e-7, "two components");
}

static const check::File file("absorb", "test_approximate_cholesky", run);

}  // namespace test_approximate_cholesky

// Oracle: the dense reduced system from its definition.
#include <random>

#include "../check.hpp"
#include "ccdpanel/absorb/graph.hpp"
#include "ccdpanel/absorb/reduced_system.hpp"

namespace test_graph {

using namespace ccdpanel::panel;

static void run() {
  std::mt19937 rng(3);
  const int n = 90, units = 15, firms = 11;
  Factor unit{{}, units}, firm{{}, firms};
  Eigen::MatrixXd a = Eigen::MatrixXd::Zero(n, units), b = Eigen::MatrixXd::Zero(n, firms);
  Eigen::VectorXd w(n);
  for (int i = 0; i < n; ++i) {
    unit.code.push_back(i < units ? i : static_cast<int>(rng() % units));
    firm.code.push_back(i < firms ? i : static_cast<int>(rng() % firms));
    w[i] = 0.5 + static_cast<double>(rng() % 100) / 50;
    a(i, unit.code.back()) = 1;
    b(i, firm.code.back()) = 1;
  }
  const Eigen::MatrixXd aw = a.transpose() * w.asDiagonal(), bw = b.transpose() * w.asDiagonal();
  const Eigen::MatrixXd s = bw * b - (bw * a) * (aw * a).inverse() * (aw * b);

  const Cells cells = make_cells(unit, {&firm}, w);
  const Graph graph = written_out(cells, 2);
  Block<2> p(firms, 2), by_graph, by_cells;
  for (int g = 0; g < firms; ++g) p.row(g) << static_cast<double>(rng() % 1000) / 100, g;
  const Eigen::MatrixXd expected = s * p;
  graph.apply(p, by_graph);
  ReducedSystem(cells).apply(p, by_cells);
  check::near((by_graph - expected).cwiseAbs().maxCoeff(), 0, 1e-12, "written out");
  check::near((by_cells - expected).cwiseAbs().maxCoeff(), 0, 1e-12, "as cells");
  check::near((graph.diagonal() - s.diagonal()).cwiseAbs().maxCoeff(), 0, 1e-12, "its diagonal");

  // Two rows of one unit in one level are one cell, and a unit with one cell joins nothing.
  const Factor stayer{{0, 0, 1, 1}, 2}, home{{0, 0, 0, 1}, 2};
  const Cells few = make_cells(stayer, {&home}, Eigen::VectorXd());
  check::that(few.size() == 3 && few.weight[0] == 2, "rows merge to cells");
  check::that(bipartite(few).ends() == 4, "a stayer has no edge");
  check::that(pairs_of_cells(few) == 1, "pairs");
}

static const check::File file("absorb", "test_graph", run);

}  // namespace test_graph

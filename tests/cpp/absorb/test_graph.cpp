// Oracle: the dense reduced system from its definition.
#include <random>

#include "../check.hpp"
#include "ccdpanel/absorb/graph.hpp"
#include "ccdpanel/absorb/reduced_system.hpp"
#include "ccdpanel/absorb/swept_system.hpp"

namespace test_graph {

using namespace ccdpanel::panel;

// T = (D - L)^-1 S (D - L')^-1 from its definition; a vertex without edges gives zeros.
static void sweeps(const Graph& graph, const Eigen::MatrixXd& s) {
  const Eigen::Index n = s.rows();
  const Eigen::VectorXd diagonal = graph.diagonal();
  const SweptSystem<2> swept(graph, diagonal);
  Eigen::MatrixXd lower = Eigen::MatrixXd(s.triangularView<Eigen::Lower>());
  for (Eigen::Index v = 0; v < n; ++v) lower(v, v) += diagonal[v] > 0 ? 0 : 1;
  Block<2> t(n, 2), back, through, z(n, 2);
  for (Eigen::Index v = 0; v < n; ++v) t.row(v) << std::cos(static_cast<double>(v)), static_cast<double>(v % 3);
  for (Eigen::Index v = 0; v < n; ++v) t.row(v) *= diagonal[v] > 0;
  const Eigen::MatrixXd y = lower.transpose().triangularView<Eigen::Upper>().solve(Eigen::MatrixXd(t));
  const Eigen::MatrixXd expected = lower.triangularView<Eigen::Lower>().solve(Eigen::MatrixXd(s * y));
  swept.backward(t, back);
  swept.apply(t, through);
  swept.precondition(t, z);
  check::near((back - y).cwiseAbs().maxCoeff(), 0, 1e-12, "backward sweep");
  check::near((through - expected).cwiseAbs().maxCoeff(), 0, 1e-12, "between the triangles");
  check::near((z - diagonal.asDiagonal() * t).cwiseAbs().maxCoeff(), 0, 0, "its preconditioner");
  swept.forward(t, back);
  check::near((lower * back - t).cwiseAbs().maxCoeff(), 0, 1e-12, "forward sweep");
}

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

  Cells cells = make_cells(unit, {&firm}, w);
  sort_cells(cells, 2);
  const Graph graph = written_out(cells, 2);
  Block<2> p(firms, 2), by_graph, by_cells;
  for (int g = 0; g < firms; ++g) p.row(g) << static_cast<double>(rng() % 1000) / 100, g;
  const Eigen::MatrixXd expected = s * p;
  graph.apply(p, by_graph);
  ReducedSystem(cells).apply(p, by_cells);
  check::near((by_graph - expected).cwiseAbs().maxCoeff(), 0, 1e-12, "written out");
  check::near((by_cells - expected).cwiseAbs().maxCoeff(), 0, 1e-12, "as cells");
  check::near((graph.diagonal() - s.diagonal()).cwiseAbs().maxCoeff(), 0, 1e-12, "its diagonal");
  sweeps(graph, s);
  for (int v = 0; v < graph.vertices(); ++v) {
    const auto first = graph.other.begin() + static_cast<std::ptrdiff_t>(graph.start[v]),
               middle = graph.other.begin() + static_cast<std::ptrdiff_t>(graph.middle[v]),
               past = graph.other.begin() + static_cast<std::ptrdiff_t>(graph.start[v + 1]);
    check::that(std::is_sorted(first, past) && std::lower_bound(first, past, v) == middle, "neighbours in order");
  }

  // Two rows of one unit in one level are one cell, and a unit with one cell joins nothing.
  const Factor stayer{{0, 0, 1, 1}, 2}, home{{0, 0, 0, 1}, 2};
  const Cells few = make_cells(stayer, {&home}, Eigen::VectorXd());
  check::that(few.size() == 3 && few.weight[0] == 2, "rows merge to cells");
  check::that(bipartite(few).ends() == 4, "a stayer has no edge");
  const Factor third{{0, 1, 0, 2}, 3}, mover{{0, 0, 1, 2}, 3};  // the third level is met by a stayer alone
  const Graph loose = written_out(make_cells(mover, {&third}, Eigen::VectorXd()), 1);
  check::that(loose.ends() == 2 && loose.vertices() == 3, "a level of stayers has no edge");
  Eigen::MatrixXd joined = Eigen::MatrixXd::Zero(3, 3);
  joined.topLeftCorner(2, 2) << .5, -.5, -.5, .5;
  sweeps(loose, joined);
  check::that(pairs_of_cells(few) == 1, "pairs");
}

static const check::File file("absorb", "test_graph", run);

}  // namespace test_graph

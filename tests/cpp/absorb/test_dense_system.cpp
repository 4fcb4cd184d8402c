// The system behind units with slopes against its definition: levels' dummies less what a dense QR of the units'
// dummies and of these times the variable has of them.
#include <random>

#include "../check.hpp"
#include "../dense_basis.hpp"
#include "ccdpanel/absorb/cells.hpp"
#include "ccdpanel/absorb/dense_system.hpp"
#include "ccdpanel/absorb/reduced_system.hpp"
#include "ccdpanel/absorb/unit_slopes.hpp"

namespace test_dense_system {

using namespace ccdpanel::panel;

namespace {

// Units' levels lie side by side, from a start of each unit's own (`spread` is 0), or anywhere, some of them twice.
Factor levels_of(const Factor& unit, int spread) {
  std::mt19937 rng(5);
  std::vector<int> code;
  for (std::size_t i = 0; i < unit.code.size(); ++i) {
    const int place = static_cast<int>(i) % 6, start = unit.code[i] % 3;
    code.push_back(spread ? static_cast<int>(rng() % 8) : start + place);
  }
  return {code, 8};
}

Eigen::MatrixXd dummies(const Factor& f) {
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(f.code.size()), f.levels);
  for (Eigen::Index i = 0; i < out.rows(); ++i) out(i, f.code[static_cast<std::size_t>(i)]) = 1;
  return out;
}

Eigen::MatrixXd by_definition(const Factor& unit, const Factor& level, const Eigen::VectorXd& z,
                              const Eigen::VectorXd& w) {
  const Eigen::VectorXd root = w.cwiseSqrt();
  const Eigen::MatrixXd u = dummies(unit), b = root.asDiagonal() * dummies(level);
  Eigen::MatrixXd units(u.rows(), 2 * u.cols());
  units << u, z.asDiagonal() * u;
  const Eigen::MatrixXd basis = dense_basis(root.asDiagonal() * units, 1e-10),
                        rest = b - basis * (basis.transpose() * b);
  const Eigen::VectorXd scale = b.colwise().norm().cwiseInverse();
  return scale.asDiagonal() * (rest.transpose() * rest) * scale.asDiagonal();
}

}  // namespace

static void run() {
  std::vector<int> code;
  for (int i = 0; i < 240; ++i) code.push_back(i / 6);
  const Factor unit{code, 40};
  const Eigen::VectorXd z = 3 + Eigen::ArrayXd::Random(240), ones = Eigen::VectorXd::Ones(240),
                        some = 1.5 + Eigen::ArrayXd::Random(240);
  for (const int spread : {0, 1}) {
    const Factor level = levels_of(unit, spread);
    for (const Eigen::VectorXd& w : {ones, some}) {
      const UnitOrder order(unit);
      UnitSlopes slopes(z.data(), order);
      Cells rows = row_cells(order, {&level}, w == ones ? Eigen::VectorXd() : w);
      rows.slope.resize(order.rows());
      for (int u = 0; u < rows.units(); ++u) {
        double* const basis = rows.slope.data() + rows.start[u];
        slopes.settle(rows, u, basis);
        for (int c = rows.start[u]; c < rows.start[u + 1]; ++c) basis[c - rows.start[u]] *= rows.weight_of(c);
      }
      const Eigen::MatrixXd expected = by_definition(unit, level, z, w);
      for (const bool merged : {false, true}) {
        if (merged) merge_cells(rows);
        const Eigen::MatrixXd s = DenseSystem(rows, ReducedSystem(rows).level_weight(), 1).s;
        check::near((s - expected).cwiseAbs().maxCoeff(), 0, 1e-13, "the system as it is defined");
      }
    }
  }
}

static const check::File file("absorb", "test_dense_system", run);

}  // namespace test_dense_system

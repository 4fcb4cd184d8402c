// The last steps, where only rounding is left: oracle is a dense QR of the dummies.
#include <random>

#include "../check.hpp"
#include "../dense_basis.hpp"
#include "ccdpanel/absorb/absorb.hpp"

namespace test_conjugate_gradient {

using namespace ccdpanel::panel;

namespace {

// 8 units by 7 levels, of many rows or none: rounding of the levels' sums is soon more than what is to be solved for.
struct Table {
  Table() {
    const int count[8][7] = {{16, 0, 0, 0, 0, 16, 0},  {0, 0, 0, 0, 32, 16, 0},   {17, 1, 0, 0, 0, 0, 32},
                             {16, 32, 1, 0, 0, 0, 16}, {0, 16, 16, 32, 0, 0, 16}, {2, 0, 1, 1, 0, 16, 0},
                             {16, 0, 0, 0, 17, 16, 0}, {0, 1, 1, 16, 0, 16, 0}};
    std::vector<int> of_unit, of_level;
    std::vector<double> weight;
    for (int u = 0; u < 8; ++u) {
      for (int l = 0; l < 7; ++l) {
        for (int i = 0; i < count[u][l]; ++i) {
          of_unit.push_back(u);
          of_level.push_back(l);
          weight.push_back(i < count[u][l] / 16 * 16 ? 1.0 / 16 : 1.0);
        }
      }
    }
    w = Eigen::Map<const Eigen::VectorXd>(weight.data(), static_cast<Eigen::Index>(weight.size()));
    effects = {Factor{of_unit, 8}, Factor{of_level, 7}};
    Eigen::MatrixXd dummies = Eigen::MatrixXd::Zero(w.size(), 15);
    for (Eigen::Index i = 0; i < w.size(); ++i) {
      dummies(i, of_unit[static_cast<std::size_t>(i)]) = 1;
      dummies(i, 8 + of_level[static_cast<std::size_t>(i)]) = 1;
    }
    basis = dense_basis(w.cwiseSqrt().asDiagonal() * dummies, 1e-10);
  }
  Eigen::VectorXd residual(const Eigen::VectorXd& x) const {
    const Eigen::VectorXd root = w.cwiseSqrt(), scaled = root.cwiseProduct(x);
    return (scaled - basis * (basis.transpose() * scaled)).cwiseQuotient(root);
  }

  Eigen::VectorXd w;
  std::vector<Factor> effects;
  Eigen::MatrixXd basis;
};

}  // namespace

static void run() {
  const Table table;
  std::mt19937 rng(1);
  std::normal_distribution<double> normal;
  double most = 0;
  for (int time = 0; time < 300; ++time) {
    double level[7];
    for (double& v : level) v = normal(rng) * (time % 5);
    Eigen::MatrixXd x(table.w.size(), 1);
    for (Eigen::Index i = 0; i < x.rows(); ++i)
      x(i, 0) = normal(rng) + level[table.effects[1].code[static_cast<std::size_t>(i)]];
    const Absorbed found = absorb(x, table.effects, table.w);
    most = std::max(most, (found.columns - table.residual(x)).cwiseAbs().maxCoeff());
  }
  check::near(most, 0, 1e-12, "no step is made of rounding");
}

static const check::File file("absorb", "test_conjugate_gradient", run);

}  // namespace test_conjugate_gradient

// Columns that nearly depend on each other, against the same model in columns that do not; ties between coefficients
// whose units are far apart.
#include <random>

#include "../check.hpp"
#include "ccdpanel/system/estimate.hpp"

namespace test_basis {

using namespace ccdpanel;

namespace {

struct Data {
  Eigen::MatrixXd columns;  // y1, y2, x, v, x + eps v, z
  double eps;
};

Data data(double eps, Eigen::Index n) {
  std::mt19937 rng(5);
  std::normal_distribution<double> normal;
  Data out{Eigen::MatrixXd(n, 6), eps};
  Eigen::MatrixXd& c = out.columns;
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 2; j < 6; ++j) c(i, j) = 3 + normal(rng);
    c(i, 4) = c(i, 2) + eps * c(i, 3);
    c(i, 3) = (c(i, 4) - c(i, 2)) / eps;  // what is left of it in doubles
    const double u = normal(rng);
    c(i, 0) = c(i, 2) + 0.5 * c(i, 3) + u;
    c(i, 1) = c(i, 5) + 0.3 * c(i, 0) + 0.5 * u + normal(rng);
  }
  return out;
}

system::SystemEstimate estimate(const panel::Sample& s, std::vector<int> x, bool project,
                                const system::Restrictions& r = {}) {
  std::vector<int> z = x;
  z.push_back(5);
  const system::Equations eq{
      {0, 1}, {std::move(x), project ? std::vector<int>{0, 5} : std::vector<int>{5}}, z, project};
  system::SystemPlan plan;
  plan.constant = s.effects.empty();
  plan.rows = static_cast<double>(s.rows());
  plan.fewer = {0, 0};
  return system::estimate_system(s, eq, r, plan);
}

double distance(double value, double expected) {
  return std::abs(value / expected - 1);
}

void nearly_dependent(double eps, bool project, bool weighted, bool effects) {
  const Data d = data(eps, 240);
  Eigen::VectorXd w;
  if (weighted) w = 1 + Eigen::ArrayXd::LinSpaced(240, 0, 1);
  std::vector<panel::Factor> factors;
  if (effects) {
    factors.resize(1);
    factors[0].levels = 12;
    for (int i = 0; i < 240; ++i) factors[0].code.push_back(i % 12);
  }
  const panel::Sample s(panel::view(d.columns), factors, !effects, w, 1, {});
  const system::SystemEstimate near = estimate(s, {2, 4}, project), apart = estimate(s, {2, 3}, project);
  const Eigen::Index lead = effects ? 0 : 1;
  check::that(near.fit.status == Status::ok && near.coef.size() == apart.coef.size(), "estimated");
  if (near.coef.size() != apart.coef.size()) return;
  // y = b x + c v = (b - c / eps) x + (c / eps)(x + eps v)
  const double tolerance = 1e-13 / eps;
  check::near(distance(near.coef[lead + 1] * eps, apart.coef[lead + 1]), 0, tolerance, "the coefficient of the rest");
  check::near(distance(near.coef[lead + 2 + lead], apart.coef[lead + 2 + lead]), 0, tolerance, "the other equation");
  check::near(distance(near.bread(lead + 1, lead + 1) * eps * eps, apart.bread(lead + 1, lead + 1)), 0, 10 * tolerance,
              "its variance");
  check::near((near.residual - apart.residual).cwiseAbs().maxCoeff(), 0, 10 * tolerance, "residuals");
  const Eigen::MatrixXd one = system::row_influences(s, near, lead), two = system::row_influences(s, apart, lead);
  check::near((one.col(lead + 1) * eps - two.col(lead + 1)).cwiseAbs().maxCoeff(), 0, 10 * tolerance, "influences");
  // Of scores in the columns as they came, the map makes the basis' own.
  check::that(near.basis->own() && !near.basis->close_regressors().empty(), "a basis of its own");
  const Eigen::MatrixXd map = system::score_map(near, lead);
  check::that(map.rows() == near.half.cols() && map.isUpperTriangular(1e-12 * map.cwiseAbs().maxCoeff()), "its map");
}

// The same coefficient of x / unit in the first equation and of z unit in the second.
void tied(double unit) {
  Data d = data(1, 120);
  d.columns.col(2) /= unit;
  d.columns.col(5) *= unit;
  const std::vector<panel::Factor> factors;
  const Eigen::VectorXd w;
  const panel::Sample s(panel::view(d.columns), factors, true, w, 1, {});
  for (const bool project : {false, true}) {
    const Eigen::Index size = project ? 4 : 3, other = size - 1;
    system::Restrictions r{Eigen::MatrixXd::Zero(1, size), Eigen::VectorXd::Zero(1)};
    r.matrix(0, 0) = 1;
    r.matrix(0, other) = -1;
    const system::SystemEstimate e = estimate(s, {2, 3}, project, r);
    const Eigen::Index a = 1, b = e.coef.size() - 1;
    check::near(distance(e.coef[a], e.coef[b]), 0, 1e-12, "one estimate");
    check::near(distance(e.bread(a, a), e.bread(b, b)), 0, 1e-12, "one variance");
    check::near(distance(e.bread(a, b), e.bread(b, b)), 0, 1e-12, "one covariance");
    const Eigen::MatrixXd rows = system::row_influences(s, e, true);
    check::near((rows.col(a) - rows.col(b)).norm() / rows.col(b).norm(), 0, 1e-12, "one influence");
  }
}

void run() {
  for (const double eps : {1e-3, 1e-5, 1e-7, 1e-9}) {
    for (int kind = 0; kind < 8; ++kind) nearly_dependent(eps, kind & 1, kind & 2, kind & 4);
  }
  for (const double unit : {1e-8, 1.0, 1e8}) tied(unit);
}

}  // namespace

static const check::File file("system", "test_basis", run);

}  // namespace test_basis

// Oracle: QR on the full design with dummies, and the textbook 2SLS formula on it.
#include <random>

#include "ccdpanel/panel/regression.hpp"
#include "ccdpanel/panel/scores.hpp"
#include "check.hpp"

using namespace ccdpanel::panel;

namespace {

struct Data {
  Eigen::MatrixXd column;  // y, x1, x2 (endogenous), z1, z2
  Factor unit, time;
};

Data make(std::mt19937& rng, Eigen::Index n) {
  std::normal_distribution<double> normal;
  Data d;
  d.column.resize(n, 5);
  d.unit.levels = 9;
  d.time.levels = 6;
  for (Eigen::Index i = 0; i < n; ++i) {
    d.unit.code.push_back(static_cast<int>(i % 9));
    d.time.code.push_back(static_cast<int>(i / 9 % 6));
    const double u = normal(rng), x1 = normal(rng), z1 = normal(rng), z2 = normal(rng);
    const double x2 = z1 - 0.5 * z2 + 0.3 * x1 + 0.8 * u + normal(rng) + 0.2 * d.unit.code.back();
    d.column.row(i) << 3 + 2 * x1 - x2 + u + d.unit.code.back() - 0.5 * d.time.code.back(), x1, x2, z1, z2;
  }
  return d;
}

Problem problem_of(const Data& d) {
  Problem p;
  for (Eigen::Index j = 0; j < d.column.cols(); ++j) p.column.push_back(d.column.col(j).data());
  p.rows = d.column.rows();
  p.x = {1, 2};
  return p;
}

// Regressors and instruments with the dummies (or the constant) beside them.
Eigen::MatrixXd beside(const Eigen::MatrixXd& x, const Data& d, bool constant) {
  Eigen::MatrixXd out(x.rows(), x.cols() + (constant ? 1 : 9 + 5));
  out.setZero();
  out.leftCols(x.cols()) = x;
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    if (constant) {
      out(i, x.cols()) = 1;
      continue;
    }
    out(i, x.cols() + d.unit.code[static_cast<std::size_t>(i)]) = 1;
    const int t = d.time.code[static_cast<std::size_t>(i)];
    if (t > 0) out(i, x.cols() + 9 + t - 1) = 1;
  }
  return out;
}

}  // namespace

int main() {
  std::mt19937 rng(7);
  const Data d = make(rng, 300);
  const Eigen::VectorXd y = d.column.col(0);
  Eigen::MatrixXd x(300, 2), z(300, 3);
  x << d.column.col(1), d.column.col(2);
  z << d.column.col(1), d.column.col(3), d.column.col(4);
  for (const bool constant : {true, false}) {
    Problem p = problem_of(d);
    p.constant = constant;
    if (!constant) p.effects = {d.unit, d.time};
    const Eigen::Index lead = constant ? 1 : 0;
    const Eigen::MatrixXd full = beside(x, d, constant);
    const Eigen::VectorXd expected = full.householderQr().solve(y);
    const Regression ols = regress(p);
    check::near(ols.coef[lead], expected[0], 1e-11, "OLS");
    check::near(ols.coef[lead + 1], expected[1], 1e-11, "OLS");
    if (constant) check::near(ols.coef[0], expected[2], 1e-11, "OLS constant");
    const Eigen::MatrixXd inverse = (full.transpose() * full).inverse();
    check::near(ols.bread(lead, lead + 1), inverse(0, 1), 1e-11, "OLS bread");
    if (constant) check::near(ols.bread(0, 0), inverse(2, 2), 1e-11, "OLS bread of the constant");
    const Eigen::VectorXd u = y - full * expected;
    check::near((ols.residual - u).cwiseAbs().maxCoeff(), 0, 1e-9, "OLS residuals");
    // The robust covariance of the full design.
    const Eigen::MatrixXd weighted = full.array().colwise() * u.array();
    const Eigen::MatrixXd robust = inverse * weighted.transpose() * weighted * inverse;
    const Eigen::MatrixXd ours = ols.half * meat(scores(ols, p.weight, constant)) * ols.half.transpose();
    check::near(ours(lead, lead + 1), robust(0, 1), 1e-11, "HC0");
    if (constant) check::near(ours(0, 0), robust(2, 2), 1e-11, "HC0 of the constant");

    p.z = {1, 3, 4};
    p.endogenous = {2};
    const Regression iv = regress(p);
    const Eigen::MatrixXd full_z = beside(z, d, constant);
    const Eigen::MatrixXd projected = full_z * full_z.householderQr().solve(full);
    const Eigen::VectorXd b = (projected.transpose() * full).partialPivLu().solve(projected.transpose() * y);
    check::near(iv.coef[lead], b[0], 1e-10, "2SLS");
    check::near(iv.coef[lead + 1], b[1], 1e-10, "2SLS");
    check::near(iv.bread(lead + 1, lead + 1), (projected.transpose() * projected).inverse()(1, 1), 1e-11, "2SLS bread");
    check::near((iv.residual - (y - full * b)).cwiseAbs().maxCoeff(), 0, 1e-8, "2SLS residuals use the regressors");
  }

  // A regressor that repeats another, one that the effects absorb, an instrument set that says nothing new.
  Data same = d;
  same.column.col(2) = 2 * same.column.col(1);
  for (Eigen::Index i = 0; i < 300; ++i) same.column(i, 3) = same.unit.code[static_cast<std::size_t>(i)];
  Problem p = problem_of(same);
  p.effects = {same.unit, same.time};
  p.x = {1, 2, 3};
  Regression r = regress(p);
  check::that(r.x == std::vector<int>({1}) && r.dropped.size() == 2, "collinear and absorbed columns are left out");
  p = problem_of(d);
  p.effects = {d.unit, d.time};
  p.z = {1};
  p.endogenous = {2};
  check::that(regress(p).unidentified == std::vector<int>({2}), "no instrument, not identified");
  p.constant = true;
  check::throws<std::invalid_argument>([&] { regress(p); }, "constant beside effects");
  return check::report();
}

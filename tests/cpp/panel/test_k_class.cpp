// Oracles: the likelihood's root and the k-class formula on the full projections, and the minimum of the GMM criterion.
#include <random>

#include "../check.hpp"
#include "ccdpanel/inference/scores.hpp"
#include "ccdpanel/panel/constant.hpp"
#include "ccdpanel/panel/gmm.hpp"
#include "ccdpanel/panel/k_class.hpp"

namespace test_k_class {

using namespace ccdpanel::panel;

namespace {

// y, exogenous x, endogenous a, instruments z1 to z3
Eigen::MatrixXd make(Eigen::Index n) {
  std::mt19937 rng(11);
  std::normal_distribution<double> normal;
  Eigen::MatrixXd d(n, 6);
  for (Eigen::Index i = 0; i < n; ++i) {
    const double u = normal(rng), x = normal(rng), z1 = normal(rng), z2 = normal(rng), z3 = normal(rng);
    const double a = z1 - 0.5 * z2 + 0.2 * z3 + 0.3 * x + 0.7 * u + normal(rng);
    d.row(i) << 2 + x - a + u * (1 + std::abs(z1)), x, a, z1, z2, z3;
  }
  return d;
}

Eigen::MatrixXd residual_on(const Eigen::MatrixXd& z, const Eigen::MatrixXd& v) {
  return v - z * Eigen::HouseholderQR<Eigen::MatrixXd>(z).solve(v);
}

}  // namespace

static void run() {
  const Eigen::Index n = 120;
  const Eigen::MatrixXd d = make(n);
  Eigen::MatrixXd x(n, 3), z(n, 5), x1(n, 2);
  x << Eigen::VectorXd::Ones(n), d.col(1), d.col(2);
  z << Eigen::VectorXd::Ones(n), d.col(1), d.col(3), d.col(4), d.col(5);
  x1 = x.leftCols(2);
  const Eigen::VectorXd y = d.col(0), none;
  const std::vector<Factor> no_effects;
  const Sample sample(view(d), no_effects, true, none, 1, {});
  const Equation equation{0, {1, 2}, {1, 3, 4, 5}, {2}};

  Eigen::MatrixXd v(n, 2);
  v << y, d.col(2);
  const Eigen::MatrixXd within = residual_on(z, v).transpose() * residual_on(z, v);
  const Eigen::MatrixXd between = residual_on(x1, v).transpose() * residual_on(x1, v);
  const double kappa =
      Eigen::GeneralizedSelfAdjointEigenSolver<Eigen::MatrixXd>(between, within).eigenvalues().minCoeff();

  for (const double fuller : {0.0, 1.0}) {
    Regression fit = regress(sample, equation);
    const KClass k = limited_information(sample, equation, fuller, 1, fit);
    check::that(std::abs(k.likelihood - kappa) < 1e-11, "the root of the likelihood");
    check::that(std::abs(k.kappa - (kappa - fuller / static_cast<double>(n - 5))) < 1e-11, "Fuller's correction");
    const Eigen::MatrixXd mx = residual_on(z, x);
    const Eigen::MatrixXd a = x.transpose() * x - k.kappa * mx.transpose() * mx;
    const Eigen::VectorXd b = a.ldlt().solve(x.transpose() * y - k.kappa * mx.transpose() * residual_on(z, y));
    const WithConstant full = add_constant(sample, 0, fit);
    check::that((full.coef - b).norm() < 1e-10 * b.norm(), "k-class coefficients");
    check::that((full.bread - a.inverse()).norm() < 1e-9 * full.bread.norm(), "k-class bread");
    check::that((fit.residual - (y - x * b)).norm() < 1e-9, "k-class residuals");
  }

  const Regression first = regress(sample, equation);
  const Eigen::MatrixXd s = meats({sample.columns(), {{first.z, {}, {}, first.residual}}, true}, {nullptr})[0];
  const GmmStep step = gmm_step(sample, 0, first, true, s, 1);
  const WithConstant full = off_centre(sample, 0, first.x, {step.coef, step.classical, step.half});
  const Eigen::MatrixXd moments = z.array().colwise() * first.residual.array();
  const Eigen::MatrixXd weight = (moments.transpose() * moments).inverse();
  const Eigen::MatrixXd zx = z.transpose() * x;
  const Eigen::VectorXd b = (zx.transpose() * weight * zx).ldlt().solve(zx.transpose() * weight * (z.transpose() * y));
  check::that(!step.singular, "the moments can be weighed");
  check::that((full.coef - b).norm() < 1e-9 * b.norm(), "GMM coefficients");
  check::that((step.residual - (y - x * b)).norm() < 1e-8, "GMM residuals");

  Factor pairs;
  pairs.levels = 3;
  for (Eigen::Index i = 0; i < n; ++i) pairs.code.push_back(static_cast<int>(i % 3));
  const Eigen::MatrixXd few = meats({sample.columns(), {{first.z, {}, {}, first.residual}}, true}, {&pairs})[0];
  check::that(gmm_step(sample, 0, first, true, few, 1).singular, "three clusters cannot weigh five moments");
}

static const check::File file("panel", "test_k_class", run);

}  // namespace test_k_class

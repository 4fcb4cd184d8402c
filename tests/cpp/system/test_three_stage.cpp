// Oracle: the stacked generalized least squares formula with Kronecker products, written out.
#include <random>

#include "../check.hpp"
#include "ccdpanel.hpp"  // the one header that includes all, which other packages may take

namespace test_three_stage {

using namespace ccdpanel;

namespace {

struct Stacked {
  Eigen::MatrixXd a;  // blockdiag(P_Z X_m)
  Eigen::MatrixXd x;  // blockdiag(X_m)
  Eigen::VectorXd y;
};

Stacked stack(const Eigen::MatrixXd& c, const system::Equations& eq) {
  const Eigen::Index n = c.rows(), m = static_cast<Eigen::Index>(eq.y.size());
  const Eigen::MatrixXd z = panel::view(c).columns(eq.z);
  Eigen::Index k = 0;
  for (const auto& x : eq.x) k += static_cast<Eigen::Index>(x.size());
  Stacked s{Eigen::MatrixXd::Zero(n * m, k), Eigen::MatrixXd::Zero(n * m, k), Eigen::VectorXd(n * m)};
  for (Eigen::Index i = 0, at = 0; i < m; ++i) {
    const Eigen::MatrixXd x = panel::view(c).columns(eq.x[static_cast<std::size_t>(i)]);
    s.x.block(i * n, at, n, x.cols()) = x;
    s.a.block(i * n, at, n, x.cols()) = eq.project ? Eigen::MatrixXd(z * z.householderQr().solve(x)) : x;
    s.y.segment(i * n, n) = c.col(eq.y[static_cast<std::size_t>(i)]);
    at += x.cols();
  }
  return s;
}

Eigen::MatrixXd kron_identity(const Eigen::MatrixXd& s, Eigen::Index n) {
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(s.rows() * n, s.rows() * n);
  for (Eigen::Index i = 0; i < s.rows(); ++i) {
    for (Eigen::Index j = 0; j < s.rows(); ++j) {
      out.block(i * n, j * n, n, n) = s(i, j) * Eigen::MatrixXd::Identity(n, n);
    }
  }
  return out;
}

}  // namespace

static void run() {
  std::mt19937 rng(3);
  std::normal_distribution<double> normal;
  const Eigen::Index n = 60;
  Eigen::MatrixXd c(n, 6);  // y1, y2, z1..z4
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 2; j < 6; ++j) c(i, j) = normal(rng);
    const double u1 = normal(rng), u2 = 0.6 * u1 + normal(rng);
    const double r1 = c(i, 2) + c(i, 3) + u1, r2 = c(i, 4) - c(i, 5) + u2;
    c(i, 0) = (r1 + 0.5 * r2) / (1 - 0.5 * 0.4);
    c(i, 1) = 0.4 * c(i, 0) + r2;
  }
  for (const bool project : {true, false}) {
    // Without projection, exogenous regressors only: iterated least squares of equations in each other has no fixed
    // point.
    const std::vector<std::vector<int>> x = project ? std::vector<std::vector<int>>{{1, 2, 3}, {0, 4, 5}}
                                                    : std::vector<std::vector<int>>{{4, 2, 3}, {2, 4, 5}};
    const system::Equations eq{{0, 1}, x, {2, 3, 4, 5}, project};
    const Stacked s = stack(c, eq);
    const Eigen::VectorXd first = (s.a.transpose() * s.a).ldlt().solve(s.a.transpose() * s.y);
    Eigen::VectorXd u = s.y - s.x * first;
    Eigen::MatrixXd residual(n, 2);
    residual << u.head(n), u.tail(n);
    const Eigen::MatrixXd sigma = residual.transpose() * residual / static_cast<double>(n);
    const Eigen::MatrixXd weight = kron_identity(sigma.inverse(), n);
    const Eigen::MatrixXd bread = (s.a.transpose() * weight * s.a).inverse();
    const Eigen::VectorXd expected = bread * s.a.transpose() * weight * s.y;

    const panel::Moments m = panel::moments(panel::view(c), Eigen::VectorXd());
    const Eigen::MatrixXd divisor = Eigen::MatrixXd::Constant(2, 2, static_cast<double>(n));
    const system::ThreeStage estimator(m, eq, divisor, {});
    system::SystemFit fit = estimator.fit({});
    check::near((fit.coef - expected).cwiseAbs().maxCoeff(), 0, 1e-11, "coefficients");
    check::near((fit.bread - bread).cwiseAbs().maxCoeff(), 0, 1e-11, "bread");
    check::near((fit.sigma - sigma).cwiseAbs().maxCoeff(), 0, 1e-11, "sigma");

    system::SystemOptions alone;
    alone.weighting = system::Weighting::equal;
    fit = estimator.fit(alone);
    check::near((fit.coef - first).cwiseAbs().maxCoeff(), 0, 1e-11, "equation by equation");

    system::SystemOptions iterate;
    iterate.iterate = true;
    fit = estimator.fit(iterate);
    system::SystemFit again = system::ThreeStage(m, eq, divisor, {}).fit(iterate);
    check::that(fit.status == Status::ok && fit.iterations > 1, "iteration settles");
    check::that(fit.coef == again.coef, "same bits twice");
    check::near((fit.sigma - fit.residual_sigma).cwiseAbs().maxCoeff(), 0, 1e-8, "a fixed point");

    system::Restrictions r{Eigen::MatrixXd::Zero(1, 6), Eigen::VectorXd::Constant(1, 0.9)};
    r.matrix(0, 0) = 1;
    r.matrix(0, 3) = 1;
    fit = system::ThreeStage(m, eq, divisor, r).fit({});
    check::near(fit.coef[0] + fit.coef[3], 0.9, 1e-12, "a restriction holds");
    check::near((r.matrix * fit.bread * r.matrix.transpose())(0, 0), 0, 1e-14, "and has no variance");
  }

  // Just-identified equations: 3SLS = 2SLS.
  const system::Equations just{{0, 1}, {{1, 2, 3, 4}, {0, 3, 4, 5}}, {2, 3, 4, 5}, true};
  const panel::Moments m = panel::moments(panel::view(c), Eigen::VectorXd());
  const Eigen::MatrixXd divisor = Eigen::MatrixXd::Constant(2, 2, 60.0);
  system::SystemOptions alone;
  alone.weighting = system::Weighting::equal;
  const Eigen::VectorXd three = system::ThreeStage(m, just, divisor, {}).fit({}).coef;
  const Eigen::VectorXd two = system::ThreeStage(m, just, divisor, {}).fit(alone).coef;
  check::near((three - two).cwiseAbs().maxCoeff(), 0, 1e-11, "just-identified");

  // Instruments by equation: GMM with the same ones is 3SLS; with others, the formula with stacked instruments.
  system::Equations own{{0, 1}, {{1, 2, 3}, {0, 4, 5}}, {}, true};
  own.z_of = {{2, 3, 4, 5}, {2, 3, 4, 5}};
  const system::Equations shared{{0, 1}, own.x, {2, 3, 4, 5}, true};
  system::SystemOptions gmm;
  gmm.variant = system::Variant::gmm;
  const Eigen::VectorXd same = system::ThreeStage(m, own, divisor, {}).fit(gmm).coef;
  check::near((same - system::ThreeStage(m, shared, divisor, {}).fit({}).coef).cwiseAbs().maxCoeff(), 0, 1e-11,
              "GMM with common instruments");
  own.z_of = {{2, 3, 4}, {2, 4, 5}};
  const system::SystemFit weighed = system::ThreeStage(m, own, divisor, {}).fit(gmm);
  Eigen::MatrixXd z = Eigen::MatrixXd::Zero(2 * n, 6), x = Eigen::MatrixXd::Zero(2 * n, 6);
  z.topLeftCorner(n, 3) = panel::view(c).columns({2, 3, 4});
  z.bottomRightCorner(n, 3) = panel::view(c).columns({2, 4, 5});
  x.topLeftCorner(n, 3) = panel::view(c).columns({1, 2, 3});
  x.bottomRightCorner(n, 3) = panel::view(c).columns({0, 4, 5});
  Eigen::VectorXd y(2 * n);
  y << c.col(0), c.col(1);
  const Eigen::MatrixXd w = (z.transpose() * kron_identity(weighed.sigma, n) * z).inverse();
  const Eigen::MatrixXd xz = x.transpose() * z;
  const Eigen::MatrixXd bread = (xz * w * xz.transpose()).inverse();
  check::near((weighed.coef - bread * xz * w * z.transpose() * y).cwiseAbs().maxCoeff(), 0, 1e-10, "GMM");
  check::near((weighed.bread - bread).cwiseAbs().maxCoeff(), 0, 1e-10, "GMM: covariance");
  check::near((weighed.moment_gain * z.transpose() * y - weighed.coef).cwiseAbs().maxCoeff(), 0, 1e-10, "GMM: gain");

  // More regressors than instruments: the equation is named. Two equal equations: S is singular.
  const system::Equations lacking{{0, 1}, {{1, 2, 3, 4, 5}, {0, 4, 5}}, {2, 3, 4, 5}, true};
  check::that(system::ThreeStage(m, lacking, divisor, {}).fit({}).failed_equation == 0, "unidentified equation");
  const system::Equations twice{{0, 0}, {{2, 3}, {2, 3}}, {}, false};
  check::that(system::ThreeStage(m, twice, divisor, {}).fit({}).status == Status::rank_deficient, "singular sigma");
}

static const check::File file("system", "test_three_stage", run);

}  // namespace test_three_stage

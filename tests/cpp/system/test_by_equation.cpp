// Oracle: the estimators with instruments by equation, stacked and with Kronecker products; divisors from projections.
#include <random>
#include <stdexcept>
#include <tuple>

#include "../check.hpp"
#include "ccdpanel/system/by_equation.hpp"

namespace test_by_equation {

using namespace ccdpanel;
using system::Equations;
using system::NormalEquations;
using system::Variant;

namespace {

Eigen::MatrixXd simultaneous(Eigen::Index n) {
  std::mt19937 rng(5);
  std::normal_distribution<double> normal;
  Eigen::MatrixXd c(n, 6);  // y1, y2, z1..z4
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 2; j < 6; ++j) c(i, j) = 10 * static_cast<double>(j) * normal(rng);
    const double u1 = normal(rng), u2 = 0.5 * u1 + normal(rng);
    const double r1 = c(i, 2) - c(i, 3) + u1, r2 = c(i, 4) + u2;
    c(i, 0) = (r1 + 0.5 * r2) / (1 - 0.5 * 0.4);
    c(i, 1) = 0.4 * c(i, 0) + r2;
  }
  return c;
}

// blockdiag(X_i), blockdiag(Z_i), y stacked; P = Z (Z'Z)^-1 Z' block by block.
struct Stacked {
  Eigen::MatrixXd x, z, p;
  Eigen::VectorXd y;
  Stacked(const Eigen::MatrixXd& c, const Equations& eq) {
    const Eigen::Index n = c.rows(), m = static_cast<Eigen::Index>(eq.y.size());
    Eigen::Index k = 0, l = 0;
    for (std::size_t i = 0; i < eq.y.size(); ++i) {
      k += static_cast<Eigen::Index>(eq.x[i].size());
      l += static_cast<Eigen::Index>(eq.instruments(i).size());
    }
    x = Eigen::MatrixXd::Zero(n * m, k);
    z = Eigen::MatrixXd::Zero(n * m, l);
    y.resize(n * m);
    k = l = 0;
    for (Eigen::Index i = 0; i < m; ++i) {
      const std::size_t e = static_cast<std::size_t>(i);
      for (const int j : eq.x[e]) x.block(i * n, k++, n, 1) = c.col(j);
      for (const int j : eq.instruments(e)) z.block(i * n, l++, n, 1) = c.col(j);
      y.segment(i * n, n) = c.col(eq.y[e]);
    }
    p = z * (z.transpose() * z).inverse() * z.transpose();
  }
};

Eigen::MatrixXd kron_identity(const Eigen::MatrixXd& s, Eigen::Index n) {
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(s.rows() * n, s.rows() * n);
  for (Eigen::Index i = 0; i < s.rows(); ++i)
    for (Eigen::Index j = 0; j < s.rows(); ++j)
      out.block(i * n, j * n, n, n) = s(i, j) * Eigen::MatrixXd::Identity(n, n);
  return out;
}

Eigen::VectorXd scales(const panel::Moments& m, const Equations& eq) {
  Eigen::VectorXd out(0);
  for (const std::vector<int>& x : eq.x) {
    const Eigen::VectorXd part = panel::pick(m.scale, x);
    out.conservativeResize(out.size() + part.size());
    out.tail(part.size()) = part;
  }
  return out;
}

void estimators(const Eigen::MatrixXd& c, const Equations& eq, const Eigen::MatrixXd& sigma) {
  const Eigen::Index n = c.rows();
  const Stacked s(c, eq);
  const panel::Moments m = panel::moments(panel::view(c), Eigen::VectorXd());
  const Eigen::VectorXd scale = scales(m, eq);
  const Eigen::MatrixXd weight = kron_identity(sigma.inverse(), n), a = s.p * s.x;
  const auto made = [&](Variant variant) {
    return system::detail::by_equation(m, eq, sigma, sigma.inverse(), variant);
  };
  const auto coef = [&](const NormalEquations& e) {
    return Eigen::VectorXd(e.a.partialPivLu().solve(e.b).cwiseQuotient(scale));
  };
  const auto far = [](const Eigen::VectorXd& got, const Eigen::VectorXd& expected) {
    return (got - expected).cwiseAbs().maxCoeff() / expected.cwiseAbs().maxCoeff();
  };

  const Eigen::MatrixXd omega = s.z.transpose() * kron_identity(sigma, n) * s.z;
  const Eigen::MatrixXd zx = s.z.transpose() * s.x, weighed = zx.transpose() * omega.inverse();
  const Eigen::VectorXd zy = s.z.transpose() * s.y;
  const NormalEquations gmm = made(Variant::gmm);
  check::near(far(coef(gmm), (weighed * zx).ldlt().solve(weighed * zy)), 0, 1e-10, "gmm");
  const Eigen::MatrixXd covariance =
      scale.cwiseInverse().asDiagonal() * gmm.a.inverse() * scale.cwiseInverse().asDiagonal();
  const Eigen::MatrixXd expected = (weighed * zx).inverse();
  check::near((covariance - expected).norm() / expected.norm(), 0, 1e-10, "gmm: covariance");
  const Eigen::VectorXd gained = gmm.gain * zy;
  check::near((gained - gmm.b).norm() / gmm.b.norm(), 0, 1e-12, "gmm: gain");

  const Eigen::VectorXd iv = (a.transpose() * weight * s.x).partialPivLu().solve(a.transpose() * weight * s.y);
  check::near(far(coef(made(Variant::iv)), iv), 0, 1e-10, "iv");

  const Eigen::VectorXd schmidt = (a.transpose() * weight * a).ldlt().solve(a.transpose() * weight * s.p * s.y);
  const NormalEquations projected = made(Variant::schmidt);
  check::near(far(coef(projected), schmidt), 0, 1e-10, "schmidt");
  const Eigen::MatrixXd half = a.transpose() * weight * s.p;
  const Eigen::MatrixXd middle = half * kron_identity(sigma, n) * half.transpose();
  const Eigen::MatrixXd ours = scale.asDiagonal() * projected.middle * scale.asDiagonal();
  check::near((ours - middle).norm() / middle.norm(), 0, 1e-10, "schmidt: the middle of its covariance");
}

void divisors(const Eigen::MatrixXd& c) {
  const Equations eq{{0, 1}, {{1, 2, 3}, {0, 4}}, {2, 3, 4, 5}};
  const panel::Moments m = panel::moments(panel::view(c), Eigen::VectorXd());
  const double n = static_cast<double>(c.rows());
  const auto made = [&](system::Divisor rule) { return system::residual_divisor(m, eq, rule, n, 0, {0, 0}); };
  check::that((made(system::Divisor::rows).array() == n).all(), "rows");
  const Eigen::MatrixXd mean = made(system::Divisor::geometric_mean), largest = made(system::Divisor::largest);
  check::near(mean(0, 0), n - 3, 1e-12, "n - k");
  check::near(mean(0, 1), std::sqrt((n - 3) * (n - 2)), 1e-12, "the geometric mean");
  check::near(largest(1, 0), n - 3, 0, "the largest");
  check::near(largest(1, 1), n - 2, 0, "n - k");
  std::vector<Eigen::MatrixXd> p;
  for (const std::vector<int>& which : eq.x) {
    const Eigen::MatrixXd x = panel::view(c).columns(which);
    p.push_back(x * (x.transpose() * x).inverse() * x.transpose());
  }
  const Eigen::MatrixXd theil = made(system::Divisor::theil);
  check::near(theil(0, 1), n - 5 + (p[0] * p[1]).trace(), 1e-9, "Theil");
  check::near(theil(1, 0), theil(0, 1), 1e-9, "Theil: symmetric");
  check::near(theil(0, 0), n - 3, 1e-9, "Theil: n - k");
  const Eigen::MatrixXd fewer = system::residual_divisor(m, eq, system::Divisor::largest, n, 1, {2, 0});
  check::near(fewer(0, 0), n - 2, 0, "a constant more, two restrictions fewer");
  check::near(fewer(0, 1), n - 3, 0, "the other equation is the largest then");
}

}  // namespace

static void run() {
  const Eigen::MatrixXd c = simultaneous(50);
  Eigen::MatrixXd sigma(2, 2);
  sigma << 2, 0.7, /**/ 0.7, 1.5;
  Equations eq{{0, 1}, {{1, 2, 3}, {0, 4}}, {}, true, {{2, 3, 4, 5}, {4, 2, 5}}};
  estimators(c, eq, sigma);
  // The same instruments in both: gmm, iv and schmidt are three-stage least squares, one and the same.
  const Equations common{{0, 1}, {{1, 2, 3}, {0, 4}}, {}, true, {{2, 3, 4, 5}, {2, 3, 4, 5}}};
  estimators(c, common, sigma);
  const panel::Moments m = panel::moments(panel::view(c), Eigen::VectorXd());
  const auto coef = [&](const Equations& which, const Eigen::MatrixXd& s, Variant variant) {
    const NormalEquations e = system::detail::by_equation(m, which, s, s.inverse(), variant);
    return Eigen::VectorXd(e.a.partialPivLu().solve(e.b));
  };
  const Eigen::VectorXd three = coef(common, sigma, Variant::gmm);
  check::near((coef(common, sigma, Variant::iv) - three).norm() / three.norm(), 0, 1e-11, "common instruments: iv");
  check::near((coef(common, sigma, Variant::schmidt) - three).norm() / three.norm(), 0, 1e-11, "and schmidt");
  // Just identified: (Z'X)^-1 Z'y of each equation, whatever the covariance.
  const Equations just{{0, 1}, {{1, 2}, {0, 4}}, {}, true, {{2, 4}, {4, 3}}};
  const Eigen::VectorXd scale = scales(m, just), got = coef(just, sigma, Variant::gmm).cwiseQuotient(scale);
  for (std::size_t i = 0; i < 2; ++i) {
    const Eigen::MatrixXd z = panel::view(c).columns(just.z_of[i]), x = panel::view(c).columns(just.x[i]);
    const Eigen::VectorXd alone = (z.transpose() * x).partialPivLu().solve(z.transpose() * c.col(just.y[i]));
    check::near((got.segment(2 * static_cast<Eigen::Index>(i), 2) - alone).norm(), 0, 1e-10, "just identified");
  }
  divisors(c);
  Eigen::MatrixXd indefinite(2, 2);
  indefinite << 1, 1.5, /**/ 1.5, 1;
  check::that(system::detail::by_equation(m, common, indefinite, indefinite.inverse(), Variant::gmm).status ==
                  Status::rank_deficient,
              "moments without a covariance");
  eq.z_of[1] = {4, 4};
  check::throws<std::invalid_argument>([&] { coef(eq, sigma, Variant::iv); }, "an instrument twice");
}

static const check::File file("system", "test_by_equation", run);

}  // namespace test_by_equation

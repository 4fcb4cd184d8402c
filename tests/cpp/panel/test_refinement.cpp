// Polynomials in whole numbers, whose least squares are known exactly however badly they are conditioned.
#include <array>

#include "../check.hpp"
#include "ccdpanel/panel/regression.hpp"

namespace test_refinement {

using namespace ccdpanel::panel;

namespace {

// Wampler (1970): of 21 points, orthogonal to all polynomials of degree 5, as is checked below.
constexpr std::array<long long, 21> rest{759,   -2048, 2048,  -2048, 2523,  -2048, 2048,  -2048, 1838,  -2048, 2048,
                                         -2048, 1838,  -2048, 2048,  -2048, 2523,  -2048, 2048,  -2048, 759};

// y = 1 + x + ... + x^5 + times * rest, then x, ..., x^5.
Eigen::MatrixXd polynomial(double times) {
  Eigen::MatrixXd out(21, 6);
  for (Eigen::Index i = 0; i < 21; ++i) {
    double power = 1, sum = 1;
    for (Eigen::Index j = 1; j <= 5; ++j) {
      power *= static_cast<double>(i);
      out(i, j) = power;
      sum += power;
    }
    out(i, 0) = sum + times * static_cast<double>(rest[static_cast<std::size_t>(i)]);
  }
  return out;
}

const Equation degree5{0, {1, 2, 3, 4, 5}, {}, {}};

void expect_ones(const Sample& s, double tolerance, const char* what) {
  const Regression fit = regress(s, degree5);
  check::that(fit.x.size() == 5, "no power depends on the others");
  check::near((fit.coef.array() - 1).abs().maxCoeff(), 0, tolerance, what);
  if (!std::isnan(fit.constant)) check::near(fit.constant, 1, 100 * tolerance, "the constant too");
}

}  // namespace

static void run() {
  for (int power = 0; power <= 5; ++power) {
    long long sum = 0;
    for (long long i = 0; i < 21; ++i) {
      long long p = 1;
      for (int j = 0; j < power; ++j) p *= i;
      sum += p * rest[static_cast<std::size_t>(i)];
    }
    check::that(sum == 0, "residuals orthogonal to the powers");
  }
  const Eigen::VectorXd none;
  const std::vector<Factor> without;
  for (const double times : {0.0, 1.0, 100.0, 10000.0}) {
    const Eigen::MatrixXd c = polynomial(times);
    expect_ones(Sample(view(c), without, true, none, 1, {}), 1e-12 * (1 + times), "a polynomial of degree 5");
  }
  // Residuals of the same shape in the weighted space: rest / w.
  Eigen::VectorXd w(21);
  Eigen::MatrixXd c = polynomial(0);
  for (Eigen::Index i = 0; i < 21; ++i) {
    w[i] = i % 2 ? 4 : 0.5;
    c(i, 0) += static_cast<double>(rest[static_cast<std::size_t>(i)]) / w[i];
  }
  expect_ones(Sample(view(c), without, true, w, 1, {}), 1e-11, "with weights");
  // Through the origin: without the one, y is x + ... + x^5.
  Eigen::MatrixXd origin = polynomial(1);
  origin.col(0).array() -= 1;
  expect_ones(Sample(view(origin), without, false, none, 1, {}), 1e-11, "without a constant");
  const Sample plain(view(origin), without, false, none, 1, {});
  const Regression fit = regress(plain, degree5);
  double rss = 0;
  for (const long long r : rest) rss += static_cast<double>(r * r);
  check::near(fit.rss / rss, 1, 1e-12, "the residuals are the rest");
}

static const check::File file("panel", "test_refinement", run);

}  // namespace test_refinement

// Fits of columns that are nearly combinations of each other, in columns that are not: powers of a year and of the year
// less its middle, which span the same.
#include <random>

#include "../check.hpp"
#include "ccdpanel/panel/leaned.hpp"

namespace test_leaned {

using namespace ccdpanel::panel;

namespace {

// y, x, three powers, two instruments.
Eigen::MatrixXd years_from(double origin) {
  std::mt19937 draw(7);
  std::normal_distribution<double> normal;
  Eigen::MatrixXd out(240, 7);
  for (Eigen::Index i = 0; i < out.rows(); ++i) {
    const double t = static_cast<double>(i % 24) - 12 + origin, c = static_cast<double>(i % 24) - 12;
    const double a = normal(draw), b = normal(draw), v = normal(draw), x = a + 0.5 * b + v;
    out.row(i) << x + 0.01 * c * c + v + normal(draw), x, t, t * t, t * t * t, a, b;
  }
  return out;
}

struct Made {
  Regression fit;
  Eigen::MatrixXd t;
  Eigen::VectorXd coef;
};

Made made_from(double origin, const Eigen::VectorXd& weight) {
  const Eigen::MatrixXd data = years_from(origin);
  const std::vector<Factor> none;
  Sample sample(view(data), none, true, weight, 1, {});
  Made out;
  out.fit = regress(sample, {0, {2, 3, 4, 1}, {2, 3, 4, 5, 6}, {1}});
  const auto t = lean(sample, 0, out.fit);
  out.t = t ? *t : Eigen::MatrixXd::Identity(4, 4);
  out.coef = out.t * out.fit.coef;
  check::that(static_cast<bool>(t) == (origin > 0), "leaned where years are far");
  if (t) {
    // Instruments are orthonormal, and the means are those of the new columns.
    const Eigen::MatrixXd z = sample.columns().columns(out.fit.z);
    const Eigen::MatrixXd gram =
        weight.size() ? Eigen::MatrixXd(z.transpose() * weight.asDiagonal() * z) : Eigen::MatrixXd(z.transpose() * z);
    check::near((gram - Eigen::MatrixXd::Identity(5, 5)).cwiseAbs().maxCoeff(), 0, 1e-10, "orthonormal");
  }
  return out;
}

void run() {
  for (const bool weighted : {false, true}) {
    Eigen::VectorXd weight;
    if (weighted) weight = Eigen::VectorXd::LinSpaced(240, 0.5, 2);
    const Made centred = made_from(0, weight), years = made_from(2002, weight);
    // The cube's and the endogenous regressor's coefficients do not depend on where the years begin.
    check::near(years.coef[2] / centred.coef[2], 1, 1e-8, "coefficient of the cube");
    check::near(years.coef[3] / centred.coef[3], 1, 1e-9, "coefficient of the endogenous regressor");
    check::near((years.fit.residual - centred.fit.residual).cwiseAbs().maxCoeff(), 0, 1e-8, "residuals");
    const Eigen::MatrixXd bread = years.t * years.fit.bread * years.t.transpose();
    check::near(bread(2, 2) / centred.fit.bread(2, 2), 1, 1e-7, "bread of the cube");
    check::near(bread(3, 3) / centred.fit.bread(3, 3), 1, 1e-8, "bread of the endogenous regressor");
  }
}

}  // namespace

static const check::File file("panel", "test_leaned", run);

}  // namespace test_leaned

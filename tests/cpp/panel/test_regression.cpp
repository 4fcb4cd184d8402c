// Oracle: QR on the full design with dummies, and the textbook 2SLS formula on it.
#include <random>

#include "../check.hpp"
#include "ccdpanel/inference/scores.hpp"
#include "ccdpanel/panel/constant.hpp"
#include "ccdpanel/panel/leaned.hpp"
#include "ccdpanel/panel/regression.hpp"

namespace test_regression {

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

Columns columns_of(const Data& d) {
  return view(d.column);
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

static void run() {
  std::mt19937 rng(7);
  const Data d = make(rng, 300);
  const Eigen::VectorXd y = d.column.col(0);
  Eigen::MatrixXd x(300, 2), z(300, 3);
  x << d.column.col(1), d.column.col(2);
  z << d.column.col(1), d.column.col(3), d.column.col(4);
  const Eigen::VectorXd none;
  const std::vector<Factor> no_effects, effects{d.unit, d.time};
  for (const bool constant : {true, false}) {
    const Sample sample(columns_of(d), constant ? no_effects : effects, constant, none, 1, {});
    const Eigen::Index lead = constant ? 1 : 0;
    const auto report = [&](const Regression& fit) {
      return constant ? add_constant(sample, 0, fit) : WithConstant{fit.coef, fit.bread, fit.bread};
    };
    const Eigen::MatrixXd full = beside(x, d, constant);
    const Eigen::VectorXd expected = full.householderQr().solve(y);
    const Regression ols = regress(sample, {0, {1, 2}, {}, {}});
    const WithConstant reported = report(ols);
    check::near(reported.coef[lead], expected[0], 1e-11, "OLS");
    check::near(reported.coef[lead + 1], expected[1], 1e-11, "OLS");
    if (constant) check::near(reported.coef[0], expected[2], 1e-11, "OLS constant");
    const Eigen::MatrixXd inverse = (full.transpose() * full).inverse();
    check::near(reported.bread(lead, lead + 1), inverse(0, 1), 1e-11, "OLS bread");
    if (constant) check::near(reported.bread(0, 0), inverse(2, 2), 1e-11, "OLS bread of the constant");
    const Eigen::VectorXd u = y - full * expected;
    check::near((ols.residual - u).cwiseAbs().maxCoeff(), 0, 1e-9, "OLS residuals");
    // The robust covariance of the full design, by row and by cluster.
    const Eigen::MatrixXd rows = full.array().colwise() * u.array();
    Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(9, rows.cols());
    for (Eigen::Index i = 0; i < 300; ++i) sums.row(d.unit.code[static_cast<std::size_t>(i)]) += rows.row(i);
    const auto meat = meats({sample.columns(), {{ols.x, {}, {}, ols.residual}}, constant}, {nullptr, &d.unit});
    for (int kind = 0; kind < 2; ++kind) {
      const Eigen::MatrixXd& s = kind ? sums : rows;
      const Eigen::MatrixXd robust = inverse * s.transpose() * s * inverse;
      const Eigen::MatrixXd ours = reported.half * meat[static_cast<std::size_t>(kind)] * reported.half.transpose();
      check::near(ours(lead, lead + 1), robust(0, 1), 1e-11, "sandwich");
      if (constant) check::near(ours(0, 0), robust(2, 2), 1e-11, "sandwich of the constant");
    }

    const Regression iv = regress(sample, {0, {1, 2}, {1, 3, 4}, {2}});
    const Eigen::MatrixXd full_z = beside(z, d, constant);
    const Eigen::MatrixXd projected = full_z * full_z.householderQr().solve(full);
    const Eigen::VectorXd b = (projected.transpose() * full).partialPivLu().solve(projected.transpose() * y);
    check::near(iv.coef[0], b[0], 1e-10, "2SLS");
    check::near(iv.coef[1], b[1], 1e-10, "2SLS");
    const Eigen::MatrixXd bread = (projected.transpose() * projected).inverse();
    check::near(iv.bread(1, 1), bread(1, 1), 1e-11, "2SLS bread");
    check::near((iv.residual - (y - full * b)).cwiseAbs().maxCoeff(), 0, 1e-8, "2SLS residuals use the regressors");
    const Eigen::VectorXd iv_left = y - full * b;
    const Eigen::MatrixXd iv_rows = projected.array().colwise() * iv_left.array();
    const Eigen::MatrixXd iv_robust = bread * iv_rows.transpose() * iv_rows * bread;
    const WithConstant iv_full = report(iv);
    const Eigen::MatrixXd iv_meat =
        meats({sample.columns(), {{iv.x, iv.z, iv.projection, iv.residual}}, constant}, {nullptr})[0];
    check::near((iv_full.half * iv_meat * iv_full.half.transpose())(lead, lead + 1), iv_robust(0, 1), 1e-11,
                "2SLS sandwich");
  }

  // A regressor that repeats another, one that the effects absorb, an instrument set that says nothing new.
  Data same = d;
  same.column.col(2) = 2 * same.column.col(1);
  for (Eigen::Index i = 0; i < 300; ++i) same.column(i, 3) = same.unit.code[static_cast<std::size_t>(i)];
  const Sample repeated(columns_of(same), effects, false, none, 1, {});
  const Regression r = regress(repeated, {0, {1, 2, 3}, {}, {}});
  check::that(r.x == std::vector<int>({1}) && r.dropped.size() == 2, "collinear and absorbed columns are left out");
  const Sample sample(columns_of(d), effects, false, none, 1, {});
  check::that(regress(sample, {0, {1, 2}, {1}, {2}}).unidentified == std::vector<int>({2}),
              "no instrument, not identified");
  check::that(regress(sample, {0, {2}, {}, {2}}).unidentified == std::vector<int>({2}), "no instrument at all");
  check::throws<std::invalid_argument>([&] { detail::RowSolver(Eigen::MatrixXd::Ones(2, 3), none); },
                                       "fewer rows than columns");
  check::throws<std::invalid_argument>([&] { Sample bad(columns_of(d), effects, true, none, 1, {}); },
                                       "constant beside effects");

  // A sample picked from longer columns is the sample copied from them.
  Eigen::MatrixXd longer = Eigen::MatrixXd::Constant(2 * d.column.rows() + 1, d.column.cols(), 1e6);
  std::vector<int> picked;
  for (Eigen::Index i = 0; i < d.column.rows(); ++i) {
    longer.row(2 * i + 1) = d.column.row(i);
    picked.push_back(static_cast<int>(2 * i + 2));
  }
  Columns some = view(longer);
  some.rows = d.column.rows();
  some.picked = picked.data();
  for (const bool constant : {false, true}) {
    const Sample copied(columns_of(d), constant ? no_effects : effects, constant, none, 1, {});
    const Sample seen(some, constant ? no_effects : effects, constant, none, 1, {});
    const Regression a = regress(copied, {0, {1, 2}, {}, {}}), b = regress(seen, {0, {1, 2}, {}, {}});
    check::that(a.coef == b.coef && a.residual == b.residual, "the same bits from picked rows");
    check::that(copied.total(0) == seen.total(0), "and the same total");
  }

  // Nearly dependent columns (sine 1e-7) go to the rows and keep their digits.
  Data close = d;
  close.column.col(2) = close.column.col(1) + 1e-7 * d.column.col(4);
  close.column.col(0) = close.column.col(1) + 2e-7 * d.column.col(4);
  Sample near(columns_of(close), no_effects, true, none, 1, {});
  Regression hard = regress(near, {0, {1, 2}, {}, {}});
  check::that(hard.orthogonal, "a QR on the rows");
  check::near(hard.coef[0], -1, 1e-6, "coefficient of the nearly dependent pair");
  check::near(hard.coef[1], 2, 1e-6, "coefficient of the nearly dependent pair");
  // Their scores in orthonormal columns give the sandwich of the two columns that they are made of: (x, x + cz) has
  // the coefficient of the second over c.
  const Eigen::MatrixXd basis = lean(near, 0, hard).value();
  const Eigen::MatrixXd v = near.columns().columns(hard.x);
  check::near((v.transpose() * v - Eigen::MatrixXd::Identity(2, 2)).cwiseAbs().maxCoeff(), 0, 1e-13, "orthonormal");
  check::near((basis * hard.coef)[1], 2, 1e-6, "the same coefficient");
  const Eigen::VectorXd u = d.column.col(1);
  const Eigen::MatrixXd meat = meats({near.columns(), {{hard.x, {}, {}, u}}, false}, {nullptr})[0];
  Data apart = d;
  apart.column.col(2) = d.column.col(4);
  const Sample wide(columns_of(apart), no_effects, true, none, 1, {});
  const Regression easy = regress(wide, {0, {1, 2}, {}, {}});
  const Eigen::MatrixXd own =
      easy.bread * meats({wide.columns(), {{easy.x, {}, {}, u}}, false}, {nullptr})[0] * easy.bread;
  check::near((basis * meat * basis.transpose())(1, 1) * 1e-14 / own(1, 1), 1, 1e-8, "its sandwich");
}

static const check::File file("panel", "test_regression", run);

}  // namespace test_regression

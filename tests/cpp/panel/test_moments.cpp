// Oracle: the products written out.
#include "../check.hpp"
#include "ccdpanel/panel/moments.hpp"
#include "ccdpanel/panel/residuals.hpp"

namespace test_moments {

using namespace ccdpanel::panel;

static void run() {
  for (const Eigen::Index n : {0, 1, 7, 2048, 5000, 200001}) {
    Eigen::MatrixXd x(n, 3);
    for (Eigen::Index i = 0; i < n; ++i) x.row(i) << std::sin(i + 1.0), 1e200 * std::cos(i * 2.0), 1e-200 * (i % 7 + 1);
    const Eigen::VectorXd w = Eigen::VectorXd::LinSpaced(n, 0.5, 2.0);
    for (const bool weighted : {false, true}) {
      const Eigen::VectorXd weight = weighted ? w : Eigen::VectorXd();
      const Moments one = moments(view(x), weight, 1), two = moments(view(x), weight, 2);
      check::that(one.cross == two.cross && one.scale == two.scale, "same bits for one thread and two");
      if (n == 0) {
        check::that(one.cross.isZero(0) && one.scale.isZero(0), "no rows: zeros");
        continue;
      }
      long double top = 0, left = 0, right = 0;
      for (Eigen::Index i = 0; i < n; ++i) {
        const long double v = weighted ? w[i] : 1.0;
        top += v * x(i, 0) * x(i, 1);
        left += v * x(i, 0) * x(i, 0);
        right += v * x(i, 1) * x(i, 1);
      }
      check::near(one.cross(0, 1), static_cast<double>(top / std::sqrt(left * right)), 1e-13, "correlation form");
      check::near(one.cross(2, 2), 1, 1e-14, "unit diagonal at 1e-200");
    }
  }
  Eigen::MatrixXd far = Eigen::MatrixXd::Random(30000, 2).array() + 1e8;
  Columns columns = view(far);
  centre_columns(columns, Eigen::VectorXd(), 2);
  const Eigen::MatrixXd apart = far.rowwise() - far.colwise().mean();
  check::near(moments(columns, Eigen::VectorXd(), 1).scale[0], apart.col(0).norm(), 1e-6, "centred on the fly");
  // The means of such columns are known to 1e-8: what is left of them adds up over the rows.
  check::near(columns.column(0).sum() / 30000, 0, 1e-14, "no mean is left");
  const Eigen::VectorXd u = Eigen::VectorXd::Random(30000), flat = Eigen::VectorXd();
  const Eigen::VectorXd near = far.col(0).array() - 1e8;
  check::near(products(columns, {0}, u, flat, 1)[0], (near.array() - near.mean()).matrix().dot(u), 1e-10,
              "products beside a large mean");

  Eigen::MatrixXd x(4, 3);
  x << 1, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0;
  const Eigen::VectorXd sine2 = squared_sines(moments(view(x), Eigen::VectorXd()).cross, {0, 1, 2});
  check::near(sine2[1], 1, 1e-15, "orthogonal");
  check::near(sine2[2], 0, 1e-15, "the sum of the two before");
  check::throws<std::invalid_argument>([&] { moments(view(x), Eigen::VectorXd::Ones(3)); },
                                       "weights of another length");
}

static const check::File file("panel", "test_moments", run);

}  // namespace test_moments

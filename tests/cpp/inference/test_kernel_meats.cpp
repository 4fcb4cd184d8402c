// Oracle: every pair of rows written out.
#include "../check.hpp"
#include "ccdpanel/inference/kernel_meats.hpp"

namespace test_kernel_meats {

using namespace ccdpanel::panel;

static void run() {
  const Eigen::Index n = 700;
  const Eigen::MatrixXd scores = Eigen::MatrixXd::Random(n, 3);
  std::vector<int> unit(n), time(n);
  Eigen::VectorXd lat(n), lon(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    unit[i] = static_cast<int>(i * 7 % 50);
    time[i] = static_cast<int>(i / 50) * (i % 50 > 25 ? 1 : 2);
    lat[i] = 80 * std::sin(i * 1.0);
    lon[i] = 180 * std::cos(i * 3.0);
  }
  for (const int lag : {0, 1, 5}) {
    Eigen::MatrixXd expected = Eigen::MatrixXd::Zero(3, 3);
    for (Eigen::Index i = 0; i < n; ++i) {
      for (Eigen::Index j = 0; j < n; ++j) {
        const int d = std::abs(time[i] - time[j]);
        if (unit[i] == unit[j] && d <= lag)
          expected += (1 - d / (lag + 1.0)) * scores.row(i).transpose() * scores.row(j);
      }
    }
    check::near((lagged_meat(scores, unit, time, lag) - expected).cwiseAbs().maxCoeff(), 0, 1e-10, "lags");
  }
  for (const SpatialKernel kernel : {SpatialKernel::uniform, SpatialKernel::bartlett}) {
    Eigen::MatrixXd expected = Eigen::MatrixXd::Zero(3, 3);
    for (Eigen::Index i = 0; i < n; ++i) {
      for (Eigen::Index j = 0; j < n; ++j) {
        const double d = great_circle(lat[i], lon[i], lat[j], lon[j]);
        if (d <= 1500)
          expected += (kernel == SpatialKernel::uniform ? 1 : 1 - d / 1500) * scores.row(i).transpose() * scores.row(j);
      }
    }
    const Eigen::MatrixXd one = spatial_meat(scores, lat, lon, 1500, kernel, 1);
    check::near((one - expected).cwiseAbs().maxCoeff(), 0, 1e-10, "places");
    check::that(one == spatial_meat(scores, lat, lon, 1500, kernel, 2), "same bits for one thread and two");
  }
  check::near(great_circle(0, 0, 0, 180), 3.141592653589793 * earth_radius, 1e-9, "half way round");
  check::throws<std::invalid_argument>([&] { lagged_meat(scores, unit, {}, 1); }, "rows differ");
}

static const check::File file("inference", "test_kernel_meats", run);

}  // namespace test_kernel_meats

// Oracle: every pair of rows written out.
#include "../check.hpp"
#include "ccdpanel/inference/kernel_meats.hpp"

namespace test_kernel_meats {

using namespace ccdpanel::panel;

// The haversine.
static double distance(double lat1, double lon1, double lat2, double lon2) {
  const double a = std::sin((lat2 - lat1) * radians_per_degree / 2),
               b = std::sin((lon2 - lon1) * radians_per_degree / 2);
  const double h = a * a + std::cos(lat1 * radians_per_degree) * std::cos(lat2 * radians_per_degree) * b * b;
  return 2 * earth_radius * std::asin(std::min(1.0, std::sqrt(h)));
}

static void run() {
  const Eigen::Index n = 700;
  const Eigen::MatrixXd scores = Eigen::MatrixXd::Random(n, 3);
  std::vector<int> unit(n);
  std::vector<double> time(n);
  Eigen::VectorXd lat(n), lon(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    unit[i] = static_cast<int>(i * 7 % 50);
    time[i] = static_cast<double>(i / 50) * (i % 50 > 25 ? 1 : 2);
    lat[i] = 80 * std::sin(i * 1.0);
    lon[i] = 180 * std::cos(i * 3.0);
  }
  for (const int lag : {0, 1, 5}) {
    Eigen::MatrixXd expected = Eigen::MatrixXd::Zero(3, 3);
    for (Eigen::Index i = 0; i < n; ++i) {
      for (Eigen::Index j = 0; j < n; ++j) {
        const double d = std::abs(time[i] - time[j]);
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
        const double d = distance(lat[i], lon[i], lat[j], lon[j]);
        if (d <= 1500)
          expected += (kernel == SpatialKernel::uniform ? 1 : 1 - d / 1500) * scores.row(i).transpose() * scores.row(j);
      }
    }
    const Eigen::MatrixXd one = spatial_meat(scores, lat, lon, 1500, kernel, 1);
    check::near((one - expected).cwiseAbs().maxCoeff(), 0, 1e-10, "places");
    check::that(one == spatial_meat(scores, lat, lon, 1500, kernel, 2), "same bits for one thread and two");
  }
  // Places a metre apart, and opposite ones, with a cutoff longer than the way.
  const Eigen::Vector3d south(10, 10.00001, -10), east(20, 20, -160);
  const Eigen::Matrix3d one = Eigen::Matrix3d::Identity();
  const Eigen::MatrixXd far = spatial_meat(one, south, east, 30000, SpatialKernel::bartlett, 1);
  for (Eigen::Index i = 0; i < 3; ++i) {
    for (Eigen::Index j = 0; j < 3; ++j)
      check::near(far(i, j), 1 - distance(south[i], east[i], south[j], east[j]) / 30000, 1e-12, "near and opposite");
  }
  check::throws<std::invalid_argument>([&] { lagged_meat(scores, unit, {}, 1); }, "rows differ");
  const auto stop = [] { throw std::runtime_error("interrupted"); };
  check::throws<std::runtime_error>([&] { lagged_meat(scores, unit, time, 1, stop); }, "lags asked between rows");
  check::throws<std::runtime_error>([&] { spatial_meat(scores, lat, lon, 1500, SpatialKernel::uniform, 2, stop); },
                                    "places asked between batches");
}

static const check::File file("inference", "test_kernel_meats", run);

}  // namespace test_kernel_meats

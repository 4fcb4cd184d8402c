// Meats of scores that are correlated along time or over space, weighted by a kernel of their distance.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "ccdpanel/core/parallel_for.hpp"

namespace ccdpanel::panel {

// sum over pairs of a unit's rows at most `lag` periods apart of (1 - |t - s| / (lag + 1)) s_t s_s' (Bartlett). Scores
// are rows x coefficients; distances are those of the periods' own values, so gaps count.
inline Eigen::MatrixXd lagged_meat(const Eigen::MatrixXd& scores, const std::vector<int>& unit,
                                   const std::vector<int>& time, int lag) {
  const std::size_t n = unit.size();
  if (n != time.size() || static_cast<Eigen::Index>(n) != scores.rows())
    throw std::invalid_argument("lagged_meat: rows differ");
  std::vector<Eigen::Index> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](Eigen::Index a, Eigen::Index b) {
    return unit[a] != unit[b] ? unit[a] < unit[b] : (time[a] != time[b] ? time[a] < time[b] : a < b);
  });
  const Eigen::MatrixXd by_row = scores.transpose();
  Eigen::MatrixXd meat = Eigen::MatrixXd::Zero(scores.cols(), scores.cols());
  Eigen::VectorXd earlier(scores.cols());
  for (std::size_t s = 0; s < n; ++s) {
    const Eigen::Index i = order[s];
    earlier.setZero();
    for (std::size_t r = s; r-- > 0;) {
      const Eigen::Index j = order[r];
      const int apart = time[i] - time[j];
      if (unit[j] != unit[i] || apart > lag) break;
      earlier += (1.0 - apart / (lag + 1.0)) * by_row.col(j);
    }
    const Eigen::VectorXd own = by_row.col(i);
    meat.noalias() += own * own.transpose();
    meat.noalias() += own * earlier.transpose() + earlier * own.transpose();
  }
  return meat;
}

enum class SpatialKernel { uniform, bartlett };

constexpr double earth_radius = 6371.01;  // km

// Great-circle distance in km (haversine), degrees in.
inline double great_circle(double lat1, double lon1, double lat2, double lon2) {
  const double degree = 0.017453292519943295;
  const double a = std::sin((lat2 - lat1) * degree / 2), b = std::sin((lon2 - lon1) * degree / 2);
  const double h = a * a + std::cos(lat1 * degree) * std::cos(lat2 * degree) * b * b;
  return 2 * earth_radius * std::asin(std::min(1.0, std::sqrt(h)));
}

// sum over pairs of places within `cutoff` km of K(distance) s_i s_j', scores already summed by place. Places are
// walked by latitude, so that only a band of them is compared. Each place adds to its own slot: same bits for any
// threads.
inline Eigen::MatrixXd spatial_meat(const Eigen::MatrixXd& scores, const Eigen::VectorXd& lat,
                                    const Eigen::VectorXd& lon, double cutoff, SpatialKernel kernel, int threads) {
  const Eigen::Index n = scores.rows(), p = scores.cols();
  if (lat.size() != n || lon.size() != n) throw std::invalid_argument("spatial_meat: places differ");
  std::vector<Eigen::Index> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](Eigen::Index a, Eigen::Index b) { return lat[a] != lat[b] ? lat[a] < lat[b] : a < b; });
  Eigen::MatrixXd by_place(p, n);
  for (Eigen::Index s = 0; s < n; ++s) by_place.col(s) = scores.row(order[s]).transpose();
  const double band = cutoff / (earth_radius * 0.017453292519943295) * (1 + 1e-12);
  Eigen::MatrixXd earlier = Eigen::MatrixXd::Zero(p, n);
  const Eigen::Index length = 256, chunks = (n + length - 1) / length;
  core::parallel_for(static_cast<std::size_t>(chunks), n < 512 ? 1 : threads, [&](std::size_t chunk) {
    const Eigen::Index first = static_cast<Eigen::Index>(chunk) * length;
    for (Eigen::Index s = first; s < std::min(n, first + length); ++s) {
      const Eigen::Index i = order[s];
      for (Eigen::Index r = s; r-- > 0;) {
        const Eigen::Index j = order[r];
        if (lat[i] - lat[j] > band) break;
        const double d = great_circle(lat[i], lon[i], lat[j], lon[j]);
        if (d > cutoff) continue;
        earlier.col(s) += (kernel == SpatialKernel::uniform ? 1.0 : 1.0 - d / cutoff) * by_place.col(r);
      }
    }
  });
  const Eigen::MatrixXd cross = by_place * earlier.transpose();
  return by_place * by_place.transpose() + cross + cross.transpose();
}

}  // namespace ccdpanel::panel

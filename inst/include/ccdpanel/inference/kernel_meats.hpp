// Meats of scores that are correlated along time or over space, weighted by a kernel of their distance.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "ccdpanel/core/parallel_for.hpp"

namespace ccdpanel::panel {

// sum over pairs of a unit's rows at most `lag` periods apart of (1 - |t - s| / (lag + 1)) s_t s_s' (Bartlett). Scores
// are rows x coefficients; distances are those of the periods' own values, so gaps count, and may be beyond integers.
// `poll`, if any, is called now and then and may throw.
inline Eigen::MatrixXd lagged_meat(const Eigen::MatrixXd& scores, const std::vector<int>& unit,
                                   const std::vector<double>& time, double lag,
                                   const std::function<void()>& poll = {}) {
  const std::size_t n = unit.size();
  if (n != time.size() || static_cast<Eigen::Index>(n) != scores.rows())
    throw std::invalid_argument("lagged_meat: rows differ");
  // What is no number has no place in an order.
  for (const double t : time) {
    if (!std::isfinite(t)) throw std::invalid_argument("lagged_meat: a time is no number");
  }
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
    if (poll && s % 512 == 0) poll();
    earlier.setZero();
    for (std::size_t r = s; r-- > 0;) {
      const Eigen::Index j = order[r];
      const double apart = time[i] - time[j];
      if (unit[j] != unit[i] || apart > lag) break;
      earlier += (1 - apart / (lag + 1)) * by_row.col(j);
    }
    const Eigen::VectorXd own = by_row.col(i);
    meat.noalias() += own * own.transpose();
    meat.noalias() += own * earlier.transpose() + earlier * own.transpose();
  }
  return meat;
}

enum class SpatialKernel { uniform, bartlett };

constexpr double earth_radius = 6371.01;  // km
constexpr double radians_per_degree = 0.017453292519943295;

// Places on the unit sphere, a column each; degrees in. Half the chord between two of them is the sine of half the
// angle, so a pair costs no trigonometry.
inline Eigen::Matrix3Xd on_sphere(const Eigen::VectorXd& lat, const Eigen::VectorXd& lon) {
  const Eigen::ArrayXd phi = lat.array() * radians_per_degree, lambda = lon.array() * radians_per_degree;
  Eigen::Matrix3Xd out(3, lat.size());
  out.row(0) = phi.cos() * lambda.cos();
  out.row(1) = phi.cos() * lambda.sin();
  out.row(2) = phi.sin();
  return out;
}

// The great circle's length in km between two places whose chord is 2 sqrt(quarter).
inline double great_circle(double quarter) {
  return 2 * earth_radius * std::asin(std::min(1.0, std::sqrt(quarter)));
}

// sum over pairs of places within `cutoff` km of K(distance) s_i s_j', scores already summed by place. Places are
// walked by latitude, so that only a band of them is compared. Each place adds to its own slot: same bits for any
// threads. `poll`, if any, is called between batches of places and may throw.
inline Eigen::MatrixXd spatial_meat(const Eigen::MatrixXd& scores, const Eigen::VectorXd& lat,
                                    const Eigen::VectorXd& lon, double cutoff, SpatialKernel kernel, int threads,
                                    const std::function<void()>& poll = {}) {
  const Eigen::Index n = scores.rows(), p = scores.cols();
  if (lat.size() != n || lon.size() != n) throw std::invalid_argument("spatial_meat: places differ");
  if (!lat.allFinite() || !lon.allFinite()) throw std::invalid_argument("spatial_meat: a coordinate is no number");
  if (!n) return Eigen::MatrixXd::Zero(p, p);  // no memory, of which no row begins anywhere
  std::vector<Eigen::Index> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](Eigen::Index a, Eigen::Index b) { return lat[a] != lat[b] ? lat[a] < lat[b] : a < b; });
  const Eigen::Matrix3Xd found = on_sphere(lat, lon);
  Eigen::Matrix3Xd at(3, n);
  Eigen::MatrixXd by_place(p, n);
  for (Eigen::Index s = 0; s < n; ++s) {
    at.col(s) = found.col(order[s]);
    by_place.col(s) = scores.row(order[s]).transpose();
  }
  const double band = cutoff / (earth_radius * radians_per_degree) * (1 + 1e-12);
  // A little more than the cutoff's: the distance itself decides at the edge.
  const double half = std::min(cutoff / (2 * earth_radius), 90 * radians_per_degree);
  const double within = std::sin(half) * std::sin(half) * (1 + 1e-12);
  Eigen::MatrixXd earlier = Eigen::MatrixXd::Zero(p, n);
  const auto place = [&](Eigen::Index s) {
    const Eigen::Vector3d own = at.col(s);
    const double lowest = lat[order[s]] - band;
    for (Eigen::Index r = s; r-- > 0;) {
      if (lat[order[r]] < lowest) break;
      const double quarter = (own - at.col(r)).squaredNorm() / 4;
      if (quarter > within) continue;
      const double d = great_circle(quarter);
      if (d > cutoff) continue;
      earlier.col(s) += (kernel == SpatialKernel::uniform ? 1.0 : 1.0 - d / cutoff) * by_place.col(r);
    }
  };
  const Eigen::Index length = 256, chunks = (n + length - 1) / length;
  const auto chunk = [&](std::size_t c) {
    const Eigen::Index first = static_cast<Eigen::Index>(c) * length;
    for (Eigen::Index s = first; s < std::min(n, first + length); ++s) place(s);
  };
  core::parallel_for(static_cast<std::size_t>(chunks), 8, n < 512 ? 1 : threads, chunk, [&](std::size_t) {
    if (poll) poll();
  });
  const Eigen::MatrixXd cross = by_place * earlier.transpose();
  return by_place * by_place.transpose() + cross + cross.transpose();
}

}  // namespace ccdpanel::panel

// One pass over the rows: residuals, and what is left of the normal equations.
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "ccdpanel/absorb/columns.hpp"

namespace ccdpanel::panel {

// y - X b, columns less their centres.
inline Eigen::VectorXd residuals(const Columns& c, int y, const std::vector<int>& x, const Eigen::VectorXd& b,
                                 int threads) {
  Eigen::VectorXd u(c.rows);
  const Pieces pieces(c.rows);
  core::parallel_for(pieces.chunks(), pieces.threads(threads), [&](std::size_t chunk) {
    pieces.each(chunk, [&](Eigen::Index first, Eigen::Index count) {
      auto part = u.segment(first, count);
      c.piece(y, first, part);
      for (std::size_t j = 0; j < x.size(); ++j) {
        const Eigen::Map<const Eigen::VectorXd> v(c.data[static_cast<std::size_t>(x[j])] + first, count);
        part.array() -= b[static_cast<Eigen::Index>(j)] * ((v.array() - c.centre_of(x[j])) - c.rest_of(x[j]));
      }
    });
  });
  return u;
}

// Z'Wu. The pieces are added in order.
inline Eigen::VectorXd products(const Columns& c, const std::vector<int>& z, const Eigen::VectorXd& u,
                                const Eigen::VectorXd& w, int threads) {
  const Pieces pieces(c.rows);
  Eigen::MatrixXd partial =
      Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(z.size()), static_cast<Eigen::Index>(pieces.chunks()));
  core::parallel_for(pieces.chunks(), pieces.threads(threads), [&](std::size_t chunk) {
    Eigen::VectorXd weighted(std::min(c.rows, Pieces::length));
    pieces.each(chunk, [&](Eigen::Index first, Eigen::Index count) {
      auto part = weighted.head(count);
      part = u.segment(first, count);
      if (w.size()) part.array() *= w.segment(first, count).array();
      for (std::size_t j = 0; j < z.size(); ++j) {
        const Eigen::Map<const Eigen::VectorXd> v(c.data[static_cast<std::size_t>(z[j])] + first, count);
        partial(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(chunk)) +=
            ((v.array() - c.centre_of(z[j])) - c.rest_of(z[j])).matrix().dot(part);
      }
    });
  });
  return partial.rowwise().sum();
}

inline double squared_norm(const Eigen::VectorXd& u, const Eigen::VectorXd& w) {
  return w.size() ? (u.array().square() * w.array()).sum() : u.squaredNorm();
}

}  // namespace ccdpanel::panel

// What the wild cluster bootstrap takes from the rows, once: moments by cluster.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <stdexcept>
#include <vector>

#include "ccdpanel/absorb/absorb.hpp"

namespace ccdpanel::panel {

// One way of clustering the scores: several ways have several, with signs.
struct WildClusters {
  Factor factor;
  double sign = 1;
  Eigen::MatrixXd moments;  // see wild_moments
};

// For each set of clusters: row (q L + l) C + c, column b holds the sum over rows i of cluster c of
//   inst(i, l) [M (base(., q) restricted to boot cluster b)]_i,
// M the residual maker of the effects and of `others` (orthonormal columns). All in coordinates times the root of the
// weights, base and inst with effects and others out. One absorption a boot cluster and column of base, once.
inline void wild_moments(const Eigen::MatrixXd& base, const Eigen::MatrixXd& inst, const Eigen::MatrixXd& others,
                         const std::vector<Factor>& factors, const Eigen::VectorXd& w, const Factor& boot,
                         std::vector<WildClusters>& sets) {
  const Eigen::Index n = base.rows(), q = base.cols(), l = inst.cols();
  for (WildClusters& set : sets) {
    if (static_cast<Eigen::Index>(set.factor.code.size()) != n) throw std::invalid_argument("wild: rows differ");
    set.moments = Eigen::MatrixXd::Zero(set.factor.levels * l * q, boot.levels);
  }
  Eigen::VectorXd root = Eigen::VectorXd::Ones(n);
  if (w.size()) root = w.cwiseSqrt();
  const Eigen::Index batch = std::max<Eigen::Index>(1, std::min<Eigen::Index>(boot.levels, 20000000 / (n * q + 1)));
  for (Eigen::Index first = 0; first < boot.levels; first += batch) {
    const Eigen::Index count = std::min<Eigen::Index>(batch, boot.levels - first);
    Eigen::MatrixXd part = Eigen::MatrixXd::Zero(n, count * q);
    for (Eigen::Index i = 0; i < n; ++i) {
      const Eigen::Index b = boot.code[i] - first;
      if (b < 0 || b >= count) continue;
      for (Eigen::Index k = 0; k < q; ++k) part(i, b * q + k) = base(i, k);
    }
    if (!factors.empty()) {
      part = root.cwiseInverse().asDiagonal() * part;
      part = absorb(std::move(part), factors, w).columns;
      part = root.asDiagonal() * part;
    }
    if (others.cols()) part -= others * (others.transpose() * part);
    for (WildClusters& set : sets) {
      const Eigen::Index c = set.factor.levels;
      for (Eigen::Index b = 0; b < count; ++b) {
        for (Eigen::Index k = 0; k < q; ++k) {
          const auto column = part.col(b * q + k);
          for (Eigen::Index j = 0; j < l; ++j) {
            auto out = set.moments.col(first + b).segment((k * l + j) * c, c);
            for (Eigen::Index i = 0; i < n; ++i) out[set.factor.code[i]] += inst(i, j) * column[i];
          }
        }
      }
    }
  }
}

}  // namespace ccdpanel::panel

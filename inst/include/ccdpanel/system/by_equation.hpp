// Three-stage least squares with instruments that differ by equation.
//
// The formula for common instruments is inconsistent then: P_Zi X_i is not orthogonal to u_j. GMM (Wooldridge) weighs
// the moments Z_i'u_i, all valid, by their covariance; the other variants exist in software and are here to be
// compared.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "ccdpanel/core/status.hpp"
#include "ccdpanel/panel/moments.hpp"
#include "ccdpanel/system/equations.hpp"

namespace ccdpanel::system {

enum class Variant { gls, gmm, iv, schmidt, eviews };

// a d = b; the covariance is a^-1, or a^-1 middle a^-1; b = gain (Z'y) where moments are weighed.
struct NormalEquations {
  Eigen::MatrixXd a;
  Eigen::VectorXd b;
  Eigen::MatrixXd middle, gain;
  Status status = Status::ok;
};

namespace detail {

// Cross-products with each equation's instruments, in scaled columns; c[i] = (Z_i'Z_i)^-1 Z_i'X_i.
struct Projected {
  std::vector<std::vector<Eigen::MatrixXd>> zz;
  std::vector<std::vector<Eigen::VectorXd>> zy;
  std::vector<Eigen::MatrixXd> c;
  std::vector<Eigen::LLT<Eigen::MatrixXd>> roots;

  Projected(const panel::Moments& m, const Equations& eq) : zz(eq.y.size()), zy(eq.y.size()) {
    for (std::size_t i = 0; i < eq.y.size(); ++i) {
      const std::vector<int>& z = eq.instruments(i);
      for (std::size_t j = 0; j < eq.y.size(); ++j) {
        zz[i].push_back(panel::pick(m.cross, z, eq.instruments(j)));
        zy[i].push_back(panel::pick(m.cross, z, {eq.y[j]}));
      }
      roots.emplace_back(zz[i][i]);
      if (roots.back().info() != Eigen::Success) throw std::invalid_argument("by_equation: instruments are collinear");
      c.push_back(roots.back().solve(panel::pick(m.cross, z, eq.x[i])));
    }
  }
};

// Where each equation's part begins in a stack of parts.
inline std::vector<Eigen::Index> offsets(const Equations& eq, bool of_instruments) {
  std::vector<Eigen::Index> out{0};
  for (std::size_t i = 0; i < eq.y.size(); ++i)
    out.push_back(out.back() + static_cast<Eigen::Index>(of_instruments ? eq.instruments(i).size() : eq.x[i].size()));
  return out;
}

// d = [X'Z W Z'X]^-1 X'Z W Z'y with W the inverse of the covariance s_ij Z_i'Z_j of the moments.
inline NormalEquations weigh_moments(const panel::Moments& m, const Equations& eq, const Eigen::MatrixXd& sigma,
                                     const Projected& p) {
  const std::vector<Eigen::Index> row = offsets(eq, false), moment = offsets(eq, true);
  Eigen::MatrixXd covariance(moment.back(), moment.back());
  Eigen::MatrixXd zx = Eigen::MatrixXd::Zero(moment.back(), row.back());
  Eigen::VectorXd zy(moment.back()), per_sd(moment.back());
  for (std::size_t i = 0; i < eq.y.size(); ++i) {
    const Eigen::Index e = static_cast<Eigen::Index>(i), size = moment[i + 1] - moment[i];
    const double sd = std::sqrt(sigma(e, e));
    per_sd.segment(moment[i], size) = (sd * panel::pick(m.scale, eq.instruments(i))).cwiseInverse();
    zx.block(moment[i], row[i], size, row[i + 1] - row[i]) = p.zz[i][i] * p.c[i] / sd;
    zy.segment(moment[i], size) = m.scale[eq.y[i]] * p.zy[i][i] / sd;
    for (std::size_t j = 0; j < eq.y.size(); ++j) {
      const Eigen::Index f = static_cast<Eigen::Index>(j);
      covariance.block(moment[i], moment[j], size, moment[j + 1] - moment[j]) =
          sigma(e, f) / (sd * std::sqrt(sigma(f, f))) * p.zz[i][j];
    }
  }
  NormalEquations out;
  const Eigen::LLT<Eigen::MatrixXd> root(covariance);
  if (root.info() != Eigen::Success) {
    out.status = Status::rank_deficient;
    return out;
  }
  out.gain = root.solve(zx).transpose();
  out.a = out.gain * zx;
  out.b = out.gain * zy;
  out.gain *= per_sd.asDiagonal();
  return out;
}

// A'(S^-1 (x) I)X in place of A'(S^-1 (x) I)A (iv); the dependent variables projected too (schmidt).
inline NormalEquations weigh_projections(const panel::Moments& m, const Equations& eq, const Eigen::MatrixXd& sigma,
                                         const Eigen::MatrixXd& inverse, Variant variant, const Projected& p) {
  const std::vector<Eigen::Index> row = offsets(eq, false), moment = offsets(eq, true);
  NormalEquations out;
  out.a.resize(row.back(), row.back());
  out.b = Eigen::VectorXd::Zero(row.back());
  Eigen::MatrixXd h(row.back(), moment.back()), covariance(moment.back(), moment.back());
  for (std::size_t i = 0; i < eq.y.size(); ++i) {
    for (std::size_t j = 0; j < eq.y.size(); ++j) {
      const double s = inverse(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
      const Eigen::Index rows = row[i + 1] - row[i], columns = row[j + 1] - row[j];
      const Eigen::MatrixXd cz = p.c[i].transpose() * p.zz[i][j];
      auto a = out.a.block(row[i], row[j], rows, columns);
      if (variant == Variant::iv) {
        a = s * p.c[i].transpose() * panel::pick(m.cross, eq.instruments(i), eq.x[j]);
        out.b.segment(row[i], rows) += s * m.scale[eq.y[j]] * p.c[i].transpose() * p.zy[i][j];
        continue;
      }
      a = s * cz * p.c[j];
      out.b.segment(row[i], rows) += s * m.scale[eq.y[j]] * cz * p.roots[j].solve(p.zy[j][j]);
      h.block(row[i], moment[j], rows, moment[j + 1] - moment[j]) = s * p.roots[j].solve(cz.transpose()).transpose();
      covariance.block(moment[i], moment[j], moment[i + 1] - moment[i], moment[j + 1] - moment[j]) =
          sigma(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) * p.zz[i][j];
    }
  }
  if (variant == Variant::schmidt) out.middle = h * covariance * h.transpose();
  return out;
}

inline NormalEquations by_equation(const panel::Moments& m, const Equations& eq, const Eigen::MatrixXd& sigma,
                                   const Eigen::MatrixXd& inverse, Variant variant) {
  const Projected p(m, eq);
  return variant == Variant::gmm ? weigh_moments(m, eq, sigma, p)
                                 : weigh_projections(m, eq, sigma, inverse, variant, p);
}

}  // namespace detail
}  // namespace ccdpanel::system

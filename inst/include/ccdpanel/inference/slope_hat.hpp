// The hat matrix of effects with slopes: leverages, and its columns written out.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/slope_cross.hpp"
#include "ccdpanel/inference/leverage.hpp"

namespace ccdpanel::panel {

// The projection on all effects is UU'W + ZZ'W with U the basis of the eliminated effect, Z = E_kept L^-T, E the
// others' columns with U out, LL' = E_kept'W E_kept, "kept" those of E that are independent. Z comes unit by unit.
class SlopeHat {
 public:
  SlopeHat(const std::vector<Factor>& factors, const Eigen::VectorXd& w, int threads)
      : system(factors, w, threads), root_(system.size() ? slope_matrix(system) : Eigen::MatrixXd(0, 0)) {
    kept_.assign(static_cast<std::size_t>(system.size()), -1);
    for (Eigen::Index j = 0; j < width(); ++j) kept_[static_cast<std::size_t>(root_.pivot_of(j))] = static_cast<int>(j);
    if (width() && root_.lower().diagonal().minCoeff() < 1e-3) refine();
  }

  Eigen::Index width() const { return root_.rank(); }

  // The rows of Z that belong to unit u.
  Eigen::MatrixXd rows(int u) const {
    const Eigen::Index first = system.first_of(u), count = system.rows_of(u);
    Eigen::MatrixXd out = Eigen::MatrixXd::Zero(count, width());
    if (width() == 0) return out;
    for (Eigen::Index i = 0; i < count; ++i) {
      for (std::size_t e = 0; e < system.others.size(); ++e) {
        const SlopeBasis& other = system.others[e];
        const int at = system.offset[e] + other.code[static_cast<std::size_t>(first + i)] * other.width;
        for (int c = 0; c < other.width; ++c) {
          const int j = kept_[static_cast<std::size_t>(at + c)];
          if (j >= 0) out(i, j) += other.row(first + i)[c];
        }
      }
    }
    for (int pass = 0; pass < 2; ++pass) {
      for (int c = 0; c < system.unit.width; ++c) {
        Eigen::RowVectorXd along = Eigen::RowVectorXd::Zero(width());
        for (Eigen::Index i = 0; i < count; ++i)
          along += (system.weight_of(first + i) * system.unit.row(first + i)[c]) * out.row(i);
        for (Eigen::Index i = 0; i < count; ++i) out.row(i) -= system.unit.row(first + i)[c] * along;
      }
    }
    root_.lower().triangularView<Eigen::Lower>().transpose().solveInPlace<Eigen::OnTheRight>(out);
    if (again_.size()) again_.triangularView<Eigen::Lower>().transpose().solveInPlace<Eigen::OnTheRight>(out);
    return out;
  }

  // Columns, in coordinates times the root of the weights, with the effects out once more: see EffectsBasis::without().
  Eigen::MatrixXd without(Eigen::MatrixXd x) const {
    if (!x.cols()) return x;  // as there
    for (int pass = 0; pass < 2; ++pass) {
      Eigen::MatrixXd along = Eigen::MatrixXd::Zero(width(), x.cols());
      for (int u = 0; u < system.unit.levels; ++u) {
        without_unit(u, x);
        if (width()) along.noalias() += rooted_rows(u).transpose() * of_unit(u, x);
      }
      if (!width()) continue;
      for (int u = 0; u < system.unit.levels; ++u) {
        const Eigen::MatrixXd part = rooted_rows(u) * along;
        for (Eigen::Index i = 0; i < part.rows(); ++i) x.row(system.row_of(system.first_of(u) + i)) -= part.row(i);
      }
    }
    return x;
  }

  const SlopeSystem system;

 private:
  // Columns that are nearly dependent leave Z orthonormal to eps over their smallest pivot only: Z'WZ = MM', and Z M^-T
  // is, to rounding.
  void refine() {
    Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(width(), width());
    for (int u = 0; u < system.unit.levels; ++u)
      gram.selfadjointView<Eigen::Lower>().rankUpdate(rooted_rows(u).transpose());
    again_ = gram.selfadjointView<Eigen::Lower>().llt().matrixL();
  }

  Eigen::MatrixXd rooted_rows(int u) const {
    Eigen::MatrixXd z = rows(u);
    for (Eigen::Index i = 0; i < z.rows(); ++i) z.row(i) *= std::sqrt(system.weight_of(system.first_of(u) + i));
    return z;
  }

  Eigen::MatrixXd of_unit(int u, const Eigen::MatrixXd& x) const {
    Eigen::MatrixXd out(system.rows_of(u), x.cols());
    for (Eigen::Index i = 0; i < out.rows(); ++i) out.row(i) = x.row(system.row_of(system.first_of(u) + i));
    return out;
  }

  void without_unit(int u, Eigen::MatrixXd& x) const {
    const Eigen::Index first = system.first_of(u), count = system.rows_of(u);
    for (int c = 0; c < system.unit.width; ++c) {
      Eigen::RowVectorXd along = Eigen::RowVectorXd::Zero(x.cols());
      for (Eigen::Index s = first; s < first + count; ++s)
        along += (std::sqrt(system.weight_of(s)) * system.unit.row(s)[c]) * x.row(system.row_of(s));
      for (Eigen::Index s = first; s < first + count; ++s)
        x.row(system.row_of(s)) -= (std::sqrt(system.weight_of(s)) * system.unit.row(s)[c]) * along;
    }
  }

  PivotedCholesky root_;
  Eigen::MatrixXd again_;  // M, where it is not the identity to rounding
  std::vector<int> kept_;
};

// h_i = w_i x_i'(X'WX)^-1 x_i + the effects' part; x are the regressors with the effects out. Exact.
inline Eigen::VectorXd slope_leverages(const Eigen::MatrixXd& x, const std::vector<Factor>& factors,
                                       const Eigen::VectorXd& w, int threads) {
  const SlopeHat hat(factors, w, threads);
  Eigen::VectorXd h = own_leverages(hat.without(rooted(x, w)));
  hat.system.each_unit([&](std::size_t, int u) {
    const Eigen::MatrixXd z = hat.rows(u);
    for (Eigen::Index i = 0; i < z.rows(); ++i) {
      const Eigen::Index s = hat.system.first_of(u) + i;
      double own = z.cols() == 0 ? 0 : z.row(i).squaredNorm();
      for (int c = 0; c < hat.system.unit.width; ++c) own += hat.system.unit.row(s)[c] * hat.system.unit.row(s)[c];
      h[hat.system.row_of(s)] += hat.system.weight_of(s) * own;
    }
  });
  return h;
}

// Columns that span what the effects span, orthonormal in the metric of the weights: rows by their rank, written out.
inline Eigen::MatrixXd effects_columns(const std::vector<Factor>& factors, const Eigen::VectorXd& w) {
  const SlopeHat hat(factors, w, 1);
  const SlopeSystem& system = hat.system;
  const Eigen::Index own = static_cast<Eigen::Index>(system.unit.rank);
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(system.rows, own + hat.width());
  Eigen::Index at = 0;
  for (int u = 0; u < system.unit.levels; ++u) {
    const Eigen::MatrixXd z = hat.rows(u);
    const double* triangle =
        system.unit.triangle.data() + static_cast<std::ptrdiff_t>(u) * system.unit.width * system.unit.width;
    for (Eigen::Index i = 0; i < z.rows(); ++i) {
      const Eigen::Index s = system.first_of(u) + i, row = system.row_of(s);
      if (z.cols() > 0) out.row(row).tail(z.cols()) = z.row(i);
      Eigen::Index column = at;
      for (int c = 0; c < system.unit.width; ++c) {
        if (triangle[c * system.unit.width + c] != 0) out(row, column++) = system.unit.row(s)[c];
      }
    }
    at += system.unit.ranks[static_cast<std::size_t>(u)];
  }
  return out;
}

}  // namespace ccdpanel::panel

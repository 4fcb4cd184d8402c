// Cluster covariances with adjusted residuals (CR2, CR3) and their Satterthwaite degrees of freedom.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <vector>

#include "ccdpanel/inference/leverage.hpp"

namespace ccdpanel::panel {

// With H = U U' the hat matrix of regressors and effects, all in coordinates times the root of the weights, cluster g's
// residuals are multiplied by A_g = (I - H_gg)^power, power -1/2 (CR2: Bell and McCaffrey 2002) or -1 (CR3: the
// jackknife), a generalised inverse where I - H_gg is singular. H is never formed beyond a cluster's own block, and
// where the block is of low rank not even that.
struct ClusterAdjusted {
  Eigen::MatrixXd scores;  // coefficient by cluster: their cross-product is the covariance
  Eigen::VectorXd dof;     // of each coefficient
  std::vector<int> lost;   // clusters without which a coefficient is not identified
};

namespace detail {

// Effects nested in the clusters have dummies orthogonal to everything that A_g is applied to; they are left out of U.
class HatFactor {
 public:
  HatFactor(const Eigen::MatrixXd& x, const std::vector<Factor>& factors, const Factor& cluster,
            const Eigen::VectorXd& w)
      : factors_(factors), weight_(w) {
    if (factors_.empty()) {
      regressors_ = rooted(x, w);
      q_ = orthonormal(regressors_);
      return;
    }
    std::size_t eliminated = factors_.size();
    for (std::size_t e = 0; e < factors_.size(); ++e) {
      if (!nested_in(factors_[e], cluster)) continue;
      if (eliminated == factors_.size() || factors_[e].levels > factors_[eliminated].levels) eliminated = e;
    }
    nested_ = eliminated < factors_.size();
    if (!nested_) eliminated = EffectsBasis::largest(factors_);
    basis_.emplace_back(factors_, eliminated, weight_);
    regressors_ = basis_[0].without(rooted(x, w));
    q_ = orthonormal(regressors_);
  }

  // Regressors and residuals times the root of the weights, exactly as the hat matrix has them: where I - H_gg is next
  // to singular, the accuracy of an absorption would be magnified.
  const Eigen::MatrixXd& regressors() const { return regressors_; }
  Eigen::VectorXd residual(const Eigen::VectorXd& u) const {
    Eigen::MatrixXd out = rooted(u, weight_);
    if (!basis_.empty()) out = basis_[0].without(out);
    return out - q_ * (q_.transpose() * out);
  }

  bool with_units() const { return !basis_.empty() && !nested_; }
  Eigen::Index width() const { return q_.cols() + (basis_.empty() ? 0 : basis_[0].width()); }
  const EffectsBasis& basis() const { return basis_[0]; }

  // The rows of U without the eliminated effect's columns.
  Eigen::MatrixXd rows(const std::vector<Eigen::Index>& which, EffectsBasis::Scratch& scratch) const {
    Eigen::MatrixXd out(static_cast<Eigen::Index>(which.size()), width());
    Eigen::VectorXd row(width() - q_.cols());
    for (std::size_t s = 0; s < which.size(); ++s) {
      const Eigen::Index at = static_cast<Eigen::Index>(s);
      out.row(at).head(q_.cols()) = q_.row(which[s]);
      if (basis_.empty()) continue;
      basis_[0].row(which[s], scratch, row);
      out.row(at).tail(row.size()) = row.transpose();
    }
    return out;
  }

 private:
  Eigen::MatrixXd q_, regressors_;
  const std::vector<Factor>& factors_;
  const Eigen::VectorXd& weight_;
  std::vector<EffectsBasis> basis_;  // none or one
  bool nested_ = false;
};

constexpr double singular = 1e-10;  // eigenvalues of I - H_gg below this are zeros

// What a cluster has of each column of v: (I - K)^power v = s, s'(I - K)s, and the largest entry of v along directions
// in which I - K is singular. The middle one is taken from the eigenvalues: as s's - s'Ks it would cancel where they
// are small.
struct Powered {
  Eigen::MatrixXd s;
  Eigen::RowVectorXd own, along_null;
};

// Of a symmetric K.
inline Powered power_of_complement(const Eigen::MatrixXd& k, double power, const Eigen::MatrixXd& v) {
  Powered out{v, Eigen::RowVectorXd::Zero(v.cols()), Eigen::RowVectorXd::Zero(v.cols())};
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(Eigen::MatrixXd::Identity(k.rows(), k.cols()) - k);
  Eigen::MatrixXd rotated = eigen.eigenvectors().transpose() * v;
  for (Eigen::Index j = 0; j < k.rows(); ++j) {
    const double mu = eigen.eigenvalues()[j];
    if (mu <= singular) {
      out.along_null = out.along_null.cwiseMax(rotated.row(j).cwiseAbs());
      rotated.row(j).setZero();
      continue;
    }
    out.own += std::pow(mu, 2 * power + 1) * rotated.row(j).cwiseAbs2();
    rotated.row(j) *= std::pow(mu, power);
  }
  out.s = eigen.eigenvectors() * rotated;
  return out;
}

// The same for K = UU' with fewer columns than rows: v + U V diag(((1 - l)^power - 1) / l) V'U'v, U'U = V diag(l) V'.
inline Powered power_of_complement_thin(const Eigen::MatrixXd& u, double power, const Eigen::MatrixXd& v) {
  Powered out{v, v.colwise().squaredNorm(), Eigen::RowVectorXd::Zero(v.cols())};
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(u.transpose() * u);
  Eigen::MatrixXd rotated = eigen.eigenvectors().transpose() * (u.transpose() * v);
  for (Eigen::Index j = 0; j < u.cols(); ++j) {
    const double l = eigen.eigenvalues()[j];
    if (1 - l <= singular) {
      out.along_null = out.along_null.cwiseMax(rotated.row(j).cwiseAbs());
      out.own -= rotated.row(j).cwiseAbs2() / l;
      rotated.row(j) *= -1.0 / l;
      continue;
    }
    const auto change = [l](double p) { return l > 1e-15 ? std::expm1(p * std::log1p(-l)) / l : -p; };
    out.own += change(2 * power + 1) * rotated.row(j).cwiseAbs2();
    rotated.row(j) *= change(power);
  }
  out.s += u * (eigen.eigenvectors() * rotated);
  return out;
}

// Dense block of a cluster's rows in the eliminated effect's basis: one column a unit that the cluster meets.
inline Eigen::MatrixXd unit_columns(const EffectsBasis& basis, const std::vector<Eigen::Index>& which,
                                    std::vector<int>& place, std::vector<int>& met) {
  met.clear();
  for (const Eigen::Index i : which) {
    int& p = place[basis.unit().code[i]];
    if (p >= 0) continue;
    p = static_cast<int>(met.size());
    met.push_back(basis.unit().code[i]);
  }
  Eigen::MatrixXd out =
      Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(which.size()), static_cast<Eigen::Index>(met.size()));
  for (std::size_t s = 0; s < which.size(); ++s) {
    out(static_cast<Eigen::Index>(s), place[basis.unit().code[which[s]]]) = basis.unit_entry(which[s]);
  }
  for (const int u : met) place[u] = -1;
  return out;
}

// The Satterthwaite matrix B of a coefficient, s_g'(I - H_gg)s_g on the diagonal and -(U_g's_g)'(U_h's_h) beside it:
// tr(B)^2 / tr(B^2), coefficient by coefficient.
struct Crossing {
  std::vector<Eigen::MatrixXd> dense;  // per coefficient: clusters x width
  struct Entry {
    int unit, cluster;
  };
  std::vector<Entry> sparse;           // of the eliminated effect, unless nested
  std::vector<Eigen::VectorXd> value;  // per entry: one a coefficient
  Eigen::MatrixXd own;                 // coefficient x cluster: the diagonal of B

  double dof(Eigen::Index coefficient, int units) const {
    const Eigen::VectorXd d = own.row(coefficient).transpose();
    return d.sum() * d.sum() / (d.squaredNorm() + beside(coefficient, units));
  }

 private:
  // The sum of squares beside the diagonal.
  double beside(Eigen::Index coefficient, int units) const {
    const Eigen::MatrixXd& a = dense[static_cast<std::size_t>(coefficient)];
    if (sparse.empty() && a.rows() > a.cols())
      return (a.transpose() * a).squaredNorm() - a.rowwise().squaredNorm().squaredNorm();
    Eigen::MatrixXd gram = a * a.transpose();
    std::vector<std::vector<std::size_t>> of(static_cast<std::size_t>(units));
    for (std::size_t e = 0; e < sparse.size(); ++e) of[sparse[e].unit].push_back(e);
    for (const std::vector<std::size_t>& entries : of) {
      for (const std::size_t e : entries) {
        for (const std::size_t f : entries) {
          gram(sparse[e].cluster, sparse[f].cluster) += value[e][coefficient] * value[f][coefficient];
        }
      }
    }
    gram.diagonal().setZero();
    return gram.squaredNorm();
  }
};

}  // namespace detail

// x: regressors with the effects out (projected, with two stages); u: residuals; half: x's scores to coefficients, so
// that half (sum of scores) is a coefficient's deviation. `poll`, if any, is called once a cluster and may throw.
inline ClusterAdjusted cluster_adjusted(const Eigen::MatrixXd& x, const Eigen::VectorXd& u,
                                        const std::vector<Factor>& factors, const Eigen::VectorXd& w,
                                        const Factor& cluster, const Eigen::MatrixXd& half, double power,
                                        const std::function<void()>& poll = {}) {
  if (cluster.code.size() != static_cast<std::size_t>(x.rows()))
    throw std::invalid_argument("cluster_adjusted: clusters and rows differ");
  const detail::HatFactor hat(x, factors, cluster, w);
  const Eigen::Index p = half.rows(), groups = cluster.levels;
  std::vector<std::vector<Eigen::Index>> members(static_cast<std::size_t>(groups));
  for (Eigen::Index i = 0; i < x.rows(); ++i) members[cluster.code[i]].push_back(i);

  ClusterAdjusted out;
  out.scores.resize(p, groups);
  detail::Crossing crossing;
  crossing.dense.assign(static_cast<std::size_t>(p), Eigen::MatrixXd(groups, hat.width()));
  crossing.own.resize(p, groups);
  const Eigen::MatrixXd influences = hat.regressors() * half.transpose();
  const Eigen::VectorXd residual = hat.residual(u);
  // Each coefficient's largest influence: influences have its unit.
  const Eigen::RowVectorXd most = influences.cwiseAbs().colwise().maxCoeff();
  std::vector<int> place(hat.with_units() ? static_cast<std::size_t>(hat.basis().unit().levels) : 0, -1), met;
  EffectsBasis::Scratch scratch;
  for (Eigen::Index g = 0; g < groups; ++g) {
    if (poll) poll();
    const std::vector<Eigen::Index>& which = members[g];
    const Eigen::Index rows = static_cast<Eigen::Index>(which.size());
    Eigen::MatrixXd influence(rows, p);
    Eigen::VectorXd own(rows);
    for (Eigen::Index s = 0; s < rows; ++s) {
      influence.row(s) = influences.row(which[s]);
      own[s] = residual[which[s]];
    }
    const Eigen::MatrixXd dense = hat.rows(which, scratch);
    Eigen::MatrixXd units(rows, 0);
    if (hat.with_units()) units = detail::unit_columns(hat.basis(), which, place, met);
    detail::Powered made;
    if (dense.cols() + units.cols() < rows) {
      Eigen::MatrixXd all(rows, dense.cols() + units.cols());
      all << dense, units;
      made = detail::power_of_complement_thin(all, power, influence);
    } else {
      made = detail::power_of_complement(dense * dense.transpose() + units * units.transpose(), power, influence);
    }
    if ((made.along_null.array() > 1e-6 * most.array()).any()) out.lost.push_back(static_cast<int>(g));
    out.scores.col(g) = made.s.transpose() * own;
    crossing.own.col(g) = made.own.transpose();
    for (Eigen::Index c = 0; c < p; ++c) {
      crossing.dense[static_cast<std::size_t>(c)].row(g) = made.s.col(c).transpose() * dense;
    }
    for (std::size_t e = 0; hat.with_units() && e < met.size(); ++e) {
      crossing.sparse.push_back({met[e], static_cast<int>(g)});
      crossing.value.push_back(made.s.transpose() * units.col(static_cast<Eigen::Index>(e)));
    }
  }
  out.dof.resize(p);
  const int units = hat.with_units() ? hat.basis().unit().levels : 0;
  for (Eigen::Index c = 0; c < p; ++c) out.dof[c] = crossing.dof(c, units);
  return out;
}

}  // namespace ccdpanel::panel

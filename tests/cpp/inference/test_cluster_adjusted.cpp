// Oracle: the hat matrix written out, and powers of I - H_gg by its eigenvalues.
#include "../check.hpp"
#include "ccdpanel/inference/cluster_adjusted.hpp"

namespace test_cluster_adjusted {

using namespace ccdpanel::panel;

namespace {

struct Expected {
  Eigen::MatrixXd scores;
  Eigen::VectorXd dof;
};

Expected written_out(const Eigen::MatrixXd& hat, const Eigen::MatrixXd& influence, const Eigen::VectorXd& u,
                     const Factor& cluster, double power) {
  const Eigen::Index n = u.size(), p = influence.cols();
  const Eigen::MatrixXd rest = Eigen::MatrixXd::Identity(n, n) - hat;
  Expected out{Eigen::MatrixXd::Zero(p, cluster.levels), Eigen::VectorXd(p)};
  std::vector<Eigen::MatrixXd> spread(static_cast<std::size_t>(p), Eigen::MatrixXd::Zero(n, cluster.levels));
  for (int g = 0; g < cluster.levels; ++g) {
    Eigen::MatrixXd in = Eigen::MatrixXd::Zero(n, n);
    for (Eigen::Index i = 0; i < n; ++i) in(i, i) = cluster.code[i] == g;
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(in * rest * in);
    Eigen::VectorXd values = eigen.eigenvalues();
    values = values.unaryExpr([power](double v) { return v > 1e-10 ? std::pow(v, power) : 0.0; }).eval();
    const Eigen::MatrixXd a = eigen.eigenvectors() * values.asDiagonal() * eigen.eigenvectors().transpose();
    const Eigen::MatrixXd s = a * influence;
    out.scores.col(g) = s.transpose() * u;
    for (Eigen::Index c = 0; c < p; ++c) spread[c].col(g) = rest * s.col(c);
  }
  for (Eigen::Index c = 0; c < p; ++c) {
    const Eigen::MatrixXd b = spread[c].transpose() * spread[c];
    out.dof[c] = b.trace() * b.trace() / b.squaredNorm();
  }
  return out;
}

}  // namespace

static void run() {
  const Eigen::Index n = 72;
  Factor unit{std::vector<int>(n), 12}, time{std::vector<int>(n), 6}, region{std::vector<int>(n), 3};
  for (Eigen::Index i = 0; i < n; ++i) {
    unit.code.set(static_cast<std::size_t>(i), static_cast<int>(i / 6));
    time.code.set(static_cast<std::size_t>(i), static_cast<int>(i % 6));
    region.code.set(static_cast<std::size_t>(i), unit.code[i] % 3);
  }
  const Eigen::VectorXd w = Eigen::VectorXd::LinSpaced(n, 0.5, 2.0);
  const std::vector<Factor> factors{unit, time};
  Eigen::MatrixXd raw = Eigen::MatrixXd::Random(n, 3);
  // Effects out by the basis itself, in weighted coordinates; its own test holds it to the dummies.
  const EffectsBasis basis(factors, 0, w);
  EffectsBasis::Scratch scratch;
  Eigen::MatrixXd z = Eigen::MatrixXd::Zero(n, basis.width() + unit.levels);
  for (Eigen::Index i = 0; i < n; ++i) {
    Eigen::VectorXd row(basis.width());
    basis.row(i, scratch, row);
    z.row(i).head(row.size()) = row.transpose();
    z(i, row.size() + unit.code[i]) = basis.unit_entry(i);
  }
  const Eigen::MatrixXd weighted = rooted(raw, w);
  const Eigen::MatrixXd out = weighted - z * (z.transpose() * weighted);
  const Eigen::MatrixXd x = w.cwiseSqrt().cwiseInverse().asDiagonal() * out.leftCols(2);
  const Eigen::MatrixXd half = (out.leftCols(2).transpose() * out.leftCols(2)).inverse();
  const Eigen::VectorXd residual = out.col(2) - out.leftCols(2) * (half * (out.leftCols(2).transpose() * out.col(2)));
  const Eigen::VectorXd u = w.cwiseSqrt().cwiseInverse().asDiagonal() * residual;
  const Eigen::MatrixXd hat = z * z.transpose() + out.leftCols(2) * half * out.leftCols(2).transpose();
  for (const Factor& cluster : {unit, time, region}) {
    for (const double power : {-0.5, -1.0}) {
      const ClusterAdjusted got = cluster_adjusted(x, u, factors, w, cluster, half, power);
      const Expected expected = written_out(hat, out.leftCols(2) * half, residual, cluster, power);
      check::near((got.scores - expected.scores).cwiseAbs().maxCoeff(), 0, 1e-11, "adjusted scores");
      check::near((got.dof - expected.dof).cwiseAbs().maxCoeff(), 0, 1e-9, "degrees of freedom");
      check::that(got.lost.empty(), "every cluster can be spared");
      // What an absorption leaves of the effects is not magnified.
      const Eigen::MatrixXd rest = w.cwiseSqrt().cwiseInverse().asDiagonal() * (z * Eigen::MatrixXd::Ones(z.cols(), 3));
      const ClusterAdjusted rough =
          cluster_adjusted(x + 1e-6 * rest.leftCols(2), u + 1e-6 * rest.col(2), factors, w, cluster, half, power);
      check::near((rough.scores - expected.scores).cwiseAbs().maxCoeff(), 0, 1e-11, "adjusted scores, effects left");
      check::near((rough.dof - expected.dof).cwiseAbs().maxCoeff(), 0, 1e-9, "degrees of freedom, effects left");
    }
  }
}

static const check::File file("inference", "test_cluster_adjusted", run);

}  // namespace test_cluster_adjusted

// Oracle: the projection on the dummies by a rank-revealing decomposition of the whole matrix.
#include "../check.hpp"
#include "../dense_basis.hpp"
#include "ccdpanel/inference/effects_basis.hpp"
#include "ccdpanel/inference/leverage.hpp"

namespace test_effects_basis {

using namespace ccdpanel::panel;

namespace {

Eigen::MatrixXd projection(const std::vector<Factor>& factors, const Eigen::VectorXd& w) {
  const Eigen::Index n = static_cast<Eigen::Index>(factors[0].code.size());
  int levels = 0;
  for (const Factor& f : factors) levels += f.levels;
  Eigen::MatrixXd d = Eigen::MatrixXd::Zero(n, levels);
  for (Eigen::Index i = 0; i < n; ++i) {
    int at = 0;
    for (const Factor& f : factors) {
      d(i, at + f.code[i]) = w.size() ? std::sqrt(w[i]) : 1.0;
      at += f.levels;
    }
  }
  const Eigen::MatrixXd u = dense_basis(d, 1e-9);
  return u * u.transpose();
}

Factor cyclic(Eigen::Index n, int levels, int stride) {
  Factor f{std::vector<int>(static_cast<std::size_t>(n)), levels};
  for (Eigen::Index i = 0; i < n; ++i)
    f.code.set(static_cast<std::size_t>(i), static_cast<int>((i * stride + i * i / 7) % levels));
  return f;
}

}  // namespace

static void run() {
  const Eigen::Index n = 60;
  const Eigen::VectorXd w = Eigen::VectorXd::LinSpaced(n, 0.2, 3.0);
  Factor apart = cyclic(n, 4, 1);  // two components with the first factor
  Factor unit = cyclic(n, 10, 3);
  for (Eigen::Index i = 0; i < n; ++i)
    apart.code.set(static_cast<std::size_t>(i), 2 * (apart.code[i] / 2) + unit.code[i] % 2);
  const std::vector<std::vector<Factor>> cases = {{unit},
                                                  {unit, cyclic(n, 5, 1)},
                                                  {unit, apart},
                                                  {unit, cyclic(n, 5, 1), cyclic(n, 4, 2)},
                                                  {unit, cyclic(n, 5, 1), cyclic(n, 5, 1)}};
  for (const std::vector<Factor>& factors : cases) {
    for (const Eigen::VectorXd& weight : {Eigen::VectorXd(), w}) {
      const Eigen::MatrixXd expected = projection(factors, weight);
      for (std::size_t eliminated = 0; eliminated < factors.size(); ++eliminated) {
        const EffectsBasis basis(factors, eliminated, weight);
        EffectsBasis::Scratch scratch;
        Eigen::MatrixXd z(basis.width(), n);
        for (Eigen::Index i = 0; i < n; ++i) basis.row(i, scratch, z.col(i));
        Eigen::MatrixXd got = z.transpose() * z;
        for (Eigen::Index i = 0; i < n; ++i) {
          for (Eigen::Index j = 0; j < n; ++j) {
            if (basis.unit().code[i] == basis.unit().code[j]) got(i, j) += basis.unit_entry(i) * basis.unit_entry(j);
          }
        }
        check::near((got - expected).cwiseAbs().maxCoeff(), 0, 1e-12, "projection on the effects");
      }
      const Eigen::MatrixXd none(n, 0);
      check::near((leverages(none, factors, weight, 2) - expected.diagonal()).cwiseAbs().maxCoeff(), 0, 1e-12,
                  "leverages of the effects");
    }
  }
  check::throws<std::invalid_argument>([&] { EffectsBasis({unit}, 1, w); }, "no such effect");
}

static const check::File file("inference", "test_effects_basis", run);

}  // namespace test_effects_basis

// Oracle: residuals of a dense QR on the dummies, formed here.
#include <random>

#include "../check.hpp"
#include "../dense_basis.hpp"
#include "ccdpanel/absorb/absorb.hpp"

namespace test_absorb {

using namespace ccdpanel::panel;

namespace {

Eigen::MatrixXd dummies(const std::vector<Factor>& factors, Eigen::Index n) {
  Eigen::Index levels = 0;
  for (const Factor& f : factors) levels += f.levels;
  Eigen::MatrixXd d = Eigen::MatrixXd::Zero(n, levels);
  Eigen::Index at = 0;
  for (const Factor& f : factors) {
    for (Eigen::Index i = 0; i < n; ++i) d(i, at + f.code[static_cast<std::size_t>(i)]) = 1;
    at += f.levels;
  }
  return d;
}

Eigen::MatrixXd dense_residual(const Eigen::MatrixXd& x, const std::vector<Factor>& factors, const Eigen::VectorXd& w) {
  const Eigen::MatrixXd d = dummies(factors, x.rows());
  const Eigen::VectorXd root = w.size() ? Eigen::VectorXd(w.cwiseSqrt()) : Eigen::VectorXd::Ones(x.rows());
  const Eigen::MatrixXd q = dense_basis(root.asDiagonal() * d, 1e-10), rooted = root.asDiagonal() * x;
  return root.cwiseInverse().asDiagonal() * (rooted - q * (q.transpose() * rooted));
}

Factor random_factor(std::mt19937& rng, Eigen::Index n, int levels) {
  std::vector<int> code(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < code.size(); ++i) {
    code[i] = i < static_cast<std::size_t>(levels) ? static_cast<int>(i)
                                                   : static_cast<int>(rng() % static_cast<unsigned>(levels));
  }
  std::shuffle(code.begin(), code.end(), rng);
  return {code, levels};
}

}  // namespace

static void run() {
  std::mt19937 rng(1);
  std::normal_distribution<double> normal;
  for (int round = 0; round < 40; ++round) {
    const Eigen::Index n = 40 + static_cast<Eigen::Index>(rng() % 100);
    const int effects = 1 + round % 4;
    std::vector<Factor> factors;
    for (int e = 0; e < effects; ++e) factors.push_back(random_factor(rng, n, 2 + static_cast<int>(rng() % 12)));
    Eigen::MatrixXd x(n, 3);
    for (Eigen::Index k = 0; k < 3; ++k) {
      for (Eigen::Index i = 0; i < n; ++i) x(i, k) = normal(rng);
    }
    Eigen::VectorXd w;
    if (round % 2) {
      w.resize(n);
      for (Eigen::Index i = 0; i < n; ++i) w[i] = 0.1 + std::abs(normal(rng));
    }
    const Absorbed a = absorb(x, factors, w);
    check::that(a.status == ccdpanel::Status::ok, "converged");
    check::near((a.columns - dense_residual(x, factors, w)).cwiseAbs().maxCoeff(), 0, 1e-8, "dense residual");
    check::that(a.certificate < 1e-8, "no level mean is left");
    Eigen::MatrixXd back = a.columns;
    for (std::size_t e = 0; e < factors.size(); ++e) {
      for (Eigen::Index i = 0; i < n; ++i) back.row(i) += a.level[e].row(factors[e].code[static_cast<std::size_t>(i)]);
    }
    check::near((back - x).cwiseAbs().maxCoeff(), 0, 1e-12, "levels and residual make the column");
  }

  // A column made of the effects, beside a constant of 1e8: nothing of it may stay.
  const Factor unit = random_factor(rng, 200, 20), time = random_factor(rng, 200, 10);
  Eigen::MatrixXd made(200, 3);
  for (Eigen::Index i = 0; i < 200; ++i) {
    const std::size_t r = static_cast<std::size_t>(i);
    made(i, 0) = 1e8 + unit.code[r] * 0.7;
    made(i, 1) = 1e8 + std::sin(unit.code[r]) + std::cos(time.code[r]);
    made(i, 2) = 1e8 + normal(rng);
  }
  const Absorbed gone = absorb(made, {unit, time}, Eigen::VectorXd());
  check::that(gone.kept[0] <= absorbed_share, "absorbed by one effect");
  check::that(gone.kept[1] <= absorbed_share, "absorbed by two effects");
  check::that(gone.kept[2] > 0.5, "a regressor beside a large constant stays");

  check::that(absorb(Eigen::MatrixXd(0, 2), {}, Eigen::VectorXd()).columns.rows() == 0, "no rows");
  check::that(absorb(made, {}, Eigen::VectorXd()).columns == made, "no effects, no change");
  check::throws<std::invalid_argument>(
      [&] {
        absorb(made, {Factor{{0}, 1}}, Eigen::VectorXd());
      },
      "codes of another length");
  check::throws<std::invalid_argument>([&] { absorb(made, {unit}, Eigen::VectorXd::Ones(3)); },
                                       "weights of another length");

  // A user who has had enough: the solve stops where it is asked, and the next one is none the worse.
  AbsorbOptions bored;
  int asked = 0;
  bored.poll = [&] {
    if (++asked == 3) throw std::runtime_error("enough");
  };
  check::throws<std::runtime_error>([&] { absorb(made, {unit, time}, Eigen::VectorXd(), bored); }, "a solve stops");
  check::that(asked == 3, "at the step that was asked");
  check::that(absorb(made, {unit, time}, Eigen::VectorXd(), bored).columns == gone.columns, "and goes through again");
}

static const check::File file("absorb", "test_absorb", run);

}  // namespace test_absorb

// Properties of every meat and hat: meats are symmetric and positive semidefinite, their bits those of one thread and
// two; leverages lie in [0, 1] and sum to the rank.
#include "../check.hpp"
#include "../dense_basis.hpp"
#include "../random_columns.hpp"
#include "ccdpanel/absorb/slope_rank.hpp"
#include "ccdpanel/inference/cluster_adjusted.hpp"
#include "ccdpanel/inference/leverage.hpp"
#include "ccdpanel/inference/scores.hpp"
#include "ccdpanel/inference/slope_hat.hpp"
#include "ccdpanel/panel/regression.hpp"

namespace test_random_meats {

using namespace ccdpanel::panel;
using random_cases::Case;

namespace {

void meat(Case& c) {
  const int rows = c.rows(), width = 1 + c.below(4);
  const Eigen::MatrixXd x = random_cases::columns(c, rows, width);
  const Eigen::VectorXd v = random_cases::columns(c, x.rows(), 1);
  const Factor cluster = random_cases::factor(c, x.rows());
  std::vector<int> all(static_cast<std::size_t>(x.cols()));
  std::iota(all.begin(), all.end(), 0);
  const Columns seen = view(x);
  const ScoreSet scores{seen, {{all, {}, {}, v}}, c.chance(2)};
  const std::vector<const Factor*> ways{nullptr, &cluster};
  const std::vector<Eigen::MatrixXd> one = meats(scores, ways, 1), two = meats(scores, ways, 2);
  for (std::size_t way = 0; way < ways.size(); ++way) {
    check::that(random_cases::same_bits(one[way], two[way]), "the same bits");
    check::that(one[way].rows() == scores.size(), "a row a score");
    if (!c.tame() || !x.rows()) continue;
    check::near((one[way] - one[way].transpose()).cwiseAbs().maxCoeff(), 0, 1e-12 * one[way].norm(), "symmetric");
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> roots(one[way], Eigen::EigenvaluesOnly);
    check::that(roots.eigenvalues()[0] >= -1e-12 * one[way].norm(), "positive semidefinite");
  }
}

void hat(Case& c) {
  const int rows = c.rows(40), width = 1 + c.below(2);
  const Eigen::MatrixXd x = random_cases::columns(c, rows, width), z = random_cases::columns(c, x.rows(), 1);
  const bool slopes = c.chance(3);
  const std::vector<Factor> factors = random_cases::factors(c, 2, z, slopes);
  const Eigen::VectorXd w = random_cases::weights(c, x.rows());
  const Absorbed a = absorb(x, factors, w);
  // Regressors that the effects leave nothing of are dropped before.
  if (!x.rows() || !(a.kept.minCoeff() > 1e-6)) return;
  Eigen::VectorXd h;
  try {
    h = slopes ? slope_leverages(a.columns, factors, w, 1) : leverages(a.columns, factors, w, 1);
  } catch (const std::runtime_error&) {
    // Weights over fifty orders of magnitude join levels by rounding, which is said.
    check::that(!c.tame(), "levels that are told apart");
    return;
  }
  check::that(h.size() == x.rows(), "a leverage a row");
  if (!c.tame()) return;
  const EffectsRank rank = effects_rank(factors);
  // Where the effects leave too few dimensions, the columns are collinear, and are dropped before too.
  if (!rank.exact || rank.rank + x.cols() > x.rows()) return;
  check::that(h.minCoeff() >= 0, "leverages of at least 0");
  check::near(std::max(h.maxCoeff(), 1.0), 1, 1e-8, "leverages of at most 1");
  if (rank.clear) check::near(h.sum(), static_cast<double>(rank.rank + x.cols()), 1e-6, "which sum to the rank");
  if (!slopes) return;
  Eigen::MatrixXd all = random_cases::effects_written_out(factors, w, x.rows());
  all.conservativeResize(Eigen::NoChange, all.cols() + x.cols());
  all.rightCols(x.cols()) = rooted(x, w).colwise().normalized();
  const Eigen::VectorXd expected = dense_basis(all, 1e-10).rowwise().squaredNorm();
  check::near((h - expected).cwiseAbs().maxCoeff(), 0, 1e-8, "leverages of what is written out");
}

}  // namespace

static const check::File file("inference", "test_random_meats", [] {
  random_cases::each(300, 4, meat);
  random_cases::each(300, 5, hat);
});

}  // namespace test_random_meats

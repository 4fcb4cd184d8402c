// Properties of every system: a status, a coefficient a regressor, a restriction that holds, three stages of just
// identified equations are two; a replicate depends on its number alone.
#include "../check.hpp"
#include "../random_columns.hpp"
#include "ccdpanel/system/bootstrap.hpp"
#include "ccdpanel/system/estimate.hpp"

namespace test_random_systems {

using namespace ccdpanel;
using random_cases::Case;

namespace {

// y1, y2, two regressors of each, of which the other's outcome may be one; instruments are all exogenous columns.
system::Equations equations_of(Case& c, bool project) {
  system::Equations eq;
  eq.y = {0, 1};
  eq.z = {2, 3, 4, 5};
  eq.project = project;
  for (int i = 0; i < 2; ++i) {
    std::vector<int> x{2 + 2 * i, 3 + 2 * i};
    if (project && c.chance(2)) x.push_back(1 - i);
    if (c.chance(3)) x.push_back(4 - 2 * i);
    eq.x.push_back(x);
  }
  return eq;
}

void estimated(Case& c) {
  const Eigen::MatrixXd columns = random_cases::columns(c, c.rows() + (c.tame() ? 8 : 0), 6);
  const Eigen::VectorXd w = random_cases::weights(c, columns.rows());
  const bool constant = c.chance(2);
  std::vector<panel::Factor> effects;
  if (!constant && c.chance(2)) effects = random_cases::factors(c, 2, columns, false);
  panel::AbsorbOptions absorb;
  if (!c.tame()) absorb.max_iterations = 50;
  const panel::Sample s(panel::view(columns), effects, constant, w, 1, absorb);
  const system::Equations eq = equations_of(c, c.below(3) > 0);
  system::SystemPlan plan;
  plan.constant = constant;
  plan.rows = static_cast<double>(columns.rows());
  plan.fewer = {0, 0};
  plan.limited = eq.project && c.chance(4);
  plan.options.iterate = c.chance(3);
  plan.options.max_iterations = 60;
  plan.options.weighting = plan.limited ? system::Weighting::equal : system::Weighting::full;
  system::Restrictions restriction;
  const Eigen::Index size = static_cast<Eigen::Index>(eq.x[0].size() + eq.x[1].size());
  if (!plan.limited && c.chance(3)) {
    restriction = {Eigen::MatrixXd::Zero(1, size), Eigen::VectorXd::Constant(1, 0.5)};
    restriction.matrix(0, 0) = 1;
    restriction.matrix(0, size - 1) = -1;
  }
  const system::SystemEstimate made = system::estimate_system(s, eq, restriction, plan);
  const bool dropped = !made.dropped_x[0].empty() || !made.dropped_x[1].empty();
  if (dropped || made.fit.status == Status::rank_deficient) return;
  check::that(made.fit.coef.size() == size, "a coefficient a regressor");
  if (restriction.value.size() && c.tame() && made.fit.coef.allFinite()) {
    const double scale = 1 + made.fit.coef.cwiseAbs().maxCoeff();
    check::near((restriction.matrix * made.fit.coef)[0], 0.5, 1e-7 * scale, "a restriction holds");
  }
  check::that(system::system_scores(s, made, constant).parts.size() == 2, "scores of both");
}

void drawn(Case& c) {
  const Eigen::MatrixXd columns = random_cases::columns(c, c.rows() + (c.tame() ? 8 : 0), 6);
  system::Resampling from;
  for (Eigen::Index j = 0; j < columns.cols(); ++j) from.columns.push_back(columns.col(j).data());
  from.rows = columns.rows();
  from.weight = random_cases::weights(c, columns.rows());
  from.cluster = random_cases::factor(c, columns.rows());
  if (!from.cluster.levels) return;
  const bool constant = c.chance(2);
  if (!constant && c.tame()) from.effects = random_cases::factors(c, 2, columns, c.chance(2));
  const system::Equations eq = equations_of(c, c.below(3) > 0);
  system::SystemPlan plan;
  plan.constant = constant;
  plan.rows = static_cast<double>(columns.rows());
  plan.fewer = {0, 0};
  plan.options.max_iterations = 20;
  const Eigen::Index size = static_cast<Eigen::Index>(eq.x[0].size() + eq.x[1].size());
  Eigen::MatrixXd one(4, size), two(4, size), last(1, size);
  system::bootstrap_system(from, eq, {}, plan, 3, 0, 1, one);
  system::bootstrap_system(from, eq, {}, plan, 3, 0, 2, two);
  system::bootstrap_system(from, eq, {}, plan, 3, 3, 1, last);
  check::that(random_cases::same_bits(one, two), "the same bits");
  check::that(random_cases::same_bits(Eigen::MatrixXd(one.bottomRows(1)), last), "a replicate is its number's");
}

}  // namespace

static const check::File file("system", "test_random_systems", [] {
  random_cases::each(300, 6, estimated);
  random_cases::each(100, 26, drawn);
});

}  // namespace test_random_systems

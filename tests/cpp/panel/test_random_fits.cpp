// Properties of every fit: residuals are orthogonal to what they must be, a limited-information kappa is at least one,
// the sum of squares is that of the residuals, the same bits for one thread and two.
#include "../check.hpp"
#include "../random_columns.hpp"
#include "ccdpanel/inference/scores.hpp"
#include "ccdpanel/panel/constant.hpp"
#include "ccdpanel/panel/gmm.hpp"
#include "ccdpanel/panel/k_class.hpp"

namespace test_random_fits {

using namespace ccdpanel::panel;
using random_cases::Case;

namespace {

// y, up to three regressors, of which some are endogenous, and up to three further instruments.
Equation equation_of(Case& c, int regressors, int excluded) {
  Equation eq;
  const int endogenous = excluded ? c.below(std::min(regressors, excluded) + 1) : 0;
  for (int j = 1; j <= regressors; ++j) {
    eq.x.push_back(j);
    if (j <= endogenous) eq.endogenous.push_back(j);
  }
  if (!endogenous) return eq;
  for (int j = endogenous + 1; j <= regressors; ++j) eq.z.push_back(j);
  for (int j = 0; j < excluded; ++j) eq.z.push_back(regressors + 1 + j);
  return eq;
}

// Of the columns made ready, each at norm one.
double correlation(const Sample& s, const Eigen::VectorXd& u, const std::vector<int>& which) {
  double out = 0;
  for (const int j : which) {
    const Eigen::VectorXd v = s.columns().column(j);
    const double size = std::sqrt(squared_norm(v, s.weight) * squared_norm(u, s.weight));
    const double product = s.weight.size() ? v.dot(s.weight.cwiseProduct(u)) : v.dot(u);
    if (size > 0) out = std::max(out, std::abs(product) / size);
  }
  return out;
}

void hold(const Sample& s, const Equation& eq, const Regression& fit) {
  check::near(fit.rss, squared_norm(fit.residual, s.weight), 1e-12 * fit.rss, "squares of the residuals");
  // What is left where a fit is perfect is rounding, and rounding is orthogonal to nothing.
  if (fit.x.empty() || fit.rss < 1e-16 * s.total(eq.y)) return;
  if (eq.endogenous.empty()) {
    check::near(correlation(s, fit.residual, fit.x), 0, 1e-8, "least squares residuals and regressors");
    return;
  }
  const Eigen::MatrixXd projected = s.columns().columns(fit.z) * fit.projection;
  for (Eigen::Index j = 0; j < projected.cols(); ++j) {
    const Eigen::VectorXd v = projected.col(j);
    const double size = std::sqrt(squared_norm(v, s.weight) * fit.rss);
    const double product = s.weight.size() ? v.dot(s.weight.cwiseProduct(fit.residual)) : v.dot(fit.residual);
    check::near(product / size, 0, 1e-6, "two-stage residuals and projected regressors");
  }
}

void more(Case& c, const Sample& s, const Equation& eq, bool constant, const Regression& two_stage) {
  Regression fit = two_stage;
  const KClass k = limited_information(s, eq, c.chance(2) ? 1 : 0, constant ? 1 : 0, fit);
  if (c.tame()) check::that(k.likelihood >= 1, "kappa of limited information");
  const Eigen::MatrixXd meat =
      meats({s.columns(), {{two_stage.z, {}, {}, two_stage.residual}}, constant}, {nullptr})[0];
  const GmmStep step = gmm_step(s, eq.y, two_stage, constant, meat, 1);
  check::that(step.singular || step.coef.size() == fit.coef.size() + (constant ? 1 : 0), "a coefficient a regressor");
}

void fitted(Case& c) {
  const int regressors = 1 + c.below(3), excluded = c.below(4);
  const Eigen::MatrixXd x = random_cases::columns(c, c.rows(), 1 + regressors + excluded),
                        z = random_cases::columns(c, x.rows(), 2);
  const Eigen::VectorXd w = random_cases::weights(c, x.rows());
  const bool constant = c.chance(3);
  std::vector<Factor> effects;
  if (!constant && !c.chance(4)) effects = random_cases::factors(c, 2, z, c.chance(4));
  AbsorbOptions options;
  if (!c.tame()) options.max_iterations = 50;
  const Sample one(view(x), effects, constant, w, 1, options), two(view(x), effects, constant, w, 2, options);
  const Equation eq = equation_of(c, regressors, excluded);
  const Regression fit = regress(one, eq), again = regress(two, eq);
  check::that(random_cases::same_bits(fit.coef, again.coef) && random_cases::same_bits(fit.bread, again.bread),
              "the same bits");
  check::that(fit.coef.size() == static_cast<Eigen::Index>(fit.x.size()), "a coefficient a regressor kept");
  if (c.tame()) hold(one, eq, fit);
  if (constant) check::that(add_constant(one, eq.y, fit).coef.size() == fit.coef.size() + 1, "and the constant's");
  if (!eq.endogenous.empty() && fit.unidentified.empty() && !fit.x.empty()) more(c, one, eq, constant, fit);
}

}  // namespace

static const check::File file("panel", "test_random_fits", [] { random_cases::each(300, 3, fitted); });

}  // namespace test_random_fits

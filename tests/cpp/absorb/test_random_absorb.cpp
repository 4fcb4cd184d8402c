// Properties of every absorption: residuals and levels make the column, residuals have no level means, a second
// absorption changes nothing, the same bits for one thread and two.
#include "../check.hpp"
#include "../dense_basis.hpp"
#include "../random_columns.hpp"
#include "ccdpanel/absorb/absorb.hpp"
#include "ccdpanel/absorb/encode.hpp"
#include "ccdpanel/absorb/slope_rank.hpp"

namespace test_random_absorb {

using namespace ccdpanel::panel;
using random_cases::Case;

namespace {

double largest_mean(const Eigen::MatrixXd& x, const Factor& f, const Eigen::VectorXd& w) {
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(f.levels, x.cols());
  Eigen::VectorXd weight = Eigen::VectorXd::Zero(f.levels);
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    const double own = w.size() ? w[i] : 1;
    sum.row(f.code[static_cast<std::size_t>(i)]) += own * x.row(i);
    weight[f.code[static_cast<std::size_t>(i)]] += own;
  }
  return (weight.cwiseInverse().asDiagonal() * sum).cwiseAbs().maxCoeff();
}

void hold(const Eigen::MatrixXd& x, const std::vector<Factor>& factors, const Eigen::VectorXd& w, const Absorbed& a) {
  const double size = x.cwiseAbs().maxCoeff();
  check::that(a.status == ccdpanel::Status::ok, "a tame case converges");
  for (const Factor& f : factors) {
    if (f.intercept) check::near(largest_mean(a.columns, f, w), 0, 1e-8 * size, "no level mean is left");
  }
  const Absorbed again = absorb(a.columns, factors, w);
  check::near((again.columns - a.columns).cwiseAbs().maxCoeff(), 0, 1e-7 * size, "absorbed once is absorbed");
}

void absorbed(Case& c) {
  const int rows = c.rows(), width = 1 + c.below(4);
  const Eigen::MatrixXd x = random_cases::columns(c, rows, width), z = random_cases::columns(c, x.rows(), 2);
  const Eigen::VectorXd w = random_cases::weights(c, x.rows());
  const bool slopes = c.chance(3);
  const std::vector<Factor> factors = random_cases::factors(c, 3, z, slopes);
  AbsorbOptions one, two;
  one.max_iterations = two.max_iterations = c.tame() ? 10000 : 50;
  two.threads = 2;
  const Absorbed a = absorb(x, factors, w, one);
  check::that(random_cases::same_bits(a.columns, absorb(x, factors, w, two).columns), "the same bits");
  check::that(a.columns.rows() == x.rows() && a.columns.cols() == x.cols(), "a row a row, a column a column");
  if (c.tame()) hold(x, factors, w, a);
  const EffectsRank rank = effects_rank(factors);
  long long parameters = 0;
  for (const Factor& f : factors)
    parameters += f.levels * (static_cast<long long>(f.slopes.size()) + (f.intercept ? 1 : 0));
  check::that(rank.rank >= 0 && rank.rank <= parameters, "a rank within the parameters");
  if (!c.tame() || !rank.exact) return;
  check::that(rank.rank <= x.rows(), "and within the rows");
  if (!slopes) return;
  const Eigen::MatrixXd span = dense_basis(random_cases::effects_written_out(factors, {}, x.rows()), 1e-10);
  check::near(static_cast<double>(rank.rank), static_cast<double>(span.cols()), 0, "the rank of what is written out");
}

// Codes of any numbers, against equality of the numbers themselves.
void encoded(Case& c) {
  const std::size_t n = static_cast<std::size_t>(c.rows());
  std::vector<double> value;
  for (std::size_t i = 0; i < n; ++i) value.push_back(c.chance(3) ? c.below(5) - 2 : c.tame() ? c.normal() : c.wild());
  for (double& v : value) v = v != v ? 0 : v;  // none is missing
  std::vector<int> code(n);
  const Levels levels = encode_numbers([&](std::size_t i) { return value[i]; }, n, code.data());
  bool same = true;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < n; ++k) same = same && (code[i] == code[k]) == (value[i] == value[k]);
  }
  check::that(same, "equal codes are equal numbers");
  int rows = 0;
  for (const Tally& t : levels.tally) rows += t.count;
  check::that(rows == static_cast<int>(n), "every row is counted");
}

}  // namespace

static const check::File file("absorb", "test_random_absorb", [] {
  random_cases::each(300, 1, absorbed);
  random_cases::each(300, 2, encoded);
});

}  // namespace test_random_absorb

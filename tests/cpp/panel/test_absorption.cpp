// Oracle: the rows that absorb() gives, which test_absorb.cpp holds to a dense QR.
#include <random>

#include "../check.hpp"
#include "ccdpanel/inference/scores.hpp"
#include "ccdpanel/panel/regression.hpp"

namespace test_absorption {

using namespace ccdpanel::panel;

namespace {

std::mt19937 rng(3);

Factor drawn(Eigen::Index n, int levels, bool sorted) {
  std::vector<int> code(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < code.size(); ++i) {
    code[i] = i < static_cast<std::size_t>(levels) ? static_cast<int>(i)
                                                   : static_cast<int>(rng() % static_cast<unsigned>(levels));
  }
  if (sorted) std::sort(code.begin(), code.end());
  return {code, levels};
}

Eigen::MatrixXd numbers(Eigen::Index n, Eigen::Index k) {
  std::normal_distribution<double> normal;
  return Eigen::MatrixXd::NullaryExpr(n, k, [&] { return normal(rng); });
}

double apart(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  return (a - b).cwiseAbs().maxCoeff();
}

// Everything an absorption tells without the rows, against the rows.
void compare(const Eigen::MatrixXd& x, const std::vector<Factor>& factors, const Eigen::VectorXd& w, int threads) {
  AbsorbOptions options;
  options.threads = threads;
  const Absorption work(view(x), factors, w, options);
  const Absorbed rows = absorb(x, factors, w, options);
  const Eigen::VectorXd weight = w.size() ? w : Eigen::VectorXd::Ones(x.rows());
  const Eigen::MatrixXd cross = rows.columns.transpose() * weight.asDiagonal() * rows.columns;
  check::that(work.sound(), "cross-products keep their digits");
  check::near(apart(work.cross, cross) / cross.cwiseAbs().maxCoeff(), 0, 1e-13, "cross-products");
  const Eigen::RowVectorXd mean = weight.transpose() * x / weight.sum();
  const Eigen::MatrixXd centred = x.rowwise() - mean;
  const Eigen::VectorXd squares = (centred.array().square().colwise() * weight.array()).colwise().sum().transpose();
  check::near(apart(work.before().cwiseQuotient(squares), Eigen::VectorXd::Ones(x.cols())), 0, 1e-12, "total squares");
  Eigen::VectorXd b = Eigen::VectorXd::LinSpaced(x.cols(), 1, -1);
  if (b.size() > 2) b[1] = 0;
  check::near(apart(work.combination(b), rows.columns * b), 0, 1e-8 * x.cwiseAbs().maxCoeff(), "combinations");
}

}  // namespace

static void run() {
  for (const bool sorted : {true, false}) {
    for (Eigen::Index k = 1; k <= 7; ++k) {
      const Eigen::Index n = 300;
      const Factor unit = drawn(n, 40, sorted), time = drawn(n, 12, false), third = drawn(n, 5, false);
      const Eigen::MatrixXd x = numbers(n, k);
      const Eigen::VectorXd w = (numbers(n, 1).array().abs() + 0.1).matrix();
      for (const Eigen::VectorXd& weight : {Eigen::VectorXd(), w}) {
        compare(x, {unit}, weight, 1);
        compare(x, {time, unit}, weight, 1);
        compare(x, {unit, third, time}, weight, 1);
        compare((x.array() + 1e6).matrix(), {unit, time}, weight, 1);
      }
    }
  }

  // One unit with most of the rows, and threads.
  const Eigen::Index n = 40000;
  Factor unit = drawn(n, 300, false);
  std::vector<int> heavy(unit.code.begin(), unit.code.end());
  for (std::size_t i = 300; i < 20000; ++i) heavy[i] = 7;
  unit.code = heavy;
  const Factor firm = drawn(n, 50, false);
  const Eigen::MatrixXd x = numbers(n, 5);
  compare(x, {unit, firm}, Eigen::VectorXd(), 2);
  AbsorbOptions one, two;
  two.threads = 2;
  const Eigen::VectorXd none;
  check::that(Absorption(view(x), {unit, firm}, none, one).cross == Absorption(view(x), {unit, firm}, none, two).cross,
              "the same bits");
  const std::vector<Factor> effects{unit, firm};
  check::that(absorb(x, effects, none, one).columns == absorb(x, effects, none, two).columns, "of the rows too");

  // Scores from rows that are never written, and from written ones.
  const Eigen::VectorXd v = numbers(n, 1);
  const Sample lazy(view(x), effects, false, none, 2, one), written(view(x), effects, false, none, 2, one);
  const Columns unread;
  const ScoreSet streamed{unread, {{{1, 3, 4}, {}, {}, v}}, true, lazy.unwritten()};
  const ScoreSet stored{written.columns(), {{{1, 3, 4}, {}, {}, v}}, true};
  check::that(lazy.unwritten() && !written.unwritten(), "columns are written when they are asked for");
  const std::vector<const Factor*> ways{nullptr, &unit, &firm};
  for (std::size_t way = 0; way < ways.size(); ++way)
    check::that(meats(streamed, ways, 2)[way] == meats(stored, ways, 1)[way], "the same scores");
  check::that(score_regressors(streamed) == score_regressors(stored), "row by row");

  // Residuals sum to zero in each unit: clusters that hold units whole need no values of theirs.
  const Eigen::VectorXd residual = written.columns().column(0);
  std::vector<int> sevens;
  for (const int u : unit.code) sevens.push_back(u / 7);
  const Factor region{sevens, unit.levels / 7 + 1};
  for (const Factor* cluster : std::vector<const Factor*>{&unit, &region, &firm}) {
    Sample read(view(x), effects, false, none, 2, one);
    const ScoreSet balanced{unread, {{{1, 3, 4}, {}, {}, residual}}, false, read.unwritten(), true};
    const ScoreSet plain{written.columns(), {{{1, 3, 4}, {}, {}, residual}}, false};
    const Eigen::MatrixXd expected = meats(plain, {cluster}, 1)[0];
    check::near(apart(meats(balanced, {cluster}, 2)[0], expected), 0, 1e-11 * expected.norm(), "scores of whole units");
    check::that(detail::needs_units(balanced, {cluster}) == (cluster == &firm), "or of parts");
  }
  const Eigen::VectorXd coef = Eigen::Vector2d(.5, -2), before = lazy.residual(0, {2, 3}, coef);
  check::near(apart(before, written.residual(0, {2, 3}, coef)), 0, 1e-9, "residuals without columns");
  lazy.columns();
  check::that(lazy.residual(0, {2, 3}, coef) == written.residual(0, {2, 3}, coef), "and with them");

  // Rows picked from longer columns are the rows written out.
  std::vector<int> picked;
  for (int i = 1; i < n; i += 3) picked.push_back(i);
  Columns some = view(x);
  some.picked = picked.data();
  some.rows = static_cast<Eigen::Index>(picked.size());
  const Factor few = drawn(some.rows, 60, false), year = drawn(some.rows, 9, false);
  const Eigen::MatrixXd copied = some.all();
  check::that(absorb(some, {few, year}, none).columns == absorb(copied, {few, year}, none).columns, "picked rows");

  // Where the effects leave next to nothing of a column, its cross-products are not to be had from those of D.
  Eigen::MatrixXd made = numbers(400, 2);
  const Factor a = drawn(400, 30, false), b = drawn(400, 20, false);
  for (Eigen::Index i = 0; i < 400; ++i) made(i, 1) = 1e4 * b.code[static_cast<std::size_t>(i)] + made(i, 1);
  check::that(!Absorption(view(made), {a, b}, none, one).sound(), "digits that would be lost are noticed");

  // What the effects explain leaves no trace, however large beside the rest: the rows are those of the rest alone.
  const Factor wide = drawn(2000, 250, false), narrow = drawn(2000, 9, false);
  const Eigen::MatrixXd rest = (numbers(2000, 1) * 1024).array().round() / 1024;
  for (const double shift : {1.0, 1e2, 1e3, 1e4, 1e5}) {
    Eigen::MatrixXd column = rest;
    for (std::size_t i = 0; i < 2000; ++i)
      column(static_cast<Eigen::Index>(i), 0) += shift * (wide.code[i] % 97 + 50.0 * narrow.code[i]);
    const Absorbed with = absorb(column, {wide, narrow}, none), without = absorb(rest, {wide, narrow}, none);
    check::near(apart(with.columns, without.columns), 0, 2e-9, "rows beside large effects");
    check::that(with.certificate < 1e-8, "and their certificate");
  }

  check::that(Absorption(view(Eigen::MatrixXd::Constant(400, 1, 1e8)), {a, b}, none, one).before()[0] == 0,
              "a constant");
}

static const check::File file("panel", "test_absorption", run);

}  // namespace test_absorption

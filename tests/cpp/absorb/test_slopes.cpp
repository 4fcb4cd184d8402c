// Oracle: residuals of a dense QR on dummies and dummies times variables, formed here.
#include <random>

#include "../check.hpp"
#include "../dense_basis.hpp"
#include "ccdpanel/absorb/absorb.hpp"
#include "ccdpanel/absorb/slope_rank.hpp"

namespace test_slopes {

using namespace ccdpanel::panel;

namespace {

std::mt19937 rng(7);
std::normal_distribution<double> normal;

Eigen::MatrixXd dummies(const std::vector<Factor>& factors, Eigen::Index n) {
  Eigen::Index columns = 0;
  for (const Factor& f : factors) columns += f.levels * level_width(f);
  Eigen::MatrixXd d = Eigen::MatrixXd::Zero(n, columns);
  Eigen::Index at = 0;
  for (const Factor& f : factors) {
    for (int c = 0; c < level_width(f); ++c) {
      const int slope = c - (f.intercept ? 1 : 0);
      for (Eigen::Index i = 0; i < n; ++i)
        d(i, at + f.code[static_cast<std::size_t>(i)]) = slope < 0 ? 1.0 : f.slopes[static_cast<std::size_t>(slope)][i];
      at += f.levels;
    }
  }
  return d;
}

struct Dense {
  Eigen::MatrixXd residual;
  Eigen::Index rank;
};

Dense dense(const Eigen::MatrixXd& x, const std::vector<Factor>& factors, const Eigen::VectorXd& w) {
  const Eigen::MatrixXd d = dummies(factors, x.rows());
  const Eigen::VectorXd root = w.size() ? Eigen::VectorXd(w.cwiseSqrt()) : Eigen::VectorXd::Ones(x.rows());
  Eigen::MatrixXd rooted = root.asDiagonal() * d;
  for (Eigen::Index j = 0; j < d.cols(); ++j) {
    if (rooted.col(j).norm() > 0) rooted.col(j).normalize();
  }
  const Eigen::MatrixXd q = dense_basis(rooted, 1e-10), y = root.asDiagonal() * x;
  return {root.cwiseInverse().asDiagonal() * (y - q * (q.transpose() * y)), q.cols()};
}

Factor random_factor(Eigen::Index n, int levels) {
  std::vector<int> code(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < code.size(); ++i) {
    code[i] = i < static_cast<std::size_t>(levels) ? static_cast<int>(i)
                                                   : static_cast<int>(rng() % static_cast<unsigned>(levels));
  }
  std::shuffle(code.begin(), code.end(), rng);
  return {code, levels};
}

Eigen::MatrixXd draws(Eigen::Index n, Eigen::Index k) {
  Eigen::MatrixXd x(n, k);
  for (Eigen::Index j = 0; j < k; ++j) {
    for (Eigen::Index i = 0; i < n; ++i) x(i, j) = normal(rng);
  }
  return x;
}

// Random mixtures of effects and slopes, some of these constant or zero in a level, against the dense decomposition.
void mixtures() {
  for (int round = 0; round < 60; ++round) {
    const Eigen::Index n = 50 + static_cast<Eigen::Index>(rng() % 150);
    Eigen::MatrixXd z = draws(n, 3);
    std::vector<Factor> factors;
    const int effects = 1 + round % 3;
    for (int e = 0; e < effects; ++e) {
      factors.push_back(random_factor(n, 2 + static_cast<int>(rng() % 14)));
      Factor& f = factors.back();
      for (unsigned c = 0; c < rng() % 3; ++c) f.slopes.push_back(z.col((e + static_cast<int>(c)) % 3).data());
      f.intercept = f.slopes.empty() || rng() % 3;
    }
    if (factors[0].slopes.empty()) factors[0].slopes.push_back(z.col(2).data());
    if (round % 4 == 1) {
      for (Eigen::Index i = 0; i < n; ++i) {
        if (factors[0].code[static_cast<std::size_t>(i)] == 0) z.row(i).setConstant(0.3);
        if (factors[0].code[static_cast<std::size_t>(i)] == 1) z.row(i).setZero();
      }
    }
    if (round % 5 == 2) z.col(0).array() = 1e8 + (z.col(0).array() * 10).round();
    Eigen::VectorXd w;
    if (round % 2) w = 0.1 + draws(n, 1).col(0).array().abs();
    const Eigen::MatrixXd x = draws(n, 1 + round % 6);
    const Absorbed a = absorb(x, factors, w);
    check::that(a.status == ccdpanel::Status::ok, "converged");
    check::that(a.certificate < 1e-9, "certificate");
    if (round % 5 != 2) {
      const Dense d = dense(x, factors, w);
      check::near((a.columns - d.residual).cwiseAbs().maxCoeff(), 0, 1e-8, "residuals of the dense decomposition");
      check::near(static_cast<double>(effects_rank(factors).rank), static_cast<double>(d.rank), 0, "rank");
    }
    Eigen::Index at = 0;
    Eigen::MatrixXd fitted = Eigen::MatrixXd::Zero(n, x.cols());
    const Eigen::MatrixXd all = dummies(factors, n);
    for (const Eigen::MatrixXd& level : a.level) {
      fitted += all.middleCols(at, level.rows()) * level;
      at += level.rows();
    }
    check::near((x - fitted - a.columns).cwiseAbs().maxCoeff(), 0, round % 5 == 2 ? 1e-4 : 1e-8, "levels add up");
  }
}

// One slope on the largest effect, whose basis is not kept: with none to two other effects, with and without weights,
// rows in the units' order and not, at a shift.
void only_one() {
  for (int round = 0; round < 24; ++round) {
    const Eigen::Index n = 200;
    Eigen::MatrixXd z = draws(n, 1);
    std::vector<Factor> factors{random_factor(n, 30), random_factor(n, 15), random_factor(n, 5)};
    factors.resize(1 + static_cast<std::size_t>(round) % 3);
    if (round % 2) {
      std::vector<int> sorted(factors[0].code.begin(), factors[0].code.end());
      std::sort(sorted.begin(), sorted.end());
      factors[0].code = sorted;
    }
    if (round % 5 == 4) z.array() = (z.array() * 4).round() + 2020;  // repeats within units, some of them constants
    factors[0].slopes = {z.data()};
    check::that(only_slope(factors) == &factors[0], "the only slope");
    Eigen::VectorXd w;
    if (round % 4 > 1) w = 0.1 + draws(n, 1).col(0).array().abs();
    const Eigen::MatrixXd x = draws(n, 1 + round % 6).array() + 100;
    const Absorbed a = absorb(x, factors, w);
    const Dense d = dense(x, factors, w);
    check::that(a.status == ccdpanel::Status::ok && a.certificate < 1e-9, "the only slope, converged");
    check::near((a.columns - d.residual).cwiseAbs().maxCoeff(), 0, 1e-9, "the only slope, residuals");
    check::near(static_cast<double>(effects_rank(factors).rank), static_cast<double>(d.rank), 0,
                "the only slope, rank");
    Eigen::MatrixXd fitted = dummies(factors, n);
    Eigen::MatrixXd level(fitted.cols(), x.cols());
    Eigen::Index at = 0;
    for (const Eigen::MatrixXd& l : a.level) level.middleRows(at, l.rows()) = l, at += l.rows();
    check::near((x - fitted * level - a.columns).cwiseAbs().maxCoeff(), 0, 1e-8, "the only slope, levels add up");
  }
}

// Effects that lie wholly or partly in others, in every order: intercepts nested in another effect's, and two periods,
// whose dummies are what the units' slopes span.
void nested() {
  const Eigen::Index n = 600;
  const Factor id = random_factor(n, 60), year = random_factor(n, 9);
  std::vector<int> third;
  for (std::size_t i = 0; i < id.code.size(); ++i) third.push_back(id.code[i] / 3);
  Factor region{third, 20};
  const Factor half = random_factor(n, 2);
  const Eigen::MatrixXd s = draws(n, 1).array() + 3;
  Eigen::MatrixXd t(n, 1), x = draws(n, 2);
  for (Eigen::Index i = 0; i < n; ++i) t(i, 0) = half.code[static_cast<std::size_t>(i)] + 2001.0;
  region.slopes = {s.data()};
  Factor trend = id, sloped = half;
  trend.slopes = {t.data()};
  sloped.slopes = {s.data()};
  Factor wide = id;
  wide.slopes = {s.data()};
  const std::vector<std::vector<Factor>> sets = {
      {region, id, year}, {region, id}, {trend, half}, {wide, sloped}, {wide, sloped, region}};
  for (std::vector<Factor> factors : sets) {
    const Dense d = dense(x, factors, {});
    for (std::size_t turn = 0; turn < factors.size(); ++turn) {
      std::rotate(factors.begin(), factors.begin() + 1, factors.end());
      for (int flip = 0; flip < 2; ++flip) {
        std::swap(factors[0], factors[1]);
        const Absorbed a = absorb(x, factors, {});
        check::that(a.status == ccdpanel::Status::ok && a.certificate < 1e-9, "nested effects are absorbed");
        check::near((a.columns - d.residual).cwiseAbs().maxCoeff(), 0, 1e-9, "nested effects, residuals");
        check::near(static_cast<double>(effects_rank(factors).rank), static_cast<double>(d.rank), 0, "nested, rank");
        for (const Eigen::MatrixXd& level : a.level) check::that(level.cwiseAbs().maxCoeff() < 1e6, "nested, levels");
      }
    }
  }
}

// A solve that is cut short says so: whatever is left large was not called ok.
void honest() {
  const Eigen::Index n = 6000;
  Factor id = random_factor(n, 900);
  const Factor firm = random_factor(n, 700);
  const Eigen::MatrixXd t = draws(n, 1), x = draws(n, 2);
  id.slopes = {t.data()};
  for (const int steps : {1, 3, 8, 20, 10000}) {
    AbsorbOptions options;
    options.trial_steps = std::min(steps, 8);
    options.patience = 1e9;
    options.max_iterations = steps;
    const Absorbed a = absorb(x, {id, firm}, {}, options);
    check::that(a.status != ccdpanel::Status::ok || a.certificate < 1e-8, "what is called ok is small");
    check::that((steps > 3) == (a.certificate < 1e-8), "too few steps leave much");
  }
}

// Closed form: the line through each level's points.
void lines() {
  Eigen::MatrixXd t(6, 1), y(6, 1);
  t << 1, 2, 3, 1, 2, 4;
  y << 1, 3, 5, 10, 9, 7;
  Factor f{{0, 0, 0, 1, 1, 1}, 2, {t.data()}};
  const Absorbed a = absorb(y, {f}, {});
  check::near(a.columns.cwiseAbs().maxCoeff(), 0, 1e-14, "exact lines");
  check::near(a.level[0](0, 0), -1, 1e-13, "intercept of the first level");
  check::near(a.level[0](1, 0), 11, 1e-13, "intercept of the second");
  check::near(a.level[0](2, 0), 2, 1e-14, "slope of the first");
  check::near(a.level[0](3, 0), -1, 1e-14, "slope of the second");
  check::that(a.kept[0] <= absorbed_share, "a line is absorbed");
}

// Shifting and scaling the variable changes nothing, and a scale of 1e300 or 1e-300 neither.
void shifts() {
  const Eigen::Index n = 400;
  const Factor id = random_factor(n, 25), year = random_factor(n, 16);
  Eigen::MatrixXd t(n, 1);
  for (Eigen::Index i = 0; i < n; ++i) t(i, 0) = 1 + year.code[static_cast<std::size_t>(i)];
  const Eigen::MatrixXd x = draws(n, 3);
  const auto residuals = [&](const Eigen::MatrixXd& slope) {
    Factor f = id;
    f.slopes = {slope.data()};
    return absorb(x, {f, year}, {}).columns;
  };
  const Eigen::MatrixXd plain = residuals(t);
  for (const double shift : {1970.0, 1e8, -1e12}) {
    const Eigen::MatrixXd moved = t.array() + shift;
    check::near((residuals(moved) - plain).cwiseAbs().maxCoeff(), 0, 1e-9, "shift");
    Factor f = id;
    f.slopes = {moved.data()};
    check::near(static_cast<double>(effects_rank({f, year}).rank), 50 + 16 - 2, 0, "rank at a shift");
  }
  for (const double scale : {1e300, 1e-300, -1e-310})
    check::near((residuals(t * scale) - plain).cwiseAbs().maxCoeff(), 0, 1e-9, "scale");
  check::near((absorb(Eigen::MatrixXd(t.array() + 1e8), {[&] {
                        Factor f = id;
                        f.slopes = {t.data()};
                        return f;
                      }()},
                      {})
                   .kept[0]),
              0, absorbed_share, "its own variable is absorbed");
}

void threads() {
  const Eigen::Index n = 60000;
  Factor id = random_factor(n, 3000);
  const Factor firm = random_factor(n, 700);
  const Eigen::MatrixXd t = draws(n, 1), x = draws(n, 5);
  id.slopes = {t.data()};
  AbsorbOptions one, two;
  two.threads = 2;
  const Absorbed a = absorb(x, {id, firm}, {}, one), b = absorb(x, {id, firm}, {}, two);
  check::that(a.columns == b.columns && a.level[0] == b.level[0], "the same bits for one and two threads");
  check::that(a.certificate < 1e-9, "certificate of many levels");
  const EffectsRank rank = effects_rank({id, firm});
  check::that(rank.exact && rank.rank == 6000 + 700 - 1, "rank of many levels");
}

// Levels in a chain, which the diagonal takes hundreds of steps for; and the bound where the rank is not decomposed.
void chain() {
  const Eigen::Index n = 15000;
  std::vector<int> id(static_cast<std::size_t>(n)), firm(id);
  for (std::size_t i = 0; i < id.size(); ++i) {
    id[i] = static_cast<int>(i % 2000);
    const int at = static_cast<int>(std::lround(id[i] / 2000.0 * 1000 + 1.2 * normal(rng)));
    firm[i] = std::min(std::max(at, 0), 999);
  }
  const Eigen::MatrixXd t = draws(n, 1), x = draws(n, 2);
  Compacted c = compact(Codes(firm), 1000);
  for (const bool first : {true, false}) {
    Factor a{id, 2000}, b = c.factor;
    (first ? a : b).slopes = {t.data()};
    const Absorbed out = absorb(x, {a, b}, {});
    check::that(out.status == ccdpanel::Status::ok && out.iterations < 100, "a chain in few steps");
    check::that(out.certificate < 1e-8, "certificate of a chain");
    const Absorbed again = absorb(out.columns, {a, b}, {});
    check::near((again.columns - out.columns).cwiseAbs().maxCoeff(), 0, 1e-8, "a projection");
    if (!first) continue;
    const EffectsRank plain = effects_rank({a, b}, 10);
    check::that(plain.exact && plain.rank == 4000 + b.levels - 1, "connected through units that meet a level twice");
  }
  // To count exactly takes the cube of the firms: those of a quarter of the chain.
  std::vector<int> few, near;
  std::vector<double> trend, slope;
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (id[i] >= 500) continue;
    few.push_back(id[i]);
    near.push_back(firm[i]);
    trend.push_back(t(static_cast<Eigen::Index>(i), 0));
    slope.push_back(x(static_cast<Eigen::Index>(i), 0));
  }
  const Factor a{few, 500, {trend.data()}};
  Factor b = compact(Codes(near), 1000).factor;
  b.slopes = {slope.data()};
  b.intercept = false;
  const EffectsRank exact = effects_rank({a, b}), bound = effects_rank({a, b}, 10);
  check::that(exact.exact && !bound.exact && bound.rank >= exact.rank, "the bound is one");
}

// Four rows a unit on two firms of a chain, intercepts and slopes of both: the last of the columns depend on the others
// but for what rounding leaves of them.
void nearly_dependent() {
  std::vector<int> id, firm;
  for (int i = 0; i < 2800; ++i) {
    id.push_back(i / 4);
    firm.push_back(i / 4 + i % 2);
  }
  const Eigen::MatrixXd t = draws(2800, 2);
  const Factor a{id, 700, {t.data()}}, b{firm, 701, {t.data() + 2800}};
  const EffectsRank rank = effects_rank({a, b});
  check::that(!rank.exact && !rank.clear && rank.rank <= 2800, "not counted exactly where rounding decides");
}

void degenerate() {
  Eigen::MatrixXd x(0, 2), t(0, 1);
  Factor f{std::vector<int>{}, 0, {t.data()}};
  check::that(absorb(x, {f}, {}).columns.rows() == 0, "no rows");
  Eigen::MatrixXd one(1, 1);
  one << 3;
  Factor g{{0}, 1, {one.data()}};
  check::near(absorb(one, {g}, {}).columns(0, 0), 0, 0, "one row");
  Factor none{{0}, 1, {one.data()}, false};
  check::near(absorb(one, {none}, {}).columns(0, 0), 0, 1e-16, "one row, no intercept");
  const double nan = std::nan("");
  for (const double bad : {nan, std::numeric_limits<double>::infinity()}) {
    Eigen::MatrixXd y(4, 1), s(4, 1);
    y << 1, 2, bad, 4;
    s << 1, 2, 3, bad;
    Factor h{{0, 0, 1, 1}, 2, {s.data()}};
    (void)absorb(y, {h, Factor{{0, 1, 0, 1}, 2}}, {});
    check::that(true, "rubbish in, no crash");
  }
  check::throws<std::invalid_argument>([&] { absorb(one, {Factor{{0}, 1, {}, false}, g}, {}); }, "an empty effect");
}

// Rank and solver of a random matrix of known rank.
void cholesky() {
  for (const Eigen::Index rank : {1, 5, 63, 64, 65, 130}) {
    const Eigen::Index n = 150;
    const Eigen::MatrixXd b = draws(n, rank), s = b * b.transpose();
    const PivotedCholesky c(s);
    check::near(static_cast<double>(c.rank()), static_cast<double>(rank), 0, "rank");
    const Block<2> r = s * draws(n, 2);
    Block<2> z;
    c.solve<2>(r, z);
    check::near((s * z - r).cwiseAbs().maxCoeff() / r.cwiseAbs().maxCoeff(), 0, 1e-7, "solves what is consistent");
  }
  // Of two columns one is u, the other cos q + sin u with q taken out, which leaves the rounding of cos^2.
  for (const double sin : {1e-2, 3e-3, 1e-3, 1e-4, 1e-5}) {
    const double cos = std::sqrt(1 - sin * sin);
    Eigen::MatrixXd s(2, 2);
    s << 1 - cos * cos, 0, sin, 1;
    check::near(static_cast<double>(PivotedCholesky(s).rank()), 1, 0, "a small pivot does not come first");
  }
}

}  // namespace

static void run() {
  mixtures();
  only_one();
  nested();
  honest();
  lines();
  shifts();
  threads();
  chain();
  nearly_dependent();
  degenerate();
  cholesky();
}

static const check::File file("absorb", "test_slopes", run);

}  // namespace test_slopes

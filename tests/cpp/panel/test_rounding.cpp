// Oracles: sums of half spacings written out; columns made of whole numbers, in which nothing is rounded.
#include "../check.hpp"
#include "ccdpanel/panel/regression.hpp"
#include "ccdpanel/panel/rounding.hpp"

namespace test_rounding {

using namespace ccdpanel::panel;

namespace {

const Eigen::VectorXd none;
constexpr Eigen::Index n = 240;

// Like white noise, of spread 0.7.
double noise(Eigen::Index i, double seed) {
  return std::sin(seed + 1e3 * std::sin(seed * static_cast<double>(i + 1)));
}

Factor factor(int levels) {
  Factor out{Codes(), levels};
  for (Eigen::Index i = 0; i < n; ++i) out.code.push_back(static_cast<int>((i * i + i / levels) % levels));
  return out;
}

void norms() {
  Eigen::MatrixXd x(2, 2);
  x << 1e8, -3, -2e8, 4;
  const double u = std::ldexp(1.0, -53);
  const Eigen::VectorXd coef = Eigen::Vector2d(2, -1), w = Eigen::Vector2d(4, 9);
  check::near(rounding_norm(view(x), {{0, 1}, coef, {}}, {}, none) / (u * std::hypot(2e8 + 3, 4e8 + 4)), 1, 1e-14,
              "sizes add up");
  check::near(rounding_norm(view(x), {{0}, coef.head(1), {}}, {}, w) / (u * std::hypot(4e8, 12e8)), 1, 1e-14,
              "weights are of squares");
  Columns taken = view(x);
  taken.origin = Eigen::Vector2d(1e12, 0);
  check::near(rounding_norm(taken, {{0}, coef.head(1), {}}, {}, none) / (u * std::sqrt(2) * 2e12), 1, 1e-3,
              "of the numbers as they were");
  const std::vector<double> slope{5e9, 7e9};
  Eigen::MatrixXd level(4, 1);
  level << 10, 20, 3, -2;  // intercepts, which are no data, then slopes
  const Factor by_row{Codes(std::vector<int>{0, 1}), 2, {slope.data()}, true};
  check::near(rounding_norm(view(x), {{1}, Eigen::VectorXd::Ones(1), {level}}, {by_row}, none) /
                  (u * std::hypot(15e9 + 3, 14e9 + 4)),
              1, 1e-14, "slopes' variables round too");
}

// Columns: y, x, z, and z again with a mean of 1e8 that takes its last digits.
Eigen::MatrixXd near_and_far(double base) {
  Eigen::MatrixXd d(n, 4);
  for (Eigen::Index i = 0; i < n; ++i) {
    d(i, 1) = noise(i, 1.1);
    d(i, 2) = noise(i, 1.7);
    d(i, 3) = base + d(i, 2);
    d(i, 0) = d(i, 1) + d(i, 2) + noise(i, 2.3);
  }
  return d;
}

void copies() {
  for (const double base : {1e8, 1e10, 1e13}) {
    const Eigen::MatrixXd d = near_and_far(base);
    const std::vector<Factor> without, one{factor(6)}, two{factor(6), factor(10)};
    std::vector<Factor> sloped{factor(6)};
    sloped[0].slopes.push_back(d.col(3).data());
    std::vector<Factor> both = sloped;
    both.push_back(factor(10));
    for (const std::vector<Factor>* effects : {&without, &one, &two}) {
      const Sample s(view(d), *effects, effects->empty(), none, 1, {});
      check::that(regress(s, {0, {1, 3, 2}, {}, {}}).dropped == std::vector<int>{2}, "what rounding left is no column");
      check::that(regress(s, {0, {1, 2, 3}, {}, {}}).dropped == std::vector<int>{3}, "whichever comes first");
    }
    for (const std::vector<Factor>* effects : {&sloped, &both}) {
      const Sample s(view(d), *effects, false, none, 1, {});
      check::that(s.gone[2] && s.gone[3] && !s.gone[1], "of a slope's variable, nothing is left");
      Eigen::MatrixXd sum = d;
      sum.col(3) += d.col(1);
      const Sample with(view(sum), *effects, false, none, 1, {});
      check::that(regress(with, {0, {1, 3}, {}, {}}).dropped == std::vector<int>{3}, "nor of a sum with it");
    }
  }
  Eigen::MatrixXd d = near_and_far(1e8);
  const std::vector<Factor> two{factor(6), factor(10)};
  for (Eigen::Index i = 0; i < n; ++i) {
    const std::size_t row = static_cast<std::size_t>(i);
    d(i, 3) = 1e8 + noise(two[0].code[row], 0.3) + noise(two[1].code[row], 0.4);
  }
  check::that(Sample(view(d), two, false, none, 1, {}).gone[3], "a sum of effects, rounded");
}

// What is little, but more than rounding, stays: whole numbers near 2^53, and 16 spacings of numbers near 1e8.
void little() {
  Eigen::MatrixXd d = near_and_far(0), same = d;
  for (Eigen::Index i = 0; i < n; ++i) {
    d(i, 3) = std::round(4 * noise(i, 2.9));
    d(i, 2) = std::round(1024 * noise(i, 1.7)) / 1024 + std::ldexp(std::round(24 * noise(i, 3.1)), -26);
    d(i, 1) = std::round(1024 * noise(i, 1.7)) / 1024;
  }
  same = d;
  same.col(3).array() += 8e15;
  same.col(2).array() += 67108864;  // 2^26
  const std::vector<Factor> two{factor(6), factor(10)};
  const Sample near(view(d), two, false, none, 1, {}), far(view(same), two, false, none, 1, {});
  const Regression a = regress(near, {0, {1, 2, 3}, {}, {}}), b = regress(far, {0, {1, 2, 3}, {}, {}});
  check::that(b.dropped.empty(), "all are kept");
  check::near((a.coef - b.coef).norm() / a.coef.norm(), 0, 1e-6, "and have the coefficients of the numbers without it");
}

}  // namespace

static void run() {
  norms();
  copies();
  little();
}

static const check::File file("panel", "test_rounding", run);

}  // namespace test_rounding

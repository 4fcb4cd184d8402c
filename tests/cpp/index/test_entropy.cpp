// Expected values by hand, or from the plain formula in long double.
#include <random>

#include "../check.hpp"
#include "ccdpanel/index/entropy.hpp"

namespace test_entropy {

using namespace ccdpanel;

static index::Entropy entropy_of(const std::vector<double>& x, index::Scaling scaling, int threads = 1) {
  double mean = 0;
  for (const double v : x)
    mean += scaling.low + (scaling.high - scaling.low) * ((v * scaling.unit - scaling.origin) / scaling.width);
  mean /= static_cast<double>(x.size());
  return index::entropy({{x.data()}, x.size()}, {scaling}, {mean}, threads)[0];
}

// sum p ln(p N) / ln N; the sum of p N - 1 is 0 and taken off term by term, since long doubles end somewhere too.
static long double plain_divergence(const std::vector<double>& z) {
  long double sum = 0, out = 0;
  for (const double v : z) sum += v;
  const long double n = static_cast<long double>(z.size());
  for (const double v : z) {
    const long double r = v / sum * n;
    out += (v > 0 ? r * std::log(r) : 0) - (r - 1);
  }
  return out / n / std::log(n);
}

static void run() {
  const index::Scaling same;
  check::near(entropy_of({1, 1, 1, 1}, same).entropy, 1, 0, "even: entropy 1");
  check::near(entropy_of({1, 1, 1, 1}, same).divergence, 0, 0, "even: divergence 0, exactly");
  check::near(entropy_of({0, 0, 0, 1}, same).entropy, 0, 1e-15, "all in one row: entropy 0");
  check::near(entropy_of({1, 1, 0, 0}, same).entropy, .5, 1e-15, "two of four: ln 2 / ln 4");
  check::near(entropy_of({7, 5, 9, 7}, index::min_max(5, 9, false)).entropy, 1.5 * std::log(2) / std::log(4), 1e-15,
              "z = .5 0 1 .5, p = 1/4 0 1/2 1/4: 1.5 ln 2");

  // Rounding of N ln N / N stays within [0, 1].
  for (std::size_t n = 2; n < 400; ++n) {
    std::vector<double> z(n, 0.0);
    z.back() = 0.3;
    const index::Entropy all = index::entropy({{z.data()}, n}, {same}, {0.5}, 1)[0];
    check::near(all.entropy, 0, 1e-13, "all in one row, after a poor guess of the mean");
    check::that(all.entropy >= 0 && all.divergence <= 1, "and not beyond");
  }

  std::mt19937_64 random(2);
  for (const std::size_t n : {std::size_t{2}, std::size_t{255}, std::size_t{257}, 3 * index::rows_per_block + 11}) {
    for (const double spread : {1.0, 1e-3, 1e-6}) {
      std::vector<double> z(n);
      for (double& v : z) v = 1.0 + spread * (static_cast<double>(random() >> 11) * 0x1p-53 - .5);
      const long double expected = plain_divergence(z);
      const index::Entropy got = entropy_of(z, same);
      check::near(got.entropy, static_cast<double>(1 - expected), 1e-15, "entropy against the plain formula");
      check::near(got.divergence / static_cast<double>(expected), 1, spread == 1 ? 1e-13 : 2e-15 / spread,
                  "divergence of nearly even values keeps its digits");
      const index::Entropy two = entropy_of(z, same, 2);
      check::that(two.entropy == got.entropy && two.divergence == got.divergence, "the same bits on two threads");
      const index::Entropy off = index::entropy({{z.data()}, n}, {same}, {1.3}, 1)[0];
      check::near(off.divergence, got.divergence, 1e-15, "a poor guess of the mean changes nothing");
    }
  }
  check::that(std::isnan(entropy_of({1, 2, -1}, same).entropy), "a negative value has no entropy");
  check::that(entropy_of({1, 2, -1}, same).smallest < 0, "and is told");
  check::that(std::isnan(index::entropy({{std::vector<double>(3, 0.0).data()}, 3}, {same}, {1}, 1)[0].entropy),
              "nor have zeros alone");
  check::near(entropy_of({-1.5e308, 0, 1.5e308, 0}, index::min_max(-1.5e308, 1.5e308, false)).entropy,
              1.5 * std::log(2) / std::log(4), 1e-15, "a range beyond the largest double");
  check::near(entropy_of({0, 5e-310, 1e-309, 5e-310}, index::min_max(0, 1e-309, true)).entropy,
              1.5 * std::log(2) / std::log(4), 1e-12, "a range of subnormals");
  const std::vector<double> one = {1};
  check::throws<std::invalid_argument>([&] { index::entropy({{one.data()}, 1}, {same}, {1}, 1); }, "one row");
  check::throws<std::invalid_argument>([&] { index::entropy({{one.data()}, 1}, {}, {1}, 1); }, "a scaling a column");
}

static const check::File file("index", "test_entropy", run);

}  // namespace test_entropy

// Expected values by listing every permutation of a small map.
#include "../check.hpp"
#include "ccdpanel/regional/moran.hpp"

namespace test_moran {

using namespace ccdpanel::regional;

// Four units on a line
static const std::vector<int> start{0, 1, 3, 5, 6};
static const std::vector<int> neighbour{1, 0, 2, 1, 3, 2};
static const std::vector<double> weight{1, 0.5, 0.5, 0.5, 0.5, 1};
static const std::vector<double> z{-3, -1, 1, 3};
static const Links links{4, start.data(), neighbour.data(), weight.data()};

static void global() {
  // 3 + (1.5 - .5) + (-.5 + 1.5) + 3
  check::near(cross_product(links, z.data()), 8, 1e-14, "cross product");
  std::vector<double> room, order = z;
  double mean = 0, exact = 0;
  int n = 0;
  do {
    exact += cross_product(links, order.data());
    ++n;
  } while (std::next_permutation(order.begin(), order.end()));
  const int draws = 20000;
  for (int b = 0; b < draws; ++b) mean += permuted_cross_product(links, z.data(), 1, b, room);
  check::near(mean / draws, exact / n, 0.15, "mean over permutations");
  std::sort(room.begin(), room.end());
  check::that(room == z, "a permutation loses nothing");
  check::that(
      permuted_cross_product(links, z.data(), 1, 7, room) == permuted_cross_product(links, z.data(), 1, 7, room),
      "a draw is its number's");
}

static LocalMoments local_draws(const Links& map, const std::vector<double>& value, double variance, std::size_t unit,
                                std::size_t draws, bool replace, std::uint64_t seed) {
  LocalDraws draw(map, value.data(), replace, seed);
  const LocalStatistic at(map, value.data(), variance, unit);
  LocalMoments out;
  out.centre = at.centre;
  for (std::size_t first = 0; first < draws; first += draw.size()) {
    draw.make(first, draws);
    std::vector<double> lag(draw.size());
    draw.lags(unit, at, lag.data());
    at.add(lag.data(), lag.size(), out);
  }
  return out;
}

static void local() {
  const double draws = 60000;
  // Unit 1: z = -1, two of {-3, 1, 3} at weights 1/2: lags -1, 0, 2; I = -lag / 5.
  const LocalMoments d = local_draws(links, z, 5, 1, 60000, false, 3);
  check::near(d.centre, 1.0 / 5 / 3 * -1, 1e-15, "expected");
  check::near(d.centre + d.first / draws, -1.0 / 15, 0.005, "mean");
  // The I seen has lag -1, the greatest of three equally likely.
  check::near(d.at_least / draws, 1.0 / 3, 0.01, "as large");
  check::that(d.at_most == draws, "none larger");
  const double second = (1 + 0 + 4) / 25.0 / 3 - 1.0 / 225;
  check::near(d.second / draws, second, 0.002, "variance");
  const LocalMoments again = local_draws(links, z, 5, 1, 60000, false, 3);
  check::that(again.second == d.second, "the same draws again");
  // With replacement the variance of a mean of two is half that of one: (9 + 1 + 9 - 1/3) / 3 / 2.
  const LocalMoments twice = local_draws(links, z, 5, 1, 60000, true, 3);
  const double mean = twice.first / draws;
  check::near(twice.second / draws - mean * mean, (19 - 1.0 / 3) / 6 / 25, 0.003, "variance with replacement");
  check::near(mean, 0, 0.005, "mean with replacement");
}

// Unequal weights, of which the order of the drawn values decides: w = (0.8, 0.2) on the six pairs of {-3, 1, 3}, and
// on the nine with replacement.
static void unequal() {
  std::vector<double> slanted = weight;
  slanted[1] = 0.8;
  slanted[2] = 0.2;
  const Links map{4, start.data(), neighbour.data(), slanted.data()};
  const std::vector<double> others{-3, 1, 3};
  for (const bool replace : {false, true}) {
    double count = 0, mean = 0, square = 0, at_least = 0;
    const double seen = -(0.8 * -3 + 0.2 * 1) / 5;
    for (std::size_t a = 0; a < 3; ++a) {
      for (std::size_t b = 0; b < 3; ++b) {
        if (a == b && !replace) continue;
        const double value = -(0.8 * others[a] + 0.2 * others[b]) / 5;
        count += 1;
        mean += value;
        square += value * value;
        at_least += value >= seen - 1e-12;
      }
    }
    const LocalMoments d = local_draws(map, z, 5, 1, 60000, replace, 4);
    check::near(d.centre + d.first / 60000, mean / count, 0.005, "mean at unequal weights");
    const double second = square / count - 2 * d.centre * mean / count + d.centre * d.centre;
    check::near(d.second / 60000, second, 0.005, "second moment at unequal weights");
    check::near(d.at_least / 60000, at_least / count, 0.01, "as large at unequal weights");
  }
}

static const check::File file("regional", "moran", [] {
  global();
  local();
  unequal();
});

}  // namespace test_moran

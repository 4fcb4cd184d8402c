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

static void local() {
  std::vector<double> room;
  const std::size_t draws = 60000;
  // Unit 1: z = -1, two of {-3, 1, 3} at weights 1/2: lags -1, 0, 2; I = -lag / 5.
  const LocalDraws d = permute_local(links, z.data(), 5, 1, draws, false, 3, room);
  check::near(d.centre, 1.0 / 5 / 3 * -1, 1e-15, "expected");
  check::near(d.centre + d.first / draws, -1.0 / 15, 0.005, "mean");
  // The I seen has lag -1, the greatest of three equally likely.
  check::near(d.at_least / draws, 1.0 / 3, 0.01, "as large");
  check::that(d.at_most == static_cast<double>(draws), "none larger");
  const double second = (1 + 0 + 4) / 25.0 / 3 - 1.0 / 225;
  check::near(d.second / draws, second, 0.002, "variance");
  const LocalDraws again = permute_local(links, z.data(), 5, 1, draws, false, 3, room);
  check::that(again.second == d.second, "the same draws again");
  // With replacement the variance of a mean of two is half that of one: (9 + 1 + 9 - 1/3) / 3 / 2.
  const LocalDraws twice = permute_local(links, z.data(), 5, 1, draws, true, 3, room);
  const double mean = twice.first / draws;
  check::near(twice.second / draws - mean * mean, (19 - 1.0 / 3) / 6 / 25, 0.003, "variance with replacement");
}

static const check::File file("regional", "moran", [] {
  global();
  local();
});

}  // namespace test_moran

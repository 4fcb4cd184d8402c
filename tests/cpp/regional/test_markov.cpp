// Expected values from closed forms of small chains.
#include <random>

#include "../check.hpp"
#include "ccdpanel/regional/markov.hpp"

namespace test_markov {

using namespace ccdpanel::regional;

static std::vector<double> evaluate(const std::vector<double>& counts, std::size_t k) {
  Chain chain(k);
  std::vector<double> out(chain.layout().size());
  chain.evaluate(counts.data(), out.data());
  return out;
}

// Two classes, left with probabilities a and b: ergodic b/(a + b), a/(a + b); passage 1/a and 1/b.
static void two_classes() {
  const ChainLayout at{2};
  const std::vector<double> out = evaluate({9, 1, 3, 7}, 2);
  check::near(out[at.probability(0, 1)], 0.1, 1e-15, "probability");
  check::near(out[at.ergodic(0)], 0.75, 1e-15, "ergodic");
  check::near(out[at.passage(0, 1)], 10, 1e-13, "passage");
  check::near(out[at.passage(1, 0)], 1 / 0.3, 1e-13, "passage back");
  check::near(out[at.passage(0, 0)], 4 / 3.0, 1e-13, "return");
  check::near(out[at.shorrocks()], 0.4, 1e-15, "Shorrocks");
}

// Kemeny and Snell's land of Oz: ergodic .4 .2 .4, passage as printed there.
static void oz() {
  const ChainLayout at{3};
  const std::vector<double> out = evaluate({2, 1, 1, 1, 0, 1, 1, 1, 2}, 3);
  check::near(out[at.ergodic(0)], 0.4, 1e-14, "rain");
  check::near(out[at.ergodic(1)], 0.2, 1e-14, "nice");
  check::near(out[at.passage(0, 1)], 4, 1e-13, "rain to nice");
  check::near(out[at.passage(0, 2)], 10.0 / 3, 1e-13, "rain to snow");
  check::near(out[at.passage(1, 0)], 8.0 / 3, 1e-13, "nice to rain");
  check::near(out[at.passage(1, 1)], 5, 1e-13, "nice again");
}

static void special() {
  const ChainLayout at{2};
  const std::vector<double> absorbed = evaluate({1, 1, 0, 5}, 2);
  check::that(absorbed[at.ergodic(0)] == 0 && absorbed[at.ergodic(1)] == 1, "an absorbing class");
  check::near(absorbed[at.passage(0, 1)], 2, 1e-14, "passage to it");
  check::that(std::isinf(absorbed[at.passage(1, 0)]), "none from it");
  check::that(std::isinf(absorbed[at.passage(0, 0)]), "no sure return");
  check::near(absorbed[at.passage(1, 1)], 1, 1e-14, "stays");
  const std::vector<double> parted = evaluate({3, 0, 0, 2}, 2);
  check::that(std::isnan(parted[at.ergodic(0)]), "two closed sets have no one ergodic distribution");
  const std::vector<double> empty = evaluate({3, 1, 0, 0}, 2);
  check::that(std::isnan(empty[at.probability(1, 0)]) && std::isnan(empty[at.shorrocks()]), "nobody leaves");
  check::near(empty[at.probability(0, 0)], 0.75, 1e-15, "the other row stays");
  const ChainLayout three{3};
  const std::vector<double> aside = evaluate({9, 0, 1, 0, 0, 0, 3, 0, 7}, 3);
  check::near(aside[three.ergodic(0)], 0.75, 1e-15, "a class that nobody is in is left aside");
  check::near(aside[three.passage(0, 2)], 10, 1e-13, "passage beside it");
  check::near(aside[three.shorrocks()], 0.4, 1e-15, "Shorrocks without it");
  check::that(std::isnan(aside[three.ergodic(1)]) && std::isnan(aside[three.probability(0, 0)]) == false,
              "its own numbers are none");
  // What lies behind the class that is waited for is no matter: m_01 = 1 / (1 - .5), m_02 = 2 + 1 / .75.
  const std::vector<double> ladder = evaluate({2, 2, 0, 0, 1, 3, 0, 0, 5}, 3);
  check::near(ladder[three.passage(0, 1)], 2, 1e-14, "passage to a class on the way");
  check::near(ladder[three.passage(0, 2)], 2 + 4 / 3.0, 1e-13, "passage to the end of the way");
  check::that(std::isinf(ladder[three.passage(1, 1)]), "no return from behind it");
  const std::vector<double> beside = evaluate({2, 1, 1, 0, 1, 3, 0, 0, 5}, 3);
  check::that(std::isinf(beside[three.passage(0, 1)]), "a way that goes past it");
  check::near(beside[three.passage(0, 2)], 2 * (1 + .25 / .75), 1e-13, "both ways end there");
  const std::vector<double> cycle = evaluate({0, 4, 4, 0}, 2);
  check::near(cycle[at.ergodic(0)], 0.5, 1e-15, "a cycle");
}

// pi P = pi, and the first-step equations of passage
static void random_chains() {
  std::mt19937 random(2);
  for (std::size_t k = 2; k < 12; ++k) {
    std::vector<double> counts(k * k);
    for (double& c : counts) c = static_cast<double>(random() % 5);
    for (std::size_t i = 0; i < k; ++i) counts[i * k + (i + 1) % k] += 1;
    const ChainLayout at{k};
    const std::vector<double> out = evaluate(counts, k);
    for (std::size_t j = 0; j < k; ++j) {
      double share = 0;
      for (std::size_t i = 0; i < k; ++i) share += out[at.ergodic(i)] * out[at.probability(i, j)];
      check::near(share, out[at.ergodic(j)], 1e-13, "stationary");
      check::near(out[at.passage(j, j)], 1 / out[at.ergodic(j)], 1e-8 / out[at.ergodic(j)], "return time");
    }
  }
}

static const check::File file("regional", "markov", [] {
  two_classes();
  oz();
  special();
  random_chains();
});

}  // namespace test_markov

// Expected values by hand.
#include <stdexcept>

#include "../check.hpp"
#include "ccdpanel/core/parallel_for.hpp"

namespace test_parallel_for {

static void run() {
  for (const int threads : {0, 1, 2, 7}) {
    std::vector<int> seen(1000, 0);
    ccdpanel::core::parallel_for(seen.size(), threads, [&](std::size_t i) { ++seen[i]; });
    check::that(seen == std::vector<int>(1000, 1), "every block once");
  }
  ccdpanel::core::parallel_for(0, 4, [](std::size_t) { check::that(false, "no block, no call"); });
  check::throws<std::runtime_error>(
      [] {
        ccdpanel::core::parallel_for(100, 4, [](std::size_t i) {
          if (i == 37) throw std::runtime_error("thirty-seven");
        });
      },
      "a worker's exception arrives here");

  std::vector<int> seen(10, 0);
  std::vector<std::size_t> polled;
  const auto body = [&](std::size_t i) { ++seen[i]; };
  ccdpanel::core::parallel_for(seen.size(), 4, 2, body, [&](std::size_t done) { polled.push_back(done); });
  check::that(seen == std::vector<int>(10, 1) && polled == std::vector<std::size_t>{0, 4, 8}, "in batches of four");
  check::throws<std::runtime_error>(
      [&] {
        ccdpanel::core::parallel_for(seen.size(), 4, 2, body, [](std::size_t done) {
          if (done == 8) throw std::runtime_error("enough");
        });
      },
      "a poll's exception arrives here");
  check::that(seen == std::vector<int>{2, 2, 2, 2, 2, 2, 2, 2, 1, 1}, "what was done before stays");
}

static const check::File file("core", "test_parallel_for", run);

}  // namespace test_parallel_for

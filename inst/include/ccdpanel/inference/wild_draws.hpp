// The multipliers of the wild cluster bootstrap, draw by draw.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "ccdpanel/core/parallel_for.hpp"
#include "ccdpanel/core/random.hpp"

namespace ccdpanel::panel {

enum class WildWeights { rademacher, webb, mammen, normal };

// One multiplier a boot cluster, in draws that are numbered: all sign vectors in turn, or random ones, each from its
// own stream, so that a draw is the same whoever makes it.
struct WildDraws {
  WildWeights type = WildWeights::rademacher;
  bool enumerate = false;
  std::uint64_t seed = 0;

  void fill(std::uint64_t draw, Eigen::Ref<Eigen::VectorXd> out) const {
    if (enumerate) {
      for (Eigen::Index b = 0; b < out.size(); ++b) out[b] = (draw >> b) & 1 ? 1.0 : -1.0;
      return;
    }
    core::Random random(seed, draw, 0x77696c64);
    for (double* v = out.data(); v != out.data() + out.size(); ++v) *v = one(random);
  }

 private:
  double one(core::Random& random) const {
    switch (type) {
      case WildWeights::rademacher:
        return random.bits() >> 63 ? 1.0 : -1.0;
      case WildWeights::webb: {
        const std::uint32_t k = random.below(6);
        return (k < 3 ? 1.0 : -1.0) * std::sqrt(0.5 * (1 + k % 3));
      }
      case WildWeights::mammen: {
        const double root = std::sqrt(5.0);
        return random.uniform() < (root + 1) / (2 * root) ? (1 - root) / 2 : (1 + root) / 2;
      }
      default:
        return random.normal();
    }
  }
};

namespace detail {

// body(first draw, number, multipliers) over blocks of draws on threads, `tick` between rounds of blocks on this one.
// `work` is the number of products of a draw: where all are few, starting threads costs more than they take.
template <class Body, class Tick>
void over_draws(const WildDraws& draws, std::uint64_t count, Eigen::Index clusters, double work, int threads,
                const Body& body, const Tick& tick) {
  if (work * static_cast<double>(count) < 2e8) threads = 1;
  // Blocks of a size that stays near the processor; the same for any number of threads.
  const std::uint64_t length =
      static_cast<std::uint64_t>(std::clamp<Eigen::Index>(262144 / std::max<Eigen::Index>(clusters, 1), 8, 64));
  const std::uint64_t round = 64 * length;
  for (std::uint64_t start = 0; start < count; start += round) {
    const std::uint64_t end = std::min(count, start + round);
    core::parallel_for(static_cast<std::size_t>((end - start + length - 1) / length), threads, [&](std::size_t block) {
      const std::uint64_t first = start + block * length;
      const std::uint64_t many = std::min(length, end - first);
      Eigen::MatrixXd v(clusters, static_cast<Eigen::Index>(many));
      for (std::uint64_t d = 0; d < many; ++d) draws.fill(first + d, v.col(static_cast<Eigen::Index>(d)));
      body(static_cast<Eigen::Index>(first), static_cast<Eigen::Index>(many), v);
    });
    tick();
  }
}

}  // namespace detail

}  // namespace ccdpanel::panel

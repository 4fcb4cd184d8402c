// Random numbers that belong to a key and not to a moment.
#pragma once

#include <cmath>
#include <cstdint>

namespace ccdpanel::core {

// A bijection of 64 bits in which every bit of the input moves half of those of the output (the finaliser of
// SplitMix64: Steele, Lea and Flood 2014, doi:10.1145/2714064.2660195).
inline std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// One stream for each (seed, replicate, purpose). A replicate's numbers are the same whoever draws them, and when; and
// leaving one purpose out does not move the others.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t replicate, std::uint64_t purpose)
      : state_(mix(mix(mix(seed + step) + replicate + step) + purpose + step)) {}

  std::uint64_t bits() { return mix(state_ += step); }

  // In [0, 1), a multiple of 2^-53
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

  // In [0, n), each equally likely to 2^-32 n
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(((bits() >> 32) * n) >> 32); }

  // Standard normal, by Box and Muller (1958)
  double normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(6.283185307179586 * uniform());
  }

 private:
  static constexpr std::uint64_t step = 0x9e3779b97f4a7c15;  // 2^64 / golden ratio
  std::uint64_t state_;
};

}  // namespace ccdpanel::core

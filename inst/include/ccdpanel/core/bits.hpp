// A double and its bits.
#pragma once

#include <cstdint>
#include <cstring>

namespace ccdpanel::core {

inline std::uint64_t bits(double x) {
  std::uint64_t out;
  std::memcpy(&out, &x, sizeof out);
  return out;
}

inline double number(std::uint64_t x) {
  double out;
  std::memcpy(&out, &x, sizeof out);
  return out;
}

}  // namespace ccdpanel::core

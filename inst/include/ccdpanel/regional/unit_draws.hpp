// Bootstrap draws of units: how often each unit counts in a draw.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "ccdpanel/core/random.hpp"

namespace ccdpanel::regional {

// Units by stratum; a draw has as many units of each stratum as there are, with replacement.
class UnitDraws {
 public:
  UnitDraws(const std::vector<int>& stratum, std::uint64_t seed) : seed_(seed), units_(stratum.size()) {
    for (std::size_t unit = 0; unit < stratum.size(); ++unit) {
      if (stratum[unit] < 0) throw std::invalid_argument("a stratum must not be negative");
      const auto s = static_cast<std::size_t>(stratum[unit]);
      if (s >= members_.size()) members_.resize(s + 1);
      members_[s].push_back(static_cast<std::uint32_t>(unit));
    }
  }

  std::size_t units() const { return units_; }

  // Depends on the seed and the number of the draw alone.
  void counts(std::uint64_t draw, double* out) const {
    core::Random random(seed_, draw, purpose);
    for (std::size_t unit = 0; unit < units_; ++unit) out[unit] = 0;
    for (const auto& members : members_) {
      const auto n = static_cast<std::uint32_t>(members.size());
      for (std::uint32_t i = 0; i < n; ++i) out[members[random.below(n)]] += 1;
    }
  }

 private:
  static constexpr std::uint64_t purpose = 0x756e697473;  // "units"
  std::uint64_t seed_;
  std::size_t units_;
  std::vector<std::vector<std::uint32_t>> members_;
};

}  // namespace ccdpanel::regional

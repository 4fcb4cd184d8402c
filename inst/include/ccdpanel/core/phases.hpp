// Where the time of a call goes.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace ccdpanel::core {

// Seconds since the phase before ended, in order, under the names of the phases; equal names add up.
class Phases {
 public:
  using Clock = std::chrono::steady_clock;

  void end(const std::string& name) {
    const Clock::time_point now = Clock::now();
    const double seconds = std::chrono::duration<double>(now - std::exchange(last_, now)).count();
    for (auto& [known, sum] : seconds_) {
      if (known != name) continue;
      sum += seconds;
      return;
    }
    seconds_.emplace_back(name, seconds);
  }
  const std::vector<std::pair<std::string, double>>& seconds() const { return seconds_; }

 private:
  Clock::time_point last_ = Clock::now();
  std::vector<std::pair<std::string, double>> seconds_;
};

// For whoever may have nobody to tell.
inline void end_phase(Phases* phases, const char* name) {
  if (phases) phases->end(name);
}

}  // namespace ccdpanel::core

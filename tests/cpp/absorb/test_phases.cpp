// Names, their order and what they add up to; the phases of an absorption.
#include <chrono>
#include <thread>

#include "../check.hpp"
#include "ccdpanel/absorb/absorption.hpp"

namespace test_phases {

using namespace ccdpanel;

static void run() {
  core::Phases phases;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  phases.end("sort");
  phases.end("solve");
  const double once = phases.seconds()[0].second;
  check::that(once >= .02, "a phase lasts since the one before ended");
  check::that(phases.seconds()[1].second < once, "and the next begins there");
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  core::end_phase(&phases, "sort");
  check::that(phases.seconds().size() == 2 && phases.seconds()[0].second >= once + .02, "equal names add up");
  core::end_phase(nullptr, "sort");

  const std::vector<panel::Factor> effects{{{0, 0, 1, 1, 2, 2}, 3}, {{0, 1, 0, 1, 0, 1}, 2}};
  const Eigen::MatrixXd x = Eigen::VectorXd::LinSpaced(6, 0, 1).array().square().matrix();
  core::Phases told;
  panel::AbsorbOptions options;
  options.phases = &told;
  const Eigen::VectorXd none;
  const panel::Absorption work(panel::view(x), effects, none, options);
  std::vector<std::string> names;
  for (const auto& phase : told.seconds()) names.push_back(phase.first);
  check::that(names == std::vector<std::string>({"sort", "means", "set up", "solve"}),
              "an absorption tells its phases");
}

static const check::File file("absorb", "test_phases", run);

}  // namespace test_phases

// How the indices of a panel are made, and what may differ from replay to replay.
#pragma once

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "ccdpanel/core/random.hpp"
#include "ccdpanel/index/normalise.hpp"

namespace ccdpanel::index {

enum class Normalisation { min_max, rank, zscore, vector, sum, none };
enum class WeightRule { entropy, equal, given, deviation, variation, critic, components };
enum class AggregationRule { linear, geometric, topsis };

// Target range [low, high] of z, before an entropy (its zero rule) or a mean is taken.
struct Target {
  double low = 0;
  double high = 1;
};

struct Aggregation {
  AggregationRule rule = AggregationRule::linear;
  Target target;
};

struct Indicator {
  std::size_t system = 0;
  bool reversed = false;
  bool interval = false;  // best inside [lower, upper]; such an indicator has no ranks and keeps min-max
  bool posted = false;    // goalposts: lower and upper are its minimum and maximum
  double lower = 0;
  double upper = 0;
  double weight = 0;  // where weights are given
};

// The panel and how its indices are made. Rows lie by period; ranges and weights come from each stratum, which is a
// period or all of them.
struct Study {
  Columns columns;
  std::vector<Indicator> indicators;
  std::size_t systems = 0;
  std::vector<int> unit;  // of each row, from 0
  std::size_t units = 0;
  std::vector<std::size_t> periods;         // first rows, and the number of rows at the end
  std::vector<std::size_t> strata;          // likewise
  std::vector<std::vector<char>> complete;  // of each system, the rows without a gap; empty where there is none.
                                            // The other rows hold values of a complete one
  std::vector<char> base;                   // the rows that ranges and moments come from; empty: all
  WeightRule weights = WeightRule::entropy;
  std::vector<std::vector<double>> given;  // weights of each period and indicator where they are given by time
  double share = 0;           // of the variance, that the components explain; 0: components with eigenvalue above 1
  bool drop_constant = true;  // given weights of values taken as they are stand even where nothing varies
  bool clip = true;           // values beyond the drawn range are set to its end; else scores may leave [0, 1]
  bool coupled = true;        // have several systems a degree of coordination?

  bool in(std::size_t system, std::size_t row) const { return complete.empty() || complete[system][row]; }
};

// What may differ from replay to replay. The first of each list is the study's own; one alone does not vary.
struct Variation {
  bool units = false;
  double deviation = 0;  // of the logarithms of the weights
  std::vector<Normalisation> normalisation = {Normalisation::min_max};
  std::vector<Target> zero = {Target{}};
  std::vector<Aggregation> aggregation = {Aggregation{}};
};

// One replay's circumstances.
struct Draw {
  std::vector<int> times;      // how often each unit is drawn
  std::vector<double> factor;  // of each indicator's weight
  std::size_t normalisation = 0;
  std::size_t zero = 0;
  std::size_t aggregation = 0;
};

inline void draw(std::uint64_t seed, std::uint64_t replicate, const Variation& vary, Draw& out) {
  const auto pick = [&](std::uint64_t purpose, std::size_t choices) {
    return core::Random(seed, replicate, purpose).below(static_cast<std::uint32_t>(choices));
  };
  if (vary.units) {
    core::Random random(seed, replicate, 1);
    std::fill(out.times.begin(), out.times.end(), 0);
    for (std::size_t u = 0; u < out.times.size(); ++u)
      ++out.times[random.below(static_cast<std::uint32_t>(out.times.size()))];
  } else {
    std::fill(out.times.begin(), out.times.end(), 1);
  }
  core::Random noise(seed, replicate, 2);
  for (double& f : out.factor) f = vary.deviation > 0 ? std::exp(vary.deviation * noise.normal()) : 1.0;
  out.normalisation = pick(3, vary.normalisation.size());
  out.zero = pick(4, vary.zero.size());
  out.aggregation = pick(5, vary.aggregation.size());
}

namespace detail {

inline void check(const Study& study) {
  const std::size_t rows = study.columns.rows;
  if (study.columns.data.size() != study.indicators.size() || study.unit.size() != rows)
    throw std::invalid_argument("replay: one indicator a column and one unit a row");
  for (const Indicator& indicator : study.indicators)
    if (indicator.system >= study.systems) throw std::invalid_argument("replay: no such system");
  for (const int unit : study.unit)
    if (unit < 0 || static_cast<std::size_t>(unit) >= study.units) throw std::invalid_argument("replay: no such unit");
  for (const auto& rows_of : study.complete)
    if (rows_of.size() != rows) throw std::invalid_argument("replay: one mark of completeness a row");
  if (!study.complete.empty() && study.complete.size() != study.systems)
    throw std::invalid_argument("replay: completeness by system");
  if (!study.base.empty() && study.base.size() != rows)
    throw std::invalid_argument("replay: one mark of the base a row");
  for (const auto& weights : study.given)
    if (weights.size() != study.indicators.size()) throw std::invalid_argument("replay: one weight an indicator");
  if (!study.given.empty() && study.given.size() + 1 != study.periods.size())
    throw std::invalid_argument("replay: weights by period");
  for (const auto& cuts : {study.periods, study.strata})
    if (cuts.size() < 2 || cuts.front() != 0 || cuts.back() != rows || !std::is_sorted(cuts.begin(), cuts.end()))
      throw std::invalid_argument("replay: periods and strata must cut up the rows");
}

inline void check(const Variation& vary) {
  if (vary.normalisation.empty() || vary.zero.empty() || vary.aggregation.empty())
    throw std::invalid_argument("replay: at least one of each choice");
}

}  // namespace detail

}  // namespace ccdpanel::index

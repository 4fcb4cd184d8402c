// Bindings of regional/: a translation unit of its own, without Eigen.
#include <Rcpp.h>

#include <algorithm>
#include <vector>

#include "ccdpanel/core/parallel_for.hpp"
#include "ccdpanel/regional/inequality.hpp"
#include "ccdpanel/regional/markov.hpp"
#include "ccdpanel/regional/moran.hpp"
#include "ccdpanel/regional/unit_draws.hpp"

namespace kernel = ccdpanel::regional;

namespace {

// body(i) for i in [0, n) on a few threads; between batches this thread looks whether the user interrupted, and tells
// `note` how many are done.
template <class Body, class Note>
void interruptible(std::size_t n, std::size_t batch, int threads, const Body& body, const Note& note) {
  ccdpanel::core::parallel_for(n, batch, threads, body, [&](std::size_t done) {
    Rcpp::checkUserInterrupt();
    if (done) note(done);
  });
  if (n) note(n);
}

template <class Body>
void interruptible(std::size_t n, std::size_t batch, int threads, const Body& body) {
  interruptible(n, batch, threads, body, [](std::size_t) {});
}

// Values of a panel, units by periods by replays; groups and weights, units by periods.
struct Panel {
  Rcpp::NumericVector values;
  Rcpp::IntegerVector group;
  Rcpp::NumericVector weight;
  std::size_t units, periods, replays, groups;

  const double* column(std::size_t replay, std::size_t t) const {
    return values.begin() + (replay * periods + t) * units;
  }
};

Panel map_panel(const Rcpp::List& in) {
  Panel out{in["values"], in["group"], in["weight"], 0, 0, 0, Rcpp::as<std::size_t>(in["groups"])};
  out.units = Rcpp::as<std::size_t>(in["units"]);
  out.periods = Rcpp::as<std::size_t>(in["periods"]);
  const std::size_t cells = out.units * out.periods;
  const auto size = static_cast<std::size_t>(out.values.size());
  if (!cells || size % cells || static_cast<std::size_t>(out.group.size()) != cells ||
      static_cast<std::size_t>(out.weight.size()) != cells)
    throw std::invalid_argument("a panel's parts differ in size");
  out.replays = size / cells;
  return out;
}

std::vector<kernel::Distribution> distributions(const Panel& panel, std::size_t replay, kernel::InequalityRule rule) {
  std::vector<kernel::Distribution> out;
  for (std::size_t t = 0; t < panel.periods; ++t)
    out.emplace_back(panel.column(replay, t), panel.group.begin() + t * panel.units,
                     panel.weight.begin() + t * panel.units, panel.units, panel.groups, rule);
  return out;
}

Rcpp::NumericVector wrap_array(std::vector<int> dim, Rcpp::NumericVector values) {
  values.attr("dim") = Rcpp::IntegerVector(dim.begin(), dim.end());
  return values;
}

kernel::Links map_links(const Rcpp::IntegerVector& start, const Rcpp::IntegerVector& neighbour,
                        const Rcpp::NumericVector& weight, R_xlen_t count) {
  const auto units = static_cast<std::size_t>(count);
  bool fits = static_cast<std::size_t>(start.size()) == units + 1 && neighbour.size() == weight.size() &&
              start[0] == 0 && start[start.size() - 1] == neighbour.size();
  for (const int j : neighbour) fits = fits && j >= 0 && static_cast<std::size_t>(j) < units;
  if (!fits) throw std::invalid_argument("links do not fit the units");
  return {units, start.begin(), neighbour.begin(), weight.begin()};
}

std::vector<kernel::Transition> map_steps(const Rcpp::List& in, int classes, int regimes, int units) {
  const Rcpp::IntegerVector unit = in["unit"], regime = in["regime"], from = in["from"], to = in["to"];
  std::vector<kernel::Transition> out;
  out.reserve(static_cast<std::size_t>(unit.size()));
  const auto below = [](int x, int n) { return x >= 0 && x < n; };
  for (R_xlen_t s = 0; s < unit.size(); ++s) {
    if (!below(unit[s], units) || !below(regime[s], regimes) || !below(from[s], classes) || !below(to[s], classes))
      throw std::invalid_argument("a transition of no unit, regime or class");
    out.push_back({unit[s], regime[s], from[s], to[s]});
  }
  return out;
}

}  // namespace

// The measures of each period, on the first of the replays (statistics by periods) and on `draws` of them (statistics
// by periods by draws). Draw b is of replay b, from the second on and in turn, where there are several; and of as many
// units of each stratum as there are where `resample`. Here and below `progress` is a function of the draws done,
// called on this thread alone; an error or an interrupt there leaves once the other threads have ended.
// [[Rcpp::export(rng = false)]]
Rcpp::List bind_inequality(const Rcpp::List& panel, double epsilon, bool correct, const Rcpp::IntegerVector& stratum,
                           bool resample, int draws, double seed, int threads, const Rcpp::Function& progress) {
  const Panel in = map_panel(panel);
  const kernel::InequalityRule rule{epsilon, correct};
  const std::vector<kernel::Distribution> own = distributions(in, 0, rule);
  const std::size_t size = own[0].layout().size(), periods = in.periods;
  Rcpp::NumericVector estimate(Rcpp::no_init(size * periods));
  kernel::InequalityWork one(in.groups);
  for (std::size_t t = 0; t < periods; ++t) own[t].evaluate(nullptr, one, estimate.begin() + t * size);

  const kernel::UnitDraws units({stratum.begin(), stratum.end()}, static_cast<std::uint64_t>(seed));
  if (units.units() != in.units) throw std::invalid_argument("strata must be one a unit");
  Rcpp::NumericVector drawn(Rcpp::no_init(size * periods * static_cast<std::size_t>(draws)));
  double* const to = drawn.begin();
  interruptible(
      static_cast<std::size_t>(draws), 64, threads,
      [&](std::size_t b) {
        std::vector<double> counts(in.units, 1.0);
        kernel::InequalityWork work(in.groups);
        if (resample) units.counts(b, counts.data());
        const std::vector<kernel::Distribution> other =
            in.replays > 1 ? distributions(in, 1 + b % (in.replays - 1), rule) : std::vector<kernel::Distribution>();
        const std::vector<kernel::Distribution>& used = in.replays > 1 ? other : own;
        for (std::size_t t = 0; t < periods; ++t) used[t].evaluate(counts.data(), work, to + (b * periods + t) * size);
      },
      [&](std::size_t done) { progress(static_cast<double>(done)); });
  const int s = static_cast<int>(size), p = static_cast<int>(periods);
  return Rcpp::List::create(Rcpp::_["estimate"] = wrap_array({s, p}, estimate),
                            Rcpp::_["draws"] = wrap_array({s, p, draws}, drawn));
}

// How often each unit counts in each draw: units by draws.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericMatrix bind_unit_draws(const Rcpp::IntegerVector& stratum, int draws, double seed) {
  const kernel::UnitDraws units({stratum.begin(), stratum.end()}, static_cast<std::uint64_t>(seed));
  Rcpp::NumericMatrix out(Rcpp::no_init(static_cast<int>(units.units()), draws));
  for (int b = 0; b < draws; ++b)
    units.counts(static_cast<std::uint64_t>(b), out.begin() + static_cast<std::size_t>(b) * units.units());
  return out;
}

// Of each unit and column of z the weighted sum of its neighbours' values.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericMatrix bind_spatial_sums(const Rcpp::IntegerVector& start, const Rcpp::IntegerVector& neighbour,
                                      const Rcpp::NumericVector& weight, const Rcpp::NumericMatrix& z) {
  const kernel::Links links = map_links(start, neighbour, weight, z.nrow());
  Rcpp::NumericMatrix out(Rcpp::no_init(z.nrow(), z.ncol()));
  for (int c = 0; c < z.ncol(); ++c) {
    const std::size_t first = static_cast<std::size_t>(c) * links.units;
    const double* const from = z.begin() + first;
    double* const to = out.begin() + first;
    for (std::size_t i = 0; i < links.units; ++i) to[i] = kernel::spatial_sum(links, from, i);
  }
  return out;
}

// Cross-products sum_ij w_ij z_i z_j after permutations of z.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericVector bind_moran(const Rcpp::IntegerVector& start, const Rcpp::IntegerVector& neighbour,
                               const Rcpp::NumericVector& weight, const Rcpp::NumericVector& z, int draws, double seed,
                               int threads, const Rcpp::Function& progress) {
  const kernel::Links links = map_links(start, neighbour, weight, z.size());
  Rcpp::NumericVector out(Rcpp::no_init(draws));
  double* const to = out.begin();
  const double* const values = z.begin();
  const auto key = static_cast<std::uint64_t>(seed);
  constexpr std::size_t each = 16;  // draws that share their room
  const auto n = static_cast<std::size_t>(draws);
  interruptible((n + each - 1) / each, 64, threads,
                [&](std::size_t block) {
                  std::vector<double> shuffled;
                  for (std::size_t b = block * each; b < std::min(n, (block + 1) * each); ++b)
                    to[b] = kernel::permuted_cross_product(links, values, key, b, shuffled);
                },
                [&](std::size_t blocks) { progress(static_cast<double>(std::min(n, blocks * each))); });
  return out;
}

// Of each unit: moments of the local I under conditional permutations, and the draws at least, and at most, as large.
// [[Rcpp::export(rng = false)]]
Rcpp::NumericMatrix bind_local_moran(const Rcpp::IntegerVector& start, const Rcpp::IntegerVector& neighbour,
                                     const Rcpp::NumericVector& weight, const Rcpp::NumericVector& z, double variance,
                                     int draws, bool replace, double seed, int threads,
                                     const Rcpp::Function& progress) {
  const kernel::Links links = map_links(start, neighbour, weight, z.size());
  const std::size_t units = links.units, end = static_cast<std::size_t>(draws);
  Rcpp::NumericMatrix out(static_cast<int>(units), 7);
  double* const to = out.begin();
  std::vector<kernel::LocalMoments> found(units);
  const double* const values = z.begin();
  kernel::LocalDraws draw(links, values, replace, static_cast<std::uint64_t>(seed));
  constexpr std::size_t each = 64;  // units that share their room
  for (std::size_t first = 0; first < end; first += draw.size()) {
    draw.make(first, end);
    interruptible((units + each - 1) / each, 64, threads, [&](std::size_t block) {
      std::vector<double> lag(draw.size());
      for (std::size_t i = block * each; i < std::min(units, (block + 1) * each); ++i) {
        const kernel::LocalStatistic unit(links, values, variance, i);
        draw.lags(i, unit, lag.data());
        found[i].centre = unit.centre;
        unit.add(lag.data(), lag.size(), found[i]);
      }
    });
    progress(static_cast<double>(first + draw.size()));
  }
  for (std::size_t i = 0; i < units; ++i) {
    const kernel::LocalMoments& m = found[i];
    const double row[] = {m.centre, m.first, m.second, m.third, m.fourth, m.at_least, m.at_most};
    for (std::size_t c = 0; c < 7; ++c) to[c * units + i] = row[c];
  }
  return out;
}

// Chains from transitions: of all regimes together, then of each; on the first set of transitions (statistics by
// chains) and on draws (statistics by chains by draws) as in bind_inequality(). Set r is at [sets[r], sets[r + 1]).
// [[Rcpp::export(rng = false)]]
Rcpp::List bind_markov(const Rcpp::List& steps, const Rcpp::IntegerVector& sets, int classes, int regimes,
                       const Rcpp::IntegerVector& stratum, bool resample, int draws, double seed, int threads,
                       const Rcpp::Function& progress) {
  const std::vector<kernel::Transition> all = map_steps(steps, classes, regimes, static_cast<int>(stratum.size()));
  const std::vector<std::size_t> start(sets.begin(), sets.end());
  const std::size_t replays = start.size() - 2, k = static_cast<std::size_t>(classes);
  const std::size_t chains = static_cast<std::size_t>(regimes) + 1, size = kernel::ChainLayout{k}.size();
  const auto evaluate = [&](std::size_t set, const double* counts, double* to) {
    std::vector<double> table(chains * k * k, 0.0);
    for (std::size_t s = start[set]; s < start[set + 1]; ++s) {
      const kernel::Transition& step = all[s];
      const double count = counts ? counts[step.unit] : 1;
      const std::size_t at = static_cast<std::size_t>(step.from) * k + static_cast<std::size_t>(step.to);
      table[at] += count;
      table[(static_cast<std::size_t>(step.regime) + 1) * k * k + at] += count;
    }
    kernel::Chain chain(k);
    for (std::size_t c = 0; c < chains; ++c) chain.evaluate(table.data() + c * k * k, to + c * size);
  };
  Rcpp::NumericVector estimate(Rcpp::no_init(size * chains));
  evaluate(0, nullptr, estimate.begin());
  const kernel::UnitDraws units({stratum.begin(), stratum.end()}, static_cast<std::uint64_t>(seed));
  Rcpp::NumericVector drawn(Rcpp::no_init(size * chains * static_cast<std::size_t>(draws)));
  double* const to = drawn.begin();
  interruptible(
      static_cast<std::size_t>(draws), 64, threads,
      [&](std::size_t b) {
        std::vector<double> counts(units.units(), 1.0);
        if (resample) units.counts(b, counts.data());
        evaluate(replays ? 1 + b % replays : 0, counts.data(), to + b * size * chains);
      },
      [&](std::size_t done) { progress(static_cast<double>(done)); });
  const int s = static_cast<int>(size), c = static_cast<int>(chains);
  return Rcpp::List::create(Rcpp::_["estimate"] = wrap_array({s, c}, estimate),
                            Rcpp::_["draws"] = wrap_array({s, c, draws}, drawn));
}

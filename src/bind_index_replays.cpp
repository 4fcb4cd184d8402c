// Bindings of replays of an index: map, call one kernel, wrap.
#include <RcppEigen.h>

#include "bind_index.h"
#include "ccdpanel/index/replays.hpp"

namespace kernel = ccdpanel::index;

namespace {

kernel::Normalisation map_normalisation(const std::string& name) {
  if (name == "minmax") return kernel::Normalisation::min_max;
  if (name == "rank") return kernel::Normalisation::rank;
  if (name == "zscore") return kernel::Normalisation::zscore;
  if (name == "vector") return kernel::Normalisation::vector;
  if (name == "sum") return kernel::Normalisation::sum;
  if (name == "none") return kernel::Normalisation::none;
  throw std::invalid_argument("no such normalisation");
}

kernel::WeightRule map_weight_rule(const std::string& name) {
  if (name == "entropy") return kernel::WeightRule::entropy;
  if (name == "equal") return kernel::WeightRule::equal;
  if (name == "given") return kernel::WeightRule::given;
  if (name == "sd") return kernel::WeightRule::deviation;
  if (name == "cv") return kernel::WeightRule::variation;
  if (name == "critic") return kernel::WeightRule::critic;
  if (name == "pca") return kernel::WeightRule::components;
  throw std::invalid_argument("no such weights");
}

kernel::Target map_target(const Rcpp::NumericVector& range) {
  return {range[0], range[1]};
}

std::vector<char> map_marks(const Rcpp::LogicalVector& marks) {
  return {marks.begin(), marks.end()};
}

std::vector<std::size_t> map_cuts(const Rcpp::IntegerVector& cuts) {
  return {cuts.begin(), cuts.end()};
}

// `sheet`: one row an indicator.
kernel::Study map_study(const Rcpp::List& in) {
  kernel::Study out;
  out.columns = bind::map_columns(in["columns"]);
  const Rcpp::List sheet = in["sheet"];
  const Rcpp::IntegerVector system = sheet["system"];
  const Rcpp::LogicalVector reversed = sheet["reversed"], interval = sheet["interval"], posted = sheet["posted"];
  const Rcpp::NumericVector lower = sheet["lower"], upper = sheet["upper"], weight = sheet["weight"];
  for (R_xlen_t j = 0; j < system.size(); ++j)
    out.indicators.push_back({static_cast<std::size_t>(system[j] - 1), reversed[j] != 0, interval[j] != 0,
                              posted[j] != 0, lower[j], upper[j], weight[j]});
  out.systems = Rcpp::as<std::size_t>(in["systems"]);
  for (const int unit : Rcpp::IntegerVector(in["unit"])) out.unit.push_back(unit - 1);
  out.units = Rcpp::as<std::size_t>(in["units"]);
  out.periods = map_cuts(in["periods"]);
  out.strata = map_cuts(in["strata"]);
  out.weights = map_weight_rule(in["weights"]);
  out.drop_constant = in["drop_constant"];
  out.share = in["share"];
  out.clip = in["clip"];
  out.coupled = in["coupled"];
  for (const SEXP marks : Rcpp::List(in["complete"])) out.complete.push_back(map_marks(marks));
  out.base = map_marks(in["base"]);
  for (const SEXP weights : Rcpp::List(in["given"])) out.given.push_back(Rcpp::as<std::vector<double>>(weights));
  return out;
}

// `aggregate`: a list of rules with their target ranges beside it.
kernel::Variation map_variation(const Rcpp::List& in) {
  kernel::Variation out;
  out.units = in["units"];
  out.deviation = in["sd"];
  out.normalisation.clear();
  for (const auto& name : Rcpp::as<std::vector<std::string>>(in["normalise"]))
    out.normalisation.push_back(map_normalisation(name));
  out.zero.clear();
  for (const SEXP range : Rcpp::List(in["zero"])) out.zero.push_back(map_target(range));
  out.aggregation.clear();
  const auto rules = Rcpp::as<std::vector<std::string>>(in["aggregate"]);
  const Rcpp::List targets = in["target"];
  for (std::size_t a = 0; a < rules.size(); ++a)
    out.aggregation.push_back({bind::map_aggregation(rules[a]), map_target(targets[static_cast<R_xlen_t>(a)])});
  return out;
}

kernel::CouplingRule map_coupling_rule(const Rcpp::List& in) {
  const Rcpp::NumericVector rescale = in["rescale"];  // empty: scores as they are
  const bool stretch = rescale.size() == 2;
  return {in["weights"], bind::map_model(in["model"]),
          in["k"],       {in["breaks"], in["closed_right"]},
          stretch,       stretch ? map_target(rescale) : kernel::Target{}};
}

// Numbers by row and column, or by row, column and replay.
Rcpp::NumericVector wrap_array(const std::vector<double>& in, const Rcpp::IntegerVector& dim) {
  Rcpp::NumericVector out(in.begin(), in.end());
  out.attr("dim") = dim;
  return out;
}

}  // namespace

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_draw(const Rcpp::List& vary, int units, int indicators, double seed, int replicate) {
  kernel::Draw out;
  out.times.resize(static_cast<std::size_t>(units));
  out.factor.resize(static_cast<std::size_t>(indicators));
  kernel::draw(static_cast<std::uint64_t>(seed), static_cast<std::uint64_t>(replicate - 1), map_variation(vary), out);
  return Rcpp::List::create(Rcpp::_["times"] = out.times, Rcpp::_["factor"] = out.factor,
                            Rcpp::_["normalise"] = static_cast<int>(out.normalisation) + 1,
                            Rcpp::_["zero"] = static_cast<int>(out.zero) + 1,
                            Rcpp::_["aggregate"] = static_cast<int>(out.aggregation) + 1);
}

// `progress`, a function of the replays done, is called on this thread alone; so is the check for an interrupt, which
// leaves by an exception once the other threads have ended.
// [[Rcpp::export(rng = false)]]
Rcpp::List bind_replays(const Rcpp::List& study, const Rcpp::List& vary, const Rcpp::List& rule, int n, double seed,
                        double level, bool keep, int threads, const Rcpp::Function& progress) {
  const kernel::CouplingRule coupling = map_coupling_rule(rule);
  const kernel::Replays out =
      kernel::replay_all(map_study(study), map_variation(vary), coupling, static_cast<std::size_t>(n),
                         static_cast<std::uint64_t>(seed), threads, [&](std::size_t done, std::size_t) {
                           Rcpp::checkUserInterrupt();
                           progress(static_cast<double>(done));
                           return true;
                         });
  const std::size_t levels = out.level.empty() ? 0 : coupling.levels.edges.size() + 1;
  const kernel::Intervals made = kernel::intervals(out, level, levels, threads);
  const int rows = static_cast<int>(out.rows), measures = static_cast<int>(out.measures);
  return Rcpp::List::create(
      Rcpp::_["lower"] = wrap_array(made.lower, {rows, measures}),
      Rcpp::_["upper"] = wrap_array(made.upper, {rows, measures}),
      Rcpp::_["probability"] = wrap_array(made.probability, {rows, static_cast<int>(levels)}),
      Rcpp::_["clipped"] = Rcpp::NumericVector(out.clipped.begin(), out.clipped.end()),
      Rcpp::_["gaps"] = Rcpp::LogicalVector(out.gaps.begin(), out.gaps.end()),
      Rcpp::_["values"] = keep ? wrap_array(out.value, {rows, measures, n}) : Rcpp::NumericVector(0));
}

// Binding of effects as factors: variables to codes, rows that are alone in a level left out.
#include <RcppEigen.h>

#include "bind_absorb_variable.h"
#include "bind_core.h"
#include "ccdpanel/absorb/codes.hpp"
#include "ccdpanel/absorb/connected.hpp"
#include "ccdpanel/absorb/encode.hpp"
#include "ccdpanel/core/buffer.hpp"
#include "ccdpanel/core/parallel_for.hpp"

namespace {

using bind::Levels;
using bind::Rows;
using bind::Variable;

// An effect in work: its codes, and what is known of them. Codes of dense whole numbers are not written before it is
// known which rows stay.
struct Coded {
  Variable variable;
  Rows at;
  ccdpanel::panel::Dense dense;  // of the variable; else
  ccdpanel::core::Buffer<int> code;
  Levels levels;

  // body(what tells a row's code)
  template <class Body>
  auto with_codes(const Body& body) const {
    if (!dense.range) return body([this](std::size_t i) { return code[i]; });
    if (variable.integers) return body([this](std::size_t i) { return variable.integers[at(i)] - dense.low; });
    return body([this](std::size_t i) { return static_cast<int>(variable.doubles[at(i)]) - dense.low; });
  }
  int code_of(std::size_t i) const {
    return with_codes([i](const auto& value) { return value(i); });
  }
};

// The combinations of several variables' values that occur; of one variable perhaps levels that do not.
Coded encode_all(const std::vector<Variable>& variables, const Rows& at, int threads) {
  Coded out{variables[0], at, {}, {}, {}};
  if (variables.size() == 1) out.dense = variables[0].dense(at, threads);
  if (out.dense.range) {
    out.levels = out.with_codes([&](const auto& value) {
      return ccdpanel::panel::compact_codes(value, at.n, out.dense.range, nullptr, false, threads);
    });
    return out;
  }
  out.code = ccdpanel::core::Buffer<int>(at.n);
  out.levels = variables[0].encode(at, out.code.data(), variables.size() > 1, threads);
  for (std::size_t v = 1; v < variables.size(); ++v) {
    ccdpanel::core::Buffer<int> code(at.n), pair(at.n);
    const Levels levels = variables[v].encode(at, code.data(), true, threads);
    const ccdpanel::panel::Factor a{ccdpanel::panel::Codes::seen(out.code.data(), at.n), out.levels.count()};
    const ccdpanel::panel::Factor b{ccdpanel::panel::Codes::seen(code.data(), at.n), levels.count()};
    out.levels = ccdpanel::panel::encode_pairs(a, b, pair.data(), threads);
    out.code = std::move(pair);
  }
  return out;
}

// Singletons among the rows of the sample, from 0; tallies go down to the rows that stay.
std::vector<int> leave_singletons(std::vector<Coded>& effects) {
  std::vector<std::vector<ccdpanel::panel::Tally>> tallies;
  bool alone = false;
  for (Coded& e : effects) {
    alone = alone || e.levels.alone();
    tallies.push_back(std::move(e.levels.tally));
  }
  const auto code_of = [&](std::size_t e, std::size_t i) { return effects[e].code_of(i); };
  const std::vector<int> gone = alone ? ccdpanel::panel::singletons(code_of, tallies) : std::vector<int>();
  for (std::size_t e = 0; e < effects.size(); ++e) effects[e].levels.tally = std::move(tallies[e]);
  return gone;
}

// The i-th row that is not among `gone`, for i = from, from + 1, ... in turn.
class Staying {
 public:
  Staying(const std::vector<int>& gone, std::size_t from) : gone_(gone) {
    std::size_t past = gone.size();
    while (shift_ < past) {
      const std::size_t middle = (shift_ + past) / 2;
      if (static_cast<std::size_t>(gone[middle]) - middle <= from)
        shift_ = middle + 1;
      else
        past = middle;
    }
  }
  std::size_t operator()(std::size_t i) {
    while (shift_ < gone_.size() && static_cast<std::size_t>(gone_[shift_]) == i + shift_) ++shift_;
    return i + shift_;
  }

 private:
  const std::vector<int>& gone_;
  std::size_t shift_ = 0;
};

// body(first, past) for parts of n rows.
template <class Body>
void each_part(std::size_t n, int threads, const Body& body) {
  constexpr std::size_t parts = 8;
  ccdpanel::core::parallel_for(parts, threads, [&](std::size_t p) { body(p * n / parts, (p + 1) * n / parts); });
}

// The first row of each level that still has rows, among those that stay.
std::vector<int> first_rows(const Coded& effect, const std::vector<int>& number, const std::vector<int>& gone) {
  std::vector<int> first;
  ccdpanel::core::reserve_large(first, number.size());
  for (std::size_t g = 0; g < number.size(); ++g) {
    if (number[g] >= 0) first.push_back(effect.levels.first[g]);
  }
  std::size_t sought = 0;  // levels that lost their first row
  for (const int row : gone) {
    const std::size_t g = static_cast<std::size_t>(effect.code_of(static_cast<std::size_t>(row)));
    if (number[g] < 0 || effect.levels.first[g] != row) continue;
    first[static_cast<std::size_t>(number[g])] = -1;
    ++sought;
  }
  Staying row(gone, 0);
  for (std::size_t i = 0; sought; ++i) {
    const std::size_t at = row(i);
    int& of = first[static_cast<std::size_t>(number[static_cast<std::size_t>(effect.code_of(at))])];
    if (of >= 0) continue;
    of = static_cast<int>(at);
    --sought;
  }
  return first;
}

// The codes of the n rows that stay, levels without rows left out; returns the first of each level's rows.
std::vector<int> settle(const Coded& effect, const std::vector<int>& gone, std::size_t n, int* code, int threads) {
  std::vector<int> number;
  ccdpanel::core::reserve_large(number, effect.levels.tally.size());
  int levels = 0;
  for (const ccdpanel::panel::Tally& t : effect.levels.tally) number.push_back(t.count ? levels++ : -1);
  const bool same = levels == static_cast<int>(number.size());
  effect.with_codes([&](const auto& value) {
    each_part(n, threads, [&](std::size_t from, std::size_t past) {
      Staying row(gone, from);
      for (std::size_t i = from; i < past; ++i) {
        const int g = value(row(i));
        code[i] = same ? g : number[static_cast<std::size_t>(g)];
      }
    });
  });
  return first_rows(effect, number, gone);
}

}  // namespace

// Effects, each a list of variables (integer, logical, double, character) whose combinations are its levels, on the
// rows of a sample (from 1; NULL: all): factors, and for each level its first row in the data. With `singletons`, rows
// alone in a level leave in turn, and `rows` are those of the data that stay (NULL: none left the sample). The whole is
// NULL where strings need R's comparison.
// [[Rcpp::export(rng = false)]]
SEXP bind_code_effects(const Rcpp::List& effects, const Rcpp::Nullable<Rcpp::IntegerVector>& rows, bool singletons,
                       int threads) {
  std::vector<std::vector<Variable>> variables;
  Rows at{nullptr, 0};
  for (R_xlen_t e = 0; e < effects.size(); ++e) {
    const Rcpp::List of = effects[e];
    variables.emplace_back();
    for (R_xlen_t v = 0; v < of.size(); ++v) variables.back().emplace_back(of[v]);
    at = bind::rows_of(rows, Rf_xlength(of[0]));
  }
  const int workers = at.n < 20000 ? 1 : threads;
  std::vector<Coded> coded;
  for (const std::vector<Variable>& of : variables) coded.push_back(encode_all(of, at, workers));
  for (R_xlen_t e = 0; e < effects.size(); ++e) {
    const Rcpp::List of = effects[e];
    for (R_xlen_t v = 0; v < of.size(); ++v) {
      if (TYPEOF(of[v]) == STRSXP && !bind::comparable(of[v], at, coded[static_cast<std::size_t>(e)].levels.first))
        return R_NilValue;
    }
  }
  const std::vector<int> gone = singletons ? leave_singletons(coded) : std::vector<int>();
  const R_xlen_t left = static_cast<R_xlen_t>(at.n - gone.size());
  // The codes of the rows that stay, and those rows in the data.
  std::vector<Rcpp::IntegerVector> codes;
  std::vector<std::vector<int>> level;
  for (Coded& effect : coded) {
    codes.push_back(bind::unwritten<INTSXP>(left));
    level.push_back(settle(effect, gone, static_cast<std::size_t>(left), codes.back().begin(), workers));
    effect.code = {};
    effect.levels = {};
  }
  Rcpp::IntegerVector stay = bind::unwritten<INTSXP>(gone.empty() ? 0 : left);
  int* to = stay.begin();
  each_part(static_cast<std::size_t>(stay.size()), workers, [&](std::size_t from, std::size_t past) {
    Staying row(gone, from);
    for (std::size_t i = from; i < past; ++i) to[i] = static_cast<int>(at(row(i))) + 1;
  });
  Rcpp::List factors(effects.size()), first(effects.size());
  for (std::size_t e = 0; e < coded.size(); ++e) {
    const R_xlen_t which = static_cast<R_xlen_t>(e);
    factors[which] =
        Rcpp::List::create(Rcpp::_["code"] = codes[e], Rcpp::_["levels"] = static_cast<int>(level[e].size()));
    for (int& i : level[e]) i = static_cast<int>(at(static_cast<std::size_t>(i))) + 1;
    first[which] = Rcpp::wrap(level[e]);
  }
  factors.attr("names") = effects.attr("names");
  first.attr("names") = effects.attr("names");
  const Rcpp::RObject rows_left = gone.empty() ? Rcpp::RObject(R_NilValue) : Rcpp::RObject(stay);
  return Rcpp::List::create(Rcpp::_["factors"] = factors, Rcpp::_["first"] = first, Rcpp::_["rows"] = rows_left);
}

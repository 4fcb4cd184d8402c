// Bindings of panel/: map, call one kernel, wrap.
#include <RcppEigen.h>

#include <optional>

#include "bind_common.h"
#include "bind_interruptible.h"
#include "ccdpanel/core/parallel_for.hpp"
#include "ccdpanel/panel/encode.hpp"
#include "ccdpanel/panel/gmm.hpp"
#include "ccdpanel/panel/k_class.hpp"
#include "ccdpanel/panel/regression.hpp"

namespace {

using ccdpanel::panel::Levels;

// Row i of the sample is row[i] - 1 of the variable, or i itself without `row`.
struct Rows {
  const int* row;
  std::size_t n;
  std::size_t operator()(std::size_t i) const { return row ? static_cast<std::size_t>(row[i] - 1) : i; }
};

Rows rows_of(const Rcpp::Nullable<Rcpp::IntegerVector>& rows, R_xlen_t all) {
  if (rows.isNull()) return {nullptr, static_cast<std::size_t>(all)};
  return {INTEGER(rows.get()), static_cast<std::size_t>(Rf_xlength(rows.get()))};
}

// Equal strings are one object, unless their encodings differ.
bool comparable(SEXP x, const Rows& at, const std::vector<int>& first) {
  for (const int i : first) {
    SEXP s = STRING_ELT(x, static_cast<R_xlen_t>(at(static_cast<std::size_t>(i))));
    if (Rf_getCharCE(s) == CE_UTF8) continue;
    const char* c = CHAR(s);
    if (std::any_of(c, c + LENGTH(s), [](char b) { return static_cast<unsigned char>(b) > 127; })) return false;
  }
  return true;
}

// A variable seen without R, so that threads may read it.
struct Variable {
  int type;
  const int* integers = nullptr;
  const double* doubles = nullptr;
  const SEXP* strings = nullptr;

  explicit Variable(SEXP x) : type(TYPEOF(x)) {
    if (type == INTSXP || type == LGLSXP)
      integers = type == INTSXP ? INTEGER(x) : LOGICAL(x);
    else if (type == REALSXP)
      doubles = REAL(x);
    else if (type == STRSXP)
      strings = STRING_PTR(x);
    else
      throw std::invalid_argument("encode: neither numbers nor strings");
  }

  Levels encode(const Rows& at, int* code) const {
    using namespace ccdpanel::panel;
    if (integers) return encode_integers([&](std::size_t i) { return integers[at(i)]; }, at.n, code);
    if (doubles) return encode_numbers([&](std::size_t i) { return doubles[at(i)]; }, at.n, code);
    const auto key = [&](std::size_t i) {
      return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(strings[at(i)]));
    };
    return encode_keys(key, at.n, code);
  }
};

// An effect in work: its codes, and what is known of them.
struct Coded {
  std::vector<int> code;
  Levels levels;
};

// The combinations of several variables' values that occur.
Coded encode_all(const std::vector<Variable>& variables, const Rows& at) {
  Coded out{std::vector<int>(at.n), {}};
  out.levels = variables[0].encode(at, out.code.data());
  for (std::size_t v = 1; v < variables.size(); ++v) {
    std::vector<int> code(at.n);
    const Levels levels = variables[v].encode(at, code.data());
    const ccdpanel::panel::Factor a{ccdpanel::panel::Codes::seen(out.code.data(), at.n), out.levels.count()};
    const ccdpanel::panel::Factor b{ccdpanel::panel::Codes::seen(code.data(), at.n), levels.count()};
    std::vector<int> pair(at.n);
    out.levels = ccdpanel::panel::encode_pairs(a, b, pair.data());
    out.code = std::move(pair);
  }
  return out;
}

// The rows of the sample, from 0, that are left without singletons, if there are any; the codes go down to them.
std::optional<std::vector<int>> leave_singletons(std::vector<Coded>& effects, std::size_t n, int threads) {
  std::vector<ccdpanel::panel::Factor> factors;
  bool alone = false;
  for (const Coded& e : effects) {
    factors.push_back({ccdpanel::panel::Codes::seen(e.code.data(), n), e.levels.count()});
    alone = alone || e.levels.alone;
  }
  if (!alone) return std::nullopt;
  std::vector<int> kept;
  const std::vector<char> keep = ccdpanel::panel::without_singletons(factors, n);
  kept.reserve(n);
  for (std::size_t i = 0; i < n; ++i) {
    if (keep[i]) kept.push_back(static_cast<int>(i));
  }
  ccdpanel::core::parallel_for(effects.size(), threads, [&](std::size_t e) {
    int* code = effects[e].code.data();
    const auto moved = [&](std::size_t i) { return code[kept[i]]; };  // from behind or from where it goes to
    effects[e].levels = ccdpanel::panel::compact_codes(moved, kept.size(), effects[e].levels.count(), code);
    effects[e].code.resize(kept.size());
  });
  return kept;
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
    at = rows_of(rows, Rf_xlength(of[0]));
  }
  const int workers = at.n < 20000 ? 1 : threads;
  std::vector<Coded> coded(variables.size());
  ccdpanel::core::parallel_for(coded.size(), workers, [&](std::size_t e) { coded[e] = encode_all(variables[e], at); });
  for (R_xlen_t e = 0; e < effects.size(); ++e) {
    const Rcpp::List of = effects[e];
    for (R_xlen_t v = 0; v < of.size(); ++v) {
      if (TYPEOF(of[v]) == STRSXP && !comparable(of[v], at, coded[static_cast<std::size_t>(e)].levels.first))
        return R_NilValue;
    }
  }
  std::optional<std::vector<int>> kept;
  if (singletons) kept = leave_singletons(coded, at.n, workers);
  const auto data_row = [&](int i) {
    return static_cast<int>(at(static_cast<std::size_t>(kept ? (*kept)[static_cast<std::size_t>(i)] : i))) + 1;
  };
  Rcpp::List factors(effects.size()), first(effects.size());
  for (std::size_t e = 0; e < coded.size(); ++e) {
    const R_xlen_t to = static_cast<R_xlen_t>(e);
    factors[to] = Rcpp::List::create(Rcpp::_["code"] = coded[e].code, Rcpp::_["levels"] = coded[e].levels.count());
    std::vector<int>().swap(coded[e].code);
    std::transform(coded[e].levels.first.begin(), coded[e].levels.first.end(), coded[e].levels.first.begin(), data_row);
    first[to] = Rcpp::wrap(coded[e].levels.first);
  }
  factors.attr("names") = effects.attr("names");
  first.attr("names") = effects.attr("names");
  Rcpp::RObject stay;
  if (kept) {
    Rcpp::IntegerVector out(Rcpp::no_init(static_cast<R_xlen_t>(kept->size())));
    for (std::size_t i = 0; i < kept->size(); ++i) out[static_cast<R_xlen_t>(i)] = data_row(static_cast<int>(i));
    stay = out;
  }
  return Rcpp::List::create(Rcpp::_["factors"] = factors, Rcpp::_["first"] = first, Rcpp::_["rows"] = stay);
}

// Columns on the rows of a sample; rows that follow each other are copied together.
// [[Rcpp::export(rng = false)]]
Rcpp::List bind_gather(const Rcpp::List& columns, const Rcpp::IntegerVector& rows, int threads) {
  const R_xlen_t n = rows.size();
  std::vector<const double*> from;
  std::vector<double*> to;
  Rcpp::List out(columns.size());
  for (R_xlen_t j = 0; j < columns.size(); ++j) {
    from.push_back(REAL(columns[j]));
    Rcpp::NumericVector column(Rcpp::no_init(n));
    to.push_back(column.begin());
    out[j] = column;
  }
  const int* row = rows.begin();
  ccdpanel::core::parallel_for(from.size(), n < 20000 ? 1 : threads, [&](std::size_t j) {
    for (R_xlen_t i = 0, end = 0; i < n; i = end) {
      for (end = i + 1; end < n && row[end] == row[end - 1] + 1;) ++end;
      std::copy(from[j] + row[i] - 1, from[j] + row[end - 1], to[j] + i);
    }
  });
  out.attr("names") = columns.attr("names");
  return out;
}

// Of each variable: is every value there, and finite? NA for what is neither number nor logical.
// [[Rcpp::export(rng = false)]]
Rcpp::LogicalVector bind_all_finite(const Rcpp::List& variables, int threads) {
  struct Seen {
    const int* integers = nullptr;
    const double* doubles = nullptr;
    Eigen::Index size = 0;
  };
  std::vector<Seen> seen(static_cast<std::size_t>(variables.size()));
  Eigen::Index longest = 0;
  for (std::size_t v = 0; v < seen.size(); ++v) {
    SEXP x = variables[static_cast<R_xlen_t>(v)];
    if (TYPEOF(x) == REALSXP) seen[v].doubles = REAL(x);
    if (TYPEOF(x) == INTSXP) seen[v].integers = INTEGER(x);
    if (TYPEOF(x) == LGLSXP) seen[v].integers = LOGICAL(x);
    longest = std::max(longest, seen[v].size = static_cast<Eigen::Index>(Rf_xlength(x)));
  }
  std::vector<int> finite(seen.size(), NA_LOGICAL);
  ccdpanel::core::parallel_for(seen.size(), longest < 20000 ? 1 : threads, [&](std::size_t v) {
    if (seen[v].doubles) {  // a finite number less itself is zero, any other is not a number
      const Eigen::Map<const Eigen::ArrayXd> x(seen[v].doubles, seen[v].size);
      finite[v] = (x - x).sum() == 0;
    } else if (seen[v].integers) {
      const Eigen::Map<const Eigen::ArrayXi> x(seen[v].integers, seen[v].size);
      finite[v] = x.size() == 0 || x.minCoeff() > NA_INTEGER;
    }
  });
  return Rcpp::LogicalVector(finite.begin(), finite.end());
}

// [[Rcpp::export(rng = false)]]
Rcpp::IntegerVector bind_redundant_levels(const Rcpp::List& factors, const std::vector<int>& order) {
  return Rcpp::wrap(ccdpanel::panel::redundant_levels(bind::factors(factors), order));
}

// [[Rcpp::export(rng = false)]]
bool bind_nested_in(const Rcpp::List& inner, const Rcpp::List& outer) {
  return ccdpanel::panel::nested_in(bind::factor(inner), bind::factor(outer));
}

// Component of each level of a, then of each level of b, in the graph of their rows.
// [[Rcpp::export(rng = false)]]
Rcpp::IntegerVector bind_components(const Rcpp::List& a, const Rcpp::List& b) {
  const ccdpanel::panel::Factor fa = bind::factor(a), fb = bind::factor(b);
  ccdpanel::panel::Components components(fa, fb);
  Rcpp::IntegerVector out(fa.levels + fb.levels);
  for (R_xlen_t v = 0; v < out.size(); ++v) out[v] = components.root(static_cast<int>(v));
  return out;
}

// [[Rcpp::export(rng = false)]]
Rcpp::List bind_absorb(const Eigen::Map<Eigen::MatrixXd> x, const Rcpp::List& factors,
                       const Eigen::Map<Eigen::VectorXd> w) {
  const ccdpanel::panel::Absorbed a = ccdpanel::panel::absorb(x, bind::factors(factors), w, bind::interruptible());
  return Rcpp::List::create(Rcpp::_["columns"] = a.columns, Rcpp::_["level"] = a.level, Rcpp::_["kept"] = a.kept,
                            Rcpp::_["certificate"] = a.certificate, Rcpp::_["iterations"] = a.iterations,
                            Rcpp::_["converged"] = a.status == ccdpanel::Status::ok);
}

namespace {

// Sum of outer products of the instruments times the residuals of `fit`, constant's first: by row, by cluster, or by
// several ways with their signs.
Eigen::MatrixXd moment_sum(const ccdpanel::panel::Sample& sample, const ccdpanel::panel::Regression& fit, bool constant,
                           const Rcpp::List& clusters, const std::vector<double>& sign) {
  Eigen::VectorXd v = fit.residual;
  if (sample.weight.size()) v.array() *= sample.weight.array();
  const ccdpanel::panel::ScoreSet scores{sample.columns, {{fit.z, {}, {}, v}}, constant};
  const Rcpp::List meats = bind::meats(scores, clusters, sample.threads);
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(scores.size(), scores.size());
  for (std::size_t m = 0; m < sign.size(); ++m) {
    out += sign[m] * Rcpp::as<Eigen::MatrixXd>(meats[static_cast<R_xlen_t>(m)]);
  }
  return out;
}

}  // namespace

// `at` tells which rows of the columns the sample is (from 1; NULL: all of them).
// Clusters is a list of factors, one meat each; an element NULL asks for the meat by row. Estimator is a list: name
// ("k_class", "gmm" or ""), fuller and absorbed for the k-class, clusters and sign of the weight matrix for GMM.
// rows_too: return what multiplies the residuals in the scores, row by row.
// [[Rcpp::export(rng = false)]]
Rcpp::List bind_regress(const Rcpp::List& columns, int rows, const Rcpp::Nullable<Rcpp::IntegerVector>& at,
                        const std::vector<int>& x, const std::vector<int>& z, const std::vector<int>& endogenous,
                        const Rcpp::List& effects, bool constant, const Eigen::Map<Eigen::VectorXd> w,
                        const Rcpp::List& clusters, const Rcpp::List& estimator, bool rows_too, int threads) {
  const std::vector<ccdpanel::panel::Factor> factors = bind::factors(effects);
  const Eigen::VectorXd weight = w;
  const ccdpanel::panel::Sample sample(bind::columns(columns, rows, at), factors, constant, weight, threads,
                                       bind::interruptible());
  const ccdpanel::panel::Equation equation{0, x, z, endogenous};
  ccdpanel::panel::Regression fit = ccdpanel::panel::regress(sample, equation);
  const std::string name = Rcpp::as<std::string>(estimator["name"]);
  const bool estimable = fit.unidentified.empty() && !fit.x.empty() && !fit.z.empty();
  ccdpanel::panel::KClass k_class;
  if (name == "k_class" && estimable) {
    k_class = ccdpanel::panel::limited_information(sample, equation, estimator["fuller"], estimator["absorbed"], fit);
  }
  ccdpanel::panel::WithConstant full{fit.coef, fit.bread, fit.bread};
  if (constant) full = ccdpanel::panel::add_constant(sample, 0, fit);
  bool singular = false;
  const bool gmm = name == "gmm" && estimable;
  if (gmm) {
    const Rcpp::List by = estimator["clusters"];
    const ccdpanel::panel::GmmStep step =
        ccdpanel::panel::gmm_step(sample, 0, fit, constant, moment_sum(sample, fit, constant, by, estimator["sign"]));
    singular = step.singular;
    if (!singular) {
      full = {step.coef, step.classical, step.half};
      if (constant) full = ccdpanel::panel::off_centre(sample, 0, fit.x, full);
      fit.residual = step.residual;
      fit.rss = ccdpanel::panel::squared_norm(fit.residual, weight);
    }
  }
  Rcpp::List meats;
  Eigen::MatrixXd score_rows;
  if (clusters.size() || rows_too) {
    Eigen::VectorXd v = fit.residual;
    if (weight.size()) v.array() *= weight.array();
    // GMM's coefficients answer to the moments themselves, the others' to the projected regressors' scores.
    const std::vector<int>& scored = gmm ? fit.z : fit.x;
    const Eigen::MatrixXd projection = gmm ? Eigen::MatrixXd() : fit.projection;
    const ccdpanel::panel::ScoreSet scores{sample.columns, {{scored, fit.z, projection, v}}, constant};
    meats = bind::meats(scores, clusters, threads);
    if (rows_too) score_rows = ccdpanel::panel::score_regressors(scores);
  }
  return Rcpp::List::create(Rcpp::_["x"] = fit.x, Rcpp::_["z"] = fit.z, Rcpp::_["dropped"] = fit.dropped,
                            Rcpp::_["unidentified"] = fit.unidentified, Rcpp::_["coef"] = full.coef,
                            Rcpp::_["bread"] = full.bread, Rcpp::_["half"] = full.half,
                            Rcpp::_["residual"] = fit.residual, Rcpp::_["rss"] = fit.rss,
                            Rcpp::_["tss"] = sample.total(0, constant || !factors.empty()),
                            Rcpp::_["tss_within"] = sample.gone[0] ? 0.0 : std::pow(sample.products.scale[0], 2),
                            Rcpp::_["certificate"] = sample.certificate, Rcpp::_["iterations"] = sample.iterations,
                            Rcpp::_["orthogonal"] = fit.orthogonal, Rcpp::_["singular"] = singular,
                            Rcpp::_["kappa"] = std::vector<double>{k_class.likelihood, k_class.kappa},
                            Rcpp::_["converged"] = sample.status == ccdpanel::Status::ok, Rcpp::_["meats"] = meats,
                            Rcpp::_["score_rows"] = score_rows);
}

// Absorbing effects with slopes: residuals of columns on dummies and dummies times variables.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/absorbed.hpp"
#include "ccdpanel/absorb/level_solver.hpp"
#include "ccdpanel/absorb/slope_cross.hpp"
#include "ccdpanel/absorb/slope_graph.hpp"

namespace ccdpanel::panel {

namespace detail {

// The work of one call. The effect with most parameters is eliminated exactly, the others are solved for by conjugate
// gradients. Where S is small it is written out, and its factor makes the first step the last but for rounding; else
// the diagonal serves, until the steps are many: then the factor of the intercepts' graph, then S's own while it can
// be.
class SlopeAbsorption {
 public:
  SlopeAbsorption(const Columns& x, const std::vector<Factor>& factors, const Eigen::VectorXd& w,
                  const AbsorbOptions& options)
      : x_(x), factors_(factors), w_(w), options_(options), system_(factors, w, options.threads) {
    const bool centred = std::any_of(factors.begin(), factors.end(), [](const Factor& f) { return f.intercept; });
    if (centred) centre_columns(x_, w, options.threads);
    total_weight_ = w.size() ? w.sum() : static_cast<double>(x.rows);
    holds_constant_ = factors[system_.unit_at].intercept ? system_.unit_at : factors.size();
    for (std::size_t e = factors.size(); e-- > 0 && holds_constant_ == factors.size();) {
      if (factors[e].intercept) holds_constant_ = e;
    }
    out.columns.resize(x.rows, x.size());
    out.kept.resize(x.size());
    out.doubtful.assign(static_cast<std::size_t>(x.size()), 0);
    for (const Factor& f : factors) {
      if (options.levels) out.level.emplace_back(static_cast<Eigen::Index>(f.levels) * level_width(f), x.size());
    }
    if (system_.size()) prepare();
  }

  void run() {
    for (Eigen::Index first = 0; first < x_.size();) {
      const Eigen::Index left = x_.size() - first;
      if (left == 1)
        run_columns<1>(first);
      else
        run_columns<4>(first);
      first += left == 1 ? 1 : 4;
    }
  }

  Absorbed out;

 private:
  static constexpr Eigen::Index always_factored = 200;    // parameters of S that cost next to nothing
  static constexpr Eigen::Index factored_if_hard = 3000;  // and those whose factor is worth many steps
  static constexpr int graph_steps = 60;                  // with the intercepts' factor, before that of the whole
  static constexpr double far = 100;                      // tolerances along a column of B that are no longer small
  static constexpr double rounding = 1e-14;               // of the column as it came

  void prepare() {
    if (system_.size() <= always_factored && slope_matrix_work(system_) <= 50.0 * static_cast<double>(system_.rows)) {
      factor_.emplace(slope_matrix(system_));
    }
    diagonal_ = slope_diagonal(system_);
  }

  // S p = r; false: not to the tolerance.
  template <int K>
  bool solve(const Block<K>& r, const Row<K>& norm, Block<K>& p) {
    ConjugateGradient<K> cg(r, norm, options_.tolerance, options_.poll);
    const Jacobi jacobi(diagonal_);
    const auto factored = [&](const Block<K>& residual, Block<K>& z) { factor_->template solve<K>(residual, z); };
    const auto graph = [&](const Block<K>& residual, Block<K>& z) {
      jacobi(residual, z);
      if (*graph_) graph_->template solve<K>(residual, z);
    };
    bool done = !factor_ && cg.run(system_, diagonal_, options_.trial_steps, jacobi);
    if (!done && !factor_ && cg.predicted_steps() <= options_.patience) {
      done = cg.run(system_, diagonal_, options_.max_iterations, jacobi);
    } else if (!done && !factor_) {
      if (!graph_) graph_.emplace(system_, factors_, w_);
      const bool factorable = system_.size() <= factored_if_hard;
      done = cg.run(system_, diagonal_, factorable ? graph_steps : options_.max_iterations, graph);
      if (!done && factorable) factor_.emplace(slope_matrix(system_));
    }
    if (!done && factor_) done = cg.run(system_, diagonal_, options_.max_iterations, factored);
    out.iterations = std::max(out.iterations, cg.iterations());
    p = cg.solution();
    return done;
  }

  template <int K>
  void run_columns(Eigen::Index first) {
    Block<K> v(system_.rows, K), r, unit_level = Block<K>::Zero(system_.unit.parameters(), K);
    Row<K> before, within, after;
    without_unit<K>(first, v, r, unit_level, before, within);
    Block<K> p = Block<K>::Zero(system_.size(), K);
    if (system_.size()) {
      const Row<K> limit = far * options_.tolerance * within.sqrt() + rounding * before.sqrt();
      solve_checked<K>(v, r, within.sqrt(), limit, p, unit_level, after);
    } else {
      after = within;
    }
    const Row<K> left = largest_left<K>(r);
    for (Eigen::Index j = first; j < std::min(first + K, x_.size()); ++j) {
      const Eigen::Index k = j - first;
      for (Eigen::Index s = 0; s < system_.rows; ++s) out.columns(system_.row_of(s), j) = v(s, k);
      out.kept[j] = before[k] > 0 ? after[k] / before[k] : 0.0;
      // What will be absorbed again is judged then.
      out.doubtful[static_cast<std::size_t>(j)] =
          options_.again && out.kept[j] > absorbed_share && out.kept[j] <= doubtful_share;
      if (out.kept[j] > (options_.again ? doubtful_share : absorbed_share))
        out.certificate = std::max(out.certificate, left[k] / std::sqrt(after[k] / total_weight_));
      if (options_.levels) keep_levels<K>(unit_level, p, j, k);
    }
  }

  // Conjugate gradients stop by an estimate from below, or where a direction seems to lie in the null space. So the
  // rows tell: an error e in the energy norm leaves at most e times the root of the number of effects along a column
  // of B. What is left beyond that is solved for once more, and then once more; columns still off were not absorbed.
  template <int K>
  void solve_checked(Block<K>& v, Block<K>& r, const Row<K>& norm, const Row<K>& limit, Block<K>& p,
                     Block<K>& unit_level, Row<K>& after) {
    for (int pass = 0; pass < 3; ++pass) {
      Block<K> more;
      const bool done = solve<K>(r, norm, more);
      p += more;
      finish<K>(v, more, r, unit_level, after);
      if (!done) break;
      if ((r.cwiseAbs().colwise().maxCoeff().array() <= limit).all()) return;
    }
    out.status = Status::not_converged;
  }

  // Row i of K columns less their centres; fewer than K are made up by repeating the last.
  template <int K>
  Row<K> row_of(Eigen::Index first, Eigen::Index i) const {
    const Eigen::Index at = x_.picked ? x_.picked[i] - 1 : i;
    Row<K> values;
    for (int k = 0; k < K; ++k) {
      const int j = static_cast<int>(std::min<Eigen::Index>(first + k, x_.size() - 1));
      values[k] = (x_.data[static_cast<std::size_t>(j)][at] - x_.centre_of(j)) - x_.rest_of(j);
    }
    return values;
  }

  // v: the columns less their units' parts, rows in the units' order; r: what the others' columns see of it.
  template <int K>
  void without_unit(Eigen::Index first, Block<K>& v, Block<K>& r, Block<K>& unit_level, Row<K>& before,
                    Row<K>& within) const {
    std::vector<Block<K>> sums(system_.parts(), Block<K>::Zero(system_.size(), K));
    std::vector<Row<K>> whole(system_.parts(), Row<K>::Zero()), rest = whole;
    system_.each_unit([&](std::size_t part, int u) {
      const Eigen::Index from = system_.first_of(u), count = system_.rows_of(u);
      std::vector<Row<K>> taken(static_cast<std::size_t>(system_.unit.width), Row<K>::Zero());
      for (Eigen::Index s = from; s < from + count; ++s) {
        const Row<K> value = row_of<K>(first, system_.row_of(s));
        lane(v, static_cast<int>(s)) = value;
        whole[part] += system_.weight_of(s) * value * value;
      }
      system_.take_out<K>(u, v.middleRows(from, count), taken.data());
      for (int c = 0; c < system_.unit.width; ++c)
        lane(unit_level, u * system_.unit.width + c) = taken[static_cast<std::size_t>(c)];
      for (Eigen::Index s = from; s < from + count; ++s) {
        const Row<K> value = lane(v, static_cast<int>(s));
        rest[part] += system_.weight_of(s) * value * value;
        system_.add_row<K>(s, value, sums[part]);
      }
    });
    r = std::move(sums[0]);
    before = whole[0];
    within = rest[0];
    for (std::size_t part = 1; part < system_.parts(); ++part) {
      r += sums[part];
      before += whole[part];
      within += rest[part];
    }
  }

  // v less the others' part at p and what the units have of that; r: what the others' columns see of the rest.
  template <int K>
  void finish(Block<K>& v, const Block<K>& p, Block<K>& r, Block<K>& unit_level, Row<K>& after) const {
    std::vector<Block<K>> sums(system_.parts(), Block<K>::Zero(system_.size(), K)), work(system_.parts());
    for (Block<K>& w : work) w.resize(system_.longest_unit(), K);
    std::vector<Row<K>> rest(system_.parts(), Row<K>::Zero());
    system_.each_unit([&](std::size_t part, int u) {
      const Eigen::Index from = system_.first_of(u), count = system_.rows_of(u);
      std::vector<Row<K>> taken(static_cast<std::size_t>(system_.unit.width), Row<K>::Zero());
      for (Eigen::Index i = 0; i < count; ++i)
        lane(work[part], static_cast<int>(i)) = system_.row_of_others<K>(from + i, p);
      system_.take_out<K>(u, work[part].topRows(count), taken.data());
      v.middleRows(from, count) -= work[part].topRows(count);
      for (int c = 0; c < system_.unit.width; ++c)
        lane(unit_level, u * system_.unit.width + c) -= taken[static_cast<std::size_t>(c)];
      for (Eigen::Index s = from; s < from + count; ++s) {
        const Row<K> value = lane(v, static_cast<int>(s));
        rest[part] += system_.weight_of(s) * value * value;
        system_.add_row<K>(s, value, sums[part]);
      }
    });
    after = rest[0];
    for (std::size_t part = 1; part < system_.parts(); ++part) {
      after += rest[part];
      sums[0] += sums[part];
    }
    r = std::move(sums[0]);
  }

  // The largest root mean square over a level of what is left along a column of it.
  template <int K>
  Row<K> largest_left(const Block<K>& r) const {
    Row<K> left = Row<K>::Zero();
    for (std::size_t e = 0; e < system_.others.size(); ++e) {
      const SlopeBasis& other = system_.others[e];
      for (int at = 0; at < other.parameters(); ++at)
        left = left.max(lane(r, system_.offset[e] + at).abs() / std::sqrt(other.weight[at / other.width]));
    }
    return left;
  }

  // Coefficients of the bases to those of the variables: the levels' intercepts, then each variable's slopes.
  template <int K>
  void keep_levels(const Block<K>& unit_level, const Block<K>& p, Eigen::Index column, Eigen::Index k) {
    std::size_t other = 0;
    for (std::size_t e = 0; e < out.level.size(); ++e) {
      const bool eliminated = e == system_.unit_at;
      const SlopeBasis& basis = eliminated ? system_.unit : system_.others[other];
      const Block<K>& from = eliminated ? unit_level : p;
      const Eigen::Index first = eliminated ? 0 : system_.offset[other++];
      for (int g = 0; g < basis.levels; ++g) {
        const double* triangle = basis.triangle.data() + static_cast<std::ptrdiff_t>(g) * basis.width * basis.width;
        for (int j = 0; j < basis.width; ++j) {
          double sum = 0;
          for (int c = j; c < basis.width; ++c)
            sum += from(first + static_cast<Eigen::Index>(g) * basis.width + c, k) * triangle[c * basis.width + j];
          out.level[e](static_cast<Eigen::Index>(j) * basis.levels + g, column) = sum;
        }
      }
      if (e == holds_constant_)
        out.level[e].col(column).head(basis.levels).array() += x_.centre_of(static_cast<int>(column));
    }
  }

  Columns x_;
  const std::vector<Factor>& factors_;
  const Eigen::VectorXd& w_;
  const AbsorbOptions& options_;
  const SlopeSystem system_;
  std::optional<PivotedCholesky> factor_;
  std::optional<SlopeGraph> graph_;
  Eigen::VectorXd diagonal_;
  double total_weight_ = 0;
  std::size_t holds_constant_ = 0;
};

inline Absorbed absorb_slopes(const Columns& x, const std::vector<Factor>& factors, const Eigen::VectorXd& w,
                              const AbsorbOptions& options) {
  for (const Factor& f : factors) {
    if (level_width(f) == 0) throw std::invalid_argument("absorb: an effect with neither intercept nor slopes");
  }
  SlopeAbsorption work(x, factors, w, options);
  work.run();
  return std::move(work.out);
}

}  // namespace detail

}  // namespace ccdpanel::panel

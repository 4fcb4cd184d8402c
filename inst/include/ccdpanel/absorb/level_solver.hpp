// Solves the reduced system of the effects that are not eliminated, by whichever of its forms is fast.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <functional>
#include <memory>
#include <optional>

#include "ccdpanel/absorb/approximate_cholesky.hpp"
#include "ccdpanel/absorb/block_system.hpp"
#include "ccdpanel/absorb/conjugate_gradient.hpp"
#include "ccdpanel/absorb/dense_system.hpp"
#include "ccdpanel/absorb/graph.hpp"
#include "ccdpanel/absorb/pivoted_cholesky.hpp"
#include "ccdpanel/absorb/reduced_system.hpp"
#include "ccdpanel/absorb/swept_system.hpp"
#include "ccdpanel/core/phases.hpp"
#include "ccdpanel/core/status.hpp"

namespace ccdpanel::panel {

struct AbsorbOptions {
  double tolerance = 1e-10;  // of the demeaned column, relative to its norm after the largest effect is out
  int max_iterations = 10000;
  int trial_steps = 8;   // with the diagonal as preconditioner, before the choice of another
  double patience = 45;  // predicted steps beyond which the approximate factor is built: it costs about as many
  bool again = true;     // columns of which little is left are absorbed a second time
  bool levels = true;    // are the values of the levels wanted, beside the demeaned columns?
  int threads = 1;
  std::function<void()> poll = {};  // called once a step of the solver; may throw
  core::Phases* phases = nullptr;   // is told where the time goes
};

// One other effect is a graph: written out where the cells make few pairs, else left as cells. With several, the
// largest may be such a graph and the rest, if small, dense beside it; else all are left as cells, and the graph of the
// unit with the largest makes its block of the preconditioner.
class LevelSolver {
 public:
  LevelSolver(Cells cells, const AbsorbOptions& options)
      : cells_(compressed(std::move(cells), options.threads)),
        system_(cells_, options.threads),
        weight_(system_.level_weight()),
        options_(options) {
    for (int j = 1; j < cells_.others; ++j) {
      if (levels_of(j) > levels_of(largest_)) largest_ = j;
    }
    if (worth_dense(cells_)) {
      const DenseSystem dense(cells_, weight_, options.threads);
      root_ = dense.root;
      decomposed_.emplace(dense.s);
    } else if (sloped()) {  // S is no Laplacian
    } else if (cells_.others == 1 && worth_writing(cells_)) {
      graph_ = written_out(cells_, options.threads);
      diagonal_ = graph_->diagonal();
    } else if (cells_.others > 1 && rest_is_small()) {
      write_blocks();
    }
    if (!graph_ && !blocks_ && !decomposed_) diagonal_ = system_.diagonal();
  }
  LevelSolver(const LevelSolver&) = delete;
  LevelSolver& operator=(const LevelSolver&) = delete;

  const Cells& cells() const { return cells_; }
  const ReducedSystem& system() const { return system_; }

  // Of few levels behind slopes, nullptr otherwise.
  const PivotedCholesky* decomposed() const { return decomposed_ ? &*decomposed_ : nullptr; }

  template <int K>
  Block<K> solve(const Block<K>& r, const Row<K>& norm) {
    if (decomposed_) return solve_dense<K>(r);
    if (graph_) return solve_graph<K>(r, norm);
    ConjugateGradient<K> cg(blocks_ ? blocks_->largest_first<K>(r) : r, norm, options_.tolerance, options_.poll);
    const bool done = blocks_ ? run_blocks(cg) : run_cells(cg);
    iterations = std::max(iterations, cg.iterations());
    if (!done) status = Status::not_converged;
    return blocks_ ? blocks_->as_cells<K>(cg.solution()) : cg.solution();
  }

  // Behind slopes a direction may seem to lie in the null space too early, and steps are told by an estimate from
  // below: q = S p tells. An error e in the energy norm leaves at most e times the root of the number of effects along
  // a level at norm one; what is left beyond that is solved for once more, and then once more.
  template <int K>
  void solve_again(const Block<K>& r, const Row<K>& norm, const Row<K>& whole, Block<K>& p, Block<K>& q) {
    constexpr double far = 100, rounding = 1e-14;  // tolerances that are no longer small; of the column as it came
    const Row<K> limit = far * options_.tolerance * norm + rounding * whole;
    const Eigen::VectorXd root = level_weight().cwiseSqrt();
    for (int pass = 0; status == Status::ok; ++pass) {
      const Block<K> left = r - q;
      Row<K> most = Row<K>::Zero();
      for (int g = 0; g < left.rows(); ++g) most = most.max(lane(left, g).abs() / root[g]);
      if ((most <= limit).all()) return;
      if (pass == 2) status = Status::not_converged;
      if (pass == 2) return;
      p += solve<K>(left, norm);
      apply(p, q);
    }
  }

  // S p, in whichever form.
  template <int K>
  void apply(const Block<K>& p, Block<K>& q) const {
    if (graph_)
      graph_->apply(p, q);
    else
      system_.apply(p, q);
  }

  // The weight of each level's rows.
  const Eigen::VectorXd& level_weight() const { return weight_; }

  int iterations = 0;
  Status status = Status::ok;

 private:
  static constexpr double pairs_worth_writing = 3.5;

  // Levels that repeat within units count once in what follows, unless they hardly do.
  static Cells compressed(Cells cells, int threads) {
    if (cells.others != 1) return cells;
    if (!detail::worth_merging(cells) && !worth_writing(cells)) return cells;
    merge_cells(cells, threads);
    if (worth_writing(cells)) sort_cells(cells, threads);
    return cells;
  }

  template <int K>
  Block<K> solve_dense(const Block<K>& r) {
    const Block<K> scaled = root_.cwiseInverse().asDiagonal() * r;
    Block<K> out;
    decomposed_->solve<K>(scaled, out);
    iterations = std::max(iterations, 1);
    return root_.cwiseInverse().asDiagonal() * out;
  }

  bool sloped() const { return !cells_.slope.empty(); }

  static bool worth_writing(const Cells& cells) { return pairs_of_cells(cells) <= pairs_worth_writing * cells.size(); }

  int levels_of(int j) const { return cells_.offset[j + 1] - cells_.offset[j]; }

  // Few levels beside the largest effect's, few enough entries that they are read faster than the rows.
  bool rest_is_small() const {
    const int rest = cells_.stacked() - levels_of(largest_);
    return rest <= 200 && static_cast<double>(cells_.stacked()) * rest <= cells_.size() / 2.0;
  }

  void write_blocks() {
    Cells one = cells_of_one(cells_, largest_);
    if (!worth_writing(one)) return;
    sort_cells(one, options_.threads);
    blocks_.emplace(cells_, largest_, written_out(one, options_.threads), options_.threads);
    diagonal_ = blocks_->diagonal();
  }

  int second_trial() const {
    return static_cast<int>(std::min<double>(2 * options_.patience, options_.max_iterations));
  }

  template <int K>
  bool run_blocks(ConjugateGradient<K>& cg) {
    const Jacobi jacobi(diagonal_);
    const auto simple = [&](const Block<K>& residual, Block<K>& z) {
      jacobi(residual, z);
      blocks_->solve_rest(residual, z);
    };
    if (try_simple(cg, *blocks_, diagonal_, simple)) return true;
    if (!factor_) factor_.emplace(blocks_->graph(), blocks_->graph().vertices());
    Block<K> work;
    return cg.run(*blocks_, diagonal_, options_.max_iterations, [&](const Block<K>& residual, Block<K>& z) {
      factor_->solve(residual, z, work);
      blocks_->solve_rest(residual, z);
    });
  }

  // A hard design shows by the slow decay of the first steps, or by more steps than these foretold; then the factor's
  // cost is soon earned back.
  template <int K, class System, class Precondition>
  bool try_simple(ConjugateGradient<K>& cg, const System& system, const Eigen::VectorXd& diagonal,
                  const Precondition& simple) {
    return cg.run(system, diagonal, options_.trial_steps, simple) ||
           (cg.predicted_steps() <= options_.patience && cg.run(system, diagonal, second_trial(), simple));
  }

  template <int K>
  Block<K> solve_graph(const Block<K>& r, const Row<K>& norm) {
    const SweptSystem<K> swept(*graph_, diagonal_);
    Block<K> p, q;
    swept.forward(r, p);
    ConjugateGradient<K> sweeps(p, norm, options_.tolerance, options_.poll);
    const bool done = try_simple(sweeps, swept, swept.diagonal(),
                                 [&](const Block<K>& residual, Block<K>& z) { swept.precondition(residual, z); });
    swept.backward(sweeps.solution(), p);
    iterations = std::max(iterations, sweeps.iterations());
    if (done) return p;
    build_factor();
    graph_->apply(p, q);
    ConjugateGradient<K> cg(r - q, norm, options_.tolerance, options_.poll);
    if (!cg.run(*graph_, diagonal_, options_.max_iterations,
                [&](const Block<K>& residual, Block<K>& z) { factor_->solve(residual, z, q); }))
      status = Status::not_converged;
    iterations = std::max(iterations, sweeps.iterations() + cg.iterations());
    return p + cg.solution();
  }

  template <int K>
  bool run_cells(ConjugateGradient<K>& cg) {
    const Jacobi jacobi(diagonal_);
    if (try_simple(cg, system_, diagonal_, jacobi)) return true;
    build_factor();
    Block<K> block, inner(levels_of(largest_), K), work;
    // The factor knows nothing of slopes, and those who ask have another way.
    const int steps =
        sloped() ? std::min(4 * options_.trial_steps + 128, options_.max_iterations) : options_.max_iterations;
    return cg.run(system_, diagonal_, steps, [&](const Block<K>& residual, Block<K>& z) {
      if (cells_.others == 1) return factor_->solve(residual, z, work);
      jacobi(residual, z);
      block = residual.middleRows(cells_.offset[largest_], levels_of(largest_));
      factor_->solve(block, inner, work);
      z.middleRows(cells_.offset[largest_], levels_of(largest_)) = inner;
    });
  }

  void build_factor() {
    if (factor_) return;
    if (graph_) {
      factor_.emplace(*graph_, cells_.stacked());
    } else if (cells_.others == 1 && !cells_.weight.empty() && worth_writing(cells_)) {
      factor_.emplace(written_out(cells_, options_.threads), cells_.stacked());
    } else if (cells_.others == 1) {
      const bool merged = !cells_.weight.empty();
      factor_.emplace(merged ? bipartite(cells_) : bipartite(cells_of_one(cells_, 0)), cells_.stacked());
    } else {
      Cells one = cells_of_one(cells_, largest_);
      const bool written = worth_writing(one);
      if (written) sort_cells(one, options_.threads);
      factor_.emplace(written ? written_out(one, options_.threads) : bipartite(one), one.stacked());
    }
  }

  const Cells cells_;
  const ReducedSystem system_;
  const Eigen::VectorXd weight_;
  const AbsorbOptions& options_;
  std::optional<Graph> graph_;
  std::optional<BlockSystem> blocks_;
  std::optional<ApproximateCholesky> factor_;
  std::optional<PivotedCholesky> decomposed_;  // the dense system
  Eigen::VectorXd root_;                       // of its levels' weights
  int largest_ = 0;                            // of the other effects, the one with most levels
  Eigen::VectorXd diagonal_;
};

}  // namespace ccdpanel::panel

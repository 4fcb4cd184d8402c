// A preconditioner for effects with slopes whose levels are hardly connected: that of their intercepts.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <optional>
#include <vector>

#include "ccdpanel/absorb/approximate_cholesky.hpp"
#include "ccdpanel/absorb/cells.hpp"
#include "ccdpanel/absorb/graph.hpp"
#include "ccdpanel/absorb/slope_system.hpp"

namespace ccdpanel::panel {

// Without slopes S is, on the levels of one other effect, D^-1/2 L D^-1/2 with L the Laplacian of a graph and D the
// levels' weights. Taking the unit's slopes out lowers it, but where the levels are linked by few units both are
// small along the same directions: the graph's approximate factor is what the hard directions need, the diagonal does
// for the rest.
class SlopeGraph {
 public:
  // Of the effects but the unit, the one with most levels that has an intercept; none if the unit has no intercept.
  SlopeGraph(const SlopeSystem& system, const std::vector<Factor>& factors, const Eigen::VectorXd& w) {
    if (!factors[system.unit_at].intercept) return;
    std::size_t other = 0, largest = factors.size(), of = 0;
    for (std::size_t e = 0; e < factors.size(); ++e) {
      if (e == system.unit_at) continue;
      if (factors[e].intercept && (largest == factors.size() || factors[e].levels > factors[largest].levels)) {
        largest = e;
        of = other;
      }
      ++other;
    }
    if (largest == factors.size()) return;
    const auto plain = [](const Factor& f) { return Factor{Codes::seen(f.code.data(), f.code.size()), f.levels}; };
    const Factor unit = plain(factors[system.unit_at]), levels = plain(factors[largest]);
    const Cells cells = make_cells(unit, {&levels}, w);
    factor_.emplace(bipartite(cells), cells.stacked());
    first_ = system.offset[of];
    width_ = system.others[of].width;
    root_ = system.others[of].weight.cwiseSqrt();
  }

  explicit operator bool() const { return factor_.has_value(); }

  // z holds D^-1 r already; the intercepts' part of it is replaced.
  template <int K>
  void solve(const Block<K>& r, Block<K>& z) const {
    Block<K> block(root_.size(), K), inner(root_.size(), K), work;
    for (Eigen::Index g = 0; g < root_.size(); ++g) block.row(g) = root_[g] * r.row(first_ + g * width_);
    factor_->solve(block, inner, work);
    for (Eigen::Index g = 0; g < root_.size(); ++g) z.row(first_ + g * width_) = root_[g] * inner.row(g);
  }

 private:
  std::optional<ApproximateCholesky> factor_;
  Eigen::Index first_ = 0, width_ = 1;
  Eigen::VectorXd root_;
};

}  // namespace ccdpanel::panel

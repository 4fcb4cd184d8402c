// Absorbing effects: the residuals of columns on any number of sets of dummies.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/absorbed.hpp"
#include "ccdpanel/absorb/absorption.hpp"
#include "ccdpanel/absorb/slope_absorption.hpp"

namespace ccdpanel::panel {

namespace detail {

// From squared norms of the demeaned columns: what is kept, which are to be absorbed again, and the certificate of
// those that stay as they are.
inline void judge(const Absorption& work, const Eigen::VectorXd& after, bool again, Absorbed& out) {
  out.kept = after;
  out.doubtful.assign(static_cast<std::size_t>(after.size()), 0);
  for (Eigen::Index j = 0; j < after.size(); ++j) {
    out.kept[j] = work.before()[j] > 0 ? after[j] / work.before()[j] : 0.0;
    if (out.kept[j] <= absorbed_share) continue;
    // Of one effect alone, too, rounding of its large means is left.
    const bool doubtful = out.kept[j] <= doubtful_share || after[j] < coarse_share * work.deviations()(j, j);
    out.doubtful[static_cast<std::size_t>(j)] = again && doubtful;
    if ((again && doubtful) || !work.left.size()) continue;
    out.certificate = std::max(out.certificate, work.left[j] / std::sqrt(after[j] / work.total_weight()));
  }
  out.iterations = work.iterations();
  out.status = work.status();
}

inline void absorb_again(const std::vector<Factor>& factors, const Eigen::VectorXd& w, const AbsorbOptions& options,
                         Absorbed& out);

}  // namespace detail

// The rows of an absorption.
inline Absorbed demean(Absorption& work, const std::vector<Factor>& factors, const Eigen::VectorXd& w,
                       const AbsorbOptions& options) {
  Absorbed out;
  detail::judge(work, work.subtract(out.columns), options.again, out);
  if (options.levels) out.level = work.levels(factors);
  detail::absorb_again(factors, w, options, out);
  return out;
}

// Without factors, the columns are copied as they are.
inline Absorbed absorb(const Columns& x, const std::vector<Factor>& factors, const Eigen::VectorXd& w,
                       const AbsorbOptions& options = {}) {
  if (factors.empty() || x.rows == 0 || x.size() == 0) {
    Absorbed out;
    out.kept = Eigen::VectorXd::Ones(x.size());
    out.columns.resize(x.rows, x.size());
    for (Eigen::Index j = 0; j < x.size(); ++j) x.piece(static_cast<int>(j), 0, out.columns.col(j));
    return out;
  }
  if (!any_slopes(factors) || only_slope(factors, options.threads)) {
    Absorption work(x, factors, w, options);
    if (work.status() == Status::ok || !any_slopes(factors)) return demean(work, factors, w, options);
  }
  Absorbed out = detail::absorb_slopes(x, factors, w, options);
  detail::absorb_again(factors, w, options, out);
  return out;
}

inline Absorbed absorb(const Eigen::MatrixXd& x, const std::vector<Factor>& factors, const Eigen::VectorXd& w,
                       const AbsorbOptions& options = {}) {
  return absorb(view(x), factors, w, options);
}

inline void detail::absorb_again(const std::vector<Factor>& factors, const Eigen::VectorXd& w,
                                 const AbsorbOptions& options, Absorbed& out) {
  AbsorbOptions once = options;
  once.again = false;
  for (Eigen::Index k = 0; k < out.columns.cols(); ++k) {
    if (!out.doubtful[static_cast<std::size_t>(k)]) continue;
    const Absorbed second = absorb(Eigen::MatrixXd(out.columns.col(k)), factors, w, once);
    out.columns.col(k) = second.columns;
    for (std::size_t e = 0; e < out.level.size(); ++e) out.level[e].col(k) += second.level[e];
    out.kept[k] *= second.kept[0];
    out.certificate = std::max(out.certificate, second.certificate);
    if (second.status != Status::ok) out.status = second.status;
    out.iterations += second.iterations;
  }
}

}  // namespace ccdpanel::panel

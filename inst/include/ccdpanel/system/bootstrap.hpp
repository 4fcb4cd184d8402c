// Pairs bootstrap of a system: whole clusters drawn with replacement, every replicate estimated anew.
#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <limits>
#include <list>
#include <vector>

#include "ccdpanel/absorb/codes.hpp"
#include "ccdpanel/core/parallel_for.hpp"
#include "ccdpanel/core/random.hpp"
#include "ccdpanel/system/estimate.hpp"

namespace ccdpanel::system {

// The rows that replicates are drawn from. A cluster drawn twice counts twice; its effects stay the same levels, which
// changes nothing where they are its own.
struct Resampling {
  std::vector<const double*> columns;
  Eigen::Index rows = 0;
  std::vector<panel::Factor> effects;
  Eigen::VectorXd weight;  // empty: all ones
  panel::Factor cluster;
};

namespace detail {

struct Drawn {
  Eigen::MatrixXd columns;
  std::vector<panel::Factor> effects;
  Eigen::VectorXd weight;
  std::list<std::vector<double>> slopes;  // where the effects' look
};

inline Drawn draw(const Resampling& from, std::uint64_t seed, std::size_t replicate) {
  core::Random random(seed, replicate, 0);
  std::vector<int> times(static_cast<std::size_t>(from.cluster.levels), 0);
  for (int g = 0; g < from.cluster.levels; ++g) ++times[random.below(static_cast<std::uint32_t>(from.cluster.levels))];
  std::vector<Eigen::Index> rows;
  for (Eigen::Index i = 0; i < from.rows; ++i) {
    if (times[static_cast<std::size_t>(from.cluster.code[static_cast<std::size_t>(i)])]) rows.push_back(i);
  }
  const Eigen::Index n = static_cast<Eigen::Index>(rows.size());
  Drawn out{Eigen::MatrixXd(n, static_cast<Eigen::Index>(from.columns.size())), {}, Eigen::VectorXd(n), {}};
  for (Eigen::Index i = 0; i < n; ++i) {
    const Eigen::Index row = rows[static_cast<std::size_t>(i)];
    const int count = times[static_cast<std::size_t>(from.cluster.code[static_cast<std::size_t>(row)])];
    out.weight[i] = count * (from.weight.size() ? from.weight[row] : 1.0);
  }
  for (std::size_t j = 0; j < from.columns.size(); ++j) {
    for (Eigen::Index i = 0; i < n; ++i)
      out.columns(i, static_cast<Eigen::Index>(j)) = from.columns[j][rows[static_cast<std::size_t>(i)]];
  }
  for (const panel::Factor& f : from.effects) {
    std::vector<int> code;
    for (const Eigen::Index row : rows) code.push_back(f.code[static_cast<std::size_t>(row)]);
    out.effects.push_back(panel::compact(std::move(code), f.levels).factor);
    out.effects.back().intercept = f.intercept;
    for (const double* slope : f.slopes) {
      out.slopes.emplace_back();
      for (const Eigen::Index row : rows) out.slopes.back().push_back(slope[row]);
      out.effects.back().slopes.push_back(out.slopes.back().data());
    }
  }
  return out;
}

}  // namespace detail

// Coefficients of replicates first .. first + out.rows() - 1, one a row; not a number where a replicate cannot be
// estimated. A replicate depends on the seed and its number alone.
inline void bootstrap_system(const Resampling& from, const Equations& equations, const Restrictions& restrictions,
                             const SystemPlan& plan, std::uint64_t seed, std::size_t first, int threads,
                             Eigen::Ref<Eigen::MatrixXd> out) {
  core::parallel_for(static_cast<std::size_t>(out.rows()), threads, [&](std::size_t r) {
    const detail::Drawn drawn = detail::draw(from, seed, first + r);
    const panel::Sample sample(panel::view(drawn.columns), drawn.effects, plan.constant, drawn.weight, 1, {});
    const SystemEstimate e = estimate_system(sample, equations, restrictions, plan);
    auto row = out.row(static_cast<Eigen::Index>(r));
    if (e.fit.status == Status::ok && e.coef.size() == out.cols())
      row = e.coef.transpose();
    else
      row.setConstant(std::numeric_limits<double>::quiet_NaN());
  });
}

}  // namespace ccdpanel::system

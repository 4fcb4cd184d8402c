// Random cases of the rooms that estimate: columns, weights, effects.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/codes.hpp"
#include "random_cases.hpp"

namespace random_cases {

// Some are copies of each other, constants beside a large one, or hold what is no number.
inline Eigen::MatrixXd columns(Case& c, Eigen::Index rows, Eigen::Index count) {
  Eigen::MatrixXd x(rows, count);
  for (Eigen::Index j = 0; j < count; ++j) {
    if (!c.tame() && j && c.chance(6)) {
      x.col(j) = x.col(c.below(static_cast<int>(j)));
      continue;
    }
    const std::vector<double> values = c.numbers(static_cast<int>(rows));
    // Ties of whole columns would make collinear ones, which tame cases have not.
    for (Eigen::Index i = 0; i < rows; ++i)
      x(i, j) = values[static_cast<std::size_t>(i)] + (c.tame() ? 0.25 * c.normal() : 0);
  }
  return x;
}

// Ordinary or none; positive, or of very different size.
inline Eigen::VectorXd weights(Case& c, Eigen::Index rows) {
  if (c.chance(2)) return {};
  Eigen::VectorXd w(rows);
  const bool even = c.tame() || c.chance(2);
  for (Eigen::Index i = 0; i < rows; ++i) w[i] = even ? 0.1 + std::abs(c.normal()) : std::exp(40 * c.normal());
  return w;
}

inline ccdpanel::panel::Factor factor(Case& c, Eigen::Index rows) {
  std::vector<int> code = c.codes(static_cast<int>(rows));
  const int levels = code.empty() ? 0 : *std::max_element(code.begin(), code.end()) + 1;
  return {ccdpanel::panel::Codes(std::move(code)), levels};
}

// Up to `most` effects; with slopes, some have them on columns of z, which must outlive them.
inline std::vector<ccdpanel::panel::Factor> factors(Case& c, int most, const Eigen::MatrixXd& z, bool slopes) {
  std::vector<ccdpanel::panel::Factor> out;
  for (int left = 1 + c.below(most); left > 0; --left) {
    out.push_back(factor(c, z.rows()));
    if (!slopes) continue;
    for (int s = c.below(3); s > 0; --s) out.back().slopes.push_back(z.col(c.below(static_cast<int>(z.cols()))).data());
    out.back().intercept = out.back().slopes.empty() || c.below(3) > 0;
  }
  return out;
}

// What the effects span, written out: a column a parameter, times the root of the weights, at norm one.
inline Eigen::MatrixXd effects_written_out(const std::vector<ccdpanel::panel::Factor>& factors,
                                           const Eigen::VectorXd& w, Eigen::Index rows) {
  Eigen::Index count = 0;
  for (const ccdpanel::panel::Factor& f : factors)
    count += f.levels * (static_cast<Eigen::Index>(f.slopes.size()) + (f.intercept ? 1 : 0));
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(rows, count);
  Eigen::Index first = 0;
  for (const ccdpanel::panel::Factor& f : factors) {
    for (std::size_t k = 0; k < f.slopes.size() + (f.intercept ? 1 : 0); ++k, first += f.levels) {
      for (Eigen::Index i = 0; i < rows; ++i)
        out(i, first + f.code[static_cast<std::size_t>(i)]) = k < f.slopes.size() ? f.slopes[k][i] : 1;
    }
  }
  if (w.size()) out.array().colwise() *= w.array().sqrt();
  out.colwise().normalize();
  return out;
}

inline bool same_bits(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         (a.array() == b.array() || (a.array() != a.array() && b.array() != b.array())).all();
}

}  // namespace random_cases

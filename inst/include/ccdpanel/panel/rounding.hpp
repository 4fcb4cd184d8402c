// What rounding of the data, as they came, can make of a combination of columns.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "ccdpanel/absorb/codes.hpp"
#include "ccdpanel/absorb/columns.hpp"

namespace ccdpanel::panel {

// The most that rounding to the nearest double takes from a number, or adds to it, in parts of it.
constexpr double half_spacing = std::numeric_limits<double>::epsilon() / 2;

// Columns times coefficients, less what effects with slopes have of them.
struct Combination {
  std::vector<int> columns;
  Eigen::VectorXd coef;
  std::vector<Eigen::MatrixXd> level;  // as Absorbed has it, of one column; empty: slopes take nothing
};

// The (weighted) norm of what rounding makes of a combination at most: by row half the spacing of doubles of the size
// of each number in it, the slopes' variables included. A column of mean 1e8 and spread 1 is known to 1e-8 of its
// spread: what is left of it beside what it was made of is no smaller, and says nothing.
inline double rounding_norm(const Columns& x, const Combination& c, const std::vector<Factor>& effects,
                            const Eigen::VectorXd& w) {
  double sum = 0;
  for (Eigen::Index i = 0; i < x.rows; ++i) {
    const std::size_t row = static_cast<std::size_t>(i);
    double size = 0;
    for (std::size_t j = 0; j < c.columns.size(); ++j)
      size += std::abs(c.coef[static_cast<Eigen::Index>(j)]) * x.size_at(c.columns[j], i);
    for (std::size_t e = 0; e < c.level.size(); ++e) {
      const Factor& f = effects[e];
      Eigen::Index at = f.code[row] + (f.intercept ? f.levels : 0);
      for (const double* slope : f.slopes) {
        size += std::abs(c.level[e](at, 0) * slope[row]);
        at += f.levels;
      }
    }
    const double rounding = half_spacing * size;
    sum += (w.size() ? w[i] : 1.0) * rounding * rounding;
  }
  return std::sqrt(sum);
}

}  // namespace ccdpanel::panel

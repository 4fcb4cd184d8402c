// Effects with slopes: an orthonormal basis, level by level, of what each of them spans.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "ccdpanel/absorb/codes.hpp"
#include "ccdpanel/absorb/columns.hpp"
#include "ccdpanel/core/parallel_for.hpp"

namespace ccdpanel::panel {

inline bool any_slopes(const std::vector<Factor>& factors) {
  return std::any_of(factors.begin(), factors.end(), [](const Factor& f) { return !f.slopes.empty(); });
}

// Columns a level: the intercept, if there is one, and the slopes.
inline int level_width(const Factor& f) {
  return static_cast<int>(f.slopes.size()) + (f.intercept ? 1 : 0);
}

// Where each level's rows begin once rows are sorted by it, with their number last.
inline std::vector<int> level_starts(const Factor& f) {
  std::vector<int> start(static_cast<std::size_t>(f.levels) + 1, 0);
  for (const int g : f.code) ++start[static_cast<std::size_t>(g) + 1];
  std::partial_sum(start.begin(), start.end(), start.begin());
  return start;
}

// Levels in runs of about equally many rows, for threads; their number depends on the rows alone.
inline std::vector<int> level_runs(const std::vector<int>& start, int runs) {
  std::vector<int> bounds(1, 0);
  for (int c = 1; c < runs; ++c) {
    const int row = static_cast<int>(static_cast<long long>(start.back()) * c / runs);
    bounds.push_back(static_cast<int>(std::lower_bound(start.begin(), start.end() - 1, row) - start.begin()));
  }
  bounds.push_back(static_cast<int>(start.size()) - 1);
  return bounds;
}

namespace detail {

// Gram-Schmidt, each column twice, on the rows of one level in the metric of the weights: b_c spans with b_0 .. b_(c-1)
// what the columns up to c span. A column that depends on those before it within the level is lost: b_c is zero.
//
// A column is known to its own rounding; what earlier columns take out of it brings in theirs. What is left counts as
// lost when it is no more than that noise, whatever the shift of the variable: years, or years plus 1e8, keep their
// slope, a constant does not. Beside the intercept, variables also need a sine of 1e-11 to each other.
class LevelBasis {
 public:
  LevelBasis(const Factor& f, const Eigen::VectorXd& w) : f_(f), w_(w), width_(level_width(f)) {}

  // rows(i) tells the i-th of m rows. Returns the rank; triangle is width x width, row c what b_c is in the variables.
  template <class Rows>
  int fill(const Rows& rows, int m, double* triangle) {
    m_ = m;
    basis_.resize(static_cast<std::size_t>(m) * static_cast<std::size_t>(width_));
    weight_.resize(w_.size() ? static_cast<std::size_t>(m) : 0);
    for (int i = 0; w_.size() && i < m; ++i) weight_[static_cast<std::size_t>(i)] = w_[rows(i)];
    noise_.assign(static_cast<std::size_t>(width_), 0.0);
    std::fill(triangle, triangle + width_ * width_, 0.0);
    int rank = 0;
    for (int c = 0; c < width_; ++c) {
      const double scale = load(rows, c);
      if (scale > 0 && rank < m && orthogonalise(c, scale, triangle))
        ++rank;
      else
        std::fill(at(c), at(c) + m, 0.0);
    }
    return rank;
  }
  const double* column(int c) const {
    return basis_.data() + static_cast<std::size_t>(c) * static_cast<std::size_t>(m_);
  }

 private:
  double* at(int c) { return basis_.data() + static_cast<std::size_t>(c) * static_cast<std::size_t>(m_); }

  // Column c at about unit size, by a power of two: what it was multiplied by, 0 if it is all zeros.
  template <class Rows>
  double load(const Rows& rows, int c) {
    double* to = at(c);
    if (f_.intercept && c == 0) {
      std::fill(to, to + m_, 1.0);
      return 1.0;
    }
    const double* from = f_.slopes[static_cast<std::size_t>(c - (f_.intercept ? 1 : 0))];
    double most = 0;
    for (int i = 0; i < m_; ++i) most = std::max(most, std::abs(to[i] = from[rows(i)]));
    if (!(most > 0)) return 0;
    // Doubles go further down than up: the smallest are brought as far as a finite factor takes them.
    const double scale = std::ldexp(1.0, std::min(-std::ilogb(most), 1000));
    for (int i = 0; i < m_; ++i) to[i] *= scale;
    return scale;
  }

  double dot(const double* a, const double* b) const {
    double sum = 0;
    if (weight_.empty()) {
      for (int i = 0; i < m_; ++i) sum += a[i] * b[i];
    } else {
      for (int i = 0; i < m_; ++i) sum += weight_[static_cast<std::size_t>(i)] * a[i] * b[i];
    }
    return sum;
  }

  bool orthogonalise(int c, double scale, double* triangle) {
    double* v = at(c);
    const double whole = std::sqrt(dot(v, v));
    double spread = whole, noise = whole;
    std::vector<double>& along = along_;
    along.assign(static_cast<std::size_t>(c), 0.0);
    for (int pass = 0; pass < 2; ++pass) {
      for (int d = 0; d < c; ++d) {
        const double part = dot(column(d), v);
        for (int i = 0; i < m_; ++i) v[i] -= part * column(d)[i];
        along[static_cast<std::size_t>(d)] += part;
        if (f_.intercept && d == 0 && pass == 0) spread = std::sqrt(dot(v, v));
      }
    }
    for (int d = 0; d < c; ++d)
      noise += std::abs(along[static_cast<std::size_t>(d)]) * noise_[static_cast<std::size_t>(d)];
    const double left = std::sqrt(dot(v, v));
    const bool alone = c == (f_.intercept ? 1 : 0);
    const double least = 64 * std::numeric_limits<double>::epsilon() * noise;
    if (c > 0 && (left <= least || (!alone && left <= 1e-11 * spread))) return false;
    if (!(left > 0)) return false;
    for (int i = 0; i < m_; ++i) v[i] /= left;
    noise_[static_cast<std::size_t>(c)] = noise / left;
    double* row = triangle + c * width_;
    row[c] = scale;
    for (int d = 0; d < c; ++d) {
      for (int j = 0; j <= d; ++j) row[j] -= along[static_cast<std::size_t>(d)] * triangle[d * width_ + j];
    }
    for (int j = 0; j <= c; ++j) row[j] /= left;
    return true;
  }

  const Factor& f_;
  const Eigen::VectorXd& w_;
  const int width_;
  int m_ = 0;
  std::vector<double> basis_, weight_, noise_, along_;
};

}  // namespace detail

// The basis of a whole effect, its rows in an order that is given: an effect's own, or that of the one to be
// eliminated.
class SlopeBasis {
 public:
  // place: where each row of the sample stands in that order (empty: rows stay where they are).
  SlopeBasis(const Factor& f, const Eigen::VectorXd& w, const std::vector<int>& place, int threads)
      : width(level_width(f)), levels(f.levels) {
    if (width == 0) throw std::invalid_argument("slopes: an effect with neither intercept nor slopes");
    const std::size_t n = f.code.size();
    code.resize(n);
    for (std::size_t i = 0; i < n; ++i) code[place.empty() ? i : static_cast<std::size_t>(place[i])] = f.code[i];
    value.resize(n * static_cast<std::size_t>(width));
    triangle.resize(static_cast<std::size_t>(levels) * static_cast<std::size_t>(width * width));
    ranks.resize(static_cast<std::size_t>(levels));
    weight.setZero(levels);
    for (std::size_t i = 0; i < n; ++i) weight[f.code[i]] += w.size() ? w[static_cast<Eigen::Index>(i)] : 1.0;
    if (f.slopes.empty())
      dummies();
    else
      orthonormal(f, w, place, threads);
    rank = std::accumulate(ranks.begin(), ranks.end(), 0LL);
  }

  int parameters() const { return levels * width; }
  const double* row(Eigen::Index s) const { return value.data() + s * width; }

  const int width;
  const int levels;
  std::vector<int> code;         // of each row, in the order
  std::vector<double> value;     // row by row, `width` values each: sum of w b_c b_d over a level is 1 if c = d, else 0
  std::vector<double> triangle;  // of each level: row c what b_c is in the variables
  std::vector<int> ranks;        // of each level
  Eigen::VectorXd weight;        // of each level
  long long rank = 0;

 private:
  // Without slopes: dummies at norm one.
  void dummies() {
    for (int g = 0; g < levels; ++g) {
      triangle[static_cast<std::size_t>(g)] = weight[g] > 0 ? 1.0 / std::sqrt(weight[g]) : 0.0;
      ranks[static_cast<std::size_t>(g)] = weight[g] > 0;
    }
    for (std::size_t s = 0; s < code.size(); ++s) value[s] = triangle[static_cast<std::size_t>(code[s])];
  }

  void orthonormal(const Factor& f, const Eigen::VectorXd& w, const std::vector<int>& place, int threads) {
    const std::vector<int> order = sorting_order(f), start = level_starts(f);
    const std::vector<int> runs = level_runs(start, 64);
    core::parallel_for(64, f.code.size() < 20000 ? 1 : threads, [&](std::size_t run) {
      detail::LevelBasis level(f, w);
      for (int g = runs[run]; g < runs[run + 1]; ++g) {
        const int first = start[static_cast<std::size_t>(g)], m = start[static_cast<std::size_t>(g) + 1] - first;
        const auto rows = [&](int i) { return order.empty() ? first + i : order[static_cast<std::size_t>(first + i)]; };
        ranks[static_cast<std::size_t>(g)] =
            level.fill(rows, m, triangle.data() + static_cast<std::ptrdiff_t>(g) * width * width);
        for (int c = 0; c < width; ++c) {
          const double* b = level.column(c);
          for (int i = 0; i < m; ++i) {
            const int row = rows(i);
            const std::size_t s = static_cast<std::size_t>(place.empty() ? row : place[static_cast<std::size_t>(row)]);
            value[s * static_cast<std::size_t>(width) + static_cast<std::size_t>(c)] = b[i];
          }
        }
      }
    });
  }
};

}  // namespace ccdpanel::panel

// Scores of the rows, and what holds each row back, from indicators that are scaled on the way: no normalised value is
// kept.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <vector>

#include "ccdpanel/core/parallel_for.hpp"
#include "ccdpanel/index/normalise.hpp"
#include "ccdpanel/index/study.hpp"

namespace ccdpanel::index {

// One score a row, of some of the columns; weights sum to one.
struct Score {
  std::vector<std::size_t> column;
  std::vector<double> weight;
  double* out = nullptr;
};

namespace detail {

// Rows whose sums stay in the first-level cache while the columns go by.
inline constexpr std::size_t rows_at_once = 512;

inline double scaled(double x, const Scaling& s) {
  return s.low + (s.high - s.low) * ((x * s.unit - s.origin) / s.width);
}

// body(first, count) for pieces of at most rows_at_once rows, on some threads.
template <class Body>
void each_piece(std::size_t rows, int threads, const Body& body) {
  core::parallel_for(blocks_of(rows), threads, [&](std::size_t block) {
    const std::size_t end = std::min((block + 1) * rows_per_block, rows);
    for (std::size_t first = block * rows_per_block; first < end; first += rows_at_once)
      body(first, std::min(rows_at_once, end - first));
  });
}

inline void add_linear(const double* x, const Scaling& s, double weight, std::size_t n, double* u) {
  const Scaling by = s;
  for (std::size_t i = 0; i < n; ++i) u[i] += weight * scaled(x[i], by);
}

inline void add_logarithm(const double* x, const Scaling& s, double weight, std::size_t n, double* u) {
  for (std::size_t i = 0; i < n; ++i) u[i] += weight * std::log(scaled(x[i], s));
}

// Scaling rises or falls throughout, so that the best and the worst value are those of the ends of the range.
inline void add_distances(const double* x, const Scaling& s, double weight, const Summary& range, std::size_t n,
                          double* far, double* near) {
  const double a = weight * scaled(range.min, s), b = weight * scaled(range.max, s);
  const double worst = std::min(a, b), best = std::max(a, b);
  for (std::size_t i = 0; i < n; ++i) {
    const double v = weight * scaled(x[i], s);
    far[i] += (best - v) * (best - v);
    near[i] += (v - worst) * (v - worst);
  }
}

}  // namespace detail

// Linear: sum w z. Geometric: prod z^w. TOPSIS: d- / (d+ + d-) with the distances of w z from the worst and the best
// row, NaN where these are the same. `columns` hold no missing value.
inline void score(const Columns& columns, const std::vector<Scaling>& scaling, const std::vector<Score>& scores,
                  AggregationRule rule, int threads) {
  if (scaling.size() != columns.data.size()) throw std::invalid_argument("score: one scaling a column");
  std::vector<Summary> range;
  if (rule == AggregationRule::topsis) range = summarise(columns, threads);
  detail::each_piece(columns.rows, threads, [&](std::size_t first, std::size_t n) {
    double near[detail::rows_at_once];
    for (const Score& score : scores) {
      double* u = score.out + first;
      std::fill(u, u + n, 0.0);
      std::fill(near, near + n, 0.0);
      for (std::size_t k = 0; k < score.column.size(); ++k) {
        const std::size_t j = score.column[k];
        const double* x = columns.data[j] + first;
        if (rule == AggregationRule::linear) detail::add_linear(x, scaling[j], score.weight[k], n, u);
        if (rule == AggregationRule::geometric) detail::add_logarithm(x, scaling[j], score.weight[k], n, u);
        if (rule == AggregationRule::topsis)
          detail::add_distances(x, scaling[j], score.weight[k], range[j], n, u, near);
      }
      if (rule == AggregationRule::geometric)
        for (std::size_t i = 0; i < n; ++i) u[i] = std::exp(u[i]);
      if (rule == AggregationRule::topsis)
        for (std::size_t i = 0; i < n; ++i) u[i] = std::sqrt(near[i]) / (std::sqrt(u[i]) + std::sqrt(near[i]));
    }
  });
}

// What each column counts in a row: one number, or a number a row.
struct RowWeight {
  const double* data = nullptr;
  bool by_row = false;
};

// Columns of a row's total, the parts that are printed, and the groups that parts are ranked in; each from 0.
struct ObstacleGroups {
  std::vector<std::size_t> total;  // of each column
  std::vector<std::size_t> part;   // of each column; parts are numbered in the order of print
  std::vector<std::size_t> rank;   // of each part
  std::size_t totals = 0;
};

// Of `groups.rank.size()` parts in each row, row by row.
struct Obstacles {
  double* share = nullptr;  // percent of the row's total, `none` where that is not positive
  int* rank = nullptr;      // 1 the greatest, ties share it; `unranked` where there is no share
  double none = std::numeric_limits<double>::quiet_NaN();  // a NaN of the caller's
  int unranked = 0;
};

namespace detail {

// The shares of n rows, rows_at_once numbers a column; sums in extended precision, as R's rowSums() has them.
inline void share_out(const ObstacleGroups& groups, std::size_t n, double none, std::vector<double>& lacking,
                      std::vector<double>& share) {
  long double sum[rows_at_once];
  double total[rows_at_once];
  for (std::size_t g = 0; g < groups.totals; ++g) {
    std::fill(sum, sum + n, 0.0L);
    for (std::size_t j = 0; j < groups.total.size(); ++j)
      if (groups.total[j] == g)
        for (std::size_t i = 0; i < n; ++i) sum[i] += lacking[j * rows_at_once + i];
    for (std::size_t i = 0; i < n; ++i) total[i] = static_cast<double>(sum[i]);
    for (std::size_t j = 0; j < groups.total.size(); ++j) {
      if (groups.total[j] != g) continue;
      double* l = lacking.data() + j * rows_at_once;
      for (std::size_t i = 0; i < n; ++i) l[i] = total[i] > 0 ? 100 * l[i] / total[i] : none;
    }
  }
  for (std::size_t p = 0; p < groups.rank.size(); ++p) {
    std::fill(sum, sum + n, 0.0L);
    for (std::size_t j = 0; j < groups.part.size(); ++j)
      if (groups.part[j] == p)
        for (std::size_t i = 0; i < n; ++i) sum[i] += lacking[j * rows_at_once + i];
    for (std::size_t i = 0; i < n; ++i) {
      const auto s = static_cast<double>(sum[i]);
      share[p * rows_at_once + i] = s == s ? s : none;
    }
  }
}

// `members`: the parts of each group that ranks are within.
inline void write_row(const double* share, std::size_t parts, const std::vector<std::vector<std::size_t>>& members,
                      int unranked, double* out, int* rank) {
  for (std::size_t p = 0; p < parts; ++p) out[p] = share[p * rows_at_once];
  for (const std::vector<std::size_t>& group : members) {
    for (const std::size_t p : group) {
      int place = 1;
      for (const std::size_t q : group) place += out[q] > out[p];
      rank[p] = out[p] == out[p] ? place : unranked;
    }
  }
}

}  // namespace detail

// The share of w (1 - z) of each part in the row's total, and its rank. Returns how many values z of each column lie
// outside [0, 1].
inline std::vector<std::size_t> obstacles(const Columns& columns, const std::vector<Scaling>& scaling,
                                          const std::vector<RowWeight>& weight, const ObstacleGroups& groups,
                                          const Obstacles& to, int threads) {
  const std::size_t k = columns.data.size(), parts = groups.rank.size();
  if (scaling.size() != k || weight.size() != k || groups.total.size() != k || groups.part.size() != k)
    throw std::invalid_argument("obstacles: one scaling, weight, total and part a column");
  std::vector<std::vector<std::size_t>> members(parts);
  for (std::size_t p = 0; p < parts; ++p) members[groups.rank[p]].push_back(p);
  const std::size_t blocks = blocks_of(columns.rows);
  std::vector<std::size_t> outside(k * blocks, 0);
  core::parallel_for(blocks, threads, [&](std::size_t block) {
    std::vector<double> lacking(k * detail::rows_at_once), share(parts * detail::rows_at_once);
    const std::size_t end = std::min((block + 1) * rows_per_block, columns.rows);
    for (std::size_t first = block * rows_per_block; first < end; first += detail::rows_at_once) {
      const std::size_t n = std::min(detail::rows_at_once, end - first);
      for (std::size_t j = 0; j < k; ++j) {
        const double* x = columns.data[j] + first;
        const double* w = weight[j].data + (weight[j].by_row ? first : 0);
        double* l = lacking.data() + j * detail::rows_at_once;
        std::size_t beyond = 0;
        for (std::size_t i = 0; i < n; ++i) {
          const double z = detail::scaled(x[i], scaling[j]);
          beyond += z < -1e-12 || z > 1 + 1e-12;
          l[i] = w[weight[j].by_row ? i : 0] * (1 - z);
        }
        outside[j * blocks + block] += beyond;
      }
      detail::share_out(groups, n, to.none, lacking, share);
      for (std::size_t i = 0; i < n; ++i)
        detail::write_row(share.data() + i, parts, members, to.unranked, to.share + (first + i) * parts,
                          to.rank + (first + i) * parts);
    }
  });
  std::vector<std::size_t> out(k, 0);
  for (std::size_t j = 0; j < k; ++j)
    for (std::size_t b = 0; b < blocks; ++b) out[j] += outside[j * blocks + b];
  return out;
}

}  // namespace ccdpanel::index

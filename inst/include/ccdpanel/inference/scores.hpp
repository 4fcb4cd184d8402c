// The meat of sandwich covariances: cross-products of scores, by row and by cluster.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/absorption.hpp"
#include "ccdpanel/absorb/codes.hpp"
#include "ccdpanel/absorb/columns.hpp"
#include "ccdpanel/core/buffer.hpp"
#include "ccdpanel/core/parallel_for.hpp"

namespace ccdpanel::panel {

// What residuals are divided by where their scores are squared: a power of two, so that nothing is rounded; one where
// they are of ordinary size already.
inline double residual_unit(double rss, Eigen::Index rows) {
  const double size = std::sqrt(rss / static_cast<double>(rows));
  if (!std::isfinite(size) || size == 0 || std::abs(std::ilogb(size)) <= 20) return 1;
  return std::ldexp(1.0, std::ilogb(size));
}

// Scores of several equations side by side: equation e's are (1 if constant, projected regressors) times v_e, with v
// the weighted residuals (or what takes their place in a system), in columns less their centres, so that a large mean
// costs no digits.
//
// Columns behind effects need not be written: their rows then come from the absorption, piece by piece. Where v is
// balanced, its sum over each unit of the absorption is zero, and scores summed over whole units are the same with and
// without the units' values.
struct ScoreSet {
  struct Part {
    std::vector<int> x;          // regressors taken as they are (projection empty)
    std::vector<int> z;          // instruments
    Eigen::MatrixXd projection;  // |z| x |regressors|
    Eigen::VectorXd v;
  };
  const Columns& columns;
  std::vector<Part> parts;
  bool constant = false;
  Absorption* absorption = nullptr;
  bool balanced = false;

  Eigen::Index rows() const { return parts.empty() ? 0 : parts[0].v.size(); }

  Eigen::Index size() const {
    Eigen::Index out = 0;
    for (const Part& p : parts) out += width(p) + (constant ? 1 : 0);
    return out;
  }
  static Eigen::Index width(const Part& p) {
    return p.projection.size() ? p.projection.cols() : static_cast<Eigen::Index>(p.x.size());
  }

  // Rows first .. first + out.rows() - 1; at most Pieces::length of them.
  struct Scratch {
    bool keep_units = false;
    Eigen::MatrixXd instruments = {}, all = {};
  };
  void fill(Eigen::Index first, Eigen::Ref<Eigen::MatrixXd> out, Scratch& scratch) const {
    const Eigen::Index count = out.rows();
    if (absorption && !scratch.keep_units) {
      scratch.all.resize(count, absorption->size());
      absorption->rows(first, scratch.all);
    }
    const auto piece = [&](int j, auto to) {
      if (absorption && scratch.keep_units)
        absorption->rows_keeping_units(j, first, to);
      else if (absorption)
        to = scratch.all.col(j);
      else
        columns.piece(j, first, to);
    };
    Eigen::MatrixXd& block = scratch.instruments;
    Eigen::Index at = 0;
    for (const Part& p : parts) {
      const auto v = p.v.segment(first, count);
      if (constant) out.col(at++) = v;
      if (p.projection.size()) {
        block.resize(count, static_cast<Eigen::Index>(p.z.size()));
        for (std::size_t j = 0; j < p.z.size(); ++j) piece(p.z[j], block.col(static_cast<Eigen::Index>(j)));
        out.middleCols(at, p.projection.cols()).noalias() = block * p.projection;
      } else {
        for (std::size_t j = 0; j < p.x.size(); ++j) piece(p.x[j], out.col(at + static_cast<Eigen::Index>(j)));
      }
      for (Eigen::Index j = 0; j < width(p); ++j) out.col(at + j).array() *= v.array();
      at += width(p);
    }
  }
};

// What multiplies v in each row: the regressors, projected and with the constant's, as one matrix.
inline Eigen::MatrixXd score_regressors(ScoreSet scores) {
  const Eigen::Index n = scores.rows();
  if (scores.absorption) scores.absorption->finish_units();
  for (ScoreSet::Part& p : scores.parts) p.v = Eigen::VectorXd::Ones(n);
  Eigen::MatrixXd out(n, scores.size());
  ScoreSet::Scratch scratch;
  for (Eigen::Index first = 0; first < n; first += Pieces::length)
    scores.fill(first, out.middleRows(first, std::min(Pieces::length, n - first)), scratch);
  return out;
}

namespace detail {

// For each clustering the sums of the scores of rows from .. to - 1: by cluster (k x levels), or, where every row is
// its own cluster, of their outer products (k x k). Scores are formed piece by piece and never stored.
inline std::vector<Eigen::MatrixXd> score_sums(const ScoreSet& scores, const std::vector<const Factor*>& clusters,
                                               Eigen::Index from, Eigen::Index to, bool keep_units) {
  const Eigen::Index k = scores.size();
  std::vector<Eigen::MatrixXd> sums;
  for (const Factor* f : clusters) {
    sums.emplace_back(k, f ? f->levels : k);
    core::expect_large(sums.back().data(), static_cast<std::size_t>(sums.back().size()) * sizeof(double));
    sums.back().setZero();
  }
  Eigen::MatrixXd part;
  ScoreSet::Scratch scratch{keep_units};
  for (Eigen::Index first = from; first < to; first += Pieces::length) {
    const Eigen::Index count = std::min(Pieces::length, to - first);
    part.resize(count, k);
    scores.fill(first, part, scratch);
    const Eigen::MatrixXd by_row = part.transpose();
    for (std::size_t c = 0; c < clusters.size(); ++c) {
      if (!clusters[c]) {
        sums[c].noalias() += by_row * part;
        continue;
      }
      const int* code = clusters[c]->code.data() + first;
      const double* row = by_row.data();
      for (Eigen::Index i = 0; i < count; ++i, row += k) {
        if (i + 16 < count) __builtin_prefetch(sums[c].data() + code[i + 16] * k, 1);
        double* const sum = sums[c].data() + code[i] * k;
        for (Eigen::Index j = 0; j < k; ++j) sum[j] += row[j];
      }
    }
  }
  return sums;
}

// Are the units' values needed for these sums? Not where every cluster holds units whole.
inline bool needs_units(const ScoreSet& scores, const std::vector<const Factor*>& clusters) {
  if (!scores.balanced || !scores.absorption->units_are_light()) return true;
  const Factor& unit = scores.absorption->unit();
  return !std::all_of(clusters.begin(), clusters.end(), [&](const Factor* f) {
    return f && (f->code.data() == unit.code.data() || nested_in(unit, *f));
  });
}

}  // namespace detail

// One meat a clustering; nullptr: every row is its own cluster. Parts of the rows have sums of their own, added in
// order, as many as stay small beside the rows.
inline std::vector<Eigen::MatrixXd> meats(const ScoreSet& scores, const std::vector<const Factor*>& clusters,
                                          int threads = 1) {
  const Eigen::Index n = scores.rows();
  Eigen::Index levels = 0;
  for (const Factor* f : clusters) {
    if (f && static_cast<Eigen::Index>(f->code.size()) != n)
      throw std::invalid_argument("meats: clusters and rows differ");
    levels += f ? f->levels : 0;
  }
  const Eigen::Index parts = std::max<Eigen::Index>(1, std::min<Eigen::Index>(4, n / (4 * levels + 20000)));
  const bool keep_units = scores.absorption && !detail::needs_units(scores, clusters);
  if (scores.absorption && !keep_units) scores.absorption->finish_units();
  std::vector<std::vector<Eigen::MatrixXd>> sums(static_cast<std::size_t>(parts));
  core::parallel_for(sums.size(), threads, [&](std::size_t part) {
    const Eigen::Index at = static_cast<Eigen::Index>(part);
    sums[part] = detail::score_sums(scores, clusters, at * n / parts, (at + 1) * n / parts, keep_units);
  });
  std::vector<Eigen::MatrixXd> out = std::move(sums[0]);
  for (std::size_t c = 0; c < clusters.size(); ++c) {
    for (std::size_t part = 1; part < sums.size(); ++part) out[c] += sums[part][c];
    if (clusters[c]) out[c] = (out[c] * out[c].transpose()).eval();
  }
  return out;
}

}  // namespace ccdpanel::panel

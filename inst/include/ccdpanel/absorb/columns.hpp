// The columns of a sample, seen where they lie.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

#include "ccdpanel/core/parallel_for.hpp"

namespace ccdpanel::panel {

// Rows in pieces that stay in cache while the columns meet. Chunks of pieces are what threads take; their number
// depends on the rows alone, and their results are added in order: same bits for any number of threads.
class Pieces {
 public:
  static constexpr Eigen::Index length = 2048;
  explicit Pieces(Eigen::Index rows)
      : rows_(rows), pieces_((rows + length - 1) / length), chunks_(std::min<Eigen::Index>(pieces_, 64)) {}

  std::size_t chunks() const { return static_cast<std::size_t>(chunks_); }
  // Starting threads costs more than a small sample takes.
  int threads(int asked) const { return rows_ < 20000 ? 1 : asked; }

  // body(first row, number of rows) for each piece of a chunk.
  template <class Body>
  void each(std::size_t chunk, const Body& body) const {
    const Eigen::Index c = static_cast<Eigen::Index>(chunk);
    for (Eigen::Index p = c * pieces_ / chunks_; p < (c + 1) * pieces_ / chunks_; ++p) {
      body(p * length, std::min(length, rows_ - p * length));
    }
  }

 private:
  Eigen::Index rows_, pieces_, chunks_;
};

// Doubles of one length, each column less its centre (empty: as they are). Nothing is copied but the piece in work.
struct Columns {
  std::vector<const double*> data;
  Eigen::Index rows = 0;
  Eigen::VectorXd centre;
  Eigen::VectorXd rest;         // what a centre lacks of the mean for its rounding; empty: nothing
  const int* picked = nullptr;  // row i of the sample is row picked[i] - 1 of the data; nullptr: row i
  Eigen::VectorXd origin;       // what was taken from each column before it came here; empty: nothing

  Eigen::Index size() const { return static_cast<Eigen::Index>(data.size()); }
  double centre_of(int j) const { return centre.size() ? centre[j] : 0.0; }
  double rest_of(int j) const { return j < rest.size() ? rest[j] : 0.0; }
  // The size that a number had before anything was taken from it.
  double size_at(int j, Eigen::Index row) const {
    const double value = data[static_cast<std::size_t>(j)][picked ? picked[row] - 1 : row];
    return std::abs(j < origin.size() ? value + origin[j] : value);
  }

  void piece(int j, Eigen::Index first, Eigen::Ref<Eigen::VectorXd> out) const {
    const double* from = data[static_cast<std::size_t>(j)];
    const double c = centre_of(j);
    if (picked) {
      for (Eigen::Index i = 0; i < out.size(); ++i) out[i] = from[picked[first + i] - 1] - c;
    } else {
      out = Eigen::Map<const Eigen::VectorXd>(from + first, out.size()).array() - c;
    }
    if (const double r = rest_of(j); r != 0) out.array() -= r;
  }
  Eigen::VectorXd piece(int j, Eigen::Index first, Eigen::Index count) const {
    Eigen::VectorXd out(count);
    piece(j, first, out);
    return out;
  }
  Eigen::VectorXd column(int j) const { return piece(j, 0, rows); }
  Eigen::MatrixXd columns(const std::vector<int>& which) const {
    Eigen::MatrixXd out(rows, static_cast<Eigen::Index>(which.size()));
    for (std::size_t j = 0; j < which.size(); ++j) piece(which[j], 0, out.col(static_cast<Eigen::Index>(j)));
    return out;
  }
  Eigen::MatrixXd all() const {
    std::vector<int> which(data.size());
    std::iota(which.begin(), which.end(), 0);
    return columns(which);
  }
};

inline Columns view(const Eigen::MatrixXd& x) {
  Columns out;
  for (Eigen::Index j = 0; j < x.cols(); ++j) out.data.push_back(x.data() + j * x.rows());
  out.rows = x.rows();
  return out;
}

// The (weighted) mean of each column less its centre.
inline Eigen::VectorXd column_means(const Columns& x, const std::vector<int>& which, const Eigen::VectorXd& w,
                                    int threads) {
  const Pieces pieces(x.rows);
  const Eigen::Index k = static_cast<Eigen::Index>(which.size());
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(k, static_cast<Eigen::Index>(pieces.chunks()));
  core::parallel_for(pieces.chunks(), pieces.threads(threads), [&](std::size_t chunk) {
    pieces.each(chunk, [&](Eigen::Index first, Eigen::Index count) {
      for (Eigen::Index j = 0; j < k; ++j) {
        const Eigen::VectorXd v = x.piece(which[static_cast<std::size_t>(j)], first, count);
        sum(j, static_cast<Eigen::Index>(chunk)) += w.size() ? v.dot(w.segment(first, count)) : v.sum();
      }
    });
  });
  return sum.rowwise().sum() / (w.size() ? w.sum() : static_cast<double>(x.rows));
}

// A mean of so many times the column's size about it has a rounding that the column's own digits see.
constexpr double far_mean = 256;

// Sets the centre of each column to its (weighted) mean. One of 1e8 is known to 1e-8, which is that much of a column
// of spread 1: what is left of such a mean is a second one.
inline void centre_columns(Columns& x, const Eigen::VectorXd& w, int threads) {
  std::vector<int> all(x.data.size()), far;
  std::iota(all.begin(), all.end(), 0);
  x.centre.resize(0);
  x.rest.resize(0);
  x.centre = column_means(x, all, w, threads);
  for (const int j : all) {
    const double size = x.piece(j, 0, std::min(x.rows, Pieces::length)).cwiseAbs().maxCoeff();
    if (std::abs(x.centre[j]) > far_mean * size) far.push_back(j);
  }
  if (far.empty()) return;
  const Eigen::VectorXd left = column_means(x, far, w, threads);
  x.rest = Eigen::VectorXd::Zero(x.size());
  for (std::size_t j = 0; j < far.size(); ++j) x.rest[far[j]] = left[static_cast<Eigen::Index>(j)];
}

}  // namespace ccdpanel::panel

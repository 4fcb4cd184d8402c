// Several columns side by side, as the passes over rows and levels meet them.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cstddef>
#include <vector>

#include "ccdpanel/absorb/codes.hpp"
#include "ccdpanel/absorb/columns.hpp"

namespace ccdpanel::panel {

// Row g holds level g's K values next to each other; K is fixed, so that a row is a few registers.
template <int K>
using Block = Eigen::Matrix<double, Eigen::Dynamic, K, K == 1 ? Eigen::ColMajor : Eigen::RowMajor>;
template <int K>
using Row = Eigen::Array<double, 1, K>;

// Level g's row of a block, read or written in place.
template <int K>
Eigen::Map<const Row<K>> lane(const Block<K>& block, int g) {
  return Eigen::Map<const Row<K>>(block.data() + static_cast<std::ptrdiff_t>(g) * K);
}
template <int K>
Eigen::Map<Row<K>> lane(Block<K>& block, int g) {
  return Eigen::Map<Row<K>>(block.data() + static_cast<std::ptrdiff_t>(g) * K);
}

// K columns of a sample, less their centres.
template <int K>
class Lanes {
 public:
  Lanes(const Columns& x, Eigen::Index first) : rows(x.rows), picked_(x.picked) {
    for (int k = 0; k < K; ++k) {
      const int j = static_cast<int>(first) + k;
      data_[k] = x.data[static_cast<std::size_t>(j)];
      centre_[k] = x.centre_of(j);
    }
  }
  // Row i's values to `to`.
  void write(Eigen::Index i, double* to) const {
    const Eigen::Index at = picked_ ? picked_[i] - 1 : i;
    for (int k = 0; k < K; ++k) to[k] = data_[k][at] - centre_[k];
  }
  // Rows first .. first + count - 1, row after row; the columns are read one by one.
  void fill(Eigen::Index first, Eigen::Index count, double* to) const {
    for (int k = 0; k < K; ++k) fill_one<K>(k, first, count, to + k);
  }
  // The k-th column's values of these rows, `apart` places from one to the next.
  template <int apart>
  void fill_one(int k, Eigen::Index first, Eigen::Index count, double* to) const {
    const double* from = data_[k];
    const double centre = centre_[k];
    if (picked_) {
      for (Eigen::Index i = 0; i < count; ++i) to[i * apart] = from[picked_[first + i] - 1] - centre;
    } else {
      for (Eigen::Index i = 0; i < count; ++i) to[i * apart] = from[first + i] - centre;
    }
  }
  const Eigen::Index rows;

 private:
  const int* picked_;
  const double* data_[K];
  double centre_[K];
};

// Levels come in no order, and their rows of a block may lie outside the nearest cache: asked for some rows ahead.
template <int K>
void prefetch(const Block<K>& block, const Codes& code, Eigen::Index i) {
  constexpr Eigen::Index ahead = 16;
  const std::size_t next = static_cast<std::size_t>(i + ahead);
  if (next < code.size()) __builtin_prefetch(block.data() + static_cast<std::ptrdiff_t>(code[next]) * K);
}

}  // namespace ccdpanel::panel

// The system of effects with slopes written out: its diagonal, and the whole where it is small.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/pivoted_cholesky.hpp"
#include "ccdpanel/absorb/slope_system.hpp"

namespace ccdpanel::panel {

// What the others' columns have in common with a unit's basis: C = U'WB on the columns that the unit's rows meet.
class UnitCross {
 public:
  explicit UnitCross(const SlopeSystem& system) : s_(system), place_(static_cast<std::size_t>(system.size()), -1) {}

  void read(int u) {
    for (const int p : met) place_[static_cast<std::size_t>(p)] = -1;
    met.clear();
    own.clear();
    for (Eigen::Index s = s_.first_of(u), end = s + s_.rows_of(u); s < end; ++s) {
      const double w = s_.weight_of(s);
      for (std::size_t e = 0; e < s_.others.size(); ++e) {
        const SlopeBasis& other = s_.others[e];
        const int at = s_.offset[e] + other.code[static_cast<std::size_t>(s)] * other.width;
        for (int c = 0; c < other.width; ++c) add(at + c, other.row(s)[c], w, s_.unit.row(s));
      }
    }
  }

  std::vector<int> met;       // positions of the columns
  std::vector<double> cross;  // unit.width values a column
  std::vector<double> own;    // sum of w b^2 over the unit's rows, of each column

 private:
  void add(int p, double b, double w, const double* q) {
    const std::size_t width = static_cast<std::size_t>(s_.unit.width);
    int& at = place_[static_cast<std::size_t>(p)];
    if (at < 0) {
      at = static_cast<int>(met.size());
      met.push_back(p);
      own.push_back(0);
      cross.resize(std::max(cross.size(), met.size() * width));
      std::fill_n(cross.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(at) * width), width, 0.0);
    }
    double* to = cross.data() + static_cast<std::size_t>(at) * width;
    for (std::size_t c = 0; c < width; ++c) to[c] += w * b * q[c];
    own[static_cast<std::size_t>(at)] += w * b * b;
  }

  const SlopeSystem& s_;
  std::vector<int> place_;
};

// The diagonal of S, zero for columns that lie wholly in the units': by the yardstick of the decomposition, so that
// every preconditioner leaves the same columns out.
inline Eigen::VectorXd slope_diagonal(const SlopeSystem& system) {
  const int width = system.unit.width;
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(system.size(), static_cast<Eigen::Index>(system.parts()));
  std::vector<UnitCross> cross(system.parts(), UnitCross(system));
  system.each_unit([&](std::size_t part, int u) {
    cross[part].read(u);
    for (std::size_t k = 0; k < cross[part].met.size(); ++k) {
      double taken = 0;
      for (int c = 0; c < width; ++c) {
        const double v = cross[part].cross[k * static_cast<std::size_t>(width) + static_cast<std::size_t>(c)];
        taken += v * v;
      }
      const double left = cross[part].own[k] - taken;
      if (left > 1e-14 * cross[part].own[k]) sum(cross[part].met[k], static_cast<Eigen::Index>(part)) += left;
    }
  });
  const Eigen::VectorXd whole = sum.rowwise().sum();
  return (whole.array() > PivotedCholesky::nothing).select(whole, 0.0);
}

// How many products the whole of S takes to sum.
inline double slope_matrix_work(const SlopeSystem& system) {
  double work = 0;
  std::vector<int> seen(static_cast<std::size_t>(system.size()), -1);
  for (int u = 0; u < system.unit.levels; ++u) {
    double met = 0;
    for (Eigen::Index s = system.first_of(u), end = s + system.rows_of(u); s < end; ++s) {
      for (std::size_t e = 0; e < system.others.size(); ++e) {
        const SlopeBasis& other = system.others[e];
        int& last =
            seen[static_cast<std::size_t>(system.offset[e] + other.code[static_cast<std::size_t>(s)] * other.width)];
        if (last != u) met += other.width;
        last = u;
      }
    }
    work += met * met * system.unit.width;
  }
  return work;
}

namespace detail {

// B'WB, lower triangle: within an effect the columns are orthonormal (or zero), so only pairs of effects need the rows.
inline void add_others_cross(const SlopeSystem& system, Eigen::MatrixXd& s) {
  for (std::size_t e = 0; e < system.others.size(); ++e) {
    const SlopeBasis& other = system.others[e];
    for (int g = 0; g < other.levels; ++g) {
      for (int c = 0; c < other.width; ++c) {
        const int at = system.offset[e] + g * other.width + c;
        const std::ptrdiff_t own = (static_cast<std::ptrdiff_t>(g) * other.width + c) * other.width + c;
        s(at, at) = other.triangle[static_cast<std::size_t>(own)] != 0 ? 1.0 : 0.0;
      }
    }
  }
  if (system.others.size() < 2) return;
  for (Eigen::Index row = 0; row < system.rows; ++row) {
    for (std::size_t e = 1; e < system.others.size(); ++e) {
      const SlopeBasis& one = system.others[e];
      const int at = system.offset[e] + one.code[static_cast<std::size_t>(row)] * one.width;
      for (std::size_t f = 0; f < e; ++f) {
        const SlopeBasis& two = system.others[f];
        const int to = system.offset[f] + two.code[static_cast<std::size_t>(row)] * two.width;
        for (int c = 0; c < one.width; ++c) {
          const double b = system.weight_of(row) * one.row(row)[c];
          for (int d = 0; d < two.width; ++d) s(at + c, to + d) += b * two.row(row)[d];
        }
      }
    }
  }
}

}  // namespace detail

// S itself, lower triangle: B'WB less the sum over units of C'C, column by column. Threads share the columns, each of
// which is summed over the units in order.
inline Eigen::MatrixXd slope_matrix(const SlopeSystem& system) {
  Eigen::MatrixXd s = Eigen::MatrixXd::Zero(system.size(), system.size());
  detail::add_others_cross(system, s);
  const int stripe = 32, stripes = system.size() > 2 * stripe ? 4 : 1;
  const std::size_t width = static_cast<std::size_t>(system.unit.width);
  core::parallel_for(static_cast<std::size_t>(stripes), system.threads(), [&](std::size_t task) {
    UnitCross cross(system);
    std::vector<std::pair<int, const double*>> sorted;
    for (int u = 0; u < system.unit.levels; ++u) {
      cross.read(u);
      sorted.clear();
      for (std::size_t k = 0; k < cross.met.size(); ++k)
        sorted.emplace_back(cross.met[k], cross.cross.data() + k * width);
      std::sort(sorted.begin(), sorted.end());
      for (std::size_t b = 0; b < sorted.size(); ++b) {
        if (sorted[b].first / stripe % stripes != static_cast<int>(task)) continue;
        double* column = s.col(sorted[b].first).data();
        const double* cb = sorted[b].second;
        for (std::size_t a = b; a < sorted.size(); ++a) {
          double v = 0;
          for (std::size_t c = 0; c < width; ++c) v += sorted[a].second[c] * cb[c];
          column[sorted[a].first] -= v;
        }
      }
    }
  });
  return s;
}

}  // namespace ccdpanel::panel

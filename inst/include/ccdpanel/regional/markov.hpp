// A Markov chain from counted transitions: probabilities, ergodic distribution, mean first passage, mobility.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace ccdpanel::regional {

// One observed step of a unit, in a regime.
struct Transition {
  int unit, regime, from, to;
};

// Where a number stands in the result of one chain of k classes.
struct ChainLayout {
  std::size_t classes;

  std::size_t probability(std::size_t i, std::size_t j) const { return i * classes + j; }
  std::size_t ergodic(std::size_t i) const { return classes * classes + i; }
  std::size_t passage(std::size_t i, std::size_t j) const { return classes * (classes + 1) + i * classes + j; }
  std::size_t shorrocks() const { return classes * (2 * classes + 1); }
  std::size_t size() const { return shorrocks() + 1; }
};

// All of a chain that follows from its counts. A class that nobody leaves from has no probabilities, and what depends
// on them is not a number.
class Chain {
 public:
  explicit Chain(std::size_t classes)
      : layout_{classes},
        visited_(classes),
        reaches_(classes * classes),
        lost_(classes),
        work_(classes * (classes + 1)),
        closed_(classes) {}

  const ChainLayout& layout() const { return layout_; }

  void evaluate(const double* counts, double* out) {
    const std::size_t k = layout_.classes;
    std::fill(out, out + layout_.size(), not_a_number);
    bool whole = true;
    double stay = 0, visited = 0;
    for (std::size_t i = 0; i < k; ++i) {
      double row = 0, column = 0;
      for (std::size_t j = 0; j < k; ++j) {
        row += counts[i * k + j];
        column += counts[j * k + i];
      }
      visited_[i] = row + column > 0;
      if (!visited_[i]) continue;
      visited += 1;
      whole = whole && row > 0;
      if (row > 0)
        for (std::size_t j = 0; j < k; ++j) out[layout_.probability(i, j)] = counts[i * k + j] / row;
      stay += out[layout_.probability(i, i)];
    }
    if (!whole || visited == 0) return;
    out[layout_.shorrocks()] = (visited - stay) / (visited - 1);
    find_reached(out);
    ergodic(out);
    for (std::size_t j = 0; j < k; ++j)
      if (visited_[j]) passage(j, out);
  }

 private:
  // Which class can be reached from which, in any number of steps (Warshall)
  void find_reached(const double* p) {
    const std::size_t k = layout_.classes;
    for (std::size_t i = 0; i < k * k; ++i) reaches_[i] = p[i] > 0 || i / k == i % k;
    for (std::size_t m = 0; m < k; ++m)
      for (std::size_t i = 0; i < k; ++i)
        if (reaches_[i * k + m])
          for (std::size_t j = 0; j < k; ++j) reaches_[i * k + j] = reaches_[i * k + j] || reaches_[m * k + j];
  }

  bool returns(std::size_t i) const {
    const std::size_t k = layout_.classes;
    for (std::size_t j = 0; j < k; ++j)
      if (reaches_[i * k + j] && !reaches_[j * k + i]) return false;
    return true;
  }

  // Elimination without subtractions (Grassmann, Taksar and Heyman 1985), on the classes that the chain ends in; not a
  // number where it can end in several sets of them.
  void ergodic(double* out) {
    const std::size_t k = layout_.classes;
    std::size_t m = 0;
    for (std::size_t i = 0; i < k; ++i)
      if (visited_[i] && returns(i)) closed_[m++] = i;
    for (std::size_t a = 1; a < m; ++a)
      if (!reaches_[closed_[0] * k + closed_[a]]) return;
    double* const p = work_.data();
    for (std::size_t a = 0; a < m; ++a)
      for (std::size_t b = 0; b < m; ++b) p[a * m + b] = out[layout_.probability(closed_[a], closed_[b])];
    for (std::size_t n = m; n-- > 1;) {
      double leave = 0;
      for (std::size_t b = 0; b < n; ++b) leave += p[n * m + b];
      for (std::size_t a = 0; a < n; ++a) p[a * m + n] /= leave;
      for (std::size_t a = 0; a < n; ++a)
        for (std::size_t b = 0; b < n; ++b) p[a * m + b] += p[a * m + n] * p[n * m + b];
    }
    for (std::size_t i = 0; i < k; ++i)
      if (visited_[i]) out[layout_.ergodic(i)] = 0;
    double total = out[layout_.ergodic(closed_[0])] = 1;
    for (std::size_t n = 1; n < m; ++n) {
      double share = 0;
      for (std::size_t a = 0; a < n; ++a) share += out[layout_.ergodic(closed_[a])] * p[a * m + n];
      total += out[layout_.ergodic(closed_[n])] = share;
    }
    for (std::size_t a = 0; a < m; ++a) out[layout_.ergodic(closed_[a])] /= total;
  }

  // Classes from where j may never be met: those that do not reach it, and those that may pass to one of them before
  // they meet j.
  void find_lost(std::size_t j, const double* out) {
    const std::size_t k = layout_.classes;
    for (std::size_t i = 0; i < k; ++i) lost_[i] = !reaches_[i * k + j];
    for (bool more = true; more;) {
      more = false;
      for (std::size_t i = 0; i < k; ++i)
        for (std::size_t h = 0; h < k && i != j && !lost_[i]; ++h)
          more = (lost_[i] = lost_[h] && out[layout_.probability(i, h)] > 0) || more;
    }
  }

  // Mean steps from each class to j, m_i = 1 + sum_{h != j} p_ih m_h; infinite from where it may never come there. From
  // j itself it is the mean time of return.
  void passage(std::size_t j, double* out) {
    const std::size_t k = layout_.classes;
    find_lost(j, out);
    std::size_t m = 0;
    for (std::size_t i = 0; i < k; ++i) {
      if (!visited_[i]) continue;
      out[layout_.passage(i, j)] = infinite;
      if (!lost_[i] && i != j) closed_[m++] = i;
    }
    double* const a = work_.data();  // m rows of m + 1
    for (std::size_t r = 0; r < m; ++r) {
      for (std::size_t c = 0; c < m; ++c)
        a[r * (m + 1) + c] = (r == c ? 1.0 : 0.0) - out[layout_.probability(closed_[r], closed_[c])];
      a[r * (m + 1) + m] = 1;
    }
    solve(a, m);
    for (std::size_t r = 0; r < m; ++r) out[layout_.passage(closed_[r], j)] = a[r * (m + 1) + m];
    double back = 1;
    for (std::size_t h = 0; h < k; ++h) {
      const double p = out[layout_.probability(j, h)];
      if (h != j && p > 0) back += p * out[layout_.passage(h, j)];
    }
    out[layout_.passage(j, j)] = back;
  }

  // Gauss with pivots by column; the last column becomes the solution.
  static void solve(double* a, std::size_t m) {
    const std::size_t wide = m + 1;
    for (std::size_t c = 0; c < m; ++c) {
      std::size_t pivot = c;
      for (std::size_t r = c + 1; r < m; ++r)
        if (std::abs(a[r * wide + c]) > std::abs(a[pivot * wide + c])) pivot = r;
      if (pivot != c) std::swap_ranges(a + c * wide, a + (c + 1) * wide, a + pivot * wide);
      for (std::size_t r = c + 1; r < m; ++r) {
        const double f = a[r * wide + c] / a[c * wide + c];
        for (std::size_t h = c; h < wide; ++h) a[r * wide + h] -= f * a[c * wide + h];
      }
    }
    for (std::size_t r = m; r-- > 0;) {
      for (std::size_t h = r + 1; h < m; ++h) a[r * wide + m] -= a[r * wide + h] * a[h * wide + m];
      a[r * wide + m] /= a[r * wide + r];
    }
  }

  static constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
  static constexpr double infinite = std::numeric_limits<double>::infinity();
  ChainLayout layout_;
  std::vector<char> visited_, reaches_, lost_;
  std::vector<double> work_;
  std::vector<std::size_t> closed_;
};

}  // namespace ccdpanel::regional

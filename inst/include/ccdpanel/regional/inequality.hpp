// Inequality of one period's values, with its parts by group: Gini (Dagum 1997), Theil's T and L, coefficient of
// variation, Atkinson.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace ccdpanel::regional {

struct InequalityRule {
  double epsilon = 0.5;  // Atkinson's aversion to inequality
  bool correct = false;  // n/(n - 1) for the Gini coefficient and the variance
};

// Where a number stands in the result of one period.
struct InequalityLayout {
  enum Total { gini, theil_t, theil_l, cv, atkinson };
  enum Part { gini_within = 5, gini_net, gini_over, t_within, t_between, l_within, l_between, totals };
  enum Group { mean, population, share, group_gini, group_t, group_l, per_group };
  enum Pair { pair_gini, distance, per_pair };

  std::size_t groups = 1;

  std::size_t pairs() const { return groups * (groups - 1) / 2; }
  std::size_t size() const { return totals + groups * per_group + pairs() * per_pair; }
  std::size_t group(std::size_t g) const { return totals + g * per_group; }
  std::size_t pair(std::size_t p) const { return totals + groups * per_group + p * per_pair; }
};

// Parts of logarithms and powers near one that are of second order, without the cancellation of what is of first: where
// all values are nearly equal, measures of inequality are sums of these.
namespace second_order {

constexpr double near_one = 0.25;

// x - 1 - ln x of x = 1 + d, where d has digits that x has not: ln x = 2 artanh(d / (2 + d)).
inline double of_log(double x, double d) {
  if (!(std::abs(d) < near_one)) return x - 1 - std::log(x);
  const double s = d / (2 + d), square = s * s;
  double series = 0;
  for (int k = 19; k > 1; k -= 2) series = (series + 1.0 / k) * square;
  return d * s - 2 * s * series;
}

// x ln x - x + 1
inline double of_x_log(double x, double d) {
  if (std::abs(d) < near_one) return d * d - x * of_log(x, d);
  return (x == 0 ? 0 : x * std::log(x)) - x + 1;
}

// x^a - 1 - a d
inline double of_power(double x, double d, double a) {
  if (!(std::abs(d) < near_one)) return std::pow(x, a) - 1 - a * d;
  const double less = of_log(x, d), u = a * (d - less);
  double rest = std::expm1(u) - u;
  if (std::abs(u) < near_one) {
    rest = 0;
    for (int k = 14; k > 1; --k) rest = (rest + 1) * u / k;
    rest *= u;
  }
  return rest - a * less;
}

}  // namespace second_order

// What evaluate() adds up, kept between calls so that nothing is allocated in a loop over draws.
class InequalityWork {
 public:
  explicit InequalityWork(std::size_t groups) : sums(groups * each), so_far(2 * groups), gaps(groups * groups) {}

  // sums: of each group, one after the other
  enum Sum { weight, income, own, t, l, squares, power, count, each };
  std::vector<double> sums;
  std::vector<double> so_far;  // weights, then weighted values, of each group below the present value
  std::vector<double> gaps;    // [g * k + h]: sum of w w' (y - y') over y of g that are not below y' of h

  void clear() {
    std::fill(sums.begin(), sums.end(), 0.0);
    std::fill(so_far.begin(), so_far.end(), 0.0);
    std::fill(gaps.begin(), gaps.end(), 0.0);
  }
};

// The values of one period in increasing order. With W_h and Y_h the weights and weighted values of group h so far, the
// value y of weight w adds w (y W_h - Y_h) to the sum of gaps between its group and h: one pass gives all pairs of
// groups, in O(n k) after O(n log n).
class Distribution {
 public:
  // Values that are not finite are left out. `unit` of a row is its position.
  Distribution(const double* y, const int* group, const double* weight, std::size_t n, std::size_t groups,
               InequalityRule rule)
      : layout_{groups}, rule_(rule) {
    std::vector<std::size_t> order;
    std::vector<double> sums(groups), weighed(groups);
    double sum = 0, weights = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (!std::isfinite(y[i])) continue;
      if (group[i] < 0 || static_cast<std::size_t>(group[i]) >= groups) throw std::invalid_argument("no such group");
      order.push_back(i);
      sum += weight[i] * y[i];
      weights += weight[i];
      sums[static_cast<std::size_t>(group[i])] += weight[i] * y[i];
      weighed[static_cast<std::size_t>(group[i])] += weight[i];
    }
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return y[a] < y[b] || (y[a] == y[b] && a < b); });
    // All measures but the means are the same for any unit of measurement: logarithms are taken near one.
    scale_ = weights > 0 && sum != 0 ? std::abs(sum / weights) : 1;
    // Gaps do not change with the origin, and lose no digits near it.
    origin_ = order.empty() ? 0 : y[order[order.size() / 2]];
    // Each group's values are looked at beside its own mean, which is what they may be nearly equal to.
    std::vector<double> least(groups, 0.0), usual(groups, 0.0);
    for (const std::size_t i : order) usual[static_cast<std::size_t>(group[i])] = y[i];  // the greatest
    for (auto i = order.rbegin(); i != order.rend(); ++i) least[static_cast<std::size_t>(group[*i])] = y[*i];
    for (std::size_t g = 0; g < groups; ++g) {
      usual[g] = std::max(std::min(sums[g] / weighed[g], usual[g]), least[g]);
      if (!(usual[g] > 0)) usual[g] = scale_;
    }
    rows_.reserve(order.size());
    for (const std::size_t i : order)
      rows_.push_back(row(y[i], usual[static_cast<std::size_t>(group[i])], group[i], weight[i], i));
  }

  const InequalityLayout& layout() const { return layout_; }

  // `counts`: how often each unit counts, or null for once.
  void evaluate(const double* counts, InequalityWork& work, double* out) const {
    add_up(counts, work);
    finish(work, out);
  }

 private:
  struct Row {
    double value, centred, own, t, l, power, weight;
    std::size_t group, unit;
  };

  // `usual`: the mean of the group's values
  Row row(double y, double usual, int group, double weight, std::size_t unit) const {
    const double x = y / usual, d = (y - usual) / usual;
    Row r;
    r.value = y / scale_;
    r.centred = (y - origin_) / scale_;
    r.own = d;
    r.l = y < 0 ? not_a_number : second_order::of_log(x, d);
    r.t = y < 0 ? not_a_number : second_order::of_x_log(x, d);
    const double away = (y - scale_) / scale_;
    r.power = rule_.epsilon == 1 ? second_order::of_log(r.value, away)
                                 : second_order::of_power(r.value, away, 1 - rule_.epsilon);
    r.weight = weight;
    r.group = static_cast<std::size_t>(group);
    r.unit = unit;
    return r;
  }

  void add_up(const double* counts, InequalityWork& work) const {
    using W = InequalityWork;
    work.clear();
    const std::size_t k = layout_.groups;
    double* const sums = work.sums.data();
    double* const before = work.so_far.data();
    double* const below = before + k;
    for (const Row& r : rows_) {
      const double count = counts ? counts[r.unit] : 1;
      if (count == 0) continue;
      const double w = r.weight * count, y = r.centred;
      double* const gap = work.gaps.data() + r.group * k;
      for (std::size_t h = 0; h < k; ++h) gap[h] += w * (y * before[h] - below[h]);
      before[r.group] += w;
      below[r.group] += w * y;
      double* const s = sums + r.group * W::each;
      s[W::weight] += w;
      s[W::income] += w * r.value;
      s[W::own] += w * r.own;
      s[W::t] += w * r.t;
      s[W::l] += w * r.l;
      s[W::squares] += w * r.centred * r.centred;
      s[W::power] += w * r.power;
      s[W::count] += count;
    }
  }

  // With means of the second-order parts and of the deviations from the same value: sum p x ln x less what the mean of
  // the present units has of it.
  static double theil_t(double t, double own) {
    return std::max(t - second_order::of_x_log(1 + own, own), 0.0) / (1 + own);
  }
  static double theil_l(double l, double own) { return std::max(l - second_order::of_log(1 + own, own), 0.0); }

  // 1 - M / mean, M the power mean; `away` is the mean's deviation from the scale, `power` the mean second-order part.
  double atkinson(double power, double away) const {
    const double a = 1 - rule_.epsilon, of_mean = second_order::of_log(1 + away, away);
    if (rule_.epsilon == 1) return std::max(-std::expm1(of_mean - power), 0.0);
    const double u = a * away + power;
    if (!(std::abs(u) < second_order::near_one)) return 1 - std::pow(1 + u, 1 / a) / (1 + away);
    return std::max(-std::expm1((power - second_order::of_log(1 + u, u)) / a + of_mean), 0.0);
  }

  double corrected(double n) const { return rule_.correct ? (n > 1 ? n / (n - 1) : not_a_number) : 1; }

  void finish(const InequalityWork& work, double* out) const {
    using W = InequalityWork;
    using L = InequalityLayout;
    double all[W::each] = {};
    for (std::size_t g = 0; g < layout_.groups; ++g)
      for (std::size_t s = 0; s < W::each; ++s) all[s] += work.sums[g * W::each + s];
    const double weight = all[W::weight], income = all[W::income], mean = income / weight;
    const double unit = weight * income;  // W^2 times the mean
    const double factor = corrected(all[W::count]);
    const double gaps = std::accumulate(work.gaps.begin(), work.gaps.end(), 0.0);
    out[L::gini] = factor * gaps / unit;
    const double* const centred = work.so_far.data() + layout_.groups;
    const double away = std::accumulate(centred, centred + layout_.groups, 0.0) / weight;
    out[L::cv] = std::sqrt(std::max(all[W::squares] / weight - away * away, 0.0) * factor) / mean;
    out[L::atkinson] = atkinson(all[W::power] / weight, away + (origin_ - scale_) / scale_);
    for (int part = L::gini_within; part < L::totals; ++part) out[part] = 0;
    for (std::size_t g = 0; g < layout_.groups; ++g) one_group(work, g, all, away, factor, out);
    out[L::theil_t] = income == 0 ? not_a_number : out[L::t_within] + out[L::t_between];
    out[L::theil_l] = weight == 0 ? not_a_number : out[L::l_within] + out[L::l_between];
    std::size_t pair = 0;
    for (std::size_t g = 1; g < layout_.groups; ++g)
      for (std::size_t h = 0; h < g; ++h) one_pair(work, g, h, unit, factor, out, layout_.pair(pair++));
  }

  // `all`: the sums of all groups; `away`: the mean's deviation from the origin
  void one_group(const InequalityWork& work, std::size_t g, const double* all, double away, double factor,
                 double* out) const {
    using W = InequalityWork;
    using L = InequalityLayout;
    const double* const s = work.sums.data() + g * W::each;
    const double gap = work.gaps[g * layout_.groups + g];
    double* const to = out + layout_.group(g);
    const double weight = all[W::weight], income = all[W::income];
    const double p = s[W::weight] / weight, share = s[W::income] / income, own = s[W::own] / s[W::weight];
    to[L::mean] = scale_ * s[W::income] / s[W::weight];
    to[L::population] = p;
    to[L::share] = share;
    to[L::group_gini] = corrected(s[W::count]) * gap / (s[W::weight] * s[W::income]);
    to[L::group_t] = theil_t(s[W::t] / s[W::weight], own);
    to[L::group_l] = theil_l(s[W::l] / s[W::weight], own);
    if (s[W::weight] == 0) return;  // a group without units, or without values other than zero, adds nothing
    // The group's mean over that of all; its deviation from one from centred sums, which are exact near it.
    const double ratio = share / p;
    const double deviation = (work.so_far[layout_.groups + g] / s[W::weight] - away) / (income / weight);
    out[L::gini_within] += factor * gap / (weight * income);
    out[L::l_within] += p * to[L::group_l];
    out[L::l_between] += p * second_order::of_log(ratio, deviation);
    out[L::t_between] += p * second_order::of_x_log(ratio, deviation);
    if (s[W::income] == 0) return;
    out[L::t_within] += share * to[L::group_t];
  }

  // D = |mean - mean'| / Delta, the part of the gap between two groups that their means make
  void one_pair(const InequalityWork& work, std::size_t g, std::size_t h, double unit, double factor, double* out,
                std::size_t at) const {
    using W = InequalityWork;
    using L = InequalityLayout;
    const double* const a = work.sums.data() + g * W::each;
    const double* const b = work.sums.data() + h * W::each;
    const double gap = work.gaps[g * layout_.groups + h] + work.gaps[h * layout_.groups + g];
    const double* const centred = work.so_far.data() + layout_.groups;
    const double net = std::abs(centred[g] * b[W::weight] - centred[h] * a[W::weight]);
    const bool empty = a[W::weight] == 0 || b[W::weight] == 0;
    out[at + L::pair_gini] = empty ? not_a_number : gap / (a[W::income] * b[W::weight] + b[W::income] * a[W::weight]);
    const double distance = gap > 0 ? std::min(net / gap, 1.0) : 0;
    out[at + L::distance] = empty ? not_a_number : distance;
    out[L::gini_net] += factor * gap * distance / unit;
    out[L::gini_over] += factor * gap * (1 - distance) / unit;
  }

  static constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
  InequalityLayout layout_;
  InequalityRule rule_;
  double scale_ = 1, origin_ = 0;
  std::vector<Row> rows_;
};

}  // namespace ccdpanel::regional

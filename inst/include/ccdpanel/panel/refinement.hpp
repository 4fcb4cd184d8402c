// Least squares refined in extended precision.
#pragma once

#include <Eigen/Dense>
#include <limits>
#include <vector>

#include "ccdpanel/panel/residuals.hpp"
#include "ccdpanel/panel/sample.hpp"

namespace ccdpanel::panel {

namespace detail {

// Refines least squares on the columns as they came, so that neither their centring nor large residuals cost digits
// (Bjorck 1967): residuals and slopes together solve r + Xb = y, X'Wr = 0, whose defects f and g are taken in extended
// precision; then X'WX db = X'Wf - g and dr = f - X db.
class Refinement {
 public:
  Refinement(const Sample& s, int y, const std::vector<int>& x, const Eigen::VectorXd& coef)
      : s_(s), kept_(x), y_(s.raw(y)), constant_(s.columns().centre.size() > 0), coef_(coef) {
    for (const int j : kept_) x_.push_back(s.raw(j));
    mean_ = pick(s.mean, kept_);
    if (constant_) first_ = s.mean[y] - mean_.dot(coef_);
    residual_ = y_;
    subtract(first_, coef_, residual_);
  }

  void step(const Eigen::MatrixXd& bread) {
    const Eigen::Index n = y_.size(), k = coef_.size();
    Eigen::VectorXd f(n);
    std::vector<long double> g(static_cast<std::size_t>(k) + 1, 0.0L);
    for (Eigen::Index i = 0; i < n; ++i) {
      long double left = static_cast<long double>(y_[i]) - residual_[i] - first_;
      const long double r = static_cast<long double>(s_.weight.size() ? s_.weight[i] : 1.0) * residual_[i];
      g[0] -= r;
      for (std::size_t j = 0; j < x_.size(); ++j) {
        left -= static_cast<long double>(x_[j][i]) * coef_[static_cast<Eigen::Index>(j)];
        g[j + 1] -= r * x_[j][i];
      }
      f[i] = static_cast<double>(left);
    }
    if (!constant_) g[0] = 0;
    Eigen::VectorXd right = products(s_.columns(), kept_, f, s_.weight, s_.threads);
    for (Eigen::Index j = 0; j < k; ++j) {
      right[j] -= static_cast<double>(g[static_cast<std::size_t>(j) + 1] - static_cast<long double>(mean_[j]) * g[0]);
    }
    const Eigen::VectorXd slope = bread * right;
    double first = 0;
    if (constant_) {
      const bool weighted = s_.weight.size() > 0;
      const double rows = weighted ? s_.weight.sum() : static_cast<double>(n);
      first = ((weighted ? f.dot(s_.weight) : f.sum()) - static_cast<double>(g[0])) / rows - mean_.dot(slope);
    }
    subtract(first, slope, f);
    coef_ += slope;
    first_ += first;
    residual_ += f;
  }

  const Eigen::VectorXd& coef() const { return coef_; }
  double constant() const { return constant_ ? first_ : std::numeric_limits<double>::quiet_NaN(); }

 private:
  void subtract(double first, const Eigen::VectorXd& b, Eigen::VectorXd& v) const {
    v.array() -= first;
    for (std::size_t j = 0; j < x_.size(); ++j) v -= b[static_cast<Eigen::Index>(j)] * x_[j];
  }

  const Sample& s_;
  const std::vector<int>& kept_;
  std::vector<Eigen::VectorXd> x_;
  Eigen::VectorXd y_;
  bool constant_;
  Eigen::VectorXd mean_, coef_, residual_;
  double first_ = 0;
};

}  // namespace detail

}  // namespace ccdpanel::panel

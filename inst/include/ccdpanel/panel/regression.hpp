// Least squares and two-stage least squares with absorbed effects.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "ccdpanel/panel/collinear.hpp"
#include "ccdpanel/panel/residuals.hpp"
#include "ccdpanel/panel/sample.hpp"

namespace ccdpanel::panel {

// y on X, instrumented by Z, all columns by position in the sample. The constant, if any, is the sample's affair.
struct Equation {
  int y = 0;
  std::vector<int> x;
  std::vector<int> z;           // the exogenous regressors first; empty for least squares
  std::vector<int> endogenous;  // those of x that are not in z
};

struct Regression {
  std::vector<int> x, z;          // kept columns
  std::vector<int> dropped;       // collinear or absorbed ones
  std::vector<int> unidentified;  // endogenous regressors that the instruments do not tell apart from the others
  Eigen::VectorXd coef;           // of x
  Eigen::MatrixXd bread;          // (X'P_Z X)^-1
  Eigen::MatrixXd projection;     // Z to the projected regressors (|z| x |x|); empty for least squares
  Eigen::VectorXd residual;
  double rss = 0;
  bool orthogonal = false;                                     // was a QR on the rows needed?
  double constant = std::numeric_limits<double>::quiet_NaN();  // where it was solved for beside the slopes
};

namespace detail {

inline bool contains(const std::vector<int>& set, int j) {
  return std::find(set.begin(), set.end(), j) != set.end();
}

// Least squares on rows by Householder QR, columns at norm one: for what moments cannot resolve.
class RowSolver {
 public:
  RowSolver(Eigen::MatrixXd a, const Eigen::VectorXd& w) : w_(w) {
    if (w.size()) a = w.cwiseSqrt().asDiagonal() * a;
    inverse_scale_ = a.colwise().norm().cwiseInverse().transpose();
    qr_.compute(a * inverse_scale_.asDiagonal());
  }
  Eigen::MatrixXd solve(const Eigen::MatrixXd& b) const {
    const Eigen::MatrixXd rhs = w_.size() ? Eigen::MatrixXd(w_.cwiseSqrt().asDiagonal() * b) : b;
    return inverse_scale_.asDiagonal() * qr_.solve(rhs);
  }
  // (A'WA)^-1
  Eigen::MatrixXd inverse() const {
    const Eigen::Index k = qr_.cols();
    const Eigen::MatrixXd r = qr_.matrixQR().topRows(k);
    const Eigen::MatrixXd root =
        inverse_scale_.asDiagonal() * r.triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(k, k)).eval();
    return root * root.transpose();
  }

 private:
  const Eigen::VectorXd& w_;
  Eigen::VectorXd inverse_scale_;
  Eigen::HouseholderQR<Eigen::MatrixXd> qr_;
};

inline void solve_rows(const Sample& s, int y, Regression& out) {
  const Eigen::MatrixXd x = s.columns().columns(out.x);
  Eigen::MatrixXd projected = x;
  if (!out.z.empty()) {
    const Eigen::MatrixXd z = s.columns().columns(out.z);
    out.projection = RowSolver(z, s.weight).solve(x);
    projected = z * out.projection;
  }
  const RowSolver solver(projected, s.weight);
  const Eigen::VectorXd target = s.columns().column(y);
  out.coef = solver.solve(target);
  for (int pass = 0; pass < 2; ++pass) out.coef += solver.solve(target - x * out.coef);
  out.bread = solver.inverse();
  out.orthogonal = true;
}

// Refines least squares on the columns as they came, so that neither their centring nor large residuals cost digits
// (Bjorck 1967): residuals and slopes together solve r + Xb = y, X'Wr = 0, whose defects f and g are taken in extended
// precision; then X'WX db = X'Wf - g and dr = f - X db.
class Refinement {
 public:
  Refinement(const Sample& s, int y, const Regression& fit)
      : s_(s), kept_(fit.x), y_(s.raw(y)), constant_(s.columns().centre.size() > 0), coef_(fit.coef) {
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

// From moments: with S the scaled cross-products and D the scales, A = S_xz S_zz^-1 S_zx (or S_xx) has a unit diagonal
// after division by `d`. One step of refinement on the rows where the columns are not well apart.
inline bool solve_moments(const Sample& s, int y, double smallest_sine2, Regression& out) {
  const Moments& m = s.products;
  const Eigen::VectorXd scale = pick(m.scale, out.x);
  Eigen::MatrixXd a = pick(m.cross, out.x, out.x);
  Eigen::VectorXd b = pick(m.cross, out.x, {y});
  Eigen::MatrixXd to_x;  // scaled Z to scaled projected X
  if (!out.z.empty()) {
    const Eigen::LLT<Eigen::MatrixXd> zz(pick(m.cross, out.z, out.z));
    if (zz.info() != Eigen::Success) return false;
    const Eigen::MatrixXd half = zz.matrixL().solve(pick(m.cross, out.z, out.x));
    a = half.transpose() * half;
    b = half.transpose() * zz.matrixL().solve(pick(m.cross, out.z, {y}));
    to_x = zz.solve(pick(m.cross, out.z, out.x));
  }
  const Eigen::VectorXd d = a.diagonal().cwiseSqrt().cwiseInverse();
  const Eigen::LLT<Eigen::MatrixXd> root(d.asDiagonal() * a * d.asDiagonal());
  if (root.info() != Eigen::Success) return false;
  const Eigen::VectorXd unscale = d.cwiseQuotient(scale);
  out.coef = m.scale[y] * unscale.cwiseProduct(root.solve(d.cwiseProduct(b)));
  const Eigen::Index k = scale.size();
  out.bread = unscale.asDiagonal() * root.solve(Eigen::MatrixXd::Identity(k, k)) * unscale.asDiagonal();
  if (!out.z.empty()) {
    out.projection = pick(m.scale, out.z).cwiseInverse().asDiagonal() * to_x * scale.asDiagonal();
  }
  if (smallest_sine2 < 1e-3) {
    const Eigen::VectorXd u = s.residual(y, out.x, out.coef);
    const std::vector<int>& z = out.z.empty() ? out.x : out.z;
    Eigen::VectorXd g = products(s.columns(), z, u, s.weight, s.threads);
    if (!out.z.empty()) g = (out.projection.transpose() * g).eval();
    out.coef += unscale.cwiseProduct(root.solve(unscale.cwiseProduct(g)));
  }
  return true;
}

// Which regressors the instruments identify, exogenous ones first: an endogenous one that depends on them is at fault.
inline double identify(const Sample& s, const Equation& eq, Regression& out) {
  std::vector<int> order;
  for (const int j : eq.x) {
    if (contains(out.z, j)) order.push_back(j);
  }
  const std::size_t exogenous = order.size();
  for (const int j : eq.endogenous) {
    (s.gone[static_cast<std::size_t>(j)] ? out.unidentified : order).push_back(j);
  }
  double smallest = 1;
  if (!out.z.empty() && !order.empty()) {
    const Eigen::LLT<Eigen::MatrixXd> zz(pick(s.products.cross, out.z, out.z));
    const Eigen::MatrixXd half = zz.matrixL().solve(pick(s.products.cross, out.z, order));
    const Eigen::VectorXd length = half.colwise().norm().transpose();
    std::vector<int> position(order.size());
    std::iota(position.begin(), position.end(), 0);
    // A projection that is rounding beside the regressor itself carries nothing of it.
    const Eigen::VectorXd inverse = length.unaryExpr([](double l) { return l > 1e-8 ? 1.0 / l : 0.0; });
    const Eigen::MatrixXd cross = inverse.asDiagonal() * (half.transpose() * half) * inverse.asDiagonal();
    const Eigen::VectorXd sine2 = squared_sines(cross, position);
    for (std::size_t j = 0; j < order.size(); ++j) {
      const double sine = sine2[static_cast<Eigen::Index>(j)];
      if (j >= exogenous && sine <= 1e-13)
        out.unidentified.push_back(order[j]);
      else
        smallest = std::min(smallest, sine);
    }
  }
  for (const int j : eq.x) {
    if (contains(order, j) && !contains(out.unidentified, j)) out.x.push_back(j);
  }
  return smallest;
}

}  // namespace detail

inline Regression regress(const Sample& s, const Equation& eq) {
  Regression out;
  const bool instrumented = !eq.z.empty() || !eq.endogenous.empty();
  const Independence kept = independent_columns(s, instrumented ? eq.z : eq.x);
  out.dropped = kept.dropped;
  double smallest = kept.smallest_sine2;
  if (instrumented) {
    out.z = kept.kept;
    if (out.z.empty()) {
      out.unidentified = eq.endogenous;
    } else {
      smallest = std::min(smallest, detail::identify(s, eq, out));
    }
  } else {
    out.x = kept.kept;
  }
  if (out.x.empty()) {
    out.coef.resize(0);
    out.bread.resize(0, 0);
    out.residual = s.columns().column(eq.y);
  } else {
    if (smallest <= suspicious_sine2 || !detail::solve_moments(s, eq.y, smallest, out))
      detail::solve_rows(s, eq.y, out);
    if (!out.orthogonal && smallest < 1e-3 && out.z.empty() && s.effects.empty()) {
      detail::Refinement refinement(s, eq.y, out);
      for (int pass = 0; pass < 3; ++pass) refinement.step(out.bread);
      out.coef = refinement.coef();
      out.constant = refinement.constant();
    }
    out.residual = s.residual(eq.y, out.x, out.coef);
  }
  out.rss = squared_norm(out.residual, s.weight);
  return out;
}

// With the constant back in: b0 = ybar - xbar'b. coef and bread have it first; `half` takes the meat of the demeaned
// scores (constant's first) to the sandwich: half meat half'.
struct WithConstant {
  Eigen::VectorXd coef;
  Eigen::MatrixXd bread;
  Eigen::MatrixXd half;
};

// Takes what belongs to columns less their means to the columns as they came: b0 = ybar + c0 - xbar'b.
inline WithConstant off_centre(const Sample& s, int y, const std::vector<int>& x, const WithConstant& centred) {
  const Eigen::Index k = static_cast<Eigen::Index>(x.size());
  Eigen::MatrixXd t = Eigen::MatrixXd::Identity(k + 1, k + 1);
  t.row(0).tail(k) = -pick(s.mean, x).transpose();
  Eigen::VectorXd coef = centred.coef;
  coef[0] += s.mean[y];
  return {t * coef, t * centred.bread * t.transpose(), t * centred.half};
}

// Beside slopes alone the constant is a column of ones, number `one`, and the others can be taken less their means:
// sets the columns' centres so. -1: there is no such column, and nothing is done.
inline int centre_beside_ones(Columns& columns, const std::vector<Factor>& effects, const std::vector<int>& x,
                              const Eigen::VectorXd& w, int threads) {
  const bool slopes_alone =
      any_slopes(effects) && std::none_of(effects.begin(), effects.end(), [](const Factor& f) { return f.intercept; });
  if (!slopes_alone || columns.rows == 0) return -1;
  for (const int one : x) {
    bool ones = true;
    for (Eigen::Index first = 0; first < columns.rows && ones; first += Pieces::length)
      ones = (columns.piece(one, first, std::min(Pieces::length, columns.rows - first)).array() == 1.0).all();
    if (!ones) continue;
    centre_columns(columns, w, threads);
    columns.centre[one] = 0;
    return one;
  }
  return -1;
}

// What belongs to columns less `centre`, taken to the columns as they came; nothing if the effects hold the ones.
inline WithConstant off_centre_beside_ones(const Eigen::VectorXd& centre, int one, int y, const std::vector<int>& x,
                                           const WithConstant& centred) {
  const auto at = std::find(x.begin(), x.end(), one);
  if (at == x.end()) return centred;
  const Eigen::Index row = at - x.begin(), k = static_cast<Eigen::Index>(x.size());
  Eigen::MatrixXd t = Eigen::MatrixXd::Identity(k, k);
  t.row(row) -= pick(centre, x).transpose();
  Eigen::VectorXd coef = centred.coef;
  coef[row] += centre[y];
  return {t * coef, t * centred.bread * t.transpose(), t * centred.half};
}

inline WithConstant add_constant(const Sample& s, int y, const Regression& fit) {
  const Eigen::Index k = fit.coef.size();
  const double rows = s.weight.size() ? s.weight.sum() : static_cast<double>(s.rows());
  Eigen::MatrixXd bread = Eigen::MatrixXd::Zero(k + 1, k + 1);
  bread(0, 0) = 1.0 / rows;
  bread.bottomRightCorner(k, k) = fit.bread;
  Eigen::VectorXd coef(k + 1);
  coef << 0.0, fit.coef;
  WithConstant out = off_centre(s, y, fit.x, {coef, bread, bread});
  if (std::isfinite(fit.constant)) out.coef[0] = fit.constant;
  return out;
}

}  // namespace ccdpanel::panel

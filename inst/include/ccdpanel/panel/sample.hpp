// The columns of a sample made ready for least squares: effects absorbed, or the constant taken out.
#pragma once

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "ccdpanel/absorb/absorb.hpp"
#include "ccdpanel/absorb/columns.hpp"
#include "ccdpanel/panel/moments.hpp"
#include "ccdpanel/panel/residuals.hpp"
#include "ccdpanel/panel/rounding.hpp"

namespace ccdpanel::panel {

// Squared norm of a centred constant beside its square as it came: rounding of the mean.
constexpr double constant_share = 1e-27;

// Where a smaller share of a squared norm is left, it may be rounding of the data, and is looked at.
constexpr double rounding_share = 1e-6;

// Not copyable: its columns look into it.
class Sample {
 public:
  // raw: the columns as they came. With effects, they are absorbed (and hold the constant); with `constant`, columns
  // are centred; else they stay as they are.
  Sample(Columns raw, const std::vector<Factor>& factors, bool constant, const Eigen::VectorXd& w, int thread_count,
         const AbsorbOptions& options)
      : weight(w), effects(factors), threads(thread_count), raw_(std::move(raw)) {
    mean = Eigen::VectorXd::Zero(raw_.size());
    if (raw_.rows == 0) throw std::invalid_argument("sample: no rows");
    if (constant && !factors.empty()) throw std::invalid_argument("sample: effects hold the constant");
    if (factors.empty())
      centre(constant);
    else
      absorb_effects(options);
  }
  // Effects and weights are looked at where they are: a temporary would be gone.
  Sample(Columns, const std::vector<Factor>&&, bool, const Eigen::VectorXd&, int, const AbsorbOptions&) = delete;
  Sample(Columns, const std::vector<Factor>&, bool, const Eigen::VectorXd&&, int, const AbsorbOptions&) = delete;
  Sample(const Sample&) = delete;
  Sample& operator=(const Sample&) = delete;

  Eigen::Index rows() const { return raw_.rows; }
  // The columns made ready. Behind effects they are written when they are first asked for: cross-products and residuals
  // do without.
  const Columns& columns() const {
    if (absorption_) {
      absorption_->subtract(demeaned_);
      absorption_.reset();
      columns_ = view(demeaned_);
    }
    return columns_;
  }
  // Instead of the columns, for those who read their rows once; nullptr: they are written.
  Absorption* unwritten() const { return absorption_.get(); }
  // y - X b of the columns made ready.
  Eigen::VectorXd residual(int y, const std::vector<int>& x, const Eigen::VectorXd& b) const {
    const bool coarse =
        absorption_ &&
        (coarse_beside_effects(y) || std::any_of(x.begin(), x.end(), [&](int j) { return coarse_beside_effects(j); }));
    if (!absorption_ || coarse) return residuals(columns(), y, x, b, threads);
    Eigen::VectorXd sign = Eigen::VectorXd::Zero(raw_.size());
    for (std::size_t j = 0; j < x.size(); ++j) sign[x[j]] -= b[static_cast<Eigen::Index>(j)];
    sign[y] += 1;
    return absorption_->combination(sign);
  }
  // Other numbers in the place of these columns, made ready as these were; `means`: what was taken from them with the
  // constant.
  void replace(const std::vector<int>& which, const Eigen::MatrixXd& x, const Eigen::VectorXd& means) {
    Eigen::MatrixXd all = columns().all();
    for (std::size_t j = 0; j < which.size(); ++j) {
      all.col(which[j]) = x.col(static_cast<Eigen::Index>(j));
      mean[which[j]] = means[static_cast<Eigen::Index>(j)];
    }
    replaced_ = std::move(all);
    columns_ = view(replaced_);
    products = moments(columns_, weight, threads);
  }
  Eigen::VectorXd raw(int j) const { return raw_.column(j); }

  // What rounding makes of a column's numbers beside what varies of them, as the first rows have it.
  double coarseness(int j) const {
    double size = 0;
    for (Eigen::Index i = 0; i < std::min(raw_.rows, Pieces::length); ++i) size = std::max(size, raw_.size_at(j, i));
    const double rows = weight.size() ? weight.sum() : static_cast<double>(raw_.rows);
    return half_spacing * size * std::sqrt(rows) / products.scale[j];
  }

  // A combination of the columns as they came, of which the effects leave `left`: is that no more than `least`, or than
  // rounding of the data? Where an iteration may have ended too early, or slopes take part, the combination itself is
  // absorbed once more, and judged by what remains.
  bool is_rounding(Combination c, double left, double least) const {
    if (effects.size() > 1 || any_slopes(effects)) {
      AbsorbOptions tight;
      tight.tolerance = 1e-12;
      tight.levels = any_slopes(effects);
      Absorbed again = absorb(combined(c), effects, weight, tight);
      if (again.kept[0] <= absorbed_share) return true;
      left = std::sqrt(squared_norm(again.columns.col(0), weight));
      c.level = std::move(again.level);
    }
    return left <= std::max(least, rounding_norm(raw_, c, effects, weight));
  }

  // Total sum of squares of a column as it came, about its mean if there are effects or a constant.
  double total(int j) const { return total_[j]; }

  const Eigen::VectorXd& weight;
  const std::vector<Factor>& effects;
  int threads;
  Moments products;
  Eigen::VectorXd mean;             // of the columns, where the constant was taken out; else zeros
  std::vector<char> gone;           // columns of which the effects or the constant left only rounding
  std::vector<double> kept;         // share of each squared norm that the effects left
  std::optional<EffectsRank> rank;  // of effects with a slope, where absorbing them told it
  double certificate = 0;
  int iterations = 0;
  Status status = Status::ok;

 private:
  void centre(bool constant) {
    if (raw_.picked) {  // later passes take the rows side by side
      demeaned_ = raw_.all();
      Columns together = view(demeaned_);
      together.origin = std::move(raw_.origin);
      raw_ = std::move(together);
    }
    columns_ = raw_;
    if (constant) centre_columns(columns_, weight, threads);
    if (constant) mean = columns_.centre;
    products = moments(columns_, weight, threads);
    total_ = products.scale.array().square();
    const double rows = weight.size() ? weight.sum() : static_cast<double>(raw_.rows);
    for (Eigen::Index j = 0; j < raw_.size(); ++j) {
      const double after = total_[j];
      gone.push_back(products.scale[j] <= 0 ||
                     (constant && after <= constant_share * (after + rows * mean[j] * mean[j])));
      kept.push_back(1.0);
    }
  }

  void absorb_effects(const AbsorbOptions& options) {
    AbsorbOptions plain = options;
    plain.levels = false;
    plain.threads = threads;
    Absorbed a;
    if (!any_slopes(effects) || only_slope(effects, threads)) {
      absorption_ = std::make_unique<Absorption>(raw_, effects, weight, plain);
      if (any_slopes(effects) && absorption_->status() != Status::ok) absorption_.reset();
    }
    if (!absorption_) {
      Columns about_mean = raw_;
      centre_columns(about_mean, weight, threads);
      total_ = moments(about_mean, weight, threads).scale.array().square();
      keep_rows(a = absorb(raw_, effects, weight, plain));
    } else {
      total_ = absorption_->before();
      rank = absorption_->rank(effects);
      detail::judge(*absorption_, absorption_->cross.diagonal(), true, a);
      if (absorption_->sound() && std::find(a.doubtful.begin(), a.doubtful.end(), 1) == a.doubtful.end())
        products = scaled_moments(absorption_->cross);
      else
        keep_rows(a = demean(*absorption_, effects, weight, plain));
    }
    certificate = a.certificate;
    iterations = a.iterations;
    status = a.status;
    for (Eigen::Index j = 0; j < raw_.size(); ++j) {
      kept.push_back(a.kept[j]);
      const bool little = a.kept[j] <= rounding_share;
      gone.push_back(
          products.scale[j] <= 0 || a.kept[j] <= absorbed_share ||
          (little && is_rounding({{static_cast<int>(j)}, Eigen::VectorXd::Ones(1), {}}, products.scale[j], 0)));
    }
  }

  // Do the effects explain so much of a column that sums of columns as they came have lost digits of what is left?
  bool coarse_beside_effects(int j) const { return kept[static_cast<std::size_t>(j)] < rounding_share; }

  // Formed of columns less their means where effects take these out: a sum of numbers near 1e8 rounds as they do.
  Eigen::MatrixXd combined(const Combination& c) const {
    Columns x = raw_;
    if (std::any_of(effects.begin(), effects.end(), [](const Factor& f) { return f.intercept; }))
      centre_columns(x, weight, threads);
    return x.columns(c.columns) * c.coef;
  }

  void keep_rows(Absorbed& a) {
    absorption_.reset();
    demeaned_ = std::move(a.columns);
    columns_ = view(demeaned_);
    products = moments(columns_, weight, threads);
  }

  Columns raw_;
  Eigen::VectorXd total_;
  mutable std::unique_ptr<Absorption> absorption_;  // until the columns are written
  mutable Columns columns_;                         // empty before they are written
  mutable Eigen::MatrixXd demeaned_;
  Eigen::MatrixXd replaced_;
};

}  // namespace ccdpanel::panel

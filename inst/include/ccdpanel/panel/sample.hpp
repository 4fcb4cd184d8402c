// The columns of a sample made ready for least squares: effects absorbed, or the constant taken out.
#pragma once

#include <Eigen/Dense>
#include <utility>
#include <vector>

#include "ccdpanel/panel/absorb.hpp"
#include "ccdpanel/panel/columns.hpp"
#include "ccdpanel/panel/moments.hpp"

namespace ccdpanel::panel {

// Squared norm of a centred constant beside its square as it came: rounding of the mean.
constexpr double constant_share = 1e-27;

// Not copyable: `columns` looks into `demeaned`.
class Sample {
 public:
  // raw: the columns as they came. With effects, they are absorbed (and hold the constant); with `constant`, columns
  // are centred; else they stay as they are.
  Sample(Columns raw, const std::vector<Factor>& factors, bool constant, const Eigen::VectorXd& w, int thread_count,
         const AbsorbOptions& options)
      : weight(w), effects(factors), threads(thread_count), raw_(std::move(raw)) {
    const double rows = w.size() ? w.sum() : static_cast<double>(raw_.rows);
    mean = Eigen::VectorXd::Zero(raw_.size());
    if (constant && !factors.empty()) throw std::invalid_argument("sample: effects hold the constant");
    if (factors.empty()) {
      if (raw_.picked) {  // later passes take the rows side by side
        demeaned_ = raw_.all();
        raw_ = view(demeaned_);
      }
      columns = raw_;
      if (constant) centre_columns(columns, w, threads);
      if (constant) mean = columns.centre;
      products = moments(columns, w, threads);
      for (Eigen::Index j = 0; j < raw_.size(); ++j) {
        const double after = products.scale[j] * products.scale[j];
        gone.push_back(products.scale[j] <= 0 ||
                       (constant && after <= constant_share * (after + rows * mean[j] * mean[j])));
        kept.push_back(1.0);
      }
      return;
    }
    AbsorbOptions plain = options;
    plain.levels = false;
    plain.threads = threads;
    Absorbed a = absorb(raw_, factors, w, plain);
    demeaned_ = std::move(a.columns);
    columns = view(demeaned_);
    products = moments(columns, w, threads);
    certificate = a.certificate;
    iterations = a.iterations;
    status = a.status;
    for (Eigen::Index j = 0; j < raw_.size(); ++j) {
      kept.push_back(a.kept[j]);
      gone.push_back(products.scale[j] <= 0 || a.kept[j] <= absorbed_share);
    }
  }
  Sample(const Sample&) = delete;
  Sample& operator=(const Sample&) = delete;

  Eigen::VectorXd raw(int j) const { return raw_.column(j); }

  // Total sum of squares of a column as it came, about its mean if `centred`.
  double total(int j, bool centred) const {
    if (effects.empty()) return products.scale[j] * products.scale[j];  // centred exactly when there is a constant
    const double rows = weight.size() ? weight.sum() : static_cast<double>(raw_.rows);
    double sum = 0, squares = 0;
    const Pieces pieces(raw_.rows);
    const auto each_piece = [&](const auto& body) {
      for (std::size_t chunk = 0; chunk < pieces.chunks(); ++chunk) {
        pieces.each(chunk, [&](Eigen::Index first, Eigen::Index count) {
          const Eigen::VectorXd v = raw_.piece(j, first, count);
          body(v, weight.size() ? Eigen::VectorXd(weight.segment(first, count)) : Eigen::VectorXd::Ones(count));
        });
      }
    };
    if (centred) each_piece([&](const Eigen::VectorXd& v, const Eigen::VectorXd& w) { sum += v.dot(w); });
    const double m = sum / rows;
    each_piece([&](const Eigen::VectorXd& v, const Eigen::VectorXd& w) {
      squares += ((v.array() - m).square() * w.array()).sum();
    });
    return squares;
  }

  const Eigen::VectorXd& weight;
  const std::vector<Factor>& effects;
  int threads;
  Columns columns;
  Moments products;
  Eigen::VectorXd mean;      // of the columns, where the constant was taken out; else zeros
  std::vector<char> gone;    // columns of which the effects or the constant left only rounding
  std::vector<double> kept;  // share of each squared norm that the effects left
  double certificate = 0;
  int iterations = 0;
  Status status = Status::ok;

 private:
  Columns raw_;
  Eigen::MatrixXd demeaned_;
};

}  // namespace ccdpanel::panel

// Small orders by hand; large ones against std::stable_sort.
#include <random>

#include "../check.hpp"
#include "ccdpanel/absorb/cells.hpp"

namespace test_unit_order {

using namespace ccdpanel::panel;

namespace {

std::vector<int> places(const UnitOrder& order) {
  std::vector<int> out(order.rows());
  order.scatter([&](std::size_t row, std::size_t place) { out[place] = static_cast<int>(row); }, [](std::size_t) {});
  return out;
}

}  // namespace

static void run() {
  const Factor mixed{{1, 0, 1, 2, 0}, 3}, sorted{{0, 0, 1, 2, 2}, 3};
  const UnitOrder order(mixed);
  check::that(!order.sorted() && order.start == std::vector<int>({0, 2, 4, 5}), "where units begin");
  check::that(places(order) == std::vector<int>({1, 4, 0, 2, 3}), "rows of a unit keep their order");
  check::that(UnitOrder(sorted).sorted(), "a panel that arrives sorted");
  check::that(places(UnitOrder(sorted)) == std::vector<int>({0, 1, 2, 3, 4}), "stays as it is");
  check::that(UnitOrder(Factor{{}, 0}).start == std::vector<int>({0}), "no rows");

  std::mt19937 rng(5);
  const std::size_t n = 90000;
  std::vector<int> code(n), want(n);
  // Of many units the places are kept.
  for (const std::size_t units : {std::size_t(9000), std::size_t(500)}) {
    for (std::size_t i = 0; i < n; ++i) code[i] = static_cast<int>(i < units ? i : rng() % units);
    for (std::size_t i = 0; i < n; ++i) want[i] = static_cast<int>(i);
    std::stable_sort(want.begin(), want.end(), [&](int a, int b) {
      return code[static_cast<std::size_t>(a)] < code[static_cast<std::size_t>(b)];
    });
    const Factor large{code, static_cast<int>(units)};
    check::that(places(UnitOrder(large, 2)) == want, "in parts, on two threads");
  }
  const Factor large{code, 500};
  std::sort(code.begin(), code.end());
  check::that(UnitOrder(Factor{code, 500}, 2).sorted(), "parts that meet in order");
  std::swap(code[n / 2 - 1], code[n / 2 + 200]);
  std::sort(code.begin(), code.begin() + n / 2);
  std::sort(code.begin() + n / 2, code.end());
  check::that(!UnitOrder(Factor{code, 500}, 2).sorted(), "and parts that do not");

  // Cells of parts are the cells of one pass: levels in the order in which their unit meets them, rows counted.
  const Factor unit{{0, 0, 0, 1, 1, 1}, 2}, firm{{2, 1, 2, 0, 0, 0}, 3};
  const Cells few = make_cells(unit, {&firm}, Eigen::VectorXd());
  check::that(few.start == std::vector<int>({0, 2, 3}), "cells of two units");
  check::that(std::vector<int>(few.level.begin(), few.level.end()) == std::vector<int>({2, 1, 0}), "their levels");
  check::that(few.weight == std::vector<double>({2, 1, 3}) && few.unit_weight == std::vector<double>({3, 3}), "rows");
  std::vector<int> other(n);
  for (std::size_t i = 0; i < n; ++i) other[i] = static_cast<int>(i < 12 ? i : rng() % 12);
  const Factor level{other, 12};
  Cells one = row_cells(UnitOrder(large), {&level}, Eigen::VectorXd()),
        two = row_cells(UnitOrder(large, 2), {&level}, {});
  merge_cells(one, 1);
  merge_cells(two, 2);
  check::that(one.start == two.start && one.weight == two.weight, "the same on two threads");
  double rows = 0;
  for (const double w : one.weight) rows += w;
  check::that(rows == static_cast<double>(n) && one.size() < static_cast<int>(n) / 2, "no row is lost");
}

static const check::File file("absorb", "test_unit_order", run);

}  // namespace test_unit_order

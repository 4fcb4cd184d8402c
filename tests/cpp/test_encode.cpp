// Expected codes by hand.
#include <limits>

#include "ccdpanel/panel/encode.hpp"
#include "check.hpp"

using namespace ccdpanel::panel;

namespace {

Compacted numbers(const std::vector<double>& v) {
  return encode_numbers([&](std::size_t i) { return v[i]; }, v.size());
}

}  // namespace

int main() {
  const Compacted dense = numbers({2003, 2001, 2003});
  check::that(dense.factor.code == std::vector<int>({1, 0, 1}) && dense.factor.levels == 2, "whole numbers by value");
  check::that(dense.first == std::vector<int>({1, 0}), "first row of each level");
  check::that(numbers({0.5, -1, 0.5}).factor.code == std::vector<int>({0, 1, 0}), "others by appearance");
  check::that(numbers({1e300, -1e300, 1e300}).factor.levels == 2, "no range overflows");
  check::that(numbers({0.0, 0.5, -0.0}).factor.code == std::vector<int>({0, 1, 0}), "zero has no sign");
  check::that(numbers({}).factor.levels == 0, "nothing in, nothing out");

  std::vector<double> many;
  for (int i = 0; i < 20000; ++i) many.push_back(i % 7000 + 0.25);
  const Compacted grown = numbers(many);
  bool right = grown.factor.levels == 7000;
  for (int i = 0; i < 20000; ++i) right = right && grown.factor.code[static_cast<std::size_t>(i)] == i % 7000;
  check::that(right, "the table grows and keeps its codes");

  const Factor a{{0, 0, 1, 1}, 2}, b{{0, 1, 0, 0}, 2};
  check::that(encode_pairs(a, b).factor.code == std::vector<int>({0, 1, 2, 2}), "combinations that occur");
  const Factor wide{{0, 99999, 0}, 100000};
  check::that(encode_pairs(wide, wide).factor.code == std::vector<int>({0, 1, 0}), "combinations beyond a table");
  return check::report();
}

// Random small cases of every kind that a kernel may be given: what is well is held to what must be true of it, what is
// not only has to come to an end: with a result, an outcome or an exception, never with undefined behaviour.
// CCDPANEL_RANDOM_CASES=1000000 sets how many each file takes, CCDPANEL_RANDOM_SEED where they begin.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <vector>

#include "ccdpanel/core/random.hpp"

namespace random_cases {

inline unsigned long from_environment(const char* name, unsigned long otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoul(text, nullptr, 10) : otherwise;
}

// One case: all that is drawn belongs to its number.
class Case {
 public:
  Case(unsigned long number, std::uint64_t file)
      : random_(from_environment("CCDPANEL_RANDOM_SEED", 1), number, file), tame_(below(3) != 0) {}

  // Are the numbers finite and of ordinary size?
  bool tame() const { return tame_; }
  int below(int n) { return static_cast<int>(random_.below(static_cast<std::uint32_t>(n))); }
  bool chance(int one_in) { return below(one_in) == 0; }
  double normal() { return random_.normal(); }

  // Few rows are as likely as some; none and one are there as well.
  int rows(int most = 60) { return tame_ ? 8 + below(most) : below(chance(3) ? 4 : most); }

  double wild() {
    using limits = std::numeric_limits<double>;
    switch (below(12)) {
      case 0:
        return limits::quiet_NaN();
      case 1:
        return limits::infinity();
      case 2:
        return -limits::infinity();
      case 3:
        return limits::denorm_min() * (1 + below(1000));
      case 4:
        return 1e300 * normal();
      case 5:
        return 1e-300 * normal();
      case 6:
        return limits::max();
      case 7:
        return 0;
      case 8:
        return -0.0;
      case 9:
        return 1e8 + normal();
      default:
        return normal();
    }
  }

  // Of ordinary size with ties; or huge, tiny, denormal, of every kind, zero, constant.
  std::vector<double> numbers(int n) {
    const int kind = below(tame_ ? 3 : 8);
    const double scale = kind == 3 ? 1e300 : kind == 4 ? 1e-300 : kind == 5 ? 5e-324 : 1;
    std::vector<double> out;
    for (int i = 0; i < n; ++i)
      out.push_back(kind == 1 ? below(4) : kind == 6 ? wild() : kind == 7 ? 3 + 1e8 : scale * normal());
    return out;
  }

  // In [0, 1], with zeros and ones.
  std::vector<double> shares(int n) {
    std::vector<double> out;
    for (int i = 0; i < n; ++i) out.push_back(chance(6) ? below(2) : below(1 << 20) * 0x1p-20);
    return out;
  }

  // Codes of which every level occurs, numbered as they appear: one level, a level a row, a chain, sorted blocks, a
  // level with most of the rows, parts that nothing joins.
  std::vector<int> codes(int n) {
    const int kind = below(7), levels = 1 + below(std::max(1, n));
    std::vector<int> out;
    for (int i = 0; i < n; ++i) {
      switch (kind) {
        case 0:
          out.push_back(0);
          break;
        case 1:
          out.push_back(i);
          break;
        case 2:
          out.push_back((i + 1) / 2);
          break;
        case 3:
          out.push_back(i * levels / n);
          break;
        case 4:
          out.push_back(chance(4) ? below(levels) : 0);
          break;
        case 5:
          out.push_back(2 * below(levels) + (i < n / 2));
          break;
        default:
          out.push_back(below(levels));
      }
    }
    return numbered(out);
  }

 private:
  static std::vector<int> numbered(const std::vector<int>& code) {
    std::vector<int> number(2 * code.size() + 4, -1), out;
    int next = 0;
    for (const int c : code) {
      int& mine = number[static_cast<std::size_t>(c)];
      if (mine < 0) mine = next++;
      out.push_back(mine);
    }
    return out;
  }

  ccdpanel::core::Random random_;
  bool tame_;
};

// body(case) for each of a file's cases. A case that is not tame may be refused.
template <class Body>
void each(unsigned long count, std::uint64_t file, const Body& body) {
  count = from_environment("CCDPANEL_RANDOM_CASES", count);
  for (unsigned long number = 0; number < count; ++number) {
    Case one(number, file);
    try {
      body(one);
    } catch (const std::invalid_argument&) {
      if (one.tame()) throw;
    }
  }
}

// Equal in every bit, not-a-number included.
inline bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  const auto same = [](double x, double y) { return x == y || (x != x && y != y); };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), same);
}

}  // namespace random_cases

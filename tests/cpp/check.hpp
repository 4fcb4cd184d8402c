// The smallest test harness that will do: checks are counted, failures named, the last line says how it went.
#pragma once

#include <cmath>
#include <cstdio>

namespace check {

inline int passed = 0;
inline int failed = 0;

inline void that(bool ok, const char* what) {
  ok ? ++passed : ++failed;
  if (!ok) std::printf("failed: %s\n", what);
}

inline void near(double got, double expected, double tolerance, const char* what) {
  const bool ok = std::abs(got - expected) <= tolerance;
  that(ok, what);
  if (!ok) std::printf("        got %.17g, expected %.17g\n", got, expected);
}

// body() must throw an Exception.
template <class Exception, class Body>
void throws(const Body& body, const char* what) {
  bool thrown = false;
  try {
    body();
  } catch (const Exception&) {
    thrown = true;
  }
  that(thrown, what);
}

inline int report() {
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}

}  // namespace check

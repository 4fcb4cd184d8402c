// The smallest test harness that will do: checks are counted, failures named, the last line says how it went.
// Files are compiled many as one: each is a namespace of its own, and registers what it runs as a File of its room.
#pragma once

#include <cmath>
#include <cstdio>
#include <cstring>
#include <vector>

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

struct File {
  File(const char* its_room, const char* its_name, void (*runs)());
  const char* room;
  const char* name;
  void (*run)();
};

inline std::vector<File>& files() {
  static std::vector<File> all;
  return all;
}

inline File::File(const char* its_room, const char* its_name, void (*runs)())
    : room(its_room), name(its_name), run(runs) {
  files().push_back(*this);
}

// A line a file of the room; the last line is the sum, and no checks at all are no success.
inline int run_room(const char* room) {
  for (const File& file : files()) {
    if (std::strcmp(file.room, room) != 0) continue;
    const int passed_before = passed, failed_before = failed;
    file.run();
    std::printf("%s/%s: %d passed, %d failed\n", room, file.name, passed - passed_before, failed - failed_before);
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed != 0 || passed == 0;
}

}  // namespace check

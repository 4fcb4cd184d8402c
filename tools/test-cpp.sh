#!/bin/sh
# The C++ core's own tests, without R:  tools/test-cpp.sh EIGEN plain|sanitize
# EIGEN is the folder that holds Eigen/. Built by CMake where there is one, else by the compiler with the same flags.
# The last line is 'N passed, N failed': the sum over the programs; one that does not build, or dies, is one failure.
set -u
eigen=$1
kind=$2
root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build/cpp-$kind
log=$build.sums
mkdir -p "$build"
: >"$log"

UBSAN_OPTIONS=print_stacktrace=1
ASAN_OPTIONS=detect_leaks=1
export UBSAN_OPTIONS ASAN_OPTIONS

# A folder that was configured for another place, or for another Eigen, is made afresh.
configure() {
  sanitize=OFF
  [ "$kind" = sanitize ] && sanitize=ON
  cmake -S "$root/tests/cpp" -B "$build" -DEIGEN="$eigen" -DSANITIZE=$sanitize >"$build/cmake.log" 2>&1
}

# All at once for speed; then each by itself, so that one that fails leaves no program of an earlier run behind.
build_all() {
  configure || { rm -rf "$build"; mkdir -p "$build"; configure; } || { cat "$build/cmake.log"; return; }
  cmake --build "$build" -j 2 -- -k >>"$build/cmake.log" 2>&1 && return
  grep -E "error" "$build/cmake.log" | head -n 20
  for source in "$root"/tests/cpp/*/test_*.cpp; do
    name=$(basename "$source" .cpp)
    cmake --build "$build" --target "$name" >/dev/null 2>&1 || rm -f "$build/$name"
  done
}

# The flags of tests/cpp/CMakeLists.txt, for a machine without CMake.
build_one() {
  flags="-std=c++17 -O2 -Wall -Wextra -Wpedantic -Wshadow -Werror -DEIGEN_INITIALIZE_MATRICES_BY_NAN -pthread"
  [ "$kind" = sanitize ] && flags="$flags -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"
  # shellcheck disable=SC2086
  ${CXX:-g++} $flags -I"$root/inst/include" -isystem "$eigen" "$1" -o "$2"
}

if command -v cmake >/dev/null 2>&1; then
  build_all
else
  echo "no cmake: building with ${CXX:-g++}"
  for source in "$root"/tests/cpp/*/test_*.cpp; do
    name=$(basename "$source" .cpp)
    rm -f "$build/$name"
    build_one "$source" "$build/$name"
  done
fi

for source in "$root"/tests/cpp/*/test_*.cpp; do
  name=$(basename "$source" .cpp)
  program=$build/$name
  if [ ! -x "$program" ]; then
    echo "$name: does not build"
    echo "0 1" >>"$log"
    continue
  fi
  "$program" >"$build/$name.out" 2>&1
  status=$?
  summary=$(tail -n 1 "$build/$name.out")
  if echo "$summary" | grep -Eq '^[0-9]+ passed, [0-9]+ failed$'; then
    echo "$summary" | awk '{print $1, $3}' >>"$log"
    failed=$(echo "$summary" | awk '{print $3}')
    [ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && echo "0 1" >>"$log"
    [ "$status" -ne 0 ] && cat "$build/$name.out"
    echo "$name ($kind): $summary"
  else
    cat "$build/$name.out"
    echo "$name ($kind): died with status $status"
    echo "0 1" >>"$log"
  fi
done
awk '{p += $1; f += $2} END {printf "%d passed, %d failed\n", p, f; exit f > 0 || p == 0}' "$log"

#!/bin/sh
# The C++ core's own tests, without R:  tools/test-cpp.sh EIGEN plain|sanitize [ROOM ...]
# EIGEN is the folder that holds Eigen/. The programs are built by CMake where there is one, else by the compiler with the
# same flags. The last line is 'N passed, N failed': the sum over the rooms; one that does not build, or dies, is one failure.
set -u

program_of() {
  case $1 in absorb | panel | inference | system) echo models ;; *) echo "$1" ;; esac
}

eigen=$1
kind=$2
shift 2
root=$(cd "$(dirname "$0")/.." && pwd)
rooms=${*:-core index regional absorb panel inference system}
build=$root/build/cpp-$kind
sums=$build.sums
models="absorb panel inference system"
programs=$(for room in $rooms; do program_of "$room"; done | sort -u)
mkdir -p "$build"
: >"$sums"

UBSAN_OPTIONS=print_stacktrace=1
ASAN_OPTIONS=detect_leaks=1
[ -n "${ASAN_SYMBOLIZER_PATH:-}" ] ||
  ASAN_SYMBOLIZER_PATH=$(command -v llvm-symbolizer || ls /usr/lib/llvm-*/bin/llvm-symbolizer 2>/dev/null | tail -n 1)
export ASAN_SYMBOLIZER_PATH UBSAN_OPTIONS ASAN_OPTIONS

# The sanitized programs are clang's where it has the sanitizers: it takes half of gcc's time, its checks are more, and the
# code meets two compilers.
compiler() {
  if [ "$kind" = sanitize ] && [ -z "${CXX:-}" ] && echo "int main() {}" |
    clang++ -x c++ -fsanitize=address,undefined - -o "$build/sanitizers" >/dev/null 2>&1; then
    echo clang++
  else
    echo "${CXX:-g++}"
  fi
}

# A folder that was configured for another place, another Eigen or another compiler is made afresh.
configure() {
  sanitize=OFF
  [ "$kind" = sanitize ] && sanitize=ON
  cmake -S "$root/tests/cpp" -B "$build" -DEIGEN="$eigen" -DSANITIZE=$sanitize -DCMAKE_CXX_COMPILER="$cxx" \
    >"$build/cmake.log" 2>&1
}

# A program that no longer builds leaves none of an earlier run behind.
build_with_cmake() {
  configure || { rm -rf "$build"; mkdir -p "$build"; configure; } || { cat "$build/cmake.log"; return; }
  # shellcheck disable=SC2046
  cmake --build "$build" -j 2 --target $(printf '%s_tests ' $programs) -- -k >>"$build/cmake.log" 2>&1 && return
  grep -E "error" "$build/cmake.log" | head -n 20
  for program in $programs; do
    cmake --build "$build" --target "${program}_tests" >/dev/null 2>&1 || rm -f "$build/${program}_tests"
  done
}

# The flags of tests/cpp/CMakeLists.txt, for a machine without CMake.
build_alone() {
  flags="-std=c++17 -Wall -Wextra -Wpedantic -Wshadow -Werror -DEIGEN_INITIALIZE_MATRICES_BY_NAN -pthread"
  [ "$kind" = plain ] && flags="$flags -O2"
  [ "$kind" = sanitize ] && flags="$flags -O0 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all"
  echo "no cmake: building with $cxx"
  for program in $programs; do
    sources "$program" >"$build/$program.cpp"
    # shellcheck disable=SC2086
    "$cxx" $flags -I"$root/inst/include" -isystem "$eigen" "$build/$program.cpp" -o "$build/${program}_tests" ||
      rm -f "$build/${program}_tests"
  done
}

# One file that includes all of a program's.
sources() {
  folders=$1
  [ "$1" = models ] && folders=$models
  echo "#include \"$root/tests/cpp/main.cpp\""
  for folder in $folders; do
    for source in "$root/tests/cpp/$folder"/test_*.cpp; do
      # Random cases are there for what the sanitizers see.
      case $kind/$source in plain/*/test_random_*) continue ;; esac
      echo "#include \"$source\""
    done
  done
}

# The program gives the same for the same cases; what it said is kept, and a mark where it passed.
passed_before() {
  [ -z "${CCDPANEL_RANDOM_CASES:-}" ] && [ "$build/$1.passed" -nt "$program" ] && [ -s "$build/$1.out" ]
}

run_room() {
  program=$build/$(program_of "$1")_tests
  if [ ! -x "$program" ]; then
    echo "$1 ($kind): does not build"
    echo "0 1" >>"$sums"
    return
  fi
  status=0
  if passed_before "$1"; then
    echo "$1 ($kind): not run again, the program is the one that passed"
  else
    rm -f "$build/$1.passed"
    "$program" "$1" >"$build/$1.out" 2>&1
    status=$?
  fi
  cat "$build/$1.out"
  summary=$(tail -n 1 "$build/$1.out")
  if echo "$summary" | grep -Eq '^[0-9]+ passed, [0-9]+ failed$'; then
    [ "$status" -eq 0 ] && [ -z "${CCDPANEL_RANDOM_CASES:-}" ] && touch "$build/$1.passed"
    echo "$summary" | awk '{print $1, $3}' >>"$sums"
    [ "$status" -ne 0 ] && echo "$summary" | grep -q ' 0 failed$' && echo "0 1" >>"$sums"
  else
    echo "$1 ($kind): died with status $status"
    echo "0 1" >>"$sums"
  fi
}

cxx=$(compiler)
echo "compiler: $("$cxx" --version | head -n 1)"
if command -v cmake >/dev/null 2>&1; then build_with_cmake; else build_alone; fi
for room in $rooms; do run_room "$room"; done
awk '{p += $1; f += $2} END {printf "%d passed, %d failed\n", p, f; exit f > 0 || p == 0}' "$sums"

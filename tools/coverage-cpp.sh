#!/bin/sh
# Which lines of the C++ core its own tests run, by CMake, gcov and gcovr:  tools/coverage-cpp.sh EIGEN
# EIGEN is the folder that holds Eigen/. The programs of tests/cpp, random cases too, are compiled
# into build/cpp-coverage and run. Then come the lines of every header of inst/include/ccdpanel, those run, percent and
# the lines that were not, and at last the sums by room. A function that nothing calls has no lines: the compiler leaves
# it out.
set -eu
cd "$(dirname "$0")/.."
build=$PWD/build/cpp-coverage
mkdir -p "$build"

cmake -S tests/cpp -B "$build" -DEIGEN="$1" -DCOVERAGE=ON >"$build/cmake.log" 2>&1
cmake --build "$build" >>"$build/cmake.log" 2>&1 || { grep error "$build/cmake.log" | head -n 20; exit 1; }
find "$build" -name '*.gcda' -exec rm -f {} +
for room in core index regional absorb panel inference system; do
  case $room in absorb | panel | inference | system) program=models ;; *) program=$room ;; esac
  echo "$room: $("$build/${program}_tests" "$room" | tail -n 1)"
done

gcovr --root "$PWD" --filter "$PWD/inst/include/ccdpanel/" --csv "$build/lines.csv" \
  --txt "$build/lines.txt" "$build"
sed 's/^inst.include.ccdpanel.//' "$build/lines.txt"
awk -F, 'NR > 1 {
  split($1, part, "/"); room = part[4]; lines[room] += $2; run[room] += $3; lines["all"] += $2; run["all"] += $3
} END {
  for (room in lines) printf "%-10s %6d of %6d lines, %5.1f %%\n", room, run[room], lines[room], 100 * run[room] / lines[room]
}' "$build/lines.csv" | sort

#!/bin/bash
# Everything that `make test` runs after the set-up:  tools/test.sh [ROOM]
# The C++ core's tests and the package with its R tests go side by side. Each stage's last line is 'N passed, N failed[,
# N skipped]', and then comes what it took; the last line here is their sum. A stage without such a line is one failure.
# With a room, only the tests of that room in C++ and in R.
set -u
cd "$(dirname "$0")/.." || exit 1
room=${1:-}
cpp_rooms="core index regional absorb panel inference system"
r_rooms="util data index coupling model inference fe iv system dynamic regional spatial study remote audit show"
at=build/stages
rm -rf $at
mkdir -p $at

has() { case " $1 " in *" $2 "*) true ;; *) false ;; esac; }

if [ -n "$room" ]; then
  if ! has "$cpp_rooms $r_rooms" "$room"; then
    echo "ROOM=$room: no such room. Rooms of C++: $cpp_rooms. Rooms of R: $r_rooms."
    exit 1
  fi
  has "$cpp_rooms" "$room" && cpp_rooms=$room || cpp_rooms=
  has "$r_rooms" "$room" && r_filter=^$room- || r_filter=
fi

# stage NUMBER TITLE COMMAND ...: what it says, its summary and its seconds, each in a file.
stage() {
  number=$1
  echo "$2" >"$at/$number.title"
  shift 2
  TIMEFORMAT="   in %R seconds, %U + %S of processor time"
  # In a shell of its own: the time of what runs beside it is counted where that is waited for.
  (time "$@" >"$at/$number.log" 2>&1) 2>"$at/$number.time"
  grep -E '^[0-9]+ passed, [0-9]+ failed' "$at/$number.log" | tail -n 1 >"$at/$number.sum"
  [ -s "$at/$number.sum" ] || echo "0 passed, 1 failed" >"$at/$number.sum"
}

show() {
  for number in "$@"; do
    [ -e "$at/$number.sum" ] || continue
    printf '\n== %s\n' "$(cat "$at/$number.title")"
    cat "$at/$number.log" "$at/$number.time"
  done
}

core() {
  eigen=$(Rscript -e 'cat(system.file("include", package = "RcppEigen"))')
  # shellcheck disable=SC2086
  stage 2 "C++ core" sh tools/test-cpp.sh "$eigen" plain $cpp_rooms
  # shellcheck disable=SC2086
  stage 3 "C++ core under the address and undefined-behaviour sanitizers" \
    sh tools/test-cpp.sh "$eigen" sanitize $cpp_rooms
}

layout() {
  stage 6 "format of the C++ code" sh tools/format-check.sh
  [ ! -e tools/layout.R ] || stage 7 "layout of the R code" Rscript tools/layout.R --check
}

# Nothing to count here but a failure, which leaves the R tests nothing to run on.
package() { make --no-print-directory lib && echo "0 passed, 0 failed"; }

r() {
  stage 1 "the package" package
  show 1
  grep -q ' 0 failed' $at/1.sum || return
  stage 4 "R" env LC_ALL=C.UTF-8 NOT_CRAN=true Rscript tools/test-r.R $r_filter
  show 4
  stage 5 "R in the C locale" env LC_ALL=C NOT_CRAN=true Rscript tools/test-r.R --text $r_filter
  show 5
}

if [ -z "$room" ]; then
  r_filter=.
  { layout; core; } &
  r
else
  [ -z "$cpp_rooms" ] || core &
  [ -z "$r_filter" ] || r
fi
wait
show 2 3 6 7

echo
for sum in $at/*.sum; do echo "$(cat "$sum")  $(cat "${sum%.sum}.title")"; done
cat $at/*.sum | awk '{p += $1; f += $3; s += $5} END {
  if (s) printf "skipped, reasons above: %d\n", s
  printf "%d passed, %d failed\n", p, f
  exit f > 0 || p == 0
}'

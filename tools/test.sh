#!/bin/sh
# Everything that `make test` runs after the set-up; each stage's last line is 'N passed, N failed[, N skipped]' and the
# last line here is their sum. A stage without such a line is one failure.
set -u
cd "$(dirname "$0")/.." || exit 1
sums=build/test-sums
: >"$sums"

stage() {
  title=$1
  shift
  echo
  echo "== $title"
  "$@" 2>&1 | tee build/stage.log
  summary=$(grep -E '^[0-9]+ passed, [0-9]+ failed' build/stage.log | tail -n 1)
  echo "${summary:-0 passed, 1 failed} : $title" >>"$sums"
}

eigen=$(Rscript -e 'cat(system.file("include", package = "RcppEigen"))')
stage "C++ core" sh tools/test-cpp.sh "$eigen" plain
stage "C++ core under the address and undefined-behaviour sanitizers" sh tools/test-cpp.sh "$eigen" sanitize
stage "R" env LC_ALL=C.UTF-8 NOT_CRAN=true Rscript tools/test-r.R
stage "R in the C locale" env LC_ALL=C NOT_CRAN=true CCDPANEL_TEST_FAST=true Rscript tools/test-r.R
stage "format of the C++ code" sh tools/format-check.sh

echo
awk -F ' : ' '{print $1 "  " $2}' "$sums"
awk '{p += $1; f += $3; s += $5} END {
  if (s) printf "skipped, reasons above: %d\n", s
  printf "%d passed, %d failed\n", p, f
  exit f > 0 || p == 0
}' "$sums"

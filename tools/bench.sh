#!/bin/sh
# Runs every bench/*.R in a process of its own; each prints its ratios against named peers.
set -u
cd "$(dirname "$0")/.." || exit 1
status=0
ran=0
for script in bench/*.R; do
  [ -e "$script" ] || continue
  ran=$((ran + 1))
  echo
  echo "== $script"
  Rscript "$script" || { echo "$script: failed"; status=1; }
done
[ "$ran" -gt 0 ] || { echo "no bench/*.R to run"; status=1; }
exit $status

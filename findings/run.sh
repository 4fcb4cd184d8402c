# Sourced by each finding: runs the R code on standard input in a fresh R, with packages of fixed
# versions in a folder that is removed afterwards (or kept in FINDINGS_KEEP, to run it again).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ -n "${FINDINGS_KEEP:-}" ]; then
  FINDING_LIB=$FINDINGS_KEEP
else
  FINDING_LIB=$(mktemp -d)
  trap 'rm -rf "$FINDING_LIB"' EXIT
fi
export FINDING_LIB

in_r() {
  { cat "$here/pinned.R"; cat; } | R --no-echo --no-save --no-restore
}

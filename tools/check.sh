#!/bin/sh
# R CMD check --as-cran --no-manual on the built package. Fails on an error, a warning, or a note that
# tools/check-notes.R does not know; the README explains the ones it knows.
set -u
cd "$(dirname "$0")/.." || exit 1
rm -rf build/check
mkdir -p build/check

# The clock and the remote half of CRAN's incoming checks ask the network, which a check must not depend on.
_R_CHECK_SYSTEM_CLOCK_=0
_R_CHECK_CRAN_INCOMING_REMOTE_=false
# Flags that Debian's R itself adds to every compilation.
_R_CHECK_COMPILATION_FLAGS_KNOWN_="-Wformat -Werror=format-security -Wdate-time"
# Every suggested package must be here: a check that leaves a test out says less than it seems to.
_R_CHECK_FORCE_SUGGESTS_=true
LC_ALL=C.UTF-8
export _R_CHECK_SYSTEM_CLOCK_ _R_CHECK_CRAN_INCOMING_REMOTE_ _R_CHECK_COMPILATION_FLAGS_KNOWN_ _R_CHECK_FORCE_SUGGESTS_ LC_ALL
MAKEFLAGS=-j2
export MAKEFLAGS

# The suite is `make test`; here an installed package has to pass one file a room. CCDPANEL_CHECK_TESTS=. runs them all.
CCDPANEL_CHECK_TESTS=${CCDPANEL_CHECK_TESTS-'^(util-print|data-correlations|index-composite_index|coupling-coupling|model-formula|fe-reg|inference-cov_nw|iv-tests|system-equation|study-add_controls|audit-ranks|show-bars)$'}
export CCDPANEL_CHECK_TESTS
echo "Tests in this check: $CCDPANEL_CHECK_TESTS"

vignettes=
if ! command -v pandoc >/dev/null 2>&1; then
  echo "no pandoc here: the vignettes are not built"
  vignettes="--no-build-vignettes"
fi
source=$PWD
# What is not installed may have changed since build/pkg was made.
for part in tests vignettes; do
  rm -rf "build/pkg/$part" && cp -R "$part" build/pkg/ || exit 1
done
cd build/check || exit 1
{
  echo ".DEFAULT_GOAL := all"
  for object in "$source"/build/pkg/src/*.o; do printf '%s:\n\tcp -p "%s" $@\n' "${object##*/}" "$object"; done
} >Makevars
# What is compiled in build/pkg serves the tarball's help pages and vignettes as well, and what is checked is what build/lib
# holds, with its log: the sources are the same, as is compared. CCDPANEL_CHECK_INSTALL=yes compiles the tarball once more.
# The vignettes that were just built are not built a second time.
# shellcheck disable=SC2086
R_MAKEVARS_USER=$source/build/check/Makevars R CMD build --no-manual $vignettes "$source/build/pkg" || exit 1
tar xzf ccdpanel_*.tar.gz
for part in src inst/include; do
  diff -r -x '*.o' -x '*.so' -x '*.d' -x symbols.rds "$source/build/pkg/$part" "ccdpanel/$part" ||
    { echo "the tarball has other sources in $part than what was installed"; exit 1; }
done
installed="--install=check:$source/build/install.log --library=$source/build/lib"
[ -z "${CCDPANEL_CHECK_INSTALL-}" ] || installed=
# shellcheck disable=SC2086
R CMD check --as-cran --no-manual --no-vignettes $installed ${vignettes:+--ignore-vignettes} ccdpanel_*.tar.gz
cd "$source" && Rscript tools/check-notes.R build/check/ccdpanel.Rcheck

#!/bin/sh
# R CMD check --as-cran --no-manual on the built package, its two halves side by side. Fails on an error, a warning, or a
# note that tools/check-notes.R does not know; the README explains the ones it knows.
set -u
cd "$(dirname "$0")/.." || exit 1
rm -rf build/check
mkdir -p build/check

# The clock and the remote half of CRAN's incoming checks ask the network, which a check must not depend on.
_R_CHECK_SYSTEM_CLOCK_=0
_R_CHECK_CRAN_INCOMING_REMOTE_=false
# Flags that Debian's R itself adds to every compilation.
_R_CHECK_COMPILATION_FLAGS_KNOWN_="-Wformat -Werror=format-security -Wdate-time"
# An example's time on the wall is also that of what runs beside it: tools/check-notes.R looks at the processor's.
_R_CHECK_EXAMPLE_TIMING_THRESHOLD_=60
# Every suggested package must be here: a check that leaves a test out says less than it seems to.
_R_CHECK_FORCE_SUGGESTS_=true
LC_ALL=C.UTF-8
export _R_CHECK_SYSTEM_CLOCK_ _R_CHECK_CRAN_INCOMING_REMOTE_ _R_CHECK_COMPILATION_FLAGS_KNOWN_
export _R_CHECK_EXAMPLE_TIMING_THRESHOLD_ _R_CHECK_FORCE_SUGGESTS_ LC_ALL
MAKEFLAGS=-j2
export MAKEFLAGS

# The suite is `make test`; here an installed package has to pass one file a room. CCDPANEL_CHECK_TESTS=. runs them all.
CCDPANEL_CHECK_TESTS=${CCDPANEL_CHECK_TESTS-'^(util-print|data-correlations|index-composite_index|coupling-coupling|model-formula|fe-reg|inference-cov_nw|iv-tests|system-equation|study-add_controls|audit-ranks|show-bars)$'}
export CCDPANEL_CHECK_TESTS
echo "Tests in this check: $CCDPANEL_CHECK_TESTS"

source=$PWD
# What is not installed may have changed since build/pkg was made.
for part in tests vignettes; do
  rm -rf "build/pkg/$part" && cp -R "$part" build/pkg/ || exit 1
done
mkdir build/check/sources
(cd build/pkg && tar cf - --exclude '*.o' --exclude '*.so' --exclude '*.d' .) | tar xf - -C build/check/sources || exit 1

# Two at a time, which R CMD build, that takes them as they are, would build one after the other.
vignettes=
if command -v pandoc >/dev/null 2>&1; then
  R_LIBS="$source/build/lib${R_LIBS:+:$R_LIBS}" Rscript --vanilla tools/vignettes.R build/check/sources || exit 1
else
  echo "no pandoc here: the vignettes are not built"
  vignettes=no
fi
cd build/check || exit 1
{
  echo ".DEFAULT_GOAL := all"
  for object in "$source"/build/pkg/src/*.o; do printf '%s:\n\tcp -p "%s" $@\n' "${object##*/}" "$object"; done
} >Makevars
# What is compiled in build/pkg serves the tarball's help pages as well, and what is checked is what build/lib holds, with
# its log: the sources are the same, as is compared. CCDPANEL_CHECK_INSTALL=yes compiles the tarball once more.
# The vignettes that were just built are not built a second time. For a help page that lists words R CMD build installs the
# package for itself, which need not be fast.
R_COMPILE_PKGS=no R_MAKEVARS_USER=$source/build/check/Makevars R CMD build --no-manual --no-build-vignettes sources || exit 1
size=$(wc -c <"$(ls ccdpanel_*.tar.gz)")
echo "The tarball has $size bytes"
[ "$size" -lt 2000000 ] || { echo "a tarball is to have less than 2,000,000 bytes"; exit 1; }
tar xzf ccdpanel_*.tar.gz
for part in src inst/include; do
  diff -r -x '*.o' -x '*.so' -x '*.d' -x symbols.rds "$source/build/pkg/$part" "ccdpanel/$part" ||
    { echo "the tarball has other sources in $part than what was installed"; exit 1; }
done
if [ -z "$vignettes" ]; then
  for page in ccdpanel/vignettes/*.Rmd; do
    html=$(basename "$page" .Rmd).html
    [ -s "ccdpanel/inst/doc/$html" ] || { echo "the tarball has no $html"; exit 1; }
  done
fi
installed="--install=check:$source/build/install.log --library=$source/build/lib"
[ -z "${CCDPANEL_CHECK_INSTALL-}" ] || installed=

# check NAME OPTION ...: R CMD check into a folder of that name.
check() {
  into=$1
  shift
  mkdir "$into"
  # shellcheck disable=SC2086
  R CMD check --as-cran --no-manual --no-vignettes $installed ${vignettes:+--ignore-vignettes} -o "$into" "$@" \
    ccdpanel_*.tar.gz
}
# Two at a time. One reads: sources, code, help; the other runs examples and tests, and reads no code and help again. All
# that R CMD check does is done by one of them, and most that takes no time by both.
check reads --no-examples --no-tests >reads.log 2>&1 &
(
  for static in USE_CODETOOLS RD_CONTENTS RD_STYLE RD_XREFS; do export "_R_CHECK_${static}_=false"; done
  check runs --no-codoc
) >runs.log 2>&1
wait
for part in reads runs; do printf '\n== R CMD check: what it %s\n' $part && cat $part.log; done
cd "$source" && Rscript tools/check-notes.R build/check/reads/ccdpanel.Rcheck build/check/runs/ccdpanel.Rcheck

#!/bin/sh
# Installs the package into build/lib from build/pkg, a copy of the checkout that keeps its objects: a second run compiles
# what changed, and what includes a changed header. A compiler, an R or flags that changed compile everything.
set -u
cd "$(dirname "$0")/.." || exit 1
mkdir -p build/pkg build/lib

# Files by name, one a line, of the checkout (.) or of the copy; neither has names with newlines.
files() {
  (cd "$1" && find . \( -path ./build -o -path ./out -o -path ./docs -o -path ./.git -o -name '*.Rcheck' \) -prune -o \
    -type f ! -name '*.o' ! -name '*.so' ! -name '*.d' ! -name symbols.rds -print | sort)
}

# Equal files keep their times, changed ones get the time of now, whatever time they had.
copy_changed() {
  files . >build/files-here
  files build/pkg >build/files-there
  comm -13 build/files-here build/files-there | while IFS= read -r file; do rm "build/pkg/$file"; done
  while IFS= read -r file; do
    cmp -s "$file" "build/pkg/$file" && continue
    mkdir -p "build/pkg/$(dirname "$file")"
    cp "$file" "build/pkg/$file"
  done <build/files-here
}

# What every object depends on beside its sources.
settings() {
  R --version | head -n 1
  $(R CMD config CXX17) --version | head -n 1
  cat src/Makevars tools/Makevars
}

# Eigen makes the compiler say 8,000 lines of warnings: what went wrong is not to be looked for among them.
complain() {
  grep -v -e 'ignored-attributes' -e '^In file included' -e '^ \+from ' build/install.log | grep -n -A 4 -i error |
    head -n 60
  tail -n 20 build/install.log
  echo "all of it: build/install.log"
}

copy_changed
settings >build/settings-now
cmp -s build/settings-now build/settings || rm -f build/pkg/src/*.o build/pkg/src/*.so build/pkg/src/*.d
mv build/settings-now build/settings
# The table of symbols is for R CMD check, which looks for what a package must not call.
MAKEFLAGS=-j2 R_MAKEVARS_USER=$PWD/tools/Makevars _R_SHLIB_BUILD_OBJECTS_SYMBOL_TABLES_=TRUE
export MAKEFLAGS R_MAKEVARS_USER _R_SHLIB_BUILD_OBJECTS_SYMBOL_TABLES_
R CMD INSTALL --no-test-load --library=build/lib build/pkg >build/install.log 2>&1 || { complain; exit 1; }
touch build/lib/ccdpanel/DESCRIPTION

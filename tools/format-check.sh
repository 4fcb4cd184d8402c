#!/bin/sh
# The C++ sources are as clang-format leaves them: one check a file. Without clang-format the whole check is one skip.
set -u
cd "$(dirname "$0")/.." || exit 1
if ! command -v clang-format >/dev/null 2>&1; then
  echo "no clang-format here: not checked"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
fi
passed=0
failed=0
for file in $(find inst/include src tests/cpp -name '*.hpp' -o -name '*.cpp' | grep -v RcppExports | sort); do
  if clang-format --dry-run --Werror "$file" >build/format.log 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "$file: not formatted; 'make format' does it"
    head -n 4 build/format.log
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

#!/bin/bash
# What the tests and fuzzers have reached: a line a file, and the functions that none has called.
#     BUILD=build-coverage tests/support/coverage.sh PROGRAM ...
# Reads $BUILD/profile/*.profraw, and writes $BUILD/coverage.txt and $BUILD/unreached.txt. Whoever is
# killed leaves no profile: paths that only `make faults` takes are in the list.
set -eu
build=${BUILD:-build-coverage}
profile=$build/coverage.profdata
objects=("$1")
shift
for program in "$@"; do
    objects+=(-object "$program")
done
not_ours=(-ignore-filename-regex='(^|/)(tests|build[^/]*|\.deps)/')

llvm-profdata merge -sparse "$build"/profile/*.profraw -o "$profile"
llvm-cov report "${objects[@]}" -instr-profile="$profile" "${not_ours[@]}" >"$build/coverage.txt"
llvm-cov export "${objects[@]}" -instr-profile="$profile" "${not_ours[@]}" -format=lcov -skip-expansions |
    awk -F '[:,]' -v here="$PWD/" '
        $1 == "SF" { file = $2; sub(here, "", file) }
        $1 == "FN" { line[$3] = $2 }
        $1 == "FNDA" && $2 == 0 { name = $3; sub(/.*\.c:/, "", name); print file ":" line[$3] ": " name }
        $1 == "end_of_record" { delete line }' | sort -u >"$build/unreached.txt"

# Of each file: how much of its regions, functions, lines and branches.
awk '/^(Filename|TOTAL)/ || /\.[ch] / { print $1, $4, $7, $10, $13 }' "$build/coverage.txt" | column -t
echo "$(wc -l <"$build/unreached.txt") functions that nothing has called: $build/unreached.txt"

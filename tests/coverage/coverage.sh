#!/bin/bash
# What the tests and fuzzers have reached: a line a file, and the functions that none has called.
#     BUILD=build-coverage tests/coverage/coverage.sh PROGRAM ...
# Reads $BUILD/profile/*.profraw, and writes $BUILD/coverage.txt and $BUILD/unreached.txt. Fails where
# tests/coverage/unreached.txt, which says why nothing calls a function, is no longer true.
set -eu
build=${BUILD:-build-coverage}
profile=$build/coverage.profdata
objects=("$1")
shift
for program in "$@"; do
    objects+=(-object "$program")
done
not_ours=(-ignore-filename-regex='(^|/)(tests|build[^/]*|\.deps)/')

# Whoever is killed while it writes spoils its file.
llvm-profdata merge -sparse --failure-mode=all "$build"/profile/*.profraw -o "$profile"
llvm-cov report "${objects[@]}" -instr-profile="$profile" "${not_ours[@]}" >"$build/coverage.txt"
llvm-cov export "${objects[@]}" -instr-profile="$profile" "${not_ours[@]}" -format=lcov -skip-expansions |
    awk -v here="$PWD/" '
        # A function of a header has a copy in each file that includes it; one that is called will do.
        function value(text) { return substr(text, index(text, ":") + 1) }
        function behind_comma(text) { return substr(text, index(text, ",") + 1) }
        /^SF:/ { file = value($0); sub(here, "", file) }
        /^FN:/ { line[behind_comma($0)] = value($0) + 0 }
        /^FNDA:/ {
            name = behind_comma($0)
            place = file ":" line[name]
            sub(/.*:/, "", name)
            named[place] = name
            called[place] += value($0)
        }
        /^end_of_record/ { delete line }
        END { for (p in named) if (called[p] == 0) print p ": " named[p] }' |
    sort -u >"$build/unreached.txt"

# Of each file: how much of its regions, functions, lines and branches.
awk '/^(Filename|TOTAL)/ || /\.[ch] / { print $1, $4, $7, $10, $13 }' "$build/coverage.txt" | column -t
echo "$(wc -l <"$build/unreached.txt") functions that nothing has called: $build/unreached.txt"

# The list that is in git: FILE: FUNCTION: why, or FUNCTION? where that is chance.
sed -n '/^[^#]/s/^\([^:]*: [^:?]*\)?*: ..*/\1/p' tests/coverage/unreached.txt | sort >"$build/listed.txt"
sed -n '/^[^#]/s/^\([^:]*: [^:?]*\)?: ..*/\1/p' tests/coverage/unreached.txt | sort >"$build/chance.txt"
sed 's/:[0-9]*: /: /' "$build/unreached.txt" | sort -u >"$build/unlisted.txt"
stale=$(comm -23 "$build/listed.txt" "$build/unlisted.txt" | comm -23 - "$build/chance.txt")
missing=$(comm -13 "$build/listed.txt" "$build/unlisted.txt")
[ -z "$stale" ] || printf 'on the list, and reached or gone: %s\n' "${stale//$'\n'/, }"
[ -z "$missing" ] || printf 'reached by nothing, and not on the list: %s\n' "${missing//$'\n'/, }"
[ -z "$stale$missing" ]

#!/bin/bash
# Runs test programs and shell tests, and prints as its last line "N passed, N failed".
#     BUILD=build tests/support/run-tests.sh PROGRAM|SCRIPT.sh ...
# A program is a Criterion one and is believed only if it ends with a synthesis of at least one
# test. A script prints TAP ("ok ..." or "not ok ..." lines) and finds the program to test in
# $NIMBLESIM and an empty folder of its own in $TMPDIR. A crash, a timeout, a report of a
# sanitizer or a silent exit is a failure. JOBS programs run at once (by default one more than there
# are processors, since many of them wait), each within TEST_TIMEOUT s.
# PROFILES=FOLDER is where an instrumented program leaves what it has reached, by test: one that is
# killed while it writes spoils its own test's profile alone.
set -u

build=${BUILD:-build}
logs=$build/test-logs
timeout_s=${TEST_TIMEOUT:-600}

export NIMBLESIM=$PWD/$build/nimblesim TASKLETS=$PWD/$build/tests/tasklets
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1}
export LC_ALL=C.UTF-8 NO_COLOR=1

# Runs one test: its output into a log, "passed failed exit-code" into a file beside it.
run_one() {
    local test=$1 logs=$2 timeout_s=$3
    local name=${test#*tests/}
    name=${name%.sh}
    local log=$logs/${name//\//-}.log
    local passed=0 failed=0 code=0 start=$SECONDS
    [ -z "${PROFILES:-}" ] || export LLVM_PROFILE_FILE=$PROFILES/${name//\//-}-%2m.profraw

    if [[ $test == *.sh ]]; then
        mkdir -p "$log.tmp"
        TMPDIR=$(realpath "$log.tmp") timeout "$timeout_s" bash "$test" >"$log" 2>&1 || code=$?
        rm -rf "$log.tmp"
        passed=$(grep -c '^ok\b' "$log")
        failed=$(grep -c '^not ok\b' "$log")
    else
        # A test that forks beside others leaves Criterion's own record of them in a copy, which the
        # leak checker then finds: such a program runs its tests one after the other.
        local jobs=()
        if [[ $test == *address* ]] && grep -qs '\bfork()' "tests/$name.c"; then
            jobs=(--jobs 1)
        fi
        timeout "$timeout_s" "$test" "${jobs[@]}" >"$log" 2>&1 || code=$?
        local synthesis
        synthesis=$(grep -a 'Synthesis: Tested: ' "$log" | tail -n 1)
        if [[ $synthesis =~ Tested:\ ([0-9]+)\ \|\ Passing:\ ([0-9]+) ]]; then
            passed=${BASH_REMATCH[2]}
            failed=$((BASH_REMATCH[1] - passed))
        fi
    fi

    # What the counts do not tell: died half-way, no test at all, a leak that no test noticed.
    local why=
    if [ "$code" -eq 124 ]; then
        why="took more than $timeout_s s"
    elif grep -qaE '(ERROR|WARNING): [A-Za-z]+Sanitizer|: runtime error: ' "$log"; then
        why="a sanitizer reported an error"
    elif [ "$code" -ne 0 ]; then
        why="ended with exit code $code"
    elif [ $((passed + failed)) -eq 0 ]; then
        why="ran no test"
    fi
    if [ -n "$why" ] && [ "$failed" -eq 0 ]; then
        failed=1
    fi
    echo "$passed $failed" >"$log.count"

    if [ "$failed" -eq 0 ]; then
        printf '  ok    %-34s %4d passed  %4d s\n' "$name" "$passed" $((SECONDS - start))
    else
        # One write, so that tests that end together do not mix.
        local output
        output=$(grep -av 'Synthesis: ' "$log" | tail -n 60 | sed 's/^/        /')
        printf '  FAIL  %-34s %4d passed, %d failed%s%s\n' "$name" "$passed" "$failed" \
            "${why:+ ($why)}" "${output:+$'\n'$output}"
    fi
}
export -f run_one

rm -rf "$logs"
mkdir -p "$logs"
if [ $# -gt 0 ]; then
    printf '%s\0' "$@" |
        xargs -0 -P "${JOBS:-$(($(nproc) + 1))}" -I{} bash -c 'run_one "$@"' run {} "$logs" "$timeout_s"
fi

passed=0
failed=0
for test in "$@"; do
    name=${test#*tests/}
    name=${name%.sh}
    count="0 1" # no count: the runner itself was killed
    [ -s "$logs/${name//\//-}.log.count" ] && count=$(<"$logs/${name//\//-}.log.count")
    passed=$((passed + ${count% *}))
    failed=$((failed + ${count#* }))
done
if [ "$failed" -gt 0 ]; then
    echo "Whole outputs are in $logs/"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

#!/bin/bash
# Runs each fuzzer on its corpus for an equal share of the time.
#     BUILD=build-fuzz tests/support/run-fuzz.sh SECONDS FUZZER ...
# The corpus tests/fuzz/corpus/<name>/ is read only; new inputs go to $BUILD/corpus/<name>/, what
# crashes to $BUILD/findings/<name>/. Non-zero if any fuzzer found something.
set -u

build=${BUILD:-build-fuzz}
total_s=$1
shift
if [ $# -eq 0 ]; then
    echo "No fuzzer in tests/fuzz/ yet."
    exit 0
fi
share_s=$((total_s / $#))
[ "$share_s" -ge 1 ] || share_s=1

export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:allocator_may_return_null=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

found=()
for fuzzer in "$@"; do
    name=$(basename "$fuzzer")
    name=${name#fuzz_}
    seeds=tests/fuzz/corpus/$name
    mkdir -p "$build/corpus/$name" "$build/findings/$name"
    log=$build/findings/$name.log
    corpus=("$build/corpus/$name")
    [ ! -d "$seeds" ] || corpus+=("$seeds")

    dictionary=()
    [ ! -f "tests/fuzz/$name.dict" ] || dictionary=(-dict="tests/fuzz/$name.dict")

    if "$fuzzer" -max_total_time="$share_s" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$build/findings/$name/" "${dictionary[@]}" "${corpus[@]}" \
        >"$log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        printf '  ok    %-20s %12s inputs in %d s\n' "$name" "$runs" "$share_s"
    else
        found+=("$name")
        printf '  FAIL  %s: see %s and %s\n' "$name" "$log" "$build/findings/$name/"
        grep -aE 'ERROR: |runtime error: |ASSERT|Test unit written|^    #[0-9] ' "$log" |
            head -n 20 | sed 's/^/        /'
    fi
done
[ ${#found[@]} -eq 0 ]

#!/bin/bash
# For a night: random scenarios and fuzzers, one after the other, until the time is over or one
# fails. Seeds come from the clock and are printed, so that whatever fails can be had again.
#     BUILD=build SOAK_SEED=n tests/support/soak.sh SECONDS PROPERTY-PROGRAM ...
set -u
build=${BUILD:-build}
until_s=$((SECONDS + $1))
shift
seed=${SOAK_SEED:-$(date +%s)}
export NIMBLESIM=$PWD/$build/nimblesim TASKLETS=$PWD/$build/tests/tasklets LC_ALL=C.UTF-8 NO_COLOR=1
TMPDIR=$(mktemp -d)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
log=$build/soak.log
rounds=0

give_up() { # WHAT
    echo "$1"
    tail -n 80 "$log"
    echo "Again: make soak T=1 SOAK_SEED=$seed"
    exit 1
}

while [ "$rounds" -eq 0 ] || [ "$SECONDS" -lt "$until_s" ]; do
    echo "seed $seed, after $SECONDS s"
    for program in "$@"; do
        PROPERTY_SEED=$seed PROPERTY_COUNT=50 timeout 3600 "$program" >"$log" 2>&1 ||
            give_up "$program has failed: PROPERTY_SEED=$seed PROPERTY_COUNT=50"
    done
    FUZZ_SEED=$seed FUZZ_S=30 timeout 3600 bash tests/fuzz/test_fuzz.sh >"$log" 2>&1
    ! grep '^not ok' "$log" || give_up "a fuzzer has found something: FUZZ_SEED=$seed"
    rounds=$((rounds + 1))
    seed=$((seed + 1000003)) # seeds of neighbouring rounds do not overlap
done
echo "$rounds rounds of 50 scenarios a program and 30 s of fuzzing, none failed"

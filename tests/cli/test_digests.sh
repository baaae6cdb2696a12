#!/bin/bash
# The promise of determinism: the digests that tests/golden/digests.tsv records come out of
# every build of the program, whatever the compiler, its flags, the sanitizers and the threads:
# of runs, of the factory's Wasm binaries, and of what tasklets cost that were run for real.
# DIGEST_THREADS='1 2' are the numbers of threads. GOLDEN_UPDATE=1 rewrites the record.
set -u
record=tests/golden/digests.tsv
count=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sum() { sha256sum | cut -c 1-16; }

digest_of() { # SCENARIO|binaries|calibration THREADS
    case $1 in
    binaries)
        "$NIMBLESIM" taskgen scenarios/factory.yaml --wasm "$work/binaries" --force --quiet &&
            (cd "$work/binaries" && LC_ALL=C && cat ./*/*.wasm) | sum
        ;;
    calibration) # its comments name the program's commit
        "$NIMBLESIM" calibrate scenarios/smoke.yaml --jobs "$2" --quiet --force \
            --set platform.instruction_time='30 us' --out "$work/calibration.tsv" &&
            grep -v '^#' "$work/calibration.tsv" | sum
        ;;
    *)
        "$NIMBLESIM" run "scenarios/$1.yaml" --json --threads "$2" 2>/dev/null |
            sed -n 's/^  "digest": "\(.*\)",$/\1/p'
        ;;
    esac
}

if [ "${GOLDEN_UPDATE:-0}" = 1 ]; then
    for scenario in factory factory-contended smoke qos qos-harness pi5 choreography wasmtube-update mm1 binaries calibration; do
        printf '%s\t%s\n' "$scenario" "$(digest_of "$scenario" 1)"
    done >"$record"
fi
has_runtime() { ! "$NIMBLESIM" --version | grep -q 'runtime: none'; }

while IFS=$'\t' read -r scenario wanted; do
    for threads in ${DIGEST_THREADS:-1 2}; do
        count=$((count + 1))
        if [ "$scenario" = calibration ] && ! has_runtime; then
            echo "ok $count - $scenario # SKIP built without the Wasm runtime"
            continue
        fi
        got=$(digest_of "$scenario" "$threads")
        if [ "$got" = "$wanted" ]; then
            echo "ok $count - $scenario has its recorded digest on $threads threads"
        else
            echo "not ok $count - $scenario has its recorded digest on $threads threads"
            echo "# recorded $wanted, got $got"
        fi
    done
done <"$record"
echo "1..$count"

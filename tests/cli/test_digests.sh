#!/bin/bash
# The promise of determinism: the digests that tests/golden/digests.tsv records come out of
# every build of the program, whatever the compiler, its flags, the sanitizers and the threads.
# GOLDEN_UPDATE=1 rewrites the record.
set -u
record=tests/golden/digests.tsv
count=0

digest_of() { # SCENARIO ARGUMENT...
    "$NIMBLESIM" run "scenarios/$1.yaml" --json "${@:2}" 2>/dev/null |
        sed -n 's/^  "digest": "\(.*\)",$/\1/p'
}

if [ "${GOLDEN_UPDATE:-0}" = 1 ]; then
    for scenario in factory factory-contended smoke; do
        printf '%s\t%s\n' "$scenario" "$(digest_of "$scenario")"
    done >"$record"
fi

while IFS=$'\t' read -r scenario wanted; do
    for threads in 1 2; do
        count=$((count + 1))
        got=$(digest_of "$scenario" --threads "$threads")
        if [ "$got" = "$wanted" ]; then
            echo "ok $count - $scenario has its recorded digest on $threads threads"
        else
            echo "not ok $count - $scenario has its recorded digest on $threads threads"
            echo "# recorded $wanted, got $got"
        fi
    done
done <"$record"
echo "1..$count"

#!/bin/bash
# Everything that runs on several threads, with one thread and with two: the results must not tell
# them apart. Small, so that it is quick under ThreadSanitizer too (make tsan).
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
short=(--set record=calls --set replications=2
    --set 'taskset.algorithm_time={uniform: [1 ms, 2 ms]}'
    --set 'taskset.chain_time={uniform: [1 ms, 2 ms]}' --set 'taskset.chains=20')

run() { # THREADS
    exits_with 0 run scenarios/smoke.yaml "${short[@]}" --threads "$1" --json \
        --out "$TMPDIR/run-$1.db" && cp "$TMPDIR/out" "$TMPDIR/run-$1.json"
}
digest() { grep -o '"digest": *"[0-9a-f]*"' "$1" | head -n 1; }

check 'runs on one thread' run 1
check 'runs on two' run 2
same_digest() { is_equal "$(digest "$TMPDIR/run-2.json")" "$(digest "$TMPDIR/run-1.json")"; }
check '  end with the same digest' same_digest

testbed() { # OPTION THREADS: that many at once, each with all its daemons
    exits_with 0 testbed scenarios/smoke.yaml "${short[@]}" "$1" --set 'duration=60 s' --threads "$2" \
        --json && digest "$TMPDIR/out" >"$TMPDIR/testbed" &&
        exits_with 0 run scenarios/smoke.yaml "${short[@]}" --set 'duration=60 s' --json &&
        is_equal "$(digest "$TMPDIR/out")" "$(cat "$TMPDIR/testbed")"
}
check 'testbeds side by side' testbed --no-exec 2

if ! "$NIMBLESIM" bench-call --rounds 10 >/dev/null 2>"$TMPDIR/err" &&
    grep -q 'built without the Wasm runtime' "$TMPDIR/err"; then
    echo "1..$tap_count"
    exit
fi

for jobs in 1 2; do
    check "calibrate with $jobs at once" exits_with 0 calibrate scenarios/smoke.yaml "${short[@]:2}" \
        --jobs $jobs --quiet --out "$TMPDIR/calibration-$jobs.tsv"
done
check '  writes the same table' cmp "$TMPDIR/calibration-1.tsv" "$TMPDIR/calibration-2.tsv"

for jobs in 1 2; do
    check "replay with $jobs at once" exits_with 0 replay "$TMPDIR/run-1.db" --jobs $jobs --quiet \
        --out "$TMPDIR/replay-$jobs.db"
done
executed() { sqlite3 "$TMPDIR/replay-$1.db" 'SELECT run_id, call_id, result, instructions, platform_ns
    FROM execution ORDER BY run_id, call_id'; }
same_execution() { [ "$(executed 1)" = "$(executed 2)" ] && [ -n "$(executed 1)" ]; }
check '  executes the same calls with the same results' same_execution
check 'daemons whose executors run beside them' testbed --quiet 1
echo "1..$tap_count"

#!/bin/bash
# nimblesim replay as a user meets it: calls executed for real, equal results in both variants,
# threads, samples, kills, and what is refused.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
smoke=scenarios/smoke.yaml
# Tasklets of some 0.1 million instructions: a call is executed in less than a millisecond.
short=(--set record=calls --set 'taskset.algorithm_time={uniform: [10 ms, 40 ms]}'
    --set 'taskset.chain_time={uniform: [1 ms, 5 ms]}')

run() { "$NIMBLESIM" run $smoke --quiet --out "$1" "${short[@]}" "${@:2}" 2>"$TMPDIR/run.err"; }
replay() { # CODE FILE OPTION...
    exits_with "$1" replay "$TMPDIR/$2.db" "${@:3}"
}
# All that must not depend on threads, kills or the host.
contents() { # FILE
    query "$1" "SELECT run_id, variant, state, digest FROM run" &&
        query "$1" "SELECT * FROM replay" &&
        query "$1" "SELECT run_id, call_id, result, instructions, own_instructions, loads,
            sub_calls, suspensions, state_bytes, memory_bytes, platform_ns FROM execution"
}

check 'help shows an example first' exits_with 0 replay --help
check '  with the verb' prints 'nimblesim replay'
check 'no result is a usage error' exits_with 2 replay
check 'an unknown mode is a usage error' exits_with 2 replay x.db --mode suspendid
check '  with the right one' says 'did you mean suspended?'
for sample in 0% 101% five 5%% ''; do
    check "a sample of '$sample' is a usage error" exits_with 2 replay x.db --sample "$sample"
done
run "$TMPDIR/a.db" || sed 's/^/# /' "$TMPDIR/run.err"
if ! "$NIMBLESIM" replay "$TMPDIR/a.db" -q 2>"$TMPDIR/err" && grep -q 'WASM=none' "$TMPDIR/err"; then
    check 'without a Wasm runtime it says so' replay 70 a
    echo "1..$tap_count"
    exit
fi

# ---- what is refused

check 'a missing result is missing input' exits_with 66 replay "$TMPDIR/none.db"
echo hello >"$TMPDIR/text.db"
check 'a file of another kind is bad data' replay 65 text
cp "$TMPDIR/a.db" "$TMPDIR/killed.db"
query "$TMPDIR/killed.db" "UPDATE invocation SET state = 'running', ended_unix_ns = NULL"
check 'an incomplete result is bad data' replay 65 killed
head -c 20000 "$TMPDIR/a.db" >"$TMPDIR/truncated.db"
check 'a truncated result is bad data' replay 65 truncated
"$NIMBLESIM" run $smoke --quiet --out "$TMPDIR/bare.db"
check 'a result without calls is bad data' replay 65 bare
check '  with the command that makes one' says "nimblesim run $smoke --set record=calls --out"
cp "$TMPDIR/a.db" "$TMPDIR/sweep.db"
query "$TMPDIR/sweep.db" "INSERT INTO point SELECT 1, scenario_hash, model, '', '', '', '', '', '', '', '',
    '', '', 1, 1, 1 FROM invocation"
check 'a merged sweep is bad data' replay 65 sweep
check '  for what it is' says 'is a sweep of 1 points'
check 'an unknown variant is missing input' replay 66 a --variant giant
check '  with those that there are' says 'there are 1 (nimble, replication 1)'
check 'the result itself is no place for the replay' replay 2 a --out "$TMPDIR/a.db" --force
check '  which is said' says 'is the result itself'
check '  and harms nothing' is_equal "$(query "$TMPDIR/a.db" 'SELECT count(*) FROM run')" 4
check 'a folder that is not there is told' replay 73 a --out "$TMPDIR/none/r.db"
echo precious >"$TMPDIR/precious"
check 'another file is left alone' replay 73 a --out "$TMPDIR/precious" --force
check '  as it was' is_equal "$(cat "$TMPDIR/precious")" precious

# ---- all calls, both variants, with a heap

run "$TMPDIR/heap.db" --set taskset.heap='{uniform: [0 B, 4096 B]}'
for mode in suspended kept nested reexecuted; do
    check "tasklets with a heap are replayed $mode" replay 0 heap --mode $mode \
        --out "$TMPDIR/heap.$mode.db"
    check '  with equal results' bash -c "grep -q '^\([0-9]*\) of \1 calls gave the same result in both' \
        '$TMPDIR/out'"
done
check '  the same in all of them' is_equal "$(for mode in suspended kept nested reexecuted; do
    query "$TMPDIR/heap.$mode.db" 'SELECT run_id, call_id, result FROM execution ORDER BY 1, 2' | cksum
done | sort -u | wc -l)" 1
check '  and other than without' test "$(query "$TMPDIR/heap.nested.db" \
    'SELECT result FROM execution ORDER BY run_id, call_id' | cksum)" != "$(query "$TMPDIR/a.replay.db" \
    'SELECT result FROM execution ORDER BY run_id, call_id' | cksum)"
# 80 B, and of those with a heap a global and the heap's words: those of the run's own taskset.
check '  with the heap in the state, to the byte' is_equal \
    "$(query "$TMPDIR/heap.suspended.db" "SELECT sum(state_bytes) FROM execution JOIN run USING (run_id)
        WHERE variant = 'nimble'")" \
    "$(query "$TMPDIR/heap.db" "SELECT sum(80 + (t.heap_bytes + 3) / 4 * 4 + 4 * (t.heap_bytes > 0))
        FROM call c JOIN run r USING (run_id) JOIN tasklet t ON t.run_id = c.run_id AND
        t.tasklet = c.chain JOIN tasklet_call s ON s.run_id = c.run_id AND s.tasklet = c.chain
        WHERE r.variant = 'nimble' AND c.status = 'completed'")"

# ---- all calls, both variants

rm -f "$TMPDIR/a.replay.db"
check 'a result is replayed' replay 0 a --jobs 1
check '  without a message' is_silent
calls=$(query "$TMPDIR/a.db" "SELECT count(*) FROM call WHERE status = 'completed' AND
    run_id IN (SELECT run_id FROM run WHERE variant = 'nimble')")
check '  all of its calls' prints "^calls executed  *$calls  *$calls$"
check '  with equal results' prints "^$calls of $calls calls gave the same result in both"
check '  how long it took' prints "$((2 * calls)) calls, [0-9]* instructions executed in [0-9.]* s on 1"
check '  and the bare interpreter would' prints ' x the bare interpreter'
check '  what it would take on the platform' prints '^  executed, on the platform  *[0-9.]* '
r=$TMPDIR/a.replay.db
check 'the database is complete' is_equal "$(query "$r" "SELECT group_concat(DISTINCT state)
    FROM (SELECT state FROM run UNION SELECT state FROM invocation)")" complete
check '  and sound' is_equal "$(query "$r" 'PRAGMA integrity_check; PRAGMA foreign_key_check')" ok
check '  every completed call is executed' is_equal "$(query "$r" "SELECT count(*) FROM call
    LEFT JOIN execution USING (run_id, call_id)
    WHERE (status = 'completed') <> (result IS NOT NULL)")" 0
check '  nimble chains are suspended at every sub-call' is_equal "$(query "$r" "SELECT
    sum(sub_calls <> suspensions), sum(sub_calls) > 0 FROM execution JOIN run USING (run_id)
    WHERE variant = 'nimble'")" '0|1'
check '  and loaded once more for each' is_equal "$(query "$r" \
    'SELECT sum(loads <> 2 * sub_calls + 1) FROM execution')" 0
check '  twins call nothing' is_equal "$(query "$r" "SELECT max(sub_calls), max(loads)
    FROM execution JOIN run USING (run_id) WHERE variant = 'monolithic'")" '0|1'
check '  and work as much' is_equal "$(query "$r" "SELECT count(*), sum(a.instructions <> b.instructions)
    FROM execution a JOIN run ra USING (run_id) JOIN run rb ON rb.replication = ra.replication AND
    rb.variant = 'monolithic' JOIN execution b ON b.run_id = rb.run_id AND b.call_id = a.call_id
    WHERE ra.variant = 'nimble'")" "$calls|0"
check '  results are not all the same' is_equal "$(query "$r" \
    "SELECT count(DISTINCT result) > $calls / 2 FROM execution")" 1
check '  all have a price' is_equal "$(query "$r" \
    'SELECT count(*) FROM v_execution WHERE executed_s IS NULL OR executed_s <= 0')" 0
check '  events aside it has what the result has' is_equal "$(
    for t in run metric node node_traffic bin distribution tasklet tasklet_call call \
        acquisition warning; do query "$r" "SELECT * FROM $t"; done | cksum)" "$(
    for t in run metric node node_traffic bin distribution tasklet tasklet_call call \
        acquisition warning; do query "$TMPDIR/a.db" "SELECT * FROM $t"; done | cksum)"
contents "$r" >"$TMPDIR/one.txt"
check '  a line each run, replay and execution' is_equal "$(wc -l <"$TMPDIR/one.txt")" $((2 * 4 + 2 * calls))

check 'what is complete is only told again' replay 0 a --jobs 2
check '  with nothing to execute' prints '^nothing was left to execute$'
check '  and as before' cmp <(contents "$r") "$TMPDIR/one.txt"
check 'two threads give the same' replay 0 a --jobs 2 --out "$TMPDIR/two.db" --json
check '  to the last byte' cmp <(contents "$TMPDIR/two.db") "$TMPDIR/one.txt"
check '  JSON counts the pairs' is_equal "$(json '$.pairs.compared')|$(json '$.pairs.equal')" \
    "$calls|$calls"
check '  and has the digest' is_equal "$(json '$.digest')" "$(
    exits_with 0 replay "$TMPDIR/a.db" && sed -n '1s/.*digest //p' "$TMPDIR/out")"
for mode in nested reexecuted; do
    check "sub-calls that are $mode" replay 0 a --mode $mode --out "$TMPDIR/$mode.db" -q
    check '  give the same results' is_equal "$(query "$TMPDIR/$mode.db" "ATTACH '$r' AS s;
        SELECT count(*), sum(a.result <> b.result) FROM execution a JOIN s.execution b
        USING (run_id, call_id)")" "$((2 * calls))|0"
done
check '  nested ones save no state' is_equal "$(query "$TMPDIR/nested.db" \
    'SELECT sum(suspensions), sum(state_bytes) FROM execution')" '0|0'

# ---- on a calibrated platform what is executed takes what was simulated

calibrated=("${short[@]:2}" --set 'replications=1')
"$NIMBLESIM" calibrate $smoke "${calibrated[@]}" --out "$TMPDIR/cal.tsv" -q
run "$TMPDIR/cal.db" "${calibrated[@]}" --set platform.calibration="$TMPDIR/cal.tsv"
check 'a calibrated run is replayed' replay 0 cal -q
check '  each call takes what was simulated, to the microsecond' is_equal "$(
    query "$TMPDIR/cal.replay.db" "SELECT count(*) > 0, max(abs(platform_ns - execution_ns)) < 1000
        FROM execution JOIN call USING (run_id, call_id)")" '1|1'
held() { # FROM replay: chain, memory of one call in each variant
    query "$TMPDIR/cal.replay.db" "SELECT variant, chain, min(memory_bytes), max(memory_bytes) FROM v_execution
        WHERE chain = (SELECT min(chain) FROM v_execution) GROUP BY variant ORDER BY variant DESC"
}
check '  and as much memory as calibrate found' is_equal "$(held)" "$(awk -F '\t' -v chain="$(held |
    head -n 1 | cut -d '|' -f 2)" '!/^#/ && $3 == chain { print $1 "|" $3 "|" $12 "|" $12 }' \
    "$TMPDIR/cal.tsv" | sort -r)"

# ---- some of it

check 'one variant of one replication' replay 0 a --variant nimble --replication 2 \
    --out "$TMPDIR/part.db"
check '  is one run' is_equal "$(query "$TMPDIR/part.db" 'SELECT variant, replication FROM run')" \
    'nimble|2'
check '  with nothing to compare its results with' prints '^no call was executed in two variants'
check '  and the same executions' is_equal "$(query "$TMPDIR/part.db" "ATTACH '$r' AS s;
    SELECT count(*) > 0, sum(a.result <> b.result) FROM execution a JOIN s.execution b
    USING (run_id, call_id)")" '1|0'
check 'a sample' replay 0 a --sample '20 %' --out "$TMPDIR/sample.db" --json
check '  is about as large' is_equal "$(query "$TMPDIR/sample.db" "SELECT count(*)
    BETWEEN $calls * 2 * 0.1 AND $calls * 2 * 0.3 FROM execution")" 1
check '  and the same in both variants' is_equal "$(json '$.pairs.compared')" \
    "$(query "$TMPDIR/sample.db" 'SELECT min(n) FROM (SELECT sum(calls) AS n FROM replay
    JOIN run USING (run_id) GROUP BY variant)')"
check '  executes what the whole does' is_equal "$(query "$TMPDIR/sample.db" "ATTACH '$r' AS s;
    SELECT count(*) > 0, sum(a.result <> b.result) FROM execution a JOIN s.execution b
    USING (run_id, call_id)")" '1|0'
check 'another sample cannot go on in its file' replay 73 a --sample 30% --out "$TMPDIR/sample.db"
check '  which is said' says 'was made with --sample 20%, and not 30%'
check '  nor another mode' replay 73 a --sample 20% --mode nested --out "$TMPDIR/sample.db"
check '  which is said' says 'was made with --mode suspended, and not nested'
run "$TMPDIR/seed.db" --seed 7
check '  nor another result' replay 73 seed --sample 20% --out "$TMPDIR/sample.db"
check '  which is said' says 'replays another result'
check '  nor other runs' replay 73 a --sample 20% --variant nimble --out "$TMPDIR/sample.db"
check '  which is said' says 'replays 4 runs, and not 2'
altered() { # SQL: the replay, as if it had been made otherwise
    cp "$r" "$TMPDIR/altered.db"
    query "$TMPDIR/altered.db" "$1"
    replay 73 a --out "$TMPDIR/altered.db"
}
check '  nor other binaries' altered "UPDATE replay SET binaries = '0123456789abcdef'"
check '  which is said' says 'executed other binaries of the same tasklets'
check '  nor another platform' altered "UPDATE replay SET platform = 'abacus 0123456789abcdef'"
check '  which is said' says "was made with the platform table 'abacus"
check '  nor another number of calls' altered 'UPDATE replay SET calls = calls + 1'
check '  which is said' says 'has another number of calls to execute in run 1'
check '  but --force replaces it' replay 0 seed --sample 20% --out "$TMPDIR/sample.db" -q --force
check 'a result is no replay to go on with' replay 73 a --out "$TMPDIR/seed.db"
check '  which is said' says 'is no replay'

# ---- nothing to execute, nobody to tell

run "$TMPDIR/brief.db" --set 'duration=1 s'
check 'where no call had completed there is nothing to execute' replay 0 brief
check '  which it says' prints '^no call had completed: there is nothing to execute'
check 'nor in a sample that is too small' replay 0 a --sample 0.0001% --out "$TMPDIR/none.db"
check '  which it says' prints '^a sample of 0.0001 % has none of the [0-9]* calls that completed'
"$NIMBLESIM" replay "$TMPDIR/a.db" --sample 5% --out "$TMPDIR/untold.db" >/dev/full 2>"$TMPDIR/err"
check 'what cannot be printed is an I/O error' is_equal $? 74
check '  but the database is complete' is_equal \
    "$(query "$TMPDIR/untold.db" 'SELECT state FROM invocation')" complete

# Loads that take a thousand times what they load runs: nothing may wait for work that never adds up.
run "$TMPDIR/heavy.db" --set 'taskset.chain_size=200 KiB' --set 'taskset.algorithm_size=200 KiB' \
    --set 'taskset.chain_time=1 us' --set 'taskset.algorithm_time=1 us' --set 'nodes.cache=9 MiB' \
    --set 'duration=20 s'
check 'large binaries of little work are soon replayed' timeout 15 "$NIMBLESIM" replay -q \
    "$TMPDIR/heavy.db"

# ---- interrupted and killed

# Longer: some seconds on one thread, which both signals meet. What ends undisturbed may use two:
# threads change nothing.
run "$TMPDIR/long.db" --set 'taskset.algorithm_time={uniform: [0.5 s, 1.5 s]}'
part=(--sample 20%)
has_some() { test -s "$1" && test "$(query "$1" 'SELECT count(*) > 0 FROM execution' 2>/dev/null)" = 1; }
"$NIMBLESIM" replay "$TMPDIR/long.db" "${part[@]}" --jobs 1 --out "$TMPDIR/int.db" 2>"$TMPDIR/err" &
pid=$!
wait_until has_some "$TMPDIR/int.db"
for force in '' --force; do
    check "a second one at once is refused $force" exits_with 73 replay "$TMPDIR/long.db" \
        "${part[@]}" --out "$TMPDIR/int.db" $force
    check '  and told why' says 'int.db: another replay writes into it at this moment'
done
kill -INT $pid
wait $pid
check 'SIGINT ends the program with 130' test $? = 130
check '  and a hint how to go on' says 'the same command goes on'
check '  the database says interrupted' is_equal \
    "$(query "$TMPDIR/int.db" 'SELECT state FROM invocation')" interrupted
check '  and is no result to compare' exits_with 65 compare "$TMPDIR/int.db"
first=$(query "$TMPDIR/int.db" 'SELECT count(*) FROM execution')
"$NIMBLESIM" replay "$TMPDIR/long.db" "${part[@]}" --jobs 1 --out "$TMPDIR/int.db" 2>"$TMPDIR/err" &
pid=$!
has_more() { test "$(query "$1" 'SELECT count(*) FROM execution' 2>/dev/null)" -gt "$first"; }
wait_until has_more "$TMPDIR/int.db"
kill -KILL $pid
wait $pid 2>/dev/null
check 'killed, it is still running, for ever' is_equal \
    "$(query "$TMPDIR/int.db" 'SELECT state FROM invocation')" running
check '  and sound' is_equal "$(query "$TMPDIR/int.db" 'PRAGMA integrity_check')" ok
left=$(query "$TMPDIR/int.db" 'SELECT (SELECT sum(calls) FROM replay) - count(*) FROM execution')
check '  with something left' test "$left" -gt 0
check 'the same command goes on' exits_with 0 replay "$TMPDIR/long.db" "${part[@]}" --jobs 2 \
    --out "$TMPDIR/int.db" --json
check '  with what is left' is_equal "$(json '$.now.calls')" "$left"
check 'an unbroken replay' exits_with 0 replay "$TMPDIR/long.db" "${part[@]}" --jobs 2 \
    --out "$TMPDIR/unbroken.db" -q
check '  has the same content' cmp <(contents "$TMPDIR/int.db") <(contents "$TMPDIR/unbroken.db")

cp "$TMPDIR/part.db" "$TMPDIR/blank.db"
query "$TMPDIR/blank.db" "DELETE FROM execution; DELETE FROM replay; DELETE FROM acquisition;
    DELETE FROM call; DELETE FROM tasklet_call; DELETE FROM tasklet; DELETE FROM node_traffic;
    DELETE FROM node; DELETE FROM metric; DELETE FROM bin; DELETE FROM distribution;
    DELETE FROM warning; DELETE FROM run;
    UPDATE invocation SET state = 'running', ended_unix_ns = NULL"
check 'killed before it began, it begins' replay 0 a --variant nimble --replication 2 -q \
    --out "$TMPDIR/blank.db"
check '  and ends' cmp <(contents "$TMPDIR/blank.db") <(contents "$TMPDIR/part.db")

# ---- results that were tampered with

tampered() { # SQL: a copy of the result, changed
    cp "$TMPDIR/a.db" "$TMPDIR/bad.db"
    rm -f "$TMPDIR/bad.replay.db"
    query "$TMPDIR/bad.db" "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; $1"
}
tampered 'DELETE FROM tasklet WHERE tasklet = 5'
check 'a taskset with a gap is bad data' replay 65 bad
check '  which is said' says 'tasklet 5 is missing'
tampered 'DELETE FROM tasklet'
check 'no taskset at all is bad data' replay 65 bad
tampered 'UPDATE tasklet SET size_bytes = size_bytes + 1 WHERE tasklet = 3 AND run_id = 1'
check 'a taskset of another program is bad data' replay 65 bad
check '  which is said' says 'tasklet 3 has so many bytes: '
check '  with what to do' says 'another version of the program made the result'
tampered 'UPDATE tasklet_call SET after_ns = after_ns + 1 WHERE tasklet = 3 AND run_id = 1'
check '  also if only a call comes later' replay 65 bad
tampered 'UPDATE tasklet_call SET callee = 20 + (callee = 20) WHERE tasklet = 3 AND run_id = 1'
check '  or is of another tasklet' replay 65 bad
check '  which is said' says 'tasklet 3 has a call of tasklet 2[01] there'
tampered 'DELETE FROM tasklet_call WHERE tasklet = 3 AND run_id = 1'
check '  or is left out' replay 65 bad
check '  which is said' says 'tasklet 3 has so many calls: 0 there'
tampered "UPDATE run SET variant = 'giant' WHERE variant = 'monolithic'"
check 'a variant that nobody knows is bad data' replay 65 bad
check '  which is said' says 'is of the variant giant, which its scenario does not name'
tampered "UPDATE call SET chain = 9999 WHERE status = 'completed'"
check 'a chain that does not exist is bad data' replay 65 bad
check '  which is said' says 'calls chain 9999, which does not exist'
tampered "DELETE FROM acquisition WHERE served = 'registry' AND run_id = 1 AND tasklet = (SELECT
    tasklet FROM acquisition WHERE run_id = 1 AND served = 'cache' LIMIT 1)"
check 'a binary that never came is bad data' replay 65 bad
check '  which is said' says 'nimble, replication 1: call [0-9]*.* node [0-9]*.*'
check '  before a database is made' test ! -e "$TMPDIR/bad.replay.db"
tampered "UPDATE acquisition SET source = 1 + (node = 1) WHERE served = 'registry' AND
    run_id = 1"
check 'a sender that has nothing is bad data' replay 65 bad
check '  which is said' says 'from node [12], which does not have it'
# Another chain in one variant, with binaries to match: a twin that is none.
tampered "UPDATE call SET chain = (chain + 1) % 20 WHERE run_id = 3 AND status = 'completed' AND
    call_id % 3 = 0;
    UPDATE acquisition SET tasklet = (tasklet + (call_id % 3 = 0)) % 20, served = 'registry',
    source = 7 WHERE run_id = 3 AND served <> 'failed'"
check 'a call with another result than its twin is an error' replay 1 bad
check '  which is said' says '[0-9]* of [0-9]* calls gave other results in one variant'
check '  with the first of them' says 'replication 1, call [0-9]*: nimble [0-9]*, monolithic [0-9]*$'
check '  and the database says failed' is_equal \
    "$(query "$TMPDIR/bad.replay.db" 'SELECT state FROM invocation')" failed
check '  again the next time' replay 1 bad

# ---- simulated against executed

check 'compare shows what was executed' exits_with 0 compare "$r"
check '  call by call' prints "^nimble  *$calls  *[0-9.]* m*s  *[0-9.]* m*s  [0-9.-]* m*s (.* to .*)$"
check '  with the calls that differ most' prints '^  nimble, replication [12], call [0-9]* of chain [0-9]*: '
check '  that is what SQL says' is_equal "$(query "$r" "SELECT printf('%.6f', avg(executed_s -
    execution_s)) FROM v_execution WHERE variant = 'nimble'")" "$(
    exits_with 0 compare "$r" --json && sqlite3 :memory: "SELECT printf('%.6f', json_extract(CAST(
    readfile('$TMPDIR/out') AS TEXT), '\$.executed[0].variants[0].difference_s.mean'))")"
check '  and that all results are equal' is_equal \
    "$(json '$.executed[0].equal_results')" "$calls"
check 'a result and its replay are the same result' exits_with 0 compare "$TMPDIR/a.db" "$r"
check '  for both variants' is_equal \
    "$(grep -c '^identical: the digests of all 2 runs are equal' "$TMPDIR/out")" 2
check '  and the executions are shown' prints "^executed for real, call by call: $r$"
check 'one variant alone is compared with what was executed' exits_with 0 compare "$TMPDIR/part.db"
check '  and nothing else' is_equal "$(grep -c '^A  ' "$TMPDIR/out")" 0
one=$(query "$r" "SELECT min(call_id) FROM execution WHERE run_id = 1")
check 'the story of a call ends with its execution' exits_with 0 why "$r" "$one"
check '  which it tells' prints '^executed for real: [0-9]* instructions, [0-9]* modules loaded, '
check '  in JSON as well' exits_with 0 why "$r" "$one" --json
check '  as stored' is_equal "$(json '$.executed.result')" \
    "$(query "$r" "SELECT result FROM execution WHERE run_id = 1 AND call_id = $one")"
check 'executions can be exported' exits_with 0 export "$r" v_execution
check '  all of them' is_equal "$(wc -l <"$TMPDIR/out")" $((2 * calls + 1))
check 'a replay can be replayed' exits_with 0 replay "$r" --out "$TMPDIR/again.db" -q
check '  with the same executions' cmp <(contents "$TMPDIR/again.db" | grep -v '^[0-9]*|suspended') \
    <(grep -v '^[0-9]*|suspended' "$TMPDIR/one.txt")

# What a testbed has really executed is executed alike, and priced beside what its clock was charged.
replayed_testbed() {
    exits_with 0 testbed scenarios/smoke.yaml --replication 1 --set record=calls --set 'duration=60 s' \
        --quiet --out "$TMPDIR/testbed.db" &&
        exits_with 0 replay "$TMPDIR/testbed.db" --quiet --out "$TMPDIR/priced.db"
}
check "a testbed's result is replayed" replayed_testbed
check '  call by call' is_equal "$(query "$TMPDIR/priced.db" "ATTACH '$TMPDIR/testbed.db' AS testbed;
    SELECT count(*) > 20, count(*) = (SELECT count(*) FROM testbed.executed_call),
        sum(e.result != t.result OR e.instructions != t.instructions)
    FROM execution AS e JOIN testbed.executed_call AS t USING (run_id, call_id)")" '1|1|0'
check '  each with its price beside its charge' is_equal "$(query "$TMPDIR/priced.db" "SELECT count(*) > 20,
    sum(executed_s IS NULL OR NOT execution_s > 0 OR NOT executed_s > 0) FROM v_execution
    WHERE execution_s IS NOT NULL")" '1|0'
echo "1..$tap_count"

#!/bin/bash
# nimblesim calibrate as a user meets it: what it prints and writes, and a run that takes its times.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh

scenario=$TMPDIR/small.yaml
table=$TMPDIR/small.tsv
write_scenario() { # LINES of the section platform
    cat <<YAML
format: 1
name: small
duration: 200 s
replications: 2
floor: {width: 60 m, height: 40 m}
nodes: {columns: 3, rows: 2, cache: 5000 B}
robots: {count: 6, noise: {feature: 201 s}, chains: 5}
taskset:
  chains: 8
  chain_time: {uniform: [1 ms, 5 ms]}
  algorithms: 6
  algorithm_time: {uniform: [1 ms, 20 ms]}
  algorithms_per_chain: {uniform: [1, 3]}
  algorithm_calls: {uniform: [0, 1]}
platform: {$1}
YAML
}
write_scenario '' >"$scenario"

check 'help shows an example first' exits_with 0 calibrate --help
check '  with the run behind it' prints 'run scenarios/factory.yaml --set platform.calibration='
check 'an unknown mode is a usage error' exits_with 2 calibrate "$scenario" --mode slowly
check '  with those that there are' says 'suspended, kept, nested or reexecuted'
check 'a sample makes no table' exits_with 2 calibrate "$scenario" --sample 2 --out "$table"

if ! "$NIMBLESIM" calibrate "$scenario" -q 2>"$TMPDIR/err" && says 'built without the Wasm runtime'; then
    check 'without the runtime there is nothing to calibrate' exits_with 70 calibrate "$scenario"
    check '  and it says what to do' says 'make deps'
    echo "1..$tap_count"
    exit
fi

# ---- measuring

check 'every tasklet is run' exits_with 0 calibrate "$scenario" --out "$table" -j 1
check '  and told of' prints '44 tasklets run, sub-calls suspended, platform pico_w'
check '  by kind' is_equal "$(grep -c 'size (B)' "$TMPDIR/out")" 3
check '  with what running in parts costs' prints 'overhead of execution in parts (ms)'
check '  beside the paper' prints 'The paper reports about 30 ms'
check 'the table has a row each' is_equal "$(grep -c '^[^#]' "$table")" 44
check '  says what it is' is_equal "$(head -n 1 "$table")" '# nimblesim calibration 1'
check '  and where it is from' grep -q '^# scenario: small$' "$table"
check '  and nothing of this host' bash -c "! grep -q -e '$(hostname)' -e '/' '$table'"
"$NIMBLESIM" taskgen "$scenario" --variant nimble --json >"$TMPDIR/out"
check '  a segment more than calls' is_equal "$(awk -F '\t' '/^nimble/ && $3 == 0 && $2 == 1 {
    print split($10, part, ",") }' "$table")" \
    "$(sqlite3 :memory: "SELECT json_array_length(CAST(readfile('$TMPDIR/out') AS TEXT),
        '\$.tasksets[0].tasklets[0].segments_ns')")"

check 'an earlier file is not replaced' exits_with 73 calibrate "$scenario" --out "$table"
cp "$table" "$TMPDIR/first.tsv"
check '  unless by force' exits_with 0 calibrate "$scenario" --out "$table" --force -q -j 2
check '  and two threads give the same bytes' cmp "$table" "$TMPDIR/first.tsv"
check 'what cannot be written is told before the work' \
    exits_with 73 calibrate "$scenario" --out "$TMPDIR/nowhere/x.tsv"

check 'JSON has every row' exits_with 0 calibrate "$scenario" --json --replication 2
check '  of the replication' is_equal "$(json '$.tasklets[0].replication')" 2
check '  the same as in the table' is_equal "$(json '$.tasklets[0].load_ns')" \
    "$(awk -F '\t' '/^nimble/ && $2 == 2 && $3 == 0 { print $7 }' "$table")"
check '  and what the twin returned' is_equal "$(sqlite3 :memory: "SELECT count(*) FROM json_each(
    CAST(readfile('$TMPDIR/out') AS TEXT), '\$.tasklets') a, json_each(
    CAST(readfile('$TMPDIR/out') AS TEXT), '\$.tasklets') b WHERE a.value ->> 'kind' = 'chain'
    AND b.value ->> 'kind' = 'inlined chain' AND a.value ->> 'tasklet' = b.value ->> 'tasklet'
    AND a.value ->> 'result' = b.value ->> 'result'")" 8

check 'sub-calls can be nested' exits_with 0 calibrate "$scenario" --mode nested --json
check '  which saves no state' is_equal "$(json '$.kinds[0].state_bytes.greatest')" 0
check '  or re-executed' exits_with 0 calibrate "$scenario" --mode reexecuted --json
check '  which repeats work' test "$(json '$.overhead.work_ms.mean' | cut -d. -f1)" -ge 1
check 'chains that call nothing' \
    exits_with 0 calibrate "$scenario" --set taskset.algorithms_per_chain=0
check '  cost what their twins do' prints \
    '^  overhead of execution in parts (ms)  *0.000  *0.000  *0.000$'
check 'modules can be kept' exits_with 0 calibrate "$scenario" --mode kept --json
check '  which costs as much to save' is_equal "$(json '$.kinds[0].suspend_us.mean')" \
    "$("$NIMBLESIM" calibrate "$scenario" --json >"$TMPDIR/out" 2>/dev/null
    json '$.kinds[0].suspend_us.mean')"
resume=$(json '$.kinds[0].resume_us.mean' | cut -d. -f1)
exits_with 0 calibrate "$scenario" --mode kept --json
check '  and less than half as much to go on' test "$(json '$.kinds[0].resume_us.mean' | cut -d. -f1)" \
    -lt $((resume / 2))

# What 30 ms need is worked out, and true: with the heap that it names they are there.
check 'what 30 ms need' exits_with 0 calibrate "$scenario"
check '  is said' prints '^  What 30 ms need: [0-9.]* ms more, [0-9.]* ms in each of a chain'
heap=$(sed -n 's/.*taskset.heap: \([0-9]* B\).*/\1/p' "$TMPDIR/out")
check '  as a heap' test -n "$heap"
check '  with which they are there' exits_with 0 calibrate "$scenario" --set taskset.heap="$heap" --json
mean=$(json '$.overhead.total_ms.mean')
check '  in the mean' test "$(awk -v mean="$mean" 'BEGIN { print (mean > 28 && mean < 32) }')" = 1
check '  and nothing is to be said where no state is saved' \
    exits_with 0 calibrate "$scenario" --mode nested --json
check '    which is null' is_equal "$(json '$.needs')" ''

# The heap in the tables and in what replays them.
heap_scenario=$TMPDIR/heap.yaml
{ write_scenario ''; echo 'record: calls'; } |
    sed 's/^taskset:/taskset:\n  heap: {uniform: [0 B, 3 KiB]}/' >"$heap_scenario"
check 'tasklets with a heap are calibrated' exits_with 0 calibrate "$heap_scenario" --out "$TMPDIR/heap.tsv"
check '  with the memory that they save' prints '^  *of it linear memory (B)  *[0-9]'
check '  and run' exits_with 0 run "$heap_scenario" --set platform.calibration="$TMPDIR/heap.tsv" \
    --out "$TMPDIR/heap.db" -q
check '  and replayed' exits_with 0 replay "$TMPDIR/heap.db" --json
check '  as they were simulated, to a microsecond a call' test "$(query "$TMPDIR/heap.replay.db" "SELECT
    count(*) > 10 AND max(abs(e.platform_ns - c.execution_ns)) <= 1000 FROM execution e
    JOIN call c USING (run_id, call_id) WHERE c.status = 'completed'")" = 1
grep -v 'page\|memory_byte' runtime-replay/platforms/pico_w.tsv >"$TMPDIR/bare.tsv"
check 'a table without prices for memory' exits_with 65 calibrate "$heap_scenario" \
    --platform "$TMPDIR/bare.tsv"
check '  is told which it lacks' says 'has no row "start page"'
check '  and is good for tasklets without' exits_with 0 calibrate "$scenario" --platform "$TMPDIR/bare.tsv"
check '  of which it cannot say what a heap costs' prints 'table has no prices for a heap'

check 'a sample runs a few chains' exits_with 0 calibrate "$scenario" --sample 2 --json --replication 1
check '  of each variant' is_equal "$(sqlite3 :memory: "SELECT count(*) FROM json_each(
    CAST(readfile('$TMPDIR/out') AS TEXT), '\$.tasklets') WHERE value ->> 'kind' <> 'algorithm'")" 4

check 'a tasklet that is too long is bad data' \
    exits_with 65 calibrate "$scenario" --set 'taskset.algorithm_time=1 h'
check '  and told with its place' says 'small.yaml: nimble, replication 1: tasklet 8 of 3600 s is '

# ---- platforms

check 'a platform that is not shipped' exits_with 66 calibrate "$scenario" --platform abacus
check '  is told with those that are' says 'no platform is called "abacus"; shipped are.*pico_w'
printf '# nimblesim platform 1\nclock\tfrequency\t1000\tHz\nop\tnop\tmuch\tcycles\n' >"$TMPDIR/bad.tsv"
check 'a bad table is told with its line' exits_with 65 calibrate "$scenario" --platform "$TMPDIR/bad.tsv"
check '  and what is wrong' says 'bad.tsv:3: value: "much" is no number'
grep -v '^suspend' runtime-replay/platforms/pico_w.tsv >"$TMPDIR/less.tsv"
check 'a table that lacks a row' exits_with 65 calibrate "$scenario" --platform "$TMPDIR/less.tsv"
check '  is told which' says 'has no row "suspend fixed"'
check '  and is good for other sub-calls' \
    exits_with 0 calibrate "$scenario" --platform "$TMPDIR/less.tsv" --mode nested -q
sed 's/^clock.*/clock\tfrequency\t266000000\tHz/' runtime-replay/platforms/pico_w.tsv >"$TMPDIR/fast.tsv"
write_scenario "table: fast.tsv" >"$TMPDIR/fast.yaml"
check 'a scenario has a table of its own' exits_with 0 calibrate "$TMPDIR/fast.yaml" --json --replication 1
check '  that is twice as fast' is_equal "$(($(json '$.tasklets[3].load_ns') * 2 / 10))" \
    "$("$NIMBLESIM" calibrate "$scenario" --json --replication 1 >"$TMPDIR/out" 2>/dev/null
    echo $(($(json '$.tasklets[3].load_ns') / 10)))"

check 'an unknown name in a scenario' exits_with 65 validate "$scenario" --set platform.table=pico_q
check '  is told where it stands' says '^--set:1:16: platform.table: no platform is called "pico_q"'
check '  with what was meant' says 'did you mean pico_w?'
write_scenario "table: {file: fast.tsv, hash: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef}" >"$TMPDIR/other.yaml"
check 'a table that has changed' exits_with 65 calibrate "$TMPDIR/other.yaml"
check '  is told' says 'platform.table: .*fast.tsv .*hash'
rm "$TMPDIR/fast.tsv"
check 'a table that is gone' exits_with 66 calibrate "$TMPDIR/fast.yaml"
check '  is told where it was named' says 'fast.yaml: platform.table: .*fast.tsv: cannot be read'

# ---- running with it

check 'a run takes the times' exits_with 0 run "$scenario" --set platform.calibration="$table" \
    --set record=calls --out "$TMPDIR/calibrated.db" --json
calibrated=$(json '$.digest')
check 'a run without them' exits_with 0 run "$scenario" --set record=calls \
    --out "$TMPDIR/drawn.db" --json
check '  is another one' test "$(json '$.digest')" != "$calibrated"
check '  on the same calls' is_equal \
    "$(query "$TMPDIR/drawn.db" 'SELECT work_digest FROM run ORDER BY run_id')" \
    "$(query "$TMPDIR/calibrated.db" 'SELECT work_digest FROM run ORDER BY run_id')"
write_scenario 'calibration: small.tsv' >"$TMPDIR/with.yaml"
check 'the table can stand in the scenario' exits_with 0 run "$TMPDIR/with.yaml" --json
check '  and gives the same' is_equal "$(json '$.digest')" "$calibrated"
check 'the database has what the tasklets cost' is_equal "$(query "$TMPDIR/calibrated.db" "SELECT
    load_ns || ' ' || suspend_ns || ' ' || resume_ns FROM tasklet WHERE run_id = 1 AND tasklet = 0")" \
    "$(awk -F '\t' '/^nimble/ && $2 == 1 && $3 == 0 { print $7, $8, $9 }' "$table")"
call=$(query "$TMPDIR/calibrated.db" "SELECT call_id FROM call WHERE run_id = 1 AND status = 'completed'
    LIMIT 1")
check 'why explains a calibrated call' exits_with 0 why "$TMPDIR/calibrated.db" "$call" --json
check '  to the nanosecond' is_equal "$(sqlite3 :memory: "SELECT count(*) FROM json_each(
    CAST(readfile('$TMPDIR/out') AS TEXT), '\$.steps') WHERE value ->> 'kind' = 'open'")" 0

check 'drawn and calibrated compare' exits_with 0 compare "$TMPDIR/drawn.db" "$TMPDIR/calibrated.db"
check '  with the key in which they differ' prints 'platform.calibration.*none.*hash'
check '  and the difference in execution' prints 'execution'

check 'it fits real sizes, too' exits_with 0 run "$TMPDIR/with.yaml" --set taskset.sizes=real -q
check 'and is the same for them' exits_with 0 calibrate "$scenario" --set taskset.sizes=real \
    --out "$TMPDIR/real.tsv" -q
check '  byte by byte' cmp "$TMPDIR/real.tsv" "$TMPDIR/first.tsv"
check 'another seed does not fit' exits_with 65 run "$TMPDIR/with.yaml" --seed 2
check '  and it says which tasklet' says 'tasklet 0 of the nimble taskset, replication 1, has another hash'
check '  and what to do' says 'nimblesim calibrate SCENARIO.yaml --out'
check 'nor does another work of binaries' \
    exits_with 65 run "$TMPDIR/with.yaml" --set 'platform.instruction_time=100 ns'
check '  which is told' says 'instructions in it, and [0-9]* with this platform.instruction_time'
check 'nor do more replications' exits_with 65 run "$TMPDIR/with.yaml" --set replications=3
check '  of which one is missing' says 'replication 3, is not in it'
check '  before anything is stored' exits_with 65 run "$TMPDIR/with.yaml" --seed 2 --out "$TMPDIR/no.db"
check '    so that there is no file' test ! -e "$TMPDIR/no.db"
check 'nor do other tasklets' exits_with 65 run "$TMPDIR/with.yaml" --set taskset.chains=9
check 'one that fits is made in its place' exits_with 0 calibrate "$TMPDIR/with.yaml" --seed 2 \
    --out "$TMPDIR/small.tsv" --force -q
check '  and taken' exits_with 0 run "$TMPDIR/with.yaml" --seed 2 -q
rm "$TMPDIR/small.tsv"
check 'a table that is gone' exits_with 66 run "$TMPDIR/with.yaml"
check '  is told' says 'platform.calibration: .*small.tsv cannot be read'
check 'an old result still explains itself' exits_with 0 why "$TMPDIR/calibrated.db" "$call"
check '  and knows the robots' exits_with 0 export "$TMPDIR/calibrated.db" bonnmotion

# ---- interruption

write_scenario '' | sed 's/replications: 2/replications: 100000/' >"$TMPDIR/long.yaml"
set -m # else a job in the background ignores SIGINT
"$NIMBLESIM" calibrate "$TMPDIR/long.yaml" --out "$TMPDIR/long.tsv" >"$TMPDIR/out" 2>"$TMPDIR/err" &
pid=$!
wait_until eval "ls '$TMPDIR'/long.tsv.* >/dev/null"
kill -INT $pid
wait $pid
check 'SIGINT ends it with 130' is_equal $? 130
check '  and leaves nothing half-written' is_equal "$(find "$TMPDIR" -name 'long.tsv*')" ''
check '  which it says' says 'interrupted'
echo "1..$tap_count"

#!/bin/bash
# The testbed: a scenario over real processes comes to the simulation's digest, rows and numbers;
# and no process outlives it, however it ends.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
# shellcheck source=tests/support/gone.sh
. tests/support/gone.sh

digest() { json '$.digest'; }

# OPTION-OF-TESTBED SCENARIO ARGUMENT...
agrees() {
    local option=$1
    shift
    exits_with 0 run "$@" --json --out "$TMPDIR/sim.db" --force && mv "$TMPDIR/out" "$TMPDIR/sim" &&
        exits_with 0 testbed "$option" "$@" --json --out "$TMPDIR/testbed.db" --force &&
        is_equal "$(digest)" "$(sqlite3 :memory: \
            "SELECT json_extract(CAST(readfile('$TMPDIR/sim') AS TEXT), '$.digest')")"
}
rows() { # DATABASE: what a run leaves, but for how long it took and how many events
    for table in call acquisition node node_traffic metric; do
        query "$1" "SELECT '$table', * FROM $table ORDER BY 1, 2, 3, 4, 5"
    done
}
same_rows() { cmp <(rows "$TMPDIR/sim.db") <(rows "$TMPDIR/testbed.db") && rows "$1" | grep -q .; }

check 'smoke has the simulated digest' agrees --no-exec scenarios/smoke.yaml --set record=calls
check '  and the simulated rows' same_rows "$TMPDIR/testbed.db"
says_clock() { is_equal "$(query "$1" 'SELECT clock FROM v_invocation')" "$2"; }
check '  and says which clock it had' says_clock "$TMPDIR/testbed.db" virtual
check '  as the simulation does' says_clock "$TMPDIR/sim.db" simulated
check '  twice' agrees --no-exec scenarios/smoke.yaml --seed 7
check 'a report can be made of it' exits_with 0 report "$TMPDIR/testbed.db" --out "$TMPDIR/page.html"
one=(--set 'duration=60 s' --no-exec)
again() { # a result of one replication of two
    exits_with 0 run scenarios/smoke.yaml --replication 2 "${one[@]:0:2}" --seed 3 --quiet --force \
        --out "$TMPDIR/two.db" && exits_with 0 testbed "$TMPDIR/two.db" --no-exec --quiet
}
check "a result's runs are made again" again
check '  and found equal' says 'every run has the digest'
other() {
    query "$TMPDIR/two.db" "UPDATE run SET digest = '0123456789abcdef' WHERE run_id = 1" &&
        exits_with 1 testbed "$TMPDIR/two.db" --no-exec --quiet
}
check '  or not' other
check '  which is said' says 'but 0123456789abcdef in'
check '  with nothing changed' exits_with 2 testbed "$TMPDIR/two.db" --seed 4
check '  and not over itself' exits_with 2 testbed "$TMPDIR/two.db" --force --out "$TMPDIR/two.db"
check 'a testbed with failures, loss and new versions' agrees --no-exec scenarios/smoke.yaml \
    --set 'outage.nodes={mtbf: 30 s, mttr: 5 s}' --set mesh.loss=0.05 --set mesh.retries=2 \
    --set 'updates.at=[20 s]' --set 'updates.algorithm=[1]'
check 'a testbed whose nodes pause, with queues that overflow' agrees --no-exec scenarios/smoke.yaml --set record=calls \
    --set 'outage.pauses={mtbf: 20 s, mttr: 3 s}' --set nodes.receive_queue=3 --set mesh.retries=1
check '  has each call end alike' same_rows "$TMPDIR/testbed.db"
check '  and knows how long they did' is_equal "$(query "$TMPDIR/testbed.db" "SELECT min(value) > 0.05, max(value) < 0.3
    FROM metric WHERE name = 'node_paused_share'")" '1|1'
# Robots so fast, and links so slow, that many are out of everybody's reach before their call ends.
fleeting=(--set 'robots.speed_max=30 m/s' --set 'robots.noise.feature=6 s' --set 'mesh.hop_delay=400 ms'
    --set 'robots.trigger={uniform: [1 s, 2 s]}' --set 'duration=200 s' --set record=calls)
check 'robots that leave during their calls' agrees --no-exec scenarios/smoke.yaml "${fleeting[@]}"
check '  have each call end alike' same_rows "$TMPDIR/testbed.db"
left_behind() { # answered calls whose robot was out of contact before they ended, as its next one tells
    query "$TMPDIR/testbed.db" "SELECT count(DISTINCT a.call_id) > 20
        FROM call AS a JOIN call AS b USING (run_id, robot)
        WHERE a.status = 'completed' AND b.status = 'out_of_contact' AND
            b.t_ns > a.t_ns AND b.t_ns < a.t_ns + a.response_ns"
}
check '  and are answered, whether anybody still hears that or not' is_equal "$(left_behind)" 1
accounted() { # calls as the books have them, and as they stand there: none without an end
    is_equal "$(query "$TMPDIR/testbed.db" "SELECT count(*) FROM run WHERE
        (SELECT sum(CASE name WHEN 'calls' THEN value ELSE -value END) FROM metric
            WHERE metric.run_id = run.run_id AND name IN ('calls', 'completed', 'failed', 'pending')) != 0 OR
        (SELECT count(*) FROM call WHERE call.run_id = run.run_id AND status != 'out_of_contact') !=
        (SELECT value FROM metric WHERE metric.run_id = run.run_id AND name = 'calls')")" 0
}
check '  with every call accounted for' accounted
check '  also over a network that loses, with nodes that fail' agrees --no-exec scenarios/smoke.yaml "${fleeting[@]}" \
    --set 'outage.nodes={mtbf: 30 s, mttr: 5 s}' --set mesh.loss=0.05 --set mesh.retries=2
check '  and each call ends alike' same_rows "$TMPDIR/testbed.db"
check '  and is accounted for' accounted
two_at_once() {
    exits_with 0 testbed scenarios/smoke.yaml --no-exec --threads 2 --json && digest >"$TMPDIR/two" &&
        exits_with 0 testbed scenarios/smoke.yaml --no-exec --json && is_equal "$(digest)" "$(cat "$TMPDIR/two")"
}
check 'two testbeds side by side' two_at_once
few_files() { (ulimit -n 64 && exits_with 0 testbed scenarios/smoke.yaml --no-exec --quiet); }
check 'sixty-four open files are enough' few_files

# ---- what cannot be run ----

check 'a model without a real half is refused' exits_with 65 testbed --no-exec scenarios/mm1.yaml
check '  in words' says 'has no real half'
check 'a tasklet that no datagram carries is refused' exits_with 65 testbed --no-exec scenarios/smoke.yaml \
    --set 'taskset.chain_size=100 kB' --set 'nodes.cache=1 MB'
check '  in words' says 'datagram'
check 'more nodes than processes are refused' exits_with 65 testbed --no-exec scenarios/smoke.yaml \
    --set nodes.columns=20 --set nodes.rows=20 --set 'nodes.spacing=2 m'
check '  in words' says 'a process for each'
check 'nobody starts a node by hand' exits_with 2 testbed-node nimblenet

# ---- what goes wrong on the way ----

long=(scenarios/factory.yaml --replication 1 --set 'duration=3000 s' --out "$TMPDIR/killed.db" --force)
start() { # the testbed in the background: its process is $!, its daemons are known
    "$NIMBLESIM" testbed --no-exec "${long[@]}" >"$TMPDIR/out" 2>"$TMPDIR/err" &
    testbed=$!
    wait_until has_daemons
    mapfile -t daemons < <(pgrep -P "$testbed")
}
has_daemons() { [ "$(pgrep -P "$testbed" | wc -l)" = 13 ]; }
all_gone() { all_are_gone "${daemons[@]}"; }
ends_with() { # CODE
    wait "$testbed"
    is_equal $? "$1"
}

start
kill -9 "${daemons[6]}"
check 'a daemon that is killed ends the run' ends_with 74
check '  and is named' says "'s daemon was killed by signal 9"
check '  and takes all others with it' wait_until all_gone
state() { query "$TMPDIR/killed.db" 'SELECT state FROM invocation'; }
check '  and the database says that it failed' is_equal "$(state)" failed

start
kill -9 "$testbed"
wait "$testbed" 2>/dev/null
check 'no daemon outlives an access point that is killed' wait_until all_gone
check '  and the database says that it is incomplete' is_equal "$(state)" running

start
kill -STOP "${daemons[3]}"
kill -9 "$testbed"
wait "$testbed" 2>/dev/null
check 'nor does one that was stopped' wait_until all_gone

start
kill -INT "$testbed"
check 'an interrupt ends the run in good order' ends_with 130
check '  and all daemons' wait_until all_gone
check '  and keeps what was recorded' is_equal "$(state)" interrupted

start
kill -STOP "${daemons[2]}"
sleep 0.5
still_there() { kill -0 "$testbed" && ! grep -q error "$TMPDIR/err"; }
check 'a daemon that is stopped is waited for' still_there
kill -INT "$testbed"
check '  but not by somebody who wants to leave' ends_with 130
check '  and nothing is left' wait_until all_gone
check '  but what was recorded' is_equal "$(state)" interrupted

lasting=(testbed --no-exec scenarios/smoke.yaml --replication 1 --set 'duration=1 h' --json)
start_short() {
    "$NIMBLESIM" "${lasting[@]}" >"$TMPDIR/out" 2>"$TMPDIR/err" &
    testbed=$!
    wait_until has_some
    mapfile -t daemons < <(pgrep -P "$testbed")
}
has_some() { pgrep -P "$testbed" >/dev/null; }
stopped_for_a_while() {
    exits_with 0 "${lasting[@]}" && digest >"$TMPDIR/plain"
    start_short
    kill -STOP "${daemons[0]}" && sleep 2 && kill -CONT "${daemons[0]}"
    wait "$testbed" && is_equal "$(digest)" "$(cat "$TMPDIR/plain")"
}
check 'a daemon that was stopped for two seconds changes nothing' stopped_for_a_while

start
is_this_program() { # so its core is the simulator's, object by object
    for daemon in "${daemons[@]}"; do
        [ "/proc/$daemon/exe" -ef "$NIMBLESIM" ] || return
    done
}
check 'a daemon is this very program' is_this_program
kill -HUP "$testbed"
check 'so does one whose terminal is gone' ends_with 130
check '  and all daemons' wait_until all_gone
check '  and keeps what was recorded' is_equal "$(state)" interrupted

start
kill -INT "$testbed"
kill -INT "$testbed"
ended_at_once() {
    wait "$testbed"
    local code=$?
    [ "$code" = 130 ] || is_equal "$code" 2
}
check 'whoever interrupts twice is not kept waiting' ended_at_once
check '  and nothing is left' wait_until all_gone
readable() { is_equal "$(query "$TMPDIR/killed.db" 'PRAGMA integrity_check')" ok; }
check '  but a database that can be read' readable

full() { "$NIMBLESIM" testbed scenarios/smoke.yaml --no-exec --json 2>"$TMPDIR/err" >/dev/full; }
no_room() { full; is_equal $? 74; }
check 'a disk that is full is told' no_room
check '  in words' says 'standard output cannot be written'

private_kib() { # PROCESS
    awk '/^Private_/ { sum += $2 } END { print sum + 0 }' "/proc/$1/smaps_rollup"
}
small() { # with its executor, where there is one; sanitizers have memory of their own
    local code=0
    "$NIMBLESIM" testbed scenarios/factory.yaml --replication 1 --quiet >"$TMPDIR/out" 2>"$TMPDIR/err" &
    testbed=$!
    wait_until has_daemons
    sleep 2
    mapfile -t daemons < <(pgrep -P "$testbed")
    for daemon in "${daemons[@]}"; do
        [ "$(private_kib "$daemon")" -le 8192 ] || code=1
    done
    kill -INT "$testbed"
    wait "$testbed"
    return $code
}
if "$NIMBLESIM" --version | grep -q 'Wasm runtime: WAMR' && ! grep -q '__asan_\|__tsan_' "$NIMBLESIM"; then
    check 'a daemon has at most 8 MiB to itself' small
fi

# ---- more than a node can bear ----

# Calls at ten times of what one executor a node can do, over queues of one frame.
crowd=(scenarios/smoke.yaml --replication 1 --set nodes.columns=8 --set nodes.rows=5 --set 'nodes.spacing=20 m'
    --set 'floor={width: 160 m, height: 100 m}' --set robots.movement=uniform --set nodes.executors=1 --set nodes.calls_max=3
    --set robots.count=400 --set 'robots.trigger={uniform: [4 s, 6 s]}' --set 'duration=30 s')
check 'forty nodes with ten times the calls that they can do' agrees --no-exec "${crowd[@]}" \
    --set 'nodes.frame_time=1 ms' --set nodes.receive_queue=1
refuses() {
    is_equal "$(query "$TMPDIR/testbed.db" "SELECT min(value) > 0 FROM metric WHERE name IN ('refused', 'overflowed_bytes')")" 1
}
check '  refuse some, and say how many' refuses
ends() { # every call has one
    is_equal "$(query "$TMPDIR/testbed.db" "SELECT CAST(sum(CASE name WHEN 'calls' THEN value ELSE -value END) AS INTEGER)
        FROM metric WHERE name IN ('calls', 'completed', 'failed', 'pending')")" 0
}
check '  and lose sight of none' ends

three_at_once() {
    local -a other=()
    local i code=0
    for i in 1 2 3; do
        "$NIMBLESIM" testbed scenarios/smoke.yaml --no-exec --seed "$i" --json >"$TMPDIR/three.$i" 2>/dev/null &
        other+=($!)
    done
    wait "${other[@]}" || code=1
    for i in 1 2 3; do
        exits_with 0 run scenarios/smoke.yaml --seed "$i" --json &&
            grep -q "\"$(digest)\"" "$TMPDIR/three.$i" || code=1
    done
    return $code
}
check 'three testbeds know nothing of one another' three_at_once

# ---- tasklets that are really run ----

if ! "$NIMBLESIM" bench-call --rounds 10 >/dev/null 2>"$TMPDIR/err" &&
    grep -q 'built without the Wasm runtime' "$TMPDIR/err"; then
    check 'nothing can be executed without the runtime' exits_with 65 testbed scenarios/smoke.yaml
    check '  which is said' says 'without the Wasm runtime'
    echo "1..$tap_count"
    exit
fi

short=(scenarios/smoke.yaml --replication 1 --set record=calls --set 'duration=120 s')
agrees_executed() { # with all arguments one call after the other; then with what replay executes
    agrees --quiet "${short[@]}" "$@" && exits_with 0 replay "$TMPDIR/sim.db" --quiet --force \
        --out "$TMPDIR/replay.db"
}
# How many calls were executed, and how many of them came to other than in a replay.
executed() {
    query "$TMPDIR/testbed.db" "ATTACH '$TMPDIR/replay.db' AS replay;
        SELECT count(*) > 20, count(*) = (SELECT count(*) FROM replay.execution),
            sum(a.result != b.result OR a.instructions != b.instructions OR a.loads != b.loads OR
                a.sub_calls != b.sub_calls OR a.suspensions != b.suspensions OR
                a.state_bytes != b.state_bytes OR a.platform_ns IS NOT b.platform_ns)
        FROM executed_call AS a JOIN replay.execution AS b USING (run_id, call_id)"
}
check 'tasklets are really run, for the simulated digest' agrees_executed
check '  and each call comes to what its replay comes to' is_equal "$(executed)" '1|1|0'
check 'so they are where nodes fail, and tasklets have a heap' agrees_executed \
    --set 'outage.nodes={mtbf: 40 s, mttr: 5 s}' --set 'taskset.heap=2 KiB' --set execution.order=yield
check '  and come to the same' is_equal "$(executed)" '1|1|0'

# What was metered has its price beside what the clock was charged, in the testbed's own result.
platform=$TMPDIR/platform.tsv
sed 's/133000000/266000000/' runtime-replay/platforms/pico_w.tsv >"$platform"
priced() { exits_with 0 testbed --quiet --force --out "$TMPDIR/priced.db" "${short[@]}" "$@"; }
one_price() { # so many calls, all priced; the mean in ms
    query "$TMPDIR/priced.db" "SELECT count(*) > 20, min(executed_s) > 0, max(execution_s) > 0 FROM v_executed_call"
}
check 'what calls execute has a price' priced
check '  each of them' is_equal "$(one_price)" '1|1|1'
mean_price() { query "$TMPDIR/priced.db" 'SELECT round(1e6 * avg(executed_s)) FROM v_executed_call'; }
once=$(mean_price)
check '  by the table that the scenario names' priced --set "platform.table={file: $platform}"
check '  whose clock is twice as fast' is_equal "$(sqlite3 :memory: "SELECT abs($once - 2 * $(mean_price)) <= 2")" 1
check '  which the result holds' rm "$platform"
check '  when it is made again' exits_with 0 testbed --quiet --force --out "$TMPDIR/again.db" "$TMPDIR/priced.db"
check '  with the same prices' is_equal "$(query "$TMPDIR/again.db" "ATTACH '$TMPDIR/priced.db' AS first;
    SELECT count(*) > 20, sum(a.platform_ns IS NOT b.platform_ns)
    FROM executed_call AS a JOIN first.executed_call AS b USING (run_id, call_id)")" '1|0'
check 'compare shows what was executed beside what was charged' exits_with 0 compare "$TMPDIR/priced.db" --json
check '  call by call' is_equal "$(json '$.executed[0].variants[0].calls'), $(json '$.executed[0].variants[0].executed_s.mean' |
    cut -c 1-4)" "$(query "$TMPDIR/priced.db" "SELECT count(*), substr(avg(executed_s), 1, 4)
        FROM v_executed_call WHERE run_id = 1" | sed 's/|/, /')"
check 'a report shows it' exits_with 0 report "$TMPDIR/priced.db" --out "$TMPDIR/priced.html"
check '  by variant' grep -q '<th scope="row">nimble</th><td>'"$(query "$TMPDIR/priced.db" 'SELECT count(*)
    FROM v_executed_call WHERE run_id = 1')"'</td><td>[0-9.]*.±.[0-9.]*.s</td><td>[0-9.]*.±.[0-9.]*.s</td>' "$TMPDIR/priced.html"
check '  and none where nothing was executed' test "$(grep -c 'Executed for real' "$TMPDIR/page.html")" = 0
check 'why shows it of one call' exits_with 0 why "$TMPDIR/priced.db" 1
check '  with its price' grep -q 'on the platform$' "$TMPDIR/out"
grep -v '^suspend' runtime-replay/platforms/pico_w.tsv >"$platform"
check 'a table that cannot price it is refused' exits_with 65 testbed "${short[@]}" --quiet \
    --force --out "$TMPDIR/none.db" --set "platform.table={file: $platform}"
check '  by its key' says platform.table
check '  unless nothing is executed' exits_with 0 testbed "${short[@]}" --quiet --no-exec \
    --force --out "$TMPDIR/none.db" --set "platform.table={file: $platform}"

# What executions take, as the clock: it is the same each time, and near what the scenario says.
metered() { exits_with 0 testbed --charge metered --quiet "${short[@]}" --json; }
repeats() { metered && digest >"$TMPDIR/once" && metered && is_equal "$(digest)" "$(cat "$TMPDIR/once")"; }
check 'metered, a run repeats' repeats
mean() { json '$.runs[0].metrics.execution_mean_s'; }
differs() {
    local one other
    other=$(mean)
    exits_with 0 run --quiet "${short[@]}" --json && one=$(mean) && [ "$(digest)" != "$(cat "$TMPDIR/once")" ] &&
        is_equal "$(sqlite3 :memory: "SELECT abs($one - $other) < 0.02 * $one")" 1
}
check '  for another digest than the simulation, at nearly the same times' differs
check '  but not without executing' exits_with 2 testbed "${short[@]}" --charge metered --no-exec
check '  nor for a result' exits_with 2 testbed "$TMPDIR/sim.db" --charge metered
check '  nor otherwise' exits_with 2 testbed "${short[@]}" --charge drawn
echo "1..$tap_count"

#!/bin/bash
# All that must hold of the testbed, and the table of what does: the simulation's digest whatever the
# scenario, the host and the compiler; results call by call; and what becomes of it when processes are
# killed, stopped or short of something. About an hour; ROWS='smoke|stopped' tries those rows alone.
#     BUILD=build CLANG=build-clang/nimblesim SCENARIOS=300 KILLS=200 tests/support/testbed-all.sh
set -u
build=${BUILD:-build}
export NIMBLESIM=$PWD/$build/nimblesim LC_ALL=C.UTF-8 NO_COLOR=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

row() { # NAME COMMAND...
    local name=$1 start=$SECONDS result=ok
    shift
    [[ $name =~ ${ROWS:-.} ]] || return 0
    "$@" >"$work/log" 2>&1 || {
        result=FAILED
        failures=$((failures + 1))
    }
    printf '%-62s %-7s %5d s\n' "$name" "$result" $((SECONDS - start))
    [ "$result" = ok ] || tail -n 5 "$work/log" | sed 's/^/    /'
}

digests() { # JSON: of the whole and of each run
    sed -n 's/^ *"digest": "\(.*\)",$/\1/p' "$1"
}
simulate() { "$NIMBLESIM" run "$@" --json --force --out "$work/sim.db" >"$work/sim"; }
agrees() { # SCENARIO ARGUMENT...: the digests, and with calls recorded every row
    simulate "$@" --set record=calls && "$NIMBLESIM" testbed --no-exec "$@" --set record=calls --json \
        --force --out "$work/testbed.db" >"$work/testbed" && same
}
same() {
    [ -n "$(digests "$work/sim")" ] && diff <(digests "$work/sim") <(digests "$work/testbed") &&
        diff <(rows "$work/sim.db") <(rows "$work/testbed.db")
}
rows() { # DATABASE: what a run leaves, but for how long it took and how many events
    for table in call acquisition node node_traffic metric; do
        sqlite3 "$1" "SELECT '$table', * FROM $table ORDER BY 1, 2, 3, 4, 5"
    done
}

# ---- the same run ----

for scenario in smoke factory factory-contended factory-testbed; do
    row "$scenario, both variants" agrees "scenarios/$scenario.yaml" --replication 1
done
conformance() { # FILTER
    "$build/tests/conformance/test_testbed" --filter "testbed/$1"
}
row 'every eviction policy' conformance every_eviction_policy
row 'nodes that fail: processes that are killed' conformance '*node*fail*'
paused=(--set 'outage.pauses={mtbf: 60 s, mttr: 2 s}')
row 'smoke, whose nodes pause' agrees scenarios/smoke.yaml "${paused[@]}"
row 'factory-testbed, whose nodes pause' agrees scenarios/factory-testbed.yaml --replication 1 "${paused[@]}"
row 'faults of every kind' conformance faults_of_every_kind
export SCENARIOS=${SCENARIOS:-300}
row "$SCENARIOS random scenarios, both variants" conformance random_scenarios

mesh_of_forty() { # a ring with chords
    {
        echo '<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
        echo '<graph id="g" edgedefault="undirected">'
        for n in $(seq 0 39); do echo "<node id=\"n$n\"/>"; done
        for n in $(seq 0 39); do
            echo "<edge source=\"n$n\" target=\"n$(((n + 1) % 40))\"/>"
            [ $((n % 3)) = 0 ] && echo "<edge source=\"n$n\" target=\"n$(((n * 7 + 11) % 40))\"/>"
        done
        echo '</graph></graphml>'
    } >"$work/forty.graphml"
}
mesh_of_forty
forty=(--replication 1 --set nodes.columns=8 --set nodes.rows=5 --set 'floor={width: 160 m, height: 100 m}'
    --set robots.count=60 --set 'robots.noise.feature=600 s' --set "mesh.links={graphml: $work/forty.graphml}")
row 'a GraphML mesh of 40 nodes' agrees scenarios/factory.yaml "${forty[@]}" --set 'duration=600 s'

# ---- the same on another host ----

on_cores() { # LIST
    simulate scenarios/smoke.yaml && taskset -c "$1" "$NIMBLESIM" testbed scenarios/smoke.yaml \
        --no-exec --json >"$work/testbed" && diff <(digests "$work/sim") <(digests "$work/testbed")
}
row 'on one core' on_cores 0
row 'on two cores' on_cores 0,1
beside() { # four processes that never rest
    local -a busy=()
    local code=0
    for _ in 1 2 3 4; do
        while :; do :; done &
        busy+=($!)
    done
    on_cores 0,1 || code=1
    kill "${busy[@]}"
    wait "${busy[@]}" 2>/dev/null
    return $code
}
row 'beside four busy processes' beside
with_clang() {
    [ -x "$CLANG" ] && simulate scenarios/smoke.yaml && "$CLANG" testbed scenarios/smoke.yaml \
        --no-exec --json >"$work/testbed" && diff <(digests "$work/sim") <(digests "$work/testbed")
}
CLANG=${CLANG:-}
[ -z "$CLANG" ] || row 'by clang' with_clang

# ---- tasklets that are really run ----

executed() { # ARGUMENT...: each call's result and counts are its replay's
    simulate "$@" --set record=calls && "$NIMBLESIM" testbed "$@" --set record=calls --json --force \
        --out "$work/testbed.db" >"$work/testbed" && same && "$NIMBLESIM" replay "$work/sim.db" \
        --quiet --force --out "$work/replay.db" && [ "$(differing)" = '1|1|0' ]
}
differing() {
    sqlite3 "$work/testbed.db" "ATTACH '$work/replay.db' AS replay;
        SELECT count(*) > 20, count(*) = (SELECT count(*) FROM replay.execution),
            sum(a.result != b.result OR a.instructions != b.instructions OR a.loads != b.loads OR
                a.sub_calls != b.sub_calls OR a.suspensions != b.suspensions OR
                a.state_bytes != b.state_bytes OR a.platform_ns IS NOT b.platform_ns)
        FROM executed_call AS a JOIN replay.execution AS b USING (run_id, call_id)"
}
"$NIMBLESIM" --version | grep -q 'Wasm runtime: WAMR' && {
    row 'smoke executed, call by call' executed scenarios/smoke.yaml
    row 'smoke executed, with every fault' executed scenarios/smoke.yaml --set mesh.corruption=0.05 \
        --set mesh.duplication=0.1 --set mesh.reordering=0.1 --set nodes.falsehood=0.2 \
        --set mesh.retries=2 --set 'outage.nodes={mtbf: 40 s, mttr: 5 s}' "${paused[@]}"
    [ -z "${LONG:-}" ] || row 'the factory executed, call by call' executed scenarios/factory.yaml --replication 1
}

# ---- what befalls a host ----

tap() { # SCRIPT
    mkdir -p "$work/tap"
    TMPDIR=$work/tap bash "$1" >"$work/tap.log" 2>&1
    cat "$work/tap.log"
    ! grep '^not ok' "$work/tap.log" && grep -q '^1\.\.' "$work/tap.log"
}
export KILLS=${KILLS:-200}
row "killed at random, $KILLS times" tap tests/faults/test_testbed.sh
row 'stopped, interrupted, hung up, short of files, space and room' tap tests/cli/test_testbed.sh

[ "$failures" = 0 ]

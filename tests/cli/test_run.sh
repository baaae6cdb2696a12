#!/bin/bash
# nimblesim run as a user meets it: exit codes, streams, the database, interruption.
. tests/support/tap.sh
smoke=scenarios/smoke.yaml

contents() { # everything but wall times and provenance
    local table
    for table in run metric node node_traffic bin distribution tasklet tasklet_call call \
        acquisition cache_change event warning; do
        case $table in
        run) query "$1" "SELECT run_id, variant, replication, seed, digest, work_digest, events FROM run ORDER BY 1" ;;
        *) query "$1" "SELECT '$table', * FROM $table ORDER BY 1, 2, 3, 4" ;;
        esac
    done
}

check 'a run prints its table on standard output' exits_with 0 run $smoke
check '  with both variants in it' grep -q 'nimble.*monolithic' "$TMPDIR/out"
check '  and nothing on standard error' is_silent
check 'help shows an example first' exits_with 0 run --help
check '  on standard output' grep -q 'nimblesim run scenarios/factory.yaml' "$TMPDIR/out"
check 'no scenario is a usage error' exits_with 2 run
check 'an unknown option is a usage error' exits_with 2 run $smoke --sed 3
check '  that says what was meant' says 'seed'
check 'a missing scenario is missing input' exits_with 66 run "$TMPDIR/none.yaml"
check 'an unknown key is bad data' exits_with 65 run $smoke --set robots.cuont=3
check '  with the key that was meant' says 'did you mean'
check '  also as JSON' exits_with 65 run $smoke --set robots.cuont=3 --json
check '  by key, and with what was meant' is_equal "$(json '$.errors[0].key') $(json '$.errors[0].suggestion')" \
    'robots.cuont robots.count'
check 'so is an outage of a node that is not there' exits_with 65 run $smoke --json \
    --set 'outage.events=[node 99 from 1 s to 2 s]'
check '  which the model finds' is_equal "$(json '$.errors[0].key')" outage.events
check '  and one that is none' exits_with 65 run $smoke --set 'outage.events=[node 5 frm 1 s]'
check '  with the form that it should have' says 'expected WHAT from TIME to TIME'
check '  and a pause of what has no core' exits_with 65 run $smoke --set 'outage.events=[pause of link 1-2 from 1 s to 2 s]'
check '  which is said' says 'a link does not pause'
check 'a folder that is not there cannot hold the result' \
    exits_with 73 run $smoke --out "$TMPDIR/no/such/x.db"

check 'a result is stored' exits_with 0 run $smoke --out "$TMPDIR/a.db" --set record=events -q
check 'an earlier result is not replaced' exits_with 73 run $smoke --out "$TMPDIR/a.db"
check '  unless by force' exits_with 0 run $smoke --out "$TMPDIR/a.db" --force --set record=events -q
echo precious >"$TMPDIR/mine.txt"
check 'a file of another kind is never replaced' \
    exits_with 73 run $smoke --out "$TMPDIR/mine.txt" --force
check '  and keeps its content' grep -q precious "$TMPDIR/mine.txt"

"$NIMBLESIM" run $smoke --out "$TMPDIR/b.db" --set record=events -q --threads 1
contents "$TMPDIR/a.db" >"$TMPDIR/a.txt"
contents "$TMPDIR/b.db" >"$TMPDIR/b.txt"
check 'a second run on other threads writes an equal database' cmp -s "$TMPDIR/a.txt" "$TMPDIR/b.txt"
check '  that is not empty' test -s "$TMPDIR/a.txt"
check 'the database says that it is complete' \
    test "$(query "$TMPDIR/a.db" 'SELECT state FROM invocation')" = complete
check 'the calls in it are those in the metrics' test "$(query "$TMPDIR/a.db" "
    SELECT count(*) FROM v_metric m WHERE name = 'triggers'
    AND value <> (SELECT count(*) FROM call c WHERE c.run_id = m.run_id)")" = 0
check 'v_load ends with all bytes sent and received' test "$(query "$TMPDIR/a.db" "
    SELECT count(*) FROM run r WHERE
    (SELECT max(cumulative_bytes) FROM v_load l WHERE l.run_id = r.run_id) <>
    (SELECT sum(tx_bytes + rx_bytes) FROM v_node_traffic t WHERE t.run_id = r.run_id)")" = 0
check 'both variants see one call trace' test "$(query "$TMPDIR/a.db" "
    SELECT count(DISTINCT work_digest) = count(DISTINCT replication) FROM run")" = 1
check 'the times of an acquisition add up' test "$(query "$TMPDIR/a.db" "
    SELECT count(*) FROM acquisition WHERE done_ns - t_ns <> local_search_ns + global_search_ns +
    registry_ns + metadata_ns + room_ns + transfer_ns + follow_ns")" = 0
check 'what came into the caches without what went is what they held at the end' test "$(query "$TMPDIR/a.db" "
    SELECT count(*) FROM (SELECT run_id, node, cache_bytes, max(t_ns) FROM node_bin GROUP BY 1, 2) AS b
    WHERE cache_bytes <> (SELECT coalesce(sum(size_bytes * CASE change WHEN 'stored' THEN 1 ELSE -1 END), 0)
        FROM cache_change AS c JOIN tasklet USING (run_id, tasklet)
        WHERE c.run_id = b.run_id AND c.node = b.node)")" = 0
check '  and some went' test "$(query "$TMPDIR/a.db" "
    SELECT count(*) > 0 AND count(*) = (SELECT sum(evictions) FROM node_traffic)
    FROM cache_change WHERE change = 'evicted'")" = 1

"$NIMBLESIM" run $smoke --json >"$TMPDIR/all.json" 2>/dev/null
"$NIMBLESIM" run $smoke --json --replication 2 >"$TMPDIR/one.json" 2>/dev/null
digest() { sed -n 's/.*"digest": "\(.*\)",/\1/p' "$1"; }
check 'one replication alone is the one of the whole study' \
    grep -q "$(digest "$TMPDIR/one.json" | sed -n 2p)" "$TMPDIR/all.json"
check 'another seed is another run' test \
    "$("$NIMBLESIM" run $smoke --json --seed 7 | sed -n 's/^  "digest": //p')" != \
    "$(sed -n 's/^  "digest": //p' "$TMPDIR/all.json")"
check 'JSON tells the memory' grep -q '"pending_event_bytes"' "$TMPDIR/all.json"

# A run that would last for minutes: eight weeks of factory.
long=(run scenarios/factory.yaml --set 'duration=1300 h' --set record=calls -q)
"$NIMBLESIM" "${long[@]}" --out "$TMPDIR/int.db" 2>"$TMPDIR/err" &
pid=$!
wait_until test -s "$TMPDIR/int.db"
kill -INT $pid
wait $pid
check 'SIGINT ends the program with 130' test $? = 130
check '  and the database says interrupted' \
    test "$(query "$TMPDIR/int.db" 'SELECT state FROM invocation')" = interrupted
check '  and is sound' test "$(query "$TMPDIR/int.db" 'PRAGMA integrity_check')" = ok

"$NIMBLESIM" "${long[@]}" --out "$TMPDIR/kill.db" 2>"$TMPDIR/err" &
pid=$!
has_calls() { test -s "$1" && test "$(query "$1" 'SELECT count(*) > 0 FROM call')" = 1; }
wait_until has_calls "$TMPDIR/kill.db"
kill -KILL $pid
wait $pid 2>/dev/null
check 'a killed program leaves a database that says that it is incomplete' \
    test "$(query "$TMPDIR/kill.db" 'SELECT state FROM invocation')" = running
check '  and is sound' test "$(query "$TMPDIR/kill.db" 'PRAGMA integrity_check')" = ok
check '  with calls in it' test "$(query "$TMPDIR/kill.db" 'SELECT count(*) > 0 FROM call')" = 1

"$NIMBLESIM" run $smoke --out "$TMPDIR/untold.db" >/dev/full 2>"$TMPDIR/err"
check 'a full standard output is an input/output error' test $? = 74
check '  but the database is complete' is_equal \
    "$(query "$TMPDIR/untold.db" 'SELECT state FROM invocation')" complete
"$NIMBLESIM" run $smoke --out "$TMPDIR/unread.db" 2>/dev/null | true
check '  also where the reader went away' is_equal \
    "$(query "$TMPDIR/unread.db" 'SELECT state FROM invocation')" complete
# Where the delay is of what is forwarded, the first hop is free and no other one is.
mean_with() { # DELAY
    "$NIMBLESIM" run scenarios/smoke.yaml --set mesh.hop_delay_on=forwarded --set mesh.hop_delay="$1" \
        --set variants=nimble --json >"$TMPDIR/out" && json '$.runs[0].metrics.acquisition_mean_s'
}
# Of two registries each question goes to one, and what both gateways send is told.
check 'two registries' exits_with 0 run $smoke --set 'registry.attached_to=[1, 4]' --set record=calls \
    --set variants=nimble --out "$TMPDIR/two.db"
check '  have two gateways' prints '^  gateways, where there are several  *2.0 ± 0.0$'
check '  which the rows name' is_equal "$(query "$TMPDIR/two.db" \
    "SELECT group_concat(node || ' ' || role, ', ') FROM node WHERE run_id = 1 AND role <> 'node'")" \
    '1 gateway, 4 gateway, 7 registry, 8 registry'
check '  and whose bytes are summed' is_equal "$(query "$TMPDIR/two.db" \
    "SELECT sum(tx_bytes) FROM node_traffic JOIN node USING (run_id, node) WHERE run_id = 1 AND role = 'gateway'")" \
    "$(query "$TMPDIR/two.db" \
        "SELECT CAST(value AS INTEGER) FROM v_metric WHERE run_id = 1 AND name = 'gateway_tx_bytes'")"
check '  a question is drawn once' is_equal \
    "$(query "$TMPDIR/two.db" "SELECT count(*) FROM v_floor_pulse WHERE kind = 'ask'")" \
    "$(query "$TMPDIR/two.db" 'SELECT count(*) FROM acquisition WHERE registry_ns > 0')"
check '  from the one that answered' is_equal "$(query "$TMPDIR/two.db" \
    "SELECT count(DISTINCT place) FROM v_floor_pulse WHERE kind = 'ask'")" 2

check 'what is forwarded takes its time' test "$(mean_with '100 ms')" != "$(mean_with '1 ns')"

echo "1..$tap_count"

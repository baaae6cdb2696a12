#!/bin/bash
# nimblesim why as a user meets it: stories whose times add up, under every reading of the
# protocol that changes them; and what is refused.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
smoke=scenarios/smoke.yaml

run() { # FILE OPTION...
    local file=$1
    shift
    "$NIMBLESIM" run $smoke --quiet --out "$file" --set record=calls "$@" 2>"$TMPDIR/run.err"
}

# Of the JSON story in $TMPDIR/out: do steps that count follow each other without a gap, and add up?
adds_up() {
    is_equal "$(sqlite3 :memory: "
        WITH story AS (SELECT CAST(readfile('$TMPDIR/out') AS TEXT) AS j),
        step AS (SELECT value AS s FROM story, json_each(story.j, '$.steps')
                 WHERE json_extract(value, '$.counts')),
        sums AS (SELECT sum(json_extract(s, '$.duration_ns')) AS total,
            sum(iif(json_extract(s, '$.kind') = 'queue', json_extract(s, '$.duration_ns'), 0)) AS q,
            sum(iif(json_extract(s, '$.kind') IN ('acquire', 'preload'),
                    json_extract(s, '$.duration_ns'), 0)) AS a FROM step),
        gaps AS (SELECT json_extract(s, '$.start_ns') <> lag(json_extract(s, '$.start_ns') +
                    json_extract(s, '$.duration_ns')) OVER (ORDER BY rowid) AS gap
                 FROM (SELECT s, row_number() OVER () AS rowid FROM step))
        SELECT total = json_extract(j, '$.response_ns'), total = json_extract(j, '$.total_ns'),
               q = json_extract(j, '$.queueing_ns'), a = json_extract(j, '$.acquisition_ns'),
               json_extract(j, '$.exact'), (SELECT total(gap) FROM gaps) FROM story, sums")" \
        '1|1|1|1|1|0.0'
}

# Tells the stories of some calls of a result, and checks each.
stories_add_up() { # FILE
    local story
    for story in $(query "$1" "SELECT call_id || ':' || run_id FROM call
            WHERE status = 'completed' AND call_id % 37 < 2 ORDER BY call_id, run_id LIMIT 12"); do
        exits_with 0 why "$1" "${story%:*}" --run "${story#*:}" --json && adds_up || return 1
    done
}

check 'help shows an example first' exits_with 0 why --help
check '  with the verb' prints 'nimblesim why'
for word in 'nimblenet *a call' 'pi5 *a task' 'wasmtube *an update'; do
    check "  and what is told by model: $word" prints "$word"
done
check 'a call must be named' exits_with 2 why "$TMPDIR/a.db"
check 'a call is a number' exits_with 2 why "$TMPDIR/a.db" first
check 'a missing result is missing input' exits_with 66 why "$TMPDIR/none.db" 1
echo hello >"$TMPDIR/text"
check 'a file of another kind is bad data' exits_with 65 why "$TMPDIR/text" 1

run "$TMPDIR/a.db"
call=$(query "$TMPDIR/a.db" "SELECT call_id FROM call WHERE status = 'completed' AND run_id = 1
    AND acquisition_ns > 0 ORDER BY t_ns LIMIT 1")
check 'a story is told' exits_with 0 why "$TMPDIR/a.db" "$call"
check '  without a message' is_silent
check '  of which call' prints "^call $call of $smoke: nimble, replication 1 (run 1)$"
check '  where its binaries came from' prints 'acquire chain [0-9]*: from '
check '  how long each stage took' prints '^ *local search 100 ms, global search '
check '  what ran' prints ' run chain [0-9]*, 5 ms of it to load$'
check '  and what it returned to' prints ' go on with chain [0-9]*, 1 ms of it to resume$'
total=$(awk 'length($1) - index($1, ".") == 9 { s += $2 } END { printf "%.6f", s }' "$TMPDIR/out")
check '  the printed durations add up' prints "^ *$total  in all = response time: "
check 'the other variant has the same call' exits_with 0 why "$TMPDIR/a.db" "$call" \
    --variant monolithic --replication 1
check '  with another story' prints "^call $call of $smoke: monolithic"

check 'all stories add up' stories_add_up "$TMPDIR/a.db"
run "$TMPDIR/queue.db" --set nodes.executors=1
check '  with executors to wait for' stories_add_up "$TMPDIR/queue.db"
check '  which some did' is_equal "$(query "$TMPDIR/queue.db" \
    'SELECT max(queueing_ns) > 0 FROM call')" 1
run "$TMPDIR/yield.db" --set nodes.executors=1 --set execution.order=yield
check '  with executors given back at each call' stories_add_up "$TMPDIR/yield.db"
run "$TMPDIR/sequential.db" --set protocol.preload=sequential
check '  with preloading, one by one' stories_add_up "$TMPDIR/sequential.db"
run "$TMPDIR/parallel.db" --set protocol.preload=parallel
check '  with preloading at once' stories_add_up "$TMPDIR/parallel.db"
run "$TMPDIR/deep.db" --set 'taskset.algorithm_calls={uniform: [0, 2]}' --set nodes.cache='60 kB' \
    --set nodes.executors=2 --set execution.order=yield
check '  with calls within calls' stories_add_up "$TMPDIR/deep.db"
run "$TMPDIR/lossy.db" --set 'variants=[nimble]' --set nodes.cache='900 B' --set mesh.loss=0.02 \
    --set protocol.request_timeout='1 s'
check '  with attempts lost' stories_add_up "$TMPDIR/lossy.db"

failed=$(query "$TMPDIR/lossy.db" "SELECT call_id FROM call WHERE status = 'failed' AND run_id = 1
    ORDER BY call_id LIMIT 1")
check 'a call that failed has a story' exits_with 0 why "$TMPDIR/lossy.db" "$failed"
check '  with its end' prints ': given up, at the 5th attempt'
for way in retry wait; do
    run "$TMPDIR/large.db" --set nodes.cache='1500 B' --set protocol.no_room=$way
    check "a chain larger than the cache fails its calls, and none of the other form: $way" is_equal \
        "$(query "$TMPDIR/large.db" "SELECT group_concat(variant || iif(failed > 0, ' some', ' none'))
            FROM (SELECT variant, sum(value) AS failed FROM v_metric JOIN v_run USING (run_id)
                WHERE name = 'failed_too_large' GROUP BY variant ORDER BY variant DESC)")" \
        'nimble none,monolithic some'
    check '  as many as its acquisitions that say so' is_equal "$(query "$TMPDIR/large.db" "SELECT
        (SELECT count(*) FROM acquisition WHERE served = 'too_large') =
        (SELECT sum(value) FROM v_metric WHERE name = 'failed_too_large')")" 1
done
large=$(query "$TMPDIR/large.db" "SELECT call_id || ' --run ' || run_id FROM acquisition
    WHERE served = 'too_large' LIMIT 1")
# shellcheck disable=SC2086
check 'such a call has a story' exits_with 0 why "$TMPDIR/large.db" $large
check '  with the reason' prints ': given up, larger than the cache can ever hold for this call'
pending=$(query "$TMPDIR/queue.db" "SELECT call_id FROM call WHERE status = 'pending'
    AND run_id = 1 ORDER BY call_id LIMIT 1")
check 'a call that was not answered has one' exits_with 0 why "$TMPDIR/queue.db" "$pending"
check '  as far as it goes' prints 'not answered when the run ended'
alone=$(query "$TMPDIR/a.db" "SELECT call_id FROM call WHERE status = 'out_of_contact'
    AND run_id = 1 ORDER BY call_id LIMIT 1")
check 'a call out of contact has a short one' exits_with 0 why "$TMPDIR/a.db" "$alone"
check '  that says so' prints 'out of contact: no node in reach'
check '  in JSON without a node' exits_with 0 why "$TMPDIR/a.db" "$alone" --json
check '  nor steps' is_equal "$(json '$.node')$(json '$.steps')" '[]'

check 'an unknown call is not found' exits_with 66 why "$TMPDIR/a.db" 999999
check '  but its neighbours are' says 'the nearest are [0-9]*, [0-9]*$'
check 'an unknown run is not found' exits_with 66 why "$TMPDIR/a.db" 1 --run 9
check '  but those that there are' says 'there are 1 (nimble, replication 1), 2 '
"$NIMBLESIM" run $smoke --quiet --out "$TMPDIR/bare.db"
check 'without recorded calls there is no story' exits_with 65 why "$TMPDIR/bare.db" 1
check '  but a way to one' says '--set record=calls'
"$NIMBLESIM" run $smoke --quiet --out "$TMPDIR/events.db" --set record=events
check 'with events the messages are shown' exits_with 0 why "$TMPDIR/events.db" "$call"
check '  as they were sent' prints ' s  sent: query to node [0-9]*, 88 B$'
check '  and received' prints ' s  received: data from node [0-9]*, [0-9]* B$'
cp "$TMPDIR/a.db" "$TMPDIR/killed.db"
query "$TMPDIR/killed.db" "UPDATE invocation SET state = 'running', ended_unix_ns = NULL"

# A result has the files that its scenario read: they may go.
cat >"$TMPDIR/two.graphml" <<'GRAPH'
<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="x" for="node" attr.name="x" attr.type="double"/>
  <key id="y" for="node" attr.name="y" attr.type="double"/>
  <graph edgedefault="undirected">
    <node id="a"><data key="x">20</data><data key="y">30</data></node>
    <node id="b"><data key="x">60</data><data key="y">30</data></node>
    <edge source="a" target="b"/>
  </graph>
</graphml>
GRAPH
printf '%s\n' 'format: 1' 'duration: 60 s' 'replications: 1' 'record: calls' \
    'mesh: {links: {graphml: two.graphml}}' 'registry: {attached_to: 1}' >"$TMPDIR/two.yaml"
"$NIMBLESIM" run "$TMPDIR/two.yaml" --quiet --out "$TMPDIR/two.db"
other=$(query "$TMPDIR/two.db" "SELECT min(call_id) FROM call WHERE status = 'completed'")
"$NIMBLESIM" why "$TMPDIR/two.db" "$other" >"$TMPDIR/two.story"
sed -i 's/a"><data key="x">20/a"><data key="x">21/' "$TMPDIR/two.graphml"
check 'a graph that has changed leaves a story as it was' \
    exits_with 0 why "$TMPDIR/two.db" "$other"
check '  to the letter' cmp "$TMPDIR/out" "$TMPDIR/two.story"
rm "$TMPDIR/two.graphml"
check 'one that has gone, too' exits_with 0 why "$TMPDIR/two.db" "$other"
check '  and a trace is exported' exits_with 0 export "$TMPDIR/two.db" bonnmotion

# A call that finds its node pausing waits first; what its steps take is still all that it took.
"$NIMBLESIM" run scenarios/smoke.yaml --replication 1 --set record=calls --quiet --out "$TMPDIR/paused.db" \
    --set 'outage.events=[pause of node 1 from 20 s to 30 s, pause of node 2 from 40 s to 55 s]'
held=$(query "$TMPDIR/paused.db" "SELECT min(call_id) FROM call WHERE run_id = 1 AND queueing_ns > 0 AND status = 'completed'")
check 'a call that waited for its node to go on is told' exits_with 0 why "$TMPDIR/paused.db" "$held"
check '  with what it waited for' prints 'wait for an executor, or for the node to go on'
check '  and adds up' prints "^  *$(query "$TMPDIR/paused.db" "SELECT printf('%.6f', response_ns / 1e6) FROM call
    WHERE run_id = 1 AND call_id = $held")  in all"

check 'an incomplete result is refused' exits_with 65 why "$TMPDIR/killed.db" "$call"
echo "1..$tap_count"

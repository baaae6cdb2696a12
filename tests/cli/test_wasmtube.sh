#!/bin/bash
# A tasklet's new version on a mesh, as a user meets it: the run, a node's story, the paper.
# shellcheck disable=SC2016 # what eval runs is expanded there
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
update=scenarios/wasmtube-update.yaml
db=$TMPDIR/update.db

digest_with() { # OPTION...
    "$NIMBLESIM" run $update --json "$@" 2>"$TMPDIR/err" | grep '"digest"'
}

# The story of a node, without the path of the result. GOLDEN_UPDATE=1 rewrites it.
is_golden() { # STORY FILE OPTION...
    local story=tests/golden/$1.story
    shift
    "$NIMBLESIM" why "$@" 2>"$TMPDIR/err" | tail -n +2 >"$TMPDIR/out"
    [ "${GOLDEN_UPDATE:-0}" = 0 ] || cp "$TMPDIR/out" "$story"
    diff "$story" "$TMPDIR/out" | sed 's/^/# /'
    cmp -s "$story" "$TMPDIR/out"
}

check "validate" exits_with 0 validate $update
check "  says what it is about" prints '12 nodes'
check "run" exits_with 0 run $update --quiet --set record=calls --out "$db"
check "  a row a call" is_equal "$(query "$db" 'SELECT count(*) FROM call')" \
    "$(query "$db" "SELECT CAST(sum(value) AS INTEGER) FROM metric WHERE name = 'calls'")"
check "  a row a node" is_equal "$(query "$db" 'SELECT count(*) FROM node_update')" 1440
check "  no call of a node behind its swap is stale" is_equal "$(query "$db" "SELECT count(*) FROM call
    JOIN node_update USING (run_id, node) WHERE t_ns > active_ns AND fate <> 'fresh'")" 0
check "  none behind the news either" is_equal "$(query "$db" "SELECT count(*) FROM call
    JOIN node_update USING (run_id, node) WHERE t_ns > told_ns AND fate = 'stale'")" 0
check "  what is lost came during a reboot" is_equal "$(query "$db" "SELECT count(*) FROM call
    JOIN node_update USING (run_id, node)
    WHERE fate = 'lost' AND NOT t_ns BETWEEN arrived_ns AND active_ns")" 0
check "equal on any number of threads" \
    is_equal "$(digest_with --threads 1)" "$(digest_with --threads 3)"

check "a call that waits for a swap, word for word" \
    is_golden wasmtube-a-call-waits-for-the-swap "$db" 6 --variant poll
check "stale answers until a reboot, word for word" \
    is_golden wasmtube-stale-answers-until-a-reboot "$db" 6 --variant firmware
check "why: a node that there is not" exits_with 66 why "$db" 13
check "paper" exits_with 0 paper "$db"
check "  all within their bands" prints '17 of 17 agree'
check "compare" exits_with 0 compare "$db" --variants flood,firmware
check "  the work is the same" prints 'paired'
# Rows of the floor that a page carries, of its first variant.
floor_rows() { # PAGE KIND
    sed -n 's/.*<script type="application\/json" id="floor-data">//; T; :a; /<\/script>/!{N; ba}; s/<\/script>.*//p' \
        "$1" >"$TMPDIR/floor.json"
    sqlite3 :memory: "SELECT json_extract(CAST(readfile('$TMPDIR/floor.json') AS TEXT),
        '$.variants[0].views.$2.n')"
}
check "report" exits_with 0 report "$db" --out "$TMPDIR/update.html"
check "  its floor has the grid, and the registry beside it" is_equal "$(floor_rows "$TMPDIR/update.html" place)" 13
check "  both ways of all links" is_equal "$(floor_rows "$TMPDIR/update.html" link)" \
    "$(query "$db" 'SELECT count(*) FROM link WHERE run_id = 1')"
check "  and each step of each node's way to the new version" is_equal \
    "$(floor_rows "$TMPDIR/update.html" level)" "$(query "$db" 'SELECT sum(1 + (told_ns > 0) + (asked_ns > 0)
        + (arrived_ns > 0) + (active_ns > 0)) FROM node_update WHERE run_id = 1')"
check "  its fetches go over the links" is_equal "$(floor_rows "$TMPDIR/update.html" pulse)" 24
check "Perfetto counts the same steps" exits_with 0 export "$db" perfetto --run 1
check "  to the last" is_equal "$(grep -c '"C","name": "update_step".*"value": 4}' "$TMPDIR/out")" 12
figure() { # KEY: the page's lines of a picture
    as_wide "$TMPDIR/update.html" | sed -n "/id=\"figure-chart-$1\"/,/<\/figure>/p"
}
check "  how the version spreads over the grid: a cell a node and variant, and the scale" \
    is_equal "$(figure grid | grep -c 'class="cell"')" $((12 * 3 + 40))
check "  a lane a node: old until it knows, then until it runs the new one" \
    is_equal "$(figure waves | grep -c 'class="slice')" \
    "$(query "$db" "SELECT sum(1 + (told_ns IS NOT NULL) + (active_ns IS NOT NULL))
        FROM node_update JOIN run USING (run_id) WHERE replication = 1")"
"$NIMBLESIM" paper "$db" --quiet --out "$TMPDIR/rows" 2>/dev/null
check "  a cell is the mean that gnuplot has" is_equal \
    "$(awk -F'\t' '$4 == "firmware" && $5 == 3 && $6 == 4 { printf "%.6f", $7 }' \
        "$TMPDIR/rows/chart-grid-wasmtube-update.tsv")" \
    "$(query "$db" "SELECT printf('%.6f', avg(active_ns) / 1e9 - (SELECT min(told_ns) FROM node_update)
        / 1e9) FROM node_update JOIN run USING (run_id) WHERE variant = 'firmware' AND node = 12")"
check "export" exits_with 0 export "$db" v_node_update --run 1
check "explain a silence" exits_with 0 explain --model wasmtube update.push
check "  and its other readings" prints pipelined
cat >"$TMPDIR/ring.graphml" <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <graph id="ring" edgedefault="undirected">
    <node id="a"/><node id="b"/><node id="c"/><node id="d"/><node id="e"/>
    <edge source="a" target="b"/><edge source="b" target="c"/><edge source="c" target="d"/>
    <edge source="d" target="e"/><edge source="e" target="a"/>
  </graph>
</graphml>
END
check "a mesh of a graph's own" exits_with 0 validate $update \
    --set "mesh.links={graphml: $TMPDIR/ring.graphml}"
check "  has its nodes" prints '5 nodes'
check "  and runs" exits_with 0 run $update --replications 2 --quiet --out "$TMPDIR/ring.db" \
    --set "mesh.links={graphml: $TMPDIR/ring.graphml}"
check "  to its end" is_equal "$(query "$TMPDIR/ring.db" "SELECT count(*) FROM node_update
    WHERE active_ns IS NOT NULL")" 30
check "another grid beside it is refused" exits_with 65 validate $update \
    --set "mesh.links={graphml: $TMPDIR/ring.graphml}" --set nodes.columns=2
check "  where it stands" says 'mesh.links'
check "links that fail" exits_with 0 run $update --replications 4 --quiet --out "$TMPDIR/failing.db" \
    --set record=calls --set mesh.mtbf=120s
check "  lose no message" is_equal "$(query "$TMPDIR/failing.db" "SELECT sum(value) FROM v_metric
    WHERE name = 'nodes_updated' AND run_id IN (SELECT run_id FROM run WHERE variant <> 'firmware')")" 96.0
check "  and leave their outages" is_equal "$(query "$TMPDIR/failing.db" "SELECT count(*) > 100,
    min(until_ns > t_ns), count(DISTINCT node || ' ' || other) FROM outage WHERE run_id = 1")" '1|1|18'
check "  the same for all" is_equal "$(query "$TMPDIR/failing.db" "SELECT count(DISTINCT s) FROM (SELECT
    sum(t_ns / 1000 % 1000003) AS s FROM outage JOIN run USING (run_id) GROUP BY run_id
    HAVING replication = 1)")" 1
check "a registry at no node is refused" exits_with 65 validate $update \
    --set registry.attached_to=13
check "an update behind the end is refused" exits_with 65 validate $update --set update.at=1300s
check "  where it stands" says 'update.at'
check "the tracked ledger is of the shipped scenario (else: make ledger)" is_equal \
    "$(sed -n 's/^# hash: //p' models/wasmtube/results/ledger.tsv)" \
    "$("$NIMBLESIM" validate $update | sed 's/.*hash //')"
check "and explains what a reading changes" exits_with 0 explain --model wasmtube mesh.mtbf
check "  as it was measured" prints '[*][*]$'
# shellcheck disable=SC2154 # of tap.sh
echo "1..$tap_count"

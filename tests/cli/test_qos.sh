#!/bin/bash
# Admission by probes as a user meets it: the scenarios, two stories word for word, and the paper's
# numbers held against several results and a merged sweep. GOLDEN_UPDATE=1 rewrites the stories.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
qos=scenarios/qos.yaml
golden=tests/golden

# The story of a client, without the path of the result.
is_golden() { # STORY FILE OPTION...
    local story=$golden/$1.story
    shift
    "$NIMBLESIM" why "$@" >"$TMPDIR/out" 2>"$TMPDIR/err" || return 1
    [ "${GOLDEN_UPDATE:-0}" = 0 ] || cp "$TMPDIR/out" "$story"
    diff "$story" "$TMPDIR/out" | sed 's/^/# /'
    cmp -s "$story" "$TMPDIR/out"
}

"$NIMBLESIM" run $qos --quiet --replications 3 --set record=events --out "$TMPDIR/events.db" \
    2>"$TMPDIR/run.err"
check 'a stream refused, word for word' \
    is_golden qos-a-stream-refused "$TMPDIR/events.db" 7 --variant qos
check 'a probe that hurts a running stream, word for word' \
    is_golden qos-a-probe-hurts-a-stream "$TMPDIR/events.db" 4 --variant probe-only
check 'a client that is not there' exits_with 66 why "$TMPDIR/events.db" 11 --variant qos
check '  has neighbours' says 'the nearest are'

check 'the stream of a lost client has no frames a second' is_equal "$(query "$TMPDIR/events.db" \
    "SELECT count(*) FROM v_stream WHERE missed = frames AND frames > 0 AND fps IS NOT NULL")" 0
check 'frames are what streams say' is_equal "$(query "$TMPDIR/events.db" "SELECT count(*) FROM
    stream s WHERE answered + missed <> (SELECT count(*) FROM frame f WHERE f.run_id = s.run_id
    AND f.client = s.client)")" 0
check 'a decision belongs to a client that asked' is_equal "$(query "$TMPDIR/events.db" "SELECT
    count(*) FROM decision d LEFT JOIN stream s USING (run_id, client) WHERE s.client IS NULL")" 0
check 'v_stream has the columns that scripts rely on' is_equal "$(query "$TMPDIR/events.db" "SELECT
    count(*) FROM (SELECT run_id, client, node, state, reason, missed, fps, latency_s, deploy_s FROM
    v_stream)")" 150

for scenario in qos qos-harness; do
    "$NIMBLESIM" run scenarios/$scenario.yaml --quiet --out "$TMPDIR/$scenario.db" \
        2>"$TMPDIR/run.err"
done
check 'the paper, with both scenarios' exits_with 0 paper "$TMPDIR/qos.db" "$TMPDIR/qos-harness.db"
check '  has no row that was not run' prints '0 missed, 9 noted$'
check '  says where its own number lies outside' prints "the paper's is outside"
check '  and how far its numbers carry' prints 'the data do not need saturation'
check '  with the histogram' prints '^all '
check 'one of them alone' exits_with 0 paper "$TMPDIR/qos-harness.db"
check '  leaves rows that were not run' prints 'not run$'
check 'the order of results does not matter' exits_with 0 paper "$TMPDIR/qos-harness.db" \
    "$TMPDIR/qos.db" --json
check '  also as JSON' is_equal "$(sqlite3 :memory: "SELECT count(*) FROM json_each(
    readfile('$TMPDIR/out'), '$.quantities') WHERE json_extract(value, '$.verdict') = 'agrees'")" 26

ours() { # KEY: as the paper's table has it, to six digits
    sqlite3 :memory: "SELECT printf('%.6g', json_extract(value, '\$.ours')) FROM json_each(
        readfile('$TMPDIR/out'), '\$.quantities') WHERE json_extract(value, '\$.key') = '$1'"
}
of_k8s="FROM stream JOIN run USING (run_id) WHERE variant = 'k8s'"
check 'misses a stream are a mean over streams' is_equal "$(ours k8s_misses)" \
    "$(query "$TMPDIR/qos.db" "SELECT printf('%.6g', 1.0 * sum(missed) / count(*)) $of_k8s")"
check 'their deviation is that of streams' is_equal "$(ours k8s_misses_sd)" \
    "$(query "$TMPDIR/qos.db" "SELECT printf('%.6g', sqrt((sum(missed * missed) - 1.0 * sum(missed) *
        sum(missed) / count(*)) / (count(*) - 1))) $of_k8s")"
check 'the median of deployments is that of streams' is_equal "$(ours qos_deploy_median)" \
    "$(query "$TMPDIR/qos.db" "SELECT printf('%.6g', avg(deploy_ns) / 1e9) FROM (SELECT deploy_ns,
        row_number() OVER (ORDER BY deploy_ns) AS place, count(*) OVER () AS n FROM stream
        JOIN run USING (run_id) WHERE variant = 'qos' AND deploy_ns IS NOT NULL)
        WHERE place IN ((n + 1) / 2, (n + 2) / 2)")"

"$NIMBLESIM" run $qos --quiet --set nodes.knee=3 --out "$TMPDIR/other.db" 2>"$TMPDIR/run.err"
check 'another cluster than the paper'\''s' exits_with 0 paper "$TMPDIR/other.db"
check '  is held against nothing' prints '31 not run$'
"$NIMBLESIM" run $qos --quiet --replications 1 --out "$TMPDIR/one.db" 2>"$TMPDIR/run.err"
check 'a replication that lies outside a band' exits_with 1 paper "$TMPDIR/one.db"
check '  says so' says 'missed their band'

"$NIMBLESIM" sweep scenarios/sweep-qos.yaml --replications 2 --quiet --out "$TMPDIR/sweep" \
    2>"$TMPDIR/run.err"
"$NIMBLESIM" merge "$TMPDIR/sweep" --out "$TMPDIR/sweep.db" >"$TMPDIR/out" 2>"$TMPDIR/run.err"
"$NIMBLESIM" paper "$TMPDIR/qos.db" "$TMPDIR/sweep.db" --out "$TMPDIR/paper" >"$TMPDIR/out" \
    2>"$TMPDIR/err"
check 'a merged sweep is the ablation as a grid' prints '^Threshold (rows) by capacity'
check '  with all its cells' is_equal \
    "$(grep -vc '^#' "$TMPDIR/paper/block-grid_whole-sweep-qos.tsv")" 7
check '  whose data stand in the folder' test -s "$TMPDIR/paper/block-histogram-qos.tsv"

check 'the report draws them' exits_with 0 report "$TMPDIR/qos.db" --out "$TMPDIR/qos.html"
for key in histogram requests latency; do
    check "  $key" grep -q "id=\"figure-chart-$key\"" "$TMPDIR/qos.html"
done
check '  latency has a mark for each cell of the rows' is_equal \
    "$(sed -n '/id="figure-chart-latency"/,/<\/figure>/p' "$TMPDIR/qos.html" | grep -c '<circle')" \
    "$(awk '!/^#/ && seen++ { for (i = 2; i <= NF; i++) { n += $i != "NaN" } } END { print n }' \
        "$TMPDIR/paper/block-latency-qos.tsv")"
check 'of a merged sweep the grid' exits_with 0 report "$TMPDIR/sweep.db" --out "$TMPDIR/sweep.html"
check '  with all its cells and their scale' is_equal "$(as_wide \
    "$TMPDIR/sweep.html" | sed -n '/id="figure-chart-grid_whole"/,/<\/figure>/p' | grep -c 'class="cell"')" \
    $((30 + 40))

"$NIMBLESIM" run scenarios/smoke.yaml --quiet --out "$TMPDIR/smoke.db" 2>"$TMPDIR/run.err"
check 'results of two systems have no paper in common' exits_with 65 paper "$TMPDIR/qos.db" \
    "$TMPDIR/smoke.db"

check 'a listener that is none is told' exits_with 65 validate $qos \
    --set 'harness.listeners=["4:1"]'
check '  with its key' says 'harness.listeners'
check 'nobody who asks is told' exits_with 65 validate $qos --set 'clients.arrivals=[]'
check 'a run comes as a Perfetto trace' exits_with 0 export "$TMPDIR/events.db" perfetto --run 1
check '  a slice a client that asked' is_equal "$(grep -c '"ph": *"B".*"cat": *"client"' "$TMPDIR/out")" \
    "$(query "$TMPDIR/events.db" 'SELECT count(*) FROM stream WHERE run_id = 1 AND asked_ns IS NOT NULL')"
check 'validate counts what there is' exits_with 0 validate $qos
check '  by name' prints '3 nodes, 10 clients'
check 'a reading of a silence runs' exits_with 0 run $qos --replications 2 \
    --set admission.serial=false --set admission.probe_work=0
echo "1..$tap_count"

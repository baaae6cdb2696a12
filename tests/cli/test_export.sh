#!/bin/bash
# nimblesim export as a user meets it: rows that SQLite reads back, traces that other tools
# would accept, files that appear whole or not at all; and what is refused.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
smoke=scenarios/smoke.yaml
db=$TMPDIR/a.db
"$NIMBLESIM" run $smoke --quiet --out "$db" --set record=events
"$NIMBLESIM" run $smoke --quiet --out "$TMPDIR/bare.db"

export_to() { exits_with 0 export "$db" "$1" --force --out "$TMPDIR/$2" "${@:3}"; }

# A CSV file must hold the rows of a query. SQLite writes reals with 15 digits only, and quotes more.
same_rows() { # FILE.csv QUERY
    sqlite3 "$db" -cmd '.mode csv' -cmd '.headers on' "$2" >"$TMPDIR/wanted"
    awk '{ gsub(/["\r]/, "") }
        NR == FNR { row[FNR] = $0; rows = FNR; next }
        { fields = split($0, got, ","); bad += fields != split(row[FNR], want, ",")
          for (i = 1; i <= fields; i++) if (got[i] "" != want[i] "") {
              apart = got[i] - want[i]; size = got[i] + 0
              bad += (got[i] !~ /^-?[0-9.]+$/) || apart * apart > 1e-26 * size * size } }
        END { exit bad > 0 || rows != FNR || rows < 2 }' "$1" "$TMPDIR/wanted"
}
of_json() { # FILE SQL on j, the parsed file
    sqlite3 :memory: "WITH file AS (SELECT CAST(readfile('$TMPDIR/$1') AS TEXT) AS j) $2"
}

check 'help shows an example first' exits_with 0 export --help
check '  with the verb' prints 'nimblesim export'
check 'no result is a usage error' exits_with 2 export
check 'a missing result is missing input' exits_with 66 export "$TMPDIR/none.db" call
echo hello >"$TMPDIR/text"
check 'a file of another kind is bad data' exits_with 65 export "$TMPDIR/text" call
cp "$db" "$TMPDIR/killed.db"
query "$TMPDIR/killed.db" "UPDATE invocation SET state = 'running', ended_unix_ns = NULL"
check 'an incomplete result is refused' exits_with 65 export "$TMPDIR/killed.db" v_run
check '  with nothing on standard output' test ! -s "$TMPDIR/out"

check 'without a name all exports are listed' exits_with 0 export "$db"
check '  the stable views' prints '^v_response  *mean response'
check '  with their columns' prints '^ *run_id, variant, replication, seed, t_s, mean_s, n$'
check '  and the traces' prints '^perfetto '
cp "$TMPDIR/out" "$TMPDIR/list"
check '  every view of the schema' is_equal \
    "$(for v in $(query "$db" "SELECT name FROM sqlite_schema WHERE type = 'view'"); do
        grep -q "^$v " "$TMPDIR/list" || echo "$v"
    done)" ''
check '  in JSON, too' exits_with 0 export "$db" --json
check '  by name' is_equal "$(json '$.exports[0].name')" v_run
check 'an unknown name is a usage error' exits_with 2 export "$db" v_respnse
check '  with the nearest one' says "did you mean 'v_response'?"

for table in v_metric v_node_traffic v_load call acquisition tasklet_call event; do
    check "$table comes as CSV" export_to $table t.csv
    order=$(query "$db" "SELECT group_concat(name) FROM pragma_table_info('$table') WHERE pk > 0")
    columns=$(query "$db" "SELECT group_concat(name) FROM pragma_table_info('$table')
        WHERE name <> 'run_id'")
    check '  that reads back' same_rows "$TMPDIR/t.csv" \
        "SELECT run_id, variant, replication, seed, $columns FROM $table JOIN run USING (run_id)
         ORDER BY ${order:-run_id, 5}"
done
check 'a line ends with CR LF' is_equal \
    "$(grep -c $'\r$' "$TMPDIR/t.csv")" "$(wc -l <"$TMPDIR/t.csv")"
query "$db" "UPDATE invocation SET arguments = 'a \"b\", c' || char(10) || 'd'"
check 'quotes, commas and line ends' export_to v_invocation t.csv
check '  survive' is_equal "$(sqlite3 :memory: -cmd ".import --csv $TMPDIR/t.csv t" \
    "SELECT arguments = 'a \"b\", c' || char(10) || 'd' FROM t")" 1
check 'one run alone' export_to v_load t.csv --run 2
check '  is that run' is_equal "$(tail -n +2 "$TMPDIR/t.csv" | cut -d , -f 1 | sort -u)" 2
check 'rows come as JSON' exits_with 0 export "$db" v_run --format json
check '  an object a row' is_equal "$(json '$[3].variant')" monolithic

check 'the call trace is there for a testbed' export_to trace trace.csv
check '  in order of time, once a replication' same_rows "$TMPDIR/trace.csv" \
    "SELECT replication, call_id, t_ns, robot, node, chain, x_m, y_m FROM call JOIN run
     USING (run_id) WHERE variant = 'nimble' ORDER BY replication, t_ns, call_id"
check '  and the same for the other variant' same_rows "$TMPDIR/trace.csv" \
    "SELECT replication, call_id, t_ns, robot, node, chain, x_m, y_m FROM call JOIN run
     USING (run_id) WHERE variant = 'monolithic' ORDER BY replication, t_ns, call_id"
check '  it does not tell runs apart' exits_with 2 export "$db" trace --run 1

check 'a run comes as a Perfetto trace' export_to perfetto p.json --variant monolithic
check '  valid JSON' is_equal "$(of_json p.json 'SELECT json_valid(j) FROM file')" 1
check '  that says what it shows' is_equal \
    "$(of_json p.json "SELECT json_extract(j, '$.otherData.variant') FROM file")" monolithic
of_json p.json "SELECT json_extract(value, '$.ph'), json_extract(value, '$.pid'),
    json_extract(value, '$.tid'), json_extract(value, '$.ts'), json_extract(value, '$.cat'),
    json_extract(value, '$.dur'), json_extract(value, '$.id'), json_extract(value, '$.name')
    FROM file, json_each(j, '$.traceEvents')" >"$TMPDIR/events"
awk '{ print NR "|" $0 }' "$TMPDIR/events" >"$TMPDIR/rows"
sqlite3 "$TMPDIR/p.db" "CREATE TABLE e (n INTEGER PRIMARY KEY, ph, pid, tid, ts REAL, cat,
    dur REAL, id, name)" '.separator |' ".import $TMPDIR/rows e"
check '  each event says what, where and when' is_equal "$(query "$TMPDIR/p.db" \
    "SELECT count(*) FROM e WHERE ph NOT IN ('B', 'E', 'X', 'M', 'C', 's', 't', 'f') OR pid = ''
     OR tid = '' OR ts IS NULL")" 0
check '  a slice a call' is_equal \
    "$(query "$TMPDIR/p.db" "SELECT count(*) FROM e WHERE ph = 'B' AND cat = 'call'")" \
    "$(query "$db" 'SELECT count(*) FROM call WHERE run_id = 3 AND node IS NOT NULL')"
check '  slices open and close in order' is_equal "$(query "$TMPDIR/p.db" "SELECT
    min(depth), max(iif(last, depth, 0)) FROM (SELECT n = max(n) OVER (PARTITION BY pid, tid) AS last,
    sum((ph = 'B') - (ph = 'E')) OVER (PARTITION BY pid, tid ORDER BY ts, n) AS depth
    FROM e WHERE ph IN ('B', 'E'))")" '0|0'
check '  calls on a lane do not overlap' is_equal "$(query "$TMPDIR/p.db" "SELECT count(*) FROM
    (SELECT ts < lag(ts) OVER (PARTITION BY pid, tid ORDER BY n) AS back FROM e
     WHERE ph IN ('B', 'E')) WHERE back")" 0
check '  every flow has its three ends' is_equal "$(query "$TMPDIR/p.db" "SELECT count(*) FROM
    (SELECT id FROM e WHERE id <> '' GROUP BY id HAVING group_concat(ph, '') <> 'stf')")" 0
check '  a flow a fetch' is_equal \
    "$(query "$TMPDIR/p.db" "SELECT count(*) FROM e WHERE ph = 's'")" \
    "$(query "$db" "SELECT count(*) FROM acquisition WHERE run_id = 3 AND source <> node")"
check '  every node has its name' is_equal "$(query "$TMPDIR/p.db" "SELECT count(*) FROM e
    WHERE ph = 'M' AND name = 'process_name'")" 7
check '  caches, queues and running calls are counters' is_equal "$(query "$TMPDIR/p.db" "SELECT name,
    count(*), count(DISTINCT pid) FROM e WHERE ph = 'C' GROUP BY name ORDER BY name")" \
    "$(for name in cache_bytes queue running; do
        echo "$name|$(query "$db" 'SELECT count(*), count(DISTINCT node) FROM node_bin WHERE run_id = 3')"
    done)"
check '  with their values' is_equal "$(of_json p.json "SELECT sum(json_extract(value, '$.args.value'))
    FROM file, json_each(j, '$.traceEvents') WHERE json_extract(value, '$.name') = 'cache_bytes'")" \
    "$(query "$db" 'SELECT sum(cache_bytes) FROM node_bin WHERE run_id = 3')"

# A tasklet that calls others is a slice in its call's.
"$NIMBLESIM" run $smoke --quiet --out "$TMPDIR/deep.db" --set record=calls --set duration='60 s' --replications 1 \
    --set 'taskset.algorithm_calls={uniform: [1, 2]}' 2>/dev/null
check 'sub-tasklets are slices within' exits_with 0 export "$TMPDIR/deep.db" perfetto --run 1 --force --out "$TMPDIR/deep.json"
of_deep() { of_json deep.json "SELECT count(*) FROM file, json_each(j, '$.traceEvents') WHERE json_extract(value, '$.ph') = $1"; }
check '  of which there are some' test "$(of_deep "'B' AND json_extract(value, '$.cat') = 'tasklet'")" -gt 0
check '  and each one ends' is_equal "$(of_deep "'B'")" "$(of_deep "'E'")"
check '  a format of its own' exits_with 2 export "$db" perfetto --format csv

check 'tracks come for BonnMotion' export_to bonnmotion robots.movements
check '  a line a robot' is_equal "$(wc -l <"$TMPDIR/robots.movements")" 6
check '  a point a second, both ends included' is_equal \
    "$(head -n 1 "$TMPDIR/robots.movements" | wc -w)" 903
check '  that starts at 0 and ends with the run' is_equal \
    "$(head -n 1 "$TMPDIR/robots.movements" | awk '{ print $1, $(NF - 2) }')" '0 300'
check '  on the floor' is_equal "$(awk '{ for (i = 1; i <= NF; i += 3)
    if ($(i + 1) < 0 || $(i + 1) > 60 || $(i + 2) < 0 || $(i + 2) > 40) print }' \
    "$TMPDIR/robots.movements")" ''
check '  no faster than they may' is_equal "$(awk '{ for (i = 4; i <= NF; i += 3) {
    dx = $(i + 1) - $(i - 2); dy = $(i + 2) - $(i - 1); if (dx * dx + dy * dy > 1.1) print } }' \
    "$TMPDIR/robots.movements")" ''
check '  with its parameters beside it' grep -qx 'nn=6' "$TMPDIR/robots.params"
check '  all of them' is_equal "$(cut -d = -f 1 "$TMPDIR/robots.params" | tr '\n' ' ')" \
    'model ignore randomSeed x y duration nn circular J '
check 'a step may be longer' exits_with 0 export "$db" bonnmotion --step '100 s'
check '  then there are fewer points' is_equal "$(head -n 1 "$TMPDIR/out" | wc -w)" 12
check 'another replication has other tracks' exits_with 0 export "$db" bonnmotion --replication 2
check '  indeed' test "$(md5sum <"$TMPDIR/out")" != "$(md5sum <"$TMPDIR/robots.movements")"
check 'a step needs its unit' exits_with 2 export "$db" bonnmotion --step 5
check 'where a call was made, there its robot is' is_equal "$(
    "$NIMBLESIM" export "$db" bonnmotion --step '1 ms' | head -n 1 | tr ' ' '\n' | paste - - - |
        awk -v want="$(query "$db" "SELECT printf('%.3f', t_ns / 1000000 / 1e3) FROM call
            WHERE run_id = 1 AND robot = 1 ORDER BY t_ns LIMIT 1 OFFSET 3")" \
            '$1 + 0 == want + 0 { printf "%.1f %.1f", $2, $3 }')" "$(query "$db" \
    "SELECT printf('%.1f %.1f', x_m, y_m) FROM call WHERE run_id = 1 AND robot = 1
     ORDER BY t_ns LIMIT 1 OFFSET 3")"

check 'tracks need no recorded calls' exits_with 0 export "$TMPDIR/bare.db" bonnmotion
check 'calls do' exits_with 65 export "$TMPDIR/bare.db" call
check '  which says what to run' says '--set record=calls'
check 'events, too' exits_with 65 export "$TMPDIR/bare.db" event
check '  which says what to run' says '--set record=events'
check 'an existing file is kept' exits_with 73 export "$db" v_run --out "$TMPDIR/t.csv"
check '  unless forced' exits_with 0 export "$db" v_run --out "$TMPDIR/t.csv" --force
check 'a folder that is not there' exits_with 73 export "$db" v_run --out "$TMPDIR/no/t.csv"
check 'a full disk is an I/O error' exits_with 74 export "$db" call --out /dev/full
"$NIMBLESIM" export "$db" event --out "$TMPDIR/fifo.csv" 2>/dev/null
check 'a new file is as readable as others' is_equal "$(stat -c %a "$TMPDIR/fifo.csv")" \
    "$(umask 22 && touch "$TMPDIR/touched" && stat -c %a "$TMPDIR/touched")"
check 'no temporary file stays' is_equal "$(find "$TMPDIR" -name '*.??????' \
    ! -name '*.movements' ! -name '*.params' | grep -c 'csv\.')" 0

# An interrupt half-way: the reader of the pipe is slow, so there is time for it.
mkfifo "$TMPDIR/pipe"
"$NIMBLESIM" export "$db" event --out "$TMPDIR/pipe" 2>"$TMPDIR/err" &
victim=$!
exec 9<"$TMPDIR/pipe"
head -c 100 <&9 >"$TMPDIR/head"
kill -INT $victim
cat <&9 >"$TMPDIR/rest"
wait $victim
code=$?
exec 9<&-
check 'an interrupted export says so' is_equal $code 130
check '  and that nothing was written' says 'interrupted: .* was not written'
echo "1..$tap_count"

#!/bin/bash
# One node, a memory cap, eight policies, as a user meets them: the run, a task's story, the paper.
# shellcheck disable=SC2016 # what eval runs is expanded there
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
pi5=scenarios/pi5.yaml
db=$TMPDIR/pi5.db

digest_with() { # OPTION...
    "$NIMBLESIM" run $pi5 --json "$@" 2>"$TMPDIR/err" | grep '"digest"'
}

# Of the JSON story in $TMPDIR/out.
adds_up() {
    is_equal "$(sqlite3 :memory: "
        SELECT (SELECT sum(json_extract(value, '$.duration_ns')) FROM json_each(j, '$.steps'))
               = json_extract(j, '$.total_ns')
        FROM (SELECT CAST(readfile('$TMPDIR/out') AS TEXT) AS j)")" 1
}

check "validate" exits_with 0 validate $pi5
check "  says what it is about" prints '150 tasks on 4 cores under a cap of 600 MB'
check "run" exits_with 0 run $pi5 --quiet --set record=calls --replications 3 --out "$db"
check "  a row a task" is_equal "$(query "$db" 'SELECT count(*) FROM task')" 3600
check "  books" is_equal "$(query "$db" "SELECT count(*) FROM task WHERE end_ns IS NULL")" 0
check "  memory in use never above the cap but in the sequential phase" \
    is_equal "$(query "$db" 'SELECT count(*) FROM memory_use
                             WHERE used_bytes > 600000000 AND NOT sequential')" 0
check "  no two tasks of a core at once" is_equal "$(query "$db" 'SELECT count(*) FROM task a
    JOIN task b ON a.run_id = b.run_id AND a.core = b.core AND a.task_id <> b.task_id
    AND b.start_ns >= a.start_ns AND b.start_ns < a.end_ns')" 0
check "equal on any number of threads" \
    is_equal "$(digest_with --threads 1)" "$(digest_with --threads 3)"

# A golden story: a task that fails its start check and ends in the sequential phase.
cat >"$TMPDIR/story" <<'END'
fib_opt, 25.4 MB, 0.225 s on a core of its own

         at, s        took, ms
   0.000000000     9143.904689  wait in the queue, at place 50 of 150 (submitted as number 50)
   9.143904689        0.000000  its start on core 1 fails: 25.4 MB beside 582.7 MB in use, above the cap of 600.0 MB
                                  predicted to need 31.2 MB
   9.143904689    23389.978046  wait in the list until queue and cores are empty
  32.533882735      228.604510  run on core 1, alone and unchecked
                                  225.004439 ms on a core of its own
               ---------------
                  32762.487245  in all
END
check "why" exits_with 0 why "$db" 17 --run 1
check "  the story of a failed start" is_equal "$(tail -n +2 "$TMPDIR/out")" "$(cat "$TMPDIR/story")"
check "why of a task that is not there" exits_with 66 why "$db" 150 --run 1
check "  names its neighbours" says 149
check "why --json" exits_with 0 why "$db" 17 --run 1 --json
check "  adds up" adds_up
check "Perfetto" exits_with 0 export "$db" perfetto --variant pin
check "  a lane a core" is_equal "$(grep -c 'lane 1' "$TMPDIR/out")" 4
check "  and memory as it rises and falls" is_equal "$(grep -c '"C","name": "used_bytes"' "$TMPDIR/out")" \
    "$(query "$db" "SELECT count(*) FROM memory_use WHERE run_id = (SELECT min(run_id) FROM run
        WHERE variant = 'pin')")"

# The report draws what gnuplot draws, from the same rows.
page=$TMPDIR/pi5.html
"$NIMBLESIM" paper "$db" --quiet --out "$TMPDIR/rows" 2>/dev/null
means_of() { # KEY: of the page's bars
    sed -n "s/.*\"id\":\"chart-$1\".*\"mean\":\[\([^]]*\)\].*/\1/p" "$page" | tr , '\n' |
        awk '{ printf "%.5f\n", $1 }'
}
# Rows of the floor that a page carries, of its first variant.
floor_rows() { # PAGE KIND
    sed -n 's/.*<script type="application\/json" id="floor-data">//; T; :a; /<\/script>/!{N; ba}; s/<\/script>.*//p' \
        "$1" >"$TMPDIR/floor.json"
    sqlite3 :memory: "SELECT json_extract(CAST(readfile('$TMPDIR/floor.json') AS TEXT),
        '$.variants[0].views.$2.n')"
}
check "report" exits_with 0 report "$db" --out "$page"
check "  with memory below the cores' lanes, a row a change" is_equal "$(floor_rows "$page" level)" \
    "$(query "$db" 'SELECT count(*) FROM memory_use WHERE run_id = 1')"
for key in gains effects interaction interaction-2 interaction-3 gantt; do
    check "  has $key" grep -q "id=\"figure-chart-$key\"" "$page"
done
check "  whiskers at the gains" test "$(grep -c 'class="whisker"' "$page")" -ge 14
check "  gains as gnuplot has them" is_equal "$(means_of gains)" \
    "$(awk -F'\t' '/^[0-9]/ { printf "%.5f\n", $7 }' "$TMPDIR/rows/chart-gains-pi5.tsv")"
check "  effects as gnuplot has them, below 0" is_equal "$(means_of effects)" \
    "$(awk -F'\t' '/^[0-9]/ { printf "%.5f\n", $7 }' "$TMPDIR/rows/chart-effects-pi5.tsv")"
check "  a slice for each task of two batches" is_equal \
    "$(as_wide "$page" | grep -c 'class="slice')" 300
check "  as many as gnuplot draws" is_equal \
    "$(grep -c '^[0-9]' "$TMPDIR/rows/chart-gantt-pi5.tsv")" 300
check "  memory under its cap, twice" is_equal \
    "$(as_wide "$page" | grep -c 'class="curve"')" 2
"$NIMBLESIM" run $pi5 --quiet --set record=summary --replications 2 --out "$TMPDIR/brief.db"
check "a result without its tasks" exits_with 0 report "$TMPDIR/brief.db"
check "  has gains" grep -q 'id="figure-chart-gains"' "$TMPDIR/brief.html"
check "  and no batch" is_equal "$(grep -c 'id="figure-chart-gantt"' "$TMPDIR/brief.html")" 0

"$NIMBLESIM" run $pi5 --quiet --set record=summary --out "$TMPDIR/full.db"
"$NIMBLESIM" run $pi5 --quiet --set record=summary --out "$TMPDIR/moves.db" \
    --set 'node.memory=1400 MB' --set os.migrations=20
"$NIMBLESIM" run $pi5 --quiet --set record=summary --out "$TMPDIR/other.db" \
    --set predictor.memory_bias=0.7
check "the paper's rows agree at 30 replications" exits_with 0 paper "$TMPDIR/full.db"
check "  the one number it prints" prints 'gain of pin+memory  *7 %'
check "  what was not run is said" prints 'not run'
check "  the honest reading" prints 'not public'
check "several results" exits_with 0 paper "$TMPDIR/full.db" "$TMPDIR/moves.db"
check "  a row takes the one with its settings" prints '^20 moves/s *gain of pin.*agrees'
check "a number outside its band fails" exits_with 1 paper "$TMPDIR/other.db"

check "a cap below the orchestrator's own memory is refused" exits_with 65 validate $pi5 \
    --set 'node.memory=50 MB'
check "  where" says 'node.memory'
# shellcheck disable=SC2154 # of tap.sh
echo "1..$tap_count"

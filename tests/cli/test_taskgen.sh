#!/bin/bash
# nimblesim taskgen as a user meets it: the tables, the JSON object, the database, and that it shows
# what runs use.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
smoke=scenarios/smoke.yaml

check 'both tasksets are printed' exits_with 0 taskgen $smoke
check '  nimble with its algorithms' prints '^nimble: 20 chains, 15 algorithms'
check '  monolithic without' prints '^monolithic: 20 chains, 0 algorithms, 0 calls'
check '  with a summary' prints 'chains that share an algorithm'
check '  and nothing on standard error' is_silent
rows() { grep -cE '^ +[0-9]+  (chain|algorithm)' "$TMPDIR/out"; }
check '  a line a tasklet' is_equal "$(rows)" 55
check '  in columns' is_equal "$(grep -E '^ +(tasklet|[0-9]+)  ' "$TMPDIR/out" | cut -c 1-64 |
    awk '{ print length }' | sort -u | tr -d '\n')" 64
cp "$TMPDIR/out" "$TMPDIR/first"
check 'a second time' exits_with 0 taskgen $smoke
check '  they are the same' cmp -s "$TMPDIR/first" "$TMPDIR/out"

check 'one variant alone' exits_with 0 taskgen $smoke --variant monolithic
check '  is all that is printed' is_equal "$(rows)" 20
check 'another seed' exits_with 0 taskgen $smoke --seed 2
check '  draws others' is_equal "$(cmp -s "$TMPDIR/first" "$TMPDIR/out" || echo other)" other
check 'another replication' exits_with 0 taskgen $smoke --replication 2
check '  draws others, too' is_equal "$(cmp -s "$TMPDIR/first" "$TMPDIR/out" || echo other)" other
check 'overrides count' exits_with 0 taskgen $smoke --set taskset.chains=12
check '  as they do in a run' prints '^nimble: 12 chains'

check 'the same as JSON' exits_with 0 taskgen $smoke --json
check '  is one object' is_equal "$(json '$.scenario')" smoke
check '  with both tasksets' is_equal "$(json '$.tasksets[0].variant') $(json '$.tasksets[1].variant')" \
    'nimble monolithic'
check '  and all tasklets' is_equal "$(sqlite3 :memory: "
    SELECT json_array_length(CAST(readfile('$TMPDIR/out') AS TEXT), '\$.tasksets[0].tasklets')")" 35
# One segment more than calls, and their sum is the own time; the twin's own time is the total.
check '  whose times add up' is_equal "$(sqlite3 :memory: "
    WITH document(text) AS (SELECT CAST(readfile('$TMPDIR/out') AS TEXT)),
    tasklet(value) AS (SELECT t.value FROM document, json_each(text, '\$.tasksets[0].tasklets') t)
    SELECT count(*) FROM tasklet WHERE json_extract(value, '\$.own_ns') <>
        (SELECT sum(s.value) FROM json_each(tasklet.value, '\$.segments_ns') s)
    OR json_array_length(value, '\$.segments_ns') <> json_array_length(value, '\$.calls') + 1")" 0
check '  with equal twins' is_equal "$(json '$.tasksets[0].tasklets[3].total_ns')" \
    "$(json '$.tasksets[1].tasklets[3].own_ns')"

check 'stored' exits_with 0 taskgen $smoke --out "$TMPDIR/t.db" --quiet
check '  without a word' test ! -s "$TMPDIR/out"
check '  the database is complete' is_equal "$(query "$TMPDIR/t.db" 'SELECT state FROM invocation')" \
    complete
check '  with a run a variant' is_equal \
    "$(query "$TMPDIR/t.db" 'SELECT variant FROM v_run ORDER BY run_id' | tr '\n' ' ')" \
    'nimble monolithic '
check '  and says how to make it again' is_equal \
    "$(query "$TMPDIR/t.db" "SELECT arguments LIKE 'nimblesim taskgen %smoke.yaml%' FROM invocation")" 1
check 'it is what a run uses' exits_with 0 run $smoke --set record=calls --replication 1 --quiet \
    --out "$TMPDIR/r.db"
taskset() { # what a database says of tasklets and calls
    query "$1" 'SELECT variant, tasklet, kind, name, size_bytes, time_ns FROM tasklet
                JOIN run USING (run_id) ORDER BY 1, 2'
    query "$1" 'SELECT variant, tasklet, position, callee, after_ns FROM tasklet_call
                JOIN run USING (run_id) ORDER BY 1, 2, 3'
}
check '  to the last byte and nanosecond' is_equal "$(taskset "$TMPDIR/t.db" | cksum)" \
    "$(taskset "$TMPDIR/r.db" | cksum)"
check '  and that is not nothing' is_equal "$(taskset "$TMPDIR/t.db" | grep -c '^nimble|[0-9]*|chain')" 20
check 'an earlier result is not replaced' exits_with 73 taskgen $smoke --out "$TMPDIR/t.db"
check '  which a hint explains' says '--force'
check '  unless by force' exits_with 0 taskgen $smoke --out "$TMPDIR/t.db" --force
check '  and the tables are printed, too' prints '^nimble:'
check 'a folder that is not there cannot hold it' exits_with 73 taskgen $smoke --out "$TMPDIR/no/t.db"

check 'help shows an example first' exits_with 0 taskgen --help
check '  on standard output' prints 'nimblesim taskgen scenarios/factory.yaml'
check 'the program lists the verb' exits_with 0 --help
check '  with what it does' prints '^  taskgen '
check 'no scenario is a usage error' exits_with 2 taskgen
check 'an unknown variant is a usage error' exits_with 2 taskgen $smoke --variant nimbel
check '  that names both' says 'nimble or monolithic'
check 'replication 0 is a usage error' exits_with 2 taskgen $smoke --replication 0
check 'a missing scenario is missing input' exits_with 66 taskgen "$TMPDIR/none.yaml"
check 'an unknown key is bad data' exits_with 65 taskgen $smoke --set taskset.chians=3
check '  with the key that was meant' says 'did you mean taskset.chains'
check 'chains that double with every level are bad data' \
    exits_with 65 taskgen $smoke --set taskset.algorithms=80 --set taskset.algorithm_calls=80
check '  and why' says 'grows beyond'
if [ -e /dev/full ]; then
    full() { "$NIMBLESIM" taskgen $smoke >/dev/full 2>"$TMPDIR/err"; is_equal $? 74; }
    check 'a full disk behind standard output is an I/O error' full
fi
echo "1..$tap_count"

#!/bin/bash
# nimblesim paper as a user meets it: the table, its verdicts, the files, what is refused; and the
# figures where gnuplot is there.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
smoke=scenarios/smoke.yaml
out=$TMPDIR/paper

run() { # FILE OPTION...
    local file=$1
    shift
    "$NIMBLESIM" run $smoke --quiet --force --out "$file" "$@"
}

# What stands in a column of a row of the stored table.
stored() { # FILE KEY COLUMN
    awk -F '\t' -v key="$2" -v column="$3" \
        '/^key\t/ { for (i = 1; i <= NF; i++) at[$i] = i } $1 == key { print $at[column] }' "$1"
}
head_of() { grep -v '^#' "$1" | head -n 1; }
rows_of() { grep -v '^#' "$1" | tail -n +2 | wc -l; }

check 'help shows an example first' exits_with 0 paper --help
check '  with the whole way from a scenario' prints 'set record=calls'
check 'no result is a usage error' exits_with 2 paper
check 'a missing result is missing input' exits_with 66 paper "$TMPDIR/none.db"
echo hello >"$TMPDIR/text"
check 'a file of another kind is bad data' exits_with 65 paper "$TMPDIR/text"
: >"$TMPDIR/empty"
check 'an empty file is bad data' exits_with 65 paper "$TMPDIR/empty"

run "$TMPDIR/a.db" --set record=calls
check "another scenario misses the paper's bands" exits_with 1 paper "$TMPDIR/a.db" --out "$out"
check '  and says how many' says 'missed their band'
check '  in a table with all columns' prints 'paper  *ours  95 % interval  *band  *whose  *verdict'
check '  whose headline counts what the paper prints' \
    prints '^of [0-9]* outcomes that the paper prints: [0-9]* agree, [0-9]* missed, [0-9]* fitted; [0-9]* not run$'
check '  names what is missed' prints '^missed: .*calls executed (MISSED)'
check '  and ends with the bands' prints '^bands: [0-9]* of [0-9]* agree, [0-9]* missed, 2 noted, 4 not run$'

check 'the table is stored' test -s "$out/table.tsv"
check '  as Markdown, too' grep -q '^| source | quantity | paper | ours |' "$out/table.md"
check '  20 chains are not 200' is_equal "$(stored "$out/table.tsv" chains verdict)" MISSED
check '  with the value' is_equal "$(stored "$out/table.tsv" chains ours)" 20
check '  300 s are not 3600 s' is_equal "$(stored "$out/table.tsv" duration verdict)" MISSED
check '  10 m reach are 10 m, as the scenario says' \
    is_equal "$(stored "$out/table.tsv" radius verdict)" input
check '  what cannot be judged is told' \
    is_equal "$(stored "$out/table.tsv" received_ratio verdict)" 'not comparable'
check "  what another scenario's row needs is not run" \
    is_equal "$(stored "$out/table.tsv" no_reuse verdict)" 'not run'
check '  bands are ours or the paper'\''s' is_equal "$(for key in radius evenness lead; do
        stored "$out/table.tsv" $key band_of; done | xargs)" 'paper ours paper'
check '  and kinds are told' is_equal "$(for key in radius chain_size gateway_ratio completed; do
        stored "$out/table.tsv" $key kind; done | xargs)" 'input echo fitted outcome'
check '  one row a quantity' is_equal "$(cut -f 1 "$out/table.tsv" | sort | uniq -d)" ''

for figure in 4 5-nodes 5-track 5-calls 8 9 10; do
    check "figure $figure has data that say what they are" \
        grep -q "^# Figure ${figure%-*}: " "$out/figure$figure.tsv"
done
check 'figure 4 has every chain' is_equal "$(rows_of "$out/figure4.tsv")" 20
check 'figure 5 has every second, both ends included' \
    is_equal "$(rows_of "$out/figure5-track.tsv")" 301
check '  and every call of robot 1' is_equal "$(rows_of "$out/figure5-calls.tsv")" \
    "$(query "$TMPDIR/a.db" 'SELECT count(*) FROM call WHERE run_id = 1 AND robot = 1')"
check 'figure 8 has every node but the registry' is_equal "$(rows_of "$out/figure8.tsv")" 6
check '  with n in its head' is_equal "$(head_of "$out/figure8.tsv" | cut -f 1-5)" \
    "$(printf 'node\tn\tnimble_tx_B\tnimble_tx_B_low\tnimble_tx_B_high')"
check 'figure 9 ends where the views do' is_equal \
    "$(tail -n 1 "$out/figure9.tsv" | cut -f 1-3)" \
    "$(query "$TMPDIR/a.db" "SELECT printf('%g%s%d%s%.10g', max(t_s), char(9), count(*), char(9),
        avg(cumulative_bytes)) FROM v_load JOIN run USING (run_id)
        WHERE variant = 'nimble' AND t_s = 300")"
check 'figure 10 starts with the first whole window' \
    is_equal "$(grep -v '^#' "$out/figure10.tsv" | sed -n 2p | cut -f 1,2)" "$(printf '100\t2')"

mkdir "$TMPDIR/again"
"$NIMBLESIM" paper "$TMPDIR/a.db" --out "$TMPDIR/again" --quiet 2>/dev/null
check 'the same result gives the same files' diff -r "$out" "$TMPDIR/again"
check 'JSON has the same verdicts' exits_with 1 paper "$TMPDIR/a.db" --json
check '  number by number' is_equal "$(json '$.missed')" "$(grep -c 'MISSED' "$out/table.tsv")"

check 'a folder that cannot be made is told' \
    exits_with 73 paper "$TMPDIR/a.db" --out "$TMPDIR/no/such/folder"
run "$TMPDIR/summary.db"
check 'a result without calls is refused' exits_with 65 paper "$TMPDIR/summary.db" --out "$TMPDIR/x"
check '  with what to do' says 'run with --set record=calls'
check '  and without a file' test ! -e "$TMPDIR/x"
run "$TMPDIR/nimble.db" --set record=calls --set 'variants=[nimble]'
check 'a result of one variant is refused' exits_with 65 paper "$TMPDIR/nimble.db"
run "$TMPDIR/alone.db" --set record=calls --set robots.count=1 --set 'variants={nimble: {},
    monolithic: {taskset.form: monolithic}, roomy: {nodes.cache: 32 kB}}'
run "$TMPDIR/one.db" --set record=calls --set replications=1
check 'one replication has no intervals, but values' exits_with 1 paper "$TMPDIR/one.db" --json
check '  none at all' is_equal "$(json '$.quantities[0].interval_low')" ''
check 'further results have rows of their own' exits_with 1 paper "$TMPDIR/a.db" "$TMPDIR/alone.db" --json
check '  by their settings' is_equal "$(query :memory: "SELECT group_concat(json_extract(value, '\$.key'))
    FROM json_each(CAST(readfile('$TMPDIR/out') AS TEXT), '\$.quantities')
    WHERE json_extract(value, '\$.key') LIKE 'larger%' AND json_extract(value, '\$.verdict') <> 'not run'")" \
    larger_than_cache,larger_than_cache_whole,larger_than_cache_response
check '  and differ call by call' is_equal "$(query :memory: "SELECT printf('%.9g',
        json_extract(value, '\$.ours')) FROM json_each(CAST(readfile('$TMPDIR/out') AS TEXT),
        '\$.quantities') WHERE json_extract(value, '\$.key') = 'execution_extra'")" \
    "$(query "$TMPDIR/a.db" "SELECT printf('%.9g', avg(extra)) FROM (SELECT
        avg(a.execution_ns - b.execution_ns) / 1e6 AS extra FROM run AS n JOIN run AS m ON
        m.replication = n.replication AND m.variant = 'monolithic' JOIN call AS a ON
        a.run_id = n.run_id JOIN call AS b ON b.run_id = m.run_id AND b.call_id = a.call_id
        WHERE n.variant = 'nimble' AND a.response_ns > 0 AND b.response_ns > 0 GROUP BY n.replication)")"

# What is as the testbed was stands in a column beside, and has the figures' right halves.
net=(--set record=calls --set mesh.loss=0.01 --set mesh.retries=2 --set 'nodes.frame_time=2 ms'
    --set nodes.receive_queue=24)
run "$TMPDIR/net.db" "${net[@]}"
"$NIMBLESIM" testbed scenarios/smoke.yaml --no-exec "${net[@]}" --out "$TMPDIR/real.db" --quiet
beside() { json "\$.quantities[$1].beside"; }
place() { # KEY: of a quantity
    query :memory: "SELECT key FROM json_each(CAST(readfile('$TMPDIR/out') AS TEXT), '\$.quantities')
        WHERE json_extract(value, '\$.key') = '$1'"
}
check 'without a testbed there is no column for it' is_equal "$(grep -c '^# beside\|beside_low' "$out/table.tsv")" 0
check 'a testbed has a column' exits_with 1 paper "$TMPDIR/a.db" "$TMPDIR/real.db" --json
check '  which says that it was real' is_equal "$(json '$.beside')" 'testbed: smoke, by processes in virtual time'
check '  with its own numbers' is_equal "$(query :memory: "SELECT printf('%.9g', $(beside "$(place gateway_ratio)"))")" \
    "$(query "$TMPDIR/real.db" "SELECT printf('%.9g', avg(m.value / n.value)) FROM v_metric AS n JOIN run AS x
        ON x.run_id = n.run_id AND x.variant = 'nimble' JOIN run AS y ON y.replication = x.replication
        AND y.variant = 'monolithic' JOIN v_metric AS m ON m.run_id = y.run_id AND m.name = n.name
        WHERE n.name = 'gateway_tx_bytes'")"
check '  but not in rows that are about it alone' is_equal "$(beside "$(place testbed_gateway)")" ''
cp "$TMPDIR/out" "$TMPDIR/real.json"
exits_with 1 paper "$TMPDIR/a.db" "$TMPDIR/net.db" --json
check 'a simulation of it says so' is_equal "$(json '$.beside')" 'testbed: smoke, simulated'
check '  and comes to the same' is_equal "$(sed '/"beside": "/d' "$TMPDIR/out" | sha256sum)" \
    "$(sed '/"beside": "/d' "$TMPDIR/real.json" | sha256sum)"
exits_with 1 paper "$TMPDIR/a.db" "$TMPDIR/real.db" --page "$TMPDIR/real.html"
exits_with 1 paper "$TMPDIR/a.db" --page "$TMPDIR/alone.html"
heads() { # PAGE: of the table of numbers
    grep -o '<table class="paper".*</thead>' "$1" | grep -o '<th [^>]*>[^<]*' | sed 's/.*>//' | tr '\n' '|'
}
check 'the page has the column' is_equal "$(heads "$TMPDIR/real.html")" \
    'where|quantity|paper|ours|95 % interval|testbed|band|kind|verdict|'
check '  but not without a testbed' is_equal "$(heads "$TMPDIR/alone.html")" \
    'where|quantity|paper|ours|95 % interval|band|kind|verdict|'
check '  and says whose it is' grep -q \
    'Beside stands the testbed: smoke, by processes in virtual time\.' "$TMPDIR/real.html"
on_page() { # "key value" of each row's cell of the column, as text
    sed -n 's/.*<tr role="row" id="nimblenet-row-\([^"]*\)".*data-is="testbed">\([^<]*\)<.*/\1 \2/p' \
        "$TMPDIR/real.html" | sed 's/\xc2\xa0/ /; s/\xe2\x80\x93$/-/'
}
exits_with 1 paper "$TMPDIR/a.db" "$TMPDIR/real.db" --out "$TMPDIR/halves"
in_markdown() { # the same of table.md, whose rows have no keys
    paste -d ' ' <(grep -v '^#' "$TMPDIR/halves/table.tsv" | sed 1d | cut -f 1) \
        <(sed -n '/^|---/,$p' "$TMPDIR/halves/table.md" | grep '^| ' | awk -F ' [|] ' '{ print $6 }')
}
check '  with the numbers of the other tables, row by row' is_equal "$(on_page)" "$(in_markdown)"
check '  of which there are many' test "$(on_page | grep -c '^[^ ]* -*[0-9]')" -gt 40
check 'people see the column' prints '95 % interval  *testbed  *band'
for figure in 8 9 10; do
    check "figure $figure has a right half" \
        grep -q "^# Figure $figure: " "$TMPDIR/halves/testbed/figure$figure.tsv"
done
check '  of the testbed' is_equal "$(tail -n 1 "$TMPDIR/halves/testbed/figure9.tsv" | cut -f 3)" \
    "$(query "$TMPDIR/real.db" "SELECT printf('%.10g', avg(cumulative_bytes)) FROM v_load
        JOIN run USING (run_id) WHERE variant = 'nimble' AND t_s = 300")"

cp "$TMPDIR/a.db" "$TMPDIR/moved.db"
query "$TMPDIR/moved.db" 'UPDATE call SET x_m = x_m + 1 WHERE robot = 1'
check 'a robot that was elsewhere is not drawn' \
    exits_with 65 paper "$TMPDIR/moved.db" --out "$TMPDIR/moved"
check '  because it was' says 'was elsewhere'
check '  so no table is stored' test ! -e "$TMPDIR/moved/table.tsv"

if command -v gnuplot >/dev/null; then
    check 'gnuplot draws all figures without a word' \
        is_equal "$(analysis/figures/draw.sh "$out" "$TMPDIR/gallery" 2>&1)" ''
    check '  as SVG, PNG and PDF' is_equal "$(cd "$out" && echo figure*.svg figure*.png figure*.pdf)" \
        "figure10.svg figure4.svg figure5.svg figure8.svg figure9.svg \
figure10.png figure4.png figure5.png figure8.png figure9.png \
figure10.pdf figure4.pdf figure5.pdf figure8.pdf figure9.pdf"
    check '  and copies the latter' is_equal "$(cd "$TMPDIR/gallery" && echo *)" \
        "$(cd "$out" && echo *.png)"
    analysis/figures/draw.sh "$TMPDIR/again"
    "$NIMBLESIM" paper "$TMPDIR/one.db" --out "$TMPDIR/one" --quiet 2>/dev/null
    check '  also where there are no intervals' \
        is_equal "$(analysis/figures/draw.sh "$TMPDIR/one" 2>&1)" ''
    check '  and both halves where there are two' is_equal "$(analysis/figures/draw.sh "$TMPDIR/halves" 2>&1)" ''
    check '  of three figures' is_equal "$(cd "$TMPDIR/halves" && echo figure*-testbed.png)" \
        'figure10-testbed.png figure8-testbed.png figure9-testbed.png'
    check '  equal data give equal pictures' diff -r "$out" "$TMPDIR/again"
else
    echo 'ok # SKIP gnuplot is not there to draw the figures'
fi

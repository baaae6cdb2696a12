#!/bin/bash
# Energy through the verbs, in every model that may count it: the sums of a run, its series, its nodes
# and its picture are one number; who counts none has no picture.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh

# Joules of a variant, in the mean over its replications: as the measure has them, and as bins do.
measured() { # DB VARIANT
    query "$1" "SELECT printf('%.1f', avg(value)) FROM metric JOIN run USING (run_id)
        WHERE variant = '$2' AND name = 'energy_j'"
}
over_time() {
    query "$1" "SELECT printf('%.1f', sum(energy) / 1e9 / count(DISTINCT run_id)) FROM bin
        JOIN run USING (run_id) WHERE variant = '$2'"
}
# And as the picture's rows do, of which a base that is left out is put back.
drawn() { # DB COLUMN VARIANT [BASE]
    "$NIMBLESIM" paper "$1" --quiet --out "$TMPDIR/rows" 2>>"$TMPDIR/paper.err"
    awk -F'\t' -v c="$2" -v v="$3" -v base="${4:-0}" '$c == v { j += $7 } END { printf "%.1f", j + base }' \
        "$TMPDIR/rows/chart-energy-"*.tsv
    rm -rf "$TMPDIR/rows"
}

spends() { # SCENARIO COLUMN VARIANT SETTING...: where variants stand in the picture's rows
    local scenario=$1 column=$2 variant=$3 base=0 db=$TMPDIR/spent.db setting settings=()
    shift 3
    for setting; do settings+=(--set "$setting"); done
    check "$scenario" exits_with 0 run "scenarios/$scenario.yaml" --replications 2 --quiet --force \
        --set record=calls "${settings[@]}" --out "$db"
    local joules
    joules=$(measured "$db" "$variant")
    check "  spends" test "${joules%.*}" -gt 0
    check "  over time what it spends in all" is_equal "$(over_time "$db" "$variant")" "$joules"
    [ "$scenario" != wasmtube-energy ] || base=$(query "$db" "SELECT avg(value) FROM metric
        JOIN run USING (run_id) WHERE variant = '$variant' AND name = 'idle_j'")
    check "  and so says its picture" is_equal "$(drawn "$db" "$column" "$variant" "$base")" "$joules"
    check "  which the report draws" exits_with 0 report "$db" --force --out "$TMPDIR/spent.html"
    check "  too" grep -q 'id="figure-chart-energy"' "$TMPDIR/spent.html"
    check "  beside its series" grep -q 'id="figure-series-energy"' "$TMPDIR/spent.html"
}

spends factory-energy 6 nimble
spends wasmtube-energy 6 poll
spends qos 6 qos 'nodes.energy.idle=2 W' 'nodes.energy.compute=[3 W, 4 W, 5 W]' \
    'nodes.energy.receive=0.1 uJ/bit' 'nodes.energy.send=0.2 uJ/bit' 'clients.frame_size=20 kB' \
    'clients.answer_size=100 B'
spends pi5 5 sort 'node.energy.idle=3 W' 'node.energy.compute=1 W'

for scenario in factory wasmtube-update qos pi5; do
    "$NIMBLESIM" run scenarios/$scenario.yaml --replications 1 --quiet --force --out "$TMPDIR/none.db"
    "$NIMBLESIM" report "$TMPDIR/none.db" --force --out "$TMPDIR/none.html" >/dev/null 2>&1
    check "$scenario counts none: no picture of it" is_equal \
        "$(grep -c 'figure-[a-z]*-energy"' "$TMPDIR/none.html")" 0
done
# shellcheck disable=SC2154 # of tap.sh
echo "1..$tap_count"

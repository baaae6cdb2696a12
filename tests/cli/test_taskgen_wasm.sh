#!/bin/bash
# nimblesim taskgen --wasm: the binaries of a taskset in a folder, against what Debian's wabt takes
# for a module, against the index beside them, and against what a run with real sizes sees.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
factory=scenarios/factory.yaml
smoke=scenarios/smoke.yaml
dir=$TMPDIR/binaries

all_valid() { # FOLDER COUNT
    local valid=0 file
    for file in "$1"/*/*.wasm; do
        wasm-validate "$file" && valid=$((valid + 1))
    done
    is_equal $valid "$2"
}
rows() { grep -v '^#' "$dir/index.tsv"; } # of the index
sizes_hold() { # every file is as long as its row says, and as drawn or longer
    rows | while IFS=$'\t' read -r _ _ _ file size drawn _; do
        [ "$(stat -c %s "$dir/$file")" = "$size" ] && [ "$size" -ge "$drawn" ] || echo "# $file"
    done | grep . && return 1
    return 0
}
raised() { rows | awk -F '\t' '$5 > $6' | wc -l; }

check 'the factory becomes real' exits_with 0 taskgen $factory --wasm "$dir"
check '  all its 450 tasklets' is_equal "$(find "$dir" -name '*.wasm' | wc -l)" 450
check '  valid modules, every one' all_valid "$dir" 450
check '  as long as the index says' sizes_hold
check '  less than 5 % of them longer than drawn' test "$(raised)" -lt 23
check '  some of them, since it must be seen' test "$(raised)" -gt 0
check '  as many as the report says' prints "^$(raised) of 450 (.* %) had to be longer than drawn"
check '  numbered like the tasklets' is_equal "$(rows | cut -f 1,2,4 | sed -n '1p;201p;250p;251p;450p' |
    tr '\t\n' ' ;')" 'nimble 0 nimble/chain-0.wasm;nimble 200 nimble/algorithm-0.wasm;nimble 249 nimble/algorithm-49.wasm;monolithic 0 monolithic/chain-0.wasm;monolithic 199 monolithic/chain-199.wasm;'
check '  with histograms' prints '^  work (s)  *drawn  *real'
check '  and nothing on standard error' is_silent

# Imports by name, in the order of the calls.
names() { rows | awk -F '\t' '$1 == "nimble" { name[$2] = $3 }
    $2 == 7 && $1 == "nimble" { n = split($9, call, " ") }
    END { for (i = 1; i <= n; i++) printf "%s ", name[call[i]] }'; }
imports() { wasm-objdump -x -j Import "$dir/nimble/chain-7.wasm" |
    sed -n 's/^ - func.*<- *\.//p' | tr '\n' ' '; }
check '  a chain imports what it calls' is_equal "$(imports)" "$(names)"
check '  a twin nothing' is_equal \
    "$(wasm-objdump -h "$dir/monolithic/chain-7.wasm" | grep -c '^ *Import')" 0

sums() { (cd "$1" && find . -type f | sort | xargs cksum); }
sums "$dir" >"$TMPDIR/first"
check 'binaries are not replaced unasked' exits_with 73 taskgen $factory --wasm "$dir"
check '  which a hint explains' says '--force replaces them'
echo mine >"$dir/nimble/notes.txt"
check '  unless by force' exits_with 0 taskgen $factory --wasm "$dir" --force
check '  and never a file of another' is_equal "$(cat "$dir/nimble/notes.txt")" mine
rm "$dir/nimble/notes.txt"
sums "$dir" >"$TMPDIR/second"
check '  the same bytes again' cmp -s "$TMPDIR/first" "$TMPDIR/second"
check 'a smaller taskset takes the place' exits_with 0 taskgen $smoke --wasm "$dir" --force --quiet
check '  without a word' test ! -s "$TMPDIR/out"
check '  of all of the larger one' is_equal "$(find "$dir" -name '*.wasm' | wc -l)" 55
echo mine >"$dir/nimble/chain-150.wasm"
check 'a binary of another is in the way' exits_with 73 taskgen $factory --wasm "$dir" --force
check '  is named' says 'chain-150.wasm: cannot be created'
check '  and kept' is_equal "$(cat "$dir/nimble/chain-150.wasm")" mine
check '  alone' is_equal "$(find "$dir" -type f | wc -l)" 1

dir=$TMPDIR/heaps
check 'every tasklet with a heap' exits_with 0 taskgen $factory --wasm "$dir" \
    --set taskset.heap='{uniform: [0 B, 4 KiB]}'
check '  is a valid module' all_valid "$dir" 450
check '  as long as the index says' sizes_hold
check '  of as many instructions as without' is_equal \
    "$(rows | awk -F '\t' '{ sum += $7 } END { printf "%.0f", sum }')" \
    "$("$NIMBLESIM" taskgen $factory --wasm "$TMPDIR/without" --quiet && grep -v '^#' \
        "$TMPDIR/without/index.tsv" | awk -F '\t' '{ sum += $7 } END { printf "%.0f", sum }')"
check '  with memory and global' test \
    "$(wasm-objdump -h "$dir/nimble/chain-7.wasm" | grep -c '^ *\(Memory\|Global\)')" = 2
check '  and none where no heap was drawn' test \
    "$(wasm-objdump -h "$TMPDIR/without/nimble/chain-7.wasm" | grep -c '^ *\(Memory\|Global\)')" = 0
check 'a heap that no binary can hold is bad data' exits_with 65 taskgen $factory --force \
    --wasm "$dir" --set taskset.heap='17 MiB'
check '  with the key' says 'taskset.heap: '

check 'one variant alone' exits_with 0 taskgen $smoke --wasm "$TMPDIR/one" --variant monolithic --json
check '  is all that there is' is_equal "$(find "$TMPDIR/one" -name '*.wasm' | wc -l)" 20
check '  also in the object' is_equal "$(json '$.binaries.count')" 20
check '  which has a row a binary' is_equal "$(json '$.binaries.variants[0].binaries[19].file')" \
    monolithic/chain-19.wasm
check '  whose classes sum up' is_equal "$(sqlite3 :memory: "
    WITH document(text) AS (SELECT CAST(readfile('$TMPDIR/out') AS TEXT)),
    b(value) AS (SELECT b.value FROM document, json_each(text, '\$.binaries.variants[0].binaries') b)
    SELECT count(*) FROM b WHERE json_extract(value, '\$.instructions') <>
        (SELECT sum(c.value) FROM json_each(b.value, '\$.classes') c)")" 0
check '  and the histograms, too' is_equal "$(sqlite3 :memory: "
    WITH document(text) AS (SELECT CAST(readfile('$TMPDIR/out') AS TEXT))
    SELECT sum(h.value) FROM document, json_each(text, '\$.binaries.variants[0].work_histogram_ns.real') h")" 20
other() { "$NIMBLESIM" taskgen $smoke --wasm "$TMPDIR/other" --seed 2 --quiet; }
check 'another seed' other
check '  makes others' is_equal "$(cmp -s "$TMPDIR/one/monolithic/chain-3.wasm" \
    "$TMPDIR/other/monolithic/chain-3.wasm" || echo other)" other

# The sum of what a run with real sizes has in its taskset is that of the files.
run_sizes() { query "$TMPDIR/$1.db" "SELECT sum(size_bytes) FROM tasklet JOIN run USING (run_id)
    WHERE variant = 'nimble' AND replication = 1"; }
run() { # NAME SET...
    exits_with 0 run $factory --replication 1 --quiet --set record=calls --set duration='60 s' \
        --out "$TMPDIR/$1.db" "${@:2}"
}
digest() { query "$TMPDIR/$1.db" "SELECT digest FROM v_run WHERE variant = '$2'"; }
check 'a run with sizes as drawn' run drawn
check 'and one with real sizes' run real --set taskset.sizes=real
exits_with 0 taskgen $factory --wasm "$TMPDIR/again" --variant nimble --json
check '  sees what the files take' is_equal "$(run_sizes real)" \
    "$(json '$.binaries.variants[0].size_bytes')"
check '  which is more than was drawn' is_equal "$(run_sizes drawn)" \
    "$(json '$.binaries.variants[0].drawn_bytes')"
check '  and changes the run' is_equal \
    "$([ "$(digest drawn nimble)" = "$(digest real nimble)" ] || echo changed)" changed
check '  but not where nothing was raised' is_equal "$(digest real monolithic)" \
    "$(digest drawn monolithic)"

check 'a folder that is not ours is left alone' exits_with 73 taskgen $smoke --wasm scenarios --force
check '  and named' says 'scenarios is not empty'
check 'nor is a file one' exits_with 73 taskgen $smoke --wasm $smoke --force
check 'where no folder can be there is none' exits_with 73 taskgen $smoke --wasm "$TMPDIR/no/folder"
mkdir "$TMPDIR/empty"
check 'an empty folder will do' exits_with 0 taskgen $smoke --wasm "$TMPDIR/empty"
echo mine >"$TMPDIR/empty/nimble/chain-notes.txt"
printf 'nimble\t0\tP\tnimble/chain-notes.txt\t1\t1\t1\t0\t-\n' >>"$TMPDIR/empty/index.tsv"
check 'where an index names a file that is none of ours' exits_with 0 taskgen $smoke \
    --wasm "$TMPDIR/empty" --force
check '  it is left alone' is_equal "$(cat "$TMPDIR/empty/nimble/chain-notes.txt")" mine
cannot_write() { # no file may be longer than a KiB: the index cannot be written whole
    (
        trap '' XFSZ
        ulimit -f 1
        "$NIMBLESIM" taskgen $smoke --wasm "$TMPDIR/full" 2>&1 >/dev/null | cat >"$TMPDIR/err"
        is_equal "${PIPESTATUS[0]}" 74
    )
}
check 'a write that fails is an I/O error' cannot_write
check '  with the file' says 'index.tsv: cannot be written'
check '  and leaves nothing behind' test ! -e "$TMPDIR/full"
check 'work that no binary can hold is bad data' exits_with 65 taskgen $smoke --wasm "$TMPDIR/much" \
    --set platform.instruction_time='1 ns'
check '  with tasklet and number' says 'monolithic, replication 1: tasklet 0 with all that it calls'
check '  and leaves nothing behind' test ! -e "$TMPDIR/much"
echo "1..$tap_count"

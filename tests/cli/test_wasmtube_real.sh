#!/bin/bash
# What calls into a sandbox cost this host, at their smallest: what is measured is the host's; that
# every answer is the one that C gives, and that the arms are all there, must be true.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
# shellcheck source=tests/support/gone.sh
. tests/support/gone.sh
update=scenarios/wasmtube-update.yaml
db=$TMPDIR/real.db

if ! "$NIMBLESIM" --version | grep -q 'Wasm runtime: WAMR'; then
    check 'without the Wasm runtime nothing is run' exits_with 70 testbed $update --small
    check '  which is said' says 'without the Wasm runtime'
    echo "1..$tap_count"
    exit
fi

fact() { query "$db" "SELECT value FROM trial_fact WHERE name = '$1'"; }
without_layout() { tr -d ' \n\134' <"$1"; }
same_bytes() {
    models/wasmtube/real/tube.sh >"$TMPDIR/module.c" &&
        is_equal "$(without_layout "$TMPDIR/module.c" | sed 's/,}/}/')" \
            "$(without_layout models/wasmtube/real/tube_module.c | sed 's/,}/}/')"
}
check 'the module is the one of its source' same_bytes
check 'calls are timed' exits_with 0 testbed $update --part call --small --out "$db" --force
check '  every arm in every block' is_equal \
    "$(query "$db" "SELECT count(*) FROM trial_value WHERE part = 'call'")" 54
check '  answered as in C, both ways' is_equal "$(fact 'answers compared')" '500 arrays, both ways as in C'
check '  each of them' is_equal "$(fact calls)" '1980, each answered as in C'
check '  nothing resolved by three blocks' is_equal "$(query "$db" \
    'SELECT DISTINCT verdict FROM trial_finding')" 'not resolved'

# A disk that is full behind the beginning: where that is depends on what is stored.
cannot_be_stored() {
    local blocks code told=1
    for blocks in $(seq 100 20 320); do
        rm -f "$TMPDIR/small.db"*
        (
            ulimit -f "$blocks"
            "$NIMBLESIM" testbed $update --part call --small --out "$TMPDIR/small.db" --quiet \
                >"$TMPDIR/out" 2>"$TMPDIR/err"
        )
        code=$?
        [ $code = 74 ] && says 'small.db: ' && told=0
        case $code in 0 | 73 | 74) ;; *) return 1 ;; esac
    done
    return $told
}
check 'what cannot be stored to its end is told' cannot_be_stored
check '  and nobody is left' nobody_is_left

no_folder() { ! compgen -G "$TMPDIR/nimblesim-tube-*" >/dev/null; }
drawn() { grep -q "chart-$1" "$TMPDIR/page.html"; }
for size in 2kb 2mb 20mb; do
    check "code of $size is exchanged while it is called" exits_with 0 testbed $update --part swap-$size \
        --small --out "$db" --force
    check '  as often as it was new' is_equal "$(fact swaps | cut -d' ' -f1)" 18
    check '  no call failed' is_equal "$(fact 'failed calls')" 0
    check '  none was answered by the old version behind that' is_equal "$(fact 'answers of a wrong version')" 0
    check '  half a file is refused, each time' is_equal "$(fact 'bad files')" '6 of 6 refused, with service kept'
    check '  of two at once the last one answers' is_equal "$(fact 'two files at once')" '6 times the last one answers'
    check '  nothing is held' is_equal "$(fact 'held by sandboxes that are gone')" '0 B'
    check '  and no process, and no folder, is left' eval 'nobody_is_left && no_folder'
    check '  what is done at a swap follows each other, and calls wait for the exchange alone' is_equal "$(query "$db" \
        "SELECT count(*), sum(x > value), (SELECT x FROM trial_point WHERE series = 'prepared, calls: calls wait') =
        (SELECT value FROM trial_point WHERE series = 'prepared: makes a sandbox') FROM trial_point")" '11|0|1'
    check '  or for all of it' is_equal "$(query "$db" "SELECT x FROM trial_point
        WHERE series = 'mailbox, calls: calls wait'")" 0.0
    check '  a report draws that' exits_with 0 report "$db" --out "$TMPDIR/page.html" --force
    check '    gaps and a swap' eval 'drawn gaps && drawn swap && ! drawn layers'
done
no_runs() { cp "$db" "$TMPDIR/none.db" && sqlite3 "$TMPDIR/none.db" 'DELETE FROM run' &&
    exits_with 65 paper "$TMPDIR/none.db" --page "$TMPDIR/none.html" --force; }
check 'a result without runs has no page, and says so' eval 'no_runs && says "no complete run"'

check 'one binary serves three layers' exits_with 0 testbed $update --part layers --small --out "$db" --force
check '  every arm in every block' is_equal \
    "$(query "$db" "SELECT count(*) FROM trial_value WHERE part = 'layers'")" 16
check '  the same binary' is_equal "$(fact 'module in layers')" 'the same in all 3'
check '  with the same answers' is_equal "$(fact answers)" '16, bit for bit the same in all layers'
check '  held at speeds by somebody' is_equal "$(query "$db" "SELECT count(*) FROM trial_fact
    WHERE name = 'held by' AND (value LIKE 'duty cycle%' OR value LIKE 'the kernel%')")" 1
check '  of which the device is the slowest, whatever the host does' is_equal "$(query "$db" "SELECT
    min(value) FILTER (WHERE arm = 'device') > avg(value) FILTER (WHERE arm LIKE 'local%')
    FROM trial_value WHERE metric = 'larger'")" 1
check '  beside what the paper has' is_equal "$(query "$db" \
    "SELECT count(*) FROM trial_fact WHERE value LIKE 'device 3304.31 ms, 0.14 %; cloud 1120.75 ms%'")" 1
check '  and no process is left' nobody_is_left
check '  a report draws that' exits_with 0 report "$db" --out "$TMPDIR/page.html" --force
check '    the layers, and no swap' eval 'drawn layers && ! drawn gaps && ! drawn swap'
page_of_the_paper() { # whether its own numbers are met is asked elsewhere
    "$NIMBLESIM" paper "$db" --page "$TMPDIR/paper.html" --force >/dev/null 2>&1
    grep -q chart-layers "$TMPDIR/paper.html"
}
check '  so does the page of the paper' page_of_the_paper
echo "1..$tap_count"

#!/bin/bash
# Two writers at once, --force at its limits, hostile results, signals.
# RACES=100 tries more often than `make test` does.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
smoke=scenarios/smoke.yaml
result=$TMPDIR/result.db

race() { # the file: whoever says that it was done must have left what it says
    local first second
    "$NIMBLESIM" run $smoke --out "$1" --force -q >"$TMPDIR/out1" 2>"$TMPDIR/err1" &
    "$NIMBLESIM" run $smoke --out "$1" --force -q >"$TMPDIR/out2" 2>"$TMPDIR/err2"
    second=$?
    wait $!
    first=$?
    case $first/$second in
    0/0 | 0/73 | 73/0) ;;
    *)
        echo "# exit codes $first and $second"
        sed 's/^/# /' "$TMPDIR/err1" "$TMPDIR/err2"
        return 1
        ;;
    esac
    [ "$(query "$1" 'SELECT state FROM invocation')" = complete ] && no_litter "$1"
}

no_litter() { # beside the file
    ! find "$(dirname "$1")" -name "$(basename "$1").*" | sed 's/^/# left: /' | grep .
}

races() { # COUNT FILE
    for _ in $(seq "$1"); do
        race "$2" || return
    done
}

refused() { # NAME FILE ARGUMENT...: with 73, and the file as it was
    local name=$1 file=$2 before
    shift 2
    before=$(sha256sum <"$file")
    check "$name" exits_with 73 "$@"
    check '  and leaves it as it was' is_equal "$(sha256sum <"$file")" "$before"
}

check 'a result' exits_with 0 run $smoke --out "$result" -q
check 'of two runs that replace one file, the one that succeeds has left its result' \
    races "${RACES:-10}" "$result"
check '  and also where there was no file' race "$TMPDIR/fresh.db"

exec 9<"$result"
flock 9
refused 'a file that somebody writes is not replaced' "$result" run $smoke --out "$result" --force
check '  and the loser says why' says 'another process writes into it'
exec 9<&-

"$NIMBLESIM" run $smoke --set record=calls --out "$result" --force -q
refused 'report does not replace a result' "$result" report "$result" --out "$result" --force
refused 'export does not replace a result' "$result" export "$result" call --out "$result" --force
cp $smoke "$TMPDIR/mine.yaml"
refused 'calibrate does not replace a scenario' "$TMPDIR/mine.yaml" \
    calibrate "$TMPDIR/mine.yaml" --out "$TMPDIR/mine.yaml" --force

refused 'nor does a report' "$TMPDIR/mine.yaml" report "$result" --out "$TMPDIR/mine.yaml" --force
refused 'nor an export' "$TMPDIR/mine.yaml" export "$result" call --out "$TMPDIR/mine.yaml" --force
refused 'nor a capture' "$TMPDIR/mine.yaml" run $smoke --pcap "$TMPDIR/mine.yaml" --force
refused 'nor a saved state' "$TMPDIR/mine.yaml" exec "$TASKLETS/chain.wasm" 7 \
    --save "$TMPDIR/mine.yaml" --force

replaces() { # ARGUMENT...: what it has written itself, whatever of it comes first; and what is empty
    rm -f "$TMPDIR/own"
    exits_with 0 "$@" && cp "$TMPDIR/own" "$TMPDIR/first" && exits_with 73 "$@" &&
        exits_with 0 "$@" --force && cmp "$TMPDIR/own" "$TMPDIR/first" &&
        : >"$TMPDIR/own" && exits_with 0 "$@" --force
}
replaces_exports() {
    local what
    for what in $("$NIMBLESIM" export "$result" --json | grep -o '"name": "[^"]*"' | cut -d '"' -f 4); do
        case $what in
        *event) continue ;; # not recorded
        perfetto | bonnmotion) replaces export "$result" "$what" --out "$TMPDIR/own" || return ;;
        *) replaces export "$result" "$what" --out "$TMPDIR/own" &&
            replaces export "$result" "$what" --format json --out "$TMPDIR/own" || return ;;
        esac
        rm -f "$TMPDIR/own.params"
    done
}
check 'an export replaces each export' replaces_exports
check 'a capture a capture' replaces run $smoke -q --pcap "$TMPDIR/own"
check 'a saved state a saved state' replaces exec "$TASKLETS/chain.wasm" 7 --save "$TMPDIR/own"

sed "s/^name:.*/name: points/" $smoke >"$TMPDIR/sweep.yaml"
printf 'sweep:\n  nodes.spacing: [18 m, 20 m]\n' >>"$TMPDIR/sweep.yaml"
mkdir "$TMPDIR/points"
exec 9<"$TMPDIR/points"
flock 9
check 'one sweep at a time works in a folder' \
    exits_with 73 sweep "$TMPDIR/sweep.yaml" --out "$TMPDIR/points" -q
check '  and the other says so' says 'another sweep is at work'
exec 9<&-

cp "$result" "$TMPDIR/hostile.db"
sqlite3 "$TMPDIR/hostile.db" "PRAGMA foreign_keys = OFF; ALTER TABLE run RENAME TO run_before;
    CREATE VIEW run AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)
    SELECT x AS run_id, 'a' AS variant, x AS replication, 1 AS seed, 'complete' AS state,
    '' AS digest, '' AS work_digest, 1 AS events, 1.0 AS wall_s FROM n"
for verb in report compare why export merge; do
    arguments=("$verb" "$TMPDIR/hostile.db")
    [ $verb = export ] && arguments+=(run)
    [ $verb = merge ] && arguments+=(--out "$TMPDIR/merged.db")
    timeout 10 "$NIMBLESIM" "${arguments[@]}" >"$TMPDIR/out" 2>"$TMPDIR/err"
    code=$?
    check "$verb refuses a result whose runs count for ever" test $code -ne 0 -a $code -lt 124
done

"$NIMBLESIM" run scenarios/factory.yaml --out "$TMPDIR/hung.db" -q >/dev/null 2>&1 &
runner=$!
wait_until test -s "$TMPDIR/hung.db"
kill -HUP $runner
wait $runner
check 'a terminal that goes away ends a run in good order' is_equal $? 130
check '  and its file says so' is_equal "$(query "$TMPDIR/hung.db" 'SELECT state FROM invocation')" interrupted

(
    ulimit -f 400
    exec "$NIMBLESIM" run $smoke --set record=events --set duration='600 s' --out "$TMPDIR/large.db" -q >/dev/null 2>"$TMPDIR/err"
)
check 'a limit on the size of files is an I/O error' is_equal $? 74

limited() { # BLOCKS CODE ARGUMENT...: so many times 512 or 1024 bytes are too few for what it writes
    local blocks=$1 code=$2
    shift 2
    rm -rf "$TMPDIR/limited"
    mkdir "$TMPDIR/limited"
    (
        ulimit -f "$blocks"
        exits_with "$code" "$@"
    ) && is_equal "$(find "$TMPDIR/limited" -type f)" ''
}
to=$TMPDIR/limited/file
"$NIMBLESIM" sweep "$TMPDIR/sweep.yaml" --out "$TMPDIR/whole" -q >/dev/null 2>&1
check '  of a report, too, and nothing is left' limited 20 74 report "$result" --out "$to"
check '  of an export' limited 1 74 export "$result" call --out "$to"
check '  of a capture' limited 20 74 run $smoke -q --pcap "$to"
check '  of a merged sweep' limited 20 74 merge "$TMPDIR/whole" --out "$to" -q
check '  of a table of calibrate' limited 1 74 calibrate $smoke --out "$to" -q
check '  of a page of papers' limited 20 74 paper "$result" --page "$to" -q
check '  of a result that cannot even begin' limited 8 73 run $smoke --out "$to" -q
no_remedy() { ! grep -q force "$TMPDIR/err"; }
check '    for which --force is no remedy' no_remedy

locked() { # until it is said
    : >"$TMPDIR/err"
    {
        printf "BEGIN EXCLUSIVE;\n.shell touch '%s'\n" "$TMPDIR/is-locked"
        wait_until grep -q 'waiting for it' "$TMPDIR/err"
    } | sqlite3 "$result" &
    local locker=$!
    wait_until test -e "$TMPDIR/is-locked"
    exits_with 0 report "$result" --out "$TMPDIR/page.html"
    local code=$?
    wait $locker
    return $code
}
check 'a result that another process has locked is waited for' locked
check '  which is said' says 'result.db is locked by another process: waiting for it'

echo "1..$tap_count"

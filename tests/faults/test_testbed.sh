#!/bin/bash
# Any process of a testbed is killed at any moment: none is left a second later, and the database can
# be read and does not call itself complete. KILLS=200 tries as many; KILLS_FIRST=n begins with another one.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
# shellcheck source=tests/support/gone.sh
. tests/support/gone.sh

kills=${KILLS:-8}
first=${KILLS_FIRST:-1}
db=$TMPDIR/killed.db
option=--no-exec
"$NIMBLESIM" --version | grep -q 'Wasm runtime: WAMR' && option=--quiet # then tasklets are run, too

reads_as_incomplete() {
    [ -e "$db" ] || return 0 # killed before there was one
    [ "$(query "$db" 'PRAGMA integrity_check')" = ok ] &&
        [ "$(query "$db" "SELECT state IN ('running', 'failed') FROM invocation")" = 1 ] && # of those
        [ "$(query "$db" "SELECT count(*) FROM run WHERE state = 'complete'")" = 0 ] &&
        [ "$(query "$db" "SELECT count(*) FROM call AS c WHERE status = 'completed' AND NOT EXISTS
            (SELECT 1 FROM acquisition AS a WHERE a.run_id = c.run_id AND a.call_id = c.call_id)")" = 0 ]
}

kill_one() { # TRIAL: a process of its testbed, at a moment of its own
    RANDOM=$1
    rm -f "$db"
    "$NIMBLESIM" testbed scenarios/factory.yaml --replication 1 --set record=calls "$option" \
        --out "$db" >"$TMPDIR/out" 2>"$TMPDIR/err" &
    local testbed=$!
    sleep "0.$((RANDOM % 9))$((RANDOM % 10))"
    local -a process
    mapfile -t process < <(echo "$testbed"; pgrep -P "$testbed")
    local victim=${process[RANDOM % ${#process[@]}]}
    kill -9 "$victim"
    { wait "$testbed"; } 2>/dev/null
    local code=$?
    if [ "$victim" != "$testbed" ] && [ "$code" != 74 ]; then
        echo "# exit code $code instead of 74"
        return 1
    fi
    all_gone_within_a_second "${process[@]}" && reads_as_incomplete
}

for trial in $(seq "$first" $((first + kills - 1))); do
    check "killed at random, trial $trial" kill_one "$trial"
done
echo "1..$tap_count"

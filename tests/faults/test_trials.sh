#!/bin/bash
# The program or a worker of an experiment is killed at any moment: no process is left a second later,
# a worker that was killed is named, and the database can be read, holds whole blocks and does not
# call itself complete. KILLS=200 tries as many; KILLS_FIRST=n begins with another one.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
# shellcheck source=tests/support/gone.sh
. tests/support/gone.sh

kills=${KILLS:-4}
first=${KILLS_FIRST:-1}
db=$TMPDIR/killed.db
scenarios=(qos pi5 choreography)
if ! "$NIMBLESIM" --version | grep -q 'Wasm runtime: WAMR'; then
    echo "1..0 # SKIP built without the Wasm runtime"
    exit
fi

reads_as_incomplete() {
    [ -e "$db" ] || return 0 # killed before there was one
    [ "$(query "$db" 'PRAGMA integrity_check')" = ok ] || return
    [ "$(query "$db" "SELECT state IN ('running', 'failed') FROM invocation")" = 1 ] || return
    [ -n "$(query "$db" "SELECT 1 FROM sqlite_schema WHERE name = 'trial'")" ] || return 0
    [ "$(query "$db" "SELECT count(DISTINCT n) <= 1 FROM
        (SELECT count(*) AS n FROM trial_value GROUP BY part, block)")" = 1 ]
}

kill_one() { # TRIAL: a process of its experiment, at a moment of its own
    RANDOM=$1
    rm -f "$db"
    "$NIMBLESIM" testbed "scenarios/${scenarios[$1 % ${#scenarios[@]}]}.yaml" --small --blocks 20 \
        --set replications=2 --out "$db" --quiet >"$TMPDIR/out" 2>"$TMPDIR/err" &
    local testbed=$!
    sleep "$((RANDOM % 8)).$((RANDOM % 10))"
    local -a process
    mapfile -t process < <(echo "$testbed"; pgrep -P "$testbed")
    local victim=${process[RANDOM % ${#process[@]}]}
    kill -9 "$victim"
    { wait "$testbed"; } 2>/dev/null
    local code=$?
    if [ "$victim" != "$testbed" ] && ! { [ "$code" = 74 ] && says 'worker [0-9]* was killed by signal 9'; }; then
        echo "# exit code $code"
        return 1
    fi
    all_gone_within_a_second "${process[@]}" && reads_as_incomplete
}

for n in $(seq "$first" $((first + kills - 1))); do
    check "killed, number $n: nobody is left and whole blocks are" kill_one "$n"
done
echo "1..$tap_count"

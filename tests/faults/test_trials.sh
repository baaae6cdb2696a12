#!/bin/bash
# The program or a worker of an experiment is killed at any moment: no process is left a second later,
# a worker that was killed is named, and the database can be read, holds whole blocks and does not
# call itself complete. Five in CI, one an experiment; `make faults` tries
# FAULTS_KILLS (200) of them; KILLS=n tries n, KILLS_FIRST=n begins with another one.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
# shellcheck source=tests/support/gone.sh
. tests/support/gone.sh

kills=${KILLS:-5}
first=${KILLS_FIRST:-1}
db=$TMPDIR/killed.db
# Of each experiment its smallest, long enough to be killed at any of the moments below.
experiments=("qos --blocks 20" "pi5 --blocks 20" "choreography --blocks 20"
    "wasmtube-update --blocks 100 --part swap-2kb" "wasmtube-update --blocks 20 --part swap-20mb")
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

named() { # CODE: the worker that was killed, and how
    [ "$1" = 74 ] && says '\(worker [0-9]*\|the process that is started again\) was killed by signal 9'
}

# The server that an experiment ends and starts again may have been about to be killed anyhow.
had_its_time() { # CODE EXPERIMENT
    [ "$1" = 0 ] && [[ $2 = wasmtube* ]] && [ "$(query "$db" 'SELECT state FROM invocation')" = complete ]
}

kill_one() { # TRIAL: a process of its experiment, at a moment of its own
    local experiment=${experiments[$1 % ${#experiments[@]}]}
    local -a word
    read -ra word <<<"$experiment"
    RANDOM=$1
    rm -rf "$db" "$TMPDIR"/nimblesim-tube-* # a program that is killed leaves its folder
    "$NIMBLESIM" testbed "scenarios/${word[0]}.yaml" --small "${word[@]:1}" \
        --set replications=2 --out "$db" --quiet >"$TMPDIR/out" 2>"$TMPDIR/err" &
    local testbed=$!
    sleep "$((RANDOM % 8)).$((RANDOM % 10))"
    local -a process
    local victim=
    until [ -n "$victim" ] && kill -9 "$victim" 2>/dev/null; do # one may have ended meanwhile
        mapfile -t process < <(echo "$testbed"; pgrep -P "$testbed")
        victim=${process[RANDOM % ${#process[@]}]}
    done
    { wait "$testbed"; } 2>/dev/null
    local code=$?
    all_gone_within_a_second "${process[@]}" && nobody_is_left_after_a_second || return
    if [ "$victim" = "$testbed" ]; then
        reads_as_incomplete
    elif ! had_its_time "$code" "$experiment"; then
        named "$code" && reads_as_incomplete || ! echo "# exit code $code"
    fi
}

for n in $(seq "$first" $((first + kills - 1))); do
    check "killed, number $n: nobody is left and whole blocks are" kill_one "$n"
done
echo "1..$tap_count"

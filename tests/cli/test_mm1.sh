#!/bin/bash
# The smallest model through every verb that a model is asked by, with no code of its own but its folder.
# shellcheck disable=SC2016 # what eval runs is expanded there
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
mm1=scenarios/mm1.yaml
db=$TMPDIR/mm1.db
short=(--set 'duration=40000 s' --replications 5)

value_of() { # NAME VARIANT: the mean over replications, rounded
    query "$db" "SELECT round(avg(value), 1) FROM v_metric JOIN v_run USING (run_id)
                 WHERE name = '$1' AND variant = '$2'"
}

digest_with() { # OPTION...
    "$NIMBLESIM" run $mm1 "${short[@]}" --json "$@" 2>"$TMPDIR/err" | grep '"digest"'
}

prints_after() { # PATTERN ARGUMENT...
    local pattern=$1
    shift
    exits_with 0 "$@" && prints "$pattern"
}

check "validate" exits_with 0 validate $mm1
check "  says what it is about" prints 'one queue, some 40000 calls'
check "run" exits_with 0 run $mm1 "${short[@]}" --set record=calls --quiet --out "$db"
check "  as many completed as asked, but for who is there at the end" \
    is_equal "$(query "$db" "SELECT count(*) FROM (SELECT run_id,
        sum(iif(name = 'calls', value, 0)) AS c, sum(iif(name = 'completed', value, 0)) AS d,
        sum(iif(name = 'pending', value, 0)) AS p FROM v_metric GROUP BY run_id) WHERE c = d + p")" 10
check "  a row a call" is_equal "$(query "$db" "SELECT count(*) FROM call")" \
    "$(query "$db" "SELECT CAST(sum(value) AS INTEGER) FROM v_metric WHERE name = 'completed'")"
check "  the server is busy as the load says" is_equal "$(value_of utilisation md1)" 0.8
check "a second run is equal to the bit" is_equal "$(digest_with)" "$(digest_with --threads 2)"
check "compare" exits_with 0 compare "$db"
check "  not paired: service times are work" prints 'not paired'
check "explain" exits_with 0 explain --model mm1 queue.service
check "  a key's default and source" prints 'exponential: 8 s'
check "schema knows its keys" prints_after queue schema
check "report" exits_with 0 report "$db" --out "$TMPDIR/mm1.html"
check "export lists its table" prints_after v_call export "$db"
check "export" exits_with 0 export "$db" v_call --run 1
check "  times in seconds" prints 'call_id,t_s,work_s,response_s'
check "a variant of one's own" exits_with 0 run $mm1 "${short[@]}" --quiet \
    --set 'variants={slow: {queue.service: {exponential: 9 s}}, fast: {queue.service: 1 s}}'
printf 'base: %s\nformat: 1\nmodel: mm1\nsweep: {queue.service: [2 s, 4 s]}\n' \
    "$PWD/$mm1" >"$TMPDIR/sweep.yaml"
check "sweep" exits_with 0 sweep "$TMPDIR/sweep.yaml" --quiet --out "$TMPDIR/mm1.sweep" \
    --set 'duration=40000 s' --set 'variants=[mm1]' --set replications=2
check "merge" exits_with 0 merge "$TMPDIR/mm1.sweep" --out "$TMPDIR/swept.db" --quiet
check "a warm-up as long as the run is refused" exits_with 65 validate $mm1 \
    --set 'queue.warm_up=500000 s'
check "  where it stands" says 'queue.warm_up'
check "an unknown key is refused" exits_with 65 run $mm1 --set 'queue.servise=1 s'
check "  and the likely one named" says 'service'
# shellcheck disable=SC2154 # of tap.sh
echo "1..$tap_count"

#!/bin/bash
# What nimblesim run says of its own figures: how many replications a precision takes, how long
# a run warms up, and whether its queues are stationary.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
smoke=scenarios/smoke.yaml
factory=scenarios/factory.yaml
precise='replications={precision: 8 %, max: 60}'

# ---- replications until a precision is reached ----
check 'a precision is reached' exits_with 0 run $smoke --set "$precise" --json --threads 1
check '  and said so' is_equal "$(json '$.replications.reached')" 1
check '  with what was asked' is_equal \
    "$(json '$.replications.asked')" \
    '{"precision":0.08,"of":"response_mean_s","min":5,"max":60,"level":0.95}'
check '  and what was reached, a variant' is_equal \
    "$(sqlite3 :memory: "SELECT $(json '$.replications.precision.nimble') <= 0.08 AND
                                $(json '$.replications.precision.monolithic') <= 0.08")" 1
n=$(json '$.replications.n')
digest=$(json '$.digest')
check '  by more than a round and less than all' test "$n" -gt 5 -a "$n" -lt 60
check '  with as many runs a variant' is_equal "$(json '$.runs[#-1].replication')" "$n"
check 'two threads reach it, too' exits_with 0 run $smoke --set "$precise" --json --threads 2 \
    --out "$TMPDIR/precise.db"
check '  with as many replications' is_equal "$(json '$.replications.n')" "$n"
check '  and the same digest' is_equal "$(json '$.digest')" "$digest"
check '  and all runs in the database, numbered without a gap' is_equal \
    "$(query "$TMPDIR/precise.db" 'SELECT count(*) = max(run_id), count(*), state
                                   FROM run JOIN invocation USING (state)')" \
    "1|$((2 * n))|complete"
check 'the table says it' exits_with 0 run $smoke --set "$precise"
check '  in words' prints \
    '^replications until response_mean_s is known to 8 % with 95 % confidence: reached$'
check '  and per cent' prints '^  half width over mean .*[0-9] % .*[0-9] %$'

check 'max ends it before' exits_with 0 run $smoke \
    --set 'replications={precision: 0.1 %, min: 2, max: 3}' --json
check '  with a warning' says '3 replications response_mean_s is not known to 0.1 %'
check '  and said so' is_equal "$(json '$.replications.reached')" 0
check '--replication K runs that one alone' exits_with 0 run $smoke --set "$precise" \
    --replication 4 --json
check '  without a precision' is_equal "$(json '$.replications')" '{"n":1}'

check 'no such metric is bad input' exits_with 65 run $smoke \
    --set 'replications={precision: 2 %, of: evictoins}'
check '  with its place and a suggestion' says \
    '^--set:1:35: replications.of: no metric is called "evictoins"; did you mean evictions?$'

"$NIMBLESIM" run $factory --set 'replications={precision: 0.01 %, max: 100000}' -q \
    --out "$TMPDIR/interrupted.db" 2>"$TMPDIR/err" &
pid=$!
wait_until test -s "$TMPDIR/interrupted.db"
kill -INT $pid
wait $pid
check 'rounds can be interrupted' test $? = 130
check '  and the database says so' is_equal \
    "$(query "$TMPDIR/interrupted.db" 'SELECT state FROM invocation')" interrupted

# ---- warm-up ----
check 'the factory' exits_with 0 run $factory --out "$TMPDIR/factory.db"
check '  has its warm-up in the table' prints '^  response  *first [0-9]* s  *first [0-9]* s$'
check '  and no warning' is_silent
check '  and each run has its own in the database' is_equal \
    "$(query "$TMPDIR/factory.db" "SELECT count(*) FROM v_metric
        WHERE name IN ('warmup_response_s', 'warmup_load_s') AND unit = 's'")" 24
check '  and no queue that is not stationary' is_equal \
    "$(query "$TMPDIR/factory.db" "SELECT sum(value) FROM v_metric
        WHERE name = 'saturated_nodes'")" 0.0
check 'a short run' exits_with 0 run $smoke --json
check '  has none to tell' is_equal "$(json '$.series.nimble.response')" \
    '{"unit":"s","verdict":"too short","warmup_s":null,"steady_mean":null}'

# ---- saturation ----
check 'too few executors' exits_with 0 run $factory --set nodes.executors=1 --json \
    --out "$TMPDIR/saturated.db" --set record=calls
check '  are warned of, with node and load' says \
    'nimble, replication 1: node [67] is saturated: from 1800 s on its calls need 1\.[0-9]* of 1'
worst=$(sqlite3 "$TMPDIR/saturated.db" "SELECT node FROM node_bin
    WHERE run_id = 1 AND t_ns > 2700000000000 GROUP BY node ORDER BY avg(queue) DESC LIMIT 1")
check '  and it is the node with the longest queue' is_equal \
    "$(query "$TMPDIR/saturated.db" "SELECT substr(text, 1, instr(text, ' is')) FROM warning
        WHERE run_id = 1 AND text LIKE 'node %'")" "node $worst "
check '  and counted' test "$(json '$.runs[0].metrics.saturated_nodes')" != 0.0
check '  and kept' is_equal \
    "$(query "$TMPDIR/saturated.db" "SELECT count(*) > 0 FROM warning
        WHERE text LIKE '%the response time is not stationary%'")" 1
check 'too little bandwidth' exits_with 0 run $factory --set mesh.bandwidth='10 kbit/s' \
    --set duration='300 s' --replication 1 --out "$TMPDIR/slow.db"
check '  is warned of, with a link and what waits for it' says \
    'the link from [a-z0-9 ]* to [a-z0-9 ]* is saturated: at the end [0-9.]* kB wait to be sent over it'
check '  and kept for each variant' is_equal \
    "$(query "$TMPDIR/slow.db" "SELECT count(*) FROM warning WHERE text LIKE 'the link %'")" 2
echo "1..$tap_count"

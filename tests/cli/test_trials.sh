#!/bin/bash
# Experiments on this host: arms run for real beside the simulation of the same keys, each at its
# smallest. What they measure is the host's; what they say of themselves must be true.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
# shellcheck source=tests/support/gone.sh
. tests/support/gone.sh

if ! "$NIMBLESIM" --version | grep -q 'Wasm runtime: WAMR'; then
    check 'without the Wasm runtime nothing is run' exits_with 70 testbed scenarios/qos.yaml --small
    check '  which is said' says 'without the Wasm runtime'
    echo "1..$tap_count"
    exit
fi

db=$TMPDIR/real.db
fact() { query "$db" "SELECT value FROM trial_fact WHERE name = '$1'"; }

# ---- qos ----

check 'streams are admitted and refused for real' exits_with 0 testbed scenarios/qos.yaml --small \
    --out "$db" --force --json
measured() { # what --json says is what is stored
    is_equal "$(query "$db" "SELECT abs(value - $(json '$.trials[0].findings[0].measured')) < 1e-9
        FROM trial_finding WHERE arm = 'k8s' AND metric = 'misses'")" 1
}
check '  and told as JSON' measured
check '  every arm in every block' is_equal \
    "$(query "$db" 'SELECT count(*) FROM trial_value')" 50
places() { query "$db" "SELECT group_concat(DISTINCT place) FROM (SELECT place FROM trial_value ORDER BY 1)"; }
check '  each at a place of its own' is_equal "$(places)" 0,1,2,3,4
# How many of six come while another is served depends on how busy the host is.
admitted() { # ARM: the fewest and the most in a block
    query "$db" "SELECT min(value), max(value) FROM trial_value
        WHERE metric = 'completed' AND arm = '$1'"
}
some_are_refused() { admitted qos | awk -F '|' '{ exit !($2 >= 1 && $1 <= $2 && $1 < 6) }'; }
check '  all of six by the scheduler' is_equal "$(admitted k8s)" '6.0|6.0'
check '  and fewer with the capacity in force' some_are_refused
check '  beside what is simulated' is_equal "$(query "$db" \
    "SELECT group_concat(simulated) FROM (SELECT * FROM v_trial WHERE metric = 'completed'
     AND arm IN ('k8s', 'k8s-again', 'cap-only') ORDER BY arm)")" 4.0,6.0,6.0
check '  and nothing resolved by two blocks' is_equal "$(query "$db" \
    'SELECT DISTINCT verdict FROM trial_finding')" 'not resolved'
law() { query "$db" "SELECT scenario_resolved FROM invocation" | grep -q '^  table: \[1, '; }
check '  under the law that was measured' law
check '  pinned' is_equal "$(fact pinned | cut -d, -f1)" all
check '  and never elsewhere' is_equal "$(fact migrations)" '0 slices began on another processor'
within() { # worked and allowed, in percent of a processor
    fact 'processor time while working' | awk '{ exit !($1 > 0 && $1 <= $7) }'
}
check '  within the share that a worker has' within
check '  complete' is_equal "$(query "$db" 'SELECT state FROM v_invocation')" complete
check '  and nobody is left' nobody_is_left
check 'a report can be made of it' exits_with 0 report "$db" --out "$TMPDIR/page.html"
check '  which has both side by side' grep -q 'Simulated beside measured' "$TMPDIR/page.html"
check '  so has a comparison' exits_with 0 compare "$db"
first_metric() { is_equal "$(grep -m 1 'simulated  *measured' "$TMPDIR/out" | cut -c 1-15)" 'misses a stream'; }
check '  what it is about first' first_metric
check '  with the verdict' prints '^  k8s-again  .*not resolved$'
check '  and how inferences slow each other down on this host' \
    grep -q 'chart-sharing' "$TMPDIR/page.html"
points() { query "$db" "SELECT count(*), count(DISTINCT x), min(value) > 0 FROM trial_point
    WHERE curve = 'phi' AND series = '$1'"; }
check '    three rounds of one to six at once' is_equal "$(points 'this host')" '18|6|1'
check '    beside what is simulated' is_equal "$(points 'as simulated')" '6|6|1'
cliff() { query "$db" "SELECT group_concat(round(value, 1)) FROM trial_point
    WHERE series = 'the scenario''s law'"; }
check '    and the law of the scenario' is_equal "$(cliff)" '1.0,1.5,51.3,400.0,400.0,400.0'
measured_paper() { # whose own numbers are not asked for here: the keys are the host's
    "$NIMBLESIM" paper "$db" >"$TMPDIR/out" 2>"$TMPDIR/err"
    prints '^misses a stream  *simulated  *measured'
}
check '  and the page of the paper' measured_paper
check '  a result without an experiment says nothing of one' exits_with 0 run scenarios/qos.yaml \
    --replications 2 --out "$TMPDIR/simulated.db" --force --quiet
without_the_law() { exits_with 0 report "$TMPDIR/simulated.db" --out "$TMPDIR/page.html" --force &&
    ! grep -q chart-sharing "$TMPDIR/page.html"; }
check '    nor on its page' without_the_law
silent_compare() { exits_with 0 compare "$TMPDIR/simulated.db" && ! grep -q measured "$TMPDIR/out"; }
check '    in a comparison' silent_compare

# ---- pi5 ----

check 'batches run under the scheduler for real' exits_with 0 testbed scenarios/pi5.yaml --small \
    --out "$db" --force
check '  every arm in every block' is_equal "$(query "$db" 'SELECT count(*) FROM trial_value')" 36
check '  with equal outputs' is_equal "$(fact answers)" '144, of each task the same in all arms'
check '  never moved where they are pinned' is_equal "$(fact migrations | cut -d, -f1)" '0 pinned'
check '  as the kernel says' is_equal "$(fact placed)" 'all, as the kernel says'
within_memory() { fact memory | awk '{ exit !($1 > 0 && $1 <= $8) }'; }
check '  and within the cap' within_memory
failures() { # admission by memory has none, in the simulation and here
    query "$db" "SELECT group_concat(simulated || value) FROM (SELECT * FROM trial_finding
        WHERE metric = 'start_failures' AND arm IN ('memory', 'all'))"
}
check '  admitted by memory no start fails, simulated or measured' is_equal "$(failures)" 0.00.0,0.00.0
check '  and nobody is left' nobody_is_left

# ---- choreography ----

check 'devices and a controller decide for real while links fail' exits_with 0 testbed \
    scenarios/choreography.yaml --small --out "$db" --force
check '  every arm in every block' is_equal "$(query "$db" \
    "SELECT count(*) FROM trial_value WHERE metric = 'missed_share' AND value BETWEEN 0 AND 1")" 6
check '  one module in all workers' is_equal "$(fact 'module in workers')" 'the same in all 8'
one_module() { fact module | grep -qx 'convolution([0-9]*), SHA-256 [0-9a-f]\{64\}'; }
check '    by its SHA-256' one_module
some_answers() { fact answers | grep -q '^[1-9][0-9]* of [1-9][0-9]* tasks, each the one that the work has$'; }
check '  with the outputs that the work has' some_answers
# Each block is a replication of the simulation: who loses the controller there loses it here.
fell_back() { # in the simulation and here, by the outages alone
    query "$db" "SELECT min(simulated) > 0 AND min(value) > 0 FROM trial_finding
        WHERE metric = 'fallbacks' AND arm = 'central'"
}
check '  and with the relay dropping what the outages say' is_equal "$(fell_back)" 1
check '  pinned' is_equal "$(fact pinned)" 'all, as the kernel says'
check '    and never elsewhere' is_equal "$(fact migrations)" \
    '0 slices began on another processor'
check '  and nobody is left' nobody_is_left
kept_speed() { fact 'speed while working' | grep -q '^[1-9][0-9]*, [1-9][0-9]* and [1-9][0-9]* %'; }
check '  and says how much of their speed workers have had' kept_speed

# What a block is to find has to be there: twenty replications at the keys of the whole experiment.
simulated_alone() { # KEY...: interrupted as soon as they are simulated, before a block is whole
    rm -f "$db"
    "$NIMBLESIM" testbed scenarios/choreography.yaml --blocks 1 --out "$db" --quiet "$@" \
        >"$TMPDIR/out" 2>"$TMPDIR/err" &
    local testbed=$!
    wait_until runs_are_complete
    kill -INT "$testbed"
    wait "$testbed"
    [ $? = 130 ]
}
runs_are_complete() { [ -s "$db" ] && [ "$(query "$db" "SELECT count(*) FROM run WHERE state = 'complete'")" = 40 ]; }
difference() { # of greedy to central in the share of deadlines missed, in standard errors
    query "$db" "SELECT avg(d) / sqrt((avg(d * d) - avg(d) * avg(d)) / (count(*) - 1)) FROM
        (SELECT g.value - c.value AS d FROM v_metric g JOIN run r USING (run_id)
         JOIN run o USING (replication) JOIN v_metric c ON c.run_id = o.run_id AND c.name = g.name
         WHERE g.name = 'missed_share' AND r.variant = 'greedy' AND o.variant = 'central')"
}
missed_by_greedy() {
    query "$db" "SELECT avg(value) FROM v_metric JOIN run USING (run_id)
        WHERE name = 'missed_share' AND variant = 'greedy'"
}
lies() { awk -v x="$1" -v low="$2" -v high="$3" 'BEGIN { exit !(x >= low && x <= high) }' || ! echo "# $1"; }
check 'the whole experiment is simulated first' simulated_alone
check '  where devices that decide for themselves miss less' lies "$(difference)" -99 -3
check '  and is without failures' simulated_alone --set links.mtbf=none
check '    as the shipped scenario: greedy misses 2.6 to 4.4 %' lies "$(missed_by_greedy)" 0.026 0.044
check '    and the controller less' lies "$(difference)" 3 99
check 'another shape than the workers have is refused' exits_with 70 testbed \
    scenarios/choreography.yaml --small --set domains=3 --out "$db" --force
check '  which is said' says 'two domains of two devices'

# ---- how it is asked for ----

check 'a part that is none is refused' exits_with 2 testbed scenarios/qos.yaml --part none
check '  and those that are are told' says 'streams: '
check 'blocks are of experiments alone' exits_with 2 testbed scenarios/smoke.yaml --blocks 2
check '  which is said' says 'has no experiments'
check 'a scenario with a mistake is found before anything is measured' exits_with 65 testbed \
    scenarios/qos.yaml --set nodes.count=many
check 'what the user sets is stronger than what was measured' exits_with 0 testbed scenarios/qos.yaml \
    --small --blocks 1 --set clients.frames=3 --set replications=1 --out "$db" --force --quiet
check '  in the simulation too' is_equal \
    "$(query "$db" "SELECT value FROM metric JOIN run USING (run_id) WHERE name = 'frames' AND variant = 'k8s'")" 18.0

# Nobody answers within a millisecond, and what comes later is of no use to the frame behind it.
check 'a frame that is answered too late is a miss' exits_with 0 testbed scenarios/qos.yaml --small \
    --blocks 1 --set clients.timeout='1 ms' --set replications=1 --out "$db" --force --quiet
check '  each of them, of each stream' is_equal "$(query "$db" "SELECT group_concat(DISTINCT value)
    FROM trial_value WHERE metric = 'misses' AND arm IN ('k8s', 'k8s-again')")" 6.0
# One port a node, and the second client comes when the first has been gone for a second.
check 'a port is given back' exits_with 0 testbed scenarios/qos.yaml --small --blocks 1 \
    --set replications=1 --set admission.ports=1 --set admission.lifetime='0 s' --set clients.frames=2 \
    --set admission.inference_threshold=unlimited --set admission.network_threshold=unlimited \
    --set clients.arrivals='[0 s, 2 s, 4 s, 6 s]' --out "$db" --force --quiet
check '  so that all of four are served' is_equal "$(query "$db" "SELECT DISTINCT value
    FROM trial_value WHERE metric = 'completed' AND arm IN ('k8s', 'qos')")" 4.0

interrupted() { # in its second block at the earliest: whole blocks stay
    rm -f "$db"
    "$NIMBLESIM" testbed scenarios/qos.yaml --small --blocks 50 --set replications=1 --out "$db" --force \
        >"$TMPDIR/out" 2>"$TMPDIR/err" &
    local testbed=$!
    for _ in $(seq 200); do
        sleep 0.1
        [ "$(query "$db" 'SELECT count(DISTINCT block) FROM trial_value' 2>/dev/null)" = 1 ] && break
    done
    sleep 0.2
    kill -INT "$testbed"
    wait "$testbed"
    [ $? = 130 ]
}
check 'interrupted, it ends' interrupted
blocks() { query "$db" 'SELECT count(*) % 25 FROM trial_value'; }
check '  with whole blocks' is_equal "$(blocks)" 0
check '  that are counted' is_equal "$(query "$db" 'SELECT blocks = (SELECT count(DISTINCT block) FROM trial_value)
    FROM trial')" 1
check '  as interrupted' is_equal "$(query "$db" 'SELECT ended FROM trial')" interrupted
check '  and nobody is left' nobody_is_left

echo "1..$tap_count"

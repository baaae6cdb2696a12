#!/bin/bash
# Placement in a continuum through the verbs: run, why, paper, compare, refusals of keys; and stories
# word for word, which GOLDEN_UPDATE=1 rewrites.
# shellcheck disable=SC2016 # what eval runs is expanded there
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
yaml=scenarios/choreography.yaml
db=$TMPDIR/c.db

# Stories of tasks, one after the other.
is_golden() { # STORY FILE TASK...
    local story=tests/golden/$1.story file=$2 task
    shift 2
    for task; do
        "$NIMBLESIM" why "$file" "$task" | tail -n +2 || return 1
    done >"$TMPDIR/out" 2>"$TMPDIR/err"
    [ "${GOLDEN_UPDATE:-0}" = 0 ] || cp "$TMPDIR/out" "$story"
    diff "$story" "$TMPDIR/out" | sed 's/^/# /'
    cmp -s "$story" "$TMPDIR/out"
}

check "validate" exits_with 0 validate $yaml
check "  says what it is about" prints '3 domains of 6 devices'
check "run" exits_with 0 run $yaml --replications 2 --set record=calls --quiet --out "$db"
check "  the placed are all that were decided" is_equal "$(query "$db" "SELECT count(*) FROM (SELECT
    run_id, sum(iif(name = 'calls', value, 0)) AS c, sum(iif(name LIKE 'placed%', value, 0)) AS p,
    sum(iif(name = 'undecided', value, 0)) AS u FROM v_metric GROUP BY run_id) WHERE c = p + u")" 8
check "why" exits_with 0 why "$db" 17 --run 1
check "  the five costs" prints 'estimated costs: own device'
check "compare" exits_with 0 compare "$db"
# Device 7 finds its edge down, thinks it worse by 20 for five seconds, and goes there again behind them.
check "run" exits_with 0 run $yaml --replications 1 --set record=calls --set 'variants=[greedy]' --quiet \
    --out "$TMPDIR/greedy.db"
check "a back-off that ends, word for word" \
    is_golden choreography-a-back-off-ends "$TMPDIR/greedy.db" 4506 4514 4539
check "a fallback, word for word" is_golden choreography-a-fallback "$TMPDIR/greedy.db" 7950
check "run where links fail" exits_with 0 run $yaml --quiet --out "$TMPDIR/failing.db"
check "run where they never do" exits_with 0 run scenarios/choreography-whole.yaml --quiet \
    --out "$TMPDIR/whole.db"
check "paper" exits_with 0 paper "$TMPDIR/failing.db" "$TMPDIR/whole.db"
check "  all within their bands" prints '22 of 22 agree'
check "paper of one alone" exits_with 0 paper "$TMPDIR/whole.db"
check "  says which rows it has no runs for" prints '12 of 22 agree'
check "report" exits_with 0 report "$TMPDIR/failing.db"
check "  a gap an outage: one more piece than outages of each link that failed" is_equal \
    "$(as_wide "$TMPDIR/failing.html" | grep -c 'class="slice')" "$(query "$TMPDIR/failing.db" \
        "SELECT sum(n) FROM (SELECT count(*) + (max(until_ns) < (SELECT max(until_ns) FROM outage
         WHERE run_id = 1)) - (min(t_ns) = 0) AS n FROM outage WHERE run_id = 1 GROUP BY link)")"
"$NIMBLESIM" paper "$TMPDIR/failing.db" --quiet --out "$TMPDIR/rows" 2>/dev/null
check "  energy by tier and link adds up to that of the tasks" is_equal \
    "$(awk -F'\t' '$6 == "greedy" { j += $7 } END { printf "%.1f", j }' \
        "$TMPDIR/rows/chart-energy-choreography.tsv")" "$(query "$TMPDIR/failing.db" \
        "SELECT printf('%.1f', avg(value)) FROM metric JOIN run USING (run_id)
         WHERE variant = 'greedy' AND name = 'energy_j'")"
check "a controller without a domain is refused" exits_with 65 validate $yaml \
    --set policy.controller=4
check "  where it stands" says 'policy.controller'
check "a domain that is not there cannot refuse" exits_with 65 validate $yaml --set 'policy.refuse=[4]'
check "the tracked ledger is of the shipped scenario (else: make ledger)" is_equal \
    "$(sed -n 's/^# hash: //p' models/choreography/results/ledger.tsv)" \
    "$("$NIMBLESIM" validate $yaml | sed 's/.*hash //')"
check "and explains what a reading changes" exits_with 0 explain --model choreography policy.feedback
check "  as it was measured" prints '[*][*]$'
# shellcheck disable=SC2154 # of tap.sh
echo "1..$tap_count"

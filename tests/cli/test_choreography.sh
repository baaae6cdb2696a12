#!/bin/bash
# Placement in a continuum through the verbs: run, why, compare, refusals of keys.
# shellcheck disable=SC2016 # what eval runs is expanded there
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
yaml=scenarios/choreography.yaml
db=$TMPDIR/c.db
check "validate" exits_with 0 validate $yaml
check "  says what it is about" prints '3 domains of 6 devices'
check "run" exits_with 0 run $yaml --replications 2 --set record=calls --quiet --out "$db"
check "  the placed are all that were decided" is_equal "$(query "$db" "SELECT count(*) FROM (SELECT
    run_id, sum(iif(name = 'calls', value, 0)) AS c, sum(iif(name LIKE 'placed%', value, 0)) AS p,
    sum(iif(name = 'undecided', value, 0)) AS u FROM v_metric GROUP BY run_id) WHERE c = p + u")" 8
check "why" exits_with 0 why "$db" 17 --run 1
check "  the five costs" prints 'estimated costs: own device'
check "compare" exits_with 0 compare "$db"
check "run where links fail" exits_with 0 run $yaml --quiet --out "$TMPDIR/failing.db"
check "run where they never do" exits_with 0 run scenarios/choreography-whole.yaml --quiet \
    --out "$TMPDIR/whole.db"
check "paper" exits_with 0 paper "$TMPDIR/failing.db" "$TMPDIR/whole.db"
check "  all within their bands" prints '22 of 22 agree'
check "paper of one alone" exits_with 0 paper "$TMPDIR/whole.db"
check "  says which rows it has no runs for" prints '12 of 22 agree'
check "a controller without a domain is refused" exits_with 65 validate $yaml \
    --set policy.controller=4
check "  where it stands" says 'policy.controller'
check "a domain that is not there cannot refuse" exits_with 65 validate $yaml --set 'policy.refuse=[4]'
# shellcheck disable=SC2154 # of tap.sh
echo "1..$tap_count"

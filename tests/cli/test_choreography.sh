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
check "a controller without a domain is refused" exits_with 65 validate $yaml \
    --set policy.controller=4
check "  where it stands" says 'policy.controller'
check "a domain that is not there cannot refuse" exits_with 65 validate $yaml --set 'policy.refuse=[4]'
# shellcheck disable=SC2154 # of tap.sh
echo "1..$tap_count"

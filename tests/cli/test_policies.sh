#!/bin/bash
# The eviction policies as a user meets them: each runs, each by name, the same on any thread.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
tight='nodes.cache=6 kB'

check 'a policy that nobody knows is bad data' \
    exits_with 65 run scenarios/smoke.yaml --set nodes.eviction=beladdy
check '  and the nearest is named' says 'did you mean belady?'

declare -A hits_of
for policy in lfu lru lfu-history lfu-aging arc gdsf neighbour belady; do
    check "$policy runs, and its books balance" exits_with 0 \
        run scenarios/smoke.yaml --set "$tight" --set nodes.eviction=$policy --threads 1 --json
    one=$(json '$.digest')
    hits_of[$policy]=$(json '$.runs[0].metrics.served_local')
    check '  in silence' is_silent
    exits_with 0 run scenarios/smoke.yaml --set "$tight" --set nodes.eviction=$policy \
        --threads 2 --json
    check '  the same on two threads' is_equal "$(json '$.digest')" "$one"
done
check 'the oracle finds more in its cache than lfu' \
    test "${hits_of[belady]}" -gt "${hits_of[lfu]}"

echo "1..$tap_count"

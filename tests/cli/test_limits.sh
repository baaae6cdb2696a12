#!/bin/bash
# Valid scenarios that used to end in a limit: none does.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh

# One node, one chain, and robots that all wait for the same binary: as many calls go on in one step
# as there are robots, on a stack of 256 kB.
crowd() { # ROBOTS COALESCE
    ( ulimit -s 256 && exits_with 0 run scenarios/factory.yaml --replication 1 \
        --set 'duration=20 s' --set nodes.columns=1 --set nodes.rows=1 --set 'mesh.hop_delay=1 s' \
        --set 'nodes.contact_radius=1000 m' --set nodes.calls_max=100000 \
        --set "protocol.coalesce=$2" --set taskset.chains=1 --set robots.chains=1 \
        --set "robots.count=$1" --quiet )
}
check 'ten thousand robots follow one fetch on a small stack' crowd 10000 true
check 'a hundred thousand do' crowd 100000 true
check 'a hundred thousand fetch each for itself' crowd 100000 false

check 'messages that stay under way for an hour while searches repeat each millisecond' \
    exits_with 0 run scenarios/smoke.yaml --set 'mesh.hop_delay=1 h' --set protocol.attempts=1000 \
    --set 'protocol.local.timeout=1 ms' --set 'protocol.global.timeout=1 ms' \
    --set 'protocol.request_timeout=1 ms' --quiet
check 'links that cannot carry what is sent' \
    exits_with 0 run scenarios/factory-x4.yaml --replication 1 --set 'mesh.bandwidth=10 kbit/s' \
    --quiet

echo "1..$tap_count"

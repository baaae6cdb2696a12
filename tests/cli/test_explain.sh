#!/bin/bash
# nimblesim explain as a user meets it: what a key means, where it is from, what it changes.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh

check 'a key is explained' exits_with 0 explain nodes.cache
check '  with its meaning' prints 'means .*room for tasklet binaries'
check '  what it takes' prints 'takes .*1024 MiB'
check '  its default' prints 'default .*32768 B'
check '  its source' prints 'source .*Table 1'
check '  why it is open' prints 'left open .*50 kB'
check '  its reading' prints "--set nodes.cache='50 kB'"
check '  and what that changes' prints 'gateway ratio .*→.*±'
check 'a key that the paper settles' exits_with 0 explain robots.speed_max
check '  has no readings' is_equal "$(grep -c 'left open\|--set' "$TMPDIR/out")" 0
check 'two keys in one go' exits_with 0 explain mesh.loss robots.count
check '  both' is_equal "$(grep -c '^mesh.loss$\|^robots.count$' "$TMPDIR/out")" 2

check 'a section is listed' exits_with 0 explain robots.noise
check '  with its keys only' is_equal "$(cut -d. -f1,2 "$TMPDIR/out" | sort -u)" robots.noise
check 'all keys are listed' exits_with 0 explain
check '  every one of the reference page' is_equal \
    "$("$NIMBLESIM" schema --reference | sed '1,/^|---/d; s/^| .\([a-z_.]*\). .*/\1/' | tr '\n' ' ')" \
    "$(sed -n '/^\*/d; s/^\([a-z_.][a-z_.]*\) .*/\1/p' "$TMPDIR/out" | tr '\n' ' ')"
check '  open ones with a mark' prints '^protocol.coalesce  *\* false'
check '  settled ones without' prints '^duration  *3600 s'

measured() { grep -v '^#' models/nimblenet/results/ledger.tsv | cut -f3 | grep '\.' | sort -u; }
unexplained=
for key in $(measured); do
    "$NIMBLESIM" explain "$key" | grep -q '→\|to the last bit' || unexplained+=" $key"
done
check 'every key of the ledger has its effects' is_equal "$unexplained" ''
check 'no open key waits to be measured' is_equal \
    "$("$NIMBLESIM" explain | awk '$2 == "*" { print $1 }' | grep '\.' | sort)" "$(measured)"

check 'a slip of the finger' exits_with 2 explain protocol.coalese
check '  is understood' says "did you mean 'protocol.coalesce'"
check 'the last part alone' exits_with 2 explain amplitude
check '  leads to the key' says "did you mean 'robots.noise.amplitude'"
check 'a word like no key' exits_with 2 explain xylophone
check '  leads to the list' says 'nimblesim explain lists them all'

for key in outage.nodes.mtbf outage.pauses.mtbf; do
    check "$key is explained" exits_with 0 explain $key
    check '  as one that asks for the full path' prints 'keep runs from short cuts'
    check '  which validate tells' exits_with 0 validate scenarios/factory.yaml --set "$key=60 s"
    check '  by its name' prints "note: $key takes the full path"
done

check 'JSON of one key' exits_with 0 explain --json protocol.holder_forwards
check '  holds it' is_equal "$(json '$.keys[0].key') $(json '$.keys[0].default')" \
    'protocol.holder_forwards true'
check '  its reading' is_equal "$(json '$.keys[0].readings[0].row')" \
    '--set protocol.holder_forwards=false'
check '  and its verdict' is_equal \
    "$(json '$.keys[0].readings[0].figures.gateway_tx_ratio.verdict')" certain
check 'JSON of all' exits_with 0 explain --json
check '  has them all' is_equal "$(json '$.keys[#-1].key')" platform.calibration

check 'help shows an example first' exits_with 0 explain --help
check '  on standard output' prints 'nimblesim explain protocol.coalesce'
is_full() { "$NIMBLESIM" explain >/dev/full 2>"$TMPDIR/err"; test $? = 74; }
check 'an output that is full is told' is_full

# ---- memory ----
check 'what a node keeps' exits_with 0 explain --memory scenarios/smoke.yaml
check '  is listed by part' prints '^    cache and policy  *[1-9][0-9]*$'
check '  for each variant' prints '^monolithic: bytes reserved'
check '  and adds up' test "$("$NIMBLESIM" explain --memory scenarios/smoke.yaml | awk '
    /^  node/ { sum = $2 } /^  robot/ { exit } /^    / { parts += $NF } END { print (sum == parts && sum > 0) }')" = 1
check 'with room for fewer calls' exits_with 0 explain --memory scenarios/smoke.yaml --json \
    --set nodes.calls_max=32 --set protocol.no_room=wait
check '  they are named' is_equal "$(json '$.variants[0].parts[3].part')" calls
check '  and take less' test "$(json '$.variants[0].parts[3].bytes')" -lt 8000
check '  and who waits for room takes some' test "$(json '$.variants[0].parts[6].bytes')" -gt 0
check 'a scenario that is not there' exits_with 66 explain --memory missing.yaml
check 'overrides of nothing' exits_with 2 explain --set nodes.calls_max=32
check 'a key and the memory at once' exits_with 2 explain nodes.cache --memory scenarios/smoke.yaml
echo "1..$tap_count"

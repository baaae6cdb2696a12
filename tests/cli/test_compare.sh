#!/bin/bash
# nimblesim compare as a user meets it: variants and results, paired and not, identical and
# diverging, in words and in JSON; and what is refused.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
smoke=scenarios/smoke.yaml

run() { # FILE OPTION...
    local file=$1
    shift
    "$NIMBLESIM" run $smoke --quiet --out "$file" "$@"
}
pair() { exits_with "$1" compare "$TMPDIR/$2.db" "$TMPDIR/$3.db" "${@:4}"; }
lines_with() { grep -c -- "$1" "$TMPDIR/out"; }

check 'help shows an example first' exits_with 0 compare --help
check '  with the verb' prints 'nimblesim compare'
check 'no result is a usage error' exits_with 2 compare
check 'three results are too many' exits_with 2 compare a b c
check 'a missing result is missing input' exits_with 66 compare "$TMPDIR/none.db"
echo hello >"$TMPDIR/text"
check 'a file of another kind is bad data' exits_with 65 compare "$TMPDIR/text"
: >"$TMPDIR/empty"
check 'an empty file is bad data' exits_with 65 compare "$TMPDIR/empty"

run "$TMPDIR/a.db" --set record=events
run "$TMPDIR/same.db" --set record=events
run "$TMPDIR/lru.db" --set record=events --set nodes.eviction=lru
run "$TMPDIR/calls.db" --set record=calls --set nodes.eviction=lru
run "$TMPDIR/bare.db" --set nodes.eviction=lru
run "$TMPDIR/seed.db" --seed 5
run "$TMPDIR/more.db" --set replications=3
run "$TMPDIR/one.db" --set variants=[nimble]
cp "$TMPDIR/a.db" "$TMPDIR/killed.db"
query "$TMPDIR/killed.db" "UPDATE invocation SET state = 'running', ended_unix_ns = NULL"
cp "$TMPDIR/a.db" "$TMPDIR/newer.db"
query "$TMPDIR/newer.db" 'PRAGMA user_version = 3'

check 'an incomplete result is refused' pair 65 a killed
check '  for what it is' says 'is incomplete'
check 'a newer result is refused' pair 65 newer a
check '  for what it is' says 'schema version 3'

check 'the variants of one result are compared' exits_with 0 compare "$TMPDIR/a.db"
check '  without a message' is_silent
check '  paired' prints '^2 replications, paired: both sides had the same work$'
check '  with the sides and their difference' prints 'nimble  *monolithic  nimble - monolithic'
check '  triggers are equal' prints '^calls triggered .* equal$'
check '  a wide interval shows nothing' prints '^mean response .* not shown$'
check '  in plain words' prints '^  nimble executes .* ms slower (95 %: .* to .*), significant'
check '  with where they part' prints '^replication 1 parts after [0-9]* equal events'
check '  and five events before' is_equal "$(lines_with '^      *[0-9.]* s  node')" 5
check '  and the first events of A' is_equal "$(lines_with '^  A  .* s  node')" 3
check '  and of B' is_equal "$(lines_with '^  B  .* s  node')" 3

check 'the order of variants can be turned' \
    exits_with 0 compare "$TMPDIR/a.db" --variants monolithic,nimble --json
check '  JSON says which is which' is_equal "$(json '$.comparisons[0].a.variant')" monolithic
turned=$(json '$.comparisons[0].metrics[7].difference')
check 'JSON is one object' exits_with 0 compare "$TMPDIR/a.db" --json
check '  turned differences have the other sign' is_equal \
    "$(query :memory: "SELECT $(json '$.comparisons[0].metrics[7].difference') = -($turned)")" 1
check '  paired' is_equal "$(json '$.comparisons[0].pairing')" paired
check '  with every metric' is_equal "$(json '$.comparisons[0].metrics.#' 2>/dev/null)$(
    sqlite3 :memory: "SELECT json_array_length(CAST(readfile('$TMPDIR/out') AS TEXT), \
'$.comparisons[0].metrics')")" \
    "$(query "$TMPDIR/a.db" 'SELECT count(*) FROM metric WHERE run_id = 1')"
difference=$(query "$TMPDIR/a.db" "SELECT avg(a.value - b.value) FROM metric a JOIN metric b
    USING (name) JOIN run ra ON ra.run_id = a.run_id JOIN run rb ON rb.run_id = b.run_id
    WHERE name = 'tx_bytes' AND ra.variant = 'nimble' AND rb.variant = 'monolithic'
    AND ra.replication = rb.replication")
check '  that is what SQL says' is_equal "$(sqlite3 :memory: "SELECT
    json_extract(value, '$.difference') - ($difference) FROM json_each(json_extract(CAST(
    readfile('$TMPDIR/out') AS TEXT), '$.comparisons[0].metrics'))
    WHERE json_extract(value, '$.name') = 'tx_bytes'")" 0.0
check '  and where they part' is_equal "$(json '$.comparisons[0].divergence.at')" event

# A call against its twin: those that only one side has answered are left out.
twins() { # WHAT: over the calls that both variants of a.db have completed, by replication
    query "$TMPDIR/a.db" "SELECT $1 FROM (SELECT count(*) AS n,
        avg((a.execution_ns - b.execution_ns) / 1e9) AS extra FROM call a
        JOIN run ra ON ra.run_id = a.run_id AND ra.variant = 'nimble'
        JOIN run rb ON rb.replication = ra.replication AND rb.variant = 'monolithic'
        JOIN call b ON b.run_id = rb.run_id AND b.call_id = a.call_id
        WHERE a.status = 'completed' AND b.status = 'completed' GROUP BY ra.replication)"
}
check '  calls are held against their twins' is_equal "$(json '$.comparisons[0].twins.compared')" \
    "$(twins 'sum(n)')"
check '  time by time' is_equal "$(json '$.comparisons[0].twins.differences[3].name')" execution_s
check '  as SQL does it' is_equal "$(query :memory: "SELECT
    abs($(json '$.comparisons[0].twins.differences[3].mean') - $(twins 'avg(extra)')) < 1e-12")" 1
check '  which a wide interval needs' is_equal "$(query :memory: "SELECT
    $(json '$.comparisons[0].twins.differences[3].low') <
    $(json '$.comparisons[0].twins.differences[3].mean')")" 1
check 'people read them too' exits_with 0 compare "$TMPDIR/a.db"
check '  with their number' prints "^$(twins 'sum(n)') calls that both ended, each against its twin: "
check '  and a line a time' prints '^  execution  *[0-9.]* ms ('
check 'without a record of calls there are none' exits_with 0 compare "$TMPDIR/bare.db"
check '  nor a word of them' is_equal "$(lines_with 'against its twin')" 0
check 'with other calls there are none either' pair 0 a seed --json
check '  to compare' is_equal "$(json '$.comparisons[0].twins.compared')" 0

check 'equal results are identical' pair 0 a same
check '  for both variants' is_equal "$(lines_with '^identical: the digests of all 2 runs are equal')" 2
check '  in JSON as well' pair 0 a same --json
check '  as a flag' is_equal "$(json '$.comparisons[1].identical')" 1

check 'another eviction policy is another scenario' pair 0 a lru
check '  which is said' prints '^the scenarios differ (A | B)$'
check '  by the key' prints '^  nodes.eviction: lfu | lru$'
check '  and no other' is_equal "$(lines_with '^  [a-z_.]*: .* | ')" 1
check '  but the same calls' prints 'paired'
check '  and both variants are compared' is_equal "$(lines_with '^A  ')" 2
check '  down to the first event' prints '^  A .* evicted'
check 'without events, calls tell where they part' pair 0 a calls
check '  if a bit later' prints 'parts after [0-9]* equal calls'
check '  both sides of the call' prints '^  B .* call [0-9]*: robot'
check 'without a trace, the way to one is shown' pair 0 a bare
check '  by the option to run with' prints 'no trace was recorded; run with --set record=events'

check 'another seed cannot be paired' pair 0 a seed
check '  so Welch it is' prints "the work differs, so the intervals are Welch's"
check 'more replications on one side are left out' pair 0 a more
check '  which is said' prints '2 replications, paired.* (of 2 and 3)'

check 'one variant alone has nothing to compare with' exits_with 65 compare "$TMPDIR/one.db"
check '  which is said' says 'one variant only'
check 'a variant of one result with one of another' pair 0 a one --variants monolithic,nimble
check '  is one comparison' is_equal "$(lines_with '^A  ')" 1
check 'an unknown variant is refused' pair 65 a one --variants nimble,giant
check '  with those that there are' says 'has no variant giant; it has nimble'
check 'half a pair of variants is a usage error' pair 2 a one --variants nimble,
echo "1..$tap_count"

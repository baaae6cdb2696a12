#!/bin/bash
# nimblesim validate as a user meets it: what is fit to run, what is not, and where it says so.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh

check 'the shipped scenarios are fit to run' exits_with 0 validate scenarios/*.yaml
shipped=(scenarios/*.yaml)
check '  a line each' is_equal "$(grep -c ': ok: ' "$TMPDIR/out")" ${#shipped[@]}
check '  with no word but of the cache that is small on purpose' is_equal \
    "$(grep -v 'monolithic: 176 of 200 chains can never run' "$TMPDIR/err")" ''

cat >"$TMPDIR/bad.yaml" <<'EOF'
format: 1
name: bad
nodes:
  colums: 4
  spacing: 20
robots: {count: -3}
EOF
check 'an algorithm that is not there has no new version' exits_with 65 validate scenarios/factory.yaml \
    --set 'updates.algorithm=[51]' --set 'updates.at=[1 s]'
check '  where it stands' says 'updates.algorithm: algorithm 51: there are 50'
check 'hot swaps of what is preloaded' exits_with 65 validate scenarios/smoke.yaml \
    --set updates.swap=hot --set protocol.preload=sequential
check '  by name' says 'updates.swap: a chain that preloads keeps what it has'
check 'mistakes are bad data' exits_with 65 validate "$TMPDIR/bad.yaml"
check '  all in one go' is_equal "$(grep -c "^$TMPDIR/bad.yaml:" "$TMPDIR/err")" 3
check '  with file, line, column and key' says "bad.yaml:4:3: nodes.colums: .*did you mean"
check '  and nothing on standard output' test ! -s "$TMPDIR/out"
check 'one bad file among good ones decides' \
    exits_with 65 validate scenarios/smoke.yaml "$TMPDIR/bad.yaml" scenarios/factory.yaml
check '  but all are looked at' is_equal "$(grep -c ': ok: ' "$TMPDIR/out")" 2
check 'a missing file is missing input' exits_with 66 validate "$TMPDIR/none.yaml"
check '  and is named' says none.yaml
head -c 300 /dev/urandom >"$TMPDIR/noise.yaml"
check 'a binary file is bad data' exits_with 65 validate "$TMPDIR/noise.yaml"
: >"$TMPDIR/empty.yaml"
check 'so is an empty one' exits_with 65 validate "$TMPDIR/empty.yaml"
sed '/^floor:/ { s/,.*//; q }' scenarios/factory.yaml >"$TMPDIR/cut.yaml"
check 'so is one cut off in the middle' exits_with 65 validate "$TMPDIR/cut.yaml"

check 'a timeout below the longest round trip is fit to run' \
    exits_with 0 validate scenarios/factory-x16.yaml --set protocol.request_timeout='5 s'
check '  with a warning for each variant' is_equal \
    "$(grep -c 'warning: .*: protocol.request_timeout (5 s) is below .*, 5.4 s' "$TMPDIR/err")" 2
check '  which run gives too' exits_with 0 run scenarios/smoke.yaml --replication 1 \
    --set protocol.request_timeout='1 ms' --out "$TMPDIR/short.db" --quiet
check '  and keeps' is_equal "$(sqlite3 "$TMPDIR/short.db" \
    "SELECT count(DISTINCT run_id)
        FROM warning WHERE text LIKE 'protocol.request_timeout (0.001 s)%'")" 2
check '  and JSON has a list' exits_with 0 validate scenarios/smoke.yaml --json \
    --set protocol.request_timeout='1 ms'
check '    of them' is_equal "$(json '$.files[0].warnings' | grep -o request_timeout | wc -l)" 2

check 'so is a cache that some chains do not fit' \
    exits_with 0 validate scenarios/factory.yaml --set nodes.cache='2500 B'
check '  with a warning for their form alone' is_equal "$(grep -c 'warning: ' "$TMPDIR/err")" 1
check '  which says so' \
    says 'warning: monolithic: [0-9]* of 200 chains can never run, and their calls fail: nodes.cache'

check 'an override is applied' exits_with 0 validate scenarios/smoke.yaml --set robots.count=40
check '  and shows' prints '40 robots'
check 'a wrong one is bad data' exits_with 65 validate scenarios/smoke.yaml --set robots.count=2 \
    --set mesh.loss=2
check '  placed by its number' says '^--set:2:[0-9]*: mesh.loss'

check 'every key in force is printed' exits_with 0 validate scenarios/smoke.yaml --print
check '  as a scenario' cp "$TMPDIR/out" "$TMPDIR/printed.yaml"
check '  that is fit to run' exits_with 0 validate "$TMPDIR/printed.yaml"
hash_of() { "$NIMBLESIM" validate "$1" | sed 's/.*hash //'; }
check '  and means the same' is_equal "$(hash_of "$TMPDIR/printed.yaml")" \
    "$(hash_of scenarios/smoke.yaml)"

check 'JSON for good and bad' exits_with 65 validate --json scenarios/smoke.yaml "$TMPDIR/bad.yaml"
check '  says which is which' is_equal "$(json '$.files[0].ok')$(json '$.files[1].ok')" 10
check '  lists the mistakes' is_equal "$(json '$.files[1].errors[2]' | grep -c bad.yaml)" 1
check '  and keeps standard error clean' is_silent

check 'help shows an example first' exits_with 0 validate --help
check '  on standard output' prints 'nimblesim validate scenarios/factory.yaml'
check 'no file is a usage error' exits_with 2 validate
check 'two kinds of output are one too many' exits_with 2 validate --json --print scenarios/smoke.yaml
if [ -e /dev/full ]; then
    full() { "$NIMBLESIM" "$@" >/dev/full 2>"$TMPDIR/err"; is_equal $? 74; }
    check 'help that cannot be printed is an I/O error' full replay --help
    check '  that of all verbs, too' full --help
    check '  and the version' full --version
    check 'a full disk is an I/O error' full validate scenarios/smoke.yaml
    check '  which is said' says 'standard output cannot be written'
    check '  also of the schema' full schema
    check '  which is said' says 'standard output cannot be written'
fi
echo "1..$tap_count"

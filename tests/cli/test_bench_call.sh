#!/bin/bash
# nimblesim bench-call as a user meets it. Times are the host's: only their order is checked, and
# that only where it is a matter of magnitudes.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh

check 'help shows an example first' exits_with 0 bench-call --help
check '  on standard output' prints 'nimblesim bench-call --rounds 10000'
check 'too few rounds are a usage error' exits_with 2 bench-call --rounds 9
check 'so is an operand' exits_with 2 bench-call mean
"$NIMBLESIM" bench-call --rounds 10 >"$TMPDIR/out" 2>"$TMPDIR/err"
if grep -q 'built without the Wasm runtime' "$TMPDIR/err"; then
    check 'without the runtime' exits_with 70 bench-call --rounds 10
    echo "1..$tap_count"
    exit
fi
check 'three works in three ways' exits_with 0 bench-call --rounds 20
check '  without a word on standard error' is_silent
check '  are nine rows' is_equal "$(grep -cE '(native|loaded|cold) +[0-9.]+ ' "$TMPDIR/out")" 9
check '  with the clock named' prints 'The clock itself takes'
check 'as JSON' exits_with 0 bench-call --rounds 20 --json
check '  they are nine, too' is_equal "$(json '$.calls[8].work') $(json '$.calls[8].way')" \
    'median of 60 cold'
check '  native is its own measure' is_equal "$(json '$.calls[0].ratio')" 1
check '  a cold call costs more than a loaded one' is_equal "$(sqlite3 :memory: \
    "SELECT $(json '$.calls[2].median_ns') > $(json '$.calls[1].median_ns')")" 1
check '  which costs more than a native one' is_equal "$(sqlite3 :memory: \
    "SELECT $(json '$.calls[1].median_ns') > $(json '$.calls[0].median_ns')")" 1

echo "1..$tap_count"

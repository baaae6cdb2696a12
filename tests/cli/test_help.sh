#!/bin/bash
# The program says what its verbs do, whichever way it is asked.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh

check 'help lists the verbs' exits_with 0 help
verbs=$(sed -n '/^Simulates/,$s/^  \([a-z][a-z-]*\)  *[a-z].*/\1/p' "$TMPDIR/out" | grep -v '^nimblesim$')
check '  many of them' test "$(wc -l <<<"$verbs")" -ge 17
cp "$TMPDIR/out" "$TMPDIR/list"
check '  as --help does' exits_with 0 --help
check '  to the letter' cmp -s "$TMPDIR/out" "$TMPDIR/list"

for verb in $verbs; do
    check "$verb --help" exits_with 0 "$verb" --help
    check '  begins with an example' prints '^Example:'
    check '  knows --json' prints '--json'
    cp "$TMPDIR/out" "$TMPDIR/wanted"
    check "  help $verb" exits_with 0 help "$verb"
    check '  says the same' cmp -s "$TMPDIR/out" "$TMPDIR/wanted"
done

check 'help of what is no verb' exits_with 2 help rnu
check '  tells what may be meant' says "did you mean 'run'"
echo "1..$tap_count"

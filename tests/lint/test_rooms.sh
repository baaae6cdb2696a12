#!/bin/bash
# The tree keeps the rules of tests/lint/rooms. $LINT_OBJECTS is the folder of a plain build's
# objects of the cores; where it is not given, their symbols are not looked at.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh

check 'arrows between the rooms point one way' tests/lint/arrows.sh
check 'no word of a system stands outside its folder' tests/lint/words.sh
check 'one prefix has one room' tests/lint/prefixes.sh
if [ -n "${LINT_OBJECTS:-}" ]; then
    check 'cores call nothing that acts' tests/lint/symbols.sh "$LINT_OBJECTS"
fi
echo "1..$tap_count"

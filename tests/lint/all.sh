#!/bin/bash
# Checks the rules of tests/lint/rooms, all of them. OBJECTS is as of symbols.sh.
#     tests/lint/all.sh OBJECTS
set -u
here=$(dirname "$0")
code=0
"$here/arrows.sh" || code=1
"$here/words.sh" || code=1
"$here/prefixes.sh" || code=1
"$here/symbols.sh" "$1" || code=1
exit $code

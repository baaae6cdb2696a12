#!/bin/bash
# Prints every C file of the tree in the current folder, a path a line from its root: what is
# built, hidden or a result aside. Files with other endings, if any are given, come with them.
#     tests/lint/sources.sh [ENDING]
set -u
find . \( -path './build*' -o -path './.*' -o -path ./results \) -prune -o \
    \( -name '*.[ch]' -o -name "*.${1:-c}" \) -printf '%P\n' | LC_ALL=C sort

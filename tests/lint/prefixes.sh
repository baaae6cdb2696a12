#!/bin/bash
# Checks that one prefix has one room, from the functions that headers declare. Prints
# "file:line: what is wrong" and exits 1 on an offence.
#     tests/lint/prefixes.sh
set -u
here=$(dirname "$0")
mapfile -t headers < <("$here/sources.sh" | grep '\.h$' | grep -v '^tests/')
awk -f "$here/prefixes.awk" "${headers[@]}"

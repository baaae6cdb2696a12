#!/bin/bash
# Checks that no word of a system stands outside its folder: the words of each models/NAME/words
# against all sources, SQL included, but the system's own, taskgen/, tests/ and models/models.c, the list of all.
# Prints "file:line: what is wrong" and exits 1 on an offence.
#     tests/lint/words.sh
set -u
shopt -s nullglob
here=$(dirname "$0")
code=0
for words in models/*/words; do
    mapfile -t sources < <("$here/sources.sh" sql |
        grep -vE "^(${words%words}|taskgen/|tests/|models/models\.c$)")
    awk -f "$here/words.awk" "$words" "${sources[@]}" || code=1
done
exit $code

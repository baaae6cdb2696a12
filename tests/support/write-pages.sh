#!/bin/bash
# Writes the pages that the program has, of every model, of a sweep and of the papers, into a folder, and
# names them, a line each:
#     PROGRAM=build/nimblesim tests/support/write-pages.sh FOLDER
set -euo pipefail
folder=$1
mkdir -p "$folder"

page_of() { # SCENARIO ARGUMENT...
    local name=$1
    shift
    "$PROGRAM" run "scenarios/$name.yaml" --set record=calls --quiet --force --out "$folder/$name.db" "$@" 2>/dev/null
    "$PROGRAM" report "$folder/$name.db" --out "$folder/$name.html"
}
for scenario in smoke qos pi5 choreography wasmtube-update wasmtube-energy mm1; do
    page_of $scenario --replications 2
done
page_of factory --replications 1
rm -rf "$folder/swept"
"$PROGRAM" sweep scenarios/sweep-pi5.yaml --out "$folder/swept" --quiet >/dev/null 2>&1
"$PROGRAM" merge "$folder/swept" --out "$folder/sweep.db" --force >/dev/null 2>&1
"$PROGRAM" report "$folder/sweep.db" --out "$folder/sweep.html"
# A paper's page may say that a band is missed.
"$PROGRAM" paper "$folder"/{factory,qos,pi5,choreography,wasmtube-update}.db --page "$folder/papers.html" >/dev/null 2>&1 ||
    [ $? = 1 ]
echo "$folder/papers.html"

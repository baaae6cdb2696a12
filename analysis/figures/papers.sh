#!/bin/bash
# Runs the scenarios that a model's paper is held against, each list of models/NAME/results/paper.list,
# and draws what comes of it: into FOLDER/NAME, and the pictures and the table into GALLERY/NAME. A
# scenario with a sweep is swept and merged. FOLDER/paper.html has all of it, and what FOLDER/found.list
# names besides: a tab a paper, with what MODEL-real.db beside FOLDER has measured. Ends with 1 where a
# band is missed, at the end.
#     PROGRAM=build/nimblesim analysis/figures/papers.sh FOLDER GALLERY
set -eu
results=$1 pictures=$2
missed=0
all=()
[ ! -e "$results/found.list" ] || mapfile -t all <"$results/found.list"

run() { # SCENARIO FOLDER: says the file that holds the result
    local scenario=$1 name
    name=$2/$(basename "$scenario" .yaml)
    if grep -q '^sweep:' "$scenario"; then
        rm -rf "$name"
        "$PROGRAM" sweep "$scenario" --out "$name" --quiet >&2
        "$PROGRAM" merge "$name" --out "$name.db" --force >&2
    else
        "$PROGRAM" run "$scenario" --out "$name.db" --force --quiet >&2
    fi
    echo "$name.db"
}

for list in models/*/results/paper.list; do
    [ -e "$list" ] || continue
    model=$(basename "${list%/results/paper.list}")
    folder=$results/$model gallery=$pictures/$model
    mkdir -p "$folder" "$gallery"
    rm -f "$folder"/block-* "$folder"/chart-*
    found=()
    mapfile -t scenarios < <(grep -v '^#' "$list")
    for scenario in "${scenarios[@]}"; do
        echo "$PROGRAM: $scenario"
        found+=("$(run "$scenario" "$folder")")
    done
    all+=("${found[@]}")
    measured=$(dirname "$results")/$model-real.db # of an experiment on this host, where one was made
    [ ! -e "$measured" ] || all+=("$measured")
    code=0
    "$PROGRAM" paper "${found[@]}" --out "$folder" || code=$?
    [ "$code" -le 1 ] || exit "$code"
    [ "$code" -eq 0 ] || missed=1
    analysis/figures/draw.sh "$folder" "$gallery"
    cp "$folder/table.md" "$gallery"
    echo "$folder/: table, data and pictures; $gallery/: the PNGs"
done
code=0
"$PROGRAM" paper "${all[@]}" --page "$results/paper.html" || code=$?
[ "$code" -le 1 ] || exit "$code"
exit "$missed"

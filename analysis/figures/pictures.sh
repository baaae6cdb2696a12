#!/bin/bash
# Runs scenarios that no paper has and draws those of the model's pictures that are named, a line each of
# models/NAME/results/figures.list: SCENARIO PICTURE... Into FOLDER/NAME/SCENARIO; PNGs also into GALLERY/NAME.
#     PROGRAM=build/nimblesim analysis/figures/pictures.sh FOLDER GALLERY
set -eu
results=$1 pictures=$2

for list in models/*/results/figures.list; do
    model=$(basename "${list%/results/figures.list}")
    mapfile -t lines < <(grep -v '^#' "$list")
    for line in "${lines[@]}"; do
        read -r scenario wanted <<<"$line"
        name=$(basename "$scenario" .yaml)
        folder=$results/$model/$name
        mkdir -p "$folder" "$pictures/$model"
        rm -f "$folder"/*
        echo "$PROGRAM: $scenario"
        "$PROGRAM" run "$scenario" --set record=calls --out "$folder/$name.db" --force --quiet
        code=0
        "$PROGRAM" paper "$folder/$name.db" --out "$folder" --quiet || code=$?
        [ "$code" -le 1 ] || exit "$code"
        mkdir "$folder/rows"
        for picture in $wanted; do
            mv "$folder/chart-$picture-$name"* "$folder/rows"
        done
        rm -f "$folder"/*.tsv "$folder"/*.md # the paper's, drawn there
        mv "$folder/rows"/* "$folder"
        rmdir "$folder/rows"
        analysis/figures/draw.sh "$folder" "$pictures/$model"
    done
done

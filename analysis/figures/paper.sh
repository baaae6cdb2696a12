#!/bin/bash
# Runs a scenario, holds the paper's numbers beside ours and draws its figures, into FOLDER; the
# pictures and the table also into the gallery. Ends with 1 where a band is missed, at the end: the
# figures are most welcome when something is off.
#     PROGRAM=build/nimblesim analysis/figures/paper.sh SCENARIO.yaml FOLDER GALLERY
set -eu
scenario=$1 folder=$2 gallery=$3
result=$folder/$(basename "$scenario" .yaml).db

mkdir -p "$folder"
echo "$PROGRAM run $scenario --set record=calls --out $result --force --quiet"
"$PROGRAM" run "$scenario" --set record=calls --out "$result" --force --quiet
code=0
"$PROGRAM" paper "$result" --out "$folder" || code=$?
[ "$code" -le 1 ] || exit "$code"
analysis/figures/draw.sh "$folder" "$gallery"
cp "$folder/table.md" "$gallery"
echo "$folder/: figures as SVG and PNG, their data, the table; $gallery/: the PNGs"
exit "$code"

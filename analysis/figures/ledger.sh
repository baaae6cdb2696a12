#!/bin/bash
# Measures a scenario's ledger into FOLDER/ledger.tsv and draws it: results/ledger.svg and .png, the
# latter also into the gallery. A file that would not change keeps its time.
#     PROGRAM=build/nimblesim analysis/figures/ledger.sh SCENARIO.yaml FOLDER GALLERY
set -eu
scenario=$1 folder=$2 gallery=$3

mkdir -p results "$gallery"
new=$(mktemp)
trap 'rm -f "$new"' EXIT
echo "$PROGRAM ledger $scenario --tsv > $folder/ledger.tsv"
"$PROGRAM" ledger "$scenario" --tsv >"$new"
cmp -s "$new" "$folder/ledger.tsv" || cat "$new" >"$folder/ledger.tsv"
for format in svg png; do
    LC_ALL=C.UTF-8 gnuplot -e "scripts = 'analysis/figures'; folder = '$folder'" \
        -e "format = '$format'; picture = 'results/ledger.$format'" analysis/figures/ledger.gp
done
cp results/ledger.png "$gallery"
echo "$folder/ledger.tsv; results/: ledger.svg, ledger.png; the latter also in the gallery"

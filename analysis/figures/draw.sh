#!/bin/bash
# Draws what `nimblesim paper --out FOLDER` has stored, as SVG, PNG and PDF beside the data:
# figures that have a script of their own here, and the tables and the models' pictures, which say of
# themselves how they are drawn.
#     analysis/figures/draw.sh FOLDER [GALLERY]
# The PNGs are copied to GALLERY.
set -eu
if [ $# -lt 1 ] || [ $# -gt 2 ] || [ ! -d "$1" ]; then
    echo "usage: $0 FOLDER [GALLERY]" >&2
    exit 2
fi
scripts=$(dirname "$0")
export LC_ALL=C.UTF-8

folder=$1 gallery=${2:-}
[ -z "$gallery" ] || mkdir -p "$gallery"

draw() { # NAME SCRIPT [GNUPLOT...]
    local name=$1 script=$2 format
    shift 2
    for format in svg png pdf; do
        # Into place in one step: a picture is whole or not there.
        gnuplot -e "scripts = '$scripts'; folder = '$folder'; format = '$format'" \
            -e "picture = '$folder/$name.$format.new'" "$@" "$script"
        # A PDF holds the second in which it was drawn; its length stays, so nothing else moves.
        [ $format != pdf ] || sed -i 's/(D:[0-9]\{14\}Z)/(D:19700101000000Z)/' "$folder/$name.$format.new"
        mv "$folder/$name.$format.new" "$folder/$name.$format"
    done
    [ -z "$gallery" ] || cp "$folder/$name.png" "$gallery"
}

said() { # FILE WORD: what a table says of itself, as a gnuplot string
    sed -n "s/^# $2: //p" "$1" | head -n 1 | sed "s/'/''/g"
}

for figure in 4 5 8 9 10; do
    data=("$folder/figure$figure"*.tsv)
    [ ! -e "${data[0]}" ] || draw "figure$figure" "$scripts/figure$figure.gp"
done
# Their right halves, where a result stood beside the first one: what it is of, the table says.
beside=$([ ! -e "$folder/table.tsv" ] || said "$folder/table.tsv" beside)
for figure in 8 9 10; do
    half=${beside%%:*}
    if [ -n "$half" ] && [ -e "$folder/$half/figure$figure.tsv" ]; then
        draw "figure$figure-$half" "$scripts/figure$figure.gp" \
            -e "half = '$half'; how = '$half,${beside#*,}'"
    fi
done
for table in "$folder"/block-*.tsv; do
    [ -e "$table" ] || continue
    kind=$(said "$table" picture)
    # A line needs two places to go from and to.
    if [ "$kind" = none ] || { [ "$kind" = lines ] && [ "$(grep -vc '^#' "$table")" -lt 3 ]; }; then
        continue
    fi
    draw "$(basename "$table" .tsv)" "$scripts/block.gp" -e "table = '$table'; kind = '$kind'" \
        -e "name = '$(said "$table" title)'; unit = '$(said "$table" unit)'" \
        -e "across = '$(said "$table" rows)'; up = '$(said "$table" columns)'"
done
for table in "$folder"/chart-*.tsv; do
    if [ ! -e "$table" ] || [[ $table == *.curve.tsv ]]; then
        continue
    fi
    draw "$(basename "$table" .tsv)" "$scripts/chart.gp" \
        -e "table = '$table'; kind = '$(said "$table" picture)'"
done

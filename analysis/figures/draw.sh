#!/bin/bash
# Draws figures 4, 5, 8, 9 and 10 of the paper as SVG and PNG, beside their data.
#     analysis/figures/draw.sh FOLDER [GALLERY]
# `nimblesim paper --out FOLDER` has filled FOLDER. The PNGs are copied to GALLERY.
set -eu
if [ $# -lt 1 ] || [ $# -gt 2 ] || [ ! -d "$1" ]; then
    echo "usage: $0 FOLDER [GALLERY]" >&2
    exit 2
fi
scripts=$(dirname "$0")
export LC_ALL=C.UTF-8

draw() { # FIGURE FORMAT
    local picture=$folder/figure$1.$2
    # Into place in one step: a picture is whole or not there.
    gnuplot -e "scripts = '$scripts'; folder = '$folder'; format = '$2'" \
        -e "picture = '$picture.new'" "$scripts/figure$1.gp"
    mv "$picture.new" "$picture"
}

folder=$1
for figure in 4 5 8 9 10; do
    draw $figure svg
    draw $figure png
    if [ $# -eq 2 ]; then
        mkdir -p "$2"
        cp "$folder/figure$figure.png" "$2"
    fi
done

#!/bin/bash
# Fetches the chart library from npm, in the version that the lock file pins, into FOLDER/uplot.css
# and FOLDER/uplot.js. Where npm is absent, cannot fetch it or is not wanted (NPM=none), both are
# empty, and reports go without it.
#     analysis/report/charts.sh FOLDER NPM
set -eu
here=$(dirname "$0") folder=$1 npm=$2

rm -rf "$folder"
mkdir -p "$folder"
cp "$here/package.json" "$here/package-lock.json" "$folder"
cd "$folder"
if command -v "$npm" >npm.log && timeout 120 "$npm" ci --ignore-scripts --no-audit --no-fund \
    --prefer-offline --fetch-retries=1 >npm.log 2>&1; then
    cp node_modules/uplot/dist/uPlot.min.css uplot.css
    {
        echo '/*!'
        cat node_modules/uplot/LICENSE
        echo '*/'
        cat node_modules/uplot/dist/uPlot.iife.min.js
    } >uplot.js
else
    echo "  NOTE    no chart library (see $folder/npm.log): reports show still figures"
    : >uplot.css
    : >uplot.js
fi

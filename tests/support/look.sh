#!/bin/bash
# The pages in browsers, for eyes and for whoever wants them fast:
#     PROGRAM=build/nimblesim tests/support/look.sh screenshots|bench FOLDER
# screenshots leaves pictures of all pages, narrow and wide, light and dark, in each browser that there is;
# bench says how soon they are seen, and what a frame costs at 192 nodes and 320 robots. The playground
# is among them where `make playground` has built it.
set -euo pipefail
what=$1 folder=$2
command -v node >/dev/null || { echo "node is missing: it drives the browsers" >&2; exit 2; }
socket=()
! node --experimental-websocket -e 0 >/dev/null 2>&1 || socket=(--experimental-websocket)

mkdir -p "$folder/pages"
mapfile -t pages < <(tests/support/write-pages.sh "$folder/pages")
if [ "$what" = bench ]; then
    "$PROGRAM" run scenarios/factory-x16.yaml --set record=calls --quiet --force --out "$folder/pages/factory-x16.db"
    pages+=("$("$PROGRAM" report "$folder/pages/factory-x16.db" --out "$folder/pages/factory-x16.html")")
fi
[ ! -e build-wasm/playground.html ] || pages+=(build-wasm/playground.html)
for browser in chromium firefox-esr; do
    command -v $browser >/dev/null || { echo "there is no $browser" >&2; continue; }
    if [ "$what" = bench ]; then
        profile=$(mktemp -d)
        node "${socket[@]}" --no-warnings tests/bench/pages.mjs $browser "$profile" "${pages[@]}"
        rm -rf "$profile"
    else
        node "${socket[@]}" --no-warnings tests/support/screenshots.mjs $browser "$folder" "${pages[@]}"
    fi
done

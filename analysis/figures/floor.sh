#!/bin/bash
# floor.sh OUTPUT.png - the floor of both variants beside each other at the run's end, as a browser
# without a window draws it from the report: what has gone over each link says why splitting sends
# less. Without a browser the picture stays as it is.
set -euo pipefail

if [ $# -ne 1 ] || [ -z "${PROGRAM:-}" ]; then
    echo "usage: PROGRAM=build/nimblesim analysis/figures/floor.sh OUTPUT.png" >&2
    exit 2
fi
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
    echo "note: no chromium, so $1 stays as it is" >&2
    exit 0
}
output=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$PROGRAM" run scenarios/factory.yaml --replication 1 --set record=calls --quiet --out "$work/f.db"
"$PROGRAM" report "$work/f.db" --out "$work/report.html" >/dev/null
# The floor alone, and of it the pictures.
sed 's|</head>|<style>main > :not(#floor), .scene ~ *, .keys, #floor > p { display: none !important; } main { padding: 0 1rem; }</style></head>|' \
    "$work/report.html" >"$work/floor.html"
"$browser" --headless --no-sandbox --disable-gpu --no-first-run --user-data-dir="$work/profile" \
    --virtual-time-budget=8000 --hide-scrollbars --window-size=1130,760 \
    --blink-settings=preferredColorScheme=1 --screenshot="$output" \
    "file://$work/floor.html#t=3600" 2>/dev/null

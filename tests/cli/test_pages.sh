#!/bin/bash
# The pages that the program writes of every model, and of the papers, in browsers: nothing on the console,
# nothing serious for who reads them otherwise. The playground, where `make playground` has built it,
# against the native program. What browser or checker there is not is told and not counted.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh

skip() { # WHY
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1 # SKIP"
}
# Firefox is talked to over a socket that older nodes do not have, or behind an option.
socket=()
node --experimental-websocket -e 0 >/dev/null 2>&1 && socket=(--experimental-websocket)
node_can() { node "${socket[@]}" -e 'process.exit(typeof WebSocket === "function" ? 0 : 1)' >/dev/null 2>&1; }
case $NIMBLESIM in
*address* | *thread* | *coverage*)
    skip 'the pages of a slow build are those of a quick one'
    echo "1..$tap_count"
    exit 0
    ;;
esac
if ! command -v node >/dev/null; then
    skip 'there is no node to drive a browser'
    echo "1..$tap_count"
    exit 0
fi

under() { node "${socket[@]}" --no-warnings "$@"; }
axe=$(tests/support/axe.sh)
[ -n "$axe" ] || skip 'axe-core cannot be had here'

pages=()
write_page() { # SCENARIO ARGUMENT...
    local name=$1
    shift
    "$NIMBLESIM" run "scenarios/$name.yaml" --replications 2 --set record=calls --quiet --force \
        --out "$TMPDIR/$name.db" "$@" 2>/dev/null &&
        "$NIMBLESIM" report "$TMPDIR/$name.db" --out "$TMPDIR/$name.html" >/dev/null
    pages+=("$TMPDIR/$name.html")
}
for scenario in smoke qos pi5 choreography wasmtube-energy mm1; do
    write_page $scenario
done
"$NIMBLESIM" sweep scenarios/sweep-pi5.yaml --out "$TMPDIR/swept" --quiet >/dev/null 2>&1
"$NIMBLESIM" merge "$TMPDIR/swept" --out "$TMPDIR/sweep.db" >/dev/null 2>&1
"$NIMBLESIM" report "$TMPDIR/sweep.db" --out "$TMPDIR/sweep.html" >/dev/null
"$NIMBLESIM" paper "$TMPDIR"/{qos,pi5,choreography,wasmtube-energy}.db --page "$TMPDIR/papers.html" >/dev/null 2>&1
pages+=("$TMPDIR/sweep.html" "$TMPDIR/papers.html")
for page in "${pages[@]}"; do
    [ -e "$page" ] || check "$page was written" false
done

playground=build-wasm/playground.html
plays() { # BROWSER
    under tests/support/playground.mjs "$1" "$TMPDIR/$1-played" $playground "$NIMBLESIM" ${axe:+"$axe"} \
        >"$TMPDIR/played" 2>"$TMPDIR/err" || echo "not ok: it ended before" >>"$TMPDIR/played"
    sed 's/^/# /' "$TMPDIR/played"
    ! grep -q '^not ok' "$TMPDIR/played"
}
for browser in chromium firefox-esr; do
    if ! command -v $browser >/dev/null; then
        skip "there is no $browser"
        continue
    elif [ $browser = firefox-esr ] && ! node_can; then
        skip "node cannot talk to $browser"
        continue
    fi
    mkdir -p "$TMPDIR/$browser" "$TMPDIR/$browser-played"
    under tests/support/pages.mjs $browser "$TMPDIR/$browser" "${axe:-none}" $((tap_count + 1)) "${pages[@]}" \
        >"$TMPDIR/said" || echo "not ok $((tap_count + 1)) - $browser ended" >>"$TMPDIR/said"
    cat "$TMPDIR/said"
    tap_count=$((tap_count + $(grep -c '^ok\|^not ok' "$TMPDIR/said")))
    if [ $playground -nt "$NIMBLESIM" ]; then
        check "$browser: the playground does what the native program does" plays $browser
    else
        skip "$browser: no playground newer than the program"
    fi
done
echo "1..$tap_count"

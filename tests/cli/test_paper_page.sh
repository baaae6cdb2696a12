#!/bin/bash
# nimblesim paper --page: results of several models as one page, a tab each, as a reader without a
# network, with a keyboard and with a narrow screen meets it.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
artefacts=${ARTEFACTS:-$(dirname "$NIMBLESIM")/test-artefacts/paper}
page=$TMPDIR/paper.html

for scenario in qos pi5 wasmtube-update; do
    "$NIMBLESIM" run scenarios/$scenario.yaml --quiet --set record=calls --replications 30 \
        --out "$TMPDIR/$scenario.db" 2>"$TMPDIR/run.err"
done
"$NIMBLESIM" run scenarios/pi5.yaml --quiet --set record=summary --set predictor.memory_bias=0.7 \
    --out "$TMPDIR/off.db" 2>"$TMPDIR/run.err"
all=("$TMPDIR"/{wasmtube-update,qos,pi5}.db)

check 'one page of three models' exits_with 0 paper "${all[@]}" --page "$page"
check '  says where it is' prints "$page"
check '  and nothing else' is_silent
tabs=$(sed -n 's/.*<nav class="tabs"[^>]*>\(.*\)<\/nav>.*/\1/p' "$page" | grep -o 'href="#[a-z0-9]*"' |
    tr -d '\n')
check '  a tab a paper, in the order of the models' \
    is_equal "$tabs" 'href="#qos"href="#pi5"href="#wasmtube"'

# Every row of the table is on the page, with our number and its verdict.
rows() { # MODEL FILE: "key verdict" of each row of the verb's own table
    "$NIMBLESIM" paper "$2" --json 2>/dev/null >"$TMPDIR/$1.json"
    sqlite3 :memory: "SELECT json_extract(value, '\$.key') || ' ' || json_extract(value, '\$.verdict')
        FROM json_each(CAST(readfile('$TMPDIR/$1.json') AS TEXT), '\$.quantities')"
}
shown() { # MODEL
    sed -n "s/.*<tr role=\"row\" id=\"$1-row-\\([^\"]*\\)\".*verdict [a-z-]*\">\\([a-z ]*[a-z]\\).*/\\1 \\2/p" \
        "$page"
}
check '  every number of qos with its verdict' is_equal "$(shown qos)" "$(rows qos "$TMPDIR/qos.db")"
check '  of pi5' is_equal "$(shown pi5)" "$(rows pi5 "$TMPDIR/pi5.db")"
check '  of wasmtube' is_equal "$(shown wasmtube)" \
    "$(rows wasmtube "$TMPDIR/wasmtube-update.db")"
kinds() { # MODEL: of each row on the page
    sed -n "s/.*<tr role=\"row\" id=\"$1-row-\\([^\"]*\\)\".*data-is=\"kind\">\\([a-z]*\\)<.*/\\1 \\2/p" "$page"
}
check '  and its kind' is_equal "$(kinds qos)" "$(sqlite3 :memory: "
    SELECT json_extract(value, '\$.key') || ' ' || json_extract(value, '\$.kind')
    FROM json_each(CAST(readfile('$TMPDIR/qos.json') AS TEXT), '\$.quantities')")"
for part in gaps reading origins silences results; do
    check "  $part of each paper" is_equal "$(grep -oE 'id="(qos|pi5|wasmtube)-'$part'"' "$page" | wc -l)" 3
done
keys=$("$NIMBLESIM" schema --reference --model pi5 | grep -c '^| `\(policy\|node\|os\|tasks\|predictor\)\.')
check '  every key of pi5 is read, public, fitted, silent or assumed' is_equal \
    "$(sed -n '/id="pi5-origins"/,/id="pi5-silences"/p' "$page" | grep -c '<tr><td><code>')" "$keys"
check '  pictures' grep -q 'id="figure-pi5-1-chart-gantt"' "$page"
check '  no anchor twice' is_equal "$(grep -o ' id="[^"]*"' "$page" | sort | uniq -d)" ''
check '  nothing is fetched' is_equal \
    "$(grep -cE '(src|srcset|action|data)="|<(link|img|iframe|object|embed|base)|href="[^#]|@import|url\(|fetch\(' "$page")" 0
check '  a policy forbids it' grep -q "default-src 'none'" "$page"
check '  no value is shown as nan or inf' is_equal "$(grep -cE '>-?(nan|inf)\b' "$page")" 0

check 'it may be written anew' exits_with 0 paper "${all[@]}" --page "$page"
echo precious >"$TMPDIR/own.html"
check 'what is no report is left alone' exits_with 73 paper "${all[@]}" --page "$TMPDIR/own.html"
check '  also with --force' exits_with 73 paper "${all[@]}" --page "$TMPDIR/own.html" --force
check 'a missed band is exit code 1' exits_with 1 paper "$TMPDIR/off.db" --page "$TMPDIR/off.html"
check '  and stands on the page' grep -q 'verdict missed' "$TMPDIR/off.html"
"$NIMBLESIM" run scenarios/mm1.yaml --quiet --replications 1 --out "$TMPDIR/mm1.db" 2>"$TMPDIR/run.err"
check 'a model without a paper' exits_with 65 paper "$TMPDIR/qos.db" "$TMPDIR/mm1.db" \
    --page "$TMPDIR/mm1.html"
check '  is told, and no page is left' test ! -e "$TMPDIR/mm1.html"
check 'of two results of one model the first that has a row gives it' exits_with 1 paper \
    "$TMPDIR/off.db" "$TMPDIR/pi5.db" --page "$TMPDIR/two.html"
check '  whichever that is' exits_with 0 paper "$TMPDIR/pi5.db" "$TMPDIR/off.db" --force \
    --page "$TMPDIR/two.html"
check '  and both are on one tab' is_equal "$(grep -o 'href="#pi5"' "$TMPDIR/two.html" | wc -l)" 1
check '--json says what was written' exits_with 0 paper "${all[@]}" --page "$page" --json
check '  how many papers' prints '"papers": 3'

# ---------------------------------------------------------------- in a browser

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
browse() { # HASH ARGUMENT... PAGE
    local hash=$1
    shift
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --user-data-dir="$TMPDIR/profile" --virtual-time-budget=5000 --enable-logging=stderr \
        --hide-scrollbars "${@:1:$#-1}" "file://${*: -1}$hash" 2>"$TMPDIR/browser.log"
}
# A reader comes by an address, goes on by keys, and turns the screen.
play() {
    sed 's|^</body>$||' "$page" >"$TMPDIR/played.html"
    cat >>"$TMPDIR/played.html" <<'HTML'
<script>
addEventListener("load", () => {
    const shown = () => [...document.querySelectorAll("[role=tabpanel]")]
        .filter((panel) => !panel.hidden).map((panel) => panel.id).join();
    const key = (name) => document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
    const said = [shown()];
    document.querySelector("[role=tab][aria-selected=true]").focus();
    key("ArrowRight");
    said.push(shown() + location.hash + document.activeElement.id);
    key("ArrowRight");
    said.push(shown());
    key("End");
    said.push(shown());
    document.querySelector("#tab-pi5").click();
    said.push(shown() + location.hash);
    said.push(document.querySelectorAll("[role=tab][tabindex='0']").length);
    said.push(document.documentElement.scrollWidth <= innerWidth);
    document.body.dataset.played = said.join("|");
});
</script></body>
HTML
    browse '#pi5-row-gain_all' --window-size=400,900 --dump-dom "$TMPDIR/played.html" >"$TMPDIR/played"
    is_equal "$(grep -o 'data-played="[^"]*"' "$TMPDIR/played")" \
        'data-played="pi5|wasmtube#wasmtubetab-wasmtube|qos|wasmtube|pi5#pi5|1|true"'
}
if [ -z "$browser" ] || ! browse '' --dump-dom "$page" >"$TMPDIR/dom"; then
    echo "ok $((++tap_count)) - a browser turns its tabs # SKIP no chromium that starts"
else
    mkdir -p "$artefacts"
    check 'an address opens its tab, arrows go on, 400 px are enough' play
    check '  without an error on the console' is_equal "$(grep -c CONSOLE "$TMPDIR/browser.log")" 0
    for size in 1400,2400 400,2400; do
        for scheme in 0 1; do # dark, light
            picture=$artefacts/paper-${size%,*}-$([ $scheme = 0 ] && echo dark || echo light).png
            browse '#pi5' --window-size=$size --blink-settings=preferredColorScheme=$scheme \
                --screenshot="$picture" "$page"
            check "a picture of ${picture##*/} is kept" test -s "$picture"
            check '  drawn without an error' is_equal "$(grep -c CONSOLE "$TMPDIR/browser.log")" 0
        done
    done
fi
echo "1..$tap_count"

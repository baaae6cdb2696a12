#!/bin/bash
# nimblesim report on a merged sweep: one page with the figures that its axes call for, that fetches
# nothing, and the shipped sweeps. Pictures stay in build/test-artefacts/report/ (ARTEFACTS=FOLDER).
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
artefacts=${ARTEFACTS:-$(dirname "$NIMBLESIM")/test-artefacts/report}

sweep() { # NAME AXIS...: the smoke scenario on these axes, merged into NAME.db
    local name=$1
    shift
    sed 's/^duration:.*/duration: 200 s/' scenarios/smoke.yaml >"$TMPDIR/$name.yaml"
    echo 'sweep:' >>"$TMPDIR/$name.yaml"
    printf '  %s\n' "$@" >>"$TMPDIR/$name.yaml"
    "$NIMBLESIM" sweep "$TMPDIR/$name.yaml" --out "$TMPDIR/$name.sweep" -q &&
        "$NIMBLESIM" merge "$TMPDIR/$name.sweep" --out "$TMPDIR/$name.db" -q
}
page() { echo "$TMPDIR/$1.html"; }
contains() { grep -qF -- "$2" "$(page "$1")"; }
lacks() { ! grep -nE -- "$2" "$(page "$1")"; }
count() { grep -oE -- "$2" "$(page "$1")" | wc -l; } # NAME PATTERN
fetches_nothing() {
    lacks "$1" '(src|srcset|action|data)="|<(link|img|iframe|object|embed|base)|href="[^#]|@import|url\('
}
ranked() { # NAME FIGURE: its axes from the widest effect on
    sed -n "/class=\"title\">$2</,/<\/tbody>/p" "$(page "$1")" |
        sed -nE 's/.*<td>([0-9]+)<\/td><th[^>]*>([^<]*)<.*/\1 \2/p' | paste -sd' '
}

# ---- one axis

check 'a sweep of one axis is merged' sweep one 'nodes.cache: [16 KiB, 4 KiB, 5000 B]'
check 'and reported' exits_with 0 report "$TMPDIR/one.db"
check '  into a page beside it' is_equal "$(cat "$TMPDIR/out")" "$(page one)"
for figure in gateway_tx_ratio traffic_ratio response_gain_s acquisition_ratio response_mean_s \
    tx_bytes hit_ratio; do
    check "  with the figure $figure" contains one "id=\"figure-$figure\""
done
check '  with bands over the replications' contains one 'class="band c0"'
figure() { sed -n "/id=\"figure-$2\"/,/<\/figure>/p" "$(page "$1")"; } # NAME FIGURE
check '  a dot for each value and series' is_equal \
    "$(figure one response_mean_s | grep -c '<circle class="dot')" 6
check '  what no axis changes is left out' lacks one 'id="figure-triggers"'
check '  the values in order' is_equal \
    "$(grep -oE '^<text class="tick"[^>]*>[0-9]+ K?i?B<' "$(page one)" | sed -n '1,3s/.*>\(.*\)</\1/p' |
        paste -sd,)" '4 KiB,5000 B,16 KiB'
check '  the axis first in rank, having no other' is_equal \
    "$(ranked one 'Mean response, nimble')" '1 nodes.cache'
check '  all points' is_equal "$(sed -n '/id="points"/,$p' "$(page one)" | grep -c '<th scope="row">')" 3
check '  nothing that is fetched' fetches_nothing one
check '  and a policy against it' contains one "default-src 'none'"
check '  no value as nan or inf' lacks one '>-?(nan|inf)|["(, ]-?nan[") ,]'
cp "$(page one)" "$TMPDIR/before.html"
check 'again' exits_with 0 report "$TMPDIR/one.db"
check '  it is the same page' cmp "$TMPDIR/before.html" "$(page one)"

# ---- a choice

check 'a sweep of words' sweep word 'nodes.eviction: [lru, lfu]'
check '  is reported' exits_with 0 report "$TMPDIR/word.db"
check '  with whiskers' contains word 'class="stem c0"'
check '  and no line between words' lacks word 'class="(line|band) c'

# ---- variants of the user's own

cat >"$TMPDIR/own.yaml" <<'YAML'
format: 1
name: own
duration: 200 s
replications: 2
robots:
  count: 4
variants:
  lru: {nodes.eviction: lru}
  lfu: {nodes.eviction: lfu}
  gdsf: {nodes.eviction: gdsf}
  belady: {nodes.eviction: belady}
sweep:
  nodes.cache: [4 KiB, 8 KiB, 16 KiB]
YAML
check 'four policies over the size of a cache' exits_with 0 sweep "$TMPDIR/own.yaml" \
    --out "$TMPDIR/own.sweep" -q
check '  are merged' exits_with 0 merge "$TMPDIR/own.sweep" --out "$TMPDIR/own.db" -q
check '  and reported' exits_with 0 report "$TMPDIR/own.db"
for place in 0 1 2 3; do
    check "  line $place in one picture, with its key" is_equal \
        "$(figure own response_mean_s | grep -o "class=\"line c$place l$place\"" | wc -l)" 2
done
check '  the mean response first' is_equal \
    "$(grep -oE 'id="figure-[a-z_]+"' "$(page own)" | head -n 1)" 'id="figure-response_mean_s"'

# ---- two axes and more

check 'a sweep of two axes' sweep two 'nodes.cache: [4 KiB, 8 KiB]' 'robots.count: [1, 4, 8]'
check '  is reported' exits_with 0 report "$TMPDIR/two.db"
check '  with a panel for each value of the shorter, in each figure' is_equal \
    "$(count two 'class="panel"')" 16
check '  a map with a field for each point, wide and narrow' is_equal "$(count two 'class="field')" 12
check '  each axis for itself' is_equal "$(count two 'id="figure-[a-z_]*-axis-[0-9]"')" 2
check '  and the axes by their effect: robots move most bytes' is_equal \
    "$(ranked two 'Bytes sent, nimble')" '1 robots.count 2 nodes.cache'
check '  nothing that is fetched' fetches_nothing two
check 'another number may lead' exits_with 0 report "$TMPDIR/two.db" --by evictions --out "$(page led)"
check '  and is drawn as a map of each variant' is_equal "$(count led 'class="field')" 24
check 'one that does not exist' exits_with 65 report "$TMPDIR/two.db" --by nothing --out "$(page none)"
check '  is told by its name' says nothing
check 'a sweep of a number and a word' sweep mixed 'nodes.eviction: [lru, lfu]' 'nodes.cache: [4 KiB, 8 KiB]'
check '  is reported' exits_with 0 report "$TMPDIR/mixed.db"
check '  without a map' lacks mixed 'class="field'
check '  with the number along x' contains mixed 'Along nodes: cache in each panel'
check 'a sweep of three axes with points left out' sweep three 'nodes.cache: [4 KiB, 8 KiB]' \
    'robots.count: [2, 4]' 'nodes.eviction: [lfu, lru]
where:
  - robots.count < 4 or nodes.cache < 8 KiB'
check '  is reported' exits_with 0 report "$TMPDIR/three.db"
check '  as averages over the other axes' contains three 'Averaged over the other axes.'
check '  which an additive model makes fair' contains three 'additive model'

# ---- what anybody may have written

sqlite3 "$TMPDIR/word.db" "UPDATE point_axis SET value = '<i>\"&' WHERE value = 'lru';
    UPDATE axis SET key = '<b>%s</b>'"
check 'names and values are only text' exits_with 0 report "$TMPDIR/word.db"
check '  the key' contains word '&lt;b&gt;%s&lt;/b&gt;'
check '  and the value' contains word '&lt;i&gt;&quot;&amp;'
check '  and no element' lacks word '<b>|<i>'

# ---- refusals

sqlite3 "$TMPDIR/one.db" "UPDATE invocation SET state = 'interrupted'"
check 'an incomplete merge is refused' exits_with 65 report "$TMPDIR/one.db" --out "$TMPDIR/no.html"
check '  by that word' says incomplete
check '  and no page is left' test ! -e "$TMPDIR/no.html"
check '  unless it is asked for' exits_with 0 report "$TMPDIR/one.db" --incomplete
check '  and then it says so' contains one 'Incomplete.'
sqlite3 "$TMPDIR/two.db" "UPDATE run SET state = 'failed'"
check 'a sweep without a complete run is refused' exits_with 65 report "$TMPDIR/two.db"
check '  with the reason' says 'no complete run'
sqlite3 "$TMPDIR/three.db" "DELETE FROM point_axis WHERE point_id = 3 AND axis = 1"
check 'a point that lacks a value is refused' exits_with 65 report "$TMPDIR/three.db" --out "$TMPDIR/no.html"
check '  for that' says 'a value for each axis'
point=$(find "$TMPDIR/one.sweep/points" -name '*.db' | head -n 1)
check 'a point alone is an ordinary result' exits_with 0 report "$point" --out "$(page point)"
check '  with the ordinary page' contains point 'id="nodes"'

# ---- the shipped sweeps

check 'the shipped sweeps are fit to run' exits_with 0 validate scenarios/sharing.yaml scenarios/sweep-*.yaml
for file in scenarios/sharing.yaml scenarios/sweep-*.yaml; do
    check "  $file is small" exits_with 0 sweep "$file" --dry-run --json --out "$TMPDIR/none"
    check '    enough' test "$(json '$.points')" -le 40
    name=$(basename "$file" .yaml)
    check '    and runs at all points' \
        exits_with 0 sweep "$file" --set replications=1 --out "$TMPDIR/$name.sweep" -q
done

# ---- in a browser, where there is one

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
if [ -n "$browser" ]; then
    # What every figure's buttons hand to the browser to save. The virtual clock ticks no faster than
    # work is done, or it would be at its end before a picture is painted.
    sed 's|^</body>$||' "$(page led)" >"$TMPDIR/taken.html"
    cat >>"$TMPDIR/taken.html" <<'HTML'
<script>
let busy = 0;
const ticking = setInterval(() => { for (let i = 0; i < 1e7; i++) { busy += i; } }, 10);
addEventListener("load", async () => {
    const blobs = [];
    const create = URL.createObjectURL;
    URL.createObjectURL = (blob) => { blobs.push(blob); return create.call(URL, blob); };
    const heights = [...document.querySelectorAll(".panel svg text")].map((text) => {
        const svg = text.closest("svg");
        return parseFloat(getComputedStyle(text).fontSize) * svg.getBoundingClientRect().width /
            svg.viewBox.baseVal.width;
    });
    const above = parseFloat(getComputedStyle(document.querySelector(".panel p")).fontSize);
    const told = [`axes below titles:${Math.max(...heights) < above}`];
    for (const figure of document.querySelectorAll("#figures figure")) {
        const buttons = [...figure.querySelectorAll(".take button")];
        blobs.length = 0;
        buttons.forEach((button) => button.click());
        for (let i = 0; i < 1000 && blobs.at(-1)?.type !== "image/png"; i++) {
            await new Promise((go) => setTimeout(go, 10));
        }
        const lines = (await blobs[0].text()).trim().split("\n")
            .map((line) => line.replace(/"[^"]*"/g, "").split(",").length);
        const drawn = new DOMParser().parseFromString(await blobs[1].text(), "image/svg+xml");
        const isWhole = drawn.querySelectorAll("title").length ===
            figure.querySelectorAll("svg:not(.narrow) title").length && !drawn.querySelector("parsererror");
        told.push([figure.id.replace("figure-", ""), buttons.map((button) => button.textContent).join(" "),
            `${lines.length}x${new Set(lines).size === 1 ? lines[0] : "?"}`, isWhole, blobs.at(-1).size > 2000].join(":"));
    }
    document.body.dataset.taken = told.join("|");
    clearInterval(ticking);
});
</script>
HTML
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --no-first-run \
        --disable-background-networking --user-data-dir="$TMPDIR/taker" --enable-logging=stderr \
        --virtual-time-budget=60000 --window-size=1400,900 \
        --dump-dom "file://$TMPDIR/taken.html" >"$TMPDIR/taken" 2>"$TMPDIR/taker.log"
    taken() { grep -qF "$1:CSV SVG PNG:$2:true:true" "$TMPDIR/taken"; }
    if [ -s "$TMPDIR/taken" ]; then
        check 'what axes say is smaller than the titles of panels' \
            grep -qF 'axes below titles:true' "$TMPDIR/taken"
        check 'panels are taken along as numbers and as one drawing' taken evictions 7x8
        check '  a map as its points' taken map 7x5
        check '  an axis as its values' taken evictions-axis-1 3x7
        check '  and nothing is left without its buttons' is_equal \
            "$(grep -o 'CSV SVG PNG:[0-9x]*:true:true' "$TMPDIR/taken" | wc -l)" \
            "$(count led '<figure class="card (wide|half)"')"
    else
        echo "# nothing is taken along: the browser does not start here"
    fi
    mkdir -p "$artefacts"
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --no-first-run \
        --disable-background-networking --user-data-dir="$TMPDIR/profile" --hide-scrollbars \
        --window-size=1280,2600 --screenshot="$(realpath "$artefacts")/sweep.png" \
        "file://$(page three)" 2>/dev/null || echo "# no picture: the browser does not start here"
fi
echo "1..$tap_count"

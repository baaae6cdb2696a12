#!/bin/bash
# nimblesim report: one page that fetches nothing, refusals that leave nothing behind, and the page
# as a browser sees it. The screenshots stay in build/test-artefacts/report/ (ARTEFACTS=FOLDER).
set -u
count=0
cd "$TMPDIR" || exit 1
here=$OLDPWD
artefacts=${ARTEFACTS:-$(dirname "$NIMBLESIM")/test-artefacts/report}

ok() { # DESCRIPTION COMMAND...
    count=$((count + 1))
    local description=$1
    shift
    if "$@" >check.log 2>&1; then
        echo "ok $count - $description"
    else
        echo "not ok $count - $description"
        sed 's/^/# /' check.log
    fi
}
skip() { # DESCRIPTION WHY
    count=$((count + 1))
    echo "ok $count - $1 # SKIP $2"
}
contains() { grep -qF -- "$2" "$1"; }
lacks() { ! grep -nE -- "$2" "$1"; }
exits() { # CODE COMMAND...
    local wanted=$1
    shift
    "$@"
    local got=$?
    [ "$got" -eq "$wanted" ] || { echo "exit code $got, not $wanted" && false; }
}
refused() { # CODE WORDS ARGUMENT...: exit code, the words on stderr, no page, no rest of one
    local wanted=$1 words=$2
    shift 2
    rm -f refused.html*
    exits "$wanted" "$NIMBLESIM" report "$@" --out refused.html 2>refusal || return 1
    contains refusal "$words" || { cat refusal && false; }
    ! ls refused.html* 2>/dev/null
}

"$NIMBLESIM" run "$here/scenarios/smoke.yaml" --set record=calls --set replications=3 \
    --out a.db --quiet 2>/dev/null

# ---------------------------------------------------------------- the page

ok "writes a page beside the database and says where" \
    test "$("$NIMBLESIM" report a.db)" = a.html
ok "says it in JSON when asked" contains <("$NIMBLESIM" report a.db --json) '"report": "a.html"'
"$NIMBLESIM" report a.db --out b.html >/dev/null
ok "the same result gives the same page" cmp a.html b.html
ok "nothing is fetched: no source, link, import or address in it" \
    lacks a.html '(src|srcset|action|data)="|<(link|img|iframe|object|embed|base)|href="[^#]|@import|url\(|fetch\(|XMLHttp|sendBeacon|WebSocket|import\('
ok "and a policy forbids it" contains a.html "default-src 'none'"
for what in floor figure-series-bytes figure-series-response_ns figure-series-acquisition_ns \
    figure-series-execution_ns figure-distribution-response figure-node-tx_bytes \
    figure-node-rx_bytes figure-node-busy_ns summary comparison quantiles nodes plan-node runs \
    scenario provenance; do
    ok "the page has its part '$what'" contains a.html "id=\"$what\""
done
ok "every key in force is shown" contains a.html 'message_overhead: 88 B'
ok "bands are drawn for means over replications" contains a.html 'class="band c0"'
ok "no value is shown as nan or inf" lacks a.html '>-?(nan|inf)|["(, ]-?nan[") ,]'
if command -v python3 >/dev/null; then
    ok "the data are valid JSON with equally long series" python3 - <<'PYTHON'
import json, re
page = open("a.html", encoding="utf-8").read()
island = re.search(r'<script type="application/json" id="report-data">(.*?)</script>', page, re.S)
charts = json.loads(island.group(1))["charts"]
assert len(charts) >= 7
for chart in charts:
    for series in chart["series"]:
        for key in ("mean", "low", "high"):
            assert len(series.get(key, chart["x"])) == len(chart["x"]), (chart["id"], key)
PYTHON
    ok "the floor holds every call of the first replication, and each thing of it once" \
        python3 - "$(sqlite3 a.db "SELECT count(*) FROM call JOIN run USING (run_id)
            WHERE replication = 1")" <<'PYTHON'
import json, re, sys
page = open("a.html", encoding="utf-8").read()
island = re.search(r'<script type="application/json" id="floor-data">(.*?)</script>', page, re.S)
floor = json.loads(island.group(1))
assert floor["replication"] == 1 and (floor["work"], floor["mover"], floor["place"]) == ("call", "robot", "node")
assert sum(v["views"]["work"]["n"] for v in floor["variants"]) == int(sys.argv[1]) > 0
assert all(v["views"][kind]["n"] > 0 for v in floor["variants"] for kind in ("place", "link", "pulse", "level", "holding"))
assert len(floor["tracks"]) == 1, "both variants' robots move alike"
PYTHON
else
    skip "the data are valid JSON with equally long series" "no python3"
fi

mkdir -p bin
cat >bin/xdg-open <<END
#!/bin/sh
printf '%s' "\$1" >"$PWD/shown"
END
chmod +x bin/xdg-open
ok "--open hands it to the desktop" exits 0 env PATH="$PWD/bin:$PATH" "$NIMBLESIM" report a.db --open
for _ in $(seq 100); do
    [ -s shown ] && break
    sleep 0.05
done
ok "by its name" test "$(cat shown)" = a.html
cannot_open() { # but writes the page, and says how to go on
    exits 0 env PATH="$PWD" "$NIMBLESIM" report a.db --open 2>hint && contains hint "open a.html in a browser"
}
ok "where there is none it says how to go on" cannot_open

"$NIMBLESIM" run "$here/scenarios/pi5.yaml" --replication 1 --set record=calls --out lanes.db --quiet 2>/dev/null
"$NIMBLESIM" report lanes.db >/dev/null
ok "a model without places shows bars on lanes" contains lanes.html '<h2>As it went</h2>'
"$NIMBLESIM" run "$here/scenarios/mm1.yaml" --replication 1 --out none.db --quiet 2>/dev/null
"$NIMBLESIM" report none.db >/dev/null
ok "and one with neither shows nothing of it" lacks none.html 'id="floor"'

# ---------------------------------------------------------------- what it refuses

echo "not a database" >text.db
: >empty.db
head -c 3000 a.db >cut.db
cp a.db newer.db
printf '\0\0\0\143' | dd of=newer.db bs=1 seek=60 conv=notrunc status=none
ok "a missing file" refused 66 "no such file" missing.db
ok "a folder" refused 65 "is not an SQLite database" .
ok "a text" refused 65 "is not an SQLite database" text.db
ok "an empty file" refused 65 "is empty" empty.db
ok "a database of a newer schema" refused 65 "schema version 99" newer.db
ok "a truncated database" refused 65 "cut.db" cut.db
ok "no operand" exits 2 "$NIMBLESIM" report
ok "a folder that is not there" exits 74 "$NIMBLESIM" report a.db --out nowhere/x.html
echo precious >precious.html
ok "it does not replace what is no report" exits 73 "$NIMBLESIM" report a.db --out precious.html
ok "which stays as it was" contains precious.html precious
ok "nor the database itself" exits 73 "$NIMBLESIM" report a.db --out a.db
ok "nor does --force" exits 73 "$NIMBLESIM" report a.db --out precious.html --force
ok "which leaves it, too" contains precious.html precious

# A run that was killed is refused, and with --incomplete reported for what it has.
"$NIMBLESIM" run "$here/scenarios/factory.yaml" --set duration="40000 s" --threads 1 --quiet \
    --out killed.db 2>/dev/null &
for _ in $(seq 100); do
    [ -s killed.db ] && break
    sleep 0.05
done
kill -KILL $! 2>/dev/null
wait $! 2>/dev/null
ok "a result that is incomplete" refused 65 "incomplete" killed.db
ok "the hint names the way on" contains refusal "--incomplete"
"$NIMBLESIM" report killed.db --incomplete >/dev/null 2>refusal
case $? in
0) ok "--incomplete says so on the page" contains killed.html "<strong>Incomplete.</strong>" ;;
*) ok "--incomplete needs one complete run" contains refusal "holds no complete run" ;;
esac
ok "no half page lies about" test -z "$(find . -name '*.new-*')"

# ---------------------------------------------------------------- in a browser

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
browse() { # ARGUMENT... PAGE: chromium without a window or a network, in a profile of its own
    timeout 300 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --user-data-dir="$TMPDIR/profile" --virtual-time-budget=5000 --enable-logging=stderr \
        --hide-scrollbars "${@:1:$#-1}" "file://$TMPDIR/${*: -1}" 2>browser.log
}
charts=$(grep -c '<div class="plot">' a.html)
shows_figures() { # whichever way the program was built
    if contains a.html 'var uPlot='; then
        [ "$(grep -o 'class="uplot' dom | wc -l)" -eq "$charts" ]
    else
        [ "$(grep -oE '<svg[^>]* role="img"' dom | wc -l)" -eq $((charts + 1)) ] # and the plan
    fi
}
# A copy of the page that plays its reader by the script on stdin. A browser without a window on a
# busy machine may not paint for minutes, and its virtual clock does not wait for other threads: so
# frames are timers, which that clock makes come in order, and it ticks no faster than work is done
# until `played` is called. That the page paints is what the pictures further down show.
played_by_script() { # NAME
    sed -e 's|^</body>$||' -e '/^<head>$/a <script>requestAnimationFrame = (draw) => \
        setTimeout(() => draw(performance.now()), 16);</script>' a.html >"$1.html"
    cat >>"$1.html" <<'HTML'
<script>
let busy = 0;
const ticking = setInterval(() => { for (let i = 0; i < 1e7; i++) { busy += i; } }, 10);
const until = async (is) => {
    for (let i = 0; i < 2000 && !is(); i++) {
        await new Promise((go) => setTimeout(go, 10));
    }
    return is();
};
const played = (name, told) => { document.body.dataset[name] = told.join("|"); clearInterval(ticking); };
</script>
HTML
    cat - >>"$1.html"
    browse --virtual-time-budget=60000 --dump-dom "$1.html" >"$1"
    grep -o "data-$1=\"[^\"]*\"" "$1"
}
# Reads off a value by key, hides a series, sorts.
play_the_reader() {
    played_by_script reader <<'HTML'
<script>
addEventListener("load", async () => {
    const load = document.getElementById("figure-series-bytes");
    const plot = load.querySelector(".plot");
    const key = () => load.querySelector(".key");
    const value = () => key()?.querySelector("output").textContent ?? "";
    plot.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
    await until(() => value() !== "" || !window.uPlot);
    const read = load.querySelector(".at").textContent + "|" + value();
    key().click();
    const heads = [...document.querySelectorAll("#nodes .sort th")];
    heads[3].querySelector("button").click();
    heads[3].querySelector("button").click();
    const sent = [...document.querySelectorAll("#nodes tbody tr")]
        .map((row) => Number(row.cells[3].dataset.sort));
    const falls = sent.every((value, i) => i === 0 || value <= sent[i - 1]);
    played("reader", [read.replace(/\s/g, " "), key().ariaPressed, heads[3].ariaSort, falls]);
});
</script>
HTML
    if contains a.html 'var uPlot='; then
        grep -qE 'data-reader="10 s\|[0-9.]+( ± [0-9.]+)? [kM]?B\|false\|descending\|true"' reader
    else
        grep -qE 'data-reader="\|\|true\|descending\|true"' reader
    fi
}
# The same on the floor: a call by its address, a robot and a node by keys, time by the scrubber.
play_the_floor() {
    played_by_script floor <<'HTML'
<script>
addEventListener("load", async () => {
    const holder = document.querySelector(".scene");
    const told = () => holder.querySelector(".told h3").textContent;
    const press = (key) => holder.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    const clock = () => Number(holder.querySelector(".clock").textContent.replace(/[^0-9.]/g, ""));
    const seen = [];
    location.hash = "#t=30&call=2";
    seen.push(await until(() => clock() === 30 && told() === "call 2"), holder.querySelectorAll(".told code").length);
    press("r");
    seen.push(told());
    press("n");
    seen.push(told(), holder.querySelectorAll(".told .held").length);
    press("ArrowRight");
    seen.push(await until(() => clock() === 35), location.hash.split("&")[1]);
    const canvas = holder.querySelector("canvas");
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    seen.push(new Set(new Uint32Array(pixels.buffer)).size > 8);
    press(" ");
    seen.push(await until(() => clock() > 35));
    played("floor", seen);
});
</script>
HTML
    grep -qF 'data-floor="true|2|robot 1|node 1|2|true|node=1|true|true"' floor
}
# Takes along the first chart: what its buttons hand to the browser to save.
take_along() {
    played_by_script taken <<'HTML'
<script>
addEventListener("load", async () => {
    const blobs = [];
    const create = URL.createObjectURL;
    URL.createObjectURL = (blob) => { blobs.push(blob); return create.call(URL, blob); };
    const figure = document.getElementById("figure-series-bytes");
    const buttons = [...figure.querySelectorAll(".take button")];
    buttons.forEach((button) => button.click());
    const ofType = (type) => blobs.find((blob) => blob.type.startsWith(type));
    await until(() => ofType("image/png"));
    const csv = (await blobs[0].text()).trim().split("\n");
    const svg = await blobs[1].text();
    const isDrawn = new DOMParser().parseFromString(svg, "image/svg+xml")
        .querySelectorAll("path").length > 1 && svg.includes("stroke: rgb");
    const image = ofType("image/png");
    played("taken", [buttons.map((button) => button.textContent).join(" "),
        csv[0].split(",").length, csv.every((line) => line.split(",").length === 7), isDrawn,
        image?.type, image?.size > 2000]);
});
</script>
HTML
    if contains a.html 'var uPlot='; then lacks browser.log 'CONSOLE' || return 1; fi
    grep -q 'data-taken="CSV SVG PNG|7|true|true|image/png|true"' taken
}

# Every row of one to ten tiles ends where the row above ends, and no row has less than half of the first.
tiles_fill_rows() { # WIDTH
    played_by_script tiles <<HTML
<script>
addEventListener("load", () => {
    const frame = document.createElement("iframe"); /* a window is never narrower than 500 px */
    document.body.append(frame);
    frame.style.border = "0";
    frame.width = $1;
    const inside = frame.contentDocument;
    document.querySelectorAll("style").forEach((style) => inside.head.append(style.cloneNode(true)));
    inside.body.append(document.querySelector("main").cloneNode());
    const tiles = document.querySelector(".tiles");
    const bad = [];
    for (let n = 1; n <= 10; n++) {
        const copy = tiles.cloneNode();
        for (let i = 0; i < n; i++) {
            copy.append(tiles.children[i % tiles.children.length].cloneNode(true));
        }
        inside.querySelector("main").replaceChildren(copy);
        const rows = new Map();
        [...copy.children].map((tile) => tile.getBoundingClientRect())
            .forEach((box) => rows.set(box.top, [...rows.get(box.top) ?? [], box]));
        const right = copy.getBoundingClientRect().right;
        const sizes = [...rows.values()].map((row) => row.length);
        const isFull = [...rows.values()].every((row) => Math.abs(row.at(-1).right - right) < 1);
        if (!isFull || sizes[0] > 2 * sizes.at(-1)) {
            bad.push(n + ": " + sizes.join("+"));
        }
    }
    played("tiles", [frame.contentWindow.innerWidth, bad.join("; ")]);
});
</script>
HTML
    grep -o 'data-tiles="[^"]*"' tiles | grep -qxF "data-tiles=\"$1|\""
}

if [ -z "$browser" ]; then
    skip "a browser shows every figure without an error" "no chromium"
elif ! browse --dump-dom a.html >dom; then
    skip "a browser shows every figure without an error" "chromium does not start here"
else
    mkdir -p "$artefacts"
    ok "a browser shows every figure" shows_figures
    ok "without an error on its console" lacks browser.log 'CONSOLE'
    ok "values are read off, series hidden and columns sorted" play_the_reader
    ok "the floor shows calls, robots and nodes, and plays" play_the_floor
    ok "without an error on its console" lacks browser.log 'CONSOLE'
    ok "a chart's numbers and its picture can be taken along" take_along
    for width in 1400 900 600 400; do
        ok "tiles fill their rows at $width px" tiles_fill_rows $width
    done
    ok "columns can be sorted by" contains dom \
        '<button type="button"><span class="whole"><i class="swatch c0"></i>nimble</span></button>'
    for size in 1280,2600 420,3000; do
        for scheme in 0 1; do # dark, light
            picture=$artefacts/report-${size%,*}-$([ $scheme = 0 ] && echo dark || echo light).png
            browse --window-size=$size --blink-settings=preferredColorScheme=$scheme \
                --screenshot="$picture" a.html
            ok "a picture of ${picture##*/} is kept" test -s "$picture"
            ok "drawn without an error" lacks browser.log 'CONSOLE'
            picture=${picture/report-/floor-}
            browse --window-size=${size%,*},1400 --blink-settings=preferredColorScheme=$scheme \
                --screenshot="$picture" 'a.html#t=60&node=1'
            ok "and one of ${picture##*/}" test -s "$picture"
            ok "without an error" lacks browser.log 'CONSOLE'
        done
    done
fi
echo "1..$count"

/*
 * The playground's page in a browser, held against the native program: presets, form, save, copy. TAP.
 *     node --experimental-websocket tests/support/playground.mjs BROWSER FOLDER PAGE.html NIMBLESIM [axe.min.js]
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { open } from "./browser.mjs";
import { seriousOf } from "./axe.mjs";

const [program, folder, page, native, axe] = process.argv.slice(2);
let count = 0;
const check = (name, isFine, why = "") => {
    console.log(`${isFine ? "ok" : "not ok"} ${++count} - ${name}`);
    if (!isFine && why !== "") {
        console.log(`# ${why}`);
    }
};
/* What the native program says of the same text. */
const digestOf = (yaml, settings = []) => {
    const path = join(folder, "copied.yaml");
    writeFileSync(path, yaml);
    const out = execFileSync(native, ["run", path, "--json", "--quiet", "--set", "record=calls", ...settings],
        { encoding: "utf-8", maxBuffer: 1 << 28 });
    return JSON.parse(out).digest;
};

const browser = await open(program, folder);
const { evaluate, until } = browser;
const find = (id) => `document.getElementById("${id}")`;
/* A run is over when its digest stands there and the next one has not begun. */
const settled = (before) => `document.body.dataset.digest && document.body.dataset.digest !== ${JSON.stringify(before)}
    && /events in/.test(${find("said")}.textContent) && document.body.dataset.digest`;
const choose = (name) => evaluate(`(${find("preset")}.value = "${name}", ${find("preset")}.dispatchEvent(new Event("change")))`);

await browser.go(pathToFileURL(resolve(page)).href);
let digest = await until(settled(""));
const presets = await evaluate(`[...${find("preset")}.options].map((o) => o.value)`);
check("the page has presets", presets.length >= 6);
for (const name of presets) {
    if (name !== presets[0]) {
        await choose(name);
        digest = await until(settled(digest));
    }
    const yaml = await evaluate(`${find("yaml")}.value`);
    const wanted = digestOf(yaml);
    check(`${name}: the digest of the native program`, digest === wanted, `${digest}, natively ${wanted}`);
    check("  its report below", await until(`${find("report")}.contentDocument?.querySelector("h1, h2") !== null`));
    check("  a form of its model's keys", await until(`${find("form")}.querySelectorAll(".row input[type=text]").length > 3`));
}

/* A key that moves a run: the last preset is not the one to do that with. */
await choose(presets[0]);
digest = await until(settled(digest));
/* The report is a page inside this one: its links lead about in it, not out of it. */
await until(`${find("report")}.contentDocument?.querySelector("#summary a.into") !== null`);
await evaluate(`(() => {
    const inside = ${find("report")}.contentDocument;
    inside.querySelector("nav a[href='#summary']").click();
    inside.querySelector("#summary a.into").click();
})()`);
check("a number leads to the work behind it",
    await until(`${find("report")}.contentDocument.querySelector(".told h4 + p + ul button.to") !== null`));
check("  in the report, which has stayed", await evaluate(`${find("report")}.contentWindow.location.href === "about:srcdoc"`));
const key = await until(`[...${find("form")}.querySelectorAll(".row")]
    .find((row) => row.querySelector("code").textContent === "nodes.cache")?.querySelector("code").textContent`);
await evaluate(`(() => {
    const row = [...${find("form")}.querySelectorAll(".row")].find((r) => r.querySelector("code").textContent === "${key}");
    const slider = row.querySelector("input[type=range]");
    slider.value = -2;
    slider.dispatchEvent(new Event("input"));
})()`);
digest = await until(settled(digest));
check("a slider runs it again", true);
await evaluate(`${find("copy")}.click()`);
const copied = await until(`${find("copied")}.textContent`);
check("copy says what it did", copied === "copied", copied);
if (copied === "copied") {
    const text = await evaluate("navigator.clipboard.readText()");
    const [, value] = /^# nimblesim run this-file\.yaml --set '?nodes\.cache=([^'\n]*)'?$/m.exec(text) ?? [];
    check("  the scenario, and how to run it so", value !== undefined, text.slice(0, 200));
    const wanted = digestOf(text, ["--set", `nodes.cache=${value}`]);
    check("  which natively gives that digest", digest === wanted, `${digest}, natively ${wanted}`);
    await evaluate(`${find("save")}.click()`);
    const saved = join(folder, "downloads", "result.db");
    const isWhole = () => existsSync(saved) && readFileSync(saved).subarray(0, 15).toString() === "SQLite format 3";
    for (let i = 0; i < 2400 && !isWhole(); i++) {
        await new Promise((done) => setTimeout(done, 50));
    }
    check("save gives a result", isWhole());
    const mine = join(folder, "native.db");
    execFileSync(native, ["run", join(folder, "copied.yaml"), "--set", "record=calls", "--set", `nodes.cache=${value}`, "--out", mine, "--force", "--quiet"]);
    const said = execFileSync(native, ["compare", saved, mine], { encoding: "utf-8" });
    check("  that compares as equal with the native one", /the digests of all \d+ runs are equal/.test(said), said.split("\n").at(-2));
}

await evaluate(`(() => { const yaml = ${find("yaml")}; yaml.value += "\\nnodes: {cash: 1 kB}\\n"; yaml.dispatchEvent(new Event("change")); })()`);
check("a mistake is told with its place", await until(`/scenario\\.yaml:\\d+:\\d+/.test(${find("said")}.textContent)`));
if (axe) {
    const serious = await seriousOf(browser, axe);
    check("axe-core finds nothing serious", serious.length === 0, serious.join("; "));
}
check("the console has no error", browser.errors().length === 0, browser.errors().join(" | "));
await browser.close();
console.log(`1..${count}`);

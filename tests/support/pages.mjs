/*
 * Pages of the program in a browser: no error on the console, nothing serious that axe-core finds, nothing
 * wider than its place and no word too small to read, at both widths, light and dark. TAP, from a number on.
 *     node --experimental-websocket tests/support/pages.mjs BROWSER FOLDER AXE|none FIRST PAGE.html...
 */
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { open } from "./browser.mjs";
import { seriousOf } from "./axe.mjs";
import { illegibleOf } from "./legible.mjs";

const [program, folder, axe, first, ...pages] = process.argv.slice(2);
let count = Number(first) - 1;
const check = (name, isFine, why) => {
    console.log(`${isFine ? "ok" : "not ok"} ${++count} - ${name}${isFine ? "" : `\n# ${why}`}`);
};

/* From a number of the summary to the work behind it, and from that to its story; null: all is well. */
const leadsOn = `(async () => {
    const pause = () => new Promise((done) => setTimeout(done, 50));
    const told = document.querySelector(".told");
    for (const number of document.querySelectorAll("#summary a.into")) {
        number.click();
        await pause();
        const [first] = told.querySelectorAll("li button.to");
        if (!location.hash.includes("=") || told.querySelectorAll("h4").length === 0) {
            return number.textContent + " leads nowhere";
        }
        first?.click();
        await pause();
        if (/nimblesim why .* --variant /.test(told.textContent)) {
            return null;
        }
    }
    return "no number leads to a story";
})()`;

const browser = await open(program, folder);
for (const page of pages) {
    const name = `${basename(program)}, ${basename(page, ".html")}`;
    const seen = browser.errors().length;
    const serious = new Set();
    const illegible = [];
    for (const [width, isDark] of [[1400, false], [400, true]]) {
        await browser.look(width, 1000, isDark);
        await browser.go(pathToFileURL(resolve(page)).href);
        /* What moves has been drawn: its canvas is there, and as wide as its box. */
        await browser.until(`document.readyState === "complete" && (!document.querySelector(".scene")
            || [...document.querySelectorAll(".scene canvas")].some((c) => c.width > 300 || c.clientWidth > 200))`);
        for (const what of axe === "none" ? [] : await seriousOf(browser, axe)) {
            serious.add(`${width} px: ${what}`);
        }
        illegible.push(...(await illegibleOf(browser)).map((what) => `${width} px: ${what}`));
    }
    if (await browser.evaluate(`document.querySelectorAll("#summary a.into").length > 0`)) {
        const missing = await browser.evaluate(leadsOn);
        check(`${name}: a number leads to the work behind it, and that to its story`, missing === null, missing);
    } else if (await browser.evaluate(`document.querySelector(".scene") !== null`)) {
        check(`${name}: a number leads to the work behind it, and that to its story`, false, "no number is a link");
    }
    const errors = browser.errors().slice(seen);
    check(`${name}: the console has no error`, errors.length === 0, errors.join(" | "));
    check("  all fits, and all words can be read", illegible.length === 0, illegible.join("; "));
    if (axe !== "none") {
        check("  and axe-core finds nothing serious", serious.size === 0, [...serious].join("; "));
    }
}
await browser.close();

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
    const errors = browser.errors().slice(seen);
    check(`${name}: the console has no error`, errors.length === 0, errors.join(" | "));
    check("  all fits, and all words can be read", illegible.length === 0, illegible.join("; "));
    if (axe !== "none") {
        check("  and axe-core finds nothing serious", serious.size === 0, [...serious].join("; "));
    }
}
await browser.close();

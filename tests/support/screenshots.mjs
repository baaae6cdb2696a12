/*
 * What pages look like: FOLDER/NAME-WIDTH-light|dark-BROWSER.png, whole pages up to a height.
 *     node --experimental-websocket tests/support/screenshots.mjs BROWSER FOLDER PAGE.html...
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { open } from "./browser.mjs";

const [program, folder, ...pages] = process.argv.slice(2);
const HEIGHT_MAX = 9000;
const profile = mkdtempSync(join(tmpdir(), "screenshots-"));
const browser = await open(program, profile);
const SEEN = `document.readyState === "complete" && (!document.querySelector(".scene:not([hidden])") || nimblesimScene.frames.first_ms > 0)
    && (!document.getElementById("preset") || (/events in/.test(document.getElementById("said").textContent)
        && document.getElementById("report").contentDocument?.querySelector("h1")))`;
for (const page of pages) {
    const name = basename(page, ".html");
    for (const width of [1400, 400]) {
        for (const isDark of [false, true]) {
            await browser.look(width, 1000, isDark);
            await browser.go(pathToFileURL(resolve(page)).href);
            await browser.until(SEEN);
            /* The floor in the middle of what happens. */
            await browser.evaluate(`(() => { const range = document.querySelector(".scene input[type=range]");
                if (range) { nimblesimScene.setPlaying(false); nimblesimScene.seek(range.max / 3); } })()`);
            const height = Math.min(HEIGHT_MAX, await browser.evaluate("document.documentElement.scrollHeight"));
            await browser.look(width, height, isDark);
            await browser.evaluate("new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 300))");
            await browser.shoot(join(folder, `${name}-${width}-${isDark ? "dark" : "light"}-${basename(program).replace(/-.*/, "")}.png`));
        }
    }
    console.log(`${folder}/${name}-*.png`);
}
await browser.close();
rmSync(profile, { recursive: true, force: true });

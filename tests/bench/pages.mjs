/*
 * How soon pages are seen, and what a frame of those that move costs. A table on standard output:
 *     node --experimental-websocket tests/bench/pages.mjs BROWSER FOLDER PAGE.html...
 *
 * The first frame is told in time since the navigation began, and in the processor time that the page's
 * main thread and all processes of the browser had taken by then; a frame in the time of the page's own
 * drawing (by its clock), in processor time of the main thread and of all processes, and as frames a
 * second. On a busy machine times grow, processor time hardly.
 */
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { open } from "../support/browser.mjs";

const [program, folder, ...pages] = process.argv.slice(2);
const FRAMES = 240;
const BUDGET_MS = 1000 / 60;

/* The page has painted; where something moves, it has drawn; the playground shows its first report. */
const SEEN = `document.readyState === "complete" && performance.getEntriesByName("first-contentful-paint").length > 0
    && (!document.querySelector(".scene:not([hidden])") || nimblesimScene.frames.first_ms > 0)
    && performance.getEntriesByName("first-contentful-paint")[0].startTime`;
const MOVES = `typeof nimblesimScene === "object" && nimblesimScene.frames?.count > 0`;
const DRAWN = "({ count: nimblesimScene.frames.count, drawn_ms: nimblesimScene.frames.drawn_ms, now: performance.now() })";

const cell = (value, digits = 0) => (value === null || Number.isNaN(value) ? "-" : value.toFixed(digits)).padStart(10);
const less = (after, before, name) => (after && before ? after[name] - before[name] : null);

const browser = await open(program, folder);
console.log(`${program}: a frame's budget is ${BUDGET_MS.toFixed(1)} ms`);
console.log(`${"".padEnd(24)}${"first frame, ms".padStart(30)}${"a frame, ms".padStart(30)}`);
console.log(`${"".padEnd(24)}${["seen", "main cpu", "all cpu", "drawing", "main cpu", "all cpu", "a second"].map((s) => s.padStart(10)).join("")}`);
await browser.look(1400, 1000, false);
for (const page of pages) {
    await browser.go("about:blank");
    const before = await browser.spent();
    await browser.go(pathToFileURL(resolve(page)).href);
    const painted = await browser.until(SEEN);
    const seen = await browser.spent();
    const first = await browser.evaluate(`Math.max(${painted}, ${MOVES} ? nimblesimScene.frames.first_ms : 0)`);
    let frame = [null, null, null, null];
    if (await browser.evaluate(MOVES)) {
        /* From the middle, where most is under way. */
        await browser.evaluate(`(document.querySelector(".scene").scrollIntoView(),
            nimblesimScene.seek(Number(document.querySelector(".scene input[type=range]").max) / 3), nimblesimScene.setPlaying(true))`);
        await browser.until(`nimblesimScene.frames.count > 10`);
        const [from, spentFrom] = [await browser.evaluate(DRAWN), await browser.spent()];
        await browser.until(`nimblesimScene.frames.count > ${from.count + FRAMES} || !nimblesimScene.state.playing`);
        const [to, spentTo] = [await browser.evaluate(DRAWN), await browser.spent()];
        const n = to.count - from.count;
        const of = (value) => (value === null ? null : value / n);
        frame = [of(to.drawn_ms - from.drawn_ms), of(less(spentTo, spentFrom, "main_ms")), of(less(spentTo, spentFrom, "all_ms")),
            1000 * n / (to.now - from.now)];
    }
    console.log(`${basename(page, ".html").padEnd(24)}${cell(first)}${cell(less(seen, before, "main_ms"))}${cell(less(seen, before, "all_ms"))}`
        + `${cell(frame[0], 2)}${cell(frame[1], 2)}${cell(frame[2], 2)}${cell(frame[3])}`);
}
await browser.close();

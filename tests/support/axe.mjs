/* What axe-core finds serious or worse on the page that a browser shows: texts. */
import { readFileSync } from "node:fs";

export const seriousOf = async (browser, path) => {
    await browser.evaluate(`(() => { (0, eval)(${JSON.stringify(`${readFileSync(path, "utf-8")};0`)}); return 0; })()`);
    return browser.evaluate(`axe.run(document, { iframes: false }).then(({ violations }) => violations
        .filter((v) => ["serious", "critical"].includes(v.impact))
        .map((v) => v.id + ": " + v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(", ")))`);
};

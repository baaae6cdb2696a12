/*
 * Puts the module, the scenarios and the scripts into one page that needs nothing else:
 *     node sim/host/playground/make.mjs MODULE.wasm PAGE.html
 * Refuses to write one that is larger than it may be.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BYTES_MAX = 1.5e6;
const here = dirname(fileURLToPath(import.meta.url));
const [modulePath, pagePath] = process.argv.slice(2);
const text = (name) => readFileSync(join(here, name), "utf-8");

/* Of one replication, that a page is there soon; the reader may ask for more. */
const preset = (name) => {
    const yaml = readFileSync(join(here, "../../../scenarios", `${name}.yaml`), "utf-8").replace(/^# yaml-language-server.*\n/, "");
    return /^replications:/m.test(yaml) ? yaml.replace(/^replications:.*$/m, "replications: 1") : `${yaml}replications: 1\n`;
};
const names = ["factory", "pi5", "qos", "choreography", "wasmtube-update", "mm1", "smoke", "factory-contended"];
const parts = {
    PRESETS: JSON.stringify(Object.fromEntries(names.map((name) => [name, preset(name)]))).replaceAll("<", "\\u003c"),
    WORKER: `${text("wasi.js")}\n${text("worker.js")}`,
    MODULE: gzipSync(readFileSync(modulePath), { level: 9 }).toString("base64"),
    PAGE: text("page.js"),
};
const page = text("page.html").replace(/@([A-Z]+)@/g, (_, name) => parts[name]);
if (Buffer.byteLength(page) > BYTES_MAX) {
    throw new Error(`${pagePath} would have ${Buffer.byteLength(page)} bytes, more than ${BYTES_MAX}`);
}
writeFileSync(pagePath, page);
console.log(`${pagePath}: ${(Buffer.byteLength(page) / 1e6).toFixed(2)} MB`);

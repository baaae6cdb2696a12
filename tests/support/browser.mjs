/*
 * A browser without a window, driven over its own protocol: Chromium by CDP on a pipe, Firefox by
 * WebDriver BiDi. What a page throws, logs as an error or cannot load is kept.
 *
 *     const browser = await open("chromium", folder);
 *     await browser.go(url);
 *     await browser.until("document.body.dataset.digest");
 *     browser.errors(); await browser.close();
 *
 * Nothing waits for a time: until() asks again and again whether an expression is true, and gives up
 * after what no machine needs. folder is the browser's own, for its profile and what it downloads.
 */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const GIVE_UP_MS = 240e3;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/* Requests by number over something that sends and receives texts. */
const talk = (send) => {
    const waiting = new Map();
    const listeners = [];
    let asked = 0;
    return {
        ask: (method, params = {}, more = {}) => new Promise((resolve, reject) => {
            waiting.set(++asked, { resolve, reject, method });
            send(JSON.stringify({ id: asked, method, params, ...more }));
        }),
        on: (listener) => listeners.push(listener),
        hear: (text) => {
            const message = JSON.parse(text);
            if (message.id === undefined || message.id === null) {
                listeners.forEach((listener) => listener(message));
                return;
            }
            const { resolve, reject, method } = waiting.get(message.id);
            waiting.delete(message.id);
            if (message.error) {
                reject(new Error(`${method}: ${message.message ?? JSON.stringify(message.error)}`));
            } else {
                resolve(message.result);
            }
        },
    };
};

const finish = (child) => new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
        resolve();
        return;
    }
    child.once("exit", resolve);
    child.kill();
});

/* ---- Chromium ---- */

const openChromium = async (program, folder) => {
    const child = spawn(program, ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--no-first-run", "--window-size=1400,1000", `--user-data-dir=${join(folder, "profile")}`, "--remote-debugging-pipe", "about:blank"],
        { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    const line = talk((text) => child.stdio[3].write(`${text}\0`));
    let rest = "";
    child.stdio[4].setEncoding("utf-8").on("data", (part) => {
        const parts = (rest + part).split("\0");
        rest = parts.pop();
        parts.forEach(line.hear);
    });
    const errors = [];
    line.on(({ method, params }) => {
        if (method === "Runtime.exceptionThrown") {
            errors.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
        } else if (method === "Runtime.consoleAPICalled" && params.type === "error") {
            errors.push(params.args.map((arg) => arg.value ?? arg.description).join(" "));
        } else if (method === "Log.entryAdded" && params.entry.level === "error") {
            errors.push(`${params.entry.text} ${params.entry.url ?? ""}`);
        }
    });
    const { targetInfos } = await line.ask("Target.getTargets");
    const { targetId } = targetInfos.find((target) => target.type === "page");
    const { sessionId } = await line.ask("Target.attachToTarget", { targetId, flatten: true });
    const ask = (method, params) => line.ask(method, params, { sessionId });
    for (const domain of ["Page", "Runtime", "Log"]) {
        await ask(`${domain}.enable`);
    }
    await ask("Performance.enable", { timeDomain: "threadTicks" });
    await ask("Emulation.setFocusEmulationEnabled", { enabled: true }); /* only who has the focus may copy */
    await line.ask("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: join(folder, "downloads") });
    await line.ask("Browser.grantPermissions", { permissions: ["clipboardReadWrite", "clipboardSanitizedWrite"] });
    const evaluate = async (expression) => {
        const { result, exceptionDetails } = await ask("Runtime.evaluate",
            { expression: `(async () => JSON.stringify(await (${expression})))()`, awaitPromise: true, userGesture: true });
        if (exceptionDetails) {
            throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        }
        return result.value === undefined ? undefined : JSON.parse(result.value);
    };
    return {
        evaluate,
        errors: () => errors,
        go: (url) => ask("Page.navigate", { url }),
        look: (width, height, isDark) => Promise.all([
            ask("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false }),
            ask("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: isDark ? "dark" : "light" }] }),
        ]),
        shoot: async (path) => {
            const { data } = await ask("Page.captureScreenshot");
            writeFileSync(path, Buffer.from(data, "base64"));
        },
        /* Processor time, not time: of the page's main thread, and of all processes of the browser. */
        spent: async () => {
            const { metrics } = await ask("Performance.getMetrics");
            const { processInfo } = await line.ask("SystemInfo.getProcessInfo");
            return {
                main_ms: 1000 * metrics.find(({ name }) => name === "TaskDuration").value,
                all_ms: 1000 * processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0),
            };
        },
        close: () => finish(child),
    };
};

/* ---- Firefox ---- */

const openFirefox = async (program, folder) => {
    const profile = join(folder, "profile");
    writeFileSync(join(profile, "user.js"), [
        ["browser.download.folderList", 2], ["browser.download.dir", join(folder, "downloads")],
        ["browser.shell.checkDefaultBrowser", false], ["datareporting.policy.dataSubmissionEnabled", false],
        ["dom.events.testing.asyncClipboard", true],
    ].map(([key, value]) => `user_pref(${JSON.stringify(key)}, ${JSON.stringify(value)});\n`).join(""));
    const child = spawn(program, ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0", "--remote-allow-system-access",
        "--width", "1400", "--height", "1000", "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
    const address = await new Promise((resolve, reject) => {
        let said = "";
        child.stderr.setEncoding("utf-8").on("data", (part) => {
            said += part;
            const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said);
            if (found) {
                resolve(`${found[1]}/session`);
            }
        });
        child.once("exit", () => reject(new Error(`${program} ended: ${said}`)));
    });
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => {
        socket.onopen = resolve;
        socket.onerror = () => reject(new Error(`${address} does not answer`));
    });
    const line = talk((text) => socket.send(text));
    socket.onmessage = ({ data }) => line.hear(data);
    const errors = [];
    line.on(({ method, params }) => {
        if (method === "log.entryAdded" && params.level === "error") {
            errors.push(params.text);
        }
    });
    await line.ask("session.new", { capabilities: {} });
    await line.ask("session.subscribe", { events: ["log.entryAdded"] });
    const { contexts } = await line.ask("browsingContext.getTree");
    const { context } = contexts[0];
    const windows = await line.ask("browsingContext.getTree", { "moz:scope": "chrome" });
    const chrome = (expression) => line.ask("script.evaluate",
        { expression, target: { context: windows.contexts[0].context }, awaitPromise: false });
    return {
        evaluate: async (expression) => {
            const { type, result, exceptionDetails } = await line.ask("script.evaluate", {
                expression: `(async () => JSON.stringify(await (${expression})))()`, target: { context }, awaitPromise: true, userActivation: true,
            });
            if (type === "exception") {
                throw new Error(exceptionDetails.text);
            }
            return result.value === undefined ? undefined : JSON.parse(result.value);
        },
        errors: () => errors,
        go: (url) => line.ask("browsingContext.navigate", { context, url, wait: "interactive" }),
        look: async (width, height, isDark) => {
            await line.ask("browsingContext.setViewport", { context, viewport: { width, height } });
            await chrome(`Services.prefs.setIntPref("layout.css.prefers-color-scheme.content-override", ${isDark ? 0 : 1})`);
        },
        shoot: async (path) => {
            const { data } = await line.ask("browsingContext.captureScreenshot", { context });
            writeFileSync(path, Buffer.from(data, "base64"));
        },
        spent: async () => null, /* not told apart here */
        close: async () => {
            socket.close();
            await finish(child);
        },
    };
};

export const open = async (program, folder) => {
    mkdirSync(join(folder, "profile"), { recursive: true });
    mkdirSync(join(folder, "downloads"), { recursive: true });
    const browser = await (/firefox/.test(program) ? openFirefox : openChromium)(program, folder);
    const until = async (expression) => {
        const began = Date.now();
        for (;;) {
            const value = await browser.evaluate(expression).catch(() => null); /* a page may be on its way */
            if (value) {
                return value;
            }
            if (Date.now() - began > GIVE_UP_MS) {
                throw new Error(`waited in vain for ${expression}`);
            }
            await pause(50);
        }
    };
    return { ...browser, until };
};

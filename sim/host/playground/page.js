/*
 * The playground: a scenario as YAML and as a form, run in this tab by the program itself, and its
 * report below. Nothing leaves the page.
 */
(() => {
    "use strict";

    const presets = JSON.parse(document.getElementById("presets").textContent);
    const find = (id) => document.getElementById(id);
    const element = (tag, properties, ...children) => {
        const made = Object.assign(document.createElement(tag), properties);
        made.append(...children);
        return made;
    };
    const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

    /* ---- the program ---- */

    const worker = new Worker(URL.createObjectURL(new Blob([find("worker").textContent], { type: "text/javascript" })));
    const waiting = new Map();
    let asked = 0;
    worker.onmessage = ({ data }) => {
        waiting.get(data.id)(data);
        waiting.delete(data.id);
    };
    const ask = (message) => new Promise((resolve) => {
        waiting.set(++asked, resolve);
        worker.postMessage({ id: asked, ...message });
    });

    /* ---- the form ---- */

    const changed = new Map(); /* key: value */
    const amount = /^([0-9.]+(?:e[+-]?\d+)?)(\s*[a-zA-Z%/]*)$/;

    const set = (key, value, input) => {
        if (value === "" || value === input.placeholder) {
            changed.delete(key);
        } else {
            changed.set(key, value);
        }
        soon();
    };
    /* From a quarter to four times what it is by default, in steps that one can see. */
    const sliderOf = (key, input) => {
        const parts = amount.exec(key.default);
        if (!parts || Number(parts[1]) === 0) {
            return [];
        }
        const isWhole = /^a count/.test(key.takes) || parts[2].trim() === "B";
        const slider = element("input", { type: "range", min: -2, max: 2, step: 0.05, value: 0 });
        slider.setAttribute("aria-label", `${key.key}, from a quarter to four times its default`);
        slider.oninput = () => {
            const value = Number(parts[1]) * 2 ** Number(slider.value);
            input.value = `${isWhole ? Math.max(1, Math.round(value)) : Number(value.toPrecision(3))}${parts[2]}`;
            set(key.key, input.value, input);
        };
        return [slider];
    };
    const rowOf = (key) => {
        const input = element("input", { type: "text", placeholder: key.default, spellcheck: false });
        input.setAttribute("aria-label", key.key);
        input.onchange = () => set(key.key, input.value.trim(), input);
        const effects = key.readings.map((reading) => reading.row).join("; ");
        return element("div", { className: "row", title: `${key.takes}. Default: ${key.source}.` },
            element("code", {}, key.key), input, ...sliderOf(key, input),
            element("p", {}, `${key.meaning}; ${key.takes}${effects ? `. Read otherwise: ${effects}` : ""}`));
    };

    const modelOf = (yaml) => /^model:\s*(\S+)/m.exec(yaml)?.[1] ?? "nimblenet";
    let shown = null; /* whose keys the form has */

    /* Nothing is set: what was set of the scenario before is none of the next one's. */
    const clearForm = () => {
        changed.clear();
        if (modelOf(find("yaml").value) !== shown) {
            shown = null;
            find("form").replaceChildren();
        }
        for (const input of find("form").querySelectorAll("input")) {
            input.value = input.type === "range" ? 0 : "";
        }
    };
    /* The same model's form stays, with what was set in it meanwhile. */
    const showForm = async () => {
        const model = modelOf(find("yaml").value);
        if (model === shown) {
            return;
        }
        shown = model;
        changed.clear();
        const { code, out } = await ask({ words: ["explain", "--model", model, "--json"] });
        const keys = code === 0 ? JSON.parse(out).keys.filter((key) => !["format", "model", "base", "name", "record"].includes(key.key) && !key.key.startsWith("replications.")) : [];
        const sections = new Map();
        for (const key of keys) {
            const section = key.key.includes(".") ? key.key.split(".")[0] : "run";
            sections.set(section, [...(sections.get(section) ?? []), key]);
        }
        find("form").replaceChildren(...[...sections].map(([name, of], i) => element("details", { open: i === 1 },
            element("summary", {}, name), ...of.map(rowOf))));
    };

    /* ---- a run and its report ---- */

    let isRunning = false;
    let isWanted = false;
    let timer = 0;
    let database = null;
    const settings = () => [...changed].flatMap(([key, value]) => ["--set", `${key}=${value}`]);

    const tell = (text, isBad) => {
        find("said").textContent = text;
        find("said").classList.toggle("bad", isBad);
    };

    const runOnce = async () => {
        tell("running \u2026", false);
        find("copied").textContent = "";
        const words = ["run", "scenario.yaml", "--out", "result.db", "--force", "--json", "--quiet", "--threads", "1",
            "--set", "record=calls", ...settings()];
        const ran = await ask({ put: { "scenario.yaml": find("yaml").value }, words, get: "result.db" });
        if (ran.code !== 0) {
            tell(ran.err || `exit code ${ran.code}`, true);
            return;
        }
        database = ran.file;
        const result = JSON.parse(ran.out);
        find("digest").textContent = result.digest;
        const events = result.runs.reduce((sum, run) => sum + run.events, 0);
        const page = await ask({ words: ["report", "result.db", "--out", "result.html", "--force"], get: "result.html" });
        if (page.code !== 0) {
            tell(page.err, true);
            return;
        }
        const frame = find("report");
        frame.srcdoc = new TextDecoder().decode(page.file);
        frame.hidden = false;
        tell(`${result.runs.length} runs, ${events.toLocaleString("en")} events in ${(ran.took_ms / 1000).toFixed(2)} s, this page in ${(page.took_ms / 1000).toFixed(2)} s more`, false);
        document.body.dataset.digest = result.digest;
    };

    /* One at a time; what was changed meanwhile is run next. */
    const go = async () => {
        isWanted = true;
        if (isRunning) {
            return;
        }
        isRunning = true;
        while (isWanted) {
            isWanted = false;
            await runOnce();
        }
        isRunning = false;
    };
    function soon() {
        clearTimeout(timer);
        timer = setTimeout(go, 350);
    }

    const save = () => {
        if (database) {
            const link = element("a", { href: URL.createObjectURL(new Blob([database])), download: "result.db" });
            link.click();
        }
    };
    /* As --set has them, so that `nimblesim run` on what is copied is this run. */
    const copy = async () => {
        const text = [...(changed.size > 0 ? [`# nimblesim run this-file.yaml ${settings().map((word) => /^[\w.=-]+$/.test(word) ? word : `'${word}'`).join(" ")}`] : []), find("yaml").value].join("\n");
        try {
            await navigator.clipboard.writeText(text);
            find("copied").textContent = "copied";
        } catch {
            find("copied").textContent = "this browser lets no page copy";
        }
    };

    /* The run first: a form can wait. */
    const choose = async (name) => {
        find("yaml").value = presets[name];
        clearForm();
        await go();
        await showForm();
    };

    find("preset").append(...Object.keys(presets).map((name) => element("option", {}, name)));
    find("preset").onchange = () => choose(find("preset").value);
    find("yaml").onchange = async () => { await showForm(); go(); };
    find("run").onclick = go;
    find("save").onclick = save;
    find("copy").onclick = copy;
    ask({ packed: bytesOf(find("module").textContent.trim()) }).then(() => choose(Object.keys(presets)[0]));
})();

/*
 * The floor's clock and what people hold in their hands: play, pause, speed, a scrubber over the
 * load, keys, and an address for every moment (#t=1234&call=567).
 */
(() => {
    "use strict";

    const { element, seconds, floorOf, lanesOf, kindsOf, barsOf, tellerOf, bytesText, colour, linksOf, wordsOf } = nimblesimScene;
    const holder = document.querySelector(".scene");
    const island = document.getElementById("floor-data");
    if (!holder || !island) {
        return;
    }
    const data = nimblesimScene.read(JSON.parse(island.textContent));
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)");
    const SPEEDS = [0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600];
    const LINGER_S = 0.2; /* of real time: how long what was short stays to be seen */
    const SAID_MS = 100; /* how often numbers are written while it plays */
    const STARTS_WITH = 2; /* variants that are shown at first */

    const state = {
        t: 0, playing: false, chosen: null, last: null,
        speed: SPEEDS.reduce((best, s) => Math.abs(data.duration / s - 120) < Math.abs(data.duration / best - 120) ? s : best),
        hidden: new Set(data.variants.slice(STARTS_WITH).map((v) => v.index)),
    };
    const frames = { count: 0, drawn_ms: 0, first_ms: 0 }; /* for whoever measures */

    const shared = {
        kinds: kindsOf(data.variants),
        bars: barsOf(data.variants),
        linkMost: Math.max(1, ...data.variants.flatMap((v) => [...linksOf(v.link).values()].map((l) => l.bytes))),
        levelMost: data.variants[0].levelNames.map((_, i) => Math.max(...data.variants.map((v) => v.levelMost[i] ?? 0))),
        isCalm: isCalm.matches,
    };
    const hasFloor = data.variants.some((v) => v.place.n > 0);
    const hasLanes = data.variants.some((v) => v.span.n > 0);

    /* ---- what is on the page ---- */

    const button = (text, title, act) => element("button", { type: "button", title, onclick: act }, text);
    const play = button("Play", "space", () => setPlaying(!state.playing));
    const clock = element("output", { className: "clock" });
    const speed = element("select", { title: "simulated seconds a second: + and -" },
        ...SPEEDS.map((s) => element("option", { value: s, selected: s === state.speed }, `${s}\u00d7`)));
    speed.setAttribute("aria-label", "speed");
    const scrub = element("input", { type: "range", min: 0, max: data.duration, step: "any", value: 0 });
    scrub.setAttribute("aria-label", "time");
    const curve = element("canvas", { className: "load" });
    const panel = element("div", { className: "told" });
    const scenes = element("div", { className: "beside scenes" });

    const sceneOf = (v) => {
        const parts = [...(v.place.n > 0 ? [floorOf(data, v, shared)] : []), ...(v.span.n > 0 ? [lanesOf(data, v, shared)] : [])];
        const counts = element("span", { className: "counts" });
        const figure = element("div", { className: "one" },
            element("p", { className: "name" }, element("i", { className: `swatch c${v.colour}` }), element("strong", {}, v.name), counts),
            ...parts.map((part) => part.canvas));
        for (const part of parts) {
            part.canvas.tabIndex = 0;
            part.canvas.setAttribute("role", "img");
            part.canvas.setAttribute("aria-label", `${v.name}: ${part.places ? "the floor" : "lanes"}; keys are listed below`);
            part.canvas.addEventListener("click", (event) => {
                const box = part.canvas.getBoundingClientRect();
                choose(part.hit(event.clientX - box.left, event.clientY - box.top, state.t));
            });
        }
        const hiddenLanes = parts.reduce((sum, part) => sum + (part.hidden ?? 0), 0);
        if (hiddenLanes > 0) {
            figure.append(element("p", { className: "none" }, `${hiddenLanes} more lanes are not drawn`));
        }
        return { v, parts, figure, counts };
    };
    const all = data.variants.map(sceneOf);
    const shown = () => all.filter((one) => !state.hidden.has(one.v.index));

    const variantButtons = data.variants.length < 2 ? [] : data.variants.map((v) => {
        const one = element("button", { type: "button", className: "key" }, element("i", { className: `swatch c${v.colour}` }), v.name);
        one.setAttribute("aria-pressed", String(!state.hidden.has(v.index)));
        one.onclick = () => {
            const isHidden = state.hidden.has(v.index);
            if (isHidden || shown().length > 1) {
                state.hidden[isHidden ? "delete" : "add"](v.index);
                one.setAttribute("aria-pressed", String(isHidden));
                lay();
            }
        };
        return one;
    });

    const legend = () => {
        const items = [];
        const item = (style, text) => items.push(element("li", {}, element("i", { className: "sample", style }), text));
        if (hasFloor) {
            item("background: var(--soft); border-radius: 50%", `${data.mover}, at ease`);
            item("background: var(--c0); border-radius: 50%", `${data.mover} that waits for an answer, and a line to the ${data.place} that works on it`);
            shared.kinds.names.forEach((name, i) => item(`background: var(${shared.kinds.colourName(i)})`, name));
            data.variants[0].levelNames.forEach((name, i) => item("border: 1.5px solid var(--ink)", `${wordsOf(name)}: ${i === 0 ? "the ring, full at the most that was ever there" : "a mark each beside the place"}`));
            item("background: var(--strong); height: 0.4em", "a link, as wide as its bytes over the whole run");
        }
        shared.bars.names.forEach((name, i) => hasLanes && item(`background: var(${shared.bars.colourName(i)})`, name));
        const keys = [["space", "play, pause"], ["\u2190 \u2192", "5 s, with shift 60 s"], ["+ \u2212", "speed"], ["home, end", "first, last second"],
            ["n, r, c", `next ${data.place}, ${data.mover}, ${data.work}; with shift the one before`], ["esc", "nothing chosen"]];
        return element("details", { className: "keys" }, element("summary", {}, "What is what, and keys"),
            element("ul", { className: "samples" }, ...items),
            element("dl", {}, ...keys.flatMap(([key, what]) => [element("dt", {}, key), element("dd", {}, what)])));
    };

    /* ---- the load below the clock ---- */

    const rates = data.load === null ? [] : data.load.by.map((values) => data.load.grows
        ? values.map((value, i) => value - (i > 0 ? values[i - 1] : 0)) : values);

    /* Of a load that is only known after the end there is nothing to draw. */
    const hasLoad = rates.some((values) => values.some((value, i) => value !== null && data.load.t[i] <= data.duration));

    const drawLoad = () => {
        if (!hasLoad) {
            return;
        }
        const [width, height] = [curve.clientWidth, curve.clientHeight];
        const ctx = curve.getContext("2d");
        const ratio = devicePixelRatio;
        curve.width = Math.round(width * ratio);
        curve.height = Math.round(height * ratio);
        ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
        const most = Math.max(1e-9, ...shown().flatMap(({ v }) => rates[v.index] ?? []).filter((value) => value !== null));
        for (const { v } of shown()) {
            ctx.strokeStyle = colour(`--c${v.colour}`);
            ctx.lineWidth = 1.25;
            ctx.beginPath();
            (rates[v.index] ?? []).forEach((value, i) => {
                if (value !== null && data.load.t[i] <= data.duration) {
                    ctx.lineTo(8 + (width - 16) * data.load.t[i] / data.duration, height - 2 - (height - 6) * value / most);
                }
            });
            ctx.stroke();
        }
    };

    /* ---- frames ---- */

    const countsText = (v) => {
        const texts = [];
        if (v.work.n > 0) {
            const [begun, ended] = [v.works.begun(state.t), v.works.ended(state.t)];
            texts.push(`${begun} ${data.work}s, ${begun - ended} open`);
        }
        if (data.load?.grows) {
            const i = Math.min(nimblesimScene.above(data.load.t, state.t), data.load.t.length - 1);
            const bytes = data.load.by[v.index][Math.max(0, i - (data.load.t[i] > state.t ? 1 : 0))];
            texts.push(data.load.unit === "B" ? bytesText(state.t < data.load.t[0] ? 0 : bytes) : String(bytes));
        }
        return texts.join(", ");
    };

    /* Whatever is written anew makes the browser lay out the page: not in every frame. */
    const say = () => {
        for (const { v, counts } of shown()) {
            counts.textContent = countsText(v);
        }
        clock.textContent = seconds(state.t);
        scrub.value = state.t;
        scrub.setAttribute("aria-valuetext", seconds(state.t));
    };
    let saidAt = -Infinity;

    const draw = () => {
        const began = performance.now();
        const linger = LINGER_S * (state.playing ? state.speed : Math.min(state.speed, 10));
        for (const { parts } of shown()) {
            parts.forEach((part) => part.draw(state.t, linger, state.chosen));
        }
        if (!state.playing || began - saidAt >= SAID_MS) {
            saidAt = began;
            say();
        }
        frames.count++;
        frames.drawn_ms += performance.now() - began;
        frames.first_ms = frames.first_ms || performance.now();
    };

    let asked = false;
    const ask = () => {
        if (!asked) {
            asked = true;
            requestAnimationFrame(step);
        }
    };
    /* Where motion is not wanted, time goes on in leaps of a second. */
    let leapt = 0;
    const step = (now) => {
        asked = false;
        const passed = state.last === null ? 0 : Math.min(Math.max(now - state.last, 0) / 1000, 0.25);
        state.last = state.playing ? now : null;
        if (state.playing) {
            leapt += passed;
            if (!isCalm.matches || leapt >= 1) {
                state.t = Math.min(state.t + leapt * state.speed, data.duration);
                leapt = 0;
            }
            if (state.t >= data.duration) {
                setPlaying(false);
            }
            ask();
        }
        draw();
        tell(false);
    };

    /* ---- what is told ---- */

    const teller = tellerOf(data, (chosen, t) => choose(chosen, t));
    let toldAt = 0;
    const tell = (isNew) => {
        const now = performance.now();
        if (!isNew && (now - toldAt < 400 || panel.contains(document.activeElement) || !state.playing)) {
            return;
        }
        toldAt = now;
        panel.replaceChildren(...(state.chosen ? teller(state.chosen, state.t, shown().map((one) => one.v))
            : [element("p", { className: "none" }, `Click a ${hasFloor ? `${data.place}, ${data.mover} or link` : "bar"} to see more of it.`)]));
    };

    const words = { place: data.place, mover: data.mover, work: data.work, link: "link", works: `${data.work}s` };
    const idOf = { link: (text) => text.replace("-", " "), works: (text) => text };
    const address = () => {
        const chosen = state.chosen && words[state.chosen.kind]
            ? `&${words[state.chosen.kind]}=${String(state.chosen.id).replace(" ", "-")}` : "";
        try {
            history.replaceState(null, "", `#t=${Number(state.t.toFixed(3))}${chosen}`);
        } catch { /* a page inside another may have no address */ }
    };
    const follow = (hash) => {
        if (!hash.startsWith("#t=")) {
            return false;
        }
        const given = new URLSearchParams(hash.slice(1));
        setPlaying(false);
        state.t = Math.max(0, Math.min(Number(given.get("t")) || 0, data.duration));
        state.chosen = null;
        for (const [kind, word] of Object.entries(words)) {
            if (given.has(word)) {
                state.chosen = { kind, id: (idOf[kind] ?? Number)(given.get(word)) };
            }
        }
        holder.closest("section").scrollIntoView();
        ask();
        tell(true);
        return true;
    };

    function choose(chosen, t) {
        state.chosen = chosen;
        state.t = t ?? state.t;
        address();
        ask();
        tell(true);
    }
    function setPlaying(isPlaying) {
        if (isPlaying && state.t >= data.duration) {
            state.t = 0;
        }
        const hasPaused = state.playing && !isPlaying;
        state.playing = isPlaying;
        state.last = null; /* time begins with the next frame */
        play.textContent = isPlaying ? "Pause" : "Play";
        if (hasPaused) {
            address();
            tell(true);
        }
        ask();
    }
    const seek = (t) => {
        state.t = Math.max(0, Math.min(t, data.duration));
        address();
        ask();
        tell(true);
    };

    /* ---- keys ---- */

    const idsOf = (kind) => {
        const v = shown()[0].v;
        return kind === "place" ? [...(v.place.column("place") ?? [])]
            : kind === "mover" ? Array.from({ length: v.tracks?.movers ?? 0 }, (_, i) => i + 1)
            : [...(v.work.column("work") ?? [])];
    };
    const cycle = (kind, by) => {
        const ids = idsOf(kind);
        if (ids.length === 0) {
            return;
        }
        const isSame = state.chosen?.kind === kind;
        const begun = kind === "work" ? Math.max(0, shown()[0].v.works.begun(state.t) - 1) : by > 0 ? -1 : ids.length;
        const from = isSame ? ids.indexOf(state.chosen.id) : begun - (kind === "work" ? by : 0);
        const to = (from + by + ids.length) % ids.length;
        choose({ kind, id: ids[to] }, kind === "work" ? shown()[0].v.work.column("t_ns")[to] : undefined);
    };
    const faster = (by) => {
        const at = Math.max(0, Math.min(SPEEDS.indexOf(state.speed) + by, SPEEDS.length - 1));
        state.speed = SPEEDS[at];
        speed.value = String(state.speed);
        ask();
    };
    const keys = {
        " ": () => setPlaying(!state.playing),
        ArrowLeft: (event) => seek(state.t - (event.shiftKey ? 60 : 5)),
        ArrowRight: (event) => seek(state.t + (event.shiftKey ? 60 : 5)),
        Home: () => seek(0),
        End: () => seek(data.duration),
        "+": () => faster(1),
        "-": () => faster(-1),
        n: (event) => cycle("place", event.shiftKey ? -1 : 1),
        r: (event) => cycle("mover", event.shiftKey ? -1 : 1),
        c: (event) => cycle("work", event.shiftKey ? -1 : 1),
        Escape: () => choose(null),
    };
    holder.addEventListener("keydown", (event) => {
        const act = keys[event.key] ?? keys[event.key.toLowerCase()];
        const isTyping = event.target === speed || (event.target.tagName === "BUTTON" && event.key === " ") ||
            event.target.tagName === "SUMMARY";
        if (act && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
            event.preventDefault();
            act(event);
        }
    });
    scrub.addEventListener("input", () => seek(Number(scrub.value)));
    speed.addEventListener("change", () => { state.speed = Number(speed.value); ask(); });
    addEventListener("hashchange", () => follow(location.hash));
    document.addEventListener("nimblesim-go", ({ detail }) => follow(detail));

    /* ---- ways in from the rest of the page ---- */

    for (const head of document.querySelectorAll(`.entities[id="${data.place}s"] tbody th, #${data.place}s tbody th`)) {
        const id = Number(head.textContent);
        head.replaceChildren(element("a", { href: `#t=${data.duration}&${data.place}=${id}` }, head.textContent));
    }

    /* A number leads to the work behind it, and each piece of that to its story. */
    const { criterionOf, workOf } = nimblesimScene.pick;
    const leads = workOf(data.variants[0]).table.n > 0;
    const leadOn = (label, text) => {
        const link = element("a", { className: "into", href: `#t=${Number(data.duration.toFixed(3))}&${words.works}=${criterionOf(text, data.variants[0])}` });
        link.append(...label.childNodes);
        label.replaceChildren(link);
    };
    for (const row of leads ? document.querySelectorAll("#summary tbody tr, #comparison tbody tr") : []) {
        leadOn(row.cells[0], `${row.cells[0].textContent} ${row.querySelector("td.name")?.textContent ?? ""}`);
    }
    for (const row of leads ? document.querySelectorAll("#quantiles tbody tr") : []) {
        if (row.cells.length > 1) {
            leadOn(row.cells[0], row.cells[0].textContent);
        }
    }
    for (const label of leads ? document.querySelectorAll(".tile dt") : []) {
        leadOn(label, label.textContent);
    }
    /* So does a chart's moment, and a bar's place. */
    document.addEventListener("nimblesim-read", ({ detail: { chart, index } }) => {
        if (chart.isTime && leads) {
            nimblesimGo(`#t=${Math.min(chart.x[index], data.duration)}&${words.works}=now`);
        } else if (chart.kind === "bars" && chart.what === data.place && !chart.names) {
            nimblesimGo(`#t=${data.duration}&${data.place}=${chart.x[index]}`);
        }
    });

    /* ---- begin ---- */

    function lay() {
        scenes.replaceChildren(...shown().map((one) => one.figure));
        requestAnimationFrame(() => {
            for (const { parts } of shown()) {
                for (const part of parts) {
                    part.measure(part.canvas.clientWidth, devicePixelRatio);
                }
            }
            drawLoad();
            draw();
            tell(true);
        });
    }

    const until = Math.min(...data.variants.map((v) => v.cut));
    const tracks = data.variants.find((v) => v.tracks)?.tracks;
    const notes = [
        ...(Number.isFinite(until) ? [`What happens is shown until ${seconds(until)}: this page holds no more.`] : []),
        ...(tracks && tracks.all > tracks.movers ? [`${tracks.movers} of ${tracks.all} ${data.mover}s are shown.`] : []),
        ...(hasFloor && data.variants.every((v) => v.work.n === 0)
            ? [`No ${data.work}s are recorded: run the scenario with --set record=calls to see them.`] : []),
    ];
    holder.append(element("div", { className: "bar" }, play, clock, speed, ...variantButtons), scenes,
        element("div", { className: "time" }, ...(hasLoad ? [element("p", { className: "none" }, `${data.load.label}${data.load.grows ? ", a bin" : ""}, mean over the replications`), curve] : []), scrub),
        ...notes.map((note) => element("p", { className: "none" }, note)), panel, legend());
    holder.hidden = false;
    lay();
    if (!follow(location.hash)) {
        state.t = 0;
    }
    let width = holder.clientWidth;
    new ResizeObserver(() => {
        if (holder.clientWidth !== width) {
            width = holder.clientWidth;
            lay();
        }
    }).observe(holder);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", lay);
    isCalm.addEventListener("change", () => { shared.isCalm = isCalm.matches; ask(); });
    /* It plays while it is seen, until somebody takes it in hand. */
    const watcher = new IntersectionObserver((entries) => {
        if (entries.some((entry) => entry.isIntersecting) && !isCalm.matches && !location.hash.startsWith("#t=")) {
            watcher.disconnect();
            setPlaying(true);
        }
    }, { threshold: 0.4 });
    watcher.observe(scenes);
    Object.assign(nimblesimScene, { frames, state, choose, seek, setPlaying });
})();

/*
 * Bars on lanes: who worked when. The lanes of one variant on a canvas, all of the time at once, and
 * a line at the time that is shown.
 */
(() => {
    "use strict";

    const { colour, groupsOf } = nimblesimScene;
    const LANE = 18;
    const LANES_MAX = 64;

    const natural = (a, b) => a.localeCompare(b, "en", { numeric: true });

    /* The kinds of bars of all variants, each with a colour of its own. */
    const barsOf = (variants) => {
        const names = [...new Set(variants.flatMap((v) => v.span.words("kind") ?? []))].sort();
        return { names, colourName: (i) => `--c${i % 12}` };
    };

    const lanesOf = (data, v, shared) => {
        const span = v.span;
        const words = span.words("lane") ?? [];
        const groups = groupsOf(span.column("lane"));
        const all = [...groups.keys()].filter((lane) => !Number.isNaN(lane))
            .sort((a, b) => natural(words[a] ?? String(a), words[b] ?? String(b)));
        const lanes = all.slice(0, LANES_MAX);
        const [start, kind] = [span.column("t_ns"), span.column("kind")];
        const { end } = v.spans;
        const kinds = (span.words("kind") ?? []).map((word) => shared.bars.names.indexOf(word));
        const canvas = document.createElement("canvas");
        const still = document.createElement("canvas");
        const ctx = canvas.getContext("2d");
        let look = null;

        const x = (t) => look.left + (look.width - look.left - 8) * t / data.duration;
        const endOf = (i) => Number.isNaN(end[i]) ? data.duration : end[i];
        const paintStill = () => {
            const c = still.getContext("2d");
            const paint = shared.bars.names.map((_, i) => colour(shared.bars.colourName(i)));
            c.setTransform(look.ratio, 0, 0, look.ratio, 0, 0);
            c.clearRect(0, 0, look.width, look.height);
            c.font = `11px ${look.font}`;
            c.textBaseline = "middle";
            lanes.forEach((lane, row) => {
                const top = 4 + row * LANE;
                c.fillStyle = look.soft;
                c.fillText(words[lane] ?? String(lane), 2, top + LANE / 2);
                c.fillStyle = look.line;
                c.fillRect(look.left, top + LANE - 1, look.width - look.left - 8, 1);
                for (const i of groups.get(lane)) {
                    c.fillStyle = paint[kinds[kind[i]]] ?? look.soft;
                    c.fillRect(x(start[i]), top + 2, Math.max(0.75, x(endOf(i)) - x(start[i]) - 0.25), LANE - 5);
                }
            });
        };

        const measure = (width, ratio) => {
            const font = getComputedStyle(document.body).fontFamily;
            ctx.font = `11px ${font}`;
            const longest = Math.max(0, ...lanes.map((lane) => ctx.measureText(words[lane] ?? String(lane)).width));
            look = {
                width, ratio, font, height: 8 + lanes.length * LANE,
                left: Math.min(longest + 10, width * 0.4),
                soft: colour("--soft"), line: colour("--line"), ink: colour("--ink"),
            };
            for (const c of [canvas, still]) {
                c.width = Math.round(width * ratio);
                c.height = Math.round(look.height * ratio);
            }
            canvas.style.height = `${look.height}px`;
            paintStill();
        };

        const draw = (t, _linger, chosen) => {
            ctx.setTransform(1, 0, 0, 1, 0, 0);
            ctx.clearRect(0, 0, canvas.width, canvas.height);
            ctx.drawImage(still, 0, 0);
            ctx.setTransform(look.ratio, 0, 0, look.ratio, 0, 0);
            ctx.globalAlpha = 0.72;
            ctx.fillStyle = colour("--card");
            ctx.fillRect(x(t), 0, look.width - x(t), look.height);
            ctx.globalAlpha = 1;
            ctx.fillStyle = look.ink;
            ctx.fillRect(x(t) - 0.75, 0, 1.5, look.height);
            if (chosen?.kind === "span") {
                const row = lanes.indexOf(span.column("lane")[chosen.id]);
                ctx.strokeStyle = look.ink;
                ctx.lineWidth = 2;
                ctx.strokeRect(x(start[chosen.id]), 5 + row * LANE, Math.max(2, x(endOf(chosen.id)) - x(start[chosen.id])), LANE - 3);
            }
        };

        const hit = (px, py) => {
            const lane = lanes[Math.floor((py - 4) / LANE)];
            const t = (px - look.left) / (look.width - look.left - 8) * data.duration;
            const slack = 3 * data.duration / look.width;
            const i = (groups.get(lane) ?? []).find((k) => start[k] - slack <= t && endOf(k) + slack >= t);
            return i === undefined ? null : { kind: "span", id: i, variant: v.index };
        };

        return { canvas, measure, draw, hit, hidden: all.length - lanes.length };
    };

    Object.assign(nimblesimScene, { barsOf, lanesOf });
})();

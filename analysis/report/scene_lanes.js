/*
 * Bars on lanes: who worked when, and below them curves of what rises and falls. The lanes of one
 * variant on a canvas, all of the time at once, and a line at the time that is shown.
 */
(() => {
    "use strict";

    const { colour, groupsOf } = nimblesimScene;
    const LANE = 18;
    const LANES_MAX = 64;
    const CURVE = 64; /* the height of curves on one scale, and above it */
    const GAP = 10;

    const natural = (a, b) => a.localeCompare(b, "en", { numeric: true });

    /* The kinds of bars of all variants, each with a colour of its own. */
    const barsOf = (variants) => {
        const names = [...new Set(variants.flatMap((v) => v.span.words("kind") ?? []))].sort();
        return { names, colourName: (i) => `--c${i % 12}` };
    };

    /* Levels of no place, by what their names end with: those of a kind share a scale. */
    const curvesOf = (v, shared) => {
        if (v.place.n > 0 || v.level.n === 0) {
            return [];
        }
        const curves = new Map();
        v.levelNames.forEach((name, i) => {
            const unit = name.match(/_(bytes|j)$/)?.[1] ?? name;
            const curve = curves.get(unit) ?? { names: [], most: 0 };
            curve.names.push(name);
            curve.most = Math.max(curve.most, shared.levelMost[i] ?? 0);
            curves.set(unit, curve);
        });
        return [...curves.values()];
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
        const curves = curvesOf(v, shared);
        const kinds = (span.words("kind") ?? []).map((word) => shared.bars.names.indexOf(word));
        const canvas = document.createElement("canvas");
        const still = document.createElement("canvas");
        const ctx = canvas.getContext("2d");
        let look = null;

        const x = (t) => look.left + (look.width - look.left - 8) * t / data.duration;
        const endOf = (i) => Number.isNaN(end[i]) ? data.duration : end[i];
        /* The first of a scale is filled; the others, limits of it as a rule, are lines. */
        const paintCurve = (c, { names, most }, top) => {
            const times = v.level.column("t_ns");
            const y = (value) => top + CURVE - (CURVE - 4) * value / Math.max(most, 1e-9);
            names.forEach((name, k) => {
                const values = v.level.column(name);
                c.beginPath();
                c.moveTo(x(0), y(0));
                for (let i = 0, last = 0; i < times.length; i++) {
                    c.lineTo(x(times[i]), y(last));
                    last = values[i];
                    c.lineTo(x(times[i]), y(last));
                }
                c.lineTo(x(data.duration), y(times.length > 0 ? values[times.length - 1] : 0));
                if (k === 0) {
                    c.lineTo(x(data.duration), y(0));
                    c.globalAlpha = 0.35;
                    c.fillStyle = colour(`--c${v.colour}`);
                    c.fill();
                    c.globalAlpha = 1;
                } else {
                    c.strokeStyle = look.soft;
                    c.setLineDash([4, 3]);
                    c.stroke();
                    c.setLineDash([]);
                }
            });
            c.fillStyle = look.soft;
            names.forEach((name, k) => c.fillText(nimblesimScene.wordsOf(name), 2, top + 12 + 14 * k));
            c.fillStyle = look.line;
            c.fillRect(look.left, top + CURVE, look.width - look.left - 8, 1);
        };
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
            curves.forEach((curve, i) => paintCurve(c, curve, 4 + lanes.length * LANE + GAP + i * (CURVE + GAP)));
        };

        const measure = (width, ratio) => {
            const font = getComputedStyle(document.body).fontFamily;
            ctx.font = `11px ${font}`;
            const texts = [...lanes.map((lane) => words[lane] ?? String(lane)), ...curves.flatMap(({ names }) => names.map(nimblesimScene.wordsOf))];
            const longest = Math.max(0, ...texts.map((text) => ctx.measureText(text).width));
            look = {
                width, ratio, font, height: 8 + lanes.length * LANE + curves.length * (CURVE + GAP),
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

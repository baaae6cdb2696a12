/*
 * The floor of one variant on a canvas. What stands (floor, links as wide as their bytes, places)
 * is painted once for a size and a colour scheme; what moves is painted over it in every frame.
 */
(() => {
    "use strict";

    const { above, groupsOf } = nimblesimScene;
    const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const TURN = 2 * Math.PI;

    const bytesText = (bytes) => {
        for (const [divisor, unit] of [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"]]) {
            if (bytes >= divisor) {
                return `${(bytes / divisor).toPrecision(3)} ${unit}`;
            }
        }
        return `${bytes} B`;
    };

    /* ---- what stands where ---- */

    /* Both directions of a link are one line. */
    const linksOf = (table) => {
        const [from, to, bytes] = ["place", "peer", "bytes"].map((name) => table.column(name) ?? []);
        const links = new Map();
        for (let i = 0; i < table.n; i++) {
            const [a, b] = [Math.min(from[i], to[i]), Math.max(from[i], to[i])];
            const key = `${a} ${b}`;
            const link = links.get(key) ?? { a, b, bytes: 0, ways: [] };
            link.bytes += bytes[i] || 0;
            link.ways.push({ from: from[i], to: to[i], bytes: bytes[i] || 0 });
            links.set(key, link);
        }
        return links;
    };

    const neighboursOf = (links) => {
        const neighbours = new Map();
        const add = (a, b) => neighbours.has(a) ? neighbours.get(a).push(b) : neighbours.set(a, [b]);
        for (const { a, b } of links.values()) {
            add(a, b);
            add(b, a);
        }
        return neighbours;
    };

    /* What has no place of its own stands beside whom it is linked to, away from the others. */
    const placesOf = (table, neighbours) => {
        const [id, x, y] = ["place", "x_m", "y_m"].map((name) => table.column(name) ?? []);
        const places = new Map();
        for (let i = 0; i < table.n; i++) {
            places.set(id[i], { id: id[i], x: x[i], y: y[i], role: table.text("role", i) });
        }
        const placed = [...places.values()].filter((p) => !Number.isNaN(p.x));
        let nearest = Infinity;
        for (const p of placed.slice(0, 200)) {
            for (const q of placed.slice(0, 200)) {
                const d = Math.hypot(p.x - q.x, p.y - q.y);
                nearest = p !== q && d > 0 && d < nearest ? d : nearest;
            }
        }
        const spacing = Number.isFinite(nearest) ? nearest : 1;
        for (const p of places.values()) {
            const beside = (neighbours.get(p.id) ?? []).map((n) => places.get(n))
                .find((n) => n && placed.includes(n));
            if (Number.isNaN(p.x) && beside) {
                p.x = beside.x + spacing * 0.36;
                p.y = beside.y + spacing * 0.36;
                p.isBeside = true;
            }
        }
        return { places, spacing };
    };

    /* The way of fewest links, remembered; just the two ends where there is none. */
    const waysOf = (neighbours) => {
        const known = new Map();
        const search = (from, to) => {
            const before = new Map([[from, null]]);
            const queue = [from];
            for (let i = 0; i < queue.length && !before.has(to); i++) {
                for (const next of neighbours.get(queue[i]) ?? []) {
                    if (!before.has(next)) {
                        before.set(next, queue[i]);
                        queue.push(next);
                    }
                }
            }
            const way = [];
            for (let at = before.has(to) ? to : null; at !== null; at = before.get(at)) {
                way.unshift(at);
            }
            return way.length > 0 ? way : [from, to];
        };
        return (from, to) => {
            const key = `${from} ${to}`;
            if (!known.has(key)) {
                known.set(key, search(from, to));
            }
            return known.get(key);
        };
    };

    /* ---- stamps ---- */

    /* Strokes are what costs where a processor paints: a ring that is drawn in many places is drawn once
     * for each of steps + 1 shares, and stamped. reach is the largest radius, stroke included. */
    const stampOf = (steps, reach, ratio, paint) => {
        const side = Math.ceil(2 * reach * ratio) + 2;
        const sheet = new OffscreenCanvas(side * (steps + 1), side);
        const c = sheet.getContext("2d");
        for (let i = 0; i <= steps; i++) {
            c.setTransform(ratio, 0, 0, ratio, (i + 0.5) * side, side / 2);
            c.beginPath();
            paint(c, i / steps);
            c.stroke();
        }
        const image = sheet.transferToImageBitmap(); /* a canvas would be asked each time whether it has changed */
        /* On a context whose unit is a pixel of the screen; x and y are the page's. */
        return (ctx, x, y, share) => ctx.drawImage(image, Math.round(Math.min(share, 1) * steps) * side, 0, side, side,
            Math.round(x * ratio - side / 2), Math.round(y * ratio - side / 2), side, side);
    };

    /* ---- the floor ---- */

    const floorOf = (data, v, shared) => {
        const links = linksOf(v.link);
        const neighbours = neighboursOf(links);
        const { places, spacing } = placesOf(v.place, neighbours);
        const wayOf = waysOf(neighbours);
        const canvas = document.createElement("canvas");
        const still = document.createElement("canvas");
        const ctx = canvas.getContext("2d", { alpha: false }); /* what is opaque is copied, not mixed */
        const ends = data.extent ?? [0, 1].map((i) => Math.max(1, ...[...places.values()].map((p) => i ? p.y : p.x)));
        const [work, pulse] = [v.work, v.pulse];
        const col = {
            mover: work.column("mover"), place: work.column("place"), t: work.column("t_ns"),
            end: v.works.end, kind: pulse.column("kind"), source: pulse.column("source"),
            to: pulse.column("place"), from: pulse.column("t_ns"),
        };
        const kindOf = shared.kinds.indexes(pulse.words("kind") ?? []);
        const movers = v.tracks?.movers ?? 0;
        const busy = new Uint8Array(movers + 1);
        const at = [0, 0];
        let look = null;
        let stamps = null;

        const pixel = (x, y) => [look.left + x * look.scale, look.top + (ends[1] - y) * look.scale];
        const pixels = new Map(); /* of the places, for a size of the canvas */
        const placePixel = (id) => pixels.get(id) ?? null;

        const makeStamps = () => {
            const { radius, mover, paint, ratio } = look;
            const line = Math.max(2, radius * 0.24);
            const spreads = new Map();
            return {
                level: stampOf(48, radius + line, ratio, (c, share) => {
                    [c.strokeStyle, c.lineWidth] = [paint.own, line];
                    c.arc(0, 0, radius, -TURN / 4, TURN * (share - 0.25));
                }),
                spread: (kind) => {
                    if (!spreads.has(kind)) {
                        spreads.set(kind, stampOf(24, radius * 3.2 + 2, ratio, (c, g) => {
                            [c.strokeStyle, c.lineWidth, c.globalAlpha] = [paint.kinds[kind], 1.75, 0.5 * (1 - g)];
                            c.arc(0, 0, radius * (1 + 2.2 * g), 0, TURN);
                        }));
                    }
                    return spreads.get(kind);
                },
                ended: [paint.alert, paint.own].map((ink) => stampOf(12, mover * 3.5 + 2, ratio, (c, g) => {
                    [c.strokeStyle, c.lineWidth, c.globalAlpha] = [ink, 1.25, 1 - g];
                    c.arc(0, 0, mover * (1.5 + 2 * g), 0, TURN);
                })),
            };
        };
        const stamping = (paint) => {
            ctx.globalAlpha = 1;
            ctx.setTransform(1, 0, 0, 1, 0, 0);
            paint();
            ctx.setTransform(look.ratio, 0, 0, look.ratio, 0, 0);
        };

        const measure = (width, ratio) => {
            const pad = 22; /* half of a place with its rim */
            const height = Math.round(Math.min(Math.max(width * ends[1] / ends[0], 180), 560));
            const scale = Math.min((width - 2 * pad) / ends[0], (height - 2 * pad) / ends[1]);
            const paint = {};
            for (const name of ["ink", "soft", "line", "strong", "card", "page", "alert", `c${v.colour}`]) {
                paint[name] = colour(`--${name}`);
            }
            paint.own = paint[`c${v.colour}`];
            paint.kinds = shared.kinds.colours();
            look = {
                width, height, ratio, scale, paint,
                left: (width - ends[0] * scale) / 2, top: (height - ends[1] * scale) / 2,
                radius: Math.min(17, Math.max(3, spacing * scale * 0.15)),
                mover: Math.min(5, Math.max(2, spacing * scale * 0.045)),
                font: getComputedStyle(document.body).fontFamily,
            };
            for (const c of [canvas, still]) {
                c.width = Math.round(width * ratio);
                c.height = Math.round(height * ratio);
            }
            canvas.style.height = `${height}px`;
            pixels.clear();
            for (const p of places.values()) {
                pixels.set(p.id, pixel(p.x, p.y));
            }
            stamps = makeStamps();
            paintStill();
        };

        /* ---- what stands ---- */

        const widthOf = (link) => 1 + 13 * link.bytes / Math.max(shared.linkMost, 1);

        const paintLinks = (c) => {
            const isRoomy = look.width >= 420 && links.size <= 60;
            for (const link of links.values()) {
                const [from, to] = [placePixel(link.a), placePixel(link.b)];
                if (from && to) {
                    c.strokeStyle = look.paint.own;
                    c.globalAlpha = 0.28;
                    c.lineWidth = widthOf(link);
                    c.beginPath();
                    c.moveTo(...from);
                    c.lineTo(...to);
                    c.stroke();
                }
            }
            c.globalAlpha = 1;
            if (!isRoomy) {
                return;
            }
            c.font = `11px ${look.font}`;
            c.textAlign = "center";
            c.textBaseline = "middle";
            for (const link of links.values()) {
                const [from, to] = [placePixel(link.a), placePixel(link.b)];
                const isLong = from && to && Math.hypot(from[0] - to[0], from[1] - to[1]) > 78;
                if (isLong && link.bytes > 0) {
                    const [x, y] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
                    const text = bytesText(link.bytes);
                    const half = c.measureText(text).width / 2 + 3;
                    c.fillStyle = look.paint.card;
                    c.globalAlpha = 0.85;
                    c.fillRect(x - half, y - 8, 2 * half, 16);
                    c.globalAlpha = 1;
                    c.fillStyle = look.paint.soft;
                    c.fillText(text, x, y);
                }
            }
        };

        const outline = (c, p, [x, y], radius) => {
            c.beginPath();
            if (p.isBeside) {
                c.rect(x - radius, y - radius, 2 * radius, 2 * radius);
            } else {
                c.arc(x, y, radius, 0, TURN);
            }
        };

        const paintStill = () => {
            const c = still.getContext("2d", { alpha: false });
            c.setTransform(look.ratio, 0, 0, look.ratio, 0, 0);
            c.fillStyle = look.paint.card;
            c.fillRect(0, 0, look.width, look.height);
            c.strokeStyle = look.paint.line;
            c.strokeRect(...pixel(0, ends[1]), ends[0] * look.scale, ends[1] * look.scale);
            paintLinks(c);
            for (const p of places.values()) {
                if (!Number.isNaN(p.x)) {
                    outline(c, p, pixel(p.x, p.y), look.radius);
                    c.fillStyle = look.paint.card;
                    c.fill();
                    c.strokeStyle = look.paint.strong;
                    c.lineWidth = 1.25;
                    c.stroke();
                }
            }
        };

        /* ---- what fills and empties ---- */

        const levelAt = (id, t) => v.levelAt(id, t);

        const paintLevels = (t) => {
            const values = v.levelNames.map((name) => v.level.column(name));
            const { radius, paint } = look;
            const rows = [...places.values()].map((p) => [...placePixel(p.id), levelAt(p.id, t), p.id]);
            stamping(() => rows.forEach(([x, y, row]) => {
                if (row >= 0 && values.length > 0 && values[0][row] > 0) {
                    stamps.level(ctx, x, y, values[0][row] / Math.max(shared.levelMost[0], 1));
                }
            }));
            values.slice(1).forEach((of, c) => paintCounts(rows, of, c, values.length - 1));
            if (radius >= 8) {
                ctx.fillStyle = paint.ink;
                ctx.font = `600 ${Math.max(11, Math.round(radius * 0.8))}px ${look.font}`;
                ctx.textAlign = "center";
                ctx.textBaseline = "middle";
                /* With a rim, since what goes over links ends below them. */
                [ctx.strokeStyle, ctx.lineWidth, ctx.lineJoin] = [paint.card, 3.5, "round"];
                rows.forEach(([x, y, , id]) => {
                    ctx.strokeText(String(id), x, y + 0.5);
                    ctx.fillText(String(id), x, y + 0.5);
                });
            }
        };

        /* Marks on top of each other: hollow ones for what comes first (a queue), full ones then. */
        const paintCounts = (rows, of, column, columns) => {
            const size = Math.max(2, look.radius * 0.24);
            const isHollow = column === 0 && columns > 1;
            const inset = isHollow ? 0.5 : 0;
            ctx.beginPath();
            for (const [x, y, row] of rows) {
                const left = x + look.radius + 2 + (columns - 1 - column) * (size + 2) + inset;
                for (let i = 0; row >= 0 && i < Math.min(of[row], 8); i++) {
                    ctx.rect(left, y + look.radius - (i + 1) * (size + 1.5) + inset, size - 2 * inset, size - 2 * inset);
                }
            }
            ctx.lineWidth = 1;
            ctx.strokeStyle = look.paint.alert;
            ctx.fillStyle = look.paint.ink;
            ctx[isHollow ? "stroke" : "fill"]();
        };

        /* ---- what happens ---- */

        const along = (way, f) => {
            const points = way.map(placePixel).filter((p) => p);
            const lengths = points.slice(1).map((p, i) => Math.hypot(p[0] - points[i][0], p[1] - points[i][1]));
            let left = f * lengths.reduce((a, b) => a + b, 0);
            for (let i = 0; i < lengths.length; i++) {
                if (left <= lengths[i] || i === lengths.length - 1) {
                    const g = lengths[i] > 0 ? Math.min(left / lengths[i], 1) : 1;
                    return [points[i][0] + g * (points[i + 1][0] - points[i][0]),
                        points[i][1] + g * (points[i + 1][1] - points[i][1])];
                }
                left -= lengths[i];
            }
            return points[0] ?? null;
        };

        /* A link is painted once for a kind, as strong as the strongest of what goes over it. */
        const overLinks = new Map();
        const dots = [];
        const paintSpread = (i, t, linger) => {
            const [begin, end] = [col.from[i], v.pulses.until[i]];
            const to = placePixel(col.to[i]);
            if (to) {
                stamps.spread(kindOf[col.kind[i]])(ctx, to[0], to[1], (t - begin) / Math.max(end - begin, linger));
            }
        };
        const gatherPulse = (i, t, linger) => {
            const [begin, end] = [col.from[i], v.pulses.until[i]];
            const kind = kindOf[col.kind[i]];
            const fade = t <= end ? 1 : 1 - (t - end) / linger;
            const way = wayOf(col.source[i], col.to[i]);
            for (let k = 1; k < way.length; k++) {
                const key = `${kind} ${Math.min(way[k - 1], way[k])} ${Math.max(way[k - 1], way[k])}`;
                const over = overLinks.get(key);
                if (over === undefined) {
                    overLinks.set(key, { kind, a: way[k - 1], b: way[k], fade });
                } else {
                    over.fade = Math.max(over.fade, fade);
                }
            }
            const dot = shared.isCalm ? null : along(way, end > begin ? Math.min(1, Math.max(0, (t - begin) / (end - begin))) : 1);
            if (dot) {
                dots.push({ kind, fade, x: dot[0], y: dot[1] });
            }
        };
        const paintGathered = () => {
            ctx.lineWidth = 2;
            for (const { kind, a, b, fade } of overLinks.values()) {
                const [from, to] = [placePixel(a), placePixel(b)];
                if (from && to) {
                    ctx.globalAlpha = 0.75 * fade;
                    ctx.strokeStyle = look.paint.kinds[kind];
                    ctx.beginPath();
                    ctx.moveTo(from[0], from[1]);
                    ctx.lineTo(to[0], to[1]);
                    ctx.stroke();
                }
            }
            for (const { kind, fade, x, y } of dots) {
                ctx.globalAlpha = fade;
                ctx.fillStyle = look.paint.kinds[kind];
                ctx.beginPath();
                ctx.arc(x, y, Math.max(3, look.radius * 0.3), 0, TURN);
                ctx.fill();
            }
        };
        const paintPulses = (t, linger) => {
            overLinks.clear();
            dots.length = 0;
            stamping(() => v.pulses.at(t - linger, t, (i) => {
                (Number.isNaN(col.source[i]) ? paintSpread : gatherPulse)(i, t, linger);
            }));
            paintGathered();
        };

        const moverPixel = (mover, t) => {
            if (!(mover >= 1 && mover <= movers)) {
                return null;
            }
            v.tracks.at(mover - 1, t, at);
            return pixel(at[0], at[1]);
        };

        /* Lines of one pixel, each for itself: many in one path are slow, and so are thicker ones. */
        const paintWorks = (t, linger) => {
            busy.fill(0);
            const ended = [];
            ctx.lineWidth = 1;
            ctx.globalAlpha = 0.7;
            ctx.strokeStyle = look.paint.ink;
            v.works.at(t - linger, t, (i) => {
                const isAnswered = !Number.isNaN(col.end[i]);
                const isOpen = v.works.until[i] >= t && isAnswered;
                const from = moverPixel(col.mover[i], t);
                const to = placePixel(col.place[i]);
                if (isOpen && from) {
                    busy[col.mover[i]] = 1;
                }
                if (isOpen && from && to) {
                    ctx.beginPath();
                    ctx.moveTo(from[0], from[1]);
                    ctx.lineTo(to[0], to[1]);
                    ctx.stroke();
                } else if (!isOpen && from) {
                    ended.push([Number(isAnswered), from, (t - v.works.until[i]) / linger]);
                }
            });
            stamping(() => ended.forEach(([isAnswered, [x, y], g]) => stamps.ended[isAnswered](ctx, x, y, g)));
        };

        const paintMovers = (t) => {
            for (const isBusy of [0, 1]) {
                ctx.fillStyle = isBusy ? look.paint.own : look.paint.soft;
                ctx.beginPath();
                for (let m = 1; m <= movers; m++) {
                    if (busy[m] === isBusy) {
                        const [x, y] = moverPixel(m, t);
                        ctx.moveTo(x + look.mover, y);
                        ctx.arc(x, y, look.mover, 0, TURN);
                    }
                }
                ctx.fill();
            }
        };

        const ringOf = (chosen, t) => {
            if (chosen.kind === "place" && placePixel(chosen.id)) {
                return [placePixel(chosen.id), look.radius + 5];
            }
            if (chosen.kind === "mover") {
                return [moverPixel(chosen.id, t), look.mover + 6];
            }
            const row = chosen.kind === "work" ? v.rowOfWork.get(chosen.id) : undefined;
            return [row === undefined ? null : moverPixel(col.mover[row], t), look.mover + 6];
        };

        const paintChosen = (chosen, t) => {
            ctx.strokeStyle = look.paint.ink;
            ctx.lineWidth = 2;
            if (chosen.kind === "link") {
                const link = links.get(chosen.id);
                const [from, to] = link ? [placePixel(link.a), placePixel(link.b)] : [];
                if (from && to) {
                    ctx.beginPath();
                    ctx.moveTo(...from);
                    ctx.lineTo(...to);
                    ctx.stroke();
                }
                return;
            }
            const [middle, radius] = ringOf(chosen, t);
            if (middle) {
                ctx.beginPath();
                ctx.arc(middle[0], middle[1], radius, 0, TURN);
                ctx.stroke();
            }
        };

        const draw = (t, linger, chosen) => {
            ctx.setTransform(1, 0, 0, 1, 0, 0);
            ctx.globalAlpha = 1;
            ctx.drawImage(still, 0, 0);
            ctx.setTransform(look.ratio, 0, 0, look.ratio, 0, 0);
            paintPulses(t, linger);
            paintWorks(t, linger);
            paintLevels(t);
            paintMovers(t);
            if (chosen) {
                paintChosen(chosen, t);
            }
        };

        /* ---- what lies under a finger ---- */

        const distanceToLine = (x, y, [ax, ay], [bx, by]) => {
            const length = (bx - ax) ** 2 + (by - ay) ** 2;
            const f = length > 0 ? Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length)) : 0;
            return Math.hypot(x - ax - f * (bx - ax), y - ay - f * (by - ay));
        };

        const hit = (x, y, t) => {
            let best = { distance: 12, found: null };
            const offer = (distance, kind, id) => {
                if (distance < best.distance) {
                    best = { distance, found: { kind, id } };
                }
            };
            for (const p of places.values()) {
                const [px, py] = pixel(p.x, p.y);
                offer(Math.max(0, Math.hypot(px - x, py - y) - look.radius), "place", p.id);
            }
            for (let m = 1; m <= movers; m++) {
                const [px, py] = moverPixel(m, t);
                offer(Math.hypot(px - x, py - y) - 3, "mover", m);
            }
            if (!best.found) {
                for (const [id, link] of links) {
                    const [from, to] = [placePixel(link.a), placePixel(link.b)];
                    if (from && to) {
                        offer(distanceToLine(x, y, from, to), "link", id);
                    }
                }
            }
            return best.found;
        };

        return { canvas, measure, draw, hit, links, places };
    };

    /* The kinds of pulses of all variants, and a colour for each. */
    const kindsOf = (variants) => {
        const names = [...new Set(variants.flatMap((v) => v.pulse.words("kind") ?? []))].sort();
        const wheel = [10, 4, 2, 6, 3, 8, 5, 7];
        return {
            names,
            colourName: (i) => `--c${wheel[i % wheel.length]}`,
            colours: () => names.map((_, i) => colour(`--c${wheel[i % wheel.length]}`)),
            indexes: (words) => words.map((word) => names.indexOf(word)),
        };
    };

    Object.assign(nimblesimScene, { above, groupsOf, bytesText, colour, floorOf, linksOf, kindsOf });
})();

/*
 * The floor's data, unpacked: views as columns of numbers, tracks as places at any time, and what
 * is going on at a time without looking at all that ever was. scene_pack.h says how it is packed.
 */
const nimblesimScene = {};
(() => {
    "use strict";

    const bytesOf = (text) => {
        const binary = atob(text.padEnd(Math.ceil(text.length / 4) * 4, "="));
        const bytes = new Uint8Array(binary.length);
        for (let i = 0; i < binary.length; i++) {
            bytes[i] = binary.charCodeAt(i);
        }
        return bytes;
    };

    /* Calls take(value) count times from a position on; NaN is a missing one. Gives the position
     * behind. Numbers may be longer than 32 bits. */
    const unpack = (bytes, from, count, take) => {
        let at = from;
        let before = 0;
        const number = () => {
            let value = 0;
            let factor = 1;
            let byte = bytes[at++];
            for (; byte > 127; byte = bytes[at++]) {
                value += (byte & 127) * factor;
                factor *= 128;
            }
            return value + byte * factor;
        };
        for (let i = 0; i < count;) {
            const folded = number() - 1;
            if (folded < 0) {
                take(NaN, i++);
            } else if (folded === 0) {
                for (let more = number(); more >= 0; more--) {
                    take(before, i++);
                }
            } else {
                before += folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
                take(before, i++);
            }
        }
        return at;
    };

    const nothing = { n: 0, cut: null, names: [], column: () => new Float64Array(0), words: () => [] };

    /* A view: column(name) is its numbers, unpacked when they are asked for, or null where it has
     * none; words(name) what they mean. */
    const tableOf = (view) => {
        if (!view) {
            return nothing;
        }
        const packed = new Map(view.columns.map((column) => [column.name, column]));
        const unpacked = new Map();
        const column = (name) => {
            if (!unpacked.has(name) && packed.has(name)) {
                const { scale, data } = packed.get(name);
                const values = new Float64Array(view.n);
                unpack(bytesOf(data), 0, view.n, (value, i) => {
                    values[i] = value / scale;
                });
                unpacked.set(name, values);
            }
            return unpacked.get(name) ?? null;
        };
        const words = (name) => packed.get(name)?.words ?? null;
        return {
            n: view.n,
            cut: view.cut,
            names: [...packed.keys()],
            column,
            words,
            text: (name, i) => {
                const value = column(name)?.[i] ?? NaN;
                return Number.isNaN(value) ? "" : words(name)?.[value] ?? String(value);
            },
        };
    };

    /* ---- tracks ---- */

    const tracksOf = (packed) => {
        const { step, points, movers, grain } = packed;
        const bytes = bytesOf(packed.data);
        const at = [0, 1].map(() => new Float32Array(movers * points));
        let from = 0;
        for (let m = 0; m < movers; m++) {
            for (const axis of at) {
                let now = 0;
                from = unpack(bytes, from, 1, (value) => { now = value; });
                axis[m * points] = now * grain;
                from = unpack(bytes, from, points - 1, (change, i) => {
                    now += change;
                    axis[m * points + i + 1] = now * grain;
                });
            }
        }
        /* Between four points a curve through the middle two, as nothing turns at once. */
        const between = (axis, m, i, f) => {
            const base = m * points;
            const b = axis[base + i];
            const c = axis[base + Math.min(i + 1, points - 1)];
            const a = axis[base + Math.max(i - 1, 0)];
            const d = axis[base + Math.min(i + 2, points - 1)];
            return b + 0.5 * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a)));
        };
        return {
            movers,
            all: packed.all,
            at: (mover, t, place) => {
                const index = Math.min(t / step, points - 1);
                const i = Math.floor(index);
                place[0] = between(at[0], mover, i, index - i);
                place[1] = between(at[1], mover, i, index - i);
            },
        };
    };

    /* ---- what is going on ---- */

    const above = (sorted, value) => { /* how many are at most value */
        let low = 0;
        let high = sorted.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (sorted[middle] <= value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    };

    /* Rows by the pieces of time that they touch: at(from, to, fn) calls fn(row) once each for
     * those that begin by `to` and end at `from` or later. A missing end is the beginning. */
    const intervalsOf = (start, end, duration) => {
        const n = start.length;
        const pieces = Math.max(1, Math.min(4096, n));
        const width = Math.max(duration, 1e-9) / pieces;
        const pieceOf = (t) => Math.max(0, Math.min(pieces - 1, Math.floor(t / width)));
        const until = Float64Array.from(end, (t, i) => Number.isNaN(t) ? start[i] : t);
        const first = new Uint32Array(pieces + 1);
        for (let i = 0; i < n; i++) {
            for (let p = pieceOf(start[i]); p <= pieceOf(until[i]); p++) {
                first[p + 1]++;
            }
        }
        for (let p = 0; p < pieces; p++) {
            first[p + 1] += first[p];
        }
        const row = new Uint32Array(first[pieces]);
        const next = first.slice();
        for (let i = 0; i < n; i++) {
            for (let p = pieceOf(start[i]); p <= pieceOf(until[i]); p++) {
                row[next[p]++] = i;
            }
        }
        const seen = new Uint32Array(n);
        let asked = 0;
        const ends = until.slice().sort();
        return {
            end,
            until,
            begun: (t) => above(start, t),
            ended: (t) => above(ends, t),
            at: (from, to, fn) => {
                asked++;
                const last = pieceOf(to);
                for (let p = pieceOf(from); p <= last; p++) {
                    for (let k = first[p]; k < first[p + 1]; k++) {
                        const i = row[k];
                        if (seen[i] !== asked && start[i] <= to && until[i] >= from) {
                            seen[i] = asked;
                            fn(i);
                        }
                    }
                }
            },
        };
    };

    /* The rows of each value of a column, in their order. */
    const groupsOf = (values) => {
        const groups = new Map();
        values?.forEach((value, i) => {
            if (groups.has(value)) {
                groups.get(value).push(i);
            } else {
                groups.set(value, [i]);
            }
        });
        return groups;
    };

    /* ---- a variant ---- */

    const variantOf = (packed, data, tracks) => {
        const view = {};
        for (const kind of ["place", "link", "item", "work", "pulse", "level", "holding", "span"]) {
            view[kind] = tableOf(packed.views[kind]);
        }
        const { work, pulse, span, level } = view;
        const v = { name: packed.name, index: packed.index, colour: packed.colour, ...view };
        const timed = (table) => {
            const [start, took] = [table.column("t_ns") ?? [], table.column("took_ns") ?? []];
            return intervalsOf(start, Float64Array.from(start, (t, i) => t + took[i]), data.duration);
        };
        v.works = timed(work);
        v.pulses = timed(pulse);
        v.spans = timed(span);
        v.tracks = tracks[packed.track] ?? null;
        v.levelNames = level.names.filter((name) => name !== "t_ns" && name !== "place");
        v.levelMost = v.levelNames.map((name) => level.column(name).reduce((a, b) => b > a ? b : a, 0));
        v.levelRows = groupsOf(level.column("place"));
        const times = level.column("t_ns");
        v.levelAt = (place, t) => { /* the row that holds there; -1: none yet */
            const rows = v.levelRows.get(place) ?? [];
            let [low, high] = [0, rows.length];
            while (low < high) {
                const middle = (low + high) >> 1;
                [low, high] = times[rows[middle]] <= t ? [middle + 1, high] : [low, middle];
            }
            return low > 0 ? rows[low - 1] : -1;
        };
        const items = new Map(Array.from(view.item.column("item") ?? [], (id, i) => [id, i]));
        v.itemName = (id) => items.has(id) ? view.item.text("name", items.get(id)) : "";
        v.itemBytes = (id) => items.has(id) ? view.item.column("bytes")[items.get(id)] : 0;
        v.rowOfWork = new Map(Array.from(work.column("work") ?? [], (id, i) => [id, i]));
        v.cut = [work, pulse, span, level, view.holding].reduce(
            (least, table) => table.cut === null ? least : Math.min(least, table.cut), Infinity);
        return v;
    };

    Object.assign(nimblesimScene, {
        above,
        groupsOf,
        read: (data) => {
            const tracks = data.tracks.map(tracksOf);
            /* Where nothing moves, time ends with the last bar. */
            const ends = data.variants.flatMap(({ views }) => {
                const [t, took] = ["t_ns", "took_ns"].map((name) => tableOf(views.span).column(name) ?? []);
                return Array.from(t, (at, i) => Number.isNaN(took[i]) ? data.duration : at + took[i]);
            });
            const last = ends.reduce((a, b) => Math.max(a, b), 0) * 1.02;
            const duration = tracks.length === 0 && last > 0 ? Math.min(data.duration, last) : data.duration;
            const timed = { ...data, duration };
            return { ...timed, variants: data.variants.map((v) => variantOf(v, timed, tracks)) };
        },
    });
})();

/*
 * What was chosen, in words and numbers: a place with what it holds and why something went, a mover
 * with its work, a link with its bytes, a piece of work from its beginning to its end.
 */
(() => {
    "use strict";

    const { above, groupsOf, bytesText, linksOf } = nimblesimScene;
    const { busiest, pick, titleOf } = nimblesimScene.pick;
    const RECENT = 10;

    const element = (tag, properties, ...children) => {
        const made = Object.assign(document.createElement(tag), properties);
        made.append(...children);
        return made;
    };
    const seconds = (t) => Number.isNaN(t) ? "\u2013" : `${t.toFixed(3)}\u00a0s`;
    const wordsOf = (name) => name.replace(/_(ns|bytes|s|m|j)$/, "").replaceAll("_", " ");
    const valueText = (table, name, i) => {
        const value = table.column(name)[i];
        return table.words(name) ? table.text(name, i)
            : Number.isNaN(value) ? "\u2013"
            : name.endsWith("_ns") ? seconds(value)
            : name.endsWith("bytes") ? bytesText(value) : String(Number(value.toFixed(3)));
    };

    const tellerOf = (data, choose) => {
        const known = new Map(); /* groups of a table's column, found when they are asked for */
        const rowsOf = (v, kind, column, value) => {
            const key = `${v.index} ${kind} ${column}`;
            if (!known.has(key)) {
                known.set(key, groupsOf(v[kind].column(column)));
            }
            return known.get(key).get(value) ?? [];
        };
        const headOf = (v) => element("h4", {}, element("i", { className: `swatch c${v.colour}` }), v.name);
        const link = (kind, id, text, t) => element("button", {
            type: "button", className: "to", onclick: () => choose({ kind, id }, t),
        }, text);
        const listOf = (items, otherwise) => items.length > 0 ? element("ul", {}, ...items.map((item) => element("li", {}, ...item)))
            : element("p", { className: "none" }, otherwise);
        const begunBy = (table, rows, t) => rows.slice(0, above(rows.map((i) => table.column("t_ns")[i]), t));

        /* ---- a place ---- */

        const heldAt = (v, place, t) => {
            const { holding } = v;
            const [item, gain, time] = ["item", "gain", "t_ns"].map((name) => holding.column(name));
            const held = new Set();
            for (const i of rowsOf(v, "holding", "place", place)) {
                if (time[i] > t) {
                    break;
                }
                if (gain[i] > 0) {
                    held.add(item[i]);
                } else {
                    held.delete(item[i]);
                }
            }
            return [...held];
        };

        /* What goes makes room for what comes next there. */
        const changeText = (v, rows, k) => {
            const { holding } = v;
            const i = rows[k];
            const when = `${seconds(holding.column("t_ns")[i])} `;
            const item = holding.column("item");
            const what = `${v.itemName(item[i])} (${bytesText(v.itemBytes(item[i]))})`;
            if (holding.column("gain")[i] > 0) {
                return `${when} ${what} comes`;
            }
            const next = rows.slice(k + 1).find((n) => holding.column("gain")[n] > 0);
            const reason = next === undefined ? "" : `, to make room for ${v.itemName(item[next])}`;
            return `${when} ${what} goes${reason}`;
        };

        const tellPlace = (v, id, t) => {
            const parts = [headOf(v)];
            const level = v.levelAt(id, t);
            if (level >= 0) {
                parts.push(element("p", {}, v.levelNames.map((name) => `${wordsOf(name)}: ${valueText(v.level, name, level)}`).join(", ")));
            }
            if (v.holding.n > 0) {
                const held = heldAt(v, id, t);
                const bytes = held.reduce((sum, item) => sum + v.itemBytes(item), 0);
                const rows = rowsOf(v, "holding", "place", id);
                const past = begunBy(v.holding, rows, t).length;
                parts.push(element("p", {}, `holds ${held.length}, ${bytesText(bytes)}`),
                    element("p", { className: "held" }, held.map(v.itemName).join(", ")),
                    element("h5", {}, "what came and went"),
                    listOf(Array.from({ length: Math.min(RECENT, past) }, (_, k) => [changeText(v, rows, past - 1 - k)]), "nothing yet"));
            }
            if (v.work.n > 0) {
                const now = [];
                v.works.at(t, t, (i) => {
                    if (v.work.column("place")[i] === id && !Number.isNaN(v.works.end[i])) {
                        now.push([workLink(v, i)]);
                    }
                });
                parts.push(element("h5", {}, `${data.work}s here now`), listOf(now.slice(0, 2 * RECENT), "none"));
            }
            return parts;
        };

        /* ---- a mover, and its work ---- */

        const workLink = (v, i) => {
            const { work } = v;
            const took = work.column("took_ns")[i];
            const item = v.itemName(work.column("item")?.[i]);
            return link("work", work.column("work")[i],
                `${data.work} ${work.column("work")[i]} at ${seconds(work.column("t_ns")[i])}: ${item === "" ? "" : `${item}, `}${work.text("outcome", i).replaceAll("_", " ")}${Number.isNaN(took) ? "" : ` in ${seconds(took)}`}`);
        };

        const tellMover = (v, id, t) => {
            const rows = begunBy(v.work, rowsOf(v, "work", "mover", id), t);
            return [headOf(v), listOf(rows.slice(-RECENT).reverse().map((i) => [workLink(v, i)]), `no ${data.work} yet`)];
        };

        const tellLink = (v, id) => {
            const found = linksOf(v.link).get(id);
            return [headOf(v), listOf((found?.ways ?? []).map((way) => [
                link("place", way.from, `${data.place} ${way.from}`), " to ", link("place", way.to, `${data.place} ${way.to}`),
                `: ${bytesText(way.bytes)} over the whole run`,
            ]), "no such link")];
        };

        /* ---- a piece of work ---- */

        const pulseText = (v, i) => {
            const { pulse } = v;
            const source = pulse.column("source")[i];
            const [t, took] = [pulse.column("t_ns")[i], pulse.column("took_ns")[i]];
            const where = Number.isNaN(source) ? ` around ${data.place} ${pulse.column("place")[i]}`
                : `, ${data.place} ${source} to ${pulse.column("place")[i]}`;
            return [`${seconds(t)} ${pulse.text("kind", i)} ${v.itemName(pulse.column("item")?.[i])}${where}, ${seconds(took)}`];
        };

        const command = (v, id) => `nimblesim why ${data.database} ${id} --variant ${v.name} --replication ${data.replication}`;

        const tellWork = (v, id) => {
            const i = v.rowOfWork.get(id);
            if (i === undefined) {
                return [headOf(v), element("p", { className: "none" }, `no ${data.work} ${id}`)];
            }
            const { work } = v;
            const [mover, place] = [work.column("mover")?.[i] ?? NaN, work.column("place")?.[i] ?? NaN];
            const shown = new Set(["work", "t_ns", "took_ns", "mover", "place", "item", "outcome"]);
            const facts = work.names.filter((name) => !shown.has(name) && !Number.isNaN(work.column(name)[i]))
                .map((name) => [`${wordsOf(name)}: ${valueText(work, name, i)}`]);
            const steps = rowsOf(v, "pulse", "work", id).map((k) => pulseText(v, k));
            return [headOf(v), element("p", {}, workLink(v, i)),
                element("p", {}, ...(Number.isNaN(mover) ? [] : [link("mover", mover, `${data.mover} ${mover}`)]),
                    ...(Number.isNaN(place) ? [] : [" to ", link("place", place, `${data.place} ${place}`)])),
                ...(facts.length > 0 ? [listOf(facts)] : []),
                ...(v.pulse.n > 0 ? [element("h5", {}, "over the links"), listOf(steps, "nothing: all was there")] : []),
                ...(data.has_story ? [element("h5", {}, "all of its story"), element("code", {}, command(v, id))] : [])];
        };

        const tellSpan = (v, id) => {
            const { span } = v;
            const work = span.column("work")?.[id] ?? NaN;
            const [t, end] = [span.column("t_ns")[id], v.spans.end[id]];
            return [headOf(v), element("p", {}, `${span.text("lane", id)}: ${span.text("name", id)} ${span.text("kind", id)}, ${seconds(t)} to ${Number.isNaN(end) ? "the end" : seconds(end)}`),
                ...(Number.isNaN(work) || !data.has_story ? [] : [element("h5", {}, "all of its story"), element("code", {}, command(v, work))])];
        };

        /* ---- what stands behind a number ---- */

        const spanLink = (v, i) => link("span", i,
            `${v.span.text("lane", i)}: ${v.span.text("name", i)} ${v.span.text("kind", i)} at ${seconds(v.span.column("t_ns")[i])}`);

        const tellWorks = (v, criterion, t) => {
            if (criterion === "links") {
                return [headOf(v), listOf(busiest(v).map(({ id, text }) => [link("link", id, text)]), "no links")];
            }
            const { work, rows, of } = pick(v, criterion, t);
            return [headOf(v), element("p", { className: "none" }, rows.length < of ? `${rows.length} of ${of}` : `${of}`),
                listOf(rows.map((i) => [work.kind === "work" ? workLink(v, i) : spanLink(v, i)]), "none")];
        };

        const titles = {
            place: (id) => `${data.place} ${id}`,
            mover: (id) => `${data.mover} ${id}`,
            link: (id) => `link ${id.replace(" ", " \u2013 ")}`,
            work: (id) => `${data.work} ${id}`,
            span: () => "on its lane",
            works: (criterion) => titleOf(criterion, data),
        };
        const tellers = { place: tellPlace, mover: tellMover, link: tellLink, work: tellWork, span: tellSpan, works: tellWorks };

        return (chosen, t, shown) => {
            const told = shown.filter((v) => chosen.variant === undefined || v.index === chosen.variant)
                .map((v) => element("div", {}, ...tellers[chosen.kind](v, chosen.id, t)));
            return [element("h3", {}, titles[chosen.kind](chosen.id)), element("div", { className: "beside" }, ...told)];
        };
    };

    Object.assign(nimblesimScene, { element, seconds, tellerOf, wordsOf });
})();

/*
 * What stands behind a number of the page: which pieces of work, in words that an address can hold.
 *     all            those that took longest first
 *     outcome:NAME   those that ended so
 *     most:COLUMN    those with the most of it first
 *     share:Q        those at which this share of all had been done within no more
 *     now            those under way
 *     links          no work, but the links that most bytes went over
 */
(() => {
    "use strict";

    const { bytesText, linksOf } = nimblesimScene;
    const SHOWN = 12;

    const bare = (name) => name.replace(/_(ns|bytes|s|m|j)$/, "");

    /* Of a run without recorded work that has lanes, what runs on them is the work. */
    const workOf = (v) => v.work.n > 0 ? { table: v.work, kind: "work", times: v.works, outcome: "outcome" }
        : { table: v.span, kind: "span", times: v.spans, outcome: "kind" };

    const tookOf = ({ table, times }) => {
        const t = table.column("t_ns") ?? [];
        return Float64Array.from(t, (begin, i) => times.end[i] - begin);
    };

    const columnsOf = ({ table }) => table.names.filter((name) => name.endsWith("_ns") && name !== "t_ns" && name !== "took_ns");

    const outcomesOf = ({ table, outcome }) => table.n > 0 && table.words(outcome) ? table.words(outcome) : [];

    /* A label and a key as people read them: "bytes sent by the gateway", "acquisition_mean_s". */
    const criterionOf = (text, v) => {
        const words = text.toLowerCase().replaceAll("_", " ");
        const has = (name) => new RegExp(`\\b${name.replaceAll("_", " ")}\\b`).test(words);
        const work = workOf(v);
        const share = /\bp(50|95|99)\b/.exec(words) ?? /\b(95|99) % .*within/.exec(words);
        const outcome = outcomesOf(work).find(has);
        const column = columnsOf(work).find((name) => has(bare(name)));
        return share ? `share:0.${share[1]}` : /\bmedian\b/.test(words) ? "share:0.50"
            : column ? `most:${column}` : outcome ? `outcome:${outcome}`
            : /\b(bytes (sent|received|times|by)|traffic|messages|gateway)\b/.test(words) && v.link.n > 0 ? "links" : "all";
    };

    const falling = (values) => (a, b) => (values[b] - values[a]) || a - b;

    /* { rows, of }: those that are shown, of how many. */
    const pick = (v, criterion, t) => {
        const work = workOf(v);
        const [name, value] = criterion.split(":");
        const took = tookOf(work);
        const piece = work.kind === "span" ? work.table.column("work") : null; /* lanes show other things too */
        const all = Array.from({ length: work.table.n }, (_, i) => i).filter((i) => !piece || !Number.isNaN(piece[i]));
        if (name === "now") {
            const rows = [];
            work.times.at(t, t, (i) => { rows.push(i); });
            return { work, rows: rows.slice(0, SHOWN), of: rows.length };
        }
        if (name === "share") {
            const rows = all.filter((i) => !Number.isNaN(took[i])).sort((a, b) => -falling(took)(a, b));
            const at = Math.max(0, Math.min(Math.floor(Number(value) * rows.length) - SHOWN / 2, rows.length - SHOWN));
            return { work, rows: rows.slice(at, at + SHOWN), of: rows.length };
        }
        const by = name === "most" ? work.table.column(value) : took;
        const rows = name === "outcome" ? all.filter((i) => work.table.text(work.outcome, i) === value)
            : all.filter((i) => name !== "most" || !Number.isNaN(by[i]));
        return { work, rows: rows.sort((a, b) => (Number.isNaN(by[a]) - Number.isNaN(by[b])) || falling(by)(a, b)).slice(0, SHOWN), of: rows.length };
    };

    const titleOf = (criterion, data) => {
        const [name, value] = criterion.split(":");
        return {
            all: `${data.work}s, those that took longest first`,
            outcome: `${data.work}s: ${value?.replaceAll("_", " ")}`,
            most: `${data.work}s by ${bare(value ?? "").replaceAll("_", " ")}, the most first`,
            share: `${data.work}s about as long as ${Math.round(100 * Number(value))} % of all need at most`,
            now: `${data.work}s under way at this moment`,
            links: "links by bytes, the most first",
        }[name] ?? criterion;
    };

    const busiest = (v) => [...linksOf(v.link)].sort(([, a], [, b]) => b.bytes - a.bytes).slice(0, SHOWN)
        .map(([id, link]) => ({ id, text: `${id.replace(" ", " \u2013 ")}: ${bytesText(link.bytes)}` }));

    Object.assign(nimblesimScene, { pick: { criterionOf, pick, titleOf, busiest, workOf } });
})();

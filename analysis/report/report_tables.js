/*
 * What the scripts of a page share: how something is saved, and how one gets about. Then its tables: they sort; those that are wider than their box begin with the columns that carry
 * the story, and have buttons for the others; all of a table can be taken along as CSV. Without this
 * script all columns show, and the box scrolls.
 */
const nimblesimSave = (name, blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

const nimblesimCsv = (rows) => {
    const quoted = (text) => /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
    const lines = rows.map((row) => row.map((cell) => quoted(String(cell))).join(","));
    return new Blob([lines.join("\n") + "\n"], { type: "text/csv" });
};

/* To a part of the page, or a moment of it. A page inside another has no address of its own there: its
 * links would lead out of it. */
const nimblesimGo = (hash) => {
    if (location.protocol !== "about:") {
        location.hash = hash;
        return;
    }
    document.getElementById(decodeURIComponent(hash.slice(1)))?.scrollIntoView();
    document.dispatchEvent(new CustomEvent("nimblesim-go", { detail: hash }));
};
if (location.protocol === "about:") {
    document.addEventListener("click", (event) => {
        const link = event.target.closest?.("a[href^='#']");
        if (link) {
            event.preventDefault();
            nimblesimGo(link.getAttribute("href"));
        }
    });
}

(() => {
    "use strict";

    /* ---- a click on a column's head sorts by it, a second one turns it round ---- */

    const sortKey = (row, column) => {
        const cell = row.cells[column];
        const text = cell.dataset.sort ?? cell.textContent;
        const number = Number(text);
        return text.trim() === "" || Number.isNaN(number) ? text : number;
    };

    const compare = (a, b) => {
        if (typeof a === typeof b) {
            return a < b ? -1 : a > b ? 1 : 0;
        }
        return typeof a === "number" ? -1 : 1;
    };

    const sortBy = (table, head) => {
        const isFalling = head.getAttribute("aria-sort") === "ascending";
        const sign = isFalling ? -1 : 1;
        const rows = [...table.tBodies[0].rows];
        for (const other of head.parentElement.cells) {
            other.removeAttribute("aria-sort");
        }
        head.setAttribute("aria-sort", isFalling ? "descending" : "ascending");
        rows.sort((a, b) => sign * compare(sortKey(a, head.cellIndex), sortKey(b, head.cellIndex)));
        table.tBodies[0].append(...rows);
    };

    for (const head of document.querySelectorAll(".sortable .sort th")) {
        const button = document.createElement("button");
        button.type = "button";
        button.append(...head.childNodes);
        button.addEventListener("click", () => sortBy(head.closest("table"), head));
        head.replaceChildren(button);
    }

    /* ---- which columns there are ---- */

    /* A column is one of a group, which is a number, and a variant's, or of neither. */
    const columnsOf = (table) => [...table.tHead.rows[table.tHead.rows.length - 1].cells].map((head, i) => ({
        head,
        index: i + 1,
        group: i === 0 ? null : head.dataset.column ?? (head.dataset.variant ? "" : `column ${i}`),
        variant: head.dataset.variant || null,
        label: head.dataset.label ?? head.textContent,
        rank: Number(head.dataset.rank ?? i),
    }));

    /* By what is said of one: { key, label, swatch } in the order of the page, and in that of rank. */
    const choicesOf = (columns, key, label) => {
        const seen = new Map();
        for (const column of columns) {
            if (column[key] !== null && !seen.has(column[key])) {
                seen.set(column[key], { key: column[key], label: label(column), rank: column.rank,
                    swatch: key === "variant" ? column.head.querySelector(".swatch") : null });
            }
        }
        return [...seen.values()];
    };

    const csvOf = (table, columns) => {
        const rows = [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => row.cells.length === columns.length);
        const number = (cell) => (cell.dataset.sort ?? cell.textContent).trim();
        const head = [];
        const cells = rows.map(() => []);
        columns.forEach((column, i) => {
            const { label, unit } = column.head.dataset;
            const name = label ? label.replace(/ \([^)]*\)$/, "") + (unit ? ` (${unit})` : "") : column.head.textContent.trim();
            const whose = label && column.variant ? `${name}, ${column.variant}` : name;
            head.push(whose);
            rows.forEach((row, r) => cells[r].push(number(row.cells[i])));
            if (rows.some((row) => row.cells[i].dataset.half)) {
                head.push(`${whose} ±`);
                rows.forEach((row, r) => cells[r].push(row.cells[i].dataset.half ?? ""));
            }
        });
        return nimblesimCsv([head, ...cells]);
    };

    /* ---- which are shown ---- */

    let tables = 0;

    const bring = (box) => {
        const table = box.querySelector("table");
        if (!table.tHead || table.matches(".paper")) {
            return;
        }
        const columns = columnsOf(table);
        const groups = choicesOf(columns.filter((c) => c.group !== ""), "group", (c) => c.label.trim());
        const variants = choicesOf(columns, "variant", (c) => c.variant);
        const shown = { group: new Set(), variant: new Set() };
        const style = document.head.appendChild(document.createElement("style"));
        const name = box.getAttribute("aria-label");
        table.id ||= `table-${++tables}`;

        const isShown = (column) => column.group === null || ((column.group === "" || shown.group.has(column.group))
            && (column.variant === null || shown.variant.has(column.variant)));

        const apply = () => {
            const hidden = columns.filter((column) => !isShown(column));
            style.textContent = hidden.length === 0 ? "" : `${hidden.flatMap(({ index }) =>
                [`#${table.id} > tbody > tr > :nth-child(${index})`, `#${table.id} > thead > tr:last-child > :nth-child(${index})`])
                .join(", ")} { display: none; }`;
            if (table.tHead.rows.length > 1) {
                const [first, ...over] = table.tHead.rows[0].cells;
                first.colSpan = columns.filter((column) => isShown(column) && !column.head.dataset.column).length;
                for (const head of over) {
                    const span = columns.filter((column) => column.group === head.dataset.column && isShown(column)).length;
                    head.hidden = span === 0;
                    head.colSpan = Math.max(span, 1);
                }
            }
            for (const button of chooser.querySelectorAll("button[aria-pressed]")) {
                button.setAttribute("aria-pressed", String(shown[button.dataset.of].has(button.dataset.key)));
            }
        };

        const isTooWide = () => table.getBoundingClientRect().width > box.clientWidth + 0.5;

        /* The first that fit: all variants of the first number before the next number. */
        const fit = () => {
            const byRank = [...groups].sort((a, b) => a.rank - b.rank);
            shown.group = new Set(groups.map(({ key }) => key));
            shown.variant = new Set(variants.map(({ key }) => key));
            apply();
            chooser.hidden = !isTooWide();
            if (chooser.hidden) {
                return;
            }
            const widths = new Map(columns.map((column) => [column, column.head.getBoundingClientRect().width]));
            const width = () => columns.reduce((sum, column) => sum + (isShown(column) ? widths.get(column) : 0), 0);
            shown.group.clear();
            shown.variant.clear();
            const add = (of, { key }) => {
                shown[of].add(key);
                if (width() > box.clientWidth && shown[of].size > 1) {
                    shown[of].delete(key);
                }
            };
            if (columns.some(({ group }) => group === "")) { /* the variants are what is to be seen */
                variants.forEach((one) => add("variant", one));
            } else {
                byRank.slice(0, 1).forEach((one) => add("group", one));
                variants.forEach((one) => add("variant", one));
            }
            byRank.forEach((one) => add("group", one));
            const isOfVariants = columns.some(({ group }) => group === "");
            if (isOfVariants && width() > box.clientWidth) {
                shown.group.clear();
            }
            apply();
            /* What heads over several columns ask for was not in the sum. */
            for (const of of ["group", "variant"]) {
                const least = of === "group" && isOfVariants ? 0 : 1;
                while (isTooWide() && shown[of].size > least) {
                    shown[of].delete([...shown[of]].pop());
                    apply();
                }
            }
        };

        const chooser = document.createElement("div");
        chooser.className = "choose";
        chooser.hidden = true;
        const offer = (of, choices, what) => {
            if (choices.length < 2 && !(of === "group" && choices.length > 0 && variants.length > 0)) {
                return;
            }
            const group = document.createElement("div");
            group.setAttribute("role", "group");
            group.setAttribute("aria-label", `${what} of ${name}`);
            for (const { key, label, swatch } of choices) {
                const button = document.createElement("button");
                button.type = "button";
                button.dataset.of = of;
                button.dataset.key = key;
                button.setAttribute("aria-pressed", "true");
                button.append(...(swatch ? [swatch.cloneNode()] : []), label);
                button.addEventListener("click", () => {
                    isChosen = true;
                    shown[of][shown[of].has(key) ? "delete" : "add"](key);
                    apply();
                });
                group.append(button);
            }
            chooser.append(group);
        };
        let isChosen = false;
        offer("group", groups, "Columns");
        offer("variant", variants, "Variants");
        box.before(chooser);

        const take = document.createElement("p");
        take.className = "take";
        const csv = document.createElement("button");
        csv.type = "button";
        csv.textContent = "CSV";
        csv.setAttribute("aria-label", `CSV of ${name}, all columns`);
        csv.addEventListener("click", () => nimblesimSave(`${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.csv`, csvOf(table, columns)));
        take.append(csv);
        box.after(take);

        /* When somebody comes near, or it is printed; again when its width changes, as when a closed part of
           the page is opened. In the next frame: what changes within an observer's own round would ask it
           again. */
        let isNear = false;
        let seen = 0;
        const refit = () => {
            if (isNear && !isChosen && box.clientWidth > 0 && box.clientWidth !== seen) {
                seen = box.clientWidth;
                fit();
            }
        };
        const comeNear = () => {
            isNear = true;
            refit();
        };
        new ResizeObserver(() => requestAnimationFrame(refit)).observe(box);
        new IntersectionObserver((entries, watch) => {
            if (entries.some((entry) => entry.isIntersecting)) {
                watch.disconnect();
                requestAnimationFrame(comeNear);
            }
        }, { rootMargin: "100% 0px" }).observe(box);
        addEventListener("beforeprint", comeNear);
    };

    document.querySelectorAll(".scroll:has(> table)").forEach(bring);
})();

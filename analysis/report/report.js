/*
 * What moves in a report besides its tables: where the chart library is built
 * in, charts with values under the cursor and series that can be hidden.
 * Without this script the page shows everything as well.
 */
(() => {
    "use strict";

    /* ---- what a figure shows, to take along: its numbers, its picture ---- */

    /* A drawing with the colours that the page's style gives it here. */
    const styled = (svg) => {
        const copy = svg.cloneNode(true);
        const from = [svg, ...svg.querySelectorAll("*")];
        const style = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray",
            "font", "text-anchor"];
        [copy, ...copy.querySelectorAll("*")].forEach((node, i) => {
            const computed = getComputedStyle(from[i]);
            style.forEach((name) => node.style.setProperty(name, computed.getPropertyValue(name)));
        });
        const [width, height] = svg.getAttribute("viewBox").split(" ").slice(2).map(Number);
        return { copy, width, height };
    };

    /* Panels beside each other as one drawing, each with what stands above it. */
    const together = (drawings) => {
        const parts = drawings.map(styled);
        const across = parts.length === 4 ? 2 : Math.min(parts.length, 3);
        const head = 24;
        const { width: wide, height: high } = parts[0];
        const create = (name) => document.createElementNS("http://www.w3.org/2000/svg", name);
        const all = create("svg");
        parts.forEach(({ copy }, i) => {
            const x = i % across * wide;
            const y = Math.floor(i / across) * (high + head);
            const above = drawings[i].parentElement.querySelector("p");
            const text = create("text");
            text.textContent = above.textContent;
            text.setAttribute("x", x + 8);
            text.setAttribute("y", y + head - 7);
            text.style.font = getComputedStyle(above).font;
            text.style.fill = getComputedStyle(above).color;
            Object.entries({ x, y: y + head, width: wide, height: high })
                .forEach(([name, value]) => copy.setAttribute(name, value));
            all.append(text, copy);
        });
        const width = across * wide;
        const height = Math.ceil(parts.length / across) * (high + head);
        all.setAttribute("viewBox", `0 0 ${width} ${height}`);
        return { copy: all, width, height };
    };

    const standalone = (figure, drawings) => {
        figure.classList.add("drawn"); /* a style is only computed of what is displayed */
        const { copy, width, height } = drawings.length === 1 ? styled(drawings[0]) : together(drawings);
        figure.classList.remove("drawn");
        copy.setAttribute("width", width);
        copy.setAttribute("height", height);
        copy.style.background = getComputedStyle(document.documentElement).getPropertyValue("--card");
        return { text: new XMLSerializer().serializeToString(copy), width, height };
    };

    const saveSvg = (figure, drawings) => {
        const { text } = standalone(figure, drawings);
        nimblesimSave(`${figure.id}.svg`, new Blob([text], { type: "image/svg+xml" }));
    };

    const savePng = (figure, drawings) => {
        const { text, width, height } = standalone(figure, drawings);
        const picture = new Image();
        picture.onload = () => {
            const canvas = document.createElement("canvas");
            canvas.width = 2 * width;
            canvas.height = 2 * height;
            canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
            canvas.toBlob((blob) => nimblesimSave(`${figure.id}.png`, blob));
        };
        picture.src = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    };

    const saveCsv = (figure, chart) => {
        const head = [chart.xLabel || "x"];
        const columns = [chart.names ?? chart.x];
        chart.series.forEach((s) => {
            head.push(s.name);
            columns.push(s.mean);
            if (s.low) {
                head.push(`${s.name} low`, `${s.name} high`);
                columns.push(s.low, s.high);
            }
        });
        const rows = chart.x.map((_, i) => columns.map((column) => column[i] ?? ""));
        nimblesimSave(`${figure.id}.csv`, nimblesimCsv([head, ...rows]));
    };

    const island = document.getElementById("report-data");
    const charts = [...(island ? JSON.parse(island.textContent).charts : []),
        ...[...document.querySelectorAll("script.chart-data")].map((one) => JSON.parse(one.textContent))];

    for (const figure of document.querySelectorAll("figure[id]")) {
        const drawings = [...figure.querySelectorAll(".static > svg:not(.narrow), .panels > .panel > svg")];
        const numbers = figure.querySelector("template.csv");
        const chart = charts.find((one) => `figure-${one.id}` === figure.id);
        const caption = figure.querySelector("figcaption") ??
            figure.appendChild(document.createElement("figcaption"));
        const take = document.createElement("span");
        take.className = "take";
        const offer = (name, action) => {
            const button = document.createElement("button");
            button.type = "button";
            button.textContent = name;
            button.setAttribute("aria-label", `${name} of ${figure.querySelector("h3")?.textContent ?? "this figure"}`);
            button.addEventListener("click", action);
            take.append(button);
        };
        if (chart) {
            offer("CSV", () => saveCsv(figure, chart));
        } else if (numbers) {
            const text = numbers.content.textContent;
            offer("CSV", () => nimblesimSave(`${figure.id}.csv`, new Blob([text], { type: "text/csv" })));
        }
        if (drawings.length === 1 || (numbers && drawings.length > 0)) {
            offer("SVG", () => saveSvg(figure, drawings));
            offer("PNG", () => savePng(figure, drawings));
        }
        if (take.childElementCount > 0) {
            caption.classList.add("foot");
            caption.append(take);
        }
    }

    /* ---- tabs: links to parts of the page; one part shows at a time, and has an address ---- */

    const bringTabs = (list) => {
        const tabs = [...list.querySelectorAll("a")];
        const panels = tabs.map((tab) => document.getElementById(tab.hash.slice(1)));

        const select = (index) => tabs.forEach((tab, i) => {
            tab.setAttribute("aria-selected", String(i === index));
            tab.tabIndex = i === index ? 0 : -1;
            panels[i].hidden = i !== index;
        });
        /* Of a part, or of something in it. */
        const follow = () => {
            const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
            const index = target ? panels.findIndex((panel) => panel.contains(target)) : 0;
            if (index >= 0) {
                select(index);
                if (target && target !== panels[index]) {
                    target.closest("details")?.setAttribute("open", "");
                    target.scrollIntoView();
                }
            }
        };
        const go = (index) => {
            history.pushState(null, "", tabs[index].hash);
            select(index);
            tabs[index].focus();
        };

        list.setAttribute("role", "tablist");
        tabs.forEach((tab, i) => {
            tab.setAttribute("role", "tab");
            tab.setAttribute("aria-controls", panels[i].id);
            panels[i].setAttribute("role", "tabpanel");
            panels[i].setAttribute("aria-labelledby", tab.id);
            panels[i].tabIndex = 0;
            tab.addEventListener("click", (event) => {
                event.preventDefault();
                go(i);
            });
        });
        list.addEventListener("keydown", (event) => {
            const here = tabs.indexOf(document.activeElement);
            const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: -1 }[event.key];
            if (here >= 0 && to !== undefined) {
                event.preventDefault();
                go((to + tabs.length) % tabs.length);
            }
        });
        addEventListener("hashchange", follow);
        addEventListener("popstate", follow);
        follow();
    };

    document.querySelectorAll(".tabs").forEach(bringTabs);

    /* ---- charts ---- */

    if (typeof uPlot === "undefined") {
        return;
    }

    const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const translucent = (hex, alpha) => hex + Math.round(alpha * 255).toString(16).padStart(2, "0");
    const dashes = [[], [7, 3], [2, 3], [9, 3, 2, 3], [12, 4], [4, 2]];
    const font = (weight) => `${weight} 12px ${getComputedStyle(document.body).fontFamily}`;

    const nameOf = (chart, i) => chart.names ? chart.names[i] : String(chart.x[i]);

    /* Is x a row of words, or of bars? */
    const hasPlaces = (chart) => chart.kind === "bars" || Boolean(chart.names);

    /* The library wants columns: x, then mean, low and high of each series. */
    const columnsOf = (chart) => {
        const x = hasPlaces(chart) ? chart.x.map((_, i) => i) : chart.x;
        const empty = chart.x.map(() => null);
        return [x, ...chart.series.flatMap((s) => [s.mean, s.low ?? empty, s.high ?? empty])];
    };

    const seriesOf = (chart) => chart.series.flatMap((s) => {
        const edge = { width: 0, points: { show: false } };
        const mean = { ...edge, label: s.name };
        if (chart.kind === "bars") {
            return [mean, edge, edge].map((one) => ({ ...one, paths: () => null }));
        }
        mean.width = 1.75;
        mean.stroke = colour(`--c${s.colour}`);
        mean.dash = dashes[s.dash];
        if (chart.hasMarks) {
            mean.spanGaps = true;
            mean.points = { show: true, size: 7, fill: mean.stroke };
        }
        return [mean, edge, { ...edge }];
    });

    const bandsOf = (chart) => chart.kind === "bars" ? [] : chart.series.map((s, i) => ({
        series: [3 * i + 3, 3 * i + 2],
        fill: translucent(colour(`--c${s.colour}`), chart.series.length > 3 ? 0.06 : 0.16),
    }));

    /* Words that would run into each other are written aslant. */
    const isCrowded = (chart, width) => Boolean(chart.names) &&
        Math.max(...chart.names.map((name) => name.length)) * 7 > (width - 74) / chart.x.length;

    const axesOf = (chart, width) => {
        const look = {
            stroke: colour("--soft"), font: font(400), labelFont: font(400), labelSize: 20,
            grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false },
        };
        const x = { ...look, label: chart.xLabel, size: 30, labelGap: 2, grid: { show: false } };
        if (hasPlaces(chart)) {
            const every = (u) => Math.ceil(chart.x.length * 26 / Math.max(u.bbox.width, 1) * devicePixelRatio);
            x.splits = (u) => chart.x.map((_, i) => i).filter((i) => i % every(u) === 0);
            x.values = (_, splits) => splits.map((i) => nameOf(chart, i));
            if (isCrowded(chart, width)) {
                x.rotate = -30;
                x.size = 62;
            }
        }
        return [x, { ...look, label: chart.yLabel, size: 54 }];
    };

    const drawBars = (u, chart) => {
        const isShown = (i) => u.series[3 * i + 1].show;
        const shown = chart.series.map((_, i) => i).filter(isShown);
        const group = u.valToPos(1, "x", true) - u.valToPos(0, "x", true);
        const width = group * 0.76 / Math.max(shown.length, 1);
        const bottom = u.valToPos(0, "y", true);
        const ctx = u.ctx;
        ctx.save();
        shown.forEach((s, place) => {
            const { mean, low, high, colour: c } = chart.series[s];
            mean.forEach((value, i) => {
                if (value === null) {
                    return;
                }
                const left = u.valToPos(i, "x", true) + (place - shown.length / 2) * width;
                const top = u.valToPos(value, "y", true);
                ctx.fillStyle = colour(`--c${c}`);
                ctx.globalAlpha = u.cursor.idx == null || u.cursor.idx === i ? 1 : 0.8;
                ctx.fillRect(left, Math.min(top, bottom), width * 0.92, Math.abs(bottom - top));
                ctx.globalAlpha = 1;
                if (low && high[i] > low[i] && group > 6 * devicePixelRatio) {
                    const middle = left + width * 0.46;
                    const isThin = width < 10 * devicePixelRatio; /* or there is more whisker than bar */
                    ctx.strokeStyle = colour(isThin ? "--soft" : "--ink");
                    ctx.lineWidth = (isThin ? 1 : 1.25) * devicePixelRatio;
                    ctx.beginPath();
                    ctx.moveTo(middle, u.valToPos(Math.max(low[i], u.scales.y.min), "y", true));
                    ctx.lineTo(middle, u.valToPos(Math.min(high[i], u.scales.y.max), "y", true));
                    ctx.stroke();
                }
            });
        });
        ctx.restore();
    };

    const drawMark = (u, mark) => {
        const { left, top, width, height } = u.bbox;
        const x = u.valToPos(mark.at, "x", true);
        const ctx = u.ctx;
        if (x < left || x > left + width) {
            return;
        }
        ctx.save();
        if (mark.low !== null && mark.high !== null) {
            const from = Math.max(u.valToPos(mark.low, "x", true), left);
            const to = Math.min(u.valToPos(mark.high, "x", true), left + width);
            ctx.fillStyle = translucent(colour("--soft"), 0.14);
            ctx.fillRect(from, top, to - from, height);
        }
        ctx.strokeStyle = ctx.fillStyle = colour("--ink");
        ctx.lineWidth = 1.25 * devicePixelRatio;
        ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
        ctx.beginPath();
        ctx.moveTo(x, top);
        ctx.lineTo(x, top + height);
        ctx.stroke();
        const isRight = x > left + width / 2;
        ctx.font = font(600).replace("12px", `${12 * devicePixelRatio}px`);
        ctx.textAlign = isRight ? "right" : "left";
        ctx.textBaseline = "top";
        const gap = 8 * devicePixelRatio; /* on a narrow page a long text is drawn closer */
        ctx.fillText(mark.text, x + (isRight ? -gap : gap), top + gap / 2, (isRight ? x - left : left + width - x) - gap);
        ctx.restore();
    };

    const drawLevel = (u, level) => {
        const { left, width } = u.bbox;
        const y = u.valToPos(level.at, "y", true);
        const ctx = u.ctx;
        ctx.save();
        ctx.strokeStyle = ctx.fillStyle = colour("--ink");
        ctx.lineWidth = 1.25 * devicePixelRatio;
        ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
        ctx.beginPath();
        ctx.moveTo(left, y);
        ctx.lineTo(left + width, y);
        ctx.stroke();
        ctx.font = font(600).replace("12px", `${12 * devicePixelRatio}px`);
        ctx.textAlign = "left";
        ctx.textBaseline = "bottom";
        ctx.fillText(level.text, left + 6 * devicePixelRatio, y - 3 * devicePixelRatio);
        ctx.restore();
    };

    const withUnit = (text, unit) => unit === "" ? text : `${text}\u00a0${unit}`;

    const readOff = (figure, chart, index) => {
        const outputs = figure.querySelectorAll(".key output");
        figure.querySelector(".at").textContent = index == null ? ""
            : hasPlaces(chart) ? `${chart.what} ${nameOf(chart, index)}`.trim()
            : withUnit(String(Number(chart.x[index].toFixed(3))), chart.xUnit);
        chart.series.forEach((s, i) => {
            const value = index == null ? null : s.mean[index];
            if (value === null) {
                outputs[i].textContent = "";
                return;
            }
            const half = s.low && s.high[index] !== null ? (s.high[index] - s.low[index]) / 2 : 0;
            const interval = half > 0 ? ` \u00b1 ${half.toFixed(chart.decimals)}` : "";
            outputs[i].textContent = withUnit(value.toFixed(chart.decimals) + interval, chart.unit);
        });
    };

    const sizeOf = (holder, figure) => {
        const width = Math.max(holder.clientWidth, 200);
        const wanted = figure.classList.contains("wide") ? width * 0.36 : width * 0.58;
        return { width, height: Math.round(Math.min(380, Math.max(240, wanted))) };
    };

    const yRange = (chart) => (_, least, most) => {
        if (least === null || most === null) {
            return [0, 1];
        }
        if (chart.reach) { /* intervals that would drown the values are cut off */
            [least, most] = [Math.max(least, chart.reach[0]), Math.min(most, chart.reach[1])];
        }
        if (chart.least !== undefined) {
            const room = 0.06 * (Math.max(most, chart.most ?? 0, 0) - Math.min(least, chart.least));
            return [Math.min(least, chart.least) - room, Math.max(most, chart.most ?? 0, 0) + room];
        }
        if (chart.most !== undefined) {
            most = Math.max(most, chart.most);
        }
        /* Nothing else can be negative, whatever an interval says. */
        return chart.fromZero ? [0, most > 0 ? most * 1.06 : 1]
            : uPlot.rangeNum(Math.max(least, 0), most, 0.08, false).map((y) => Math.max(y, 0));
    };

    const optionsOf = (figure, chart) => {
        const isTime = chart.kind === "lines" && chart.isTime;
        const scaleX = { time: false };
        if (hasPlaces(chart)) {
            const edge = chart.kind === "bars" ? 0.5 : 0.25;
            scaleX.range = () => [-edge, chart.x.length - 1 + edge];
        } else if (chart.hasMarks) {
            const room = 0.03 * (chart.x[chart.x.length - 1] - chart.x[0]) || 1;
            scaleX.range = (_, least, most) => [least - room, most + room];
        }
        return {
            ...sizeOf(figure.querySelector(".plot"), figure),
            legend: { show: false },
            padding: [8, 28, 0, 0], /* half of a tick's "400,000" */
            scales: { x: scaleX, y: { range: yRange(chart) } },
            series: [{}, ...seriesOf(chart)],
            bands: bandsOf(chart),
            axes: axesOf(chart, figure.querySelector(".plot").clientWidth),
            cursor: {
                y: false,
                points: { show: false },
                drag: { x: chart.kind === "lines", y: false },
                ...(isTime ? { sync: { key: "time", setSeries: false } } : {}),
            },
            hooks: {
                draw: [(u) => {
                    if (chart.kind === "bars") {
                        drawBars(u, chart);
                    }
                    if (chart.mark) {
                        drawMark(u, chart.mark);
                    }
                    if (chart.level) {
                        drawLevel(u, chart.level);
                    }
                }],
                setCursor: [(u) => readOff(figure, chart, u.cursor.idx)],
            },
        };
    };

    /* What is pointed at leads into what moves, where the page has that. */
    const leadIn = (u, chart) => {
        const index = u.cursor.idx;
        if (index != null) {
            document.dispatchEvent(new CustomEvent("nimblesim-read", { detail: { chart, index } }));
        }
    };

    const walk = (u, chart, event) => {
        if (event.key === "Enter") {
            leadIn(u, chart);
        }
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (step === undefined) {
            return;
        }
        event.preventDefault();
        const from = u.cursor.idx ?? (step > 0 ? -1 : chart.x.length);
        const index = Math.min(Math.max(from + step, 0), chart.x.length - 1);
        u.setCursor({ left: u.valToPos(u.data[0][index], "x"), top: u.over.clientHeight / 2 });
    };

    const bring = (chart) => {
        const figure = document.getElementById(`figure-${chart.id}`);
        const holder = figure.querySelector(".plot");
        const keys = [...figure.querySelectorAll(".key")];
        let plot = null;

        const show = (i, visible) => {
            for (let k = 1; k <= 3; k++) {
                plot.setSeries(3 * i + k, { show: visible });
            }
        };
        const draw = () => {
            plot?.destroy();
            plot = new uPlot(optionsOf(figure, chart), columnsOf(chart), holder);
            keys.forEach((key, i) => {
                if (key.getAttribute("aria-pressed") === "false") {
                    show(i, false);
                }
            });
        };

        figure.classList.add("live");
        holder.tabIndex = 0;
        holder.setAttribute("role", "img");
        holder.setAttribute("aria-label", `${chart.title}; arrow keys read off values`);
        holder.addEventListener("keydown", (event) => walk(plot, chart, event));
        /* A click is no drag: that zooms. */
        let down = 0;
        holder.addEventListener("pointerdown", (event) => { down = event.clientX; });
        holder.addEventListener("click", (event) => {
            if (Math.abs(event.clientX - down) < 3) {
                leadIn(plot, chart);
            }
        });
        keys.forEach((key, i) => {
            key.disabled = false;
            key.title = `hide or show ${chart.series[i].name}`;
            key.addEventListener("click", () => {
                const visible = key.getAttribute("aria-pressed") === "false";
                key.setAttribute("aria-pressed", String(visible));
                show(i, visible);
            });
        });
        draw();
        /* In the next frame: a new size within the observer's own round would ask it again. */
        new ResizeObserver(() => requestAnimationFrame(() => {
            const size = sizeOf(holder, figure);
            if (holder.clientWidth > 0 && size.width !== plot.width) {
                plot.setSize(size);
            }
        })).observe(holder);
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    };

    charts.forEach(bring);
})();

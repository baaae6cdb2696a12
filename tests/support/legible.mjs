/*
 * What a page shows must be seen as it stands: nothing wider than the window, no box with a table in it
 * narrower than the table, no word smaller than an eye can read, in drawings as they come out at their width.
 */
const FONT_LEAST_PX = 10.5;

const measure = async (least) => {
    const complaints = new Set();
    const say = (what) => complaints.add(what);
    const about = (node) => node.closest("[id]")?.id || node.tagName;
    const root = document.documentElement;
    /* All of it: what is far from being seen is not laid out, and has no width; what is closed, neither. */
    document.querySelectorAll("details").forEach((one) => { one.open = true; });
    document.querySelectorAll("[role=tabpanel]").forEach((one) => { one.hidden = false; });
    document.head.appendChild(document.createElement("style")).textContent = "* { content-visibility: visible !important; }";
    dispatchEvent(new Event("beforeprint"));
    for (let frame = 0; frame < 3; frame++) {
        await new Promise(requestAnimationFrame);
    }
    if (root.scrollWidth > root.clientWidth) {
        say(`the page is ${root.scrollWidth} px wide in ${root.clientWidth}`);
    }
    for (const box of document.querySelectorAll(".scroll, .static")) {
        if (box.clientWidth > 0 && box.scrollWidth > box.clientWidth) {
            say(`${box.getAttribute("aria-label") || about(box)}: ${box.scrollWidth} px in ${box.clientWidth}`);
        }
    }
    /* What canvases say, while the floor is drawn anew. */
    const pen = CanvasRenderingContext2D.prototype;
    const { fillText } = pen;
    pen.fillText = function (text, ...at) {
        const px = parseFloat(/([\d.]+)px/.exec(this.font)[1]) * this.getTransform().a / devicePixelRatio;
        if (px < least && text.trim() !== "") {
            say(`${about(this.canvas)}: ${px.toFixed(1)} px in a canvas`);
        }
        return fillText.call(this, text, ...at);
    };
    if (typeof nimblesimScene === "object") {
        nimblesimScene.seek(Number(document.querySelector(".scene input[type=range]").max) / 3);
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    }
    pen.fillText = fillText;
    const words = (node) => [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== "");
    for (const node of document.body.querySelectorAll("*")) {
        const box = node.getBoundingClientRect();
        if (!words(node) || box.width <= 1 || /^(SCRIPT|STYLE|TITLE)$/i.test(node.tagName) || node.closest("template")) {
            continue;
        }
        const scale = node.ownerSVGElement ? Math.sqrt(Math.abs(node.getScreenCTM().a * node.getScreenCTM().d
            - node.getScreenCTM().b * node.getScreenCTM().c)) : 1;
        const px = parseFloat(getComputedStyle(node).fontSize) * scale;
        if (px < least) {
            say(`${about(node)}: ${px.toFixed(1)} px`);
        }
    }
    return [...complaints];
};

export const illegibleOf = (browser) => browser.evaluate(`(${measure})(${FONT_LEAST_PX})`);

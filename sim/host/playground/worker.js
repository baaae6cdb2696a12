/* The program in a thread of its own: it answers every message with what a run of it said. */
(() => {
    "use strict";

    const files = new Map();
    let module = null;

    const start = async (packed) => {
        const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
        module = await WebAssembly.compile(await new Response(stream).arrayBuffer());
    };

    const answer = async ({ id, packed, words, put, get }) => {
        const began = performance.now();
        if (packed) {
            await start(packed);
        }
        for (const [name, text] of Object.entries(put ?? {})) {
            files.set(name, wasiHost.makeFile(new TextEncoder().encode(text)));
        }
        const said = words ? wasiHost.run(module, files, words) : { code: 0, out: "", err: "" };
        const file = get ? files.get(get) : undefined;
        postMessage({ id, ...said, file: file ? file.bytes.slice(0, file.size) : null, took_ms: performance.now() - began });
    };

    onmessage = ({ data }) => {
        answer(data).catch((error) => postMessage({ id: data.id, code: 70, out: "", err: String(error), file: null, took_ms: 0 }));
    };
})();

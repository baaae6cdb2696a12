"use strict";
/*
 * suspension.js - what it costs to suspend a tasklet at a sub-call and to resume it, beyond loading,
 * starting and stopping it once more.
 *
 * Both are differences to a run that was not suspended: suspending is what the first life takes
 * longer than the instructions up to the call, resuming what the second takes longer than those
 * after it.
 *
 * A linear memory adds to both: what each page takes, however little of it is alive, and what
 * each byte takes up to the last that is.
 */
const { Tasklet } = require("./tasklet.js");
const { makeModule, layOut } = require("./wasm.js");
const { fitRelative } = require("./fit.js");
const { chain } = require("./modules.js");

/* The entry calls down through `depth` functions with `locals` variables; the last one calls out. */
const nest = (depth, locals) => makeModule({
    imports: ["a"],
    functions: Array.from({ length: depth }, (_, i) => ({
        type: "i32 > i32", locals: new Array(locals).fill("i32"),
        code: `local.get 0 call ${i} i32.const 1 i32.add`,
    })),
});

/* Holds `values` operands on its stack and `globals` outside while it calls out. */
const hold = (values, globals) => makeModule({
    imports: ["a"], globals: new Array(globals).fill("i64"),
    functions: [{
        type: "i32 > i32",
        code: `${"local.get 0 ".repeat(values)} call 0 ${"i32.add ".repeat(values - 1)}`,
    }],
});

const SUSPENDED = [
    ...[1, 2, 4, 7].flatMap((calls) => [[chain(calls, 9), 1], [chain(calls, 9), calls]]),
    ...[1, 2, 3, 5].flatMap((depth) => [0, 4, 12].map((locals) => [nest(depth, locals), 1])),
    ...[1, 8, 24].flatMap((values) => [0, 3].map((globals) => [hold(values, globals), 1])),
];

/* Fills so many words of a page, the first ones, and calls out. */
const fill = (words) => makeModule({
    imports: ["a"], memory: true, globals: ["i32"],
    functions: [{
        type: "i32 > i32", locals: ["i32"],
        code: `i32.const ${4 * words} local.set 1 loop void local.get 1 i32.const -4 i32.add local.tee 1
            i32.const -1 i32.store 0 local.get 1 br_if 0 end local.get 0 call 0`,
    }],
});
const FILLED = [1, 16, 64, 128, 256, 512, 1024, 1536, 2048, 3072, 4096];
const WORD_BYTES = 4;

/* How many cycles a run spends up to the end of the sub-call of that number, and in all. */
const measurePlain = (board, bytes, at) => {
    const tasklet = new Tasklet(board, bytes);
    const result = tasklet.trace([1]);
    tasklet.stop();
    let [calls, until] = [0, 0];
    for (const { cost, cycles } of tasklet.instructions()) {
        until += cycles;
        calls += cost === "call_native" ? 1 : 0;
        if (calls === at) {
            break;
        }
    }
    return { result, until, whole: tasklet.cycles.run };
};

const measureOne = (board, bytes, at, entry) => {
    const { result, until, whole } = measurePlain(board, bytes, at);
    const tasklet = new Tasklet(board, bytes);
    const state = tasklet.suspend([1], at);
    const resumed = tasklet.resume();
    tasklet.stop();
    if (resumed !== result) {
        throw new Error(`suspended, a tasklet gives ${resumed} instead of ${result}`);
    }
    return {
        state,
        suspend: tasklet.cycles.suspend - entry - until,
        resume: tasklet.cycles.resume - (whole - until),
    };
};

/* The fits of what states with memory take beyond their frames and globals: [page, byte] each. */
const measureFilled = (board, entry, fits) => {
    const all = FILLED.map((words) => ({
        memory: WORD_BYTES * words, ...measureOne(board, fill(words), 1, entry),
    }));
    const fitOf = (name) => {
        const [fixed, byte] = fits[name].weights;
        const beyond = all.map((one) => one[name] - fixed - byte * (one.state - one.memory));
        return fitRelative(all.map(({ memory }) => [1, memory]), beyond);
    };
    const sizes = all.map(({ memory }) => memory);
    return {
        suspend: fitOf("suspend"), resume: fitOf("resume"),
        count: all.length, sizes: { min: Math.min(...sizes), max: Math.max(...sizes) },
    };
};

/*
 * Returns {suspend, resume, count, states, filled}: the fits, [fixed, byte] each, and the range of
 * states; filled is the same for memory.
 */
const measureSuspension = (board, entry) => {
    const all = SUSPENDED.map(([bytes, at]) => measureOne(board, bytes, at, entry));
    const fitOf = (name) => fitRelative(all.map((one) => [1, one.state]), all.map((one) => one[name]));
    const states = all.map((one) => one.state);
    const fits = { suspend: fitOf("suspend"), resume: fitOf("resume") };
    return {
        ...fits, filled: measureFilled(board, entry, fits),
        count: all.length, states: { min: Math.min(...states), max: Math.max(...states) },
    };
};

/*
 * The fits' word against the board's for tasklets that make sub-calls, suspended at the first, in per
 * cent of both together. run is what the tasklet takes when it is not suspended.
 */
const trySuspension = (board, entry, { suspend, resume, filled }, tasklets) =>
    tasklets.map(({ bytes, run }) => {
        const tasklet = new Tasklet(board, bytes);
        const state = tasklet.suspend([1], 1);
        tasklet.resume();
        tasklet.stop();
        const emulated = tasklet.cycles.suspend + tasklet.cycles.resume - run - entry;
        const sum = (fits, i) => fits.suspend.weights[i] + fits.resume.weights[i];
        const foretold = sum({ suspend, resume }, 0) + sum({ suspend, resume }, 1) * (state - tasklet.alive) +
            sum(filled, 0) * layOut(bytes).pages + sum(filled, 1) * tasklet.alive;
        return { state, off: 100 * (foretold / emulated - 1) };
    });

module.exports = { measureSuspension, trySuspension };

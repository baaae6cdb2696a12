"use strict";
/*
 * costs.js - what a module costs beside its instructions: to load, to start and to stop, in cycles
 * and in bytes of memory; and how well the table foretells what the board does.
 */
const { Tasklet, POOL_BYTES } = require("./tasklet.js");
const { makeModule, layOut } = require("./wasm.js");
const { fitRelative } = require("./fit.js");
const { mean } = require("./opcodes.js");
const { MIXED, LOADED, WORK_INSTRUCTIONS, chain } = require("./modules.js");

const STACK_PAINT = 0xa5;

/* Loads, starts, runs and stops a module; returns what each phase took. */
const live = (board, bytes, argument) => {
    const tasklet = new Tasklet(board, bytes);
    tasklet.run([argument]);
    tasklet.stop();
    const [before, loaded, , started] = tasklet.free;
    return {
        ...tasklet.cycles,
        ...layOut(bytes),
        moduleMemory: before - loaded,
        instanceMemory: loaded - started,
    };
};

/* How many instructions of each class ran. */
const countClasses = (instructions) => {
    const counts = {};
    for (const { cost } of instructions) {
        counts[cost] = (counts[cost] ?? 0) + 1;
    }
    return counts;
};

const price = (counts, opcodes) =>
    Object.entries(counts).reduce((sum, [cost, n]) => sum + n * opcodes[cost].mean, 0);

/* What entering an export and coming back takes, the function's own instructions aside. */
const measureEntry = (board, opcodes) => {
    const tasklet = new Tasklet(board, chain(0, 1));
    tasklet.trace([1]);
    tasklet.stop();
    const { entries } = tasklet;
    const inside = entries[entries.length - 1] - entries[0];
    return tasklet.cycles.run - inside - opcodes.return.mean;
};

const measureModules = (board, opcodes) => {
    const lives = LOADED.map((bytes) => live(board, bytes, 1));
    const small = [0, 1, 2, 3, 4, 5, 6, 7].map((calls) => live(board, chain(calls, 9), 1));
    const load = fitRelative(lives.map((m) => [1, m.code, m.imports, m.functions]), lives.map((m) => m.load));
    const memory = fitRelative(small.map((m) => [1, m.code]), small.map((m) => m.moduleMemory));
    const entry = measureEntry(board, opcodes);
    const starts = small.map((m) => m.instantiate + m.environment + entry);
    const stops = small.map((m) => m.stop);
    const paged = lives.find((m) => m.imports === 0 && m.functions === 1);
    const page = paged.instantiate + paged.stop - small[0].instantiate - small[0].stop;
    return {
        load, memory, entry, page, padding: measurePadding(board), count: lives.length,
        sizes: [Math.min(...lives.map((m) => m.code)), Math.max(...lives.map((m) => m.code))],
        start: { mean: mean(starts), min: Math.min(...starts), max: Math.max(...starts) },
        stop: { mean: mean(stops), min: Math.min(...stops), max: Math.max(...stops) },
        instance: mean(small.map((m) => m.instanceMemory)),
    };
};

/* The smallest pool in which a module lives from load to stop, by bisection in steps of 8 bytes. */
const findSmallestPool = (board, bytes) => {
    const fits = (pool) => {
        try {
            const tasklet = new Tasklet(board, bytes, { pool });
            tasklet.run([1]);
            tasklet.stop();
            return true;
        } catch {
            board.reset(); /* what failed may have left anything behind */
            return false;
        }
    };
    let [low, high] = [0, POOL_BYTES];
    while (high - low > 8) {
        const middle = (low + high) >> 4 << 3;
        fits(middle) ? (high = middle) : (low = middle);
    }
    return high;
};

/* How deep the native stack gets while a module lives. */
const measureStack = (board, bytes) => {
    const top = board.address("pico_stack_top");
    const size = top - board.address("pico_stack_limit");
    const stack = board.bytes("pico_stack_limit", size);
    board.reset();
    stack.fill(STACK_PAINT);
    live(board, bytes, 1);
    return size - stack.findIndex((byte) => byte !== STACK_PAINT);
};

/* What a byte of a custom section costs to load: the runtime steps over it. */
const measurePadding = (board) => {
    const [few, many] = [100, 1100];
    const load = (padding) => {
        const bytes = makeModule({ functions: [{ type: "i32 > i32", code: "local.get 0" }], padding });
        return live(board, bytes, 1).load;
    };
    return (load(many) - load(few)) / (many - few);
};

/* The table's word against the board's, for each mixed module: {name, foretold, emulated, off}. */
const tryTable = (board, opcodes, entry) =>
    MIXED.map(({ name, bytes, argument }) => {
        const traced = new Tasklet(board, bytes);
        traced.trace([argument]);
        traced.stop();
        const foretold = entry + price(countClasses(traced.instructions()), opcodes);
        const { run: emulated } = traced.cycles;
        return { name, foretold, emulated, off: 100 * (foretold / emulated - 1) };
    });

/*
 * The same for real tasklets and their whole lives: how far the table is off, in per cent of all and of
 * loading and running alone; and the cycles of an instruction.
 */
const tryTasklets = (board, opcodes, modules, tasklets) =>
    tasklets.map(({ name, bytes }) => {
        const tasklet = new Tasklet(board, bytes);
        tasklet.trace([1]);
        tasklet.stop();
        const { load, instantiate, environment, run, stop } = tasklet.cycles;
        const { code, imports, functions, pages } = layOut(bytes);
        const work = price(countClasses(tasklet.instructions()), opcodes);
        const [fixed, byte, perImport, perFunction] = modules.load.weights;
        const loading = fixed + byte * code + perImport * imports + perFunction * functions;
        const starting = modules.start.mean + modules.page * pages;
        const foretold = loading + starting + work + modules.stop.mean;
        const emulated = load + instantiate + environment + run + stop;
        return {
            name, bytes, imports, run,
            loadOff: 100 * (loading / load - 1),
            runOff: 100 * ((modules.entry + work) / run - 1),
            off: 100 * (foretold / emulated - 1),
            perInstruction: run / tasklet.addresses.length,
        };
    });

/* Cycles an instruction of the loop that tasklets work in, exactly. */
const measureWorkLoop = (board) => {
    const total = (rounds) => live(board, chain(0, rounds), 1).run;
    return (total(60) - total(20)) / (40 * WORK_INSTRUCTIONS);
};

module.exports = {
    measureModules, findSmallestPool, measureStack, tryTable, tryTasklets, measureWorkLoop,
};

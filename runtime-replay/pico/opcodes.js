"use strict";
/*
 * opcodes.js - what one Wasm instruction of each class costs.
 *
 * Each sample below is a piece of code that leaves the stack as it found it. It runs twice, so that
 * the interpreter's cache of block ends is warm, and the instructions of the sample's class are
 * measured one by one. A class costs the mean of its samples' instructions, and its spread is told
 * beside it. Where a class has 32-bit and 64-bit forms, the samples are 32-bit ones: they are what
 * tasklets use.
 */
const { makeModule } = require("./wasm.js");
const { Tasklet } = require("./tasklet.js");

const words = (text) => text.trim().split(/\s+/);

/* Operands small and large, and of either sign. */
const PAIRS = {
    i32: [[100, 7], [123456789, 4321], [-5, 3]],
    i64: [[100, 7], [123456789012345, 4321], [-5, 3]],
    f32: [[1.5, 2.25], [1000000, 0.001], [-3, 7]],
    f64: [[1.5, 2.25], [1000000, 0.001], [-3, 7]],
};

const binary = (type, list) =>
    words(list).flatMap((op) =>
        PAIRS[type].map(([a, b]) => `${type}.const ${a} ${type}.const ${b} ${type}.${op} drop`));
const unary = (type, list) =>
    words(list).flatMap((op) => PAIRS[type].map(([a]) => `${type}.const ${a} ${type}.${op} drop`));
const conversions = (from, list) =>
    words(list).map((op) => `${from}.const 100 ${op} drop`);

/* Callees that the samples of calls use: 0 to 3 come first in the module, after one import. */
const CALLEES = [
    { type: "void > void", code: "nop" },
    { type: "i32 > i32", code: "local.get 0" },
    { type: "i32 i32 > i32", code: "local.get 0" },
    { type: "i32 > i32", code: "local.get 0 return" },
];

const SAMPLES = {
    nop: ["nop"],
    const: ["i32.const 0 drop", "i32.const 63 drop", "i32.const -1 drop", "i32.const -64 drop"],
    const_wide: ["i32.const 64 drop", "i32.const 8192 drop", "i32.const -2000000 drop",
        "i32.const 200000000 drop", "i32.const 1540483477 drop", "i32.const -1640531527 drop"],
    local_get: ["local.get 0 drop", "local.get 1 drop"],
    local_set: ["local.get 0 local.set 1"],
    local_tee: ["local.get 0 local.tee 1 drop"],
    global_get: ["global.get 0 drop"],
    global_set: ["local.get 0 global.set 0"],
    drop: ["local.get 0 drop"],
    select: ["local.get 0 local.get 1 i32.const 1 select drop",
        "local.get 0 local.get 1 i32.const 0 select drop"],
    alu: [
        ...binary("i32", `add sub and or xor shl shr_s shr_u rotl rotr eq ne lt_s lt_u gt_s gt_u le_s
            le_u ge_s ge_u`),
        ...unary("i32", "eqz"),
    ],
    mul: binary("i32", "mul"),
    div: binary("i32", "div_s div_u rem_s rem_u"),
    alu64: [
        ...binary("i64", `add sub and or xor shl shr_s shr_u rotl rotr eq ne lt_s lt_u gt_s gt_u le_s
            le_u ge_s ge_u`),
        ...unary("i64", "eqz"),
    ],
    mul64: binary("i64", "mul"),
    div64: binary("i64", "div_s div_u rem_s rem_u"),
    f32: binary("f32", "add sub mul"),
    f32_div: binary("f32", "div"),
    f64: binary("f64", "add sub mul"),
    f64_div: binary("f64", "div"),
    convert: [
        ...conversions("i64", "i32.wrap_i64"),
        ...conversions("i32", `i64.extend_i32_s i64.extend_i32_u f32.convert_i32_s f32.convert_i32_u
            f64.convert_i32_s f64.convert_i32_u f32.reinterpret_i32`),
        ...conversions("f32", "i32.trunc_f32_s i32.trunc_f32_u f64.promote_f32 i32.reinterpret_f32"),
        ...conversions("f64", "i32.trunc_f64_s i32.trunc_f64_u f32.demote_f64"),
    ],
    load: words("i32.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u")
        .flatMap((op) => [`i32.const 8 ${op} 0 drop`, `i32.const 40 ${op} 8 drop`]),
    store: words("i32.store i32.store8 i32.store16")
        .flatMap((op) => [`i32.const 8 local.get 0 ${op} 0`, `i32.const 40 local.get 0 ${op} 8`]),
    memory: ["memory.size drop", "i32.const 0 memory.grow drop"],
    block: ["block void end", "loop void end", "block i32 local.get 0 end drop",
        "loop i32 local.get 0 end drop", "local.get 0 block 0 end drop", "local.get 0 loop 0 end drop"],
    end: ["block void end", "loop void end", "i32.const 1 if void end", "i32.const 1 if void else end"],
    branch: [`i32.const 2 local.set 1 local.get 0 loop 0 local.get 1 i32.const -1 i32.add local.tee 1
        br_if 0 end drop`],
    branch_not: ["block void i32.const 0 br_if 0 end", "loop void i32.const 0 br_if 0 end"],
    if: ["i32.const 1 if void nop end", "i32.const 0 if void nop end",
        "i32.const 1 if void nop else nop end", "i32.const 0 if void nop else nop end"],
    call: ["call 1", "local.get 0 call 2 drop", "local.get 0 local.get 0 call 3 drop"],
    return: ["call 1", "local.get 0 call 2 drop", "local.get 0 call 4 drop"],
    call_native: ["local.get 0 call 0 drop"],
};

/*
 * Of taken branches the one that closes the tasklets' work loop is by far the most frequent: it alone
 * makes the price. The others only widen the spread that is told.
 */
const OTHER_FORMS = {
    branch: ["block void br 0 end", "block i32 local.get 0 br 0 end drop",
        "block void i32.const 1 br_if 0 nop end", "block void block void i32.const 1 br_if 1 nop end end",
        "i32.const 2 local.set 1 loop void local.get 1 i32.const -1 i32.add local.tee 1 br_if 0 end"],
};

/* Returns the cycles of the instructions of that class in the code, the second time it runs. */
const measureSample = (board, cost, code, { isFirst = false } = {}) => {
    const bytes = makeModule({
        imports: ["a"], memory: true, globals: ["i32"],
        functions: [...CALLEES, { type: "i32 > i32", locals: ["i32"], code: `${code} local.get 0` }],
    });
    const tasklet = new Tasklet(board, bytes);
    if (!isFirst) {
        tasklet.run([9]);
    }
    tasklet.trace([9]);
    tasklet.stop();
    const cycles = [...tasklet.instructions()].filter((i) => i.cost === cost && i.cycles !== null)
        .map((i) => i.cycles);
    if (cycles.length === 0) {
        throw new Error(`no ${cost} in "${code}"`);
    }
    return cycles;
};

const mean = (numbers) => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

/* Returns {class: {mean, min, max}} in cycles. Samples count alike, however many instructions each has. */
const measureOpcodes = (board) => {
    const table = {};
    for (const [cost, samples] of Object.entries(SAMPLES)) {
        const cycles = samples.map((code) => measureSample(board, cost, code));
        const others = (OTHER_FORMS[cost] ?? []).map((code) => measureSample(board, cost, code));
        const all = [...cycles, ...others].flat();
        table[cost] = { mean: mean(cycles.map(mean)), min: Math.min(...all), max: Math.max(...all) };
    }
    return table;
};

/*
 * The first time that a branch leaves a block the interpreter searches the block's end. Returns what
 * that adds, {fixed, byte}, from two blocks of different length.
 */
const measureBlockSearch = (board) => {
    const [few, many] = [10, 110];
    const search = (nops) => {
        const code = `block void br 0 ${"nop ".repeat(nops)} end`;
        const [first] = measureSample(board, "branch", code, { isFirst: true });
        const [second] = measureSample(board, "branch", code);
        return first - second;
    };
    const byte = (search(many) - search(few)) / (many - few);
    return { fixed: search(few) - few * byte, byte };
};

module.exports = { measureOpcodes, measureBlockSearch, mean };

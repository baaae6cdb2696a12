"use strict";
/*
 * modules.js - the modules that the table is fitted to and tried on: drawn ones, and programs
 * written by hand that do what tasklets might.
 */
const { makeModule } = require("./wasm.js");

/* A sequence of numbers that depends on the seed alone (xorshift32). */
const makeDraw = (seed) => {
    let state = seed >>> 0 || 1;
    return (below) => {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        state >>>= 0;
        return state % below;
    };
};

const IMPORTS = ["a", "b", "c", "d", "e", "f", "g"];

/* Code of an (i32) -> (i32) function with two more i32 locals, an i64 and an f64. */
const PIECES = [
    () => "nop",
    (draw) => `local.get 0 i32.const ${draw(64)} i32.add local.set 1`,
    (draw) => `local.get 1 i32.const ${draw(1 << 20)} i32.xor local.set 2`,
    (draw) => `local.get 1 local.get 2 i32.mul i32.const ${1 + draw(13)} i32.shr_u local.set 1`,
    (draw) => `local.get 2 i32.const ${1 + draw(60)} i32.rem_u local.set 2`,
    (draw) => `local.get 1 i32.const 252 i32.and i32.load ${4 * draw(30)} local.set 1`,
    (draw) => `i32.const ${4 * draw(16)} local.get 2 i32.store ${4 * draw(16)}`,
    () => "global.get 0 local.get 1 i32.sub global.set 0",
    (draw) => `block void local.get 1 i32.const ${1 << draw(6)} i32.and br_if 0 nop nop end`,
    (draw) => `local.get 2 i32.const ${draw(50)} i32.gt_u if void local.get 1 local.set 2 else nop end`,
    () => "local.get 1 local.get 2 local.get 1 select local.tee 2 drop",
    (draw) => `local.get 3 i64.const ${1 + draw(1 << 30)} i64.add i64.const 3 i64.mul local.set 3`,
    (draw) => `local.get 4 f64.const ${draw(1000) / 8} f64.add local.set 4`,
];
const LOCALS = ["i32", "i32", "i64", "f64"];

const drawCode = (draw, pieces, callees) =>
    Array.from({ length: pieces }, () => {
        const kind = draw(PIECES.length + (callees > 0 ? 2 : 0));
        return kind < PIECES.length ? PIECES[kind](draw)
            : `local.get 1 call ${draw(callees)} local.set 1`;
    }).join(" ");

/* Repeats code some times; local 2 is spared for the count by a global. */
const repeat = (times, code) =>
    `i32.const ${times} global.set 1
    loop void ${code} global.get 1 i32.const -1 i32.add global.set 1 global.get 1 br_if 0 end`;

/* A module of drawn code that runs `times` rounds of it. */
const drawModule = (seed, { imports, functions, pieces, times }) => {
    const draw = makeDraw(seed);
    const list = Array.from({ length: functions }, (_, i) => {
        const code = drawCode(draw, pieces, imports + i);
        const isEntry = i === functions - 1;
        return {
            type: "i32 > i32", locals: LOCALS,
            code: `${isEntry ? repeat(times, code) : code} local.get 1`,
        };
    });
    return makeModule({
        imports: IMPORTS.slice(0, imports), memory: true, globals: ["i32", "i32"], functions: list,
    });
};

const WORK_INSTRUCTIONS = 9; /* a round */
/* The loop that tasklets work in: five instructions of arithmetic, four of data movement. */
const workLoop = (constant) => ({
    type: "i32 i32 > i32",
    code: `local.get 0 loop 0 local.get 1 i32.xor i32.const ${constant} i32.mul
        local.get 1 i32.const -1 i32.add local.tee 1 br_if 0 end`,
});

const chain = (calls, rounds) => makeModule({
    imports: IMPORTS.slice(0, calls),
    functions: [workLoop(29), {
        type: "i32 > i32",
        code: `local.get 0 ${IMPORTS.slice(0, calls)
            .map((_, i) => `i32.const ${rounds} call ${calls} call ${i}`).join(" ")}
            i32.const ${rounds} call ${calls}`,
    }],
});

const HAND_WRITTEN = [
    { name: "leaf that works", bytes: chain(0, 60), argument: 7 },
    { name: "chain of five calls", bytes: chain(5, 60), argument: 7 },
    {
        name: "greatest common divisor", argument: 3528,
        bytes: makeModule({
            functions: [{
                type: "i32 > i32", locals: ["i32", "i32"],
                code: `i32.const 3780 local.set 1 loop void local.get 0 local.get 1 i32.rem_u local.set 2
                    local.get 1 local.set 0 local.get 2 local.tee 1 br_if 0 end local.get 0`,
            }],
        }),
    },
    {
        name: "Fibonacci, recursive", argument: 10,
        bytes: makeModule({
            functions: [{
                type: "i32 > i32",
                code: `local.get 0 i32.const 2 i32.lt_u if i32 local.get 0 else local.get 0 i32.const 1 i32.sub
                    call 0 local.get 0 i32.const 2 i32.sub call 0 i32.add end`,
            }],
        }),
    },
    {
        name: "fill memory, then sum it", argument: 60,
        bytes: makeModule({
            memory: true,
            functions: [{
                type: "i32 > i32", locals: ["i32", "i32"],
                code: `loop void local.get 1 i32.const 2 i32.shl local.get 1 local.get 1 i32.mul i32.store 0
                    local.get 1 i32.const 1 i32.add local.tee 1 local.get 0 i32.lt_u br_if 0 end
                    loop void local.get 1 i32.const 1 i32.sub local.tee 1 i32.const 2 i32.shl i32.load 0
                    local.get 2 i32.add local.set 2 local.get 1 br_if 0 end local.get 2`,
            }],
        }),
    },
    {
        name: "checksum bit by bit", argument: 12345,
        bytes: makeModule({
            functions: [{
                type: "i32 > i32", locals: ["i32"],
                code: `i32.const 32 local.set 1 loop void local.get 0 i32.const 1 i32.and if void local.get 0
                    i32.const 1 i32.shr_u i32.const -306674912 i32.xor local.set 0 else local.get 0
                    i32.const 1 i32.shr_u local.set 0 end local.get 1 i32.const 1 i32.sub local.tee 1
                    br_if 0 end local.get 0`,
            }],
        }),
    },
    {
        name: "mean of floats", argument: 40,
        bytes: makeModule({
            functions: [{
                type: "i32 > i32", locals: ["i32", "f32"],
                code: `loop void local.get 2 local.get 1 f32.convert_i32_s f32.const 0.5 f32.mul f32.add
                    local.set 2 local.get 1 i32.const 1 i32.add local.tee 1 local.get 0 i32.lt_s br_if 0 end
                    local.get 2 local.get 0 f32.convert_i32_s f32.div i32.trunc_f32_s`,
            }],
        }),
    },
    {
        name: "64-bit hash", argument: 40,
        bytes: makeModule({
            functions: [{
                type: "i32 > i32", locals: ["i64"],
                code: `i64.const 63 local.set 1 loop void local.get 1 i64.const 37 i64.mul local.get 1
                    i64.const 29 i64.shr_u i64.xor local.set 1 local.get 0 i32.const 1 i32.sub local.tee 0
                    br_if 0 end local.get 1 i32.wrap_i64`,
            }],
        }),
    },
];

/* Drawn code beside them: from a few functions to many, with imports and without. */
const MIXED = [
    ...HAND_WRITTEN,
    ...[11, 12, 13, 14, 15, 16, 17, 18].map((seed, i) => ({
        name: `drawn ${seed}`, argument: 77,
        bytes: drawModule(seed, { imports: i % 4, functions: 1 + (i % 3), pieces: 10, times: 12 }),
    })),
];

/* For the costs of loading: 60 to 3000 bytes, none to seven imports, one to eight functions. */
const LOADED = [
    ...[0, 1, 2, 3, 4, 5, 6, 7].map((calls) => chain(calls, 60)),
    ...Array.from({ length: 40 }, (_, i) =>
        drawModule(100 + i, {
            imports: i % 8, functions: 1 + ((3 * i) % 8), pieces: 1 + ((7 * i) % 33), times: 1,
        })),
];

module.exports = { MIXED, LOADED, WORK_INSTRUCTIONS, chain };

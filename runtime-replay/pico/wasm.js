"use strict";
/*
 * wasm.js - WebAssembly as the calibration needs it: opcodes with their cost class, an assembler
 * for small modules, and where the functions of a module lie.
 *
 * A class is what one row of a platform table prices. Classes follow the work that an interpreter
 * does, so that comparisons count as arithmetic and square roots as divisions.
 */

const names = (text) => text.trim().split(/\s+/);

/* Opcodes in the order of their numbers from `first` on; "class:" opens the class of what follows. */
const run = (first, text) => {
    const ops = [];
    let cost = null;
    for (const word of names(text)) {
        if (word.endsWith(":")) {
            cost = word.slice(0, -1);
        } else {
            ops.push([word, first + ops.length, cost]);
        }
    }
    return ops;
};

const TABLE = [
    ...run(0x00, "nop: unreachable nop block: block loop if: if end: else"),
    ...run(0x0b, "end: end branch: br br_if br_table return: return call: call call_indirect"),
    ...run(0x1a, "drop: drop select: select"),
    ...run(0x20, `local_get: local.get local_set: local.set local_tee: local.tee
        global_get: global.get global_set: global.set`),
    ...run(0x28, `load: i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s
        i32.load16_u i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u
        store: i32.store i64.store f32.store f64.store i32.store8 i32.store16 i64.store8 i64.store16
        i64.store32 memory: memory.size memory.grow
        const: i32.const i64.const f32.const f64.const
        alu: i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s
        i32.ge_u
        alu64: i64.eqz i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u i64.ge_s
        i64.ge_u
        f32: f32.eq f32.ne f32.lt f32.gt f32.le f32.ge f64: f64.eq f64.ne f64.lt f64.gt f64.le f64.ge
        alu: i32.clz i32.ctz i32.popcnt i32.add i32.sub mul: i32.mul
        div: i32.div_s i32.div_u i32.rem_s i32.rem_u
        alu: i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u i32.rotl i32.rotr
        alu64: i64.clz i64.ctz i64.popcnt i64.add i64.sub mul64: i64.mul
        div64: i64.div_s i64.div_u i64.rem_s i64.rem_u
        alu64: i64.and i64.or i64.xor i64.shl i64.shr_s i64.shr_u i64.rotl i64.rotr
        f32: f32.abs f32.neg f32.ceil f32.floor f32.trunc f32.nearest f32_div: f32.sqrt
        f32: f32.add f32.sub f32.mul f32_div: f32.div f32: f32.min f32.max f32.copysign
        f64: f64.abs f64.neg f64.ceil f64.floor f64.trunc f64.nearest f64_div: f64.sqrt
        f64: f64.add f64.sub f64.mul f64_div: f64.div f64: f64.min f64.max f64.copysign
        convert: i32.wrap_i64 i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u
        i64.extend_i32_s i64.extend_i32_u i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s
        i64.trunc_f64_u f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s f32.convert_i64_u
        f32.demote_f64 f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s f64.convert_i64_u
        f64.promote_f32 i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32
        f64.reinterpret_i64 alu: i32.extend8_s i32.extend16_s
        alu64: i64.extend8_s i64.extend16_s i64.extend32_s`),
];

const CODE_OF = new Map(TABLE.map(([name, code]) => [name, code]));
const NAME_OF = new Map(TABLE.map(([name, code]) => [code, name]));
const CLASS_OF = new Map(TABLE.map(([, code, cost]) => [code, cost]));

/* ---- encoding ---- */

const leb = (value) => {
    const bytes = [];
    let rest = BigInt(value);
    for (;;) {
        const low = Number(rest & 0x7fn);
        rest >>= 7n;
        if (rest === 0n) {
            return [...bytes, low];
        }
        bytes.push(low | 0x80);
    }
};

const signedLeb = (value) => {
    const bytes = [];
    let rest = BigInt(value);
    for (;;) {
        const low = Number(rest & 0x7fn);
        rest >>= 7n;
        if ((rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0)) {
            return [...bytes, low];
        }
        bytes.push(low | 0x80);
    }
};

const floatBytes = (value, size) => {
    const bytes = Buffer.alloc(size);
    size === 4 ? bytes.writeFloatLE(value) : bytes.writeDoubleLE(value);
    return [...bytes];
};

const TYPES = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, void: 0x40 };
const ALIGNMENT_MAX = 0; /* any address is aligned to a byte */

/* What follows the opcode, from the words that follow it in the text. */
const immediates = (name, next) => {
    switch (name) {
    case "block": case "loop": case "if": {
        const type = next();
        return type in TYPES ? [TYPES[type]] : leb(type);
    }
    case "br": case "br_if": case "call":
    case "local.get": case "local.set": case "local.tee": case "global.get": case "global.set":
        return leb(next());
    case "i32.const": case "i64.const":
        return signedLeb(next());
    case "f32.const":
        return floatBytes(Number(next()), 4);
    case "f64.const":
        return floatBytes(Number(next()), 8);
    case "memory.size": case "memory.grow":
        return [0];
    default:
        return /\.(load|store)/.test(name) ? [ALIGNMENT_MAX, ...leb(next())] : [];
    }
};

/* Assembles text such as "local.get 0 i32.const 5 i32.add" to bytes. */
const assemble = (text) => {
    const words = names(text);
    const bytes = [];
    for (let i = 0; i < words.length; ) {
        const name = words[i++];
        const code = CODE_OF.get(name);
        if (code === undefined) {
            throw new Error(`no instruction is called ${name}`);
        }
        bytes.push(code, ...immediates(name, () => words[i++]));
    }
    return bytes;
};

const text = (string) => [...leb(string.length), ...Buffer.from(string)];
const vector = (items) => [...leb(items.length), ...items.flat()];
const section = (id, bytes) => (bytes.length > 1 ? [id, ...leb(bytes.length), ...bytes] : []);

const signature = (type) => {
    const [parameters, results] = type.split(">").map((side) => names(side).filter((t) => t !== "void"));
    return [0x60, ...vector(parameters.map((t) => [TYPES[t]])), ...vector(results.map((t) => [TYPES[t]]))];
};

/*
 * Makes a module. `functions` are {type, locals, code} with type such as "i32 > i32", locals a list
 * of types and code as text; the last one is exported. Imports are i32 > i32 each and come first in
 * the numbering. `padding` bytes go into a custom section. As in tasklets, the export and the
 * module that imports come from have names of no byte.
 */
const makeModule = ({ functions, imports = [], memory = false, globals = [], padding = 0 }) => {
    const types = ["i32 > i32", ...new Set(functions.map((f) => f.type))];
    const unique = [...new Set(types)];
    const body = (f) => {
        const locals = vector((f.locals ?? []).map((t) => [1, TYPES[t]]));
        const code = [...locals, ...assemble(f.code), CODE_OF.get("end")];
        return [...leb(code.length), ...code];
    };
    const last = imports.length + functions.length - 1;
    const bytes = [
        0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
        ...section(1, vector(unique.map(signature))),
        ...section(2, vector(imports.map((name) => [...text(""), ...text(name), 0, 0]))),
        ...section(3, vector(functions.map((f) => leb(unique.indexOf(f.type))))),
        ...section(5, memory ? vector([[0x01, 1, 2]]) : []),
        ...section(6, vector(globals.map((t) => [TYPES[t], 1, ...assemble(`${t}.const 0 end`)]))),
        ...section(7, vector([[...text(""), 0, ...leb(last)]])),
        ...section(10, vector(functions.map(body))),
    ];
    if (padding > 0) {
        bytes.push(0, ...leb(padding + 2), 1, 0x70, ...new Array(padding).fill(0));
    }
    return Buffer.from(bytes);
};

/* ---- reading ---- */

/*
 * Returns {imports, functions, pages, ends, code}: how many functions are imported and how many are
 * its own, the pages of its memory, where the functions' bodies end, and how long the module is
 * without its custom sections.
 */
const layOut = (bytes) => {
    let at = 8;
    const number = () => {
        let value = 0;
        for (let shift = 0; ; shift += 7) {
            const byte = bytes[at++];
            value |= (byte & 0x7f) << shift;
            if (byte < 0x80) {
                return value >>> 0;
            }
        }
    };
    const found = { imports: 0, functions: 0, pages: 0, ends: new Set(), code: bytes.length };
    while (at < bytes.length) {
        const start = at;
        const id = bytes[at++];
        const size = number();
        const end = at + size;
        if (id === 0) {
            found.code -= end - start;
        } else if (id === 2) {
            found.imports = number(); /* tasklets import functions only */
        } else if (id === 5 && number() > 0) {
            number(); /* the kind of its limits */
            found.pages = number();
        } else if (id === 10) {
            found.functions = number();
            for (let i = 0; i < found.functions; i++) {
                const length = number();
                at += length;
                found.ends.add(at - 1);
            }
        }
        at = end;
    }
    return found;
};

module.exports = { CODE_OF, NAME_OF, CLASS_OF, assemble, makeModule, layOut };

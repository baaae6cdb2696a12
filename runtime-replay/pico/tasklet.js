"use strict";
/*
 * tasklet.js - one module's life on the board, phase by phase, and what each Wasm instruction of
 * it cost.
 *
 * The interpreter's handlers end with the jump to the next one's, so the cycles from one handler's
 * entry to the next entry are the price of one instruction, its metering and the jump included.
 * The handlers' addresses come from the interpreter's own table in flash; the byte that it read
 * last from the module is the instruction.
 */
const { CODE_OF, CLASS_OF, NAME_OF, layOut } = require("./wasm.js");

const FLASH = 0x10000000;
const FLASH_BYTES = 2 << 20;
const MODULE_MAX = 16384;
const STACK_BYTES = 1024;
const POOL_BYTES = 128 * 1024;
const F32_CONST = CODE_OF.get("f32.const"); /* the integers' come before it */
const NO_LIMIT = 0x7fffffff;
/* The instruction that leads from handler to handler: mov pc, rN or bx rN. */
const isJump = (opcode) => (opcode & 0xff87) === 0x4687 || (opcode & 0xff87) === 0x4700;

class Tasklet {
    /* Starts the runtime on the board and loads the module; throws what the runtime says if it fails. */
    constructor(board, bytes, { pool = POOL_BYTES, stack = STACK_BYTES } = {}) {
        this.board = board;
        this.bytes = Buffer.from(bytes); /* loading changes the board's copy */
        this.stack = stack;
        this.addresses = []; /* in the module, of each instruction that was traced */
        this.entries = [];   /* the cycle at which it began */
        this.cycles = {};
        if (bytes.length > MODULE_MAX || board.call("pico_init", pool).result === 0) {
            throw new Error(`the runtime does not start with ${pool} bytes`);
        }
        board.setWords("pico_suspend_at", [0]);
        this.free = [this.poolFree()];
        this.load();
    }

    load() {
        const { board, bytes, stack } = this;
        board.bytes("pico_module", bytes.length).set(bytes);
        this.module = this.phase("load", "pico_load", bytes.length);
        this.instance = this.phase("instantiate", "pico_instantiate", this.module, stack);
        this.environment = this.phase("environment", "pico_environment", this.instance, stack);
    }

    poolFree() {
        this.board.call("pico_look");
        return this.board.words("pico_memory", 3)[1];
    }

    phase(name, func, ...words) {
        const { result, cycles } = this.board.call(func, ...words);
        if (result === 0) {
            const why = this.board.text("pico_error", 128) || `${name} failed`;
            this.board.call("pico_deinit");
            throw new Error(why);
        }
        this.cycles[name] = cycles;
        this.free.push(this.poolFree());
        return result;
    }

    run(args, { limit = NO_LIMIT } = {}) {
        this.board.setWords("pico_cells", args);
        this.phase("run", "pico_run", this.environment, args.length, limit);
        this.executed = limit - this.board.call("pico_left", this.environment).result;
        return this.board.words("pico_cells", 1)[0];
    }

    unload() {
        const { board, module, instance, environment } = this;
        this.cycles.stop = board.call("pico_stop", module, instance, environment).cycles;
    }

    stop() {
        this.unload();
        this.board.call("pico_deinit");
    }

    /*
     * Runs until the sub-call of that number, counted from 1, and leaves; returns the state's bytes,
     * and keeps how many of them are the memory's.
     */
    suspend(args, at) {
        const { board } = this;
        board.setWords("pico_suspend_at", [at]);
        board.setWords("pico_cells", args);
        const { result, cycles } = board.call("pico_run", this.environment, args.length, NO_LIMIT);
        if (result !== 0 || !board.text("pico_error", 128).endsWith("left")) {
            throw new Error(`no suspension at sub-call ${at}: ${board.text("pico_error", 128)}`);
        }
        this.cycles.suspend = cycles;
        this.alive = board.call("pico_alive").result;
        return board.words("pico_state_bytes", 1)[0];
    }

    /* Goes on in a new instance where suspend() left. */
    resume() {
        this.unload();
        this.load();
        this.phase("resume", "pico_resume", this.environment, NO_LIMIT);
        return this.board.words("pico_cells", 1)[0];
    }

    /* Runs as run() does and keeps the steps, which must be as many as the runtime has metered. */
    trace(args) {
        const { board } = this;
        const { chip, core } = board;
        const table = board.address("handle_table.0");
        const handlers = Array.from({ length: 256 }, (_, i) => chip.readUint32(table + 4 * i) & ~1);
        const isEntry = new Uint8Array(FLASH_BYTES);
        handlers.forEach((handler) => (isEntry[handler - FLASH] = 1));
        const start = board.address("pico_module");
        let last = 0;
        let previous = FLASH;
        [this.addresses, this.entries] = [[], []];
        core.readUint8 = (address) => {
            if (address >= start && address < start + this.bytes.length) {
                last = address - start;
            }
            return chip.readUint8(address);
        };
        board.onStep = (pc) => {
            if (isEntry[pc - FLASH] === 1 && isJump(chip.readUint16(previous)) &&
                handlers[chip.readUint8(start + last)] === pc) {
                this.addresses.push(last);
                this.entries.push(core.cycles);
            }
            previous = pc;
        };
        const result = this.run(args);
        board.onStep = null;
        delete core.readUint8;
        if (this.executed !== this.addresses.length) {
            throw new Error(`traced ${this.addresses.length} instructions of ${this.executed}`);
        }
        return result;
    }

    /*
     * What was traced: {cost, cycles} for each instruction, where cost is the class. The last one
     * leaves the runtime and has no cycles of its own.
     */
    *instructions() {
        const layout = layOut(this.bytes);
        const { addresses, entries } = this;
        const last = addresses.length - 1;
        for (let i = 0; i <= last; i++) {
            yield {
                cost: this.costAt(addresses[i], i < last ? addresses[i + 1] : -1, layout),
                cycles: i < last ? entries[i + 1] - entries[i] : null,
            };
        }
    }

    costAt(at, next, layout) {
        const code = this.bytes[at];
        const name = NAME_OF.get(code);
        if (name === "br_if" && next === at + 2) {
            return "branch_not";
        }
        if (name === "end" && layout.ends.has(at)) {
            return "return";
        }
        if (name === "call" && this.bytes[at + 1] < layout.imports) {
            return "call_native";
        }
        if (CLASS_OF.get(code) === "const" && code < F32_CONST && this.bytes[at + 1] >= 0x80) {
            return "const_wide";
        }
        return CLASS_OF.get(code);
    }
}

module.exports = { Tasklet, POOL_BYTES, STACK_BYTES };

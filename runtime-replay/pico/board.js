"use strict";
/*
 * board.js - a Pico W in the emulator, driven as a debugger would: its functions are called one by
 * one, and each call tells its result and its cycles.
 *
 * Cycles are those of rp2040js's model of the Cortex-M0+: flash and RAM answer without wait
 * states, nothing interrupts. The same firmware and the same calls give the same cycles.
 */
const fs = require("fs");
const { RP2040, LogLevel, ConsoleLogger } = require("rp2040js");
const { readElf } = require("./elf.js");

const FLASH = 0x10000000;
const RAM = 0x20000000;
const CYCLES_MAX = 400e6; /* three seconds of the board: beyond it something hangs */

class Board {
    constructor(firmware) {
        const { segments, symbols } = readElf(fs.readFileSync(firmware));
        this.symbols = symbols;
        this.chip = new RP2040();
        this.chip.logger = new ConsoleLogger(LogLevel.Error);
        for (const { address, data } of segments) {
            this.chip.flash.set(data, address - FLASH);
        }
        this.core = this.chip.core;
        this.core.VTOR = FLASH;
        this.chip.onBreak = (code) => this.onBreak(code);
        this.halt = this.address("pico_halt") & ~1;
        this.onStep = null; /* called with the address of each instruction, if set */
        this.reset();
    }

    reset() {
        this.core.SP = this.address("pico_stack_top");
        this.core.PC = this.address("pico_reset") & ~1;
        this.runToHalt();
    }

    onBreak(code) {
        const place = this.core.LR.toString(16);
        throw new Error(`the firmware stopped with code ${code}, link register 0x${place}`);
    }

    address(name) {
        const symbol = this.symbols.get(name);
        if (symbol === undefined) {
            throw new Error(`the firmware has no ${name}: was it built from this folder?`);
        }
        return symbol.address;
    }

    runToHalt() {
        const { core, onStep, halt } = this;
        const start = core.cycles;
        for (let pc = core.PC; pc !== halt; pc = core.PC) {
            if (onStep !== null) {
                onStep(pc);
            }
            core.executeInstruction();
            if (core.cycles - start > CYCLES_MAX) {
                throw new Error(`no end after ${CYCLES_MAX} cycles`);
            }
        }
        return core.cycles - start;
    }

    /* Calls a function with up to four words; returns its result and its cycles. */
    call(name, ...words) {
        const { core } = this;
        words.forEach((word, i) => (core.registers[i] = word));
        core.LR = this.halt | 1;
        core.PC = this.address(name) & ~1;
        const cycles = this.runToHalt();
        return { result: core.registers[0], cycles };
    }

    bytes(name, size) {
        const start = this.address(name) - RAM;
        return this.chip.sram.subarray(start, start + size);
    }

    words(name, count) {
        const at = this.address(name) - RAM;
        return Array.from({ length: count }, (_, i) => this.chip.sramView.getUint32(at + 4 * i, true));
    }

    setWords(name, words) {
        const at = this.address(name) - RAM;
        words.forEach((word, i) => this.chip.sramView.setUint32(at + 4 * i, word, true));
    }

    text(name, size) {
        const bytes = Buffer.from(this.bytes(name, size));
        return bytes.toString("latin1", 0, bytes.indexOf(0));
    }
}

module.exports = { Board };

"use strict";
/*
 * elf.js - what the emulator needs of a 32-bit little-endian ELF file: the bytes that go into
 * flash, and where the symbols are.
 */

const PT_LOAD = 1;
const SHT_SYMTAB = 2;

const textAt = (bytes, at) => bytes.toString("latin1", at, bytes.indexOf(0, at));

/* Returns [{address, data}]: where each loaded piece lies in flash. */
const readSegments = (bytes) => {
    const [at, size, count] = [bytes.readUInt32LE(28), bytes.readUInt16LE(42), bytes.readUInt16LE(44)];
    const segments = [];
    for (let i = 0; i < count; i++) {
        const header = at + i * size;
        const length = bytes.readUInt32LE(header + 16);
        if (bytes.readUInt32LE(header) === PT_LOAD && length > 0) {
            const start = bytes.readUInt32LE(header + 4);
            segments.push({
                address: bytes.readUInt32LE(header + 12),
                data: bytes.subarray(start, start + length),
            });
        }
    }
    return segments;
};

/* Returns a map from name to {address, size}. */
const readSymbols = (bytes) => {
    const [at, size, count] = [bytes.readUInt32LE(32), bytes.readUInt16LE(46), bytes.readUInt16LE(48)];
    const section = (i) => ({
        type: bytes.readUInt32LE(at + i * size + 4),
        start: bytes.readUInt32LE(at + i * size + 16),
        length: bytes.readUInt32LE(at + i * size + 20),
        link: bytes.readUInt32LE(at + i * size + 24),
    });
    const symbols = new Map();
    for (let i = 0; i < count; i++) {
        const table = section(i);
        if (table.type !== SHT_SYMTAB) {
            continue;
        }
        const names = section(table.link).start;
        for (let s = table.start; s < table.start + table.length; s += 16) {
            symbols.set(textAt(bytes, names + bytes.readUInt32LE(s)), {
                address: bytes.readUInt32LE(s + 4),
                size: bytes.readUInt32LE(s + 8),
            });
        }
    }
    return symbols;
};

const readElf = (bytes) => {
    if (bytes.length < 52 || bytes.readUInt32LE(0) !== 0x464c457f || bytes[4] !== 1) {
        throw new Error("not a 32-bit ELF file");
    }
    return { segments: readSegments(bytes), symbols: readSymbols(bytes) };
};

module.exports = { readElf };

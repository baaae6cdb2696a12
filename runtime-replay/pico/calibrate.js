"use strict";
/*
 * calibrate.js - makes the platform table of the Pico W.
 *     node calibrate.js FIRMWARE.elf TABLE.tsv TASKLETS HEAPS "WAMR version" "compiler" "flags"
 * TASKLETS is a folder of real ones, on which the table is tried, HEAPS one of such with a heap. Every number is a count of an
 * emulated machine, so the same firmware gives the same file. It is written only where it would
 * change.
 */
const fs = require("fs");
const path = require("path");
const { Board } = require("./board.js");
const { measureOpcodes, measureBlockSearch } = require("./opcodes.js");
const {
    measureModules, findSmallestPool, measureStack, tryTable, tryTasklets, measureWorkLoop,
} = require("./costs.js");
const { measureSuspension, trySuspension } = require("./suspension.js");
const { chain } = require("./modules.js");
const { readElf } = require("./elf.js");
const { layOut } = require("./wasm.js");
const { writeTable } = require("./table.js");

const CLOCK_HZ = 133e6;
const EMULATOR = require("./package.json").dependencies.rp2040js; /* pinned */
const CALLS_TRIED = [0, 3, 4, 5, 7];

/* Of each number of sub-calls that is tried, the first tasklet in the folder that makes as many. */
const pickTasklets = (folder) => {
    const names = fs.readdirSync(folder).filter((name) => name.endsWith(".wasm"))
        .sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    const all = names.map((name) => ({ name, bytes: fs.readFileSync(path.join(folder, name)) }));
    return CALLS_TRIED.map((calls) => {
        const found = all.find(({ bytes }) => layOut(bytes).imports === calls);
        if (found === undefined) {
            throw new Error(`${folder} has no tasklet of ${calls} calls`);
        }
        return found;
    });
};

const measureMemory = (board) => {
    const [leaf, longest] = [chain(0, 9), chain(7, 9)];
    return {
        leafBytes: leaf.length, leafPool: findSmallestPool(board, leaf),
        chainBytes: longest.length, chainPool: findSmallestPool(board, longest),
        stack: measureStack(board, longest),
    };
};

const measure = (firmware, folder, heaps, tools) => {
    const board = new Board(firmware);
    const opcodes = measureOpcodes(board);
    const modules = measureModules(board, opcodes);
    const suspension = measureSuspension(board, modules.entry);
    const tasklets = tryTasklets(board, opcodes, modules, pickTasklets(folder));
    const heaped = tryTasklets(board, opcodes, modules, pickTasklets(heaps));
    const chains = (all) => all.filter(({ imports }) => imports > 0);
    const { segments } = readElf(fs.readFileSync(firmware));
    return {
        tools, opcodes, modules, suspension, tasklets, heaped,
        clock: CLOCK_HZ,
        search: measureBlockSearch(board),
        workLoop: measureWorkLoop(board),
        memory: measureMemory(board),
        trials: tryTable(board, opcodes, modules.entry),
        suspended: trySuspension(board, modules.entry, suspension, chains(tasklets)),
        heapsSuspended: trySuspension(board, modules.entry, suspension, chains(heaped)),
        flash: segments.reduce((sum, { data }) => sum + data.length, 0),
    };
};

const main = () => {
    const [firmware, table, folder, heaps, wamr, compiler, flags] = process.argv.slice(2);
    const text = writeTable(measure(firmware, folder, heaps, { wamr, compiler, flags, emulator: EMULATOR }));
    const name = path.relative(path.join(__dirname, "../.."), table);
    if (fs.existsSync(table) && fs.readFileSync(table, "utf8") === text) {
        console.log(`${name}: as it was`);
    } else {
        fs.writeFileSync(table, text);
        console.log(`${name}: written anew; review the difference`);
    }
};

main();

"use strict";
/*
 * calibrate.js - makes the platform table of the Pico W.
 *     node calibrate.js FIRMWARE.elf TABLE.tsv TASKLETS "WAMR version" "compiler" "flags"
 * TASKLETS is a folder of real ones, on which the table is tried.
 * Every number is a count of an emulated machine, so the same firmware gives the same file. The
 * table is written only where it would change.
 */
const fs = require("fs");
const path = require("path");
const { Board } = require("./board.js");
const { measureOpcodes, measureBlockSearch } = require("./opcodes.js");
const {
    measureModules, findSmallestPool, measureStack, tryTable, tryTasklets, measureWorkLoop,
} = require("./costs.js");
const { measureSuspension } = require("./suspension.js");
const { chain } = require("./modules.js");
const { readElf } = require("./elf.js");
const { layOut } = require("./wasm.js");

const CLOCK_HZ = 133e6;
const LEAF = chain(0, 9); /* 68 bytes */

const one = (number) => number.toFixed(1);
const signed = (number) => (number < 0 ? "" : "+") + one(number);
const emulatorVersion = require("./package.json").dependencies.rp2040js; /* pinned */

const row = (group, name, value, unit) => `${group}\t${name}\t${value}\t${unit}`;

const opcodeRows = (opcodes) =>
    Object.entries(opcodes).map(([name, { mean }]) => row("op", name, one(mean), "cycles"));

const suspensionRows = ({ suspend, resume }) => [
    row("suspend", "fixed", one(suspend.weights[0]), "cycles"),
    row("suspend", "byte", one(suspend.weights[1]), "cycles"),
    row("resume", "fixed", one(resume.weights[0]), "cycles"),
    row("resume", "byte", one(resume.weights[1]), "cycles"),
];

const moduleRows = ({ load, start, stop, memory, instance }, suspension) => [
    ...["fixed", "byte", "import", "function"].map((name, i) =>
        row("load", name, one(load.weights[i]), "cycles")),
    row("start", "fixed", one(start.mean), "cycles"),
    row("stop", "fixed", one(stop.mean), "cycles"),
    ...suspensionRows(suspension),
    row("memory", "module_fixed", one(memory.weights[0]), "bytes"),
    row("memory", "module_byte", one(memory.weights[1]), "bytes"),
    row("memory", "instance_fixed", one(instance), "bytes"),
];

/* Where instructions of one class cost different amounts, by how much. */
const spreadLines = (opcodes) => {
    const spread = Object.entries(opcodes).filter(([, { min, max }]) => max > min)
        .map(([name, { min, max }]) => `${name} ${min}..${max}`);
    const lines = [];
    for (const text of spread) {
        const last = lines.length - 1;
        if (last >= 0 && lines[last].length + text.length < 90) {
            lines[last] += `, ${text}`;
        } else {
            lines.push(text);
        }
    }
    return lines;
};

const trialLines = (trials) => {
    const offs = trials.map((trial) => trial.off);
    const range = `${signed(Math.min(...offs))} .. ${signed(Math.max(...offs))} %`;
    return [`The op rows foretell the runs of ${trials.length} mixed modules within ${range}:`,
        ...trials.map((t) => `    ${t.name}: ${signed(t.off)} %`)];
};

/* Real tasklets, of so many sub-calls each: the first in the folder that makes as many. */
const CALLS = [0, 3, 4, 5, 7];
const pickTasklets = (folder) => {
    if (folder === "") {
        return [];
    }
    const names = fs.readdirSync(folder).filter((name) => name.endsWith(".wasm"))
        .sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    const all = names.map((name) => ({ name, bytes: fs.readFileSync(path.join(folder, name)) }));
    return CALLS.map((calls) => all.find(({ bytes }) => layOut(bytes).imports === calls))
        .filter((tasklet) => tasklet !== undefined);
};

const taskletLines = (trials) => {
    const offs = trials.map((trial) => trial.off);
    return trials.length === 0 ? [] : [
        `Tasklets of scenarios/factory.yaml, their whole lives foretold within` +
            ` ${signed(Math.min(...offs))} .. ${signed(Math.max(...offs))} %:`,
        ...trials.map((t) => `    ${t.name}, ${t.bytes} bytes, ${t.imports} calls: ${signed(t.off)} %,` +
            ` run alone ${signed(t.run)} %, load alone ${signed(t.load)} %; ${one(t.perInstruction)} cycles` +
            ` an instruction`),
    ];
};

const range = ({ min, max }) => `${one(min)} .. ${one(max)}`;

const spread = ({ residuals: { min, max } }) => `${signed(min)} .. ${signed(max)} %`;

const main = () => {
    const [firmware, table, tasklets, wamr, compiler, flags] = process.argv.slice(2);
    const board = new Board(firmware);
    const flash = readElf(fs.readFileSync(firmware)).segments.reduce((sum, s) => sum + s.data.length, 0);
    const opcodes = measureOpcodes(board);
    const modules = measureModules(board, opcodes);
    const search = measureBlockSearch(board);
    const trials = tryTable(board, opcodes, modules.entry);
    const suspension = measureSuspension(board, modules.entry);
    const largest = chain(7, 9);
    const { residuals } = modules.load;
    const comments = [
        "nimblesim platform 1",
        "Raspberry Pi Pico W: RP2040, Cortex-M0+, one core. Made by: make calibrate-pico",
        `Runtime: WAMR ${wamr}, classic interpreter, instruction metering, pool allocator.`,
        `Compiler: ${compiler}`,
        `Flags: ${flags}`,
        `Emulator: rp2040js ${emulatorVersion}. Flash and RAM answer without wait states, nothing`,
        "interrupts; division and floats are libgcc's. Nothing was checked on a board.",
        "",
        "An op row is the cycles of one instruction, metering and the jump to the next included: the",
        "mean of samples, 32-bit forms where there are others. Comparisons are alu, square roots",
        "divisions, else an end, br_table a branch. A taken branch out of a block executes the block's",
        "end as well. const is one whose number is one byte long, const_wide a longer one.",
        `The first branch out of each block searches the block's end: ${one(search.fixed)} and ${one(search.byte)} a byte more.`,
        "The samples' spread, in cycles:",
        ...spreadLines(opcodes).map((line) => `    ${line}`),
        ...trialLines(trials),
        ...taskletLines(tryTasklets(board, opcodes, modules, pickTasklets(tasklets))),
        `The loop that tasklets work in takes ${one(measureWorkLoop(board))} cycles an instruction.`,
        "",
        `Load: least squares over ${modules.count} modules of ${modules.sizes[0]} to ${modules.sizes[1]} bytes;` +
            ` residuals ${signed(residuals.min)} .. ${signed(residuals.max)} %, rms ${one(residuals.rms)} %.`,
        `    A byte of a custom section takes ${one(modules.padding)}: charge the others alone.`,
        `Start: instantiate, make the execution environment, find and enter the export (${one(modules.entry)});` +
            ` ${range(modules.start)}.`,
        `    Each page of linear memory that a module starts with adds ${one(modules.page)}: it is cleared.`,
        `Stop: destroy all three; ${range(modules.stop)}. A call_native's handler does nothing.`,
        `Suspend and resume: beyond another load, start and stop; least squares over ${suspension.count} states of` +
            ` ${suspension.states.min} to ${suspension.states.max} bytes,`,
        `    none of them with linear memory; residuals ${spread(suspension.suspend)} and ${spread(suspension.resume)}.`,
        "Memory: bytes of the runtime's pool, for a Wasm stack of 1 KiB. The module's own bytes and",
        `    ${measureStack(board, largest)} bytes of native stack come on top. A ${LEAF.length}-byte leaf needs` +
            ` a pool of ${findSmallestPool(board, LEAF)} bytes,`,
        `    a ${largest.length}-byte chain of seven calls one of smallest_pool.`,
        "Firmware: flash of the runtime with its C library and platform functions.",
    ];
    const rows = [
        row("clock", "frequency", CLOCK_HZ, "Hz"),
        ...opcodeRows(opcodes),
        ...moduleRows(modules, suspension),
        row("memory", "smallest_pool", findSmallestPool(board, largest), "bytes"),
        row("firmware", "text", flash, "bytes"),
    ];
    const text = [...comments.map((line) => `# ${line}`.trimEnd()), ...rows, ""].join("\n");
    const old = fs.existsSync(table) ? fs.readFileSync(table, "utf8") : "";
    const name = path.relative(path.join(__dirname, "../.."), table);
    if (old === text) {
        console.log(`${name}: as it was`);
    } else {
        fs.writeFileSync(table, text);
        console.log(`${name}: written anew; review the difference`);
    }
};

main();

"use strict";
/*
 * table.js - the platform table as text: how it was made and how good it is, then the rows.
 *
 * Everything comes from one object, see calibrate.js. Numbers have one decimal, so that the text does
 * not hang on the last bits of a division.
 */

const WIDTH = 100;

const one = (number) => number.toFixed(1);
const signed = (number) => (number <= -0.05 ? "" : "+") + one(Math.abs(number) < 0.05 ? 0 : number);
const range = ({ min, max }) => `${one(min)} to ${one(max)}`;
const within = (offs) => `${signed(Math.min(...offs))} .. ${signed(Math.max(...offs))} %`;
const residuals = (fit) => within([fit.residuals.min, fit.residuals.max]);

/* A paragraph as comment lines; a number and its per cent stay together. */
const wrap = (text) => {
    const lines = ["#"];
    for (const word of text.trim().split(/\s+(?!%)/)) {
        const last = lines[lines.length - 1];
        if (last.length + 1 + word.length <= WIDTH) {
            lines[lines.length - 1] = `${last} ${word}`;
        } else {
            lines.push(`#   ${word}`);
        }
    }
    return lines;
};

/* ---- how it was made ---- */

const origin = ({ tools }) => [
    "# nimblesim platform 1",
    ...wrap("Raspberry Pi Pico W: RP2040, Cortex-M0+, one core. Made by: make calibrate-pico"),
    ...wrap(`Runtime: WAMR ${tools.wamr}, classic interpreter, instruction metering, pool allocator.`),
    ...wrap(`Compiler: ${tools.compiler}; ${tools.flags}`),
    ...wrap(`Emulator: rp2040js ${tools.emulator}. Flash and RAM answer without wait states, nothing
        interrupts; division and floats are libgcc's. Nothing was checked on a board.`),
];

/* ---- what the rows mean ---- */

const spread = (opcodes) =>
    Object.entries(opcodes).filter(([, { min, max }]) => max > min)
        .map(([name, { min, max }]) => `${name} ${min}..${max}`).join(", ");

const opcodeNotes = ({ opcodes, search, workLoop }) => [
    ...wrap(`op: cycles of one instruction, metering and the jump to the next included. The mean of
        samples, 32-bit forms where there are others. Comparisons are alu, square roots divisions, else
        an end, br_table a branch; const is one whose number is one byte long, const_wide a longer one;
        branch is priced by the one that closes the tasklets' work loop. A taken branch out of a block
        executes the block's end as well; the first out of each block searches it:
        ${one(search.fixed)} cycles and ${one(search.byte)} a byte more. A call_native's handler does
        nothing. The samples' spread: ${spread(opcodes)}.`),
    ...wrap(`The loop that tasklets work in (get, xor, const, mul, get, const, add, tee, br_if) takes
        ${one(workLoop)} cycles an instruction.`),
];

const moduleNotes = ({ modules, suspension, memory }) => [
    ...wrap(`load: least squares over ${modules.count} modules of ${modules.sizes[0]} to
        ${modules.sizes[1]} bytes; residuals ${residuals(modules.load)}, rms
        ${one(modules.load.residuals.rms)} %. A byte of a custom section takes
        ${one(modules.padding)}. function: the module's own ones.`),
    ...wrap(`start: instantiate, make the execution environment, find and enter the export (that:
        ${one(modules.entry)}); ${range(modules.start)}. page: of linear memory that a module starts with,
        cleared at the start and given back at the end. stop: destroy all; ${range(modules.stop)}.`),
    ...wrap(`suspend, resume: beyond another load, start and stop; byte: of frames, globals and what
        stands around them. Least squares over ${suspension.count} states of ${suspension.states.min} to
        ${suspension.states.max} bytes without linear memory; residuals ${residuals(suspension.suspend)}
        and ${residuals(suspension.resume)}. page, memory_byte: what is beyond that in
        ${suspension.filled.count} states with a page of memory and ${suspension.filled.sizes.min} to
        ${suspension.filled.sizes.max} bytes of it alive; residuals
        ${residuals(suspension.filled.suspend)} and ${residuals(suspension.filled.resume)}. A page is
        looked through for its last byte that is not 0 when it is saved, and cleared when it is restored.
        More pages, or more alive, are extrapolated.`),
    ...wrap(`memory: bytes of the runtime's pool, for a Wasm stack of 1 KiB and no linear memory;
        module_byte without custom sections. The binary and ${memory.stack} bytes of native stack come on top. smallest_pool: of
        a ${memory.chainBytes}-byte chain of seven calls; a ${memory.leafBytes}-byte leaf needs
        ${memory.leafPool}. firmware: flash of the runtime, its C library, and what suspends.`),
];

/* ---- how good it is ---- */

const trialNotes = (trials) => [
    ...wrap(`Tried on ${trials.length} mixed modules, the runs by their op rows: within
        ${within(trials.map((t) => t.off))}.`),
    ...trials.map((t) => `#   ${t.name}: ${signed(t.off)} %`),
];

const taskletNotes = (what, tasklets, suspended) => [
    ...wrap(`Tried on tasklets of ${what}, loaded, started, run and stopped: within
        ${within(tasklets.map((t) => t.off))}; suspended and resumed at the first sub-call: within
        ${within(suspended.map((t) => t.off))}.`),
    ...tasklets.map((t) => `#   ${t.name}, ${t.bytes.length} bytes, ${t.imports} calls: ${signed(t.off)} %; ` +
        `run ${signed(t.runOff)} %, load ${signed(t.loadOff)} %; ${one(t.perInstruction)} cycles an instruction`),
];

/* ---- rows ---- */

const row = (group, name, value, unit) => `${group}\t${name}\t${value}\t${unit}`;

/* A fit's weights, a row each. */
const rowsOf = (group, names, { weights }, unit) =>
    names.map((name, i) => row(group, name, one(weights[i]), unit));

const rows = ({ clock, opcodes, modules, suspension, memory, flash }) => [
    row("clock", "frequency", clock, "Hz"),
    ...Object.entries(opcodes).map(([name, { mean }]) => row("op", name, one(mean), "cycles")),
    ...rowsOf("load", ["fixed", "byte", "import", "function"], modules.load, "cycles"),
    row("start", "fixed", one(modules.start.mean), "cycles"),
    row("start", "page", one(modules.page), "cycles"),
    row("stop", "fixed", one(modules.stop.mean), "cycles"),
    ...rowsOf("suspend", ["fixed", "byte"], suspension.suspend, "cycles"),
    ...rowsOf("suspend", ["page", "memory_byte"], suspension.filled.suspend, "cycles"),
    ...rowsOf("resume", ["fixed", "byte"], suspension.resume, "cycles"),
    ...rowsOf("resume", ["page", "memory_byte"], suspension.filled.resume, "cycles"),
    ...rowsOf("memory", ["module_fixed", "module_byte"], modules.memory, "bytes"),
    row("memory", "instance_fixed", one(modules.instance), "bytes"),
    row("memory", "smallest_pool", memory.chainPool, "bytes"),
    row("firmware", "text", flash, "bytes"),
];

const writeTable = (measured) =>
    [
        ...origin(measured), "#",
        ...opcodeNotes(measured), ...moduleNotes(measured), "#",
        ...trialNotes(measured.trials),
        ...taskletNotes("scenarios/factory.yaml", measured.tasklets, measured.suspended),
        ...taskletNotes("the same scenario with heaps of up to 8 KiB", measured.heaped, measured.heapsSuspended),
        ...rows(measured), "",
    ].join("\n");

module.exports = { writeTable };

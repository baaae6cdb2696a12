#!/usr/bin/env -S node --no-warnings
/*
 * The program's WASI module under node, with this folder and all others as it finds them:
 *     node --no-warnings sim/host/node.mjs build-wasm/nimblesim.wasm run scenarios/smoke.yaml
 */
import { readFile } from "node:fs/promises";
import process from "node:process";
import { WASI } from "node:wasi";

const [path, ...words] = process.argv.slice(2);
const wasi = new WASI({
    version: "preview1",
    args: ["nimblesim", ...words],
    env: { ...process.env, PWD: process.cwd() },
    preopens: { "/": "/" },
});
const module = await WebAssembly.compile(await readFile(path));
const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
process.exitCode = wasi.start(instance);

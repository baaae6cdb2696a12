"""The program's WASI module under PyPI's wasmtime, with all folders as it finds them: under-wasmtime.sh."""

import os
import sys

import wasmtime

path, *words = sys.argv[1:]
engine = wasmtime.Engine()
wasi = wasmtime.WasiConfig()
wasi.argv = ["nimblesim", *words]
wasi.env = [*os.environ.items()]
wasi.inherit_stdin()
wasi.inherit_stdout()
wasi.inherit_stderr()
wasi.preopen_dir("/", "/")
store = wasmtime.Store(engine)
store.set_wasi(wasi)
linker = wasmtime.Linker(engine)
linker.define_wasi()
instance = linker.instantiate(store, wasmtime.Module.from_file(engine, path))
try:
    instance.exports(store)["_start"](store)
except wasmtime.ExitTrap as end:
    sys.exit(end.code)

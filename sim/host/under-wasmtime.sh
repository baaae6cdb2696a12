#!/bin/sh
# The program's WASI module under wasmtime, as the package of PyPI has it, which is fetched into
# .deps/wasmtime. WASM_MODULE names another module. 69: there is no wasmtime here.
#     sim/host/under-wasmtime.sh run scenarios/smoke.yaml
here=$(dirname "$0")
module=${WASM_MODULE:-$here/../../build-wasm/nimblesim.wasm}
packages=$here/../../.deps/wasmtime
if [ ! -d "$packages/wasmtime" ]; then
    timeout 120 python3 -m pip install --quiet --disable-pip-version-check --target "$packages" wasmtime==50.0.1 \
        >/dev/null 2>&1 || {
        echo "there is no wasmtime here" >&2
        exit 69
    }
fi
PYTHONPATH=$packages exec python3 "$here/under_wasmtime.py" "$module" "$@"

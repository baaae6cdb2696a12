#!/bin/sh
# The program's WASI module under node, in place of build/nimblesim. WASM_MODULE names another one.
#     sim/host/under-node.sh run scenarios/smoke.yaml
exec node --no-warnings "$(dirname "$0")/node.mjs" \
    "${WASM_MODULE:-$(dirname "$0")/../../build-wasm/nimblesim.wasm}" "$@"

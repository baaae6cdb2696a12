#!/bin/bash
# Writes models/wasmtube/real/tube_module.c: tube.wat beside this as bytes, by wat2wasm.
#     models/wasmtube/real/tube.sh > models/wasmtube/real/tube_module.c
set -eu
echo "/* The module of tube.wat as bytes, made by tube.sh; a test compares. */"
echo '#include "models/wasmtube/real/tube.h"'
echo
echo "const uint8_t tube_module[] = {"
wat2wasm --output=- "$(dirname "$0")/tube.wat" | od -An -v -tx1 | sed 's/ \(..\)/0x\1, /g'
echo "};"
echo "const size_t tube_module_bytes = sizeof tube_module;"

#!/bin/bash
# Has CMake configure the Wasm runtime's build folder; what it says goes to configure.log there, and
# to standard error if it fails.
#     runtime-replay/wamr/configure.sh HERE FOLDER WAMR_DIR CC FLAGS
set -eu
here=$1 folder=$2 wamr=$3 cc=$4 flags=$5

# What programs of ours are linked with is none of its business.
unset LDFLAGS

# A cache that was written elsewhere, or for another compiler, is worse than none.
rm -rf "$folder/CMakeCache.txt" "$folder/CMakeFiles"
cmake -S "$here" -B "$folder" -DWAMR_ROOT_DIR="$wamr" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_C_COMPILER="$cc" -DCMAKE_C_FLAGS="$flags" >"$folder/configure.log" 2>&1 || {
    cat "$folder/configure.log" >&2
    exit 1
}

#!/bin/bash
# Has CMake configure the Wasm runtime's build folder; what it says goes to configure.log there, and
# to standard error if it fails.
#     runtime-replay/wamr/configure.sh HERE FOLDER WAMR_DIR CC FLAGS
set -eu
here=$1 folder=$2 wamr=$3 cc=$4 flags=$5

# A cache that was written elsewhere is of no use here.
cache=$folder/CMakeCache.txt
if [ -e "$cache" ] && ! grep -qxF "CMAKE_CACHEFILE_DIR:INTERNAL=$PWD/$folder" "$cache"; then
    rm -rf "$cache" "$folder/CMakeFiles"
fi
cmake -S "$here" -B "$folder" -DWAMR_ROOT_DIR="$wamr" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_C_COMPILER="$cc" -DCMAKE_C_FLAGS="$flags" >"$folder/configure.log" 2>&1 || {
    cat "$folder/configure.log" >&2
    exit 1
}

#!/bin/bash
# Brings the source of WAMR, the embedded Wasm runtime, into a folder, if it is not there.
#     runtime-replay/wamr/fetch.sh FOLDER
# The crate that carries it is pinned by its version in Cargo.toml and its checksum here. Only its C
# source is kept. Needs cargo 1.85 or later (Debian 12: package cargo-web) and its registry.
set -eu

checksum=ab9efc67ebd6c574684794e3a25933c58d2ad3f1b1078830f8c779974132e0d1
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
if [ -f "$folder/core/iwasm/include/wasm_export.h" ]; then
    exit 0
fi
if [ -e "$folder" ] && [ -n "$(ls -A "$folder")" ]; then
    echo "$folder is no source of WAMR: it has no core/iwasm/include/wasm_export.h." >&2
    echo "  WAMR_DIR= names the folder of a copy of your own, or a new one to fetch it into" >&2
    exit 1
fi

explain() {
    echo "The source of the Wasm runtime could not be fetched (crate wamrx-sys 0.3.0)." >&2
    echo "  with a copy of WAMR 2.4.3 of your own:  make WAMR_DIR=/path/to/wasm-micro-runtime" >&2
    echo "  without tasklets that really run:       make WASM=none" >&2
    exit 1
}

mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp "$here/Cargo.toml" "$work"
echo "Fetching the source of the Wasm runtime (crate wamrx-sys 0.3.0)" >&2
(cd "$work" && timeout 300 cargo vendor --quiet vendor >cargo.log 2>&1) || {
    sed 's/^/  /' "$work/cargo.log" >&2
    explain
}
if ! grep -q "\"package\":\"$checksum\"" "$work/vendor/wamrx-sys/.cargo-checksum.json"; then
    echo "The crate is not the one that was pinned (SHA-256 $checksum)." >&2
    explain
fi
[ -f "$work/vendor/wamrx-sys/wasm-micro-runtime/core/iwasm/include/wasm_export.h" ] || explain
# Another make may have been quicker.
mv -T "$work/vendor/wamrx-sys/wasm-micro-runtime" "$folder" 2>/dev/null ||
    [ -f "$folder/core/iwasm/include/wasm_export.h" ]

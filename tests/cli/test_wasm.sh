#!/bin/bash
# The program as a WASI module under node, where `make wasm` has built it: same digests, a result
# that compares as equal, a page.
. tests/support/tap.sh
module=build-wasm/nimblesim.wasm
smoke=scenarios/smoke.yaml

if ! [ $module -nt "$NIMBLESIM" ] || ! command -v node >/dev/null; then
    echo "ok 1 - the module of 'make wasm' does what the native program does # SKIP no $module newer than the program, or no node"
    echo "1..1"
    exit 0
fi

digest() { sed -n 's/^  "digest": "\(.*\)",$/\1/p'; }
under_node() { sim/host/under-node.sh "$@"; }
are_equal() { "$NIMBLESIM" compare "$1" "$2" | grep -q '^identical: '; }

check 'the module has the digest of the native program' test \
    "$(under_node run $smoke --json 2>/dev/null | digest)" = "$("$NIMBLESIM" run $smoke --json 2>/dev/null | digest)"
under_node run $smoke --set record=calls --out "$TMPDIR/wasm.db" --quiet
"$NIMBLESIM" run $smoke --set record=calls --out "$TMPDIR/native.db" --quiet
for table in call acquisition cache_change link metric bin; do
    check "  and its rows of $table" test \
        "$(query "$TMPDIR/wasm.db" "SELECT * FROM $table" | cksum)" = "$(query "$TMPDIR/native.db" "SELECT * FROM $table" | cksum)"
done
check 'it writes a page' under_node report "$TMPDIR/wasm.db" --out "$TMPDIR/wasm.html"
check '  with a floor' grep -q 'id="floor"' "$TMPDIR/wasm.html"
sim/host/under-wasmtime.sh run $smoke --json >"$TMPDIR/wasmtime.json" 2>"$TMPDIR/err"
if [ $? = 69 ]; then
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - the module under wasmtime # SKIP there is none here"
else
    check 'under wasmtime it has that digest, too' test "$(digest <"$TMPDIR/wasmtime.json")" = \
        "$("$NIMBLESIM" run $smoke --json 2>/dev/null | digest)"
    sim/host/under-wasmtime.sh run $smoke --set record=calls --out "$TMPDIR/wasmtime.db" --quiet
    check '  and leaves a result of equal digests' are_equal "$TMPDIR/wasmtime.db" "$TMPDIR/native.db"
fi
under_node sweep scenarios/sweep-pi5.yaml --out "$TMPDIR/sweep" >"$TMPDIR/said" 2>&1
check 'a sweep, which needs processes, says that there are none' grep -q 'processes could be started' "$TMPDIR/said"
echo "1..$tap_count"

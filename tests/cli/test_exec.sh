#!/bin/bash
# nimblesim exec as a user meets it: results by type, the three ways, states in files, and what is
# said of modules that are broken, hostile or not what an index declares.
# shellcheck disable=SC2016 # a dollar begins a name in Wasm's text format, too
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
tasklets=${TASKLETS:-build/tests/tasklets}
chain=$tasklets/chain.wasm

"$NIMBLESIM" exec "$chain" 7 >"$TMPDIR/out" 2>"$TMPDIR/err"
if grep -q 'built without the Wasm runtime' "$TMPDIR/err"; then
    check 'without the runtime' exits_with 70 exec "$chain" 7
    check '  a hint says what to do' says 'make deps'
    check '  and help still helps' exits_with 0 exec --help
    echo "1..$tap_count"
    exit
fi

result() { sed -n 's/^  result  *//p' "$TMPDIR/out"; }

# ---- what it prints

check 'a tasklet with all that it calls' exits_with 0 exec "$chain" 7 --tasklets "$tasklets"
check '  without a word on standard error' is_silent
check '  has the result of its twin' is_equal "$(result)" \
    "$("$NIMBLESIM" exec "$tasklets/chain.inlined.wasm" 7 | sed -n 's/^  result  *//p')"
check '  says its type and the way' prints 'chain.wasm (i32) -> (i32), suspended'
check '  and how often it suspended' prints 'suspensions    18, .* B of state in the mean'
suspended=$(result)
check 'modules can be kept' exits_with 0 exec "$chain" 7 --tasklets "$tasklets" --mode kept
check '  for the same result' is_equal "$(result)" "$suspended"
check '  with as many suspensions' prints 'suspensions    18, .* B of state in the mean'
check '  and a load a tasklet that is called' prints '^  loads          19$'
for mode in nested reexecuted; do
    check "$mode" exits_with 0 exec "$chain" 7 --tasklets "$tasklets" --mode $mode
    check '  gives the same' is_equal "$(result)" "$suspended"
    check '  without suspending' prints 'suspensions    0$'
done
check 'as JSON' exits_with 0 exec "$chain" 7 --tasklets "$tasklets" --json
check '  is the same' is_equal "i32 $(json '$.results[0].value')" "$suspended"
check '  with its counts' is_equal "$(json '$.sub_calls') $(json '$.suspensions') $(json '$.end')" \
    '18 18 returned'
check 'a wide argument with a minus' exits_with 0 exec "$tasklets/wide.wasm" --tasklets "$tasklets" -- -3
check '  gives a wide result' prints '^  result         i64 '
check 'a float' exits_with 0 exec "$tasklets/floats.wasm" 0.1 --tasklets "$tasklets" --json
check '  gives a float' is_equal "$(json '$.results[0].type')" f64
check 'a hexadecimal argument' exits_with 0 exec "$tasklets/double.wasm" 0xffffffff
check '  is that number' is_equal "$(result)" "$("$NIMBLESIM" exec "$tasklets/double.wasm" -- -1 |
    sed -n 's/^  result  *//p')"

# ---- usage

check 'too few arguments are a usage error' exits_with 2 exec "$chain"
check '  that says the type' says 'chain.wasm: the entry is (i32) -> (i32): it has 1 value, and 0 were'
check 'so is one that is no i32' exits_with 2 exec "$chain" 1.5
check '  which is said' says "'1.5' is no i32"
check 'and one that does not fit' exits_with 2 exec "$chain" 4294967296
check 'and an unknown mode' exits_with 2 exec "$chain" 7 --mode nestd
check 'and a memory without a unit' exits_with 2 exec "$chain" 7 --memory 12
check '  which the message asks for' says 'memory'
check 'a result without a state' exits_with 2 exec "$chain" 7 --result 3
check 'help shows an example first' exits_with 0 exec --help
check '  on standard output' prints 'nimblesim exec build/tests/tasklets/chain.wasm 7'

# ---- in another process

state=$TMPDIR/chain.state
check 'to the first sub-call' exits_with 0 exec "$chain" 7 --save "$state" --json
check '  which is told' is_equal "$(json '$.saved.name') $(json '$.saved.type')" 'double (i32) -> (i32)'
argument=$(json '$.saved.arguments[0].value')
check '  and the state is there' test -s "$state"
check 'a state is not replaced' exits_with 73 exec "$chain" 7 --save "$state"
check '  unless by force' exits_with 0 exec "$chain" 7 --save "$state" --force
check '  to the last byte the same' is_equal "$(cksum <"$state")" \
    "$("$NIMBLESIM" exec "$chain" 7 --save "$TMPDIR/again" >/dev/null && cksum <"$TMPDIR/again")"
answer=$("$NIMBLESIM" exec "$tasklets/double.wasm" "$argument" | sed -n 's/^  result  *i32 //p')
check 'on from there to the end' exits_with 0 exec "$chain" --resume "$state" --result "$answer" \
    --tasklets "$tasklets"
check '  with the same result' is_equal "$(result)" "$suspended"
# One sub-call after the other, each in a process of its own.
by_hand() {
    local count=1 name arguments
    while [ $count -lt 100 ]; do
        "$NIMBLESIM" exec "$chain" --resume "$state" ${answer:+--result "$answer"} \
            --save "$state.next" --json >"$TMPDIR/out" 2>/dev/null
        [ "$(json '$.end')" = saved ] || break
        name=$(json '$.saved.name')
        mapfile -t arguments < <(json '$.saved.arguments[0].value')
        answer=$("$NIMBLESIM" exec "$tasklets/$name.wasm" -- "${arguments[@]}" |
            sed -n 's/^  result  *\(i32 \|nothing\)//p')
        mv "$state.next" "$state"
        count=$((count + 1))
    done
    echo "$count i32 $(json '$.results[0].value')"
}
check 'all sub-calls by hand give it, too' is_equal "$(by_hand)" "18 $suspended"

# Any tasklet, each part of it between two sub-calls in a process of its own, and its sub-tasklets
# in theirs. Values travel as they are printed.
values() { sed -n "/\"$1\"/,/]/s/.*\"value\": //p" "$2"; } # arguments|results FILE
part() { "$NIMBLESIM" exec "$@" --json --force --save "$TMPDIR/part.next" >"$TMPDIR/part.json"; }
in_parts() { # MODULE FOLDER ARGUMENT...
    local module=$1 folder=$2 name arguments answer
    local first=("${@:3}")
    "$NIMBLESIM" exec "$module" --json --force --save "$TMPDIR/part.next" -- "${first[@]}" \
        >"$TMPDIR/part.json"
    while grep -q '"end": "saved"' "$TMPDIR/part.json"; do
        mv "$TMPDIR/part.next" "$TMPDIR/part"
        name=$(sed -n 's/.*"name": "\(.*\)",/\1/p' "$TMPDIR/part.json")
        mapfile -t arguments < <(values arguments "$TMPDIR/part.json")
        "$NIMBLESIM" exec "$folder/$name.wasm" --json -- "${arguments[@]}" >"$TMPDIR/sub.json"
        answer=$(values results "$TMPDIR/sub.json")
        part "$module" --resume "$TMPDIR/part" ${answer:+"--result=$answer"}
    done 2>/dev/null
    values results "$TMPDIR/part.json"
}
at_once() { # MODULE FOLDER ARGUMENT...
    "$NIMBLESIM" exec "$1" --json --mode nested --tasklets "$2" -- "${@:3}" >"$TMPDIR/whole.json"
    values results "$TMPDIR/whole.json"
}
same_in_parts() {
    local whole
    whole=$(at_once "$@")
    [ -n "$whole" ] && is_equal "$(in_parts "$@")" "$whole"
}
for call in 'chain 7' 'recursion -3' 'globals 5' 'memory 11' 'pageless 4' 'floats -0.7' \
    'wide -81985529216486896' 'several 3 -4'; do
    read -r name values <<<"$call"
    # shellcheck disable=SC2086 # one word an argument
    check "$name from process to process" same_in_parts "$tasklets/$name.wasm" "$tasklets" $values
done
generated=$TMPDIR/generated
"$NIMBLESIM" taskgen scenarios/smoke.yaml --wasm "$generated" --quiet \
    --set platform.instruction_time='30 us'
grep -v '^#' "$generated/index.tsv" | while IFS=$'\t' read -r variant _ name file _; do
    [ "$variant" != nimble ] || cp "$generated/$file" "$generated/$name.wasm"
done
for chain_number in 0 1 2; do
    check "a generated chain, number $chain_number" same_in_parts \
        "$generated/nimble/chain-$chain_number.wasm" "$generated" 42
    check '  gives what its twin gives' is_equal "$(values results "$TMPDIR/part.json")" \
        "$(at_once "$generated/monolithic/chain-$chain_number.wasm" "$generated" 42)"
done

# Chains with a heap: three ways and the twin, the heap in the state to the last byte, from process
# to process, and states that were tampered with.
heaps=$TMPDIR/heaps
"$NIMBLESIM" taskgen scenarios/smoke.yaml --wasm "$heaps" --quiet --set taskset.heap='3001 B' \
    --set platform.instruction_time='3 us'
grep -v '^#' "$heaps/index.tsv" | while IFS=$'\t' read -r variant _ name file _; do
    [ "$variant" != nimble ] || cp "$heaps/$file" "$heaps/$name.wasm"
done
valid() { for module in "$heaps"/*/*.wasm; do wasm-validate "$module" || return; done; }
check 'binaries with a heap are valid' valid
for chain_number in 0 1 2; do
    module=$heaps/nimble/chain-$chain_number.wasm
    twin=$(at_once "$heaps/monolithic/chain-$chain_number.wasm" "$heaps" 42)
    for mode in nested suspended kept reexecuted; do
        check "a chain with a heap, number $chain_number, $mode" exits_with 0 exec "$module" 42 \
            --tasklets "$heaps/index.tsv" --mode $mode
        check '  gives what its twin gives' is_equal "$(result)" "i32 $twin"
        case $mode in suspended | kept)
            check '  and saved its heap, a global and 80 B each time' prints ', 3088.0 B of state' ;;
        esac
    done
    check '  from process to process' same_in_parts "$module" "$heaps" 42
done
module=$heaps/nimble/chain-0.wasm
exits_with 0 exec "$module" 42 --save "$TMPDIR/heap.state"
check '  of so many bytes in all' prints ', 3088 B$'
tampered() { # OFFSET: of the file's end, where the heap is
    cp "$TMPDIR/heap.state" "$TMPDIR/tampered.state"
    printf '\0' | dd of="$TMPDIR/tampered.state" bs=1 seek="$1" conv=notrunc status=none
    exits_with 65 exec "$module" --resume "$TMPDIR/tampered.state" --result 3
}
bytes=$(stat -c %s "$TMPDIR/heap.state")
check 'a heap with another byte is refused' tampered $((bytes - 100))
check 'and one in its middle' tampered $((bytes - 1500))
head -c $((bytes - 1500)) "$TMPDIR/heap.state" >"$TMPDIR/tampered.state"
check 'and half a heap' exits_with 65 exec "$module" --resume "$TMPDIR/tampered.state" --result 3
"$NIMBLESIM" taskgen scenarios/smoke.yaml --wasm "$heaps" --quiet --force \
    --set taskset.heap='3005 B' --set platform.instruction_time='3 us'
check 'the state of one with another heap is of another module' exits_with 65 exec "$module" \
    --resume "$TMPDIR/heap.state" --result 3
check '  which is said' says 'was saved by another module than'

check 'a tasklet that calls nothing saves nothing' exits_with 1 exec "$tasklets/double.wasm" 3 \
    --save "$TMPDIR/none"
check '  and says so' says 'returned without a sub-call'
check '  and nothing is written' test ! -e "$TMPDIR/none"

exits_with 0 exec "$chain" 7 --save "$state" --force
check 'a result that is missing is a usage error' exits_with 2 exec "$chain" --resume "$state"
check '  that names the sub-call' says "the result of 'double' is (i32) -> (i32)"
check 'a state of another module is refused' exits_with 65 exec "$tasklets/memory.wasm" \
    --resume "$state" --result 3
check '  by name' says 'was saved by another module than'
head -c 50 "$state" >"$TMPDIR/short"
check 'half a state is refused' exits_with 65 exec "$chain" --resume "$TMPDIR/short" --result 3
check '  as what it is' says 'is no whole saved state'
check 'a missing state is missing input' exits_with 66 exec "$chain" --resume "$TMPDIR/no" --result 3

# ---- broken and hostile modules

wat() { # NAME TEXT
    echo "$2" >"$TMPDIR/$1.wat"
    wat2wasm -o "$TMPDIR/$1.wasm" "$TMPDIR/$1.wat"
}
broken() { # CODE NAME WHAT ARGUMENT...
    local code=$1 name=$2 what=$3
    shift 3
    check "$name" exits_with "$code" exec "$TMPDIR/$name.wasm" "$@"
    check "  $what" says "error:   $TMPDIR/$name.wasm: $what"
    check '  in one line' is_equal "$(grep -vc 'hint: ' "$TMPDIR/err")" 1
}
: >"$TMPDIR/empty.wasm"
broken 65 empty '0 bytes are not a module'
head -c 60 "$chain" >"$TMPDIR/cut.wasm"
broken 65 cut 'not a valid module: '
broken 66 absent 'cannot be read: No such file'
wat starts '(module (func $f) (start $f) (func (export "run")))'
broken 65 starts 'has a start function; a tasklet runs when called'
wat nameless '(module (func))'
broken 65 nameless "exports 0 functions, none of them named 'run'"
wat memory-import '(module (import "" "m" (memory 1)) (func (export "run")))'
broken 65 memory-import 'imports a memory, table or global'
wat two-results '(module (import "" "two" (func (result i32 i32))) (func (export "run")))'
broken 65 two-results "imports 'two' as () -> (i32, i32)"
wat obeys '(module (import "" "\1b[2J" (func)) (func (export "run") (call 0)))'
broken 65 obeys 'import 0 has no name of 1 to 63 printable'
wat endless '(module (func (export "run") (loop (br 0))))'
broken 1 endless 'stopped: the run may execute 1000 instructions' --budget 1000
check '  at its budget' prints '^  instructions   1000, '
broken 1 endless 'stopped: the run takes longer than 100 ms' --budget 999999999999 --timeout '100 ms'
wat caller '(module (import "" "double" (func $f (param i32) (result i32))) (memory 10)
    (func (export "run") (loop (drop (call $f (i32.const 1))) (br 0))))'
check 'sub-calls are capped' exits_with 1 exec "$TMPDIR/caller.wasm" --sub-calls 30 --tasklets "$tasklets"
check '  which is said' says 'stopped: the run may make 30 sub-calls'
check 'a timeout has a unit' exits_with 2 exec "$TMPDIR/endless.wasm" --timeout 5
wat vast '(module (memory 65536) (func (export "run") (i32.store (i32.const -4) (i32.const 1))))'
broken 1 vast 'needs more than the 1048576 bytes'
wat grows '(module (memory 1) (func (export "run") (result i32 i32)
    (memory.grow (i32.const 65535)) (memory.size)))'
check 'a memory that would grow to 4 GiB' exits_with 0 exec "$TMPDIR/grows.wasm"
check '  does not' prints '^  result         i32 -1, i32 1'
wat outside '(module (memory 1) (func (export "run") (i32.store (i32.const 65533) (i32.const 1))))'
broken 1 outside 'out of bounds memory access'
wat deep '(module (func $f (export "run") (call $f)))'
broken 1 deep 'wasm operand stack overflow'
wat itself '(module (import "" "itself" (func $f)) (func (export "run") (call $f)))'
broken 1 itself 'more than 64 tasklets call each other' --tasklets "$TMPDIR"
wat lonely '(module (import "" "nobody" (func $f)) (func (export "run") (call $f)))'
broken 66 lonely "calls 'nobody', which is not there" --tasklets "$TMPDIR"
wat sly '(module (import "" "../out" (func $f)) (func (export "run") (call $f)))'
mkdir -p "$TMPDIR/inside"
cp "$TMPDIR/deep.wasm" "$TMPDIR/out.wasm"
broken 66 sly "calls '../out', which is not there" --tasklets "$TMPDIR/inside"
wat unlike '(module (import "" "double" (func $f (param f32))) (func (export "run") (call $f (f32.const 1))))'
broken 65 unlike "imports 'double' as (f32) -> (), but it is (i32) -> (i32)" --tasklets "$tasklets"
check 'a folder is no module' exits_with 65 exec "$TMPDIR"
check '  which is said' says 'not a regular file'

# ---- an index

check 'a taskset is emitted' exits_with 0 taskgen scenarios/smoke.yaml --wasm "$TMPDIR/set" --quiet
index=$TMPDIR/set/index.tsv
row=$(awk -F '\t' '$1 == "nimble" && $4 ~ /chain-1\.wasm$/ { print $4 }' "$index")
twin=$(awk -F '\t' '$1 == "monolithic" && $4 ~ /chain-1\.wasm$/ { print $4 }' "$index")
check 'its first chain finds its sub-tasklets by the index' exits_with 0 exec "$TMPDIR/set/$row" 5 \
    --tasklets "$index" --budget 9000000000 --mode nested
of_chain=$(result)
check '  and by its folder' exits_with 0 exec "$TMPDIR/set/$row" 5 --tasklets "$TMPDIR/set" \
    --budget 9000000000 --mode nested
check '  with the same result' is_equal "$(result)" "$of_chain"
check '  but not in the folder of the files alone' exits_with 66 exec "$TMPDIR/set/$row" 5 \
    --tasklets "$TMPDIR/set/nimble"
check '    and is told what to name' says "the folder that 'taskgen --wasm' wrote"
check '  its twin needs none' exits_with 0 exec "$TMPDIR/set/$twin" 5 --tasklets "$index" \
    --budget 9000000000
check '  and gives the same' is_equal "$(result)" "$of_chain"
cp "$TMPDIR/set/$row" "$TMPDIR/kept"
printf '\0\1\0' >>"$TMPDIR/set/$row"
check 'a file that has grown since' exits_with 65 exec "$TMPDIR/set/$row" 5 --tasklets "$index"
check '  is refused' says 'bytes, but its index declares'
# The work loop counts down by one: now by two.
sed 's/\x41\x7f/\x41\x7e/' "$TMPDIR/kept" >"$TMPDIR/set/$row"
check 'a file with other bytes' exits_with 65 exec "$TMPDIR/set/$row" 5 --tasklets "$index"
check '  is refused' says 'has the hash .*, but its index declares'
other() { # SED-SCRIPT: an index that is changed by it is bad data
    sed "$1" "$index" >"$TMPDIR/set/other.tsv"
    exits_with 65 exec "$chain" 5 --tasklets "$TMPDIR/set/other.tsv"
}
check 'an index that leads out of its folder' other '7s|\tnimble/|\tnimble/../../|'
check '  is refused' says "lies outside of the folder"
check 'an index without a column' other '7s/\t[^\t]*$//'
check '  is none' says 'other.tsv:7: 8 columns with a tab between them, but 9 belong here'
check 'nor is one with a size that is none' other '6s/\.wasm\t[0-9]*/.wasm\tmuch/'
check '  which is said' says 'other.tsv:6: size_bytes: "much" is no whole number'
check 'nor is one without rows' other '/^[^#]/d'
check '  which is said' says 'the table ends without a row'
check 'nor is another table' other '1d'
check '  which is said' says 'no binaries table'
mv "$TMPDIR/set/nimble" "$TMPDIR/set/elsewhere"
check 'a file that an index declares and that is gone' exits_with 66 exec \
    "$TMPDIR/set/elsewhere/chain-2.wasm" 5 --tasklets "$index"
check '  is missing by its path' says 'nimble/algorithm-[0-9]*.wasm: cannot be read: No such file'
check 'a missing place is missing input' exits_with 66 exec "$chain" 5 --tasklets "$TMPDIR/nowhere"

echo "1..$tap_count"

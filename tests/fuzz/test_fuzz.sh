#!/bin/bash
# Each fuzzer on its corpus and on inputs made of it by chance, with whatever sanitizers the program
# was built with: FUZZ_S seconds in all (default: a minute where there are some, else six seconds).
# FUZZ_SEED=N draws other inputs, the same ones each time. `make fuzz` is guided by what is reached, and finds more in the same time.
set -u
build=$(dirname "$NIMBLESIM")
seed=${FUZZ_SEED:-1}
if [[ $build == *-address* ]]; then
    total_s=${FUZZ_S:-60}
else
    total_s=${FUZZ_S:-6}
fi
fuzzers=("$build"/tests/fuzz/driven_*)
share_s=$(awk "BEGIN { print $total_s / ${#fuzzers[@]} }")
findings=$build/findings
count=0
echo "# FUZZ_SEED=$seed, $share_s s each"
for fuzzer in "${fuzzers[@]}"; do
    name=$(basename "$fuzzer")
    name=${name#driven_}
    count=$((count + 1))
    if tried=$("$fuzzer" "tests/fuzz/corpus/$name" "tests/fuzz/$name.dict" "$share_s" "$seed" \
        "$TMPDIR/current" 2>"$TMPDIR/err"); then
        echo "ok $count - $name: $tried inputs"
    else
        code=$?
        length=$(od -An -t u8 -N 8 "$TMPDIR/current" | tr -d ' ')
        mkdir -p "$findings"
        tail -c +9 "$TMPDIR/current" | head -c "$length" >"$findings/$name-$seed"
        grep -aE 'ERROR: |runtime error: |SUMMARY|^ +#[0-9]+ |:[0-9]+: ' "$TMPDIR/err" | head -n 30 | sed 's/^/# /'
        echo "# exit code $code; the input is $findings/$name-$seed:"
        head -c 600 "$findings/$name-$seed" | base64 | sed 's/^/#   /'
        echo "not ok $count - $name"
    fi
done
echo "1..$count"

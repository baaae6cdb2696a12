#!/bin/bash
# Each fuzzer on its corpus and on inputs made of it by chance, with whatever sanitizers the program
# was built with: as many as minute.tsv says, which takes about a minute under AddressSanitizer, and
# a tenth of them without. It is the same inputs each time: FUZZ_SEED=N draws others, FUZZ_S=N goes
# on for so many seconds in all. `make fuzz` is guided by what is reached, and finds more.
set -u
build=$(dirname "$NIMBLESIM")
seed=${FUZZ_SEED:-1}
part=10
if [[ $build == *-address* ]]; then
    part=1
fi
fuzzers=("$build"/tests/fuzz/driven_*)

# how long NAME goes on
limit_of() {
    if [ -n "${FUZZ_S:-}" ]; then
        awk "BEGIN { print $FUZZ_S / ${#fuzzers[@]} \"s\" }"
    else
        awk -v name="$1" -v part="$part" '$1 == name { print int($2 / part) }' tests/fuzz/minute.tsv
    fi
}

findings=$build/findings
count=0
echo "# FUZZ_SEED=$seed"
for fuzzer in "${fuzzers[@]}"; do
    name=$(basename "$fuzzer")
    name=${name#driven_}
    count=$((count + 1))
    if tried=$("$fuzzer" "tests/fuzz/corpus/$name" "tests/fuzz/$name.dict" "$(limit_of "$name")" "$seed" \
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

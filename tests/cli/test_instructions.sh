#!/bin/bash
# Runs may not come to cost more than the record says without somebody saying why: the instructions of
# smoke and factory, over both transports, against tests/bench/record.tsv.
set -u
bench=tests/bench/instructions.sh
count=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

while IFS= read -r line; do
    case $line in
    "ok "* | "not ok "*) count=$((count + 1)) ;;
    1..*) continue ;;
    esac
    echo "$line"
done < <($bench floor "$NIMBLESIM")
if [ "$count" -ne 4 ]; then
    count=$((count + 1))
    echo "not ok $count - two scenarios are counted over two transports"
fi

# With a record of 3 % less the same runs are over it.
count=$((count + 1))
title="what costs 3 % more than the record is told"
awk -F '\t' -v OFS='\t' '/^[^#]/ { $6 = int($6 / 1.03) } { print }' tests/bench/record.tsv >"$work/less"
BENCH_INSTRUCTIONS=$work/less FLOOR=smoke $bench floor "$NIMBLESIM" >"$work/floor"
if grep -q '# SKIP' "$work/floor"; then
    echo "ok $count - $title $(grep -m 1 -o '# SKIP.*' "$work/floor")"
elif [ "$(grep -c '^not ok' "$work/floor")" -eq 2 ]; then
    echo "ok $count - $title"
else
    echo "not ok $count - $title"
    sed 's/^/# /' "$work/floor"
fi
echo "1..$count"

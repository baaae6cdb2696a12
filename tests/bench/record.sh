#!/bin/sh
# record.sh PROGRAM... - runs the benchmarks, keeps their figures, compares with the last record.
#
# The record is results/bench.tsv (BENCH_RECORD=FILE for another): time, commit, name, value,
# unit. A figure's ratio is now against last time; lower is better, 1.00 is no change. Only
# figures of one machine can be compared, so the record is not in git.
set -eu

if [ $# -eq 0 ]; then
    echo "usage: tests/bench/record.sh build/tests/bench/hold ..." >&2
    exit 2
fi

root=$(dirname "$0")/../..
record=${BENCH_RECORD:-$root/results/bench.tsv}
output=$(mktemp)
trap 'rm -f "$output"' EXIT

for program in "$@"; do
    echo "== $program"
    "$program" >"$output.one" || { rm -f "$output.one"; exit 1; }
    grep -v '^bench ' "$output.one" || true
    grep '^bench ' "$output.one" >>"$output" || true
    rm -f "$output.one"
done

now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
commit=$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)
mkdir -p "$(dirname "$record")"
[ -f "$record" ] || : >"$record"

echo "== against the last record"
awk -v record="$record" -v now="$now" -v commit="$commit" '
    BEGIN {
        while ((getline line < record) > 0) {
            split(line, field, "\t")
            last[field[3]] = field[4]
            when[field[3]] = field[2]
        }
        printf "%-28s %12s %12s %8s  %s\n", "figure", "now", "last", "ratio", "unit"
    }
    {
        name = $2
        if (last[name] > 0) {
            printf "%-28s %12s %12s %8.2f  %s (%s)\n", name, $3, last[name], $3 / last[name], $4, when[name]
        } else {
            printf "%-28s %12s %12s %8s  %s\n", name, $3, "-", "-", $4
        }
        printf "%s\t%s\t%s\t%s\t%s\n", now, commit, name, $3, $4 >> record
    }
' "$output"

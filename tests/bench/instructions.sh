#!/bin/bash
# instructions.sh floor|bench|update PROGRAM - what runs cost, counted in instructions.
#
# A count hardly knows how busy a machine is, nor how fast: callgrind counts what worlds take from
# creation to the end-of-run accounts, without the program's start, its output and its libraries'. Per
# compiler, tests/bench/record.tsv has the counts as they were when somebody last said why they changed:
#     floor    smoke and factory again, as TAP: none may take over 2 % more than recorded
#     bench    all scenarios, both transports, and growth with the nodes; nothing is changed
#     update   the same, and writes the record's rows of this compiler anew
# GROWTH='12 48' grows so far only, FLOOR=smoke is a shorter floor. Both transports up to FULL_MOST nodes, since without short cuts
# events grow with the square.
set -euo pipefail

if [ $# -ne 2 ]; then
    echo "usage: tests/bench/instructions.sh floor|bench|update build/nimblesim" >&2
    exit 2
fi
what=$1
program=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
record=${BENCH_INSTRUCTIONS:-$root/tests/bench/record.tsv}
growth=${GROWTH:-12 48 192 768 3072}
full_most=${FULL_MOST:-192}
floors=${FLOOR:-smoke factory}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# As the record's first column has it: "gcc 12.2.0 x86_64".
compiler_of() {
    "$1" --version | sed -n '1s/^.*), \([^ ]*\) .* \([0-9][0-9.]*\)$/\1 \2/p' |
        sed "s/\$/ $(uname -m)/"
}

# Another optimization, or a sanitizer's code, has other counts, and nobody asks for these.
is_release() {
    local flags
    flags=$(dirname "$1")/flags
    [ -f "$flags" ] && grep -q -- ' -O2 ' "$flags" &&
        ! grep -q -e -fsanitize -e --coverage "$flags"
}

# One line of the record without the compiler: name, transport, calls, events, instructions.
count() { # NAME TRANSPORT SCENARIO [run's options]
    local name=$1 transport=$2 scenario=$3
    shift 3
    valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=world_create \
        --toggle-collect=world_run --toggle-collect=world_close --toggle-collect=world_destroy \
        --toggle-collect=calls_draw \
        "$program" run "$root/scenarios/$scenario.yaml" --replication 1 --threads 1 --quiet --json \
        --transport "$transport" "$@" >"$work/run.json" 2>"$work/callgrind" ||
        { cat "$work/callgrind" >&2; return 1; }
    awk -v name="$name" -v transport="$transport" '
        $2 == "Collected" { instructions = $4 }
        $1 == "\"events\":" { events += $2 }
        $1 == "\"calls\":" { calls += $2 }
        END {
            if (instructions + 0 == 0 || calls == 0) {
                print "nothing was counted of " name > "/dev/stderr"
                exit 1
            }
            printf "%s\t%s\t%d\t%d\t%s\n", name, transport, calls, events, instructions
        }' "$work/callgrind" "$work/run.json"
}

# The factory at the same density, as factory-x4.yaml grows it.
count_grown() { # NODES TRANSPORT
    local columns rows
    columns=$(awk -v n="$1" 'BEGIN { print int(sqrt(n * 4 / 3) + 0.5) }')
    rows=$((columns * 3 / 4))
    count "nodes-$1" "$2" factory --set duration='300 s' \
        --set nodes.columns="$columns" --set nodes.rows="$rows" \
        --set floor.width="$((20 * columns)) m" --set floor.height="$((20 * rows)) m" \
        --set robots.count="$((columns * rows * 5 / 3))" \
        --set robots.noise.feature="$((67 * columns)) s"
}

recorded() { # NAME TRANSPORT: the instructions, or nothing
    awk -F '\t' -v compiler="$compiler" -v name="$1" -v transport="$2" \
        '$1 == compiler && $2 == name && $3 == transport { print $6 }' "$record"
}

# ---- floor ----

why_skipped() {
    if ! command -v valgrind >/dev/null 2>&1; then
        echo "there is no valgrind"
    elif ! is_release "$program"; then
        echo "not a build by -O2 without sanitizers"
    elif [ -z "$(recorded smoke auto)" ]; then
        echo "not on record: $compiler"
    fi
}

floor() {
    local number=0 why scenario transport was now
    why=$(why_skipped)
    for scenario in $floors; do
        for transport in auto full; do
            number=$((number + 1))
            local title="$scenario, transport $transport: no more than 2 % over the record"
            if [ -n "$why" ]; then
                echo "ok $number - $title # SKIP $why"
                continue
            fi
            was=$(recorded "$scenario" "$transport")
            now=$(count "$scenario" "$transport" "$scenario" | cut -f 5) || true
            if [ -n "$now" ] && [ "$now" -le $((was + was / 50)) ]; then
                echo "ok $number - $title"
            else
                echo "not ok $number - $title"
            fi
            echo "# $now instructions, $was on record"
        done
    done
    echo "1..$number"
}

# ---- bench ----

count_all() {
    local scenario nodes
    for scenario in smoke factory factory-x4; do
        count "$scenario" auto "$scenario"
        count "$scenario" full "$scenario"
    done
    count factory-x16 auto factory-x16
    for nodes in $growth; do
        count_grown "$nodes" auto
        [ "$nodes" -gt "$full_most" ] || count_grown "$nodes" full
    done
}

# Beside the record, a line each; then the exponents of growth.
show() {
    awk -F '\t' -v compiler="$compiler" '
        # The least-squares slope of log over log nodes, between least and most of them.
        function fit(transport, least, most,    i, n, x, events, instructions) {
            n = sum_x = sum_xx = first = last = 0
            sum_events = sum_instructions = sum_x_events = sum_x_instructions = 0
            for (i = 1; i <= sizes[transport]; i++) {
                x = size[transport, i]
                if (x < least || x > most) {
                    continue
                }
                first = first > 0 ? first : x
                last = x
                events = log(value[transport, x, "events"])
                instructions = log(value[transport, x, "instructions"])
                x = log(x)
                n++
                sum_x += x
                sum_xx += x * x
                sum_events += events
                sum_x_events += x * events
                sum_instructions += instructions
                sum_x_instructions += x * instructions
            }
            if (n > 1) {
                printf "growth from %d to %d nodes, %s: events n^%.2f, instructions n^%.2f\n", first, last,
                       transport, (n * sum_x_events - sum_x * sum_events) / (n * sum_xx - sum_x ^ 2),
                       (n * sum_x_instructions - sum_x * sum_instructions) / (n * sum_xx - sum_x ^ 2)
            }
        }
        NR == FNR { if ($1 == compiler) { was[$2, $3] = $6 } next }
        FNR == 1 {
            printf "%-12s %-9s %8s %11s %15s %13s %8s\n", "scenario", "transport", "calls", "events",
                   "instructions", "per call", "of last"
        }
        {
            last = was[$1, $2] > 0 ? sprintf("%.3f", $5 / was[$1, $2]) : "-"
            printf "%-12s %-9s %8d %11d %15s %13.0f %8s\n", $1, $2, $3, $4, $5, $5 / $3, last
        }
        sub(/^nodes-/, "", $1) {
            size[$2, ++sizes[$2]] = $1
            value[$2, $1, "events"] = $4
            value[$2, $1, "instructions"] = $5
        }
        END {
            fit("auto", 48, 768)
            fit("auto", 12, 3072)
            fit("full", 12, 3072)
        }' "$record" "$work/counts"
}

write_record() {
    { grep '^#' "$record"
      { grep -v -e '^#' "$record" | awk -F '\t' -v compiler="$compiler" '$1 != compiler' || true
        sed "s/^/$compiler\t/" "$work/counts"; }
    } >"$work/record"
    cp "$work/record" "$record"
}

compiler=$(compiler_of "$program")
case $what in
floor) floor ;;
bench | update)
    command -v valgrind >/dev/null 2>&1 || { echo "instructions: there is no valgrind" >&2; exit 0; }
    is_release "$program" || { echo "instructions: of builds by -O2 alone" >&2; exit 0; }
    count_all >"$work/counts"
    show
    [ "$what" = bench ] || write_record
    ;;
*) echo "instructions.sh: floor, bench or update?" >&2; exit 2 ;;
esac

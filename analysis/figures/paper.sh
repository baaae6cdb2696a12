#!/bin/bash
# Runs a scenario, holds the paper's numbers beside ours and draws its figures, into FOLDER; the
# pictures and the table also into the gallery. Ends with 1 where a band is missed, at the end: the
# figures are most welcome when something is off.
# LIST names further scenarios, one a line, whose rows stand in the same table; one behind "towards"
# also has a ledger of what leads from the first scenario to it; one behind "testbed" is run by real
# processes where that is possible, and the table says whether it was.
#     PROGRAM=build/nimblesim analysis/figures/paper.sh SCENARIO.yaml FOLDER GALLERY [LIST]
set -eu
scenario=$1 folder=$2 gallery=$3
result=$folder/$(basename "$scenario" .yaml).db
list=${4:-}

# Says the file that holds the result of a further scenario; one with a sweep is swept and merged.
measured() { # SCENARIO
    local name
    name=$folder/$(basename "$1" .yaml)
    if grep -q '^sweep:' "$1"; then
        rm -rf "$name"
        "$PROGRAM" sweep "$1" --out "$name" --quiet >&2
        "$PROGRAM" merge "$name" --out "$name.db" --force >&2
    else
        "$PROGRAM" run "$1" --set record=calls --out "$name.db" --force --quiet >&2
    fi
    echo "$name.db"
}

# The same over real processes, which come to the same numbers; simulated where there can be none.
measured_for_real() { # SCENARIO
    local name
    name=$folder/$(basename "$1" .yaml)
    if "$PROGRAM" testbed "$1" --no-exec --threads "$(nproc)" --set record=calls --out "$name.db" \
        --force --quiet >&2; then
        echo "$name.db"
    else
        echo "$PROGRAM: no testbed can be had here: $1 is simulated" >&2
        measured "$1"
    fi
}

# What each mechanism in which a further scenario departs explains, alone and with the others.
explained() { # SCENARIO
    local ledger
    ledger=$folder/towards-$(basename "$1" .yaml)
    "$PROGRAM" ledger "$scenario" --towards "$1" --top 0 --quiet >"$ledger.txt"
    "$PROGRAM" ledger "$scenario" --towards "$1" --tsv --quiet >"$ledger.tsv"
    cp "$ledger.txt" "$gallery"
    cat "$ledger.txt"
}

mkdir -p "$folder" "$gallery"
echo "$PROGRAM run $scenario --set record=calls --out $result --force --quiet"
"$PROGRAM" run "$scenario" --set record=calls --out "$result" --force --quiet
code=0
found=("$result")
if [ -n "$list" ]; then
    mapfile -t others < <(grep -v '^#' "$list")
    for other in "${others[@]}"; do
        way=${other%% *}
        other=${other#towards }
        is_real=
        if [ "${other%% *}" = testbed ]; then
            is_real=yes
            other=${other#testbed }
        fi
        echo "$PROGRAM: $other"
        if [ "$way" = towards ]; then
            explained "$other"
        fi
        if [ -n "$is_real" ]; then
            found+=("$(measured_for_real "$other")")
        else
            found+=("$(measured "$other")")
        fi
    done
fi
printf '%s\n' "${found[@]}" >"$folder/found.list" # for the page of all papers
"$PROGRAM" paper "${found[@]}" --out "$folder" || code=$?
[ "$code" -le 1 ] || exit "$code"
analysis/figures/draw.sh "$folder" "$gallery"
cp "$folder/table.md" "$gallery"
echo "$folder/: figures as SVG and PNG, their data, the table; $gallery/: the PNGs"
exit "$code"

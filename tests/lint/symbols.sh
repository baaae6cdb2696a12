#!/bin/bash
# Checks that the systems' cores, and the parts that they use, call nothing that acts: each object's
# imports are defined by another of them or stand in tests/lint/rooms. Prints "file:line: what is
# wrong" and exits 1 on an offence.
#     tests/lint/symbols.sh OBJECTS [models/NAME/core ...]
# OBJECTS is the folder of a plain build: instrumented objects import more.
set -u
here=$(dirname "$0")
objects=$1
shift
[ $# -gt 0 ] || set -- models/*/core
imports=" $(sed -nE 's/^core-import +//p' "$here/rooms" | tr '\n' ' ') "
offences=0

# Where a symbol is first called from, as the compiler's debugging information has it.
place_of() { # OBJECT SYMBOL SOURCE
    local place
    place=$(nm --undefined-only --line-numbers "$1" | awk -F '\t' -v s="$2" \
        '{ n = split($1, word, " ") } word[n] == s && NF > 1 { print $2 }')
    place=${place#"$PWD"/}
    echo "${place:-$3:1}"
}

check_core() { # CORE
    local core=$1 sources paths own source symbol
    mapfile -t sources < <("$here/core-sources.sh" "$core")
    for source in "${sources[@]}"; do
        if [ ! -f "$objects/${source%.c}.o" ]; then
            echo "$source:1: there is no object of it in $objects"
            offences=$((offences + 1))
            return
        fi
    done
    mapfile -t paths < <(printf "$objects/%s.o\n" "${sources[@]%.c}")
    own=" $(nm --defined-only --format=posix "${paths[@]}" |
        awk 'NF > 1 { print $1 }' | tr '\n' ' ') "
    for source in "${sources[@]}"; do
        for symbol in $(nm --undefined-only --format=posix "$objects/${source%.c}.o" | awk '{ print $1 }'); do
            if [[ $own != *" $symbol "* && $imports != *" $symbol "* ]]; then
                echo "$(place_of "$objects/${source%.c}.o" "$symbol" "$source"): $core must not call $symbol"
                offences=$((offences + 1))
            fi
        done
    done
}

for core in "$@"; do
    [ ! -d "$core" ] || check_core "$core"
done
[ "$offences" -eq 0 ]

#!/bin/bash
# Checks that the arrows between the rooms point one way, from the includes and, for the node core,
# from what its objects import. Prints "file:line: what is wrong" and exits 1 on an offence.
#     tests/support/check-arrows.sh [OBJECTS]
# OBJECTS is the folder of a plain build (no sanitizer, no coverage) that holds the objects of
# models/core and sim/engine/pool.o: the core takes its memory from pools, so what holds for the
# core holds for them.
set -u

# Which rooms a room may include, itself aside.
declare -A may_include=(
    [sim/engine]=""
    [models/core]="sim/engine"
    [models]="models/core sim/engine"
    [scenarios]="sim/engine"
    [taskgen]="sim/engine"
    [analysis]="sim/engine"
    [analysis/report]="analysis sim/engine"
    [runtime-replay]="models/core sim/engine"
    [sim/cli]="sim/engine models/core models scenarios taskgen analysis \
analysis/report runtime-replay"
)

# The one room that calls a library. GSL is welcome wherever there is a distribution.
declare -A library_room=(
    [igraph]=models
    [yaml.h]=scenarios
    [sqlite3.h]=analysis
    [wasm_export.h]=runtime-replay
    [wasm_exec_env.h]=runtime-replay
    [wasm_interp.h]=runtime-replay
    [wasm_runtime.h]=runtime-replay
)

# The node core runs on a microcontroller one day: words and memory, nothing that acts.
core_headers=" inttypes.h limits.h stdalign.h stdbool.h stddef.h stdint.h string.h "
core_imports='mem(cpy|move|set|cmp|chr)|__mem(cpy|move|set)_chk|str(len|cmp|ncmp|nlen)'
core_imports+='|sim_assert_failed|sim_status_text|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_'

offences=0
offence() { # FILE:LINE WHAT
    echo "$1: $2"
    offences=$((offences + 1))
}

check_ours() { # ROOM PLACE HEADER
    local room=$1 place=$2 header=$3
    local target=${header%/*}
    if [[ $header != */* ]]; then
        offence "$place" "write the path from the root: \"$room/$header\""
    elif [[ " $room ${may_include[$room]} " != *" $target "* ]]; then
        offence "$place" "$room must not know $target"
    fi
}

check_library() { # ROOM PLACE HEADER
    local room=$1 place=$2 header=$3
    local library=${header%%/*}
    if [[ -n ${library_room[$library]:-} && ${library_room[$library]} != "$room" ]]; then
        offence "$place" "only ${library_room[$library]} may call $library"
    fi
    if [[ $room == models/core && $core_headers != *" $header "* ]]; then
        offence "$place" "the node core has no business with <$header>"
    fi
}

check_includes() { # ROOM FILE
    local room=$1 file=$2 number text
    while IFS=: read -r number text; do
        if [[ $text =~ ^[[:space:]]*#[[:space:]]*include[[:space:]]*\"([^\"]+)\" ]]; then
            check_ours "$room" "$file:$number" "${BASH_REMATCH[1]}"
        elif [[ $text =~ ^[[:space:]]*#[[:space:]]*include[[:space:]]*\<([^\>]+)\> ]]; then
            check_library "$room" "$file:$number" "${BASH_REMATCH[1]}"
        else
            offence "$file:$number" "an include that cannot be checked: $text"
        fi
    done < <(grep -nE '^[[:space:]]*#[[:space:]]*include' "$file")
}

# An import is allowed if one of the objects defines it, or if it is on the short list.
check_imports() { # OBJECT ...
    local own object symbol place
    own=" $(nm --defined-only --format=posix "$@" 2>/dev/null | awk 'NF > 1 { print $1 }' | tr '\n' ' ') "
    for object in "$@"; do
        while IFS=$'\t' read -r symbol place; do
            symbol=${symbol##* }
            if [[ $own != *" $symbol "* && ! $symbol =~ ^($core_imports)$ ]]; then
                offence "${place#"$PWD"/}" "the node core must not call $symbol"
            fi
        done < <(nm --undefined-only --line-numbers "$object" |
            awk -F '\t' -v o="$object" 'NF { print $1 "\t" (NF > 1 ? $2 : o) }')
    done
}

for room in "${!may_include[@]}"; do
    for file in "$room"/*.[ch]; do
        [ ! -f "$file" ] || check_includes "$room" "$file"
    done
done

if [ $# -gt 0 ]; then
    shopt -s nullglob
    # Objects of sources that are there: a removed source may have left one behind.
    objects=()
    for source in models/core/*.c sim/engine/pool.c; do
        [ ! -f "$1/${source%.c}.o" ] || objects+=("$1/${source%.c}.o")
    done
    [ ${#objects[@]} -eq 0 ] || check_imports "${objects[@]}"
fi

[ "$offences" -eq 0 ]

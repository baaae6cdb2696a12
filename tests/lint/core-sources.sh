#!/bin/bash
# Prints the sources that a system's core is made of, a path a line: its own, and those of
# models/parts and sim/engine whose headers it includes, directly or through one of these.
#     tests/lint/core-sources.sh models/NAME/core
# sim/engine/base.c is left out: a core reaches it through ASSERT alone, where all is over.
set -u
shopt -s nullglob

# The paths, without ending, of the shared headers that these files include.
shared_by() {
    sed -nE 's!^[ \t]*#[ \t]*include[ \t]*"((models/parts|sim/engine)/[^".]+)\.h".*!\1!p' "$@" |
        grep -vx sim/engine/base
}

printf '%s\n' "$1"/*.c
known=" "
mapfile -t todo < <(shared_by "$1"/*.[ch])
while [ ${#todo[@]} -gt 0 ]; do
    name=${todo[-1]}
    unset 'todo[-1]'
    [[ $known != *" $name "* ]] || continue
    known+="$name "
    [ ! -f "$name.c" ] || echo "$name.c"
    files=("$name".[ch])
    mapfile -t -O "${#todo[@]}" todo < <(shared_by "${files[@]}")
done

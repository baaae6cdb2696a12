#!/bin/bash
# What a model's simulated half and its real half decide with is one and the same core: its objects
# stand once in the library that both are linked from, compiled once, with the flags of all around
# them; and daemons are the program itself, as test_testbed.sh sees.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh

build=$(dirname "$NIMBLESIM")
library=$build/libnimblesim.a
objects_of() { # FOLDER...: of its sources, but not of those below it
    local source
    for source in $(find "$@" -maxdepth 1 -name '*.c' | LC_ALL=C sort); do
        echo "$build/obj/${source%.c}.o"
    done
}
# What objects define for others, and what they want of others.
defined_by() { nm --format=posix --defined-only --extern-only "$@" | awk 'NF > 1 { print $1 }' | LC_ALL=C sort -u; }
wanted_by() { nm --format=posix --undefined-only "$@" | awk 'NF > 1 { print $1 }' | LC_ALL=C sort -u; }

# The members of that name in the library, each by its checksum: several rooms may have a node.c.
mkdir "$TMPDIR/member"
members() { # NAME
    local count number
    count=$(ar t "$library" | grep -cx "$1")
    for number in $(seq "$count"); do
        (cd "$TMPDIR/member" && ar xN "$number" "$library" "$1" && sha256sum <"$1")
    done
}
[[ $library == /* ]] || library=$PWD/$library
is_one_member() { # OBJECT...: each of them
    local object code=0
    for object in "$@"; do
        is_equal "$(members "${object##*/}" | grep -cx "$(sha256sum <"$object")")" 1 || {
            echo "# $object in $library"
            code=1
        }
    done
    return $code
}

# Compile units of the program, as its debugging information has them: "source|compiler and flags".
units() {
    readelf --debug-dump=info --dwarf-depth=1 "$NIMBLESIM" 2>/dev/null |
        awk '
            /DW_TAG_/ { flags = "" }
            /DW_AT_producer/ { flags = $0; sub(/.*DW_AT_producer *: (\([^)]*\): )?/, "", flags) }
            /DW_AT_name/ && flags != "" {
                sub(/.*DW_AT_name *: (\([^)]*\): )?/, ""); sub(/[ \t]+$/, "")
                print $0 "|" flags; flags = ""
            }' | grep -E '^(models|sim|runtime-replay)/'
}
units >"$TMPDIR/units"
is_compiled_once() { # CORE
    is_equal "$(cut -d '|' -f 1 "$TMPDIR/units" | grep "^$1/" | LC_ALL=C sort)" \
        "$(find "$1" -name '*.c' | LC_ALL=C sort)"
}
flags_of() { # FOLDER
    grep "^$1/" "$TMPDIR/units" | cut -d '|' -f 2 | sort -u
}

# Nothing in the program, exported or not, has the name of a thing that the core exports but itself.
is_defined_once() { # OBJECT...
    is_equal "$(nm --format=posix --defined-only "$NIMBLESIM" | awk 'NF > 1 { print $1 }' |
        LC_ALL=C sort | uniq -c | awk '{ print $2, $1 }' |
        LC_ALL=C join - <(defined_by "$@") | grep -v ' 1$')" ''
}

is_wanted() { # NAME OBJECT...
    wanted_by "${@:2}" | grep -qx "$1"
}
both_want() { # CORE WORLD REAL: some of what the core exports, and neither has another of that name
    local half code=0
    mapfile -t core < <(objects_of "$1")
    for half in "$2" "$3"; do
        mapfile -t others < <(objects_of "$half")
        LC_ALL=C comm -12 <(wanted_by "${others[@]}") <(defined_by "${core[@]}") | grep -q . || {
            echo "# $half calls nothing of $1"
            code=1
        }
    done
    return $code
}

for real in models/*/real; do
    model=${real%/real}
    mapfile -t objects < <(objects_of "$model/core")
    name=${model#models/}
    check "$name: each object of its core is one member of the library" is_one_member "${objects[@]}"
    check '  what they export, nothing else in the program is called' is_defined_once "${objects[@]}"
    if [ -s "$TMPDIR/units" ]; then
        check '  each source is compiled into the program once' is_compiled_once "$model/core"
        check '  as its real half is' is_equal "$(flags_of "$model/core")" "$(flags_of "$real")"
        check '  and as the rest of the model' is_equal "$(flags_of "$model/core")" "$(flags_of "$model")"
    fi
done

check 'nimblenet: world and daemon call the core' both_want models/nimblenet/{core,world,real}
for half in world/world real/noded; do
    check "  $half.c takes its steps there" is_wanted node_step "$build/obj/models/nimblenet/$half.o"
done
echo "1..$tap_count"

#!/bin/bash
# Offences planted in a copy of the tree are told where they are, and what is allowed is not.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh

tree=$TMPDIR/tree
mkdir "$tree"
tar -cf - --exclude='./build*' --exclude='./.*' --exclude='./results/*' . | tar -xf - -C "$tree"
cd "$tree" || exit 1

# ---- planting

# Puts a line at the end of a file, which may be new; its number is in $line.
plant() { # FILE TEXT
    mkdir -p "$(dirname "$1")"
    printf '%s\n' "$2" >>"$1"
    line=$(wc -l <"$1")
}

told() { # LINT PLACE WHAT: at this place, with this text in it
    # shellcheck disable=SC2086 # a lint and its arguments
    tests/lint/$1 >"$TMPDIR/out" && echo "# exit code 0"
    grep -F -- "$2: " "$TMPDIR/out" | grep -qF -- "$3" || {
        echo "# not told: $2: $3"
        head -n 5 "$TMPDIR/out" | sed 's/^/# /'
        false
    }
}

silent_about() { # LINT PLACE
    # shellcheck disable=SC2086
    tests/lint/$1 >"$TMPDIR/out"
    ! grep -F -- "$2: " "$TMPDIR/out" | sed 's/^/# /' | grep .
}

# ---- arrows

plant sim/engine/event.c '#include "models/parts/mesh.h"'
check 'an include that runs up' told arrows.sh "sim/engine/event.c:$line" \
    'sim/engine must not know models/parts'

plant analysis/store/merge.c '#  include   "../../sim/study/study.h"'
check 'an include that climbs' told arrows.sh "analysis/store/merge.c:$line" 'from the root'
plant analysis/store/merge.c '#include "merge.h"'
check 'an include without its path' told arrows.sh "analysis/store/merge.c:$line" 'from the root'
plant analysis/store/merge.c '#include HEADER'
check 'an include that hides' told arrows.sh "analysis/store/merge.c:$line" 'cannot be checked'

plant sim/study/study.h '#include "sim/sweep/points.h"'
check 'two rooms that know each other' told arrows.sh "sim/study/study.h:$line" \
    'sim/study must not know sim/sweep'
plant tests/lint/rooms 'room sim/planted: sim/returning'
plant tests/lint/rooms 'room sim/returning: sim/planted'
check 'a circle among the rows' told arrows.sh "tests/lint/rooms:$line" 'a circle'

plant sim/nowhere/lost.c 'int lost;'
check 'a folder without a row' told arrows.sh sim/nowhere/lost.c:1 'sim/nowhere has no row'
plant models/planted/deep/lost.c 'int lost;'
check 'a folder of a system without a row' told arrows.sh models/planted/deep/lost.c:1 'no row'

plant models/planted/model.c '#include "models/nimblenet/config.h"'
check 'a system that knows another' told arrows.sh "models/planted/model.c:$line" \
    'models/planted must not know models/nimblenet'
plant models/planted/world/world.c '#include "models/nimblenet/core/node.h"'
check 'a world that knows the core of another' told arrows.sh \
    "models/planted/world/world.c:$line" 'must not know models/nimblenet/core'
plant models/planted/model.c '#include "models/planted/world/world.h"'
check 'its own world it may know' silent_about arrows.sh "models/planted/model.c:$line"
plant models/planted/core/decide.c '#include "models/planted/world/world.h"'
check 'a core that knows its world' told arrows.sh "models/planted/core/decide.c:$line" \
    'models/planted/core must not know models/planted/world'
plant sim/study/study.c '#include "models/planted/model.h"'
check 'a program that knows a system' told arrows.sh "sim/study/study.c:$line" \
    'sim/study must not know models/planted'
plant models/models.c '#include "models/planted/model.h"'
check 'the list of systems knows all' silent_about arrows.sh "models/models.c:$line"

plant sim/study/study.c '#include <sqlite3.h>'
check 'a library from another room' told arrows.sh "sim/study/study.c:$line" \
    '<sqlite3.h> belongs to analysis/store'
plant models/nimblenet/world/world.c '#include <igraph/igraph.h>'
check 'a library in a folder of its name' told arrows.sh "models/nimblenet/world/world.c:$line" \
    'belongs to models/parts'
plant taskgen/taskset.c '#include <wasm_export.h>'
check 'the Wasm runtime' told arrows.sh "taskgen/taskset.c:$line" 'belongs to runtime-replay'
plant sim/study/study.c '#include <gsl/gsl_cdf.h>'
check 'the library of statistics is free' silent_about arrows.sh "sim/study/study.c:$line"

plant models/planted/core/decide.c '#include <stdio.h>'
check 'a core that prints' told arrows.sh "models/planted/core/decide.c:$line" '<stdio.h>'
plant models/planted/core/decide.c '#include "sim/engine/rng.h"'
check 'a core that draws' told arrows.sh "models/planted/core/decide.c:$line" 'sim/engine/rng.h'

# ---- words

printf '# a word\n\n drawbridge  # another\nmonolithic\n' >models/planted/words
plant sim/study/study.c 'static const char *const planted = "a /* drawbridge";'
check 'a word in a string' told words.sh "sim/study/study.c:$line" '"drawbridge" is a word of'
plant sim/study/study.c 'static int monolithic_count(void);'
check 'a word in an identifier' told words.sh "sim/study/study.c:$line" '"monolithic"'
plant sim/study/study.c 'enum { THE_DRAWBRIDGES };'
check 'words of many, in capitals' told words.sh "sim/study/study.c:$line" '"drawbridges"'
plant sim/study/study.c "/* '\"' the drawbridge \"drawbridge\" */ int x; // drawbridge"
check 'a comment may say it' silent_about words.sh "sim/study/study.c:$line"
plant sim/study/study.c '/*'
plant sim/study/study.c 'a drawbridge'
check 'a comment of many lines, too' silent_about words.sh "sim/study/study.c:$line"
plant sim/study/study.c "*/ int y = '\"' + drawbridge;"
check 'what comes behind it may not' told words.sh "sim/study/study.c:$line" '"drawbridge"'
plant sim/study/study.c 'int drawbridged = 0; char draw_bridge;'
check 'part of a word is none' silent_about words.sh "sim/study/study.c:$line"
plant models/planted/model.c 'int drawbridge;'
check 'its own folder may' silent_about words.sh "models/planted/model.c:$line"
plant taskgen/taskset.c 'int drawbridge;'
check 'taskgen may' silent_about words.sh "taskgen/taskset.c:$line"
plant analysis/store/schema.sql "CHECK (kind IN ('drawbridge')) -- one"
check 'a word in the schema' told words.sh "analysis/store/schema.sql:$line" '"drawbridge"'

# ---- prefixes

plant taskgen/taskset.h 'void mesh_planted(void);'
check 'a prefix of another room' told prefixes.sh "taskgen/taskset.h:$line" \
    'the prefix mesh_ belongs to models/parts'

# ---- symbols

compile() { # SOURCE
    mkdir -p "objects/$(dirname "$1")"
    gcc -std=c17 -g -O1 -D_POSIX_C_SOURCE=200809L -I. -c "$1" -o "objects/${1%.c}.o"
}

rm -r models/planted
mkdir -p models/planted/core
cat >models/planted/core/decide.c <<'END'
#include "models/parts/planted.h"
#include <string.h>
void *decide(void);
void *decide(void)
{
    char a[80];
    memset(a, planted_part(), 80);
    return strchr(a, 'b');
}
END
printf 'int planted_part(void);\n' >models/parts/planted.h
cat >models/parts/planted.c <<'END'
#include "models/parts/planted.h"
#include <stdlib.h>
int planted_part(void)
{
    return malloc(7) != NULL;
}
END
compile models/planted/core/decide.c
check 'an object that is missing' told 'symbols.sh objects models/planted/core' \
    models/parts/planted.c:1 'no object'
compile models/parts/planted.c
check 'a core that calls out' told 'symbols.sh objects models/planted/core' \
    models/planted/core/decide.c:8 'models/planted/core must not call strchr'
check 'a part that a core uses' told 'symbols.sh objects models/planted/core' \
    models/parts/planted.c:5 'models/planted/core must not call malloc'
check 'what a core may call' silent_about 'symbols.sh objects models/planted/core' \
    models/planted/core/decide.c:7
echo "1..$tap_count"

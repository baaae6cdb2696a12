#!/bin/bash
# Prints the C file that holds the shipped tables of platforms, each under the name of its file.
#     runtime-replay/platforms/table.sh TABLE.tsv ...
set -eu
echo '#include "runtime-replay/platforms/platform.h"'
for table in "$@"; do
    echo "static const char $(basename "$table" .tsv)[] = {"
    od -An -v -td1 "$table" | sed 's/[0-9][0-9]*/&,/g'
    echo '0};'
done
echo 'const struct platform_table platform_shipped[] = {'
for table in "$@"; do
    name=$(basename "$table" .tsv)
    echo "{\"$name\", $name},"
done
echo '{0, 0}};'

#!/bin/bash
# Checks that the arrows between the rooms point one way: every include of the tree in the current
# folder against tests/lint/rooms. Prints "file:line: what is wrong" and exits 1 on an offence.
#     tests/lint/arrows.sh
set -u
here=$(dirname "$0")
mapfile -t sources < <("$here/sources.sh")
awk -v rooms="$here/rooms" -f "$here/arrows.awk" "$here/rooms" "${sources[@]}"

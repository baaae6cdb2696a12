#!/bin/bash
# The k-th allocation, write, fsync, open ... of every verb fails, or the k-th call is its last.
# FAULTS_MOST=N tries N a verb and kind, FAULTS_MOST=all every single one.
set -u
export LLVM_PROFILE_FILE=/dev/null # what a spread reaches is chance
build=$(dirname "$NIMBLESIM")
inputs=$TMPDIR/inputs
[ -w /dev/shm ] && work=$(mktemp -d /dev/shm/faults.XXXXXX) && trap 'rm -rf "$work"' EXIT
[ -n "${work:-}" ] && inputs=$work/inputs
mkdir -p "$inputs"

if [[ $build == *-address* || $build == *-thread* ]]; then
    echo 'ok 1 # skip a sanitizer has an allocator of its own'
    echo '1..1'
    exit
fi

cp scenarios/smoke.yaml "$inputs"
cp "$TASKLETS/chain.wasm" "$inputs"
{
    sed 's/^name:.*/name: points/' scenarios/smoke.yaml
    printf 'sweep:\n  nodes.spacing: [18 m, 20 m, 22 m]\n'
} >"$inputs/points.yaml"
sed 's/^  cache: .*/  cache: 8000 B\n  executors: 2/' scenarios/smoke.yaml >"$inputs/other.yaml"

most=(--most "${FAULTS_MOST:-2}")
[ "${FAULTS_MOST:-}" = all ] && most=(--most 1000000)
"$build/tests/faults/faults" --program "$NIMBLESIM" --library "$(realpath "$build/tests/faults/inject.so")" \
    --folder "$(dirname "$inputs")" --jobs "${FAULTS_JOBS:-2}" "${most[@]}"

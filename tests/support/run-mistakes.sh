#!/bin/bash
# Do the tests notice? Plants each mistake of tests/faults/mistakes/ in a copy of what is committed,
# builds, and runs the tests that its first line names. A mistake that passes them all has survived.
#     tests/support/run-mistakes.sh [NAME ...]
# MISTAKES_SURVIVE=N of them may (default 3); a patch that does not apply, or a copy that fails the
# tests without any mistake, is an error of its own.
set -u
most=${MISTAKES_SURVIVE:-3}
here=$PWD
copy=$PWD/build-mistakes/copy
log=$PWD/build-mistakes/log
rm -rf "$copy" "$log"
mkdir -p "$log"
git clone -q . "$copy" || exit 1
[ ! -d .deps ] || cp -r .deps "$copy"
cd "$copy" || exit 1

build() { # TEST ...: the program and these
    local targets=(all)
    for test in "$@"; do
        [[ $test == *.sh ]] || targets+=("build/tests/$test")
    done
    make "${targets[@]}"
}

passes() { # TEST: alone, as run-tests.sh would
    if [[ $1 == *.sh ]]; then
        local output
        rm -rf "$copy/build/tmp"
        mkdir -p "$copy/build/tmp"
        output=$(NIMBLESIM=$copy/build/nimblesim TASKLETS=$copy/build/tests/tasklets \
            TMPDIR=$copy/build/tmp LC_ALL=C.UTF-8 NO_COLOR=1 timeout 600 bash "tests/$1" 2>&1) || return
        ! grep -q '^not ok' <<<"$output"
    else
        NO_COLOR=1 timeout 600 "build/tests/$1"
    fi
}

tests_of() { sed -n '1s/^Tests: //p' "$1"; }

patches=("$here"/tests/faults/mistakes/*.patch)
if [ $# -gt 0 ]; then
    patches=("${@/#/$here/tests/faults/mistakes/}")
    patches=("${patches[@]/%/.patch}")
fi

# Without a mistake all of them pass, or nothing is shown.
mapfile -t all < <(for patch in "${patches[@]}"; do tests_of "$patch" | tr ' ' '\n'; done | sort -u)
echo "building the copy and ${#all[@]} tests"
make all tests >"$log/build" 2>&1 || {
    tail -n 20 "$log/build"
    exit 1
}
for test in "${all[@]}"; do
    passes "$test" >"$log/unharmed" 2>&1 || {
        echo "fails without any mistake: $test (see $log/unharmed)"
        exit 1
    }
done

survived=()
broken=()
for patch in "${patches[@]}"; do
    name=$(basename "$patch" .patch)
    read -ra tests < <(tests_of "$patch")
    if ! patch -s -p1 <"$patch" >"$log/$name" 2>&1; then
        broken+=("$name")
        echo "  does not apply  $name"
    elif ! build "${tests[@]}" >>"$log/$name" 2>&1; then
        broken+=("$name")
        echo "  does not build  $name"
    else
        caught=
        for test in "${tests[@]}"; do
            passes "$test" >>"$log/$name" 2>&1 || caught=$test
            [ -z "$caught" ] || break
        done
        [ -n "$caught" ] || survived+=("$name")
        printf '  %-14s  %s%s\n' "$([ -n "$caught" ] && echo caught || echo SURVIVES)" "$name" \
            "${caught:+, by $caught}"
    fi
    git checkout -q . && git clean -qfd -e build -e .deps
done
echo "${#patches[@]} mistakes, ${#survived[@]} survive: ${survived[*]-}"
[ ${#broken[@]} -eq 0 ] && [ ${#survived[@]} -le "$most" ]

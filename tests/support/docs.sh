#!/bin/bash
# Writes the blocks of output in the pages anew, by the commands that stand above each of them:
#     <!-- docs [slow] [runtime]
#     show 'build/nimblesim run scenarios/factory.yaml' | only '=1-4' '^bytes sent' ...
#     -->
# and a fence, whose lines become what the commands print. They run in an empty folder that has build,
# scenarios and models; results/ is its own, and later blocks and pages find there what earlier ones left.
#     BUILD=build tests/support/docs.sh [--check] [--quick] [PAGE.md...]
# --check changes nothing, prints what would change and ends with 1; --quick leaves out what is slow (a
# minute or so), as does a build without the Wasm runtime what needs that. A block that no command makes
# says so, "<!-- by hand: why -->", or names its language.
set -u
check=0 quick=0
while [[ ${1:-} == --* ]]; do
    case $1 in
    --check) check=1 ;;
    --quick) quick=1 ;;
    *)
        sed -n 's/^# *//; 9p' "$0" >&2
        exit 2
        ;;
    esac
    shift
done
pages=("$@")
[ $# -gt 0 ] || mapfile -t pages < <(git ls-files '*.md' | grep -v gallery)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir "$place/results"
ln -s "$(realpath "${BUILD:-build}")" "$place/build"
ln -s "$PWD/scenarios" "$PWD/models" "$place"

cat >"$place/helpers" <<'HELPERS'
set -o pipefail
export LC_ALL=C.UTF-8 NO_COLOR=1
# Prints a command and its output; show_all its messages too.
show() { printf '$ %s\n' "$1"; eval "$1" 2>/dev/null; }
show_all() { printf '$ %s\n' "$1"; eval "$1" 2>&1; }
# What later blocks need, quietly and once.
have() { # FILE COMMAND...
    local file=$1
    shift
    [ -e "$file" ] || "$@" >/dev/null 2>&1
}
have_factory() {
    have results/factory.db build/nimblesim run scenarios/factory.yaml --set record=calls \
        --out results/factory.db
}
# Commands, and lines that match a pattern or lie at =FIRST-LAST. A pattern "..." prints that, and from
# then on only the patterns behind it count: once the first of them matches.
only() {
    awk 'BEGIN {
        for (i = 1; i < ARGC; i++) {
            if (ARGV[i] == "...") { group++ } else { pattern[group + 0, count[group + 0]++] = ARGV[i] }
        }
        last = ARGV[ARGC - 1] == "..." ? group - 1 : group + 0
        ARGC = 1
        at = 0
    }
    function is_it(p,    range) {
        if (p !~ /^=[0-9]/) { return $0 ~ p }
        split(substr(p, 2), range, "-")
        return NR >= range[1] + 0 && NR <= (range[2] == "" ? range[1] : range[2]) + 0
    }
    function is_in(g,    i) {
        for (i = 0; i < count[g]; i++) { if (is_it(pattern[g, i])) { return 1 } }
        return 0
    }
    /^\$ / { print; next }
    is_in(at) { print; next }
    at < last && is_it(pattern[at + 1, 0]) { at++; print "..."; print }
    END { if (group > last) { print "..." } }' "$@"
}
HELPERS

has_runtime() { ! "$place/build/nimblesim" --version | grep -q 'runtime: none'; }

is_left_out() { # WORDS of the marker
    { [[ $1 == *slow* ]] && [ "$quick" = 1 ]; } || { [[ $1 == *runtime* ]] && ! has_runtime; }
}

line_number=0
take() { # a line of the page
    IFS= read -r line || return 1
    line_number=$((line_number + 1))
}

# The block below a marker: as its commands print it, or as it stands.
block() { # WORDS SCRIPT
    local old='' fresh
    printf '%s\n' "$line"
    while take && [[ $line != '```' ]]; do
        old+=$line$'\n'
    done
    if is_left_out "$1"; then
        printf '%s' "$old"
    elif fresh=$(cd "$place" && bash -c ". ./helpers; $2" 2>"$place/err"); then
        printf '%s\n' "$fresh"
    else
        echo "$page:$line_number: the commands of this block fail" >&2
        cat "$place/err" >&2
        touch "$place/failed"
        printf '%s' "$old"
    fi
    printf '%s\n' "$line"
}

rewrite() { # stdin: a page
    local words script is_named=0
    while take; do
        if [[ $line == '<!-- docs'* ]]; then
            words=${line#<!-- docs} script=''
            printf '%s\n' "$line"
            while take && [[ $line != '-->' ]]; do
                printf '%s\n' "$line"
                script+=$line$'\n'
            done
            printf '%s\n' "$line"
            take && block "$words" "$script"
            continue
        fi
        if [[ $line == '```' && $is_named = 0 ]]; then
            echo "$page:$line_number: no command and no word above this block" >&2
            touch "$place/failed"
        fi
        printf '%s\n' "$line"
        if [[ $line == '```'* ]]; then
            while take && [[ $line != '```' ]]; do
                printf '%s\n' "$line"
            done
            printf '%s\n' "$line"
        fi
        [[ $line != '<!-- by hand: '* ]]
        is_named=$?
    done
}

for page in "${pages[@]}"; do
    line_number=0
    rewrite <"$page" >"$place/page"
    if ! cmp -s "$page" "$place/page"; then
        if [ "$check" = 1 ]; then
            diff -u --label "$page" --label "$page, by make docs" "$page" "$place/page"
            touch "$place/failed"
        else
            cat "$place/page" >"$page"
            echo "$page: written anew"
        fi
    fi
done
[ ! -e "$place/failed" ]

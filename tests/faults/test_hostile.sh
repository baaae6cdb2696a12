#!/bin/bash
# Results that mean harm: broken bytes, pages and rows, and texts that want out of the page.
# HOSTILE=1000 tries as many; HOSTILE_FIRST=n begins with another one.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
hostile=$(dirname "$NIMBLESIM")/tests/faults/hostile
good=$TMPDIR/good.db
bad=$TMPDIR/bad.db
[[ $NIMBLESIM == *-address* ]] || ulimit -v 4000000 # a sanitizer reserves all there is

ends_well() { # NAME ARGUMENT...: with a code of the program's own, in time
    local name=$1 code
    shift
    timeout 10 "$NIMBLESIM" "$@" >"$TMPDIR/out" 2>"$TMPDIR/err"
    code=$?
    case $code in
    0 | 1 | 2 | 65 | 66 | 70 | 73 | 74) ! grep -q Sanitizer "$TMPDIR/err" && return ;;
    esac
    echo "# $name: exit code $code: $*"
    head -n 5 "$TMPDIR/err" | sed 's/^/# /'
    return 1
}

survives() { # FIRST COUNT
    local seed failed=0
    for ((seed = $1; seed < $1 + $2; seed++)); do
        "$hostile" mutate "$good" "$bad" "$seed" 2>/dev/null || continue
        ends_well "HOSTILE_FIRST=$seed" report "$bad" --out "$TMPDIR/page.html" --force --incomplete || failed=1
        ends_well "HOSTILE_FIRST=$seed" compare "$bad" --json || failed=1
        case $((seed % 3)) in
        0) ends_well "HOSTILE_FIRST=$seed" why "$bad" 3 || failed=1 ;;
        1) ends_well "HOSTILE_FIRST=$seed" export "$bad" call || failed=1 ;;
        2) ends_well "HOSTILE_FIRST=$seed" merge "$bad" --out "$TMPDIR/merged.db" --force || failed=1 ;;
        esac
        rm -f "$bad"*
    done
    return $failed
}

tags() { grep -oaiE '</?script|<img|<!--|<iframe' "$1" | sort | uniq -c; }
has_controls() { LC_ALL=C grep -qaP '[\x00-\x08\x0b\x0c\x0e-\x1f]' "$1"; }

stays_text() { # TABLE COLUMN
    "$hostile" inject "$good" "$bad" "$1" "$2"
    rm -f "$TMPDIR/page.html"
    ends_well "$1.$2" report "$bad" --out "$TMPDIR/page.html" --force --incomplete || return
    rm -f "$bad"*
    [ -e "$TMPDIR/page.html" ] || return 0 # refused, which is as good
    pages=$((pages + 1))
    if [ "$(tags "$TMPDIR/page.html")" != "$ours" ] || has_controls "$TMPDIR/page.html"; then
        echo "# $1.$2 gets out of the page's text"
        return 1
    fi
}

all_stay_text() {
    local failed=0 table column
    while read -r table column; do
        stays_text "$table" "$column" || failed=1
    done < <("$hostile" columns "$good")
    return $failed
}

check 'a result' exits_with 0 run scenarios/smoke.yaml --set record=calls --set 'duration=60 s' \
    --out "$good" -q
check 'its page' exits_with 0 report "$good" --out "$TMPDIR/good.html"
ours=$(tags "$TMPDIR/good.html")
pages=0
check 'no text of a result gets out of the page' all_stay_text
check '  and most of the pages were written' test "$pages" -gt 20
huge() { # numbers of 300 digits
    cp "$good" "$bad" && sqlite3 "$bad" "UPDATE metric SET value = 1e308" &&
        exits_with 0 report "$bad" --out "$TMPDIR/page.html" && rm -f "$bad" &&
        grep -q '1e+308' "$TMPDIR/page.html"
}
check 'numbers of any length have their place' huge
check 'hostile results end in a message or an answer' survives "${HOSTILE_FIRST:-1}" "${HOSTILE:-60}"
echo "1..$tap_count"

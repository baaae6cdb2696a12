# shellcheck shell=bash
# What the shell tests of the program share: TAP lines, exit codes, streams. Sourced.
# The program is $NIMBLESIM; its output is kept in $TMPDIR/out, its messages in $TMPDIR/err.
set -u
tap_count=0

check() { # NAME, then a command that must succeed
    tap_count=$((tap_count + 1))
    local name=$1
    shift
    if "$@"; then
        echo "ok $tap_count - $name"
    else
        echo "not ok $tap_count - $name"
    fi
}

exits_with() { # CODE ARGUMENT...
    local wanted=$1
    shift
    "$NIMBLESIM" "$@" >"$TMPDIR/out" 2>"$TMPDIR/err"
    local got=$?
    [ "$got" = "$wanted" ] || {
        echo "# exit code $got instead of $wanted: $*"
        sed 's/^/# /' "$TMPDIR/err"
        false
    }
}

says() { # PATTERN: in the messages
    grep -q -- "$1" "$TMPDIR/err" || {
        sed 's/^/# /' "$TMPDIR/err"
        false
    }
}

prints() { # PATTERN: on standard output
    grep -q -- "$1" "$TMPDIR/out" || {
        echo "# no '$1' in:"
        head -n 20 "$TMPDIR/out" | sed 's/^/# /'
        false
    }
}

is_silent() { # but for the progress of a run that takes longer than a second
    ! grep -vE '^[^ ]+: +[0-9]+ %( .*)?$' "$TMPDIR/err" | sed 's/^/# /' | grep .
}

is_equal() { # GOT WANTED
    [ "$1" = "$2" ] || {
        echo "# '$1' instead of '$2'"
        false
    }
}

as_wide() { # PAGE: without the drawings for narrow screens, which show the same again
    sed '/<svg class="narrow/,/<\/svg>/d' "$1"
}

wait_until() { # COMMAND that will succeed some time; a loaded machine may take its time
    for _ in $(seq 600); do
        "$@" 2>/dev/null && return
        sleep 0.1
    done
    echo "# waited in vain: $*"
}

query() { sqlite3 "$1" "$2"; }

json() { # PATH: a value of the JSON object on standard output
    sqlite3 :memory: "SELECT json_extract(CAST(readfile('$TMPDIR/out') AS TEXT), '$1')"
}

# shellcheck shell=bash
# Whether processes have ended. Sourced.

is_gone() { # PROCESS: a zombie waits for a parent that does not look, which is none of ours
    local state
    state=$(sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null) || return 0
    [ -z "$state" ] || [ "$state" = Z ]
}

all_are_gone() { # PROCESS...
    local process
    for process in "$@"; do
        is_gone "$process" || return
    done
}

all_gone_within_a_second() { # PROCESS...
    for _ in $(seq 20); do
        all_are_gone "$@" && return
        sleep 0.05
    done
    local process
    for process in "$@"; do
        is_gone "$process" || echo "# still there: $process"
    done
    false
}

nobody_is_left() { # of the workers and daemons that have this folder in their environment
    local process
    for process in $(pgrep -f '^nimblesim testbed-node'); do
        ! grep -qzxF "TMPDIR=$TMPDIR" "/proc/$process/environ" 2>/dev/null || return
    done
}

nobody_is_left_after_a_second() { # at the latest
    for _ in $(seq 20); do
        nobody_is_left && return
        sleep 0.05
    done
    echo "# somebody is left"
    false
}

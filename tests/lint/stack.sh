#!/bin/bash
# Checks that no function of a core calls itself, however far around, and that the deepest way
# down takes at most LIMIT bytes of stack (2048). Prints the way and exits 1 on an offence.
#     tests/lint/stack.sh [OBJECTS]
# OBJECTS is the folder of a plain gcc build made with -fcallgraph-info=su, which leaves a .ci file
# beside each object: every function with its bytes of stack, and whom it calls.
#
# A call through a pointer goes to the driver's sink, which has a stack of its own as far as the
# core is concerned, or to a policy: to any function of a policy's file that nobody calls by name.
set -u -o pipefail

objects=${1:-build-lint-plain/obj}
limit=${LIMIT:-2048}

graphs() {
    local core source
    for core in models/*/core; do
        tests/lint/core-sources.sh "$core"
    done | sort -u | while read -r source; do
        [ ! -f "$objects/${source%.c}.ci" ] || echo "$objects/${source%.c}.ci"
    done
}

mapfile -t files < <(graphs)
if [[ ${#files[@]} -eq 0 ]]; then
    echo "$objects: no call graphs; build the cores with -fcallgraph-info=su" >&2
    exit 1
fi

awk -v limit="$limit" '
function depth(f,    callee, deepest, bytes, n, i, list) {
    if (state[f] == "under way") {
        print f ": calls itself, by way of " below[f]
        offences++
        return 0
    }
    if (state[f] == "known") {
        return known[f]
    }
    state[f] = "under way"
    n = split(calls[f], list, "\n")
    for (i = 1; i <= n; i++) {
        callee = list[i]
        below[f] = callee
        bytes = depth(callee)
        if (bytes > deepest) {
            deepest = bytes
            way[f] = callee
        }
    }
    state[f] = "known"
    known[f] = own[f] + deepest
    return known[f]
}
{ split($0, part, "\"") }
$1 == "node:" && part[4] ~ /bytes \(/ {
    split(part[4], label, "\\\\n")
    own[part[2]] = label[3] + 8 # and where to return to
    place[part[2]] = label[2]
    if (part[4] ~ /bytes \(dynamic\)/) {
        print label[2] ": " label[1] " takes a stack that no one can tell before"
        offences++
    }
}
$1 == "edge:" && part[4] == "__indirect_call" {
    if (part[6] !~ /\/actions\.h:/) {
        through_pointer[part[2]] = 1
    }
}
$1 == "edge:" && part[4] != "__indirect_call" {
    calls[part[2]] = calls[part[2]] (calls[part[2]] == "" ? "" : "\n") part[4]
    called[part[4]] = 1
}
END {
    for (f in own) {
        if (!(f in called) && place[f] ~ /\/(policy_[a-z_]*|aging)\.c:/) {
            policies = policies (policies == "" ? "" : "\n") f
        }
    }
    for (f in through_pointer) {
        calls[f] = calls[f] (calls[f] == "" ? "" : "\n") policies
    }
    for (f in own) {
        if (depth(f) > most) {
            most = depth(f)
            deepest = f
        }
    }
    if (most > limit) {
        print place[deepest] ": the deepest way down takes " most " bytes of stack, more than " limit ":"
        for (f = deepest; f != ""; f = way[f]) {
            print "    " own[f] "\t" f
        }
        offences++
    }
    if (offences == 0) {
        print "the deepest way down a core takes " most " bytes of stack, of at most " limit
    }
    exit offences > 0
}' "${files[@]}"

# Reads tests/lint/rooms, then sources. Tells every include that is not allowed there.
function folder_of(path) { return path ~ /\// ? substr(path, 1, match(path, /\/[^\/]*$/) - 1) : "." }

# The row that a folder has, and the system that it belongs to.
function row_of(folder,    part) {
    system_name = ""
    if (folder in row) {
        return folder
    }
    if (split(folder, part, "/") >= 2 && part[1] == "models") {
        system_name = part[2]
        sub(/^models\/[^\/]*/, "models/NAME", folder)
    }
    return folder
}

function offence(what) { print FILENAME ":" FNR ": " what; offences++ }

# ---- the table

FILENAME == rooms && ($1 == "room" || $1 == "file") {
    sub(/:$/, "", $2)
    row[$2] = FNR
    for (i = 3; i <= NF; i++) {
        may[$2, $i] = 1
        arrow[$2] = arrow[$2] " " $i
    }
    next
}
FILENAME == rooms && $1 == "beside" { beside[$2] = 1; next }
FILENAME == rooms && $1 == "library" {
    sub(/:$/, "", $2)
    library[$2] = 1
    for (i = 3; i <= NF; i++) {
        caller[$2, $i] = 1
        callers[$2] = callers[$2] (i > 3 ? ", " : "") $i
    }
    next
}
FILENAME == rooms && $1 == "core-header" { for (i = 2; i <= NF; i++) core_header[$i] = 1; next }
FILENAME == rooms { next }

# ---- the sources

FNR == 1 {
    folder = folder_of(FILENAME)
    room = row_of(folder)
    name = system_name
    if (!(room in row) && !(folder in untold)) {
        offence("the folder " folder " has no row in " rooms)
        untold[folder] = 1
    }
    if (FILENAME in row) {
        room = FILENAME
    }
    is_core = room == "models/NAME/core"
}

!/^[ \t]*#[ \t]*include/ || !(room in row) { next }

/^[ \t]*#[ \t]*include[ \t]*"[^"]+"/ {
    split($0, quoted, "\"")
    ours(quoted[2])
    next
}
/^[ \t]*#[ \t]*include(_next)?[ \t]*<[^>]+>/ {
    match($0, /<[^>]+>/)
    foreign(substr($0, RSTART + 1, RLENGTH - 2))
    next
}
{ offence("an include that cannot be checked: " $0) }

function ours(header,    target) {
    if (header !~ /\// && folder in beside) {
        return
    }
    if (header !~ /\// || header ~ /(^|\/)\.\.?(\/|$)/) {
        offence("write the path from the root: \"" header "\"")
        return
    }
    target = row_of(folder_of(header))
    if (folder_of(header) != folder && !((room, "*") in may)) {
        if (!((room, target) in may) || (system_name != "" && name != "" && system_name != name)) {
            offence(folder " must not know " folder_of(header))
        }
    }
    if (is_core && header ~ /^sim\/engine\// && !(header in core_header)) {
        offence("a core has no business with " header)
    }
}

function foreign(header,    l) {
    for (l in library) {
        if (index(header, l) == 1 && !((l, room) in caller) && !((room, "*") in may)) {
            offence("<" header "> belongs to " callers[l])
        }
    }
    if (is_core && !(header in core_header)) {
        offence("a core has no business with <" header ">")
    }
}

# ---- circles among the rows; where there is none, there is none among the includes

function visit_room(r,    next_room, n, i) {
    state[r] = 1
    n = split(arrow[r], next_room, " ")
    for (i = 1; i <= n; i++) {
        if (state[next_room[i]] == 1) {
            print rooms ":" row[r] ": a circle: " r " knows " next_room[i] ", which knows it"
            offences++
        } else if (next_room[i] in row && !state[next_room[i]]) {
            visit_room(next_room[i])
        }
    }
    state[r] = 2
}

END {
    for (r in row) {
        if (!state[r]) {
            visit_room(r)
        }
    }
    exit offences > 0
}

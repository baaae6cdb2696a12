# Reads headers. Tells each function whose prefix belongs to another room already: to the one that
# declares most functions of that prefix. All folders of one system are one room here.
FNR == 1 {
    room = FILENAME
    sub(/\/[^\/]*$/, "", room)
    if (room ~ /^models\// && room != "models/parts") {
        split(room, part, "/")
        room = "models/" part[2]
    }
}

# A declaration begins its line. Macros, types, blocks' insides and static ones are none.
/^[a-zA-Z]/ && !/^(static|typedef|struct [a-z0-9_]+ \{|enum|extern)/ || /^enum [a-z0-9_]+ [a-z]/ {
    head = $0
    if (!match(head, /[ *][a-z][a-z0-9]*_[a-z0-9_]*\(/)) {
        next
    }
    name = substr(head, RSTART + 1, RLENGTH - 2)
    prefix = name
    sub(/_.*/, "", prefix)
    count[prefix, room]++
    n++
    place[n] = FILENAME ":" FNR
    name_of[n] = name
    prefix_of[n] = prefix
    room_of[n] = room
    if (count[prefix, room] > most[prefix]) {
        most[prefix] = count[prefix, room]
        home[prefix] = room
    }
}

END {
    for (i = 1; i <= n; i++) {
        if (room_of[i] != home[prefix_of[i]]) {
            print place[i] ": " name_of[i] "(): the prefix " prefix_of[i] "_ belongs to " home[prefix_of[i]]
            offences++
        }
    }
    exit offences > 0
}

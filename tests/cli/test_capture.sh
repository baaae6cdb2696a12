#!/bin/bash
# Captures: the bytes of every message of every hop, the same from simulator and testbed, and read
# by Wireshark's own tool with the dissector that the model brings along.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh

network=(--set mesh.loss=0.05 --set mesh.retries=2 --set 'mesh.housekeeping.interval=10 s'
    --set 'nodes.frame_time=20 ms' --set nodes.receive_queue=2)
digest() { json '$.digest'; }

# ---- the file ----

check 'a run can be captured' exits_with 0 run scenarios/smoke.yaml --json --pcap "$TMPDIR/sim.pcapng"
captured=$(digest)
check '  which changes nothing' exits_with 0 run scenarios/smoke.yaml --json
check '  of what it comes to' is_equal "$(digest)" "$captured"
check 'an earlier capture is left alone' exits_with 73 run scenarios/smoke.yaml --quiet \
    --pcap "$TMPDIR/sim.pcapng"
cp "$TMPDIR/sim.pcapng" "$TMPDIR/first.pcapng"
check '  but with --force' exits_with 0 run scenarios/smoke.yaml --quiet --force --threads 2 \
    --pcap "$TMPDIR/sim.pcapng"
check '  which writes the same again' cmp "$TMPDIR/first.pcapng" "$TMPDIR/sim.pcapng"
check 'a full disk is told' exits_with 74 run scenarios/smoke.yaml --quiet --pcap /dev/full
check '  in words' says '/dev/full: cannot be written'
check 'one file has one use' exits_with 2 run scenarios/smoke.yaml --out "$TMPDIR/x" --pcap "$TMPDIR/x"
check 'nobody writes over a database' exits_with 0 run scenarios/smoke.yaml --quiet --out "$TMPDIR/a.db"
check '  also with --force' exits_with 73 run scenarios/smoke.yaml --quiet --force --pcap "$TMPDIR/a.db"
check 'a model without messages is refused' exits_with 65 run scenarios/mm1.yaml --pcap "$TMPDIR/no"
check '  in words' says 'nothing to capture'
check '  and leaves no file' test ! -e "$TMPDIR/no"

# ---- simulator and testbed ----

same_bytes() { # OPTION-OF-TESTBED... : the scenario's arguments are ${scenario[@]}
    exits_with 0 run "${scenario[@]}" --quiet --force --pcap "$TMPDIR/sim.pcapng" &&
        exits_with 0 testbed "${scenario[@]}" --quiet --force --pcap "$TMPDIR/testbed.pcapng" "$@" &&
        test "$(wc -c <"$TMPDIR/sim.pcapng")" -gt 100000 &&
        cmp "$TMPDIR/sim.pcapng" "$TMPDIR/testbed.pcapng"
}
has_runtime() {
    "$NIMBLESIM" bench-call --rounds 10 >/dev/null 2>"$TMPDIR/err" ||
        ! grep -q 'built without the Wasm runtime' "$TMPDIR/err"
}
if has_runtime; then
    scenario=(scenarios/smoke.yaml --replication 1 --set 'duration=100 s')
    check 'a testbed sends the bytes of the simulation' same_bytes
    scenario+=("${network[@]}" --set 'updates.at=[20 s]' --set 'updates.algorithm=[1]')
    check '  also over a network that loses, and with new versions' same_bytes
    scenario=(scenarios/smoke.yaml --replication 1 --set 'duration=100 s' --set nodes.falsehood=0.5)
    check '  with binaries that are false' same_bytes
    check '  as they are handed out' test "$(LC_ALL=C grep -aoP '\x01asm' "$TMPDIR/sim.pcapng" | wc -l)" -gt 5
    scenario+=(--set mesh.corruption=0.1 --set mesh.duplication=0.1 --set mesh.retries=2)
    check '  and with bits that change on the way' same_bytes
fi

# ---- what is not as it was sent ----

exits_with 0 run scenarios/smoke.yaml --replication 1 --quiet --force --set mesh.corruption=0.1 \
    --set mesh.retries=2 --out "$TMPDIR/spoilt.db" --pcap "$TMPDIR/spoilt.pcapng"
check 'what comes with another bit says so' test \
    "$(LC_ALL=C grep -ao 'comes with another bit' "$TMPDIR/spoilt.pcapng" | wc -l)" -gt 100

# ---- Wireshark ----

scenario=(scenarios/smoke.yaml --replication 1 "${network[@]}" --set record=events)
check 'a capture beside a record of events' exits_with 0 run "${scenario[@]}" --quiet \
    --out "$TMPDIR/events.db" --pcap "$TMPDIR/events.pcapng"
skip() { # DESCRIPTION
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1 # SKIP no tshark"
}
if ! command -v tshark >/dev/null; then
    skip 'is read by Wireshark'
    echo "1..$tap_count"
    exit
fi

shark() { # FILE ARGUMENT...
    local file=$1
    shift
    HOME=$TMPDIR LC_ALL=C.UTF-8 tshark -X lua_script:models/nimblenet/wire.lua -r "$file" "$@" \
        2>"$TMPDIR/err"
}
# What happened, over which link, and how often: as Wireshark reads it, and as the result has it.
seen() {
    shark "$TMPDIR/events.pcapng" -T fields -E separator='|' -E 'aggregator=;' \
        -e frame.interface_description -e frame.interface_name -e frame.packet_flags_direction \
        -e nimblenet.kind -e frame.comment |
        awk -F '|' '
            BEGIN { split("query,have,registry ask,registry tell,meta ask,meta tell,get,data,news", name, ",") }
            {
                sub(/^.*: /, "", $1); sub(/,.*/, "", $1)
                fate = $5 ~ /lost/ ? "lost" : $5 ~ /no room/ ? "no room" : $3 ~ /1$/ ? "received" : "sent"
                kind = $5 ~ /housekeeping/ ? "housekeeping" : name[$4]
                print $1 "|" $2 "|" fate ": " kind
            }' | LC_ALL=C sort | uniq -c
}
recorded() {
    query "$TMPDIR/events.db" "SELECT run.variant, CASE
            WHEN kind LIKE 'received%' OR kind LIKE 'no room%'
            THEN 'node ' || peer || ' > node ' || node ELSE 'node ' || node || ' > node ' || peer END,
        kind FROM event JOIN run USING (run_id) WHERE peer IS NOT NULL AND (kind LIKE 'sent: %'
            OR kind LIKE 'lost: %' OR kind LIKE 'received: %' OR kind LIKE 'no room: %')" |
        LC_ALL=C sort | uniq -c
}
seen >"$TMPDIR/seen"
recorded >"$TMPDIR/recorded"
check 'is read by Wireshark, frame by frame as the events are' cmp "$TMPDIR/seen" "$TMPDIR/recorded"
check '  of each fate' is_equal "$(grep -oE '(sent|lost|received|no room): query' "$TMPDIR/seen" |
    sort -u | wc -l)" 4
check '  and nothing of it is malformed' is_equal \
    "$(shark "$TMPDIR/events.pcapng" -Y nimblenet.malformed | wc -l)" 0
check '  to the nanosecond' is_equal "$(shark "$TMPDIR/events.pcapng" -c 1 -T fields -e frame.time_epoch)" \
    "$(query "$TMPDIR/events.db" "SELECT printf('%d.%09d', t_ns / 1000000000, t_ns % 1000000000)
        FROM event WHERE run_id = 1 AND (kind LIKE 'sent: %' OR kind LIKE 'lost: %') ORDER BY t_ns LIMIT 1")"
check '  and data carry binaries' is_equal "$(shark "$TMPDIR/events.pcapng" -c 20000 -T fields -Y \
    'nimblenet.length > 0' -e nimblenet.binary | cut -c 1-8 | sort -u)" 0061736d
check '  of the size that a tasklet has' is_equal "$(shark "$TMPDIR/events.pcapng" -T fields -Y \
    'nimblenet.length > 0' -e nimblenet.tasklet -e nimblenet.length -e frame.interface_description |
    sed 's/\t[^\t]*: /\t/; s/,.*//' | tr '\t' '|' | LC_ALL=C sort -u)" \
    "$(query "$TMPDIR/events.db" "SELECT DISTINCT tasklet, size_bytes, variant FROM tasklet
        JOIN run USING (run_id) JOIN event USING (run_id, tasklet) WHERE event.kind GLOB 'sent: data*'
            OR event.kind GLOB 'lost: data*'" | LC_ALL=C sort -u)"

# The registry, behind node 1, is none of the nodes that the metric sums up.
check 'as many as were spoilt come with another bit' is_equal "$(shark "$TMPDIR/spoilt.pcapng" -T fields \
    -e frame.interface_name -e frame.comment | grep -v '^node 7 >' | grep -c 'comes with another bit')" \
    "$(query "$TMPDIR/spoilt.db" "SELECT CAST(sum(value) AS INTEGER) FROM metric WHERE name = 'corrupted_messages'")"
shark "$TMPDIR/spoilt.pcapng" -Y nimblenet.malformed -T fields -e frame.comment >"$TMPDIR/strange"
check 'bits that have changed are often seen' test "$(wc -l <"$TMPDIR/strange")" -gt 50
check '  and nothing else is malformed' is_equal "$(grep -vc 'comes with another bit' "$TMPDIR/strange")" 0

# Bytes that no node sends: one of the first frame's, a query, is changed.
broken() { # OFFSET BYTE
    local at
    at=$(LC_ALL=C grep -aobP '\x02\x01\x00...{3}\xff{4}' "$TMPDIR/events.pcapng" | head -n 1 |
        cut -d : -f 1)
    cp "$TMPDIR/events.pcapng" "$TMPDIR/broken.pcapng"
    printf '%b' "\\x$2" | dd of="$TMPDIR/broken.pcapng" bs=1 seek=$((at + $1)) conv=notrunc status=none
    shark "$TMPDIR/broken.pcapng" -Y nimblenet.malformed -T fields -e _ws.col.Info
}
check 'a frame of another version is malformed' is_equal "$(broken 0 07)" 'malformed: of version 7'
check '  one of no kind' is_equal "$(broken 1 33)" 'malformed: of kind 51'
check '  one of a strange status' is_equal "$(broken 2 02)" 'malformed: of status 2'
check '  a query for what is gone' is_equal "$(broken 2 01)" 'malformed: a query of what is gone'
check '  a flood that goes nowhere' is_equal "$(broken 3 00)" 'malformed: a flood that goes nowhere'
check '  a flood for one node' is_equal "$(broken 8 01)" 'malformed: a flood for one node'
check '  one that is longer than it says' is_equal "$(broken 40 01)" \
    'malformed: of a length that it does not say'
echo "1..$tap_count"

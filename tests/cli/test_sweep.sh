#!/bin/bash
# nimblesim sweep and merge as a user meets them: points, folders, kills, failures, one database.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh

tiny=$TMPDIR/tiny.yaml
write_tiny() { # CACHES: the smoke scenario, shorter, on three axes
    sed 's/^duration:.*/duration: 200 s/' scenarios/smoke.yaml
    cat <<EOF
sweep:
  nodes.cache: $1
  nodes.eviction: [lfu, lru]
  robots.count: {from: 2, to: 6, step: 2}
where:
  - robots.count < 6 or nodes.cache <= 6000 B   # a comment
EOF
}
write_tiny '[5000 B, 6000 B, 8 KiB]' >"$tiny"

# Everything but wall times and when, where and by whom it was made.
contents() {
    query "$1" "SELECT point_id, hash, arguments, scenario_resolved, seed FROM point ORDER BY 1;
        SELECT * FROM axis ORDER BY 1; SELECT * FROM point_axis ORDER BY 1, 2;
        SELECT run_id, point_id, variant, replication, seed, state, digest, work_digest, events
            FROM run ORDER BY 1;
        SELECT * FROM metric ORDER BY 1, 2; SELECT * FROM node ORDER BY 1, 2;
        SELECT * FROM node_traffic ORDER BY 1, 2; SELECT * FROM bin ORDER BY 1, 2;
        SELECT * FROM distribution ORDER BY 1, 2, 3; SELECT * FROM v_point_metric ORDER BY 1, 5, 8"
}
done_points() { find "$1/points" -name '*.db' | wc -l; }

# ---- listing

check 'help shows an example first' exits_with 0 sweep --help
check '  and what axes look like' prints 'step: x2'
check 'a dry run lists the points' exits_with 0 sweep "$tiny" --dry-run --out "$TMPDIR/tiny.sweep"
check '  with a line for each' is_equal "$(grep -c 'to do$' "$TMPDIR/out")" 16
check '  and the sum' prints '16 to do:.*events.*processor time'
check '  and makes no folder' test ! -e "$TMPDIR/tiny.sweep"
check 'a dry run in JSON' exits_with 0 sweep "$tiny" --dry-run --json
check '  knows the points' is_equal "$(json '$.points')" 16
check '  their values' is_equal "$(json '$.point[15].values."nodes.cache"')" '8 KiB'
check '  and what is expected of them' test "$(json '$.point[3].expected_events' | cut -d. -f1)" -gt 100

# ---- running and merging

check 'a sweep runs' exits_with 0 sweep "$tiny" --out "$TMPDIR/whole.sweep" -j 2
check '  all points' prints '16 run, 0 there already, 0 failed'
check '  and says how to go on' says 'nimblesim merge'
check '  a file each' is_equal "$(done_points "$TMPDIR/whole.sweep")" 16
check 'again, it has nothing to do' exits_with 0 sweep "$tiny" --out "$TMPDIR/whole.sweep"
check '  since all is there' prints '0 run, 16 there already'
check 'its points merge' exits_with 0 merge "$TMPDIR/whole.sweep" --out "$TMPDIR/whole.db"
check '  into one sound file' is_equal "$(query "$TMPDIR/whole.db" 'PRAGMA integrity_check')" ok
check '  without a broken reference' is_equal "$(query "$TMPDIR/whole.db" 'PRAGMA foreign_key_check')" ''
check '  with the axes as columns' is_equal "$(query "$TMPDIR/whole.db" \
    'SELECT "nodes.cache", "nodes.eviction", "robots.count" FROM v_point WHERE point_id = 16')" \
    '8192|lru|4'
check '  and a view for each axis' is_equal "$(query "$TMPDIR/whole.db" "SELECT group_concat(value)
    FROM \"v_axis_nodes.eviction\" WHERE variant = 'nimble' AND name = 'calls'")" 'lfu,lru'
check '  all means of which are over all runs' is_equal "$(query "$TMPDIR/whole.db" "SELECT sum(n)
    FROM \"v_axis_robots.count\" WHERE name = 'calls'")" 64
contents "$TMPDIR/whole.db" >"$TMPDIR/whole.txt"
check 'an earlier file is not replaced' \
    exits_with 65 merge "$TMPDIR/whole.sweep" --out "$TMPDIR/whole.db"
check '  unless by force' exits_with 0 merge "$TMPDIR/whole.sweep" --out "$TMPDIR/whole.db" --force --json
check '  which tells how many' is_equal "$(json '$.runs')" 64

# The command of a point repeats it.
point_digests=$(query "$TMPDIR/whole.db" 'SELECT digest FROM run WHERE point_id = 7 ORDER BY run_id')
eval "\"\$NIMBLESIM\"$(query "$TMPDIR/whole.db" \
    "SELECT substr(arguments, 10) FROM point WHERE point_id = 7") --out \"$TMPDIR/alone.db\" -q"
check 'a point alone, by its command, is the same point' is_equal \
    "$(query "$TMPDIR/alone.db" 'SELECT digest FROM run ORDER BY run_id')" "$point_digests"
check 'points share their random numbers' is_equal "$(query "$TMPDIR/whole.db" "SELECT count(DISTINCT
    work_digest) FROM run JOIN v_point USING (point_id) WHERE \"robots.count\" = 4")" 2
check 'a sweep on one process is the same' exits_with 0 sweep "$tiny" --out "$TMPDIR/one.sweep" -j 1 -q
"$NIMBLESIM" merge "$TMPDIR/one.sweep" --out "$TMPDIR/one.db" -q
contents "$TMPDIR/one.db" >"$TMPDIR/one.txt"
check '  in its content' cmp "$TMPDIR/one.txt" "$TMPDIR/whole.txt"
"$NIMBLESIM" merge "$TMPDIR"/one.sweep/points/*.db --out "$TMPDIR/files.db" -q
contents "$TMPDIR/files.db" >"$TMPDIR/files.txt"
check 'files merge in the order of their axes' cmp "$TMPDIR/files.txt" "$TMPDIR/whole.txt"

# ---- parts

check 'a part of the points' exits_with 0 sweep "$tiny" --out "$TMPDIR/part.sweep" --points 3-5
check '  is that part' prints '3 points: 3 run'
check 'an incomplete sweep does not merge' exits_with 65 merge "$TMPDIR/part.sweep" --out "$TMPDIR/p.db"
check '  and says what is missing' says '13 of 16 points are missing.*point 1'
check '  and what to type' says "nimblesim sweep $tiny"
check '  nor leaves a file' test ! -e "$TMPDIR/p.db"
check '  unless it is asked to' \
    exits_with 0 merge "$TMPDIR/part.sweep" --out "$TMPDIR/p.db" --partial
check 'one point alone' exits_with 0 sweep "$tiny" --out "$TMPDIR/part.sweep" --point 5 --json
check '  is kept if it is there' is_equal "$(json '$.kept')" 1
check 'a range beyond the points is a usage error' \
    exits_with 2 sweep "$tiny" --out "$TMPDIR/part.sweep" --points 17-18
check 'a damaged point is made anew' bash -c \
    "dd if=/dev/zero of=\"\$(ls $TMPDIR/part.sweep/points/*.db | head -n 1)\" bs=4096 seek=5 count=3 \
    conv=notrunc status=none && $NIMBLESIM sweep $tiny --out $TMPDIR/part.sweep --points 3-5 2>&1 |
    grep -q '1 run, 2 there already'"

query "$(find "$TMPDIR/part.sweep/points" -name '*.db' | sort | head -n 1)" \
    "UPDATE invocation SET program_commit = 'another'"
check 'a point of another build is made anew' bash -c \
    "$NIMBLESIM sweep $tiny --out $TMPDIR/part.sweep --points 3-5 2>&1 | grep -q '1 run, 2 there already'"

# ---- a changed axis

write_tiny '[5000 B, 5500 B, 6000 B, 8 KiB]' >"$TMPDIR/more.yaml"
cp -r "$TMPDIR/whole.sweep" "$TMPDIR/more.sweep"
check 'a changed axis, in a part, is refused' \
    exits_with 65 sweep "$TMPDIR/more.yaml" --out "$TMPDIR/more.sweep" --points 1-2
check 'a changed axis runs what is new' exits_with 0 sweep "$TMPDIR/more.yaml" --out "$TMPDIR/more.sweep"
check '  and nothing else' prints '22 points: 6 run, 16 there already'
"$NIMBLESIM" merge "$TMPDIR/more.sweep" --out "$TMPDIR/more.db" -q
check '  and merges in the new order' is_equal "$(query "$TMPDIR/more.db" \
    'SELECT "nodes.cache" FROM v_point WHERE point_id = 7')" 5500
check 'the old axes find all their points' bash -c \
    "$NIMBLESIM sweep $tiny --out $TMPDIR/more.sweep 2>/dev/null | grep -q '0 run, 16 there already'"

# ---- killed at random moments

sed -i 's/^duration:.*/duration: 60000 s/' "$tiny"
"$NIMBLESIM" sweep "$tiny" --out "$TMPDIR/unbroken.sweep" -q
"$NIMBLESIM" merge "$TMPDIR/unbroken.sweep" --out "$TMPDIR/unbroken.db" -q
contents "$TMPDIR/unbroken.db" >"$TMPDIR/unbroken.txt"
kills=0
RANDOM=7
for _ in 1 2 3 4 5 6 7 8 9 10; do
    "$NIMBLESIM" sweep "$tiny" --out "$TMPDIR/killed.sweep" -q 2>/dev/null &
    pid=$!
    sleep "0.$((RANDOM % 120 + 130))" # 0.13 to 0.249 s
    kill -KILL $pid 2>/dev/null && kills=$((kills + 1))
    wait $pid 2>/dev/null
done
check 'some of ten kills hit' test "$kills" -ge 3
check 'a killed sweep goes on' exits_with 0 sweep "$tiny" --out "$TMPDIR/killed.sweep"
check '  to the end' is_equal "$(done_points "$TMPDIR/killed.sweep")" 16
"$NIMBLESIM" merge "$TMPDIR/killed.sweep" --out "$TMPDIR/killed.db" -q
contents "$TMPDIR/killed.db" >"$TMPDIR/killed.txt"
check '  and has the content of an unbroken one' cmp "$TMPDIR/killed.txt" "$TMPDIR/unbroken.txt"
check '  and leaves no half file' is_equal "$(find "$TMPDIR/killed.sweep" -name '*.new-*' | wc -l)" 0

# ---- interrupted

sed 's/^duration:.*/duration: 1300 h/' "$tiny" >"$TMPDIR/long.yaml"
"$NIMBLESIM" sweep "$TMPDIR/long.yaml" --out "$TMPDIR/long.sweep" >"$TMPDIR/out" 2>"$TMPDIR/err" &
pid=$!
sleep 1
workers() { grep -ls "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status | cut -d/ -f3; }
all_workers=$(workers $pid)
kill -KILL "$(head -n 1 <<<"$all_workers")"
sleep 1
kill -INT $pid
wait $pid
check 'SIGINT ends a sweep with 130' is_equal $? 130
check '  which says how to go on' says 'goes on where this one stopped'
check '  a worker that was killed is a failed point' says 'ended by signal 9'
alive=0
for worker in $all_workers; do
    kill -0 "$worker" 2>/dev/null && alive=$((alive + 1))
done
check '  and leaves no process behind' is_equal "$alive" 0

# ---- failures

write_tiny '[1 s, 268 s]' | sed 's/nodes.cache:/robots.noise.feature:/' >"$TMPDIR/fails.yaml"
check 'a point that cannot run fails' exits_with 1 sweep "$TMPDIR/fails.yaml" --out "$TMPDIR/fails.sweep"
check '  with its values' says 'point 1 (robots.noise.feature=1 s, nodes.eviction=lfu, robots.count=2)'
check '  and the command that repeats it' says "nimblesim run $TMPDIR/fails.yaml --set 'robots.noise.feature=1 s'"
check '  while the rest goes on' prints '12 points: 6 run, 0 there already, 6 failed'
check '  and is tried again the next time' exits_with 1 sweep "$TMPDIR/fails.yaml" --out "$TMPDIR/fails.sweep" --json
check '  with the reason in JSON' test "$(json '$.point[0].why')" != ''
check 'the command of a failed point fails alike' exits_with 65 run "$TMPDIR/fails.yaml" \
    --set 'robots.noise.feature=1 s'

# ---- what is refused

check 'validate looks at every point' exits_with 65 validate "$tiny" --set 'taskset.chains=5'
check '  but is content with a sound sweep' exits_with 0 validate "$tiny" scenarios/sharing.yaml
write_tiny '[5000 B, 600]' >"$TMPDIR/unit.yaml"
check '  and says where an axis is not' exits_with 65 validate "$TMPDIR/unit.yaml"
check '  with line and column' says 'unit.yaml:22:25: nodes.cache: "600" has no unit'

check 'a scenario without axes is bad data' exits_with 65 sweep scenarios/smoke.yaml
check '  with what to write' says 'sweep: missing; write the axes'
check 'run leaves the axes out' exits_with 0 run "$tiny" --set 'duration=60 s'
check '  and says so' says 'nimblesim sweep runs them'
check 'axes cannot be given on the command line' exits_with 65 run "$tiny" --set 'sweep={a: 1}'
check 'an axis cannot be set as well' exits_with 65 sweep "$tiny" --set 'robots.count=3'
check 'no launcher but two' exits_with 2 sweep "$tiny" --launcher ssh
check 'a file in the place of the folder' exits_with 73 sweep "$tiny" --out "$tiny"
check 'merge wants a name' exits_with 2 merge "$TMPDIR/whole.sweep"
check 'merge of a folder without a manifest' exits_with 66 merge "$TMPDIR" --out "$TMPDIR/x.db"
check 'merge of a missing file' exits_with 66 merge "$TMPDIR/none.db" --out "$TMPDIR/x.db"
check 'merge of a merged file' exits_with 65 merge "$TMPDIR/whole.db" --out "$TMPDIR/x.db"
check '  says that it is one' says 'merged already'
"$NIMBLESIM" run scenarios/smoke.yaml --out "$TMPDIR/plain.db" -q
check 'merge of a plain result' exits_with 65 merge "$TMPDIR/plain.db" --out "$TMPDIR/x.db"
check '  says that it is no point' says 'no point of a sweep'
first=$(find "$TMPDIR/whole.sweep/points" -name '*.db' | sort | head -n 1)
check 'merge of a point and itself' exits_with 65 merge "$first" "$first" --out "$TMPDIR/x.db"
cp "$first" "$TMPDIR/newer.db"
query "$TMPDIR/newer.db" 'PRAGMA user_version = 3'
check 'merge of a newer schema' exits_with 65 merge "$first" "$TMPDIR/newer.db" --out "$TMPDIR/x.db"
check '  says which version it is' says 'schema version 3'
cp "$first" "$TMPDIR/other.db"
query "$TMPDIR/other.db" "ALTER TABLE warning ADD COLUMN colour TEXT; UPDATE invocation SET
    scenario_hash = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'"
check 'merge of a file with another column' \
    exits_with 65 merge "$first" "$TMPDIR/other.db" --out "$TMPDIR/x.db"
check '  says so' says 'another schema'
cp "$first" "$TMPDIR/axes.db"
query "$TMPDIR/axes.db" "UPDATE axis SET key = 'nodes.rows' WHERE axis = 3; UPDATE invocation SET
    scenario_hash = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'"
check 'merge of points on other axes' \
    exits_with 65 merge "$first" "$TMPDIR/axes.db" --out "$TMPDIR/x.db"
check 'merge of what is no database' exits_with 65 merge "$tiny" --out "$TMPDIR/x.db"
check 'none of these left a file' test ! -e "$TMPDIR/x.db"
check '  nor a part of one' is_equal "$(find "$TMPDIR" -maxdepth 1 -name 'x.db*' | wc -l)" 0

# ---- verbs that want one scenario ----
check 'compare refuses a sweep' exits_with 65 compare "$TMPDIR/whole.db"
check '  and says why' says 'is a sweep of [0-9]* points'
check 'paper refuses a sweep' exits_with 65 paper "$TMPDIR/whole.db" --out "$TMPDIR/paper"
check '  and says why' says 'is a sweep of [0-9]* points'
echo "1..$tap_count"

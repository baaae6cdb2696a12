#!/bin/bash
# compare's waterfall: what calls took longer is divided among causes that add up to the nanosecond,
# whatever two scenarios differ in; and nothing is where nothing differs.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh

causes=(housekeeping_ns resent_ns handling_ns timeout_ns queueing_ns execution_ns)
base=(scenarios/smoke.yaml --set 'duration=100 s' --set record=calls --quiet --force)
all_rows() { # "NAME NS" a line, of both variants
    sqlite3 -separator ' ' :memory: "SELECT json_extract(r.value, '$.name'), json_extract(r.value, '$.ns')
        FROM json_each(json_extract(CAST(readfile('$TMPDIR/out') AS TEXT), '$.comparisons')) AS c,
            json_each(json_extract(c.value, '$.waterfall.rows')) AS r"
}

# A network that is drawn of a number: SEED. Keys of both variants alike.
network() {
    awk -v seed="$1" '
        function set(key, value) { print "--set"; print key "=" value }
        function one_of(list,   n, word) { n = split(list, word, "|"); return word[1 + int(rand() * n)] }
        BEGIN {
            srand(seed)
            set("mesh.loss", one_of("0|0|0.01|0.1"))
            set("mesh.retries", one_of("0|1|4"))
            set("mesh.hop_delay", one_of("100 ms|40 ms|{uniform: [2 ms, 198 ms]}"))
            set("mesh.housekeeping.interval", one_of("never|500 ms|{exponential: 1 s}"))
            frame = one_of("0 s|3 ms|30 ms")
            set("nodes.frame_time", frame)
            set("nodes.receive_queue", frame == "0 s" ? "unlimited" : one_of("unlimited|4|24"))
            set("nodes.executors", one_of("unlimited|1"))
            set("nodes.cache", one_of("3000 B|5000 B|50 kB"))
            set("protocol.coalesce", one_of("true|false"))
            set("protocol.no_room", one_of("retry|wait"))
            set("protocol.first_answer_wins", one_of("true|true|false"))
            set("protocol.deadline_tie", one_of("accept|reject"))
            set("protocol.preload", one_of("none|sequential|parallel"))
            set("protocol.global.timeout", one_of("500 ms|1 s"))
            set("execution.load_time", one_of("5 ms|50 ms"))
        }'
}
make_run() { # NAME SEED
    local keys
    mapfile -t keys < <(network "$2")
    exits_with 0 run "${base[@]}" "${keys[@]}" --replications 1 --out "$TMPDIR/$1.db"
}
# What a call's parts are, its time is, and no message takes less than nothing.
adds_up() { # NAME
    is_equal "$(query "$TMPDIR/$1.db" "SELECT count(*) FROM
        (SELECT sum(took_ns) - sum($(IFS=+; echo "${causes[*]}") + travel_ns + rest_ns) AS off
         FROM v_cause GROUP BY run_id, work) WHERE off != 0")" 0 &&
        is_equal "$(query "$TMPDIR/$1.db" "SELECT count(*) FROM delay JOIN acquisition USING (run_id, seq)
            WHERE min(timeout_ns, resent_ns, handling_ns, housekeeping_ns, travel_ns, waiting_ns) < 0
                OR timeout_ns + resent_ns + handling_ns + housekeeping_ns + travel_ns + waiting_ns != done_ns - t_ns")" 0
}
# The rows as SQL finds them, call by call and acquisition by acquisition.
by_sql() {
    local cause
    query "$TMPDIR/a.db" "ATTACH '$TMPDIR/b.db' AS b;
        CREATE TEMP TABLE twin AS SELECT x.run_id, x.call_id, y.response_ns - x.response_ns AS took,
            y.queueing_ns - x.queueing_ns AS queueing_ns, y.execution_ns - x.execution_ns AS execution_ns
            FROM call AS x JOIN b.call AS y USING (run_id, call_id)
            WHERE x.status = 'completed' AND y.status = 'completed';
        CREATE TEMP TABLE piece AS
            SELECT 0 AS side, a.*, d.*, row_number() OVER (PARTITION BY a.run_id, call_id, tasklet ORDER BY seq) AS nth
                FROM main.acquisition AS a LEFT JOIN main.delay AS d USING (run_id, seq) UNION ALL
            SELECT 1, a.*, d.*, row_number() OVER (PARTITION BY a.run_id, call_id, tasklet ORDER BY seq)
                FROM b.acquisition AS a LEFT JOIN b.delay AS d USING (run_id, seq);
        $(for cause in housekeeping_ns resent_ns handling_ns timeout_ns; do
            echo "SELECT '$cause', run_id, ifnull((SELECT sum((2 * side - 1) * $cause) FROM piece AS p
                JOIN twin USING (run_id, call_id) WHERE p.run_id = r.run_id), 0) FROM run AS r;"
        done)
        $(for cause in queueing_ns execution_ns; do
            echo "SELECT '$cause', run_id, (SELECT sum($cause) FROM twin WHERE twin.run_id = r.run_id) FROM run AS r;"
        done)
        SELECT 'farther_ns', run_id, ifnull((SELECT sum(y.travel_ns - x.travel_ns) FROM piece AS x JOIN piece AS y
            USING (run_id, call_id, tasklet, nth) JOIN twin USING (run_id, call_id)
            WHERE x.side = 0 AND y.side = 1 AND y.hops > x.hops AND x.run_id = r.run_id), 0) FROM run AS r;
        SELECT 'total', run_id, (SELECT sum(took) FROM twin WHERE twin.run_id = r.run_id) FROM run AS r;" |
        LC_ALL=C sort
}
by_compare() {
    query :memory: "CREATE TEMP TABLE c AS SELECT key + 1 AS run_id, value FROM
            json_each(json_extract(CAST(readfile('$TMPDIR/out') AS TEXT), '$.comparisons'));
        SELECT json_extract(r.value, '$.name'), run_id, json_extract(r.value, '$.ns')
            FROM c, json_each(json_extract(c.value, '$.waterfall.rows')) AS r WHERE r.value NOT LIKE '%rest_ns%';
        SELECT 'total', run_id, json_extract(value, '$.waterfall.total_ns') FROM c" | LC_ALL=C sort
}
sums() { # rows and the rest against the whole, of each comparison
    query :memory: "SELECT sum(json_extract(value, '$.waterfall.total_ns') -
            (SELECT sum(json_extract(r.value, '$.ns')) FROM json_each(json_extract(c.value, '$.waterfall.rows')) AS r)),
            count(*), min(json_extract(value, '$.waterfall.compared')) > 0
        FROM json_each(json_extract(CAST(readfile('$TMPDIR/out') AS TEXT), '$.comparisons')) AS c"
}
pair_of_networks() { # SEED SEED
    make_run a "$1" && make_run b "$2" && adds_up a && adds_up b &&
        exits_with 0 compare --json "$TMPDIR/a.db" "$TMPDIR/b.db" && is_equal "$(sums)" '0|2|1' &&
        is_equal "$(by_compare)" "$(by_sql)"
}
for seed in 1 2 3 4 5 6 7 8 9 10; do
    check "two networks of seed $seed add up" pair_of_networks "$seed" $((1000 + seed))
done

# Where each hop takes the same, what is not told apart as anything else is whole hops.
exits_with 0 run "${base[@]}" --set mesh.loss=0.05 --set mesh.retries=3 --set nodes.receive_queue=4 \
    --set 'mesh.housekeeping.interval={exponential: 1 s}' --set 'nodes.frame_time=7 ms' \
    --set 'protocol.global.timeout=1 s' --out "$TMPDIR/hops.db"
check 'what messages travel is whole hops' is_equal "$(query "$TMPDIR/hops.db" "SELECT
    sum(travel_ns % 100000000), count(*) > 100, sum(resent_ns > 0) > 20, sum(housekeeping_ns > 0) > 5,
    sum(handling_ns % 7000000 = 0) < count(*) FROM delay")" '0|1|1|1|1'

# With all impairments off, simulator and testbed do the same.
clean() {
    exits_with 0 run "${base[@]}" --replications 1 --out "$TMPDIR/sim.db" &&
        exits_with 0 testbed "${base[@]}" --replications 1 --no-exec --out "$TMPDIR/testbed.db" &&
        exits_with 0 compare --json "$TMPDIR/sim.db" "$TMPDIR/testbed.db"
}
check 'a testbed without impairments is compared' clean
check '  and every row is zero' is_equal "$(all_rows | cut -d ' ' -f 2 | sort | uniq -c | tr -s ' ')" ' 16 0'
same_network() {
    exits_with 0 run "${base[@]}" "${lossy[@]}" --out "$TMPDIR/sim.db" &&
        exits_with 0 testbed "${base[@]}" "${lossy[@]}" --no-exec --out "$TMPDIR/testbed.db" &&
        adds_up testbed && cmp <(query "$TMPDIR/sim.db" 'SELECT * FROM delay') \
        <(query "$TMPDIR/testbed.db" 'SELECT * FROM delay')
}
lossy=(--replications 1 --set mesh.loss=0.1 --set mesh.retries=2 --set 'nodes.frame_time=5 ms')
check 'a testbed tells the delays of the simulation' same_network
check 'people read it' exits_with 0 compare "$TMPDIR/a.db" "$TMPDIR/b.db"
check '  with its whole' prints '^  all of it  *-*[0-9]* ns  '
check '  and what it is of' prints '^from .* to .*: what [0-9]* calls took longer'
exits_with 0 run scenarios/smoke.yaml --quiet --force --out "$TMPDIR/bare.db"
check 'without a record of calls there is none' exits_with 0 compare --json "$TMPDIR/bare.db" "$TMPDIR/bare.db"
check '  nor a row' is_equal "$(all_rows)" ''
echo "1..$tap_count"

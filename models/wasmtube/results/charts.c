#include "models/wasmtube/results/charts.h"

/* Seconds after the first node of any run knew of it. */
#define SINCE                                                                                      \
    "(SELECT min(told_ns) FROM node_update JOIN run r USING (run_id) WHERE r.point_id = 0)"

const struct model_chart wasmtube_charts[WASMTUBE_CHARTS] = {
    {.key = "grid",
     .title = "The new version over the grid",
     .unit = "s",
     .about = "Where each node is, and how long after the first news it ran the new version; means "
              "over the replications in which it did.",
     .picture = MODEL_HEAT,
     .decimals = 0,
     .across = "y",
     .series = "x",
     .select = "SELECT replication, variant, printf('%g', y + 1), printf('%g', x + 1),"
               " (active_ns - " SINCE ") / 1e9 FROM node_update JOIN node USING (run_id, node)"
               " JOIN run USING (run_id) WHERE point_id = 0 AND x IS NOT NULL"
               " ORDER BY run_id, y, x"},
    {.key = "waves",
     .title = "From the old version to the new, node by node",
     .unit = "s",
     .about = "The first replication of each variant.",
     .picture = MODEL_SPANS,
     .decimals = 1,
     .across = "simulated time (s)",
     .series = "state",
     .select =
         "WITH state(n, word) AS (VALUES (1, 'old'), (2, 'old, and knows'), (3, 'new')),"
         " first AS (SELECT run_id, variant FROM run WHERE point_id = 0 AND replication ="
         " (SELECT min(replication) FROM run WHERE point_id = 0)),"
         " end AS (SELECT 1.05 * max(coalesce(active_ns, told_ns)) AS ns FROM node_update"
         " JOIN first USING (run_id))"
         " SELECT variant, 'node ' || node, word,"
         " CASE n WHEN 1 THEN 0 WHEN 2 THEN told_ns ELSE active_ns END / 1e9,"
         " coalesce(CASE n WHEN 1 THEN coalesce(told_ns, active_ns) WHEN 2 THEN active_ns END,"
         " ns) / 1e9"
         " FROM node_update JOIN first USING (run_id) JOIN state JOIN end"
         " WHERE n = 1 OR (n = 2 AND told_ns IS NOT NULL)"
         " OR (n = 3 AND active_ns IS NOT NULL)"
         " ORDER BY run_id, node, n"},
    {.key = "energy",
     .title = "Energy by what it is for",
     .unit = "J",
     .about = "Of all nodes; that they are on is left out.",
     .picture = MODEL_BARS,
     .decimals = 3,
     .across = "for",
     .series = "variant",
     .select = "WITH what(n, word) AS (VALUES (1, 'swaps and reboots'), (2, 'sending'),"
               " (3, 'receiving')) SELECT replication, '', word, variant,"
               " sum(CASE n WHEN 1 THEN compute_j WHEN 2 THEN sent_j ELSE received_j END) AS j"
               " FROM what JOIN node JOIN run USING (run_id) WHERE point_id = 0"
               " AND (SELECT max(compute_j + sent_j + received_j) FROM node) > 0"
               " GROUP BY n, run_id ORDER BY n, run_id"},
    {.key = "gaps",
     .title = "How long nobody is answered when code is exchanged",
     .unit = "ms",
     .about =
         "Longest time between two answers, median of the blocks; measured on one host, the "
         "verdicts are in the table. Prepared: calls wait for the exchange alone; mailbox: for "
         "the whole reload, as in the paper; restart: the process ends and starts again.",
     .picture = MODEL_BARS,
     .decimals = 1,
     .across = "size of the module",
     .series = "arm",
     .needs = "trial_finding",
     .select = "SELECT replace(replace(substr(part, 6), 'kb', ' kB'), 'mb', ' MB'), arm, value "
               "FROM trial_finding JOIN trial USING (part)"
               " WHERE metric = 'gap' AND part LIKE 'swap-%' AND arm <> trial.again"
               " AND value IS NOT NULL ORDER BY length(part), part,"
               " CASE arm WHEN 'prepared' THEN 1 WHEN 'mailbox' THEN 2 ELSE 3 END"},
    {.key = "swap",
     .title = "One swap, from the event of its file on",
     .unit = "ms",
     .about = "The last one of each kind, measured on one host: what is done, and whether calls "
              "wait meanwhile.",
     .picture = MODEL_SPANS,
     .decimals = 3,
     .across = "ms of this host",
     .series = "what",
     .needs = "trial_point",
     .select = "SELECT replace(replace(substr(part, 6), 'kb', ' kB'), 'mb', ' MB'), substr(series, "
               "1, instr(series, ': ') - 1),"
               " substr(series, instr(series, ': ') + 2), x, value FROM trial_point"
               " WHERE curve = 'swap' ORDER BY length(part), part, number"},
    {.key = "layers",
     .title = "Speed of the layers, the device's being 1",
     .unit = "times",
     .about =
         "Table IV's networks on the paper's three machines, and one binary in three processes "
         "of one host that are held at these speeds: medians of the blocks.",
     .picture = MODEL_BARS,
     .decimals = 2,
     .across = "layer",
     .series = "what",
     .needs = "trial_finding",
     .select = "WITH layer(n, word, large, small) AS (VALUES (1, 'device', 1.0, 1.0),"
               " (2, 'cloud', 3304.31 / 1120.75, 588.69 / 168.55),"
               " (3, 'local', 3304.31 / 295.32, 588.69 / 58.41)),"
               " work(k, metric, name) AS (VALUES (2, 'larger', 'larger work, this host'),"
               " (4, 'smaller', 'smaller work, this host')),"
               " bar AS (SELECT n, word, 1 AS k, 'larger network, paper' AS name, large AS speed"
               " FROM layer UNION ALL SELECT n, word, 3, 'smaller network, paper', small FROM layer"
               " UNION ALL SELECT n, word, k, name, d.value / f.value FROM layer JOIN work"
               " JOIN trial_finding AS f ON f.part = 'layers' AND f.arm = word"
               " AND f.metric = work.metric JOIN trial_finding AS d ON d.part = 'layers'"
               " AND d.arm = 'device' AND d.metric = work.metric)"
               " SELECT word, name, speed FROM bar"
               " WHERE EXISTS (SELECT 1 FROM trial_finding WHERE part = 'layers') ORDER BY n, k"},
};

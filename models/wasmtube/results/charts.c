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
};

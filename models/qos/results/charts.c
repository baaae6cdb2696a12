#include "models/qos/results/charts.h"

const struct model_chart qos_charts[QOS_CHARTS] = {
    {.key = "energy",
     .title = "Energy by what it is for",
     .unit = "J",
     .about = "Of all nodes, until nothing is left to do.",
     .picture = MODEL_BARS,
     .decimals = 1,
     .across = "for",
     .series = "variant",
     .select = "WITH what(n, word) AS (VALUES (1, 'inferring'), (2, 'being on'), (3, 'sending'), "
               "(4, 'receiving'))"
               " SELECT replication, '', word, variant, sum(CASE n WHEN 1 THEN compute_j WHEN 2 "
               "THEN idle_j WHEN 3 THEN sent_j ELSE received_j END)"
               " FROM what JOIN node JOIN run USING (run_id) WHERE point_id = 0"
               " AND (SELECT max(compute_j + idle_j + sent_j + received_j) FROM node) > 0"
               " GROUP BY n, run_id ORDER BY n, run_id"},
};

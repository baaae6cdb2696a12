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
    {.key = "sharing",
     .title = "How inferences at once slow each other down",
     .unit = "times as long",
     .about = "phi(k), measured before the first block at a node of this host, which the "
              "simulation beside is told; and the scenario's own law, whose fitted cliff leaves "
              "the picture where it is steeper than twice what was measured.",
     .picture = MODEL_LINES,
     .decimals = 2,
     .across = "inferences at once",
     .series = "law",
     .needs = "trial_point",
     .over = "rounds",
     .select = "SELECT number, '', printf('%g', x), series, value FROM trial_point"
               " WHERE curve = 'phi' AND value <= 2 * (SELECT max(value) FROM trial_point"
               " WHERE curve = 'phi' AND series = 'this host') ORDER BY number"},
};

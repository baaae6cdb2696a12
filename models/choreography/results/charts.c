#include "models/choreography/results/charts.h"

const struct model_chart choreo_charts[CHOREO_CHARTS] = {
    {.key = "energy",
     .title = "Energy by tier",
     .unit = "J",
     .about = "What tasks cost to compute at each tier, and to send over each kind of link; what "
              "idle cores draw is left out.",
     .picture = MODEL_BARS,
     .decimals = 0,
     .across = "where",
     .series = "variant",
     .select = "SELECT replication, '', place, variant, sum(j) FROM"
               " (SELECT run_id, tier AS place, compute_j AS j, CASE tier WHEN 'device' THEN 1"
               " WHEN 'edge' THEN 2 ELSE 3 END AS n FROM node"
               " UNION ALL SELECT run_id, kind || ' links', energy_j, CASE kind WHEN 'lan' THEN 4"
               " ELSE 5 END FROM link) JOIN run USING (run_id) WHERE point_id = 0"
               " GROUP BY run_id, place ORDER BY n, run_id"},
    /* Outages are the same in all variants: those of the first run. */
    {.key = "outages",
     .title = "Links as they come and go: a gap is an outage",
     .unit = "s",
     .about = "The first replication; the same in all variants.",
     .picture = MODEL_SPANS,
     .decimals = 1,
     .across = "simulated time (s)",
     .series = "link",
     .select =
         "WITH first AS (SELECT min(run_id) AS run_id FROM run WHERE point_id = 0),"
         " gap AS (SELECT link, t_ns, until_ns FROM outage JOIN first USING (run_id)),"
         " edge AS (SELECT link, t_ns, until_ns FROM gap"
         " UNION ALL SELECT DISTINCT link, (SELECT max(until_ns) FROM gap), NULL FROM gap),"
         " up AS (SELECT link, lag(until_ns, 1, 0) OVER (PARTITION BY link ORDER BY t_ns) AS since,"
         " t_ns FROM edge)"
         " SELECT '', kind || ' ' || link || ', domain ' || domain, kind || ' is up', since / 1e9,"
         " t_ns / 1e9 FROM up JOIN first JOIN link USING (run_id, link) WHERE t_ns > since"
         " ORDER BY kind, link, since"},
};

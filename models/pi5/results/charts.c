#include "models/pi5/results/charts.h"

#define HAS(policy) "(variant = 'all' OR variant LIKE '%' || " policy " || '%')"
#define WITH_OR_WITHOUT(policy)                                                                    \
    "CASE WHEN " HAS(policy) " THEN " policy " ELSE 'no ' || " policy " END"

/* The first replication, with nothing and with all policies. */
#define FIRST                                                                                      \
    " WHERE point_id = 0 AND variant IN ('base', 'all')"                                           \
    " AND replication = (SELECT min(replication) FROM run WHERE point_id = 0)"

const struct model_chart pi5_charts[PI5_CHARTS] = {
    {.key = "gains",
     .title = "Gain in mean completion over the baseline",
     .unit = "%",
     .about = "Within a replication, then the mean.",
     .picture = MODEL_BARS,
     .decimals = 1,
     .across = "policies",
     .series = "gain",
     .contrast = "gain_response",
     .scale = 100,
     .level = 7,
     .level_words = "the paper: 7 %"},
    {.key = "effects",
     .title = "Effects of the factorial on mean completion",
     .unit = "s",
     .about = "Of a policy: the four variants with it less the four without. Below 0 is shorter.",
     .picture = MODEL_BARS,
     .decimals = 2,
     .across = "effect",
     .series = "effect",
     .effect = "response_mean_s"},
    {.key = "interaction",
     .title = "Interaction",
     .unit = "s",
     .about = "Mean completion with a policy off and on. Parallel lines: the two do not meet.",
     .picture = MODEL_LINES,
     .decimals = 2,
     .across = "policy",
     .series = "the other",
     .select =
         "WITH pair(n, a, b) AS (VALUES (1, 'pin', 'memory'), (2, 'pin', 'sort'),"
         " (3, 'memory', 'sort'))"
         " SELECT replication, a || ' × ' || b, " WITH_OR_WITHOUT(
             "a") " AS with_a, " WITH_OR_WITHOUT("b") " AS with_b, avg(value)"
                                                      " FROM pair JOIN run JOIN metric USING "
                                                      "(run_id)"
                                                      " WHERE name = 'response_mean_s' AND "
                                                      "point_id = 0"
                                                      " AND variant IN ('base', 'pin', 'memory', "
                                                      "'sort', 'pin+memory', 'pin+sort',"
                                                      " 'memory+sort', 'all')"
                                                      " GROUP BY n, replication, with_a, with_b "
                                                      "HAVING count(*) = 2"
                                                      " ORDER BY n, replication, " HAS(
                                                          "a") ", " HAS("b")},
    {.key = "gantt",
     .title = "One batch: who ran where and when, and the memory under its cap",
     .unit = "s",
     .about = "The first replication, with no policy and with all. Below each: memory in use, the "
              "orchestrator's own included; dashed: the cap.",
     .picture = MODEL_SPANS,
     .decimals = 2,
     .across = "since the batch was submitted (s)",
     .series = "class",
     .select = "SELECT variant, 'core ' || core, class, start_ns / 1e9, end_ns / 1e9"
               " FROM task JOIN run USING (run_id)" FIRST " AND end_ns IS NOT NULL"
               " ORDER BY run_id, core, start_ns",
     .curve = "SELECT variant, t_ns / 1e9, used_bytes / 1e6, cap_bytes / 1e6"
              " FROM memory_use JOIN run USING (run_id)" FIRST " ORDER BY run_id, step",
     .curve_label = "memory (MB)"},
    {.key = "energy",
     .title = "Energy by what it is for",
     .unit = "J",
     .about = "Until the last task has ended: who is through sooner is on for less long.",
     .picture = MODEL_BARS,
     .decimals = 1,
     .across = "policies",
     .series = "for",
     .select = "WITH what(n, word) AS (VALUES (1, 'computing'), (2, 'being on'))"
               " SELECT replication, '', variant, word,"
               " CASE n WHEN 1 THEN compute_j ELSE idle_j END"
               " FROM what JOIN node JOIN run USING (run_id) WHERE point_id = 0"
               " AND (SELECT max(compute_j + idle_j) FROM node) > 0"
               " ORDER BY run_id, n"},
};

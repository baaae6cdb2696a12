/* The paper prints no number: what follows is the model's own, under values that are assumed. The
 * bands were set before the model was written. */
#include "models/choreography/results/paper.h"

/* Of one variant against another, replication by replication. */
#define BESIDE(value, other, name)                                                                 \
    "SELECT a.replication, " value " FROM run a"                                                   \
    " JOIN run b ON b.point_id = a.point_id AND b.replication = a.replication"                     \
    " AND b.variant = '" other "' JOIN metric x ON x.run_id = a.run_id AND x.name = '" name "'"    \
    " JOIN metric y ON y.run_id = b.run_id AND y.name = '" name "'"                                \
    " WHERE a.variant = ? AND a.point_id = ?"
#define FOREIGN                                                                                    \
    "SELECT replication, 100 * x.value / y.value FROM run JOIN metric x USING (run_id)"            \
    " JOIN metric y USING (run_id) WHERE x.name = 'placed_foreign' AND y.name = 'calls'"           \
    " AND variant = ? AND point_id = ?"

#define ROW(k, w, v, n, least, most)                                                               \
    .key = (k), .source = (w), .when = (w), .variant = (v), .name = (n), .paper = "-",             \
    .low = (least), .high = (most)
#define MISSED(k, w, v, n, least, most)                                                            \
    ROW(k, w, v, "deadlines missed, " n, least, most), .unit = "%", .decimals = 2, .scale = 100,   \
                                                       .measure = "missed_share"
#define SHARE(k, w, v, n, least, most)                                                             \
    ROW(k, w, v, "run in another's domain, " n, least, most), .unit = "%", .decimals = 2,          \
                                                              .select = FOREIGN
#define ENERGY(k, w, least, most)                                                                  \
    ROW(k, w, "bandit", "energy a task, bandit / greedy", least, most),                            \
        .decimals = 3, .fold = PAPER_RATIO,                                                        \
        .select = BESIDE("x.value, y.value", "greedy", "energy_per_call_j")
/* An order: how much more the first misses. */
#define ORDER(k, w, v, other, n, least, most)                                                      \
    ROW(k, w, v, n, least, most),                                                                  \
        .unit = "%", .decimals = 2,                                                                \
        .select = BESIDE("100 * (x.value - y.value)", other, "missed_share")

const struct paper_quantity choreo_quantities[CHOREO_PAPER_QUANTITIES] = {
    {MISSED("missed_random", CHOREO_WHOLE, "random", "random", 11, 14.5)},
    {MISSED("missed_local", CHOREO_WHOLE, "local", "local", 90, 100),
     .note = "large tasks swamp a device: most are never answered"},
    {MISSED("missed_greedy", CHOREO_WHOLE, "greedy", "greedy", 2.6, 4.4)},
    {MISSED("missed_bandit", CHOREO_WHOLE, "bandit", "bandit", 1.5, 2.3),
     .note = "policy.feedback: a miss is known as the deadline passes"},
    {MISSED("missed_central", CHOREO_WHOLE, "central", "central", 0, 0.1)},
    {ENERGY("energy_bandit", CHOREO_WHOLE, 1.06, 1.17)},
    {SHARE("foreign_greedy", CHOREO_WHOLE, "greedy", "greedy", 0, 0.5)},
    {SHARE("foreign_bandit", CHOREO_WHOLE, "bandit", "bandit", 3, 7)},
    {ORDER("random_greedy", CHOREO_WHOLE, "random", "greedy", "random misses more than greedy", 0,
           100)},
    {ORDER("random_bandit", CHOREO_WHOLE, "random", "bandit", "random misses more than bandit", 0,
           100)},
    {ORDER("central_greedy", CHOREO_WHOLE, "central", "greedy", "central misses less than greedy",
           -100, 0)},
    {ORDER("central_bandit", CHOREO_WHOLE, "central", "bandit", "central misses less than bandit",
           -100, 0)},

    {MISSED("failing_random", CHOREO_FAILING, "random", "random", 15, 19)},
    {MISSED("failing_greedy", CHOREO_FAILING, "greedy", "greedy", 3.2, 5.6)},
    {MISSED("failing_bandit", CHOREO_FAILING, "bandit", "bandit", 3.2, 5.6),
     .note = "near greedy: learning brings no resilience"},
    {MISSED("failing_central", CHOREO_FAILING, "central", "central", 13, 19),
     .note = "with an edge to fall back to, behind a timeout of 1 s"},
    {ENERGY("failing_energy_bandit", CHOREO_FAILING, 1.02, 1.11)},
    {SHARE("failing_foreign_greedy", CHOREO_FAILING, "greedy", "greedy", 0, 0.5)},
    {SHARE("failing_foreign_bandit", CHOREO_FAILING, "bandit", "bandit", 6, 12)},
    {ORDER("failing_random_greedy", CHOREO_FAILING, "random", "greedy",
           "random misses more than greedy", 0, 100)},
    {ORDER("failing_random_bandit", CHOREO_FAILING, "random", "bandit",
           "random misses more than bandit", 0, 100)},
    {ROW("failing_greedy_central", CHOREO_FAILING, "greedy", "misses of greedy / of central", 0,
         0.5),
     .decimals = 2, .fold = PAPER_RATIO,
     .select = BESIDE("x.value, y.value", "central", "missed_share")},
};

#define MISSES "JOIN metric m USING (run_id) WHERE m.name = 'missed_share'"
/* The nominal mttr / (mtbf + mttr) of a point, near what came of it. */
#define DOWN                                                                                       \
    "(SELECT point_id, round(avg(value), 3) AS down FROM run JOIN metric USING (run_id)"           \
    " WHERE name = 'link_down_share' GROUP BY point_id)"
#define TIMEOUT                                                                                    \
    "(SELECT point_id, number / 1e9 AS timeout FROM point_axis JOIN axis USING (axis)"             \
    " WHERE key = 'policy.controller_timeout')"
const struct paper_block choreo_blocks[CHOREO_PAPER_BLOCKS] = {
    {"crossover", "Deadlines missed against the share of time that a link is down, timeout 1 s",
     "%", 2,
     "SELECT down, variant, 100 * avg(m.value) FROM run JOIN " DOWN " USING (point_id)"
     " LEFT JOIN " TIMEOUT " USING (point_id) " MISSES " AND coalesce(timeout, 1) = 1"
     " GROUP BY down, variant ORDER BY down, min(run_id)",
     PAPER_LINES, "share of time that a link is down", "variant"},
    {"timeout", "Deadlines missed by the controller's variant, against its timeout in s", "%", 2,
     "SELECT timeout, 'links down ' || down, 100 * avg(m.value) FROM run JOIN " DOWN
     " USING (point_id) JOIN " TIMEOUT " USING (point_id) " MISSES " AND variant = 'central'"
     " GROUP BY timeout, down ORDER BY timeout, down",
     PAPER_LINES, "timeout, s", "links"},
};

const char choreo_honest_reading[] =
    "How far these numbers carry\n\n"
    "- The paper has no experiment: every value is assumed, and no number is its own.\n"
    "- The controller wins with exact, free state and whole links; deciding alone wins\n"
    "  once links fail. The gap rests on the controller's timeout against deadlines of\n"
    "  1 to 2 s.\n"
    "- Learning helps only where links are whole, at more energy. With failures it does\n"
    "  not beat greedy: do not read resilience into it.\n"
    "- How much learning helps hangs on when a miss is known: policy.feedback.";

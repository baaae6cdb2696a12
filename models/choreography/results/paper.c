/* The paper prints no number: what follows is the model's own, under values that are assumed. */
#include "models/choreography/results/paper.h"

#include <math.h>

#define ROW(k, v, n, m)                                                                            \
    {                                                                                              \
        .key = (k), .source = "-", .name = (n), .paper = "-", .unit = "%", .decimals = 2,          \
        .low = (double)NAN, .high = (double)NAN, .scale = 100, .variant = (v), .measure = (m)      \
    }
static const struct paper_quantity quantities[] = {
    ROW("missed_random", "random", "deadlines missed, random", "missed_share"),
    ROW("missed_greedy", "greedy", "deadlines missed, greedy", "missed_share"),
    ROW("missed_bandit", "bandit", "deadlines missed, bandit", "missed_share"),
    ROW("missed_central", "central", "deadlines missed, central", "missed_share"),
};

#define MISSES "JOIN metric m USING (run_id) WHERE m.name = 'missed_share'"
/* The nominal mttr / (mtbf + mttr) of a point, near what came of it. */
#define DOWN                                                                                       \
    "(SELECT point_id, round(avg(value), 3) AS down FROM run JOIN metric USING (run_id)"           \
    " WHERE name = 'link_down_share' GROUP BY point_id)"
#define TIMEOUT                                                                                    \
    "(SELECT point_id, number / 1e9 AS timeout FROM point_axis JOIN axis USING (axis)"             \
    " WHERE key = 'policy.controller_timeout')"
static const struct paper_block blocks[] = {
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

static const struct paper_gap gaps[] = {
    {"any number of the paper",
     "it is an architecture and has no experiment: what is printed here are orders that its claims "
     "imply"},
};

const struct model_paper choreo_paper = {
    .title = "the paper on choreography, an architecture without numbers",
    .gap = gaps,
    .gaps = sizeof gaps / sizeof *gaps,
    .quantity = quantities,
    .quantities = sizeof quantities / sizeof *quantities,
    .block = blocks,
    .blocks = sizeof blocks / sizeof *blocks,
    .reading = "How far these numbers carry\n\n"
               "- The paper has no experiment: every value is assumed, and no number is its own.\n"
               "- The controller wins with exact, free state and whole links; deciding alone wins\n"
               "  once links fail. The gap rests on the controller's timeout against deadlines of\n"
               "  1 to 2 s.\n"
               "- With failures learning does not beat greedy: do not read resilience into it.",
};

/*
 * Algorithm 1 by hand-worked tables, port pools, and where a scheduler that admits everybody
 * places.
 */
#include <criterion/criterion.h>

#include "models/qos/core/admission.h"
#include "models/qos/core/ports.h"
#include "models/qos/core/spread.h"

#define UNLIMITED ADMISSION_UNLIMITED
#define LATE SIM_TIME_NEVER
enum { NODES = 3 };

/* A decision as a table: the nodes, what each probe would take, and what must come of it. */
struct table {
    const char *story;
    sim_time threshold_ms; /* LATE: unlimited */
    struct {
        uint32_t pods, capacity;
        bool is_far, is_full; /* full: of memory */
        sim_time probe_ms;    /* LATE: no answer; 0: must not be asked */
    } node[NODES];
    uint32_t nodes;
    uint32_t place; /* from 1; 0: refused */
    enum admission_reason reason;
};

static sim_time ms(sim_time value)
{
    return value == LATE ? LATE : value * SIM_MS;
}

/* Goes through a decision; *probed is a bit a node that was asked. */
static struct admission_step decide(const struct table *t, unsigned *probed)
{
    struct admission_node node[NODES];
    for (uint32_t i = 0; i < t->nodes; i++) {
        node[i] = (struct admission_node){
            .pods = t->node[i].pods,
            .capacity = t->node[i].capacity,
            .is_near = !t->node[i].is_far,
            .has_room = !t->node[i].is_full,
        };
    }
    struct admission a;
    admission_begin(&a, ms(t->threshold_ms));
    *probed = 0;
    for (;;) {
        const struct admission_step step = admission_next(&a, node, t->nodes);
        if (step.verdict == ADMISSION_PROBE) {
            *probed |= 1u << step.node;
            (void)admission_heard(&a, ms(t->node[step.node].probe_ms));
        } else if (step.verdict != ADMISSION_SKIP) {
            return step;
        }
    }
}

static void expect(const struct table *t)
{
    unsigned probed;
    const struct admission_step step = decide(t, &probed);
    if (t->place == 0) {
        cr_expect_eq(step.verdict, ADMISSION_REFUSE, "%s: placed on %u", t->story, step.node + 1);
        cr_expect_eq(step.reason, t->reason, "%s: reason %d", t->story, (int)step.reason);
    } else {
        cr_expect_eq(step.verdict, ADMISSION_PLACE, "%s: refused for %d", t->story,
                     (int)step.reason);
        cr_expect_eq(step.node + 1, t->place, "%s: placed on %u", t->story, step.node + 1);
    }
    for (uint32_t i = 0; i < t->nodes; i++) {
        cr_expect_eq(probed >> i & 1, t->node[i].probe_ms != 0, "%s: node %u", t->story, i + 1);
    }
}

static void expect_all(const struct table *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        expect(&table[i]);
    }
}
#define EXPECT_ALL(tables) expect_all(tables, sizeof(tables) / sizeof(tables)[0])

Test(qos_core, the_fastest_eligible_node_is_taken)
{
    static const struct table tables[] = {
        {"last is fastest",
         80,
         {{0, 2, .probe_ms = 60}, {0, 1, .probe_ms = 55}, {0, 1, .probe_ms = 50}},
         3,
         .place = 3},
        {"first is fastest",
         80,
         {{0, 2, .probe_ms = 50}, {0, 1, .probe_ms = 55}, {0, 1, .probe_ms = 60}},
         3,
         .place = 1},
        {"faster, but full",
         80,
         {{0, 2, .probe_ms = 60}, {1, 1, .probe_ms = 0}, {0, 1, .probe_ms = 70}},
         3,
         .place = 1},
        {"no threshold", LATE, {{0, 2, .probe_ms = 4000}, {0, 1, .probe_ms = 3000}}, 2, .place = 2},
    };
    EXPECT_ALL(tables);
}

Test(qos_core, of_equally_fast_nodes_the_earlier_is_kept)
{
    static const struct table tables[] = {
        {"all equal",
         80,
         {{0, 2, .probe_ms = 50}, {0, 1, .probe_ms = 50}, {0, 1, .probe_ms = 50}},
         3,
         .place = 1},
        {"the last two",
         80,
         {{0, 2, .probe_ms = 60}, {0, 1, .probe_ms = 50}, {0, 1, .probe_ms = 50}},
         3,
         .place = 2},
    };
    EXPECT_ALL(tables);
}

Test(qos_core, the_thresholds_are_inclusive)
{
    static const struct table tables[] = {
        {"exactly 80 ms", 80, {{0, 2, .probe_ms = 80}}, 1, .place = 1},
        {"81 ms", 80, {{0, 2, .probe_ms = 81}}, 1, .reason = ADMISSION_THRESHOLD},
    };
    EXPECT_ALL(tables);

    struct admission a;
    const struct admission_node node = {.capacity = 1, .is_near = true, .has_room = true};
    admission_begin(&a, 80 * SIM_MS);
    cr_assert_eq(admission_next(&a, &node, 1).verdict, ADMISSION_PROBE);
    cr_assert_eq(admission_heard(&a, 80 * SIM_MS + 1), ADMISSION_ABOVE, "one nanosecond too slow");
    cr_assert(admission_is_near(200 * SIM_MS, 200 * SIM_MS));
    cr_assert_not(admission_is_near(200 * SIM_MS + 1, 200 * SIM_MS));
    cr_assert(admission_is_near(3600 * SIM_S, SIM_TIME_NEVER), "no threshold, nobody too far");
}

Test(qos_core, the_capacity_is_looked_at_before_anything_is_probed)
{
    static const struct table tables[] = {
        {"one place left", 80, {{1, 2, .probe_ms = 50}}, 1, .place = 1},
        {"none left", 80, {{2, 2, .probe_ms = 0}}, 1, .reason = ADMISSION_CAPACITY},
        {"more than full", 80, {{5, 2, .probe_ms = 0}}, 1, .reason = ADMISSION_CAPACITY},
        {"no capacity at all is a bound",
         80,
         {{0, 0, .probe_ms = 0}},
         1,
         .reason = ADMISSION_CAPACITY},
        {"unlimited", 80, {{1000, UNLIMITED, .probe_ms = 50}}, 1, .place = 1},
        {"no memory left", 80, {{0, UNLIMITED, .is_full = true}}, 1, .reason = ADMISSION_CAPACITY},
    };
    EXPECT_ALL(tables);
}

Test(qos_core, a_refusal_says_why)
{
    static const struct table tables[] = {
        {"an empty list", 80, {{0}}, 0, .reason = ADMISSION_NETWORK},
        {"all too far",
         80,
         {{0, 2, .is_far = true}, {0, 1, .is_far = true}},
         2,
         .reason = ADMISSION_NETWORK},
        {"near ones full",
         80,
         {{2, 2, .probe_ms = 0}, {0, 1, .is_far = true}},
         2,
         .reason = ADMISSION_CAPACITY},
        {"all above",
         80,
         {{0, 2, .probe_ms = 90}, {1, 1, .probe_ms = 0}},
         2,
         .reason = ADMISSION_THRESHOLD},
        {"all late",
         80,
         {{0, 2, .probe_ms = LATE}, {0, 1, .probe_ms = LATE}},
         2,
         .reason = ADMISSION_THRESHOLD},
        {"late without a threshold",
         LATE,
         {{0, 2, .probe_ms = LATE}},
         1,
         .reason = ADMISSION_THRESHOLD},
        {"one late, one slow",
         80,
         {{0, 2, .probe_ms = LATE}, {0, 1, .probe_ms = 79}},
         2,
         .place = 2},
    };
    EXPECT_ALL(tables);
}

Test(qos_core, what_a_probe_is_worth_is_told)
{
    struct admission_node node[4];
    for (int i = 0; i < 4; i++) {
        node[i] = (struct admission_node){.capacity = 1, .is_near = true, .has_room = true};
    }
    static const sim_time latency[] = {70, 70, 60, 90};
    static const enum admission_worth worth[] = {ADMISSION_FASTEST, ADMISSION_SLOWER,
                                                 ADMISSION_FASTEST, ADMISSION_ABOVE};
    struct admission a;
    admission_begin(&a, 80 * SIM_MS);
    for (uint32_t i = 0; i < 4; i++) {
        const struct admission_step step = admission_next(&a, node, 4);
        cr_assert_eq(step.verdict, ADMISSION_PROBE);
        cr_assert_eq(step.node, i);
        cr_assert_eq(admission_heard(&a, latency[i] * SIM_MS), worth[i]);
    }
    cr_assert_eq(admission_next(&a, node, 4).node, 2);
}

/* What the lock is there for: the rule does not look again at a node that filled up meanwhile. */
Test(qos_core, a_place_that_went_meanwhile_is_not_noticed)
{
    struct admission_node node = {.pods = 0, .capacity = 1, .is_near = true, .has_room = true};
    struct admission a;
    admission_begin(&a, 80 * SIM_MS);
    cr_assert_eq(admission_next(&a, &node, 1).verdict, ADMISSION_PROBE);
    node.pods = 1;
    (void)admission_heard(&a, 50 * SIM_MS);
    cr_assert_eq(admission_next(&a, &node, 1).verdict, ADMISSION_PLACE);
}

/* ---- ports ---- */

Test(qos_core, the_lowest_free_port_is_given_out)
{
    uint64_t words[PORTS_WORDS(70)];
    struct ports p;
    ports_init(&p, words, 70);
    for (uint32_t port = 1; port <= 70; port++) {
        cr_assert_eq(ports_take(&p), port);
    }
    cr_assert_eq(ports_take(&p), PORTS_NONE, "all are taken");
    ports_give(&p, 66);
    ports_give(&p, 3);
    cr_assert_eq(ports_take(&p), 3);
    cr_assert_eq(ports_take(&p), 66);
}

Test(qos_core, a_port_can_be_claimed_by_its_number)
{
    uint64_t words[PORTS_WORDS(64)];
    struct ports p;
    ports_init(&p, words, 64);
    cr_assert(ports_claim(&p, 1));
    cr_assert_not(ports_claim(&p, 1));
    cr_assert(ports_claim(&p, 64));
    cr_assert_not(ports_is_free(&p, 64));
    cr_assert_eq(ports_take(&p), 2);
}

/* ---- where everybody goes ---- */

Test(qos_core, fewest_pods_first_and_the_earlier_of_equals)
{
    struct spread_node node[] = {{2, true}, {1, true}, {1, true}, {0, false}};
    cr_assert_eq(spread_evenly(node, 4), 1);
    node[1].may_take = false;
    cr_assert_eq(spread_evenly(node, 4), 2);
    node[0].may_take = node[2].may_take = false;
    cr_assert_eq(spread_evenly(node, 4), SPREAD_NOWHERE);
    cr_assert_eq(spread_choices(node, 4), 0);
}

Test(qos_core, chance_chooses_among_those_that_may)
{
    const struct spread_node node[] = {{0, false}, {9, true}, {0, false}, {0, true}};
    cr_assert_eq(spread_choices(node, 4), 2);
    cr_assert_eq(spread_by_chance(node, 4, 0), 1);
    cr_assert_eq(spread_by_chance(node, 4, 1), 3);
}

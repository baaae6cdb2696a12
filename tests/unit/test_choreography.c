/* Each policy on snapshots made by hand, ties included; outages; and the books of random runs. */
#include <criterion/criterion.h>

#include "models/choreography/world/world.h"
#include "sim/engine/rng.h"

enum { SEEDS = 500 };

/* All five targets, idle, equal but for their number; a second each, three seconds to go. */
static struct choreo_question idle(void)
{
    struct choreo_question q = {
        .deadline_ns = 3 * SIM_S, .fee = 0.5, .explore = 0.05, .chance = {0.5, 0.5}};
    for (uint32_t t = 0; t < CHOREO_TARGETS; t++) {
        q.option[t] =
            (struct choreo_option){.is_there = true, .node = t, .run_ns = SIM_S, .energy_j = 10};
    }
    return q;
}

static enum choreo_target chosen(const char *policy, const struct choreo_question *q,
                                 struct choreo_answer *a)
{
    choreo_policy_find(policy)->choose(q, a);
    return a->target;
}

Test(choreography, greedy_takes_the_first_of_equals_and_writes_down_what_it_saw)
{
    struct choreo_question q = idle();
    struct choreo_answer a;
    cr_assert_eq(chosen("greedy", &q, &a), CHOREO_OWN_DEVICE);
    cr_assert_float_eq(a.estimate[CHOREO_OWN_DEVICE], 0.2, 1e-12);
    cr_assert_float_eq(a.estimate[CHOREO_FOREIGN_EDGE], 0.7, 1e-12);
}

Test(choreography, greedy_flees_a_queue_and_what_is_backed_off)
{
    struct choreo_question q = idle();
    struct choreo_answer a;
    q.option[CHOREO_OWN_DEVICE].backlog_ns = 2 * SIM_S;
    cr_assert_eq(chosen("greedy", &q, &a), CHOREO_OWN_DEVICE, "exactly in time is in time");
    q.option[CHOREO_OWN_DEVICE].backlog_ns++;
    cr_assert_eq(chosen("greedy", &q, &a), CHOREO_OWN_EDGE);
    cr_assert_float_eq(a.estimate[CHOREO_OWN_DEVICE], 10.2, 1e-12);
    q.option[CHOREO_OWN_EDGE].is_backed_off = true;
    cr_assert_eq(chosen("greedy", &q, &a), CHOREO_OWN_CLOUD);
    cr_assert_float_eq(a.estimate[CHOREO_OWN_EDGE], 20.2, 1e-12);
}

Test(choreography, central_passes_over_what_is_cut_off_and_counts_its_own_time)
{
    struct choreo_question q = idle();
    struct choreo_answer a;
    q.spent_ns = 2 * SIM_S;
    q.option[CHOREO_OWN_DEVICE].backlog_ns = 1;
    q.option[CHOREO_OWN_EDGE].is_there = false;
    cr_assert_eq(chosen("central", &q, &a), CHOREO_OWN_CLOUD);
    cr_assert_leq(a.estimate[CHOREO_OWN_EDGE], CHOREO_NO_ESTIMATE);
}

Test(choreography, random_is_uniform_over_what_is_there_and_local_stays)
{
    struct choreo_question q = idle();
    struct choreo_answer a;
    q.option[CHOREO_FOREIGN_EDGE].is_there = false;
    q.chance[1] = 0.75;
    cr_assert_eq(chosen("random", &q, &a), CHOREO_FOREIGN_CLOUD);
    q.chance[1] = 0.74;
    cr_assert_eq(chosen("random", &q, &a), CHOREO_OWN_CLOUD);
    cr_assert_eq(chosen("local", &q, &a), CHOREO_OWN_DEVICE);
}

Test(choreography, the_bandit_tries_what_it_does_not_know_and_leaves_what_was_dear)
{
    struct choreo_question q = idle();
    struct choreo_answer a;
    struct choreo_cell cell[CHOREO_CELLS];
    for (int i = 0; i < CHOREO_CELLS; i++) {
        cell[i] = choreo_fresh_cell;
    }
    q.cell = cell;
    cr_assert_eq(chosen("bandit", &q, &a), CHOREO_OWN_DEVICE);
    struct choreo_cell *own = &cell[choreo_context(&q, CHOREO_OWN_DEVICE)];
    choreo_learn(own, 10);
    choreo_learn(own, 4);
    choreo_learn(own, 4);
    cr_assert_float_eq(own->mean, 6, 1e-12);
    cr_assert_float_eq(own->bonus, 0.3, 1e-12);
    cr_assert_eq(chosen("bandit", &q, &a), CHOREO_OWN_EDGE);
    q.chance[0] = 0.04;
    q.chance[1] = 0.99;
    cr_assert_eq(chosen("bandit", &q, &a), CHOREO_FOREIGN_CLOUD);
    cr_assert(a.has_explored);
}

/*
 * Worked by hand: every target runs for a second, for 10 J, and is due in three. A cost is 0.2, in
 * a foreign domain 0.7; 10 more for a queue of more than two seconds, 20 more where it is backed
 * off.
 */
#define AWAY (-1) /* as a backlog: the target is not there */
static const struct by_hand {
    const char *policy;
    double backlog_s[CHOREO_TARGETS];
    unsigned off; /* a bit a target that is backed off */
    double chance[2];
    enum choreo_target choice;
    double estimate; /* of the choice */
} by_hand[] = {
    /* least cost; among equals the first */
    {"greedy", {0, 0, 0, 0, 0}, 0, {0, 0}, CHOREO_OWN_DEVICE, 0.2},
    {"greedy", {2, 0, 0, 0, 0}, 0, {0, 0}, CHOREO_OWN_DEVICE, 0.2}, /* in time to the nanosecond */
    {"greedy", {2.1, 0, 0, 0, 0}, 0, {0, 0}, CHOREO_OWN_EDGE, 0.2},
    {"greedy", {2.1, 2.1, 0, 0, 0}, 0, {0, 0}, CHOREO_OWN_CLOUD, 0.2},
    {"greedy", {2.1, 2.1, 2.1, 0, 0}, 0, {0, 0}, CHOREO_FOREIGN_EDGE, 0.7},
    {"greedy", {2.1, 2.1, 2.1, 2.1, 0}, 0, {0, 0}, CHOREO_FOREIGN_CLOUD, 0.7},
    {"greedy", {2.1, 2.1, 2.1, 2.1, 2.1}, 0, {0, 0}, CHOREO_OWN_DEVICE, 10.2}, /* all too late */
    {"greedy", {2.1, 2.1, 2.1, AWAY, AWAY}, 0x06, {0, 0}, CHOREO_OWN_DEVICE, 10.2},
    {"greedy", {2.1, 0, 2.1, AWAY, 2.1}, 0x02, {0, 0}, CHOREO_OWN_DEVICE, 10.2}, /* 10 below 20 */
    {"greedy", {0, AWAY, 0, 0, 0}, 0x01, {0, 0}, CHOREO_OWN_CLOUD, 0.2},
    /* the same with what a controller knows: what is cut off is away */
    {"central", {0, 0, 0, 0, 0}, 0, {0, 0}, CHOREO_OWN_DEVICE, 0.2},
    {"central", {2.1, AWAY, 0, 0, 0}, 0, {0, 0}, CHOREO_OWN_CLOUD, 0.2},
    {"central", {2.1, AWAY, AWAY, AWAY, 0}, 0, {0, 0}, CHOREO_FOREIGN_CLOUD, 0.7},
    {"central", {9, AWAY, AWAY, AWAY, AWAY}, 0, {0, 0}, CHOREO_OWN_DEVICE, 10.2},
    /* never elsewhere */
    {"local", {9, 0, 0, 0, 0}, 0x01, {0, 0.9}, CHOREO_OWN_DEVICE, 30.2},
    /* fifths of the second chance, or what is there; the first chance is the bandit's */
    {"random", {0, 0, 0, 0, 0}, 0, {0, 0}, CHOREO_OWN_DEVICE, 0.2},
    {"random", {0, 0, 0, 0, 0}, 0, {0, 0.2}, CHOREO_OWN_EDGE, 0.2},
    {"random", {0, 0, 0, 0, 0}, 0, {0, 0.39}, CHOREO_OWN_EDGE, 0.2},
    {"random", {0, 0, 9, 0, 0}, 0x04, {0, 0.4}, CHOREO_OWN_CLOUD, 30.2},
    {"random", {0, 0, 0, AWAY, AWAY}, 0, {0, 0.67}, CHOREO_OWN_CLOUD, 0.2},
    /* what is fresh is worth 0 - 0.6, wherever and however long its queue; 20 more while backed
     * off; below 5 % it explores like random */
    {"bandit", {9, 0, 0, 0, 0}, 0, {0.05, 0.99}, CHOREO_OWN_DEVICE, -0.6},
    {"bandit", {9, 0, 0, 0, 0}, 0x03, {0.05, 0.99}, CHOREO_OWN_CLOUD, -0.6},
    {"bandit", {0, AWAY, AWAY, 0, 0}, 0x01, {0.05, 0.99}, CHOREO_FOREIGN_EDGE, -0.6},
    {"bandit", {0, AWAY, AWAY, AWAY, AWAY}, 0x01, {0.05, 0.99}, CHOREO_OWN_DEVICE, 19.4},
    {"bandit", {0, 0, 0, 0, 0}, 0x10, {0.049, 0.99}, CHOREO_FOREIGN_CLOUD, 19.4},
};

Test(choreography, each_policy_chooses_as_worked_out_by_hand)
{
    struct choreo_cell cell[CHOREO_CELLS];
    for (int i = 0; i < CHOREO_CELLS; i++) {
        cell[i] = choreo_fresh_cell;
    }
    for (size_t i = 0; i < sizeof by_hand / sizeof *by_hand; i++) {
        const struct by_hand *h = &by_hand[i];
        struct choreo_question q = idle();
        struct choreo_answer a;
        q.cell = cell;
        q.chance[0] = h->chance[0];
        q.chance[1] = h->chance[1];
        for (uint32_t t = 0; t < CHOREO_TARGETS; t++) {
            q.option[t].is_there = h->backlog_s[t] >= 0;
            q.option[t].backlog_ns = (int64_t)(h->backlog_s[t] * 1e9);
            q.option[t].is_backed_off = (h->off >> t & 1) != 0;
        }
        cr_expect_eq(chosen(h->policy, &q, &a), h->choice, "row %zu: %d", i, (int)a.target);
        cr_expect_float_eq(a.estimate[h->choice], h->estimate, 1e-12, "row %zu: %f", i,
                           a.estimate[h->choice]);
    }
}

/* A context is class, target and load; what is learned in one says nothing of another. */
Test(choreography, the_bandits_bins_begin_at_their_borders)
{
    static const struct {
        int64_t backlog_ms;
        uint32_t bin;
    } load[] = {{0, 0}, {199, 0}, {200, 1}, {1699, 1}, {1700, 2}, {90000, 2}};
    for (size_t i = 0; i < sizeof load / sizeof *load; i++) {
        struct choreo_question q = idle();
        q.class = 2;
        q.deadline_ns = 3 * SIM_S;
        q.option[CHOREO_OWN_CLOUD].run_ns = 700 * SIM_MS;
        q.option[CHOREO_OWN_CLOUD].backlog_ns = load[i].backlog_ms * SIM_MS;
        cr_expect_eq(choreo_context(&q, CHOREO_OWN_CLOUD), (2 * 5 + 2) * 3 + load[i].bin, "row %zu",
                     i);
    }
}

/* Steps of 1/n to n = 40, then of 1/40. */
Test(choreography, the_bandit_forgets_what_is_long_ago)
{
    struct choreo_cell cell = choreo_fresh_cell;
    for (int i = 0; i < 40; i++) {
        choreo_learn(&cell, 10);
    }
    cr_assert_float_eq(cell.mean, 10, 1e-12);
    choreo_learn(&cell, 0);
    choreo_learn(&cell, 0);
    cr_assert_float_eq(cell.mean, 10 * 39. / 40 * 39 / 40, 1e-12);
    cr_assert_eq(cell.tries, 42);
}

Test(choreography, outages_do_not_depend_on_how_often_one_asks)
{
    struct outage often, once;
    outage_init(&often, 12 * SIM_S, 2 * SIM_S, 1, 1, 3, 4);
    outage_init(&once, 12 * SIM_S, 2 * SIM_S, 1, 1, 3, 4);
    for (sim_time t = 0; t < 1000 * SIM_S; t += SIM_S / 3) {
        (void)outage_is_down(&often, t);
    }
    cr_assert_eq(outage_total(&often, 1000 * SIM_S), outage_total(&once, 1000 * SIM_S));
    cr_assert_gt(often.down_ns, 0);
}

static struct choreo_spec random_spec(struct rng *r)
{
    struct choreo_spec s = {
        .domains = 1 + (uint32_t)rng_below(r, 4),
        .lan = {rng_between(r, 1, 10 * SIM_MS), 20000000, 1e-7},
        .wan = {rng_between(r, 1, 90 * SIM_MS), 8000000, 2.5e-7},
        .foreign_ns = 60 * SIM_MS,
        .mtbf_ns = rng_below(r, 4) == 0 ? 0 : rng_between(r, SIM_S, 60 * SIM_S),
        .mttr_ns = rng_between(r, SIM_MS, 20 * SIM_S),
        .queueing = rng_below(r, 2) == 0,
        .in_flight = (enum choreo_in_flight)rng_below(r, 2),
        .rate = 0.5,
        .hot = 3,
        .cold = 0.6,
        .hot_period_ns = 7 * SIM_S,
        .gossip_ns = 2 * SIM_S,
        .gossip_bytes = 48,
        .request_bytes = 400,
        .gossip_needs_link = rng_below(r, 2) == 0,
        .fee = rng_unit(r),
        .explore = 0.05,
        .feedback = (enum choreo_feedback)rng_below(r, 2),
        .refuses = rng_below(r, 16),
        .controller_state = (enum choreo_state)rng_below(r, 2),
        .controller_timeout_ns = rng_between(r, SIM_MS, 2 * SIM_S),
        .fallback = (enum choreo_fallback)rng_below(r, 2),
        .connect_ns = 250 * SIM_MS,
        .backoff_ns = 5 * SIM_S,
    };
    for (uint32_t t = 0; t < CHOREO_TIERS; t++) {
        s.tier[t] = (struct choreo_tier_spec){1 + (uint32_t)rng_below(r, 3),
                                              1 + (uint32_t)rng_below(r, 3), 1 + 5.0 * t, 2, 1};
    }
    for (uint32_t c = 0; c < CHOREO_CLASSES; c++) {
        s.class[c] = (struct choreo_class_spec){1, rng_between(r, SIM_MS, 4 * SIM_S), 2 * SIM_S,
                                                rng_between(r, 0, 900000)};
    }
    s.controller = (uint32_t)rng_below(r, s.domains);
    return s;
}

/* One device that is given more than it can do, by itself or by a bandit that has nowhere else to
 * go. */
static struct choreo_spec one_device(enum choreo_policy_kind placement)
{
    struct choreo_spec s = {
        .domains = 1,
        .lan = {4 * SIM_MS, 20000000, 1e-7},
        .wan = {40 * SIM_MS, 8000000, 2.5e-7},
        .foreign_ns = 60 * SIM_MS,
        .rate = 0.5,
        .hot = 1,
        .cold = 1,
        .hot_period_ns = 100 * SIM_S,
        .placement = placement,
        .gossip_ns = 2 * SIM_S,
        .explore = 0,
    };
    for (uint32_t t = 0; t < CHOREO_TIERS; t++) {
        s.tier[t] = (struct choreo_tier_spec){1, 1, 1, 2, 0};
    }
    for (uint32_t c = 0; c < CHOREO_CLASSES; c++) {
        s.class[c] = (struct choreo_class_spec){1, 1000 * SIM_S, 2 * SIM_S, 0};
    }
    return s;
}

static void run_until(struct choreo_world *w, const struct choreo_spec *s, sim_time end)
{
    const struct choreo_observer nobody = {NULL, NULL};
    bool done = false;
    cr_assert_eq(choreo_world_create(w, s, 1, 1, end, &nobody), SIM_OK);
    cr_assert_eq(choreo_world_run(w, UINT64_MAX, &done), SIM_OK);
    choreo_world_finish(w);
}

static uint64_t overdue(const struct choreo_world *w)
{
    uint64_t count = 0;
    for (size_t i = 0; i < w->count.calls; i++) {
        count += w->task[i].at + 2 * SIM_S < w->end_ns;
    }
    return count;
}

Test(choreography, a_task_whose_deadline_passed_is_missed_though_it_is_never_answered)
{
    const struct choreo_spec s = one_device(CHOREO_LOCAL);
    struct choreo_world w;
    run_until(&w, &s, 100 * SIM_S);
    cr_assert_eq(w.count.completed, 0);
    cr_assert_gt(overdue(&w), 20);
    cr_assert_lt(overdue(&w), w.count.calls, "one at least came in the last two seconds");
    cr_assert_eq(w.count.missed, overdue(&w));
    choreo_world_destroy(&w);
}

/* Before the second word of the queues all seem idle: each target is its lowest domain's first. */
Test(choreography, among_equal_members_the_lowest_domain_and_number_is_meant)
{
    struct choreo_spec s = one_device(CHOREO_RANDOM);
    s.domains = 3;
    s.rate = 20;
    for (uint32_t t = 0; t < CHOREO_TIERS; t++) {
        s.tier[t].count = 2;
    }
    for (s.refuses = 0; s.refuses < 8; s.refuses++) {
        struct choreo_world w;
        run_until(&w, &s, 2 * SIM_S);
        uint64_t seen = 0;
        for (size_t i = 0; i < w.count.calls; i++) {
            const struct choreo_task *t = &w.task[i];
            const struct choreo_node *n = &w.node[t->node];
            const uint32_t own = w.node[t->device].domain;
            uint32_t lowest = 0;
            while (lowest == own || (s.refuses >> lowest & 1) != 0) {
                lowest++;
            }
            const bool is_foreign = t->target >= CHOREO_FOREIGN_EDGE;
            cr_expect_eq(n->domain, is_foreign ? lowest : own);
            cr_expect(t->target == CHOREO_OWN_DEVICE || n->number == 0);
            cr_expect(!is_foreign || lowest < 3, "refused, and yet it went there");
            seen += is_foreign;
        }
        cr_expect(s.refuses == 7 ? seen == 0 : seen > 10, "refused %d: %d foreign tasks",
                  (int)s.refuses, (int)seen);
        choreo_world_destroy(&w);
    }
}

static uint64_t lessons(const struct choreo_world *w)
{
    uint64_t tries = 0;
    for (int i = 0; i < CHOREO_CELLS; i++) {
        tries += w->cell[i].tries;
    }
    return tries;
}

Test(choreography, the_bandit_learns_a_miss_as_the_deadline_passes_or_with_the_answer)
{
    struct choreo_spec s = one_device(CHOREO_BANDIT);
    struct choreo_world w;
    run_until(&w, &s, 100 * SIM_S);
    cr_assert_eq(lessons(&w), overdue(&w));
    choreo_world_destroy(&w);
    s.feedback = CHOREO_AT_ANSWER;
    run_until(&w, &s, 100 * SIM_S);
    cr_assert_eq(lessons(&w), 0, "no answer has come");
    choreo_world_destroy(&w);
}

Test(choreography, what_is_lost_in_flight_is_learned_once_and_as_a_miss)
{
    struct choreo_spec s = one_device(CHOREO_BANDIT);
    s.mtbf_ns = s.mttr_ns = 300 * SIM_MS;
    s.in_flight = CHOREO_LOST;
    for (uint32_t c = 0; c < CHOREO_CLASSES; c++) {
        s.class[c].work_ns = SIM_S / 2;
    }
    for (int feedback = 0; feedback < 2; feedback++) {
        struct choreo_world w;
        s.feedback = (enum choreo_feedback)feedback;
        run_until(&w, &s, 1000 * SIM_S);
        cr_assert_gt(w.count.lost, 10);
        uint64_t known = w.count.completed + w.count.lost;
        for (size_t i = 0; feedback == CHOREO_AT_DEADLINE && i < w.count.calls; i++) {
            const struct choreo_task *t = &w.task[i];
            const bool is_late = t->at + 2 * SIM_S < w.end_ns;
            known += t->phase == CHOREO_PLACED && is_late;
            known -= t->phase == CHOREO_LOST_TASK && !is_late;
        }
        cr_assert_eq(lessons(&w), known);
        choreo_world_destroy(&w);
    }
}

Test(choreography, books_balance_nobody_is_forced_and_the_world_is_the_same_for_all)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct rng r;
        rng_init(&r, seed, 0, 0, RNG_TEST);
        struct choreo_spec s = random_spec(&r);
        uint64_t work = 0;
        for (int p = 0; p < CHOREO_POLICIES; p++) {
            s.placement = (enum choreo_policy_kind)p;
            struct choreo_world w;
            const struct choreo_observer nobody = {NULL, NULL};
            char books[256];
            bool done = false;
            cr_assert_eq(choreo_world_create(&w, &s, seed, 1, 30 * SIM_S, &nobody), SIM_OK);
            cr_assert_eq(choreo_world_run(&w, UINT64_MAX, &done), SIM_OK);
            choreo_world_finish(&w);
            choreo_world_audit(&w, books, sizeof books);
            cr_assert_str_eq(books, "", "seed %d: %s", (int)seed, books);
            for (size_t i = 0; i < w.count.calls; i++) {
                const struct choreo_task *t = &w.task[i];
                if (t->phase != CHOREO_UNDECIDED && t->target >= CHOREO_FOREIGN_EDGE) {
                    cr_assert_eq(s.refuses >> w.node[t->node].domain & 1, 0);
                }
            }
            cr_assert(p == 0 || work == w.work_digest, "seed %d", (int)seed);
            work = w.work_digest;
            choreo_world_destroy(&w);
        }
    }
}

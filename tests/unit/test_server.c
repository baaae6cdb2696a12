/*
 * A server's decisions by hand: who is done when, to the nanosecond, and what the sums say.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "models/parts/server.h"
#include "sim/engine/rng.h"

static struct server made(struct server_plan plan)
{
    struct server s;
    plan.cores = plan.cores > 0 ? plan.cores : 1;
    plan.slots = plan.slots > 0 ? plan.slots : 16;
    cr_assert_eq(server_init(&s, &plan), SIM_OK);
    return s;
}

static server_job arrive(struct server *s, sim_time now, uint32_t core, sim_time work)
{
    const server_job job = server_arrive(s, now, core, work, s->arrivals);
    cr_assert_neq(job, SERVER_NO_JOB);
    return job;
}

/* The next job to be done is that one, at that time. */
static void expect_end(struct server *s, sim_time at, uint64_t tag)
{
    server_job job;
    cr_assert_eq(server_next(s, &job), at, "%ld, not %ld", server_next(s, NULL), at);
    const struct server_end end = server_finish(s, at);
    cr_assert_eq(end.tag, tag, "%lu, not %lu", end.tag, tag);
    cr_assert_eq(end.job, job);
}

static void expect_empty(struct server *s)
{
    cr_assert_eq(server_next(s, NULL), SIM_TIME_NEVER);
    cr_assert_eq(server_jobs(s), 0);
    server_deinit(s);
}

Test(server, first_come_first_served_by_one)
{
    struct server s = made((struct server_plan){.order = SERVER_FIRST_COME});
    arrive(&s, 0, 0, 100);
    arrive(&s, 10, 0, 5);
    arrive(&s, 20, 0, 5);
    expect_end(&s, 100, 0);
    expect_end(&s, 105, 1);
    arrive(&s, 107, 0, 10);
    expect_end(&s, 110, 2);
    expect_end(&s, 120, 3);
    cr_assert_eq(s.busy_ns, 120);
    cr_assert_eq(s.core_ns, 120);
    cr_assert_eq(s.done_ns, 120);
    cr_assert_eq(s.in_system_ns, 100 + 95 + 90 + 13);
    expect_empty(&s);
}

Test(server, first_come_first_served_by_two_says_when_each_started)
{
    struct server s = made((struct server_plan){.order = SERVER_FIRST_COME, .cores = 2});
    arrive(&s, 0, 0, 100);
    arrive(&s, 0, 0, 30);
    arrive(&s, 5, 0, 10);
    expect_end(&s, 30, 1);
    const struct server_end end = server_finish(&s, 40);
    cr_assert(end.tag == 2 && end.arrived == 5 && end.started == 30 && end.work_ns == 10);
    expect_end(&s, 100, 0);
    cr_assert_eq(s.core_ns, 140);
    cr_assert_eq(s.busy_ns, 100);
    expect_empty(&s);
}

Test(server, one_that_waits_can_be_cancelled_and_one_that_runs_lets_the_next_start)
{
    struct server s = made((struct server_plan){.order = SERVER_FIRST_COME});
    const server_job first = arrive(&s, 0, 0, 100);
    const server_job second = arrive(&s, 0, 0, 10);
    arrive(&s, 0, 0, 10);
    cr_assert_eq(server_remaining(&s, second), 10);
    cr_assert(server_cancel(&s, 5, second));
    cr_assert_not(server_cancel(&s, 5, second), "a name is stale once its job has gone");
    cr_assert_eq(server_remaining(&s, first), 95);
    cr_assert(server_cancel(&s, 50, first));
    cr_assert_eq(server_remaining(&s, first), 0);
    expect_end(&s, 60, 2);
    expect_empty(&s);
}

Test(server, sharing_one_core_halves_the_speed_of_two)
{
    struct server s = made((struct server_plan){.order = SERVER_SHARED});
    const server_job first = arrive(&s, 0, 0, 10);
    arrive(&s, 2, 0, 4);
    server_account(&s, 5);
    cr_assert_eq(server_remaining(&s, first), 7, "2 + 3 / 2 of its 10 ns are done");
    expect_end(&s, 10, 1);
    expect_end(&s, 14, 0);
    cr_assert_eq(s.core_ns, 14);
    expect_empty(&s);
}

Test(server, a_job_has_one_core_at_most)
{
    struct server s = made((struct server_plan){.order = SERVER_SHARED, .cores = 4});
    for (uint32_t i = 0; i < 3; i++) {
        arrive(&s, 0, 0, 100);
    }
    cr_assert_eq(server_next(&s, NULL), 100);
    arrive(&s, 0, 0, 100);
    arrive(&s, 0, 0, 100);
    cr_assert_eq(server_next(&s, NULL), 125);
    cr_assert_float_eq(server_phi(&s, 5), 1.25, 0);
    for (uint64_t i = 0; i < 5; i++) {
        expect_end(&s, 125, i);
    }
    cr_assert_eq(s.core_ns, 500);
    expect_empty(&s);
}

Test(server, a_pinned_job_shares_its_own_core_only)
{
    struct server s = made((struct server_plan){.order = SERVER_PINNED, .cores = 3});
    arrive(&s, 0, 0, 100);
    arrive(&s, 0, 2, 60);
    arrive(&s, 0, 0, 100);
    arrive(&s, 60, 2, 140);
    cr_assert_eq(server_running(&s, 0), 2);
    cr_assert_eq(server_running(&s, 1), 0);
    expect_end(&s, 60, 1);
    expect_end(&s, 200, 0);
    expect_end(&s, 200, 2);
    expect_end(&s, 200, 3);
    cr_assert_eq(s.core_ns, 400);
    expect_empty(&s);
}

Test(server, an_end_between_two_nanoseconds_is_rounded_up)
{
    struct server s = made((struct server_plan){.order = SERVER_SHARED, .cores = 2});
    arrive(&s, 0, 0, 1);
    arrive(&s, 0, 0, 1);
    arrive(&s, 0, 0, 1);
    expect_end(&s, 2, 0);
    expect_end(&s, 2, 1);
    expect_end(&s, 2, 2);
    arrive(&s, 2, 0, 0);
    expect_end(&s, 2, 3);
    expect_empty(&s);
}

Test(server, less_left_comes_first_and_equal_ones_as_they_came)
{
    struct server s = made((struct server_plan){.order = SERVER_SHARED});
    arrive(&s, 0, 0, 10);
    arrive(&s, 0, 0, 3);
    arrive(&s, 0, 0, 10);
    arrive(&s, 0, 0, 3);
    expect_end(&s, 12, 1);
    expect_end(&s, 12, 3);
    expect_end(&s, 26, 0);
    expect_end(&s, 26, 2);
    expect_empty(&s);
}

Test(server, a_factor_from_outside_slows_everything)
{
    struct server s = made((struct server_plan){.order = SERVER_SHARED, .cores = 2});
    arrive(&s, 0, 0, 100);
    arrive(&s, 0, 0, 300);
    server_slow_down(&s, 50, 2.5);
    expect_end(&s, 175, 0);
    server_slow_down(&s, 275, 1);
    expect_end(&s, 435, 1);
    expect_empty(&s);
}

Test(server, the_knee_is_the_law_that_was_asked_for)
{
    const struct server_sharing knee = {
        .law = SERVER_LAW_KNEE, .linear = 0.5, .knee = 2, .thrash = 8, .most = 400};
    struct server s = made((struct server_plan){.order = SERVER_SHARED, .sharing = knee});
    cr_assert_float_eq(server_phi(&s, 1), 1, 0);
    cr_assert_float_eq(server_phi(&s, 2), 1.5, 0);
    cr_assert_float_eq(server_phi(&s, 3), 2 * pow(1.5, 8), 1e-6);
    cr_assert_float_eq(server_phi(&s, 4), 400, 0, "2.5 * 2^8 is more than the most");
    arrive(&s, 0, 0, 1000);
    arrive(&s, 0, 0, 1000);
    expect_end(&s, 1500, 0);
    expect_end(&s, 1500, 1);
    expect_empty(&s);
}

Test(server, a_thrash_that_is_no_whole_number_needs_no_pow)
{
    for (double thrash = 0; thrash < 4; thrash += 0.37) {
        const struct server_sharing knee = {
            .law = SERVER_LAW_KNEE, .linear = 0.1, .knee = 1.7, .thrash = thrash, .most = 1e5};
        struct server s = made((struct server_plan){.order = SERVER_SHARED, .sharing = knee});
        for (uint32_t k = 1; k <= 16; k++) {
            const double phi = (1 + 0.1 * (k - 1)) * pow(fmax(1, k / 1.7), thrash);
            cr_assert_float_eq(server_phi(&s, k), phi, phi * 1e-12 + 0x1p-20);
        }
        server_deinit(&s);
    }
}

Test(server, a_measured_table_goes_on_in_proportion)
{
    const double phi[] = {1, 1.25, 2};
    const struct server_sharing table = {.law = SERVER_LAW_TABLE, .phi = phi, .count = 3};
    struct server s = made((struct server_plan){.order = SERVER_SHARED, .sharing = table});
    cr_assert_float_eq(server_phi(&s, 2), 1.25, 0);
    cr_assert_float_eq(server_phi(&s, 6), 4, 0);
    server_deinit(&s);
    s = made((struct server_plan){.order = SERVER_SHARED, .sharing = table, .slots = 1});
    cr_assert_float_eq(server_phi(&s, 1), 1, 0, "a table may be longer than needed");
    server_deinit(&s);
}

Test(server, slots_are_a_limit_unless_they_may_grow)
{
    struct server s = made((struct server_plan){.order = SERVER_SHARED, .slots = 2});
    arrive(&s, 0, 0, 7);
    arrive(&s, 0, 0, 7);
    cr_assert_eq(server_arrive(&s, 1, 0, 7, 0), SERVER_NO_JOB);
    cr_assert_eq(server_jobs(&s), 2);
    expect_end(&s, 14, 0);
    arrive(&s, 14, 0, 7);
    server_deinit(&s);

    s = made(
        (struct server_plan){.order = SERVER_PINNED, .cores = 3, .slots = 2, .may_grow = true});
    for (uint32_t i = 0; i < 30; i++) {
        arrive(&s, 0, i % 3, 100);
    }
    for (uint64_t i = 0; i < 30; i++) {
        expect_end(&s, 1000, i);
    }
    expect_empty(&s);
}

Test(server, work_longer_than_all_time_is_never_done)
{
    struct server s = made((struct server_plan){.order = SERVER_SHARED});
    arrive(&s, 0, 0, INT64_MAX - 1);
    cr_assert_eq(server_next(&s, NULL), INT64_MAX - 1);
    server_slow_down(&s, 10, SERVER_PHI_MAX);
    cr_assert_eq(server_next(&s, NULL), SIM_TIME_NEVER);
    server_slow_down(&s, 1000 * SIM_S, 1);
    cr_assert_eq(server_next(&s, NULL), SIM_TIME_NEVER);
    server_deinit(&s);
}

/* ---- against a server that is stepped, in long doubles, from change to change ---- */

enum { JOBS = 300 };

struct stepped {
    long double got[JOBS], work[JOBS];
    uint32_t core[JOBS];
    bool is_there[JOBS];
    sim_time now;
};

static void step(struct stepped *t, const struct server *s, sim_time now, double factor)
{
    for (uint32_t i = 0; i < JOBS; i++) {
        if (t->is_there[i]) {
            const uint32_t k = server_running(s, t->core[i]);
            t->got[i] += (long double)(now - t->now) / server_phi(s, k) / factor;
        }
    }
    t->now = now;
}

static void check_end(struct stepped *t, uint64_t i, double phi_most, uint32_t changes)
{
    const long double late = t->got[i] - t->work[i];
    cr_assert_geq(late, -1e-6L, "job %lu is done %Lg ns early", i, -late);
    cr_assert_leq(late, 1 + changes * phi_most * 0x1p-20L, "job %lu is %Lg ns late", i, late);
    t->is_there[i] = false;
}

static void random_jobs(uint64_t seed, enum server_order order, const struct server_sharing *law)
{
    static struct stepped t;
    t = (struct stepped){0};
    struct rng r;
    rng_init(&r, seed, 0, 0, RNG_TEST);
    const uint32_t cores = 1 + (uint32_t)rng_below(&r, 4);
    struct server s =
        made((struct server_plan){.order = order, .cores = cores, .sharing = *law, .slots = JOBS});
    double factor = 1;
    sim_time arrival = 0;
    int64_t work_sum = 0;
    for (uint32_t i = 0, done = 0; done < JOBS;) {
        if (i < JOBS && arrival <= server_next(&s, NULL)) {
            step(&t, &s, arrival, factor);
            if (rng_below(&r, 4) == 0) {
                factor = (double)(4 + rng_below(&r, 8)) / 4;
                server_slow_down(&s, arrival, factor);
            }
            const sim_time work = (sim_time)rng_below(&r, 1000);
            t.core[i] = order == SERVER_PINNED ? (uint32_t)rng_below(&r, cores) : 0;
            t.work[i] = (long double)work;
            t.is_there[i] = true;
            work_sum += work;
            arrive(&s, arrival, t.core[i], work);
            i++;
            arrival += (sim_time)rng_below(&r, 700);
        } else {
            const sim_time now = server_next(&s, NULL);
            step(&t, &s, now, factor);
            check_end(&t, server_finish(&s, now).tag, 1e3, 3 * JOBS);
            done++;
        }
    }
    cr_assert_eq(s.done_ns, work_sum);
    expect_empty(&s);
}

Test(server, no_job_is_early_and_none_a_nanosecond_late)
{
    const struct server_sharing fair = {.law = SERVER_LAW_FAIR};
    const struct server_sharing knee = {
        .law = SERVER_LAW_KNEE, .linear = 0.3, .knee = 3, .thrash = 1.5, .most = 400};
    for (uint64_t seed = 0; seed < 100; seed++) {
        random_jobs(seed, SERVER_SHARED, &fair);
        random_jobs(seed, SERVER_PINNED, &fair);
        random_jobs(seed, SERVER_SHARED, &knee);
        random_jobs(seed, SERVER_PINNED, &knee);
    }
}

/* A busy core that is shared fairly works a nanosecond each nanosecond. */
Test(server, work_is_conserved)
{
    for (uint64_t seed = 0; seed < 50; seed++) {
        for (int order = SERVER_FIRST_COME; order <= SERVER_PINNED; order++) {
            struct rng r;
            rng_init(&r, seed, 0, 1, RNG_TEST);
            struct server s = made(
                (struct server_plan){.order = (enum server_order)order, .cores = 3, .slots = JOBS});
            sim_time arrival = 0;
            for (uint32_t i = 0; i < JOBS; i++) {
                arrival += (sim_time)(rng_exponential(&r) * 1000);
                while (server_next(&s, NULL) <= arrival) {
                    (void)server_finish(&s, server_next(&s, NULL));
                }
                const uint32_t core = order == SERVER_PINNED ? i % 3 : 0;
                arrive(&s, arrival, core, (sim_time)(rng_exponential(&r) * 2500));
            }
            while (server_jobs(&s) > 0) {
                (void)server_finish(&s, server_next(&s, NULL));
            }
            cr_assert_geq(s.core_ns, s.done_ns);
            cr_assert_leq(s.core_ns, s.done_ns + 3 * JOBS, "less than 1 ns a core and job");
            expect_empty(&s);
        }
    }
}

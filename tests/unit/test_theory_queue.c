/*
 * The engine against queueing theory: one server, Poisson arrivals, exponential (M/M/1) or
 * constant (M/D/1) service of mean 1. Theory gives the mean wait before service; the mean over
 * independent replications must have it within its 99 % confidence interval. On the same runs
 * Little's law holds to the nanosecond, since each starts and ends with an empty system.
 */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics.h>
#include <math.h>

#include "sim/engine/engine.h"
#include "sim/engine/rng.h"

enum { REPLICATIONS = 30, CUSTOMERS = 40000, WARM_UP = 4000, QUEUE = 1024 };
enum { SOURCE, SERVER, ENTITIES };    /* who there is */
enum { NEXT_ARRIVAL, ARRIVAL, DONE }; /* what happens to them */

static const uint64_t seed = 1;
static const double second_ns = 1e9;

struct queue {
    double load; /* arrivals a second, since the mean service takes one */
    bool constant_service;
    struct rng intervals, services;
    uint32_t generated;

    sim_time arrived[QUEUE]; /* a ring: when each customer in the system came */
    uint32_t first, count;
    uint32_t started, left;
    double waited_s; /* summed over those after the warm-up */

    int64_t in_system_ns; /* time in the system, summed over customers */
    int64_t area_ns;      /* customers in the system, integrated over time */
    sim_time changed;     /* when count last changed */
};

static void count_changes(struct queue *q, sim_time now, uint32_t count)
{
    q->area_ns += q->count * (now - q->changed);
    q->changed = now;
    q->count = count;
}

static void schedule(struct engine *e, uint32_t source, uint32_t destination, sim_time at,
                     uint32_t kind)
{
    (void)engine_schedule(e, source, destination, at, EV_ANY_ORDER, kind, 0, NULL, 0);
}

static void on_next_arrival(struct engine *e, void *context, const struct engine_event *event)
{
    struct queue *q = context;
    schedule(e, SOURCE, SERVER, event->now, ARRIVAL);
    if (++q->generated < CUSTOMERS) {
        const double interval_ns = rng_exponential(&q->intervals) / q->load * second_ns;
        schedule(e, SOURCE, SOURCE, event->now + (sim_time)interval_ns, NEXT_ARRIVAL);
    }
}

static void start_service(struct engine *e, struct queue *q, sim_time now)
{
    if (q->started++ >= WARM_UP) {
        q->waited_s += (double)(now - q->arrived[q->first % QUEUE]) / second_ns;
    }
    const double service = q->constant_service ? 1 : rng_exponential(&q->services);
    schedule(e, SERVER, SERVER, now + (sim_time)(service * second_ns), DONE);
}

static void on_arrival(struct engine *e, void *context, const struct engine_event *event)
{
    struct queue *q = context;
    cr_assert_lt(q->count, QUEUE);
    q->arrived[(q->first + q->count) % QUEUE] = event->now;
    count_changes(q, event->now, q->count + 1);
    if (q->count == 1) {
        start_service(e, q, event->now);
    }
}

static void on_done(struct engine *e, void *context, const struct engine_event *event)
{
    struct queue *q = context;
    q->in_system_ns += event->now - q->arrived[q->first++ % QUEUE];
    q->left++;
    count_changes(q, event->now, q->count - 1);
    if (q->count > 0) {
        start_service(e, q, event->now);
    }
}

/* One replication; gives the mean wait before service in seconds. */
static double mean_wait_s(double load, bool constant_service, uint64_t replication)
{
    struct engine e;
    static struct queue q;
    q = (struct queue){.load = load, .constant_service = constant_service};
    rng_init(&q.intervals, seed, replication, SOURCE, RNG_TEST);
    rng_init(&q.services, seed, replication, SERVER, RNG_TEST);
    cr_assert_eq(engine_init(&e, ENTITIES, 8), SIM_OK);
    engine_handle(&e, NEXT_ARRIVAL, on_next_arrival, &q);
    engine_handle(&e, ARRIVAL, on_arrival, &q);
    engine_handle(&e, DONE, on_done, &q);
    schedule(&e, SOURCE, SOURCE, 0, NEXT_ARRIVAL);
    bool done;
    cr_assert_eq(engine_run(&e, SIM_TIME_NEVER, UINT64_MAX, &done), SIM_OK);
    engine_deinit(&e);

    cr_assert(done && q.left == CUSTOMERS && q.count == 0);
    cr_assert_eq(q.area_ns, q.in_system_ns, "Little's law: L T = lambda T W");
    return q.waited_s / (CUSTOMERS - WARM_UP);
}

/* Pollaczek and Khinchine: the mean wait with service of mean 1 and this squared variation. */
static double theory_s(double load, double squared_variation)
{
    return load / (1 - load) * (1 + squared_variation) / 2;
}

static void expect_wait(double load, bool constant_service)
{
    double wait_s[REPLICATIONS];
    for (uint64_t i = 0; i < REPLICATIONS; i++) {
        wait_s[i] = mean_wait_s(load, constant_service, i);
    }
    const double mean = gsl_stats_mean(wait_s, 1, REPLICATIONS);
    const double t = gsl_cdf_tdist_Pinv(0.995, REPLICATIONS - 1);
    const double half = t * gsl_stats_sd(wait_s, 1, REPLICATIONS) / sqrt(REPLICATIONS);
    const double theory = theory_s(load, constant_service ? 0 : 1);
    cr_assert(fabs(mean - theory) <= half, "seed %lu: %.4f +- %.4f s, theory says %.4f s", seed,
              mean, half, theory);
    cr_assert(half < 0.05 * theory, "seed %lu: +- %.4f s is too wide to say anything", seed, half);
}

Test(theory_queue, mm1_at_half_load_waits_as_theory_says)
{
    expect_wait(0.5, false);
}

Test(theory_queue, mm1_at_high_load_waits_as_theory_says)
{
    expect_wait(0.8, false);
}

Test(theory_queue, md1_at_half_load_waits_as_theory_says)
{
    expect_wait(0.5, true);
}

Test(theory_queue, md1_at_high_load_waits_as_theory_says)
{
    expect_wait(0.8, true);
}

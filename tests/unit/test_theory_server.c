/*
 * The server against queueing theory: Poisson arrivals at one server or several. The mean over
 * independent replications must have theory's within its 99 % confidence interval.
 */
#include <criterion/criterion.h>
#include <gsl/gsl_statistics.h>
#include <math.h>

#include "models/parts/server.h"
#include "sim/engine/rng.h"
#include "tests/support/chance.h"

enum { REPLICATIONS = 30, CUSTOMERS = 40000, WARM_UP = 4000 };

typedef double service_fn(struct rng *r);

static double constant(struct rng *r)
{
    (void)r;
    return 1;
}

/* One in ten takes nine times the mean of all, the others a ninth: squared variation 7.1. */
static double two_sorts(struct rng *r)
{
    return rng_below(r, 10) == 0 ? 9 : 1.0 / 9;
}

struct experiment {
    enum server_order order;
    uint32_t cores;
    double load; /* a core */
    service_fn *service;
};

struct means {
    double response_s, wait_s;
};

/* With service times of mean 1 s. */
static struct means replicate(const struct experiment *x, uint64_t replication)
{
    struct rng gaps;
    struct rng services;
    rng_init(&gaps, 1, replication, 0, RNG_TEST);
    rng_init(&services, 1, replication, 1, RNG_TEST);
    struct server s;
    const struct server_plan plan = {
        .order = x->order, .cores = x->cores, .slots = 64, .may_grow = true};
    cr_assert_eq(server_init(&s, &plan), SIM_OK);
    struct means sum = {0, 0};
    double arrival_ns = 0;
    for (uint64_t came = 0, left = 0; left < CUSTOMERS;) {
        const sim_time next = server_next(&s, NULL);
        if (came < CUSTOMERS && (sim_time)arrival_ns <= next) {
            const double work = x->service(&services) * 1e9;
            const uint32_t core =
                x->order == SERVER_PINNED ? (uint32_t)rng_below(&services, x->cores) : 0;
            cr_assert(server_arrive(&s, (sim_time)arrival_ns, core, (sim_time)work, came++));
            arrival_ns += rng_exponential(&gaps) / (x->load * x->cores) * 1e9;
            continue;
        }
        const struct server_end end = server_finish(&s, next);
        left++;
        if (end.tag >= WARM_UP) {
            sum.response_s += (double)(next - end.arrived) / 1e9;
            sum.wait_s += (double)(end.started - end.arrived) / 1e9;
        }
    }
    server_deinit(&s);
    return (struct means){sum.response_s / (CUSTOMERS - WARM_UP),
                          sum.wait_s / (CUSTOMERS - WARM_UP)};
}

static void expect_mean(const char *what, const double value[REPLICATIONS], double theory)
{
    const double mean = gsl_stats_mean(value, 1, REPLICATIONS);
    const double half = chance_half_width(value, REPLICATIONS, 0.99);
    cr_assert(fabs(mean - theory) <= half, "%s: %.4f +- %.4f s, theory says %.4f s", what, mean,
              half, theory);
    cr_assert_lt(half, 0.06 * theory, "%s: +- %.4f s is too wide to say anything", what, half);
}

static void expect_theory(struct experiment x, double response_s, double wait_s)
{
    double response[REPLICATIONS];
    double wait[REPLICATIONS];
    for (uint64_t i = 0; i < REPLICATIONS; i++) {
        const struct means m = replicate(&x, i);
        response[i] = m.response_s;
        wait[i] = m.wait_s;
    }
    expect_mean("response", response, response_s);
    if (wait_s > 0) {
        expect_mean("wait", wait, wait_s);
    }
}

/* The probability that a customer waits, by Erlang. */
static double erlang_c(uint32_t cores, double load)
{
    const double offered = load * cores;
    double blocked = 1;
    for (uint32_t i = 1; i <= cores; i++) {
        blocked = offered * blocked / (i + offered * blocked);
    }
    return blocked / (1 - load * (1 - blocked));
}

static double wait_mmc(uint32_t cores, double load)
{
    return erlang_c(cores, load) / (cores * (1 - load));
}

Test(theory_server, mm1_with_one_served_at_a_time)
{
    expect_theory((struct experiment){SERVER_FIRST_COME, 1, 0.7, rng_exponential}, 1 / 0.3,
                  0.7 / 0.3);
}

Test(theory_server, mm1_shared_by_all)
{
    expect_theory((struct experiment){SERVER_SHARED, 1, 0.7, rng_exponential}, 1 / 0.3, 0);
}

Test(theory_server, sharing_does_not_care_how_service_times_spread)
{
    expect_theory((struct experiment){SERVER_SHARED, 1, 0.7, constant}, 1 / 0.3, 0);
    expect_theory((struct experiment){SERVER_SHARED, 1, 0.7, two_sorts}, 1 / 0.3, 0);
}

Test(theory_server, mmc_waits_as_erlang_says)
{
    expect_theory((struct experiment){SERVER_FIRST_COME, 4, 0.8, rng_exponential},
                  1 + wait_mmc(4, 0.8), wait_mmc(4, 0.8));
    expect_theory((struct experiment){SERVER_FIRST_COME, 2, 0.5, rng_exponential},
                  1 + wait_mmc(2, 0.5), wait_mmc(2, 0.5));
}

/* Four cores that all share have as many there as four that serve in turn: the same rates. */
Test(theory_server, sharing_over_four_cores_is_as_long_as_erlang_says)
{
    expect_theory((struct experiment){SERVER_SHARED, 4, 0.8, rng_exponential}, 1 + wait_mmc(4, 0.8),
                  0);
    expect_theory((struct experiment){SERVER_SHARED, 4, 0.8, two_sorts}, 1 + wait_mmc(4, 0.8), 0);
}

Test(theory_server, pinned_cores_are_as_many_servers_of_their_own)
{
    expect_theory((struct experiment){SERVER_PINNED, 3, 0.6, rng_exponential}, 1 / 0.4, 0);
}

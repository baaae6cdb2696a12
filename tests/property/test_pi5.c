/*
 * The node and its batch on random scenarios, all eight policies each: books, memory under its cap,
 * work conserved, the same digest however the run is cut, equal work. PROPERTY_SEED=n
 * PROPERTY_COUNT=m chooses which and how many; a failure prints the seed.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/drive.h"
#include "tests/support/pi5.h"

enum { COUNT = 500, MB = 1000000 };

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static struct dist random_dist(struct rng *r, int64_t least, int64_t most)
{
    const int64_t low = rng_between(r, least, most);
    return (struct dist){.kind = rng_below(r, 2) == 0 ? DIST_UNIFORM : DIST_CONSTANT,
                         .low = low,
                         .high = rng_between(r, low, most)};
}

static struct pi5_config random_config(struct rng *r)
{
    struct pi5_config c = pi5_config_default(false, false, false);
    c.node.cores = 1 + (uint32_t)rng_below(r, 6);
    c.node.per_core = 1 + (uint32_t)rng_below(r, 3);
    c.node.base_bytes = rng_between(r, 0, 80 * MB);
    c.node.memory_bytes = c.node.base_bytes + rng_between(r, 1, 800 * MB);
    c.node.pairing = (enum pi5_pairing)rng_below(r, 3);
    c.os.migrations = (double)rng_below(r, 30);
    c.os.warm_ns = rng_between(r, 0, 10 * SIM_MS);
    c.os.fail_ns = rng_between(r, 0, SIM_S);
    c.os.overcommit = (enum pi5_overcommit)(rng_below(r, 4) == 0);
    c.tasks.order = (enum pi5_order)rng_below(r, 3);
    c.tasks.memory_table = (enum pi5_memory_table)rng_below(r, 2);
    c.predictor.time = (enum pi5_predictor)rng_below(r, 2);
    c.predictor.memory_bias = 0.5 + rng_unit(r);
    c.predictor.memory_cv = rng_unit(r) / 2;
    for (int kind = 0; kind < PI5_CLASSES; kind++) {
        c.tasks.kind[kind].count = (uint32_t)rng_below(r, 9);
        c.tasks.kind[kind].memory_bytes = random_dist(r, 0, 500 * MB);
        c.tasks.kind[kind].time_ns = random_dist(r, 1, 3 * SIM_S);
    }
    c.tasks.kind[PI5_FIB].count++;
    c.node.energy.idle_w = 10 * rng_unit(r);
    c.node.energy.compute_w = 10 * rng_unit(r);
    return c;
}

static void check_run(uint64_t seed, const struct pi5_config *c, const struct model_result *r)
{
    cr_assert_str_eq(r->books, "", "seed %" PRIu64 ": %s", seed, r->books);
    cr_assert_eq(pi5_value(r, "calls"), pi5_tasks(c), "seed %" PRIu64, seed);
    cr_assert_eq(pi5_value(r, "completed"), pi5_tasks(c), "seed %" PRIu64, seed);
    cr_assert_eq(pi5_value(r, "failed"), 0);
    cr_assert_leq(pi5_value(r, "cpu_load"), 1, "seed %" PRIu64, seed);
    cr_assert_leq(pi5_value(r, "response_mean_s"), pi5_value(r, "makespan_s") * (1 + 1e-12));
    if (c->os.overcommit == PI5_OVERCOMMIT_THRASH) {
        cr_assert_eq(pi5_value(r, "start_failures"), 0, "seed %" PRIu64, seed);
    } else if (pi5_value(r, "sequential") == 0) {
        cr_assert_leq(pi5_value(r, "memory_peak_bytes"), (double)c->node.memory_bytes);
    }
    cr_assert_geq(pi5_value(r, "sequential"), pi5_value(r, "start_failures"), "seed %" PRIu64,
                  seed);
}

static void check_energy(uint64_t seed, const struct pi5_config *c, const struct model_result *r)
{
    const double on_s = pi5_value(r, "makespan_s"); /* all complete */
    const double busy_s = pi5_value(r, "cpu_load") * on_s * c->node.cores;
    const double compute = pi5_value(r, "compute_j"), idle = pi5_value(r, "idle_j");
    cr_assert(energy_is_near(compute, busy_s * c->node.energy.compute_w), "seed %" PRIu64, seed);
    cr_assert(energy_is_near(idle, on_s * c->node.energy.idle_w), "seed %" PRIu64, seed);
    cr_assert(energy_is_near(pi5_value(r, "energy_j"), compute + idle), "seed %" PRIu64, seed);
    drive_expect_energy_over_time(&pi5_model, r);
}

static void check_seed(uint64_t seed)
{
    struct rng r;
    rng_init(&r, seed, 0, 0, RNG_TEST);
    struct pi5_config c = random_config(&r);
    const struct model_head head = pi5_head();
    uint64_t work = 0;
    for (int arm = 0; arm < 8; arm++) {
        c.policy = (struct pi5_policy){.pin = arm & 1, .memory = arm & 2, .sort = arm & 4};
        struct model_result whole;
        struct model_result cut;
        drive_model(&pi5_model, &head, &c, 1, 0, NULL, &whole);
        check_run(seed, &c, &whole);
        check_energy(seed, &c, &whole);
        drive_model(&pi5_model, &head, &c, 1, 1 + rng_below(&r, 20), NULL, &cut);
        cr_assert_eq(whole.digest, cut.digest, "seed %" PRIu64, seed);
        cr_assert_eq(memcmp(whole.measure, cut.measure, PI5_MEASURES * sizeof *cut.measure), 0);
        cr_assert(arm == 0 || whole.work_digest == work, "seed %" PRIu64, seed);
        work = whole.work_digest;
        drive_forget(&whole);
        drive_forget(&cut);
    }
}

Test(pi5_property, random_batches_keep_their_books)
{
    const uint64_t first = from_environment("PROPERTY_SEED", 1);
    const uint64_t count = from_environment("PROPERTY_COUNT", COUNT);
    for (uint64_t seed = first; seed < first + count; seed++) {
        check_seed(seed);
    }
}

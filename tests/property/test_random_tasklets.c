/*
 * Binaries of random tasksets: whatever is drawn, lengths, counts and results hold, twins do what
 * their parts do, and the same taskset makes the same bytes. PROPERTY_SEED=n PROPERTY_COUNT=m
 * chooses which and how many; a failure prints the seed.
 */
#include <criterion/criterion.h>
#include <criterion/logging.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/binaries.h"

enum { COUNT = 300 };

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static struct dist between(struct rng *r, int64_t least, int64_t most)
{
    const int64_t low = rng_between(r, least, most);
    return (struct dist){.kind = DIST_UNIFORM, .low = low, .high = rng_between(r, low, most)};
}

/* Of any magnitude up to most, small ones as often as large ones. */
static int64_t magnitude(struct rng *r, int64_t most)
{
    int64_t limit = 1;
    for (int64_t steps = rng_between(r, 0, 30); steps > 0 && limit < most; steps--) {
        limit *= 2;
    }
    return rng_between(r, 0, limit < most ? limit : most);
}

static struct dist sizes(struct rng *r)
{
    const int64_t least = 1 + magnitude(r, 20000);
    return (struct dist){.kind = DIST_UNIFORM, .low = least, .high = least + magnitude(r, 60000)};
}

static struct dist times(struct rng *r, sim_time instruction_ns)
{
    const int64_t most = 1 + magnitude(r, 20000);
    return between(r, 0, most * instruction_ns);
}

static struct taskset_spec random_spec(struct rng *r, uint64_t seed, sim_time *instruction_ns)
{
    *instruction_ns = 1 + magnitude(r, SIM_S);
    const uint32_t algorithms = 1 + (uint32_t)magnitude(r, 100);
    struct taskset_spec spec = {
        .seed = seed,
        .replication = 1,
        .purpose = 1,
        .chains = 1 + (uint32_t)magnitude(r, 6),
        .chain_time_ns = times(r, *instruction_ns),
        .chain_size_bytes = sizes(r),
        .algorithms = algorithms,
        .algorithm_time_ns = times(r, *instruction_ns),
        .algorithm_size_bytes = sizes(r),
        .algorithms_per_chain = between(r, 0, algorithms < 8 ? algorithms : 8),
        .algorithm_calls = {.kind = DIST_CONSTANT, .low = 0, .high = 0},
        .heap_bytes = {.kind = DIST_CONSTANT, .low = 0, .high = 0},
    };
    if (rng_below(r, 3) == 0) {
        spec.algorithms = algorithms < 10 ? algorithms : 10;
        spec.algorithms_per_chain = between(r, 0, spec.algorithms < 3 ? spec.algorithms : 3);
        spec.algorithm_calls = between(r, 0, 2);
    }
    if (rng_below(r, 3) == 0) { /* up to more than a page */
        spec.heap_bytes = between(r, 0, magnitude(r, 70000));
    }
    return spec;
}

static void expect_same_bytes(const struct taskset *t, sim_time instruction_ns)
{
    struct module_set a;
    struct module_set b;
    cr_assert_eq(module_emit_inlined(&a, t, instruction_ns), SIM_OK);
    cr_assert_eq(module_emit_inlined(&b, t, instruction_ns), SIM_OK);
    for (uint32_t i = 0; i < a.count; i++) {
        cr_assert_eq(a.binary[i].length, b.binary[i].length);
        cr_assert_eq(a.binary[i].hash, b.binary[i].hash);
        cr_assert_eq(memcmp(a.binary[i].bytes, b.binary[i].bytes, a.binary[i].length), 0);
    }
    module_set_deinit(&a);
    module_set_deinit(&b);
}

/* The checks are the support's, which knows no seed: it is told when the test is over too early. */
static uint64_t current_seed;
static bool is_over;

static void tell_seed(void)
{
    if (!is_over) {
        cr_log_error("PROPERTY_SEED=%" PRIu64 " PROPERTY_COUNT=1", current_seed);
    }
}

Test(random_tasklets, all_hold, .fini = tell_seed)
{
    const uint64_t first = from_environment("PROPERTY_SEED", 1);
    const uint64_t count = from_environment("PROPERTY_COUNT", COUNT);
    for (current_seed = first; current_seed < first + count; current_seed++) {
        struct rng r;
        rng_init(&r, current_seed, 1, 0, RNG_TEST);
        sim_time instruction_ns = 1;
        const struct taskset_spec spec = random_spec(&r, current_seed, &instruction_ns);
        struct taskset t;
        cr_assert_eq(taskset_draw(&t, &spec), SIM_OK);
        binaries_expect_all_to_hold(&t, instruction_ns);
        expect_same_bytes(&t, instruction_ns);
        taskset_deinit(&t);
    }
    is_over = true;
}

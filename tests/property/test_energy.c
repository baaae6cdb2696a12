/*
 * Energy is the sum of its parts, and each part is what the accounts say, in every model that
 * computes and sends: over 500 random scenarios of NimbleNet and by hand. The other models' random
 * scenarios ask the same in their own tests.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "models/nimblenet/model.h"
#include "sim/engine/rng.h"
#include "tests/support/drive.h"
#include "tests/support/random_scenario.h"
#include "tests/support/trial.h"

Test(energy, by_hand)
{
    const struct energy_rates rates = {
        .compute_w = 2, .idle_w = 0.5, .sent_bit_j = 1e-6, .received_bit_j = 3e-6};
    const struct energy_use use = {
        .busy_ns = 3 * SIM_S, .idle_ns = 10 * SIM_S, .sent_bytes = 1000, .received_bytes = 500};
    struct energy sum = energy_of(&rates, &use);
    cr_assert_float_eq(sum.compute_j, 6, 1e-12);
    cr_assert_float_eq(sum.idle_j, 5, 1e-12);
    cr_assert_float_eq(sum.sent_j, 0.008, 1e-12);
    cr_assert_float_eq(sum.received_j, 0.012, 1e-12);
    const struct energy again = sum;
    energy_add(&sum, &again);
    cr_assert_float_eq(energy_total(&sum), 2 * 11.02, 1e-12);
    cr_assert_float_eq(energy_of_link(&rates, 1000, 500), 0.02, 1e-12);
}

/* What rows say, added up. */
struct told {
    struct energy nodes;
    int64_t rows;
    double bin_j; /* of all nodes until the last bin */
    sim_time bin_ns;
};

static void hear(void *context, size_t table, const union store_cell *cell)
{
    struct told *t = context;
    if (table == NIMBLENET_NODE_ENERGY) {
        const struct energy e = {cell[1].real, cell[2].real, cell[3].real, cell[4].real};
        energy_add(&t->nodes, &e);
        t->rows++;
    } else if (table == NIMBLENET_NODE_BIN) {
        t->bin_j = cell[1].integer == t->bin_ns ? t->bin_j + cell[5].real : cell[5].real;
        t->bin_ns = cell[1].integer;
    }
}

static double value(const struct model_result *r, enum nimblenet_measure m)
{
    return r->measure[m];
}

static void expect_near(double got, double wanted, const char *what, uint64_t seed)
{
    cr_assert(energy_is_near(got, wanted), "seed %d: %s is %.12g J, not %.12g J", (int)seed, what,
              got, wanted);
}

static void expect_parts(const struct nimblenet_config *c, const struct model_result *r,
                         const struct model_head *head, uint32_t nodes, uint64_t seed)
{
    const double seconds = (double)head->duration_ns / (double)SIM_S;
    const double busy_s = value(r, NIMBLENET_EXECUTOR_LOAD) * seconds * nodes;
    expect_near(value(r, NIMBLENET_COMPUTE_J), busy_s * c->energy.compute_w, "computing", seed);
    expect_near(value(r, NIMBLENET_IDLE_J), seconds * nodes * c->energy.idle_w, "being on", seed);
    expect_near(value(r, NIMBLENET_SENT_J), 8 * value(r, NIMBLENET_TX_BYTES) * c->energy.sent_bit_j,
                "sending", seed);
    expect_near(value(r, NIMBLENET_RECEIVED_J),
                8 * value(r, NIMBLENET_RX_BYTES) * c->energy.received_bit_j, "receiving", seed);
}

/* Of the parts, and of the nodes. */
static void expect_sums(const struct model_result *r, const struct told *t,
                        const struct model_head *head, uint32_t nodes, uint64_t seed)
{
    expect_near(value(r, NIMBLENET_ENERGY),
                value(r, NIMBLENET_COMPUTE_J) + value(r, NIMBLENET_IDLE_J) +
                    value(r, NIMBLENET_SENT_J) + value(r, NIMBLENET_RECEIVED_J),
                "the sum of its parts", seed);
    expect_near(value(r, NIMBLENET_ENERGY), energy_total(&t->nodes), "the sum of the nodes", seed);
    cr_assert_eq(t->rows, nodes);
    cr_assert_eq(t->bin_ns, head->duration_ns, "the last bin ends with the run");
    cr_assert_geq(t->bin_j, value(r, NIMBLENET_ENERGY) * (1 - 1e-9), "the registry is in bins too");
}

static void run_one(uint64_t seed)
{
    struct random_scenario text;
    struct trial t;
    struct rng chance;
    random_scenario_init(&text, seed);
    trial_open(&t, "random.yaml", text.text, "nimble", 1, NULL);
    struct nimblenet_config c = *t.config;
    rng_init(&chance, seed, 0, 0, RNG_TEST);
    c.energy = (struct energy_rates){rng_unit(&chance), rng_unit(&chance), rng_unit(&chance) * 1e-6,
                                     rng_unit(&chance) * 1e-6};
    struct told told = {.rows = 0};
    const struct model_listener listener = {.context = &told, .row = hear};
    struct model_head head = t.head;
    struct model_result with, without;
    head.record = 1;
    drive_model(&nimblenet_model, &head, &c, 1, 0, &listener, &with);
    drive_model(&nimblenet_model, &head, t.config, 1, 0, NULL, &without);
    expect_parts(&c, &with, &head, t.system.mesh.node_count - 1, seed);
    expect_sums(&with, &told, &head, t.system.mesh.node_count - 1, seed);
    cr_assert_eq(with.digest, without.digest, "energy changes nothing");
    cr_assert_eq(without.measure[NIMBLENET_ENERGY], 0);
    drive_forget(&with);
    drive_forget(&without);
    trial_close(&t);
    random_scenario_deinit(&text);
}

Test(energy, of_500_random_scenarios_is_the_sum_of_its_parts, .timeout = 300)
{
    for (uint64_t seed = 1; seed <= 500; seed++) {
        run_one(seed);
    }
}

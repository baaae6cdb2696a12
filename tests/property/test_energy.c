/*
 * Energy is the sum of its parts, and each part is what the accounts say, in every model that
 * computes and sends, and over time it is the same: over 500 random scenarios of NimbleNet and of
 * the edge cluster, and by hand. The other models' random scenarios ask the same in their own
 * tests.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/model.h"
#include "models/qos/config.h"
#include "models/qos/measures.h"
#include "models/qos/model.h"
#include "models/qos/rows.h"
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

Test(energy, is_spread_evenly_over_the_bins_that_it_lies_in)
{
    double joules[3] = {0, 0, 0};
    const struct energy_bins bins = {joules, 3, 10 * SIM_S};
    energy_spend(&bins, 5 * SIM_S, 25 * SIM_S, 20);
    energy_spend(&bins, 10 * SIM_S, 10 * SIM_S, 1);
    energy_spend(&bins, 29 * SIM_S, 30 * SIM_S, 2);
    energy_spend(&bins, 31 * SIM_S, 40 * SIM_S, 4);
    cr_assert_float_eq(joules[0], 5, 1e-12);
    cr_assert_float_eq(joules[1], 10 + 1, 1e-12);
    cr_assert_float_eq(joules[2], 5 + 2 + 4, 1e-12);
    cr_assert_eq(energy_nj(1.5), 1500000000);
    cr_assert_eq(energy_nj(1e300), INT64_C(1) << 62);
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
    struct model_result with, shortly, without;
    drive_model(&nimblenet_model, &head, &c, 1, 0, NULL, &shortly); /* where there are short cuts */
    head.record = 1;
    drive_model(&nimblenet_model, &head, &c, 1, 0, &listener, &with);
    drive_model(&nimblenet_model, &head, t.config, 1, 0, NULL, &without);
    drive_expect_energy_over_time(&nimblenet_model, &with);
    cr_assert_eq(memcmp(with.bin, shortly.bin, with.bins * NIMBLENET_SERIES * sizeof *with.bin), 0,
                 "seed %d: with and without short cuts", (int)seed);
    expect_parts(&c, &with, &head, mesh_nodes(&t.system.mesh), seed);
    expect_sums(&with, &told, &head, mesh_nodes(&t.system.mesh), seed);
    cr_assert_eq(with.digest, without.digest, "energy changes nothing");
    cr_assert_eq(without.measure[NIMBLENET_ENERGY], 0);
    drive_forget(&with);
    drive_forget(&shortly);
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

/* ---- the edge cluster ---- */

enum { LISTED = 3 }; /* nodes that differ; others repeat them */

struct cluster_lists {
    double watts[2][LISTED], bit_j[2][LISTED];
    int64_t image_rate_bps;
};

static struct scenario_list of_three(const double *item)
{
    return (struct scenario_list){.item = (void *)(uintptr_t)item, .count = LISTED};
}

static void scatter(struct qos_config *c, struct cluster_lists *l, uint64_t seed)
{
    struct rng chance;
    rng_init(&chance, seed, 0, 0, RNG_TEST);
    for (int i = 0; i < 2 * LISTED; i++) {
        l->watts[i % 2][i / 2] = 10 * rng_unit(&chance);
        l->bit_j[i % 2][i / 2] = 1e-6 * rng_unit(&chance);
    }
    l->image_rate_bps = (int64_t)rng_below(&chance, 2) * 100000000;
    c->nodes.idle_w = of_three(l->watts[0]);
    c->nodes.compute_w = of_three(l->watts[1]);
    c->nodes.send_bit_j = of_three(l->bit_j[0]);
    c->nodes.receive_bit_j = of_three(l->bit_j[1]);
    c->nodes.image_rate_bps = (struct scenario_list){.item = &l->image_rate_bps, .count = 1};
    c->nodes.count = 1 + (uint32_t)rng_below(&chance, 5);
    c->clients.frames = 1 + (uint32_t)rng_below(&chance, 40);
    c->clients.frame_bytes = rng_between(&chance, 0, 200000);
    c->clients.answer_bytes = rng_between(&chance, 0, 2000);
    c->admission.rule = (unsigned)rng_below(&chance, 2);
    c->sharing.thrash = (double)rng_below(&chance, 3);
}

struct heard {
    struct energy sum;
    const struct qos_config *config;
    uint32_t nodes;
};

static void hear_node(void *context, size_t table, const union store_cell *cell)
{
    struct heard *h = context;
    if (table != QOS_NODE) {
        return;
    }
    const uint32_t place = h->nodes++ % LISTED;
    const struct energy e = {cell[7].real, cell[8].real, cell[9].real, cell[10].real};
    const double busy_s = (double)cell[5].integer / 1e9;
    const double *compute_w = h->config->nodes.compute_w.item;
    const double *send = h->config->nodes.send_bit_j.item;
    const double sent_bits = 8 * (double)(cell[2].integer * h->config->clients.answer_bytes);
    cr_assert(energy_is_near(e.compute_j, busy_s * compute_w[place]));
    cr_assert(energy_is_near(e.sent_j, sent_bits * send[place]));
    energy_add(&h->sum, &e);
}

static void run_cluster(const struct qos_config *defaults, uint64_t seed)
{
    struct qos_config c = *defaults;
    struct cluster_lists lists;
    scatter(&c, &lists, seed);
    struct heard heard = {.config = &c};
    const struct model_listener listener = {.context = &heard, .row = hear_node};
    const struct model_head head = {.name = "energy",
                                    .duration_ns = (20 + (sim_time)seed % 100) * SIM_S,
                                    .bin_ns = 7 * SIM_S,
                                    .seed = seed,
                                    .replications = 1};
    struct model_result with, without;
    drive_model(&qos_model, &head, &c, 1, 0, &listener, &with);
    c.nodes.idle_w = defaults->nodes.idle_w;
    c.nodes.compute_w = defaults->nodes.compute_w;
    c.nodes.send_bit_j = defaults->nodes.send_bit_j;
    c.nodes.receive_bit_j = defaults->nodes.receive_bit_j;
    drive_model(&qos_model, &head, &c, 1, 0, NULL, &without);
    const double *m = with.measure;
    expect_near(m[QOS_ENERGY], m[QOS_COMPUTE_J] + m[QOS_IDLE_J] + m[QOS_SENT_J] + m[QOS_RECEIVED_J],
                "the sum of its parts", seed);
    expect_near(m[QOS_ENERGY], energy_total(&heard.sum), "the sum of the nodes", seed);
    drive_expect_energy_over_time(&qos_model, &with);
    cr_assert_eq(with.digest, without.digest, "energy changes nothing");
    cr_assert_eq(without.measure[QOS_ENERGY], 0);
    drive_forget(&with);
    drive_forget(&without);
}

static void no_hash(const void *bytes, size_t length, char hex[65])
{
    (void)bytes;
    (void)length;
    memset(hex, '0', 64);
    hex[64] = '\0';
}

Test(energy, of_500_random_clusters_is_the_sum_of_its_parts, .timeout = 300)
{
    static const struct scenario_schema *const schemas[] = {&qos_model.schema, NULL};
    static const struct scenario_registry registry = {schemas, no_hash};
    struct scenario defaults;
    cr_assert_eq(scenario_default(&defaults, &registry, &qos_model.schema), SIM_OK);
    for (uint64_t seed = 1; seed <= 500; seed++) {
        run_cluster(defaults.variant[0].config, seed);
    }
    scenario_deinit(&defaults);
}

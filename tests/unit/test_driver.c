/*
 * The seam between world and cores: a driver that keeps its cores elsewhere, hands out what they
 * want only when their step is over, and shows figures only when it is asked, comes to the same run
 * as the world's own. One that fails ends the run, and nothing is stepped behind it.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "models/nimblenet/world/world_state.h"
#include "tests/support/kept.h"
#include "tests/support/random_scenario.h"
#include "tests/support/trial.h"

struct elsewhere {
    const struct node_setup *setup;
    struct node *node;
    void **memory;
    struct kept kept;
    uint64_t steps, words, looks;
    uint64_t fails_at; /* the so manieth step or word; 0: never */
    bool has_failed;
};

static void hand_out(struct elsewhere *e, const struct node_sink *out)
{
    for (uint32_t i = 0; i < e->kept.count; i++) {
        out->act(out->context, &e->kept.item[i]);
    }
    kept_clear(&e->kept);
}

static bool fails_now(struct elsewhere *e)
{
    cr_assert(!e->has_failed, "nobody is asked again");
    e->has_failed = e->fails_at > 0 && e->steps + e->words == e->fails_at;
    return e->has_failed;
}

static enum sim_status step(void *context, uint32_t node, sim_time now, const struct node_event *ev,
                            const struct node_sink *out, sim_time *timeout)
{
    struct elsewhere *e = context;
    e->steps++;
    if (fails_now(e)) {
        return SIM_ERR_IO;
    }
    const struct node_sink sink = kept_sink(&e->kept);
    const enum sim_status status = node_step(&e->node[node], now, ev, &sink);
    cr_assert_eq(status, SIM_OK);
    *timeout = node_next_timeout(&e->node[node]);
    hand_out(e, out);
    return SIM_OK;
}

static enum sim_status restart(void *context, uint32_t node, sim_time now,
                               const struct node_sink *out)
{
    struct elsewhere *e = context;
    const struct node_sink sink = kept_sink(&e->kept);
    node_restart(&e->node[node], now, &sink);
    hand_out(e, out);
    return SIM_OK;
}

static enum sim_status speak(void *context, uint32_t node, struct cpu *cost, uint32_t slot,
                             struct driver_word *word)
{
    (void)node;
    struct elsewhere *e = context;
    e->words++;
    if (fails_now(e)) {
        return SIM_ERR_IO;
    }
    *word = driver_foretold(cost, slot);
    return SIM_OK;
}

static enum sim_status look(void *context, uint32_t node, sim_time now, struct node *core)
{
    struct elsewhere *e = context;
    e->looks++;
    node_settle(&e->node[node], now);
    *core = e->node[node];
    return SIM_OK;
}

static const char *audit(void *context, uint32_t node)
{
    return node_audit(&((struct elsewhere *)context)->node[node]);
}

static struct driver driver_of(struct elsewhere *e)
{
    return (struct driver){e,    step,  restart, driver_run_as_told, driver_resume_as_told, speak,
                           look, audit, NULL};
}

static void open_elsewhere(struct elsewhere *e, const struct world_spec *spec)
{
    const struct node_setup *s = spec->setup;
    *e = (struct elsewhere){
        .setup = s,
        .node = calloc(s->node_count, sizeof *e->node),
        .memory = calloc(s->node_count, sizeof *e->memory),
    };
    for (uint32_t i = 0; i < s->node_count; i++) {
        e->memory[i] = calloc(1, node_memory_bytes(s));
        node_init(&e->node[i], s, i, &spec->mesh->next_port[(size_t)i * s->node_count],
                  e->memory[i]);
    }
}

static void close_elsewhere(struct elsewhere *e)
{
    for (uint32_t i = 0; i < e->setup->node_count; i++) {
        free(e->memory[i]);
    }
    kept_deinit(&e->kept);
    free(e->memory);
    free(e->node);
}

enum { NODES_MOST = 512 };

/* What a run comes to: enough to tell two apart. */
struct outcome {
    uint64_t digest, events;
    struct world_totals totals;
    struct world_account account[NODES_MOST];
    uint32_t nodes;
};

static struct outcome outcome_of(const struct world *w)
{
    struct outcome o = {
        .digest = world_digest(w), .totals = *world_totals(w), .nodes = w->spec.setup->node_count};
    char books[256] = "";
    cr_expect(world_audit(w, books, sizeof books), "%s", books);
    cr_assert_leq(o.nodes, NODES_MOST);
    for (uint32_t i = 0; i < o.nodes; i++) {
        o.account[i] = world_account(w, i);
    }
    return o;
}

static struct outcome run_here(const char *text, const char *variant)
{
    struct trial t;
    trial_open(&t, "driver.yaml", text, variant, 1, NULL);
    trial_run(&t);
    const struct outcome o = outcome_of(t.world);
    trial_close(&t);
    return o;
}

static struct outcome run_elsewhere(const char *text, const char *variant, struct elsewhere *e)
{
    struct trial t;
    trial_prepare(&t, "driver.yaml", text, variant, 1);
    open_elsewhere(e, &t.plan.world);
    const struct driver driver = driver_of(e);
    t.plan.world.driver = &driver;
    t.plan.world.full_path_for = "the test";
    trial_begin(&t);
    trial_run(&t);
    const struct outcome o = outcome_of(t.world);
    close_elsewhere(e);
    trial_close(&t);
    return o;
}

/* What lies between the first member and the second is nobody's. */
static bool is_same(const struct world_account *a, const struct world_account *b)
{
    const size_t first = offsetof(struct world_account, tx_bytes);
    return a->node == b->node &&
           memcmp((const char *)a + first, (const char *)b + first, sizeof *a - first) == 0;
}

static void expect_equal(const char *text, const char *variant)
{
    struct elsewhere e;
    const struct outcome here = run_here(text, variant);
    const struct outcome there = run_elsewhere(text, variant, &e);
    cr_expect_eq(here.digest, there.digest, "%s\n%s", variant, text);
    cr_expect_eq(memcmp(&here.totals, &there.totals, sizeof here.totals), 0, "%s", text);
    for (uint32_t i = 0; i < here.nodes; i++) {
        cr_expect(is_same(&here.account[i], &there.account[i]), "node %u of\n%s", i + 1, text);
    }
    cr_expect_gt(e.looks, 0);
}

static const char factory[] = "format: 1\n"
                              "duration: 300 s\n"
                              "nodes: {cache: 6000 B}\n"
                              "taskset: {chains: 40, algorithms: 30}\n";

Test(driver, cores_that_are_elsewhere_come_to_the_same_run)
{
    expect_equal(factory, "nimble");
    expect_equal(factory, "monolithic");
}

/* With nodes that fail, new versions of tasklets, and every switch of the protocol. */
Test(driver, and_so_they_do_in_random_scenarios)
{
    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct random_scenario r;
        random_scenario_init(&r, seed);
        expect_equal(r.text, "nimble");
        random_scenario_deinit(&r);
    }
}

static const char failing[] = "format: 1\n"
                              "duration: 300 s\n"
                              "outage: {nodes: {mtbf: 60 s, mttr: 10 s}}\n"
                              "updates: {at: [50 s, 100 s], algorithm: [1, 2]}\n"
                              "taskset: {chains: 20, algorithms: 10}\n";

Test(driver, nodes_that_fail_and_new_versions)
{
    expect_equal(failing, "nimble");
}

Test(driver, one_that_fails_ends_the_run_with_its_status)
{
    for (uint64_t k = 1; k <= 3000; k = 3 * k + 1) {
        struct trial t;
        struct elsewhere e;
        trial_prepare(&t, "driver.yaml", factory, "nimble", 1);
        open_elsewhere(&e, &t.plan.world);
        e.fails_at = k;
        const struct driver driver = driver_of(&e);
        t.plan.world.driver = &driver;
        t.plan.world.full_path_for = "the test";
        trial_begin(&t);
        bool done = false;
        cr_expect_eq(world_run(t.world, UINT64_MAX, &done), SIM_ERR_IO, "at %lu", (unsigned long)k);
        cr_expect(!done && e.has_failed);
        cr_expect_eq(e.steps + e.words, k);
        close_elsewhere(&e);
        trial_close(&t);
    }
}

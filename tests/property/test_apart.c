/*
 * A handler touches the state of its event's destination only. This build gives each entity's state
 * pages of its own (WORLD_APART); while a handler runs, all the world's memory but its entity's
 * cannot even be read. Random scenarios must come to their end so, and to the digest that they have
 * elsewhere. PROPERTY_SEED=n PROPERTY_COUNT=m chooses which and how many.
 */
#define _DEFAULT_SOURCE

#include <criterion/criterion.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/support/random_scenario.h"
#include "tests/support/trial.h"

enum { COUNT = 25, CAUGHT = 3 };

/* The world under guard, and its handlers as they were. */
static struct world *guarded;
static engine_fn *handler[ENGINE_KINDS_MAX];

static void allow(void *from, size_t bytes, int what)
{
    cr_assert_eq(mprotect(from, bytes, what), 0);
}

/* Its records of open calls, as many as it may have touched when the event is over. */
static void open_records(const struct world_node *n)
{
    const struct node_setup *s = guarded->spec.setup;
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t bytes = n->cpu.apart / s->node_count;
    cr_assert_eq(bytes % page, 0);
    const uint32_t open = pool_high_water(&n->open);
    const uint32_t fetches = pool_high_water(&n->core.fetches);
    const uint32_t touched = (open > fetches ? open : fetches) + 2;
    for (uint32_t i = 0; i < touched && i <= s->calls_max; i++) {
        allow(n->cpu.slots + i * n->cpu.apart, bytes, PROT_READ | PROT_WRITE);
    }
}

static void open_node(struct world_node *n)
{
    allow(n, sizeof *n, PROT_READ | PROT_WRITE);
    open_records(n);
    allow(n->core.room.near, n->near_bytes, PROT_READ | PROT_WRITE);
    allow(n->own, n->own_bytes, PROT_READ | PROT_WRITE);
}

static void open_entity(uint32_t entity)
{
    const uint32_t nodes = guarded->spec.setup->node_count;
    if (entity < nodes) {
        open_node(&guarded->node[entity]);
    } else {
        struct world_robot *r = &guarded->robot[entity - nodes];
        allow(r, sizeof *r, PROT_READ | PROT_WRITE);
        allow(r->track, sizeof *r->track, PROT_READ | PROT_WRITE);
        allow(r->chains, guarded->spec.robots.chains * sizeof *r->chains, PROT_READ);
    }
}

static void guard(struct engine *e, void *context, const struct engine_event *ev)
{
    allow(guarded->memory, guarded->memory_bytes, PROT_NONE);
    open_entity(ev->self);
    handler[ev->kind](e, context, ev);
    allow(guarded->memory, guarded->memory_bytes, PROT_READ | PROT_WRITE);
}

static void set_guard(struct world *w)
{
    guarded = w;
    cr_assert_eq(sizeof *w->node % (size_t)sysconf(_SC_PAGESIZE), 0, "WORLD_APART is a page");
    for (uint32_t kind = 0; kind < ENGINE_KINDS_MAX; kind++) {
        handler[kind] = w->engine.handler[kind].fn;
        w->engine.handler[kind].fn = guard;
    }
}

static uint64_t digest_of(const char *text, bool is_guarded)
{
    struct trial t;
    bool done = false;
    trial_prepare(&t, "random.yaml", text, "nimble", 1);
    t.plan.world.full_path_for = "this test"; /* a short cut accounts for others */
    trial_begin(&t);
    cr_assert_eq(world_run(t.world, 0, &done), SIM_OK);
    if (is_guarded) {
        set_guard(t.world);
    }
    trial_run(&t);
    const uint64_t digest = world_digest(t.world);
    trial_close(&t);
    return digest;
}

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

Test(apart, a_handler_touches_the_state_of_its_entity_only)
{
    const uint64_t first = from_environment("PROPERTY_SEED", 1);
    const uint64_t count =
        from_environment("PROPERTY_COUNT", getenv("PROPERTY_SEED") != NULL ? 1 : COUNT);
    for (uint64_t seed = first; seed < first + count; seed++) {
        struct random_scenario r;
        (seed % 2 == 0 ? random_scenario_init_rough : random_scenario_init)(&r, seed);
        cr_assert_eq(digest_of(r.text, true), digest_of(r.text, false), "PROPERTY_SEED=%" PRIu64,
                     seed);
        random_scenario_deinit(&r);
    }
}

/* ---- the guard itself ---- */

static void on_fault(int signal)
{
    (void)signal;
    _exit(CAUGHT);
}

static void look_elsewhere(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    const struct world *w = context;
    if (ev->self == 0) {
        const volatile uint64_t *calls = &w->node[1].calls;
        (void)*calls;
    }
}

static const char small[] = "format: 1\nduration: 100 s\nvariants: [nimble]\n";

static void run_with(engine_fn *offence)
{
    struct trial t;
    bool done = false;
    (void)signal(SIGSEGV, on_fault);
    trial_prepare(&t, "small.yaml", small, "nimble", 1);
    t.plan.world.full_path_for = "this test";
    trial_begin(&t);
    cr_assert_eq(world_run(t.world, 0, &done), SIM_OK);
    t.world->engine.handler[WORLD_FRAME].fn = offence;
    set_guard(t.world);
    trial_run(&t);
    trial_close(&t);
}

Test(apart, a_handler_that_reads_another_node_is_caught, .exit_code = CAUGHT)
{
    run_with(look_elsewhere);
}

static void look_at_sums(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    (void)ev;
    const struct world *w = context;
    ((volatile struct world_bin *)w->bin)->bytes++;
}

Test(apart, a_handler_that_adds_to_the_run_s_sums_is_caught, .exit_code = CAUGHT)
{
    run_with(look_at_sums);
}

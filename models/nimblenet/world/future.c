#include "models/nimblenet/world/future.h"

#include <stdlib.h>

/* One use in a chain's run, counted from the trigger. */
struct chain_use {
    uint32_t tasklet;
    sim_time after_ns;
};

/* The uses of all chains that robots call: chain c's are use[first[c]] to use[first[c + 1] - 1]. */
struct chain_uses {
    struct chain_use *use;
    size_t *first;
    size_t count, capacity;
};

static bool add_use(struct chain_uses *u, uint32_t tasklet, sim_time after_ns)
{
    ASSERT(after_ns >= 0 && u->count <= u->capacity);
    if (u->count == u->capacity) {
        const size_t more = 2 * u->capacity;
        struct chain_use *grown = realloc(u->use, more * sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        u->use = grown;
        u->capacity = more;
    }
    u->use[u->count++] = (struct chain_use){tasklet, after_ns};
    return true;
}

/* Runs one chain alone on an executor of its own, by the rules of the simulated one. */
static bool run_chain(struct chain_uses *u, struct cpu *cpu, uint32_t chain)
{
    uint32_t level = 0;
    sim_time now = cpu_run(cpu, 0, level, chain);
    for (;;) {
        const uint32_t callee = cpu_speak(cpu, 0);
        if (callee != CPU_FINISHED) {
            if (!add_use(u, callee, now)) {
                return false;
            }
            now += cpu_run(cpu, 0, ++level, callee);
        } else if (level > 0) {
            now += cpu_resume(cpu, 0, --level);
        } else {
            return true;
        }
    }
}

/* What is preloaded is held from the trigger on, and used when it is called. */
static bool add_chain(struct chain_uses *u, struct cpu *cpu, uint32_t chain)
{
    return add_use(u, chain, 0) && run_chain(u, cpu, chain);
}

static void drop_chains(struct chain_uses *u)
{
    free(u->first);
    free(u->use);
}

static bool list_chains(struct chain_uses *u, const struct world_spec *s)
{
    const uint32_t chains = s->robots.chains_all;
    void *memory = calloc(1, cpu_slot_bytes(s->program));
    *u = (struct chain_uses){
        .use = calloc(1024, sizeof *u->use),
        .first = calloc((size_t)chains + 1, sizeof *u->first),
        .capacity = 1024,
    };
    bool listed = memory != NULL && u->first != NULL && u->use != NULL;
    struct cpu cpu;
    if (listed) {
        cpu_init(&cpu, s->program, memory, cpu_slot_bytes(s->program));
    }
    for (uint32_t chain = 0; chain < chains && listed; chain++) {
        listed = add_chain(u, &cpu, chain);
        u->first[chain + 1] = u->count;
    }
    free(memory);
    if (!listed) {
        drop_chains(u);
    }
    return listed;
}

/* ---- the robots' calls, one after the other ---- */

/* What a call's uses are added to: first counted, then written where the counts say. */
struct tally {
    struct future *future;
    const struct chain_uses *chains;
    uint32_t tasklets;
    bool writes;
    uint64_t uses;
};

static void add_call(struct tally *t, const struct robot_trigger *call)
{
    ASSERT(call->at >= 0 && call->node != FLOOR_NOBODY);
    const size_t end = t->chains->first[call->chain + 1];
    for (size_t i = t->chains->first[call->chain]; i < end; i++) {
        const struct chain_use *use = &t->chains->use[i];
        ASSERT(use->tasklet < t->tasklets);
        uint32_t *place = &t->future->first[(size_t)call->node * t->tasklets + use->tasklet];
        if (t->writes) {
            t->future->at[*place] = use->after_ns < SIM_TIME_NEVER - call->at
                                        ? call->at + use->after_ns
                                        : SIM_TIME_NEVER;
        }
        (*place)++;
        t->uses++;
    }
}

static void add_robot(struct tally *t, const struct world_spec *s, uint32_t number,
                      uint32_t *chains)
{
    struct robot robot;
    robot_init(&robot, &s->robots, number, chains);
    for (;;) {
        const struct robot_trigger call = robot_next(&robot, &s->robots, s->floor, chains);
        if (call.at > s->duration_ns) {
            return;
        }
        if (call.node != FLOOR_NOBODY) {
            add_call(t, &call);
        }
    }
}

static uint64_t add_robots(struct future *f, const struct world_spec *s,
                           const struct chain_uses *chains, uint32_t *drawn, bool writes)
{
    struct tally t = {f, chains, s->setup->catalogue->count, writes, 0};
    for (uint32_t i = 0; i < s->robots.count; i++) {
        add_robot(&t, s, i, drawn);
    }
    return t.uses;
}

/* ---- from counts to lists ---- */

/* Turns counts into where each list begins, and back once writing has moved each to its end. */
static void turn_into_starts(uint32_t *first, size_t lists)
{
    uint32_t start = 0;
    for (size_t i = 0; i <= lists; i++) {
        const uint32_t count = first[i];
        first[i] = start;
        start += count;
    }
}

static void turn_back_into_starts(uint32_t *first, size_t lists)
{
    for (size_t i = lists; i > 0; i--) {
        first[i] = first[i - 1];
    }
    first[0] = 0;
}

static int by_time(const void *a, const void *b)
{
    const sim_time x = *(const sim_time *)a;
    const sim_time y = *(const sim_time *)b;
    return (x > y) - (x < y);
}

/* Robots come one after the other, so each list is many rising ones in a row. */
static void sort_lists(struct future *f, size_t lists)
{
    for (size_t i = 0; i < lists; i++) {
        const uint32_t count = f->first[i + 1] - f->first[i];
        if (count > 1) {
            qsort(&f->at[f->first[i]], count, sizeof *f->at, by_time);
        }
    }
}

static bool fill(struct future *f, const struct world_spec *s, const struct chain_uses *chains,
                 uint32_t *drawn)
{
    const uint32_t nodes = s->setup->node_count;
    const uint32_t tasklets = s->setup->catalogue->count;
    const size_t lists = (size_t)nodes * tasklets;
    f->first = calloc(lists + 1, sizeof *f->first);
    f->node = calloc(nodes, sizeof *f->node);
    if (f->first == NULL || f->node == NULL) {
        return false;
    }
    const uint64_t uses = add_robots(f, s, chains, drawn, false);
    f->at = uses < UINT32_MAX ? calloc((size_t)uses + 1, sizeof *f->at) : NULL;
    if (f->at == NULL) {
        return false;
    }
    turn_into_starts(f->first, lists);
    (void)add_robots(f, s, chains, drawn, true);
    turn_back_into_starts(f->first, lists);
    sort_lists(f, lists);
    for (uint32_t i = 0; i < nodes; i++) {
        f->node[i] = (struct policies_future){f->at, &f->first[(size_t)i * tasklets]};
    }
    return true;
}

enum sim_status future_create(struct future *f, const struct world_spec *spec)
{
    *f = (struct future){0};
    struct chain_uses chains;
    if (!list_chains(&chains, spec)) {
        return SIM_ERR_NOMEM;
    }
    uint32_t *drawn = calloc((size_t)spec->robots.chains + 1, sizeof *drawn);
    const bool filled = drawn != NULL && fill(f, spec, &chains, drawn);
    free(drawn);
    drop_chains(&chains);
    if (!filled) {
        future_destroy(f);
        return SIM_ERR_NOMEM;
    }
    return SIM_OK;
}

void future_destroy(struct future *f)
{
    free(f->node);
    free(f->at);
    free(f->first);
    *f = (struct future){0};
}

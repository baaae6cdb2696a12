/*
 * worlds.c - whole runs: what a simulated event costs with protocol, links and
 * executors behind it, from 13 nodes to 193, storing aside.
 *
 * One variant and one replication a scenario. Over the full path events grow as nodes times
 * searches; over the short cut, with the nodes. Memory is what a node, a robot and a pending event
 * take. Behind that: how time grows with a factory floor, its density the same, from 48 nodes on.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "models/nimblenet/compose.h"
#include "tests/support/schema.h"

static double seconds_used(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

struct outcome {
    double seconds;
    uint64_t events;
    struct world_memory memory;
};

static struct outcome run_once(const struct compose_plan *plan)
{
    struct world *w;
    bool done = false;
    if (world_create(&w, &plan->world) != SIM_OK) {
        exit(1);
    }
    const double start = seconds_used();
    const enum sim_status status = world_run(w, UINT64_MAX, &done);
    const struct outcome o = {seconds_used() - start, world_report(w).events, world_memory(w)};
    if (status != SIM_OK || !done) {
        exit(1);
    }
    world_destroy(w);
    return o;
}

/* A scenario's variant, made ready to run. */
struct ready {
    struct scenario scenario;
    struct compose_system system;
    struct compose_plan plan;
};

static void make_ready(struct ready *r, const char *name, const struct scenario_override *overrides,
                       size_t override_count, const char *twin)
{
    char path[64];
    (void)snprintf(path, sizeof path, "scenarios/%s.yaml", name);
    struct scenario *s = &r->scenario;
    struct scenario_errors errors = {0};
    struct model_error error;
    if (scenario_load(s, &schema_registry, path, overrides, override_count, &errors) != SIM_OK) {
        (void)fprintf(stderr, "%s cannot be read\n", path);
        exit(1);
    }
    const struct model_head head = {.name = s->name,
                                    .duration_ns = s->duration_ns,
                                    .bin_ns = s->bin_ns,
                                    .seed = s->seed,
                                    .replications = s->replications};
    const uint32_t v = scenario_variant_find(s, twin);
    if (v == s->variant_count ||
        compose_system_init(&r->system, &head, s->variant[v].config, &error) != SIM_OK ||
        compose_plan_init(&r->plan, &r->system, 1, &error) != SIM_OK) {
        (void)fprintf(stderr, "%s cannot be run\n", path);
        exit(1);
    }
}

static void put_away(struct ready *r)
{
    compose_plan_deinit(&r->plan);
    compose_system_deinit(&r->system);
    scenario_deinit(&r->scenario);
}

static struct outcome best_of(const struct compose_plan *plan, int repeats)
{
    struct outcome best = run_once(plan);
    for (int i = 1; i < repeats; i++) {
        const struct outcome again = run_once(plan);
        best = again.seconds < best.seconds ? again : best;
    }
    return best;
}

static void measure(const char *name, const char *twin, int repeats)
{
    struct ready r;
    make_ready(&r, name, NULL, 0, twin);
    const struct outcome best = best_of(&r.plan, repeats);
    const double ns = best.seconds * 1e9 / (double)best.events;
    printf("%-14s %-11s %6u %12" PRIu64 " %10.1f %8.1f %10zu %8zu %8zu\n", name, twin,
           r.system.mesh.node_count, best.events, best.seconds * 1e3, ns, best.memory.node_touched,
           best.memory.robot, best.memory.pending_event);
    printf("bench world_%s_%s %.2f ms\n", name, twin, best.seconds * 1e3);
    put_away(&r);
}

/* ---- growth ---- */

/* Both variants of the factory with so many columns, three quarters as many rows, at its density.
 */
static double grown_s(uint32_t columns, const char *duration, int repeats)
{
    enum { SETTINGS = 7, TEXT = 48 };
    char text[SETTINGS][TEXT];
    struct scenario_override overrides[SETTINGS];
    const uint32_t rows = columns * 3 / 4;
    (void)snprintf(text[0], TEXT, "duration=%s", duration);
    (void)snprintf(text[1], TEXT, "nodes.columns=%u", columns);
    (void)snprintf(text[2], TEXT, "nodes.rows=%u", rows);
    (void)snprintf(text[3], TEXT, "floor.width=%u m", 20 * columns);
    (void)snprintf(text[4], TEXT, "floor.height=%u m", 20 * rows);
    (void)snprintf(text[5], TEXT, "robots.count=%u", columns * rows * 5 / 3);
    (void)snprintf(text[6], TEXT, "robots.noise.feature=%u s", 67 * columns);
    for (size_t i = 0; i < SETTINGS; i++) {
        overrides[i].text = text[i];
    }
    static const char *const twins[] = {"nimble", "monolithic"};
    double seconds = 0;
    for (size_t i = 0; i < sizeof twins / sizeof twins[0]; i++) {
        struct ready r;
        make_ready(&r, "factory", overrides, SETTINGS, twins[i]);
        seconds += best_of(&r.plan, repeats).seconds;
        put_away(&r);
    }
    return seconds;
}

static void grow(const char *duration)
{
    static const struct {
        uint32_t columns;
        int repeats;
    } grown[] = {{8, 15}, {16, 7}, {32, 5}};
    enum { STEPS = sizeof grown / sizeof grown[0] };
    double seconds[STEPS];
    printf("\nboth variants, %s:", duration);
    for (size_t i = 0; i < STEPS; i++) {
        const uint32_t columns = grown[i].columns;
        seconds[i] = grown_s(columns, duration, grown[i].repeats);
        printf("%s %u nodes %.4g s", i > 0 ? "," : "", columns * columns * 3 / 4, seconds[i]);
    }
    const double ratio = (double)grown[STEPS - 1].columns / grown[0].columns;
    printf("; time grows as n^%.2f\n", log(seconds[STEPS - 1] / seconds[0]) / log(ratio * ratio));
}

int main(void)
{
    mesh_library_init();
    printf("%-14s %-11s %6s %12s %10s %8s %10s %8s %8s\n", "scenario", "variant", "nodes", "events",
           "ms a run", "ns/event", "B/node", "B/robot", "B/event");
    static const struct {
        const char *name;
        int repeats;
    } scenarios[] = {{"factory", 15}, {"factory-x4", 5}, {"factory-x16", 3}};
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        measure(scenarios[i].name, "nimble", scenarios[i].repeats);
        measure(scenarios[i].name, "monolithic", scenarios[i].repeats);
    }
    grow("300 s");
    grow("3600 s");
    return 0;
}

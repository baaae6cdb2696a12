/* The face: how the program's calls become batches and worlds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/pi5/config.h"
#include "models/pi5/paper.h"
#include "models/pi5/real/batches.h"
#include "models/pi5/real/runner.h"
#include "models/pi5/results/charts.h"
#include "models/pi5/story.h"
#include "models/real.h"

extern const char pi5_views[];      /* views.sql, and */
extern const char pi5_ledger_tsv[]; /* results/ledger.tsv, which the build puts in */

struct system {
    struct model_head head;
    struct pi5_node_spec node;
    struct pi5_batch_spec batch;
    uint32_t tasks;
};

struct run {
    const struct system *system;
    const struct model_listener *listener;
    struct pi5_batch batch;
    struct pi5_world world;
    struct energy_bins energy; /* of what the cores computed */
    int64_t memory_steps;
};

/* ---- of a config ---- */

static uint32_t rank_of(const struct scenario_list *order, uint32_t kind)
{
    char *const *name = order->item;
    uint32_t rank = 0;
    while (rank < order->count && strcmp(name[rank], pi5_class_names[kind]) != 0) {
        rank++;
    }
    return rank;
}

static struct pi5_class_spec class_spec(const struct pi5_config *c, uint32_t kind)
{
    const struct pi5_class_config *k = &c->tasks.kind[kind];
    const bool has_list = kind == PI5_FIB;
    return (struct pi5_class_spec){
        .count = c->tasks.each > 0 ? c->tasks.each : k->count,
        .memory_bytes =
            c->tasks.memory_table == PI5_MEMORY_SHARED ? k->memory_shared_bytes : k->memory_bytes,
        .time_ns = k->time_ns,
        .times = has_list ? c->tasks.times.item : NULL,
        .times_count = has_list ? c->tasks.times.count : 0,
        .time_max_ns = c->tasks.time_max_ns,
        .from_bytes = k->from_bytes,
        .time_per_MB_ns = k->time_per_MB_ns,
        .rank = rank_of(&c->predictor.class_order, kind),
    };
}

static struct pi5_node_spec node_spec(const struct pi5_config *c)
{
    return (struct pi5_node_spec){
        .cores = c->node.cores,
        .per_core = c->node.per_core,
        .cap_bytes = c->node.memory_bytes,
        .base_bytes = c->node.base_bytes,
        .pairing = c->node.pairing,
        .policy = c->policy,
        .migrations_per_s = c->os.migrations,
        .warm_ns = c->os.warm_ns,
        .fail_ns = c->os.fail_ns,
        .overcommit = c->os.overcommit,
        .thrash = c->os.thrash,
        .energy = c->node.energy,
    };
}

static enum sim_status open(void **system, const struct model_head *head, const void *config,
                            struct model_error *error)
{
    (void)error; /* pi5_check() has looked already */
    const struct pi5_config *c = config;
    struct system *s = malloc(sizeof *s);
    if (s == NULL) {
        return SIM_ERR_NOMEM;
    }
    *s = (struct system){
        .head = *head,
        .node = node_spec(c),
        .batch = {.order = c->tasks.order,
                  .predictor = c->predictor.time,
                  .time_cv = c->predictor.time_cv,
                  .memory_bias = c->predictor.memory_bias,
                  .memory_cv = c->predictor.memory_cv},
        .tasks = pi5_tasks(c),
    };
    for (uint32_t kind = 0; kind < PI5_CLASSES; kind++) {
        s->batch.kind[kind] = class_spec(c, kind);
    }
    *system = s;
    return SIM_OK;
}

static uint64_t estimate(const void *system)
{
    const struct system *s = system;
    return s->tasks + UINT64_C(1); /* an end each, and the start of all */
}

static void describe(const void *system, char *text, size_t bytes)
{
    const struct system *s = system;
    snprintf(text, bytes, "%u tasks on %u core%s under a cap of %.4g MB", s->tasks, s->node.cores,
             s->node.cores == 1 ? "" : "s", (double)s->node.cap_bytes / 1e6);
}

/* ---- of a run ---- */

static void on_memory(void *context, sim_time now, int64_t used_bytes, uint32_t running,
                      bool is_sequential)
{
    struct run *r = context;
    const struct pi5_memory_use use = {now, used_bytes, r->system->node.cap_bytes, running,
                                       is_sequential};
    pi5_tell_memory(r->listener, r->memory_steps++, &use);
}

static void on_computed(void *context, sim_time from, sim_time until, sim_time core_ns)
{
    const struct run *r = context;
    const struct energy_use use = {.busy_ns = core_ns};
    energy_spend(&r->energy, from, until, energy_of(&r->system->node.energy, &use).compute_j);
}

static bool is_heard(const struct run *r)
{
    return r->listener->row != NULL && r->system->head.record >= 1;
}

static void leave(struct run *r)
{
    pi5_world_destroy(&r->world);
    pi5_batch_deinit(&r->batch);
    free(r->energy.bin_j);
    free(r);
}

static enum sim_status begin(void **run, const void *system, const void *work, uint32_t replication,
                             const struct model_listener *listener, struct model_error *error)
{
    (void)work;
    (void)error;
    const struct system *s = system;
    struct run *r = calloc(1, sizeof *r);
    if (r == NULL) {
        return SIM_ERR_NOMEM;
    }
    r->system = s;
    r->listener = listener;
    r->energy.bin_ns = s->head.bin_ns;
    r->energy.bins = (size_t)((s->head.duration_ns - 1) / s->head.bin_ns) + 1;
    r->energy.bin_j = calloc(r->energy.bins, sizeof *r->energy.bin_j);
    const struct pi5_observer observer = {r, is_heard(r) ? on_memory : NULL, on_computed};
    enum sim_status status = r->energy.bin_j != NULL ? SIM_OK : SIM_ERR_NOMEM;
    if (status == SIM_OK) {
        status = pi5_batch_draw(&r->batch, &s->batch, s->head.seed, replication);
    }
    if (status == SIM_OK) {
        status = pi5_world_create(&r->world, &s->node, &r->batch, s->head.duration_ns, &observer);
    }
    if (status != SIM_OK) {
        leave(r);
        return status;
    }
    *run = r;
    return SIM_OK;
}

static enum sim_status advance(void *run, uint64_t events, sim_time *now, bool *done)
{
    struct run *r = run;
    const enum sim_status status = pi5_world_run(&r->world, events, done);
    *now = *done ? r->system->head.duration_ns : r->world.engine.now;
    return status;
}

static enum sim_status end(void *run, struct model_result *result)
{
    struct run *r = run;
    enum sim_status status = SIM_OK;
    if (result != NULL) {
        pi5_world_finish(&r->world);
        status = pi5_measure(&r->world, result);
        pi5_fill_energy(&r->world, &r->energy, result->bin);
        if (is_heard(r)) {
            pi5_tell_tasks(&r->world, r->listener);
        }
        if (r->listener->row != NULL) {
            pi5_tell_node(&r->world, r->listener);
        }
        pi5_world_audit(&r->world, result->books, sizeof result->books);
        result->digest = digest_finish(r->world.digest);
        result->work_digest = r->batch.digest;
        result->engine = engine_report(&r->world.engine);
    }
    leave(r);
    return status;
}

/* ---- for real ---- */

static enum sim_status run_arm(void *bench, size_t arm, const void *system, uint32_t block,
                               double *value, char text[MODEL_TRIAL_TEXT_MAX])
{
    (void)arm;
    const struct system *s = system;
    return batches_run(bench, &s->node, &s->batch, block, value, text);
}

static const struct model_trial trials[] = {
    {
        .name = "batches",
        .about = "batches of real Wasm tasks under the node's scheduler",
        .arm = batches_arm,
        .arms = BATCHES_ARMS,
        .baseline = 0,
        .again = 1,
        .metric = batches_metric,
        .metrics = BATCHES_METRICS,
        .blocks = BATCHES_BLOCKS,
        .small_blocks = BATCHES_BLOCKS_SMALL,
        .open = batches_open,
        .run = run_arm,
        .conclude = batches_conclude,
        .close = batches_close,
    },
};

static const struct model_real real = {
    .trial = trials,
    .trials = sizeof trials / sizeof trials[0],
    .serve = runner_main,
};

const struct model pi5_model = {
    .schema = {.name = "pi5",
               .summary = "a closed batch on one node with a memory cap: pinning, memory admission "
                          "and sorting, alone and together",
               .config_bytes = sizeof(struct pi5_config),
               .key = pi5_keys,
               .key_count = PI5_KEYS,
               .check = pi5_check,
               .preset = pi5_presets,
               .preset_count = PI5_PRESETS,
               .variants = "[base, pin, memory, sort, pin+memory, pin+sort, memory+sort, all]",
               .bin = "10 s",
               .duration = "3600 s",
               .replications = "30"},
    .title = "what each policy gains",
    .measure = pi5_measures,
    .measures = PI5_MEASURES,
    .contrast = pi5_contrasts,
    .contrasts = PI5_CONTRASTS,
    .effect = pi5_effects,
    .effects = PI5_EFFECTS,
    .series = pi5_series,
    .series_count = PI5_SERIES,
    .distribution = pi5_distributions,
    .distributions = 1,
    .table = pi5_tables,
    .tables = PI5_TABLES,
    .views = pi5_views,
    .chart = pi5_charts,
    .charts = PI5_CHARTS,
    .reading = pi5_readings,
    .readings = PI5_READINGS,
    .ledger_tsv = pi5_ledger_tsv,
    .headline = pi5_headlines,
    .headlines = PI5_HEADLINES,
    .paper = &pi5_paper,
    .open = open,
    .close = free,
    .estimate = estimate,
    .describe = describe,
    .begin = begin,
    .advance = advance,
    .end = end,
    .story = &pi5_story,
    .real = &real,
};

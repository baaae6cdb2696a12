/* A continuum of owners' devices, edges and clouds, as the program sees it. */
#include <stdio.h>
#include <stdlib.h>

#include "models/choreography/config.h"
#include "models/choreography/paper.h"
#include "models/choreography/real/outages.h"
#include "models/choreography/real/taskd.h"
#include "models/choreography/results/charts.h"
#include "models/real.h"

extern const char choreography_ledger_tsv[]; /* results/ledger.tsv, which the build puts in */

extern const char choreography_views[]; /* views.sql, which the build puts in */

struct system {
    struct model_head head;
    struct choreo_spec spec;
};

struct run {
    const struct system *system;
    const struct model_listener *listener;
    struct choreo_world world;
};

static enum sim_status open(void **system, const struct model_head *head, const void *config,
                            struct model_error *error)
{
    (void)error; /* choreo_check() has looked already */
    struct system *s = malloc(sizeof *s);
    if (s == NULL) {
        return SIM_ERR_NOMEM;
    }
    *s = (struct system){*head, choreo_spec_of(config)};
    *system = s;
    return SIM_OK;
}

static double calls(const struct system *s)
{
    const double domains = s->spec.domains;
    const double factor = (s->spec.hot + s->spec.cold * (domains - 1)) / domains;
    return s->spec.rate * factor * domains * s->spec.tier[CHOREO_DEVICE].count *
           (double)s->head.duration_ns / 1e9;
}

static uint64_t estimate(const void *system)
{
    const struct system *s = system;
    const bool asks = choreo_policies[s->spec.placement]->asks_controller;
    return (uint64_t)((asks ? 3 : 2) * calls(s)) +
           (uint64_t)(s->head.duration_ns / s->spec.gossip_ns) + 1;
}

static void describe(const void *system, char *text, size_t bytes)
{
    const struct system *s = system;
    snprintf(text, bytes, "%u domains of %u devices, %u edges and %u clouds, some %.0f tasks",
             s->spec.domains, s->spec.tier[CHOREO_DEVICE].count, s->spec.tier[CHOREO_EDGE].count,
             s->spec.tier[CHOREO_CLOUD].count, calls(s));
}

static enum sim_status begin(void **run, const void *system, const void *work, uint32_t replication,
                             const struct model_listener *listener, struct model_error *error)
{
    (void)work;
    (void)error;
    const struct system *s = system;
    const struct choreo_observer nobody = {NULL, NULL};
    struct run *r = calloc(1, sizeof *r);
    if (r == NULL) {
        return SIM_ERR_NOMEM;
    }
    r->system = s;
    r->listener = listener;
    const enum sim_status status = choreo_world_create(&r->world, &s->spec, s->head.seed,
                                                       replication, s->head.duration_ns, &nobody);
    if (status != SIM_OK) {
        free(r);
        return status;
    }
    *run = r;
    return SIM_OK;
}

static enum sim_status advance(void *run, uint64_t events, sim_time *now, bool *done)
{
    struct run *r = run;
    const enum sim_status status = choreo_world_run(&r->world, events, done);
    *now = *done ? r->system->head.duration_ns : r->world.engine.now;
    return status;
}

static enum sim_status end(void *run, struct model_result *result)
{
    struct run *r = run;
    enum sim_status status = SIM_OK;
    if (result != NULL) {
        choreo_world_finish(&r->world);
        status = choreo_measure(&r->world, result);
        if (r->listener->row != NULL) {
            choreo_tell(&r->world, r->listener, r->system->head.record);
        }
        choreo_world_audit(&r->world, result->books, sizeof result->books);
        result->digest = digest_finish(r->world.digest);
        result->work_digest = digest_finish(r->world.work_digest);
        result->engine = engine_report(&r->world.engine);
    }
    choreo_world_destroy(&r->world);
    free(r);
    return status;
}

/* ---- for real ---- */

static enum sim_status run_arm(void *bench, size_t arm, const void *system, uint32_t block,
                               double *value, char text[MODEL_TRIAL_TEXT_MAX])
{
    (void)arm;
    const struct system *s = system;
    return outages_run(bench, &s->spec, s->head.duration_ns, block, value, text);
}

static const struct model_trial trials[] = {
    {
        .name = "outages",
        .about = "real Wasm tasks among processes whose links fail",
        .arm = outages_arm,
        .arms = OUTAGES_ARMS,
        .baseline = 0,
        .again = 1,
        .metric = outages_metric,
        .metrics = OUTAGES_METRICS,
        .blocks = OUTAGES_BLOCKS,
        .small_blocks = OUTAGES_BLOCKS_SMALL,
        .open = outages_open,
        .run = run_arm,
        .conclude = outages_conclude,
        .close = outages_close,
    },
};

static const struct model_real real = {
    .trial = trials,
    .trials = sizeof trials / sizeof trials[0],
    .serve = taskd_main,
};

const struct model choreography_model = {
    .schema = {.name = "choreography",
               .summary = "who decides where tasks run when links fail: each device, or one "
                          "controller",
               .config_bytes = sizeof(struct choreo_config),
               .key = choreo_keys,
               .key_count = CHOREO_KEYS,
               .check = choreo_check,
               .preset = choreo_presets,
               .preset_count = CHOREO_PRESETS,
               .variants = "[random, greedy, bandit, central]",
               .bin = "60 s",
               .duration = "1800 s",
               .replications = "20"},
    .title = "what another decider changes",
    .measure = choreo_measures,
    .measures = CHOREO_MEASURES,
    .contrast = choreo_contrasts,
    .contrasts = CHOREO_CONTRASTS,
    .series = choreo_series,
    .series_count = CHOREO_SERIES,
    .distribution = choreo_distributions,
    .distributions = 1,
    .table = choreo_tables,
    .tables = CHOREO_TABLES,
    .chart = choreo_charts,
    .charts = CHOREO_CHARTS,
    .views = choreography_views,
    .reading = choreo_readings,
    .readings = CHOREO_READINGS,
    .ledger_tsv = choreography_ledger_tsv,
    .headline = choreo_headlines,
    .headlines = 1,
    .open = open,
    .close = free,
    .estimate = estimate,
    .describe = describe,
    .begin = begin,
    .advance = advance,
    .end = end,
    .story = &choreo_story,
    .paper = &choreo_paper,
    .real = &real,
};

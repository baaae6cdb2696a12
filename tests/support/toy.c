#include "tests/support/toy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/support/result.h"

/* ---- the model ---- */

static const struct model_measure measures[TOY_MEASURES] = {
    [TOY_CALLS] = {.name = "calls", .unit = "", .label = "calls"},
    [TOY_FAILED] = {.name = "failed",
                    .unit = "",
                    .label = "  failed",
                    .is_hidden_at_zero = true,
                    .is_bad_above_zero = true},
    [TOY_SHARE] = {.name = "answered_share", .unit = "", .label = "answered"},
    [TOY_RESPONSE] = {.name = "response_mean_s", .unit = "s", .label = "mean response"},
    [TOY_BYTES] = {.name = "tx_bytes", .unit = "B", .label = "bytes sent"},
    [TOY_WARMUP] = {.name = "warmup_s", .unit = "s", .label = "warm-up", .is_hidden = true},
};

static double gain(const struct model_result *a, const struct model_result *b)
{
    return a->measure[TOY_RESPONSE] - b->measure[TOY_RESPONSE];
}

static double ratio(const struct model_result *a, const struct model_result *b)
{
    return a->measure[TOY_BYTES] / b->measure[TOY_BYTES];
}

/* The end of the first bin from which on a is never ahead of b again. */
static double break_even(const struct model_result *a, const struct model_result *b)
{
    double since = (double)NAN;
    int64_t ahead = 0;
    for (size_t i = 0; i < a->bins; i++) {
        ahead += a->bin[i * TOY_SERIES + TOY_BIN_BYTES] - b->bin[i * TOY_SERIES + TOY_BIN_BYTES];
        const double end = (double)(i + 1) * 10;
        since = ahead > 0 ? (double)NAN : isnan(since) ? end : since;
    }
    return since;
}

static const struct model_contrast contrasts[] = {
    {"gain_s", "s", "response, slow - fast", "slow", "fast", 0, gain},
    {"ratio", "", "bytes", NULL, NULL, 1, ratio},
    {"break_even_s", "s", "breaks even at", "fast", "slow", (double)NAN, break_even},
};

static const struct model_crossover crossovers[] = {
    {"faster_from_s", "faster_share", "fast is faster", "response_ns", "fast", "slow", 2},
};

static const struct model_term terms[] = {{"slow", 0.5}, {"fast", -1}, {"third", 0.5}};
static const struct model_effect effects[] = {
    {"curve_s", "curvature", "response_mean_s", terms, 3},
};

static const struct model_series series[TOY_SERIES] = {
    [TOY_BIN_BYTES] = {"bytes", "B", "bytes moved", NULL, NULL},
    [TOY_BIN_DONE] = {"completed", "", "calls completed", NULL, NULL},
    [TOY_BIN_RESPONSE] = {"response_ns", "ns", "mean response", "completed", NULL},
};

static const struct model_distribution distributions[] = {{"response", "ns", "response"}};

static const char *const colour[] = {"red", "green", NULL};
static const struct store_column shelf_columns[] = {
    {.name = "shelf", .about = "", .type = STORE_TEXT, .is_key = true},
    {.name = "colour", .about = "how it looks", .type = STORE_TEXT, .words = colour},
    {.name = "x_m", .about = "", .type = STORE_REAL, .may_miss = true},
    {.name = "y_m", .about = "", .type = STORE_REAL, .may_miss = true},
};
static const struct store_column load_columns[] = {
    {.name = "shelf", .about = "", .type = STORE_TEXT, .is_key = true},
    {.name = "held_bytes", .about = "what lay there", .type = STORE_INTEGER},
    {.name = "busy_ns", .about = "", .type = STORE_TIME},
    {.name = "worker", .about = "", .type = STORE_INTEGER},
};
static const struct store_column worker_columns[] = {
    {.name = "worker", .about = "", .type = STORE_INTEGER, .is_key = true},
    {.name = "pieces", .about = "", .type = STORE_INTEGER},
};
static const struct store_column step_columns[] = {
    {.name = "t_ns", .about = "", .type = STORE_TIME, .is_key = true},
    {.name = "height_m", .about = "", .type = STORE_REAL},
};
static const struct store_column note_columns[] = {
    {.name = "note", .about = "", .type = STORE_TEXT, .is_key = true},
    {.name = "colour", .about = "", .type = STORE_TEXT, .words = colour},
};
static const struct store_column piece_columns[] = {
    {.name = "piece", .about = "", .type = STORE_INTEGER, .is_key = true},
    {.name = "size_bytes", .about = "", .type = STORE_INTEGER},
    {.name = "made_ns", .about = "", .type = STORE_TIME},
    {.name = "weight", .about = "", .type = STORE_REAL},
};
enum { SHELF, LOAD, WORKER, STEP, NOTE, PIECE, TABLES };
static const struct store_table tables[TABLES] = {
    [SHELF] = {"shelf", "every shelf", 0, shelf_columns, 4},
    [LOAD] = {"shelf_load", "what it held", 0, load_columns, 4},
    [WORKER] = {"worker", "every worker", 0, worker_columns, 2},
    [NOTE] = {"note", "every note", 1, note_columns, 2},
    [PIECE] = {"piece", "every piece", 1, piece_columns, 4},
    [STEP] = {"step", "no entity: its key is a time", 0, step_columns, 2},
};

static const struct model_headline headlines[] = {{"gain_s", "gain", "s", 1, 3}};

const struct model toy_model = {
    .schema = {.name = "toy"},
    .title = "what the toy changes",
    .measure = measures,
    .measures = TOY_MEASURES,
    .contrast = contrasts,
    .contrasts = sizeof contrasts / sizeof contrasts[0],
    .crossover = crossovers,
    .crossovers = 1,
    .effect = effects,
    .effects = 1,
    .series = series,
    .series_count = TOY_SERIES,
    .distribution = distributions,
    .distributions = 1,
    .table = tables,
    .tables = TABLES,
    .headline = headlines,
    .headlines = 1,
};

const struct store_model *toy_store_model(void)
{
    static struct store_series_column column[TOY_SERIES];
    static struct store_model model;
    for (size_t i = 0; i < TOY_SERIES; i++) {
        column[i] = (struct store_series_column){series[i].name, series[i].unit, series[i].label};
    }
    model = (struct store_model){
        .name = "toy",
        .table = tables,
        .tables = TABLES,
        .series = column,
        .series_count = TOY_SERIES,
    };
    return &model;
}

/* ---- databases ---- */

struct store *toy_create(const char *path, const char *scenario)
{
    struct result_invocation invocation = result_invocation;
    struct store *store = NULL;
    struct store_error error = {""};
    invocation.scenario_resolved = scenario;
    invocation.scenario_path = "folder/toy.yaml";
    invocation.seed = UINT64_MAX;
    cr_assert_eq(store_create(&store, path, false, toy_store_model(), &invocation, &error), SIM_OK,
                 "%s", error.text);
    return store;
}

struct model_result toy_result(const struct toy_run *run)
{
    const sim_time response_ns = llround(run->response_s * (double)SIM_S);
    struct model_result r = {
        .digest = (uint64_t)run->run_id,
        .work_digest = run->work,
        .measure = calloc(TOY_MEASURES, sizeof *r.measure),
        .bin = calloc(run->bins * TOY_SERIES, sizeof *r.bin),
        .bins = run->bins,
        .bin_ns = 10 * SIM_S,
        .histogram = calloc(BINS_COUNT, sizeof *r.histogram),
    };
    cr_assert(r.measure != NULL && r.bin != NULL && r.histogram != NULL);
    r.measure[TOY_CALLS] = 100;
    r.measure[TOY_FAILED] = run->failed;
    r.measure[TOY_SHARE] = 1 - run->failed / 100;
    r.measure[TOY_RESPONSE] = run->response_s;
    r.measure[TOY_BYTES] = 100.0 * (double)run->run_id;
    r.measure[TOY_WARMUP] = 1;
    for (size_t i = 0; i < run->bins; i++) {
        r.bin[i * TOY_SERIES + TOY_BIN_BYTES] = run->bytes[i % 4];
        const bool is_done = run->done_bins == 0 || i < run->done_bins;
        r.bin[i * TOY_SERIES + TOY_BIN_DONE] = is_done;
        r.bin[i * TOY_SERIES + TOY_BIN_RESPONSE] = is_done ? response_ns : 0;
    }
    r.histogram[bins_index(response_ns)] = 100 - (uint64_t)run->failed;
    return r;
}

void toy_free(struct model_result *r)
{
    free(r->measure);
    free(r->bin);
    free(r->histogram);
}

static void put_rows(struct store *store, const struct toy_run *run)
{
    const union store_cell shelf[] = {
        {.text = "a"}, {.text = "red"},   {.real = 10},          {.real = 20},
        {.text = "b"}, {.text = "green"}, {.real = (double)NAN}, {.real = (double)NAN},
    };
    const union store_cell load[] = {
        {.text = "a"},           {.integer = 10 * run->run_id},
        {.integer = 20 * SIM_S}, {.integer = 1},
        {.text = "b"},           {.integer = 5},
        {.integer = 0},          {.integer = 2},
    };
    const union store_cell worker[] = {{.integer = 1}, {.integer = 7}};
    const union store_cell step[] = {{.integer = SIM_S}, {.real = 1.5}};
    const union store_cell note[] = {
        {.text = "a"}, {.text = "red"}, {.text = "b"}, {.text = "green"}};
    const union store_cell piece[] = {
        {.integer = 1}, {.integer = 5}, {.integer = 7}, {.real = 0.5}};
    cr_assert_eq(store_rows(store, run->run_id, SHELF, shelf, 2), SIM_OK, "%s",
                 store_message(store));
    cr_assert_eq(store_rows(store, run->run_id, LOAD, load, 2), SIM_OK);
    cr_assert_eq(store_rows(store, run->run_id, WORKER, worker, 1), SIM_OK);
    cr_assert_eq(store_rows(store, run->run_id, STEP, step, 1), SIM_OK);
    cr_assert_eq(store_rows(store, run->run_id, NOTE, note, 2), SIM_OK);
    cr_assert_eq(store_rows(store, run->run_id, PIECE, piece, 1), SIM_OK);
}

void toy_put(struct store *store, const struct toy_run *run)
{
    struct model_result r = toy_result(run);
    struct result_metric metric[TOY_MEASURES];
    for (size_t i = 0; i < TOY_MEASURES; i++) {
        metric[i] = (struct result_metric){measures[i].name, measures[i].unit, r.measure[i]};
    }
    const struct result_distribution distribution = {"response", "ns", r.histogram};
    const struct result_warning warning = {SIM_S, "a <warning>"};
    const struct run_summary summary = {
        .run = {run->run_id, run->variant, run->replication, 7},
        .state = RESULT_COMPLETE,
        .digest = r.digest,
        .work_digest = r.work_digest,
        .events = 3,
        .wall_s = 0.25,
        .metrics = metric,
        .metric_count = TOY_MEASURES,
        .bin = r.bin,
        .bins = r.bins,
        .bin_ns = r.bin_ns,
        .distributions = &distribution,
        .distribution_count = 1,
        .warnings = &warning,
        .warning_count = 1,
    };
    cr_assert_eq(store_begin_run(store, &summary.run), SIM_OK, "%s", store_message(store));
    put_rows(store, run);
    cr_assert_eq(store_end_run(store, &summary), SIM_OK, "%s", store_message(store));
    toy_free(&r);
}

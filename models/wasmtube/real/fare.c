#include "models/wasmtube/real/fare.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/wasmtube/real/tube.h"
#include "runtime-replay/host_clock.h"
#include "runtime-replay/trials/bench_call.h"
#include "sim/engine/rng.h"

enum { CALLS = 100, WARM_UP = 1000, CHECKS = 10000, CHECKS_SMALL = 500, RANGE = 1000 };
enum { MEDIAN, MEAN, P99 };
enum { NATIVE = 5 };                      /* an arm without a mode */
enum { FARE_ARRAYS = 3001, FARE_CHECKS }; /* what chance is used for */

const struct trial_arm fare_arm[FARE_ARMS] = {
    {"wasm", NULL},      {"wasm-again", NULL},  {"wasm-binary", NULL},
    {"noop-json", NULL}, {"noop-binary", NULL}, [NATIVE] = {"native", NULL},
};

static const enum tube_mode mode_of[FARE_ARMS] = {TUBE_JSON,      TUBE_JSON,        TUBE_BINARY,
                                                  TUBE_NOOP_JSON, TUBE_NOOP_BINARY, TUBE_BINARY};

const struct trial_metric fare_metric[FARE_METRICS] = {
    [MEDIAN] = {"call_median", "us", "a call, median", TRIAL_MEDIAN, NULL, NULL},
    [MEAN] = {"call_mean", "us", "a call, mean", TRIAL_MEDIAN, NULL, NULL},
    [P99] = {"call_p99", "us", "a call, 99 %", TRIAL_MEDIAN, NULL, NULL},
};

struct bench {
    struct tube tube;
    struct model_trial_request kept;
    double clock_ns;
    uint64_t calls;
};

static void draw(struct rng *r, int32_t *integer, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        integer[i] = (int32_t)rng_between(r, -RANGE, RANGE);
    }
}

static bool is_right(const struct tube_answer *got, const struct tube_answer *wanted)
{
    return got->mean == wanted->mean && got->median == wanted->median && got->version == 1;
}

/* Arrays of the sizes at which something could go wrong: both ways must answer as C does. */
static enum sim_status check(struct bench *b, char text[MODEL_TRIAL_TEXT_MAX])
{
    static const uint32_t size[] = {TUBE_INTEGERS, 0, 1, TUBE_INTEGERS - 1, TUBE_INTEGERS + 1};
    const uint32_t checks = b->kept.is_small ? CHECKS_SMALL : CHECKS;
    struct rng r;
    rng_init(&r, b->kept.seed, 0, 0, FARE_CHECKS);
    for (uint32_t i = 0; i < checks; i++) {
        int32_t integer[TUBE_INTEGERS_MAX];
        const uint32_t count = size[i % (sizeof size / sizeof size[0])];
        draw(&r, integer, count);
        const struct tube_answer wanted = tube_native(integer, count);
        for (enum tube_mode mode = TUBE_JSON; mode <= TUBE_BINARY; mode += 2) {
            struct tube_argument a;
            struct tube_answer got = {0};
            tube_encode(&a, mode, integer, count);
            if (!tube_call(&b->tube, mode, &a, &got) || !is_right(&got, &wanted)) {
                (void)snprintf(text, MODEL_TRIAL_TEXT_MAX,
                               "array %" PRIu32 " of %" PRIu32 " numbers: %d and %d, not %d and %d",
                               i, count, got.mean, got.median, wanted.mean, wanted.median);
                return SIM_ERR_IO;
            }
        }
    }
    model_trial_tell(&b->kept, "answers compared", "%" PRIu32 " arrays, both ways as in C", checks);
    return SIM_OK;
}

enum sim_status fare_open(void **bench, const struct model_trial_request *request,
                          char text[MODEL_TRIAL_TEXT_MAX])
{
    if (!wasm_host_is_available()) {
        (void)snprintf(text, MODEL_TRIAL_TEXT_MAX, "built without the Wasm runtime");
        return SIM_ERR_NOTFOUND;
    }
    struct bench *b = calloc(1, sizeof *b);
    struct wasm_error error;
    if (b == NULL) {
        return SIM_ERR_NOMEM;
    }
    b->kept = *request;
    b->clock_ns = bench_clock_ns();
    enum sim_status status = tube_open(&b->tube, tube_module, tube_module_bytes, &error);
    if (status == SIM_OK) {
        status = check(b, text);
    } else {
        (void)snprintf(text, MODEL_TRIAL_TEXT_MAX, "%s", error.text);
    }
    if (status != SIM_OK) {
        fare_close(b);
        return status;
    }
    *bench = b;
    return SIM_OK;
}

/* One call, timed, without what encoding its argument takes; < 0: it failed, or answered wrong. */
static double time_call(struct bench *b, size_t arm, const int32_t *integer)
{
    struct tube_argument a = {0};
    struct tube_answer got = {0};
    const struct tube_answer wanted = tube_native(integer, TUBE_INTEGERS);
    tube_encode(&a, mode_of[arm], integer, TUBE_INTEGERS);
    bool is_fine = true;
    const int64_t began = host_clock_ns();
    if (arm == NATIVE) {
        got = tube_native(integer, TUBE_INTEGERS);
    } else {
        is_fine = tube_call(&b->tube, mode_of[arm], &a, &got);
    }
    const int64_t took = host_clock_ns() - began;
    const bool is_noop = mode_of[arm] == TUBE_NOOP_JSON || mode_of[arm] == TUBE_NOOP_BINARY;
    got.version = 1;
    if (!is_fine || !(is_noop ? got.mean == 0 && got.median == 0 : is_right(&got, &wanted))) {
        return -1;
    }
    b->calls++;
    return ((double)took > b->clock_ns ? (double)took - b->clock_ns : 0) / 1e3;
}

enum sim_status fare_run(void *bench, size_t arm, const void *system, uint32_t block, double *value,
                         char text[MODEL_TRIAL_TEXT_MAX])
{
    struct bench *b = bench;
    double us[CALLS];
    struct rng r;
    (void)system;
    /* Fresh arrays, the same for every arm of a block: fixed ones train the branch predictor. */
    rng_init(&r, b->kept.seed, block, 0, FARE_ARRAYS);
    const int64_t warm_up = block == 0 && !b->kept.is_small ? WARM_UP : CALLS / 10;
    for (int64_t i = -warm_up; i < CALLS; i++) {
        int32_t integer[TUBE_INTEGERS];
        draw(&r, integer, TUBE_INTEGERS);
        const double took = time_call(b, arm, integer);
        if (took < 0) {
            (void)snprintf(text, MODEL_TRIAL_TEXT_MAX, "%s: a call answered wrong",
                           fare_arm[arm].name);
            return SIM_ERR_IO;
        }
        if (i >= 0) {
            us[i] = took;
        }
    }
    value[MEAN] = gsl_stats_mean(us, 1, CALLS);
    gsl_sort(us, 1, CALLS);
    value[MEDIAN] = gsl_stats_median_from_sorted_data(us, 1, CALLS);
    value[P99] = gsl_stats_quantile_from_sorted_data(us, 1, CALLS, 0.99);
    return SIM_OK;
}

void fare_conclude(void *bench)
{
    const struct bench *b = bench;
    model_trial_tell(&b->kept, "calls", "%" PRIu64 ", each answered as in C", b->calls);
    model_trial_tell(&b->kept, "reading the clock", "%.0f ns, taken off each call", b->clock_ns);
    model_trial_tell(&b->kept, "runtime", "%s", wasm_host_runtime());
}

void fare_close(void *bench)
{
    struct bench *b = bench;
    (void)tube_close(&b->tube);
    free(b);
}

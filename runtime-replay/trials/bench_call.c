#include "runtime-replay/trials/bench_call.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <stdio.h>
#include <string.h>

#include "runtime-replay/host_clock.h"
#include "sim/engine/rng.h"

const char *const bench_work_name[BENCH_WORKS] = {
    [BENCH_NOTHING] = "nothing",
    [BENCH_MEAN] = "mean of 60",
    [BENCH_MEDIAN] = "median of 60",
};

const char *const bench_way_name[BENCH_WAYS] = {
    [BENCH_NATIVE] = "native",
    [BENCH_LOADED] = "loaded",
    [BENCH_COLD] = "cold",
};

uint32_t bench_calls_a_sample(enum bench_way way)
{
    switch (way) {
    case BENCH_NATIVE:
    case BENCH_LOADED:
        return 64;
    case BENCH_COLD:
        return 1;
    }
    return 1;
}

double bench_clock_ns(void)
{
    enum { READINGS = 2001 };
    static double step[READINGS];
    for (size_t i = 0; i < READINGS; i++) {
        const int64_t first = host_clock_ns();
        step[i] = (double)(host_clock_ns() - first);
    }
    gsl_sort(step, 1, READINGS);
    return gsl_stats_median_from_sorted_data(step, 1, READINGS);
}

/* ---- the work in C ---- */

static int32_t do_nothing(const int32_t *integer)
{
    (void)integer;
    return 0;
}

static int32_t take_mean(const int32_t *integer)
{
    int64_t sum = 0;
    for (size_t i = 0; i < BENCH_INTEGERS; i++) {
        sum += integer[i];
    }
    return (int32_t)(sum / BENCH_INTEGERS);
}

/* Sorts a copy, as the module sorts what was copied into its memory. */
static int32_t take_median(const int32_t *integer)
{
    int32_t sorted[BENCH_INTEGERS];
    memcpy(sorted, integer, sizeof sorted);
    for (size_t at = 1; at < BENCH_INTEGERS; at++) {
        const int32_t value = sorted[at];
        size_t hole = at;
        for (; hole > 0 && sorted[hole - 1] > value; hole--) {
            sorted[hole] = sorted[hole - 1];
        }
        sorted[hole] = value;
    }
    const int64_t two = (int64_t)sorted[(BENCH_INTEGERS - 1) / 2] + sorted[BENCH_INTEGERS / 2];
    return (int32_t)(two / 2);
}

typedef int32_t native_fn(const int32_t *integer);

/* Volatile: an optimiser that knew the function would leave out the call. */
static native_fn *const volatile native[BENCH_WORKS] = {
    [BENCH_NOTHING] = do_nothing,
    [BENCH_MEAN] = take_mean,
    [BENCH_MEDIAN] = take_median,
};

int32_t bench_native(enum bench_work work, const int32_t integer[BENCH_INTEGERS])
{
    return native[work](integer);
}

/* ---- what there is to measure ---- */

enum { SETS = 64 }; /* of integers: a branch predictor learns one by heart */

struct bench {
    enum bench_work work;
    enum bench_way way;
    const struct execute_binary *module;
    int32_t integer[SETS][BENCH_INTEGERS];
    int32_t expected[SETS];
    struct wasm_host *host;
    struct wasm_instance *loaded;
    size_t calls; /* so far */
    size_t wrong; /* results */
    struct wasm_error *error;
};

static void draw(struct bench *b)
{
    struct rng rng;
    rng_init(&rng, 1, 1, 0, RNG_TEST);
    for (size_t s = 0; s < SETS; s++) {
        for (size_t i = 0; i < BENCH_INTEGERS; i++) {
            b->integer[s][i] = (int32_t)(uint32_t)rng_u64(&rng);
        }
        b->expected[s] = bench_native(b->work, b->integer[s]);
    }
}

static bool load(struct bench *b, struct wasm_instance **w)
{
    return wasm_instance_create(w, b->host, b->module->bytes, b->module->length, b->error) ==
           SIM_OK;
}

/* The integers go in with each call, and the result comes out. */
static bool call_wasm(struct bench *b, struct wasm_instance *w, size_t set, int32_t *result)
{
    struct wasm_run run = {.left = INT32_MAX};
    const uint32_t count = BENCH_INTEGERS;
    if (b->work != BENCH_NOTHING &&
        !wasm_instance_write(w, 0, b->integer[set], sizeof b->integer[set])) {
        return false;
    }
    if (wasm_instance_run(w, &count, &run) != WASM_RETURNED) {
        *b->error = run.error;
        return false;
    }
    *result = (int32_t)run.result[0];
    return true;
}

static bool call_cold(struct bench *b, size_t set, int32_t *result)
{
    struct wasm_instance *w = NULL;
    if (!load(b, &w)) {
        return false;
    }
    const bool ok = call_wasm(b, w, set, result);
    wasm_instance_destroy(w);
    return ok;
}

static bool call_once(struct bench *b)
{
    const size_t set = b->calls++ % SETS;
    int32_t result = 0;
    bool ok = true;
    switch (b->way) {
    case BENCH_NATIVE:
        result = native[b->work](b->integer[set]);
        break;
    case BENCH_LOADED:
        ok = call_wasm(b, b->loaded, set, &result);
        break;
    case BENCH_COLD:
        ok = call_cold(b, set, &result);
        break;
    }
    b->wrong += result != b->expected[set];
    return ok;
}

/* ---- measuring ---- */

static enum sim_status take_samples(struct bench *b, double *sample_ns, size_t samples)
{
    const uint32_t calls = bench_calls_a_sample(b->way);
    const size_t warm_up = samples / 10 + 1;
    (void)snprintf(b->error->text, sizeof b->error->text, "its result is not the native one");
    for (size_t s = 0; s < samples + warm_up; s++) {
        bool ok = true;
        const int64_t start = host_clock_ns();
        for (uint32_t c = 0; c < calls; c++) {
            ok = call_once(b) && ok;
        }
        const int64_t end = host_clock_ns();
        if (!ok || b->wrong > 0) {
            return SIM_ERR_INVALID;
        }
        if (s >= warm_up) {
            sample_ns[s - warm_up] = (double)(end - start) / calls;
        }
    }
    return SIM_OK;
}

enum sim_status bench_measure(enum bench_work work, enum bench_way way,
                              const struct execute_binary *module, double *sample_ns,
                              size_t samples, struct wasm_error *error)
{
    static struct bench b; /* large, and one at a time */
    const struct wasm_host_limits limits = {(size_t)1 << 20, 4096};
    b = (struct bench){.work = work, .way = way, .module = module, .error = error};
    draw(&b);
    enum sim_status status = SIM_OK;
    if (way != BENCH_NATIVE) {
        status = wasm_host_create(&b.host, &limits);
        (void)snprintf(error->text, sizeof error->text, "%s", sim_status_text(status));
    }
    if (status == SIM_OK && way == BENCH_LOADED) {
        status = load(&b, &b.loaded) ? SIM_OK : SIM_ERR_INVALID;
    }
    if (status == SIM_OK) {
        status = take_samples(&b, sample_ns, samples);
    }
    wasm_instance_destroy(b.loaded);
    wasm_host_destroy(b.host);
    return status;
}

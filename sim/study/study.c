#include "sim/study/study.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runtime-replay/host_clock.h"
#include "sim/study/diagnosis.h"
#include "sim/study/precision.h"
#include "sim/study/recorder.h"
#include "sim/study/study_store.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/progress.h"

#define SLICE 16384u /* events between two looks at the outside world */
#define THREADS_MAX 256u

/* ---- the study ---- */

/*
 * Where a variant's k-th replication has its place. With a fixed number, variant by variant; else
 * replication by replication, so that runs are numbered without a gap wherever it stops.
 */
static uint32_t place_of(const struct study *s, uint32_t v, uint32_t k)
{
    return s->is_sequential ? k * s->scenario->variant_count + v : v * study_replications(s) + k;
}

/* Makes room for as many runs as there can be. */
static bool name_runs(struct study *s)
{
    const struct scenario *scenario = s->scenario;
    const uint32_t only = s->options.only_replication;
    const uint32_t most = s->is_sequential ? scenario->precision.most
                          : only > 0       ? 1
                                           : scenario->replications;
    s->run_capacity = scenario->variant_count * most;
    s->run_count = s->is_sequential ? 0 : s->run_capacity;
    s->run = calloc(s->run_capacity, sizeof *s->run);
    for (uint32_t v = 0; v < scenario->variant_count && s->run != NULL; v++) {
        for (uint32_t k = 0; k < most; k++) {
            struct study_run *run = &s->run[place_of(s, v, k)];
            run->variant = scenario->variants[v];
            run->replication = only > 0 ? only : k + 1;
        }
    }
    return s->run != NULL;
}

/* A calibration must hold every run that there can be, before any of them starts. */
static enum sim_status check_calibration(const struct study *s, struct compose_error *error)
{
    enum sim_status status = SIM_OK;
    for (uint32_t i = 0; i < s->run_capacity && status == SIM_OK; i++) {
        const struct study_run *run = &s->run[i];
        status = compose_check_calibration(&s->model, run->variant, run->replication, error);
    }
    return status;
}

/* Plans each variant's first run: what is wrong with a scenario shows before anything is stored. */
static enum sim_status try_plans(const struct study *s, struct compose_error *error)
{
    enum sim_status status = SIM_OK;
    for (uint32_t v = 0; v < s->scenario->variant_count && status == SIM_OK; v++) {
        struct compose_plan plan;
        status = compose_plan_init(&plan, &s->model, s->scenario->variants[v],
                                   s->run[0].replication, error);
        if (status == SIM_OK) {
            compose_plan_deinit(&plan);
        }
    }
    return status;
}

enum sim_status study_init(struct study *s, const struct scenario *scenario,
                           const struct study_options *options)
{
    *s = (struct study){.scenario = scenario, .options = *options};
    s->is_sequential = scenario->precision.half_width > 0 && options->only_replication == 0;
    if (s->is_sequential && metric_find(scenario->precision.of) == METRIC_COUNT) {
        (void)snprintf(s->error, sizeof s->error, "replications.of: no metric is called \"%s\"",
                       scenario->precision.of);
        return SIM_ERR_INVALID;
    }
    if (!name_runs(s)) {
        (void)snprintf(s->error, sizeof s->error, "no memory for %u runs", s->run_capacity);
        return SIM_ERR_NOMEM;
    }
    struct compose_error error = {{0}};
    enum sim_status status = compose_model_init(&s->model, scenario, &error);
    if (status == SIM_OK) {
        status = check_calibration(s, &error);
    }
    if (status == SIM_OK) {
        status = try_plans(s, &error);
    }
    if (status != SIM_OK) {
        memcpy(s->error, error.text, sizeof s->error);
        study_deinit(s);
    }
    return status;
}

void study_deinit(struct study *s)
{
    for (uint32_t i = 0; i < s->run_count && s->run != NULL; i++) {
        free(s->run[i].bin);
    }
    free(s->run);
    compose_model_deinit(&s->model);
    s->run = NULL;
}

uint32_t study_replications(const struct study *s)
{
    return s->run_count / s->scenario->variant_count;
}

bool study_is_complete(const struct study *s)
{
    if (s->is_sequential && !s->is_settled) {
        return false;
    }
    for (uint32_t i = 0; i < s->run_count; i++) {
        if (s->run[i].state != STUDY_DONE) {
            return false;
        }
    }
    return true;
}

bool study_books_balance(const struct study *s)
{
    for (uint32_t i = 0; i < s->run_count; i++) {
        if (s->run[i].state == STUDY_DONE && s->run[i].books[0] != '\0') {
            return false;
        }
    }
    return true;
}

uint64_t study_digest(const struct study *s)
{
    uint64_t digest = DIGEST_START;
    for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
        for (uint32_t k = 0; k < study_replications(s); k++) {
            digest = digest_word(digest, s->run[place_of(s, v, k)].digest);
        }
    }
    return digest_finish(digest);
}

const struct study_run *study_find(const struct study *s, enum scenario_variant variant, uint32_t k)
{
    const uint32_t per_variant = study_replications(s);
    for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
        if (s->scenario->variants[v] == variant && k < per_variant) {
            return &s->run[place_of(s, v, k)];
        }
    }
    return NULL;
}

/* ---- one run ---- */

static enum sim_status keep_result(struct study_run *run, const struct taskset *t, struct world *w)
{
    world_close(w);
    run->digest = world_digest(w);
    run->trace_digest = world_trace_digest(w);
    run->engine = engine_report(&w->engine);
    run->memory = world_memory(w);
    run->pools = world_pools(w);
    metrics_collect(w, t, run->value);
    if (run->state == STUDY_DONE && !world_audit(w, run->books, sizeof run->books)) {
        diagnosis_warn(run, w->spec.duration_ns, "the books do not balance: %s", run->books);
    }
    run->bin_count = w->bin_count;
    run->bin = malloc(w->bin_count * sizeof *run->bin);
    if (run->bin == NULL) {
        return SIM_ERR_NOMEM;
    }
    memcpy(run->bin, w->bin, w->bin_count * sizeof *run->bin);
    return diagnosis_make(run, w);
}

/* Drives the world slice by slice; between slices its notes go out and others look in. */
static enum sim_status drive(struct study *s, struct study_run *run, struct world *w,
                             struct recorder *recorder)
{
    enum sim_status status = SIM_OK;
    bool done = false;
    while (status == SIM_OK && !done && !atomic_load(&s->stop)) {
        if (interrupt_requested()) {
            atomic_store(&s->stop, true);
        }
        const int64_t start_ns = host_clock_ns();
        status = world_run(w, SLICE, &done);
        run->wall_s += (double)(host_clock_ns() - start_ns) * 1e-9;
        atomic_store_explicit(&run->now, w->engine.now, memory_order_relaxed);
        atomic_store_explicit(&run->events_so_far, w->engine.events, memory_order_relaxed);
        if (status == SIM_OK && recorder != NULL) {
            status = recorder_flush(recorder, SLICE);
        }
    }
    run->state = done ? STUDY_DONE : STUDY_INTERRUPTED;
    return status;
}

static enum sim_status run_world(struct study *s, struct study_run *run, struct compose_plan *plan,
                                 int64_t run_id, struct recorder *recorder)
{
    struct world w;
    enum sim_status status = world_create(&w, &plan->world);
    if (status != SIM_OK) {
        return status;
    }
    status = drive(s, run, &w, recorder);
    if (status == SIM_OK) {
        status = keep_result(run, &plan->taskset, &w);
    }
    if (status == SIM_OK && recorder != NULL) {
        status = recorder_flush(recorder, 0);
    }
    if (status == SIM_OK && s->options.store != NULL) {
        status = study_store_end(s->options.store, run_id, s->scenario, run, &w);
    }
    world_destroy(&w);
    return status;
}

static enum sim_status run_plan(struct study *s, struct study_run *run, struct compose_plan *plan)
{
    struct store *store = s->options.store;
    const int64_t run_id = run - s->run + 1;
    if (store == NULL) {
        return run_world(s, run, plan, run_id, NULL);
    }
    enum sim_status status = study_store_begin(store, run_id, s->scenario, run, plan);
    if (status != SIM_OK || s->scenario->record == SCENARIO_RECORD_SUMMARY) {
        return status == SIM_OK ? run_world(s, run, plan, run_id, NULL) : status;
    }
    struct recorder recorder;
    status = recorder_init(&recorder, store, run_id, s->scenario->record == SCENARIO_RECORD_EVENTS,
                           &plan->world.observer);
    if (status == SIM_OK) {
        status = run_world(s, run, plan, run_id, &recorder);
        recorder_deinit(&recorder);
    }
    return status;
}

/* Keeps the first failure, and asks all others to stop. */
static void fail(struct study *s, const struct study_run *run, enum sim_status status,
                 const char *text)
{
    if (atomic_exchange(&s->failed, true)) {
        return;
    }
    const char *stored = s->options.store != NULL ? store_message(s->options.store) : "";
    if (text[0] == '\0' && (status == SIM_ERR_IO || status == SIM_ERR_INVALID)) {
        text = stored;
    }
    if (text[0] != '\0') {
        (void)snprintf(s->error, sizeof s->error, "%s", text);
    } else {
        (void)snprintf(
            s->error, sizeof s->error, "%s, replication %u: %s%s",
            compose_variant_name(run->variant), run->replication, sim_status_text(status),
            status == SIM_ERR_FULL ? ": more events pending than were provided for" : "");
    }
    s->status = status;
    atomic_store(&s->stop, true);
}

static void *work(void *context)
{
    struct study *s = context;
    uint32_t i;
    while (!atomic_load(&s->stop) && (i = atomic_fetch_add(&s->next, 1)) < s->run_count) {
        struct study_run *run = &s->run[i];
        struct compose_plan plan;
        struct compose_error error = {{0}};
        run->state = STUDY_RUNNING;
        enum sim_status status =
            compose_plan_init(&plan, &s->model, run->variant, run->replication, &error);
        if (status == SIM_OK) {
            status = run_plan(s, run, &plan);
            compose_plan_deinit(&plan);
        }
        if (status != SIM_OK) {
            run->state = STUDY_FAILED;
            fail(s, run, status, error.text);
        }
        atomic_fetch_add(&s->finished, 1);
    }
    return NULL;
}

/* ---- all of them, and the wait for them ---- */

static void show_progress(const struct study *s, struct progress *p)
{
    double done = 0;
    uint64_t events = 0;
    for (uint32_t i = 0; i < s->run_count; i++) {
        const struct study_run *run = &s->run[i];
        done += (double)atomic_load_explicit(&run->now, memory_order_relaxed) / (double)SIM_S;
        events += atomic_load_explicit(&run->events_so_far, memory_order_relaxed);
    }
    progress_update(p, done, events);
}

static void wait_for_workers(struct study *s, struct progress *p)
{
    const struct timespec moment = {.tv_nsec = 2 * SIM_MS};
    while (atomic_load(&s->finished) < s->run_count && !atomic_load(&s->stop)) {
        (void)nanosleep(&moment, NULL);
        if (interrupt_requested()) {
            atomic_store(&s->stop, true);
        }
        if (s->options.label != NULL) {
            show_progress(s, p);
        }
    }
}

/* Runs what is named and has not run yet, and waits for it. */
static enum sim_status run_round(struct study *s, struct progress *p)
{
    pthread_t thread[THREADS_MAX];
    const uint32_t runs = s->run_count - atomic_load(&s->finished);
    uint32_t wanted = s->options.threads < runs ? s->options.threads : runs;
    wanted = wanted < THREADS_MAX ? wanted : THREADS_MAX;
    atomic_store(&s->next, atomic_load(&s->finished)); /* threads that found nothing counted on */
    if (s->options.threads == 1 && s->options.label == NULL) {
        (void)work(s); /* nothing to show meanwhile: a thread and the wait for it would only cost */
        return s->status;
    }
    uint32_t started = 0;
    while (started < wanted && pthread_create(&thread[started], NULL, work, s) == 0) {
        started++;
    }
    if (started == 0) {
        (void)snprintf(s->error, sizeof s->error, "the host refuses to start a thread");
        return SIM_ERR_NOMEM;
    }
    wait_for_workers(s, p);
    for (uint32_t i = 0; i < started; i++) {
        (void)pthread_join(thread[i], NULL);
    }
    return s->status;
}

/* Names the next round's runs, unless there are none to come. */
static bool add_round(struct study *s)
{
    if (!s->is_sequential) {
        return s->run_count > atomic_load(&s->finished);
    }
    s->is_settled = s->run_count == s->run_capacity ||
                    (s->run_count > 0 && study_books_balance(s) && precision_is_enough(s));
    const uint32_t round = s->scenario->precision.least * s->scenario->variant_count;
    const uint32_t left = s->run_capacity - s->run_count;
    if (!s->is_settled) {
        s->run_count += round < left ? round : left;
    }
    return !s->is_settled;
}

enum sim_status study_run(struct study *s)
{
    struct progress progress;
    if (s->options.label != NULL) {
        const double total = (double)s->scenario->duration_ns / (double)SIM_S * s->run_capacity;
        progress_begin(&progress, s->options.label, total);
    }
    enum sim_status status = SIM_OK;
    while (status == SIM_OK && !atomic_load(&s->stop) && add_round(s)) {
        status = run_round(s, &progress);
    }
    if (s->options.label != NULL) {
        progress_finish(&progress);
    }
    return status;
}

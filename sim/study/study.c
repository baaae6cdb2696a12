#include "sim/study/study.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runtime-replay/host_clock.h"
#include "scenarios/language/errors.h"
#include "sim/study/precision.h"
#include "sim/study/recorder.h"
#include "sim/study/study_store.h"
#include "sim/study/study_work.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/message.h"
#include "sim/terminal/progress.h"

#define SLICE 16384u /* events between two looks at the outside world */
#define THREADS_MAX 256u

/* ---- the study ---- */

/*
 * Where a variant's k-th replication has its place. With a fixed number, variant by variant; else
 * replication by replication, so that runs are numbered without a gap wherever it stops.
 */
uint32_t study_place(const struct study *s, uint32_t variant, uint32_t k)
{
    ASSERT(variant < s->scenario->variant_count && k < s->rounds_most);
    return s->is_sequential ? k * s->scenario->variant_count + variant
                            : variant * study_replications(s) + k;
}

/* Makes room for as many runs as there can be. */
static bool name_runs(struct study *s)
{
    const struct scenario *scenario = s->scenario;
    const uint32_t only = s->options.only_replication;
    s->rounds_most = s->is_sequential ? scenario->precision.most
                     : only > 0       ? 1
                                      : scenario->replications;
    s->run_capacity = scenario->variant_count * s->rounds_most;
    s->run_count = s->run_capacity;
    s->run = calloc(s->run_capacity, sizeof *s->run);
    for (uint32_t v = 0; v < scenario->variant_count && s->run != NULL; v++) {
        for (uint32_t k = 0; k < s->rounds_most; k++) {
            struct study_run *run = &s->run[study_place(s, v, k)];
            run->variant = v;
            run->replication = only > 0 ? only : k + 1;
        }
    }
    s->run_count = s->is_sequential ? 0 : s->run_capacity;
    return s->run != NULL;
}

/* Keeps what a model says of its mistake: "FILE:LINE:COLUMN: KEY: what, for which variant". */
static void keep_error(struct study *s, uint32_t variant, const struct model_error *error,
                       enum sim_status status)
{
    ASSERT(status != SIM_OK && variant < s->scenario->variant_count);
    const struct scenario_variant *v = &s->scenario->variant[variant];
    char which[96] = "";
    if (s->scenario->variant_count > 1) {
        (void)snprintf(which, sizeof which, " (variant %.64s)", v->name);
    }
    s->key = error->key != NULL ? error->key : "";
    s->at = scenario_place_of(s->scenario, s->key);
    (void)snprintf(s->what, sizeof s->what, "%s%s",
                   error->text[0] != '\0' ? error->text : sim_status_text(status), which);
    char place[48] = "";
    if (s->at.line > 0) {
        (void)snprintf(place, sizeof place, ":%u:%u", s->at.line, s->at.column);
    }
    (void)snprintf(s->error, sizeof s->error, "%.256s%s: %s%s%s", s->at.file, place, s->key,
                   s->key[0] != '\0' ? ": " : "", s->what);
}

void study_tell_mistake(const struct study *s, struct scenario_errors *errors)
{
    if (s->key != NULL) {
        errors_add(errors, s->at, s->key, "%s", s->what);
    }
}

void study_print_error(const struct study *s)
{
    if (s->key != NULL) {
        (void)fprintf(stderr, "%s\n", s->error);
    } else {
        message_error("%s", s->error);
    }
}

static enum sim_status open_systems(struct study *s)
{
    const uint32_t variants = s->scenario->variant_count;
    s->system = calloc(variants, sizeof *s->system);
    if (s->system == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (uint32_t v = 0; v < variants; v++) {
        struct model_error error = {.key = NULL};
        const enum sim_status status =
            s->model->open(&s->system[v], &s->head, s->scenario->variant[v].config, &error);
        if (status != SIM_OK) {
            s->system[v] = NULL;
            keep_error(s, v, &error, status);
            return status;
        }
    }
    return SIM_OK;
}

/* A variant whose first run is only begun. */
struct trial {
    const struct study *study;
    const char *variant;
};

static void note_forewarning(void *context, sim_time at, const char *text)
{
    const struct trial *t = context;
    (void)at;
    if (t->study->options.forewarn != NULL) {
        t->study->options.forewarn(t->study->options.forewarn_context, t->variant, text);
    }
}

/* Begins each variant's first run: what is wrong with a scenario shows before anything is stored.
 */
static enum sim_status try_runs(struct study *s)
{
    for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
        struct trial trial = {s, s->scenario->variant[v].name};
        const struct model_listener listener = {.context = &trial, .warn = note_forewarning};
        struct model_error error = {.key = NULL};
        void *run = NULL;
        enum sim_status status =
            s->model->begin(&run, s->system[v], NULL, s->run[0].replication, &listener, &error);
        if (status == SIM_OK) {
            status = s->model->end(run, NULL);
        }
        if (status != SIM_OK) {
            keep_error(s, v, &error, status);
            return status;
        }
    }
    return SIM_OK;
}

static struct model_head head_of(const struct scenario *s, uint32_t rounds_most,
                                 const struct study_options *options)
{
    return (struct model_head){
        .name = s->name,
        .duration_ns = s->duration_ns,
        .bin_ns = s->bin_ns,
        .seed = s->seed,
        .replications = rounds_most,
        .only = options->only_replication,
        .record = (unsigned)s->record,
        .full_path = options->full_path,
        .real = options->real,
        .captures = options->capture != NULL,
    };
}

enum sim_status study_init(struct study *s, const struct scenario *scenario,
                           const struct study_options *options)
{
    *s = (struct study){
        .scenario = scenario,
        .model = model_of_schema(scenario->schema),
        .options = *options,
    };
    pthread_mutex_init(&s->pairs, NULL);
    pthread_mutex_init(&s->works, NULL);
    if (options->real != NULL && (s->model->real == NULL || s->model->real->nodes == NULL)) {
        (void)snprintf(s->error, sizeof s->error,
                       "%s: the model %s has no real half: nimblesim run simulates it",
                       scenario->path, s->model->schema.name);
        return SIM_ERR_INVALID;
    }
    if (options->capture != NULL && s->model->capture == NULL) {
        (void)snprintf(s->error, sizeof s->error,
                       "%s: the model %s has no messages as bytes: there is nothing to capture",
                       scenario->path, s->model->schema.name);
        return SIM_ERR_INVALID;
    }
    s->is_sequential = scenario->precision.half_width > 0 && options->only_replication == 0;
    enum sim_status status = name_runs(s) ? study_pairs_init(s) : SIM_ERR_NOMEM;
    if (status == SIM_OK) {
        s->head = head_of(scenario, s->rounds_most, options);
        status = open_systems(s);
    }
    if (status == SIM_OK && !study_work_init(s)) {
        status = SIM_ERR_NOMEM;
    }
    if (status == SIM_OK) {
        status = try_runs(s);
    }
    if (status == SIM_ERR_NOMEM && s->error[0] == '\0') {
        (void)snprintf(s->error, sizeof s->error, "no memory for %u runs", s->run_capacity);
    }
    if (status != SIM_OK) {
        study_deinit(s);
    }
    return status;
}

static void forget_result(struct model_result *r)
{
    free(r->measure);
    free(r->bin);
    free(r->histogram);
    free(r->outcome);
    *r = (struct model_result){0};
}

void study_deinit(struct study *s)
{
    study_work_deinit(s);
    for (uint32_t i = 0; i < s->run_capacity && s->run != NULL; i++) {
        forget_result(&s->run[i].result);
        free(s->run[i].warning);
    }
    for (uint32_t v = 0; v < s->scenario->variant_count && s->system != NULL; v++) {
        if (s->system[v] != NULL) {
            s->model->close(s->system[v]);
        }
    }
    free(s->system);
    free(s->run);
    study_pairs_deinit(s);
    pthread_mutex_destroy(&s->pairs);
    pthread_mutex_destroy(&s->works);
    s->system = NULL;
    s->run = NULL;
}

uint32_t study_replications(const struct study *s)
{
    ASSERT(s->scenario->variant_count > 0);
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
        if (s->run[i].state == STUDY_DONE && s->run[i].result.books[0] != '\0') {
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
            digest = digest_word(digest, study_find(s, v, k)->result.digest);
        }
    }
    return digest_finish(digest);
}

uint64_t study_estimate(const struct study *s, uint32_t variant)
{
    ASSERT(variant < s->scenario->variant_count && s->system != NULL);
    return s->model->estimate(s->system[variant]);
}

const struct study_run *study_find(const struct study *s, uint32_t variant, uint32_t k)
{
    ASSERT(variant < s->scenario->variant_count && k < study_replications(s));
    return &s->run[study_place(s, variant, k)];
}

void study_warn(struct study_run *run, sim_time at, const char *text)
{
    ASSERT(text != NULL && run->warning_count <= run->warning_capacity);
    if (run->warning_count == run->warning_capacity) {
        const uint32_t capacity = 2 * run->warning_capacity + 4;
        struct study_warning *larger = realloc(run->warning, capacity * sizeof *larger);
        if (larger == NULL) {
            return;
        }
        run->warning = larger;
        run->warning_capacity = capacity;
    }
    struct study_warning *warning = &run->warning[run->warning_count++];
    warning->at = at;
    (void)snprintf(warning->text, sizeof warning->text, "%.*s", (int)sizeof warning->text - 1,
                   text);
}

/* ---- one run ---- */

/* The bins of a run, the one that is cut short among them. */
static size_t bins_of(const struct model_head *head)
{
    ASSERT(head->duration_ns > 0 && head->bin_ns > 0);
    return (size_t)((head->duration_ns + head->bin_ns - 1) / head->bin_ns);
}

static enum sim_status make_result(struct model_result *r, const struct study *s)
{
    const struct model *m = s->model;
    const size_t bins = bins_of(&s->head);
    *r = (struct model_result){
        .measure = calloc(m->measures + 1, sizeof *r->measure),
        .bin = calloc(bins * m->series_count + 1, sizeof *r->bin),
        .bins = bins,
        .bin_ns = s->head.bin_ns,
        .histogram = calloc(m->distributions * BINS_COUNT + 1, sizeof *r->histogram),
    };
    if (r->measure == NULL || r->bin == NULL || r->histogram == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (size_t i = 0; i < m->measures; i++) {
        r->measure[i] = (double)NAN;
    }
    return SIM_OK;
}

/* Drives the model slice by slice; between slices its notes go out and others look in. */
static enum sim_status drive(struct study *s, struct study_run *run, void *system,
                             struct recorder *recorder, bool *done)
{
    enum sim_status status = SIM_OK;
    uint64_t events = 0;
    *done = false;
    while (status == SIM_OK && !*done && !atomic_load(&s->stop)) {
        if (interrupt_requested()) {
            atomic_store(&s->stop, true);
        }
        sim_time now = 0;
        const int64_t start_ns = host_clock_ns();
        status = s->model->advance(system, SLICE, &now, done);
        run->wall_s += (double)(host_clock_ns() - start_ns) * 1e-9;
        events += SLICE;
        atomic_store_explicit(&run->now, now, memory_order_relaxed);
        atomic_store_explicit(&run->events_so_far, events, memory_order_relaxed);
        if (status == SIM_OK) {
            status = recorder_flush(recorder, SLICE);
        }
    }
    return status;
}

/* Ends the run, whatever came before: what it came to is kept where it could be driven. */
static enum sim_status end_run(struct study *s, struct study_run *run, void *system,
                               struct recorder *recorder, enum sim_status status)
{
    ASSERT(system != NULL);
    if (status == SIM_OK) {
        status = recorder_flush(recorder, 0);
    }
    if (status == SIM_OK) {
        status = make_result(&run->result, s);
    }
    if (status != SIM_OK) {
        (void)s->model->end(system, NULL);
        return status;
    }
    status = s->model->end(system, &run->result);
    atomic_store_explicit(&run->events_so_far, run->result.engine.events, memory_order_relaxed);
    return status == SIM_OK ? recorder_flush(recorder, 0) : status;
}

static void tell_books(const struct study *s, struct study_run *run)
{
    if (run->result.books[0] != '\0') {
        char text[MODEL_BOOKS_BYTES + 32];
        (void)snprintf(text, sizeof text, "the books do not balance: %s", run->result.books);
        study_warn(run, s->head.duration_ns, text);
    }
}

static enum sim_status run_recorded(struct study *s, struct study_run *run, const void *work,
                                    struct recorder *recorder, struct model_error *error)
{
    void *system = NULL;
    enum sim_status status = s->model->begin(&system, s->system[run->variant], work,
                                             run->replication, &recorder->listener, error);
    if (status != SIM_OK) {
        return status;
    }
    bool done = false;
    status = recorder_flush(recorder, 0);
    if (status == SIM_OK) {
        status = drive(s, run, system, recorder, &done);
    }
    if (status != SIM_OK && s->model->complaint != NULL) {
        (void)snprintf(error->text, sizeof error->text, "%s", s->model->complaint(system));
    }
    status = end_run(s, run, system, recorder, status);
    if (status != SIM_OK) {
        return status;
    }
    if (done) {
        tell_books(s, run);
        status = study_pairs_note(s, run);
    } else {
        run->result.books[0] = '\0'; /* of half a run they need not balance */
        run->state = STUDY_INTERRUPTED;
    }
    return status == SIM_OK && s->options.store != NULL ? study_store_end(s, run) : status;
}

static enum sim_status run_one(struct study *s, struct study_run *run, struct model_error *error)
{
    ASSERT(run->state == STUDY_WAITING);
    struct recorder recorder;
    enum sim_status status = SIM_OK;
    run->state = STUDY_RUNNING;
    if (s->options.store != NULL) {
        status = study_store_begin(s, run);
    }
    if (status == SIM_OK) {
        status = recorder_init(&recorder, s, run);
    }
    if (status == SIM_OK) {
        status = run_recorded(s, run, study_work_take(s, run), &recorder, error);
        study_work_give(s, run);
        recorder_deinit(&recorder);
    }
    return status;
}

/* Keeps the first failure, and asks all others to stop. */
static void fail(struct study *s, const struct study_run *run, enum sim_status status,
                 const struct model_error *error)
{
    ASSERT(status != SIM_OK);
    if (atomic_exchange(&s->failed, true)) {
        return;
    }
    const char *stored = s->options.store != NULL ? store_message(s->options.store) : "";
    if (error->text[0] != '\0') {
        keep_error(s, run->variant, error, status);
    } else if (stored[0] != '\0' && (status == SIM_ERR_IO || status == SIM_ERR_INVALID)) {
        (void)snprintf(s->error, sizeof s->error, "%s", stored);
    } else if (s->options.capture != NULL && !capture_is_sound(s->options.capture)) {
        (void)snprintf(s->error, sizeof s->error, "the capture cannot be written any further");
    } else {
        (void)snprintf(
            s->error, sizeof s->error, "%s, replication %u: %s%s",
            s->scenario->variant[run->variant].name, run->replication, sim_status_text(status),
            status == SIM_ERR_FULL ? ": more events pending than were provided for" : "");
    }
    s->status = status;
    atomic_store(&s->stop, true);
}

/* Replication by replication, so that those who are compared end soon after one another. */
static struct study_run *run_in_turn(struct study *s, uint32_t i)
{
    ASSERT(i < s->run_count);
    const uint32_t variants = s->scenario->variant_count;
    return &s->run[study_place(s, i % variants, i / variants)];
}

static void *work(void *context)
{
    struct study *s = context;
    uint32_t i;
    while (!atomic_load(&s->stop) && (i = atomic_fetch_add(&s->next, 1)) < s->run_count) {
        struct study_run *run = run_in_turn(s, i);
        struct model_error error = {.key = NULL};
        const enum sim_status status = run_one(s, run, &error);
        if (status != SIM_OK) {
            run->state = STUDY_FAILED;
            fail(s, run, status, &error);
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
    ASSERT(s->options.threads > 0 && s->run_count <= s->run_capacity);
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
    contrasts_finish(&s->contrasts);
    return status;
}

/* A replay from its plan to its end: execution, the database's state, and what is told. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "runtime-replay/host_clock.h"
#include "sim/engine/digest.h"
#include "sim/study/load.h"
#include "sim/tasklets/runtime.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"
#include "sim/testbed/replay.h"

/* A plan on its way. */
struct job {
    struct replay_plan plan;
    struct store *store; /* NULL: all is executed */
    struct playback *playback;
    struct progress progress;
    struct replay_summary summary;
};

static double seconds_between(int64_t start_ns, int64_t end_ns)
{
    return (double)(end_ns - start_ns) * 1e-9;
}

/* ---- execution ---- */

static enum sim_status on_done(void *context, const struct playback_done *done, size_t count)
{
    struct job *job = context;
    job->summary.calls += count;
    for (size_t i = 0; i < count; i++) {
        job->summary.instructions += done[i].execution.instructions;
    }
    return replay_store_batch(job->store, &job->plan, done, count);
}

static bool on_look(void *context, uint64_t instructions)
{
    struct job *job = context;
    if (!job->plan.request->quiet) {
        progress_update(&job->progress, (double)instructions, 0);
    }
    return !interrupt_requested();
}

/* How long the bare loop is measured, before and after: little beside the replay itself. */
static double reference_seconds(double work, uint64_t jobs)
{
    const double expected_s = work * 1.2e-9 / (double)jobs;
    return fmin(fmax(expected_s / 50, 0.02), 0.5);
}

static int execution_failed(const struct job *job, enum sim_status status, const char *text)
{
    if (text[0] != '\0') {
        message_error("%s: %s", job->plan.source.path, text);
        return status == SIM_ERR_INVALID ? EXIT_CHECK_FAILED : load_exit_code(status);
    }
    const char *stored = store_message(job->store);
    message_error("%s", stored[0] != '\0' ? stored : sim_status_text(status));
    return status == SIM_ERR_IO ? EXIT_IO : EXIT_INTERNAL;
}

/* Executes what is missing. *left says how many calls still are, if it was interrupted. */
static int execute(struct job *job, uint64_t *left)
{
    uint64_t calls = 0;
    const struct replay_request *request = job->plan.request;
    const double work = (double)replay_plan_work(&job->plan, &calls);
    *left = calls;
    if (calls == 0) {
        return EXIT_OK;
    }
    const double seconds = reference_seconds(work, request->jobs);
    replay_reference_add(&job->summary.reference, &job->plan, seconds);
    const struct playback_hooks hooks = {.context = job, .done = on_done, .look = on_look};
    char error[PLAYBACK_ERROR_MAX];
    const int64_t start_ns = host_clock_ns();
    const int64_t processor_ns = host_clock_process_ns();
    if (!request->quiet) {
        progress_begin(&job->progress, "replay", work);
    }
    const enum sim_status status = playback_run(job->playback, &hooks, error);
    if (!request->quiet) {
        progress_finish(&job->progress);
    }
    job->summary.wall_s = seconds_between(start_ns, host_clock_ns());
    job->summary.processor_s = seconds_between(processor_ns, host_clock_process_ns());
    *left -= job->summary.calls;
    if (status != SIM_OK) {
        return execution_failed(job, status, error);
    }
    if (*left == 0) {
        replay_reference_add(&job->summary.reference, &job->plan, seconds);
    }
    return EXIT_OK;
}

/* ---- the end ---- */

static int read_failed(enum sim_status status, const struct store_error *error)
{
    message_error("%s", error->text);
    return load_exit_code(status);
}

/* The digests of all runs, which the database gets unless it has them, and the results' pairs. */
static int conclude(struct job *job, struct store *store)
{
    struct store_error error = {{0}};
    struct replay_summary *s = &job->summary;
    uint64_t folded = DIGEST_START;
    enum sim_status status = SIM_OK;
    for (uint32_t r = 0; r < job->plan.count && status == SIM_OK; r++) {
        const int64_t run_id = job->plan.run[r].row->run_id;
        uint64_t digest = 0;
        status = executions_digest(&digest, store, run_id, &error);
        folded = digest_word(folded, digest);
        if (status == SIM_OK && job->store != NULL && !job->plan.run[r].is_ended) {
            status = store_end_replay(store, run_id, digest);
            (void)snprintf(error.text, sizeof error.text, "%s", store_message(store));
        }
    }
    s->digest = digest_finish(folded);
    if (status == SIM_OK) {
        status = executed_variants(&s->variant, &s->variant_count, store, &error);
    }
    if (status == SIM_OK) {
        status = executions_pairs(&s->pairs, store, &error);
    }
    return status == SIM_OK ? EXIT_OK : read_failed(status, &error);
}

static int check_pairs(const struct executions_pairs *p)
{
    if (p->equal == p->compared) {
        return EXIT_OK;
    }
    message_error("%" PRIu64 " of %" PRIu64 " calls gave other results in one variant than in the "
                  "other",
                  p->compared - p->equal, p->compared);
    for (size_t i = 0; i < p->mismatch_count; i++) {
        const struct executions_mismatch *m = &p->mismatch[i];
        message_note("replication %" PRIu32 ", call %" PRId64 ": %s %" PRIu32 ", %s %" PRIu32,
                     m->replication, m->call_id, m->variant[0], m->result[0], m->variant[1],
                     m->result[1]);
    }
    return EXIT_CHECK_FAILED;
}

static int tell(const struct replay_summary *s)
{
    bool written = true;
    if (s->request->json) {
        written = replay_print_json(s, stdout);
    } else if (!s->request->quiet) {
        replay_print_text(s, stdout);
    }
    return output_end_standard(written);
}

/* What is printed comes last: a reader that went away does not make a replay a failed one. */
static int tell_and_check(const struct job *job)
{
    const int code = tell(&job->summary);
    return code == EXIT_OK ? check_pairs(&job->summary.pairs) : code;
}

/* All was executed before: the database is only read. */
static int tell_again(struct job *job)
{
    struct store *store = NULL;
    struct store_error error = {{0}};
    const enum sim_status status =
        store_open_readonly(&store, job->plan.request->out, false, &error);
    if (status != SIM_OK) {
        return read_failed(status, &error);
    }
    const int code = conclude(job, store);
    store_destroy(store);
    return code == EXIT_OK ? tell_and_check(job) : code;
}

static enum result_state state_of(const struct job *job, int code)
{
    if (code != EXIT_OK) {
        return code == EXIT_INTERRUPTED ? RESULT_INTERRUPTED : RESULT_FAILED;
    }
    const struct executions_pairs *pairs = &job->summary.pairs;
    return pairs->equal == pairs->compared ? RESULT_COMPLETE : RESULT_FAILED;
}

static int finish(struct job *job, int code)
{
    const enum result_state state = state_of(job, code);
    const enum sim_status status = store_finish(job->store, state);
    if (status != SIM_OK && code == EXIT_OK) {
        message_error("%s", store_message(job->store));
        code = status == SIM_ERR_IO ? EXIT_IO : EXIT_INTERNAL;
    }
    return code;
}

static int execute_and_tell(struct job *job)
{
    uint64_t left = 0;
    int code = execute(job, &left);
    if (code == EXIT_OK && left > 0) {
        message_error("interrupted: %" PRIu64 " calls are still to be executed", left);
        message_hint("the same command goes on; %s holds what was executed",
                     job->plan.request->out);
        code = EXIT_INTERRUPTED;
    } else if (code == EXIT_OK) {
        code = conclude(job, job->store);
    }
    code = finish(job, code);
    return code == EXIT_OK ? tell_and_check(job) : code;
}

/* ---- the beginning ---- */

/* The trace is checked before a database is made, or an earlier one replaced. */
static int prepare(struct job *job)
{
    const struct replay_request *request = job->plan.request;
    char error[PLAYBACK_ERROR_MAX];
    const struct playback_spec spec = {
        .run = job->plan.playback,
        .run_count = job->plan.count,
        .jobs = (uint32_t)request->jobs,
        .mode = request->mode,
        .limits = job->plan.limits,
    };
    const enum sim_status status = playback_create(&job->playback, &spec, error);
    if (status != SIM_OK) {
        message_error("%s: %s", request->source, error);
        return load_exit_code(status);
    }
    return replay_store_open(&job->store, &job->plan);
}

int replay_job(const struct replay_request *request)
{
    if (!runtime_is_there()) {
        return EXIT_INTERNAL;
    }
    struct job job = {.summary = {.out = request->out, .request = request}};
    int code = replay_plan_init(&job.plan, request);
    if (code != EXIT_OK) {
        return code;
    }
    job.summary.seed = job.plan.scenario.seed;
    for (uint32_t r = 0; r < job.plan.count; r++) {
        job.summary.completed += job.plan.run[r].trace.call_count;
        job.summary.chosen += job.plan.run[r].chosen;
    }
    code = prepare(&job);
    if (code == EXIT_OK) {
        code = job.store != NULL ? execute_and_tell(&job) : tell_again(&job);
    }
    free(job.summary.variant);
    playback_destroy(job.playback);
    store_destroy(job.store);
    replay_plan_deinit(&job.plan);
    return code;
}

#include "models/pi5/real/batches.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/pi5/real/runner.h"
#include "models/real.h"
#include "runtime-replay/host_clock.h"
#include "runtime-replay/processes/crew.h"
#include "runtime-replay/trials/kernel.h"

enum { RESPONSE, MAKESPAN, FAILURES };
enum { WORKERS_MAX = 4, TASKS_MAX = 4096 };

const struct trial_arm batches_arm[BATCHES_ARMS] = {
    {"base", "base"},     {"base-again", "base"}, {"pin", "pin"},
    {"memory", "memory"}, {"sort", "sort"},       {"all", "all"},
};

const struct trial_metric batches_metric[BATCHES_METRICS] = {
    [RESPONSE] = {"response", "s", "response", TRIAL_MEDIAN, "response_mean_s", NULL},
    [MAKESPAN] = {"makespan", "s", "whole batch", TRIAL_MEDIAN, "makespan_s", NULL},
    [FAILURES] = {"start_failures", "", "failed starts", TRIAL_MEAN, "start_failures", NULL},
};

/* What stands for a class: the kernel, of which a round is a few milliseconds. */
static const enum kernel_work work_of[PI5_CLASSES] = {
    [PI5_FIB_OPT] = KERNEL_STATISTICS,     [PI5_RESNET] = KERNEL_CONVOLUTION,
    [PI5_SQUEEZENET] = KERNEL_CONVOLUTION, [PI5_MATMUL] = KERNEL_MATRIX,
    [PI5_TRANSPOSE] = KERNEL_TRANSPOSE,    [PI5_FIB] = KERNEL_FIB,
};

/* The smallest batch: times a fiftieth, memories a tenth. */
static const char *const small_keys[] = {
    "replications=3",
    "tasks.each=2",
    "node.memory=32 MB",
    "node.memory_base=6 MB",
    "os.fail_time=10 ms",
    "tasks.fib_opt={time: {uniform: [4 ms, 5 ms]}, memory: 2.5 MB}",
    "tasks.resnet={time: {uniform: [24 ms, 28 ms]}, memory: {uniform: [20 MB, 23 MB]}}",
    "tasks.squeezenet={time: {uniform: [15 ms, 18 ms]}, memory: {uniform: [8 MB, 9 MB]}}",
    "tasks.matmul={memory: {uniform: [3 MB, 13 MB]}, time_per_MB: 3.9 ms, time_from: 3 MB, time: 5 "
    "ms}",
    "tasks.transpose={memory: {uniform: [3 MB, 8 MB]}, time_per_MB: 0.5 ms, time_from: 3 MB, time: "
    "5 ms}",
    "tasks.fib={memory: 2.5 MB, times: [5 ms, 60 ms]}",
    NULL,
};

/* A tenth of a minute or more on two processors, under half of the cap. */
static const char *const whole_keys[] = {"tasks.each=6", "node.memory=320 MB", NULL};

struct bench {
    struct crew crew;
    struct model_trial_request kept;
    uint32_t workers;
    uint32_t n[KERNELS];
    int64_t round_ns[KERNELS];
    /* Of the block under way: what each task has answered. */
    uint32_t block, answered;
    bool has_block;
    bool is_answered[TASKS_MAX];
    uint32_t answer[TASKS_MAX];
    /* Of all blocks. */
    uint64_t answers, pinned_migrations, free_migrations;
    int64_t most_bytes, most_resident_bytes, cap_bytes;
    bool was_placed;
};

/* ---- the host ---- */

static enum sim_status measure_kernels(struct bench *b, char text[MODEL_TRIAL_TEXT_MAX])
{
    const int64_t round_ns = b->kept.is_small ? SIM_MS / 2 : 4 * SIM_MS;
    for (enum kernel_work work = 0; work < KERNELS; work++) {
        struct wasm_error error = {""};
        enum sim_status status = kernel_fit(work, round_ns, &b->n[work], &error);
        if (status == SIM_OK) {
            status = kernel_time(work, b->n[work], &b->round_ns[work], &error);
        }
        if (status != SIM_OK) {
            (void)snprintf(text, MODEL_TRIAL_TEXT_MAX, "%s", error.text);
            return status;
        }
        char name[48];
        char hash[KERNEL_HASH_BYTES];
        kernel_hash(work, hash);
        (void)snprintf(name, sizeof name, "work %s", kernel_word[work]);
        model_trial_tell(&b->kept, name, "n = %" PRIu32 ", %.3f ms a round, SHA-256 %s", b->n[work],
                         (double)b->round_ns[work] / 1e6, hash);
    }
    return SIM_OK;
}

static void set_keys(const struct bench *b)
{
    char text[64];
    for (const char *const *key = b->kept.is_small ? small_keys : whole_keys; *key != NULL; key++) {
        b->kept.set(b->kept.context, *key);
    }
    (void)snprintf(text, sizeof text, "node.cores=%" PRIu32, b->workers);
    b->kept.set(b->kept.context, text);
    b->kept.set(b->kept.context, "node.per_core=1");
}

enum sim_status batches_open(void **bench, const struct model_trial_request *request,
                             char text[MODEL_TRIAL_TEXT_MAX])
{
    static const char *const argument[] = {"nimblesim", MODEL_REAL_WORD, "pi5", NULL};
    struct bench *b = calloc(1, sizeof *b);
    struct trial_machine machine;
    if (b == NULL) {
        return SIM_ERR_NOMEM;
    }
    trial_machine_look(&machine);
    b->kept = *request;
    b->was_placed = true;
    b->workers = machine.allowed < 1             ? 1
                 : machine.allowed > WORKERS_MAX ? WORKERS_MAX
                                                 : machine.allowed;
    enum sim_status status = measure_kernels(b, text);
    status = status == SIM_OK ? crew_start(&b->crew, b->workers, argument, text) : status;
    if (status != SIM_OK) {
        free(b);
        return status;
    }
    set_keys(b);
    model_trial_tell(&b->kept, "memory limit",
                     "by account at the start of a task; a task's runtime has no more");
    *bench = b;
    return SIM_OK;
}

/* ---- a batch ---- */

struct play {
    struct bench *bench;
    const struct pi5_node_spec *node;
    struct pi5_batch batch;
    struct pi5_scheduler scheduler;
    struct pi5_worker worker[WORKERS_MAX];
    struct pi5_decision under_way[WORKERS_MAX];
    int64_t wakes[WORKERS_MAX]; /* a failed start sleeps until then; 0: none */
    uint32_t *again;
    int64_t begun, ended, response_ns; /* response_ns: added up */
    uint32_t done, failures;
};

static enum sim_status hear(struct play *p, int64_t until_ns, uint32_t *worker,
                            struct runner_word *word, char text[CREW_TEXT_MAX])
{
    const enum sim_status status =
        crew_hear(&p->bench->crew, until_ns, worker, word, sizeof *word, text);
    if (status == SIM_OK && word->kind == RUNNER_FAILED) {
        (void)snprintf(text, CREW_TEXT_MAX, "the Wasm runtime of worker %" PRIu32 " failed",
                       *worker + 1);
        return SIM_ERR_INVALID;
    }
    return status;
}

/* Each worker where the arm wants it. */
static enum sim_status place_workers(struct play *p, char text[CREW_TEXT_MAX])
{
    struct bench *b = p->bench;
    for (uint32_t i = 0; i < b->workers; i++) {
        const struct runner_word order = {
            .kind = RUNNER_PLACE, .worker = i, .n = p->node->policy.pin ? 1 : 0};
        (void)!process_line_order(&b->crew.worker[i].line, &order, sizeof order);
    }
    for (uint32_t left = b->workers; left > 0;) {
        uint32_t worker = 0;
        struct runner_word word;
        const enum sim_status status = hear(p, host_clock_ns() + SIM_S / 10, &worker, &word, text);
        if (status != SIM_OK && status != SIM_ERR_NOTFOUND) {
            return status;
        }
        if (status == SIM_OK && word.kind == RUNNER_PLACED) {
            b->was_placed &= word.n == 1;
            left--;
        }
        if (b->kept.is_interrupted(b->kept.context)) {
            return SIM_ERR_IO;
        }
    }
    return SIM_OK;
}

static void note_memory(struct play *p)
{
    struct bench *b = p->bench;
    int64_t resident = 0;
    for (uint32_t i = 0; i < b->workers; i++) {
        resident += crew_resident_bytes(&b->crew, i);
    }
    if (p->scheduler.is_sequential) {
        return; /* what runs alone at the end is not checked */
    }
    b->most_resident_bytes = resident > b->most_resident_bytes ? resident : b->most_resident_bytes;
    if (p->scheduler.used_bytes > b->most_bytes) {
        b->most_bytes = p->scheduler.used_bytes;
    }
}

static void start(struct play *p, const struct pi5_decision *d)
{
    struct bench *b = p->bench;
    const struct pi5_task *task = &p->batch.task[d->task];
    const enum kernel_work work = work_of[task->kind];
    const int64_t rounds = (task->time_ns + b->round_ns[work] / 2) / b->round_ns[work];
    const struct runner_word order = {
        .kind = RUNNER_RUN,
        .worker = d->worker,
        .task = d->task,
        .work = (uint32_t)work,
        .n = b->n[work],
        .rounds = rounds > 1 ? (uint32_t)rounds : 1,
        .bytes = (uint32_t)task->memory_bytes,
    };
    pi5_started(&p->scheduler, d, task->memory_bytes);
    p->under_way[d->worker] = *d;
    (void)!process_line_order(&b->crew.worker[d->worker].line, &order, sizeof order);
    note_memory(p);
}

/* Carries out all that can be decided now; false where everything has run. */
static bool schedule(struct play *p, int64_t now)
{
    for (;;) {
        const struct pi5_decision d = pi5_next(&p->scheduler);
        if (d.action == PI5_WAIT || d.action == PI5_DONE) {
            return d.action == PI5_WAIT;
        }
        if (pi5_may_start(&p->scheduler, &d, p->batch.task[d.task].memory_bytes)) {
            start(p, &d);
        } else {
            pi5_failed(&p->scheduler, &d);
            p->wakes[d.worker] = now + p->node->fail_ns;
            p->failures++;
        }
    }
}

static enum sim_status on_done(struct play *p, uint32_t worker, const struct runner_word *word,
                               int64_t now, char text[CREW_TEXT_MAX])
{
    struct bench *b = p->bench;
    const struct pi5_decision *d = &p->under_way[worker];
    *(p->node->policy.pin ? &b->pinned_migrations : &b->free_migrations) += word->migrations;
    b->answers++;
    if (b->is_answered[word->task] && b->answer[word->task] != word->digest) {
        (void)snprintf(text, CREW_TEXT_MAX,
                       "task %" PRIu32 " answered %08" PRIx32 ", but %08" PRIx32 " before",
                       word->task, word->digest, b->answer[word->task]);
        return SIM_ERR_INVALID;
    }
    b->is_answered[word->task] = true;
    b->answer[word->task] = word->digest;
    note_memory(p);
    p->response_ns += now - p->begun;
    p->ended = now;
    p->done++;
    pi5_ended(&p->scheduler, d, p->batch.task[d->task].memory_bytes);
    return SIM_OK;
}

/* Slots that have slept enough; the next one to wake, or a moment to look for the user. */
static int64_t wake(struct play *p, int64_t now)
{
    int64_t next = now + SIM_S / 10;
    for (uint32_t i = 0; i < p->bench->workers; i++) {
        if (p->wakes[i] > 0 && p->wakes[i] <= now) {
            p->wakes[i] = 0;
            pi5_woke(&p->scheduler, i);
        }
        next = p->wakes[i] > 0 && p->wakes[i] < next ? p->wakes[i] : next;
    }
    return next;
}

static enum sim_status act(struct play *p, char text[CREW_TEXT_MAX])
{
    enum sim_status status = place_workers(p, text);
    p->begun = host_clock_ns();
    while (status == SIM_OK) {
        uint32_t worker = 0;
        struct runner_word word;
        int64_t next = wake(p, host_clock_ns());
        if (!schedule(p, host_clock_ns())) {
            break;
        }
        next = wake(p, host_clock_ns()) < next ? host_clock_ns() : next;
        status = hear(p, next, &worker, &word, text);
        if (status == SIM_OK && word.kind == RUNNER_DONE) {
            status = on_done(p, worker, &word, host_clock_ns(), text);
        } else if (status == SIM_ERR_NOTFOUND) {
            status = SIM_OK;
        }
        if (p->bench->kept.is_interrupted(p->bench->kept.context)) {
            return SIM_ERR_IO;
        }
    }
    return status;
}

static enum sim_status prepare(struct play *p, const struct pi5_batch_spec *spec, uint32_t block,
                               char text[CREW_TEXT_MAX])
{
    const struct pi5_node_spec *node = p->node;
    if (node->cores != p->bench->workers || node->per_core != 1) {
        (void)snprintf(text, CREW_TEXT_MAX,
                       "for real there are %" PRIu32 " cores, with one task each",
                       p->bench->workers);
        return SIM_ERR_INVALID;
    }
    const enum sim_status status = pi5_batch_draw(&p->batch, spec, p->bench->kept.seed, block + 1);
    if (status != SIM_OK) {
        return status;
    }
    p->again = calloc(p->batch.count + 1, sizeof *p->again);
    if (p->again == NULL || p->batch.count > TASKS_MAX) {
        (void)snprintf(text, CREW_TEXT_MAX, "too many tasks: %" PRIu32, p->batch.count);
        return SIM_ERR_NOMEM;
    }
    p->scheduler = (struct pi5_scheduler){
        .policy = node->policy,
        .pairing = node->pairing,
        .may_overcommit = node->overcommit == PI5_OVERCOMMIT_THRASH,
        .cap_bytes = node->cap_bytes,
        .worker = p->worker,
        .workers = node->cores,
        .per_core = node->per_core,
        .again = p->again,
    };
    pi5_queue_init(&p->scheduler.queue, p->batch.request, p->batch.place, p->batch.count,
                   node->policy.sort);
    pi5_scheduler_init(&p->scheduler, node->base_bytes);
    return SIM_OK;
}

enum sim_status batches_run(void *bench, const struct pi5_node_spec *node,
                            const struct pi5_batch_spec *spec, uint32_t block, double *value,
                            char text[MODEL_TRIAL_TEXT_MAX])
{
    struct bench *b = bench;
    struct play p = {.bench = b, .node = node};
    if (!b->has_block || b->block != block) {
        b->has_block = true;
        b->block = block;
        for (size_t i = 0; i < TASKS_MAX; i++) {
            b->is_answered[i] = false;
        }
    }
    b->cap_bytes = node->cap_bytes;
    enum sim_status status = prepare(&p, spec, block, text);
    status = status == SIM_OK ? act(&p, text) : status;
    if (status == SIM_OK) {
        value[RESPONSE] = p.done > 0 ? (double)p.response_ns * 1e-9 / (double)p.done : (double)NAN;
        value[MAKESPAN] = (double)(p.ended - p.begun) * 1e-9;
        value[FAILURES] = p.failures;
    }
    free(p.again);
    pi5_batch_deinit(&p.batch);
    return status;
}

void batches_conclude(void *bench)
{
    const struct bench *b = bench;
    model_trial_tell(&b->kept, "answers", "%" PRIu64 ", of each task the same in all arms",
                     b->answers);
    model_trial_tell(&b->kept, "placed", "%s",
                     b->was_placed ? "all, as the kernel says" : "not all");
    model_trial_tell(&b->kept, "migrations", "%" PRIu64 " pinned, %" PRIu64 " not pinned",
                     b->pinned_migrations, b->free_migrations);
    model_trial_tell(&b->kept, "memory",
                     "%.1f MB at most by the account, of %.1f MB; %.1f MB resident with the "
                     "workers themselves",
                     (double)b->most_bytes / 1e6, (double)b->cap_bytes / 1e6,
                     (double)b->most_resident_bytes / 1e6);
}

void batches_close(void *bench)
{
    struct bench *b = bench;
    crew_end(&b->crew);
    free(b);
}

#include "models/nimblenet/real/worker.h"

#include <stdlib.h>

#include "models/nimblenet/real/release.h"
#include "runtime-replay/execution/execute_stack.h"

enum job { JOB_NONE, JOB_CALL, JOB_SUB_CALL, JOB_RESUME };

/* What a tasklet may have besides its binary: as a microcontroller, but for the many calls that may
 * be suspended at once. */
enum { MEMORY_BYTES = 4 << 20 };

struct worker_slot {
    enum job job; /* that is to be done or under way */
    bool has_word;
    uint32_t tasklet, argument;
    uint32_t version; /* that is wanted; and that which the loaded binary said it is */
    uint32_t ran;
    enum execute_word word;
    struct execute_stack stack;
};

struct worker {
    struct worker_spec spec;
    struct worker_slot *slot;
    void *stacks;
    uint32_t *queue; /* of slots, first come first served: a ring */
    uint32_t first, waiting;
    unsigned char *binary; /* a copy of the one that is loaded */
    struct worker_slot *at_work;
    struct execute_runner *runner;
    bool is_busy, is_over;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

/* ---- the thread ---- */

static uint32_t find_name(const struct worker *w, const char *name)
{
    for (uint32_t i = 0; i < w->spec.tasklets; i++) {
        if (strcmp(w->spec.binary[i].name, name) == 0) {
            return i;
        }
    }
    return UINT32_MAX;
}

static bool find_binary(void *context, const char *name, struct execute_binary *out)
{
    struct worker *w = context;
    const uint32_t tasklet = find_name(w, name);
    if (tasklet == UINT32_MAX) {
        return false;
    }
    out->bytes = w->binary;
    out->length =
        hold_copy(w->spec.hold, tasklet, w->at_work->version, w->binary, w->spec.binary_bytes);
    w->at_work->ran = release_of(w->binary, out->length);
    return out->length > 0;
}

static enum execute_word do_job(struct worker *w, struct worker_slot *s)
{
    w->at_work = s;
    switch (s->job) {
    case JOB_CALL:
        return execute_stack_call(&s->stack, w->runner, w->spec.binary[s->tasklet].name,
                                  s->argument);
    case JOB_SUB_CALL:
        return execute_stack_start(&s->stack, w->runner);
    case JOB_RESUME:
        return execute_stack_resume(&s->stack, w->runner);
    case JOB_NONE:
        break;
    }
    return EXECUTE_FAILS;
}

static void *work(void *context)
{
    struct worker *w = context;
    pthread_mutex_lock(&w->lock);
    while (!w->is_over) {
        if (w->waiting == 0) {
            pthread_cond_wait(&w->changed, &w->lock);
            continue;
        }
        struct worker_slot *s = &w->slot[w->queue[w->first]];
        w->first = (w->first + 1) % w->spec.slots;
        w->waiting--;
        w->is_busy = true;
        pthread_mutex_unlock(&w->lock);
        const enum execute_word word = do_job(w, s); /* nobody else touches a slot that has a job */
        pthread_mutex_lock(&w->lock);
        w->is_busy = false;
        s->word = word;
        s->job = JOB_NONE;
        s->has_word = true;
        pthread_cond_broadcast(&w->changed);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* ---- its beginning and end ---- */

static void drop(struct worker *w)
{
    if (w->runner != NULL) {
        for (uint32_t i = 0; i < w->spec.slots; i++) {
            execute_stack_end(&w->slot[i].stack);
        }
        execute_destroy(w->runner);
    }
    free(w->slot);
    free(w->stacks);
    free(w->queue);
    free(w->binary);
    free(w);
}

static enum sim_status prepare(struct worker *w)
{
    struct execute_limits limits = execute_limits_default();
    const struct execute_source source = {find_binary, w};
    const size_t stack_bytes = execute_stack_bytes(w->spec.depth);
    limits.memory_bytes = MEMORY_BYTES;
    limits.depth = w->spec.depth;
    limits.instructions = w->spec.instructions;
    w->slot = calloc(w->spec.slots, sizeof *w->slot);
    w->stacks = calloc(w->spec.slots, stack_bytes);
    w->queue = calloc(w->spec.slots, sizeof *w->queue);
    w->binary = malloc(w->spec.binary_bytes + 1);
    if (w->slot == NULL || w->stacks == NULL || w->queue == NULL || w->binary == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < w->spec.slots; i++) {
        execute_stack_init(&w->slot[i].stack, w->spec.depth,
                           (unsigned char *)w->stacks + i * stack_bytes);
    }
    return execute_create(&w->runner, &limits, &source);
}

enum sim_status worker_start(struct worker **out, const struct worker_spec *spec)
{
    struct worker *w = calloc(1, sizeof *w);
    if (w == NULL) {
        return SIM_ERR_NOMEM;
    }
    w->spec = *spec;
    enum sim_status status = prepare(w);
    if (status == SIM_OK &&
        (pthread_mutex_init(&w->lock, NULL) != 0 || pthread_cond_init(&w->changed, NULL) != 0 ||
         pthread_create(&w->thread, NULL, work, w) != 0)) {
        status = SIM_ERR_NOMEM;
    }
    if (status != SIM_OK) {
        drop(w);
        return status;
    }
    *out = w;
    return SIM_OK;
}

void worker_stop(struct worker *w)
{
    if (w == NULL) {
        return;
    }
    pthread_mutex_lock(&w->lock);
    w->is_over = true;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
    (void)pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
    drop(w);
}

/* ---- what it is told and asked ---- */

static bool put_job(struct worker *w, uint32_t slot, enum job job, uint32_t version,
                    uint32_t tasklet, uint32_t argument)
{
    if (slot >= w->spec.slots || tasklet >= w->spec.tasklets) {
        return false;
    }
    pthread_mutex_lock(&w->lock);
    struct worker_slot *s = &w->slot[slot];
    const bool is_free = s->job == JOB_NONE && !s->has_word;
    const bool may_go_on = job == JOB_CALL || s->stack.count > 0;
    const bool is_put = is_free && may_go_on;
    if (is_put) {
        s->job = job;
        s->version = version;
        s->tasklet = tasklet;
        s->argument = argument;
        w->queue[(w->first + w->waiting++) % w->spec.slots] = slot;
        pthread_cond_broadcast(&w->changed);
    }
    pthread_mutex_unlock(&w->lock);
    return is_put;
}

bool worker_call(struct worker *w, uint32_t slot, uint32_t tasklet, uint32_t version,
                 uint32_t argument)
{
    return put_job(w, slot, JOB_CALL, version, tasklet, argument);
}

bool worker_sub_call(struct worker *w, uint32_t slot, uint32_t version)
{
    return put_job(w, slot, JOB_SUB_CALL, version, 0, 0);
}

bool worker_resume(struct worker *w, uint32_t slot, uint32_t version)
{
    return put_job(w, slot, JOB_RESUME, version, 0, 0);
}

static struct grant_word word_of(const struct worker *w, const struct worker_slot *s)
{
    static const enum node_event_kind kind[] = {
        [EXECUTE_CALLS] = NODE_EXEC_CALLS,
        [EXECUTE_RETURNS] = NODE_EXEC_FINISHED,
        [EXECUTE_FAILS] = NODE_EXEC_TRAPPED,
    };
    const struct execution *e = &s->stack.out;
    return (struct grant_word){
        .kind = kind[s->word],
        .callee = s->word == EXECUTE_CALLS ? find_name(w, s->stack.callee) : UINT32_MAX,
        .result = s->stack.value[0],
        .version = s->ran,
        .loads = e->loads,
        .sub_calls = e->sub_calls,
        .suspensions = e->suspensions,
        .instructions = e->instructions,
        .state_bytes = e->state_bytes,
        .state_memory_bytes = e->state_memory_bytes,
    };
}

static bool wait_for_word(struct worker *w, uint32_t slot, struct grant_word *word, bool is_taken)
{
    if (slot >= w->spec.slots) {
        return false;
    }
    pthread_mutex_lock(&w->lock);
    struct worker_slot *s = &w->slot[slot];
    while (s->job != JOB_NONE) {
        pthread_cond_wait(&w->changed, &w->lock);
    }
    const bool has_word = s->has_word;
    if (has_word) {
        *word = word_of(w, s);
        s->has_word = !is_taken;
    }
    pthread_mutex_unlock(&w->lock);
    return has_word;
}

bool worker_word(struct worker *w, uint32_t slot, struct grant_word *word)
{
    return wait_for_word(w, slot, word, true);
}

bool worker_foresee(struct worker *w, uint32_t slot, struct grant_word *word)
{
    return wait_for_word(w, slot, word, false);
}

void worker_forget(struct worker *w)
{
    pthread_mutex_lock(&w->lock);
    while (w->waiting > 0) {
        w->waiting--;
        w->slot[w->queue[(w->first + w->waiting) % w->spec.slots]].job = JOB_NONE;
    }
    while (w->is_busy) {
        pthread_cond_wait(&w->changed, &w->lock);
    }
    for (uint32_t i = 0; i < w->spec.slots; i++) {
        execute_stack_end(&w->slot[i].stack);
        w->slot[i].has_word = false;
        w->slot[i].job = JOB_NONE;
    }
    pthread_mutex_unlock(&w->lock);
}

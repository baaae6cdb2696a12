#include "models/nimblenet/results/teller.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/results/tale.h"

#define MS(t_ns) ((double)(t_ns) / (double)SIM_MS)
#define SECONDS(t_ns) ((double)(t_ns) / (double)SIM_S)

struct teller {
    struct store *store;
    int64_t run_id;
    struct teller_setting setting;
    struct program program;
    struct tale_call call;
    struct tale tale;
    struct tale_reader reader;
    struct story story;
    size_t step_capacity;
};

/* ---- words ---- */

SIM_PRINTF(3, 4)
static void add(char *text, size_t bytes, const char *format, ...)
{
    const size_t used = strlen(text);
    va_list list;
    va_start(list, format);
    (void)vsnprintf(text + used, bytes - used, format, list);
    va_end(list);
}

static const char *ordinal_ending(int64_t number)
{
    return number == 2 ? "nd" : number == 3 ? "rd" : "th";
}

/* How a tasklet was come by: the rest of "acquire chain 3". */
static void add_served(char *text, const struct tale_acquisition *a, int64_t node)
{
    enum { BYTES = STORY_WORDS_BYTES };
    if (strcmp(a->served, "cache") == 0) {
        add(text, BYTES, a->done_ns > a->t_ns ? ": in the cache in the end" : ": in the cache");
    } else if (strcmp(a->served, "failed") == 0) {
        add(text, BYTES, ": given up");
    } else if (strcmp(a->served, "too_large") == 0) {
        add(text, BYTES, ": given up, larger than the cache can ever hold for this call");
    } else if (strcmp(a->served, "registry") == 0) {
        add(text, BYTES, ": from the registry, node %" PRId64, a->source);
    } else if (strcmp(a->served, "neighbour") == 0) {
        add(text, BYTES, ": from node %" PRId64 ", a neighbour of node %" PRId64, a->source, node);
    } else {
        add(text, BYTES, ": from node %" PRId64 ", first to answer the global search", a->source);
    }
    if (a->attempts > 1) {
        add(text, BYTES, ", at the %" PRId64 "%s attempt", a->attempts,
            ordinal_ending(a->attempts));
    }
    if (a->evicted > 0) {
        add(text, BYTES, ", %" PRId64 " evicted for it", a->evicted);
    }
}

static void write_stages(char *text, const struct tale_acquisition *a)
{
    for (int i = 0; i < TALE_STAGES; i++) {
        if (a->stage_ns[i] > 0) {
            add(text, STORY_WORDS_BYTES, "%s%s %.10g ms", text[0] != '\0' ? ", " : "",
                tale_stage_name(i), MS(a->stage_ns[i]));
        }
    }
}

static void write_work(char *text, const char *verb, const struct story_step *out,
                       const struct tale_step *step, const char *overhead)
{
    add(text, STORY_WORDS_BYTES, "%s %s, %.10g ms of it to %s", verb, out->name,
        MS(step->overhead_ns), overhead);
    if (step->suspend_ns > 0) {
        add(text, STORY_WORDS_BYTES, " and %.10g ms to suspend", MS(step->suspend_ns));
    }
}

static const char *open_words(const struct tale_step *step, const struct tale_call *call)
{
    if (step->duration_ns > 0) {
        return "run, in a way that the taskset does not explain";
    }
    return strcmp(call->status, "pending") == 0 ? "not answered when the run ended" : "ended here";
}

static void write_words(struct story_step *out, const struct tale_step *step,
                        const struct tale_call *call)
{
    switch (step->kind) {
    case TALE_ACQUIRE:
        add(out->words, sizeof out->words, "acquire %s", out->name);
        add_served(out->words, step->acquisition, call->node);
        write_stages(out->detail, step->acquisition);
        return;
    case TALE_PRELOAD:
        add(out->words, sizeof out->words, "acquire all that %s calls, before it starts",
            out->name);
        return;
    case TALE_QUEUE:
        add(out->words, sizeof out->words, "wait for an executor");
        return;
    case TALE_RUN:
        write_work(out->words, "run", out, step, "load");
        return;
    case TALE_RESUME:
        write_work(out->words, "go on with", out, step, "resume");
        return;
    case TALE_OPEN:
        add(out->words, sizeof out->words, "%s", open_words(step, call));
        return;
    }
}

/* ---- fields ---- */

static void put(struct story_field *field, size_t *fields, const char *key, const char *group,
                enum story_type type, int64_t number, const char *text)
{
    ASSERT(*fields < STORY_FIELDS_MAX);
    field[(*fields)++] = (struct story_field){key, group, type, number, text};
}

static void put_step(struct story_step *s, const char *key, enum story_type type, int64_t number,
                     const char *text)
{
    put(s->field, &s->fields, key, NULL, type, number, text);
}

static void put_acquisition(struct story_step *s, const struct tale_acquisition *a)
{
    static const char group[] = "stages_ns";
    put_step(s, "served", STORY_TEXT, 0, a->served);
    put_step(s, "source", STORY_INTEGER, a->source, NULL);
    put_step(s, "attempts", STORY_INTEGER, a->attempts, NULL);
    put_step(s, "evicted", STORY_INTEGER, a->evicted, NULL);
    for (int i = 0; i < TALE_STAGES; i++) {
        put(s->field, &s->fields, tale_stage_name(i), group, STORY_TIME, a->stage_ns[i], NULL);
    }
}

/* ---- a step ---- */

static const struct {
    const char *kind, *label, *group;
} names[] = {
    [TALE_ACQUIRE] = {"acquire", "acquire", "acquisition"},
    [TALE_PRELOAD] = {"preload", "preload", "run"},
    [TALE_QUEUE] = {"queue", "wait for an executor", "run"},
    [TALE_RUN] = {"run", "run", "run"},
    [TALE_RESUME] = {"resume", "resume", "run"},
    [TALE_OPEN] = {"open", "run", "run"},
};

/*
 * The request goes from the acquisition to the node that served it and back. When that
 * node sent the binary is not recorded: half-way through the transfer is close.
 */
static void tell_helper(struct story_step *out, const struct tale_acquisition *a)
{
    enum { TRANSFER = 5 };
    out->helper.place = a->source;
    out->helper.at = a->done_ns - a->stage_ns[TRANSFER] / 2;
    out->helper.verb = "sends";
}

static void fill_step(struct story_step *out, const struct tale_step *step, const struct teller *t)
{
    *out = (struct story_step){
        .kind = names[step->kind].kind,
        .label = names[step->kind].label,
        .group = names[step->kind].group,
        .level = step->level,
        .subject = step->tasklet,
        .name = program_name(&t->program, step->tasklet),
        .start_ns = step->start_ns,
        .duration_ns = step->duration_ns,
        .counts = step->counts,
        .enters = step->kind == TALE_ACQUIRE,
        .is_open = step->kind == TALE_OPEN,
        .helper = {.place = STORE_MISSING},
    };
    write_words(out, step, &t->call);
    if (step->kind == TALE_QUEUE && t->setting.pauses) {
        add(out->words, sizeof out->words, ", or for the node to go on");
    }
    put_step(out, "overhead_ns", STORY_TIME, step->overhead_ns, NULL);
    put_step(out, "suspend_ns", STORY_TIME, step->suspend_ns, NULL);
    if (step->acquisition != NULL) {
        put_acquisition(out, step->acquisition);
        tell_helper(out, step->acquisition);
    }
}

/* ---- a story ---- */

/* When a call left its node, as far as we know. */
static sim_time end_of(const struct teller *t)
{
    const struct tale_call *c = &t->call;
    if (c->response_ns != STORE_MISSING) {
        return c->t_ns + c->response_ns;
    }
    return strcmp(c->status, "pending") == 0 ? t->setting.end_ns : c->t_ns + t->tale.total_ns;
}

static void write_head(struct story *s, const struct tale_call *c)
{
    add(s->words, sizeof s->words, "robot %" PRId64 " at (%.1f m, %.1f m) calls %s after %.9f s",
        c->robot, c->x_m, c->y_m, s->name, SECONDS(c->t_ns));
    if (c->node == STORE_MISSING) {
        add(s->words, sizeof s->words, ", out of contact: no node in reach, nothing happens");
        return;
    }
    add(s->words, sizeof s->words, " from node %" PRId64 ": %s", c->node, c->status);
    if (c->response_ns != STORE_MISSING) {
        add(s->sum, sizeof s->sum,
            "= response time: queueing %.6f, acquisition %.6f, execution %.6f", MS(c->queueing_ns),
            MS(c->acquisition_ns), MS(c->execution_ns));
    }
}

static void put_call(struct story *s, const struct tale_call *c)
{
    put(s->field, &s->fields, "robot", NULL, STORY_INTEGER, c->robot, NULL);
    put(s->field, &s->fields, "chain", NULL, STORY_INTEGER, c->chain, NULL);
    put(s->field, &s->fields, "status", NULL, STORY_TEXT, 0, c->status);
    put(s->field, &s->fields, "response_ns", NULL, STORY_TIME, c->response_ns, NULL);
    put(s->field, &s->fields, "queueing_ns", NULL, STORY_TIME, c->queueing_ns, NULL);
    put(s->field, &s->fields, "acquisition_ns", NULL, STORY_TIME, c->acquisition_ns, NULL);
    put(s->field, &s->fields, "execution_ns", NULL, STORY_TIME, c->execution_ns, NULL);
}

static bool make_room(struct teller *t)
{
    if (t->tale.count <= t->step_capacity) {
        return true;
    }
    struct story_step *larger = realloc(t->story.step, 2 * t->tale.count * sizeof *larger);
    if (larger == NULL) {
        return false;
    }
    t->story.step = larger;
    t->step_capacity = 2 * t->tale.count;
    return true;
}

static enum sim_status fill(struct teller *t, const struct story **story, struct store_error *error)
{
    const struct tale_call *c = &t->call;
    if (tale_tell(&t->tale, c, &t->program) != SIM_OK || !make_room(t)) {
        (void)snprintf(error->text, sizeof error->text, "no memory left to tell a call");
        return SIM_ERR_NOMEM;
    }
    struct story_step *step = t->story.step;
    t->story = (struct story){
        .id = c->call_id,
        .place = c->node,
        .t_ns = c->t_ns,
        .end_ns = end_of(t),
        .total_ns = t->tale.total_ns,
        .is_exact = t->tale.is_exact,
        .name = program_name(&t->program, c->chain),
        .step = step,
        .count = t->tale.count,
    };
    write_head(&t->story, c);
    put_call(&t->story, c);
    for (size_t i = 0; i < t->tale.count; i++) {
        fill_step(&step[i], &t->tale.step[i], t);
    }
    *story = &t->story;
    return SIM_OK;
}

/* ---- a run ---- */

void teller_close(void *teller)
{
    struct teller *t = teller;
    struct store_error error;
    if (t->reader.query != NULL && tale_reader_close(&t->reader, &error) != SIM_OK) {
        t->reader.query = NULL; /* who read it has been told */
    }
    tale_deinit(&t->tale);
    tale_call_deinit(&t->call);
    program_deinit(&t->program);
    free(t->story.step);
    free(t);
}

enum sim_status teller_open(void **teller, struct store *store, int64_t run_id,
                            const struct teller_setting *setting, struct store_error *error)
{
    struct teller *t = calloc(1, sizeof *t);
    if (t == NULL) {
        (void)snprintf(error->text, sizeof error->text, "no memory left");
        return SIM_ERR_NOMEM;
    }
    t->store = store;
    t->run_id = run_id;
    t->setting = *setting;
    enum sim_status status = program_read(&t->program, store, run_id, error);
    if (status == SIM_OK && t->program.count == 0) { /* with calls comes the taskset */
        (void)snprintf(error->text, sizeof error->text,
                       "no calls are recorded: run the scenario with --set record=calls, or "
                       "record=events for the messages too");
        status = SIM_ERR_INVALID;
    }
    if (status != SIM_OK) {
        teller_close(t);
        return status;
    }
    program_assume(&t->program, setting->load_ns, setting->resume_ns);
    t->program.preloads = setting->preloads;
    *teller = t;
    return SIM_OK;
}

enum sim_status teller_tell(void *teller, int64_t id, const struct story **story,
                            struct store_error *error)
{
    struct teller *t = teller;
    t->call.acquisition_count = 0;
    const enum sim_status status = tale_read_call(&t->call, t->store, t->run_id, id, error);
    return status == SIM_OK ? fill(t, story, error) : status;
}

enum sim_status teller_nearest(void *teller, int64_t id, int64_t near[4], size_t *count,
                               struct store_error *error)
{
    struct teller *t = teller;
    return tale_nearest(near, count, t->store, t->run_id, id, error);
}

enum sim_status teller_next(void *teller, const struct story **story, struct store_error *error)
{
    struct teller *t = teller;
    *story = NULL;
    if (t->reader.query == NULL) {
        const enum sim_status status = tale_reader_open(&t->reader, t->store, t->run_id, error);
        if (status != SIM_OK) {
            return status;
        }
    }
    if (tale_reader_next(&t->reader, &t->call)) {
        return fill(t, story, error);
    }
    return tale_reader_close(&t->reader, error);
}

enum sim_status teller_messages(struct query **q, void *teller, const struct story *story,
                                size_t step, struct store_error *error)
{
    struct teller *t = teller;
    *q = NULL;
    ASSERT(story == &t->story && step < t->tale.count);
    const struct tale_acquisition *a = t->tale.step[step].acquisition;
    if (a == NULL || a->done_ns == a->t_ns) {
        return SIM_OK;
    }
    return tale_messages(q, t->store, t->run_id, t->call.node, a, error);
}

enum sim_status teller_places(struct query **q, void *teller, struct store_error *error)
{
    struct teller *t = teller;
    const enum sim_status status = query_open(
        q, t->store,
        "SELECT node, 'node ' || node || CASE role WHEN 'node' THEN '' ELSE ' (' || role || ')' END"
        " FROM node WHERE run_id = ? ORDER BY node",
        error);
    if (status == SIM_OK) {
        query_bind_int(*q, t->run_id);
    }
    return status;
}

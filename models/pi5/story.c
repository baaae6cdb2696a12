/*
 * A task told step by step: its wait in the queue, its failed start, its wait in the list, its run.
 * Everything is in the row of its table but the cap, which is the config's.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "models/pi5/config.h"
#include "models/pi5/story.h"
#include "models/story_rows.h"

enum { STEPS_MAX = 4 };

/* The columns of every query below, in order. */
#define COLUMNS                                                                                    \
    "SELECT task_id, class, submitted, place, time_ns, memory_bytes, predicted_bytes, core,"       \
    " start_ns, end_ns, overtaken, phase = 'alone', failed_ns, failed_core, beside_bytes"          \
    " FROM task WHERE run_id = ?"

struct task {
    int64_t id, submitted, place, time_ns, memory_bytes, predicted_bytes, core;
    int64_t start_ns, end_ns, overtaken, failed_ns, failed_core, beside_bytes;
    const char *name;
    bool is_alone;
};

struct teller {
    struct story_rows rows; /* first: see story_rows.h */
    int64_t cap_bytes;
    uint32_t tasks;
    char name[32];
    struct story story;
    struct story_step step[STEPS_MAX];
};

static double mb(int64_t bytes)
{
    return (double)bytes / 1e6;
}

/* ---- steps ---- */

static struct story_step *add_step(struct teller *t, const char *kind, const char *label,
                                   int64_t from_ns, int64_t until_ns)
{
    ASSERT(t->story.count < STEPS_MAX);
    struct story_step *s = &t->step[t->story.count++];
    *s = (struct story_step){.kind = kind,
                             .label = label,
                             .group = "run",
                             .subject = STORE_MISSING,
                             .name = "",
                             .start_ns = from_ns,
                             .duration_ns = until_ns - from_ns,
                             .counts = true,
                             .helper = {.place = STORE_MISSING}};
    t->story.total_ns += s->duration_ns;
    return s;
}

static void add_queue(struct teller *t, const struct task *task, int64_t until_ns)
{
    struct story_step *s = add_step(t, "queue", "wait in the queue", 0, until_ns);
    (void)snprintf(s->words, sizeof s->words,
                   "wait in the queue, at place %" PRId64 " of %u (submitted as number %" PRId64
                   ")",
                   task->place + 1, t->tasks, task->submitted + 1);
    if (task->overtaken > 0) {
        (void)snprintf(s->detail, sizeof s->detail,
                       "passed over %" PRId64 " times: predicted to need %.1f MB", task->overtaken,
                       mb(task->predicted_bytes));
    }
}

static void add_failure(struct teller *t, const struct task *task)
{
    struct story_step *s = add_step(t, "fail", "failed start", task->failed_ns, task->failed_ns);
    (void)snprintf(s->words, sizeof s->words,
                   "its start on core %" PRId64 " fails: %.1f MB beside %.1f MB in use, above the "
                   "cap of %.1f MB",
                   task->failed_core, mb(task->memory_bytes), mb(task->beside_bytes),
                   mb(t->cap_bytes));
    (void)snprintf(s->detail, sizeof s->detail, "predicted to need %.1f MB",
                   mb(task->predicted_bytes));
}

static void add_waits(struct teller *t, const struct task *task)
{
    const int64_t start = task->start_ns != STORE_MISSING ? task->start_ns : t->rows.end_ns;
    if (task->failed_ns == STORE_MISSING) {
        add_queue(t, task, start);
        return;
    }
    add_queue(t, task, task->failed_ns);
    add_failure(t, task);
    struct story_step *s = add_step(t, "list", "wait in the list", task->failed_ns, start);
    (void)snprintf(s->words, sizeof s->words, "wait in the list until queue and cores are empty");
}

static void add_run(struct teller *t, const struct task *task)
{
    const bool is_open = task->end_ns == STORE_MISSING;
    struct story_step *s =
        add_step(t, "run", "run", task->start_ns, is_open ? t->rows.end_ns : task->end_ns);
    s->is_open = is_open;
    (void)snprintf(s->words, sizeof s->words, "run on core %" PRId64 "%s%s", task->core,
                   task->is_alone ? ", alone and unchecked" : "",
                   is_open ? ", not done when the run ended" : "");
    (void)snprintf(s->detail, sizeof s->detail, "%.6f ms on a core of its own",
                   (double)task->time_ns / 1e6);
}

/* ---- a story ---- */

static void put(struct story *s, const char *key, enum story_type type, int64_t number,
                const char *text)
{
    ASSERT(s->fields < STORY_FIELDS_MAX);
    s->field[s->fields++] = (struct story_field){key, NULL, type, number, text};
}

/* Whole, or as its worker sees it: from its start on. */
static void write_story(struct teller *t, const struct task *task, bool is_whole)
{
    struct story *s = &t->story;
    (void)snprintf(t->name, sizeof t->name, "%s %" PRId64, task->name, task->id);
    *s = (struct story){.id = task->id,
                        .place = task->core,
                        .end_ns = task->end_ns != STORE_MISSING ? task->end_ns : t->rows.end_ns,
                        .is_exact = true,
                        .name = t->name,
                        .step = t->step};
    (void)snprintf(s->words, sizeof s->words, "%s, %.1f MB, %.3f s on a core of its own",
                   task->name, mb(task->memory_bytes), (double)task->time_ns / 1e9);
    put(s, "class", STORY_TEXT, 0, task->name);
    put(s, "time_ns", STORY_TIME, task->time_ns, NULL);
    put(s, "memory_bytes", STORY_INTEGER, task->memory_bytes, NULL);
    put(s, "predicted_bytes", STORY_INTEGER, task->predicted_bytes, NULL);
    put(s, "place", STORY_INTEGER, task->place, NULL);
    put(s, "overtaken", STORY_INTEGER, task->overtaken, NULL);
    put(s, "failed", STORY_BOOL, task->failed_ns != STORE_MISSING, NULL);
    put(s, "alone", STORY_BOOL, task->is_alone, NULL);

    if (is_whole) {
        add_waits(t, task);
    } else {
        s->t_ns = task->start_ns;
    }
    if (task->start_ns != STORE_MISSING) {
        add_run(t, task);
    }
}

/* The name is one of the model's own words, which outlive the query. */
static void read_task(struct task *task, const struct query *q)
{
    const char *name = query_text(q, 1);
    uint32_t kind = 0;
    while (kind < PI5_CLASSES - 1 && strcmp(name, pi5_class_names[kind]) != 0) {
        kind++;
    }
    *task = (struct task){.id = query_int(q, 0),
                          .name = pi5_class_names[kind],
                          .submitted = query_int(q, 2),
                          .place = query_int(q, 3),
                          .time_ns = query_int(q, 4),
                          .memory_bytes = query_int(q, 5),
                          .predicted_bytes = query_int(q, 6),
                          .core = query_int(q, 7),
                          .start_ns = query_int(q, 8),
                          .end_ns = query_int(q, 9),
                          .overtaken = query_int(q, 10),
                          .is_alone = query_int(q, 11) == 1,
                          .failed_ns = query_int(q, 12),
                          .failed_core = query_int(q, 13),
                          .beside_bytes = query_int(q, 14)};
}

/* ---- the face ---- */

static const struct story *write_whole(void *teller, const struct query *q)
{
    struct teller *t = teller;
    struct task task;
    read_task(&task, q);
    write_story(t, &task, true);
    return &t->story;
}

static const struct story *write_short(void *teller, const struct query *q)
{
    struct teller *t = teller;
    struct task task;
    read_task(&task, q);
    write_story(t, &task, false);
    return &t->story;
}

static enum sim_status open_teller(void **teller, struct store *store, int64_t run_id,
                                   const struct model_head *head, const void *config,
                                   struct store_error *error)
{
    const enum sim_status status =
        story_rows_open(teller, sizeof(struct teller), store, run_id, head, "tasks", error);
    if (status == SIM_OK) {
        const struct pi5_config *c = config;
        struct teller *t = *teller;
        t->cap_bytes = c->node.memory_bytes;
        t->tasks = pi5_tasks(c);
    }
    return status;
}

static enum sim_status tell(void *teller, int64_t id, const struct story **story,
                            struct store_error *error)
{
    return story_rows_tell(teller, COLUMNS " AND task_id = ?", id, write_whole, story, error);
}

static enum sim_status nearest(void *teller, int64_t id, int64_t near[4], size_t *count,
                               struct store_error *error)
{
    return story_rows_nearest(teller,
                              "SELECT task_id FROM (SELECT task_id FROM task WHERE run_id = ?"
                              " ORDER BY abs(task_id - ?), task_id LIMIT 4) ORDER BY task_id",
                              id, near, count, error);
}

static enum sim_status next(void *teller, const struct story **story, struct store_error *error)
{
    return story_rows_next(teller, COLUMNS " AND start_ns IS NOT NULL ORDER BY start_ns, task_id",
                           write_short, story, error);
}

static enum sim_status places(struct query **q, void *teller, struct store_error *error)
{
    return story_rows_query(q, teller,
                            "SELECT DISTINCT core, 'core ' || core FROM task WHERE run_id = ?"
                            " AND core IS NOT NULL ORDER BY core",
                            error);
}

const struct model_story pi5_story = {
    .work = "task",
    .about = "its place in the queue, a start that failed, its core",
    .open = open_teller,
    .close = story_rows_close,
    .tell = tell,
    .nearest = nearest,
    .next = next,
    .messages = story_rows_no_messages, /* nothing is sent on one node */
    .places = places,
};

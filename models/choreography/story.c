/* A task told step by step: what its decider thought, where it went, what came of it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/choreography/config.h"
#include "models/story.h"

enum { STEPS_MAX = 3 };
#define COLUMNS                                                                                    \
    "SELECT t.task_id, t.t_ns, t.device, t.class, t.placed_ns, t.ended_ns, t.target, t.node,"      \
    " t.connects, t.fallback, t.outcome, t.deadline_ns, coalesce(printf('own device %s, own edge"  \
    " %s, own cloud %s, foreign edge %s, foreign cloud %s', " COST("own_device") COST("own_edge")  \
        COST("own_cloud")                                                                          \
            COST("foreign_edge") "coalesce(round(d.foreign_cloud, 3), 'none')), ''),"              \
                                 " coalesce(d.choice, ''), coalesce(d.explored, 0), d.task_id IS " \
                                 "NOT NULL,"                                                       \
                                 " 0 FROM task t LEFT JOIN decision d USING (run_id, task_id)"     \
                                 " WHERE run_id = ?"
#define COST(name) "coalesce(round(d." name ", 3), 'none'), "
enum {
    ID,
    AT,
    DEVICE,
    CLASS,
    PLACED,
    ENDED,
    TARGET,
    NODE,
    CONNECTS,
    FALLBACK,
    OUTCOME,
    DEADLINE,
    COSTS,
    CHOICE,
    EXPLORED,
    DECIDED
};

struct teller {
    struct store *store;
    int64_t run_id;
    sim_time end_ns;
    struct query *all; /* of next(); NULL before it and behind the last */
    bool is_through;
    char name[32];
    struct story story;
    struct story_step step[STEPS_MAX];
};

static struct story_step *add(struct teller *t, const char *kind, sim_time from, sim_time until)
{
    ASSERT(t->story.count < STEPS_MAX);
    struct story_step *s = &t->step[t->story.count++];
    *s = (struct story_step){.kind = kind,
                             .label = kind,
                             .group = "task",
                             .subject = STORE_MISSING,
                             .name = "",
                             .start_ns = from,
                             .duration_ns = until - from,
                             .counts = true,
                             .helper = {.place = STORE_MISSING, .verb = ""}};
    t->story.total_ns += s->duration_ns;
    return s;
}

static void add_decision(struct teller *t, const struct query *q, sim_time placed)
{
    struct story_step *s = add(t, "decide", query_int(q, AT), placed);
    if (query_int(q, DECIDED) == 0) {
        (void)snprintf(s->words, sizeof s->words, "no word from a controller");
        return;
    }
    (void)snprintf(s->words, sizeof s->words, "decides for %s%s", query_text(q, CHOICE),
                   query_int(q, EXPLORED) == 1 ? ", to learn" : "");
    (void)snprintf(s->detail, sizeof s->detail, "estimated costs: %s", query_text(q, COSTS));
}

static void add_outcome(struct teller *t, const struct query *q, sim_time placed, sim_time ended)
{
    if (query_int(q, FALLBACK) == 1) {
        struct story_step *s = add(t, "fall back", placed, placed);
        (void)snprintf(s->words, sizeof s->words,
                       "goes elsewhere than decided; %" PRId64 " targets were down",
                       query_int(q, CONNECTS));
    }
    struct story_step *s = add(t, "run", placed, ended);
    s->is_open = query_int(q, ENDED) == STORE_MISSING;
    (void)snprintf(s->words, sizeof s->words, "runs on %s, node %" PRId64 ": %s",
                   query_text(q, TARGET), query_int(q, NODE), query_text(q, OUTCOME));
    (void)snprintf(s->detail, sizeof s->detail, "its deadline is %.3f s after it came",
                   (double)query_int(q, DEADLINE) / 1e9);
}

static void write_story(struct teller *t, const struct query *q)
{
    const bool is_placed = query_int(q, PLACED) != STORE_MISSING;
    const sim_time ended = query_int(q, ENDED) != STORE_MISSING ? query_int(q, ENDED) : t->end_ns;
    const sim_time placed =
        is_placed && query_int(q, PLACED) < ended ? query_int(q, PLACED) : ended;
    (void)snprintf(t->name, sizeof t->name, "task %" PRId64, query_int(q, ID));
    t->story = (struct story){.id = query_int(q, ID),
                              .place = query_int(q, NODE),
                              .t_ns = query_int(q, AT),
                              .end_ns = ended,
                              .is_exact = true,
                              .name = t->name,
                              .step = t->step};
    (void)snprintf(t->story.words, sizeof t->story.words,
                   "a %s task comes to device %" PRId64 " after %.3f s", query_text(q, CLASS),
                   query_int(q, DEVICE), (double)query_int(q, AT) / 1e9);
    add_decision(t, q, placed);
    if (is_placed) {
        add_outcome(t, q, placed, ended);
    }
}

static enum sim_status open_teller(void **teller, struct store *store, int64_t run_id,
                                   const struct model_head *head, const void *config,
                                   struct store_error *error)
{
    (void)config;
    if (head->record < 1) {
        (void)snprintf(error->text, sizeof error->text,
                       "the tasks were not recorded: run with --set record=calls");
        return SIM_ERR_INVALID;
    }
    struct teller *t = calloc(1, sizeof *t);
    if (t == NULL) {
        (void)snprintf(error->text, sizeof error->text, "no memory for the story");
        return SIM_ERR_NOMEM;
    }
    t->store = store;
    t->run_id = run_id;
    t->end_ns = head->duration_ns;
    *teller = t;
    return SIM_OK;
}

static void close_teller(void *teller)
{
    struct teller *t = teller;
    query_drop(t->all);
    free(t);
}

static enum sim_status tell(void *teller, int64_t id, const struct story **story,
                            struct store_error *error)
{
    struct teller *t = teller;
    struct query *q = NULL;
    const enum sim_status opened = query_open(&q, t->store, COLUMNS " AND task_id = ?", error);
    if (opened != SIM_OK) {
        return opened;
    }
    query_bind_int(q, t->run_id);
    query_bind_int(q, id);
    const bool is_there = query_next(q);
    if (is_there) {
        write_story(t, q);
        *story = &t->story;
    }
    const enum sim_status status = query_close(q, error);
    return status == SIM_OK && !is_there ? SIM_ERR_NOTFOUND : status;
}

static enum sim_status nearest(void *teller, int64_t id, int64_t near[4], size_t *count,
                               struct store_error *error)
{
    const struct teller *t = teller;
    struct query *q = NULL;
    const enum sim_status status =
        query_open(&q, t->store,
                   "SELECT task_id FROM (SELECT task_id FROM task WHERE run_id = ?"
                   " ORDER BY abs(task_id - ?), task_id LIMIT 4) ORDER BY task_id",
                   error);
    *count = 0;
    if (status != SIM_OK) {
        return status;
    }
    query_bind_int(q, t->run_id);
    query_bind_int(q, id);
    while (*count < 4 && query_next(q)) {
        near[(*count)++] = query_int(q, 0);
    }
    return query_close(q, error);
}

static enum sim_status next(void *teller, const struct story **story, struct store_error *error)
{
    struct teller *t = teller;
    *story = NULL;
    if (t->all == NULL && !t->is_through) {
        const enum sim_status status = query_open(
            &t->all, t->store, COLUMNS " AND t.node IS NOT NULL ORDER BY task_id", error);
        if (status != SIM_OK) {
            return status;
        }
        query_bind_int(t->all, t->run_id);
    }
    if (t->all != NULL && query_next(t->all)) {
        write_story(t, t->all);
        *story = &t->story;
        return SIM_OK;
    }
    struct query *q = t->all;
    t->all = NULL;
    t->is_through = true;
    return query_close(q, error);
}

static enum sim_status messages(struct query **q, void *teller, const struct story *story,
                                size_t step, struct store_error *error)
{
    (void)teller;
    (void)story;
    (void)step;
    (void)error;
    *q = NULL; /* messages are counted, not recorded */
    return SIM_OK;
}

static enum sim_status places(struct query **q, void *teller, struct store_error *error)
{
    const struct teller *t = teller;
    const enum sim_status status = query_open(
        q, t->store, "SELECT node, tier || ' ' || node FROM node WHERE run_id = ? ORDER BY node",
        error);
    if (status == SIM_OK) {
        query_bind_int(*q, t->run_id);
    }
    return status;
}

const struct model_story choreo_story = {
    .work = "task",
    .open = open_teller,
    .close = close_teller,
    .tell = tell,
    .nearest = nearest,
    .next = next,
    .messages = messages,
    .places = places,
};

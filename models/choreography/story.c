/* A task told step by step: what its decider thought, where it went, what came of it. */
#include <inttypes.h>
#include <stdio.h>

#include "models/choreography/config.h"
#include "models/story_rows.h"

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
    struct story_rows rows; /* first: see story_rows.h */
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
                       "goes elsewhere than decided; %" PRId64 " target%s down",
                       query_int(q, CONNECTS), query_int(q, CONNECTS) == 1 ? " was" : "s were");
    }
    struct story_step *s = add(t, "run", placed, ended);
    s->is_open = query_int(q, ENDED) == STORE_MISSING;
    (void)snprintf(s->words, sizeof s->words, "runs on %s, node %" PRId64 ": %s",
                   query_text(q, TARGET), query_int(q, NODE), query_text(q, OUTCOME));
    (void)snprintf(s->detail, sizeof s->detail, "its deadline is %.3f s after it came",
                   (double)query_int(q, DEADLINE) / 1e9);
}

static const struct story *write_story(void *teller, const struct query *q)
{
    struct teller *t = teller;
    const bool is_placed = query_int(q, PLACED) != STORE_MISSING;
    const sim_time ended =
        query_int(q, ENDED) != STORE_MISSING ? query_int(q, ENDED) : t->rows.end_ns;
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
    return &t->story;
}

static enum sim_status open_teller(void **teller, struct store *store, int64_t run_id,
                                   const struct model_head *head, const void *config,
                                   struct store_error *error)
{
    (void)config;
    return story_rows_open(teller, sizeof(struct teller), store, run_id, head, "tasks", error);
}

static enum sim_status tell(void *teller, int64_t id, const struct story **story,
                            struct store_error *error)
{
    return story_rows_tell(teller, COLUMNS " AND task_id = ?", id, write_story, story, error);
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
    return story_rows_next(teller, COLUMNS " AND t.node IS NOT NULL ORDER BY task_id", write_story,
                           story, error);
}

static enum sim_status places(struct query **q, void *teller, struct store_error *error)
{
    return story_rows_query(
        q, teller, "SELECT node, tier || ' ' || node FROM node WHERE run_id = ? ORDER BY node",
        error);
}

const struct model_story choreo_story = {
    .work = "task",
    .about = "what each target would cost, the choice, its end",
    .open = open_teller,
    .close = story_rows_close,
    .tell = tell,
    .nearest = nearest,
    .next = next,
    .messages = story_rows_no_messages, /* messages are counted, not recorded */
    .places = places,
};

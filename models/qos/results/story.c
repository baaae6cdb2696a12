#include "models/qos/results/story.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "models/story_rows.h"

enum { STEPS_FIRST = 32, WORD_BYTES = 16 };

/* A client's row of `stream`. */
struct told {
    int64_t client, node, asked, deploy, begun, ended, frames, answered, missed;
    double latency_s, fps;
    char state[WORD_BYTES], reason[WORD_BYTES];
};

struct teller {
    struct story_rows rows; /* first: see story_rows.h */
    struct story story;
    size_t room;
    struct told client;
    char name[32];
};

/* ---- steps ---- */

/* Room for one more; NULL without memory. */
static struct story_step *push(struct teller *t)
{
    if (t->story.count == t->room) {
        const size_t room = t->room == 0 ? STEPS_FIRST : 2 * t->room;
        struct story_step *wider = realloc(t->story.step, room * sizeof *wider);
        if (wider == NULL) {
            return NULL;
        }
        t->story.step = wider;
        t->room = room;
    }
    return &t->story.step[t->story.count++];
}

SIM_PRINTF(5, 6)
static bool add(struct teller *t, const char *kind, sim_time start, sim_time end, const char *words,
                ...)
{
    struct story_step *s = push(t);
    if (s == NULL) {
        return false;
    }
    *s = (struct story_step){
        .kind = kind,
        .label = kind,
        .group = kind,
        .subject = STORE_MISSING,
        .name = "",
        .start_ns = start,
        .duration_ns = end > start ? end - start : 0,
        .counts = true,
        .helper = {.place = STORE_MISSING, .at = start, .verb = ""},
    };
    va_list arguments;
    va_start(arguments, words);
    (void)vsnprintf(s->words, sizeof s->words, words, arguments);
    va_end(arguments);
    return true;
}

static struct story_step *last(struct teller *t)
{
    return &t->story.step[t->story.count - 1];
}

static void field(struct story_step *s, const char *key, enum story_type type, int64_t number)
{
    s->field[s->fields++] = (struct story_field){.key = key, .type = type, .number = number};
}

/* ---- a decision ---- */

static const char *finding(const char *verdict)
{
    static const char *const words[][2] = {
        {"far", "its ping took too long"},
        {"full", "no place there"},
        {"late", "no answer while the orchestrator waited: not eligible"},
        {"above", "above the threshold: not eligible"},
        {"slower", "eligible, but another node is as fast or faster"},
        {"fastest", "the fastest until now"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i][0], verdict) == 0) {
            return words[i][1];
        }
    }
    return verdict;
}

/* Columns of a decision. */
enum { D_T, D_TURN, D_NODE, D_VERDICT, D_LATENCY, D_PODS };

static bool tell_finding(struct teller *t, const struct query *q, sim_time since)
{
    const sim_time at = query_int(q, D_T);
    const char *verdict = query_text(q, D_VERDICT);
    const int64_t latency = query_int(q, D_LATENCY);
    bool done;
    if (strcmp(verdict, "placed") == 0) {
        done = add(t, "place", since, at, "node %" PRId64 " is chosen", query_int(q, D_NODE));
    } else if (strcmp(verdict, "refused") == 0) {
        done = add(t, "refuse", since, at, "refused: %s", t->client.reason);
    } else if (latency != STORE_MISSING) {
        done = add(t, "probe", since, at, "probe of node %" PRId64 ": %.1f ms, %s",
                   query_int(q, D_NODE), (double)latency / 1e6, finding(verdict));
    } else {
        done = add(t, strcmp(verdict, "late") == 0 ? "probe" : "skip", since, at,
                   "node %" PRId64 ": %s", query_int(q, D_NODE), finding(verdict));
    }
    if (done) {
        field(last(t), "node", STORY_INTEGER, query_int(q, D_NODE));
        field(last(t), "latency_ns", STORY_TIME, latency);
        field(last(t), "pods", STORY_INTEGER, query_int(q, D_PODS));
    }
    return done;
}

/* *at becomes when it was decided. */
static enum sim_status tell_decision(struct teller *t, sim_time *at, struct store_error *error)
{
    struct query *q = NULL;
    enum sim_status status =
        query_open(&q, t->rows.store,
                   "SELECT t_ns, turn_ns, node, verdict, latency_ns, pods FROM decision"
                   " WHERE run_id = ? AND client = ? ORDER BY step",
                   error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_int(q, t->rows.run_id);
    query_bind_int(q, t->client.client);
    bool has_memory = true;
    for (bool first = true; has_memory && query_next(q); first = false) {
        const sim_time turn = query_int(q, D_TURN);
        if (first) {
            has_memory = add(t, "wait", *at, turn, "asks, and waits for its turn");
            *at = turn;
        }
        has_memory = has_memory && tell_finding(t, q, *at);
        *at = query_int(q, D_T);
    }
    status = query_close(q, error);
    return status == SIM_OK && !has_memory ? SIM_ERR_NOMEM : status;
}

/* ---- a stream ---- */

/* Whose probes ran on the node meanwhile; with frames recorded also what that cost. A frame counts
 * where it was under way while the probe was. */
#define PROBES                                                                                     \
    "WITH step AS (SELECT client, node, verdict, t_ns, lag(t_ns, 1, turn_ns) OVER"                 \
    " (PARTITION BY client ORDER BY step) AS since_ns FROM decision WHERE run_id = ?)"             \
    " SELECT client, since_ns, t_ns, verdict, (SELECT count(*) FROM frame WHERE run_id = ?"        \
    " AND frame.client = ? AND latency_ns IS NULL AND frame.t_ns < step.t_ns"                      \
    " AND frame.ended_ns > step.since_ns) FROM step WHERE node = ? AND client <> ?"                \
    " AND verdict IN ('fastest', 'slower', 'above', 'late') AND t_ns > ? AND since_ns < ?"         \
    " ORDER BY t_ns, client"

static bool add_probe(struct teller *t, const struct query *q)
{
    const bool is_late = strcmp(query_text(q, 3), "late") == 0;
    const int64_t missed = query_int(q, 4);
    if (!add(t, "probed", query_int(q, 1), query_int(q, 2),
             "the node is probed for client %" PRId64 "%s", query_int(q, 0),
             is_late ? ", and does not answer in time" : "")) {
        return false;
    }
    struct story_step *s = last(t);
    s->counts = false;
    s->level = 1;
    if (missed > 0) {
        (void)snprintf(s->detail, sizeof s->detail, "%" PRId64 " frame%s missed meanwhile", missed,
                       missed == 1 ? " is" : "s are");
    }
    return true;
}

static enum sim_status tell_probes(struct teller *t, struct store_error *error)
{
    const struct told *c = &t->client;
    struct query *q = NULL;
    enum sim_status status = query_open(&q, t->rows.store, PROBES, error);
    if (status != SIM_OK) {
        return status;
    }
    const int64_t values[] = {
        t->rows.run_id,
        t->rows.run_id,
        c->client,
        c->node,
        c->client,
        c->begun,
        c->ended != STORE_MISSING ? c->ended : t->rows.end_ns,
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        query_bind_int(q, values[i]);
    }
    bool has_memory = true;
    while (has_memory && query_next(q)) {
        has_memory = add_probe(t, q);
    }
    status = query_close(q, error);
    return status == SIM_OK && !has_memory ? SIM_ERR_NOMEM : status;
}

static bool add_stream(struct teller *t, sim_time end)
{
    const struct told *c = &t->client;
    if (!add(t, "stream", c->begun, end,
             "%" PRId64 " frames to node %" PRId64 ": %" PRId64 " answered, %" PRId64 " missed",
             c->frames, c->node, c->answered, c->missed)) {
        return false;
    }
    struct story_step *s = last(t);
    s->is_open = c->ended == STORE_MISSING;
    if (c->answered > 0) {
        (void)snprintf(s->detail, sizeof s->detail, "%.1f ms a frame, %.2f frames a second",
                       c->latency_s * 1e3, c->fps);
    } else if (c->frames > 0) {
        (void)snprintf(s->detail, sizeof s->detail, "lost whole");
    }
    field(s, "frames", STORY_INTEGER, c->frames);
    field(s, "answered", STORY_INTEGER, c->answered);
    field(s, "missed", STORY_INTEGER, c->missed);
    return true;
}

static enum sim_status tell_stream(struct teller *t, sim_time at, struct store_error *error)
{
    const struct told *c = &t->client;
    const sim_time end = c->ended != STORE_MISSING ? c->ended : t->rows.end_ns;
    if (c->begun != STORE_MISSING) {
        if (!add(t, "start", at, c->begun, "its pod starts, and the client is told") ||
            !add_stream(t, end)) {
            return SIM_ERR_NOMEM;
        }
        return tell_probes(t, error);
    }
    const char *words = strcmp(c->state, "refused") == 0 ? "the client is told"
                        : strcmp(c->state, "not_ready") == 0
                            ? "no pod is ready for it, and it gives up"
                            : "still waits for its pod";
    return add(t, "wait", at, end, "%s", words) ? SIM_OK : SIM_ERR_NOMEM;
}

/* ---- a story ---- */

/* Columns of a client. */
#define CLIENT                                                                                     \
    "SELECT client, node, asked_ns, deploy_ns, begun_ns, ended_ns, frames, answered, missed,"      \
    " latency_s, fps, state, reason FROM stream WHERE run_id = ?"

static void read_client(struct told *c, const struct query *q)
{
    int64_t *const number[] = {&c->client, &c->node,   &c->asked,    &c->deploy, &c->begun,
                               &c->ended,  &c->frames, &c->answered, &c->missed};
    const unsigned numbers = sizeof number / sizeof number[0];
    for (unsigned i = 0; i < numbers; i++) {
        *number[i] = query_int(q, i);
    }
    c->latency_s = query_real(q, numbers);
    c->fps = query_real(q, numbers + 1);
    query_copy_text(q, numbers + 2, c->state, sizeof c->state);
    query_copy_text(q, numbers + 3, c->reason, sizeof c->reason);
}

static void begin_story(struct teller *t)
{
    const struct told *c = &t->client;
    struct story *s = &t->story;
    *s = (struct story){
        .id = c->client,
        .place = c->node != STORE_MISSING ? c->node : 1, /* the orchestrator's */
        .t_ns = c->asked,
        .end_ns = c->ended != STORE_MISSING ? c->ended : t->rows.end_ns,
        .is_exact = true,
        .name = t->name,
        .step = s->step,
    };
    (void)snprintf(t->name, sizeof t->name, "client %" PRId64, c->client);
    (void)snprintf(s->words, sizeof s->words, "client %" PRId64 " asks at %.6f s: %s%s%s",
                   c->client, (double)c->asked / 1e9, c->state, c->reason[0] != '\0' ? ", " : "",
                   c->reason);
    s->field[s->fields++] =
        (struct story_field){.key = "state", .type = STORY_TEXT, .text = c->state};
    s->field[s->fields++] =
        (struct story_field){.key = "deploy_ns", .type = STORY_TIME, .number = c->deploy};
}

static enum sim_status tell_client(struct teller *t, struct store_error *error)
{
    begin_story(t);
    sim_time at = t->client.asked;
    enum sim_status status = tell_decision(t, &at, error);
    if (status == SIM_OK) {
        status = tell_stream(t, at, error);
    }
    for (size_t i = 0; i < t->story.count; i++) {
        t->story.total_ns += t->story.step[i].counts ? t->story.step[i].duration_ns : 0;
    }
    if (status == SIM_ERR_NOMEM) {
        (void)snprintf(error->text, sizeof error->text, "no memory left");
    }
    return status;
}

/* ---- what `why` and the Perfetto export ask ---- */

static enum sim_status story_open(void **teller, struct store *store, int64_t run_id,
                                  const struct model_head *head, const void *config,
                                  struct store_error *error)
{
    (void)config;
    if (head->record < 1) {
        return SIM_ERR_INVALID;
    }
    struct teller *t = calloc(1, sizeof *t);
    if (t == NULL) {
        (void)snprintf(error->text, sizeof error->text, "no memory left");
        return SIM_ERR_NOMEM;
    }
    t->rows.store = store;
    t->rows.run_id = run_id;
    t->rows.end_ns = head->duration_ns;
    *teller = t;
    return SIM_OK;
}

static void story_close(void *teller)
{
    struct teller *t = teller;
    query_drop(t->rows.all);
    free(t->story.step);
    free(t);
}

static enum sim_status story_tell(void *teller, int64_t id, const struct story **story,
                                  struct store_error *error)
{
    struct teller *t = teller;
    struct query *q = NULL;
    enum sim_status status = query_open(&q, t->rows.store, CLIENT " AND client = ?", error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_int(q, t->rows.run_id);
    query_bind_int(q, id);
    const bool is_there = query_next(q);
    if (is_there) {
        read_client(&t->client, q);
    }
    status = query_close(q, error);
    if (status != SIM_OK || !is_there) {
        return status != SIM_OK ? status : SIM_ERR_NOTFOUND;
    }
    *story = &t->story;
    return tell_client(t, error);
}

static enum sim_status story_nearest(void *teller, int64_t id, int64_t near[4], size_t *count,
                                     struct store_error *error)
{
    return story_rows_nearest(teller,
                              "SELECT client FROM (SELECT client FROM stream WHERE run_id = ?"
                              " ORDER BY abs(client - ?) LIMIT 4) ORDER BY client",
                              id, near, count, error);
}

static enum sim_status story_next(void *teller, const struct story **story,
                                  struct store_error *error)
{
    struct teller *t = teller;
    *story = NULL;
    if (t->rows.all == NULL) {
        const enum sim_status status =
            query_open(&t->rows.all, t->rows.store, CLIENT " ORDER BY asked_ns, client", error);
        if (status != SIM_OK) {
            return status;
        }
        query_bind_int(t->rows.all, t->rows.run_id);
    }
    if (!query_next(t->rows.all)) {
        const enum sim_status status = query_close(t->rows.all, error);
        t->rows.all = NULL;
        return status;
    }
    read_client(&t->client, t->rows.all);
    *story = &t->story;
    return tell_client(t, error);
}

static enum sim_status story_places(struct query **q, void *teller, struct store_error *error)
{
    return story_rows_query(
        q, teller, "SELECT node, 'node ' || node FROM node WHERE run_id = ? ORDER BY node", error);
}

const struct model_story qos_story = {
    .work = "client",
    .about = "who was asked, the decision and its reason, its frames",
    .open = story_open,
    .close = story_close,
    .tell = story_tell,
    .nearest = story_nearest,
    .next = story_next,
    .messages = story_rows_no_messages,
    .places = story_places,
};

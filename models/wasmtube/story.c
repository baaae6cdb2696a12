/* One update told step by step, as one node saw it: the news, its next call, the fetch, the swap;
 * or the image and the reboot. The story's number is the node's. */
#include "models/wasmtube/story.h"

#include <inttypes.h>
#include <stdio.h>

#include "models/story_rows.h"
#include "models/wasmtube/config.h"

enum { STEPS_MAX = 4 };

#define COLUMNS                                                                                    \
    "SELECT node, told_ns, asked_ns, source, arrived_ns, active_ns, stale, waited, lost"           \
    " FROM node_update WHERE run_id = ?"

struct update {
    int64_t node, told_ns, asked_ns, source, arrived_ns, active_ns, stale, waited, lost;
};

struct teller {
    struct story_rows rows; /* first: see story_rows.h */
    sim_time at_ns;
    bool is_pushed;
    char name[32];
    struct story story;
    struct story_step step[STEPS_MAX];
};

/* A step that begins where the last one ended; until STORE_MISSING: it was still open. */
static struct story_step *add_step(struct teller *t, const char *kind, const char *label,
                                   int64_t until_ns)
{
    ASSERT(t->story.count < STEPS_MAX);
    const sim_time from_ns = t->at_ns + t->story.total_ns;
    struct story_step *s = &t->step[t->story.count++];
    *s = (struct story_step){.kind = kind,
                             .label = label,
                             .group = "update",
                             .subject = STORE_MISSING,
                             .name = "",
                             .start_ns = from_ns,
                             .duration_ns =
                                 (until_ns != STORE_MISSING ? until_ns : t->rows.end_ns) - from_ns,
                             .counts = true,
                             .is_open = until_ns == STORE_MISSING,
                             .helper = {.place = STORE_MISSING}};
    t->story.total_ns += s->duration_ns;
    return s;
}

static void add_fetch(struct teller *t, const struct update *u)
{
    struct story_step *s = add_step(t, "fetch", "fetch the binary", u->arrived_ns);
    if (u->source == 0) {
        (void)snprintf(s->words, sizeof s->words, "fetches the binary from the registry");
    } else {
        (void)snprintf(s->words, sizeof s->words, "fetches the binary from node %" PRId64,
                       u->source);
    }
    s = u->arrived_ns != STORE_MISSING ? add_step(t, "swap", "swap", u->active_ns) : NULL;
    if (s != NULL) {
        (void)snprintf(s->words, sizeof s->words, "swaps; %" PRId64 " call%s waited", u->waited,
                       u->waited == 1 ? "" : "s");
    }
}

static void add_pulled(struct teller *t, const struct update *u)
{
    struct story_step *s = add_step(t, "old", "runs the old version", u->told_ns);
    (void)snprintf(s->words, sizeof s->words,
                   "runs the old version and knows no other; %" PRId64 " stale answer%s", u->stale,
                   u->stale == 1 ? "" : "s");
    if (u->told_ns == STORE_MISSING) {
        return;
    }
    s = add_step(t, "told", "knows of the new one", u->asked_ns);
    (void)snprintf(s->words, sizeof s->words, "knows of the new one and waits for its next call");
    if (u->asked_ns != STORE_MISSING) {
        add_fetch(t, u);
    }
}

static void add_pushed(struct teller *t, const struct update *u)
{
    struct story_step *s = add_step(t, "old", "runs the old version", u->arrived_ns);
    (void)snprintf(s->words, sizeof s->words,
                   "runs the old version until the image is there; %" PRId64 " stale answer%s",
                   u->stale, u->stale == 1 ? "" : "s");
    if (u->arrived_ns != STORE_MISSING) {
        s = add_step(t, "reboot", "reboot", u->active_ns);
        (void)snprintf(s->words, sizeof s->words, "reboots; %" PRId64 " call%s lost", u->lost,
                       u->lost == 1 ? "" : "s");
    }
}

static void put(struct story *s, const char *key, enum story_type type, int64_t number)
{
    s->field[s->fields++] = (struct story_field){key, NULL, type, number, NULL};
}

static const struct story *write_story(void *teller, const struct query *q)
{
    struct teller *t = teller;
    const struct update u = {query_int(q, 0), query_int(q, 1), query_int(q, 2),
                             query_int(q, 3), query_int(q, 4), query_int(q, 5),
                             query_int(q, 6), query_int(q, 7), query_int(q, 8)};
    struct story *s = &t->story;
    (void)snprintf(t->name, sizeof t->name, "update of node %" PRId64, u.node);
    *s = (struct story){.id = u.node,
                        .place = u.node,
                        .t_ns = t->at_ns,
                        .end_ns = u.active_ns != STORE_MISSING ? u.active_ns : t->rows.end_ns,
                        .is_exact = true,
                        .name = t->name,
                        .step = t->step};
    (void)snprintf(s->words, sizeof s->words, "node %" PRId64 " %s", u.node,
                   u.active_ns != STORE_MISSING ? "comes to run the new version"
                                                : "does not come to run the new version");
    put(s, "told_ns", STORY_TIME, u.told_ns);
    put(s, "active_ns", STORY_TIME, u.active_ns);
    put(s, "stale", STORY_INTEGER, u.stale);
    put(s, "waited", STORY_INTEGER, u.waited);
    put(s, "lost", STORY_INTEGER, u.lost);
    if (t->is_pushed) {
        add_pushed(t, &u);
    } else {
        add_pulled(t, &u);
    }
    return &t->story;
}

/* ---- the face ---- */

static enum sim_status open_teller(void **teller, struct store *store, int64_t run_id,
                                   const struct model_head *head, const void *config,
                                   struct store_error *error)
{
    const enum sim_status status =
        story_rows_open(teller, sizeof(struct teller), store, run_id, head, "updates", error);
    if (status == SIM_OK) {
        const struct wasmtube_config *c = config;
        struct teller *t = *teller;
        t->at_ns = c->at_ns;
        t->is_pushed = c->method == WASMTUBE_FIRMWARE;
    }
    return status;
}

static enum sim_status tell(void *teller, int64_t id, const struct story **story,
                            struct store_error *error)
{
    return story_rows_tell(teller, COLUMNS " AND node = ?", id, write_story, story, error);
}

static enum sim_status nearest(void *teller, int64_t id, int64_t near[4], size_t *count,
                               struct store_error *error)
{
    return story_rows_nearest(teller,
                              "SELECT node FROM (SELECT node FROM node_update WHERE run_id = ?"
                              " ORDER BY abs(node - ?), node LIMIT 4) ORDER BY node",
                              id, near, count, error);
}

static enum sim_status next(void *teller, const struct story **story, struct store_error *error)
{
    return story_rows_next(teller, COLUMNS " ORDER BY node", write_story, story, error);
}

static enum sim_status places(struct query **q, void *teller, struct store_error *error)
{
    return story_rows_query(
        q, teller, "SELECT node, 'node ' || node FROM node_update WHERE run_id = ? ORDER BY node",
        error);
}

const struct model_story wasmtube_story = {
    .work = "update",
    .about = "how a node heard of it, whom it asked, when it ran",
    .open = open_teller,
    .close = story_rows_close,
    .tell = tell,
    .nearest = nearest,
    .next = next,
    .messages = story_rows_no_messages, /* single messages are not recorded */
    .places = places,
};

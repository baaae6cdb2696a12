/* The rows that a run leaves: every call, and how the update came to each node. */
#include "models/wasmtube/config.h"

static const char *const fates[] = {"fresh", "stale", "lost", "pending", NULL};

static const struct store_column call_columns[] = {
    {.name = "call_id", .about = "", .type = STORE_INTEGER, .is_key = true},
    {.name = "t_ns", .about = "when it came", .type = STORE_TIME},
    {.name = "node", .about = "from 1", .type = STORE_INTEGER},
    {.name = "fate",
     .about = "fresh: answered by what was the newest version when it came; stale: by the old one",
     .type = STORE_TEXT,
     .words = fates},
    {.name = "delay_ns", .about = "it waited for the swap", .type = STORE_TIME},
};
static const struct store_column update_columns[] = {
    {.name = "node", .about = "from 1", .type = STORE_INTEGER, .is_key = true},
    {.name = "told_ns",
     .about = "it knew of the new version",
     .type = STORE_TIME,
     .may_miss = true},
    {.name = "asked_ns", .about = "it asked for it", .type = STORE_TIME, .may_miss = true},
    {.name = "source",
     .about = "the node that it asked; 0: the registry",
     .type = STORE_INTEGER,
     .may_miss = true},
    {.name = "arrived_ns", .about = "binary or image", .type = STORE_TIME, .may_miss = true},
    {.name = "active_ns", .about = "it ran the new version", .type = STORE_TIME, .may_miss = true},
    {.name = "stale", .about = "calls that it answered by the old one", .type = STORE_INTEGER},
    {.name = "waited", .about = "calls that it kept waiting", .type = STORE_INTEGER},
    {.name = "lost", .about = "calls that it lost", .type = STORE_INTEGER},
};

#define COLUMNS(array) array, sizeof(array) / sizeof *(array)
const struct store_table wasmtube_tables[WASMTUBE_TABLES] = {
    [WASMTUBE_TABLE_CALL] = {"call", "every call", 1, COLUMNS(call_columns)},
    [WASMTUBE_TABLE_UPDATE] = {"node_update", "how the update came to each node", 1,
                               COLUMNS(update_columns)},
};

void wasmtube_tell_call(const struct model_listener *listener, const struct wasmtube_call *call,
                        uint32_t node, enum wasmtube_fate fate, sim_time delay_ns)
{
    const union store_cell cell[] = {{.integer = call->id},
                                     {.integer = call->arrived},
                                     {.integer = node + INT64_C(1)},
                                     {.text = fates[fate]},
                                     {.integer = delay_ns}};
    listener->row(listener->context, WASMTUBE_TABLE_CALL, cell);
}

static int64_t time_or_missing(sim_time t)
{
    return t != SIM_TIME_NEVER ? t : STORE_MISSING;
}

static int64_t source_or_missing(const struct wasmtube_world *w, uint32_t source)
{
    return source == UINT32_MAX ? STORE_MISSING : source == w->nodes ? 0 : source + INT64_C(1);
}

void wasmtube_tell_updates(const struct wasmtube_world *w, const struct model_listener *listener)
{
    for (uint32_t i = 0; i < w->nodes; i++) {
        const struct wasmtube_update *u = &w->place[i].update;
        const union store_cell cell[] = {{.integer = i + INT64_C(1)},
                                         {.integer = time_or_missing(u->told)},
                                         {.integer = time_or_missing(u->asked)},
                                         {.integer = source_or_missing(w, u->source)},
                                         {.integer = time_or_missing(u->arrived)},
                                         {.integer = time_or_missing(u->active)},
                                         {.integer = u->stale},
                                         {.integer = u->waited},
                                         {.integer = u->lost}};
        listener->row(listener->context, WASMTUBE_TABLE_UPDATE, cell);
    }
}

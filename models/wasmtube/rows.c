/* The rows that a run leaves: every call, and how the update came to each node. */
#include <math.h>

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

static const struct store_column node_columns[] = {
    {.name = "node", .about = "from 1", .type = STORE_INTEGER, .is_key = true},
    {.name = "x",
     .about = "in steps of the grid, or as its graph says",
     .type = STORE_REAL,
     .may_miss = true},
    {.name = "y", .about = "rows grow downwards", .type = STORE_REAL, .may_miss = true},
    {.name = "compute_j", .about = "swaps and reboots", .type = STORE_REAL},
    {.name = "idle_j", .about = "being on", .type = STORE_REAL},
    {.name = "sent_j", .about = "", .type = STORE_REAL},
    {.name = "received_j", .about = "", .type = STORE_REAL},
};
static const struct store_column link_columns[] = {
    {.name = "node",
     .about = "that sends, from 1; 0: the registry",
     .type = STORE_INTEGER,
     .is_key = true},
    {.name = "peer", .about = "", .type = STORE_INTEGER, .is_key = true},
    {.name = "tx_bytes", .about = "", .type = STORE_INTEGER},
    {.name = "lost_bytes", .about = "of those: the link failed under them", .type = STORE_INTEGER},
    {.name = "energy_j", .about = "of both ends", .type = STORE_REAL},
};
static const struct store_column outage_columns[] = {
    {.name = "node",
     .about = "one end, from 1; 0: the registry",
     .type = STORE_INTEGER,
     .is_key = true},
    {.name = "other", .about = "the other", .type = STORE_INTEGER, .is_key = true},
    {.name = "number", .about = "from 1", .type = STORE_INTEGER, .is_key = true},
    {.name = "t_ns", .about = "it fails", .type = STORE_TIME},
    {.name = "until_ns", .about = "it is back, or the run ends", .type = STORE_TIME},
};

#define COLUMNS(array) array, sizeof(array) / sizeof *(array)
const struct store_table wasmtube_tables[WASMTUBE_TABLES] = {
    [WASMTUBE_TABLE_CALL] = {"call", "every call", 1, COLUMNS(call_columns)},
    [WASMTUBE_TABLE_UPDATE] = {"node_update", "how the update came to each node", 0,
                               COLUMNS(update_columns)},
    [WASMTUBE_TABLE_NODE] = {"node", "where each node is, and what it spent", 0,
                             COLUMNS(node_columns)},
    [WASMTUBE_TABLE_LINK] = {"link", "what went over each link, a direction a row", 0,
                             COLUMNS(link_columns)},
    [WASMTUBE_TABLE_OUTAGE] = {"outage", "every outage of a link", 1, COLUMNS(outage_columns)},
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

/* The registry is 0, nodes count from 1. */
static int64_t number_of(const struct wasmtube_world *w, uint32_t node)
{
    return node == w->nodes ? 0 : node + INT64_C(1);
}

static int64_t source_or_missing(const struct wasmtube_world *w, uint32_t source)
{
    return source == UINT32_MAX ? STORE_MISSING : number_of(w, source);
}

static void tell_node(const struct wasmtube_world *w, const struct model_listener *listener,
                      uint32_t node, uint32_t columns)
{
    const struct mesh *g = w->spec->mesh;
    const struct energy e = wasmtube_node_energy(w, node);
    double x = (double)NAN;
    double y = (double)NAN;
    if (columns > 0) {
        const uint32_t row = node / columns;
        x = node % columns;
        y = row;
    } else if (g->x_m != NULL) {
        x = g->x_m[node];
        y = g->y_m[node];
    }
    const union store_cell cell[] = {
        {.integer = node + INT64_C(1)}, {.real = x},        {.real = y},
        {.real = e.compute_j},          {.real = e.idle_j}, {.real = e.sent_j},
        {.real = e.received_j},
    };
    listener->row(listener->context, WASMTUBE_TABLE_NODE, cell);
}

static void tell_link(const struct wasmtube_world *w, const struct model_listener *listener,
                      uint32_t node, uint32_t link)
{
    const struct wasmtube_link *l = &w->link[link];
    const union store_cell cell[] = {
        {.integer = number_of(w, node)},
        {.integer = number_of(w, w->spec->mesh->link[link].to)},
        {.integer = l->tx_bytes},
        {.integer = l->lost_bytes},
        {.real = energy_of_link(&w->spec->energy, l->tx_bytes, l->tx_bytes - l->rx_bytes)},
    };
    listener->row(listener->context, WASMTUBE_TABLE_LINK, cell);
}

/* Drawn once more, so that a run need not remember them. */
static void tell_outages(const struct wasmtube_world *w, const struct model_listener *listener,
                         uint32_t node, uint32_t link)
{
    struct outage o;
    int64_t number = 0;
    wasmtube_world_outages(w, link, &o);
    while (o.until < w->spec->duration_ns) {
        const sim_time from = o.until;
        if (outage_is_down(&o, from)) {
            const sim_time end = w->spec->duration_ns;
            const union store_cell cell[] = {
                {.integer = number_of(w, node)},
                {.integer = number_of(w, w->spec->mesh->link[link].to)},
                {.integer = ++number},
                {.integer = from},
                {.integer = o.until < end ? o.until : end}};
            listener->row(listener->context, WASMTUBE_TABLE_OUTAGE, cell);
        }
    }
}

void wasmtube_tell_end(const struct wasmtube_world *w, const struct model_listener *listener,
                       uint32_t columns, unsigned record)
{
    const struct mesh *g = w->spec->mesh;
    for (uint32_t i = 0; i < w->nodes; i++) {
        tell_node(w, listener, i, columns);
    }
    for (uint32_t i = 0; i < g->node_count; i++) {
        for (uint32_t link = g->first[i]; link < g->first[i + 1]; link++) {
            tell_link(w, listener, i, link);
            if (record >= 1 && i < g->link[link].to) {
                tell_outages(w, listener, i, link);
            }
        }
    }
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

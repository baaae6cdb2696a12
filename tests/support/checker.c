#include "tests/support/checker.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define NONE UINT32_MAX

SIM_PRINTF(2, 3)
static void note(struct checker *c, const char *format, ...)
{
    if (c->wrong[0] != '\0') {
        return;
    }
    const int length = snprintf(c->wrong, sizeof c->wrong, "at %" PRId64 " ns: ", c->now);
    va_list list;
    va_start(list, format);
    (void)vsnprintf(c->wrong + length, sizeof c->wrong - (size_t)length, format, list);
    va_end(list);
}

static void *take(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    ASSERT(memory != NULL);
    return memory;
}

static uint32_t nodes_of(const struct checker *c)
{
    return c->world->spec.setup->node_count;
}

static const struct catalogue *catalogue_of(const struct checker *c)
{
    return c->world->spec.setup->catalogue;
}

void checker_init(struct checker *c, const struct world *w)
{
    *c = (struct checker){.world = w};
    const size_t nodes = w->spec.setup->node_count;
    /* A robot's calls rise by the robots' number: two open ones rarely share a place. */
    c->call_capacity = (uint64_t)w->spec.robots.count * 4096;
    c->call = take(c->call_capacity, sizeof *c->call);
    c->link_bytes = take(nodes * nodes, sizeof *c->link_bytes);
    c->reserved = take(nodes * w->spec.setup->catalogue->count, sizeof *c->reserved);
    c->retired = take(nodes * w->spec.setup->catalogue->count, sizeof *c->retired);
    c->copies = take(nodes * w->spec.setup->catalogue->count, sizeof *c->copies);
    c->cache_bytes = take(nodes, sizeof *c->cache_bytes);
    c->is_down = take(nodes, sizeof *c->is_down);
}

void checker_deinit(struct checker *c)
{
    free(c->call);
    free(c->link_bytes);
    free(c->reserved);
    free(c->retired);
    free(c->copies);
    free(c->cache_bytes);
    free(c->is_down);
    *c = (struct checker){0};
}

static uint32_t *reserved_at(struct checker *c, uint32_t node, uint32_t tasklet)
{
    return &c->reserved[(size_t)node * catalogue_of(c)->count + tasklet];
}

/* ---- calls ---- */

static struct checker_call *call_of(struct checker *c, const struct world_event *e)
{
    struct checker_call *call = &c->call[e->call_id % c->call_capacity];
    if (!call->is_open || call->call_id != e->call_id) {
        note(c, "call %" PRIu64 " is not open", e->call_id);
        return NULL;
    }
    if (call->node != e->node) {
        note(c, "call %" PRIu64 " of node %u speaks at node %u", e->call_id, call->node, e->node);
    }
    return call;
}

static void on_call(struct checker *c, const struct world_event *e)
{
    struct checker_call *call = &c->call[e->call_id % c->call_capacity];
    if (call->is_open) {
        note(c, "call %" PRIu64 " while %" PRIu64 " is open", e->call_id, call->call_id);
    }
    c->calls++;
    *call = (struct checker_call){
        .call_id = e->call_id,
        .node = e->node,
        .chain = e->tasklet,
        .wanted = e->tasklet,
        .is_open = true,
    };
}

static void drop(struct checker *c, uint32_t node, uint32_t tasklet)
{
    *reserved_at(c, node, tasklet) = 0;
    c->cache_bytes[node] -= catalogue_of(c)->tasklet[tasklet].size_bytes;
}

/* Its cache goes at once but for what its calls hold, and that with their answers, which follow. */
static void on_failed(struct checker *c, const struct world_event *e)
{
    c->is_down[e->node] = true;
    for (uint32_t i = 0; i < catalogue_of(c)->count; i++) {
        if (*reserved_at(c, e->node, i) == 1) {
            drop(c, e->node, i);
        }
    }
}

static void release_retired(struct checker *c, uint32_t node, uint32_t tasklet)
{
    const size_t at = (size_t)node * catalogue_of(c)->count + tasklet;
    if (c->retired[at] == 0) {
        note(c, "no retired copy of tasklet %u was reserved at node %u", tasklet, node);
    } else if (--c->retired[at] == 0 && c->is_down[node]) {
        c->cache_bytes[node] -=
            (uint64_t)c->copies[at] * catalogue_of(c)->tasklet[tasklet].size_bytes;
        c->copies[at] = 0;
    }
}

static void release(struct checker *c, struct checker_call *call, uint32_t tasklet)
{
    if ((tasklet & CHECKER_RETIRED) != 0) {
        release_retired(c, call->node, tasklet & ~CHECKER_RETIRED);
        return;
    }
    uint32_t *reserved = reserved_at(c, call->node, tasklet);
    if (*reserved < 2) {
        note(c, "tasklet %u was not reserved at node %u", tasklet, call->node);
    } else if (--*reserved == 1 && c->is_down[call->node]) {
        drop(c, call->node, tasklet);
    }
}

static void on_answered(struct checker *c, const struct world_event *e)
{
    struct checker_call *call = call_of(c, e);
    if (call != NULL) {
        while (call->held_count > 0) {
            release(c, call, call->held[--call->held_count]);
        }
        call->is_open = false;
        c->answers++;
    }
}

static bool is_need(const struct checker *c, uint32_t chain, uint32_t tasklet)
{
    const struct tasklet *t = &catalogue_of(c)->tasklet[chain];
    for (uint32_t i = 0; i < t->need_count; i++) {
        if (catalogue_of(c)->need[t->first_need + i] == tasklet) {
            return true;
        }
    }
    return false;
}

static bool preloads(const struct checker *c)
{
    return c->world->spec.setup->protocol.preload != NODE_PRELOAD_NONE;
}

/* The stack lies below what is preloaded. */
static void hold(struct checker *c, struct checker_call *call, uint32_t tasklet, bool on_stack)
{
    if (call->held_count == CHECKER_DEPTH_MAX) {
        note(c, "call %" PRIu64 " holds more than the checker can count", call->call_id);
        return;
    }
    uint32_t at = call->held_count++;
    if (on_stack) {
        for (; at > call->depth; at--) {
            call->held[at] = call->held[at - 1];
        }
        call->depth++;
    }
    call->held[at] = tasklet;
}

static void on_acquired(struct checker *c, const struct world_event *e)
{
    struct checker_call *call = call_of(c, e);
    if (call == NULL) {
        return;
    }
    uint32_t *reserved = reserved_at(c, e->node, e->tasklet);
    const size_t at = (size_t)e->node * catalogue_of(c)->count + e->tasklet;
    const bool is_retired = *reserved == 0 && c->copies[at] > 0; /* the newer one did not come */
    if (*reserved == 0 && !is_retired) {
        note(c, "node %u acquired tasklet %u and does not hold it", e->node, e->tasklet);
    }
    ++*(is_retired ? &c->retired[at] : reserved);
    if (call->wanted == e->tasklet) {
        call->wanted = NONE;
        hold(c, call, is_retired ? e->tasklet | CHECKER_RETIRED : e->tasklet, true);
    } else if (preloads(c) && !call->is_running && is_need(c, call->chain, e->tasklet)) {
        hold(c, call, e->tasklet, false);
    } else {
        note(c, "call %" PRIu64 " acquired tasklet %u without asking", e->call_id, e->tasklet);
    }
}

static bool is_held(const struct checker_call *call, uint32_t tasklet)
{
    for (uint32_t i = call->depth; i < call->held_count; i++) {
        if (call->held[i] == tasklet) {
            return true;
        }
    }
    return false;
}

/* A chain starts: what it preloads and did not have to fetch was here, and held without a word. */
static void hold_needs(struct checker *c, struct checker_call *call)
{
    const struct tasklet *t = &catalogue_of(c)->tasklet[call->chain];
    for (uint32_t i = 0; i < t->need_count; i++) {
        const uint32_t need = catalogue_of(c)->need[t->first_need + i];
        uint32_t *reserved = reserved_at(c, call->node, need);
        if (is_held(call, need)) {
            continue;
        }
        if (*reserved == 0) {
            note(c, "call %" PRIu64 " starts without tasklet %u", call->call_id, need);
        }
        ++*reserved;
        hold(c, call, need, false);
    }
}

static void on_run(struct checker *c, const struct world_event *e)
{
    struct checker_call *call = call_of(c, e);
    if (call != NULL) {
        if (!call->is_running && preloads(c)) {
            hold_needs(c, call);
        }
        call->is_running = true;
        if (call->depth == 0 || (call->held[call->depth - 1] & ~CHECKER_RETIRED) != e->tasklet) {
            note(c, "call %" PRIu64 " runs tasklet %u, which is not on top", e->call_id,
                 e->tasklet);
        }
    }
}

static void on_subcall(struct checker *c, const struct world_event *e)
{
    struct checker_call *call = call_of(c, e);
    if (call != NULL) {
        if (call->wanted != NONE) {
            note(c, "call %" PRIu64 " calls while it waits", e->call_id);
        }
        call->wanted = e->tasklet;
    }
}

static void on_returned(struct checker *c, const struct world_event *e)
{
    struct checker_call *call = call_of(c, e);
    if (call == NULL) {
        return;
    }
    if (call->depth == 0) {
        note(c, "call %" PRIu64 " returns from nothing", e->call_id);
        return;
    }
    release(c, call, call->held[--call->depth]);
    call->held_count--;
    for (uint32_t i = call->depth; i < call->held_count; i++) {
        call->held[i] = call->held[i + 1];
    }
}

/* ---- caches and links ---- */

static void on_stored(struct checker *c, const struct world_event *e)
{
    uint32_t *reserved = reserved_at(c, e->node, e->tasklet);
    if (*reserved != 0) {
        note(c, "node %u stores tasklet %u twice", e->node, e->tasklet);
    }
    *reserved = 1;
    c->cache_bytes[e->node] += catalogue_of(c)->tasklet[e->tasklet].size_bytes;
    if (c->cache_bytes[e->node] > c->world->spec.setup->cache_bytes) {
        note(c, "node %u holds %" PRIu64 " B", e->node, c->cache_bytes[e->node]);
    }
}

static void on_evicted(struct checker *c, const struct world_event *e)
{
    uint32_t *reserved = reserved_at(c, e->node, e->tasklet);
    if (*reserved != 1) {
        note(c, "node %u evicts tasklet %u, which %s", e->node, e->tasklet,
             *reserved == 0 ? "it does not hold" : "is reserved");
    }
    *reserved = 0;
    c->cache_bytes[e->node] -= catalogue_of(c)->tasklet[e->tasklet].size_bytes;
}

/* Whoever has reserved it goes on with that copy. */
static void on_retired(struct checker *c, const struct world_event *e)
{
    const size_t at = (size_t)e->node * catalogue_of(c)->count + e->tasklet;
    uint32_t moved = 0;
    for (uint64_t i = 0; i < c->call_capacity; i++) {
        struct checker_call *call = &c->call[i];
        for (uint32_t k = 0; call->is_open && call->node == e->node && k < call->held_count; k++) {
            if (call->held[k] == e->tasklet) {
                call->held[k] |= CHECKER_RETIRED;
                moved++;
            }
        }
    }
    if (moved == 0 || c->reserved[at] != 1 + moved) {
        note(c, "node %u retires tasklet %u, which %u calls hold and %u know of", e->node,
             e->tasklet, c->reserved[at] - 1, moved);
    }
    c->reserved[at] = 0;
    c->retired[at] += moved;
    c->copies[at]++;
}

/* Before it is told what the last one of its calls does next: that one may hold it still. */
static void on_dropped(struct checker *c, const struct world_event *e)
{
    const size_t at = (size_t)e->node * catalogue_of(c)->count + e->tasklet;
    if (c->copies[at]-- == 0) {
        note(c, "node %u drops tasklet %u, of which no copy is retired", e->node, e->tasklet);
        c->copies[at] = 0;
    }
    c->cache_bytes[e->node] -= catalogue_of(c)->tasklet[e->tasklet].size_bytes;
}

static void on_sent(struct checker *c, const struct world_event *e)
{
    c->link_bytes[(size_t)e->node * nodes_of(c) + e->peer] += (int64_t)e->bytes;
}

static void on_received(struct checker *c, const struct world_event *e)
{
    int64_t *link = &c->link_bytes[(size_t)e->peer * nodes_of(c) + e->node];
    *link -= (int64_t)e->bytes;
    if (*link < 0) {
        note(c, "node %u received from %u what was never sent", e->node, e->peer);
    }
}

/* ---- the observer ---- */

static void observe_event(void *context, const struct world_event *e)
{
    struct checker *c = context;
    if (e->at < c->now) {
        note(c, "time runs backwards to %" PRId64 " ns", e->at);
    }
    c->now = e->at;
    switch (e->kind) {
    case WORLD_EV_CALL:
        on_call(c, e);
        break;
    case WORLD_EV_SENT:
        on_sent(c, e);
        break;
    case WORLD_EV_RECEIVED:
    case WORLD_EV_OVERFLOWED:
        on_received(c, e);
        break;
    case WORLD_EV_EVICTED:
        on_evicted(c, e);
        break;
    case WORLD_EV_RETIRED:
        on_retired(c, e);
        break;
    case WORLD_EV_DROPPED:
        on_dropped(c, e);
        break;
    case WORLD_EV_STORED:
        on_stored(c, e);
        break;
    case WORLD_EV_ACQUIRED:
        on_acquired(c, e);
        break;
    case WORLD_EV_RUN:
    case WORLD_EV_RESUMED:
        on_run(c, e);
        break;
    case WORLD_EV_SUBCALL:
        on_subcall(c, e);
        break;
    case WORLD_EV_RETURNED:
        on_returned(c, e);
        break;
    case WORLD_EV_ANSWERED:
        on_answered(c, e);
        break;
    case WORLD_EV_FAILED:
        on_failed(c, e);
        break;
    case WORLD_EV_RESTARTED:
        c->is_down[e->node] = false;
        break;
    case WORLD_EV_PAUSED:
    case WORLD_EV_WENT_ON:
    case WORLD_EV_LOST:
    case WORLD_EV_TIMEOUT:
    case WORLD_EV_NOT_ACQUIRED:
    case WORLD_EV_UPDATED:
        break;
    }
}

static void observe_call(void *context, const struct world_call *call)
{
    struct checker *c = context;
    if (call->status == WORLD_PENDING) {
        c->pending_told++;
    }
    if (call->status == WORLD_COMPLETED &&
        call->response_ns < call->acquisition_ns + call->queueing_ns) {
        note(c, "call %" PRIu64 " waited longer than it took", call->trigger.call_id);
    }
}

struct world_observer checker_observer(struct checker *c)
{
    return (struct world_observer){.context = c, .call = observe_call, .event = observe_event};
}

static uint64_t count_open(const struct checker *c)
{
    uint64_t open = 0;
    for (uint64_t i = 0; i < c->call_capacity; i++) {
        open += c->call[i].is_open;
    }
    return open;
}

/* What calls hold that wait for the rest of what they preload is not told. */
static bool is_preloading(const struct checker *c, uint32_t node)
{
    bool found = false;
    for (uint64_t i = 0; i < c->call_capacity && preloads(c) && !found; i++) {
        const struct checker_call *call = &c->call[i];
        found = call->is_open && call->node == node && !call->is_running;
    }
    return found;
}

static bool counts_agree(struct checker *c, uint32_t node, const struct cache_entry *e)
{
    const uint32_t told = *reserved_at(c, node, e->tasklet);
    return told == 1 + e->reservations ||
           (told > 0 && told < 1 + e->reservations && is_preloading(c, node));
}

bool checker_finish(struct checker *c)
{
    const uint64_t open = count_open(c);
    if (c->calls != c->answers + open || open != c->pending_told) {
        note(c, "%" PRIu64 " calls, %" PRIu64 " answers, %" PRIu64 " open, %" PRIu64 " pending",
             c->calls, c->answers, open, c->pending_told);
    }
    for (uint32_t i = 0; i < nodes_of(c); i++) {
        const struct cache *cache = &c->world->node[i].core.cache;
        if (cache->used_bytes != c->cache_bytes[i]) {
            note(c, "node %u's cache holds %" PRIu64 " B, but %" PRIu64 " B came and stayed", i,
                 cache->used_bytes, c->cache_bytes[i]);
        }
        uint32_t copies = 0;
        for (uint32_t k = 0; k < catalogue_of(c)->count; k++) {
            const size_t at = (size_t)i * catalogue_of(c)->count + k;
            copies += c->copies[at];
            if (c->copies[at] > c->retired[at]) {
                note(c, "node %u keeps a copy of tasklet %u that no call runs", i, k);
            }
        }
        if (copies != cache->retired_count) {
            note(c, "node %u has %u retired copies, not %u", i, cache->retired_count, copies);
        }
        for (uint32_t k = 0; k < cache->count; k++) {
            const struct cache_entry *e = &cache->entry[k];
            if (!counts_agree(c, i, e)) {
                note(c, "node %u: tasklet %u has %u reservations", i, e->tasklet, e->reservations);
            }
        }
    }
    return c->wrong[0] == '\0';
}

#include "models/nimblenet/core/node.h"

#include <string.h>

#include "models/nimblenet/core/acquire.h"
#include "models/nimblenet/core/actions.h"
#include "models/nimblenet/core/call.h"
#include "models/nimblenet/core/executor.h"
#include "models/nimblenet/core/messages.h"
#include "models/nimblenet/core/overhear.h"
#include "models/nimblenet/core/version.h"

static size_t align_up(size_t bytes)
{
    return (bytes + 15) & ~(size_t)15;
}

/* A record of a pool: where the memory begins a line of the processor's cache, each does. */
static size_t whole_lines(size_t bytes)
{
    return (bytes + 63) & ~(size_t)63;
}

static size_t call_bytes(const struct node_setup *setup)
{
    const size_t depth = setup->catalogue->depth;
    const size_t words = setup->catalogue->updates != NULL ? 2 * depth : depth;
    return whole_lines(offsetof(struct call, stack) + words * sizeof(uint32_t));
}

static size_t fetch_bytes(void)
{
    return whole_lines(sizeof(struct fetch));
}

static uint32_t fetches_max(const struct node_setup *setup)
{
    const bool parallel = setup->protocol.preload == NODE_PRELOAD_PARALLEL;
    return setup->calls_max *
           (parallel && setup->catalogue->need_max > 1 ? setup->catalogue->need_max : 1);
}

static size_t cache_bytes(const struct node_setup *setup)
{
    return whole_lines(cache_memory_bytes(setup->catalogue, setup->policy));
}

/* A call has but one fetch: their records lie together. */
static bool records_are_shared(const struct node_setup *setup)
{
    return fetches_max(setup) == setup->calls_max;
}

static uint32_t crowds(const struct node_setup *setup)
{
    return setup->protocol.no_room == NODE_ROOM_WAIT ? setup->catalogue->count : 0;
}

static size_t leading_bytes(const struct node_setup *setup)
{
    return setup->protocol.coalesce ? setup->catalogue->count * sizeof(uint32_t) : 0;
}

static size_t newest_bytes(const struct node_setup *setup)
{
    return setup->catalogue->updates != NULL ? setup->catalogue->count * sizeof(uint32_t) : 0;
}

struct node_memory node_memory(const struct node_setup *setup)
{
    return (struct node_memory){
        .cache = cache_bytes(setup),
        .flood = whole_lines(flood_memory_bytes(setup->node_count)),
        .calls = setup->calls_max * call_bytes(setup),
        .fetches = fetches_max(setup) * fetch_bytes() +
                   (NODE_DUE_NEAR + fetches_max(setup)) * sizeof(struct node_due),
        .leading = align_up(leading_bytes(setup)),
        .newest = align_up(newest_bytes(setup)),
        .crowds = align_up(crowds(setup) * sizeof(struct fetch_crowd)) +
                  align_up(crowds(setup) * sizeof(uint32_t)),
    };
}

size_t node_near_bytes(const struct node_setup *setup)
{
    return cache_bytes(setup) + NODE_DUE_NEAR * sizeof(struct node_due);
}

size_t node_record_bytes(const struct node_setup *setup)
{
    return call_bytes(setup) + (records_are_shared(setup) ? fetch_bytes() : 0);
}

size_t node_memory_bytes(const struct node_setup *setup)
{
    const struct node_memory m = node_memory(setup);
    return m.cache + m.flood + m.calls + m.fetches + m.leading + m.newest + m.crowds;
}

size_t node_far_bytes(const struct node_setup *setup)
{
    return node_memory_bytes(setup) - node_near_bytes(setup) -
           setup->calls_max * node_record_bytes(setup);
}

static unsigned char *cut(unsigned char **at, size_t bytes)
{
    unsigned char *piece = *at;
    *at += bytes;
    return piece;
}

/* What few runs need. */
static void init_far(struct node *n, unsigned char *at)
{
    const struct node_setup *s = n->setup;
    flood_init(&n->flood, s->node_count, s->flood_life_ns > 0 ? s->flood_life_ns : SIM_TIME_NEVER,
               cut(&at, whole_lines(flood_memory_bytes(s->node_count))));
    if (!records_are_shared(s)) {
        pool_init(&n->fetches, cut(&at, fetches_max(s) * fetch_bytes()), fetch_bytes(),
                  fetches_max(s));
    }
    n->due_all = (struct node_due *)(void *)cut(&at, fetches_max(s) * sizeof(struct node_due));
    unsigned char *leading = cut(&at, align_up(leading_bytes(s)));
    n->leading = s->protocol.coalesce ? (uint32_t *)(void *)leading : NULL;
    unsigned char *newest = cut(&at, align_up(newest_bytes(s)));
    n->newest = s->catalogue->updates != NULL ? (uint32_t *)(void *)newest : NULL;
    n->crowd = (struct fetch_crowd *)(void *)cut(&at, align_up(crowds(s) * sizeof *n->crowd));
    n->crowded = (uint32_t *)(void *)at;
}

static void init_near(struct node *n, unsigned char *at)
{
    const struct node_setup *s = n->setup;
    cache_init(&n->cache, s->catalogue, s->policy, node_means_of(s, n->self).cache_bytes,
               cut(&at, cache_bytes(s)));
    if (s->policy->init != NULL) {
        s->policy->init(&n->cache, s->policy_context, n->self);
    }
    n->due = (struct node_due *)(void *)at;
    n->due_room = NODE_DUE_NEAR;
}

void node_init_in(struct node *n, const struct node_setup *setup, uint32_t self,
                  const uint16_t *next_port, const struct node_room *room)
{
    ASSERT(
        setup->protocol.preload == NODE_PRELOAD_NONE ||
        (setup->protocol.swap == NODE_SWAP_IDLE && setup->catalogue->need_max <= CALL_NEEDS_MAX));
    *n = (struct node){
        .setup = setup,
        .next_port = next_port,
        .self = self,
        .registry = setup->registry_of != NULL ? setup->registry_of[self] : setup->registry,
        .executors = node_means_of(setup, self).executors,
        .listens = setup->policy->heard != NULL,
        .orphans = {POOL_NONE, POOL_NONE},
        .agenda = POOL_NONE,
        .next_timeout = SIM_TIME_NEVER,
        .stalled_since = SIM_TIME_NEVER,
        .room = *room,
    };
    init_near(n, room->near);
    init_far(n, room->far);
    pool_init(&n->calls, room->record, room->apart, setup->calls_max);
    if (records_are_shared(setup)) {
        pool_init(&n->fetches, room->record + call_bytes(setup), room->apart, setup->calls_max);
    }
}

void node_init(struct node *n, const struct node_setup *setup, uint32_t self,
               const uint16_t *next_port, void *memory)
{
    unsigned char *at = memory;
    struct node_room room = {.apart = node_record_bytes(setup)};
    room.near = cut(&at, node_near_bytes(setup));
    room.record = cut(&at, setup->calls_max * room.apart);
    room.far = at;
    node_init_in(n, setup, self, next_port, &room);
}

/* All that has been touched, as it was handed in. */
static void clear(const struct node *n)
{
    const uint32_t calls = pool_high_water(&n->calls);
    const uint32_t fetches = records_are_shared(n->setup) ? pool_high_water(&n->fetches) : 0;
    for (uint32_t i = 0; i < calls || i < fetches; i++) {
        memset(n->room.record + i * n->room.apart, 0, node_record_bytes(n->setup));
    }
    memset(n->room.near, 0, node_near_bytes(n->setup));
    memset(n->room.far, 0, node_far_bytes(n->setup));
}

void node_restart(struct node *n, sim_time now, const struct node_sink *out)
{
    ASSERT(!n->is_stepping);
    if (node_is_registry(n)) { /* it has no calls, and keeps what it serves, its versions too */
        n->epoch++;
        return;
    }
    n->is_stepping = true;
    call_lose_all(n, now, out);
    node_settle(n, now);
    const struct node_stats stats = n->stats;
    const uint64_t forgotten = n->flood.forgotten;
    const uint64_t cache_high_water_bytes = n->cache.high_water_bytes;
    const uint32_t epoch = n->epoch + 1;
    const struct node_room room = n->room;
    clear(n);
    node_init_in(n, n->setup, n->self, n->next_port, &room);
    n->epoch = epoch;
    n->stats = stats;
    n->settled_at = now;
    n->flood.forgotten = forgotten;
    n->cache.high_water_bytes = cache_high_water_bytes;
}

struct wire_message node_answer(const struct node *n, const struct wire_message *m)
{
    const bool here = node_offers(n, m->tasklet);
    const struct tasklet *t = here ? &n->setup->catalogue->tasklet[m->tasklet] : NULL;
    return (struct wire_message){
        .kind = (uint8_t)wire_answer_to((enum wire_kind)m->kind),
        .status = here ? WIRE_HERE : WIRE_GONE,
        .origin = n->self,
        .destination = m->origin,
        .tasklet = m->tasklet,
        .request = m->request,
        .epoch = m->epoch,
        .context = m->context,
        .size = here ? t->size_bytes : 0,
        .hash =
            here ? version_hash(n->setup->catalogue, m->tasklet, version_here(n, m->tasklet)) : 0,
    };
}

void reply(struct node *n, const struct wire_message *m, const struct node_sink *out)
{
    const struct wire_message answer = node_answer(n, m);
    overhear(n, &answer);
    (void)actions_send(n, out, &answer); /* who cannot be reached will time out */
}

static void on_message(struct node *n, const struct wire_message *m, sim_time now,
                       const struct node_sink *out)
{
    switch ((enum wire_kind)m->kind) {
    case WIRE_QUERY: /* handled before: they are for everyone */
    case WIRE_NEWS:
        break;
    case WIRE_HAVE:
        on_have(n, m, now, out);
        break;
    case WIRE_REGISTRY_ASK:
        on_registry_ask(n, m, out);
        break;
    case WIRE_REGISTRY_TELL:
        on_registry_tell(n, m, now, out);
        break;
    case WIRE_META_ASK:
        on_meta_ask(n, m, out);
        break;
    case WIRE_META_TELL:
        on_meta_tell(n, m, now, out);
        break;
    case WIRE_GET:
        on_get(n, m, out);
        break;
    case WIRE_DATA:
        on_data(n, m, now, out);
        break;
    }
}

/* Each thing done may put others first. A call ends or waits at last: so does the agenda. */
void node_finish_agenda(struct node *n, sim_time now, const struct node_sink *out)
{
    while (n->adopt || n->agenda != POOL_NONE) {
        if (!n->adopt) {
            call_go_on(n, now, out);
        } else if (!acquire_adopt(n, now, out)) {
            n->adopt = false;
        }
    }
}

static SIM_ALWAYS_INLINE void on_frame(struct node *n, const struct node_event *ev, sim_time now,
                                       const struct node_sink *out)
{
    const struct wire_message *m = ev->frame;
    if (m->kind == WIRE_QUERY) {
        on_query(n, ev->port, m, now, out);
        return;
    }
    if (m->kind == WIRE_NEWS) {
        version_on_news(n, ev->port, m, out);
        return;
    }
    overhear(n, m);
    if (m->destination != n->self) {
        (void)actions_send(n, out, m); /* a hop on its way */
    } else {
        on_message(n, m, now, out);
        node_finish_agenda(n, now, out);
    }
}

/* Nothing on this node can move any more: all wait for room that only they could free. */
static bool is_stalled(const struct node *n)
{
    const uint32_t working = n->fetches.in_use - n->fetches_waiting - n->fetches_following;
    return n->fetches_waiting > 0 && n->calls_running == 0 && working == 0;
}

static void watch_for_stall(struct node *n, sim_time now)
{
    if (!is_stalled(n)) {
        n->stalled_since = SIM_TIME_NEVER;
    } else if (n->stalled_since == SIM_TIME_NEVER) {
        n->stalled_since = now;
    }
}

/* The executor may speak of a call that it was told to run, and once each time. */
static bool may_speak(struct node *n, uint32_t slot)
{
    if (slot < n->calls.fresh && call_at(n, slot)->state == CALL_RUNNING) {
        return true;
    }
    n->stats.foreign++;
    return false;
}

static enum sim_status on_word(struct node *n, const struct node_event *ev, sim_time now,
                               const struct node_sink *out)
{
    if (!may_speak(n, ev->slot)) {
        return SIM_ERR_INVALID;
    }
    if (ev->kind == NODE_EXEC_CALLS) {
        call_on_subcall(n, ev->slot, ev->tasklet, now, out);
    } else if (ev->kind == NODE_EXEC_FINISHED) {
        call_on_finished(n, ev->slot, out);
    } else {
        call_on_trapped(n, ev->slot);
    }
    node_finish_agenda(n, now, out);
    return SIM_OK;
}

enum sim_status node_step(struct node *n, sim_time now_ns, const struct node_event *ev,
                          const struct node_sink *out)
{
    ASSERT(!n->is_stepping); /* a sink that calls back would find a node half changed */
    n->is_stepping = true;
    enum sim_status status = SIM_OK;
    switch (ev->kind) {
    case NODE_FRAME:
        on_frame(n, ev, now_ns, out);
        break;
    case NODE_CALL:
        call_trigger(n, ev->call_id, ev->tasklet, now_ns, out);
        node_finish_agenda(n, now_ns, out);
        break;
    case NODE_TIMEOUT:
        acquire_on_timeouts(n, now_ns, out);
        break;
    case NODE_UPDATE:
        version_on_update(n, ev->tasklet, out);
        break;
    case NODE_EXEC_CALLS:
    case NODE_EXEC_FINISHED:
    case NODE_EXEC_TRAPPED:
        status = on_word(n, ev, now_ns, out);
        break;
    }
    if (n->room_freed && n->fetches_waiting > 0) {
        acquire_on_room(n, now_ns, out);
    }
    n->room_freed = false; /* where nobody waits for it */
    if (SIM_UNLIKELY(n->fetches_waiting > 0 || n->stalled_since != SIM_TIME_NEVER)) {
        watch_for_stall(n, now_ns);
    }
    n->is_stepping = false;
    return status;
}

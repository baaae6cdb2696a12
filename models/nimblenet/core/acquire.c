#include "models/nimblenet/core/acquire.h"

#include <string.h>

#include "models/nimblenet/core/actions.h"
#include "models/nimblenet/core/call.h"
#include "models/nimblenet/core/deadline.h"
#include "models/nimblenet/core/version.h"

/* ---- questions ---- */

static struct wire_message message_to(struct node *n, uint32_t index, enum wire_kind kind,
                                      uint32_t destination)
{
    struct fetch *f = fetch_at(n, index);
    f->request = kind == WIRE_QUERY ? ++n->last_search : ++n->last_exchange;
    return (struct wire_message){
        .kind = (uint8_t)kind,
        .origin = n->self,
        .destination = destination,
        .tasklet = f->tasklet,
        .request = f->request,
        .epoch = n->epoch,
        .context = index,
    };
}

/* Asks one node and waits for its answer. False if it cannot be reached. */
static bool ask(struct node *n, uint32_t index, enum wire_kind kind, enum node_stage stage,
                sim_time now, const struct node_sink *out)
{
    struct fetch *f = fetch_at(n, index);
    const uint32_t whom = stage == NODE_STAGE_REGISTRY ? n->registry : f->source;
    const struct wire_message m = message_to(n, index, kind, whom);
    fetch_set_stage(n, f, stage, now);
    fetch_wait_until(n, index, now + n->setup->protocol.request_timeout_ns);
    return actions_send(n, out, &m);
}

/* ---- the stages; each returns false where the attempt is lost at once ---- */

static bool search(struct node *n, uint32_t index, enum node_stage stage, sim_time now,
                   const struct node_sink *out)
{
    const struct node_protocol *p = &n->setup->protocol;
    const struct node_search *s = stage == NODE_STAGE_LOCAL_SEARCH ? &p->local : &p->global;
    struct fetch *f = fetch_at(n, index);
    struct wire_message m = message_to(n, index, WIRE_QUERY, WIRE_EVERYONE);
    m.ttl = (uint8_t)s->ttl;
    fetch_set_stage(n, f, stage, now);
    f->has_winner = false;
    fetch_wait_until(n, index, now + s->timeout_ns);
    actions_flood(out, NODE_NO_PORT, &m);
    return true;
}

static bool claim_and_get(struct node *n, uint32_t index, sim_time now,
                          const struct node_sink *out);

/* Algorithm 1, lines 22-28: the source is known, now its metadata and room. */
static bool use_source(struct node *n, uint32_t index, sim_time now, const struct node_sink *out)
{
    if (n->setup->protocol.metadata_exchange) {
        return ask(n, index, WIRE_META_ASK, NODE_STAGE_META, now, out);
    }
    if (fetch_at(n, index)->size_bytes == 0) { /* nobody has told: room is made on arrival */
        return ask(n, index, WIRE_GET, NODE_STAGE_DATA, now, out);
    }
    return claim_and_get(n, index, now, out);
}

static bool ask_registry(struct node *n, uint32_t index, sim_time now, const struct node_sink *out)
{
    struct fetch *f = fetch_at(n, index);
    f->source = n->registry;
    f->served = NODE_SERVED_REGISTRY;
    f->size_bytes = 0;
    if (n->setup->protocol.fallback_exchange) {
        return ask(n, index, WIRE_REGISTRY_ASK, NODE_STAGE_REGISTRY, now, out);
    }
    return use_source(n, index, now, out);
}

static bool search_globally(struct node *n, uint32_t index, sim_time now,
                            const struct node_sink *out)
{
    if (n->setup->protocol.global.ttl > 0) {
        return search(n, index, NODE_STAGE_GLOBAL_SEARCH, now, out);
    }
    return ask_registry(n, index, now, out);
}

static bool search_locally(struct node *n, uint32_t index, sim_time now,
                           const struct node_sink *out)
{
    if (n->setup->protocol.local.ttl > 0) {
        return search(n, index, NODE_STAGE_LOCAL_SEARCH, now, out);
    }
    return search_globally(n, index, now, out);
}

/* ---- room ---- */

static bool make_room(struct node *n, struct fetch *f, uint64_t size, const struct node_sink *out)
{
    if (!cache_can_fit(&n->cache, size)) {
        return false; /* and nothing is evicted in vain */
    }
    cache_expect(&n->cache, f->tasklet);
    for (;;) {
        const uint32_t evicted = cache_evict_for(&n->cache, size);
        if (evicted == CACHE_NONE) {
            return true;
        }
        f->evicted++;
        n->stats.evictions++;
        actions_binary(out, NODE_EVICTED, evicted);
    }
}

/* Room that waiting cannot bring: attempts run out as Algorithm 1 has it, and nobody waits. */
static void note_no_room(struct node *n, struct fetch *f, uint64_t size)
{
    const uint64_t held = call_held_bytes(n, call_at(n, f->call));
    f->too_large = size + held > node_means_of(n->setup, n->self).cache_bytes;
    if (f->too_large && n->setup->protocol.no_room == NODE_ROOM_WAIT) {
        f->attempts_left = 0;
    }
}

static bool claim_and_get(struct node *n, uint32_t index, sim_time now, const struct node_sink *out)
{
    struct fetch *f = fetch_at(n, index);
    if (make_room(n, f, f->size_bytes, out)) {
        cache_claim(&n->cache, f->size_bytes);
        f->has_claim = true;
        return ask(n, index, WIRE_GET, NODE_STAGE_DATA, now, out);
    }
    n->stats.no_room += f->stage != NODE_STAGE_ROOM;
    note_no_room(n, f, f->size_bytes);
    if (n->setup->protocol.no_room == NODE_ROOM_RETRY || f->too_large) {
        return false;
    }
    fetch_set_stage(n, f, NODE_STAGE_ROOM, now);
    fetch_wait_no_longer(n, index);
    return true;
}

/* ---- ends and beginnings of an attempt ---- */

/* Ends a fetch, and says how it went; those who followed it look for themselves behind that. */
static void conclude(struct node *n, uint32_t index, enum node_action_kind how, sim_time now,
                     const struct node_sink *out)
{
    struct fetch *f = fetch_at(n, index);
    fetch_set_stage(n, f, FETCH_IDLE, now); /* closes the account of the time spent */
    struct node_acquisition a = {
        .call_id = call_at(n, f->call)->call_id,
        .tasklet = f->tasklet,
        .served = (enum node_served)f->served,
        .source = f->served == NODE_SERVED_LOCAL ? n->self : f->source,
        .attempts = n->setup->protocol.attempts - f->attempts_left,
        .evicted = f->evicted,
        .too_large = f->too_large,
        .asked = f->asked,
        .timed_out_ns = f->timed_out_ns,
    };
    memcpy(a.spent_ns, f->spent_ns, sizeof a.spent_ns);
    fetch_close(n, index, now);
    n->adopt |= n->orphans.oldest != POOL_NONE;
    actions_do(out, &(struct node_action){.kind = how, .acquired = &a});
}

static void succeed(struct node *n, uint32_t index, sim_time now, const struct node_sink *out)
{
    const struct fetch *f = fetch_at(n, index);
    const uint32_t call = f->call;
    const uint32_t tasklet = f->tasklet;
    const uint32_t version = f->version;
    n->stats.served[f->served]++;
    conclude(n, index, NODE_ACQUIRED, now, out);
    call_acquired(n, call, tasklet, version, now, out);
}

/* Reserves a tasklet for a call: it is used now, or only held where it is preloaded. */
static bool reserve_for(struct node *n, const struct call *c, uint32_t tasklet)
{
    return call_is_preloading(c) ? cache_hold(&n->cache, tasklet)
                                 : cache_reserve(&n->cache, tasklet);
}

static bool reserve(struct node *n, struct fetch *f)
{
    if (!reserve_for(n, call_at(n, f->call), f->tasklet)) {
        return false;
    }
    f->version = cache_version(&n->cache, f->tasklet);
    return true;
}

static void store(struct node *n, const struct fetch *f)
{
    if (call_is_preloading(call_at(n, f->call))) {
        cache_insert_held(&n->cache, f->tasklet);
    } else {
        cache_insert_reserved(&n->cache, f->tasklet);
    }
    cache_set_version(&n->cache, f->tasklet, f->version);
}

static void lose(struct node *n, const struct fetch *f, const struct node_sink *out)
{
    n->stats.attempts_lost++;
    actions_binary(out, NODE_ATTEMPT_LOST, f->tasklet);
}

static void attempt(struct node *n, uint32_t index, sim_time now, const struct node_sink *out)
{
    struct fetch *f = fetch_at(n, index);
    while (f->attempts_left > 0) {
        f->attempts_left--;
        version_refresh(n, f->tasklet, out);
        if (reserve(n, f)) {
            f->served = NODE_SERVED_LOCAL;
            succeed(n, index, now, out);
            return;
        }
        if (n->setup->protocol.coalesce && fetch_follow_or_lead(n, index, now)) {
            f->attempts_left++; /* the leader spends the attempts */
            return;
        }
        if (search_locally(n, index, now, out)) {
            return;
        }
        lose(n, f, out);
    }
    if (cache_reserve_retired(&n->cache, f->tasklet, &f->version)) {
        f->served = NODE_SERVED_LOCAL; /* better once more the old one than none */
        succeed(n, index, now, out);
        return;
    }
    const uint32_t call = f->call;
    const bool too_large = f->too_large;
    conclude(n, index, NODE_NOT_ACQUIRED, now, out);
    call_not_acquired(n, call, too_large, now);
}

void acquire_on_lost(struct node *n, uint32_t index, sim_time now, const struct node_sink *out)
{
    struct fetch *f = fetch_at(n, index);
    lose(n, f, out);
    fetch_drop_claim(n, f);
    attempt(n, index, now, out);
}

static void go_on_or_lose(struct node *n, uint32_t index, bool goes_on, sim_time now,
                          const struct node_sink *out)
{
    if (!goes_on) {
        acquire_on_lost(n, index, now, out);
    }
}

/* ---- what happens to a fetch under way ---- */

/*
 * Whether the first attempt will find a tasklet here. Only where a record was used before: those
 * that ever were in use are counted, and the count is what it is without this short way.
 */
static bool is_here(const struct node *n, uint32_t tasklet)
{
    return cache_holds(&n->cache, tasklet) && !version_is_outdated(n, tasklet) &&
           n->setup->protocol.attempts > 0 && n->fetches.free != POOL_NONE;
}

/* One attempt that takes no time: all that fetch_open(), attempt() and conclude() would come to. */
static void find_at_once(struct node *n, uint32_t call, uint32_t tasklet, sim_time now,
                         const struct node_sink *out)
{
    const struct call *c = call_at(n, call);
    const struct node_acquisition a = {
        .call_id = c->call_id,
        .tasklet = tasklet,
        .served = NODE_SERVED_LOCAL,
        .source = n->self,
        .attempts = 1,
        .asked = now,
    };
    const bool is_reserved = reserve_for(n, c, tasklet);
    ASSERT(is_reserved);
    n->stats.served[NODE_SERVED_LOCAL]++;
    n->adopt |= n->orphans.oldest != POOL_NONE;
    actions_do(out, &(struct node_action){.kind = NODE_ACQUIRED, .acquired = &a});
    call_acquired(n, call, tasklet, cache_version(&n->cache, tasklet), now, out);
}

void acquire_start(struct node *n, uint32_t call, uint32_t tasklet, sim_time now,
                   const struct node_sink *out)
{
    actions_binary(out, NODE_WANTED, tasklet);
    if (is_here(n, tasklet)) {
        find_at_once(n, call, tasklet, now, out);
    } else {
        attempt(n, fetch_open(n, call, tasklet, now), now, out);
    }
}

void acquire_cancel(struct node *n, uint32_t call, sim_time now)
{
    const uint32_t index = call_at(n, call)->asked.oldest;
    ASSERT(index != POOL_NONE); /* the call counts its fetches */
    fetch_close(n, index, now);
    n->adopt |= n->orphans.oldest != POOL_NONE;
}

bool acquire_adopt(struct node *n, sim_time now, const struct node_sink *out)
{
    const uint32_t orphan = fetch_adopt(n, now);
    if (orphan == POOL_NONE) {
        return false;
    }
    attempt(n, orphan, now, out);
    return true;
}

void acquire_release(struct node *n, uint32_t tasklet, uint32_t version,
                     const struct node_sink *out)
{
    if (cache_release_version(&n->cache, tasklet, version)) {
        actions_copy(out, NODE_DROPPED, tasklet, version);
    }
    n->room_freed = true;
}

uint32_t acquire_on_answer(struct node *n, const struct wire_message *answer, sim_time now,
                           const struct node_sink *out)
{
    const uint32_t index = fetch_expecting(n, answer);
    if (index == POOL_NONE) {
        n->stats.answers_stray++;
        return POOL_NONE;
    }
    const bool is_older = version_is_older(n, answer); /* the news came behind the question */
    if (SIM_UNLIKELY(is_older)) {
        n->stats.older++;
    }
    if (answer->status == WIRE_GONE || is_older) {
        acquire_on_lost(n, index, now, out);
        return POOL_NONE;
    }
    return index;
}

void acquire_on_found(struct node *n, uint32_t index, uint32_t source, uint32_t size_bytes,
                      sim_time now, const struct node_sink *out)
{
    struct fetch *f = fetch_at(n, index);
    if (f->stage == NODE_STAGE_REGISTRY) {
        f->size_bytes = size_bytes;
        go_on_or_lose(n, index, use_source(n, index, now, out), now, out);
        return;
    }
    if (f->has_winner) {
        return; /* waits for its timeout with an answer that was faster */
    }
    f->has_winner = true;
    f->source = source;
    f->size_bytes = size_bytes;
    if (source >= n->setup->registry) {
        f->served = NODE_SERVED_REGISTRY;
    } else if (f->stage == NODE_STAGE_LOCAL_SEARCH) {
        f->served = NODE_SERVED_NEIGHBOUR;
    } else {
        f->served = NODE_SERVED_GLOBAL;
    }
    if (n->setup->protocol.first_answer_wins) {
        go_on_or_lose(n, index, use_source(n, index, now, out), now, out);
    }
}

void acquire_on_size(struct node *n, uint32_t index, uint32_t size_bytes, sim_time now,
                     const struct node_sink *out)
{
    fetch_at(n, index)->size_bytes = size_bytes;
    go_on_or_lose(n, index, claim_and_get(n, index, now, out), now, out);
}

void acquire_on_binary(struct node *n, uint32_t index, uint32_t size_bytes, sim_time now,
                       const struct node_sink *out)
{
    struct fetch *f = fetch_at(n, index);
    const bool had_claim = f->has_claim;
    fetch_drop_claim(n, f); /* the room it kept is the room that the binary takes now */
    if (!reserve(n, f)) {
        if (!had_claim && !make_room(n, f, size_bytes, out)) {
            n->stats.no_room++;
            note_no_room(n, f, size_bytes);
            acquire_on_lost(n, index, now, out);
            return;
        }
        store(n, f);
        actions_copy(out, NODE_STORED, f->tasklet, f->version);
    }
    succeed(n, index, now, out);
}

static void on_timeout(struct node *n, uint32_t index, sim_time now, const struct node_sink *out)
{
    struct fetch *f = fetch_at(n, index);
    f->timed_out_ns += now - f->since;
    fetch_wait_no_longer(n, index);
    const bool searching =
        f->stage == NODE_STAGE_LOCAL_SEARCH || f->stage == NODE_STAGE_GLOBAL_SEARCH;
    bool goes_on = false;
    if (searching && f->has_winner) {
        goes_on = use_source(n, index, now, out);
    } else if (f->stage == NODE_STAGE_LOCAL_SEARCH) {
        goes_on = search_globally(n, index, now, out);
    } else if (f->stage == NODE_STAGE_GLOBAL_SEARCH) {
        goes_on = ask_registry(n, index, now, out);
    } else {
        n->stats.timeouts++;
    }
    go_on_or_lose(n, index, goes_on, now, out);
}

void acquire_on_timeouts(struct node *n, sim_time now, const struct node_sink *out)
{
    while (n->due_count > 0 && n->due[0].deadline <= now) {
        on_timeout(n, n->due[0].fetch, now, out);
        node_finish_agenda(n, now, out);
    }
    n->next_timeout = n->due_count > 0 ? n->due[0].deadline : SIM_TIME_NEVER;
}

/* Another call may have brought the tasklet that this fetch waits to have room for. */
static bool find_it_here(struct node *n, uint32_t index, sim_time now, const struct node_sink *out)
{
    struct fetch *f = fetch_at(n, index);
    if (!reserve(n, f)) {
        return false;
    }
    f->served = NODE_SERVED_LOCAL;
    succeed(n, index, now, out);
    return true;
}

void acquire_on_room(struct node *n, sim_time now, const struct node_sink *out)
{
    while (n->room_freed) {
        n->room_freed = false;
        uint32_t i = n->fetches_waiting > 0 ? fetch_with_room(n) : POOL_NONE;
        while (i != POOL_NONE) {
            bool goes_on = find_it_here(n, i, now, out);
            if (!goes_on) {
                goes_on = claim_and_get(n, i, now, out);
                go_on_or_lose(n, i, goes_on, now, out);
            }
            node_finish_agenda(n, now, out);
            i = goes_on ? fetch_with_room(n) : POOL_NONE; /* else again, if there is room now */
        }
    }
}

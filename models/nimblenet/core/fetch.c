#include "models/nimblenet/core/fetch.h"

#include "models/nimblenet/core/call.h"
#include "models/nimblenet/core/deadline.h"
#include "models/nimblenet/core/version.h"

/* ---- followers and orphans ---- */

/* From the young end, where nearly all belong. */
static void list_add(struct node *n, struct fetch_list *list, uint32_t index)
{
    struct fetch *f = fetch_at(n, index);
    f->older = list->youngest;
    f->younger = POOL_NONE;
    while (f->older != POOL_NONE && fetch_is_younger(fetch_at(n, f->older), f)) {
        f->younger = f->older;
        f->older = fetch_at(n, f->older)->older;
    }
    *(f->older != POOL_NONE ? &fetch_at(n, f->older)->younger : &list->oldest) = index;
    *(f->younger != POOL_NONE ? &fetch_at(n, f->younger)->older : &list->youngest) = index;
}

static void list_remove(struct node *n, struct fetch_list *list, const struct fetch *f)
{
    *(f->older != POOL_NONE ? &fetch_at(n, f->older)->younger : &list->oldest) = f->younger;
    *(f->younger != POOL_NONE ? &fetch_at(n, f->younger)->older : &list->youngest) = f->older;
}

static void stop_following(struct node *n, const struct fetch *f)
{
    struct fetch_list *list =
        f->leader != POOL_NONE ? &fetch_at(n, f->leader)->followers : &n->orphans;
    list_remove(n, list, f);
}

static void stop_leading(struct node *n, uint32_t index)
{
    const struct fetch *f = fetch_at(n, index);
    uint32_t i = f->followers.oldest;
    while (i != POOL_NONE) {
        const uint32_t younger = fetch_at(n, i)->younger;
        fetch_at(n, i)->leader = POOL_NONE;
        list_add(n, &n->orphans, i);
        i = younger;
    }
    if (n->leading[f->tasklet] == index + 1) {
        n->leading[f->tasklet] = 0;
    }
}

bool fetch_follow_or_lead(struct node *n, uint32_t index, sim_time now)
{
    struct fetch *f = fetch_at(n, index);
    uint32_t *leading = &n->leading[f->tasklet];
    if (*leading == 0 || *leading == index + 1) {
        *leading = index + 1;
        return false;
    }
    f->leader = *leading - 1;
    list_add(n, &fetch_at(n, f->leader)->followers, index);
    fetch_set_stage(n, f, NODE_STAGE_FOLLOW, now);
    fetch_wait_no_longer(n, index);
    return true;
}

uint32_t fetch_adopt(struct node *n, sim_time now)
{
    const uint32_t index = n->orphans.oldest;
    if (index != POOL_NONE) {
        struct fetch *f = fetch_at(n, index);
        list_remove(n, &n->orphans, f);
        fetch_set_stage(n, f, FETCH_IDLE, now);
    }
    return index;
}

/* ---- who waits for room ---- */

static uint32_t index_of(const struct node *n, const struct fetch *f)
{
    return (uint32_t)((size_t)((const unsigned char *)f - n->fetches.items) / n->fetches.item_size);
}

static void join_crowd(struct node *n, const struct fetch *f)
{
    struct fetch_crowd *crowd = &n->crowd[f->tasklet];
    if (crowd->place == 0) {
        crowd->fetches = (struct fetch_list){POOL_NONE, POOL_NONE};
        n->crowded[n->crowded_count++] = f->tasklet;
        crowd->place = n->crowded_count;
    }
    list_add(n, &crowd->fetches, index_of(n, f));
}

static void leave_crowd(struct node *n, const struct fetch *f)
{
    struct fetch_crowd *crowd = &n->crowd[f->tasklet];
    list_remove(n, &crowd->fetches, f);
    if (crowd->fetches.oldest == POOL_NONE) {
        const uint32_t last = n->crowded[--n->crowded_count];
        n->crowded[crowd->place - 1] = last;
        n->crowd[last].place = crowd->place;
        crowd->place = 0;
    }
}

uint32_t fetch_with_room(const struct node *n)
{
    uint32_t oldest = POOL_NONE;
    for (uint32_t i = 0; i < n->crowded_count; i++) {
        const uint32_t tasklet = n->crowded[i];
        const uint32_t first = n->crowd[tasklet].fetches.oldest;
        const struct fetch *f = fetch_at(n, first);
        const bool may_go_on =
            cache_holds(&n->cache, tasklet) || cache_can_fit(&n->cache, f->size_bytes);
        if (may_go_on && (oldest == POOL_NONE || fetch_is_younger(fetch_at(n, oldest), f))) {
            oldest = first;
        }
    }
    return oldest;
}

/* ---- from open to close ---- */

uint32_t fetch_open(struct node *n, uint32_t call, uint32_t tasklet, sim_time now)
{
    struct fetch_list *asked = &call_at(n, call)->asked;
    const uint32_t index = pool_take(&n->fetches);
    ASSERT(index != POOL_NONE); /* node_memory_bytes() counts what calls_max calls can want */
    deadline_make_room(n, index);
    *fetch_at(n, index) = (struct fetch){
        .call = call,
        .tasklet = tasklet,
        .elder = asked->youngest,
        .junior = POOL_NONE,
        .age = n->fetches_opened++,
        .leader = POOL_NONE,
        .followers = {POOL_NONE, POOL_NONE},
        .attempts_left = n->setup->protocol.attempts,
        .asked = now,
        .since = now,
        .stage = FETCH_IDLE,
    };
    *(asked->youngest != POOL_NONE ? &fetch_at(n, asked->youngest)->junior : &asked->oldest) =
        index;
    asked->youngest = index;
    return index;
}

static SIM_NOINLINE void change_crowd(struct node *n, const struct fetch *f, unsigned before)
{
    if (before == NODE_STAGE_ROOM) {
        n->fetches_waiting--;
        leave_crowd(n, f);
    }
    if (f->stage == NODE_STAGE_ROOM) {
        n->fetches_waiting++;
        join_crowd(n, f);
    }
}

void fetch_set_stage(struct node *n, struct fetch *f, unsigned stage, sim_time now)
{
    const unsigned before = f->stage;
    if (before != FETCH_IDLE) {
        f->spent_ns[before] += now - f->since;
    }
    f->since = now;
    f->stage = (uint8_t)stage;
    if (SIM_UNLIKELY(before == NODE_STAGE_FOLLOW || stage == NODE_STAGE_FOLLOW)) {
        n->fetches_following -= before == NODE_STAGE_FOLLOW;
        n->fetches_following += stage == NODE_STAGE_FOLLOW;
    }
    if (SIM_UNLIKELY(before == NODE_STAGE_ROOM || stage == NODE_STAGE_ROOM)) {
        change_crowd(n, f, before);
    }
}

void fetch_drop_claim(struct node *n, struct fetch *f)
{
    if (f->has_claim) {
        cache_unclaim(&n->cache, f->size_bytes);
        f->has_claim = false;
        n->room_freed = true;
    }
}

void fetch_close(struct node *n, uint32_t index, sim_time now)
{
    struct fetch *f = fetch_at(n, index);
    if (n->leading != NULL) {
        stop_leading(n, index);
    }
    if (f->stage == NODE_STAGE_FOLLOW) {
        stop_following(n, f);
    }
    fetch_wait_no_longer(n, index);
    fetch_drop_claim(n, f);
    fetch_set_stage(n, f, FETCH_IDLE, now);
    struct fetch_list *asked = &call_at(n, f->call)->asked;
    *(f->elder != POOL_NONE ? &fetch_at(n, f->elder)->junior : &asked->oldest) = f->junior;
    *(f->junior != POOL_NONE ? &fetch_at(n, f->junior)->elder : &asked->youngest) = f->elder;
    pool_give(&n->fetches, index);
}

void fetch_wait_no_longer(struct node *n, uint32_t index)
{
    deadline_set(n, index, SIM_TIME_NEVER);
}

void fetch_wait_until(struct node *n, uint32_t index, sim_time deadline)
{
    deadline_set(n, index, deadline);
    if (deadline < n->next_timeout) {
        n->next_timeout = deadline; /* a deadline given up is noticed when it is reached */
    }
}

/* Whether what an answer says of a tasklet is what is known of it. */
static bool is_truthful(const struct node *n, const struct wire_message *answer)
{
    if (answer->status != WIRE_HERE) {
        return true;
    }
    const struct catalogue *c = n->setup->catalogue;
    uint32_t version;
    return answer->size == c->tasklet[answer->tasklet].size_bytes &&
           version_of(c, answer->tasklet, answer->hash, &version);
}

uint32_t fetch_expecting(const struct node *n, const struct wire_message *answer)
{
    static const uint8_t stage_of[WIRE_KINDS] = {
        [WIRE_REGISTRY_TELL] = NODE_STAGE_REGISTRY,
        [WIRE_META_TELL] = NODE_STAGE_META,
        [WIRE_DATA] = NODE_STAGE_DATA,
    };
    if (answer->context >= n->fetches.fresh) {
        return POOL_NONE;
    }
    const struct fetch *f = fetch_at(n, answer->context);
    if (f->stage == FETCH_IDLE || f->request != answer->request || answer->epoch != n->epoch ||
        f->tasklet != answer->tasklet) {
        return POOL_NONE;
    }
    if (answer->origin == n->self || answer->origin >= n->setup->node_count) {
        return POOL_NONE; /* nobody who could be asked for the binary */
    }
    const bool from_source = f->source == answer->origin;
    const bool expected =
        answer->kind == WIRE_HAVE
            ? f->stage == NODE_STAGE_LOCAL_SEARCH || f->stage == NODE_STAGE_GLOBAL_SEARCH
            : f->stage == stage_of[answer->kind] && from_source;
    return expected && is_truthful(n, answer) ? answer->context : POOL_NONE;
}

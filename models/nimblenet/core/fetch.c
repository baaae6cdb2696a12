#include "models/nimblenet/core/fetch.h"

#include "models/nimblenet/core/deadline.h"

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

/* ---- from open to close ---- */

uint32_t fetch_open(struct node *n, uint32_t call, uint32_t tasklet, sim_time now)
{
    const uint32_t index = pool_take(&n->fetches);
    ASSERT(index != POOL_NONE); /* node_memory_bytes() counts what calls_max calls can want */
    *fetch_at(n, index) = (struct fetch){
        .call = call,
        .tasklet = tasklet,
        .previous = n->fetch_last,
        .next = POOL_NONE,
        .age = n->fetches_opened++,
        .leader = POOL_NONE,
        .followers = {POOL_NONE, POOL_NONE},
        .attempts_left = n->setup->protocol.attempts,
        .deadline = SIM_TIME_NEVER,
        .asked = now,
        .since = now,
        .stage = FETCH_IDLE,
    };
    if (n->fetch_last != POOL_NONE) {
        fetch_at(n, n->fetch_last)->next = index;
    } else {
        n->fetch_first = index;
    }
    n->fetch_last = index;
    return index;
}

void fetch_set_stage(struct node *n, struct fetch *f, unsigned stage, sim_time now)
{
    if (f->stage != FETCH_IDLE) {
        f->spent_ns[f->stage] += now - f->since;
    }
    f->since = now;
    n->fetches_waiting -= f->stage == NODE_STAGE_ROOM;
    n->fetches_following -= f->stage == NODE_STAGE_FOLLOW;
    f->stage = (uint8_t)stage;
    n->fetches_waiting += stage == NODE_STAGE_ROOM;
    n->fetches_following += stage == NODE_STAGE_FOLLOW;
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
    if (f->previous != POOL_NONE) {
        fetch_at(n, f->previous)->next = f->next;
    } else {
        n->fetch_first = f->next;
    }
    if (f->next != POOL_NONE) {
        fetch_at(n, f->next)->previous = f->previous;
    } else {
        n->fetch_last = f->previous;
    }
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

uint32_t fetch_of_call(const struct node *n, uint32_t call)
{
    uint32_t i = n->fetch_first;
    while (i != POOL_NONE && fetch_at(n, i)->call != call) {
        i = fetch_at(n, i)->next;
    }
    return i;
}

/* Whether what an answer says of a tasklet is what is known of it. */
static bool is_truthful(const struct node *n, const struct wire_message *answer)
{
    if (answer->status != WIRE_HERE) {
        return true;
    }
    const struct tasklet *t = &n->setup->catalogue->tasklet[answer->tasklet];
    return answer->size == t->size_bytes && answer->hash == t->hash;
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

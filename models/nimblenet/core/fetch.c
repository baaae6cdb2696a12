#include "models/nimblenet/core/fetch.h"

uint32_t fetch_open(struct node *n, uint32_t call, uint32_t tasklet, sim_time now)
{
    const uint32_t index = pool_take(&n->fetches);
    ASSERT(index != POOL_NONE); /* node_memory_bytes() counts what calls_max calls can want */
    *fetch_at(n, index) = (struct fetch){
        .call = call,
        .tasklet = tasklet,
        .previous = n->fetch_last,
        .next = POOL_NONE,
        .leader = POOL_NONE,
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

/* Those who followed a fetch that ends have no leader, until wake_followers(). */
static void orphan_followers(struct node *n, uint32_t leader)
{
    uint32_t i = n->fetches_following > 0 ? n->fetch_first : POOL_NONE;
    for (; i != POOL_NONE; i = fetch_at(n, i)->next) {
        if (fetch_at(n, i)->leader == leader) {
            fetch_at(n, i)->leader = POOL_NONE;
        }
    }
}

void fetch_close(struct node *n, uint32_t index, sim_time now)
{
    struct fetch *f = fetch_at(n, index);
    orphan_followers(n, index);
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

void fetch_wait_until(struct node *n, struct fetch *f, sim_time deadline)
{
    f->deadline = deadline;
    if (deadline < n->next_timeout) {
        n->next_timeout = deadline; /* a deadline given up is noticed when it is reached */
    }
}

uint32_t fetch_find_leader(const struct node *n, uint32_t index)
{
    const uint32_t tasklet = fetch_at(n, index)->tasklet;
    for (uint32_t i = n->fetch_first; i != POOL_NONE; i = fetch_at(n, i)->next) {
        const struct fetch *f = fetch_at(n, i);
        if (i != index && f->tasklet == tasklet && f->stage != FETCH_IDLE &&
            f->stage != NODE_STAGE_FOLLOW) {
            return i;
        }
    }
    return POOL_NONE;
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
    if (f->stage == FETCH_IDLE || f->request != answer->request || f->tasklet != answer->tasklet) {
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

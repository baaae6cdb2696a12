#include "models/nimblenet/real/outfit.h"

#include <stdlib.h>

/* ---- what is written ---- */

static void put_search(struct pack *p, const struct node_search *s)
{
    pack_u32(p, s->ttl);
    pack_time(p, s->timeout_ns);
}

static void put_protocol(struct pack *p, const struct node_protocol *c)
{
    const bool flag[] = {c->flood_back,        c->holder_forwards,   c->registry_answers,
                         c->first_answer_wins, c->deadline_accepts,  c->metadata_exchange,
                         c->fallback_exchange, c->announces_updates, c->coalesce};
    pack_u32(p, c->attempts);
    put_search(p, &c->local);
    put_search(p, &c->global);
    pack_time(p, c->request_timeout_ns);
    for (size_t i = 0; i < sizeof flag / sizeof flag[0]; i++) {
        pack_u8(p, flag[i]);
    }
    pack_u8(p, (uint8_t)c->no_room);
    pack_u8(p, (uint8_t)c->preload);
    pack_u8(p, (uint8_t)c->order);
    pack_u8(p, (uint8_t)c->swap);
}

static void put_policy(struct pack *p, const struct cache_policy *policy)
{
    const char *name = policies_name(policy);
    const size_t length = strlen(name);
    pack_u8(p, (uint8_t)length);
    pack_bytes(p, name, length);
}

/* Needs are of chains that preload; nobody else asks for them. */
static uint32_t needs_of(const struct node_setup *s, uint32_t tasklet)
{
    return s->protocol.preload == NODE_PRELOAD_NONE ? 0 : s->catalogue->tasklet[tasklet].need_count;
}

static void put_tasklet(struct pack *p, const struct node_setup *s, uint32_t tasklet)
{
    const struct catalogue *c = s->catalogue;
    const struct tasklet *t = &c->tasklet[tasklet];
    pack_u32(p, t->size_bytes);
    pack_u64(p, t->hash);
    pack_u32(p, c->updates != NULL ? c->updates[tasklet] : 0);
    pack_u32(p, needs_of(s, tasklet));
    for (uint32_t i = 0; i < needs_of(s, tasklet); i++) {
        pack_u32(p, c->need[t->first_need + i]);
    }
}

static void put_catalogue(struct pack *p, const struct node_setup *s)
{
    pack_u32(p, s->catalogue->count);
    pack_u32(p, s->catalogue->depth);
    pack_u8(p, s->catalogue->updates != NULL);
    for (uint32_t i = 0; i < s->catalogue->count; i++) {
        put_tasklet(p, s, i);
    }
}

static void put_future(struct pack *p, const struct node_setup *s, uint32_t self)
{
    const struct policies_future *all = s->policy_context;
    pack_u8(p, all != NULL);
    if (all == NULL) {
        return;
    }
    const struct policies_future *f = &all[self];
    for (uint32_t t = 0; t < s->catalogue->count; t++) {
        pack_u32(p, f->first[t + 1] - f->first[t]);
        for (uint32_t i = f->first[t]; i < f->first[t + 1]; i++) {
            pack_time(p, f->at[i]);
        }
    }
}

static bool has_bytes(const struct node_setup *s, uint32_t self)
{
    return self >= s->registry;
}

enum { WORK_NONE, WORK_RUN, WORK_METERED };

static void put_work(struct pack *p, const struct node_setup *s, uint32_t self,
                     const struct outfit_work *work)
{
    pack_u8(p, work->binary == NULL ? WORK_NONE : work->is_metered ? WORK_METERED : WORK_RUN);
    if (work->binary == NULL) {
        return;
    }
    pack_u64(p, work->instructions);
    for (uint32_t i = 0; i < s->catalogue->count; i++) {
        const struct outfit_binary *b = &work->binary[i];
        pack_bytes(p, b->name, sizeof b->name);
        pack_u32(p, b->length);
        pack_u64(p, b->digest);
        if (has_bytes(s, self)) {
            pack_bytes(p, b->bytes, b->length);
        }
    }
}

void outfit_encode(struct pack *p, const struct node_setup *s, uint32_t self,
                   const uint16_t *next_port, const struct outfit_work *work)
{
    pack_u32(p, self);
    pack_u32(p, s->node_count);
    pack_u32(p, s->registry);
    pack_u32(p, s->registry_of != NULL ? s->registry_of[self] : s->registry);
    pack_u32(p, node_means_of(s, self).executors);
    pack_u32(p, s->calls_max);
    pack_u64(p, node_means_of(s, self).cache_bytes);
    pack_time(p, s->flood_life_ns);
    put_protocol(p, &s->protocol);
    put_policy(p, s->policy);
    for (uint32_t i = 0; i < s->node_count; i++) {
        pack_u16(p, next_port[i]);
    }
    put_catalogue(p, s);
    put_future(p, s, self);
    put_work(p, s, self, work);
}

size_t outfit_bytes(const struct node_setup *s, uint32_t self, const struct outfit_work *work)
{
    const struct policies_future *all = s->policy_context;
    const size_t tasklets = s->catalogue->count;
    size_t bytes = 256 + 2 * (size_t)s->node_count + 20 * tasklets;
    for (uint32_t i = 0; i < tasklets; i++) {
        bytes += 4 * (size_t)needs_of(s, i);
    }
    for (uint32_t i = 0; i < tasklets && work->binary != NULL; i++) {
        bytes += OUTFIT_NAME_MAX + 12 + (has_bytes(s, self) ? work->binary[i].length : 0);
    }
    if (all != NULL) {
        bytes += 4 * tasklets + 8 * (size_t)(all[self].first[tasklets] - all[self].first[0]);
    }
    return bytes;
}

/* ---- what is read ---- */

static struct node_search take_search(struct unpack *u)
{
    const uint32_t ttl = unpack_u32(u);
    return (struct node_search){.ttl = ttl, .timeout_ns = unpack_time(u)};
}

static bool take_protocol(struct unpack *u, struct node_protocol *c)
{
    c->attempts = unpack_u32(u);
    c->local = take_search(u);
    c->global = take_search(u);
    c->request_timeout_ns = unpack_time(u);
    bool *const flag[] = {&c->flood_back,        &c->holder_forwards,   &c->registry_answers,
                          &c->first_answer_wins, &c->deadline_accepts,  &c->metadata_exchange,
                          &c->fallback_exchange, &c->announces_updates, &c->coalesce};
    bool is_sound = true;
    for (size_t i = 0; i < sizeof flag / sizeof flag[0]; i++) {
        const uint8_t value = unpack_u8(u);
        *flag[i] = value == 1;
        is_sound &= value <= 1;
    }
    const uint8_t no_room = unpack_u8(u);
    const uint8_t preload = unpack_u8(u);
    const uint8_t order = unpack_u8(u);
    const uint8_t swap = unpack_u8(u);
    c->no_room = (enum node_no_room)no_room;
    c->preload = (enum node_preload)preload;
    c->order = (enum node_order)order;
    c->swap = (enum node_swap)swap;
    const bool has_times =
        c->local.timeout_ns >= 0 && c->global.timeout_ns >= 0 && c->request_timeout_ns >= 0;
    const bool fits = c->local.ttl <= UINT8_MAX && c->global.ttl <= UINT8_MAX;
    return is_sound && has_times && fits && no_room <= NODE_ROOM_WAIT &&
           preload <= NODE_PRELOAD_PARALLEL && order <= NODE_ORDER_YIELD && swap <= NODE_SWAP_HOT;
}

static const struct cache_policy *take_policy(struct unpack *u)
{
    char name[UINT8_MAX + 1] = "";
    const uint8_t length = unpack_u8(u);
    const unsigned char *bytes = unpack_bytes(u, length);
    if (bytes == NULL) {
        return NULL;
    }
    memcpy(name, bytes, length);
    return strlen(name) == length ? policies_find(name) : NULL;
}

/* An array of the outfit's, of so many items; each takes some of the bytes that are left, so there
 * cannot be more of them than these. */
static void *take_array(const struct unpack *u, size_t count, size_t size)
{
    return count <= unpack_left(u) + 1 ? calloc(count + 1, size) : NULL;
}

/* Whom it asks; no core looks up whom another one does. */
static bool name_registry(struct outfit *o, uint32_t nearest)
{
    o->registry_of = calloc(o->setup.node_count, sizeof *o->registry_of);
    if (o->registry_of == NULL || nearest < o->setup.registry || nearest >= o->setup.node_count) {
        return false;
    }
    o->registry_of[o->self] = nearest;
    o->setup.registry_of = o->registry_of;
    return true;
}

static bool take_routes(struct unpack *u, struct outfit *o)
{
    o->next_port = take_array(u, o->setup.node_count, sizeof *o->next_port);
    for (uint32_t i = 0; o->next_port != NULL && i < o->setup.node_count; i++) {
        o->next_port[i] = unpack_u16(u);
    }
    return o->next_port != NULL && !u->ran_out;
}

static bool take_needs(struct unpack *u, struct outfit *o, struct tasklet *t)
{
    for (uint32_t i = 0; i < t->need_count; i++) {
        const uint32_t need = unpack_u32(u);
        if (u->ran_out || need >= o->catalogue.count) {
            return false;
        }
        o->need[t->first_need + i] = need;
    }
    return true;
}

/* What nobody asks for is not there: needs without preloading, versions without updates. */
static bool take_tasklets(struct unpack *u, struct outfit *o)
{
    struct catalogue *c = &o->catalogue;
    const bool preloads = o->setup.protocol.preload != NODE_PRELOAD_NONE;
    uint32_t needs = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        struct tasklet *t = &o->tasklet[i];
        t->size_bytes = unpack_u32(u);
        t->hash = unpack_u64(u);
        o->updates[i] = unpack_u32(u);
        t->need_count = unpack_u32(u);
        t->first_need = needs;
        if (u->ran_out || (c->updates == NULL && o->updates[i] > 0) ||
            (!preloads && t->need_count > 0) || t->need_count > unpack_left(u) / 4 ||
            !take_needs(u, o, t)) {
            return false;
        }
        needs += t->need_count;
        c->need_max = t->need_count > c->need_max ? t->need_count : c->need_max;
    }
    return true;
}

static bool take_catalogue(struct unpack *u, struct outfit *o)
{
    struct catalogue *c = &o->catalogue;
    c->count = unpack_u32(u);
    c->depth = unpack_u32(u);
    const uint8_t has_updates = unpack_u8(u);
    o->tasklet = take_array(u, c->count, sizeof *o->tasklet);
    o->updates = take_array(u, c->count, sizeof *o->updates);
    o->need = take_array(u, unpack_left(u) / 4, sizeof *o->need);
    c->updates = has_updates != 0 ? o->updates : NULL;
    if (has_updates > 1 || o->tasklet == NULL || o->updates == NULL || o->need == NULL ||
        !take_tasklets(u, o)) {
        return false;
    }
    c->tasklet = o->tasklet;
    c->need = o->need;
    o->setup.catalogue = c;
    return c->count > 0 && c->depth > 0 && c->depth <= c->count;
}

static bool take_uses(struct unpack *u, struct outfit *o)
{
    uint32_t uses = 0;
    for (uint32_t t = 0; t < o->catalogue.count; t++) {
        const uint32_t count = unpack_u32(u);
        o->first_use[t] = uses;
        if (count > unpack_left(u) / 8) {
            return false;
        }
        for (uint32_t i = 0; i < count; i++) {
            o->use[uses++] = unpack_time(u);
        }
    }
    o->first_use[o->catalogue.count] = uses;
    return !u->ran_out;
}

static bool take_future(struct unpack *u, struct outfit *o)
{
    const uint8_t foresees = unpack_u8(u);
    if (foresees != (o->setup.policy == &policy_belady)) {
        return false;
    }
    if (foresees == 0) {
        return true;
    }
    o->future = calloc(o->setup.node_count, sizeof *o->future);
    o->use = take_array(u, unpack_left(u) / 8, sizeof *o->use);
    o->first_use = take_array(u, o->catalogue.count, sizeof *o->first_use);
    if (o->future == NULL || o->use == NULL || o->first_use == NULL || !take_uses(u, o)) {
        return false;
    }
    o->future[o->self] = (struct policies_future){.at = o->use, .first = o->first_use};
    o->setup.policy_context = o->future;
    return true;
}

static bool take_binary(struct unpack *u, struct outfit *o, struct outfit_binary *b, size_t *used)
{
    const unsigned char *name = unpack_bytes(u, sizeof b->name);
    b->length = unpack_u32(u);
    b->digest = unpack_u64(u);
    if (name == NULL || name[sizeof b->name - 1] != '\0' || b->length == 0) {
        return false;
    }
    memcpy(b->name, name, sizeof b->name);
    if (has_bytes(&o->setup, o->self)) {
        const unsigned char *bytes = unpack_bytes(u, b->length);
        if (bytes == NULL) {
            return false;
        }
        memcpy(o->binaries + *used, bytes, b->length);
        b->bytes = o->binaries + *used;
        *used += b->length;
    }
    return true;
}

static bool take_work(struct unpack *u, struct outfit *o)
{
    const uint8_t work = unpack_u8(u);
    if (work == WORK_NONE || work > WORK_METERED) {
        return work == WORK_NONE;
    }
    o->work.is_metered = work == WORK_METERED;
    size_t used = 0;
    o->work.instructions = unpack_u64(u);
    o->work.binary = take_array(u, o->catalogue.count, sizeof *o->work.binary);
    o->binaries = take_array(u, unpack_left(u), 1);
    bool is_sound = o->work.binary != NULL && o->binaries != NULL;
    for (uint32_t i = 0; i < o->catalogue.count && is_sound; i++) {
        is_sound = take_binary(u, o, &o->work.binary[i], &used);
    }
    return is_sound && !u->ran_out;
}

enum { CALLS_MOST = 1 << 20, PRELOAD_MOST = 64 };

/* What a core takes for granted of its setup. */
static bool is_sound(const struct outfit *o)
{
    const struct node_setup *s = &o->setup;
    return o->self < s->node_count && s->registry < s->node_count && s->calls_max > 0 &&
           s->calls_max <= CALLS_MOST && s->flood_life_ns >= 0 && s->policy != NULL &&
           (s->protocol.preload == NODE_PRELOAD_NONE ||
            (s->protocol.swap == NODE_SWAP_IDLE && o->catalogue.need_max <= PRELOAD_MOST));
}

static bool take_all(struct unpack *u, struct outfit *o)
{
    struct node_setup *s = &o->setup;
    o->self = unpack_u32(u);
    s->node_count = unpack_u32(u);
    s->registry = unpack_u32(u);
    const uint32_t nearest = unpack_u32(u);
    s->executors = unpack_u32(u);
    s->calls_max = unpack_u32(u);
    s->cache_bytes = unpack_u64(u);
    s->flood_life_ns = unpack_time(u);
    if (!take_protocol(u, &s->protocol)) {
        return false;
    }
    s->policy = take_policy(u);
    return o->self < s->node_count && take_routes(u, o) && name_registry(o, nearest) &&
           take_catalogue(u, o) && is_sound(o) && take_future(u, o) && take_work(u, o) &&
           unpack_is_whole(u);
}

enum sim_status outfit_decode(struct outfit *o, const unsigned char *bytes, size_t length)
{
    struct unpack u = {.bytes = bytes, .length = length};
    *o = (struct outfit){.self = 0};
    if (!take_all(&u, o)) {
        outfit_deinit(o);
        return SIM_ERR_INVALID;
    }
    return SIM_OK;
}

void outfit_deinit(struct outfit *o)
{
    free(o->tasklet);
    free(o->updates);
    free(o->need);
    free(o->next_port);
    free(o->registry_of);
    free(o->future);
    free(o->use);
    free(o->first_use);
    free(o->work.binary);
    free(o->binaries);
    *o = (struct outfit){.self = 0};
}

#include "models/nimblenet/core/cache.h"

static size_t align_up(size_t bytes)
{
    return (bytes + 15) & ~(size_t)15;
}

static size_t policy_bytes(const struct catalogue *catalogue, const struct cache_policy *policy)
{
    return policy->memory_bytes != NULL ? align_up(policy->memory_bytes(catalogue->count)) : 0;
}

/* Copies that are retired at once are older than the newest version, and each of another one. */
static size_t retired_max(const struct catalogue *catalogue)
{
    size_t versions = 0;
    for (uint32_t i = 0; catalogue->updates != NULL && i < catalogue->count; i++) {
        versions += catalogue->updates[i];
    }
    return versions;
}

size_t cache_memory_bytes(const struct catalogue *catalogue, const struct cache_policy *policy)
{
    return align_up(catalogue->count * sizeof(struct cache_entry)) +
           align_up(retired_max(catalogue) * sizeof(struct cache_entry)) +
           align_up(catalogue->count * sizeof(uint32_t)) + policy_bytes(catalogue, policy);
}

void cache_init(struct cache *c, const struct catalogue *catalogue,
                const struct cache_policy *policy, uint64_t capacity_bytes, void *memory)
{
    ASSERT(memory != NULL && policy->victim != NULL);
    unsigned char *at = memory;
    *c = (struct cache){
        .policy = policy,
        .catalogue = catalogue,
        .capacity_bytes = capacity_bytes,
        .entry = (struct cache_entry *)(void *)at,
    };
    at += align_up(catalogue->count * sizeof(struct cache_entry));
    c->retired = (struct cache_entry *)(void *)at;
    at += align_up(retired_max(catalogue) * sizeof(struct cache_entry));
    c->policy_memory = at;
    at += policy_bytes(catalogue, policy);
    c->place = (uint32_t *)(void *)at; /* the last: what lies behind it is in use as often */
}

static void hold(struct cache *c, struct cache_entry *e)
{
    if (e->reservations++ == 0) {
        c->reserved_bytes += e->size_bytes;
    }
}

static void add_reservation(struct cache *c, struct cache_entry *e)
{
    hold(c, e);
    e->last_use = ++c->clock;
    if (c->policy->reserved != NULL) {
        c->policy->reserved(c, e);
    }
}

bool cache_reserve(struct cache *c, uint32_t tasklet)
{
    if (!cache_holds(c, tasklet)) {
        return false;
    }
    add_reservation(c, &c->entry[c->place[tasklet] - 1]);
    return true;
}

bool cache_hold(struct cache *c, uint32_t tasklet)
{
    if (!cache_holds(c, tasklet)) {
        return false;
    }
    hold(c, &c->entry[c->place[tasklet] - 1]);
    return true;
}

void cache_release(struct cache *c, uint32_t tasklet)
{
    ASSERT(cache_holds(c, tasklet));
    struct cache_entry *e = &c->entry[c->place[tasklet] - 1];
    ASSERT(e->reservations > 0 && c->reserved_bytes >= e->size_bytes);
    if (--e->reservations == 0) {
        c->reserved_bytes -= e->size_bytes;
    }
}

/* To the policy, what is retired is as good as gone: nobody new will use it. */
static struct cache_entry take_out(struct cache *c, uint32_t victim)
{
    ASSERT(victim < c->count);
    const struct cache_entry gone = c->entry[victim];
    struct cache_entry told = gone;
    told.reservations = 0;
    if (c->policy->evicting != NULL) {
        c->policy->evicting(c, &told);
    }
    ASSERT(c->used_bytes >= gone.size_bytes && c->place[gone.tasklet] == victim + 1);
    c->place[gone.tasklet] = 0;
    c->count--;
    if (victim != c->count) { /* the last entry takes the empty place */
        c->entry[victim] = c->entry[c->count];
        c->place[c->entry[victim].tasklet] = victim + 1;
    }
    return gone;
}

/* Its tasklet. */
static uint32_t remove_entry(struct cache *c, uint32_t victim)
{
    ASSERT(victim < c->count && c->entry[victim].reservations == 0);
    const struct cache_entry gone = take_out(c, victim);
    c->used_bytes -= gone.size_bytes;
    return gone.tasklet;
}

void cache_retire(struct cache *c, uint32_t tasklet)
{
    ASSERT(cache_holds(c, tasklet) && c->entry[c->place[tasklet] - 1].reservations > 0);
    ASSERT(c->retired_count < retired_max(c->catalogue));
    const struct cache_entry e = take_out(c, c->place[tasklet] - 1);
    c->retired[c->retired_count++] = e;
}

bool cache_reserve_retired(struct cache *c, uint32_t tasklet, uint32_t *version)
{
    struct cache_entry *newest = NULL;
    for (uint32_t i = 0; i < c->retired_count; i++) {
        struct cache_entry *e = &c->retired[i];
        if (e->tasklet == tasklet && (newest == NULL || e->version > newest->version)) {
            newest = e;
        }
    }
    if (newest == NULL) {
        return false;
    }
    newest->reservations++;
    *version = newest->version;
    return true;
}

bool cache_release_version(struct cache *c, uint32_t tasklet, uint32_t version)
{
    uint32_t i = 0;
    while (i < c->retired_count &&
           (c->retired[i].tasklet != tasklet || c->retired[i].version != version)) {
        i++;
    }
    if (i == c->retired_count) {
        cache_release(c, tasklet);
        return false;
    }
    struct cache_entry *e = &c->retired[i];
    ASSERT(e->reservations > 0 && c->used_bytes >= e->size_bytes);
    if (--e->reservations > 0) {
        return false;
    }
    c->used_bytes -= e->size_bytes;
    c->reserved_bytes -= e->size_bytes;
    *e = c->retired[--c->retired_count];
    return true;
}

uint32_t cache_evict_for(struct cache *c, uint64_t size)
{
    if (c->used_bytes + c->claimed_bytes + size <= c->capacity_bytes) {
        return CACHE_NONE;
    }
    const uint32_t victim = c->policy->victim(c);
    if (victim == CACHE_NONE) {
        return CACHE_NONE;
    }
    return remove_entry(c, victim);
}

bool cache_drop(struct cache *c, uint32_t tasklet)
{
    ASSERT(cache_holds(c, tasklet));
    const uint32_t entry = c->place[tasklet] - 1;
    if (c->entry[entry].reservations > 0) {
        return false;
    }
    (void)remove_entry(c, entry);
    return true;
}

static void note_high_water(struct cache *c)
{
    const uint64_t held = c->used_bytes + c->claimed_bytes;
    ASSERT(held <= c->capacity_bytes);
    if (held > c->high_water_bytes) {
        c->high_water_bytes = held;
    }
}

void cache_claim(struct cache *c, uint64_t size)
{
    c->claimed_bytes += size;
    note_high_water(c);
}

void cache_unclaim(struct cache *c, uint64_t size)
{
    ASSERT(c->claimed_bytes >= size);
    c->claimed_bytes -= size;
}

static struct cache_entry *insert(struct cache *c, uint32_t tasklet)
{
    ASSERT(c->count < c->catalogue->count);
    ASSERT(tasklet < c->catalogue->count && !cache_holds(c, tasklet));
    struct cache_entry *e = &c->entry[c->count++];
    *e = (struct cache_entry){
        .tasklet = tasklet,
        .size_bytes = c->catalogue->tasklet[tasklet].size_bytes,
    };
    c->place[tasklet] = c->count;
    c->used_bytes += e->size_bytes;
    note_high_water(c);
    if (c->policy->inserted != NULL) {
        c->policy->inserted(c, e);
    }
    return e;
}

void cache_insert_reserved(struct cache *c, uint32_t tasklet)
{
    add_reservation(c, insert(c, tasklet));
}

void cache_insert_held(struct cache *c, uint32_t tasklet)
{
    struct cache_entry *e = insert(c, tasklet);
    e->last_use = ++c->clock; /* whose use never comes is as old as its coming */
    hold(c, e);
}

bool cache_is_consistent(const struct cache *c)
{
    uint64_t used = 0;
    uint64_t reserved = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        const struct cache_entry *e = &c->entry[i];
        used += e->size_bytes;
        reserved += e->reservations > 0 ? e->size_bytes : 0;
        if (c->place[e->tasklet] != i + 1) {
            return false;
        }
    }
    for (uint32_t i = 0; i < c->retired_count; i++) {
        used += c->retired[i].size_bytes;
        reserved += c->retired[i].size_bytes;
        if (c->retired[i].reservations == 0) {
            return false;
        }
    }
    return used == c->used_bytes && reserved == c->reserved_bytes &&
           used + c->claimed_bytes <= c->capacity_bytes;
}

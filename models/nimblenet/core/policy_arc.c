/*
 * Adaptive replacement cache (Megiddo and Modha, "ARC: a self-tuning, low overhead
 * replacement cache", FAST 2003). Two lists in order of use, T1 of tasklets used
 * once, T2 of those used more often; behind each the ghosts of what has gone from
 * it, B1 and B2. A miss that finds its ghost shows which list was too short,
 * and moves the target p, the room that T1 should have.
 *
 * Lengths are in bytes here, and three things follow:
 *
 *   - p moves by the paper's step times the missed tasklet's size, whole bytes.
 *   - Room may take several victims or none. p moves when a miss first asks for room, or else
 *     when the tasklet comes in, once for each time that it does.
 *   - The ghosts are trimmed when a tasklet has come in, not before: T1 + B1 to
 *     the capacity, all four to twice that, oldest first.
 *
 * A reserved entry keeps its place and is passed over; if a whole list is reserved, the other one
 * gives. A reservation of a held tasklet is a use. With equal sizes and each use
 * over before the next one begins, all this is the published algorithm.
 */
#include "models/nimblenet/core/policy.h"

enum arc_list {
    ARC_NOWHERE,
    ARC_T1,
    ARC_T2,
    ARC_B1,
    ARC_B2,
    ARC_BACK1, /* was a ghost in B1 until it was missed, and is on its way to T2 */
    ARC_BACK2, /* the same from B2 */
    ARC_LISTS
};

/* A tasklet's place. Names are tasklet + 1, so that zeroed memory is empty lists. */
struct arc_place {
    uint32_t older, newer;
    uint8_t list; /* enum arc_list */
};

struct arc {
    uint64_t target_bytes; /* p */
    uint32_t wanted;       /* the tasklet that room is made for */
    uint32_t oldest[ARC_LISTS], newest[ARC_LISTS];
    uint64_t bytes[ARC_LISTS];
    struct arc_place place[];
};

static size_t memory_bytes(uint32_t tasklet_count)
{
    return sizeof(struct arc) + tasklet_count * sizeof(struct arc_place);
}

static uint64_t size_of(const struct cache *c, uint32_t tasklet)
{
    return c->catalogue->tasklet[tasklet].size_bytes;
}

/* ---- the lists ---- */

static void unlink_place(struct arc *a, struct arc_place *p)
{
    ASSERT(p->list > ARC_NOWHERE && p->list < ARC_LISTS);
    if (p->older != 0) {
        a->place[p->older - 1].newer = p->newer;
    } else {
        a->oldest[p->list] = p->newer;
    }
    if (p->newer != 0) {
        a->place[p->newer - 1].older = p->older;
    } else {
        a->newest[p->list] = p->older;
    }
}

/* Takes a tasklet from where it is to the newest end of a list. */
static void move(struct cache *c, uint32_t tasklet, enum arc_list list)
{
    struct arc *a = c->policy_memory;
    struct arc_place *p = &a->place[tasklet];
    ASSERT(tasklet < c->catalogue->count && list < ARC_LISTS);
    if (p->list != ARC_NOWHERE) {
        unlink_place(a, p);
        ASSERT(a->bytes[p->list] >= size_of(c, tasklet));
        a->bytes[p->list] -= size_of(c, tasklet);
    }
    *p = (struct arc_place){.list = (uint8_t)list};
    if (list == ARC_NOWHERE) {
        return;
    }
    p->older = a->newest[list];
    if (p->older != 0) {
        a->place[p->older - 1].newer = tasklet + 1;
    } else {
        a->oldest[list] = tasklet + 1;
    }
    a->newest[list] = tasklet + 1;
    a->bytes[list] += size_of(c, tasklet);
}

/* ---- the target ---- */

/* The paper's step of one page, or of as many as the other ghosts outweigh these, in bytes. */
static uint64_t step_bytes(uint64_t size, uint64_t these, uint64_t others)
{
    return others > these && these > 0 ? size * others / these : size;
}

/* A miss: a ghost moves the target and is no ghost any more. */
static void note_miss(struct cache *c, uint32_t tasklet)
{
    struct arc *a = c->policy_memory;
    ASSERT(tasklet < c->catalogue->count && a->target_bytes <= c->capacity_bytes);
    const uint64_t size = size_of(c, tasklet);
    const uint64_t b1 = a->bytes[ARC_B1];
    const uint64_t b2 = a->bytes[ARC_B2];
    if (a->place[tasklet].list == ARC_B1) {
        const uint64_t target = a->target_bytes + step_bytes(size, b1, b2);
        a->target_bytes = target < c->capacity_bytes ? target : c->capacity_bytes;
        move(c, tasklet, ARC_BACK1);
    } else if (a->place[tasklet].list == ARC_B2) {
        const uint64_t step = step_bytes(size, b2, b1);
        a->target_bytes -= step < a->target_bytes ? step : a->target_bytes;
        move(c, tasklet, ARC_BACK2);
    }
}

static void expect(struct cache *c, uint32_t tasklet)
{
    struct arc *a = c->policy_memory;
    a->wanted = tasklet;
    note_miss(c, tasklet);
}

/* ---- in and out ---- */

static void trim_ghosts(struct cache *c)
{
    struct arc *a = c->policy_memory;
    while (a->oldest[ARC_B1] != 0 && a->bytes[ARC_T1] + a->bytes[ARC_B1] > c->capacity_bytes) {
        move(c, a->oldest[ARC_B1] - 1, ARC_NOWHERE);
    }
    while (a->oldest[ARC_B2] != 0 &&
           a->bytes[ARC_T1] + a->bytes[ARC_B1] + a->bytes[ARC_T2] + a->bytes[ARC_B2] >
               2 * c->capacity_bytes) {
        move(c, a->oldest[ARC_B2] - 1, ARC_NOWHERE);
    }
}

static void take_in(struct cache *c, struct cache_entry *e)
{
    struct arc *a = c->policy_memory;
    ASSERT(a->place[e->tasklet].list != ARC_T1 && a->place[e->tasklet].list != ARC_T2);
    note_miss(c, e->tasklet);
    move(c, e->tasklet, a->place[e->tasklet].list == ARC_NOWHERE ? ARC_T1 : ARC_T2);
    trim_ghosts(c);
}

/* The first use is the one that a tasklet came in for. */
static void count_use(struct cache *c, struct cache_entry *e)
{
    ASSERT(e->reservations > 0);
    if (e->uses++ > 0) {
        move(c, e->tasklet, ARC_T2);
    }
}

static void leave_a_ghost(struct cache *c, const struct cache_entry *e)
{
    const struct arc *a = c->policy_memory;
    ASSERT(e->reservations == 0);
    ASSERT(a->place[e->tasklet].list == ARC_T1 || a->place[e->tasklet].list == ARC_T2);
    move(c, e->tasklet, a->place[e->tasklet].list == ARC_T1 ? ARC_B1 : ARC_B2);
}

static uint32_t oldest_free(const struct cache *c, enum arc_list list)
{
    const struct arc *a = c->policy_memory;
    for (uint32_t name = a->oldest[list]; name != 0; name = a->place[name - 1].newer) {
        ASSERT(c->place[name - 1] > 0); /* what T1 and T2 list is held */
        const uint32_t entry = c->place[name - 1] - 1;
        if (c->entry[entry].reservations == 0) {
            return entry;
        }
    }
    return CACHE_NONE;
}

/* The paper's REPLACE: from T1 while it is longer than its target, else from T2. */
static uint32_t replace(const struct cache *c)
{
    const struct arc *a = c->policy_memory;
    const bool was_in_b2 = a->place[a->wanted].list == ARC_BACK2;
    const uint64_t t1 = a->bytes[ARC_T1];
    const bool from_t1 = t1 > a->target_bytes || (was_in_b2 && t1 == a->target_bytes);
    const uint32_t victim = oldest_free(c, from_t1 ? ARC_T1 : ARC_T2);
    return victim != CACHE_NONE ? victim : oldest_free(c, from_t1 ? ARC_T2 : ARC_T1);
}

const struct cache_policy policy_arc = {
    .summary = "adaptive replacement: recency against frequency, by what was missed too early",
    .memory_bytes = memory_bytes,
    .expected = expect,
    .inserted = take_in,
    .reserved = count_use,
    .evicting = leave_a_ghost,
    .victim = replace,
};

#include "models/nimblenet/world/telling.h"

#include <stdlib.h>

#include "sim/engine/memory.h"

enum { CHUNK = 256 };

struct item {
    struct item *next; /* NULL behind the last */
    struct world_acquisition told;
    struct node_acquisition detail;
};

struct chunk {
    struct chunk *older;
    struct item item[CHUNK];
};

struct telling {
    struct list {
        struct item *first, *last; /* last is void where first is NULL */
    } * list;                      /* a node each */
    struct item **due;             /* the same, of what is to be told: its first */
    uint32_t nodes;
    struct chunk *chunk; /* the newest */
    uint32_t fresh;      /* of it, items that were never used */
    struct item *spare;  /* a list of those that are free again */
};

/* ---- memory ---- */

enum sim_status telling_create(struct telling **out, uint32_t nodes)
{
    ASSERT(nodes > 0);
    struct telling *t = calloc(1, sizeof *t);
    *out = NULL;
    if (t == NULL) {
        return SIM_ERR_NOMEM;
    }
    t->nodes = nodes;
    t->list = calloc(nodes, sizeof *t->list);
    t->due = calloc(nodes, sizeof *t->due);
    if (t->list == NULL || t->due == NULL) {
        telling_destroy(t);
        return SIM_ERR_NOMEM;
    }
    *out = t;
    return SIM_OK;
}

void telling_destroy(struct telling *t)
{
    if (t == NULL) {
        return;
    }
    while (t->chunk != NULL) {
        struct chunk *older = t->chunk->older;
        memory_release(t->chunk, sizeof *t->chunk);
        t->chunk = older;
    }
    free(t->due);
    free(t->list);
    free(t);
}

size_t telling_memory_bytes(const struct telling *t)
{
    size_t bytes = sizeof *t + t->nodes * (sizeof *t->list + sizeof *t->due);
    for (const struct chunk *c = t->chunk; c != NULL; c = c->older) {
        bytes += sizeof *c;
    }
    return bytes;
}

static SIM_COLD bool grow(struct telling *t)
{
    struct chunk *chunk = memory_reserve(sizeof *chunk);
    if (chunk == NULL) {
        return false;
    }
    chunk->older = t->chunk;
    t->chunk = chunk;
    t->fresh = CHUNK;
    return true;
}

/* ---- what is kept ---- */

static struct item *take(struct telling *t)
{
    struct item *spare = t->spare;
    if (SIM_LIKELY(spare != NULL)) {
        t->spare = spare->next;
        return spare;
    }
    return t->fresh > 0 || grow(t) ? &t->chunk->item[--t->fresh] : NULL;
}

enum sim_status telling_keep(struct telling *t, const struct world_acquisition *a)
{
    ASSERT(a->node < t->nodes);
    struct list *list = &t->list[a->node];
    struct item *item = take(t);
    if (item == NULL) {
        return SIM_ERR_NOMEM;
    }
    item->next = NULL;
    item->told = *a;
    item->detail = *a->detail;
    item->told.detail = &item->detail;
    if (list->first == NULL) {
        list->first = item;
    } else {
        ASSERT(list->last->told.done <= a->done);
        list->last->next = item;
    }
    list->last = item;
    return SIM_OK;
}

/* ---- what is told ---- */

/* Takes those up to a time off a node's list. */
static struct item *cut(struct list *list, sim_time until)
{
    struct item *first = list->first;
    if (first == NULL || first->told.done > until) {
        return NULL;
    }
    struct item *last = list->last->told.done <= until ? list->last : first;
    while (last->next != NULL && last->next->told.done <= until) {
        last = last->next;
    }
    list->first = last->next;
    last->next = NULL;
    return first;
}

/* Of two that happened at once, a's is the first. */
static struct item *merge(struct item *a, struct item *b)
{
    struct item *first = NULL;
    struct item **end = &first;
    while (a != NULL && b != NULL) {
        if (b->told.done < a->told.done) {
            *end = b;
            end = &b->next;
            b = b->next;
        } else {
            *end = a;
            end = &a->next;
            a = a->next;
        }
    }
    *end = a != NULL ? a : b;
    return first;
}

/* Neighbours with each other, then pairs of them, and so on. */
static struct item *merge_all(struct item **due, uint32_t count)
{
    for (uint32_t width = 1; width < count; width *= 2) {
        for (uint32_t i = 0; i < count - width; i += 2 * width) {
            due[i] = merge(due[i], due[i + width]);
        }
    }
    return due[0];
}

void telling_tell(struct telling *t, sim_time until, const struct world_observer *observer)
{
    for (uint32_t i = 0; i < t->nodes; i++) {
        t->due[i] = cut(&t->list[i], until);
    }
    struct item *next;
    for (struct item *item = merge_all(t->due, t->nodes); item != NULL; item = next) {
        observer->acquisition(observer->context, &item->told);
        next = item->next;
        item->next = t->spare;
        t->spare = item;
    }
}

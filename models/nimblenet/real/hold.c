#include "models/nimblenet/real/hold.h"

#include <stdlib.h>
#include <string.h>

static void give_back(struct hold *h)
{
    free(h->bytes);
    free(h->place);
    free(h->first);
    free(h->present);
    *h = (struct hold){.bytes = NULL};
}

enum sim_status hold_init(struct hold *h, uint32_t tasklets, const uint32_t *updates, size_t room)
{
    *h = (struct hold){.room = room, .tasklets = tasklets};
    h->bytes = malloc(room + 1);
    h->first = calloc((size_t)tasklets + 1, sizeof *h->first);
    h->present = calloc((size_t)tasklets + 1, sizeof *h->present);
    uint64_t count = 0;
    for (uint32_t i = 0; h->first != NULL && i < tasklets; i++) {
        h->first[i] = (uint32_t)count;
        count += UINT64_C(1) + (updates != NULL ? updates[i] : 0);
    }
    h->count = (uint32_t)count;
    h->place = count < UINT32_MAX ? calloc((size_t)count + 1, sizeof *h->place) : NULL;
    if (h->bytes == NULL || h->place == NULL || h->first == NULL || h->present == NULL ||
        pthread_mutex_init(&h->lock, NULL) != 0) {
        give_back(h);
        return SIM_ERR_NOMEM;
    }
    return SIM_OK;
}

void hold_deinit(struct hold *h)
{
    if (h->bytes != NULL) {
        pthread_mutex_destroy(&h->lock);
    }
    give_back(h);
}

static struct hold_place *place_of(const struct hold *h, uint32_t tasklet, uint32_t version)
{
    ASSERT(tasklet < h->tasklets);
    const uint32_t end = tasklet + 1 < h->tasklets ? h->first[tasklet + 1] : h->count;
    ASSERT(version < end - h->first[tasklet]);
    return &h->place[h->first[tasklet] + version];
}

/* The binary that lies first at or behind at; the count where there is none. */
static uint32_t first_behind(const struct hold *h, size_t at)
{
    uint32_t first = h->count;
    for (uint32_t i = 0; i < h->count; i++) {
        const struct hold_place *p = &h->place[i];
        if (p->length > 0 && p->at >= at && (first == h->count || p->at < h->place[first].at)) {
            first = i;
        }
    }
    return first;
}

/* Moves all that is held together, in the order in which it lies. */
static void close_holes(struct hold *h)
{
    size_t end = 0;
    size_t from = 0;
    for (uint32_t i = first_behind(h, 0); i < h->count; i = first_behind(h, from)) {
        struct hold_place *p = &h->place[i];
        from = p->at + p->length;
        memmove(h->bytes + end, h->bytes + p->at, p->length);
        p->at = end;
        end += p->length;
    }
    h->end = end;
}

bool hold_put(struct hold *h, uint32_t tasklet, uint32_t version, const unsigned char *bytes,
              size_t length)
{
    struct hold_place *place = place_of(h, tasklet, version);
    ASSERT(length > 0);
    pthread_mutex_lock(&h->lock);
    place->length = 0;
    if (length > h->room - h->end) {
        close_holes(h);
    }
    const bool fits = length <= h->room - h->end;
    if (fits) {
        memcpy(h->bytes + h->end, bytes, length);
        *place = (struct hold_place){h->end, length};
        h->present[tasklet] = version;
        h->end += length;
    }
    pthread_mutex_unlock(&h->lock);
    return fits;
}

void hold_drop_version(struct hold *h, uint32_t tasklet, uint32_t version)
{
    struct hold_place *place = place_of(h, tasklet, version);
    pthread_mutex_lock(&h->lock);
    place->length = 0;
    pthread_mutex_unlock(&h->lock);
}

void hold_drop(struct hold *h, uint32_t tasklet)
{
    ASSERT(tasklet < h->tasklets);
    hold_drop_version(h, tasklet, h->present[tasklet]); /* put by the same thread */
}

void hold_drop_all(struct hold *h)
{
    pthread_mutex_lock(&h->lock);
    memset(h->place, 0, h->count * sizeof *h->place);
    h->end = 0;
    pthread_mutex_unlock(&h->lock);
}

size_t hold_copy(struct hold *h, uint32_t tasklet, uint32_t version, unsigned char *bytes,
                 size_t room)
{
    const struct hold_place *place = place_of(h, tasklet, version);
    pthread_mutex_lock(&h->lock);
    const struct hold_place p = *place;
    const size_t length = p.length <= room ? p.length : 0;
    if (length > 0) {
        memcpy(bytes, h->bytes + p.at, length);
    }
    pthread_mutex_unlock(&h->lock);
    return length;
}

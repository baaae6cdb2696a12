#include "models/nimblenet/real/hold.h"

#include <stdlib.h>
#include <string.h>

enum sim_status hold_init(struct hold *h, uint32_t tasklets, size_t room)
{
    *h = (struct hold){.room = room, .count = tasklets};
    h->bytes = malloc(room + 1);
    h->place = calloc((size_t)tasklets + 1, sizeof *h->place);
    if (h->bytes == NULL || h->place == NULL || pthread_mutex_init(&h->lock, NULL) != 0) {
        free(h->bytes);
        free(h->place);
        *h = (struct hold){.bytes = NULL};
        return SIM_ERR_NOMEM;
    }
    return SIM_OK;
}

void hold_deinit(struct hold *h)
{
    if (h->bytes != NULL) {
        pthread_mutex_destroy(&h->lock);
    }
    free(h->bytes);
    free(h->place);
    *h = (struct hold){.bytes = NULL};
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

bool hold_put(struct hold *h, uint32_t tasklet, const unsigned char *bytes, size_t length)
{
    ASSERT(tasklet < h->count && length > 0);
    pthread_mutex_lock(&h->lock);
    h->place[tasklet].length = 0;
    if (length > h->room - h->end) {
        close_holes(h);
    }
    const bool fits = length <= h->room - h->end;
    if (fits) {
        memcpy(h->bytes + h->end, bytes, length);
        h->place[tasklet] = (struct hold_place){h->end, length};
        h->end += length;
    }
    pthread_mutex_unlock(&h->lock);
    return fits;
}

void hold_drop(struct hold *h, uint32_t tasklet)
{
    ASSERT(tasklet < h->count);
    pthread_mutex_lock(&h->lock);
    h->place[tasklet].length = 0;
    pthread_mutex_unlock(&h->lock);
}

void hold_drop_all(struct hold *h)
{
    pthread_mutex_lock(&h->lock);
    memset(h->place, 0, h->count * sizeof *h->place);
    h->end = 0;
    pthread_mutex_unlock(&h->lock);
}

size_t hold_copy(struct hold *h, uint32_t tasklet, unsigned char *bytes, size_t room)
{
    ASSERT(tasklet < h->count);
    pthread_mutex_lock(&h->lock);
    const struct hold_place p = h->place[tasklet];
    const size_t length = p.length <= room ? p.length : 0;
    if (length > 0) {
        memcpy(bytes, h->bytes + p.at, length);
    }
    pthread_mutex_unlock(&h->lock);
    return length;
}

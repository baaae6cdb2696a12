#include "models/nimblenet/real/cargo.h"

#include <stdlib.h>
#include <string.h>

#include "sim/engine/digest.h"
#include "sim/engine/memory.h"

/* ---- bytes ---- */

static bool grow_blobs(struct cargo *c)
{
    void *larger = memory_grow(c->blob, &c->blob_capacity, c->blobs, 1, sizeof *c->blob);
    c->blob = larger != NULL ? larger : c->blob;
    return larger != NULL;
}

static enum sim_status add_blob(struct cargo *c, const unsigned char *bytes, size_t length,
                                uint64_t digest)
{
    if (c->blobs == c->blob_capacity && !grow_blobs(c)) {
        return SIM_ERR_NOMEM;
    }
    unsigned char *copy = malloc(length);
    if (copy == NULL) {
        return SIM_ERR_NOMEM;
    }
    memcpy(copy, bytes, length);
    struct cargo_blob *b = &c->blob[c->blobs++];
    b->bytes = copy;
    b->length = length;
    b->digest = digest;
    c->bytes += length;
    return SIM_OK;
}

/* There are as many as there are binaries: hundreds. */
static enum sim_status intern(struct cargo *c, const unsigned char *bytes, size_t length,
                              uint32_t *index)
{
    const uint64_t digest = digest_bytes(DIGEST_START, bytes, length);
    for (uint32_t i = 0; i < c->blobs; i++) {
        const struct cargo_blob *b = &c->blob[i];
        if (b->digest == digest && b->length == length && memcmp(b->bytes, bytes, length) == 0) {
            *index = i;
            return SIM_OK;
        }
    }
    *index = c->blobs;
    return add_blob(c, bytes, length, digest);
}

/* ---- names ---- */

static struct cargo_entry name_of(const struct wire_message *m)
{
    return (struct cargo_entry){m->origin, m->destination, m->request, m->context,
                                m->epoch,  m->tasklet,     0};
}

static bool is_same(const struct cargo_entry *a, const struct cargo_entry *b)
{
    return a->origin == b->origin && a->destination == b->destination && a->request == b->request &&
           a->context == b->context && a->epoch == b->epoch && a->tasklet == b->tasklet;
}

/* The entry's place, or the empty one where it would be. There is always an empty one. */
static struct cargo_entry *place_of(struct cargo_entry *entry, uint32_t capacity,
                                    const struct cargo_entry *name)
{
    const uint64_t route = (uint64_t)name->origin << 32 | name->destination;
    const uint64_t asked = (uint64_t)name->request << 32 | name->context;
    const uint64_t what = (uint64_t)name->epoch << 32 | name->tasklet;
    uint64_t at = digest_finish(digest_three(DIGEST_START, route, asked, what));
    for (;;) {
        struct cargo_entry *e = &entry[at & (capacity - 1)];
        if (e->blob == 0 || is_same(e, name)) {
            return e;
        }
        at++;
    }
}

static bool grow_entries(struct cargo *c)
{
    const uint32_t capacity = c->capacity > 0 ? 2 * c->capacity : 1024;
    struct cargo_entry *larger = calloc(capacity, sizeof *larger);
    if (larger == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < c->capacity; i++) {
        if (c->entry[i].blob != 0) {
            *place_of(larger, capacity, &c->entry[i]) = c->entry[i];
        }
    }
    free(c->entry);
    c->entry = larger;
    c->capacity = capacity;
    return true;
}

enum sim_status cargo_put(struct cargo *c, const struct wire_message *m, const unsigned char *bytes,
                          size_t length)
{
    struct cargo_entry name = name_of(m);
    uint32_t blob;
    ASSERT(length > 0);
    if (2 * c->entries >= c->capacity && !grow_entries(c)) {
        return SIM_ERR_NOMEM;
    }
    const enum sim_status status = intern(c, bytes, length, &blob);
    if (status != SIM_OK) {
        return status;
    }
    struct cargo_entry *place = place_of(c->entry, c->capacity, &name);
    c->entries += place->blob == 0;
    name.blob = blob + 1;
    *place = name;
    return SIM_OK;
}

const struct cargo_blob *cargo_find(const struct cargo *c, const struct wire_message *m)
{
    const struct cargo_entry name = name_of(m);
    if (c->capacity == 0) {
        return NULL;
    }
    const struct cargo_entry *place = place_of(c->entry, c->capacity, &name);
    return place->blob > 0 ? &c->blob[place->blob - 1] : NULL;
}

void cargo_deinit(struct cargo *c)
{
    for (uint32_t i = 0; i < c->blobs; i++) {
        free(c->blob[i].bytes);
    }
    free(c->blob);
    free(c->entry);
    *c = (struct cargo){.blob = NULL};
}

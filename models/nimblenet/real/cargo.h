/*
 * cargo.h - the binaries that are under way: what a message carries behind its header.
 *
 * The engine's events hold a message, not the bytes behind it. So the access point keeps, for
 * each data message that a daemon has sent, the bytes that came with it, and sends them on with
 * the message over its next hop. Equal bytes are kept once.
 *
 * A message is named by its maker's numbers: origin, destination, request, context, epoch, tasklet.
 * What is sent under a name that is known carries the latest bytes.
 *
 * Ownership: takes memory as messages come; cargo_deinit() gives it back.
 */
#ifndef MODELS_NIMBLENET_REAL_CARGO_H
#define MODELS_NIMBLENET_REAL_CARGO_H

#include "models/nimblenet/core/wire.h"

struct cargo_blob {
    unsigned char *bytes;
    size_t length;
    uint64_t digest;
};

struct cargo_entry {
    uint32_t origin, destination, request, context, epoch, tasklet;
    uint32_t blob; /* + 1; 0: an empty place */
};

struct cargo {
    struct cargo_blob *blob;
    uint32_t blobs;
    size_t blob_capacity;
    struct cargo_entry *entry;  /* open addressing */
    uint32_t entries, capacity; /* capacity a power of two */
    uint64_t bytes;             /* of all blobs */
};

/* SIM_ERR_NOMEM. length > 0. */
SIM_MUST_CHECK enum sim_status cargo_put(struct cargo *c, const struct wire_message *m,
                                         const unsigned char *bytes, size_t length);

/* NULL where nothing was ever sent under that name. */
const struct cargo_blob *cargo_find(const struct cargo *c, const struct wire_message *m);
void cargo_deinit(struct cargo *c);

#endif

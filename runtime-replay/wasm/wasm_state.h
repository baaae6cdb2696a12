/*
 * wasm_state.h - writes and reads the bytes of a saved state, within their bounds.
 *
 * Words are little-endian. A reader that has met the end, or that has been told
 * that something is wrong, gives zeros from then on and remembers it.
 */
#ifndef RUNTIME_REPLAY_WASM_WASM_STATE_H
#define RUNTIME_REPLAY_WASM_WASM_STATE_H

#include "sim/engine/base.h"

enum {
    WASM_STATE_MAGIC = 0x7473776e, /* "nwst" */
    WASM_STATE_VERSION = 1,
};
#define WASM_STATE_NONE UINT32_MAX /* a block whose end the interpreter has not looked for yet */

struct state_head {
    uint64_t binary_digest;
    uint32_t import, frames;
    uint32_t globals_bytes, pages, memory_bytes;
};

/* With bytes NULL only counts. */
struct state_writer {
    uint8_t *bytes;
    size_t length;
};

void state_put_word(struct state_writer *w, uint32_t word);
void state_put_bytes(struct state_writer *w, const void *bytes, size_t length);
void state_put_head(struct state_writer *w, const struct state_head *head);
void state_put_end(struct state_writer *w); /* the digest of all before */

struct state_reader {
    const uint8_t *bytes;
    size_t length, at;
    bool failed;
};

uint32_t state_get_word(struct state_reader *r);
/* length bytes in place, or NULL. */
const uint8_t *state_get_bytes(struct state_reader *r, size_t length);

/* Checks magic, version and digest, and reads the head; the reader then ends before the digest. */
SIM_MUST_CHECK enum sim_status state_open(struct state_reader *r, const uint8_t *bytes,
                                          size_t length, struct state_head *head);

/* What the head says of the memory, unchecked: of a state that was just saved. */
uint32_t state_memory_bytes(const uint8_t *bytes, size_t length);

#endif

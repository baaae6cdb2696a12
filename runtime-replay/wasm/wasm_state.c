#include "runtime-replay/wasm/wasm_state.h"

#include <string.h>

#include "sim/engine/digest.h"

/* ---- writing ---- */

void state_put_bytes(struct state_writer *w, const void *bytes, size_t length)
{
    if (w->bytes != NULL && length > 0) {
        memcpy(w->bytes + w->length, bytes, length);
    }
    w->length += length;
}

void state_put_word(struct state_writer *w, uint32_t word)
{
    const uint8_t bytes[4] = {(uint8_t)word, (uint8_t)(word >> 8), (uint8_t)(word >> 16),
                              (uint8_t)(word >> 24)};
    state_put_bytes(w, bytes, sizeof bytes);
}

static void put_long(struct state_writer *w, uint64_t value)
{
    state_put_word(w, (uint32_t)value);
    state_put_word(w, (uint32_t)(value >> 32));
}

void state_put_head(struct state_writer *w, const struct state_head *head)
{
    state_put_word(w, WASM_STATE_MAGIC);
    state_put_word(w, WASM_STATE_VERSION);
    put_long(w, head->binary_digest);
    state_put_word(w, head->import);
    state_put_word(w, head->frames);
    state_put_word(w, head->globals_bytes);
    state_put_word(w, head->pages);
    state_put_word(w, head->memory_bytes);
}

static uint64_t digest_of(const uint8_t *bytes, size_t length)
{
    return digest_finish(digest_bytes(DIGEST_START, bytes, length));
}

void state_put_end(struct state_writer *w)
{
    put_long(w, w->bytes == NULL ? 0 : digest_of(w->bytes, w->length));
}

/* ---- reading ---- */

const uint8_t *state_get_bytes(struct state_reader *r, size_t length)
{
    if (r->failed || length > r->length - r->at) {
        r->failed = true;
        return NULL;
    }
    const uint8_t *bytes = r->bytes + r->at;
    r->at += length;
    return bytes;
}

uint32_t state_get_word(struct state_reader *r)
{
    const uint8_t *b = state_get_bytes(r, 4);
    return b == NULL
               ? 0
               : (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static uint64_t get_long(struct state_reader *r)
{
    const uint64_t low = state_get_word(r);
    return low | (uint64_t)state_get_word(r) << 32;
}

static void get_head(struct state_reader *r, struct state_head *head)
{
    head->binary_digest = get_long(r);
    head->import = state_get_word(r);
    head->frames = state_get_word(r);
    head->globals_bytes = state_get_word(r);
    head->pages = state_get_word(r);
    head->memory_bytes = state_get_word(r);
}

enum sim_status state_open(struct state_reader *r, const uint8_t *bytes, size_t length,
                           struct state_head *head)
{
    enum { DIGEST_BYTES = 8 };
    if (length < DIGEST_BYTES) {
        return SIM_ERR_INVALID;
    }
    struct state_reader end = {bytes + (length - DIGEST_BYTES), DIGEST_BYTES, 0, false};
    *r = (struct state_reader){bytes, length - DIGEST_BYTES, 0, false};
    if (get_long(&end) != digest_of(bytes, r->length) || state_get_word(r) != WASM_STATE_MAGIC ||
        state_get_word(r) != WASM_STATE_VERSION) {
        return SIM_ERR_INVALID;
    }
    get_head(r, head);
    return r->failed ? SIM_ERR_INVALID : SIM_OK;
}

uint32_t state_memory_bytes(const uint8_t *bytes, size_t length)
{
    enum { FORMAT_BYTES = 8 }; /* magic and version */
    struct state_reader r = {bytes, length, 0, false};
    struct state_head head;
    (void)state_get_bytes(&r, FORMAT_BYTES);
    get_head(&r, &head);
    ASSERT(!r.failed);
    return head.memory_bytes;
}

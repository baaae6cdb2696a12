/*
 * Any bytes as what an access point and a daemon say to each other: both ends' decoders. Either
 * they are refused, or what was read is written as the very same bytes again.
 */
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/real/grant.h"
#include "models/nimblenet/real/outfit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_same(const struct pack *p, const uint8_t *data, size_t size)
{
    ASSERT(!p->overflowed && p->length == size && memcmp(p->bytes, data, size) == 0);
}

static void try_grant(const uint8_t *data, size_t size, struct pack *p)
{
    struct grant g;
    if (grant_decode(data, size, &g) == SIM_OK) {
        grant_encode(p, &g);
        expect_same(p, data, size);
    }
}

static void try_answer(const uint8_t *data, size_t size, struct pack *p)
{
    const struct grant_bounds bounds = {
        .tasklets = 100, .nodes = 13, .calls_max = 1000, .depth = 5};
    struct unpack u = {.bytes = data, .length = size};
    struct grant_answer a;
    if (grant_take_answer(&u, &a) != SIM_OK) {
        return;
    }
    grant_put_answer(p, &a);
    for (uint32_t i = 0; i < a.count; i++) {
        struct node_action action;
        struct node_acquisition acquired;
        if (grant_take_action(&u, &bounds, &action, &acquired) != SIM_OK) {
            return;
        }
        grant_put_action(p, &action);
    }
    expect_same(p, data, u.at);
}

static void try_figures(const uint8_t *data, size_t size, struct pack *p)
{
    struct unpack u = {.bytes = data, .length = size};
    struct grant_figures f;
    if (grant_take_figures(&u, &f) == SIM_OK) {
        grant_put_figures(p, &f);
        expect_same(p, data, u.at);
    }
}

static void try_word(const uint8_t *data, size_t size, struct pack *p)
{
    struct unpack u = {.bytes = data, .length = size};
    struct grant_word w;
    if (grant_take_word(&u, &w) == SIM_OK) {
        grant_put_word(p, &w);
        expect_same(p, data, u.at);
    }
}

/* No chance would ever find the right check: it is set right beforehand. */
static void try_frame(const uint8_t *given, size_t size, struct pack *p)
{
    struct grant_frame f;
    unsigned char *data = malloc(size + 1);
    ASSERT(data != NULL);
    memcpy(data, given, size);
    if (size >= GRANT_ENVELOPE_BYTES) {
        struct pack check = {.bytes = data + GRANT_ENVELOPE_BYTES - 4, .room = 4};
        pack_u32(&check, grant_check(data + GRANT_ENVELOPE_BYTES, size - GRANT_ENVELOPE_BYTES));
    }
    if (grant_take_frame(data, size, &f) == SIM_OK) {
        grant_put_frame(p, &f);
        expect_same(p, data, size);
    }
    free(data);
}

/* What a core can be made of is: with it, one is. */
static void try_outfit(const uint8_t *data, size_t size, struct pack *p)
{
    struct outfit o;
    if (outfit_decode(&o, data, size) != SIM_OK) {
        return;
    }
    outfit_encode(p, &o.setup, o.self, o.next_port, &o.work);
    expect_same(p, data, size);
    const size_t bytes = node_memory_bytes(&o.setup);
    void *memory = bytes < (size_t)1 << 24 ? calloc(1, bytes) : NULL;
    if (memory != NULL) {
        struct node n;
        node_init(&n, &o.setup, o.self, o.next_port, memory);
        ASSERT(node_audit(&n) == NULL);
        free(memory);
    }
    outfit_deinit(&o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const decoders[])(const uint8_t *, size_t, struct pack *) = {
        try_grant, try_answer, try_figures, try_frame, try_outfit, try_word};
    if (size == 0) {
        return 0;
    }
    struct pack p = {.room = 2 * size + 4096};
    p.bytes = malloc(p.room);
    ASSERT(p.bytes != NULL);
    decoders[data[0] % (sizeof decoders / sizeof decoders[0])](data + 1, size - 1, &p);
    free(p.bytes);
    return 0;
}

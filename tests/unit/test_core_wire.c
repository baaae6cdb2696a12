/* The wire format: what goes out comes back, and nothing else is let in. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/core/wire.h"

static struct wire_message sample(enum wire_kind kind)
{
    const bool is_flooded = kind == WIRE_QUERY || kind == WIRE_NEWS;
    return (struct wire_message){
        .kind = (uint8_t)kind,
        .status = WIRE_HERE,
        .ttl = is_flooded ? 255 : 0,
        .origin = 0x01020304,
        .destination = is_flooded ? WIRE_EVERYONE : 0x11121314,
        .tasklet = 0x21222324,
        .request = 0x31323334,
        .context = 0x41424344,
        .size = 300,
        .epoch = 0x61626364,
        .hash = UINT64_C(0x5152535455565758),
    };
}

/* Header and, behind it, what the message carries. */
static size_t encode(const struct wire_message *m, unsigned char bytes[WIRE_HEADER_BYTES + 300])
{
    wire_encode(m, bytes);
    for (uint32_t i = 0; i < wire_payload_length(m); i++) {
        bytes[WIRE_HEADER_BYTES + i] = (unsigned char)i;
    }
    return (size_t)wire_length(m);
}

static bool are_equal(const struct wire_message *a, const struct wire_message *b)
{
    return a->kind == b->kind && a->status == b->status && a->ttl == b->ttl &&
           a->origin == b->origin && a->destination == b->destination && a->tasklet == b->tasklet &&
           a->request == b->request && a->context == b->context && a->size == b->size &&
           a->epoch == b->epoch && a->hash == b->hash;
}

static void comes_back(const struct wire_message *m)
{
    unsigned char bytes[WIRE_HEADER_BYTES + 300];
    const size_t length = encode(m, bytes);
    struct wire_message back;
    memset(&back, 0xee, sizeof back);
    const unsigned char *payload = bytes;
    cr_assert_eq(wire_decode(bytes, length, &back, &payload), SIM_OK, "%s",
                 wire_kind_name(m->kind));
    cr_assert(are_equal(m, &back), "%s", wire_kind_name(m->kind));
    cr_assert_eq(payload, wire_payload_length(m) > 0 ? bytes + WIRE_HEADER_BYTES : NULL);
}

Test(wire, every_kind_comes_back)
{
    for (uint8_t kind = WIRE_QUERY; kind < WIRE_KINDS; kind++) {
        struct wire_message m = sample((enum wire_kind)kind);
        comes_back(&m);
        if (kind == WIRE_REGISTRY_TELL || kind == WIRE_META_TELL || kind == WIRE_DATA) {
            m.status = WIRE_GONE;
            comes_back(&m);
        }
    }
}

Test(wire, the_header_is_laid_out_as_documented)
{
    static const unsigned char expected[WIRE_HEADER_BYTES] = {
        0x02, 0x08, 0x00, 0x00, 0x04, 0x03, 0x02, 0x01, 0x14, 0x13, 0x12, 0x11, 0x24, 0x23, 0x22,
        0x21, 0x34, 0x33, 0x32, 0x31, 0x44, 0x43, 0x42, 0x41, 0x2c, 0x01, 0x00, 0x00, 0x58, 0x57,
        0x56, 0x55, 0x54, 0x53, 0x52, 0x51, 0x64, 0x63, 0x62, 0x61, 0x2c, 0x01, 0x00, 0x00,
    };
    unsigned char bytes[WIRE_HEADER_BYTES];
    const struct wire_message m = sample(WIRE_DATA);
    wire_encode(&m, bytes);
    cr_assert_arr_eq(bytes, expected, sizeof bytes);
}

Test(wire, only_data_that_is_here_carries_a_binary)
{
    for (uint8_t kind = WIRE_QUERY; kind < WIRE_KINDS; kind++) {
        struct wire_message m = sample((enum wire_kind)kind);
        cr_assert_eq(wire_length(&m), WIRE_HEADER_BYTES + (kind == WIRE_DATA ? 300u : 0u));
        m.status = WIRE_GONE;
        cr_assert_eq(wire_length(&m), WIRE_HEADER_BYTES);
    }
}

/* The bytes are refused, and neither *m nor *payload is touched. */
static void is_refused(const unsigned char *bytes, size_t length, const char *why)
{
    struct wire_message m;
    struct wire_message before;
    memset(&m, 0xee, sizeof m);
    memset(&before, 0xee, sizeof before);
    const unsigned char *payload = bytes;
    cr_assert_eq(wire_decode(bytes, length, &m, &payload), SIM_ERR_INVALID, "%s", why);
    cr_assert_eq(memcmp(&m, &before, sizeof m), 0, "%s", why);
    cr_assert_eq(payload, bytes, "%s", why);
}

/* Writes one 32-bit field of a sound message over. */
static void is_refused_with(enum wire_kind kind, size_t offset, uint32_t value, const char *why)
{
    unsigned char bytes[WIRE_HEADER_BYTES + 300];
    const struct wire_message m = sample(kind);
    const size_t length = encode(&m, bytes);
    for (size_t i = 0; i < 4; i++) {
        bytes[offset + i] = (unsigned char)(value >> (8 * i));
    }
    is_refused(bytes, length, why);
}

static void is_refused_with_byte(enum wire_kind kind, size_t offset, unsigned char value,
                                 const char *why)
{
    unsigned char bytes[WIRE_HEADER_BYTES + 300];
    const struct wire_message m = sample(kind);
    const size_t length = encode(&m, bytes);
    bytes[offset] = value;
    is_refused(bytes, length, why);
}

Test(wire, every_length_but_the_right_one_is_refused)
{
    unsigned char bytes[WIRE_HEADER_BYTES + 301] = {0};
    const struct wire_message data = sample(WIRE_DATA);
    const size_t length = encode(&data, bytes);
    for (size_t shorter = 0; shorter < length; shorter++) {
        /* In memory of just that size, so that a sanitizer sees a read behind its end. */
        unsigned char *cut = malloc(shorter > 0 ? shorter : 1);
        cr_assert_not_null(cut);
        memcpy(cut, bytes, shorter);
        is_refused(cut, shorter, "cut off");
        free(cut);
    }
    is_refused(bytes, length + 1, "a byte too many");

    const struct wire_message get = sample(WIRE_GET);
    (void)encode(&get, bytes);
    is_refused(bytes, WIRE_HEADER_BYTES + 1, "a payload that is not announced");
}

Test(wire, every_malformed_header_is_refused)
{
    is_refused_with_byte(WIRE_GET, 0, 0, "version 0");
    is_refused_with_byte(WIRE_GET, 0, 1, "version 1, which knew no epochs");
    is_refused_with_byte(WIRE_GET, 0, WIRE_VERSION + 1, "a version to come");
    is_refused_with_byte(WIRE_GET, 1, 0, "kind 0");
    is_refused_with_byte(WIRE_GET, 1, WIRE_KINDS, "an unknown kind");
    is_refused_with_byte(WIRE_GET, 1, 255, "an unknown kind");
    is_refused_with_byte(WIRE_META_TELL, 2, 2, "an unknown status");
    is_refused_with_byte(WIRE_GET, 3, 1, "hops left for a message that is not flooded");
    is_refused_with_byte(WIRE_QUERY, 3, 0, "a query without hops left");
    is_refused_with(WIRE_GET, 4, WIRE_EVERYONE, "everyone as origin");
    is_refused_with(WIRE_GET, 8, WIRE_EVERYONE, "a get for everyone");
    is_refused_with(WIRE_QUERY, 8, 7, "a query for one");
    is_refused_with(WIRE_GET, 40, 1, "a get with payload");
    is_refused_with(WIRE_DATA, 24, 299, "size below payload length");
    is_refused_with(WIRE_DATA, 24, UINT32_MAX, "size above payload length");
    is_refused_with(WIRE_DATA, 40, 299, "payload length below size");
    is_refused_with(WIRE_DATA, 40, UINT32_MAX, "payload length above size");
}

Test(wire, only_an_answer_can_say_that_a_tasklet_is_gone)
{
    is_refused_with_byte(WIRE_QUERY, 2, WIRE_GONE, "query");
    is_refused_with_byte(WIRE_HAVE, 2, WIRE_GONE, "have");
    is_refused_with_byte(WIRE_REGISTRY_ASK, 2, WIRE_GONE, "registry ask");
    is_refused_with_byte(WIRE_META_ASK, 2, WIRE_GONE, "meta ask");
    is_refused_with_byte(WIRE_GET, 2, WIRE_GONE, "get");
    is_refused_with_byte(WIRE_DATA, 2, WIRE_GONE, "data that is gone, with its binary");
}

Test(wire, kinds_have_names)
{
    cr_assert_str_eq(wire_kind_name(WIRE_QUERY), "query");
    cr_assert_str_eq(wire_kind_name(WIRE_DATA), "data");
    cr_assert_str_eq(wire_kind_name(WIRE_NEWS), "news");
    cr_assert_str_eq(wire_kind_name(0), "unknown");
    cr_assert_str_eq(wire_kind_name(WIRE_KINDS), "unknown");
    cr_assert_str_eq(wire_kind_name(255), "unknown");
}

/*
 * What a message weighs on the wire, by hand.
 */
#include <criterion/criterion.h>

#include "models/nimblenet/world/traffic.h"

static struct wire_message data(uint32_t size)
{
    return (struct wire_message){.kind = WIRE_DATA, .status = WIRE_HERE, .size = size};
}

Test(traffic, a_message_weighs_its_overhead_and_data_its_binary_on_top)
{
    const struct traffic_spec spec = {.overhead_bytes = 88};
    const struct wire_message query = {.kind = WIRE_QUERY, .size = 500};
    const struct wire_message here = data(300);
    cr_expect_eq(traffic_bytes(&spec, &query), 88);
    cr_expect_eq(traffic_bytes(&spec, &here), 388);
}

Test(traffic, only_data_that_is_there_carries_a_binary)
{
    const struct traffic_spec spec = {.overhead_bytes = 88};
    for (uint8_t kind = WIRE_QUERY; kind < WIRE_DATA; kind++) {
        const struct wire_message m = {.kind = kind, .status = WIRE_HERE, .size = 500};
        cr_expect_eq(traffic_bytes(&spec, &m), 88, "%s", wire_kind_name(kind));
    }
    struct wire_message gone = data(500);
    gone.status = WIRE_GONE;
    cr_expect_eq(traffic_bytes(&spec, &gone), 88);
}

Test(traffic, real_overhead_is_the_header_that_the_codec_writes_and_the_lower_layers)
{
    cr_expect_eq(traffic_real_overhead(28), 72);
    cr_expect_eq(traffic_real_overhead(0), WIRE_HEADER_BYTES);
    const struct traffic_spec spec = {.overhead_bytes = traffic_real_overhead(28)};
    const struct wire_message m = data(300);
    cr_expect_eq(traffic_bytes(&spec, &m), wire_length(&m) + 28);
}

/* Packets of 127 B with 27 B overhead carry 100 B each. */
Test(traffic, what_does_not_fit_into_a_packet_is_cut_and_pays_for_each)
{
    const struct traffic_spec spec = {.overhead_bytes = 27, .mtu_bytes = 127};
    static const struct {
        uint32_t payload;
        uint64_t bytes;
    } known[] = {
        {0, 27}, /* one packet, empty */
        {1, 28},
        {100, 127},      /* one, full */
        {101, 101 + 54}, /* two */
        {200, 200 + 54}, /* two, full */
        {201, 201 + 81}, /* three */
        {1000, 1000 + 270},
        {UINT32_MAX, UINT32_MAX + UINT64_C(42949673) * 27},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const struct wire_message m = data(known[i].payload);
        cr_expect_eq(traffic_bytes(&spec, &m), known[i].bytes, "%u B", known[i].payload);
    }
}

Test(traffic, a_packet_with_room_for_one_byte_still_gets_everything_across)
{
    const struct traffic_spec spec = {.overhead_bytes = 88, .mtu_bytes = 89};
    const struct wire_message m = data(300);
    cr_expect_eq(traffic_bytes(&spec, &m), 300 + 300 * 88);
}

/*
 * traffic.h - what a transmission costs, and the account of every byte.
 *
 * A hop costs a message's bytes as sent at the sender when it leaves, and as
 * received at the receiver when it arrives; what is lost on the link was sent.
 * Bytes are the message's payload plus an overhead: the scenario's, or the
 * codec's own header with a lower-layer header; once a packet where messages are
 * cut into packets.
 */
#ifndef MODELS_NIMBLENET_WORLD_TRAFFIC_H
#define MODELS_NIMBLENET_WORLD_TRAFFIC_H

#include "models/nimblenet/core/wire.h"

struct traffic_spec {
    uint64_t overhead_bytes; /* a packet */
    uint64_t mtu_bytes;      /* greatest packet with its overhead; 0: messages are never cut */
    bool broadcast;          /* a flood is one transmission a node, which all its neighbours hear */
    bool first_hop_is_free;  /* of delay: only forwarded messages wait */
    sim_time hop_delay_ns;
    uint64_t bandwidth_bps; /* of each direction of a link; 0: unlimited */
    double loss;            /* probability that a transmission does not arrive */
};

/* One node's account. */
struct traffic_account {
    uint64_t tx_bytes, rx_bytes;
    uint64_t tx_messages, rx_messages;
    uint64_t copies_bytes; /* sent, a flood's copies each counted: what can arrive */
    uint64_t lost_bytes;   /* of those */
};

/* The codec's own length plus a lower-layer header, as message_overhead: real asks for. */
static inline uint64_t traffic_real_overhead(uint64_t lower_header_bytes)
{
    return WIRE_HEADER_BYTES + lower_header_bytes;
}

/* Bytes that a message has on the wire, a hop. */
static inline uint64_t traffic_bytes(const struct traffic_spec *s, const struct wire_message *m)
{
    const uint64_t payload = wire_payload_length(m);
    if (s->mtu_bytes == 0 || payload + s->overhead_bytes <= s->mtu_bytes) {
        return payload + s->overhead_bytes;
    }
    const uint64_t room = s->mtu_bytes - s->overhead_bytes; /* world_create() checked it is > 0 */
    return payload + (payload + room - 1) / room * s->overhead_bytes;
}

#endif

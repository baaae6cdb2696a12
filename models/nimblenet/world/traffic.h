/*
 * traffic.h - what a transmission costs, and the account of every byte.
 *
 * A hop costs a message's bytes as sent at the sender when it leaves, and as
 * received at the receiver when it arrives; what is lost on the link was sent.
 * Bytes are the message's payload plus an overhead: the scenario's, or the
 * codec's own header with a lower-layer header; once a packet where messages are
 * cut into packets.
 *
 * A link that retransmits has its frames acknowledged by the receiver's radio. A copy that was
 * lost, or that found the receiver's queue full, leaves again ack_ns after it should have come, up
 * to `retries` times; each time counts. An acknowledgement is never lost, and takes no time of the
 * link.
 */
#ifndef MODELS_NIMBLENET_WORLD_TRAFFIC_H
#define MODELS_NIMBLENET_WORLD_TRAFFIC_H

#include "models/nimblenet/core/wire.h"
#include "sim/engine/dist.h"

struct traffic_spec {
    uint64_t overhead_bytes; /* a packet */
    uint64_t mtu_bytes;      /* greatest packet with its overhead; 0: messages are never cut */
    bool broadcast;          /* a flood is one transmission a node, which all its neighbours hear */
    bool first_hop_is_free;  /* of delay: only forwarded messages wait */
    sim_time hop_delay_ns;   /* where hop_delay is constant */
    struct dist hop_delay;   /* else drawn for each copy; at least a nanosecond */
    uint64_t bandwidth_bps;  /* of each direction of a link; 0: unlimited */
    double loss;             /* probability that a transmission does not arrive */
    double corruption;       /* that it does, with other bits, which its receiver throws away */
    double duplication;      /* that it leaves twice */
    double reordering;       /* that it comes reordering_ns later than it should */
    sim_time reordering_ns;
    double falsehood;      /* that what a node says of a tasklet, or hands out of it, is not true */
    uint32_t retries;      /* of a copy; at most TRAFFIC_RETRIES_MAX */
    uint64_t ack_bytes;    /* of an acknowledgement, where there are retries */
    sim_time ack_ns;       /* waited for it */
    sim_time frame_ns;     /* that a node takes to handle a frame, one after the other */
    uint32_t queue_frames; /* that it can hold, the one in its hands included; 0: any number */
    struct dist chatter_gap; /* between two housekeeping messages of a node; constant 0: none */
    uint64_t chatter_bytes;  /* of one, on the wire */
};

#define TRAFFIC_RETRIES_MAX 255u
#define TRAFFIC_CHATTER 0u /* the kind of a housekeeping message: none that a core would know */

static inline bool traffic_has_chatter(const struct traffic_spec *s)
{
    return s->chatter_gap.kind != DIST_CONSTANT || s->chatter_gap.low > 0;
}

static inline bool traffic_delay_varies(const struct traffic_spec *s)
{
    return s->hop_delay.kind != DIST_CONSTANT;
}

/* Whether there are faults besides loss. */
static inline bool traffic_is_faulty(const struct traffic_spec *s)
{
    return s->corruption > 0 || s->duplication > 0 || s->reordering > 0 || s->falsehood > 0;
}

/* Nothing can happen to a copy but that it comes, one constant delay later, and is handled. */
static inline bool traffic_is_plain(const struct traffic_spec *s)
{
    return s->bandwidth_bps == 0 && s->loss <= 0 && !traffic_is_faulty(s) &&
           !s->first_hop_is_free && s->frame_ns == 0 && s->retries == 0 &&
           !traffic_delay_varies(s) && !traffic_has_chatter(s);
}

/* Whether a radio acknowledges it. Nobody does what is meant for all who hear it. */
static inline bool traffic_is_acknowledged(const struct traffic_spec *s,
                                           const struct wire_message *m)
{
    return s->retries > 0 && m->kind != TRAFFIC_CHATTER && !(s->broadcast && m->kind == WIRE_QUERY);
}

/* One node's account, acknowledgements apart. */
struct traffic_account {
    uint64_t tx_bytes, rx_bytes;
    uint64_t tx_messages, rx_messages;
    uint64_t copies_bytes;     /* sent, a flood's copies each counted: what can arrive */
    uint64_t lost_bytes;       /* of those */
    uint64_t overflowed_bytes; /* came, and found no place in the queue */
    uint64_t overflowed;       /* frames */
    uint64_t resent;           /* copies */
    uint64_t corrupted;        /* of the lost ones, those that came with other bits */
    uint64_t duplicated, reordered;
    uint64_t false_told; /* messages of its own that were not true */
    uint64_t acks_sent, acks_received;
    uint64_t chatter_bytes; /* of what it sent, housekeeping */
};

/* Frames that wait for a node to handle them, the first of them in its hands. */
struct traffic_inbox {
    sim_time free_at; /* when it has handled all of them */
    sim_time bare_at; /* when it would have, if housekeeping took no time */
    sim_time
        behind_chatter_ns; /* how much sooner the latest one would have been in its hands then */
    uint32_t held;
    uint32_t forsaken;  /* that were in its hands when it failed, and whose time is not over */
    uint64_t handled;   /* or to be: all that were taken in */
    sim_time waited_ns; /* by them, before they were in its hands */
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

/* The same of whatever a link can carry. */
static inline uint64_t traffic_copy_bytes(const struct traffic_spec *s,
                                          const struct wire_message *m)
{
    return SIM_UNLIKELY(m->kind == TRAFFIC_CHATTER) ? s->chatter_bytes : traffic_bytes(s, m);
}

#endif

/*
 * wire.h - the messages between nodes, and how they look on the wire.
 *
 * Every message has one header of WIRE_HEADER_BYTES, little-endian, fixed
 * width; a data message carries its tasklet's binary behind it. The simulator
 * passes struct wire_message and charges wire_length(); the daemon sends the bytes.
 *
 *   offset  0  u8   version (WIRE_VERSION)
 *           1  u8   kind
 *           2  u8   status
 *           3  u8   ttl, hops that a query may still take
 *           4  u32  origin, the node that made the message
 *           8  u32  destination, WIRE_EVERYONE for a query and for news
 *          12  u32  tasklet
 *          16  u32  request, rising at its maker, queries apart from exchanges: names it
 *          20  u32  context, given back untouched in the answer
 *          24  u32  size of the tasklet's binary in bytes
 *          28  u64  hash of the tasklet's binary
 *          36  u32  epoch of the boot in which the request was made; in an answer given back
 *          40  u32  payload length: size for data that is here, else 0
 *
 * Errors: wire_decode() returns SIM_ERR_INVALID for anything that
 *   wire_encode() cannot have written, and leaves *m as it was.
 */
#ifndef MODELS_NIMBLENET_CORE_WIRE_H
#define MODELS_NIMBLENET_CORE_WIRE_H

#include "sim/engine/base.h"

#define WIRE_VERSION 2u /* 1 knew no epochs */
#define WIRE_HEADER_BYTES 44u
#define WIRE_EVERYONE UINT32_MAX

/* In the order of an acquisition. Flooded: query and news. All others go by a shortest path. */
enum wire_kind {
    WIRE_QUERY = 1,        /* who holds this tasklet? */
    WIRE_HAVE = 2,         /* I do; size and hash included */
    WIRE_REGISTRY_ASK = 3, /* the fallback: do you have it? */
    WIRE_REGISTRY_TELL = 4,
    WIRE_META_ASK = 5, /* how large is it? */
    WIRE_META_TELL = 6,
    WIRE_GET = 7,  /* send it */
    WIRE_DATA = 8, /* here it is */
    WIRE_NEWS = 9, /* the registry has a new version of it; flooded */
};
#define WIRE_KINDS 10u /* one more than the greatest kind */

enum wire_status {
    WIRE_HERE = 0,
    WIRE_GONE = 1, /* the one asked does not hold the tasklet (any more) */
};

struct wire_message {
    uint8_t kind;   /* enum wire_kind */
    uint8_t status; /* enum wire_status */
    uint8_t ttl;
    uint32_t origin;
    uint32_t destination;
    uint32_t tasklet;
    uint32_t request;
    uint32_t context;
    uint32_t size;
    uint32_t epoch;
    uint64_t hash;
};

/* What answers a question: the kind behind it. */
static inline enum wire_kind wire_answer_to(enum wire_kind question)
{
    ASSERT(question < WIRE_NEWS && question % 2 == 1);
    return (enum wire_kind)(question + 1);
}

/* Bytes of binary that travel behind the header. */
static inline uint32_t wire_payload_length(const struct wire_message *m)
{
    return m->kind == WIRE_DATA && m->status == WIRE_HERE ? m->size : 0;
}

/* Bytes of the whole message. */
static inline uint64_t wire_length(const struct wire_message *m)
{
    return WIRE_HEADER_BYTES + (uint64_t)wire_payload_length(m);
}

/* Writes the header; the payload is the caller's to append. */
void wire_encode(const struct wire_message *m, unsigned char header[WIRE_HEADER_BYTES]);

/*
 * Reads the whole message bytes[0 .. length). *payload points into bytes, or is
 * NULL where there is none.
 */
SIM_MUST_CHECK enum sim_status wire_decode(const unsigned char *bytes, size_t length,
                                           struct wire_message *m, const unsigned char **payload);

/* "query", "have", ...: for people; never NULL. */
const char *wire_kind_name(uint8_t kind);

#endif

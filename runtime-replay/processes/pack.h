/*
 * pack.h - numbers and bytes, put into a packet one after the other and taken out again.
 *
 * Little-endian, of fixed width. Writing past the room, and reading past the end, is noticed once,
 * behind all of it: a writer that overflowed has written nothing further, a reader that ran out
 * reads zeros. So a decoder is straight code, and total whatever bytes it is given. One statement a
 * number: C evaluates the parts of an initializer in any order.
 *
 * Ownership: the bytes are the caller's.
 */
#ifndef RUNTIME_REPLAY_PROCESSES_PACK_H
#define RUNTIME_REPLAY_PROCESSES_PACK_H

#include <string.h>

#include "sim/engine/base.h"

struct pack {
    unsigned char *bytes;
    size_t room, length;
    bool overflowed;
};

struct unpack {
    const unsigned char *bytes;
    size_t length, at;
    bool ran_out;
};

static inline void pack_bytes(struct pack *p, const void *bytes, size_t length)
{
    if (p->overflowed || length > p->room - p->length) {
        p->overflowed = true;
    } else if (length > 0) {
        memcpy(p->bytes + p->length, bytes, length);
        p->length += length;
    }
}

static inline void pack_number(struct pack *p, uint64_t value, size_t width)
{
    unsigned char bytes[8];
    for (size_t i = 0; i < width; i++) {
        bytes[i] = (unsigned char)(value >> (8 * i));
    }
    pack_bytes(p, bytes, width);
}

static inline void pack_u8(struct pack *p, uint8_t value)
{
    pack_number(p, value, 1);
}

static inline void pack_u16(struct pack *p, uint16_t value)
{
    pack_number(p, value, 2);
}

static inline void pack_u32(struct pack *p, uint32_t value)
{
    pack_number(p, value, 4);
}

static inline void pack_u64(struct pack *p, uint64_t value)
{
    pack_number(p, value, 8);
}

static inline void pack_time(struct pack *p, sim_time value)
{
    pack_number(p, (uint64_t)value, 8);
}

/* The next so many bytes, or NULL where there are not so many. */
static inline const unsigned char *unpack_bytes(struct unpack *u, size_t length)
{
    if (u->ran_out || length > u->length - u->at) {
        u->ran_out = true;
        return NULL;
    }
    const unsigned char *bytes = u->bytes + u->at;
    u->at += length;
    return bytes;
}

static inline uint64_t unpack_number(struct unpack *u, size_t width)
{
    const unsigned char *bytes = unpack_bytes(u, width);
    uint64_t value = 0;
    for (size_t i = 0; bytes != NULL && i < width; i++) {
        value |= (uint64_t)bytes[i] << (8 * i);
    }
    return value;
}

static inline uint8_t unpack_u8(struct unpack *u)
{
    return (uint8_t)unpack_number(u, 1);
}

static inline uint16_t unpack_u16(struct unpack *u)
{
    return (uint16_t)unpack_number(u, 2);
}

static inline uint32_t unpack_u32(struct unpack *u)
{
    return (uint32_t)unpack_number(u, 4);
}

static inline uint64_t unpack_u64(struct unpack *u)
{
    return unpack_number(u, 8);
}

static inline sim_time unpack_time(struct unpack *u)
{
    return (sim_time)unpack_number(u, 8);
}

static inline size_t unpack_left(const struct unpack *u)
{
    return u->ran_out ? 0 : u->length - u->at;
}

/* Whether all was there, and nothing is behind it. */
static inline bool unpack_is_whole(const struct unpack *u)
{
    return !u->ran_out && u->at == u->length;
}

#endif

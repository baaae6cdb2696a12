/*
 * digest.h - the running hash of what happened.
 *
 * Not cryptographic: it tells two runs apart, it does not defend against an
 * adversary. The value depends on the words fed and their order alone, so it
 * is the same for every compiler, flag and byte order.
 */
#ifndef SIM_ENGINE_DIGEST_H
#define SIM_ENGINE_DIGEST_H

#include "sim/engine/base.h"

#define DIGEST_START UINT64_C(0x9e3779b97f4a7c15)

/* Folds one word in. Two multiplications, of which one is on the critical path. */
static inline uint64_t digest_word(uint64_t digest, uint64_t word)
{
    uint64_t mixed = digest ^ (word * UINT64_C(0xbf58476d1ce4e5b9));
    mixed = (mixed << 27) | (mixed >> 37);
    return mixed * UINT64_C(0x94d049bb133111eb);
}

/*
 * Folds three words in at the cost of little more than one: each has an odd multiplier of
 * its own, so swapping or shifting them changes the sum.
 */
static inline uint64_t digest_three(uint64_t digest, uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t mixed = a * UINT64_C(0xbf58476d1ce4e5b9) + b * UINT64_C(0x9fb21c651e98df25) +
                     c * UINT64_C(0xd6e8feb86659fd93);
    mixed ^= digest;
    mixed = (mixed << 27) | (mixed >> 37);
    return mixed * UINT64_C(0x94d049bb133111eb);
}

/* Spreads every bit over the whole word; call it once, before a digest is shown. */
static inline uint64_t digest_finish(uint64_t digest)
{
    digest = (digest ^ (digest >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    digest = (digest ^ (digest >> 27)) * UINT64_C(0x94d049bb133111eb);
    return digest ^ (digest >> 31);
}

/* Folds a byte string in, its length included. */
uint64_t digest_bytes(uint64_t digest, const void *bytes, size_t length);

/*
 * FNV-1a-64, which names files and texts: other programs know it, and a text may come in parts.
 * The first part goes on from DIGEST_FNV_START.
 */
#define DIGEST_FNV_START UINT64_C(0xcbf29ce484222325)
uint64_t digest_fnv(uint64_t sum, const void *bytes, size_t length);

#endif

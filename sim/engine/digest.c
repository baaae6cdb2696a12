#include "sim/engine/digest.h"

uint64_t digest_bytes(uint64_t digest, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    digest = digest_word(digest, length);
    uint64_t word = 0;
    for (size_t i = 0; i < length; i++) {
        word |= (uint64_t)at[i] << (8 * (i % 8));
        if (i % 8 == 7 || i + 1 == length) {
            digest = digest_word(digest, word);
            word = 0;
        }
    }
    return digest;
}

uint64_t digest_fnv(uint64_t sum, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++) {
        sum = (sum ^ at[i]) * UINT64_C(0x100000001b3);
    }
    return sum;
}

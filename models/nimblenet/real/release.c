#include "models/nimblenet/real/release.h"

#include <string.h>

/* A custom section: its identity, the bytes that follow, its name with that one's length. */
static const unsigned char head[] = {0, RELEASE_MOST - 2, 7, 'v', 'e', 'r', 's', 'i', 'o', 'n'};
_Static_assert(sizeof head + sizeof(uint32_t) == RELEASE_MOST, "a section of that length");

void release_sign(unsigned char *behind, uint32_t version)
{
    if (version == 0) {
        return;
    }
    memcpy(behind, head, sizeof head);
    for (size_t i = 0; i < sizeof version; i++) {
        behind[sizeof head + i] = (unsigned char)(version >> (8 * i));
    }
}

uint32_t release_of(const unsigned char *bytes, size_t length)
{
    if (length < RELEASE_MOST || memcmp(bytes + length - RELEASE_MOST, head, sizeof head) != 0) {
        return 0;
    }
    uint32_t version = 0;
    for (size_t i = 0; i < sizeof version; i++) {
        version |= (uint32_t)bytes[length - sizeof version + i] << (8 * i);
    }
    return version;
}

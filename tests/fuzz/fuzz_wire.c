/*
 * Any bytes as a message. Either they are refused and nothing is touched, or they are exactly
 * what wire_encode() writes for the message that was read, with its payload behind.
 */
#include <string.h>

#include "models/nimblenet/core/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wire_message m;
    struct wire_message before;
    memset(&m, 0xee, sizeof m);
    memset(&before, 0xee, sizeof before);
    const unsigned char *payload = data;
    if (wire_decode(data, size, &m, &payload) != SIM_OK) {
        ASSERT(memcmp(&m, &before, sizeof m) == 0 && payload == data);
        return 0;
    }
    unsigned char header[WIRE_HEADER_BYTES];
    wire_encode(&m, header);
    ASSERT(memcmp(header, data, sizeof header) == 0);
    ASSERT(wire_length(&m) == size);
    ASSERT(payload == (size > WIRE_HEADER_BYTES ? data + WIRE_HEADER_BYTES : NULL));
    ASSERT(wire_kind_name(m.kind) != NULL);
    return 0;
}

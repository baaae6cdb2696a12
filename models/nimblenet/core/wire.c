#include "models/nimblenet/core/wire.h"

static void put_u32(unsigned char *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        at[i] = (unsigned char)(value >> (8 * i));
    }
}

static uint32_t get_u32(const unsigned char *at)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        value |= (uint32_t)at[i] << (8 * i);
    }
    return value;
}

void wire_encode(const struct wire_message *m, unsigned char header[WIRE_HEADER_BYTES])
{
    header[0] = WIRE_VERSION;
    header[1] = m->kind;
    header[2] = m->status;
    header[3] = m->ttl;
    put_u32(header + 4, m->origin);
    put_u32(header + 8, m->destination);
    put_u32(header + 12, m->tasklet);
    put_u32(header + 16, m->request);
    put_u32(header + 20, m->context);
    put_u32(header + 24, m->size);
    put_u32(header + 28, (uint32_t)m->hash);
    put_u32(header + 32, (uint32_t)(m->hash >> 32));
    put_u32(header + 36, m->epoch);
    put_u32(header + 40, wire_payload_length(m));
}

/* The rules that every sender keeps: what breaks them is noise or an attack. */
static bool is_well_formed(const struct wire_message *m)
{
    if (m->kind < WIRE_QUERY || m->kind > WIRE_NEWS || m->status > WIRE_GONE) {
        return false;
    }
    if (m->origin == WIRE_EVERYONE) {
        return false;
    }
    const bool is_flooded = m->kind == WIRE_QUERY || m->kind == WIRE_NEWS;
    if (is_flooded != (m->destination == WIRE_EVERYONE) || is_flooded != (m->ttl > 0)) {
        return false;
    }
    const bool may_be_gone =
        m->kind == WIRE_REGISTRY_TELL || m->kind == WIRE_META_TELL || m->kind == WIRE_DATA;
    return m->status == WIRE_HERE || may_be_gone;
}

enum sim_status wire_decode(const unsigned char *bytes, size_t length, struct wire_message *m,
                            const unsigned char **payload)
{
    if (length < WIRE_HEADER_BYTES || bytes[0] != WIRE_VERSION) {
        return SIM_ERR_INVALID;
    }
    const struct wire_message read = {
        .kind = bytes[1],
        .status = bytes[2],
        .ttl = bytes[3],
        .origin = get_u32(bytes + 4),
        .destination = get_u32(bytes + 8),
        .tasklet = get_u32(bytes + 12),
        .request = get_u32(bytes + 16),
        .context = get_u32(bytes + 20),
        .size = get_u32(bytes + 24),
        .epoch = get_u32(bytes + 36),
        .hash = (uint64_t)get_u32(bytes + 32) << 32 | get_u32(bytes + 28),
    };
    const uint32_t payload_length = get_u32(bytes + 40);
    if (!is_well_formed(&read) || payload_length != wire_payload_length(&read) ||
        length - WIRE_HEADER_BYTES != payload_length) {
        return SIM_ERR_INVALID;
    }
    *m = read;
    *payload = payload_length > 0 ? bytes + WIRE_HEADER_BYTES : NULL;
    return SIM_OK;
}

const char *wire_kind_name(uint8_t kind)
{
    static const char *const name[WIRE_KINDS] = {
        [WIRE_QUERY] = "query",
        [WIRE_HAVE] = "have",
        [WIRE_REGISTRY_ASK] = "registry ask",
        [WIRE_REGISTRY_TELL] = "registry tell",
        [WIRE_META_ASK] = "meta ask",
        [WIRE_META_TELL] = "meta tell",
        [WIRE_GET] = "get",
        [WIRE_DATA] = "data",
        [WIRE_NEWS] = "news",
    };
    return kind < WIRE_KINDS && name[kind] != NULL ? name[kind] : "unknown";
}

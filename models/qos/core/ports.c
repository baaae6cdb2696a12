#include "models/qos/core/ports.h"

static uint64_t bit(uint32_t port)
{
    return UINT64_C(1) << (port - 1) % 64;
}

void ports_init(struct ports *p, uint64_t *words, uint32_t count)
{
    ASSERT(count >= 1 && count <= PORTS_MAX);
    *p = (struct ports){words, count};
    for (size_t i = 0; i < PORTS_WORDS(count); i++) {
        words[i] = 0;
    }
}

bool ports_is_free(const struct ports *p, uint32_t port)
{
    ASSERT(port >= 1 && port <= p->count);
    return (p->taken[(port - 1) / 64] & bit(port)) == 0;
}

bool ports_claim(struct ports *p, uint32_t port)
{
    if (!ports_is_free(p, port)) {
        return false;
    }
    p->taken[(port - 1) / 64] |= bit(port);
    return true;
}

uint32_t ports_take(struct ports *p)
{
    for (size_t i = 0; i < PORTS_WORDS(p->count); i++) {
        if (p->taken[i] == UINT64_MAX) {
            continue;
        }
        const uint32_t port = (uint32_t)i * 64 + (uint32_t)__builtin_ctzll(~p->taken[i]) + 1;
        return port <= p->count && ports_claim(p, port) ? port : PORTS_NONE;
    }
    return PORTS_NONE;
}

void ports_give(struct ports *p, uint32_t port)
{
    ASSERT(!ports_is_free(p, port));
    p->taken[(port - 1) / 64] &= ~bit(port);
}

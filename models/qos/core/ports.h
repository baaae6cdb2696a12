/*
 * ports.h - a node's pool of port numbers, of which the lowest free one is given out.
 *
 * Ownership: the caller hands in PORTS_WORDS(count) words and keeps them.
 */
#ifndef MODELS_QOS_CORE_PORTS_H
#define MODELS_QOS_CORE_PORTS_H

#include "sim/engine/base.h"

#define PORTS_NONE 0u
#define PORTS_MAX 65535u
#define PORTS_WORDS(count) (((size_t)(count) + 63) / 64)

/* Numbers 1 .. count. */
struct ports {
    uint64_t *taken; /* a bit a port */
    uint32_t count;
};

void ports_init(struct ports *p, uint64_t *words, uint32_t count);

/* The lowest free number, taken; PORTS_NONE where all are. */
SIM_MUST_CHECK uint32_t ports_take(struct ports *p);

/* Takes this very number; false where it is taken. */
SIM_MUST_CHECK bool ports_claim(struct ports *p, uint32_t port);

/* Gives back a number that is taken. */
void ports_give(struct ports *p, uint32_t port);
bool ports_is_free(const struct ports *p, uint32_t port);

#endif

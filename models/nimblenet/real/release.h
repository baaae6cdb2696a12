/*
 * release.h - the binary of a tasklet's version: what tells it from the one before.
 *
 * Version 0 is the binary that the tasklet was made with. A later one is the same code with a
 * custom section of its own behind it, "version" and the number: other bytes with another digest,
 * which compute the same, so that a replay of the calls comes to their results whatever they ran.
 *
 * Errors: release_of() says 0 of whatever has no such section at its end.
 */
#ifndef MODELS_NIMBLENET_REAL_RELEASE_H
#define MODELS_NIMBLENET_REAL_RELEASE_H

#include "sim/engine/base.h"

/* What a version has beyond the first one's bytes. */
enum { RELEASE_MOST = 14 };

static inline size_t release_extra(uint32_t version)
{
    return version > 0 ? RELEASE_MOST : 0;
}

/* Writes that, release_extra(version) bytes, behind a binary. */
void release_sign(unsigned char *behind, uint32_t version);

/* Which one a binary says it is. */
uint32_t release_of(const unsigned char *bytes, size_t length);

#endif

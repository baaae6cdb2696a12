/*
 * sha256.h - SHA-256 (FIPS 180-4) as text: what names a scenario and every file that it reads.
 *
 * Threads: any.
 */
#ifndef ANALYSIS_STORE_SHA256_H
#define ANALYSIS_STORE_SHA256_H

#include "sim/engine/base.h"

enum { SHA256_HEX = 65 }; /* 64 digits, lower case, and the end */

/* bytes may be NULL where length is 0. */
void sha256_hex(const void *bytes, size_t length, char hex[SHA256_HEX]);

#endif

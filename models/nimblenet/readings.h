/*
 * readings.h - what the paper leaves open, and how else it can be read.
 *
 * One row a key: why the paper does not settle it, and the values that another
 * reader could have given it. The default and its source stand with the key in
 * the scenarios' own table. Nothing here is measured: ledger.h does that.
 *
 * Values are texts as "--set KEY=VALUE" takes them. Tables are constant.
 */
#ifndef MODELS_NIMBLENET_READINGS_H
#define MODELS_NIMBLENET_READINGS_H

#include <stddef.h>

enum { READINGS_A_KEY = 3 };

struct reading {
    const char *value; /* of the key; NULL ends the row's readings */
    const char *with;  /* another KEY=VALUE, without which the value does nothing; or NULL */
};

struct open_key {
    const char *path; /* "nodes.cache" */
    const char *why;  /* what the paper says, and where it stops */
    struct reading reading[READINGS_A_KEY];
};

extern const struct open_key open_keys[];
extern const size_t open_key_count;

/* The row of a key; NULL where the paper leaves nothing open. */
const struct open_key *open_key_find(const char *path);

/* Its readings, from 1 to READINGS_A_KEY. */
size_t open_key_readings(const struct open_key *key);

#endif

/*
 * result.h - small databases for the tests of what reads them.
 *
 * A test suite enters a folder of its own with result_enter() and leaves no trace
 * with result_leave(). Errors: fail the running Criterion test.
 */
#ifndef TESTS_SUPPORT_RESULT_H
#define TESTS_SUPPORT_RESULT_H

#include "analysis/store/store.h"

void result_enter(void);
void result_leave(void);

/* Creates a database in the folder, to be written with the calls of store.h. */
struct store *result_create(const char *path);

void result_begin(struct store *store, int64_t run_id, const char *variant, uint32_t replication,
                  uint64_t seed);

/* Ends a run with one metric, "m" in seconds, and with these digests. */
void result_end(struct store *store, int64_t run_id, const char *variant, uint32_t replication,
                uint64_t seed, uint64_t digest, uint64_t trace_digest, double m);

/* Says that the database is complete, and closes it. */
void result_finish(struct store *store);

/* Opens a complete one for reading; it ends with store_destroy(). */
struct store *result_open(const char *path);

#endif

/*
 * recorded.h - a small result with calls, as `record: calls` leaves it, for the tests of replays.
 *
 * Replication 1 in both variants; two nodes and the registry as node 3. Chain 0 calls algorithm 1,
 * or holds it as a twin. Calls 10 (node 1), 20 (node 2) and 30 (node 1) completed, 40 is pending,
 * 50 found no node.
 */
#ifndef TESTS_SUPPORT_RECORDED_H
#define TESTS_SUPPORT_RECORDED_H

#include "analysis/store/store.h"

/* Writes it as a complete database. Runs 1 (nimble) and 2 (monolithic), digests 0xd1 and 0xd2. */
void recorded_write(const char *path);

/* Changes it with SQL, as whoever tampers with a file would: no constraint is looked at. */
void recorded_tamper(const char *path, const char *sql);

/* What a statement gives, "a|b" a row, rows separated by newlines. Static storage. */
const char *recorded_ask(const char *path, const char *sql);

#endif

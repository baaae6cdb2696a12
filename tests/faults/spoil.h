/*
 * spoil.h - what makes a hostile result of a good one: broken bytes, pages, rows and tables.
 *
 * All choices are the caller's: by a seed in hostile.c, by a fuzzer's input in fuzz_results.c.
 */
#ifndef TESTS_FAULTS_SPOIL_H
#define TESTS_FAULTS_SPOIL_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

struct spoil_choice {
    uint32_t (*below)(void *context, uint32_t n); /* 0 .. n - 1; n is at least 1 */
    void *context;
};

enum spoil_kind { SPOIL_BYTES, SPOIL_HEAD, SPOIL_PAGES, SPOIL_ROWS };
enum { SPOIL_KINDS = SPOIL_ROWS + 1 };

/* Gives the new length, which is not larger. SPOIL_ROWS leaves all as it is. */
size_t spoil_bytes(const struct spoil_choice *choice, enum spoil_kind kind, unsigned char *bytes,
                   size_t length);

/* One to four rows, columns, tables or triggers. */
void spoil_rows(struct spoil_choice *choice, sqlite3 *db);

/* Opens a database in which everything may be written. sqlite3_close() it. */
sqlite3 *spoil_open(const char *path);

#endif

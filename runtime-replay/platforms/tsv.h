/*
 * tsv.h - a table of tab-separated columns, read with the line of every mistake.
 *
 * The first line names the kind of table and its format: "# nimblesim platform 1". Other
 * lines that begin with '#' are comments, "# NAME: VALUE" one that has a name; empty lines
 * say nothing. A line feed ends a line, a carriage return before it is no part of it.
 *
 * Ownership: a reader owns its text, which the fields point into; it ends with tsv_close().
 * Errors: SIM_ERR_NOTFOUND, SIM_ERR_IO, SIM_ERR_NOMEM or SIM_ERR_INVALID, with
 *   "FILE:LINE: what is wrong" in the caller's struct tsv_error.
 */
#ifndef RUNTIME_REPLAY_PLATFORMS_TSV_H
#define RUNTIME_REPLAY_PLATFORMS_TSV_H

#include "sim/engine/base.h"

enum { TSV_COLUMNS_MAX = 16, TSV_BYTES_MAX = 1 << 28 };

struct tsv_error {
    char text[512];
};

struct tsv {
    const char *name; /* of the file, for messages */
    char *text, *next;
    size_t length;
    uint64_t hash;             /* FNV-1a-64 of the bytes */
    uint32_t line;             /* of the row that was read last, from 1 */
    const char *const *column; /* their names, of which there are columns */
    uint32_t columns;
    char *field[TSV_COLUMNS_MAX];
    struct tsv_error *error;
};

/* Which tables are read: kind and format as in the first line, and the columns that each has. */
struct tsv_kind {
    const char *kind; /* "platform" */
    unsigned format;
    const char *const *column;
    uint32_t columns; /* at most TSV_COLUMNS_MAX */
};

/* name and error must outlive the reader. On failure there is nothing to close. */
SIM_MUST_CHECK enum sim_status tsv_open(struct tsv *t, const char *path,
                                        const struct tsv_kind *kind, struct tsv_error *error);
/* The same from bytes that were read already. */
SIM_MUST_CHECK enum sim_status tsv_open_bytes(struct tsv *t, const char *name, const void *bytes,
                                              size_t length, const struct tsv_kind *kind,
                                              struct tsv_error *error);
/* The same from a text that the program carries. */
SIM_MUST_CHECK enum sim_status tsv_open_text(struct tsv *t, const char *name, const char *text,
                                             const struct tsv_kind *kind, struct tsv_error *error);
void tsv_close(struct tsv *t);

/* The next row: SIM_OK, SIM_ERR_NOTFOUND at the end, or SIM_ERR_INVALID. */
SIM_MUST_CHECK enum sim_status tsv_next(struct tsv *t);

/* Writes a mistake in the row that was read last; gives SIM_ERR_INVALID. */
enum sim_status tsv_fail(struct tsv *t, const char *format, ...) SIM_PRINTF(2, 3);

/* A column as a whole number from least to most. */
SIM_MUST_CHECK enum sim_status tsv_whole(struct tsv *t, uint32_t column, uint64_t least,
                                         uint64_t most, uint64_t *value);
/* The same of a text that is a part of a column; it need not be a row's own. */
SIM_MUST_CHECK enum sim_status tsv_whole_text(struct tsv *t, uint32_t column, const char *text,
                                              uint64_t least, uint64_t most, uint64_t *value);
/* A decimal with at most three places, in thousandths. */
SIM_MUST_CHECK enum sim_status tsv_thousandths(struct tsv *t, uint32_t column, int64_t least,
                                               int64_t most, int64_t *value);
/* A column as 16 hexadecimal digits. */
SIM_MUST_CHECK enum sim_status tsv_hash(struct tsv *t, uint32_t column, uint64_t *value);

#endif

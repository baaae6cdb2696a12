/*
 * report_read.h - private to the report's data: a query's rows one by one, and
 * memory that is given back all at once.
 *
 *     struct report_query q;
 *     report_query_open(&q, reader, "SELECT ...");
 *     while (report_query_next(&q)) {
 *         ... query_int(q.rows, 0) ...
 *     }
 *     report_query_close(&q);
 *
 * Errors: the first one, of SQLite or of memory, is kept in the reader; from then
 *   on queries have no rows and allocations are NULL. Look at it after each step.
 */
#ifndef ANALYSIS_REPORT_REPORT_READ_H
#define ANALYSIS_REPORT_REPORT_READ_H

#include "analysis/report/report_data.h"
#include "analysis/store/query.h"
#include "analysis/store/store_sql.h"

struct report_reader {
    struct report_data *data;
    struct store *store;
    struct store_error *error;
    enum sim_status status;
    report_progress *progress;
    void *context;
    double done, total;
};

/* So many units of work more are done. */
void report_advance(struct report_reader *reader, double units);

/* Zeroed memory of the data's. NULL if a step has failed before or there is none left. */
void *report_allocate(struct report_reader *reader, size_t count, size_t size);
const char *report_copy(struct report_reader *reader, const char *text); /* "" if it fails */

struct report_query {
    struct report_reader *reader;
    struct query *rows; /* NULL after a failure */
};

void report_query_open(struct report_query *q, struct report_reader *reader, const char *sql);
/* With the value of the one question mark in sql. */
void report_query_open_for(struct report_query *q, struct report_reader *reader, const char *sql,
                           int64_t parameter);
bool report_query_next(struct report_query *q);
void report_query_close(struct report_query *q);

const char *report_text(const struct report_query *q, unsigned column); /* copied; "" of NULL */

/* The first number of the first row; 0 if there is none. */
int64_t report_ask(struct report_reader *reader, const char *sql);

/* The first step: what the invocation's row says. */
void report_read_origin(struct report_reader *reader);

/* The steps that have files of their own. They need origin and runs. */
void report_read_tracks(struct report_reader *reader);     /* report_tracks.c */
void report_read_nodes(struct report_reader *reader);      /* report_nodes.c; needs the tracks */
void report_read_calls(struct report_reader *reader);      /* report_calls.c */
void report_read_comparison(struct report_reader *reader); /* report_compare.c */

#endif

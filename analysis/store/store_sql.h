/*
 * store_sql.h - private to the store: prepared statements, rows and transactions.
 *
 * A write is sql_begin(), rows, sql_end(). sql_begin() takes the store's mutex
 * and sql_end() gives it back, whatever happened in between.
 *
 *     enum sim_status status = sql_begin(store);
 *     for (size_t i = 0; status == SIM_OK && i < count; i++) {
 *         status = put_thing(store, &things[i]);
 *     }
 *     return sql_end(store, status);
 */
#ifndef ANALYSIS_STORE_STORE_SQL_H
#define ANALYSIS_STORE_STORE_SQL_H

#include <pthread.h>
#include <sqlite3.h>

#include "analysis/store/store.h"

/* schema.sql, turned into a string by the build. */
extern const char analysis_schema_sql[];

enum sql_statement {
    SQL_BEGIN,
    SQL_BEGIN_BESIDE,
    SQL_COMMIT,
    SQL_ROLLBACK,
    SQL_INVOCATION,
    SQL_LIBRARY,
    SQL_INPUT,
    SQL_FINISH,
    SQL_FINISH_RUNS,
    SQL_RUN,
    SQL_RUN_END,
    SQL_METRIC,
    SQL_DISTRIBUTION,
    SQL_DISTRIBUTION_UNIT,
    SQL_WARNING,
    SQL_AXIS,
    SQL_POINT_AXIS,
    SQL_REPLAY,
    SQL_REPLAY_END,
    SQL_REPLAY_RUN_END,
    SQL_REOPEN,
    SQL_REOPEN_RUNS,
    SQL_EXECUTION,
    SQL_TRIAL,
    SQL_TRIAL_END,
    SQL_TRIAL_FACT,
    SQL_TRIAL_POINT,
    SQL_TRIAL_VALUE,
    SQL_TRIAL_FINDING,
    SQL_STATEMENT_COUNT,
};

struct store {
    sqlite3 *db;
    struct store_model model;                     /* all zero if the store did not make the file */
    bool writes;                                  /* not only read */
    sqlite3_stmt *statement[SQL_STATEMENT_COUNT]; /* NULL until it is used */
    sqlite3_stmt **model_statement;               /* a table of the model each, then the bins' */
    pthread_mutex_t mutex;                        /* guards all of this */
    char *path;                                   /* as the user wrote it, for messages */
    char *temporary;     /* where a whole file grows until it gets its name; else NULL */
    bool replace;        /* whatever has that name then */
    bool waits_for_disk; /* a whole file is on the disk before it gets its name */
    int lock; /* of a file that others could replace meanwhile, see store_file_lock(); or -1 */
    enum result_state state;
    unsigned runs_open;       /* begun and not ended */
    enum sim_status failure;  /* the first; SIM_OK until then */
    struct store_error error; /* why */
};

/* Before SQLite is used for the first time; any thread, any number of times. */
void sql_configure(void);

/* Opens file with the given SQLite flags into store->db. On failure says why in *error. */
SIM_MUST_CHECK enum sim_status sql_open(struct store *store, const char *file, int flags,
                                        struct store_error *error);

/*
 * A view of a file from elsewhere that counts for ever would hang whoever reads it: SIM_ERR_INVALID
 * where one recurses. What else is wrong with a view is told where it is used.
 */
SIM_MUST_CHECK enum sim_status sql_refuse_recursion(struct store *store, struct store_error *error);

/* Drops the statements and closes the database. */
void sql_close(struct store *store);

/* Translates SQLite's result code, and writes "path: what SQLite says" into *error. */
enum sim_status sql_explain(const struct store *store, int code, struct store_error *error);

/* Names the database that the invocation's row is the first of. Shared by the ways to create. */
SIM_MUST_CHECK enum sim_status sql_put_invocation(struct store *store,
                                                  const struct result_invocation *invocation);

/* An empty store for path, to be written by rows of model (NULL: by none). NULL: no memory. */
struct store *store_allocate(const char *path, const struct store_model *model,
                             struct store_error *error);
/* May a database be put at path? */
SIM_MUST_CHECK enum sim_status store_check_place(const char *path, bool replace,
                                                 struct store_error *error);

/* store_whole.c: gives the file its name, if it is complete, or removes it. */
SIM_MUST_CHECK enum sim_status store_whole_end(struct store *store);

void store_error_set(struct store_error *error, const char *format, ...) SIM_PRINTF(2, 3);

SIM_MUST_CHECK enum sim_status sql_begin(struct store *store);
/*
 * The same, but goes on after a failure: the rows that did not fit may have been
 * the disk's last, and the few bytes that say so may still find room.
 */
SIM_MUST_CHECK enum sim_status sql_begin_last(struct store *store);
/*
 * The same, where another file is attached to be read: only what is written to is locked. Two files
 * that were locked for writing are committed by a third, which outlives whoever is killed.
 */
SIM_MUST_CHECK enum sim_status sql_begin_beside(struct store *store);
SIM_MUST_CHECK enum sim_status sql_end(struct store *store, enum sim_status status);

/*
 * The values of one row, bound from the left. Trouble is remembered and told by
 * row_put(), which also runs the statement and makes it ready for the next row.
 * Texts are not copied: they must live until row_put().
 */
struct row {
    sqlite3_stmt *statement;
    int column; /* of the last value bound, from 1 */
    int code;   /* SQLITE_OK, or the first binding that failed */
};

struct row row_of(struct store *store, enum sql_statement which);
/* A row of the model's table-th table; of its bins where table is model.tables. */
struct row row_of_model(struct store *store, size_t table);
void row_int(struct row *row, int64_t value);
void row_optional(struct row *row, int64_t value);          /* STORE_MISSING becomes NULL */
void row_u64(struct row *row, uint64_t value);              /* the same 64 bits, read as signed */
void row_real(struct row *row, double value);               /* NaN becomes NULL */
void row_text(struct row *row, const char *value);          /* not NULL */
void row_optional_text(struct row *row, const char *value); /* NULL becomes NULL */
void row_bytes(struct row *row, const void *value, size_t length);
SIM_MUST_CHECK enum sim_status row_put(struct store *store, struct row *row);

/* The words that the schema's CHECKs know. */
const char *result_state_word(enum result_state state);

#endif

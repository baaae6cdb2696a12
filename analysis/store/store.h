/*
 * store.h - the SQLite database of one invocation: the only door to SQLite.
 *
 *     store_create(&store, path, force, &model, &invocation, &error);
 *     store_begin_run(store, &run);
 *     store_rows(store, run.run_id, table, cells, rows);    in batches, as they come
 *     store_end_run(store, &summary);
 *     store_finish(store, RESULT_COMPLETE);
 *     store_destroy(store);
 *
 * Every call is one transaction: all of its rows are stored, or none. So the file
 * is valid at any moment; killed, it keeps what was stored and its invocation
 * says 'running' for ever. Each transaction waits for the disk: hand over some
 * thousand rows at a time. A kill within a transaction leaves FILE-journal
 * beside FILE; whoever opens FILE next with SQLite rolls back from it.
 *
 * What a file holds beside schema.sql's tables is the model's: struct store_model describes it.
 *
 * Units: as in result.h. The wall clock is read for the invocation's start and end.
 * Ownership: the store belongs to the caller and ends with store_destroy();
 *   rows and texts are copied before a call returns. What a struct store_model points
 *   to is constant and outlives the stores and shapes made of it; the struct itself is copied.
 * Errors: SIM_ERR_IO (no place, no right, disk full), SIM_ERR_INVALID (the file
 *   is not ours, or a row breaks the schema), SIM_ERR_NOTFOUND, SIM_ERR_NOMEM.
 *   The first failure is final: later writes return it again and change nothing,
 *   and store_finish() can only record a failure.
 * Threads: any thread may call at any time; a mutex lets one in. Content does
 *   not depend on their order. store_destroy() comes when all others are done.
 */
#ifndef ANALYSIS_STORE_STORE_H
#define ANALYSIS_STORE_STORE_H

#include "analysis/store/result.h"
#include "sim/engine/base.h"

enum {
    STORE_APPLICATION_ID = 0x6e6d626c, /* "nmbl": in the file's header, file(1) shows it */
    STORE_SCHEMA_VERSION = 2,
};

struct store;

/* Why something failed: one sentence that names the file, without a full stop or newline. */
struct store_error {
    char text[512];
};

/* A sum a bin of time, and so a column of the table `bin`. */
struct store_series_column {
    const char *name, *unit, *about; /* "response_ns", "ns" */
};

/*
 * What a model leaves behind: its tables, its series, and views of its own. Names are identifiers
 * ([a-z][a-z0-9_]*), none twice, none of schema.sql's; else SIM_ERR_INVALID. No column is called
 * run_id, variant, replication or seed.
 *
 * views holds CREATE VIEW statements and nothing else; a comment behind AS ("-- what it tells") is
 * what a list of the views says of it. One whose name is a contract view's (v_load,
 * v_response, v_node_traffic) takes its place: without it v_load adds up the series "bytes",
 * v_response divides "response_ns" by "completed", and v_node_traffic has no row. One that reads
 * the tables `replay` or `execution` is made with them, by store_copy_runs().
 */
struct store_model {
    const char *name;
    const struct store_table *table;
    size_t tables;
    const struct store_series_column *series;
    size_t series_count;
    const char *views; /* NULL: none */
};

/*
 * Creates the database at path with its schema and the invocation's row. The
 * file is built beside and then moved into place, so path never shows half a
 * schema. An existing file is refused (SIM_ERR_INVALID) unless replace is set
 * and it is empty or a nimblesim database: nobody's data is lost.
 */
SIM_MUST_CHECK enum sim_status store_create(struct store **store, const char *path, bool replace,
                                            const struct store_model *model,
                                            const struct result_invocation *invocation,
                                            struct store_error *error);

/*
 * For the points of a sweep, made by the thousand: a file that is there in full or not at all. It
 * grows under another name without a journal and without waiting for the disk, and gets its own
 * in store_finish(RESULT_COMPLETE); with any other end nothing is left. A kill costs the file, a
 * power cut may tear it: store_check() finds that. shape is made once, for all files.
 */
struct store_shape;
SIM_MUST_CHECK enum sim_status store_shape_create(struct store_shape **shape,
                                                  const struct store_model *model,
                                                  struct store_error *error);
void store_shape_destroy(struct store_shape *shape);
SIM_MUST_CHECK enum sim_status store_create_whole(struct store **store, const char *path,
                                                  bool replace, const struct store_shape *shape,
                                                  const struct result_invocation *invocation,
                                                  struct store_error *error);

/*
 * Is there a complete database at path, sound in itself, that this build of the program (its
 * version_commit) made of the scenario with this hash? Anything else is SIM_ERR_NOTFOUND with the
 * reason.
 */
SIM_MUST_CHECK enum sim_status store_check(const char *path, const char *scenario_hash,
                                           const char *program_commit, struct store_error *error);

/*
 * Opens a database that store_create() made, to read it. SIM_ERR_NOTFOUND if
 * there is none; SIM_ERR_INVALID if it is no SQLite database, not ours, from a
 * newer schema, damaged, or (unless accept_incomplete) not complete.
 */
SIM_MUST_CHECK enum sim_status store_open_readonly(struct store **store, const char *path,
                                                   bool accept_incomplete,
                                                   struct store_error *error);

/* Closes the file. Without store_finish() before, a written one stays 'running'. NULL is fine. */
void store_destroy(struct store *store);

/* The state that the invocation's row has. */
enum result_state store_state(const struct store *store);

/* Who is told that a file is locked by another process, once that has been waited for a second.
 * For the whole program, before its first store; NULL: nobody. */
typedef void store_waits(const char *path);
void store_on_wait(store_waits *tell);

/* Why the first failure happened; "" if nothing failed. Read it after a call that failed. */
const char *store_message(const struct store *store);

/* Names a run. Must come before its rows. */
SIM_MUST_CHECK enum sim_status store_begin_run(struct store *store, const struct result_run *run);

/*
 * Rows of a run that has begun, in batches of any size: rows x columns cells of the model's
 * table-th table, row after row. STORE_MISSING, NaN and NULL become NULL.
 */
SIM_MUST_CHECK enum sim_status store_rows(struct store *store, int64_t run_id, size_t table,
                                          const union store_cell *cells, size_t rows);

/* The axes of the sweep that this file is a point of, with the point's values, in their order. */
SIM_MUST_CHECK enum sim_status store_axes(struct store *store, const struct result_axis *axes,
                                          size_t count);

/* Ends a run: its results, metrics, bins, distributions and warnings, and its state. */
SIM_MUST_CHECK enum sim_status store_end_run(struct store *store,
                                             const struct run_summary *summary);

/*
 * Says how the invocation ended and when. Runs that have not ended get the same
 * state; with RESULT_COMPLETE there must be none. After a failure the state
 * becomes 'failed' if the file still takes it, and the failure is returned.
 */
SIM_MUST_CHECK enum sim_status store_finish(struct store *store, enum result_state state);

#endif

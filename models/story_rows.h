/*
 * story_rows.h - the stories of a run that has one row for each: found by number, or one after the
 * other. A model brings the queries and writes the story of a row; the rest is the same for all.
 *
 * A teller of this kind begins with its struct story_rows, so that either's address is the other's.
 * Every query's first parameter is the run; that of tell() and nearest() has the number as second.
 *
 * Ownership: open() allocates the teller, zeroed, close() ends it. A row is valid until its
 *   writer returns.
 * Errors: those of model_story.
 */
#ifndef MODELS_STORY_ROWS_H
#define MODELS_STORY_ROWS_H

#include "models/story.h"

struct story_rows {
    struct store *store;
    int64_t run_id;
    sim_time end_ns;   /* of the run */
    struct query *all; /* of next(); NULL before it and behind the last */
    bool is_through;
};

/* Writes the row's story into the teller and returns it. */
typedef const struct story *story_rows_writer(void *teller, const struct query *row);

/* A teller of so many bytes; `rows` is what the message calls them, should they not be recorded. */
enum sim_status story_rows_open(void **teller, size_t bytes, struct store *store, int64_t run_id,
                                const struct model_head *head, const char *rows,
                                struct store_error *error);
void story_rows_close(void *teller);

enum sim_status story_rows_tell(void *teller, const char *sql, int64_t id, story_rows_writer *write,
                                const struct story **story, struct store_error *error);
enum sim_status story_rows_nearest(const struct story_rows *rows, const char *sql, int64_t id,
                                   int64_t near[4], size_t *count, struct store_error *error);
enum sim_status story_rows_next(void *teller, const char *sql, story_rows_writer *write,
                                const struct story **story, struct store_error *error);

/* For queries that the model's caller reads itself, as that of places(). */
enum sim_status story_rows_query(struct query **q, const struct story_rows *rows, const char *sql,
                                 struct store_error *error);

/* messages() of a model that records none: no step had a part in any. */
enum sim_status story_rows_no_messages(struct query **q, void *teller, const struct story *story,
                                       size_t step, struct store_error *error);

#endif

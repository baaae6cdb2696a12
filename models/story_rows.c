#include "models/story_rows.h"

#include <stdio.h>
#include <stdlib.h>

enum sim_status story_rows_open(void **teller, size_t bytes, struct store *store, int64_t run_id,
                                const struct model_head *head, const char *rows,
                                struct store_error *error)
{
    ASSERT(bytes >= sizeof(struct story_rows));
    if (head->record < 1) {
        (void)snprintf(error->text, sizeof error->text,
                       "the %s were not recorded: run with --set record=calls", rows);
        return SIM_ERR_INVALID;
    }
    struct story_rows *r = calloc(1, bytes);
    if (r == NULL) {
        (void)snprintf(error->text, sizeof error->text, "no memory for the story");
        return SIM_ERR_NOMEM;
    }
    r->store = store;
    r->run_id = run_id;
    r->end_ns = head->duration_ns;
    *teller = r;
    return SIM_OK;
}

void story_rows_close(void *teller)
{
    struct story_rows *r = teller;
    query_drop(r->all);
    free(r);
}

enum sim_status story_rows_query(struct query **q, const struct story_rows *rows, const char *sql,
                                 struct store_error *error)
{
    const enum sim_status status = query_open(q, rows->store, sql, error);
    if (status == SIM_OK) {
        query_bind_int(*q, rows->run_id);
    }
    return status;
}

enum sim_status story_rows_tell(void *teller, const char *sql, int64_t id, story_rows_writer *write,
                                const struct story **story, struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status opened = story_rows_query(&q, teller, sql, error);
    if (opened != SIM_OK) {
        return opened;
    }
    query_bind_int(q, id);
    const bool is_there = query_next(q);
    if (is_there) {
        *story = write(teller, q);
    }
    const enum sim_status status = query_close(q, error);
    return status == SIM_OK && !is_there ? SIM_ERR_NOTFOUND : status;
}

enum sim_status story_rows_nearest(const struct story_rows *rows, const char *sql, int64_t id,
                                   int64_t near[4], size_t *count, struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status = story_rows_query(&q, rows, sql, error);
    *count = 0;
    if (status != SIM_OK) {
        return status;
    }
    query_bind_int(q, id);
    while (*count < 4 && query_next(q)) {
        near[(*count)++] = query_int(q, 0);
    }
    return query_close(q, error);
}

enum sim_status story_rows_next(void *teller, const char *sql, story_rows_writer *write,
                                const struct story **story, struct store_error *error)
{
    struct story_rows *r = teller;
    *story = NULL;
    if (r->all == NULL && !r->is_through) {
        const enum sim_status status = story_rows_query(&r->all, r, sql, error);
        if (status != SIM_OK) {
            return status;
        }
    }
    if (r->all != NULL && query_next(r->all)) {
        *story = write(teller, r->all);
        return SIM_OK;
    }
    struct query *q = r->all;
    r->all = NULL;
    r->is_through = true;
    return query_close(q, error);
}

enum sim_status story_rows_no_messages(struct query **q, void *teller, const struct story *story,
                                       size_t step, struct store_error *error)
{
    (void)teller;
    (void)story;
    (void)step;
    (void)error;
    *q = NULL;
    return SIM_OK;
}

#include "sim/results/export.h"
#include "sim/terminal/csv.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/json.h"

#define ROWS_A_LOOK 4096u /* between two looks at the clock and for signals */

/* ---- CSV ---- */

static void write_csv_head(struct csv *c, const struct query *q)
{
    for (unsigned i = 0; i < query_columns(q); i++) {
        csv_text(c, query_name(q, i));
    }
    csv_end_row(c);
}

static void write_csv_row(struct csv *c, const struct query *q)
{
    for (unsigned i = 0; i < query_columns(q); i++) {
        switch (query_type(q, i)) {
        case QUERY_NULL:
            csv_missing(c);
            break;
        case QUERY_INTEGER:
            csv_int(c, query_int(q, i));
            break;
        case QUERY_REAL:
            csv_real(c, query_real(q, i));
            break;
        case QUERY_TEXT:
            csv_text(c, query_text(q, i));
            break;
        }
    }
    csv_end_row(c);
}

/* ---- JSON ---- */

static void write_json_value(struct json *j, const struct query *q, unsigned column)
{
    switch (query_type(q, column)) {
    case QUERY_NULL:
        json_null(j);
        break;
    case QUERY_INTEGER:
        json_int(j, query_int(q, column));
        break;
    case QUERY_REAL:
        json_double(j, query_real(q, column));
        break;
    case QUERY_TEXT:
        json_string(j, query_text(q, column));
        break;
    }
}

static void write_json_row(struct json *j, const struct query *q)
{
    json_object_open(j);
    for (unsigned i = 0; i < query_columns(q); i++) {
        json_key(j, query_name(q, i));
        write_json_value(j, q, i);
    }
    json_object_close(j);
}

/* ---- the rows ---- */

/* Writes them all. False if the user asked to stop. */
static bool write_rows(const struct export_job *job, struct query *q, struct progress *progress)
{
    struct csv csv = {.to = job->to};
    struct json json;
    if (job->json) {
        json_begin(&json, job->to);
        json_lines(&json, 1); /* a row a line */
        json_array_open(&json);
    } else {
        write_csv_head(&csv, q);
    }
    uint64_t rows = 0;
    while (query_next(q)) {
        if (job->json) {
            write_json_row(&json, q);
        } else {
            write_csv_row(&csv, q);
        }
        if (++rows % ROWS_A_LOOK == 0) {
            if (interrupt_requested() || ferror(job->to)) {
                return !interrupt_requested();
            }
            progress_update(progress, (double)rows, 0);
        }
    }
    if (job->json) {
        json_array_close(&json);
        return json_end(&json) || ferror(job->to); /* a failed stream is told by its owner */
    }
    return true;
}

int export_rows(const struct export_job *job, const struct view *view)
{
    const int64_t run_id = job->run != NULL ? job->run->run_id : 0;
    struct store_error error;
    int64_t total = 0;
    struct query *q = NULL;
    enum sim_status status = SIM_OK;
    if (job->label != NULL) {
        status = view_rows(&total, view, job->archive->store, run_id, &error);
    }
    if (status == SIM_OK) {
        status = view_open(&q, view, job->archive->store, run_id, &error);
    }
    if (status != SIM_OK) {
        return archive_failed(job->archive, status, &error);
    }
    struct progress progress;
    export_progress(job, &progress, (double)total);
    const bool done = write_rows(job, q, &progress);
    progress_finish(&progress);
    status = query_close(q, &error);
    if (status != SIM_OK) {
        return archive_failed(job->archive, status, &error);
    }
    return done ? EXIT_OK : EXIT_INTERRUPTED;
}

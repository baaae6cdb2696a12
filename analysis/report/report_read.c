#include "analysis/report/report_read.h"

#include <stdlib.h>
#include <string.h>

struct report_block {
    struct report_block *next;
    _Alignas(max_align_t) unsigned char bytes[];
};

void report_advance(struct report_reader *reader, double units)
{
    reader->done += units;
    if (reader->progress != NULL) {
        reader->progress(reader->context, reader->done, reader->total);
    }
}

void *report_allocate(struct report_reader *reader, size_t count, size_t size)
{
    if (reader->status != SIM_OK) {
        return NULL;
    }
    struct report_block *block = NULL;
    if (size == 0 || count <= (SIZE_MAX - sizeof *block) / size) {
        block = calloc(1, sizeof *block + count * size);
    }
    if (block == NULL) {
        store_error_set(reader->error, "%s: no memory left", reader->store->path);
        reader->status = SIM_ERR_NOMEM;
        return NULL;
    }
    block->next = reader->data->blocks;
    reader->data->blocks = block;
    return block->bytes;
}

void report_data_deinit(struct report_data *data)
{
    while (data->blocks != NULL) {
        struct report_block *next = data->blocks->next;
        free(data->blocks);
        data->blocks = next;
    }
}

const char *report_copy(struct report_reader *reader, const char *text)
{
    const size_t size = strlen(text) + 1;
    char *copy = report_allocate(reader, size, 1);
    if (copy == NULL) {
        return "";
    }
    return memcpy(copy, text, size);
}

static void note(struct report_reader *reader, enum sim_status status)
{
    if (reader->status == SIM_OK) {
        reader->status = status;
    }
}

void report_query_open(struct report_query *q, struct report_reader *reader, const char *sql)
{
    *q = (struct report_query){.reader = reader};
    if (reader->status == SIM_OK) {
        note(reader, query_open(&q->rows, reader->store, sql, reader->error));
    }
    if (reader->status != SIM_OK) {
        q->rows = NULL;
    }
}

void report_query_open_for(struct report_query *q, struct report_reader *reader, const char *sql,
                           int64_t parameter)
{
    report_query_open(q, reader, sql);
    if (q->rows != NULL) {
        query_bind_int(q->rows, parameter);
    }
}

bool report_query_next(struct report_query *q)
{
    return q->reader->status == SIM_OK && query_next(q->rows);
}

void report_query_close(struct report_query *q)
{
    struct store_error error; /* a failure before this one counts */
    const enum sim_status status = query_close(q->rows, &error);
    if (q->reader->status == SIM_OK && status != SIM_OK) {
        *q->reader->error = error;
        q->reader->status = status;
    }
    q->rows = NULL;
}

const char *report_text(const struct report_query *q, unsigned column)
{
    const char *text = query_text(q->rows, column);
    return text == NULL ? "" : report_copy(q->reader, text);
}

int64_t report_ask(struct report_reader *reader, const char *sql)
{
    struct report_query q;
    report_query_open(&q, reader, sql);
    const int64_t answer = report_query_next(&q) ? query_int(q.rows, 0) : 0;
    report_query_close(&q);
    return answer;
}

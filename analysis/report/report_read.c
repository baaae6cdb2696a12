#include "analysis/report/report_read.h"

#include <stdarg.h>
#include <stdio.h>
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

void report_note(struct report_reader *reader, enum sim_status status)
{
    if (reader->status == SIM_OK) {
        reader->status = status;
    }
}

void report_refuse(struct report_reader *reader, const char *format, ...)
{
    if (reader->status == SIM_OK) {
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(reader->error->text, sizeof reader->error->text, format, arguments);
        va_end(arguments);
        reader->status = SIM_ERR_INVALID;
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
        (void)strcpy(reader->error->text, "no memory left for the report");
        reader->status = SIM_ERR_NOMEM;
        return NULL;
    }
    block->next = reader->data->blocks;
    reader->data->blocks = block;
    return block->bytes;
}

void report_data_deinit(struct report_data *data)
{
    contrasts_deinit(&data->contrasts);
    drawn_deinit(&data->drawn);
    measured_deinit(&data->measured);
    free(data->executed);
    while (data->blocks != NULL) {
        struct report_block *next = data->blocks->next;
        free(data->blocks);
        data->blocks = next;
    }
}

void report_read_drawn(struct report_reader *reader, const struct contrasts *contrasts)
{
    struct report_data *data = reader->data;
    if (reader->status == SIM_OK) {
        report_note(reader,
                    drawn_read(&data->drawn, reader->store, data->model, contrasts, reader->error));
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

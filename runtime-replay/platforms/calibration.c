#include "runtime-replay/platforms/calibration.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLUMN_VARIANT,
    COLUMN_REPLICATION,
    COLUMN_TASKLET,
    COLUMN_HASH,
    COLUMN_SIZE,
    COLUMN_INSTRUCTIONS,
    COLUMN_LOAD,
    COLUMN_SUSPEND,
    COLUMN_RESUME,
    COLUMN_SEGMENTS,
    COLUMN_STATE,
    COLUMN_MEMORY,
    COLUMNS,
};
static const char *const column[COLUMNS] = {
    "variant", "replication", "tasklet",   "hash",        "size_bytes",  "instructions",
    "load_ns", "suspend_ns",  "resume_ns", "segments_ns", "state_bytes", "memory_bytes",
};
static const struct tsv_kind kind = {"calibration", 1, column, COLUMNS};

/* A year; so that sums of a few hundred still fit. */
#define NS_MAX ((uint64_t)SIM_S * 3600 * 8760)

/* ---- reading ---- */

static enum sim_status read_time(struct tsv *t, uint32_t at, sim_time *time)
{
    uint64_t value = 0;
    const enum sim_status status = tsv_whole(t, at, 0, NS_MAX, &value);
    *time = (sim_time)value;
    return status;
}

static enum sim_status read_u32(struct tsv *t, uint32_t at, uint32_t least, uint32_t *number)
{
    uint64_t value = 0;
    const enum sim_status status = tsv_whole(t, at, least, UINT32_MAX, &value);
    *number = (uint32_t)value;
    return status;
}

static enum sim_status read_variant(struct tsv *t, char variant[CALIBRATION_VARIANT_BYTES])
{
    const char *text = t->field[COLUMN_VARIANT];
    if (text[0] == '\0' || strlen(text) >= CALIBRATION_VARIANT_BYTES) {
        return tsv_fail(t, "variant: \"%.40s\" is none", text);
    }
    memcpy(variant, text, strlen(text) + 1);
    return SIM_OK;
}

static enum sim_status add_segment(struct calibration *c, struct tsv *t, sim_time time)
{
    if (c->segment_count == c->segment_capacity) {
        const size_t capacity = c->segment_capacity * 2 + 1024;
        sim_time *larger = realloc(c->segment_ns, capacity * sizeof *larger);
        if (larger == NULL) {
            (void)tsv_fail(t, "no memory for so many segments");
            return SIM_ERR_NOMEM;
        }
        c->segment_ns = larger;
        c->segment_capacity = capacity;
    }
    c->segment_ns[c->segment_count++] = time;
    return SIM_OK;
}

/* "12,0,7": at least one. */
static enum sim_status read_segments(struct calibration *c, struct tsv *t,
                                     struct calibration_row *row)
{
    char *at = t->field[COLUMN_SEGMENTS];
    row->first_segment = c->segment_count;
    for (bool more = true; more; row->segments++) {
        char *comma = strchr(at, ',');
        more = comma != NULL;
        if (more) {
            *comma = '\0';
        }
        uint64_t time = 0;
        enum sim_status status = tsv_whole_text(t, COLUMN_SEGMENTS, at, 0, NS_MAX, &time);
        if (status == SIM_OK) {
            status = add_segment(c, t, (sim_time)time);
        }
        if (status != SIM_OK) {
            return status;
        }
        at = more ? comma + 1 : at;
    }
    return SIM_OK;
}

static enum sim_status read_row(struct calibration *c, struct tsv *t, struct calibration_row *row)
{
    *row = (struct calibration_row){.line = t->line};
    enum sim_status status = read_variant(t, row->variant);
    status = status != SIM_OK ? status : read_u32(t, COLUMN_REPLICATION, 1, &row->replication);
    status = status != SIM_OK ? status : read_u32(t, COLUMN_TASKLET, 0, &row->tasklet);
    status = status != SIM_OK ? status : tsv_hash(t, COLUMN_HASH, &row->hash);
    status = status != SIM_OK ? status : read_u32(t, COLUMN_SIZE, 1, &row->size_bytes);
    status = status != SIM_OK
                 ? status
                 : tsv_whole(t, COLUMN_INSTRUCTIONS, 0, UINT64_MAX, &row->instructions);
    status = status != SIM_OK ? status : read_time(t, COLUMN_LOAD, &row->load_ns);
    status = status != SIM_OK ? status : read_time(t, COLUMN_SUSPEND, &row->suspend_ns);
    status = status != SIM_OK ? status : read_time(t, COLUMN_RESUME, &row->resume_ns);
    status =
        status != SIM_OK ? status : tsv_whole(t, COLUMN_STATE, 0, UINT64_MAX, &row->state_bytes);
    status =
        status != SIM_OK ? status : tsv_whole(t, COLUMN_MEMORY, 0, UINT64_MAX, &row->memory_bytes);
    return status != SIM_OK ? status : read_segments(c, t, row);
}

static enum sim_status add_row(struct calibration *c, struct tsv *t,
                               const struct calibration_row *row)
{
    if (c->count == c->capacity) {
        const size_t capacity = c->capacity * 2 + 256;
        struct calibration_row *larger = realloc(c->row, capacity * sizeof *larger);
        if (larger == NULL) {
            (void)tsv_fail(t, "no memory for so many rows");
            return SIM_ERR_NOMEM;
        }
        c->row = larger;
        c->capacity = capacity;
    }
    c->row[c->count++] = *row;
    return SIM_OK;
}

static int compare_names(const char *variant, uint32_t replication, uint32_t tasklet,
                         const struct calibration_row *row)
{
    const int by_variant = strcmp(variant, row->variant);
    if (by_variant != 0) {
        return by_variant;
    }
    if (replication != row->replication) {
        return replication < row->replication ? -1 : 1;
    }
    return (tasklet > row->tasklet) - (tasklet < row->tasklet);
}

static int compare_rows(const void *a, const void *b)
{
    const struct calibration_row *x = a;
    const struct calibration_row *y = b;
    const int by_name = compare_names(x->variant, x->replication, x->tasklet, y);
    return by_name != 0 ? by_name : (x->line > y->line) - (x->line < y->line);
}

/* Rows may stand in any order, but each only once. */
static enum sim_status sort_rows(struct calibration *c, struct tsv *t)
{
    if (c->count == 0) {
        return tsv_fail(t, "the table ends without a row");
    }
    qsort(c->row, c->count, sizeof *c->row, compare_rows);
    for (size_t i = 1; i < c->count; i++) {
        const struct calibration_row *row = &c->row[i];
        if (compare_names(row->variant, row->replication, row->tasklet, row - 1) == 0) {
            t->line = row->line;
            return tsv_fail(t,
                            "tasklet %" PRIu32 " of variant %s, replication %" PRIu32
                            ", is there already, in line %" PRIu32,
                            row->tasklet, row->variant, row->replication, row[-1].line);
        }
    }
    return SIM_OK;
}

/* Reads all rows and closes the table. */
static enum sim_status read_rows(struct calibration *c, struct tsv *t)
{
    enum sim_status status = SIM_OK;
    *c = (struct calibration){.hash = t->hash};
    while (status == SIM_OK) {
        status = tsv_next(t);
        struct calibration_row row;
        if (status == SIM_OK) {
            status = read_row(c, t, &row);
        }
        if (status == SIM_OK) {
            status = add_row(c, t, &row);
        }
    }
    if (status == SIM_ERR_NOTFOUND) {
        status = sort_rows(c, t);
    }
    tsv_close(t);
    if (status != SIM_OK) {
        calibration_deinit(c);
    }
    return status;
}

enum sim_status calibration_parse(struct calibration *c, const char *name, const char *text,
                                  struct tsv_error *error)
{
    struct tsv t;
    const enum sim_status status = tsv_open_text(&t, name, text, &kind, error);
    return status == SIM_OK ? read_rows(c, &t) : status;
}

enum sim_status calibration_read(struct calibration *c, const char *name, const void *bytes,
                                 size_t length, struct tsv_error *error)
{
    struct tsv t;
    const enum sim_status status = tsv_open_bytes(&t, name, bytes, length, &kind, error);
    return status == SIM_OK ? read_rows(c, &t) : status;
}

void calibration_deinit(struct calibration *c)
{
    free(c->row);
    free(c->segment_ns);
    *c = (struct calibration){.count = 0};
}

const struct calibration_row *calibration_find(const struct calibration *c, const char *variant,
                                               uint32_t replication, uint32_t tasklet)
{
    size_t low = 0;
    size_t high = c->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare_names(variant, replication, tasklet, &c->row[middle]);
        if (order == 0) {
            return &c->row[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

/* ---- writing ---- */

void calibration_write_head(const struct calibration_head *head, FILE *to)
{
    (void)fprintf(to,
                  "# nimblesim calibration 1\n"
                  "# What the tasklets of a scenario cost on a platform, a row each.\n"
                  "# Written by: nimblesim calibrate\n"
                  "# program: %s\n"
                  "# scenario: %s\n"
                  "# hash: %s\n"
                  "# seed: %" PRIu64 "\n"
                  "# platform: %s\n"
                  "# platform's hash: %016" PRIx64 "\n"
                  "# sub-calls: %s\n#",
                  head->program, head->scenario, head->scenario_hash, head->seed, head->platform,
                  head->platform_hash, head->mode);
    for (int i = 0; i < COLUMNS; i++) {
        (void)fprintf(to, "%s%s", i == 0 ? " " : "\t", column[i]);
    }
    (void)fputc('\n', to);
}

void calibration_write_row(const struct calibration_row *row, const sim_time *segment_ns, FILE *to)
{
    (void)fprintf(to,
                  "%s\t%" PRIu32 "\t%" PRIu32 "\t%016" PRIx64 "\t%" PRIu32 "\t%" PRIu64 "\t%" PRId64
                  "\t%" PRId64 "\t%" PRId64 "\t",
                  row->variant, row->replication, row->tasklet, row->hash, row->size_bytes,
                  row->instructions, row->load_ns, row->suspend_ns, row->resume_ns);
    for (uint32_t i = 0; i < row->segments; i++) {
        (void)fprintf(to, "%s%" PRId64, i == 0 ? "" : ",", segment_ns[i]);
    }
    (void)fprintf(to, "\t%" PRIu64 "\t%" PRIu64 "\n", row->state_bytes, row->memory_bytes);
}

#include "sim/study/recorder.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/capture.h"

#define FIRST_ROWS ((size_t)64)

/* Makes room for one more row. A batch is flushed long before it is large; growing is rare. */
static bool grow(struct recorder_table *t, size_t columns)
{
    ASSERT(columns > 0 && t->rows == t->capacity);
    const size_t capacity = t->capacity > 0 ? 2 * t->capacity : FIRST_ROWS;
    union store_cell *larger = realloc(t->cell, capacity * columns * sizeof *larger);
    if (larger == NULL) {
        return false;
    }
    t->cell = larger;
    t->capacity = capacity;
    return true;
}

static void note_row(void *context, size_t table, const union store_cell *cells)
{
    struct recorder *r = context;
    ASSERT(table < r->model->tables);
    const struct store_table *shape = &r->model->table[table];
    struct recorder_table *t = &r->table[table];
    if (shape->least_record > r->record) {
        return;
    }
    if (t->rows == t->capacity && !grow(t, shape->columns)) {
        r->out_of_memory = true;
        return;
    }
    memcpy(&t->cell[t->rows * shape->columns], cells, shape->columns * sizeof *cells);
    t->rows++;
}

static void note_warning(void *context, sim_time at, const char *text)
{
    struct recorder *r = context;
    study_warn(r->run, at, text);
}

static void note_frame(void *context, const struct model_frame *f)
{
    const struct recorder *r = context;
    capture_put(r->capture, f);
}

static void begin_capture(struct recorder *r, const struct study *s)
{
    char title[192];
    (void)snprintf(title, sizeof title, "%.64s: %.64s, replication %u, seed %" PRIu64,
                   s->scenario->name, s->scenario->variant[r->run->variant].name,
                   r->run->replication, s->scenario->seed);
    capture_begin_run(r->capture, s->model->capture, s->system[r->run->variant], title);
}

enum sim_status recorder_init(struct recorder *r, const struct study *s, struct study_run *run)
{
    ASSERT(run >= s->run && run < s->run + s->run_capacity);
    *r = (struct recorder){
        .run = run,
        .model = s->model,
        .store = s->options.store,
        .run_id = run - s->run + 1,
        .record = s->head.record,
        .capture = s->options.capture,
    };
    r->listener = (struct model_listener){
        .context = r,
        .row = r->store != NULL ? note_row : NULL,
        .warn = note_warning,
        .frame = r->capture != NULL ? note_frame : NULL,
    };
    if (r->capture != NULL) {
        begin_capture(r, s);
    }
    r->table = calloc(s->model->tables + 1, sizeof *r->table);
    return r->table != NULL ? SIM_OK : SIM_ERR_NOMEM;
}

void recorder_deinit(struct recorder *r)
{
    for (size_t i = 0; i < r->model->tables; i++) {
        free(r->table[i].cell);
    }
    free(r->table);
    r->table = NULL;
}

enum sim_status recorder_flush(struct recorder *r, size_t least)
{
    if (r->out_of_memory) {
        return SIM_ERR_NOMEM;
    }
    enum sim_status status = SIM_OK;
    for (size_t i = 0; i < r->model->tables && status == SIM_OK; i++) {
        struct recorder_table *t = &r->table[i];
        if (t->rows > 0 && t->rows >= least) {
            ASSERT(r->store != NULL); /* without one nobody hands in rows */
            status = store_rows(r->store, r->run_id, i, t->cell, t->rows);
            t->rows = 0;
        }
    }
    if (status == SIM_OK && r->capture != NULL && !capture_is_sound(r->capture)) {
        status = SIM_ERR_IO;
    }
    return status;
}

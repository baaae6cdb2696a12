#include "analysis/report/diverge.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "analysis/store/readout.h"

/* Two runs, and a query on each. */
struct sides {
    struct store *store[2];
    int64_t run_id[2];
    struct query *query[2];
    const struct store_table *table; /* that both have */
};

static enum sim_status open_both(struct sides *s, struct store_error *error)
{
    s->query[0] = s->query[1] = NULL;
    for (int i = 0; i < 2; i++) {
        const enum sim_status status =
            readout_open(&s->query[i], s->store[i], s->table, s->run_id[i], error);
        if (status != SIM_OK) {
            query_drop(s->query[0]);
            return status;
        }
    }
    return SIM_OK;
}

static enum sim_status close_both(struct sides *s, struct store_error *error)
{
    const enum sim_status first = query_close(s->query[0], error);
    struct store_error second_error;
    const enum sim_status second = query_close(s->query[1], &second_error);
    if (first == SIM_OK && second != SIM_OK) {
        *error = second_error;
    }
    return first != SIM_OK ? first : second;
}

/* ---- the table ---- */

static size_t find_column(const struct store_table *table, const char *name)
{
    size_t i = 0;
    while (i < table->columns && strcmp(table->column[i].name, name) != 0) {
        i++;
    }
    return i;
}

static bool is_sequence(const struct store_table *table)
{
    const size_t seq = find_column(table, "seq");
    for (size_t i = 0; i < table->columns; i++) {
        if (table->column[i].is_key != (i == seq)) {
            return false;
        }
    }
    return seq < table->columns;
}

static bool are_alike(const struct store_table *a, const struct store_table *b)
{
    bool alike = strcmp(a->name, b->name) == 0 && a->columns == b->columns;
    for (size_t i = 0; alike && i < a->columns; i++) {
        alike = strcmp(a->column[i].name, b->column[i].name) == 0 &&
                a->column[i].type == b->column[i].type &&
                a->column[i].is_key == b->column[i].is_key;
    }
    return alike;
}

static bool is_described(const struct store_model *model, const struct store_table *table)
{
    for (size_t i = 0; i < model->tables; i++) {
        if (are_alike(&model->table[i], table)) {
            return true;
        }
    }
    return false;
}

/* What is stored at every record are sums at the end: they do not tell where runs part. */
enum { DETAIL_OF_SUMS = 0 };

/* Greater tells more of what happened. */
static unsigned detail_of(const struct store_table *table)
{
    if (strcmp(table->name, "event") == 0) {
        return 101;
    }
    return strcmp(table->name, "call") == 0 ? 100 : table->least_record;
}

static enum sim_status have_rows(const struct sides *s, const struct store_table *table, bool *have,
                                 struct store_error *error)
{
    *have = true;
    for (int i = 0; i < 2 && *have; i++) {
        const enum sim_status status =
            readout_has_rows(s->store[i], table, s->run_id[i], have, error);
        if (status != SIM_OK) {
            return status;
        }
    }
    return SIM_OK;
}

/* Of two that tell as much the model's first. */
static bool is_finer(const struct store_table *a, const struct store_table *b)
{
    return detail_of(a) > detail_of(b) || (detail_of(a) == detail_of(b) && a < b);
}

/* The finest table with rows of both runs that is coarser than the one before; NULL: none is. */
static enum sim_status choose_table(struct sides *s, const struct store_model *a,
                                    const struct store_model *b, struct store_error *error)
{
    const struct store_table *before = s->table;
    s->table = NULL;
    for (size_t i = 0; i < a->tables; i++) {
        const struct store_table *table = &a->table[i];
        bool is_better = detail_of(table) > DETAIL_OF_SUMS &&
                         (before == NULL || is_finer(before, table)) &&
                         (s->table == NULL || is_finer(table, s->table));
        if (!is_better || !is_described(b, table)) {
            continue;
        }
        const enum sim_status status = have_rows(s, table, &is_better, error);
        if (status != SIM_OK) {
            return status;
        }
        s->table = is_better ? table : s->table;
    }
    return SIM_OK;
}

/* ---- a row as a line ---- */

static bool ends_with(const char *name, const char *end)
{
    const size_t length = strlen(name);
    const size_t tail = strlen(end);
    return length >= tail && strcmp(name + length - tail, end) == 0;
}

/* Appends as much as fits. */
SIM_PRINTF(3, 4) static void say(struct diverge_line *line, size_t *length, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const size_t room = sizeof line->text - *length;
    const int wanted = vsnprintf(line->text + *length, room, format, arguments);
    va_end(arguments);
    ASSERT(wanted >= 0);
    *length += (size_t)wanted < room ? (size_t)wanted : room - 1;
}

/* "tasklet " of tasklet_id, "size " of size_bytes, nothing of bytes. */
static void say_label(struct diverge_line *line, size_t *length, const char *name)
{
    static const char *const units[] = {"_ns", "_bytes", "_id", "_m", "_s"};
    size_t stem = strcmp(name, "bytes") == 0 ? 0 : strlen(name);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (ends_with(name, units[i])) {
            stem = strlen(name) - strlen(units[i]);
            break;
        }
    }
    for (size_t i = 0; i < stem; i++) {
        say(line, length, "%c", name[i] == '_' ? ' ' : name[i]);
    }
    say(line, length, "%s", stem > 0 ? " " : "");
}

static void say_cell(struct diverge_line *line, size_t *length, const struct store_column *column,
                     const struct query *q, unsigned index)
{
    if (column->type == STORE_TEXT) {
        say(line, length, "%.60s", query_text(q, index));
        return;
    }
    say_label(line, length, column->name);
    if (column->type == STORE_TIME) {
        say(line, length, "%.9f s", query_real(q, index) / (double)SIM_S);
    } else if (column->type == STORE_REAL) {
        say(line, length, "%.9g%s", query_real(q, index),
            ends_with(column->name, "_m") ? " m" : "");
    } else {
        say(line, length, "%" PRId64 "%s", query_int(q, index),
            ends_with(column->name, "bytes") ? " B" : "");
    }
}

/* The time stands in front of the text, and a row's place in a sequence says nothing. */
static struct diverge_line line_of(const struct sides *s, const struct query *q)
{
    struct diverge_line line = {.present = true};
    const char *gap = "";
    size_t length = 0;
    for (size_t i = 0; i < s->table->columns; i++) {
        const struct store_column *column = &s->table->column[i];
        if (strcmp(column->name, "t_ns") == 0) {
            line.has_time = true;
            line.t_ns = query_int(q, (unsigned)i);
        } else if (strcmp(column->name, "seq") != 0 && query_type(q, (unsigned)i) != QUERY_NULL) {
            say(&line, &length, "%s", gap);
            say_cell(&line, &length, column, q, (unsigned)i);
            gap = column->is_key ? ": " : ", ";
        }
    }
    return line;
}

/* ---- in the order in which it happened ---- */

static void remember(struct divergence *d, const struct diverge_line *line)
{
    if (d->before_count == DIVERGE_CONTEXT) {
        memmove(d->before, d->before + 1, (DIVERGE_CONTEXT - 1) * sizeof d->before[0]);
        d->before_count--;
    }
    d->before[d->before_count++] = *line;
}

static void take_after(const struct sides *s, struct query *q, bool is_there,
                       struct diverge_line line[DIVERGE_AFTER])
{
    for (int i = 0; i < DIVERGE_AFTER && is_there; i++) {
        line[i] = line_of(s, q);
        is_there = query_next(q);
    }
}

static enum sim_status compare_sequence(struct divergence *d, struct sides *s,
                                        struct store_error *error)
{
    enum sim_status status = open_both(s, error);
    if (status != SIM_OK) {
        return status;
    }
    bool in_a;
    bool in_b;
    for (;;) {
        in_a = query_next(s->query[0]);
        in_b = query_next(s->query[1]);
        if (!in_a || !in_b || !query_rows_equal(s->query[0], s->query[1])) {
            break;
        }
        const struct diverge_line line = line_of(s, s->query[0]);
        remember(d, &line);
        d->equal++;
    }
    if (in_a || in_b) {
        d->kind = DIVERGE_AT_ROW;
        take_after(s, s->query[0], in_a, d->a);
        take_after(s, s->query[1], in_b, d->b);
    }
    return close_both(s, error);
}

/* ---- by key ---- */

static int compare_keys(const struct sides *s)
{
    const struct query *a = s->query[0];
    const struct query *b = s->query[1];
    for (unsigned i = 0; i < s->table->columns; i++) {
        if (!s->table->column[i].is_key) {
            continue;
        }
        int order = 0;
        if (s->table->column[i].type == STORE_TEXT) {
            order = strcmp(query_text(a, i), query_text(b, i));
        } else if (s->table->column[i].type == STORE_REAL) {
            order = (query_real(a, i) > query_real(b, i)) - (query_real(a, i) < query_real(b, i));
        } else {
            order = (query_int(a, i) > query_int(b, i)) - (query_int(a, i) < query_int(b, i));
        }
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

/* Takes the two rows if they are earlier than what was taken; of equal times the first by key is.
 */
static void consider(struct divergence *d, const struct sides *s, bool has_a, bool has_b)
{
    struct diverge_line a = {.present = false};
    struct diverge_line b = {.present = false};
    if (has_a) {
        a = line_of(s, s->query[0]);
    }
    if (has_b) {
        b = line_of(s, s->query[1]);
    }
    const struct diverge_line *new = has_a ? &a : &b;
    const struct diverge_line *old = d->a[0].present ? &d->a[0] : &d->b[0];
    if (!old->present || (new->has_time &&new->t_ns < old->t_ns)) {
        d->a[0] = a;
        d->b[0] = b;
    }
}

/* Merges both sides: no sorting, whatever their size. */
static enum sim_status scan(struct divergence *d, struct sides *s, struct store_error *error)
{
    const enum sim_status status = open_both(s, error);
    if (status != SIM_OK) {
        return status;
    }
    bool in_a = query_next(s->query[0]);
    bool in_b = query_next(s->query[1]);
    /* Without times the first is where the scan ends. */
    const bool has_time = find_column(s->table, "t_ns") < s->table->columns;
    bool is_found = false;
    while ((in_a || in_b) && (has_time || !is_found)) {
        const int order = !in_b ? -1 : !in_a ? 1 : compare_keys(s);
        if (order != 0 || !query_rows_equal(s->query[0], s->query[1])) {
            consider(d, s, order <= 0, order >= 0);
            is_found = true;
        } else {
            d->equal++;
        }
        in_a = order > 0 ? in_a : query_next(s->query[0]);
        in_b = order < 0 ? in_b : query_next(s->query[1]);
    }
    return close_both(s, error);
}

/* What came before the row that differs, from a side that has it: up to there both are equal. */
static enum sim_status read_before(struct divergence *d, struct sides *s, struct store_error *error)
{
    const int side = d->a[0].present ? 0 : 1;
    const struct diverge_line *parted = side == 0 ? &d->a[0] : &d->b[0];
    struct diverge_line latest[DIVERGE_CONTEXT];
    struct query *q = NULL;
    size_t count = 0;
    bool is_before = false;
    d->equal = 0;
    const enum sim_status status = readout_open_latest(&q, s->store[side], s->table, "t_ns",
                                                       s->run_id[side], parted->t_ns, error);
    if (status != SIM_OK) {
        return status;
    }
    while (query_next(q)) {
        const bool is_near = !is_before || count < DIVERGE_CONTEXT;
        struct diverge_line line = {.present = false};
        if (is_near) {
            line = line_of(s, q);
        }
        if (!is_before) {
            is_before = line.t_ns < parted->t_ns || strcmp(line.text, parted->text) == 0;
            if (line.t_ns == parted->t_ns) {
                continue; /* the row itself, or one behind it */
            }
        }
        if (count < DIVERGE_CONTEXT) {
            latest[count++] = line;
        }
        d->equal++;
    }
    for (size_t i = 0; i < count; i++) {
        d->before[i] = latest[count - 1 - i];
    }
    d->before_count = count;
    return query_close(q, error);
}

static enum sim_status compare_keyed(struct divergence *d, struct sides *s,
                                     struct store_error *error)
{
    const enum sim_status status = scan(d, s, error);
    if (status != SIM_OK || (!d->a[0].present && !d->b[0].present)) {
        return status;
    }
    d->kind = DIVERGE_AT_ROW;
    return find_column(s->table, "t_ns") < s->table->columns ? read_before(d, s, error) : SIM_OK;
}

/* ---- all of it ---- */

static enum sim_status compare(struct divergence *d, struct sides *s, struct store_error *error)
{
    *d = (struct divergence){.kind = DIVERGE_NOWHERE};
    (void)snprintf(d->table, sizeof d->table, "%s", s->table->name);
    d->is_sequence = is_sequence(s->table);
    return d->is_sequence ? compare_sequence(d, s, error) : compare_keyed(d, s, error);
}

/* From the finest table on, until one differs. What is told where none does is of the finest. */
static enum sim_status compare_tables(struct divergence *d, struct sides *s,
                                      const struct store_model *a, const struct store_model *b,
                                      struct store_error *error)
{
    enum sim_status status = choose_table(s, a, b, error);
    while (status == SIM_OK && s->table != NULL) {
        struct divergence next;
        status = compare(&next, s, error);
        if (d->kind == DIVERGE_UNRECORDED || next.kind == DIVERGE_AT_ROW) {
            *d = next;
        }
        if (status != SIM_OK || d->kind == DIVERGE_AT_ROW) {
            return status;
        }
        status = choose_table(s, a, b, error);
    }
    return status;
}

enum sim_status diverge_find(struct divergence *d, struct store *a, int64_t run_a, struct store *b,
                             int64_t run_b, struct store_error *error)
{
    *d = (struct divergence){.kind = DIVERGE_UNRECORDED};
    struct sides s = {.store = {a, b}, .run_id = {run_a, run_b}};
    struct runs_model *model[2] = {NULL, NULL};
    enum sim_status status = runs_model_read(&model[0], a, error);
    if (status == SIM_OK) {
        status = runs_model_read(&model[1], b, error);
    }
    if (status == SIM_OK) {
        status =
            compare_tables(d, &s, runs_model_shape(model[0]), runs_model_shape(model[1]), error);
    }
    runs_model_destroy(model[0]);
    runs_model_destroy(model[1]);
    return status;
}

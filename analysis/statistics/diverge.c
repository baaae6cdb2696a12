#include "analysis/statistics/diverge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "analysis/store/query.h"

/* Two runs, and a query on each. */
struct sides {
    struct store *store[2];
    int64_t run_id[2];
    struct query *query[2];
};

static enum sim_status open_both(struct sides *s, const char *sql, struct store_error *error)
{
    s->query[0] = s->query[1] = NULL;
    for (int i = 0; i < 2; i++) {
        const enum sim_status status = query_open(&s->query[i], s->store[i], sql, error);
        if (status != SIM_OK) {
            query_drop(s->query[0]);
            return status;
        }
        query_bind_int(s->query[i], s->run_id[i]);
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

/* ---- events ---- */

#define EVENTS                                                                                     \
    "SELECT t_ns, node, kind, call_id, tasklet, peer, bytes FROM event WHERE run_id = ? "          \
    "ORDER BY seq"

/* Adds a number between two texts, or nothing where there is no number. */
static void append(struct diverge_line *line, size_t *length, const char *before, int64_t value,
                   const char *after)
{
    if (value != RESULT_NONE && *length < sizeof line->text) {
        *length += (size_t)snprintf(line->text + *length, sizeof line->text - *length,
                                    "%s%" PRId64 "%s", before, value, after);
    }
}

static struct diverge_line event_line(const struct query *q)
{
    struct diverge_line line = {.present = true, .t_ns = query_int(q, 0)};
    size_t length = 0;
    append(&line, &length, "node ", query_int(q, 1), "");
    length += (size_t)snprintf(line.text + length, sizeof line.text - length, "  %.60s",
                               query_text(q, 2));
    append(&line, &length, ", call ", query_int(q, 3), "");
    append(&line, &length, ", tasklet ", query_int(q, 4), "");
    append(&line, &length, ", peer ", query_int(q, 5), "");
    append(&line, &length, ", ", query_int(q, 6), " B");
    return line;
}

static void remember(struct divergence *d, const struct diverge_line *line)
{
    if (d->before_count == DIVERGE_CONTEXT) {
        memmove(d->before, d->before + 1, (DIVERGE_CONTEXT - 1) * sizeof d->before[0]);
        d->before_count--;
    }
    d->before[d->before_count++] = *line;
}

static void take_after(struct query *q, bool is_there, struct diverge_line line[DIVERGE_AFTER])
{
    for (int i = 0; i < DIVERGE_AFTER && is_there; i++) {
        line[i] = event_line(q);
        is_there = query_next(q);
    }
}

static enum sim_status compare_events(struct divergence *d, struct sides *s,
                                      struct store_error *error)
{
    enum sim_status status = open_both(s, EVENTS, error);
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
        const struct diverge_line line = event_line(s->query[0]);
        remember(d, &line);
        d->equal++;
    }
    if (in_a || in_b) {
        d->kind = DIVERGE_AT_EVENT;
        take_after(s->query[0], in_a, d->a);
        take_after(s->query[1], in_b, d->b);
    }
    return close_both(s, error);
}

/* ---- calls ---- */

#define CALL_COLUMNS                                                                               \
    "SELECT call_id, t_ns, robot, node, chain, status, response_ns, queueing_ns, acquisition_ns, " \
    "execution_ns, x_m, y_m FROM call "

static struct diverge_line call_line(const struct query *q)
{
    struct diverge_line line = {.present = true, .t_ns = query_int(q, 1)};
    size_t length = 0;
    append(&line, &length, "call ", query_int(q, 0), "");
    append(&line, &length, ": robot ", query_int(q, 2), "");
    append(&line, &length, " at node ", query_int(q, 3), "");
    append(&line, &length, ", chain ", query_int(q, 4), "");
    const bool is_out = strcmp(query_text(q, 5), "out_of_contact") == 0;
    length += (size_t)snprintf(line.text + length, sizeof line.text - length, ": %.20s",
                               is_out ? "out of contact" : query_text(q, 5));
    if (query_int(q, 6) != RESULT_NONE) {
        (void)snprintf(line.text + length, sizeof line.text - length,
                       " in %.9f s (acquisition %.9f s)", query_real(q, 6) / 1e9,
                       query_real(q, 8) / 1e9);
    }
    return line;
}

/* The call that differs and was triggered first. */
struct first_call {
    bool found;
    int64_t t_ns, call_id;
};

static void consider(struct first_call *first, const struct query *q)
{
    const int64_t call_id = query_int(q, 0);
    const int64_t t_ns = query_int(q, 1);
    if (!first->found || t_ns < first->t_ns || (t_ns == first->t_ns && call_id < first->call_id)) {
        *first = (struct first_call){true, t_ns, call_id};
    }
}

/* Merges both sides by call_id: no sorting, whatever their size. */
static enum sim_status scan_calls(struct first_call *first, struct sides *s,
                                  struct store_error *error)
{
    const enum sim_status status =
        open_both(s, CALL_COLUMNS "WHERE run_id = ? ORDER BY call_id", error);
    if (status != SIM_OK) {
        return status;
    }
    struct query *a = s->query[0];
    struct query *b = s->query[1];
    bool in_a = query_next(a);
    bool in_b = query_next(b);
    while (in_a || in_b) {
        const bool only_a = in_a && (!in_b || query_int(a, 0) < query_int(b, 0));
        const bool only_b = in_b && (!in_a || query_int(b, 0) < query_int(a, 0));
        if (only_a || only_b || !query_rows_equal(a, b)) {
            consider(first, only_b ? b : a);
        }
        in_a = only_b ? in_a : query_next(a);
        in_b = only_a ? in_b : query_next(b);
    }
    return close_both(s, error);
}

static enum sim_status read_call(struct diverge_line *line, struct store *store, int64_t run_id,
                                 int64_t call_id, struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status =
        query_open(&q, store, CALL_COLUMNS "WHERE run_id = ? AND call_id = ?", error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_int(q, run_id);
    query_bind_int(q, call_id);
    if (query_next(q)) {
        *line = call_line(q);
    }
    return query_close(q, error);
}

/* The calls triggered before the first that differs: all are equal, so side a's will do. */
static enum sim_status read_calls_before(struct divergence *d, const struct first_call *first,
                                         struct store *store, int64_t run_id,
                                         struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status =
        query_open(&q, store,
                   CALL_COLUMNS "WHERE run_id = ?1 AND (t_ns, call_id) < (?2, ?3) "
                                "ORDER BY t_ns DESC, call_id DESC",
                   error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_int(q, run_id);
    query_bind_int(q, first->t_ns);
    query_bind_int(q, first->call_id);
    struct diverge_line latest[DIVERGE_CONTEXT];
    size_t count = 0;
    while (query_next(q)) {
        if (count < DIVERGE_CONTEXT) {
            latest[count++] = call_line(q);
        }
        d->equal++;
    }
    for (size_t i = 0; i < count; i++) {
        d->before[i] = latest[count - 1 - i];
    }
    d->before_count = count;
    return query_close(q, error);
}

static enum sim_status compare_calls(struct divergence *d, struct sides *s,
                                     struct store_error *error)
{
    struct first_call first = {0};
    enum sim_status status = scan_calls(&first, s, error);
    if (status != SIM_OK || !first.found) {
        return status;
    }
    d->kind = DIVERGE_AT_CALL;
    status = read_calls_before(d, &first, s->store[0], s->run_id[0], error);
    if (status == SIM_OK) {
        status = read_call(&d->a[0], s->store[0], s->run_id[0], first.call_id, error);
    }
    if (status == SIM_OK) {
        status = read_call(&d->b[0], s->store[1], s->run_id[1], first.call_id, error);
    }
    return status;
}

/* ---- what there is to compare ---- */

static enum sim_status have_both(const struct sides *s, const char *sql, bool *have,
                                 struct store_error *error)
{
    *have = true;
    for (int i = 0; i < 2; i++) {
        int64_t is_there = 0;
        const enum sim_status status =
            query_one_int(s->store[i], sql, s->run_id[i], &is_there, error);
        if (status != SIM_OK) {
            return status;
        }
        *have = *have && is_there != 0;
    }
    return SIM_OK;
}

enum sim_status diverge_find(struct divergence *d, struct store *a, int64_t run_a, struct store *b,
                             int64_t run_b, struct store_error *error)
{
    *d = (struct divergence){.kind = DIVERGE_NOWHERE};
    struct sides s = {.store = {a, b}, .run_id = {run_a, run_b}};
    bool events = false;
    bool calls = false;
    enum sim_status status =
        have_both(&s, "SELECT EXISTS (SELECT 1 FROM event WHERE run_id = ?)", &events, error);
    if (status == SIM_OK) {
        status =
            have_both(&s, "SELECT EXISTS (SELECT 1 FROM call WHERE run_id = ?)", &calls, error);
    }
    if (status != SIM_OK) {
        return status;
    }
    if (events) {
        return compare_events(d, &s, error);
    }
    if (calls) {
        return compare_calls(d, &s, error);
    }
    d->kind = DIVERGE_UNRECORDED;
    return SIM_OK;
}

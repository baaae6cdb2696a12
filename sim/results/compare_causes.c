/*
 * A waterfall: what the time went into that the calls of one result took longer than their twins
 * of another. The model says which causes there are and its view v_cause what each call spent on
 * them; here they are only added up, so that the rows and the rest are the whole, to the
 * nanosecond.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/results/compare.h"
#include "sim/terminal/amount.h"

#define LABEL_WIDTH 30
#define WHOLE_WORK (-1) /* the item of the row that stands for all of it */

enum { WORK, ITEM, NTH, REACH, TOOK, CAUSES };

static enum sim_status has_view(struct store *store, bool *there, struct store_error *error)
{
    int64_t count = 0;
    const enum sim_status status = query_one_int(
        store, "SELECT count(*) FROM sqlite_schema WHERE name = 'v_cause'", 0, &count, error);
    *there = count > 0;
    return status;
}

static enum sim_status open_causes(struct query **q, const struct model *m, struct store *store,
                                   int64_t run_id, struct store_error *error)
{
    char sql[1024] = "SELECT work, item, nth, reach, took_ns";
    for (size_t i = 0; i < m->causes; i++) {
        const size_t used = strlen(sql);
        (void)snprintf(sql + used, sizeof sql - used, ", %s", m->cause[i].column);
    }
    const size_t used = strlen(sql);
    const int more = snprintf(sql + used, sizeof sql - used,
                              " FROM v_cause WHERE run_id = ? ORDER BY work, item, nth");
    ASSERT(m->causes <= MODEL_CAUSES_MAX && (size_t)more < sizeof sql - used);
    const enum sim_status status = query_open(q, store, sql, error);
    if (status == SIM_OK) {
        query_bind_int(*q, run_id);
    }
    return status;
}

/* Two lists of the same order, gone through together. */
struct walk {
    const struct model *model;
    struct query *a, *b; /* NULL: at its end */
    int64_t twin;        /* the piece of work that both have */
    bool has_twin;
};

static int order(const struct query *a, const struct query *b)
{
    for (unsigned i = WORK; i <= NTH; i++) {
        const int64_t x = query_int(a, i);
        const int64_t y = query_int(b, i);
        if (x != y) {
            return x < y ? -1 : 1;
        }
    }
    return 0;
}

static int64_t of(const struct query *q, unsigned column)
{
    return q != NULL ? query_int(q, column) : 0;
}

static bool is_farther(const struct query *a, const struct query *b)
{
    return a != NULL && b != NULL && query_type(a, REACH) != QUERY_NULL &&
           query_type(b, REACH) != QUERY_NULL && query_int(b, REACH) > query_int(a, REACH);
}

/* A part that both have, or one of them. */
static void add_part(struct compare_causes *c, struct walk *w, const struct query *a,
                     const struct query *b)
{
    const struct query *any = a != NULL ? a : b;
    if (a != NULL && b != NULL && query_int(any, ITEM) == WHOLE_WORK) {
        w->twin = query_int(any, WORK);
        w->has_twin = true;
        c->twins++;
    }
    if (!w->has_twin || query_int(any, WORK) != w->twin) {
        return; /* of work that one side alone has ended */
    }
    c->took_ns += of(b, TOOK) - of(a, TOOK);
    for (unsigned i = 0; i < w->model->causes; i++) {
        if (!w->model->cause[i].is_of_farther || is_farther(a, b)) {
            c->row_ns[i] += of(b, CAUSES + i) - of(a, CAUSES + i);
        }
    }
}

static void walk_through(struct compare_causes *c, const struct model *m, struct query *a,
                         struct query *b)
{
    struct walk w = {.model = m};
    bool has_a = query_next(a);
    bool has_b = query_next(b);
    while (has_a || has_b) {
        const int first = !has_a ? 1 : !has_b ? -1 : order(a, b);
        add_part(c, &w, first <= 0 ? a : NULL, first >= 0 ? b : NULL);
        has_a = first <= 0 ? query_next(a) : has_a;
        has_b = first >= 0 ? query_next(b) : has_b;
    }
}

static enum sim_status add_pair(struct compare_part *part, const struct compare_stores *from,
                                const struct contrast_pair *pair, struct store_error *error)
{
    struct query *a = NULL;
    struct query *b = NULL;
    enum sim_status status = open_causes(&a, part->model, from->a, pair->a->run_id, error);
    if (status == SIM_OK) {
        status = open_causes(&b, part->model, from->b, pair->b->run_id, error);
    }
    if (status != SIM_OK) {
        query_drop(a);
        query_drop(b);
        return status;
    }
    walk_through(&part->causes, part->model, a, b);
    status = query_close(a, error);
    if (status != SIM_OK) {
        query_drop(b);
        return status;
    }
    return query_close(b, error);
}

enum sim_status compare_causes_read(struct compare_part *part, const struct compare_stores *from,
                                    struct store_error *error)
{
    struct compare_causes *c = &part->causes;
    bool in_a = false;
    bool in_b = false;
    *c = (struct compare_causes){.twins = 0};
    if (part->model == NULL || part->model->causes == 0 ||
        part->contrast.pairing != CONTRAST_PAIRED) {
        return SIM_OK;
    }
    enum sim_status status = has_view(from->a, &in_a, error);
    if (status == SIM_OK) {
        status = has_view(from->b, &in_b, error);
    }
    for (size_t i = 0; status == SIM_OK && in_a && in_b && i < part->contrast.pair_count; i++) {
        status = add_pair(part, from, &part->contrast.pair[i], error);
    }
    c->rest_ns = c->took_ns;
    for (size_t i = 0; i < part->model->causes; i++) {
        c->rest_ns -= c->row_ns[i];
    }
    return status;
}

/* ---- for people ---- */

static void print_row(const char *label, int64_t ns, uint64_t twins, FILE *to)
{
    const double mean_s = (double)ns / (double)twins / (double)SIM_S;
    char mean[AMOUNT_BYTES];
    amount_write(mean, amount_scale_difference("s", mean_s, 0), mean_s);
    (void)fprintf(to, "  %-*s  %20" PRId64 " ns  %s\n", LABEL_WIDTH, label, ns, mean);
}

void compare_causes_print(const struct compare_part *part, FILE *to)
{
    const struct compare_causes *c = &part->causes;
    if (c->twins == 0) {
        return;
    }
    (void)fprintf(to,
                  "\nfrom %s to %s: what %" PRIu64 " calls took longer, in all and in the mean\n",
                  part->a.label, part->b.label, c->twins);
    for (size_t i = 0; i < part->model->causes; i++) {
        print_row(part->model->cause[i].label, c->row_ns[i], c->twins, to);
    }
    print_row("the rest", c->rest_ns, c->twins, to);
    print_row("all of it", c->took_ns, c->twins, to);
}

/* ---- for programs ---- */

static void put_row(struct json *j, const char *name, const char *label, int64_t ns)
{
    json_object_open(j);
    json_field_string(j, "name", name);
    json_field_string(j, "label", label);
    json_field_int(j, "ns", ns);
    json_object_close(j);
}

void compare_causes_json(const struct compare_part *part, struct json *j)
{
    const struct compare_causes *c = &part->causes;
    json_key(j, "waterfall");
    json_object_open(j);
    json_field_uint(j, "compared", c->twins);
    json_field_int(j, "total_ns", c->took_ns);
    json_key(j, "rows");
    json_array_open(j);
    for (size_t i = 0; c->twins > 0 && i < part->model->causes; i++) {
        const struct model_cause *cause = &part->model->cause[i];
        put_row(j, cause->is_of_farther ? "farther_ns" : cause->column, cause->label, c->row_ns[i]);
    }
    if (c->twins > 0) {
        put_row(j, "rest_ns", "the rest", c->rest_ns);
    }
    json_array_close(j);
    json_object_close(j);
}

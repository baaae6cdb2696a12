/*
 * Pieces of work that both sides have ended, each against its twin: what was asked of one and what
 * the other did not come to cancels, so that small differences show.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/results/compare.h"
#include "sim/terminal/amount.h"

#define LABEL_WIDTH 14
#define LIST_BYTES (COMPARE_TIMES_MAX * (COMPARE_TIME_BYTES + 2))

/* ---- which times there are ---- */

static bool is_duration(const char *name)
{
    const size_t length = strlen(name);
    return length > 3 && length < COMPARE_TIME_BYTES && strcmp(name + length - 3, "_ns") == 0 &&
           strcmp(name, "t_ns") != 0;
}

/* The durations that a result tells of its work; none where it tells of no work. */
static enum sim_status list_times(struct compare_calls *c, struct store *store,
                                  struct store_error *error)
{
    int64_t there = 0;
    struct query *q = NULL;
    enum sim_status status = query_one_int(
        store, "SELECT count(*) FROM sqlite_schema WHERE name = 'v_floor_work'", 0, &there, error);
    if (status != SIM_OK || there == 0) {
        return status;
    }
    status = query_open(&q, store, "SELECT * FROM v_floor_work LIMIT 0", error);
    for (unsigned i = 0; status == SIM_OK && i < query_columns(q); i++) {
        if (c->times < COMPARE_TIMES_MAX && is_duration(query_name(q, i))) {
            (void)snprintf(c->time[c->times++].name, COMPARE_TIME_BYTES, "%s", query_name(q, i));
        }
    }
    return status == SIM_OK ? query_close(q, error) : status;
}

static bool have_the_same(const struct compare_calls *a, const struct compare_calls *b)
{
    bool same = a->times == b->times;
    for (size_t i = 0; same && i < a->times; i++) {
        same = strcmp(a->time[i].name, b->time[i].name) == 0;
    }
    return same && a->times > 0;
}

/* ---- twin by twin ---- */

/* What the ended pieces of work of a run took, in the order of their names. */
static enum sim_status open_work(struct query **q, const struct compare_calls *c,
                                 struct store *store, int64_t run_id, struct store_error *error)
{
    char list[LIST_BYTES] = "";
    char sql[LIST_BYTES + 128];
    size_t used = 0;
    for (size_t i = 0; i < c->times; i++) {
        used += (size_t)snprintf(list + used, sizeof list - used, ", %s", c->time[i].name);
    }
    (void)snprintf(sql, sizeof sql,
                   "SELECT work%s FROM v_floor_work WHERE run_id = ? AND took_ns IS NOT NULL"
                   " ORDER BY work",
                   list);
    const enum sim_status status = query_open(q, store, sql, error);
    if (status == SIM_OK) {
        query_bind_int(*q, run_id);
    }
    return status;
}

/* Sums of both sides, by time. */
struct sums {
    double a[COMPARE_TIMES_MAX], b[COMPARE_TIMES_MAX];
    uint64_t twins;
};

static void add_twins(struct sums *s, size_t times, struct query *a, struct query *b)
{
    bool has_a = query_next(a);
    bool has_b = query_next(b);
    while (has_a && has_b) {
        const int64_t x = query_int(a, 0);
        const int64_t y = query_int(b, 0);
        for (unsigned i = 0; x == y && i < times; i++) {
            s->a[i] += query_real(a, i + 1);
            s->b[i] += query_real(b, i + 1);
        }
        s->twins += x == y;
        has_a = x <= y ? query_next(a) : has_a;
        has_b = y <= x ? query_next(b) : has_b;
    }
}

static enum sim_status sum_pair(struct sums *s, const struct compare_calls *c,
                                const struct compare_stores *from, const struct contrast_pair *pair,
                                struct store_error *error)
{
    struct query *a = NULL;
    struct query *b = NULL;
    enum sim_status status = open_work(&a, c, from->a, pair->a->run_id, error);
    if (status == SIM_OK) {
        status = open_work(&b, c, from->b, pair->b->run_id, error);
    }
    if (status == SIM_OK) {
        add_twins(s, c->times, a, b);
        status = query_close(a, error);
        a = NULL;
    }
    if (status == SIM_OK) {
        status = query_close(b, error);
        b = NULL;
    }
    query_drop(a);
    query_drop(b);
    return status;
}

/* Means in seconds, a row a time and a column a pair; a's, and behind them b's. */
static void keep_means(double *mean, const struct sums *s, size_t times, size_t pair, size_t pairs)
{
    for (size_t i = 0; i < times; i++) {
        const double calls = (double)s->twins * (double)SIM_S;
        mean[i * pairs + pair] = s->a[i] / calls; /* NaN where there is none */
        mean[(times + i) * pairs + pair] = s->b[i] / calls;
    }
}

static enum sim_status compare_twins(struct compare_calls *c, const struct compare_stores *from,
                                     const struct contrast *contrast, struct store_error *error)
{
    const size_t pairs = contrast->pair_count;
    double *mean = calloc(2 * c->times * pairs + 1, sizeof *mean);
    if (mean == NULL) {
        (void)snprintf(error->text, sizeof error->text, "%s", sim_status_text(SIM_ERR_NOMEM));
        return SIM_ERR_NOMEM;
    }
    enum sim_status status = SIM_OK;
    for (size_t p = 0; p < pairs && status == SIM_OK; p++) {
        struct sums s = {.twins = 0};
        status = sum_pair(&s, c, from, &contrast->pair[p], error);
        keep_means(mean, &s, c->times, p, pairs);
        c->twins += s.twins;
    }
    for (size_t i = 0; i < c->times && status == SIM_OK; i++) {
        c->time[i].difference =
            contrast_of_pairs(&mean[i * pairs], &mean[(c->times + i) * pairs], pairs);
    }
    free(mean);
    return status;
}

enum sim_status compare_calls_read(struct compare_calls *c, const struct compare_stores *from,
                                   const struct contrast *contrast, struct store_error *error)
{
    struct compare_calls there = {.times = 0};
    *c = (struct compare_calls){.times = 0};
    if (contrast->pairing != CONTRAST_PAIRED) {
        return SIM_OK;
    }
    enum sim_status status = list_times(c, from->a, error);
    if (status == SIM_OK) {
        status = list_times(&there, from->b, error);
    }
    return status == SIM_OK && have_the_same(c, &there) ? compare_twins(c, from, contrast, error)
                                                        : status;
}

/* ---- for people ---- */

static void print_time(const struct compare_time *t, FILE *to)
{
    const struct contrast_difference *d = &t->difference;
    const double half_width = d->has_interval ? (d->high - d->low) / 2 : 0;
    const struct amount_scale scale = amount_scale_difference("s", d->mean, half_width);
    char mean[AMOUNT_BYTES];
    char low[AMOUNT_BYTES];
    char high[AMOUNT_BYTES];
    amount_write(mean, scale, d->mean);
    (void)fprintf(to, "  %-*.*s  ", LABEL_WIDTH, (int)strlen(t->name) - 3, t->name);
    if (d->has_interval && !d->is_constant) {
        amount_write_bare(low, scale, d->low);
        amount_write_bare(high, scale, d->high);
        (void)fprintf(to, "%s (%s to %s)%s\n", mean, low, high,
                      compare_is_significant(d) ? "" : ", not shown");
    } else {
        (void)fprintf(to, "%s\n", d->is_constant && fabs(d->mean) <= 0 ? "equal" : mean);
    }
}

void compare_calls_print(const struct compare_part *part, FILE *to)
{
    const struct compare_calls *c = &part->calls;
    if (c->twins == 0) {
        return;
    }
    (void)fprintf(to,
                  "\n%" PRIu64 " calls that both ended, each against its twin: %s - %s (95 %%)\n",
                  c->twins, part->a.label, part->b.label);
    for (size_t i = 0; i < c->times; i++) {
        print_time(&c->time[i], to);
    }
}

/* ---- for programs ---- */

void compare_calls_json(const struct compare_part *part, struct json *j)
{
    const struct compare_calls *c = &part->calls;
    json_key(j, "twins");
    json_object_open(j);
    json_field_uint(j, "compared", c->twins);
    json_key(j, "differences");
    json_array_open(j);
    for (size_t i = 0; i < c->times && c->twins > 0; i++) {
        const struct contrast_difference *d = &c->time[i].difference;
        char name[COMPARE_TIME_BYTES];
        (void)snprintf(name, sizeof name, "%.*s_s", (int)strlen(c->time[i].name) - 3,
                       c->time[i].name);
        json_object_open(j);
        json_field_string(j, "name", name);
        json_field_double(j, "mean", d->mean);
        json_field_double(j, "low", d->low);
        json_field_double(j, "high", d->high);
        json_field_double(j, "p", d->p);
        json_object_close(j);
    }
    json_array_close(j);
    json_object_close(j);
}

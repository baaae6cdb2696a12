/* What a replay executed for real against what was simulated, call by call. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "sim/results/compare.h"
#include "sim/terminal/amount.h"

#define LABEL_WIDTH 14
#define CELL_WIDTH 14

enum sim_status compare_executed_read(struct compare_result *r, struct store *store,
                                      const char *file, struct store_error *error)
{
    bool there = false;
    enum sim_status status = executions_are_there(&there, store, error);
    if (status != SIM_OK || !there) {
        return status;
    }
    ASSERT(r->executed_count < sizeof r->executed / sizeof r->executed[0]);
    struct compare_executed *e = &r->executed[r->executed_count];
    *e = (struct compare_executed){.file = file};
    status = executed_variants(&e->variant, &e->variant_count, store, error);
    if (status != SIM_OK) {
        return status;
    }
    r->executed_count++;
    return executions_pairs(&e->pairs, store, error);
}

void compare_executed_deinit(struct compare_result *r)
{
    for (size_t i = 0; i < r->executed_count; i++) {
        free(r->executed[i].variant);
    }
    r->executed_count = 0;
}

/* ---- for people ---- */

static void print_seconds(double value, FILE *to)
{
    char cell[AMOUNT_BYTES];
    amount_write(cell, amount_scale("s", fabs(value)), value);
    amount_print_right(cell, CELL_WIDTH, to);
}

static void print_variant(const struct executed_variant *v, FILE *to)
{
    char cell[AMOUNT_BYTES];
    (void)fprintf(to, "%-*s", LABEL_WIDTH, v->variant);
    (void)snprintf(cell, sizeof cell, "%" PRIu64, v->calls);
    amount_print_right(cell, CELL_WIDTH, to);
    print_seconds(stats_mean(&v->simulated_s), to);
    print_seconds(v->executed_s.n > 0 ? stats_mean(&v->executed_s) : (double)NAN, to);
    if (v->extra_s.n == 0) {
        (void)fputc('\n', to);
        return;
    }
    const struct stats_estimate e = stats_stream_estimate(&v->extra_s, CONTRAST_LEVEL);
    const double half_width = e.has_interval ? e.half_width : 0;
    const struct amount_scale scale = amount_scale_difference("s", e.mean, half_width);
    amount_write(cell, scale, e.mean);
    (void)fprintf(to, "  %s", cell);
    if (e.has_interval) {
        char high[AMOUNT_BYTES];
        amount_write_bare(cell, scale, e.low);
        amount_write_bare(high, scale, e.high);
        (void)fprintf(to, " (%s to %s)", cell, high);
    }
    (void)fputc('\n', to);
}

static void print_largest(const struct executed_variant *v, FILE *to)
{
    for (size_t i = 0; i < v->largest_count; i++) {
        const struct executed_largest *l = &v->largest[i];
        (void)fprintf(to,
                      "  %s, replication %" PRIu32 ", call %" PRId64 " of chain %" PRId64
                      ": %.6f s simulated, %.6f s executed, %+.6f ms\n",
                      v->variant, l->replication, l->call_id, l->chain, l->simulated_s,
                      l->executed_s, (l->executed_s - l->simulated_s) * 1e3);
    }
}

static void print_one(const struct compare_executed *e, FILE *to)
{
    bool on_platform = false;
    (void)fprintf(to, "executed for real, call by call: %s\n", e->file);
    (void)fprintf(to, "%-*s%*s%*s%*s  %s\n", LABEL_WIDTH, "", CELL_WIDTH, "calls", CELL_WIDTH,
                  "simulated", CELL_WIDTH, "executed", "executed - simulated (95 %)");
    for (size_t i = 0; i < e->variant_count; i++) {
        print_variant(&e->variant[i], to);
        on_platform = on_platform || e->variant[i].executed_s.n > 0;
    }
    if (!on_platform) {
        (void)fputs("(executed is not priced: the replay knew no platform for what it did)\n", to);
    } else {
        (void)fputs("the calls that differ most\n", to);
    }
    for (size_t i = 0; i < e->variant_count; i++) {
        print_largest(&e->variant[i], to);
    }
    if (e->pairs.compared > 0) {
        (void)fprintf(to,
                      "%" PRIu64 " of %" PRIu64 " calls gave the same result in both variants\n",
                      e->pairs.equal, e->pairs.compared);
    }
}

void compare_executed_print(const struct compare_result *r, FILE *to)
{
    for (size_t i = 0; i < r->executed_count; i++) {
        if (r->count > 0 || i > 0) {
            (void)fputs("\n----\n\n", to);
        }
        print_one(&r->executed[i], to);
    }
}

/* ---- for programs ---- */

static void write_stream(struct json *j, const char *key, const struct stats_stream *stream)
{
    const struct stats_estimate e = stats_stream_estimate(stream, CONTRAST_LEVEL);
    json_key(j, key);
    json_object_open(j);
    json_field_double(j, "mean", e.mean);
    json_field_double(j, "low", e.low);
    json_field_double(j, "high", e.high);
    json_object_close(j);
}

static void write_variant(struct json *j, const struct executed_variant *v)
{
    json_object_open(j);
    json_field_string(j, "variant", v->variant);
    json_field_uint(j, "calls", v->calls);
    write_stream(j, "simulated_s", &v->simulated_s);
    write_stream(j, "executed_s", &v->executed_s);
    write_stream(j, "difference_s", &v->extra_s);
    json_key(j, "largest");
    json_array_open(j);
    for (size_t i = 0; i < v->largest_count; i++) {
        json_object_open(j);
        json_field_uint(j, "replication", v->largest[i].replication);
        json_field_int(j, "call_id", v->largest[i].call_id);
        json_field_int(j, "chain", v->largest[i].chain);
        json_field_double(j, "simulated_s", v->largest[i].simulated_s);
        json_field_double(j, "executed_s", v->largest[i].executed_s);
        json_object_close(j);
    }
    json_array_close(j);
    json_object_close(j);
}

void compare_executed_json(const struct compare_result *r, struct json *j)
{
    json_key(j, "executed");
    json_array_open(j);
    for (size_t i = 0; i < r->executed_count; i++) {
        const struct compare_executed *e = &r->executed[i];
        json_object_open(j);
        json_field_string(j, "file", e->file);
        json_field_uint(j, "pairs", e->pairs.compared);
        json_field_uint(j, "equal_results", e->pairs.equal);
        json_key(j, "variants");
        json_array_open(j);
        for (size_t v = 0; v < e->variant_count; v++) {
            write_variant(j, &e->variant[v]);
        }
        json_array_close(j);
        json_object_close(j);
    }
    json_array_close(j);
}

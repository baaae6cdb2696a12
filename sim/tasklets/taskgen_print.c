#include "sim/tasklets/taskgen.h"

#include <inttypes.h>
#include <stdlib.h>

#include "analysis/statistics/stats.h"
#include "sim/engine/digest.h"

uint64_t taskgen_digest(const struct taskset *t)
{
    uint64_t digest = digest_word(DIGEST_START, t->chains);
    for (uint32_t i = 0; i < t->count; i++) {
        digest = digest_word(digest, t->tasklet[i].hash);
    }
    return digest_finish(digest);
}

/* ---- what is worth knowing of all tasklets together ---- */

struct summary {
    struct stats_stream chain_size, chain_own, chain_total_size, chain_total, chain_calls;
    struct stats_stream algorithm_size, algorithm_own, algorithm_users;
    uint32_t *users; /* chains that use a tasklet, by themselves or through others */
};

static enum sim_status summarise(struct summary *s, const struct taskset *t)
{
    *s = (struct summary){.users = calloc(t->count, sizeof *s->users)};
    if (s->users == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < t->chains; i++) {
        const struct taskset_tasklet *k = &t->tasklet[i];
        stats_add(&s->chain_size, k->size_bytes);
        stats_add(&s->chain_own, (double)k->own_ns / (double)SIM_S);
        stats_add(&s->chain_total_size, (double)k->total_bytes);
        stats_add(&s->chain_total, (double)k->total_ns / (double)SIM_S);
        stats_add(&s->chain_calls, k->call_count);
        for (uint32_t n = 0; n < k->need_count; n++) {
            s->users[t->need[k->first_need + n]]++;
        }
    }
    for (uint32_t i = t->chains; i < t->count; i++) {
        const struct taskset_tasklet *k = &t->tasklet[i];
        stats_add(&s->algorithm_size, k->size_bytes);
        stats_add(&s->algorithm_own, (double)k->own_ns / (double)SIM_S);
        stats_add(&s->algorithm_users, s->users[i]);
    }
    return SIM_OK;
}

/* One after the other, as the table and the JSON object show them. */
struct summary_line {
    const char *label, *key;
    int decimals; /* of least and greatest; the mean has more of whole numbers */
    const struct stats_stream *values;
};

enum { SUMMARY_LINES = 8 };

static void list_lines(const struct summary *s, struct summary_line line[SUMMARY_LINES])
{
    const struct summary_line all[SUMMARY_LINES] = {
        {"chain, own size (B)", "chain_size_bytes", 0, &s->chain_size},
        {"chain, own time (s)", "chain_time_s", 3, &s->chain_own},
        {"chain with its calls, size (B)", "chain_total_size_bytes", 0, &s->chain_total_size},
        {"chain with its calls, time (s)", "chain_total_time_s", 3, &s->chain_total},
        {"calls a chain", "calls_per_chain", 0, &s->chain_calls},
        {"algorithm, size (B)", "algorithm_size_bytes", 0, &s->algorithm_size},
        {"algorithm, own time (s)", "algorithm_time_s", 3, &s->algorithm_own},
        {"chains that share an algorithm", "chains_per_algorithm", 0, &s->algorithm_users},
    };
    for (int i = 0; i < SUMMARY_LINES; i++) {
        line[i] = all[i];
    }
}

static uint64_t size_of_all(const struct taskset *t)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < t->count; i++) {
        bytes += t->tasklet[i].size_bytes;
    }
    return bytes;
}

/* ---- for people ---- */

static void print_summary(const struct taskset *t, const struct summary *s, const char *variant,
                          FILE *to)
{
    (void)fprintf(to,
                  "%s: %" PRIu32 " chains, %" PRIu32 " algorithms, %" PRIu32 " calls, depth "
                  "%" PRIu32 ", %" PRIu64 " B in all, digest %016" PRIx64 "\n\n",
                  variant, t->chains, t->count - t->chains, t->call_count, t->depth, size_of_all(t),
                  taskgen_digest(t));
    (void)fprintf(to, "  %-32s %12s %12s %12s\n", "", "mean", "least", "greatest");
    struct summary_line line[SUMMARY_LINES];
    list_lines(s, line);
    for (int i = 0; i < SUMMARY_LINES; i++) {
        const struct stats_stream *v = line[i].values;
        if (v->n > 0) {
            (void)fprintf(to, "  %-32s %12.*f %12.*f %12.*f\n", line[i].label,
                          line[i].decimals > 0 ? line[i].decimals : 2, stats_mean(v),
                          line[i].decimals, v->least, line[i].decimals, v->greatest);
        }
    }
}

static void print_tasklet(const struct taskset *t, const struct summary *s, uint32_t i, FILE *to)
{
    const struct taskset_tasklet *k = &t->tasklet[i];
    (void)fprintf(to, "  %7" PRIu32 "  %-9s %10" PRIu32 " %12.6f %12.6f", i,
                  i < t->chains ? "chain" : "algorithm", k->size_bytes,
                  (double)k->own_ns / (double)SIM_S, (double)k->total_ns / (double)SIM_S);
    if (i < t->chains) {
        (void)fprintf(to, " %7s", "-");
    } else {
        (void)fprintf(to, " %7" PRIu32, s->users[i]);
    }
    for (uint32_t c = 0; c < k->call_count; c++) {
        (void)fprintf(to, "%s%" PRIu32, c == 0 ? "  " : " ", t->call[k->first_call + c]);
    }
    (void)fputc('\n', to);
}

enum sim_status taskgen_print_table(const struct taskset *t, const char *variant, FILE *to)
{
    struct summary s;
    const enum sim_status status = summarise(&s, t);
    if (status != SIM_OK) {
        return status;
    }
    print_summary(t, &s, variant, to);
    (void)fprintf(to, "\n  %7s  %-9s %10s %12s %12s %7s  %s\n", "tasklet", "kind", "size (B)",
                  "own (s)", "total (s)", "shared", "calls");
    for (uint32_t i = 0; i < t->count; i++) {
        print_tasklet(t, &s, i, to);
    }
    free(s.users);
    return SIM_OK;
}

/* ---- for programs ---- */

static void put_summary(struct json *j, const struct taskset *t, const struct summary *s)
{
    json_key(j, "summary");
    json_object_open(j);
    json_field_uint(j, "chains", t->chains);
    json_field_uint(j, "algorithms", t->count - t->chains);
    json_field_uint(j, "calls", t->call_count);
    json_field_uint(j, "depth", t->depth);
    json_field_uint(j, "size_bytes", size_of_all(t));
    struct summary_line line[SUMMARY_LINES];
    list_lines(s, line);
    for (int i = 0; i < SUMMARY_LINES; i++) {
        const struct stats_stream *v = line[i].values;
        json_key(j, line[i].key);
        if (v->n == 0) {
            json_null(j);
            continue;
        }
        json_object_open(j);
        json_field_double(j, "mean", stats_mean(v));
        json_field_double(j, "least", v->least);
        json_field_double(j, "greatest", v->greatest);
        json_object_close(j);
    }
    json_object_close(j);
}

static void put_tasklet(struct json *j, const struct taskset *t, const struct summary *s,
                        uint32_t i)
{
    const struct taskset_tasklet *k = &t->tasklet[i];
    json_object_open(j);
    json_field_uint(j, "tasklet", i);
    json_field_string(j, "kind", i < t->chains ? "chain" : "algorithm");
    json_field_uint(j, "size_bytes", k->size_bytes);
    json_field_int(j, "own_ns", k->own_ns);
    json_field_int(j, "total_ns", k->total_ns);
    json_field_uint(j, "total_bytes", k->total_bytes);
    json_field_digest(j, "hash", k->hash);
    if (i >= t->chains) {
        json_field_uint(j, "chains", s->users[i]);
    }
    json_key(j, "segments_ns");
    json_array_open(j);
    for (uint32_t c = 0; c <= k->call_count; c++) {
        json_int(j, t->segment_ns[taskset_first_segment(t, i) + c]);
    }
    json_array_close(j);
    json_key(j, "calls");
    json_array_open(j);
    for (uint32_t c = 0; c < k->call_count; c++) {
        json_uint(j, t->call[k->first_call + c]);
    }
    json_array_close(j);
    json_object_close(j);
}

enum sim_status taskgen_print_json(const struct taskset *t, const char *variant, struct json *j)
{
    struct summary s;
    const enum sim_status status = summarise(&s, t);
    if (status != SIM_OK) {
        return status;
    }
    json_object_open(j);
    json_field_string(j, "variant", variant);
    json_field_digest(j, "digest", taskgen_digest(t));
    put_summary(j, t, &s);
    json_key(j, "tasklets");
    json_array_open(j);
    for (uint32_t i = 0; i < t->count; i++) {
        put_tasklet(j, t, &s, i);
    }
    json_array_close(j);
    json_object_close(j);
    free(s.users);
    return SIM_OK;
}

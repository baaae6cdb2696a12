/* What a call of a Wasm function costs this host, beside the same in C. */
#include "sim/tasklets/price.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime-replay/trials/bench_call.h"
#include "sim/tasklets/runtime.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/json.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"

struct row {
    double mean_ns, deviation_ns, median_ns, p99_ns;
};

struct table {
    size_t rounds;
    double clock_ns;
    struct row row[BENCH_WORKS][BENCH_WAYS];
};

/* ---- measuring ---- */

static struct row summarise(double *sample_ns, size_t count)
{
    struct row row = {.mean_ns = gsl_stats_mean(sample_ns, 1, count),
                      .deviation_ns = gsl_stats_sd(sample_ns, 1, count)};
    gsl_sort(sample_ns, 1, count);
    row.median_ns = gsl_stats_median_from_sorted_data(sample_ns, 1, count);
    row.p99_ns = gsl_stats_quantile_from_sorted_data(sample_ns, 1, count, 0.99);
    return row;
}

static int measure(struct table *t)
{
    double *sample_ns = malloc(t->rounds * sizeof *sample_ns);
    if (sample_ns == NULL) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    int code = EXIT_OK;
    t->clock_ns = bench_clock_ns();
    for (int work = 0; work < BENCH_WORKS && code == EXIT_OK; work++) {
        for (int way = 0; way < BENCH_WAYS && code == EXIT_OK; way++) {
            struct wasm_error error = {{0}};
            if (bench_measure((enum bench_work)work, (enum bench_way)way, &bench_module[work],
                              sample_ns, t->rounds, &error) != SIM_OK) {
                message_error("%s, %s: %s", bench_work_name[work], bench_way_name[way], error.text);
                code = EXIT_CHECK_FAILED;
            } else {
                t->row[work][way] = summarise(sample_ns, t->rounds);
            }
        }
    }
    free(sample_ns);
    return code;
}

/* Of medians: one interrupt moves a mean. */
static double ratio(const struct table *t, int work, int way)
{
    return t->row[work][way].median_ns / t->row[work][BENCH_NATIVE].median_ns;
}

/* ---- printing ---- */

static void print_table(const struct table *t)
{
    printf("%-13s %-8s %12s %12s %12s %12s %10s\n", "ns a call", "", "mean", "deviation", "median",
           "99th perc.", "x native");
    for (int work = 0; work < BENCH_WORKS; work++) {
        for (int way = 0; way < BENCH_WAYS; way++) {
            const struct row *r = &t->row[work][way];
            printf("%-13s %-8s %12.1f %12.1f %12.1f %12.1f %10.1f\n",
                   way == 0 ? bench_work_name[work] : "", bench_way_name[way], r->mean_ns,
                   r->deviation_ns, r->median_ns, r->p99_ns, ratio(t, work, way));
        }
    }
    printf("\n%zu samples each, of %u calls; cold of %u. The clock itself takes %.0f ns a sample.\n"
           "loaded: an instance that stays, the integers copied in with each call.\n"
           "cold: load, instantiate, call, destroy with each. Medians make the ratios.\n",
           t->rounds, bench_calls_a_sample(BENCH_LOADED), bench_calls_a_sample(BENCH_COLD),
           t->clock_ns);
}

static void json_row(struct json *j, const struct table *t, int work, int way)
{
    const struct row *r = &t->row[work][way];
    json_object_open(j);
    json_field_string(j, "work", bench_work_name[work]);
    json_field_string(j, "way", bench_way_name[way]);
    json_field_uint(j, "calls_a_sample", bench_calls_a_sample((enum bench_way)way));
    json_field_double(j, "mean_ns", r->mean_ns);
    json_field_double(j, "deviation_ns", r->deviation_ns);
    json_field_double(j, "median_ns", r->median_ns);
    json_field_double(j, "p99_ns", r->p99_ns);
    json_field_double(j, "ratio", ratio(t, work, way));
    json_object_close(j);
}

static bool print_json(const struct table *t)
{
    struct json j;
    json_begin(&j, stdout);
    json_object_open(&j);
    json_field_string(&j, "runtime", wasm_host_runtime());
    json_field_uint(&j, "samples", t->rounds);
    json_field_double(&j, "clock_ns", t->clock_ns);
    json_key(&j, "calls");
    json_array_open(&j);
    for (int work = 0; work < BENCH_WORKS; work++) {
        for (int way = 0; way < BENCH_WAYS; way++) {
            json_row(&j, t, work, way);
        }
    }
    json_array_close(&j);
    json_object_close(&j);
    return json_end(&j);
}

int price_calls(uint64_t rounds, bool json)
{
    struct table t = {.rounds = (size_t)rounds};
    if (!runtime_is_there()) {
        return EXIT_INTERNAL;
    }
    int code = measure(&t);
    if (code != EXIT_OK) {
        return code;
    }
    bool written = true;
    if (json) {
        written = print_json(&t);
    } else {
        print_table(&t);
    }
    return output_end_standard(written);
}

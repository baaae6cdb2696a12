/*
 * The distribution of response times: calls stream by and are counted in a
 * histogram of 256 buckets an octave, which tells a time to half a percent.
 */
#include "analysis/report/report_read.h"

#include <math.h>

#define SUB_BITS 8
#define SUB_BUCKETS ((size_t)1 << SUB_BITS)
#define BUCKETS ((64 - SUB_BITS) * SUB_BUCKETS)
#define ROWS_A_STEP (1u << 16) /* between two words on the progress */

struct histogram {
    uint64_t calls;
    uint64_t bucket[BUCKETS];
};

/* Times below 2^SUB_BITS ns have a bucket each; above, each octave has SUB_BUCKETS. */
static size_t bucket_of(uint64_t ns)
{
    size_t octave = 0;
    while (ns >> octave >= 2 * SUB_BUCKETS) {
        octave++;
    }
    return octave * SUB_BUCKETS + (size_t)(ns >> octave);
}

/* Where a bucket ends. */
static double bucket_end_s(size_t bucket)
{
    const size_t octave = bucket < 2 * SUB_BUCKETS ? 0 : bucket / SUB_BUCKETS - 1;
    const double mantissa = (double)(bucket - octave * SUB_BUCKETS) + 1.0;
    return ldexp(mantissa, (int)octave) / (double)SIM_S;
}

static double quantile_s(const struct histogram *h, double share)
{
    const double wanted = share * (double)h->calls;
    uint64_t seen = 0;
    for (size_t b = 0; b < BUCKETS; b++) {
        seen += h->bucket[b];
        if (h->calls > 0 && (double)seen >= wanted) {
            return bucket_end_s(b);
        }
    }
    return (double)NAN;
}

static void count_calls(struct report_reader *reader, struct histogram *h, int64_t run_id)
{
    struct report_query q;
    report_query_open_for(
        &q, reader, "SELECT response_ns FROM call WHERE run_id = ? AND response_ns IS NOT NULL",
        run_id);
    while (report_query_next(&q)) {
        const int64_t ns = query_int(q.rows, 0);
        h->bucket[bucket_of((uint64_t)ns)]++;
        h->calls++;
        if (h->calls % ROWS_A_STEP == 0) {
            report_advance(reader, ROWS_A_STEP);
        }
    }
    report_query_close(&q);
}

/* Shares at even distances up to where nearly all calls of every variant are answered. */
static void tabulate(struct report_distribution *d, const struct histogram *h, uint32_t variants)
{
    double end_s = 0;
    for (uint32_t v = 0; v < variants; v++) {
        d->calls[v] = h[v].calls;
        d->median_s[v] = quantile_s(&h[v], 0.5);
        d->p95_s[v] = quantile_s(&h[v], 0.95);
        d->p99_s[v] = quantile_s(&h[v], 0.99);
        end_s = fmax(end_s, fmax(0, quantile_s(&h[v], 0.999)));
    }
    for (size_t i = 0; i < REPORT_SHARES; i++) {
        d->within_s[i] = end_s * (double)i / (REPORT_SHARES - 1);
    }
    for (uint32_t v = 0; v < variants; v++) {
        uint64_t seen = 0;
        size_t bucket = 0;
        for (size_t i = 0; i < REPORT_SHARES; i++) {
            while (bucket < BUCKETS && bucket_end_s(bucket) <= d->within_s[i]) {
                seen += h[v].bucket[bucket++];
            }
            d->share[v][i] = h[v].calls > 0 ? (double)seen / (double)h[v].calls : (double)NAN;
        }
    }
}

void report_read_calls(struct report_reader *reader)
{
    struct report_data *data = reader->data;
    struct histogram *h = report_allocate(reader, data->variant_count, sizeof *h);
    if (h == NULL) {
        return;
    }
    bool has_calls = false;
    for (size_t i = 0; i < data->run_count && reader->status == SIM_OK; i++) {
        const struct report_run *run = &data->run[i];
        if (run->is_complete) {
            count_calls(reader, &h[run->variant], run->run_id);
            has_calls = has_calls || h[run->variant].calls > 0;
        }
    }
    if (has_calls) {
        data->distribution = report_allocate(reader, 1, sizeof *data->distribution);
    }
    if (data->distribution != NULL) {
        tabulate(data->distribution, h, data->variant_count);
    }
}

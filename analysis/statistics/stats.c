#include "analysis/statistics/stats.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>

#define MISSING ((double)NAN) /* NAN itself is a float */

void stats_init(void)
{
    (void)gsl_set_error_handler_off();
}

void stats_add(struct stats_stream *stream, double value)
{
    if (isnan(value)) {
        return;
    }
    if (stream->n == 0 || value < stream->least) {
        stream->least = value;
    }
    if (stream->n == 0 || value > stream->greatest) {
        stream->greatest = value;
    }
    stream->n++;
    const double off = value - stream->mean;
    stream->mean += off / (double)stream->n;
    stream->m2 += off * (value - stream->mean);
}

void stats_merge(struct stats_stream *stream, const struct stats_stream *other)
{
    if (other->n == 0) {
        return;
    }
    if (stream->n == 0) {
        *stream = *other;
        return;
    }
    const double n = (double)stream->n;
    const double m = (double)other->n;
    const double apart = other->mean - stream->mean;
    stream->mean += apart * m / (n + m);
    stream->m2 += other->m2 + apart * apart * n * m / (n + m);
    stream->n += other->n;
    stream->least = fmin(stream->least, other->least);
    stream->greatest = fmax(stream->greatest, other->greatest);
}

double stats_mean(const struct stats_stream *stream)
{
    return stream->n > 0 ? stream->mean : MISSING;
}

double stats_sd(const struct stats_stream *stream)
{
    return stream->n > 1 ? sqrt(stream->m2 / (double)(stream->n - 1)) : MISSING;
}

double stats_t(double level, double df)
{
    ASSERT(level > 0.0 && level < 1.0);
    ASSERT(df > 0.0);
    /* The upper tail keeps its digits where level is close to 1. */
    return gsl_cdf_tdist_Qinv((1.0 - level) / 2.0, df);
}

struct stats_estimate stats_stream_estimate(const struct stats_stream *stream, double level)
{
    struct stats_estimate e = {
        .n = stream->n,
        .mean = stats_mean(stream),
        .sd = stats_sd(stream),
        .has_interval = stream->n > 1,
        .half_width = MISSING,
        .low = MISSING,
        .high = MISSING,
    };
    if (e.has_interval) {
        const double n = (double)e.n;
        e.half_width = stats_t(level, n - 1.0) * e.sd / sqrt(n);
        e.low = e.mean - e.half_width;
        e.high = e.mean + e.half_width;
    }
    return e;
}

double stats_relative_half_width(const struct stats_estimate *estimate)
{
    return estimate->half_width <= 0 ? 0 : estimate->half_width / fabs(estimate->mean);
}

struct stats_estimate stats_mean_estimate(const double *values, size_t count, double level)
{
    struct stats_stream stream = {0};
    for (size_t i = 0; i < count; i++) {
        stats_add(&stream, values[i]);
    }
    return stats_stream_estimate(&stream, level);
}

struct stats_estimate stats_paired_estimate(const double *a, const double *b, size_t count,
                                            double level)
{
    struct stats_stream stream = {0};
    for (size_t i = 0; i < count; i++) {
        stats_add(&stream, a[i] - b[i]); /* NaN, and so left out, if either is missing */
    }
    return stats_stream_estimate(&stream, level);
}

/*
 * stats.h - means over replications, and how far to trust them.
 *
 * Replications are independent; a NaN among the values is a missing one (the
 * mean response of a run that completed no call) and is left out, which n shows.
 * Intervals are two-sided, of Student's t: they assume that replication means
 * are about normal.
 *
 * Units: those of the values. level is a probability in (0, 1), such as 0.95.
 * Ownership: nothing is allocated and nothing kept.
 * Errors: none. Less than two values give no interval, and has_interval says so.
 * Threads: no shared state after stats_init().
 */
#ifndef ANALYSIS_STATISTICS_STATS_H
#define ANALYSIS_STATISTICS_STATS_H

#include "sim/engine/base.h"

/* Replaces GSL's handler that aborts on error. Once, at the program's start. */
void stats_init(void);

/* Mean and spread of a stream of values in constant memory (Welford 1962). Zero-initialise. */
struct stats_stream {
    uint64_t n;
    double mean;
    double m2; /* sum of squared deviations from the mean */
    double least, greatest;
};

void stats_add(struct stats_stream *stream, double value);

/* As if every value of other had been added to stream (Chan, Golub and LeVeque 1979). */
void stats_merge(struct stats_stream *stream, const struct stats_stream *other);

double stats_mean(const struct stats_stream *stream); /* NaN of no value */
double stats_sd(const struct stats_stream *stream);   /* of the sample, n - 1; NaN below two */

struct stats_estimate {
    uint64_t n; /* values, or pairs, that are not missing */
    double mean;
    double sd;
    bool has_interval;
    double half_width; /* NaN without an interval, as low and high */
    double low, high;
};

/* What a stream says about the mean behind its values. */
struct stats_estimate stats_stream_estimate(const struct stats_stream *stream, double level);

/* The same of an array. */
struct stats_estimate stats_mean_estimate(const double *values, size_t count, double level);

/*
 * The mean of a[i] - b[i], where both were measured under the same random
 * numbers: what the pairs share cancels, so this interval is narrower than one
 * from the two means.
 */
struct stats_estimate stats_paired_estimate(const double *a, const double *b, size_t count,
                                            double level);

/*
 * The half width as a part of the mean's size: 0 for an interval of no width, infinite for
 * any other around 0, NaN without an interval.
 */
double stats_relative_half_width(const struct stats_estimate *estimate);

/* The t that a Student variable of df > 0 degrees stays within, on both sides, with level. */
double stats_t(double level, double df);

#endif

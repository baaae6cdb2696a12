/*
 * report_read.h - private to the report's data: the first failure is kept, and memory is given
 * back all at once.
 *
 * Errors: the first one, of the store or of memory, is kept in the reader; from then on allocations
 *   are NULL. Look at it after each step.
 */
#ifndef ANALYSIS_REPORT_REPORT_READ_H
#define ANALYSIS_REPORT_REPORT_READ_H

#include "analysis/report/report_data.h"
#include "analysis/report/stored.h"
#include "analysis/store/readout.h"

struct report_reader {
    struct report_data *data;
    struct store *store;
    const struct store_model *shape; /* what the file says of its tables */
    struct store_error *error;
    enum sim_status status;
    report_progress *progress;
    void *context;
    double done, total;
};

/* So many units of work more are done. */
void report_advance(struct report_reader *reader, double units);

/* Keeps a failure, unless there was one before. */
void report_note(struct report_reader *reader, enum sim_status status);

/* Keeps a failure of its own words, unless there was one before. */
SIM_PRINTF(2, 3) void report_refuse(struct report_reader *reader, const char *format, ...);

/* Zeroed memory of the data's. NULL if a step has failed before or there is none left. */
void *report_allocate(struct report_reader *reader, size_t count, size_t size);
const char *report_copy(struct report_reader *reader, const char *text); /* "" if it fails */

/* The first step: what the invocation's row says. */
void report_read_origin(struct report_reader *reader);

/* ---- what the replications add up to, as they stream by: report_sums.c ---- */

struct report_sums {
    struct stats_stream *measure; /* variants x measures */
    struct stats_stream *track;   /* variants x tracks x points */
    uint64_t *histogram;          /* variants x distributions x BINS_COUNT */
};
void report_sums_begin(struct report_reader *reader, struct report_sums *sums);
void report_sums_add(struct report_reader *reader, struct report_sums *sums, uint32_t variant,
                     const struct model_result *result);
void report_sums_finish(struct report_reader *reader, struct report_sums *sums);

/* The pictures that the model describes. contrasts NULL: of a merged sweep. */
void report_read_drawn(struct report_reader *reader, const struct contrasts *contrasts);

/* ---- report_entities.c; needs the runs ---- */
void report_read_entities(struct report_reader *reader);

#endif

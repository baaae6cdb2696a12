#include "sim/study/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS(ns) ((double)(ns) / (double)SIM_S)

const char *series_unit(const struct model_series *series)
{
    return strcmp(series->unit, "ns") == 0 ? "s" : series->unit;
}

/* The sum over the replications that are done, a bin; and how many these are. */
static uint32_t add_up(const struct study *s, uint32_t variant, size_t series, int64_t *sum,
                       size_t bins)
{
    ASSERT(series < s->model->series_count);
    uint32_t runs = 0;
    for (uint32_t k = 0; k < study_replications(s); k++) {
        const struct study_run *run = study_find(s, variant, k);
        for (size_t i = 0; run->state == STUDY_DONE && i < bins; i++) {
            sum[i] += run->result.bin[i * s->model->series_count + series];
        }
        runs += run->state == STUDY_DONE;
    }
    return runs;
}

/* What is looked at in a bin: the mean over what was counted, or the sum itself. */
static double value_of(const struct model_series *series, int64_t sum, const int64_t *count)
{
    const double value = strcmp(series->unit, "ns") == 0 ? SECONDS(sum) : (double)sum;
    if (count == NULL) {
        return value;
    }
    return *count > 0 ? value / (double)*count : (double)NAN;
}

enum sim_status series_of_variant(const struct study *s, uint32_t variant, size_t series,
                                  struct mser *warmup)
{
    ASSERT(series < s->model->series_count && s->head.bin_ns > 0);
    const struct model_series *shape = &s->model->series[series];
    const size_t bins = (size_t)(s->head.duration_ns / s->head.bin_ns);
    int64_t *sum = calloc(2 * bins + 1, sizeof *sum);
    double *value = calloc(bins + 1, sizeof *value);
    enum sim_status status = SIM_ERR_NOMEM;
    if (sum != NULL && value != NULL) {
        const uint32_t runs = add_up(s, variant, series, sum, bins);
        if (shape->count != NULL) {
            (void)add_up(s, variant, model_series_find(s->model, shape->count), &sum[bins], bins);
        }
        for (size_t i = 0; i < bins; i++) {
            value[i] = value_of(shape, sum[i], shape->count != NULL ? &sum[bins + i] : NULL);
        }
        *warmup = mser_detect(value, bins);
        if (shape->count == NULL) { /* of a run, as a mean is of what it counts */
            warmup->mean /= runs > 0 ? runs : 1;
        }
        status = SIM_OK;
    }
    free(value);
    free(sum);
    return status;
}

double series_warmup_s(const struct study *s, const struct mser *warmup)
{
    ASSERT(s->head.bin_ns > 0);
    return warmup->verdict == MSER_STEADY ? (double)warmup->first * SECONDS(s->head.bin_ns)
                                          : (double)NAN;
}

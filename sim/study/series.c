#include "sim/study/series.h"

#include <math.h>
#include <stdlib.h>

static const struct series_info info[SERIES_COUNT] = {
    [SERIES_RESPONSE] = {"response", "s", "response"},
    [SERIES_LOAD] = {"load", "B", "load"},
};

const struct series_info *series_info(enum series series)
{
    ASSERT(series < SERIES_COUNT);
    return &info[series];
}

static double value_of(const struct world_bin *bin, enum series series)
{
    switch (series) {
    case SERIES_RESPONSE:
        return bin->completed > 0
                   ? (double)bin->response_ns / (double)SIM_S / (double)bin->completed
                   : (double)NAN;
    case SERIES_LOAD:
        return (double)bin->bytes;
    case SERIES_COUNT:
        break;
    }
    return (double)NAN;
}

static enum sim_status detect(const struct world_bin *bin, size_t count,
                              struct mser warmup[SERIES_COUNT])
{
    double *value = calloc(count + 1, sizeof *value);
    if (value == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (int s = 0; s < SERIES_COUNT; s++) {
        for (size_t i = 0; i < count; i++) {
            value[i] = value_of(&bin[i], (enum series)s);
        }
        warmup[s] = mser_detect(value, count);
    }
    free(value);
    return SIM_OK;
}

static size_t whole_bins(sim_time duration_ns)
{
    return (size_t)(duration_ns / WORLD_BIN_NS);
}

enum sim_status series_of_run(const struct study_run *run, sim_time duration_ns,
                              struct mser warmup[SERIES_COUNT])
{
    const size_t count = whole_bins(duration_ns);
    ASSERT(count <= run->bin_count);
    return detect(run->bin, count, warmup);
}

static void add_bins(struct world_bin *sum, const struct world_bin *bin, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sum[i].bytes += bin[i].bytes;
        sum[i].completed += bin[i].completed;
        sum[i].response_ns += bin[i].response_ns;
    }
}

enum sim_status series_of_variant(const struct study *s, enum scenario_variant variant,
                                  struct mser warmup[SERIES_COUNT])
{
    const size_t count = whole_bins(s->scenario->duration_ns);
    struct world_bin *sum = calloc(count + 1, sizeof *sum);
    if (sum == NULL) {
        return SIM_ERR_NOMEM;
    }
    uint32_t runs = 0;
    for (uint32_t k = 0; k < study_replications(s); k++) {
        const struct study_run *run = study_find(s, variant, k);
        if (run->state == STUDY_DONE) {
            add_bins(sum, run->bin, count);
            runs++;
        }
    }
    const enum sim_status status = detect(sum, count, warmup);
    warmup[SERIES_LOAD].mean /= runs > 0 ? runs : 1; /* a run's load, as the response is a call's */
    free(sum);
    return status;
}

double series_warmup_s(const struct mser *warmup)
{
    return warmup->verdict == MSER_STEADY
               ? (double)warmup->first * (double)WORLD_BIN_NS / (double)SIM_S
               : (double)NAN;
}

#include "analysis/statistics/stationarity.h"

#include <math.h>

#include "analysis/statistics/trend.h"

static double mean_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
    }
    return count > 0 ? sum / (double)count : 0;
}

static double offered_load(const struct stationarity_input *input)
{
    if (input->granted > 0) {
        return input->busy * (double)input->asked / (double)input->granted;
    }
    return input->asked > 0 ? (double)INFINITY : input->busy;
}

struct stationarity stationarity_judge(const struct stationarity_input *input, double level)
{
    ASSERT(input->servers > 0);
    const size_t half = input->spans / 2;
    struct stationarity result = {
        .verdict = STATIONARITY_HOLDS,
        .offered = offered_load(input),
        .queue_before = mean_of(input->queue, half),
        .queue_after = mean_of(input->queue + half, input->spans - half),
        .p = trend_test(input->queue, input->spans).p_up,
    };
    if (result.offered >= input->servers && input->asked >= STATIONARITY_ASKED_LEAST) {
        result.verdict = STATIONARITY_OVERLOADED;
    } else if (result.p <= level && result.queue_after - result.queue_before >= 1) {
        result.verdict = STATIONARITY_GROWING;
    }
    return result;
}

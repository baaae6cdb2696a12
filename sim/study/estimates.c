#include "sim/study/estimates.h"

struct stats_estimate estimates_of_measure(const struct study *s, uint32_t variant, size_t measure,
                                           double level)
{
    ASSERT(measure < s->model->measures && level > 0 && level < 1);
    struct stats_stream stream = {0};
    for (uint32_t k = 0; k < study_replications(s); k++) {
        const struct study_run *run = study_find(s, variant, k);
        if (run->state == STUDY_DONE) {
            stats_add(&stream, run->result.measure[measure]);
        }
    }
    return stats_stream_estimate(&stream, level);
}

bool estimates_any_above_zero(const struct study *s, size_t measure)
{
    ASSERT(measure < s->model->measures);
    for (uint32_t i = 0; i < s->run_count; i++) {
        if (s->run[i].result.measure != NULL && s->run[i].result.measure[measure] > 0) {
            return true;
        }
    }
    return false;
}

#include "sim/study/precision.h"

#include "analysis/statistics/stats.h"

static struct stats_estimate estimate_of(const struct study *s, enum scenario_variant variant)
{
    const enum metric of = metric_find(s->scenario->precision.of);
    ASSERT(of != METRIC_COUNT); /* study_init() has seen to that */
    struct stats_stream stream = {0};
    for (uint32_t k = 0; k < study_replications(s); k++) {
        const struct study_run *run = study_find(s, variant, k);
        if (run->state == STUDY_DONE) {
            stats_add(&stream, run->value[of]);
        }
    }
    return stats_stream_estimate(&stream, s->scenario->precision.level);
}

double precision_reached(const struct study *s, enum scenario_variant variant)
{
    const struct stats_estimate e = estimate_of(s, variant);
    return stats_relative_half_width(&e);
}

bool precision_is_enough(const struct study *s)
{
    for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
        /* Not "greater": what is not a number is not enough. */
        if (!(precision_reached(s, s->scenario->variants[v]) <=
              s->scenario->precision.half_width)) {
            return false;
        }
    }
    return true;
}

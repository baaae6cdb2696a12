#include "sim/study/precision.h"

#include "sim/study/estimates.h"

double precision_reached(const struct study *s, uint32_t variant)
{
    const size_t of = model_measure_find(s->model, s->scenario->precision.of);
    ASSERT(of < s->model->measures); /* the loader has seen to that */
    const struct stats_estimate e =
        estimates_of_measure(s, variant, of, s->scenario->precision.level);
    return stats_relative_half_width(&e);
}

bool precision_is_enough(const struct study *s)
{
    for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
        /* Not "greater": what is not a number is not enough. */
        if (!(precision_reached(s, v) <= s->scenario->precision.half_width)) {
            return false;
        }
    }
    return true;
}

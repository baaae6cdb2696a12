#include "models/wasmtube/real/samples.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

void samples_add(struct samples *s, double value)
{
    if (s->count == s->room) {
        const size_t room = 2 * s->room + 64;
        double *larger = realloc(s->value, room * sizeof *larger);
        if (larger == NULL) {
            return;
        }
        s->value = larger;
        s->room = room;
    }
    s->value[s->count++] = value;
}

double samples_median(struct samples *s)
{
    if (s->count == 0) {
        return (double)NAN;
    }
    gsl_sort(s->value, 1, s->count);
    return gsl_stats_median_from_sorted_data(s->value, 1, s->count);
}

void samples_deinit(struct samples *s)
{
    free(s->value);
    *s = (struct samples){.value = NULL};
}

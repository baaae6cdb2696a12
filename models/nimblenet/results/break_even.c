#include "models/nimblenet/results/break_even.h"

#include <math.h>

void break_even_init(struct break_even *b)
{
    *b = (struct break_even){.since_s = (double)NAN};
}

void break_even_add(struct break_even *b, double end_s, int64_t nimble, int64_t monolithic)
{
    b->ahead += nimble - monolithic;
    if (b->ahead > 0) {
        b->since_s = (double)NAN;
    } else if (isnan(b->since_s)) {
        b->since_s = end_s;
    }
}

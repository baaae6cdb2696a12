#include <criterion/criterion.h>
#include <math.h>

#include "models/nimblenet/results/break_even.h"

static double of(const int64_t (*bin)[2], size_t bins)
{
    struct break_even load;
    break_even_init(&load);
    for (size_t i = 0; i < bins; i++) {
        break_even_add(&load, 10.0 * (double)(i + 1), bin[i][0], bin[i][1]);
    }
    return load.since_s;
}

Test(break_even, comes_at_the_end_of_the_bin_in_which_the_lead_is_gone)
{
    const int64_t bin[][2] = {{30, 10}, {10, 20}, {5, 20}, {5, 20}};
    cr_assert_float_eq(of(bin, 4), 30, 1e-9);
}

Test(break_even, counts_a_draw_as_even)
{
    const int64_t bin[][2] = {{30, 10}, {10, 30}, {5, 5}};
    cr_assert_float_eq(of(bin, 3), 20, 1e-9);
}

Test(break_even, comes_anew_after_a_relapse)
{
    const int64_t bin[][2] = {{10, 20}, {30, 10}, {0, 5}, {0, 5}};
    cr_assert_float_eq(of(bin, 4), 40, 1e-9);
}

Test(break_even, never_comes_while_nimble_is_ahead)
{
    const int64_t bin[][2] = {{30, 10}, {10, 10}};
    cr_assert(isnan(of(bin, 2)));
    cr_assert(isnan(of(bin, 0)));
}

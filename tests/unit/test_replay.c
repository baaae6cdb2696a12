/* What the replay verb draws from names alone: arguments and samples. And its ratios. */
#include <math.h>

#include <criterion/criterion.h>

#include "sim/testbed/replay.h"

enum { CALLS = 20000 };

Test(replay, a_sample_is_as_large_as_asked)
{
    static const uint32_t ppm[] = {0, 10000, 50000, 500000, 1000000};
    for (size_t s = 0; s < sizeof ppm / sizeof ppm[0]; s++) {
        double chosen = 0;
        for (int64_t call = 0; call < CALLS; call++) {
            chosen += replay_is_chosen(ppm[s], 1, 1, call);
        }
        const double share = ppm[s] / 1e6;
        /* Four standard deviations of a binomial share. */
        cr_expect_float_eq(chosen / CALLS, share, 4 * sqrt(share * (1 - share) / CALLS) + 1e-9);
    }
}

Test(replay, a_smaller_sample_is_part_of_a_larger_one)
{
    for (int64_t call = 0; call < CALLS; call++) {
        cr_expect(!replay_is_chosen(50000, 3, 2, call) || replay_is_chosen(60000, 3, 2, call));
    }
}

Test(replay, seeds_and_replications_have_samples_of_their_own)
{
    uint32_t same_seed = 0;
    uint32_t same_replication = 0;
    for (int64_t call = 0; call < CALLS; call++) {
        const bool chosen = replay_is_chosen(500000, 1, 1, call);
        same_seed += chosen == replay_is_chosen(500000, 1, 2, call);
        same_replication += chosen == replay_is_chosen(500000, 2, 1, call);
    }
    cr_expect_float_eq(same_seed / (double)CALLS, 0.5, 0.02);
    cr_expect_float_eq(same_replication / (double)CALLS, 0.5, 0.02);
}

Test(replay, arguments_tell_calls_and_replications_apart)
{
    uint32_t equal = 0;
    for (int64_t call = 0; call < CALLS; call++) {
        equal += replay_argument(1, call) == replay_argument(1, call + 1);
        equal += replay_argument(1, call) == replay_argument(2, call);
    }
    cr_expect_leq(equal, 1, "of 2^32");
}

Test(replay, time_is_told_as_a_multiple_of_the_bare_loops)
{
    const struct replay_request request = {.jobs = 2};
    struct replay_summary s = {
        .request = &request,
        .instructions = 1000000000,
        .wall_s = 1.1,
        .processor_s = 2.1,
        .reference = {.instructions = 500, .wall_ns = 1000, .processor_ns = 1000},
    };
    cr_expect_float_eq(replay_ratio(&s), 1.1, 1e-9);
    cr_expect_float_eq(replay_processor_ratio(&s), 1.05, 1e-9);
    s.instructions = 0;
    cr_expect(isnan(replay_ratio(&s)), "nothing was executed");
    s.instructions = 1;
    s.reference.instructions = 0;
    cr_expect(isnan(replay_ratio(&s)), "nothing was measured");
}

/*
 * Tasksets against what the paper's section 5.3 and Table 1 say of them, and monolithic twins
 * against the chains they were made from.
 */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "taskgen/taskset.h"
#include "tests/support/chance.h"
#include "tests/support/tasksets.h"

static struct dist exponential(int64_t mean)
{
    return (struct dist){.kind = DIST_EXPONENTIAL, .low = mean, .high = mean};
}

/* ---- checks that any taskset must pass ---- */

static void expect_segments_to_sum_up(const struct taskset *t)
{
    for (uint32_t i = 0; i < t->count; i++) {
        const sim_time *segment = &t->segment_ns[taskset_first_segment(t, i)];
        sim_time sum = 0;
        for (uint32_t c = 0; c <= t->tasklet[i].call_count; c++) {
            cr_assert_geq(segment[c], 0);
            sum += segment[c];
        }
        cr_assert_eq(sum, t->tasklet[i].own_ns, "tasklet %u", i);
    }
}

/* Each tasklet calls distinct ones, and only algorithms behind it: nobody can reach itself. */
static void expect_calls_to_be_distinct(const struct taskset *t)
{
    for (uint32_t i = 0; i < t->count; i++) {
        const struct taskset_tasklet *k = &t->tasklet[i];
        for (uint32_t c = 0; c < k->call_count; c++) {
            const uint32_t callee = t->call[k->first_call + c];
            cr_assert(callee >= t->chains && callee < t->count && callee > i);
            for (uint32_t d = 0; d < c; d++) {
                cr_assert_neq(t->call[k->first_call + d], callee, "tasklet %u calls twice", i);
            }
        }
    }
}

struct totals {
    sim_time ns;
    uint64_t bytes;
    uint32_t depth;
};

/* Whom a run meets, each once, in order. */
struct meetings {
    bool *met;
    uint32_t *order;
    uint32_t count;
};

/* Runs tasklet i in the head, call by call. */
static struct totals walk(const struct taskset *t, uint32_t i, struct meetings *m)
{
    const struct taskset_tasklet *k = &t->tasklet[i];
    struct totals sum = {k->own_ns, k->size_bytes, 1};
    for (uint32_t c = 0; c < k->call_count; c++) {
        const uint32_t callee = t->call[k->first_call + c];
        if (!m->met[callee]) {
            m->met[callee] = true;
            m->order[m->count++] = callee;
        }
        const struct totals below = walk(t, callee, m);
        sum.ns += below.ns;
        sum.bytes += below.bytes;
        sum.depth = below.depth + 1 > sum.depth ? below.depth + 1 : sum.depth;
    }
    return sum;
}

static void expect_totals_and_needs_to_be_right(const struct taskset *t)
{
    uint32_t need_max = 0;
    uint32_t depth = 0;
    for (uint32_t i = 0; i < t->count; i++) {
        const struct taskset_tasklet *k = &t->tasklet[i];
        struct meetings m = {calloc(t->count, sizeof *m.met), calloc(t->count, sizeof *m.order), 0};
        const struct totals sum = walk(t, i, &m);
        cr_assert_eq(k->total_ns, sum.ns);
        cr_assert_eq(k->total_bytes, sum.bytes);
        cr_assert_eq(k->depth, sum.depth);
        cr_assert_eq(k->need_count, m.count, "tasklet %u needs %u", i, m.count);
        for (uint32_t n = 0; n < m.count; n++) {
            cr_assert_eq(t->need[k->first_need + n], m.order[n], "tasklet %u, need %u", i, n);
        }
        free(m.met);
        free(m.order);
        need_max = k->need_count > need_max ? k->need_count : need_max;
        depth = k->depth > depth ? k->depth : depth;
    }
    cr_assert_eq(t->need_max, need_max);
    cr_assert_eq(t->depth, depth);
}

static void expect_twins_to_be_equal(const struct taskset *nimble)
{
    struct taskset twin;
    cr_assert_eq(taskset_inline(&twin, nimble), SIM_OK);
    cr_assert(twin.count == nimble->chains && twin.chains == nimble->chains);
    cr_assert(twin.call_count == 0 && twin.need_count == 0 && twin.depth == 1);
    for (uint32_t i = 0; i < twin.count; i++) {
        const struct taskset_tasklet *a = &nimble->tasklet[i];
        const struct taskset_tasklet *b = &twin.tasklet[i];
        cr_assert(b->own_ns == a->total_ns && b->total_ns == a->total_ns, "chain %u", i);
        cr_assert(b->size_bytes == a->total_bytes && b->total_bytes == a->total_bytes);
        cr_assert(b->call_count == 0 && b->need_count == 0);
    }
    expect_segments_to_sum_up(&twin);
    taskset_deinit(&twin);
}

static void expect_soundness(const struct taskset *t)
{
    expect_segments_to_sum_up(t);
    expect_calls_to_be_distinct(t);
    expect_totals_and_needs_to_be_right(t);
    expect_twins_to_be_equal(t);
}

/* ---- the paper's figures ---- */

Test(taskset, figures_lie_in_the_ranges_of_table_1)
{
    const struct taskset_spec spec = tasksets_papers(1);
    struct taskset t = tasksets_draw(&spec);
    cr_assert(t.count == 250 && t.chains == 200 && t.depth == 2);
    for (uint32_t i = 0; i < t.count; i++) {
        const struct taskset_tasklet *k = &t.tasklet[i];
        const bool is_chain = i < t.chains;
        cr_expect(k->size_bytes >= 100 && k->size_bytes <= 500);
        cr_expect(k->own_ns >= (is_chain ? 100 : 10) * SIM_MS);
        cr_expect(k->own_ns <= (is_chain ? 500 : 2000) * SIM_MS);
        cr_expect(is_chain ? k->call_count >= 3 && k->call_count <= 7 : k->call_count == 0);
    }
    expect_soundness(&t);
    taskset_deinit(&t);
}

/*
 * A chain is 300 B and calls 5 algorithms of 300 B: 1800 B. It takes 0.3 s and 5 * 1.005 s: 5.325
 * s. Chains of one taskset share algorithms, so the z-test is over tasksets.
 */
Test(taskset, mean_chains_have_the_papers_size_and_time)
{
    enum { TASKSETS = 400 };
    static double bytes[TASKSETS], seconds[TASKSETS];
    for (uint64_t k = 0; k < TASKSETS; k++) {
        const struct taskset_spec spec = tasksets_papers(k + 1);
        struct taskset t = tasksets_draw(&spec);
        for (uint32_t i = 0; i < t.chains; i++) {
            bytes[k] += (double)t.tasklet[i].total_bytes / t.chains;
            seconds[k] += (double)t.tasklet[i].total_ns / 1e9 / t.chains;
        }
        taskset_deinit(&t);
    }
    cr_expect_lt(fabs(chance_mean_z(bytes, TASKSETS, 1800)), 3.29);
    cr_expect_lt(fabs(chance_mean_z(seconds, TASKSETS, 5.325)), 3.29);
}

Test(taskset, numbers_of_calls_and_the_algorithms_called_are_even)
{
    struct taskset_spec spec = tasksets_papers(1);
    spec.chains = 20000;
    struct taskset t = tasksets_draw(&spec);
    uint32_t by_count[5] = {0};
    uint32_t by_algorithm[50] = {0};
    uint32_t first_called[50] = {0};
    for (uint32_t i = 0; i < t.chains; i++) {
        const struct taskset_tasklet *k = &t.tasklet[i];
        by_count[k->call_count - 3]++;
        first_called[t.call[k->first_call] - t.chains]++;
        for (uint32_t c = 0; c < k->call_count; c++) {
            by_algorithm[t.call[k->first_call + c] - t.chains]++;
        }
    }
    taskset_deinit(&t);
    cr_expect_gt(chance_even(by_count, 5), 0.001);
    cr_expect_gt(chance_even(by_algorithm, 50), 0.001);
    cr_expect_gt(chance_even(first_called, 50), 0.001);
}

/*
 * A chain's own time is cut at uniform points: of n segments the k-th cut, as a share of the
 * whole, is a beta variable of k and n - k. Its value of the distribution is uniform.
 */
Test(taskset, the_time_between_calls_is_cut_at_uniform_points)
{
    enum { BINS = 20 };
    struct taskset_spec spec = tasksets_papers(1);
    spec.chains = 20000;
    struct taskset t = tasksets_draw(&spec);
    uint32_t first[BINS] = {0};
    uint32_t third[BINS] = {0};
    for (uint32_t i = 0; i < t.chains; i++) {
        const struct taskset_tasklet *k = &t.tasklet[i];
        const sim_time *segment = &t.segment_ns[taskset_first_segment(&t, i)];
        const double own = (double)k->own_ns;
        const double n = k->call_count;
        const double a = (double)segment[0] / own;
        const double b = (double)(segment[0] + segment[1] + segment[2]) / own;
        first[(int)fmin(gsl_cdf_beta_P(a, 1, n) * BINS, BINS - 1)]++;
        third[(int)fmin(gsl_cdf_beta_P(b, 3, n - 2) * BINS, BINS - 1)]++;
    }
    taskset_deinit(&t);
    cr_expect_gt(chance_even(first, BINS), 0.001);
    cr_expect_gt(chance_even(third, BINS), 0.001);
}

/* ---- any specification ---- */

Test(taskset, whatever_is_asked_for_adds_up)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct rng r;
        rng_init(&r, seed, 0, 0, RNG_TEST);
        struct taskset_spec spec = tasksets_papers(seed);
        spec.chains = 1 + (uint32_t)rng_below(&r, 30);
        spec.algorithms = 1 + (uint32_t)rng_below(&r, 20);
        spec.algorithms_per_chain =
            uniform(0, (int64_t)rng_below(&r, spec.algorithms < 8 ? spec.algorithms + 1u : 8));
        spec.algorithm_calls = uniform(0, (int64_t)rng_below(&r, 3));
        spec.algorithm_time_ns = seed % 3 == 0 ? exponential(SIM_S) : spec.algorithm_time_ns;
        spec.chain_size_bytes = seed % 5 == 0 ? exponential(3) : spec.chain_size_bytes;
        spec.chain_time_ns = seed % 7 == 0 ? constant(0) : spec.chain_time_ns;
        struct taskset t;
        cr_assert_eq(taskset_draw(&t, &spec), SIM_OK, "seed %u", (unsigned)seed);
        expect_soundness(&t);
        taskset_deinit(&t);
    }
}

Test(taskset, more_chains_do_not_change_the_first_ones)
{
    const struct taskset_spec few = tasksets_papers(1);
    struct taskset_spec many = few;
    many.chains = 1000;
    struct taskset a = tasksets_draw(&few);
    struct taskset b = tasksets_draw(&many);
    for (uint32_t i = 0; i < a.count; i++) {
        const uint32_t j = i < a.chains ? i : i - a.chains + b.chains;
        const struct taskset_tasklet *x = &a.tasklet[i];
        const struct taskset_tasklet *y = &b.tasklet[j];
        cr_assert(x->size_bytes == y->size_bytes && x->own_ns == y->own_ns);
        cr_assert(x->call_count == y->call_count && x->total_ns == y->total_ns);
        for (uint32_t c = 0; c < x->call_count; c++) {
            cr_assert_eq(a.call[x->first_call + c] - a.chains,
                         b.call[y->first_call + c] - b.chains);
        }
        cr_assert_arr_eq(&a.segment_ns[taskset_first_segment(&a, i)],
                         &b.segment_ns[taskset_first_segment(&b, j)],
                         (x->call_count + 1) * sizeof(sim_time));
    }
    taskset_deinit(&a);
    taskset_deinit(&b);
}

Test(taskset, seed_and_replication_name_it)
{
    uint64_t hash[4];
    for (int k = 0; k < 4; k++) {
        struct taskset_spec spec = tasksets_papers(k == 2 ? 2 : 1);
        spec.seed = k == 1 ? 2 : 1;
        struct taskset t = tasksets_draw(&spec);
        hash[k] = t.tasklet[0].hash;
        taskset_deinit(&t);
    }
    cr_expect_eq(hash[0], hash[3]);
    cr_expect(hash[0] != hash[1] && hash[0] != hash[2] && hash[1] != hash[2]);
}

Test(taskset, hashes_tell_all_tasklets_of_both_variants_apart)
{
    struct taskset_spec spec = tasksets_papers(1);
    spec.chain_size_bytes = constant(300); /* nothing but its number tells an algorithm apart */
    spec.algorithm_size_bytes = constant(300);
    spec.algorithm_time_ns = constant(SIM_S);
    struct taskset nimble = tasksets_draw(&spec);
    struct taskset twin;
    cr_assert_eq(taskset_inline(&twin, &nimble), SIM_OK);
    for (uint32_t i = 0; i < nimble.count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            cr_assert_neq(nimble.tasklet[i].hash, nimble.tasklet[j].hash);
        }
        for (uint32_t j = 0; j < twin.count; j++) {
            cr_assert_neq(nimble.tasklet[i].hash, twin.tasklet[j].hash);
        }
    }
    taskset_deinit(&nimble);
    taskset_deinit(&twin);
}

/* ---- other distributions, and the edges ---- */

Test(taskset, constants_are_taken_as_they_are)
{
    struct taskset_spec spec = tasksets_papers(1);
    spec.chain_time_ns = constant(7);
    spec.chain_size_bytes = constant(11);
    spec.algorithm_time_ns = constant(13);
    spec.algorithm_size_bytes = constant(17);
    spec.algorithms_per_chain = constant(5);
    struct taskset t = tasksets_draw(&spec);
    for (uint32_t i = 0; i < t.chains; i++) {
        cr_assert_eq(t.tasklet[i].total_ns, 7 + 5 * 13);
        cr_assert_eq(t.tasklet[i].total_bytes, 11 + 5 * 17);
    }
    expect_soundness(&t);
    taskset_deinit(&t);
}

Test(taskset, exponential_figures_have_their_mean_and_no_binary_is_empty)
{
    enum { CHAINS = 20000 };
    struct taskset_spec spec = tasksets_papers(1);
    spec.chains = CHAINS;
    spec.chain_time_ns = exponential(300 * SIM_MS);
    spec.chain_size_bytes = exponential(2);
    struct taskset t = tasksets_draw(&spec);
    static double seconds[CHAINS];
    uint32_t smallest = UINT32_MAX;
    for (uint32_t i = 0; i < CHAINS; i++) {
        seconds[i] = (double)t.tasklet[i].own_ns / 1e9;
        smallest = t.tasklet[i].size_bytes < smallest ? t.tasklet[i].size_bytes : smallest;
    }
    taskset_deinit(&t);
    cr_expect_lt(fabs(chance_mean_z(seconds, CHAINS, 0.3)), 3.29);
    cr_expect_eq(smallest, 1);
}

Test(taskset, without_algorithms_chains_stand_alone)
{
    struct taskset_spec spec = tasksets_papers(1);
    spec.algorithms = 0;
    spec.algorithms_per_chain = constant(0);
    struct taskset t = tasksets_draw(&spec);
    cr_assert(t.count == 200 && t.call_count == 0 && t.need_count == 0 && t.depth == 1);
    expect_soundness(&t);
    taskset_deinit(&t);
}

Test(taskset, a_chain_cannot_call_more_algorithms_than_there_are)
{
    struct taskset_spec spec = tasksets_papers(1);
    struct taskset t;
    spec.algorithms = 6;
    cr_expect_eq(taskset_draw(&t, &spec), SIM_ERR_INVALID, "some chain of 200 draws seven");
    spec.algorithms = 7;
    cr_assert_eq(taskset_draw(&t, &spec), SIM_OK);
    expect_soundness(&t);
    taskset_deinit(&t);
}

/* Algorithm i calls every one behind it, so each level doubles what the one below it takes. */
static struct taskset_spec doubling(uint32_t levels)
{
    struct taskset_spec spec = tasksets_papers(1);
    spec.chains = 1;
    spec.algorithms = levels;
    spec.algorithms_per_chain = constant(1);
    spec.algorithm_calls = constant(levels);
    spec.chain_time_ns = constant(0);
    spec.chain_size_bytes = constant(1);
    spec.algorithm_time_ns = constant(1);
    spec.algorithm_size_bytes = constant(1);
    return spec;
}

Test(taskset, nesting_may_be_deep_while_the_totals_fit)
{
    const struct taskset_spec spec = doubling(20);
    struct taskset t = tasksets_draw(&spec);
    const struct taskset_tasklet *top = &t.tasklet[1];
    cr_expect_eq(top->total_ns, 1 << 19, "1 + (1 + 2 + 4 + ... + 2^18)");
    cr_expect_eq(top->total_bytes, 1 << 19);
    cr_expect_eq(top->depth, 20);
    cr_expect_eq(top->need_count, 19);
    expect_soundness(&t);
    taskset_deinit(&t);
}

Test(taskset, totals_that_would_overflow_are_refused)
{
    struct taskset t;
    struct taskset_spec spec = doubling(63);
    cr_assert_eq(taskset_draw(&t, &spec), SIM_OK, "2^62 ns is 146 years");
    taskset_deinit(&t);

    spec = doubling(64);
    cr_expect_eq(taskset_draw(&t, &spec), SIM_ERR_INVALID, "2^63 ns");
    spec.algorithm_time_ns = constant(0);
    cr_assert_eq(taskset_draw(&t, &spec), SIM_OK, "2^63 B");
    taskset_deinit(&t);
    spec = doubling(66);
    spec.algorithm_time_ns = constant(0);
    cr_expect_eq(taskset_draw(&t, &spec), SIM_ERR_INVALID, "2^65 B");
}

Test(taskset, a_twin_beyond_four_gibibytes_is_refused)
{
    struct taskset_spec spec = tasksets_papers(1);
    spec.algorithm_size_bytes = constant(UINT32_MAX);
    struct taskset nimble = tasksets_draw(&spec);
    struct taskset twin;
    cr_expect_eq(taskset_inline(&twin, &nimble), SIM_ERR_INVALID);
    taskset_deinit(&nimble);
}

Test(taskset, other_sizes_change_totals_and_hashes_of_whom_they_concern)
{
    const struct taskset_spec spec = tasksets_papers(1);
    struct taskset drawn = tasksets_draw(&spec);
    struct taskset t = tasksets_draw(&spec);
    uint32_t *size = calloc(t.count, sizeof *size);
    for (uint32_t i = 0; i < t.count; i++) {
        size[i] = t.tasklet[i].size_bytes;
    }
    const uint32_t raised = t.call[t.tasklet[3].first_call];
    size[raised] += 10;
    cr_assert_eq(taskset_resize(&t, size), SIM_OK);
    for (uint32_t i = 0; i < t.count; i++) {
        bool concerned = i == raised;
        for (uint32_t c = 0; c < t.tasklet[i].call_count; c++) {
            concerned = concerned || t.call[t.tasklet[i].first_call + c] == raised;
        }
        const uint64_t more = concerned ? 10 : 0;
        cr_assert_eq(t.tasklet[i].total_bytes, drawn.tasklet[i].total_bytes + more);
        cr_assert_eq(t.tasklet[i].drawn_bytes, drawn.tasklet[i].size_bytes);
        cr_assert_eq(t.tasklet[i].total_drawn_bytes, drawn.tasklet[i].total_bytes);
        cr_assert_eq(t.tasklet[i].hash != drawn.tasklet[i].hash, concerned, "tasklet %u", i);
    }
    expect_soundness(&t);
    free(size);
    taskset_deinit(&t);
    taskset_deinit(&drawn);
}

/* A call's story from its acquisitions and its taskset: hand-worked, and read back. */
#include <string.h>

#include <criterion/criterion.h>

#include "models/nimblenet/results/tale.h"
#include "tests/support/result.h"

TestSuite(tale, .init = result_enter, .fini = result_leave);

/*
 * Chain 0 runs 10, calls 1, runs 20, calls 2, runs 30. 1 runs 100. 2 runs 5, calls 1, runs 7.
 * Loading takes 3, resuming 1.
 */
#define COSTS .load_ns = 3, .resume_ns = 1
static struct program_tasklet tasklets[] = {
    {.name = "chain 0", .own_ns = 60, .first_call = 0, .call_count = 2, COSTS},
    {.name = "one", .own_ns = 100, COSTS},
    {.name = "two", .own_ns = 12, .first_call = 2, .call_count = 1, COSTS},
};
static struct program_call calls[] = {{1, 10}, {2, 30}, {1, 5}};
static const struct program program = {
    .tasklet = tasklets, .count = 3, .call = calls, .call_count = 3};

static struct tale_acquisition got(int64_t tasklet, sim_time t_ns, sim_time done_ns)
{
    return (struct tale_acquisition){
        .tasklet = tasklet, .t_ns = t_ns, .done_ns = done_ns, .served = "global", .attempts = 1};
}

/* Asked for at 1000; 40 ns of search for the chain, 50 for the first "one"; the rest is cached. */
static struct tale_acquisition plain[] = {
    {.tasklet = 0, .t_ns = 1000, .done_ns = 1040, .served = "global"},
    {.tasklet = 1, .t_ns = 1053, .done_ns = 1103, .served = "registry"},
    {.tasklet = 2, .t_ns = 1227, .done_ns = 1227, .served = "cache"},
    {.tasklet = 1, .t_ns = 1235, .done_ns = 1235, .served = "cache"},
};
enum { PLAIN_END = 1377 };

static struct tale_call call_with(struct tale_acquisition *a, size_t count, sim_time response_ns)
{
    return (struct tale_call){.call_id = 9,
                              .node = 4,
                              .chain = 0,
                              .status = "completed",
                              .t_ns = 1000,
                              .response_ns = response_ns,
                              .acquisition = a,
                              .acquisition_count = count};
}

struct expected {
    enum tale_kind kind;
    uint32_t level;
    int64_t tasklet;
    sim_time start_ns, duration_ns;
};

static void assert_story(const struct tale *s, const struct expected *e, size_t count)
{
    for (size_t i = 0; i < s->count && i < count; i++) {
        const struct tale_step *step = &s->step[i];
        cr_assert(step->kind == e[i].kind && step->level == e[i].level &&
                      step->tasklet == e[i].tasklet && step->start_ns == e[i].start_ns &&
                      step->duration_ns == e[i].duration_ns,
                  "step %zu: kind %d, level %u, tasklet %ld, at %ld for %ld", i, (int)step->kind,
                  step->level, (long)step->tasklet, (long)step->start_ns, (long)step->duration_ns);
    }
    cr_assert_eq(s->count, count, "%zu steps instead of %zu", s->count, count);
}

Test(tale, steps_follow_the_program_and_add_up)
{
    const struct tale_call c = call_with(plain, 4, PLAIN_END - 1000);
    const struct expected wanted[] = {
        {TALE_ACQUIRE, 0, 0, 1000, 40}, {TALE_RUN, 0, 0, 1040, 13},
        {TALE_ACQUIRE, 1, 1, 1053, 50}, {TALE_RUN, 1, 1, 1103, 103},
        {TALE_RESUME, 0, 0, 1206, 21},  {TALE_ACQUIRE, 1, 2, 1227, 0},
        {TALE_RUN, 1, 2, 1227, 8},      {TALE_ACQUIRE, 2, 1, 1235, 0},
        {TALE_RUN, 2, 1, 1235, 103},    {TALE_RESUME, 1, 2, 1338, 8},
        {TALE_RESUME, 0, 0, 1346, 31},
    };
    struct tale s = {0};
    cr_assert_eq(tale_tell(&s, &c, &program), SIM_OK);
    assert_story(&s, wanted, sizeof wanted / sizeof wanted[0]);
    cr_assert(s.is_exact);
    cr_assert_eq(s.total_ns, c.response_ns);
    cr_assert_eq(s.step[1].overhead_ns, 3);
    cr_assert_eq(s.step[4].overhead_ns, 1);
    tale_deinit(&s);
}

Test(tale, what_the_program_does_not_need_was_the_wait_for_an_executor)
{
    struct tale_acquisition a[] = {got(0, 1000, 1040), got(1, 1060, 1060), got(2, 1184, 1184),
                                   got(1, 1200, 1200)};
    const struct tale_call c = call_with(a, 4, 342);
    struct tale s = {0};
    cr_assert_eq(tale_tell(&s, &c, &program), SIM_OK);
    cr_assert_eq(s.total_ns, 342);
    /* 13 of the 20 before the first call were needed; then 124 of 124, 8 of 16, 142 of 142. */
    cr_assert_eq(s.step[1].kind, TALE_QUEUE);
    cr_assert_eq(s.step[1].start_ns, 1040);
    cr_assert_eq(s.step[1].duration_ns, 7);
    cr_assert_eq(s.step[2].kind, TALE_RUN);
    cr_assert_eq(s.step[2].start_ns, 1047);
    sim_time queueing = 0;
    for (size_t i = 0; i < s.count; i++) {
        queueing += s.step[i].kind == TALE_QUEUE ? s.step[i].duration_ns : 0;
    }
    cr_assert_eq(queueing, 15);
    tale_deinit(&s);
}

Test(tale, preloads_overlap_and_count_once)
{
    struct program eager = program;
    eager.preloads = true;
    struct tale_acquisition a[] = {got(0, 1000, 1040), got(1, 1040, 1090), got(2, 1040, 1070),
                                   got(1, 1103, 1103), got(2, 1227, 1227), got(1, 1235, 1235)};
    for (size_t i = 3; i < 6; i++) {
        (void)strcpy(a[i].served, "cache");
    }
    const struct tale_call c = call_with(a, 6, PLAIN_END - 1000);
    struct tale s = {0};
    cr_assert_eq(tale_tell(&s, &c, &eager), SIM_OK);
    cr_assert(s.is_exact);
    cr_assert_eq(s.total_ns, c.response_ns);
    cr_assert_eq(s.step[1].kind, TALE_PRELOAD);
    cr_assert_eq(s.step[1].duration_ns, 50);
    cr_assert(!s.step[2].counts && !s.step[3].counts);
    cr_assert_eq(s.step[4].kind, TALE_RUN);
    tale_deinit(&s);
}

Test(tale, a_failed_acquisition_is_the_end)
{
    struct tale_acquisition a[] = {got(0, 1000, 1040), got(1, 1053, 1500)};
    (void)strcpy(a[1].served, "failed");
    struct tale_call c = call_with(a, 2, RESULT_NONE);
    struct tale s = {0};
    cr_assert_eq(tale_tell(&s, &c, &program), SIM_OK);
    cr_assert_eq(s.count, 3);
    cr_assert_eq(s.total_ns, 500);
    tale_deinit(&s);
}

Test(tale, a_call_that_was_not_answered_stays_open)
{
    struct tale_call c = call_with(plain, 2, RESULT_NONE);
    struct tale s = {0};
    cr_assert_eq(tale_tell(&s, &c, &program), SIM_OK);
    cr_assert_eq(s.step[s.count - 1].kind, TALE_OPEN);
    cr_assert_eq(s.step[s.count - 1].start_ns, 1103);
    c.acquisition_count = 0; /* not even the chain had come */
    cr_assert_eq(tale_tell(&s, &c, &program), SIM_OK);
    cr_assert_eq(s.count, 1);
    c.node = RESULT_NONE; /* out of contact */
    cr_assert_eq(tale_tell(&s, &c, &program), SIM_OK);
    cr_assert_eq(s.count, 0);
    tale_deinit(&s);
}

Test(tale, times_that_contradict_the_taskset_are_told_as_they_are)
{
    struct tale_acquisition early[] = {got(0, 1000, 1040), got(1, 1045, 1050)}; /* 5 of 13 */
    struct tale_call c = call_with(early, 2, 200);
    struct tale s = {0};
    cr_assert_eq(tale_tell(&s, &c, &program), SIM_OK);
    cr_assert_not(s.is_exact);
    cr_assert_eq(s.total_ns, 200);
    struct tale_acquisition other[] = {got(0, 1000, 1040),
                                       got(2, 1053, 1053)}; /* not what it calls */
    c = call_with(other, 2, 200);
    cr_assert_eq(tale_tell(&s, &c, &program), SIM_OK);
    cr_assert_not(s.is_exact);
    cr_assert_eq(s.total_ns, 200);
    c.chain = 77; /* not in the taskset at all */
    cr_assert_eq(tale_tell(&s, &c, &program), SIM_OK);
    cr_assert_eq(s.total_ns, 200);
    tale_deinit(&s);
}

/* The same with costs that differ: "two" loads in 4 and takes 6 to suspend and 2 to resume. */
Test(tale, each_tasklet_has_costs_of_its_own)
{
    struct program_tasklet own[] = {tasklets[0], tasklets[1], tasklets[2]};
    own[0].suspend_ns = 5;
    own[2].load_ns = 4;
    own[2].suspend_ns = 6;
    own[2].resume_ns = 2;
    struct program calibrated = program;
    calibrated.tasklet = own;
    struct tale_acquisition a[] = {
        got(0, 1000, 1040), got(1, 1058, 1058), /* 3 to load, 10, 5 to suspend */
        got(2, 1187, 1187),                     /* 3 + 100, 1 to resume, 20, 5 to suspend */
        got(1, 1202, 1202),                     /* 4 to load, 5, 6 to suspend */
    };
    struct tale_call c = call_with(a, 4, 1345 - 1000);
    struct tale s = {0};
    cr_assert_eq(tale_tell(&s, &c, &calibrated), SIM_OK);
    cr_assert(s.is_exact);
    cr_assert_eq(s.total_ns, 345, "3 + 100, 2 + 7, 1 + 30 behind the last");
    cr_assert_eq(s.count, 11);
    static const sim_time suspend_ns[] = {0, 5, 0, 0, 5, 0, 6, 0, 0, 0, 0};
    for (size_t i = 0; i < s.count; i++) {
        cr_expect_eq(s.step[i].suspend_ns, suspend_ns[i], "step %zu", i);
    }
    tale_deinit(&s);
}

Test(tale, what_a_database_does_not_know_is_assumed)
{
    struct program_tasklet own[] = {tasklets[0], tasklets[1]};
    own[1].load_ns = own[1].suspend_ns = own[1].resume_ns = RESULT_NONE;
    struct program old = {.tasklet = own, .count = 2};
    program_assume(&old, 70, 80);
    cr_assert(own[0].load_ns == 3 && own[0].resume_ns == 1);
    cr_assert(own[1].load_ns == 70 && own[1].suspend_ns == 0 && own[1].resume_ns == 80);
}

/* ---- from the database ---- */

static void make_result(void)
{
    const struct result_tasklet tasklet[] = {{0, RESULT_CHAIN, "chain 0", 120, 60, 3, 0, 1},
                                             {1, RESULT_ALGORITHM, "one", 99, 100, 3, 0, 1},
                                             {2, RESULT_ALGORITHM, "two", 98, 12, 3, 0, 1}};
    const struct result_tasklet_call callee[] = {{0, 0, 1, 10}, {0, 1, 2, 30}, {2, 0, 1, 5}};
    struct result_call call[3];
    struct result_acquisition a[8];
    for (int64_t i = 0; i < 3; i++) {
        call[i] =
            (struct result_call){.call_id = 10 * (3 - i),
                                 .t_ns = 1000,
                                 .robot = 1,
                                 .node = i == 2 ? RESULT_NONE : 4,
                                 .chain = 0,
                                 .status = i == 2 ? RESULT_OUT_OF_CONTACT : RESULT_CALL_COMPLETED,
                                 .response_ns = i == 2 ? RESULT_NONE : PLAIN_END - 1000,
                                 .queueing_ns = i == 2 ? RESULT_NONE : 0,
                                 .acquisition_ns = i == 2 ? RESULT_NONE : 90,
                                 .execution_ns = i == 2 ? RESULT_NONE : 287};
    }
    for (int64_t i = 0; i < 8; i++) {
        const struct tale_acquisition *p = &plain[i / 2];
        a[i] = (struct result_acquisition){.seq = i,
                                           .call_id = i % 2 == 0 ? 20 : 30,
                                           .node = 4,
                                           .tasklet = p->tasklet,
                                           .t_ns = p->t_ns,
                                           .done_ns = p->done_ns,
                                           .served = RESULT_FROM_CACHE,
                                           .source = 4,
                                           .attempts = 1,
                                           .transfer_ns = p->done_ns - p->t_ns};
    }
    struct store *store = result_create("a.db");
    result_begin(store, 1, "nimble", 1, 7);
    cr_assert_eq(result_tasklets(store, 1, tasklet, 3), SIM_OK);
    cr_assert_eq(result_tasklet_calls(store, 1, callee, 3), SIM_OK);
    cr_assert_eq(result_calls(store, 1, call, 3), SIM_OK);
    cr_assert_eq(result_acquisitions(store, 1, a, 8), SIM_OK, "%s", store_message(store));
    result_end(store, 1, "nimble", 1, 7, 1, 1, 0);
    result_finish(store);
}

Test(tale, calls_and_taskset_come_back_from_the_database)
{
    make_result();
    struct store *store = result_open("a.db");
    struct store_error error;
    struct program p;
    cr_assert_eq(program_read(&p, store, 1, &error), SIM_OK);
    program_assume(&p, 4711, 4711); /* it knows already */
    cr_assert_eq(p.count, 3);
    cr_assert_str_eq(program_name(&p, 2), "two");
    cr_assert_str_eq(program_name(&p, 3), "");
    struct tale_call c = {0};
    cr_assert_eq(tale_read_call(&c, store, 1, 30, &error), SIM_OK);
    cr_assert_eq(c.acquisition_count, 4);
    cr_assert_eq(c.acquisition[1].stage_ns[5], 50);
    struct tale s = {0};
    cr_assert_eq(tale_tell(&s, &c, &p), SIM_OK);
    cr_assert(s.is_exact);
    cr_assert_eq(s.total_ns, PLAIN_END - 1000);

    cr_assert_eq(tale_read_call(&c, store, 1, 25, &error), SIM_ERR_NOTFOUND);
    int64_t near[4];
    size_t count = 0;
    cr_assert_eq(tale_nearest(near, &count, store, 1, 25, &error), SIM_OK);
    cr_assert_eq(count, 3);
    cr_assert(near[0] == 10 && near[1] == 20 && near[2] == 30);
    tale_deinit(&s);
    tale_call_deinit(&c);
    program_deinit(&p);
    store_destroy(store);
}

Test(tale, a_reader_gives_every_call_that_reached_a_node_once)
{
    make_result();
    struct store *store = result_open("a.db");
    struct store_error error;
    struct tale_reader r = {0};
    struct tale_call c = {0};
    cr_assert_eq(tale_reader_open(&r, store, 1, &error), SIM_OK);
    cr_assert(tale_reader_next(&r, &c));
    cr_assert_eq(c.call_id, 20); /* as early as call 30, and of a lower number */
    cr_assert_eq(c.acquisition_count, 4);
    cr_assert(tale_reader_next(&r, &c));
    cr_assert_eq(c.call_id, 30);
    cr_assert_eq(c.acquisition_count, 4);
    cr_assert_not(tale_reader_next(&r, &c));
    cr_assert_eq(tale_reader_close(&r, &error), SIM_OK);
    tale_call_deinit(&c);
    store_destroy(store);
}

/*
 * The orchestrator of one node, driven by hand: no clock, no processor, only what it decides.
 */
#include <criterion/criterion.h>

#include "models/pi5/core/scheduler.h"

enum { MOST = 16 };

struct bench {
    struct pi5_scheduler s;
    struct pi5_request request[MOST];
    int64_t actual[MOST];
    struct pi5_place place[MOST];
    struct pi5_worker worker[MOST];
    uint32_t again[MOST];
};

/* Tasks need what is given, and are predicted to need just that; the cap is 100, of which the
 * orchestrator has 10. */
static void set_up(struct bench *b, struct pi5_policy policy, uint32_t workers, uint32_t per_core,
                   uint32_t tasks, const int64_t *bytes)
{
    *b = (struct bench){
        .s = {.policy = policy, .cap_bytes = 100, .workers = workers, .per_core = per_core}};
    b->s.worker = b->worker;
    b->s.again = b->again;
    for (uint32_t i = 0; i < tasks; i++) {
        b->request[i].predicted_bytes = b->actual[i] = bytes[i];
        b->place[i].task = i;
    }
    pi5_queue_init(&b->s.queue, b->request, b->place, tasks, policy.sort);
    pi5_scheduler_init(&b->s, 10);
}

/* The next decision, carried out; whether the task runs. */
static bool run_next(struct bench *b, struct pi5_decision *d, enum pi5_action action, uint32_t task,
                     uint32_t worker)
{
    *d = pi5_next(&b->s);
    cr_assert_eq(d->action, action);
    cr_assert_eq(d->task, task, "task %u, not %u", d->task, task);
    cr_assert_eq(d->worker, worker, "worker %u, not %u", d->worker, worker);
    const bool may = pi5_may_start(&b->s, d, b->actual[task]);
    if (may) {
        pi5_started(&b->s, d, b->actual[task]);
    } else {
        pi5_failed(&b->s, d);
    }
    return may;
}

static void expect(struct bench *b, enum pi5_action action)
{
    cr_assert_eq(pi5_next(&b->s).action, action);
}

static void end(struct bench *b, const struct pi5_decision *d)
{
    pi5_ended(&b->s, d, b->actual[d->task]);
}

Test(pi5_scheduler, slots_fill_evenly_the_lowest_number_first)
{
    struct bench b;
    struct pi5_decision d[4];
    set_up(&b, (struct pi5_policy){0}, 2, 2, 5, (int64_t[]){1, 1, 1, 1, 1});
    cr_assert(run_next(&b, &d[0], PI5_START, 0, 0));
    cr_assert(run_next(&b, &d[1], PI5_START, 1, 1));
    cr_assert(run_next(&b, &d[2], PI5_START, 2, 0));
    cr_assert(run_next(&b, &d[3], PI5_START, 3, 1));
    expect(&b, PI5_WAIT);
    end(&b, &d[1]);
    cr_assert(run_next(&b, &d[1], PI5_START, 4, 1));
    expect(&b, PI5_WAIT);
    for (int i = 0; i < 4; i++) {
        end(&b, &d[i]);
    }
    expect(&b, PI5_DONE);
    cr_assert_eq(b.s.used_bytes, 10);
}

Test(pi5_scheduler, a_start_that_does_not_fit_fails_sleeps_and_comes_again_at_the_end)
{
    struct bench b;
    struct pi5_decision d[4];
    set_up(&b, (struct pi5_policy){0}, 2, 1, 3, (int64_t[]){60, 31, 30});
    cr_assert(run_next(&b, &d[0], PI5_START, 0, 0));
    cr_assert_not(run_next(&b, &d[1], PI5_START, 1, 1), "70 + 31 is above 100");
    expect(&b, PI5_WAIT);
    pi5_woke(&b.s, 1);
    cr_assert(run_next(&b, &d[2], PI5_START, 2, 1), "70 + 30 is not");
    end(&b, &d[2]);
    expect(&b, PI5_WAIT);
    end(&b, &d[0]);
    cr_assert(run_next(&b, &d[3], PI5_ALONE, 1, 0));
    expect(&b, PI5_WAIT);
    end(&b, &d[3]);
    expect(&b, PI5_DONE);
    cr_assert_eq(b.s.start_failures, 1);
}

Test(pi5_scheduler, the_list_runs_one_at_a_time_in_its_order_and_unchecked)
{
    struct bench b;
    struct pi5_decision d;
    set_up(&b, (struct pi5_policy){0}, 2, 1, 2, (int64_t[]){500, 200});
    cr_assert_not(run_next(&b, &d, PI5_START, 0, 0));
    cr_assert_not(run_next(&b, &d, PI5_START, 1, 1));
    expect(&b, PI5_WAIT);
    pi5_woke(&b.s, 0);
    expect(&b, PI5_WAIT);
    pi5_woke(&b.s, 1);
    cr_assert(run_next(&b, &d, PI5_ALONE, 0, 0), "alone it runs, whatever it needs");
    cr_assert_eq(b.s.used_bytes, 510);
    expect(&b, PI5_WAIT);
    end(&b, &d);
    cr_assert(run_next(&b, &d, PI5_ALONE, 1, 0));
    end(&b, &d);
    expect(&b, PI5_DONE);
}

Test(pi5_scheduler, by_memory_a_task_waits_for_a_release)
{
    struct bench b;
    struct pi5_decision d[2];
    set_up(&b, (struct pi5_policy){.memory = true}, 2, 1, 2, (int64_t[]){60, 40});
    cr_assert(run_next(&b, &d[0], PI5_START, 0, 0));
    expect(&b, PI5_WAIT);
    end(&b, &d[0]);
    cr_assert(run_next(&b, &d[1], PI5_START, 1, 0));
    cr_assert_eq(b.s.start_failures, 0);
}

Test(pi5_scheduler, what_never_fits_goes_to_the_list_once_nothing_runs)
{
    struct bench b;
    struct pi5_decision d;
    set_up(&b, (struct pi5_policy){.memory = true}, 2, 1, 3, (int64_t[]){95, 20, 99});
    cr_assert(run_next(&b, &d, PI5_START, 1, 0));
    expect(&b, PI5_WAIT);
    end(&b, &d);
    cr_assert(run_next(&b, &d, PI5_ALONE, 0, 0));
    end(&b, &d);
    cr_assert(run_next(&b, &d, PI5_ALONE, 2, 0));
    end(&b, &d);
    expect(&b, PI5_DONE);
}

/* Admission sees the prediction, the start check the task itself. */
Test(pi5_scheduler, a_task_that_was_predicted_too_small_fails_its_start_check)
{
    struct bench b;
    struct pi5_decision d[2];
    set_up(&b, (struct pi5_policy){.memory = true}, 2, 1, 2, (int64_t[]){50, 50});
    b.request[1].predicted_bytes = 40;
    cr_assert(run_next(&b, &d[0], PI5_START, 0, 0));
    cr_assert_not(run_next(&b, &d[1], PI5_START, 1, 1), "predicted to fit, and does not");
    cr_assert_eq(b.s.start_failures, 1);
}

/* And one that was predicted too large waits although it would fit. */
Test(pi5_scheduler, a_task_that_was_predicted_too_large_waits_in_vain)
{
    struct bench b;
    struct pi5_decision d;
    set_up(&b, (struct pi5_policy){.memory = true}, 2, 1, 2, (int64_t[]){50, 40});
    b.request[1].predicted_bytes = 41;
    cr_assert(run_next(&b, &d, PI5_START, 0, 0));
    expect(&b, PI5_WAIT);
}

/* The trap of "the first that fits": as long as small ones come, the large one never runs. */
Test(pi5_scheduler, the_first_that_fits_starves_the_large_task)
{
    struct bench b;
    struct pi5_decision d[2];
    set_up(&b, (struct pi5_policy){.memory = true}, 2, 1, 8,
           (int64_t[]){30, 70, 30, 30, 30, 30, 30, 30});
    cr_assert(run_next(&b, &d[0], PI5_START, 0, 0));
    cr_assert(run_next(&b, &d[1], PI5_START, 2, 1));
    for (uint32_t task = 3; task < 8; task++) {
        end(&b, &d[task % 2]);
        cr_assert(run_next(&b, &d[task % 2], PI5_START, task, task % 2));
    }
    cr_assert_eq(b.place[1].overtaken, 6);
    expect(&b, PI5_WAIT);
    end(&b, &d[0]);
    expect(&b, PI5_WAIT);
    end(&b, &d[1]);
    cr_assert(run_next(&b, &d[0], PI5_START, 1, 0), "last of all, though second in the queue");
}

Test(pi5_scheduler, overcommitted_everything_starts)
{
    struct bench b;
    struct pi5_decision d;
    set_up(&b, (struct pi5_policy){0}, 2, 1, 2, (int64_t[]){90, 90});
    b.s.may_overcommit = true;
    cr_assert(run_next(&b, &d, PI5_START, 0, 0));
    cr_assert(run_next(&b, &d, PI5_START, 1, 1));
    cr_assert_eq(b.s.used_bytes, 190);
}

Test(pi5_scheduler, halves_pair_the_first_of_both)
{
    struct bench b;
    struct pi5_decision d;
    set_up(&b, (struct pi5_policy){0}, 2, 2, 6, (int64_t[]){1, 1, 1, 1, 1, 1});
    b.s.pairing = PI5_PAIR_HALVES;
    cr_assert(run_next(&b, &d, PI5_START, 0, 0));
    cr_assert(run_next(&b, &d, PI5_START, 1, 1));
    cr_assert(run_next(&b, &d, PI5_START, 3, 0));
    cr_assert(run_next(&b, &d, PI5_START, 4, 1));
}

Test(pi5_scheduler, an_empty_batch_is_done)
{
    struct bench b;
    set_up(&b, (struct pi5_policy){.memory = true, .sort = true}, 1, 1, 0, NULL);
    expect(&b, PI5_DONE);
}

/*
 * The run loop, on a small model: entities that pass tokens on to each other, with delays from
 * few values, so that many events share an instant.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/resource.h>

#include "sim/engine/digest.h"
#include "sim/engine/engine.h"
#include "sim/engine/rng.h"

enum { ENTITIES = 20, TOKEN = 3, TIMER = 5 };

struct tokens {
    struct rng rng[ENTITIES];
    uint64_t digest[ENTITIES]; /* of what each entity has seen, in its order */
    enum ev_wait wait;
    uint64_t handled;
    uint64_t stop_at; /* events handled before the handler asks for the end; 0: never */
};

static void see(struct tokens *t, const struct engine_event *event)
{
    t->digest[event->self] = digest_three(t->digest[event->self], (uint64_t)event->now,
                                          (uint64_t)event->source << 32 | event->arg, event->kind);
}

/* Passes the token on after one of three delays, and sets a timer for the same instant. */
static void on_token(struct engine *e, void *context, const struct engine_event *event)
{
    struct tokens *t = context;
    struct rng *r = &t->rng[event->self];
    see(t, event);
    if (++t->handled == t->stop_at) {
        engine_stop(e);
    }
    const sim_time at = event->now + rng_between(r, 1, 3);
    const uint32_t next = (uint32_t)rng_below(r, ENTITIES);
    (void)engine_schedule(e, event->self, next, at, t->wait, TOKEN, event->arg + 1, NULL, 0);
    const ev_id timer =
        engine_schedule(e, event->self, event->self, at, EV_ANY_ORDER, TIMER, 0, NULL, 0);
    if (rng_below(r, 3) == 0) {
        cr_assert(engine_cancel(e, timer));
    }
}

static void on_timer(struct engine *e, void *context, const struct engine_event *event)
{
    (void)e;
    see(context, event);
    cr_assert_eq(event->source, EV_SELF);
}

static void tokens_begin(struct engine *e, struct tokens *t, enum ev_wait wait, uint64_t shuffle)
{
    *t = (struct tokens){.wait = wait};
    cr_assert_eq(engine_init(e, ENTITIES, 1000), SIM_OK);
    engine_handle(e, TOKEN, on_token, t);
    engine_handle(e, TIMER, on_timer, t);
    for (uint32_t i = 0; i < ENTITIES; i++) {
        rng_init(&t->rng[i], 1, 0, i, RNG_TEST);
    }
    for (uint32_t n = 0; n < ENTITIES; n++) {
        const uint32_t i = (uint32_t)((n * 7 + shuffle) % ENTITIES);
        (void)engine_schedule(e, i, (i + 1) % ENTITIES, i % 3, EV_ANY_ORDER, TOKEN, i, NULL, 0);
    }
}

static uint64_t tokens_digest(enum ev_wait wait, uint64_t shuffle, uint64_t slice, sim_time stride)
{
    struct engine e;
    static struct tokens t;
    tokens_begin(&e, &t, wait, shuffle);
    const sim_time end = 1000;
    for (sim_time until = stride; until <= end; until += stride) {
        bool done = false;
        while (!done) {
            cr_assert_eq(engine_run(&e, until, slice, &done), SIM_OK);
        }
    }
    uint64_t digest = DIGEST_START;
    for (uint32_t i = 0; i < ENTITIES; i++) {
        digest = digest_word(digest, t.digest[i]);
    }
    engine_deinit(&e);
    return digest_finish(digest);
}

Test(engine, the_digest_does_not_depend_on_the_order_of_insertion)
{
    const uint64_t digest = tokens_digest(EV_ANY_ORDER, 0, UINT64_MAX, 1000);
    for (uint64_t shuffle = 1; shuffle < ENTITIES; shuffle++) {
        cr_assert_eq(tokens_digest(EV_ANY_ORDER, shuffle, UINT64_MAX, 1000), digest);
    }
}

Test(engine, the_digest_does_not_depend_on_where_events_wait)
{
    cr_assert_eq(tokens_digest(EV_RISING, 0, UINT64_MAX, 1000),
                 tokens_digest(EV_ANY_ORDER, 0, UINT64_MAX, 1000));
}

Test(engine, a_run_in_slices_is_the_same_run)
{
    const uint64_t digest = tokens_digest(EV_ANY_ORDER, 0, UINT64_MAX, 1000);
    cr_assert_eq(tokens_digest(EV_ANY_ORDER, 0, 1, 1000), digest);
    cr_assert_eq(tokens_digest(EV_ANY_ORDER, 0, 7, 1000), digest);
    cr_assert_eq(tokens_digest(EV_ANY_ORDER, 0, UINT64_MAX, 1), digest);
    cr_assert_eq(tokens_digest(EV_RISING, 3, 5, 10), digest);
}

/* The value is a promise: the same under every compiler, optimisation and sanitizer. */
Test(engine, the_digest_is_that_of_every_other_build)
{
    cr_assert_eq(tokens_digest(EV_ANY_ORDER, 0, UINT64_MAX, 1000), UINT64_C(0xc3e774efcbf8464f));
}

/* ---- one event ---- */

static void on_nothing(struct engine *e, void *context, const struct engine_event *event)
{
    (void)e;
    (void)context;
    (void)event;
}

static void on_look(struct engine *e, void *context, const struct engine_event *event)
{
    const char *want = context;
    cr_assert_eq(event->now, 7);
    cr_assert_eq(e->now, 7);
    cr_assert_eq(event->self, 2);
    cr_assert_eq(event->source, 1);
    cr_assert_eq(event->kind, TOKEN);
    cr_assert_eq(event->arg, 99);
    /* The payload stays what it was while the handler schedules. */
    for (uint32_t i = 0; i < 4; i++) {
        (void)engine_schedule(e, 2, 1, 8, EV_ANY_ORDER, TIMER, 0, "overwritten", 12);
    }
    cr_assert_str_eq(event->payload, want);
}

Test(engine, a_handler_sees_what_was_scheduled)
{
    struct engine e;
    char text[EV_PAYLOAD_BYTES] = "forty bytes travel with each event, all";
    bool done;
    cr_assert_eq(engine_init(&e, 3, 8), SIM_OK);
    engine_handle(&e, TOKEN, on_look, text);
    engine_handle(&e, TIMER, on_nothing, NULL);
    (void)engine_schedule(&e, 1, 2, 7, EV_ANY_ORDER, TOKEN, 99, text, sizeof text);
    cr_assert_eq(engine_run(&e, SIM_TIME_NEVER, 100, &done), SIM_OK);
    cr_assert_eq(e.events, 5);
    engine_deinit(&e);
}

/* ---- the end of a run ---- */

Test(engine, the_report_counts_what_happened)
{
    struct engine e;
    bool done;
    cr_assert_eq(engine_init(&e, 3, 10), SIM_OK);
    engine_handle(&e, 0, on_nothing, NULL);
    for (uint32_t i = 0; i < 3; i++) { /* three at once for one entity: two ties */
        (void)engine_schedule(&e, i, 0, 4, EV_ANY_ORDER, 0, 0, NULL, 0);
    }
    (void)engine_schedule(&e, 0, 1, 4, EV_ANY_ORDER, 0, 0, NULL, 0); /* another entity: none */
    (void)engine_schedule(&e, 0, 1, 9, EV_ANY_ORDER, 0, 0, NULL, 0); /* too late */
    const ev_id gone = engine_schedule(&e, 0, 1, 3, EV_RISING, 0, 0, NULL, 0);
    cr_assert(engine_cancel(&e, gone));
    cr_assert_eq(engine_run(&e, 5, UINT64_MAX, &done), SIM_OK);
    cr_assert(done);

    const struct engine_report report = engine_report(&e);
    cr_assert_eq(report.events, 4);
    cr_assert_eq(report.ties, 2);
    cr_assert_eq(report.cancelled, 1);
    cr_assert_eq(report.left_over, 1);
    cr_assert_eq(report.pending_high_water, 6);
    cr_assert_eq(report.pending_capacity, 10);
    cr_assert_gt(report.bytes_per_pending, sizeof(struct ev_slot));
    engine_deinit(&e);
}

Test(engine, a_stop_ends_the_run_after_the_event_that_asked_for_it)
{
    struct engine e;
    static struct tokens t;
    bool done;
    tokens_begin(&e, &t, EV_ANY_ORDER, 0);
    t.stop_at = 100;
    cr_assert_eq(engine_run(&e, SIM_TIME_NEVER, UINT64_MAX, &done), SIM_OK);
    cr_assert_not(done);
    cr_assert_eq(t.handled, 100);
    engine_deinit(&e);
}

Test(engine, a_limit_of_events_is_kept)
{
    struct engine e;
    static struct tokens t;
    bool done;
    tokens_begin(&e, &t, EV_ANY_ORDER, 0);
    cr_assert_eq(engine_run(&e, SIM_TIME_NEVER, 123, &done), SIM_OK);
    cr_assert_not(done);
    cr_assert_eq(e.events, 123);
    engine_deinit(&e);
}

static void on_breed(struct engine *e, void *context, const struct engine_event *event)
{
    bool *refused = context;
    for (int i = 0; i < 2; i++) {
        *refused |=
            engine_schedule(e, 0, 0, event->now + 1, EV_ANY_ORDER, 0, 0, NULL, 0) == EV_NONE;
    }
}

/* A sanitizer's own memory would come under the limit, too. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#elif defined(__has_feature)
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
#define HOST_MAY_REFUSE
#endif
#else
#define HOST_MAY_REFUSE
#endif

#ifdef HOST_MAY_REFUSE
Test(engine, a_run_that_finds_no_memory_ends_and_says_so)
{
    struct engine e;
    bool refused = false;
    bool done;
    cr_assert_eq(engine_init(&e, 1, 50), SIM_OK);
    engine_handle(&e, 0, on_breed, &refused);
    (void)engine_schedule(&e, 0, 0, 0, EV_ANY_ORDER, 0, 0, NULL, 0);
    const struct rlimit nothing_more = {.rlim_cur = 1 << 20, .rlim_max = RLIM_INFINITY};
    cr_assert_eq(setrlimit(RLIMIT_AS, &nothing_more), 0);
    const enum sim_status first = engine_run(&e, SIM_TIME_NEVER, UINT64_MAX, &done);
    const struct rlimit all = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    cr_assert_eq(setrlimit(RLIMIT_AS, &all), 0);
    cr_assert_eq(first, SIM_ERR_NOMEM);
    cr_assert(refused && !done);
    cr_assert_eq(engine_run(&e, SIM_TIME_NEVER, UINT64_MAX, &done), SIM_ERR_NOMEM);
    cr_assert_eq(engine_report(&e).pending_high_water, 50);
    engine_deinit(&e);
}
#endif

Test(engine, a_queue_that_is_full_grows)
{
    struct engine e;
    bool refused = false;
    bool done;
    cr_assert_eq(engine_init(&e, 1, 1), SIM_OK);
    engine_handle(&e, 0, on_breed, &refused);
    (void)engine_schedule(&e, 0, 0, 0, EV_ANY_ORDER, 0, 0, NULL, 0);
    cr_assert_eq(engine_run(&e, 15, UINT64_MAX, &done), SIM_OK);
    cr_assert(!refused && done);
    cr_assert_eq(e.events, (1u << 16) - 1);
    cr_assert_eq(engine_report(&e).left_over, 1u << 16);
    engine_deinit(&e);
}

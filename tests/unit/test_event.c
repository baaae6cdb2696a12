/*
 * The pending-event set against a list that is searched for its least member each time.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/resource.h>

#include "sim/engine/event.h"
#include "sim/engine/rng.h"

/* A sanitizer's own memory would come under the limit, too. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#elif defined(__has_feature)
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
#define HOST_MAY_REFUSE
#endif
#else
#define HOST_MAY_REFUSE
#endif

enum { CAPACITY = 600, ROUNDS = 60, STEPS = 3000 };

/* What is pending, in no order. */
struct expected {
    sim_time at;
    uint64_t sequence;
    uint32_t destination;
    uint32_t source;
    ev_id id;
};

struct story {
    struct ev_queue queue;
    struct rng rng;
    uint64_t seed;
    struct expected pending[CAPACITY];
    uint32_t count;
    uint64_t sequence;
    sim_time now;
    sim_time spread; /* times are drawn from so few values that most are shared */
};

static void story_begin(struct story *s, uint64_t seed)
{
    *s = (struct story){.seed = seed};
    rng_init(&s->rng, seed, 0, 0, RNG_TEST);
    s->spread = rng_between(&s->rng, 1, 100);
    cr_assert_eq(ev_init(&s->queue, CAPACITY), SIM_OK);
}

static bool is_before(const struct expected *a, const struct expected *b)
{
    if (a->at != b->at) {
        return a->at < b->at;
    }
    if (a->destination != b->destination) {
        return a->destination < b->destination;
    }
    if (a->source != b->source) {
        return a->source < b->source;
    }
    return a->sequence < b->sequence;
}

static uint32_t least_of(const struct story *s)
{
    uint32_t least = 0;
    for (uint32_t i = 1; i < s->count; i++) {
        if (is_before(&s->pending[i], &s->pending[least])) {
            least = i;
        }
    }
    return least;
}

static void story_push(struct story *s, struct expected event, enum ev_wait wait)
{
    struct ev_slot *slot = ev_push(&s->queue, event.at, event.destination, wait);
    cr_assert_not_null(slot, "seed %lu", s->seed);
    slot->source = event.source;
    slot->sequence = event.sequence;
    event.id = ev_name(&s->queue, slot);
    s->pending[s->count++] = event;
}

static void story_push_any(struct story *s)
{
    const uint32_t destination = (uint32_t)rng_below(&s->rng, 5);
    const uint32_t source = rng_below(&s->rng, 4) == 0 ? EV_SELF : (uint32_t)rng_below(&s->rng, 5);
    const enum ev_wait wait = rng_below(&s->rng, 2) == 0 ? EV_RISING : EV_ANY_ORDER;
    const sim_time delay = wait == EV_RISING && rng_below(&s->rng, 4) > 0
                               ? s->spread /* one constant delay, as links have */
                               : rng_between(&s->rng, 0, s->spread);
    story_push(s,
               (struct expected){.at = s->now + delay,
                                 .sequence = s->sequence++,
                                 .destination = destination,
                                 .source = source},
               wait);
}

static void story_pop(struct story *s)
{
    struct ev_fired fired;
    const uint32_t least = least_of(s);
    const struct expected want = s->pending[least];
    cr_assert(ev_pop(&s->queue, SIM_TIME_NEVER, &fired), "seed %lu", s->seed);
    cr_assert_eq(fired.at, want.at, "seed %lu", s->seed);
    cr_assert_eq(fired.destination, want.destination, "seed %lu", s->seed);
    cr_assert_eq(fired.slot->source, want.source, "seed %lu", s->seed);
    cr_assert_eq(fired.slot->sequence, want.sequence, "seed %lu", s->seed);
    cr_assert_not(ev_cancel(&s->queue, want.id), "fired is not pending; seed %lu", s->seed);
    s->now = fired.at;
    s->pending[least] = s->pending[--s->count];
}

static void story_cancel_any(struct story *s)
{
    const uint32_t victim = (uint32_t)rng_below(&s->rng, s->count);
    const ev_id id = s->pending[victim].id;
    cr_assert(ev_cancel(&s->queue, id), "seed %lu", s->seed);
    cr_assert_not(ev_cancel(&s->queue, id), "seed %lu", s->seed);
    s->pending[victim] = s->pending[--s->count];
}

Test(event, random_schedules_fire_in_the_order_of_a_sorted_list)
{
    static struct story s;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        story_begin(&s, seed);
        for (int step = 0; step < STEPS; step++) {
            const uint64_t dice = rng_below(&s.rng, 16);
            /* Cancelled slots stay taken until they are reached: leave room for them. */
            if (s.count == 0 || (dice < 8 && s.count < CAPACITY / 3)) {
                story_push_any(&s);
            } else if (dice == 8) {
                story_cancel_any(&s);
            } else {
                story_pop(&s);
            }
            cr_assert_eq(ev_count(&s.queue), s.count, "seed %lu", seed);
        }
        while (s.count > 0) {
            story_pop(&s);
        }
        struct ev_fired fired;
        cr_assert_not(ev_pop(&s.queue, SIM_TIME_NEVER, &fired), "seed %lu", seed);
        cr_assert_eq(ev_next_time(&s.queue), SIM_TIME_NEVER, "seed %lu", seed);
        ev_deinit(&s.queue);
    }
}

/* Pushes the same events in an order drawn from seed, and folds what fires into a number. */
static uint64_t digest_of_shuffle(uint64_t seed, uint32_t count)
{
    struct ev_queue q;
    struct rng r;
    uint32_t order[512];
    cr_assert_eq(ev_init(&q, count), SIM_OK);
    rng_init(&r, seed, 0, 0, RNG_TEST);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t other = (uint32_t)rng_below(&r, i + 1);
        order[i] = order[other];
        order[other] = i;
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t n = order[i];
        const enum ev_wait wait = rng_below(&r, 2) == 0 ? EV_RISING : EV_ANY_ORDER;
        struct ev_slot *slot = ev_push(&q, n % 7, n % 5, wait);
        slot->source = n % 3;
        slot->sequence = n;
    }
    uint64_t digest = 0;
    struct ev_fired fired;
    while (ev_pop(&q, SIM_TIME_NEVER, &fired)) {
        digest = digest * 31 + fired.slot->sequence;
    }
    ev_deinit(&q);
    return digest;
}

Test(event, the_order_does_not_depend_on_who_scheduled_first)
{
    const uint64_t digest = digest_of_shuffle(1, 512);
    for (uint64_t seed = 2; seed <= 200; seed++) {
        cr_assert_eq(digest_of_shuffle(seed, 512), digest, "seed %lu", seed);
    }
}

static ev_id push_plain(struct ev_queue *q, sim_time at, uint32_t destination, uint32_t source,
                        uint64_t sequence)
{
    struct ev_slot *slot = ev_push(q, at, destination, EV_ANY_ORDER);
    cr_assert_not_null(slot);
    slot->source = source;
    slot->sequence = sequence;
    return ev_name(q, slot);
}

static const struct ev_slot *pop_plain(struct ev_queue *q)
{
    struct ev_fired fired = {0};
    cr_assert(ev_pop(q, SIM_TIME_NEVER, &fired));
    return fired.slot;
}

Test(event, an_entitys_own_timer_comes_last_in_its_instant)
{
    struct ev_queue q;
    cr_assert_eq(ev_init(&q, 4), SIM_OK);
    (void)push_plain(&q, 5, 1, EV_SELF, 0);
    (void)push_plain(&q, 5, 1, 4000000000u, 9);
    (void)push_plain(&q, 5, 1, 2, 7);
    cr_assert_eq(pop_plain(&q)->source, 2);
    cr_assert_eq(pop_plain(&q)->source, 4000000000u);
    cr_assert_eq(pop_plain(&q)->source, EV_SELF);
    ev_deinit(&q);
}

Test(event, what_is_scheduled_for_the_instant_that_goes_on_takes_its_place_in_it)
{
    struct ev_queue q;
    cr_assert_eq(ev_init(&q, 8), SIM_OK);
    (void)push_plain(&q, 5, 1, 0, 0);
    (void)push_plain(&q, 5, 2, 0, 1);
    (void)push_plain(&q, 5, 3, 0, 2);
    cr_assert_eq(pop_plain(&q)->sequence, 0);
    (void)push_plain(&q, 5, 1, EV_SELF, 10);
    (void)push_plain(&q, 5, 3, EV_SELF, 11);
    (void)push_plain(&q, 5, 2, EV_SELF, 12);
    const uint64_t order[] = {10, 1, 12, 2, 11};
    for (size_t i = 0; i < 5; i++) {
        cr_assert_eq(pop_plain(&q)->sequence, order[i]);
    }
    ev_deinit(&q);
}

Test(event, a_stale_name_never_wakes_the_next_owner_of_a_slot)
{
    struct ev_queue q;
    cr_assert_eq(ev_init(&q, 2), SIM_OK);
    ev_id stale[1000];
    for (uint64_t i = 0; i < 1000; i++) {
        stale[i] = push_plain(&q, (sim_time)i, 0, 0, i);
        cr_assert_neq(stale[i], EV_NONE);
        for (uint64_t old = 0; old < i; old++) {
            cr_assert_not(ev_cancel(&q, stale[old]));
        }
        if (i % 3 == 0) {
            cr_assert(ev_cancel(&q, stale[i]));
            struct ev_fired fired;
            cr_assert_not(ev_pop(&q, SIM_TIME_NEVER, &fired));
        } else {
            cr_assert_eq(pop_plain(&q)->sequence, i);
        }
    }
    cr_assert_not(ev_cancel(&q, EV_NONE));
    ev_deinit(&q);
}

Test(event, a_cancelled_member_of_a_shared_instant_does_not_fire)
{
    struct ev_queue q;
    cr_assert_eq(ev_init(&q, 4), SIM_OK);
    (void)push_plain(&q, 5, 1, 0, 0);
    const ev_id victim = push_plain(&q, 5, 2, 0, 1);
    (void)push_plain(&q, 5, 3, 0, 2);
    cr_assert_eq(pop_plain(&q)->sequence, 0);
    cr_assert(ev_cancel(&q, victim), "ordered already, and still to be cancelled");
    cr_assert_eq(pop_plain(&q)->sequence, 2);
    cr_assert_eq(q.cancelled, 1);
    ev_deinit(&q);
}

/* Lane, heap and an instant that goes on: all of it moves into larger memory, many times over. */
Test(event, a_full_queue_grows_and_gives_everything_back_in_order)
{
    enum { COUNT = 100000 };
    struct ev_queue q;
    struct rng r;
    cr_assert_eq(ev_init(&q, 1), SIM_OK);
    rng_init(&r, 1, 0, 0, RNG_TEST);
    uint64_t pushed = 0;
    uint64_t popped = 0;
    sim_time rising = 0;
    struct ev_fired last = {0};
    while (pushed < COUNT) {
        for (int i = 0; i < 3; i++) {
            const bool rises = rng_below(&r, 2) == 0;
            rising += rng_between(&r, 0, 3);
            const sim_time now = (sim_time)q.last_time;
            const sim_time at =
                rises ? (rising > now ? rising : now) : now + rng_between(&r, 0, 50);
            struct ev_slot *slot = ev_push(&q, at, 0, rises ? EV_RISING : EV_ANY_ORDER);
            cr_assert_not_null(slot);
            slot->source = 0;
            slot->sequence = pushed;
            slot->arg = (uint32_t)pushed++;
        }
        struct ev_fired fired;
        cr_assert(ev_pop(&q, SIM_TIME_NEVER, &fired));
        cr_assert_geq(fired.at, last.at);
        last.at = fired.at;
        popped++;
    }
    struct ev_fired fired;
    while (ev_pop(&q, SIM_TIME_NEVER, &fired)) {
        cr_assert_geq(fired.at, last.at);
        last.at = fired.at;
        cr_assert_eq(fired.slot->arg, fired.slot->sequence);
        popped++;
    }
    cr_assert_eq(popped, pushed);
    cr_assert_geq(q.capacity, COUNT / 2);
    ev_deinit(&q);
}

/* What a handler reads of its own event while it schedules others. */
Test(event, the_firing_events_payload_stays_while_the_queue_grows)
{
    struct ev_queue q;
    cr_assert_eq(ev_init(&q, 1), SIM_OK);
    struct ev_slot *slot = ev_push(&q, 1, 0, EV_ANY_ORDER);
    cr_assert_not_null(slot);
    slot->source = 0;
    slot->sequence = 0;
    memset(slot->payload, 0x5a, sizeof slot->payload);
    const struct ev_slot *firing = pop_plain(&q);
    for (uint64_t i = 1; i <= 1000; i++) {
        (void)push_plain(&q, 2, 0, 0, i);
        for (size_t k = 0; k < sizeof firing->payload; k++) {
            cr_assert_eq(firing->payload[k], 0x5a);
        }
    }
    for (uint64_t i = 1; i <= 1000; i++) {
        cr_assert_eq(pop_plain(&q)->sequence, i);
    }
    ev_deinit(&q);
}

Test(event, a_name_is_good_after_the_queue_has_grown)
{
    struct ev_queue q;
    cr_assert_eq(ev_init(&q, 2), SIM_OK);
    const ev_id early = push_plain(&q, 10, 0, 0, 0);
    for (uint64_t i = 1; i <= 100; i++) {
        (void)push_plain(&q, 20, 0, 0, i);
    }
    cr_assert(ev_cancel(&q, early));
    cr_assert_not(ev_cancel(&q, early));
    cr_assert_eq(pop_plain(&q)->sequence, 1);
    ev_deinit(&q);
}

#ifdef HOST_MAY_REFUSE
Test(event, without_memory_a_push_says_so_and_changes_nothing)
{
    struct ev_queue q;
    cr_assert_eq(ev_init(&q, 100000), SIM_OK);
    for (uint64_t i = 0; i < 100000; i++) {
        (void)push_plain(&q, 10, 0, 0, i);
    }
    const struct rlimit nothing_more = {.rlim_cur = 1 << 20, .rlim_max = RLIM_INFINITY};
    cr_assert_eq(setrlimit(RLIMIT_AS, &nothing_more), 0);
    const bool refused =
        ev_push(&q, 10, 0, EV_ANY_ORDER) == NULL && ev_push(&q, 10, 0, EV_RISING) == NULL;
    const struct rlimit all = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    cr_assert_eq(setrlimit(RLIMIT_AS, &all), 0);
    cr_assert(refused);
    cr_assert_eq(ev_count(&q), 100000);
    cr_assert_eq(pop_plain(&q)->sequence, 0);
    (void)push_plain(&q, 10, 0, EV_SELF, 100000);
    for (uint64_t i = 1; i <= 100000; i++) {
        cr_assert_eq(pop_plain(&q)->sequence, i);
    }
    ev_deinit(&q);
}
#endif

Test(event, nothing_beyond_the_limit_of_time_is_taken)
{
    struct ev_queue q;
    struct ev_fired fired;
    cr_assert_eq(ev_init(&q, 4), SIM_OK);
    (void)push_plain(&q, 7, 0, 0, 0);
    cr_assert_eq(ev_next_time(&q), 7);
    cr_assert_not(ev_pop(&q, 6, &fired));
    cr_assert(ev_pop(&q, 7, &fired));
    (void)push_plain(&q, SIM_TIME_NEVER - 1, 0, 0, 1);
    cr_assert(ev_pop(&q, SIM_TIME_NEVER, &fired));
    cr_assert_eq(fired.at, SIM_TIME_NEVER - 1);
    ev_deinit(&q);
}

Test(event, an_instant_that_goes_on_waits_for_a_limit_of_time_that_lets_it)
{
    struct ev_queue q;
    struct ev_fired fired;
    cr_assert_eq(ev_init(&q, 4), SIM_OK);
    (void)push_plain(&q, 7, 0, 0, 0);
    (void)push_plain(&q, 7, 0, 0, 1);
    cr_assert_eq(pop_plain(&q)->sequence, 0);
    cr_assert_not(ev_pop(&q, 6, &fired));
    cr_assert_eq(ev_next_time(&q), 7);
    cr_assert_eq(pop_plain(&q)->sequence, 1);
    ev_deinit(&q);
}

Test(event, a_lane_that_runs_around_its_ring_keeps_its_order)
{
    struct ev_queue q;
    cr_assert_eq(ev_init(&q, 5), SIM_OK);
    uint64_t pushed = 0;
    uint64_t popped = 0;
    while (popped < 1000) {
        while (pushed < popped + 5) {
            struct ev_slot *slot = ev_push(&q, (sim_time)(pushed / 2), 0, EV_RISING);
            cr_assert_not_null(slot);
            slot->source = 0;
            slot->sequence = pushed++;
        }
        for (uint64_t n = 1 + popped % 4; n > 0; n--) {
            cr_assert_eq(pop_plain(&q)->sequence, popped++);
        }
    }
    ev_deinit(&q);
}

Test(event, a_heap_that_has_grown_to_any_size_gives_everything_back_in_order)
{
    for (uint32_t size = 1; size <= 300; size++) {
        struct ev_queue q;
        struct rng r;
        cr_assert_eq(ev_init(&q, size), SIM_OK);
        rng_init(&r, size, 0, 0, RNG_TEST);
        for (uint32_t i = 0; i < size; i++) {
            (void)push_plain(&q, rng_between(&r, 0, INT64_MAX - 1), 0, 0, i);
        }
        sim_time last = 0;
        struct ev_fired fired;
        uint32_t count = 0;
        while (ev_pop(&q, SIM_TIME_NEVER, &fired)) {
            cr_assert_geq(fired.at, last, "size %u", size);
            last = fired.at;
            count++;
        }
        cr_assert_eq(count, size);
        ev_deinit(&q);
    }
}

/* A queue that was emptied takes times before those that it has popped. */
Test(event, begins_at_time_0_again)
{
    struct ev_queue q;
    struct ev_fired fired;
    cr_assert_eq(ev_init(&q, 4), SIM_OK);
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 8; i++) {
            struct ev_slot *slot =
                ev_push(&q, 100 + 7 * (i % 5), i, i % 2 ? EV_RISING : EV_ANY_ORDER);
            cr_assert_not_null(slot);
            slot->source = i;
            slot->sequence = 0;
        }
        sim_time last = 0;
        unsigned popped = 0;
        while (ev_pop(&q, SIM_TIME_NEVER, &fired)) {
            cr_expect_geq(fired.at, last);
            last = fired.at;
            popped++;
        }
        cr_expect_eq(popped, 8);
        ev_restart(&q);
    }
    ev_deinit(&q);
}

/*
 * Whether a copy is lost is drawn from its name, so that a draw more or less, for a copy that
 * nobody counts, changes nothing else.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "tests/support/trial.h"

static const char lossy[] = "format: 1\nduration: 100 s\nvariants: [nimble]\nmesh: {loss: 5 %}\n";

static uint64_t digest_of(const struct world_observer *observer, struct world **world)
{
    struct trial t;
    trial_open(&t, "lossy.yaml", lossy, "nimble", 1, observer);
    if (world != NULL) {
        *world = t.world;
    }
    trial_run(&t);
    const uint64_t digest = world_digest(t.world);
    trial_close(&t);
    return digest;
}

static uint64_t extra;

static void draw_more(void *context, const struct world_event *event)
{
    const struct world *w = *(struct world **)context;
    const struct wire_message m = {.kind = WIRE_QUERY, .origin = event->node, .request = 1};
    extra += radio_loses(w, 0, event->at, 0, &m);
}

static void draw_nothing(void *context, const struct world_event *event)
{
    (void)context;
    (void)event;
}

Test(loss, a_draw_for_a_copy_that_nobody_counts_changes_nothing_else)
{
    struct world *world = NULL;
    const struct world_observer more = {.event = draw_more, .context = &world};
    const struct world_observer none = {.event = draw_nothing};
    const uint64_t digest = digest_of(NULL, NULL);
    cr_expect_eq(digest_of(&none, NULL), digest);
    cr_expect_eq(digest_of(&more, &world), digest);
    cr_expect_gt(extra, 0);
}

/* Asks for n messages that differ in one part of their names only. */
static unsigned lost_of(const struct world *w, unsigned n, int part)
{
    unsigned lost = 0;
    for (unsigned i = 0; i < n; i++) {
        const struct wire_message m = {
            .kind = WIRE_QUERY,
            .origin = part == 0 ? i : 7,
            .request = part == 1 ? i : 7,
            .destination = part == 2 ? i : 7,
            .epoch = part == 3 ? i : 7,
        };
        lost +=
            radio_loses(w, part == 4 ? i : 7, part == 5 ? (sim_time)i : 7, part == 6 ? i : 7, &m);
    }
    return lost;
}

Test(loss, as_many_are_lost_as_the_scenario_says_whatever_part_of_the_name_differs)
{
    struct trial t;
    trial_open(&t, "lossy.yaml", lossy, "nimble", 1, NULL);
    const double n = 100000;
    for (int part = 0; part < 7; part++) {
        const double lost = lost_of(t.world, (unsigned)n, part);
        cr_expect_lt(fabs(lost - 0.05 * n), 5 * sqrt(n * 0.05 * 0.95), "part %d: %g", part, lost);
    }
    trial_close(&t);
}

/*
 * The simulator passes messages as structs, the daemon as bytes. A second network of the same
 * cores, whose messages are encoded, carried and decoded, must want exactly what the simulated
 * one wants, event by event and byte by byte.
 */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "tests/support/random_scenario.h"
#include "tests/support/shadow.h"
#include "tests/support/trial.h"

/* Returns how many messages travelled as bytes. */
static uint64_t shadow_a_run(const char *text, const char *variant)
{
    struct trial t;
    struct shadow s;
    const struct world_observer observer = shadow_observer(&s);
    trial_open(&t, "shadow.yaml", text, variant, 1, &observer);
    shadow_init(&s, t.world);
    bool done = false;
    while (!done) {
        cr_assert_eq(world_run(t.world, 1, &done), SIM_OK);
        cr_assert(shadow_agrees(&s), "at %" PRId64 " ns: %s\n%s", t.world->engine.now, s.wrong,
                  text);
    }
    cr_assert(shadow_finish(&s), "%s\n%s", s.wrong, text);
    const uint64_t frames = s.frames;
    shadow_deinit(&s);
    trial_close(&t);
    return frames;
}

static const char factory[] = "format: 1\n"
                              "duration: 300 s\n"
                              "nodes: {cache: 6000 B}\n"
                              "taskset: {chains: 40, algorithms: 30}\n";

Test(shadow, the_factory_as_nimble_tasklets)
{
    cr_assert_gt(shadow_a_run(factory, "nimble"), 10000);
}

Test(shadow, the_factory_as_monolithic_tasklets)
{
    cr_assert_gt(shadow_a_run(factory, "monolithic"), 5000);
}

/* With every switch of the protocol, lost messages, and links of little bandwidth. */
Test(shadow, random_scenarios)
{
    uint64_t frames = 0;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct random_scenario r;
        random_scenario_init(&r, seed);
        char *forwarded = strstr(r.text, "hop_delay_on: forwarded");
        if (forwarded != NULL) { /* links that overtake themselves tell no order to the shadow */
            memcpy(forwarded, "hop_delay_on: every    ", strlen("hop_delay_on: forwarded"));
        }
        frames += shadow_a_run(r.text, "nimble");
        random_scenario_deinit(&r);
    }
    cr_assert_gt(frames, 100000);
}

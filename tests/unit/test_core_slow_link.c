/*
 * A link of one bit a second and binaries of a gibibyte: each of them takes 272 years, and a second
 * one behind it is due after the end of all countable time. It must wait there, not wrap around.
 */
#include <criterion/criterion.h>

#include "tests/support/trial.h"

Test(slow_link, what_would_arrive_behind_the_end_of_time_never_arrives)
{
    static const char text[] = "format: 1\nduration: 100 s\nvariants: [nimble]\n"
                               "mesh: {bandwidth: 1 bit/s}\nrobots: {count: 1, trigger: 8760 h}\n"
                               "taskset: {algorithms_per_chain: 0}\n";
    struct trial t;
    trial_open(&t, "slow.yaml", text, "nimble", 1, NULL);
    bool done;
    cr_assert_eq(world_run(t.world, 0, &done), SIM_OK); /* makes the world ready */
    const struct wire_message data = {
        .kind = WIRE_DATA, .origin = 0, .destination = 1, .size = UINT32_C(1) << 30};
    for (int i = 0; i < 8; i++) {
        transport_send(t.world, 0, 0, 0, &data);
    }
    trial_run(&t);
    cr_assert_eq(t.world->node[1].traffic.rx_bytes, 0);
    char wrong[256];
    cr_assert(world_audit(t.world, wrong, sizeof wrong), "%s", wrong);
    trial_close(&t);
}

/*
 * Neighbour-aware eviction on the line 1 - 0 - 2, driven at node 0: what it overhears, and what it
 * lets go for it. tests/support/hand.h shows the tasklets and how actions read.
 */
#include <criterion/criterion.h>

#include "models/nimblenet/core/policy.h"
#include "tests/support/hand.h"

static struct hand h;

/*
 * Holds 7 (100 B), 2 (50 B) and 3 (60 B) in 300 B, each used once, 7 first. Who they come from
 * is nobody's neighbour yet.
 */
static void start_in_a_network_of(uint32_t nodes)
{
    hand_init(&h);
    h.setup.node_count = nodes;
    h.setup.policy = &policy_neighbour;
    h.setup.cache_bytes = 300;
    hand_stock(&h, 0, 7);
    hand_stock(&h, 10000, 2);
    hand_stock(&h, 20000, 3);
}

static void start(void)
{
    start_in_a_network_of(HAND_NODES);
}

static void stop(void)
{
    hand_deinit(&h);
}

TestSuite(policy_neighbour, .init = start, .fini = stop);

static void pass(uint16_t port, struct wire_message m)
{
    (void)hand_frame(&h, 30000, port, &m);
}

static void searches(uint32_t origin, uint16_t port, uint32_t tasklet, uint8_t ttl)
{
    static uint32_t request = 100;
    pass(port, (struct wire_message){.kind = WIRE_QUERY,
                                     .ttl = ttl,
                                     .origin = origin,
                                     .destination = WIRE_EVERYONE,
                                     .tasklet = tasklet,
                                     .request = ++request});
}

/* From a node to another, through node 0 or to it. */
static void says(enum wire_kind kind, uint32_t origin, uint32_t destination, uint32_t tasklet,
                 enum wire_status status)
{
    pass(origin == 2 ? 1 : 0,
         (struct wire_message){.kind = (uint8_t)kind,
                               .status = (uint8_t)status,
                               .origin = origin,
                               .destination = destination,
                               .tasklet = tasklet,
                               .request = 9000, /* which nobody waits for at node 0 */
                               .size = status == WIRE_HERE ? 50 : 0});
}

/* Fetches tasklet 6 (150 B), for which at least 60 B must go; what did. */
static const char *fetch_six(void)
{
    (void)hand_call(&h, 40000, 1, 6);
    (void)hand_answer(&h, 40010, WIRE_HAVE, 1);
    return hand_answer(&h, 40020, WIRE_META_TELL, 1);
}

Test(policy_neighbour, without_a_word_of_neighbours_it_is_lfu)
{
    hand_did(fetch_six(), "evict 7, send get 6 to 1");
}

Test(policy_neighbour, what_a_neighbour_offers_goes_first)
{
    searches(2, 1, 5, 255);
    says(WIRE_HAVE, 2, 1, 3, WIRE_HERE);
    hand_did(fetch_six(), "evict 3, send get 6 to 1");
}

Test(policy_neighbour, what_is_sent_to_a_neighbour_goes_first)
{
    searches(2, 1, 2, 255);
    says(WIRE_DATA, 1, 2, 2, WIRE_HERE);
    hand_did(fetch_six(), "evict 2, evict 7, send get 6 to 1");
}

Test(policy_neighbour, what_it_sends_to_a_neighbour_itself_counts_as_well)
{
    searches(2, 1, 3, 255);
    says(WIRE_GET, 2, 0, 3, WIRE_HERE);
    hand_did(fetch_six(), "evict 3, send get 6 to 1");
}

Test(policy_neighbour, among_what_neighbours_hold_the_least_used_goes)
{
    searches(1, 0, 5, 255);
    searches(2, 1, 5, 255);
    says(WIRE_META_TELL, 1, 2, 3, WIRE_HERE);
    says(WIRE_META_TELL, 2, 1, 7, WIRE_HERE);
    (void)hand_call(&h, 31000, 1, 7); /* a second use */
    (void)hand_finish(&h, 31001);
    hand_did(fetch_six(), "evict 3, send get 6 to 1");
}

Test(policy_neighbour, who_searches_lacks_and_the_last_word_counts)
{
    searches(2, 1, 5, 255);
    says(WIRE_HAVE, 2, 1, 3, WIRE_HERE);
    searches(2, 1, 3, 255);
    hand_did(fetch_six(), "evict 7, send get 6 to 1");
}

Test(policy_neighbour, what_a_neighbour_has_lost_is_not_held)
{
    searches(2, 1, 5, 255);
    says(WIRE_HAVE, 2, 1, 3, WIRE_HERE);
    says(WIRE_DATA, 2, 1, 3, WIRE_GONE);
    hand_did(fetch_six(), "evict 7, send get 6 to 1");
}

Test(policy_neighbour, one_of_two_holders_is_enough)
{
    searches(1, 0, 5, 255);
    searches(2, 1, 5, 255);
    says(WIRE_HAVE, 2, 1, 3, WIRE_HERE);
    says(WIRE_HAVE, 1, 2, 3, WIRE_HERE);
    searches(2, 1, 3, 255);
    hand_did(fetch_six(), "evict 3, send get 6 to 1");
}

/* Its query had one hop less, or was a local one, which may be a global one's last hop. */
Test(policy_neighbour, who_is_further_away_is_no_neighbour)
{
    searches(2, 1, 5, 254);
    searches(2, 1, 5, 1);
    says(WIRE_HAVE, 2, 1, 3, WIRE_HERE);
    hand_did(fetch_six(), "evict 7, send get 6 to 1");
}

Test(policy_neighbour, the_registry_is_no_neighbour)
{
    says(WIRE_REGISTRY_TELL, HAND_REGISTRY, 2, 3, WIRE_HERE);
    says(WIRE_DATA, HAND_REGISTRY, 2, 3, WIRE_HERE);
    hand_did(fetch_six(), "evict 7, send get 6 to 1");
}

Test(policy_neighbour, words_of_foreign_tasklets_are_passed_on_unheard)
{
    searches(2, 1, HAND_TASKLETS, 255);
    says(WIRE_HAVE, 2, 1, UINT32_MAX, WIRE_HERE);
    hand_did(fetch_six(), "evict 7, send get 6 to 1");
}

Test(policy_neighbour, more_neighbours_than_are_known_are_strangers)
{
    stop();
    start_in_a_network_of(1100);
    for (uint32_t i = 0; i < 80; i++) {
        searches(1000 + i, 0, 5, 255);
    }
    searches(2, 1, 5, 255);
    says(WIRE_HAVE, 2, 1, 3, WIRE_HERE);
    hand_did(fetch_six(), "evict 7, send get 6 to 1");
}

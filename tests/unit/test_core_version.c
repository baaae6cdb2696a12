/* Versions of tasklets: their hashes, what news do to a node, and what old copies may still do. */
#include <criterion/criterion.h>
#include <string.h>

#include "models/nimblenet/core/version.h"
#include "tests/support/hand.h"

enum { TASKLET = 6 }; /* 150 B, calls nothing */

static uint32_t updates[HAND_TASKLETS];
static struct catalogue catalogue;
static struct hand hand;

static void set_up(void)
{
    updates[TASKLET] = 2;
    catalogue = hand_catalogue;
    catalogue.updates = updates;
    hand_init(&hand);
    hand.setup.catalogue = &catalogue;
    hand.setup.protocol.announces_updates = true;
}

static void clean_up(void)
{
    hand_deinit(&hand);
}

TestSuite(version, .init = set_up, .fini = clean_up);

static struct wire_message news(uint32_t version)
{
    return (struct wire_message){
        .kind = WIRE_NEWS,
        .ttl = 1,
        .origin = HAND_REGISTRY,
        .destination = WIRE_EVERYONE,
        .tasklet = TASKLET,
        .size = catalogue.tasklet[TASKLET].size_bytes,
        .hash = version_hash(&catalogue, TASKLET, version),
    };
}

Test(version, a_hash_tells_which_one_it_is)
{
    uint32_t version = 9;
    cr_assert_eq(version_hash(&catalogue, TASKLET, 0), catalogue.tasklet[TASKLET].hash);
    for (uint32_t v = 0; v <= 2; v++) {
        cr_assert(version_of(&catalogue, TASKLET, version_hash(&catalogue, TASKLET, v), &version));
        cr_assert_eq(version, v);
    }
    cr_assert_not(version_of(&catalogue, TASKLET, version_hash(&catalogue, TASKLET, 3), &version),
                  "there is none yet that is so new");
    cr_assert_not(version_of(&catalogue, 2, version_hash(&catalogue, 2, 1), &version),
                  "tasklet 2 is final");
}

Test(version, news_are_handed_on_once_and_an_old_copy_goes_when_it_is_wanted)
{
    hand_stock(&hand, 0, TASKLET);
    const struct wire_message m = news(1);
    hand_did(hand_frame(&hand, 10, 0, &m), "flood news 6 ttl 1 but port 0");
    hand_did(hand_frame(&hand, 11, 1, &m), "");
    cr_assert(cache_holds(&hand.node.cache, TASKLET), "nobody has wanted it yet");
    cr_assert(version_is_outdated(&hand.node, TASKLET));
    hand_did(hand_call(&hand, 20, 7, TASKLET), "evict 6, flood query 6 ttl 1");
    cr_assert_eq(hand.node.stats.outdated, 1);
}

Test(version, a_copy_that_is_known_to_be_old_is_not_offered)
{
    hand_stock(&hand, 0, TASKLET);
    struct wire_message query = {.kind = WIRE_QUERY,
                                 .ttl = 1,
                                 .origin = 2,
                                 .destination = WIRE_EVERYONE,
                                 .tasklet = TASKLET,
                                 .request = 1};
    hand_did(hand_frame(&hand, 5, 1, &query), "send have 6 to 2");
    const struct wire_message m = news(2);
    (void)hand_frame(&hand, 10, 0, &m);
    query.request = 2;
    hand_did(hand_frame(&hand, 15, 1, &query), "");
}

Test(version, a_copy_in_use_serves_once_more)
{
    (void)hand_call(&hand, 0, 1, TASKLET);
    (void)hand_answer(&hand, 1, WIRE_HAVE, 1);
    (void)hand_answer(&hand, 2, WIRE_META_TELL, 1);
    (void)hand_answer(&hand, 3, WIRE_DATA, 1);
    const struct wire_message m = news(1);
    (void)hand_frame(&hand, 10, 0, &m);
    hand_did(hand_call(&hand, 20, 2, TASKLET), "acquired 6 from cache 0, run 6 at 0");
    cr_assert_eq(hand.node.stats.outdated, 0);
}

Test(version, the_binary_that_comes_says_which_it_is)
{
    (void)hand_call(&hand, 0, 1, TASKLET);
    struct wire_message answer = hand_here(&hand, WIRE_HAVE, 1);
    answer.hash = version_hash(&catalogue, TASKLET, 2);
    (void)hand_frame(&hand, 1, 0, &answer);
    answer = hand_here(&hand, WIRE_META_TELL, 1);
    answer.hash = version_hash(&catalogue, TASKLET, 2);
    (void)hand_frame(&hand, 2, 0, &answer);
    answer = hand_here(&hand, WIRE_DATA, 1);
    answer.hash = version_hash(&catalogue, TASKLET, 3);
    (void)hand_frame(&hand, 3, 0, &answer);
    cr_assert_not(cache_holds(&hand.node.cache, TASKLET), "a hash of no version is a lie");
    answer.hash = version_hash(&catalogue, TASKLET, 2);
    (void)hand_frame(&hand, 4, 0, &answer);
    cr_assert_eq(cache_version(&hand.node.cache, TASKLET), 2);
}

/* ---- hot swaps ---- */

/* The answer to what the node asked last, of that version. */
static const char *answer_of(sim_time at_ms, enum wire_kind kind, uint32_t from, uint32_t version)
{
    struct wire_message m = hand_here(&hand, kind, from);
    m.hash = version_hash(&catalogue, TASKLET, version);
    return hand_frame(&hand, at_ms, 0, &m);
}

/* Call 1 runs version 0, and the news of version 1 have come. Its slot. */
static uint32_t run_and_hear(void)
{
    hand.setup.protocol.swap = NODE_SWAP_HOT;
    (void)hand_call(&hand, 0, 1, TASKLET);
    (void)hand_answer(&hand, 1, WIRE_HAVE, 1);
    (void)hand_answer(&hand, 2, WIRE_META_TELL, 1);
    hand_did(hand_answer(&hand, 3, WIRE_DATA, 1),
             "store 6, acquired 6 from neighbour 1, run 6 at 0");
    const struct wire_message m = news(1);
    (void)hand_frame(&hand, 10, 0, &m);
    return hand.slot;
}

Test(version, hot_a_new_version_is_taken_up_while_a_call_runs_and_the_old_one_ends_with_it)
{
    const uint32_t first = run_and_hear();
    hand_did(hand_call(&hand, 20, 2, TASKLET), "retire 6 version 0, flood query 6 ttl 1");
    (void)answer_of(21, WIRE_HAVE, 1, 1);
    (void)answer_of(22, WIRE_META_TELL, 1, 1);
    hand_did(answer_of(23, WIRE_DATA, 1, 1), "store 6, acquired 6 from neighbour 1, run 6 at 0");
    cr_assert_eq(cache_version(&hand.node.cache, TASKLET), 1);
    cr_assert_eq(hand.node.cache.used_bytes, 2 * catalogue.tasklet[TASKLET].size_bytes);
    const uint32_t second = hand.slot;
    hand_did(hand_call(&hand, 30, 3, TASKLET), "acquired 6 from cache 0, run 6 at 0");
    hand.slot = second;
    hand_did(hand_finish(&hand, 40), "answer 2 completed");
    hand.slot = first;
    hand_did(hand_finish(&hand, 50), "drop 6 version 0, answer 1 completed");
    cr_assert_eq(hand.node.cache.used_bytes, catalogue.tasklet[TASKLET].size_bytes);
    cr_assert_eq(hand.node.stats.retired, 1);
}

Test(version, hot_a_run_says_which_version_it_is)
{
    (void)run_and_hear();
    (void)hand_call(&hand, 20, 2, TASKLET);
    (void)answer_of(21, WIRE_HAVE, 1, 1);
    (void)answer_of(22, WIRE_META_TELL, 1, 1);
    (void)answer_of(23, WIRE_DATA, 1, 1);
    const struct node_action *last = &hand.actions.item[hand.actions.count - 1];
    cr_assert_eq(last->kind, NODE_RUN);
    cr_assert_eq(last->run.version, 1);
}

/* Tasklet 4 calls 5, and waits for it while a newer version of 4 comes. */
Test(version, hot_a_call_that_waited_for_a_sub_tasklet_goes_on_with_its_own_version)
{
    enum { CALLER = 4, CALLED = 5 };
    updates[CALLER] = 1;
    hand.setup.protocol.swap = NODE_SWAP_HOT;
    hand_stock(&hand, 0, CALLED);
    (void)hand_call(&hand, 100, 1, CALLER);
    (void)hand_answer(&hand, 101, WIRE_HAVE, 1);
    (void)hand_answer(&hand, 102, WIRE_META_TELL, 1);
    (void)hand_answer(&hand, 103, WIRE_DATA, 1);
    hand_did(hand_subcall(&hand, 104, CALLED), "acquired 5 from cache 0, run 5 at 1");
    const uint32_t first = hand.slot;
    struct wire_message m = news(1);
    m.tasklet = CALLER;
    m.hash = version_hash(&catalogue, CALLER, 1);
    (void)hand_frame(&hand, 105, 0, &m);
    hand_did(hand_call(&hand, 106, 2, CALLER), "retire 4 version 0, flood query 4 ttl 1");
    hand.slot = first;
    hand_did(hand_finish(&hand, 107), "resume 4 at 0");
    cr_assert_eq(hand.actions.item[0].kind, NODE_RESUME);
    cr_assert_eq(hand.actions.item[0].run.version, 0);
    hand_did(hand_finish(&hand, 108), "drop 4 version 0, answer 1 completed");
    updates[CALLER] = 0;
}

Test(version, hot_an_offer_of_an_older_version_is_refused_and_the_search_goes_on)
{
    (void)run_and_hear();
    (void)hand_call(&hand, 20, 2, TASKLET);
    hand_did(answer_of(21, WIRE_HAVE, 1, 0), "");
    cr_assert_eq(hand.node.stats.older, 1);
    hand_did(answer_of(22, WIRE_HAVE, 2, 1), "send meta ask 6 to 2");
}

Test(version, hot_a_binary_that_has_become_old_on_its_way_is_refused_and_costs_the_attempt)
{
    (void)run_and_hear();
    (void)hand_call(&hand, 20, 2, TASKLET);
    (void)answer_of(21, WIRE_HAVE, 1, 1);
    (void)answer_of(22, WIRE_META_TELL, 1, 1);
    const struct wire_message m = news(2);
    (void)hand_frame(&hand, 23, 1, &m);
    hand_did(answer_of(24, WIRE_DATA, 1, 1), "flood query 6 ttl 1");
    cr_assert_eq(hand.node.stats.older, 1);
    cr_assert_eq(hand.node.cache.claimed_bytes, 0);
    cr_assert_not(cache_holds(&hand.node.cache, TASKLET));
}

Test(version, hot_a_binary_tells_what_no_news_have_told)
{
    hand.setup.protocol.swap = NODE_SWAP_HOT;
    hand.setup.protocol.announces_updates = false;
    (void)hand_call(&hand, 0, 1, TASKLET);
    const struct wire_message first = hand.asked;
    (void)hand_call(&hand, 1, 2, TASKLET);
    const struct wire_message second = hand.asked;
    hand.asked = first;
    (void)answer_of(2, WIRE_HAVE, 1, 0);
    (void)answer_of(3, WIRE_META_TELL, 1, 0);
    hand_did(answer_of(4, WIRE_DATA, 1, 0), "store 6, acquired 6 from neighbour 1, run 6 at 0");
    hand.asked = second;
    (void)answer_of(5, WIRE_HAVE, 2, 1);
    (void)answer_of(6, WIRE_META_TELL, 2, 1);
    hand_did(answer_of(7, WIRE_DATA, 2, 1),
             "retire 6 version 0, store 6, acquired 6 from neighbour 2, run 6 at 0");
    cr_assert_eq(hand.node.newest[TASKLET], 1);
}

Test(version, hot_a_call_for_which_no_newer_one_comes_runs_the_old_one_once_more)
{
    const uint32_t first = run_and_hear();
    hand.setup.protocol.attempts = 1;
    (void)hand_call(&hand, 20, 2, TASKLET);
    const char *did = "";
    for (int i = 0; i < 4 && strstr(did, "run") == NULL; i++) {
        did = hand_timeout(&hand, hand_next_ms(&hand));
    }
    hand_did(did, "acquired 6 from cache 0, run 6 at 0");
    const uint32_t second = hand.slot;
    hand.slot = first;
    hand_did(hand_finish(&hand, 9000), "answer 1 completed");
    hand.slot = second;
    hand_did(hand_finish(&hand, 9001), "drop 6 version 0, answer 2 completed");
}

Test(version, hot_two_changes_during_one_call_leave_three_versions_side_by_side)
{
    const uint32_t first = run_and_hear();
    (void)hand_call(&hand, 20, 2, TASKLET);
    (void)answer_of(21, WIRE_HAVE, 1, 1);
    (void)answer_of(22, WIRE_META_TELL, 1, 1);
    (void)answer_of(23, WIRE_DATA, 1, 1);
    const uint32_t second = hand.slot;
    const struct wire_message m = news(2);
    (void)hand_frame(&hand, 24, 1, &m);
    hand_did(hand_call(&hand, 30, 3, TASKLET), "retire 6 version 1, flood query 6 ttl 1");
    (void)answer_of(31, WIRE_HAVE, 1, 2);
    (void)answer_of(32, WIRE_META_TELL, 1, 2);
    (void)answer_of(33, WIRE_DATA, 1, 2);
    cr_assert_eq(hand.node.cache.used_bytes, 3 * catalogue.tasklet[TASKLET].size_bytes);
    hand.slot = second;
    hand_did(hand_finish(&hand, 40), "drop 6 version 1, answer 2 completed");
    hand.slot = first;
    hand_did(hand_finish(&hand, 41), "drop 6 version 0, answer 1 completed");
}

Test(version, news_that_cannot_be_are_refused)
{
    struct wire_message m = news(3);
    hand_did(hand_frame(&hand, 1, 0, &m), "");
    m = news(1);
    m.origin = 2;
    hand_did(hand_frame(&hand, 2, 0, &m), "");
    m = news(1);
    m.tasklet = HAND_TASKLETS;
    hand_did(hand_frame(&hand, 3, 0, &m), "");
    cr_assert_eq(hand.node.stats.foreign, 3);
    cr_assert_eq(hand.node.newest[TASKLET], 0);
}

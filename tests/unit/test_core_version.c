/* Versions of tasklets: their hashes, what news do to a node, and what old copies may still do. */
#include <criterion/criterion.h>

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

/*
 * Where an acquisition's time went: frames told by hand, on four nodes in a row, each link 100 ms
 * long and each frame 7 ms in a node's hands.
 */
#include <criterion/criterion.h>

#include "models/nimblenet/delays.h"

enum { ASKER, BETWEEN, SOURCE, TASKLET = 3, REQUEST = 5, EPOCH = 1 };
#define HOP (100 * SIM_MS)
#define HANDS (7 * SIM_MS)
#define BEGUN SIM_S

struct chain {
    struct mesh mesh;
    struct delays delays;
    struct wire_message message;
    sim_time now; /* what has been told goes up to here */
};

static void begin(struct chain *c)
{
    const struct mesh_registries registry = {.at = &(uint32_t){SOURCE}, .count = 1};
    struct mesh_error error = {0, {0}};
    mesh_library_init();
    cr_assert_eq(mesh_init_grid(&c->mesh, 3, 1, &registry, &error), SIM_OK, "%s", error.text);
    cr_assert_eq(delays_init(&c->delays, &c->mesh, true), SIM_OK);
    c->now = BEGUN;
}

static void speak(struct chain *c, enum wire_kind kind, uint32_t origin, uint32_t destination)
{
    c->message = (struct wire_message){
        .kind = (uint8_t)kind,
        .origin = origin,
        .destination = destination,
        .tasklet = TASKLET,
        .request = REQUEST,
        .epoch = EPOCH,
    };
}

static uint32_t link_of(const struct mesh *m, uint32_t from, uint32_t to)
{
    uint32_t link = m->first[from];
    while (m->link[link].to != to) {
        cr_assert_lt(++link, m->first[from + 1]);
    }
    return link;
}

static void leaves(struct chain *c, uint32_t from, uint32_t to, uint32_t attempt, bool is_lost)
{
    const struct world_frame f = {
        .at = c->now,
        .kind = is_lost ? WORLD_EV_LOST : WORLD_EV_SENT,
        .link = link_of(&c->mesh, from, to),
        .attempt = attempt,
        .message = &c->message,
    };
    delays_note(&c->delays, &f);
}

static void comes(struct chain *c, uint32_t from, uint32_t to, uint32_t attempt, sim_time after,
                  sim_time chatter)
{
    const struct world_frame f = {
        .at = c->now + after,
        .kind = WORLD_EV_RECEIVED,
        .link = link_of(&c->mesh, from, to),
        .attempt = attempt,
        .message = &c->message,
        .handled_at = c->now + after + HANDS + chatter,
        .behind_chatter_ns = chatter,
    };
    delays_note(&c->delays, &f);
}

/* A hop without anything that delays it. */
static void goes(struct chain *c, uint32_t from, uint32_t to)
{
    leaves(c, from, to, 0, false);
    comes(c, from, to, 0, HOP, 0);
    c->now += HOP + HANDS;
}

/* The same, and the copy comes once more while its receiver has it in hands. */
static void goes_twice(struct chain *c, uint32_t from, uint32_t to)
{
    leaves(c, from, to, 0, false);
    leaves(c, from, to, WORLD_SECOND_COPY, false);
    comes(c, from, to, 0, HOP, 0);
    comes(c, from, to, WORLD_SECOND_COPY, HOP + HANDS / 2, HANDS);
    c->now += HOP + HANDS;
}

static struct delays_account end(struct chain *c)
{
    const struct node_acquisition detail = {
        .tasklet = TASKLET, .served = NODE_SERVED_GLOBAL, .source = SOURCE, .asked = BEGUN};
    const struct world_acquisition a = {.node = ASKER, .done = c->now, .detail = &detail};
    const struct delays_account account = delays_end(&c->delays, &c->mesh, &a);
    cr_expect_eq(account.hops, 2);
    cr_expect_eq(account.parts.resent_ns + account.parts.handling_ns +
                     account.parts.housekeeping_ns + account.travel_ns,
                 c->now - BEGUN);
    delays_deinit(&c->delays);
    mesh_deinit(&c->mesh);
    return account;
}

Test(delays, a_question_and_its_answer_travel_and_are_in_hands)
{
    struct chain c;
    begin(&c);
    speak(&c, WIRE_GET, ASKER, SOURCE);
    goes(&c, ASKER, BETWEEN);
    goes(&c, BETWEEN, SOURCE);
    speak(&c, WIRE_DATA, SOURCE, ASKER);
    goes(&c, SOURCE, BETWEEN);
    goes(&c, BETWEEN, ASKER);
    const struct delays_account account = end(&c);
    cr_expect_eq(account.parts.handling_ns, 4 * HANDS);
    cr_expect_eq(account.travel_ns, 4 * HOP);
}

Test(delays, what_was_lost_and_what_waits_for_housekeeping_is_told_apart)
{
    struct chain c;
    begin(&c);
    speak(&c, WIRE_GET, ASKER, SOURCE);
    leaves(&c, ASKER, BETWEEN, 0, true);
    c.now += 400 * SIM_MS;
    leaves(&c, ASKER, BETWEEN, 1, false);
    comes(&c, ASKER, BETWEEN, 1, HOP, 2 * SIM_MS);
    c.now += HOP + HANDS + 2 * SIM_MS;
    goes(&c, BETWEEN, SOURCE);
    speak(&c, WIRE_DATA, SOURCE, ASKER);
    goes(&c, SOURCE, BETWEEN);
    goes(&c, BETWEEN, ASKER);
    const struct delays_account account = end(&c);
    cr_expect_eq(account.parts.resent_ns, 400 * SIM_MS);
    cr_expect_eq(account.parts.housekeeping_ns, 2 * SIM_MS);
    cr_expect_eq(account.parts.handling_ns, 4 * HANDS);
    cr_expect_eq(account.travel_ns, 4 * HOP);
}

Test(delays, a_second_copy_changes_nothing)
{
    struct chain c;
    begin(&c);
    speak(&c, WIRE_GET, ASKER, SOURCE);
    goes_twice(&c, ASKER, BETWEEN);
    goes_twice(&c, BETWEEN, SOURCE);
    speak(&c, WIRE_DATA, SOURCE, ASKER);
    goes_twice(&c, SOURCE, BETWEEN);
    goes_twice(&c, BETWEEN, ASKER);
    const struct delays_account account = end(&c);
    cr_expect_eq(account.parts.handling_ns, 4 * HANDS);
    cr_expect_eq(account.parts.housekeeping_ns, 0);
    cr_expect_eq(account.parts.resent_ns, 0);
}

Test(delays, a_search_is_followed_to_its_holder_and_back)
{
    struct chain c;
    begin(&c);
    speak(&c, WIRE_QUERY, ASKER, WIRE_EVERYONE);
    goes_twice(&c, ASKER, BETWEEN);
    leaves(&c, BETWEEN, SOURCE, 0, true);
    c.now += 300 * SIM_MS;
    leaves(&c, BETWEEN, SOURCE, 1, false);
    comes(&c, BETWEEN, SOURCE, 1, HOP, 0);
    c.now += HOP + HANDS;
    speak(&c, WIRE_HAVE, SOURCE, ASKER);
    goes(&c, SOURCE, BETWEEN);
    goes_twice(&c, BETWEEN, ASKER);
    const struct delays_account account = end(&c);
    cr_expect_eq(account.parts.resent_ns, 300 * SIM_MS);
    cr_expect_eq(account.parts.handling_ns, 4 * HANDS);
    cr_expect_eq(account.travel_ns, 4 * HOP);
}

/*
 * What access point and daemon say to each other: all of it comes back as it was written, nothing
 * of it when a byte is missing or too many, and what no core could mean is refused.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "models/nimblenet/compose_work.h"
#include "models/nimblenet/real/cargo.h"
#include "models/nimblenet/real/grant.h"
#include "models/nimblenet/real/hold.h"
#include "models/nimblenet/real/outfit.h"
#include "models/nimblenet/real/release.h"
#include "sim/engine/digest.h"
#include "tests/support/runtime.h"
#include "tests/support/trial.h"

static unsigned char room[1 << 16];

static struct pack fresh(void)
{
    memset(room, 0xee, sizeof room);
    return (struct pack){.bytes = room, .room = sizeof room};
}

/* ---- numbers ---- */

Test(pack, what_does_not_fit_is_not_written_nor_what_follows)
{
    unsigned char bytes[6] = {9, 9, 9, 9, 9, 9};
    struct pack p = {.bytes = bytes, .room = 5};
    pack_u32(&p, 0x04030201);
    pack_u16(&p, 7);
    pack_u8(&p, 7);
    cr_expect(p.overflowed);
    cr_expect_eq(p.length, 4);
    cr_expect_eq(memcmp(bytes, "\1\2\3\4\11\11", 6), 0);
}

Test(pack, who_runs_out_reads_zeros)
{
    struct unpack u = {.bytes = (const unsigned char *)"\1\2\3", .length = 3};
    cr_expect_eq(unpack_u16(&u), 0x0201);
    cr_expect_eq(unpack_u64(&u), 0);
    cr_expect_eq(unpack_u8(&u), 0);
    cr_expect(u.ran_out && !unpack_is_whole(&u));
    cr_expect_eq(unpack_left(&u), 0);
}

/* ---- grants ---- */

static void expect_grant(const struct grant *g)
{
    struct pack p = fresh();
    struct grant back;
    grant_encode(&p, g);
    cr_assert(!p.overflowed);
    cr_assert_eq(grant_decode(room, p.length, &back), SIM_OK);
    cr_expect_eq(back.kind, g->kind);
    cr_expect_eq(back.number, g->number);
    cr_expect_eq(back.now, g->now);
    cr_expect_eq(memcmp(&back.event.kind, &g->event.kind, sizeof back.event.kind), 0);
    cr_expect_eq(back.event.slot, g->event.slot);
    cr_expect_eq(back.event.tasklet, g->event.tasklet);
    cr_expect_eq(back.event.port, g->event.port);
    cr_expect_eq(back.event.call_id, g->event.call_id);
    cr_expect_eq(memcmp(&back.past, &g->past, sizeof back.past), 0);
    cr_expect_eq(grant_decode(room, p.length - 1, &back),
                 g->kind == GRANT_SETUP ? SIM_OK : SIM_ERR_INVALID);
    cr_expect_eq(grant_decode(room, p.length + 1, &back),
                 g->kind == GRANT_SETUP ? SIM_OK : SIM_ERR_INVALID);
    room[0]++;
    cr_expect_eq(grant_decode(room, p.length, &back), SIM_ERR_INVALID, "another version");
}

Test(grant, each_comes_back_as_it_was_given)
{
    const struct grant grants[] = {
        {.kind = GRANT_SETUP, .number = 0, .setup_bytes = 10, .piece = room, .piece_bytes = 4},
        {.kind = GRANT_STEP,
         .number = UINT64_MAX,
         .now = 5 * SIM_S,
         .event = {.kind = NODE_CALL, .tasklet = 7, .call_id = 3}},
        {.kind = GRANT_STEP,
         .number = 9,
         .event = {.kind = NODE_EXEC_CALLS, .slot = 4, .tasklet = 2, .port = 8}},
        {.kind = GRANT_RESTART, .number = 1, .now = 1},
        {.kind = GRANT_LOOK, .number = 2, .now = SIM_TIME_NEVER},
        {.kind = GRANT_GO_ON, .number = 3},
        {.kind = GRANT_END, .number = 4},
        {.kind = GRANT_WORD, .number = 5, .slot = 17},
        {.kind = GRANT_BOOT,
         .number = 6,
         .now = 9 * SIM_S,
         .past = {.epoch = 3,
                  .stats = {.answers_late = 8, .answers_stray = UINT64_MAX},
                  .flood_forgotten = 2,
                  .cache_high_bytes = 30000}},
    };
    for (size_t i = 0; i < sizeof grants / sizeof grants[0]; i++) {
        expect_grant(&grants[i]);
    }
}

Test(grant, times_before_the_start_and_unknown_events_are_refused)
{
    struct grant g = {.kind = GRANT_STEP, .now = -1};
    struct pack p = fresh();
    grant_encode(&p, &g);
    cr_expect_eq(grant_decode(room, p.length, &g), SIM_ERR_INVALID);
    g = (struct grant){.kind = GRANT_STEP, .event.kind = (enum node_event_kind)(NODE_UPDATE + 1)};
    p = fresh();
    grant_encode(&p, &g);
    cr_expect_eq(grant_decode(room, p.length, &g), SIM_ERR_INVALID);
}

/* ---- actions ---- */

static const struct grant_bounds bounds = {.tasklets = 10, .nodes = 4, .calls_max = 8, .depth = 3};

static enum sim_status there_and_back(const struct node_action *a, struct node_action *back,
                                      struct node_acquisition *acquired)
{
    struct pack p = fresh();
    grant_put_action(&p, a);
    cr_assert(!p.overflowed && p.length <= GRANT_ACTION_MAX);
    struct unpack cut = {.bytes = room, .length = p.length - 1};
    if (p.length > 1) {
        cr_expect_eq(grant_take_action(&cut, &bounds, back, acquired), SIM_ERR_INVALID);
    }
    struct unpack u = {.bytes = room, .length = p.length};
    const enum sim_status status = grant_take_action(&u, &bounds, back, acquired);
    if (status == SIM_OK) {
        cr_expect(unpack_is_whole(&u));
    }
    return status;
}

Test(grant, actions_come_back)
{
    const struct node_acquisition q = {.call_id = 3,
                                       .tasklet = 9,
                                       .served = NODE_SERVED_REGISTRY,
                                       .source = 3,
                                       .attempts = 2,
                                       .evicted = 1,
                                       .asked = 7,
                                       .timed_out_ns = 8,
                                       .spent_ns = {1, 2, 3, 4, 5, 6, 7}};
    struct node_acquisition acquired;
    struct node_action back;
    const struct node_action run = {
        .kind = NODE_RUN, .run = {.call_id = 4, .slot = 7, .level = 2, .tasklet = 9, .version = 5}};
    cr_assert_eq(there_and_back(&run, &back, &acquired), SIM_OK);
    cr_expect(back.run.call_id == 4 && back.run.slot == 7 && back.run.level == 2 &&
              back.run.tasklet == 9 && back.run.version == 5);
    const struct node_action retired = {.kind = NODE_RETIRED,
                                        .binary = {.tasklet = 3, .version = 2}};
    cr_assert_eq(there_and_back(&retired, &back, &acquired), SIM_OK);
    cr_expect(back.binary.tasklet == 3 && back.binary.version == 2);
    const struct node_action had = {.kind = NODE_ACQUIRED, .acquired = &q};
    cr_assert_eq(there_and_back(&had, &back, &acquired), SIM_OK);
    cr_expect(acquired.call_id == q.call_id && acquired.tasklet == q.tasklet &&
              acquired.served == q.served && acquired.source == q.source &&
              acquired.attempts == q.attempts && acquired.evicted == q.evicted &&
              acquired.asked == q.asked && acquired.timed_out_ns == q.timed_out_ns &&
              memcmp(acquired.spent_ns, q.spent_ns, sizeof q.spent_ns) == 0);
    const struct node_action ended = {
        .kind = NODE_ANSWER,
        .answer = {.call_id = 1, .slot = POOL_NONE, .chain = 2, .outcome = NODE_REFUSED}};
    cr_assert_eq(there_and_back(&ended, &back, &acquired), SIM_OK);
    cr_expect(back.answer.slot == POOL_NONE && back.answer.outcome == NODE_REFUSED);
    const struct node_action stored = {.kind = NODE_STORED, .binary = {.tasklet = 0}};
    cr_assert_eq(there_and_back(&stored, &back, &acquired), SIM_OK);
}

Test(grant, actions_that_no_core_could_want_are_refused)
{
    struct node_acquisition q = {.tasklet = 10};
    struct node_acquisition acquired;
    struct node_action back;
    const struct node_action wrong[] = {
        {.kind = NODE_RUN, .run = {.slot = 8}},
        {.kind = NODE_RUN, .run = {.level = 3}},
        {.kind = NODE_RESUME, .run = {.tasklet = 10}},
        {.kind = NODE_EVICTED, .binary = {.tasklet = 10}},
        {.kind = NODE_DROPPED, .binary = {.tasklet = 10}},
        {.kind = NODE_ACQUIRED, .acquired = &q},
        {.kind = NODE_ANSWER, .answer = {.slot = 8}},
        {.kind = NODE_ANSWER, .answer = {.chain = 10}},
        {.kind = NODE_ANSWER, .answer = {.response_ns = -1}},
        {.kind = NODE_ANSWER, .answer = {.outcome = (enum node_outcome)(NODE_WENT_DOWN + 1)}},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_expect_eq(there_and_back(&wrong[i], &back, &acquired), SIM_ERR_INVALID, "%zu", i);
    }
    room[0] = NODE_ANSWER + 1;
    struct unpack u = {.bytes = room, .length = sizeof room};
    cr_expect_eq(grant_take_action(&u, &bounds, &back, &acquired), SIM_ERR_INVALID);
}

/* ---- figures ---- */

Test(grant, figures_come_back)
{
    struct grant_figures f = {
        .cache_bytes = 1, .stalled_since = SIM_TIME_NEVER, .held = 3, .undecodable = 9};
    struct grant_figures back;
    f.stats.evictions = 77;
    f.stats.queue_area_ns = UINT64_MAX;
    (void)strcpy(f.books, "a sum");
    struct pack p = fresh();
    grant_put_figures(&p, &f);
    struct unpack u = {.bytes = room, .length = p.length};
    cr_assert_eq(grant_take_figures(&u, &back), SIM_OK);
    cr_expect_eq(back.stats.evictions, 77);
    cr_expect_eq(back.stats.queue_area_ns, UINT64_MAX);
    cr_expect_eq(back.undecodable, 9);
    cr_expect_str_eq(back.books, "a sum");
    room[p.length - 1] = 'x'; /* a text without an end */
    u = (struct unpack){.bytes = room, .length = p.length};
    cr_expect_eq(grant_take_figures(&u, &back), SIM_ERR_INVALID);
}

Test(grant, a_words_states_have_no_more_memory_than_bytes)
{
    unsigned char bytes[64];
    for (uint64_t memory = 9; memory <= 11; memory++) {
        struct pack p = {.bytes = bytes, .room = sizeof bytes};
        const struct grant_word w = {
            .kind = NODE_EXEC_FINISHED, .state_bytes = 10, .state_memory_bytes = memory};
        struct grant_word back;
        grant_put_word(&p, &w);
        struct unpack u = {.bytes = bytes, .length = p.length};
        const enum sim_status status = grant_take_word(&u, &back);
        cr_expect_eq(status, memory > 10 ? SIM_ERR_INVALID : SIM_OK);
        cr_expect_eq(back.state_memory_bytes, memory);
    }
}

Test(grant, a_word_comes_back_and_is_one_of_an_executor)
{
    struct grant_word w = {.kind = NODE_EXEC_CALLS, .callee = 3, .instructions = 1};
    struct grant_word back;
    struct pack p = fresh();
    grant_put_word(&p, &w);
    struct unpack u = {.bytes = room, .length = p.length};
    cr_assert_eq(grant_take_word(&u, &back), SIM_OK);
    cr_expect(back.callee == 3 && back.instructions == 1 && unpack_is_whole(&u));
    room[0] = NODE_CALL;
    u = (struct unpack){.bytes = room, .length = p.length};
    cr_expect_eq(grant_take_word(&u, &back), SIM_ERR_INVALID);
}

/* ---- frames ---- */

static const struct wire_message data = {
    .kind = WIRE_DATA, .origin = 1, .destination = 2, .tasklet = 3, .size = 4, .hash = 5};

Test(grant, a_frame_carries_its_binary_and_what_is_longer_than_drawn)
{
    struct grant_frame f = {
        .envelope = {.number = 6, .port = 3},
        .message = data,
        .binary = (const unsigned char *)"abcdefg",
        .binary_bytes = 7,
    };
    struct grant_frame back;
    struct pack p = fresh();
    grant_put_frame(&p, &f);
    const size_t length = p.length;
    cr_assert_eq(length, GRANT_ENVELOPE_BYTES + WIRE_HEADER_BYTES + 7);
    cr_assert_eq(grant_take_frame(room, length, &back), SIM_OK);
    cr_expect_eq(back.binary_bytes, 7);
    cr_expect_eq(memcmp(back.binary, "abcdefg", 7), 0);
    cr_expect(back.envelope.number == 6 && back.envelope.port == 3 && !back.envelope.is_flood);
    cr_expect_eq(grant_take_frame(room, length - 4, &back), SIM_ERR_INVALID, "shorter than said");
    p = (struct pack){.bytes = room, .room = length - 1};
    grant_put_frame(&p, &f);
    cr_expect(p.overflowed);
}

Test(grant, a_message_without_a_binary_has_nothing_behind_it)
{
    struct grant_frame f = {.message = data};
    struct grant_frame back;
    f.message.kind = WIRE_GET;
    struct pack p = fresh();
    grant_put_frame(&p, &f);
    const size_t length = p.length;
    cr_assert_eq(grant_take_frame(room, length, &back), SIM_OK);
    cr_expect_null(back.binary);
    for (size_t cut = 0; cut < length; cut++) {
        cr_expect_eq(grant_take_frame(room, cut, &back), SIM_ERR_INVALID);
    }
    cr_expect_eq(grant_take_frame(room, length + 1, &back), SIM_ERR_INVALID);
}

/* ---- what is under way ---- */

Test(cargo, each_message_has_its_bytes_and_equal_ones_are_kept_once)
{
    struct cargo c = {.blob = NULL};
    struct wire_message m = data;
    cr_expect_null(cargo_find(&c, &m));
    for (uint32_t i = 0; i < 5000; i++) {
        m.request = i;
        unsigned char bytes[2] = {(unsigned char)(i % 3), 1};
        cr_assert_eq(cargo_put(&c, &m, bytes, 2), SIM_OK);
    }
    cr_expect_eq(c.blobs, 3);
    cr_expect_eq(c.bytes, 6);
    for (uint32_t i = 0; i < 5000; i++) {
        m.request = i;
        cr_assert_not_null(cargo_find(&c, &m));
        cr_assert_eq(cargo_find(&c, &m)->bytes[0], i % 3);
    }
    m.request = 7;
    cr_assert_eq(cargo_put(&c, &m, (const unsigned char *)"new", 3), SIM_OK);
    cr_expect_eq(cargo_find(&c, &m)->length, 3, "the latest counts");
    m.epoch++;
    cr_expect_null(cargo_find(&c, &m));
    cargo_deinit(&c);
}

/* ---- what is held ---- */

/* Against an array of arrays: whatever comes and goes, what is held is what was put there. */
Test(hold, binaries_come_and_go_in_one_stretch_of_memory)
{
    enum { TASKLETS = 20, LONGEST = 50, ROOM = 300 };
    unsigned char want[TASKLETS][LONGEST];
    size_t length[TASKLETS] = {0};
    size_t held = 0;
    uint64_t refused = 0;
    struct hold h;
    cr_assert_eq(hold_init(&h, TASKLETS, NULL, ROOM), SIM_OK);
    for (uint64_t i = 0; i < 20000; i++) {
        const uint64_t chance = digest_finish(digest_word(DIGEST_START, i));
        const uint32_t t = (uint32_t)(chance % TASKLETS);
        held -= length[t];
        length[t] = 0;
        hold_drop(&h, t);
        if (chance >> 8 & 1) {
            const size_t bytes = 1 + (size_t)(chance >> 16) % LONGEST;
            memset(want[t], (int)(chance >> 32 & 0xff), bytes);
            const bool fits = hold_put(&h, t, 0, want[t], bytes);
            cr_assert_eq(fits, bytes <= ROOM - held);
            length[t] = fits ? bytes : 0;
            held += length[t];
            refused += !fits;
        }
        unsigned char got[LONGEST];
        const uint32_t other = (uint32_t)(chance >> 40) % TASKLETS;
        cr_assert_eq(hold_copy(&h, other, 0, got, LONGEST), length[other]);
        cr_assert_eq(memcmp(got, want[other], length[other]), 0);
        cr_assert(length[other] == 0 || hold_copy(&h, other, 0, got, length[other] - 1) == 0);
    }
    cr_expect_gt(refused, 100);
    hold_drop_all(&h);
    cr_expect(hold_put(&h, 0, 0, want[0], LONGEST));
    hold_deinit(&h);
}

Test(hold, an_older_version_stays_beside_the_present_one_until_it_is_dropped)
{
    static const uint32_t updates[] = {0, 2};
    unsigned char got[8];
    struct hold h;
    cr_assert_eq(hold_init(&h, 2, updates, 16), SIM_OK);
    cr_assert(hold_put(&h, 1, 0, (const unsigned char *)"old", 3));
    cr_assert(hold_put(&h, 1, 2, (const unsigned char *)"newest", 6));
    cr_expect(hold_copy(&h, 1, 0, got, sizeof got) == 3 && memcmp(got, "old", 3) == 0);
    cr_expect_eq(hold_copy(&h, 1, 1, got, sizeof got), 0, "it never came");
    hold_drop_version(&h, 1, 0);
    cr_expect_eq(hold_copy(&h, 1, 0, got, sizeof got), 0);
    cr_expect(hold_copy(&h, 1, 2, got, sizeof got) == 6 && memcmp(got, "newest", 6) == 0);
    hold_drop(&h, 1);
    cr_expect_eq(hold_copy(&h, 1, 2, got, sizeof got), 0);
    hold_deinit(&h);
}

Test(release, a_version_says_of_itself_which_it_is)
{
    unsigned char bytes[8 + RELEASE_MOST] = "\0asm\1\0\0";
    for (uint32_t version = 0; version < 70000; version += 6999) {
        release_sign(bytes + 8, version);
        cr_expect_eq(release_of(bytes, 8 + release_extra(version)), version);
    }
    cr_expect_eq(release_of(bytes, 8), 0);
    cr_expect_eq(release_of(bytes, 3), 0);
}

/* ---- outfits ---- */

static void try_outfit(const char *text, const char *variant, bool executes)
{
    struct model_error error;
    struct compose_work w = {.outfit.instructions = 0};
    struct trial t;
    trial_prepare(&t, "outfit.yaml", text, variant, 1);
    const struct node_setup *s = &t.plan.setup;
    if (executes) {
        need_runtime();
        cr_assert_eq(compose_work_init(&w, &t.system, &t.plan, 1, &error), SIM_OK);
    }
    for (uint32_t node = 0; node < s->node_count; node++) {
        const uint16_t *route = &t.plan.world.mesh->next_port[(size_t)node * s->node_count];
        struct pack p = {.room = outfit_bytes(s, node, &w.outfit)};
        p.bytes = malloc(p.room);
        outfit_encode(&p, s, node, route, &w.outfit);
        cr_assert(!p.overflowed, "%s", text);
        struct outfit o;
        cr_assert_eq(outfit_decode(&o, p.bytes, p.length), SIM_OK, "%s", text);
        cr_expect_eq(o.self, node);
        cr_expect_eq(node_memory_bytes(&o.setup), node_memory_bytes(s));
        cr_expect_eq(memcmp(o.next_port, route, s->node_count * sizeof *route), 0);
        cr_expect_eq(o.setup.policy, s->policy);
        cr_expect_eq(o.work.binary != NULL, executes);
        if (executes) {
            const struct outfit_binary *b = &o.work.binary[3];
            cr_expect_str_eq(b->name, w.outfit.binary[3].name);
            cr_expect_eq(b->digest, w.outfit.binary[3].digest);
            cr_expect_eq(b->bytes != NULL, node == s->registry, "the registry's alone");
            cr_expect(b->bytes == NULL ||
                      memcmp(b->bytes, w.outfit.binary[3].bytes, b->length) == 0);
        }
        outfit_deinit(&o);
        for (size_t cut = 0; cut < p.length && node == 0; cut += 1 + cut / 64) {
            cr_expect_eq(outfit_decode(&o, p.bytes, cut), SIM_ERR_INVALID, "cut to %zu", cut);
        }
        free(p.bytes);
    }
    compose_work_deinit(&w);
    trial_begin(&t);
    trial_close(&t);
}

Test(outfit, comes_back_and_not_when_it_is_cut)
{
    try_outfit("format: 1\nduration: 60 s\n", "nimble", false);
    try_outfit("format: 1\nduration: 60 s\n", "nimble", true);
    try_outfit("format: 1\nduration: 60 s\nnodes: {eviction: belady}\n", "monolithic", false);
    try_outfit("format: 1\nduration: 60 s\nprotocol: {preload: parallel, coalesce: true}\n"
               "updates: {at: [10 s], algorithm: [1]}\n",
               "nimble", false);
}

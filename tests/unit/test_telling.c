/*
 * Acquisitions that are heard of out of order are told in order; and a run that is left in the
 * middle has told all of them.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "models/nimblenet/world/telling.h"
#include "tests/support/trial.h"

enum { NODES = 5, TOLD_MAX = 4096 };

struct heard {
    struct {
        sim_time done;
        uint64_t call_id;
        uint32_t node, tasklet;
    } told[TOLD_MAX];
    uint32_t count, failed;
};

static void hear(void *context, const struct world_acquisition *a)
{
    struct heard *h = context;
    cr_assert_lt(h->count, TOLD_MAX);
    h->told[h->count].done = a->done;
    h->told[h->count].node = a->node;
    h->told[h->count].call_id = a->call_id;
    h->told[h->count++].tasklet = a->detail->tasklet;
    h->failed += a->failed;
}

static struct world_observer hearing(struct heard *h)
{
    return (struct world_observer){.context = h, .acquisition = hear};
}

/* ---- what is kept ---- */

static void keep(struct telling *t, sim_time done, uint32_t node, uint64_t call_id)
{
    const struct node_acquisition detail = {.tasklet = (uint32_t)call_id + 7};
    const struct world_acquisition a = {
        .call_id = call_id, .node = node, .done = done, .detail = &detail};
    cr_assert_eq(telling_keep(t, &a), SIM_OK);
}

static struct telling *begin(void)
{
    struct telling *t;
    cr_assert_eq(telling_create(&t, NODES), SIM_OK);
    return t;
}

static void expect(const struct heard *h, uint32_t i, sim_time done, uint32_t node,
                   uint64_t call_id)
{
    cr_assert_lt(i, h->count);
    cr_expect_eq(h->told[i].done, done, "%u", i);
    cr_expect_eq(h->told[i].node, node, "%u", i);
    cr_expect_eq(h->told[i].call_id, call_id, "%u", i);
    cr_expect_eq(h->told[i].tasklet, call_id + 7, "%u", i);
}

Test(telling, goes_by_time_then_by_node_then_as_the_node_has_it)
{
    struct telling *t = begin();
    struct heard h = {.count = 0};
    const struct world_observer observer = hearing(&h);
    keep(t, 30, 4, 1);
    keep(t, 10, 2, 2);
    keep(t, 20, 2, 3);
    keep(t, 20, 2, 4);
    keep(t, 20, 0, 5);
    keep(t, 15, 3, 6);
    telling_tell(t, 30, &observer);
    cr_assert_eq(h.count, 6);
    expect(&h, 0, 10, 2, 2);
    expect(&h, 1, 15, 3, 6);
    expect(&h, 2, 20, 0, 5);
    expect(&h, 3, 20, 2, 3);
    expect(&h, 4, 20, 2, 4);
    expect(&h, 5, 30, 4, 1);
    telling_destroy(t);
}

Test(telling, keeps_what_others_may_still_precede)
{
    struct telling *t = begin();
    struct heard h = {.count = 0};
    const struct world_observer observer = hearing(&h);
    keep(t, 10, 4, 1);
    keep(t, 20, 4, 2);
    keep(t, 20, 1, 3);
    telling_tell(t, 19, &observer);
    cr_assert_eq(h.count, 1);
    expect(&h, 0, 10, 4, 1);
    telling_tell(t, 19, &observer);
    cr_assert_eq(h.count, 1, "told once");
    keep(t, 20, 0, 4);
    keep(t, 20, 4, 5);
    telling_tell(t, SIM_TIME_NEVER, &observer);
    cr_assert_eq(h.count, 5);
    expect(&h, 1, 20, 0, 4);
    expect(&h, 2, 20, 1, 3);
    expect(&h, 3, 20, 4, 2);
    expect(&h, 4, 20, 4, 5);
    telling_destroy(t);
}

Test(telling, takes_memory_for_as_many_as_are_kept_at_once)
{
    struct telling *t = begin();
    struct heard h = {.count = 0};
    const struct world_observer observer = hearing(&h);
    size_t bytes[3];
    for (uint32_t round = 0; round < 3; round++) {
        h.count = 0;
        for (uint32_t i = 0; i < 1000; i++) {
            keep(t, (sim_time)1000 * round + i, (i * 7) % NODES, i);
        }
        telling_tell(t, SIM_TIME_NEVER, &observer);
        cr_assert_eq(h.count, 1000);
        for (uint32_t i = 0; i < 1000; i++) {
            expect(&h, i, (sim_time)1000 * round + i, (i * 7) % NODES, i);
        }
        bytes[round] = telling_memory_bytes(t);
    }
    cr_expect_gt(bytes[0], 1000 * sizeof(struct node_acquisition));
    cr_expect_eq(bytes[1], bytes[0]);
    cr_expect_eq(bytes[2], bytes[0]);
    telling_destroy(t);
}

/* ---- a run that is left ---- */

/* Much happens at once: all times are multiples of the hop's, and algorithms take none. */
static const char text[] =
    "format: 1\nduration: 100 s\n"
    "robots: {count: 8, trigger: 2 s, chains: 5}\nmesh: {hop_delay: 50 ms}\n"
    "protocol: {local: {ttl: 1, timeout: 100 ms}, global: {ttl: 255, timeout: 250 ms}, "
    "request_timeout: 2 s}\n"
    "taskset: {chains: 10, algorithms: 8, chain_time: 50 ms, algorithm_time: 0 ms}\n"
    "execution: {load_time: 0 ms, resume_time: 0 ms}\n";

/* Runs up to an event, or to the end; and tells of each that the nodes count. */
static void run(struct heard *h, uint64_t events)
{
    struct trial t;
    const struct world_observer observer = hearing(h);
    *h = (struct heard){.count = 0};
    trial_open(&t, "text.yaml", text, "nimble", 1, &observer);
    cr_assert_not_null(t.world->telling, "words wait, and acquisitions are told");
    bool done;
    cr_assert_eq(world_run(t.world, events, &done), SIM_OK);
    world_close(t.world);
    uint64_t acquired = 0;
    for (uint32_t i = 0; i < t.world->spec.setup->node_count; i++) {
        const struct world_account a = world_account(t.world, i);
        for (uint32_t by = 0; by < NODE_SERVED_KINDS; by++) {
            acquired += a.served[by];
        }
    }
    cr_expect_eq(h->count - h->failed, acquired, "left behind %llu events",
                 (unsigned long long)events);
    trial_close(&t);
}

Test(telling, has_told_all_when_a_run_is_left)
{
    static struct heard whole, left;
    run(&whole, UINT64_MAX);
    cr_assert_gt(whole.count, 200);
    for (uint64_t events = 1; events < 200; events++) {
        run(&left, events);
        cr_assert_leq(left.count, whole.count);
        const sim_time end = left.count > 0 ? left.told[left.count - 1].done : 0;
        for (uint32_t i = 0; i < left.count && left.told[i].done < end; i++) {
            cr_expect_eq(memcmp(&left.told[i], &whole.told[i], sizeof left.told[i]), 0);
        }
    }
}

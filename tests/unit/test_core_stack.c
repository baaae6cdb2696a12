/*
 * How much stack a step takes, measured: the node runs in a thread whose stack was painted, and
 * what is no longer paint was used. However many calls one message moves, it is 2 kB at most.
 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/core/node.h"
#include "models/nimblenet/core/policy.h"

enum { CALLS = 10000, NEEDS = 60, STACK_BYTES = 4 << 20, PAINT = 0xa5 };

/* Code that is not optimised, or watched over, keeps more on the stack; it still must not grow. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
#define LIMIT_BYTES 32768u
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LIMIT_BYTES 32768u
#endif
#endif
#ifndef LIMIT_BYTES
#define LIMIT_BYTES 2048u
#endif

/* A chain and NEEDS sub-tasklets of which it calls the first; and a neighbour that has all. */
static struct tasklet tasklet[NEEDS + 1];
static uint32_t need[NEEDS];
static const struct catalogue catalogue = {.tasklet = tasklet,
                                           .count = NEEDS + 1,
                                           .call = need,
                                           .need = need,
                                           .need_max = NEEDS,
                                           .depth = 2};
static const uint16_t next_port[] = {NODE_NO_PORT, 0};

static struct node_setup setup;
static struct node node;
static struct wire_message asked; /* the last that the node asked */
static uint64_t runs, answers;
static size_t used_bytes; /* the most of all steps */

static void start(void)
{
    tasklet[0] =
        (struct tasklet){.size_bytes = 10, .call_count = 1, .need_count = NEEDS, .hash = 1};
    for (uint32_t i = 0; i < NEEDS; i++) {
        need[i] = i + 1;
        tasklet[i + 1] = (struct tasklet){.size_bytes = 10, .first_call = 1, .hash = i + 2};
    }
    setup = (struct node_setup){
        .catalogue = &catalogue,
        .policy = &policy_lfu,
        .protocol =
            {
                .attempts = 2,
                .local = {.ttl = 1, .timeout_ns = 100 * SIM_MS},
                .request_timeout_ns = SIM_S,
                .first_answer_wins = true,
                .deadline_accepts = true,
                .coalesce = true,
            },
        .node_count = 2,
        .registry = 1,
        .executors = 3,
        .calls_max = CALLS,
        .cache_bytes = 10 * (NEEDS + 1),
    };
}

TestSuite(stack, .init = start);

/* ---- a step on a painted stack ---- */

static void act(void *context, const struct node_action *action)
{
    (void)context;
    if (action->kind == NODE_SEND || action->kind == NODE_FLOOD) {
        asked = *action->send.message;
    }
    runs += action->kind == NODE_RUN;
    answers += action->kind == NODE_ANSWER;
}

struct errand {
    const struct node_event *event;
    sim_time now;
    unsigned char *here;
};

static void *step_there(void *argument)
{
    struct errand *errand = argument;
    errand->here = __builtin_frame_address(0); /* a local's address may be a sanitizer's heap's */
    const struct node_sink sink = {.act = act};
    const enum sim_status status = node_step(&node, errand->now, errand->event, &sink);
    return status == SIM_OK ? errand : NULL;
}

static void step(sim_time now, const struct node_event *event)
{
    void *stack = aligned_alloc(4096, STACK_BYTES);
    cr_assert_not_null(stack);
    memset(stack, PAINT, STACK_BYTES);
    struct errand errand = {.event = event, .now = now};
    pthread_attr_t attributes;
    pthread_t thread;
    void *done;
    cr_assert_eq(pthread_attr_init(&attributes), 0);
    cr_assert_eq(pthread_attr_setstack(&attributes, stack, STACK_BYTES), 0);
    cr_assert_eq(pthread_create(&thread, &attributes, step_there, &errand), 0);
    cr_assert_eq(pthread_join(thread, &done), 0);
    cr_assert_not_null(done);
    const unsigned char *deepest = stack;
    while (*deepest == PAINT) {
        deepest++;
    }
    const size_t used = (size_t)(errand.here - deepest);
    used_bytes = used > used_bytes ? used : used_bytes;
    (void)pthread_attr_destroy(&attributes);
    free(stack);
}

/* Steps before the one that counts, on the test's own stack. */
static void prepare(sim_time now, const struct node_event *event)
{
    const struct node_sink sink = {.act = act};
    cr_assert_eq(node_step(&node, now, event, &sink), SIM_OK);
}

/* ---- what moves many calls at once ---- */

static struct wire_message answer_of(enum wire_kind kind)
{
    return (struct wire_message){
        .kind = (uint8_t)kind,
        .origin = 1,
        .destination = 0,
        .tasklet = asked.tasklet,
        .request = asked.request,
        .context = asked.context,
        .size = tasklet[asked.tasklet].size_bytes,
        .hash = tasklet[asked.tasklet].hash,
    };
}

static void *calls_that_wait_for_one_chain(void)
{
    void *memory = calloc(1, node_memory_bytes(&setup));
    cr_assert_not_null(memory);
    node_init(&node, &setup, 0, next_port, memory);
    for (uint64_t id = 0; id < CALLS; id++) {
        prepare(0, &(struct node_event){.kind = NODE_CALL, .call_id = id, .tasklet = 0});
    }
    return memory;
}

static void bring_the_chain(void)
{
    const struct wire_message have = answer_of(WIRE_HAVE);
    step(1, &(struct node_event){.kind = NODE_FRAME, .frame = &have});
    const struct wire_message data = answer_of(WIRE_DATA);
    step(2, &(struct node_event){.kind = NODE_FRAME, .frame = &data});
}

static void hold_all_needs(void)
{
    for (uint32_t t = 1; t <= NEEDS; t++) {
        cache_insert_reserved(&node.cache, t);
        cache_release(&node.cache, t);
    }
}

static void used_little(void)
{
    cr_assert_null(node_audit(&node), "%s", node_audit(&node));
    cr_assert_leq(used_bytes, LIMIT_BYTES, "%zu bytes of stack", used_bytes);
    cr_assert_geq(used_bytes, 64u, "nothing was measured");
}

Test(stack, of_ten_thousand_calls_that_one_binary_wakes)
{
    void *memory = calls_that_wait_for_one_chain();
    bring_the_chain();
    cr_assert_eq(runs, 3);
    cr_assert_eq(node.queue_count, CALLS - 3);
    used_little();
    free(memory);
}

Test(stack, of_ten_thousand_calls_that_preload_in_sequence_what_is_cached)
{
    setup.protocol.preload = NODE_PRELOAD_SEQUENTIAL;
    void *memory = calls_that_wait_for_one_chain();
    hold_all_needs();
    bring_the_chain();
    cr_assert_eq(runs, 3);
    used_little();
    free(memory);
}

Test(stack, of_ten_thousand_calls_that_preload_in_parallel_what_is_cached)
{
    setup.protocol.preload = NODE_PRELOAD_PARALLEL;
    void *memory = calls_that_wait_for_one_chain();
    hold_all_needs();
    bring_the_chain();
    cr_assert_eq(runs, 3);
    used_little();
    free(memory);
}

/* Each of them asks for all its needs; where the network is silent, they fail one by one. */
Test(stack, of_ten_thousand_calls_that_fail)
{
    setup.protocol.preload = NODE_PRELOAD_PARALLEL;
    setup.protocol.attempts = 1;
    void *memory = calls_that_wait_for_one_chain();
    bring_the_chain();
    for (int round = 0; round < 5; round++) {
        step(node_next_timeout(&node), &(struct node_event){.kind = NODE_TIMEOUT});
    }
    cr_assert_gt(answers, 0);
    used_little();
    free(memory);
}

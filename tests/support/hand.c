#include "tests/support/hand.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/core/policy.h"

static const uint32_t call[] = {2, 3, 4, 5};
static const uint32_t need[] = {2, 3, 4, 5, 5};
static const struct tasklet tasklet[HAND_TASKLETS] = {
    {.size_bytes = 100, .first_call = 0, .call_count = 2, .need_count = 2, .hash = 0xa0},
    {.size_bytes = 100,
     .first_call = 2,
     .call_count = 1,
     .first_need = 2,
     .need_count = 2,
     .hash = 0xa1},
    {.size_bytes = 50, .first_call = 3, .first_need = 4, .hash = 0xa2},
    {.size_bytes = 60, .first_call = 3, .first_need = 4, .hash = 0xa3},
    {.size_bytes = 70,
     .first_call = 3,
     .call_count = 1,
     .first_need = 4,
     .need_count = 1,
     .hash = 0xa4},
    {.size_bytes = 80, .first_call = 4, .first_need = 5, .hash = 0xa5},
    {.size_bytes = 150, .first_call = 4, .first_need = 5, .hash = 0xa6},
    {.size_bytes = 100, .first_call = 4, .first_need = 5, .hash = 0xa7},
};
const struct catalogue hand_catalogue = {
    .tasklet = tasklet,
    .count = HAND_TASKLETS,
    .call = call,
    .need = need,
    .need_max = 2,
    .depth = 3,
};

/* Any further nodes lie behind port 0. */
static const uint16_t next_port[HAND_NODES_MAX] = {NODE_NO_PORT, 0, 1, 0};

void hand_init(struct hand *h)
{
    *h = (struct hand){
        .setup =
            {
                .catalogue = &hand_catalogue,
                .policy = &policy_lfu,
                .protocol =
                    {
                        .attempts = 5,
                        .local = {.ttl = 1, .timeout_ns = 100 * SIM_MS},
                        .global = {.ttl = 255, .timeout_ns = 500 * SIM_MS},
                        .request_timeout_ns = 5 * SIM_S,
                        .holder_forwards = true,
                        .first_answer_wins = true,
                        .deadline_accepts = true,
                        .metadata_exchange = true,
                        .fallback_exchange = true,
                    },
                .node_count = HAND_NODES,
                .registry = HAND_REGISTRY,
                .calls_max = 8,
                .cache_bytes = 10000,
            },
    };
}

/* The setup is the test's to change until the first event. */
static void make_ready(struct hand *h)
{
    if (h->is_ready) {
        return;
    }
    h->is_ready = true;
    h->memory = calloc(1, node_memory_bytes(&h->setup));
    cr_assert_not_null(h->memory);
    node_init(&h->node, &h->setup, 0, next_port, h->memory);
}

void hand_deinit(struct hand *h)
{
    free(h->memory);
    kept_deinit(&h->actions);
    *h = (struct hand){0};
}

/* ---- actions as text ---- */

SIM_PRINTF(2, 3)
static void write_text(struct hand *h, const char *format, ...)
{
    size_t length = strlen(h->text);
    if (length > 0) {
        cr_assert_lt(length + 2, sizeof h->text);
        memcpy(h->text + length, ", ", 3);
        length += 2;
    }
    va_list list;
    va_start(list, format);
    const int written = vsnprintf(h->text + length, sizeof h->text - length, format, list);
    va_end(list);
    cr_assert(written > 0 && (size_t)written < sizeof h->text - length);
}

static void write_flood(struct hand *h, const struct node_action *a)
{
    const struct wire_message *m = a->send.message;
    if (a->send.port == NODE_NO_PORT) {
        write_text(h, "flood %s %u ttl %u", wire_kind_name(m->kind), m->tasklet, m->ttl);
    } else {
        write_text(h, "flood %s %u ttl %u but port %u", wire_kind_name(m->kind), m->tasklet, m->ttl,
                   a->send.port);
    }
}

static void write_action(struct hand *h, const struct node_action *a)
{
    static const char *const served[] = {"cache", "neighbour", "global", "registry"};
    static const char *const outcome[] = {"completed", "failed", "refused", "trapped"};
    switch (a->kind) {
    case NODE_SEND:
        write_text(h, "send %s %u to %u", wire_kind_name(a->send.message->kind),
                   a->send.message->tasklet, a->send.message->destination);
        cr_assert_eq(a->send.port, next_port[a->send.message->destination]);
        break;
    case NODE_FLOOD:
        write_flood(h, a);
        break;
    case NODE_RUN:
        write_text(h, "run %u at %u", a->run.tasklet, a->run.level);
        h->slot = a->run.slot;
        break;
    case NODE_RESUME:
        write_text(h, "resume %u at %u", a->run.tasklet, a->run.level);
        h->slot = a->run.slot;
        break;
    case NODE_STORED:
        write_text(h, "store %u", a->binary.tasklet);
        break;
    case NODE_EVICTED:
        write_text(h, "evict %u", a->binary.tasklet);
        break;
    case NODE_RETIRED:
        write_text(h, "retire %u version %u", a->binary.tasklet, a->binary.version);
        break;
    case NODE_DROPPED:
        write_text(h, "drop %u version %u", a->binary.tasklet, a->binary.version);
        break;
    case NODE_WANTED: /* not a thing to do */
    case NODE_ATTEMPT_LOST:
        break;
    case NODE_ACQUIRED:
        write_text(h, "acquired %u from %s %u", a->acquired->tasklet, served[a->acquired->served],
                   a->acquired->source);
        break;
    case NODE_NOT_ACQUIRED:
        write_text(h, "not acquired %u", a->acquired->tasklet);
        break;
    case NODE_ANSWER:
        write_text(h, "answer %" PRIu64 " %s", a->answer.call_id, outcome[a->answer.outcome]);
        break;
    }
}

/* ---- events ---- */

static const char *step(struct hand *h, sim_time at_ms, const struct node_event *ev)
{
    make_ready(h);
    kept_clear(&h->actions);
    h->text[0] = '\0';
    const struct node_sink sink = kept_sink(&h->actions);
    cr_assert_eq(node_step(&h->node, at_ms * SIM_MS, ev, &sink), SIM_OK);
    for (uint32_t i = 0; i < h->actions.count; i++) {
        const struct node_action *a = &h->actions.item[i];
        if ((a->kind == NODE_SEND || a->kind == NODE_FLOOD) && a->send.message->origin == 0) {
            h->asked = *a->send.message;
        }
        write_action(h, a);
    }
    const char *wrong = node_audit(&h->node);
    cr_assert_null(wrong, "%s", wrong);
    return h->text;
}

const char *hand_call(struct hand *h, sim_time at_ms, uint64_t call_id, uint32_t chain)
{
    const struct node_event ev = {.kind = NODE_CALL, .call_id = call_id, .tasklet = chain};
    return step(h, at_ms, &ev);
}

const char *hand_timeout(struct hand *h, sim_time at_ms)
{
    return step(h, at_ms, &(struct node_event){.kind = NODE_TIMEOUT});
}

const char *hand_finish(struct hand *h, sim_time at_ms)
{
    return step(h, at_ms, &(struct node_event){.kind = NODE_EXEC_FINISHED, .slot = h->slot});
}

const char *hand_subcall(struct hand *h, sim_time at_ms, uint32_t callee)
{
    const struct node_event ev = {.kind = NODE_EXEC_CALLS, .slot = h->slot, .tasklet = callee};
    return step(h, at_ms, &ev);
}

const char *hand_trap(struct hand *h, sim_time at_ms)
{
    return step(h, at_ms, &(struct node_event){.kind = NODE_EXEC_TRAPPED, .slot = h->slot});
}

const char *hand_frame(struct hand *h, sim_time at_ms, uint16_t port, const struct wire_message *m)
{
    return step(h, at_ms, &(struct node_event){.kind = NODE_FRAME, .port = port, .frame = m});
}

/* ---- answers ---- */

struct wire_message hand_gone(const struct hand *h, enum wire_kind kind, uint32_t from)
{
    return (struct wire_message){
        .kind = (uint8_t)kind,
        .status = WIRE_GONE,
        .origin = from,
        .destination = 0,
        .tasklet = h->asked.tasklet,
        .request = h->asked.request,
        .context = h->asked.context,
        .epoch = h->asked.epoch,
    };
}

struct wire_message hand_here(const struct hand *h, enum wire_kind kind, uint32_t from)
{
    struct wire_message m = hand_gone(h, kind, from);
    m.status = WIRE_HERE;
    m.size = tasklet[m.tasklet].size_bytes;
    m.hash = tasklet[m.tasklet].hash;
    return m;
}

const char *hand_answer(struct hand *h, sim_time at_ms, enum wire_kind kind, uint32_t from)
{
    const struct wire_message m = hand_here(h, kind, from);
    return hand_frame(h, at_ms, 0, &m);
}

const char *hand_deny(struct hand *h, sim_time at_ms, enum wire_kind kind, uint32_t from)
{
    const struct wire_message m = hand_gone(h, kind, from);
    return hand_frame(h, at_ms, 0, &m);
}

/* By the calls that nothing but a tasklet without sub-tasklets makes; any protocol will do. */
void hand_stock(struct hand *h, sim_time at_ms, uint32_t stocked)
{
    (void)hand_call(h, at_ms, UINT64_MAX, stocked);
    for (int answers = 0; strstr(h->text, "run ") == NULL; answers++) {
        cr_assert_lt(answers, 3, "have, meta tell and data do not bring tasklet %u", stocked);
        switch ((enum wire_kind)h->asked.kind) {
        case WIRE_QUERY:
            (void)hand_answer(h, at_ms, WIRE_HAVE, 1);
            break;
        case WIRE_META_ASK:
            (void)hand_answer(h, at_ms, WIRE_META_TELL, 1);
            break;
        case WIRE_GET:
            (void)hand_answer(h, at_ms, WIRE_DATA, 1);
            break;
        case WIRE_HAVE:
        case WIRE_REGISTRY_ASK:
        case WIRE_REGISTRY_TELL:
        case WIRE_META_TELL:
        case WIRE_DATA:
        case WIRE_NEWS:
            cr_assert_fail("a search that found its tasklet goes on with %s",
                           wire_kind_name(h->asked.kind));
        }
    }
    hand_did(hand_finish(h, at_ms), "answer 18446744073709551615 completed");
}

sim_time hand_next_ms(const struct hand *h)
{
    const sim_time next = node_next_timeout(&h->node);
    return next == SIM_TIME_NEVER ? -1 : next / SIM_MS;
}

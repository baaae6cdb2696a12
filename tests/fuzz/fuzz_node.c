/*
 * Any bytes as a node's life: the first few choose the protocol, the others are events with
 * time steps between them. Whatever comes, the node's books agree behind every step, and what it
 * sends can be read.
 *
 * The driver keeps its own duties (time never falls, frames are those that wire_decode() lets
 * in); all else is the input's, the executor's lies among it.
 */
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/core/node.h"
#include "models/nimblenet/core/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SELF, NODES = 4, REGISTRY = 3, TASKLETS = 7, CALLS = 4, PORTS = 2, PAYLOAD_MAX = 256 };

/* 0 calls 2, 3 and 2 again; 1 calls 4, which calls 5; 6 calls nothing. */
static const uint32_t call[] = {2, 3, 2, 4, 5};
static const uint32_t need[] = {2, 3, 4, 5, 5};
static const struct tasklet tasklet[TASKLETS] = {
    {.size_bytes = 40, .first_call = 0, .call_count = 3, .first_need = 0, .need_count = 2},
    {.size_bytes = 30, .first_call = 3, .call_count = 1, .first_need = 2, .need_count = 2},
    {.size_bytes = 20, .first_call = 4, .first_need = 4, .hash = 2},
    {.size_bytes = 30, .first_call = 4, .first_need = 4, .hash = 3},
    {.size_bytes = 20, .first_call = 4, .call_count = 1, .first_need = 4, .need_count = 1},
    {.size_bytes = 25, .first_call = 5, .first_need = 5, .hash = 5},
    {.size_bytes = 60, .first_call = 5, .first_need = 5, .hash = 6},
};
static const struct catalogue catalogue = {
    .tasklet = tasklet, .count = TASKLETS, .call = call, .need = need, .need_max = 2, .depth = 3};
static const uint16_t next_port[NODES] = {NODE_NO_PORT, 0, 1, 0};

/* Where each call's tasklets have got to, as an executor would know. */
struct running {
    bool speaks;
    uint32_t level;
    uint32_t tasklet[3], calls_made[3];
};

struct life {
    const uint8_t *data;
    size_t left;
    struct node_setup setup;
    struct node node;
    struct running running[CALLS];
    void *memory;
    struct wire_message asked;
    sim_time now;
    uint64_t calls;
};

static uint8_t byte(struct life *l)
{
    if (l->left == 0) {
        return 0;
    }
    l->left--;
    return *l->data++;
}

static void choose_protocol(struct life *l)
{
    /* All but belady, which wants to know a future. */
    const struct cache_policy *const policy[] = {
        &policy_lfu, &policy_lru,  &policy_lfu_history, &policy_lfu_aging,
        &policy_arc, &policy_gdsf, &policy_neighbour,
    };
    const size_t policies = sizeof policy / sizeof policy[0];
    const uint8_t a = byte(l);
    const uint8_t b = byte(l);
    const uint8_t c = byte(l);
    l->setup = (struct node_setup){
        .catalogue = &catalogue,
        .policy = policy[a % policies],
        .protocol =
            {
                .attempts = 1 + b % 5,
                .local = {.ttl = c & 1, .timeout_ns = (c & 2) ? 100 * SIM_MS : 0},
                .global = {.ttl = (c & 4) ? 255 : 0, .timeout_ns = (c & 8) ? 500 * SIM_MS : 0},
                .request_timeout_ns = 1000 * SIM_MS,
                .flood_back = (b & 128) != 0,
                .holder_forwards = (b & 64) != 0,
                .registry_answers = (b & 32) != 0,
                .first_answer_wins = (b & 16) != 0,
                .deadline_accepts = (b & 8) != 0,
                .metadata_exchange = (c & 16) != 0,
                .fallback_exchange = (c & 32) != 0,
                .coalesce = (c & 64) != 0,
                .no_room = (c & 128) ? NODE_ROOM_WAIT : NODE_ROOM_RETRY,
                .preload = (enum node_preload)(a / 3 % 3),
                .order = (a & 64) ? NODE_ORDER_YIELD : NODE_ORDER_FIFO,
            },
        .node_count = NODES,
        .registry = REGISTRY,
        .executors = a >> 6,
        .calls_max = CALLS,
        .cache_bytes = 70u + byte(l),
    };
}

/* ---- what the node wants ---- */

static void can_be_read(const struct wire_message *m)
{
    unsigned char bytes[WIRE_HEADER_BYTES + PAYLOAD_MAX] = {0};
    struct wire_message back;
    const unsigned char *payload;
    wire_encode(m, bytes);
    ASSERT(wire_length(m) <= sizeof bytes);
    ASSERT(wire_decode(bytes, (size_t)wire_length(m), &back, &payload) == SIM_OK);
}

static void note_run(struct life *l, const struct node_action *a)
{
    struct running *r = &l->running[a->run.slot];
    ASSERT(a->run.slot < CALLS && a->run.level < 3 && !r->speaks);
    if (a->kind == NODE_RUN) {
        r->calls_made[a->run.level] = 0;
    }
    r->speaks = true;
    r->level = a->run.level;
    r->tasklet[a->run.level] = a->run.tasklet;
}

static void carry_out(void *context, const struct node_action *a)
{
    struct life *l = context;
    if ((a->kind == NODE_SEND || a->kind == NODE_FLOOD) && a->send.message->origin == SELF) {
        l->asked = *a->send.message;
    }
    switch (a->kind) {
    case NODE_SEND:
        ASSERT(a->send.port < PORTS);
        can_be_read(a->send.message);
        break;
    case NODE_FLOOD:
        ASSERT(a->send.port < PORTS || a->send.port == NODE_NO_PORT);
        can_be_read(a->send.message);
        break;
    case NODE_RUN:
    case NODE_RESUME:
        note_run(l, a);
        break;
    case NODE_STORED:
    case NODE_EVICTED:
    case NODE_RETIRED:
    case NODE_DROPPED:
    case NODE_WANTED:
    case NODE_ATTEMPT_LOST:
        ASSERT(a->binary.tasklet < TASKLETS);
        break;
    case NODE_ACQUIRED:
    case NODE_NOT_ACQUIRED:
        ASSERT(a->acquired->tasklet < TASKLETS);
        break;
    case NODE_ANSWER:
        if (a->answer.slot != POOL_NONE) {
            l->running[a->answer.slot].speaks = false;
        }
        break;
    }
}

static void step(struct life *l, const struct node_event *ev)
{
    const struct node_sink sink = {.act = carry_out, .context = l};
    ASSERT(node_step(&l->node, l->now, ev, &sink) == SIM_OK);
    ASSERT(node_audit(&l->node) == NULL);
}

/* ---- what happens to it ---- */

static void time_passes(struct life *l)
{
    const uint8_t by = byte(l);
    l->now += by * 10 * SIM_MS;
    if (node_next_timeout(&l->node) <= l->now || (by & 1) != 0) {
        step(l, &(struct node_event){.kind = NODE_TIMEOUT});
    }
}

static void robot_calls(struct life *l)
{
    const uint8_t which = byte(l);
    const struct node_event ev = {
        .kind = NODE_CALL,
        .call_id = l->calls++,
        .tasklet = which < 250 ? which % TASKLETS : which,
    };
    step(l, &ev);
}

/* A word of a call that runs, or does not; the tasklet that it names may be any. */
static void executor_lies(struct life *l)
{
    static const enum node_event_kind words[] = {NODE_EXEC_CALLS, NODE_EXEC_FINISHED,
                                                 NODE_EXEC_TRAPPED};
    const uint8_t word = byte(l);
    const uint8_t slot = byte(l);
    const struct node_event ev = {
        .kind = words[word % 3],
        .slot = slot < 250 ? slot % (CALLS + 2) : UINT32_MAX - slot,
        .tasklet = word / 3 < 80 ? word / 3 % (TASKLETS + 2) : UINT32_MAX - word,
    };
    const bool speaks = ev.slot < CALLS && l->running[ev.slot].speaks;
    if (speaks) {
        l->running[ev.slot].speaks = false;
        step(l, &ev);
        return;
    }
    const uint64_t refused = l->node.stats.foreign;
    const struct node_sink sink = {.act = carry_out, .context = l};
    ASSERT(node_step(&l->node, l->now, &ev, &sink) == SIM_ERR_INVALID);
    ASSERT(l->node.stats.foreign == refused + 1 && node_audit(&l->node) == NULL);
}

/* The node forgets all but the number of its boot. */
static void node_boots(struct life *l)
{
    const uint32_t epoch = l->node.epoch;
    memset(l->memory, 0, node_memory_bytes(&l->setup));
    memset(l->running, 0, sizeof l->running);
    node_init(&l->node, &l->setup, SELF, next_port, l->memory);
    node_set_epoch(&l->node, epoch + 1);
}

static void executor_speaks(struct life *l)
{
    const uint8_t word = byte(l);
    const uint32_t slot = word % CALLS;
    struct running *r = &l->running[slot];
    if (!r->speaks) {
        return;
    }
    r->speaks = false;
    struct node_event ev = {.kind = NODE_EXEC_FINISHED, .slot = slot};
    const struct tasklet *t = &tasklet[r->tasklet[r->level]];
    if (word >= 250) {
        ev.kind = NODE_EXEC_TRAPPED;
    } else if (r->calls_made[r->level] < t->call_count) {
        ev.kind = NODE_EXEC_CALLS;
        ev.tasklet = call[t->first_call + r->calls_made[r->level]++];
    }
    step(l, &ev);
}

/* The bytes of a message as they are, or made to look like one that is addressed to the node. */
static void frame_arrives(struct life *l, bool is_sound)
{
    unsigned char bytes[WIRE_HEADER_BYTES + PAYLOAD_MAX] = {0};
    for (size_t i = 0; i < WIRE_HEADER_BYTES; i++) {
        bytes[i] = byte(l);
    }
    if (is_sound) {
        bytes[0] = WIRE_VERSION;
        memset(bytes + 5, 0, 3);
        memset(bytes + 8, bytes[1] == WIRE_QUERY ? 0xff : 0, 4);
        bytes[3] = bytes[1] == WIRE_QUERY ? bytes[3] | 1 : 0;
    }
    const size_t payload = bytes[40] | (size_t)bytes[41] << 8;
    struct wire_message m;
    const unsigned char *binary;
    if (payload <= PAYLOAD_MAX &&
        wire_decode(bytes, WIRE_HEADER_BYTES + payload, &m, &binary) == SIM_OK) {
        step(l, &(struct node_event){.kind = NODE_FRAME, .port = byte(l) % PORTS, .frame = &m});
    }
}

/* What an honest node would say to the last request; or, by its bits, nearly so. */
static void answer_arrives(struct life *l)
{
    static const enum wire_kind answer_to[WIRE_KINDS] = {
        [WIRE_QUERY] = WIRE_HAVE,
        [WIRE_REGISTRY_ASK] = WIRE_REGISTRY_TELL,
        [WIRE_META_ASK] = WIRE_META_TELL,
        [WIRE_GET] = WIRE_DATA,
    };
    const uint8_t how = byte(l);
    const struct wire_message *q = &l->asked;
    if (answer_to[q->kind] == 0) {
        return;
    }
    const bool gone = (how & 4) != 0 && q->kind != WIRE_QUERY;
    struct wire_message m = {
        .kind = (uint8_t)answer_to[q->kind],
        .status = gone ? WIRE_GONE : WIRE_HERE,
        .origin = q->kind == WIRE_QUERY ? how & 3 : q->destination,
        .destination = SELF,
        .tasklet = q->tasklet,
        .request = q->request - (how >> 6 & 1),
        .context = q->context ^ (how >> 7),
        .epoch = q->epoch,
        .size = gone ? 0 : tasklet[q->tasklet].size_bytes + (how >> 4 & 1),
        .hash = gone ? 0 : tasklet[q->tasklet].hash,
    };
    step(l, &(struct node_event){.kind = NODE_FRAME, .port = how >> 5 & 1, .frame = &m});
}

static void live(struct life *l)
{
    while (l->left > 0) {
        switch (byte(l) % 8) {
        case 0:
            time_passes(l);
            break;
        case 1:
            robot_calls(l);
            break;
        case 2:
            executor_speaks(l);
            break;
        case 3:
            frame_arrives(l, false);
            break;
        case 4:
            frame_arrives(l, true);
            break;
        case 5:
            answer_arrives(l);
            break;
        case 6:
            executor_lies(l);
            break;
        case 7:
            node_boots(l);
            break;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct life *l = calloc(1, sizeof *l);
    ASSERT(l != NULL);
    l->data = data;
    l->left = size;
    choose_protocol(l);
    l->memory = calloc(1, node_memory_bytes(&l->setup));
    ASSERT(l->memory != NULL);
    node_init(&l->node, &l->setup, SELF, next_port, l->memory);
    live(l);
    free(l->memory);
    free(l);
    return 0;
}

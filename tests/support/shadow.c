#include "tests/support/shadow.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

SIM_PRINTF(2, 3)
static void note(struct shadow *s, const char *format, ...)
{
    if (s->wrong[0] == '\0') {
        va_list list;
        va_start(list, format);
        (void)vsnprintf(s->wrong, sizeof s->wrong, format, list);
        va_end(list);
    }
}

static void *take(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);
    ASSERT(memory != NULL);
    return memory;
}

void shadow_init(struct shadow *s, const struct world *w)
{
    const struct node_setup *setup = w->spec.setup;
    *s = (struct shadow){.world = w, .stepped = UINT32_MAX};
    s->node = take(setup->node_count, sizeof *s->node);
    s->memory = take(setup->node_count, sizeof *s->memory);
    s->slot_call = take(setup->node_count, sizeof *s->slot_call);
    s->slot_tasklet = take(setup->node_count, sizeof *s->slot_tasklet);
    s->happenings = take(setup->node_count, sizeof *s->happenings);
    for (uint32_t i = 0; i < setup->node_count; i++) {
        s->memory[i] = take(1, node_memory_bytes(setup));
        s->slot_call[i] = take(setup->calls_max, sizeof **s->slot_call);
        memset(s->slot_call[i], 0xff, setup->calls_max * sizeof **s->slot_call);
        s->slot_tasklet[i] = take(setup->calls_max, sizeof **s->slot_tasklet);
        happenings_init(&s->happenings[i]);
        node_init(&s->node[i], setup, i, &w->spec.mesh->next_port[(size_t)i * setup->node_count],
                  s->memory[i]);
    }
    s->link = take(w->spec.mesh->first[setup->node_count], sizeof *s->link);
}

/* ---- frames ---- */

static void push(struct shadow_queue *q, struct shadow_frame frame)
{
    if (q->first + q->count == q->capacity) {
        const size_t capacity = 2 * q->count + 4;
        struct shadow_frame *larger = take(capacity, sizeof *larger);
        for (size_t i = 0; i < q->count; i++) {
            larger[i] = q->frame[q->first + i];
        }
        free(q->frame);
        *q = (struct shadow_queue){.frame = larger, .count = q->count, .capacity = capacity};
    }
    q->frame[q->first + q->count++] = frame;
}

static struct shadow_frame pop(struct shadow *s, struct shadow_queue *q)
{
    if (q->count == 0) {
        note(s, "a link has nothing to deliver");
        return (struct shadow_frame){0};
    }
    q->count--;
    return q->frame[q->first++];
}

static void drop_queue(struct shadow_queue *q)
{
    while (q->count > 0) {
        free(q->frame[q->first++].bytes);
        q->count--;
    }
    free(q->frame);
}

void shadow_deinit(struct shadow *s)
{
    const struct world_spec *spec = &s->world->spec;
    for (uint32_t i = 0; i < spec->mesh->first[spec->setup->node_count]; i++) {
        drop_queue(&s->link[i].made);
        drop_queue(&s->link[i].under_way);
    }
    for (uint32_t i = 0; i < spec->setup->node_count; i++) {
        free(s->memory[i]);
        free(s->slot_call[i]);
        free(s->slot_tasklet[i]);
    }
    free(s->slot_call);
    free(s->slot_tasklet);
    free(s->happenings);
    free(s->memory);
    free(s->node);
    free(s->link);
    kept_deinit(&s->actions);
    kept_deinit(&s->wanted);
    *s = (struct shadow){0};
}

/* A binary is the low byte of its tasklet's hash, repeated. */
static struct shadow_frame encode(const struct wire_message *m)
{
    struct shadow_frame f = {.length = (size_t)wire_length(m)};
    f.bytes = take(f.length, 1);
    wire_encode(m, f.bytes);
    for (size_t i = WIRE_HEADER_BYTES; i < f.length; i++) {
        f.bytes[i] = (unsigned char)m->hash;
    }
    return f;
}

static struct shadow_link *link_at(struct shadow *s, uint32_t node, uint32_t port)
{
    return &s->link[s->world->spec.mesh->first[node] + port];
}

static uint16_t port_to(struct shadow *s, uint32_t node, uint32_t peer)
{
    const struct mesh *mesh = s->world->spec.mesh;
    uint16_t port = 0;
    while (mesh->link[mesh->first[node] + port].to != peer) {
        port++;
        ASSERT(port < mesh_degree(mesh, node));
    }
    return port;
}

/* ---- what happened, as the shadow has it ---- */

/* One more of such a frame at that time, in an account by kind. */
static void account(const struct shadow *s, uint64_t *by_kind, struct shadow_frame f, sim_time at)
{
    const struct world_spec *spec = &s->world->spec;
    struct wire_message m;
    const unsigned char *payload;
    const enum sim_status status = wire_decode(f.bytes, f.length, &m, &payload);
    ASSERT(status == SIM_OK); /* its maker is a core */
    const uint64_t bin = at > 0 ? (uint64_t)((at - 1) / spec->bin_ns) : 0;
    by_kind[m.kind] +=
        happenings_traffic(happenings_weight(bin), traffic_bytes(&spec->traffic, &m));
}

/* Frames under way are in the account of whom they left last. */
static uint64_t traffic_under_way(const struct shadow *s)
{
    const struct world_spec *spec = &s->world->spec;
    uint64_t sum = 0;
    for (uint32_t node = 0; node < spec->setup->node_count; node++) {
        for (uint32_t i = spec->mesh->first[node]; i < spec->mesh->first[node + 1]; i++) {
            const struct shadow_queue *q = &s->link[i].under_way;
            for (size_t k = 0; k < q->count; k++) {
                struct wire_message m;
                const unsigned char *payload;
                const struct shadow_frame f = q->frame[q->first + k];
                const enum sim_status status = wire_decode(f.bytes, f.length, &m, &payload);
                ASSERT(status == SIM_OK);
                const uint64_t weight = happenings_weight((uint64_t)node << 8 | m.kind);
                sum += happenings_traffic(weight, traffic_bytes(&spec->traffic, &m));
            }
        }
    }
    return sum;
}

static uint64_t digest_of(const struct shadow *s)
{
    uint64_t digest = DIGEST_START;
    for (uint32_t i = 0; i < s->world->spec.setup->node_count; i++) {
        digest = happenings_fold(digest, &s->happenings[i]);
    }
    return digest_finish(digest_word(digest, traffic_under_way(s)));
}

/* ---- a step of a shadow's core ---- */

static void make_frames(struct shadow *s, uint32_t node, sim_time now, const struct node_action *a)
{
    const bool broadcast = s->world->spec.traffic.broadcast;
    uint32_t copies = 0;
    for (uint32_t port = 0; port < mesh_degree(s->world->spec.mesh, node); port++) {
        if (a->kind == NODE_SEND ? port == a->send.port : port != a->send.port || broadcast) {
            const struct shadow_frame f = encode(a->send.message);
            if (a->kind == NODE_SEND || !broadcast || copies == 0) {
                account(s, s->happenings[node].sent, f, now);
            }
            push(&link_at(s, node, port)->made, f);
            copies++;
        }
    }
}

static void step(struct shadow *s, const struct world_event *e, const struct node_event *ev)
{
    s->stepped = e->node;
    kept_clear(&s->actions);
    kept_clear(&s->wanted);
    const struct node_sink sink = kept_sink(&s->actions);
    const enum sim_status status = node_step(&s->node[e->node], e->at, ev, &sink);
    ASSERT(status == SIM_OK);
    for (uint32_t i = 0; i < s->actions.count; i++) {
        const struct node_action *a = &s->actions.item[i];
        if (a->kind == NODE_SEND || a->kind == NODE_FLOOD) {
            make_frames(s, e->node, e->at, a);
            continue;
        }
        happenings_act(&s->happenings[e->node], e->at, s->world->spec.setup->catalogue, a);
        if (a->kind == NODE_RUN || a->kind == NODE_RESUME) {
            s->slot_tasklet[e->node][a->run.slot] = a->run.tasklet;
            s->slot_call[e->node][a->run.slot] = (uint32_t)a->run.call_id;
        } else if (a->kind == NODE_ANSWER && a->answer.slot != POOL_NONE) {
            s->slot_call[e->node][a->answer.slot] = UINT32_MAX;
        }
    }
}

static void on_received(struct shadow *s, const struct world_event *e)
{
    struct shadow_frame f = pop(s, &link_at(s, e->peer, port_to(s, e->peer, e->node))->under_way);
    struct wire_message m;
    const unsigned char *payload;
    if (f.bytes == NULL || wire_decode(f.bytes, f.length, &m, &payload) != SIM_OK) {
        note(s, "node %u made a message that cannot be read", e->peer + 1);
    } else {
        if (m.kind != (uint8_t)e->detail || m.tasklet != e->tasklet) {
            note(s, "node %u received %s %u, its shadow %s %u", e->node + 1,
                 wire_kind_name((uint8_t)e->detail), e->tasklet, wire_kind_name(m.kind), m.tasklet);
        }
        s->frames++;
        account(s, s->happenings[e->node].received, f, e->at);
        step(s, e,
             &(struct node_event){
                 .kind = NODE_FRAME, .port = port_to(s, e->node, e->peer), .frame = &m});
    }
    free(f.bytes);
}

/* The executor names the call by the slot in which the core runs it. */
static void on_word(struct shadow *s, const struct world_event *e)
{
    const struct pool *calls = &s->node[e->node].calls;
    uint32_t slot = 0;
    while (slot < calls->fresh && s->slot_call[e->node][slot] != (uint32_t)e->call_id) {
        slot++;
    }
    if (slot == calls->fresh) {
        note(s, "node %u's shadow runs no such call", e->node + 1);
        return;
    }
    happenings_note(&s->happenings[e->node], e->at,
                    e->kind == WORLD_EV_RETURNED ? HAPPENING_ENDED : HAPPENING_SUSPENDED, 0,
                    s->slot_tasklet[e->node][slot], 0);
    step(s, e,
         &(struct node_event){
             .kind = e->kind == WORLD_EV_RETURNED ? NODE_EXEC_FINISHED : NODE_EXEC_CALLS,
             .slot = slot,
             .tasklet = e->tasklet,
         });
}

static void lose(struct shadow *s, const struct world_event *e)
{
    struct shadow_frame f = pop(s, &link_at(s, e->node, port_to(s, e->node, e->peer))->made);
    if (f.bytes != NULL) {
        account(s, s->happenings[e->node].lost, f, e->at);
    }
    free(f.bytes);
}

static void observe(void *context, const struct world_event *e)
{
    struct shadow *s = context;
    switch (e->kind) {
    case WORLD_EV_CALL:
        happenings_note(&s->happenings[e->node], e->at, HAPPENING_CALL, 0, e->tasklet, 0);
        step(s, e,
             &(struct node_event){
                 .kind = NODE_CALL, .call_id = (uint32_t)e->call_id, .tasklet = e->tasklet});
        break;
    case WORLD_EV_TIMEOUT:
        step(s, e, &(struct node_event){.kind = NODE_TIMEOUT});
        break;
    case WORLD_EV_UPDATED:
        happenings_note(&s->happenings[e->node], e->at, HAPPENING_UPDATED, 0, e->tasklet, 0);
        step(s, e, &(struct node_event){.kind = NODE_UPDATE, .tasklet = e->tasklet});
        break;
    case WORLD_EV_RECEIVED:
        on_received(s, e);
        break;
    case WORLD_EV_SUBCALL:
    case WORLD_EV_RETURNED:
        on_word(s, e);
        break;
    case WORLD_EV_SENT: {
        struct shadow_link *link = link_at(s, e->node, port_to(s, e->node, e->peer));
        push(&link->under_way, pop(s, &link->made));
        break;
    }
    case WORLD_EV_LOST:
        lose(s, e);
        break;
    case WORLD_EV_EVICTED:
    case WORLD_EV_RETIRED:
    case WORLD_EV_DROPPED:
    case WORLD_EV_STORED:
    case WORLD_EV_ACQUIRED:
    case WORLD_EV_NOT_ACQUIRED:
    case WORLD_EV_RUN:
    case WORLD_EV_RESUMED:
    case WORLD_EV_ANSWERED:
    case WORLD_EV_OVERFLOWED:
    case WORLD_EV_FAILED:
    case WORLD_EV_RESTARTED:
    case WORLD_EV_PAUSED:
    case WORLD_EV_WENT_ON:
        break;
    }
}

static void observe_action(void *context, uint32_t node, const struct node_action *a)
{
    (void)node;
    struct shadow *s = context;
    const struct node_sink sink = kept_sink(&s->wanted);
    sink.act(sink.context, a);
}

struct world_observer shadow_observer(struct shadow *s)
{
    return (struct world_observer){.context = s, .event = observe, .action = observe_action};
}

/* ---- comparing ---- */

static bool same_bytes(const struct wire_message *a, const struct wire_message *b)
{
    unsigned char bytes_a[WIRE_HEADER_BYTES];
    unsigned char bytes_b[WIRE_HEADER_BYTES];
    wire_encode(a, bytes_a);
    wire_encode(b, bytes_b);
    return memcmp(bytes_a, bytes_b, sizeof bytes_a) == 0;
}

/* Calls have other names in the shadow; all else is equal. */
static bool same_action(const struct node_action *a, const struct node_action *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
    case NODE_SEND:
    case NODE_FLOOD:
        return a->send.port == b->send.port && same_bytes(a->send.message, b->send.message);
    case NODE_RUN:
    case NODE_RESUME:
        return a->run.slot == b->run.slot && a->run.level == b->run.level &&
               a->run.tasklet == b->run.tasklet && a->run.version == b->run.version;
    case NODE_STORED:
    case NODE_EVICTED:
    case NODE_RETIRED:
    case NODE_DROPPED:
    case NODE_WANTED:
    case NODE_ATTEMPT_LOST:
        return a->binary.tasklet == b->binary.tasklet && a->binary.version == b->binary.version;
    case NODE_ACQUIRED:
    case NODE_NOT_ACQUIRED:
        return a->acquired->tasklet == b->acquired->tasklet &&
               a->acquired->served == b->acquired->served &&
               a->acquired->source == b->acquired->source &&
               a->acquired->asked == b->acquired->asked;
    case NODE_ANSWER:
        return a->answer.slot == b->answer.slot && a->answer.outcome == b->answer.outcome &&
               a->answer.response_ns == b->answer.response_ns &&
               a->answer.acquisition_ns == b->answer.acquisition_ns &&
               a->answer.queueing_ns == b->answer.queueing_ns;
    }
    return false;
}

bool shadow_agrees(struct shadow *s)
{
    if (s->stepped == UINT32_MAX) {
        return s->wrong[0] == '\0'; /* a robot's event: no node took part */
    }
    const struct kept *a = &s->wanted;
    if (a->count != s->actions.count) {
        note(s, "node %u wants %u things, its shadow %u", s->stepped + 1, a->count,
             s->actions.count);
    }
    for (uint32_t i = 0; i < a->count && s->wrong[0] == '\0'; i++) {
        if (!same_action(&a->item[i], &s->actions.item[i])) {
            note(s, "node %u and its shadow differ in action %u of %u", s->stepped + 1, i + 1,
                 a->count);
        }
    }
    s->stepped = UINT32_MAX;
    return s->wrong[0] == '\0';
}

bool shadow_finish(struct shadow *s)
{
    for (uint32_t i = 0; i < s->world->spec.setup->node_count; i++) {
        struct node n = s->world->node[i].core; /* a copy, to settle both at one time */
        struct node *twin = &s->node[i];
        node_settle(&n, s->world->spec.duration_ns);
        node_settle(twin, s->world->spec.duration_ns);
        if (memcmp(&n.stats, &twin->stats, sizeof n.stats) != 0) {
            note(s, "node %u and its shadow counted differently", i + 1);
        }
        if (n.cache.used_bytes != twin->cache.used_bytes || n.cache.count != twin->cache.count ||
            n.cache.clock != twin->cache.clock) {
            note(s, "node %u and its shadow hold different tasklets", i + 1);
        }
        if (node_audit(twin) != NULL) {
            note(s, "the shadow of node %u: %s", i + 1, node_audit(twin));
        }
    }
    if (digest_of(s) != world_digest(s->world)) {
        note(s, "the shadow comes to another digest");
    }
    return s->wrong[0] == '\0';
}

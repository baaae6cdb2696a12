#include "models/wasmtube/world/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { CALL, MESSAGE, ASK, READY, PUBLISH, PUSH };       /* kinds of events */
enum { INTERVALS = 1, PHASES, OUTAGES };                 /* purposes of random streams */
enum { NEWS, QUESTION, ANSWER, REQUEST, BINARY, IMAGE }; /* kinds of messages */
#define EVERYBODY UINT32_MAX

struct message {
    uint32_t kind, from, to, link; /* link: of mesh.link, by which it comes */
    int64_t bytes;
    int64_t is_new; /* of an answer: there is a new version */
};

static uint32_t registry_of(const struct wasmtube_world *w)
{
    return w->nodes;
}

static void note(struct wasmtube_world *w, sim_time now, uint32_t what, uint32_t node)
{
    w->digest = digest_three(w->digest, (uint64_t)now, what, node);
}

static void schedule(struct wasmtube_world *w, uint32_t node, sim_time at, uint32_t kind)
{
    if (at < w->spec->duration_ns) {
        (void)engine_schedule(&w->engine, node, node, at, EV_ANY_ORDER, kind, 0, NULL, 0);
    }
}

/* ---- messages ---- */

static sim_time bits_ns(const struct wasmtube_spec *s, int64_t bytes)
{
    if (s->bandwidth_bps == 0) {
        return 0;
    }
    const int64_t whole = bytes * 8 / s->bandwidth_bps;
    const int64_t rest = bytes * 8 % s->bandwidth_bps;
    return whole * SIM_S + (sim_time)((double)rest * 1e9 / (double)s->bandwidth_bps);
}

/* What went over before the link failed. */
static void lose(struct wasmtube_world *w, uint32_t node, uint32_t link, sim_time start,
                 sim_time failed)
{
    const int64_t bytes =
        (int64_t)((double)(failed - start) * (double)w->spec->bandwidth_bps / 8e9);
    w->tx_bytes += bytes;
    w->lost_bytes += bytes;
    w->link[link].tx_bytes += bytes;
    w->link[link].lost_bytes += bytes;
    w->observer.sent(w->observer.context, node, start, bytes);
}

/* When the last bit is over, of a message that may begin at start. Outages are the world's, whoever
 * sends: looking ahead at them changes nothing. */
static sim_time carry(struct wasmtube_world *w, uint32_t node, uint32_t link, sim_time start,
                      int64_t bytes)
{
    const sim_time takes = bits_ns(w->spec, bytes);
    struct outage *o = &w->outage[link];
    while (start < w->spec->duration_ns && (outage_is_down(o, start) || o->until < start + takes)) {
        if (!o->is_down) {
            lose(w, node, link, start, o->until);
        }
        start = o->until;
    }
    return start + takes;
}

static void send_over(struct wasmtube_world *w, uint32_t node, uint32_t link, struct message m)
{
    const sim_time now = w->engine.now;
    struct wasmtube_link *l = &w->link[link];
    const sim_time start = l->free > now ? l->free : now;
    l->free = carry(w, node, link, start, m.bytes);
    l->under_way_bytes += m.bytes;
    l->tx_bytes += m.bytes;
    w->tx_bytes += m.bytes;
    w->observer.sent(w->observer.context, node, now, m.bytes);
    m.link = link;
    (void)engine_schedule(&w->engine, node, w->spec->mesh->link[link].to,
                          l->free + w->spec->hop_delay_ns, EV_ANY_ORDER, MESSAGE, m.kind, &m,
                          sizeof m);
}

/* To m.to, one hop on the shortest way. */
static void send_on(struct wasmtube_world *w, uint32_t node, struct message m)
{
    const struct mesh *g = w->spec->mesh;
    send_over(w, node, g->first[node] + g->next_port[(size_t)node * g->node_count + m.to], m);
}

static void send_to_all_but(struct wasmtube_world *w, uint32_t node, uint32_t but, struct message m)
{
    const struct mesh *g = w->spec->mesh;
    for (uint32_t i = g->first[node]; i < g->first[node + 1]; i++) {
        if (g->link[i].to != but) {
            send_over(w, node, i, m);
        }
    }
}

/* Where a message over this link comes from. */
static uint32_t sender_of(const struct mesh *g, uint32_t link)
{
    const struct mesh_link *l = &g->link[link];
    return g->link[g->first[l->to] + l->port_there].to;
}

/* ---- calls ---- */

static void finish(struct wasmtube_world *w, uint32_t node, const struct wasmtube_call *call,
                   enum wasmtube_fate fate, sim_time delay)
{
    if (call->arrived >= w->spec->at_ns) {
        w->fresh += fate == WASMTUBE_FRESH;
        w->stale += fate == WASMTUBE_STALE;
        w->lost += fate == WASMTUBE_LOST;
        w->place[node].update.stale += fate == WASMTUBE_STALE;
        w->place[node].update.lost += fate == WASMTUBE_LOST;
    }
    w->observer.call(w->observer.context, call, node, fate, delay, w->engine.now);
}

static void wait_for_swap(struct wasmtube_world *w, struct wasmtube_place *p,
                          const struct wasmtube_call *call)
{
    if (p->waits == p->room) {
        const size_t room = p->room > 0 ? 2 * p->room : 8;
        struct wasmtube_call *more = realloc(p->waiting, room * sizeof *more);
        if (more == NULL) {
            engine_overflow(&w->engine);
            return;
        }
        p->waiting = more;
        p->room = room;
    }
    p->waiting[p->waits++] = *call;
    p->update.waited++;
}

static uint32_t source_for(const struct wasmtube_world *w, uint32_t node)
{
    const struct mesh *g = w->spec->mesh;
    if (w->spec->source == WASMTUBE_REGISTRY) {
        return registry_of(w);
    }
    for (uint32_t i = g->first[node]; i < g->first[node + 1]; i++) {
        const uint32_t to = g->link[i].to;
        const bool holds = to != registry_of(w) && wasmtube_holds(&w->place[to].node);
        if (holds) {
            return wasmtube_source(&to, &holds, 1, registry_of(w));
        }
    }
    return registry_of(w);
}

static void ask_for_binary(struct wasmtube_world *w, uint32_t node)
{
    struct wasmtube_update *u = &w->place[node].update;
    u->asked = w->engine.now;
    u->source = source_for(w, node);
    send_on(w, node,
            (struct message){
                .kind = REQUEST, .from = node, .to = u->source, .bytes = w->spec->header_bytes});
}

static void on_call(struct engine *e, void *context, const struct engine_event *ev)
{
    struct wasmtube_world *w = context;
    struct wasmtube_place *p = &w->place[ev->self];
    const struct wasmtube_call call = {w->calls++, e->now};
    w->calls_after += e->now >= w->spec->at_ns;
    p->work_digest = digest_word(p->work_digest, (uint64_t)e->now);
    schedule(w, ev->self, e->now + dist_draw(&w->spec->interval, &p->intervals), CALL);
    const enum wasmtube_answer answer = wasmtube_on_call(&p->node);
    note(w, e->now, 16u + answer, ev->self);
    switch (answer) {
    case WASMTUBE_BY_OLD:
        finish(w, ev->self, &call, e->now >= w->spec->at_ns ? WASMTUBE_STALE : WASMTUBE_FRESH, 0);
        break;
    case WASMTUBE_BY_NEW:
        finish(w, ev->self, &call, WASMTUBE_FRESH, 0);
        break;
    case WASMTUBE_WAITS_AND_FETCHES:
        wait_for_swap(w, p, &call);
        ask_for_binary(w, ev->self);
        break;
    case WASMTUBE_WAITS:
        wait_for_swap(w, p, &call);
        break;
    case WASMTUBE_IS_LOST:
        finish(w, ev->self, &call, WASMTUBE_LOST, 0);
        break;
    }
}

static void on_ready(struct engine *e, void *context, const struct engine_event *ev)
{
    struct wasmtube_world *w = context;
    struct wasmtube_place *p = &w->place[ev->self];
    wasmtube_on_ready(&p->node);
    note(w, e->now, READY, ev->self);
    p->update.active = w->last_ns = e->now;
    w->updated++;
    w->observer.updated(w->observer.context, ev->self, e->now);
    for (size_t i = 0; i < p->waits; i++) {
        const sim_time delay = e->now - p->waiting[i].arrived;
        w->delay_ns += delay;
        w->delayed++;
        finish(w, ev->self, &p->waiting[i], WASMTUBE_FRESH, delay);
    }
    p->waits = 0;
}

/* ---- news, binaries, images ---- */

static void hear(struct wasmtube_world *w, uint32_t node)
{
    struct wasmtube_place *p = &w->place[node];
    if (p->update.told == SIM_TIME_NEVER) {
        p->update.told = w->engine.now;
    }
    if (wasmtube_on_news(&p->node)) {
        ask_for_binary(w, node);
    }
}

static bool is_first(struct wasmtube_world *w, uint32_t node)
{
    return flood_is_first(&w->place[node].seen, w->engine.now, registry_of(w), 1, 1);
}

static void install(struct wasmtube_world *w, uint32_t node, bool begins, sim_time takes)
{
    if (begins) {
        w->place[node].update.arrived = w->engine.now;
        schedule(w, node, w->engine.now + takes, READY);
    }
}

static void take_image(struct wasmtube_world *w, uint32_t node, const struct message *m)
{
    if (m->to == EVERYBODY) {
        if (!is_first(w, node)) {
            return;
        }
        send_to_all_but(w, node, sender_of(w->spec->mesh, m->link), *m);
    }
    install(w, node, wasmtube_on_image(&w->place[node].node), w->spec->reboot_ns);
    if (w->spec->push == WASMTUBE_SEQUENTIAL && m->to != EVERYBODY) {
        /* that it is there is known at the registry at once: a word costs nothing beside it */
        (void)engine_schedule(&w->engine, node, registry_of(w), w->engine.now, EV_ANY_ORDER, PUSH,
                              0, NULL, 0);
    }
}

static void take_at_registry(struct wasmtube_world *w, const struct message *m)
{
    const bool is_new = w->engine.now >= w->spec->at_ns;
    if (m->kind == QUESTION) {
        send_on(w, registry_of(w),
                (struct message){.kind = ANSWER,
                                 .from = registry_of(w),
                                 .to = m->from,
                                 .bytes = w->spec->header_bytes,
                                 .is_new = is_new});
    }
}

static void hand_out(struct wasmtube_world *w, uint32_t node, const struct message *m)
{
    send_on(w, node,
            (struct message){.kind = BINARY,
                             .from = node,
                             .to = m->from,
                             .bytes = w->spec->size_bytes + w->spec->header_bytes});
}

static void take(struct wasmtube_world *w, uint32_t node, const struct message *m)
{
    switch (m->kind) {
    case NEWS:
        if (is_first(w, node)) {
            send_to_all_but(w, node, sender_of(w->spec->mesh, m->link), *m);
            hear(w, node);
        }
        break;
    case ANSWER:
        if (m->is_new) {
            hear(w, node);
        }
        break;
    case REQUEST:
        hand_out(w, node, m);
        break;
    case BINARY:
        install(w, node, wasmtube_on_binary(&w->place[node].node), w->spec->swap_ns);
        break;
    case IMAGE:
        take_image(w, node, m);
        break;
    default:
        break;
    }
}

static void on_message(struct engine *e, void *context, const struct engine_event *ev)
{
    struct wasmtube_world *w = context;
    const struct message m = *(const struct message *)ev->payload;
    w->rx_bytes += m.bytes;
    w->link[m.link].under_way_bytes -= m.bytes;
    w->link[m.link].rx_bytes += m.bytes;
    w->observer.received(w->observer.context, ev->self, e->now, m.bytes);
    note(w, e->now, 32u + m.kind, ev->self);
    if (m.to != EVERYBODY && m.to != ev->self) {
        send_on(w, ev->self, m);
    } else if (ev->self == registry_of(w) && m.kind != REQUEST) {
        take_at_registry(w, &m);
    } else {
        take(w, ev->self, &m);
    }
}

static void on_ask(struct engine *e, void *context, const struct engine_event *ev)
{
    struct wasmtube_world *w = context;
    send_on(w, ev->self,
            (struct message){.kind = QUESTION,
                             .from = ev->self,
                             .to = registry_of(w),
                             .bytes = w->spec->header_bytes});
    schedule(w, ev->self, e->now + w->spec->poll_ns, ASK);
}

static void push_next(struct wasmtube_world *w)
{
    if (w->pushed < w->nodes) {
        send_on(w, registry_of(w),
                (struct message){.kind = IMAGE,
                                 .from = registry_of(w),
                                 .to = w->pushed++,
                                 .bytes = w->spec->firmware_bytes + w->spec->header_bytes});
    }
}

static void on_push(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    (void)ev;
    push_next(context);
}

static void publish_image(struct wasmtube_world *w)
{
    if (w->spec->push == WASMTUBE_PUSH_FLOOD) {
        send_to_all_but(w, registry_of(w), registry_of(w),
                        (struct message){.kind = IMAGE,
                                         .from = registry_of(w),
                                         .to = EVERYBODY,
                                         .bytes = w->spec->firmware_bytes + w->spec->header_bytes});
        return;
    }
    push_next(w);
    while (w->spec->push == WASMTUBE_PIPELINED && w->pushed < w->nodes) {
        push_next(w); /* the link sends one behind the other */
    }
}

static void on_publish(struct engine *e, void *context, const struct engine_event *ev)
{
    struct wasmtube_world *w = context;
    note(w, e->now, PUBLISH, ev->self);
    if (w->spec->method == WASMTUBE_FIRMWARE) {
        publish_image(w);
    } else if (w->spec->method == WASMTUBE_FLOOD) {
        send_to_all_but(
            w, ev->self, ev->self,
            (struct message){
                .kind = NEWS, .from = ev->self, .to = EVERYBODY, .bytes = w->spec->header_bytes});
    }
}

/* ---- a world ---- */

static enum sim_status allocate(struct wasmtube_world *w)
{
    const struct mesh *g = w->spec->mesh;
    const size_t links = g->first[g->node_count];
    w->place = calloc(w->nodes, sizeof *w->place);
    w->link = calloc(links, sizeof *w->link);
    w->outage = calloc(links, sizeof *w->outage);
    w->flood_memory = calloc(w->nodes, flood_memory_bytes(g->node_count));
    if (w->outage == NULL || w->place == NULL || w->link == NULL || w->flood_memory == NULL) {
        return SIM_ERR_NOMEM;
    }
    return engine_init(&w->engine, g->node_count, 4 * g->node_count);
}

static void begin_place(struct wasmtube_world *w, uint32_t node, uint64_t seed,
                        uint32_t replication)
{
    struct wasmtube_place *p = &w->place[node];
    const uint32_t all = w->spec->mesh->node_count;
    p->node.fetch = w->spec->fetch;
    p->update = (struct wasmtube_update){
        SIM_TIME_NEVER, SIM_TIME_NEVER, SIM_TIME_NEVER, SIM_TIME_NEVER, UINT32_MAX, 0, 0, 0};
    flood_init(&p->seen, all, SIM_TIME_NEVER,
               (char *)w->flood_memory + node * flood_memory_bytes(all));
    rng_init(&p->intervals, seed, replication, node, INTERVALS);
    schedule(w, node, dist_draw(&w->spec->interval, &p->intervals), CALL);
    if (w->spec->method == WASMTUBE_POLL) {
        struct rng phase;
        rng_init(&phase, seed, replication, node, PHASES);
        schedule(w, node, (sim_time)rng_below(&phase, (uint64_t)w->spec->poll_ns), ASK);
    }
}

enum sim_status wasmtube_world_init(struct wasmtube_world *w, const struct wasmtube_spec *spec,
                                    uint64_t seed, uint32_t replication,
                                    const struct wasmtube_observer *observer)
{
    *w = (struct wasmtube_world){.spec = spec,
                                 .observer = *observer,
                                 .seed = seed,
                                 .replication = replication,
                                 .nodes = spec->mesh->node_count - 1};
    const enum sim_status status = allocate(w);
    if (status != SIM_OK) {
        return status;
    }
    engine_handle(&w->engine, CALL, on_call, w);
    engine_handle(&w->engine, MESSAGE, on_message, w);
    engine_handle(&w->engine, ASK, on_ask, w);
    engine_handle(&w->engine, READY, on_ready, w);
    engine_handle(&w->engine, PUBLISH, on_publish, w);
    engine_handle(&w->engine, PUSH, on_push, w);
    for (uint32_t i = 0; i < spec->mesh->first[spec->mesh->node_count]; i++) {
        wasmtube_world_outages(w, i, &w->outage[i]);
    }
    for (uint32_t i = 0; i < w->nodes; i++) {
        begin_place(w, i, seed, replication);
    }
    schedule(w, registry_of(w), spec->at_ns, PUBLISH);
    return SIM_OK;
}

void wasmtube_world_deinit(struct wasmtube_world *w)
{
    for (uint32_t i = 0; w->place != NULL && i < w->nodes; i++) {
        free(w->place[i].waiting);
    }
    free(w->place);
    free(w->link);
    free(w->outage);
    free(w->flood_memory);
    engine_deinit(&w->engine);
}

enum sim_status wasmtube_world_run(struct wasmtube_world *w, uint64_t events, bool *done)
{
    return engine_run(&w->engine, w->spec->duration_ns - 1, events, done);
}

/* ---- books ---- */

int64_t wasmtube_world_pending(const struct wasmtube_world *w)
{
    int64_t pending = 0;
    for (uint32_t i = 0; i < w->nodes; i++) {
        for (size_t k = 0; k < w->place[i].waits; k++) {
            const struct wasmtube_call *call = &w->place[i].waiting[k];
            pending += call->arrived >= w->spec->at_ns;
            w->observer.call(w->observer.context, call, i, WASMTUBE_PENDING, 0,
                             w->spec->duration_ns);
        }
    }
    return pending;
}

void wasmtube_world_outages(const struct wasmtube_world *w, uint32_t link, struct outage *o)
{
    const struct mesh *g = w->spec->mesh;
    const uint32_t back = g->first[g->link[link].to] + g->link[link].port_there;
    outage_init(o, w->spec->mtbf_ns, w->spec->mttr_ns, w->seed, w->replication,
                link < back ? link : back, OUTAGES);
}

/* Of one way each, drawn once more: how far a way was asked depends on what was sent. */
static sim_time down_ns(const struct wasmtube_world *w, uint32_t link)
{
    struct outage o;
    wasmtube_world_outages(w, link, &o);
    return outage_total(&o, w->spec->duration_ns);
}

double wasmtube_world_link_down_share(const struct wasmtube_world *w)
{
    const uint32_t links = w->spec->mesh->first[w->spec->mesh->node_count];
    double share = 0;
    for (uint32_t i = 0; i < links; i++) {
        share += (double)down_ns(w, i) / (double)w->spec->duration_ns / links;
    }
    return share;
}

uint64_t wasmtube_world_work_digest(const struct wasmtube_world *w)
{
    const uint32_t links =
        w->spec->mtbf_ns > 0 ? w->spec->mesh->first[w->spec->mesh->node_count] : 0;
    uint64_t digest = 0;
    for (uint32_t i = 0; i < links; i++) {
        digest = digest_word(digest, (uint64_t)down_ns(w, i));
    }
    for (uint32_t i = 0; i < w->nodes; i++) {
        digest = digest_word(digest, w->place[i].work_digest);
    }
    return digest_finish(digest);
}

/* Swaps and reboots that begin but do not end count as far as the run goes. */
void wasmtube_node_busy(const struct wasmtube_world *w, uint32_t node, sim_time *from,
                        sim_time *until)
{
    const struct wasmtube_update *u = &w->place[node].update;
    *until = u->active != SIM_TIME_NEVER ? u->active : w->spec->duration_ns;
    *from = u->arrived != SIM_TIME_NEVER ? u->arrived : *until;
}

static sim_time busy_ns(const struct wasmtube_world *w, uint32_t node)
{
    sim_time from, until;
    wasmtube_node_busy(w, node, &from, &until);
    return until - from;
}

struct energy wasmtube_node_energy(const struct wasmtube_world *w, uint32_t node)
{
    const struct mesh *g = w->spec->mesh;
    struct energy_use use = {.busy_ns = busy_ns(w, node), .idle_ns = w->spec->duration_ns};
    for (uint32_t i = g->first[node]; i < g->first[node + 1]; i++) {
        use.sent_bytes += w->link[i].tx_bytes;
        use.received_bytes += w->link[g->first[g->link[i].to] + g->link[i].port_there].rx_bytes;
    }
    return energy_of(&w->spec->energy, &use);
}

static int64_t under_way(const struct wasmtube_world *w)
{
    const struct mesh *g = w->spec->mesh;
    int64_t bytes = 0;
    for (uint32_t i = 0; i < g->first[g->node_count]; i++) {
        bytes += w->link[i].under_way_bytes;
    }
    return bytes;
}

static int64_t waiting_after(const struct wasmtube_world *w)
{
    int64_t calls = 0;
    for (uint32_t i = 0; i < w->nodes; i++) {
        for (size_t k = 0; k < w->place[i].waits; k++) {
            calls += w->place[i].waiting[k].arrived >= w->spec->at_ns;
        }
    }
    return calls;
}

void wasmtube_world_audit(const struct wasmtube_world *w, char *text, size_t bytes)
{
    const int64_t waiting = waiting_after(w);
    if (w->calls_after != w->fresh + w->stale + w->lost + waiting) {
        snprintf(text, bytes, "%" PRId64 " calls are not fresh, stale, lost or pending together",
                 w->calls_after);
    } else if (w->tx_bytes != w->rx_bytes + w->lost_bytes + under_way(w)) {
        snprintf(text, bytes, "%" PRId64 " B sent are not received, lost or under way",
                 w->tx_bytes);
    } else {
        text[0] = '\0';
    }
}

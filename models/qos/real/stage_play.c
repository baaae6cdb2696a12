/* The clients and the orchestrator, in the host's own time. */
#include <stdio.h>
#include <stdlib.h>

#include "models/qos/core/ports.h"
#include "models/qos/core/spread.h"
#include "models/qos/real/stage_inside.h"
#include "runtime-replay/host_clock.h"
#include "sim/engine/dist.h"

enum { CHANCE_ARRIVAL = 3001, CHANCE_THINK, CHANCE_NODE }; /* apart from the simulation's */
enum { PORTS_ROOM = 1024 };

enum phase {
    ASKS,   /* at `due` */
    PINGS,  /* node `at`; it is too far away from `due` on */
    QUEUES, /* for the orchestrator's lock */
    PROBED, /* its decision waits for node `at`, until `due` */
    STARTS, /* its pod */
    THINKS, /* and sends at `due` */
    WAITS,  /* for an answer, until `due` */
    ENDED,
};

struct client {
    enum phase phase;
    int64_t due, sent;
    uint32_t at;
    uint32_t probe; /* counts; an answer with another number is stale */
    bool is_near[STAGE_NODES];
    struct admission decision;
    struct rng think;
    struct cluster_stream *stream;
    uint32_t port;
    int64_t over; /* its pod gives up its place then, if the stream has ended; 0: it has none */
};

struct play {
    struct stage *stage;
    const struct cluster_plan *plan;
    uint64_t seed;
    uint32_t block;
    int64_t begun;
    struct client client[STAGE_CLIENTS_MAX];
    uint32_t queue[STAGE_CLIENTS_MAX], first, last;
    uint32_t lock;
    uint32_t pods[STAGE_NODES];
    struct ports pool[STAGE_NODES];
    uint64_t taken[STAGE_NODES][PORTS_WORDS(PORTS_ROOM)];
    uint64_t probes;
};

static void chance(const struct play *p, struct rng *r, uint32_t client, uint64_t purpose)
{
    rng_init(r, p->seed, (uint64_t)p->block + 1, client, purpose);
}

static uint32_t number_of(const struct play *p, const struct client *c)
{
    return (uint32_t)(c - p->client);
}

static int64_t later(int64_t now, int64_t by)
{
    return by < SIM_TIME_NEVER - now ? now + by : SIM_TIME_NEVER;
}

static void end_client(struct client *c, int64_t now, enum cluster_state state)
{
    c->phase = ENDED;
    c->due = SIM_TIME_NEVER;
    c->stream->state = state;
    c->stream->ended = now;
}

/* ---- the stream ---- */

static void send_frame(struct play *p, struct client *c, int64_t now)
{
    const uint32_t number = number_of(p, c);
    const struct talk frame = {
        .kind = TALK_INFER,
        .pod = number + 1,
        .client = number,
        .number = c->stream->frames,
        .seed = (number + c->stream->frames) % STAGE_SEEDS,
    };
    c->stream->frames++;
    c->phase = WAITS;
    c->sent = now;
    c->due = later(now, p->plan->timeout_ns);
    stage_send(p->stage, c->stream->node, &frame);
}

/* The frame is done with: the next one, or the end. */
static void go_on(const struct play *p, struct client *c, int64_t now)
{
    if (c->stream->frames == p->plan->frames) {
        end_client(c, now, CLUSTER_COMPLETED);
        return;
    }
    const double stretch = dist_exp(p->plan->think_sigma * dist_standard_normal(&c->think));
    const int64_t thought = now + (int64_t)((double)p->plan->think_ns * stretch);
    const int64_t gap = c->sent + p->plan->frame_gap_ns;
    c->phase = THINKS;
    c->due = thought > gap ? thought : gap;
}

static void on_answer(struct play *p, struct client *c, const struct talk *word, int64_t now)
{
    if (c->phase != WAITS || word->number != c->stream->frames - 1) {
        return; /* late: it counts as missed already */
    }
    c->stream->answered++;
    c->stream->latency_ns += now - c->sent;
    go_on(p, c, now);
}

/* ---- the orchestrator ---- */

static bool has_room(const struct play *p, uint32_t node)
{
    return p->pods[node] < p->plan->node[node].pods_max;
}

static void unlock(struct play *p, const struct client *c)
{
    if (p->lock == number_of(p, c)) {
        p->lock = CLUSTER_NOBODY;
    }
}

static void refuse(struct play *p, struct client *c, int64_t now, enum admission_reason reason)
{
    c->stream->reason = reason;
    end_client(c, now, CLUSTER_REFUSED);
    unlock(p, c);
}

static void start_pod(struct play *p, struct client *c, uint32_t node, uint32_t port)
{
    const struct talk order = {.kind = TALK_START, .pod = number_of(p, c) + 1};
    c->stream->node = node;
    c->stream->port = port;
    c->port = port;
    c->phase = STARTS;
    c->due = SIM_TIME_NEVER;
    p->pods[node]++;
    stage_order(p->stage, node, &order);
}

static void on_ready(struct play *p, struct client *c, int64_t now)
{
    if (c->phase != STARTS) {
        return;
    }
    c->stream->ready = c->stream->begun = now;
    c->over = later(now, p->plan->lifetime_ns);
    unlock(p, c);
    send_frame(p, c, now);
}

static void probe(struct play *p, struct client *c, uint32_t node, int64_t now)
{
    const uint32_t number = number_of(p, c);
    const struct talk frame = {.kind = TALK_INFER,
                               .pod = TALK_PROBER,
                               .client = number,
                               .number = ++c->probe,
                               .seed = number % STAGE_SEEDS};
    p->probes++;
    c->phase = PROBED;
    c->at = node;
    c->sent = now;
    c->due = later(now, p->plan->probe_timeout_ns);
    stage_send(p->stage, node, &frame);
}

static void place(struct play *p, struct client *c, uint32_t node, int64_t now)
{
    if (!has_room(p, node)) {
        refuse(p, c, now, ADMISSION_CAPACITY);
        return;
    }
    const uint32_t port = ports_take(&p->pool[node]);
    if (port == PORTS_NONE) {
        refuse(p, c, now, ADMISSION_PORTS);
    } else {
        start_pod(p, c, node, port);
    }
}

/* Until a probe has to be waited for, or all is said: Algorithm 1. */
static void decide(struct play *p, struct client *c, int64_t now)
{
    struct admission_node view[STAGE_NODES];
    for (uint32_t i = 0; i < STAGE_NODES; i++) {
        view[i] = (struct admission_node){
            .pods = p->pods[i],
            .capacity = p->plan->node[i].capacity,
            .is_near = c->is_near[i],
            .has_room = has_room(p, i),
        };
    }
    for (;;) {
        const struct admission_step step = admission_next(&c->decision, view, STAGE_NODES);
        switch (step.verdict) {
        case ADMISSION_SKIP:
            break;
        case ADMISSION_PROBE:
            probe(p, c, step.node, now);
            return;
        case ADMISSION_PLACE:
            place(p, c, step.node, now);
            return;
        case ADMISSION_REFUSE:
            refuse(p, c, now, step.reason);
            return;
        }
    }
}

static void heard(struct play *p, struct client *c, int64_t latency_ns, int64_t now)
{
    (void)admission_heard(&c->decision, latency_ns);
    decide(p, c, now);
}

static void begin_decision(struct play *p, struct client *c, int64_t now)
{
    admission_begin(&c->decision, p->plan->inference_ns);
    decide(p, c, now);
}

static void next_turn(struct play *p, int64_t now)
{
    while (p->lock == CLUSTER_NOBODY && p->first < p->last) {
        p->lock = p->queue[p->first++];
        begin_decision(p, &p->client[p->lock], now);
    }
}

/* A scheduler that admits everybody. Where no node has room the client never gets a pod. */
static void admit(struct play *p, struct client *c, int64_t now)
{
    struct spread_node node[STAGE_NODES];
    struct rng draw;
    chance(p, &draw, number_of(p, c), CHANCE_NODE);
    for (uint32_t i = 0; i < STAGE_NODES; i++) {
        node[i] = (struct spread_node){.pods = p->pods[i], .may_take = has_room(p, i)};
    }
    const uint32_t choices = spread_choices(node, STAGE_NODES);
    if (choices == 0) {
        end_client(c, now, CLUSTER_NOT_READY);
        return;
    }
    start_pod(p, c,
              p->plan->place == CLUSTER_EVEN
                  ? spread_evenly(node, STAGE_NODES)
                  : spread_by_chance(node, STAGE_NODES, (uint32_t)rng_below(&draw, choices)),
              PORTS_NONE);
}

static void request(struct play *p, struct client *c, int64_t now)
{
    c->phase = QUEUES;
    c->due = SIM_TIME_NEVER;
    if (p->plan->rule == CLUSTER_ADMIT_ALL) {
        admit(p, c, now);
    } else if (p->plan->serial) {
        p->queue[p->last++] = number_of(p, c);
        next_turn(p, now);
    } else {
        begin_decision(p, c, now);
    }
}

/* ---- the request ---- */

/* Controls 1 and 2: one node after another. */
static void ping(struct play *p, struct client *c, int64_t now)
{
    const struct talk word = {
        .kind = TALK_PING, .client = number_of(p, c), .number = c->at, .pod = TALK_PROBER};
    c->phase = PINGS;
    c->sent = now;
    c->due = later(now, p->plan->network_ns);
    stage_send(p->stage, c->at, &word);
}

static void on_ping_over(struct play *p, struct client *c, int64_t rtt_ns, int64_t now)
{
    c->is_near[c->at] = admission_is_near(rtt_ns, p->plan->network_ns);
    if (++c->at < STAGE_NODES) {
        ping(p, c, now);
    } else {
        request(p, c, now);
    }
}

static void ask(struct play *p, struct client *c, int64_t now)
{
    c->stream->asked = now;
    if (p->plan->rule == CLUSTER_ALGORITHM1) {
        ping(p, c, now);
    } else {
        request(p, c, now);
    }
}

/* ---- what happens ---- */

static void on_due(struct play *p, struct client *c, int64_t now)
{
    switch (c->phase) {
    case ASKS:
        ask(p, c, now);
        break;
    case PINGS:
        on_ping_over(p, c, SIM_TIME_NEVER, now);
        break;
    case PROBED:
        heard(p, c, SIM_TIME_NEVER, now);
        break;
    case THINKS:
        send_frame(p, c, now);
        break;
    case WAITS:
        c->stream->missed++;
        go_on(p, c, now);
        break;
    case QUEUES:
    case STARTS:
    case ENDED:
        break;
    }
}

/* A pod gives its place up when its time is over and its stream has ended. */
static void free_places(struct play *p, int64_t now)
{
    for (uint32_t i = 0; i < p->plan->clients; i++) {
        struct client *c = &p->client[i];
        if (c->phase == ENDED && c->over > 0 && c->over <= now) {
            const struct talk order = {.kind = TALK_STOP, .pod = i + 1};
            c->over = 0;
            p->pods[c->stream->node]--;
            if (c->port != PORTS_NONE) {
                ports_give(&p->pool[c->stream->node], c->port);
            }
            stage_order(p->stage, c->stream->node, &order);
        }
    }
}

static void on_word(struct play *p, uint32_t node, const struct talk *word, int64_t now)
{
    if (word->kind == TALK_READY) {
        if (word->pod > 0 && word->pod <= p->plan->clients) {
            on_ready(p, &p->client[word->pod - 1], now);
        }
        return;
    }
    if (word->client >= p->plan->clients) {
        return;
    }
    struct client *c = &p->client[word->client];
    if (word->kind == TALK_PONG) {
        if (c->phase == PINGS && c->at == node && word->number == node) {
            on_ping_over(p, c, now - c->sent, now);
        }
    } else if (word->kind == TALK_ANSWER && word->pod == TALK_PROBER) {
        if (c->phase == PROBED && c->at == node && word->number == c->probe) {
            heard(p, c, now - c->sent, now);
        }
    } else if (word->kind == TALK_ANSWER) {
        on_answer(p, c, word, now);
    }
}

/* Handles all that is due; says when the next thing is, and whether anything is left to happen. */
static bool serve_due(struct play *p, int64_t *next)
{
    bool is_left = false;
    const int64_t now = host_clock_ns();
    free_places(p, now);
    for (uint32_t i = 0; i < p->plan->clients; i++) {
        if (p->client[i].due <= now) {
            on_due(p, &p->client[i], now);
        }
    }
    next_turn(p, now);
    *next = now + SIM_S / 10; /* at least so often somebody looks whether the user leaves */
    for (uint32_t i = 0; i < p->plan->clients; i++) {
        const struct client *c = &p->client[i];
        const int64_t due = c->phase == ENDED && c->over > 0 ? c->over : c->due;
        *next = due < *next ? due : *next;
        is_left |= c->phase != ENDED;
    }
    return is_left;
}

static enum sim_status act(struct play *p, char text[CREW_TEXT_MAX])
{
    int64_t next = 0;
    const int64_t latest = later(p->begun, p->plan->duration_ns);
    while (serve_due(p, &next)) {
        uint32_t node = 0;
        struct talk word;
        const enum sim_status status = stage_hear(p->stage, next, &node, &word, text);
        if (status == SIM_OK) {
            on_word(p, node, &word, host_clock_ns());
        } else if (status != SIM_ERR_NOTFOUND) {
            return status;
        }
        if (p->stage->is_interrupted(p->stage->context)) {
            return SIM_ERR_IO;
        }
        if (host_clock_ns() > latest) {
            (void)snprintf(text, CREW_TEXT_MAX, "an arm took longer than the scenario's duration");
            return SIM_ERR_INVALID;
        }
    }
    return SIM_OK;
}

static void prepare(struct play *p, struct stage_result *result)
{
    const struct cluster_plan *plan = p->plan;
    p->lock = CLUSTER_NOBODY;
    p->begun = host_clock_ns();
    for (uint32_t i = 0; i < STAGE_NODES; i++) {
        p->pods[i] = plan->node[i].leftover;
        ports_init(&p->pool[i], p->taken[i], plan->ports < PORTS_ROOM ? plan->ports : PORTS_ROOM);
    }
    for (uint32_t i = 0; i < plan->clients; i++) {
        struct client *c = &p->client[i];
        struct rng jitter;
        chance(p, &jitter, i, CHANCE_ARRIVAL);
        chance(p, &c->think, i, CHANCE_THINK);
        c->due = p->begun + plan->arrival[i] + dist_draw(&plan->jitter, &jitter);
        c->stream = &result->stream[i];
        *c->stream = (struct cluster_stream){.client = i,
                                             .node = CLUSTER_NOBODY,
                                             .ready = SIM_TIME_NEVER,
                                             .begun = SIM_TIME_NEVER,
                                             .ended = SIM_TIME_NEVER};
    }
    result->clients = plan->clients;
}

enum sim_status stage_play(struct stage *s, const struct cluster_plan *plan, uint64_t seed,
                           uint32_t block, struct stage_result *result, char text[CREW_TEXT_MAX])
{
    if (plan->nodes != STAGE_NODES || plan->clients > STAGE_CLIENTS_MAX ||
        plan->rule == CLUSTER_HARNESS) {
        (void)snprintf(text, CREW_TEXT_MAX,
                       "for real there are %d nodes, at most %d clients, and no harness",
                       STAGE_NODES, STAGE_CLIENTS_MAX);
        return SIM_ERR_INVALID;
    }
    struct play *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return SIM_ERR_NOMEM;
    }
    *p = (struct play){.stage = s, .plan = plan, .seed = seed, .block = block};
    prepare(p, result);
    enum sim_status status = act(p, text);
    result->probes = p->probes;
    free(p);
    return status == SIM_OK ? stage_reset(s, text) : status;
}

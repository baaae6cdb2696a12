#include "models/nimblenet/real/remote.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "models/nimblenet/real/cargo.h"
#include "models/nimblenet/real/grant.h"
#include "models/nimblenet/real/outfit.h"
#include "models/nimblenet/world/world_state.h"
#include "runtime-replay/execute.h"
#include "runtime-replay/process.h"

enum {
    NODES_MOST = 250, /* processes, and four sockets of this host for each while it is started */
    LOOK_AROUND_MS = 200,
    FRAME_WAIT_MS = 1000,
    TRIES = 3,
};
/* Of a daemon's own clock, in which it must have answered. */
#define ANSWER_CPU_NS (10 * SIM_S)

/* What is known of a daemon. */
struct remote_node {
    uint64_t number; /* of the latest grant */
    uint32_t frames_in, frames_out;
    uint32_t version; /* of the tasklet that it was told to run last */
    uint64_t undecodable;
    bool *is_open; /* by call: those that it was given and has not answered */
    char books[GRANT_BOOKS_MAX];
};

struct remote {
    const struct world_spec *spec;
    const struct model_real_request *request;
    struct outfit_work work;
    struct remote_listener listener;
    const struct world *world;
    struct process *process; /* a node each */
    struct process_group group;
    struct remote_node *node;
    bool *is_open;     /* of all nodes */
    uint32_t *running; /* [node][slot]: the call that runs there */
    struct cargo cargo;
    struct grant_bounds bounds;
    uint32_t open_max; /* calls that a node can have at once, the refused one included */
    bool computes;     /* who is waited for: what its executor may take, its executor knows */
    bool is_left;      /* the user wants to go, and a daemon does not answer */
    char complaint[256];
    unsigned char order[PROCESS_ORDER_MAX], answer[PROCESS_ORDER_MAX];
    unsigned char frame[PROCESS_FRAME_MAX];
};

/* ---- what goes wrong ---- */

SIM_PRINTF(3, 4)
static enum sim_status complain(struct remote *r, uint32_t node, const char *format, ...)
{
    if (r->complaint[0] != '\0') {
        return SIM_ERR_IO; /* the first one says it */
    }
    char text[200];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    const uint32_t first = r->spec->setup->registry;
    const bool is_only = r->spec->setup->node_count == first + 1;
    if (node < first) {
        (void)snprintf(r->complaint, sizeof r->complaint, "node %" PRIu32 "'s daemon %s", node + 1,
                       text);
    } else if (is_only) {
        (void)snprintf(r->complaint, sizeof r->complaint, "the registry's daemon %s", text);
    } else {
        (void)snprintf(r->complaint, sizeof r->complaint, "registry %" PRIu32 "'s daemon %s",
                       node - first + 1, text);
    }
    return SIM_ERR_IO;
}

const char *remote_complaint(const struct remote *r)
{
    return r->complaint;
}

bool remote_is_left(const struct remote *r)
{
    return r->is_left;
}

/* Its line is dead; the process may take a moment longer. */
static enum sim_status complain_of_end(struct remote *r, uint32_t node)
{
    char how[PROCESS_TEXT_MAX];
    const struct timespec moment = {.tv_nsec = 5 * SIM_MS};
    for (int i = 0; i < 200; i++) {
        if (process_is_over(&r->process[node], how)) {
            return complain(r, node, "%s", how);
        }
        (void)nanosleep(&moment, NULL);
    }
    return complain(r, node, "does not listen any more");
}

bool remote_suits(const struct world_spec *spec, const char **key, char text[256])
{
    const uint64_t room = PROCESS_FRAME_MAX - GRANT_ENVELOPE_BYTES - (uint64_t)WIRE_HEADER_BYTES;
    const struct catalogue *c = spec->setup->catalogue;
    uint64_t largest = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        largest = c->tasklet[i].size_bytes > largest ? c->tasklet[i].size_bytes : largest;
    }
    *key = NULL;
    if (!process_is_available()) {
        (void)snprintf(text, 256, "this program was built for a host without processes");
    } else if (spec->setup->node_count > NODES_MOST) {
        *key = "nodes.columns";
        (void)snprintf(text, 256,
                       "%" PRIu32 " nodes with the registry; a testbed has a process for each, and "
                       "at most %d",
                       spec->setup->node_count, NODES_MOST);
    } else if (largest > room) {
        *key = "taskset.chain_size";
        (void)snprintf(text, 256,
                       "a tasklet of %" PRIu64 " B; a testbed's datagram carries at most %" PRIu64,
                       largest, room);
    } else {
        return true;
    }
    return false;
}

/* ---- from memory to processes, and back ---- */

enum sim_status remote_create(struct remote **out, const struct world_spec *spec,
                              const struct model_real_request *request,
                              const struct outfit_work *work,
                              const struct remote_listener *listener)
{
    const struct node_setup *s = spec->setup;
    struct remote *r = calloc(1, sizeof *r);
    if (r == NULL) {
        return SIM_ERR_NOMEM;
    }
    r->spec = spec;
    r->request = request;
    r->work = *work;
    r->listener = *listener;
    r->open_max = s->calls_max + 1;
    r->bounds = (struct grant_bounds){
        .tasklets = s->catalogue->count,
        .nodes = s->node_count,
        .calls_max = s->calls_max,
        .depth = s->catalogue->depth,
    };
    r->process = calloc(s->node_count, sizeof *r->process);
    r->node = calloc(s->node_count, sizeof *r->node);
    r->is_open = calloc((size_t)s->node_count * r->open_max, sizeof *r->is_open);
    r->running = calloc((size_t)s->node_count * s->calls_max, sizeof *r->running);
    if (r->process == NULL || r->node == NULL || r->is_open == NULL || r->running == NULL) {
        remote_destroy(r);
        return SIM_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < s->node_count; i++) {
        r->process[i].line = (struct process_line){-1, -1};
        r->node[i].is_open = &r->is_open[(size_t)i * r->open_max];
    }
    *out = r;
    return SIM_OK;
}

void remote_destroy(struct remote *r)
{
    if (r == NULL) {
        return;
    }
    if (r->process != NULL) {
        process_end_all(r->process, r->spec->setup->node_count, &r->group);
    }
    cargo_deinit(&r->cargo);
    free(r->process);
    free(r->node);
    free(r->is_open);
    free(r->running);
    free(r);
}

void remote_attend(struct remote *r, const struct world *w)
{
    r->world = w;
}

static enum sim_status order(struct remote *r, uint32_t node, const struct grant *g)
{
    struct pack p = {.bytes = r->order, .room = sizeof r->order};
    grant_encode(&p, g);
    ASSERT(!p.overflowed);
    return process_line_order(&r->process[node].line, r->order, p.length) == SIM_OK
               ? SIM_OK
               : complain_of_end(r, node);
}

enum { PIECE_BYTES = PROCESS_ORDER_MAX - 64 };

static enum sim_status send_outfit(struct remote *r, uint32_t node, const unsigned char *bytes,
                                   size_t length)
{
    enum sim_status status = SIM_OK;
    for (size_t at = 0; at < length && status == SIM_OK; at += PIECE_BYTES) {
        const struct grant g = {
            .kind = GRANT_SETUP,
            .setup_bytes = length,
            .piece = bytes + at,
            .piece_bytes = length - at < PIECE_BYTES ? length - at : PIECE_BYTES,
        };
        status = order(r, node, &g);
    }
    return status;
}

static enum sim_status equip(struct remote *r, uint32_t node)
{
    const struct node_setup *s = r->spec->setup;
    struct pack p = {.room = outfit_bytes(s, node, &r->work)};
    p.bytes = malloc(p.room);
    if (p.bytes == NULL) {
        return SIM_ERR_NOMEM;
    }
    outfit_encode(&p, s, node, &r->spec->mesh->next_port[(size_t)node * s->node_count], &r->work);
    ASSERT(!p.overflowed);
    const enum sim_status status = send_outfit(r, node, p.bytes, p.length);
    free(p.bytes);
    return status;
}

enum sim_status remote_start(struct remote *r)
{
    static const char *const argument[] = {"nimblesim", MODEL_REAL_WORD, "nimblenet", NULL};
    enum sim_status status = SIM_OK;
    for (uint32_t i = 0; i < r->spec->setup->node_count && status == SIM_OK; i++) {
        char text[PROCESS_TEXT_MAX];
        if (process_start(&r->process[i], &r->group, argument, text) != SIM_OK) {
            return complain(r, i, "cannot be started: %s", text);
        }
        status = equip(r, i);
    }
    return status;
}

/* ---- waiting ---- */

/* Whether there is any sense in waiting further for a daemon that has not answered. */
static enum sim_status look_around(struct remote *r, uint32_t node, int64_t cpu_before_ns)
{
    char how[PROCESS_TEXT_MAX];
    if (process_is_over(&r->process[node], how)) {
        return complain(r, node, "%s", how);
    }
    const int64_t patience_ns =
        r->request->patience_ns > 0 ? r->request->patience_ns : ANSWER_CPU_NS;
    if (!r->computes && process_cpu_ns(&r->process[node]) - cpu_before_ns > patience_ns) {
        return complain(r, node, "has computed for %g s without an answer",
                        (double)patience_ns / (double)SIM_S);
    }
    if (r->request->is_interrupted != NULL && r->request->is_interrupted()) {
        r->is_left = true;
        return SIM_ERR_IO;
    }
    return SIM_OK;
}

/* The next answer, whose actions *u is left before. */
static enum sim_status take_answer(struct remote *r, uint32_t node, struct unpack *u,
                                   struct grant_answer *a)
{
    size_t length = 0;
    int64_t cpu_ns = -1;
    enum sim_status status;
    do {
        status = process_line_take_order(&r->process[node].line, r->answer, sizeof r->answer,
                                         LOOK_AROUND_MS, &length);
        if (status == SIM_ERR_IO) {
            return complain_of_end(r, node);
        }
        if (status == SIM_ERR_NOTFOUND) {
            cpu_ns = cpu_ns < 0 ? process_cpu_ns(&r->process[node]) : cpu_ns;
            if (look_around(r, node, cpu_ns) != SIM_OK) {
                return SIM_ERR_IO;
            }
        }
    } while (status == SIM_ERR_NOTFOUND);
    *u = (struct unpack){.bytes = r->answer, .length = length};
    if (status != SIM_OK || grant_take_answer(u, a) != SIM_OK ||
        a->number != r->node[node].number) {
        return complain(r, node, "answers what no daemon would");
    }
    return SIM_OK;
}

/* ---- what a core wants ---- */

/* The message that belongs to an action. */
static enum sim_status take_frame(struct remote *r, uint32_t node, struct node_action *a,
                                  struct wire_message *m)
{
    size_t length = 0;
    struct grant_frame f;
    const enum sim_status status = process_line_receive(&r->process[node].line, r->frame,
                                                        sizeof r->frame, FRAME_WAIT_MS, &length);
    if (status == SIM_ERR_NOTFOUND) {
        return complain(r, node, "sent a frame that this host has lost");
    }
    if (status != SIM_OK || grant_take_frame(r->frame, length, &f) != SIM_OK) {
        return complain(r, node, "sent what is no message");
    }
    const uint16_t port = f.envelope.port;
    const bool is_flood = a->kind == NODE_FLOOD;
    const bool has_port = port < mesh_degree(r->spec->mesh, node);
    if (f.envelope.number != r->node[node].frames_in++ || f.envelope.is_flood != is_flood ||
        (!has_port && !(is_flood && port == NODE_NO_PORT))) {
        return complain(r, node, "sent a frame that is out of order or leads nowhere");
    }
    *m = f.message;
    a->send.port = port;
    a->send.message = m;
    if (f.binary != NULL && cargo_put(&r->cargo, m, f.binary, f.binary_bytes) != SIM_OK) {
        return SIM_ERR_NOMEM;
    }
    return SIM_OK;
}

/* A call is named as the world named it when it gave it to that node. */
static bool names_its_call(struct remote *r, uint32_t node, const struct node_action *a)
{
    bool *is_open = r->node[node].is_open;
    switch (a->kind) {
    case NODE_RUN:
    case NODE_RESUME:
        return a->run.call_id < r->open_max && is_open[a->run.call_id];
    case NODE_ACQUIRED:
    case NODE_NOT_ACQUIRED:
        return a->acquired->call_id < r->open_max && is_open[a->acquired->call_id];
    case NODE_ANSWER: {
        const bool is_its = a->answer.call_id < r->open_max && is_open[a->answer.call_id];
        if (is_its) {
            is_open[a->answer.call_id] = false;
        }
        return is_its;
    }
    case NODE_SEND:
    case NODE_FLOOD:
    case NODE_STORED:
    case NODE_EVICTED:
    case NODE_WANTED:
    case NODE_ATTEMPT_LOST:
        break;
    }
    return true;
}

static uint32_t *running_at(struct remote *r, uint32_t node, uint32_t slot)
{
    return &r->running[(size_t)node * r->bounds.calls_max + slot];
}

static uint64_t call_id_of(const struct remote *r, uint32_t node, uint64_t open)
{
    return world_call_at(r->world, node, (uint32_t)open)->trigger.call_id;
}

static enum sim_status carry_out(struct remote *r, uint32_t node, struct unpack *u, uint32_t count,
                                 const struct node_sink *out)
{
    for (uint32_t i = 0; i < count; i++) {
        struct node_action a;
        struct node_acquisition acquired;
        struct wire_message message;
        enum sim_status status =
            grant_take_action(u, &r->bounds, &a, &r->node[node].version, &acquired);
        if (status != SIM_OK || !names_its_call(r, node, &a)) {
            return complain(r, node, "wants what no core would");
        }
        if (a.kind == NODE_RUN || a.kind == NODE_RESUME) {
            *running_at(r, node, a.run.slot) = (uint32_t)a.run.call_id;
        }
        if (a.kind == NODE_SEND || a.kind == NODE_FLOOD) {
            status = take_frame(r, node, &a, &message);
            if (status != SIM_OK) {
                return status;
            }
        }
        out->act(out->context, &a);
    }
    return unpack_is_whole(u) ? SIM_OK : complain(r, node, "answers what no daemon would");
}

/* Carries out what a daemon answers, part by part. */
static enum sim_status hear_out(struct remote *r, uint32_t node, const struct node_sink *out,
                                struct grant_answer *a)
{
    struct unpack u;
    for (;;) {
        enum sim_status status = take_answer(r, node, &u, a);
        if (status == SIM_OK && a->kind == GRANT_FIGURES) {
            status = complain(r, node, "answers what no daemon would");
        }
        if (status == SIM_OK) {
            status = carry_out(r, node, &u, a->count, out);
        }
        if (status != SIM_OK || a->kind == GRANT_DONE) {
            return status;
        }
        const struct grant further = {.kind = GRANT_GO_ON, .number = a->number};
        status = order(r, node, &further);
        if (status != SIM_OK) {
            return status;
        }
    }
}

/* ---- the driver ---- */

/* Sends a frame to its daemon, with what it carries; also once more, should this host lose it. */
static enum sim_status send_frame(struct remote *r, uint32_t node, const struct node_event *ev)
{
    struct grant_frame f = {
        .envelope = {.number = r->node[node].frames_out, .port = ev->port},
        .message = *ev->frame,
    };
    if (wire_payload_length(&f.message) > 0) {
        const struct cargo_blob *b = cargo_find(&r->cargo, &f.message);
        ASSERT(b != NULL); /* take_frame() has put it there */
        f.binary = b->bytes;
        f.binary_bytes = b->length;
    }
    struct pack p = {.bytes = r->frame, .room = sizeof r->frame};
    grant_put_frame(&p, &f);
    ASSERT(!p.overflowed);
    return process_line_send(&r->process[node].line, r->frame, p.length) == SIM_OK
               ? SIM_OK
               : complain_of_end(r, node);
}

/* Grants, and hears out. */
static enum sim_status grant(struct remote *r, uint32_t node, struct grant *g,
                             const struct node_sink *out, struct grant_answer *a)
{
    const bool has_frame = g->kind == GRANT_STEP && g->event.kind == NODE_FRAME;
    for (int i = 0; i < TRIES; i++) {
        enum sim_status status = has_frame ? send_frame(r, node, &g->event) : SIM_OK;
        g->number = ++r->node[node].number;
        if (status == SIM_OK) {
            status = order(r, node, g);
        }
        if (status == SIM_OK) {
            status = hear_out(r, node, out, a);
        }
        if (status != SIM_OK) {
            return status;
        }
        if (a->status != GRANT_NO_FRAME) {
            r->node[node].frames_out += has_frame;
            return a->status == GRANT_WELL ? SIM_OK
                                           : complain(r, node, "refuses what it is granted");
        }
    }
    return complain(r, node, "was sent a frame that this host has lost, again and again");
}

static enum sim_status step(void *context, uint32_t node, sim_time now, const struct node_event *ev,
                            const struct node_sink *out, sim_time *timeout)
{
    struct remote *r = context;
    struct grant g = {.kind = GRANT_STEP, .now = now, .event = *ev};
    struct grant_answer a;
    if (ev->kind == NODE_CALL) {
        ASSERT(ev->call_id < r->open_max);
        r->node[node].is_open[ev->call_id] = true;
        g.argument = execute_argument((uint32_t)r->spec->robots.replication,
                                      (int64_t)call_id_of(r, node, ev->call_id));
    }
    const enum sim_status status = grant(r, node, &g, out, &a);
    *timeout = status == SIM_OK ? a.timeout : SIM_TIME_NEVER;
    return status;
}

static enum sim_status restart(void *context, uint32_t node, sim_time now,
                               const struct node_sink *out)
{
    struct grant g = {.kind = GRANT_RESTART, .now = now};
    struct grant_answer a;
    return grant(context, node, &g, out, &a);
}

static uint32_t version(void *context, uint32_t node, uint32_t tasklet)
{
    (void)tasklet;
    return ((const struct remote *)context)->node[node].version;
}

/* The copies that a node holds, where their versions matter. */
static bool take_held(struct unpack *u, const struct grant_bounds *b, uint32_t count,
                      struct cache *cache)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t tasklet = unpack_u32(u);
        const uint32_t held = unpack_u32(u);
        if (u->ran_out || tasklet >= b->tasklets || cache->count == b->tasklets) {
            return false;
        }
        cache->entry[cache->count++] = (struct cache_entry){.tasklet = tasklet, .version = held};
    }
    return true;
}

static void take_over(struct node *core, const struct grant_figures *f, sim_time now)
{
    core->stats = f->stats;
    core->settled_at = now;
    core->cache.used_bytes = f->cache_bytes;
    core->cache.high_water_bytes = f->cache_high_bytes;
    core->flood.forgotten = f->flood_forgotten;
    core->stalled_since = f->stalled_since;
    core->calls.in_use = f->calls_in_use;
    core->calls_running = f->calls_running;
    core->queue_count = f->queued;
    /* Nothing is ever taken from these pools here: only their marks are read. */
    core->calls.fresh =
        f->calls_fresh < core->calls.capacity ? f->calls_fresh : core->calls.capacity;
    core->fetches.fresh =
        f->fetches_fresh < core->fetches.capacity ? f->fetches_fresh : core->fetches.capacity;
}

static enum sim_status look(void *context, uint32_t node, sim_time now, struct node *core)
{
    struct remote *r = context;
    struct grant g = {.kind = GRANT_LOOK, .now = now, .number = ++r->node[node].number};
    struct grant_answer a = {.kind = GRANT_PART};
    struct grant_figures f;
    struct unpack u;
    core->cache.count = 0;
    while (a.kind != GRANT_FIGURES) {
        enum sim_status status = order(r, node, &g);
        if (status == SIM_OK) {
            status = take_answer(r, node, &u, &a);
        }
        if (status != SIM_OK) {
            return status;
        }
        if (a.kind == GRANT_DONE || a.status != GRANT_WELL ||
            !take_held(&u, &r->bounds, a.count, &core->cache)) {
            return complain(r, node, "answers what no daemon would");
        }
        g.kind = GRANT_GO_ON;
    }
    if (grant_take_figures(&u, &f) != SIM_OK || !unpack_is_whole(&u)) {
        return complain(r, node, "answers what no daemon would");
    }
    take_over(core, &f, now);
    r->node[node].undecodable = f.undecodable;
    memcpy(r->node[node].books, f.books, sizeof f.books);
    return SIM_OK;
}

static const char *audit(void *context, uint32_t node)
{
    const struct remote_node *n = &((const struct remote *)context)->node[node];
    if (n->undecodable > 0) {
        return "its daemon was sent frames that are no messages";
    }
    return n->books[0] != '\0' ? n->books : NULL;
}

/* What the daemon's executor wants, now that the clock has come to it. */
static enum sim_status hear_word(struct remote *r, uint32_t node, uint32_t slot,
                                 struct grant_word *word)
{
    const struct grant g = {.kind = GRANT_WORD, .number = ++r->node[node].number, .slot = slot};
    struct grant_answer a = {.kind = GRANT_DONE};
    struct unpack u;
    enum sim_status status = order(r, node, &g);
    if (status == SIM_OK) {
        r->computes = true;
        status = take_answer(r, node, &u, &a);
        r->computes = false;
    }
    if (status != SIM_OK) {
        return status;
    }
    if (a.kind != GRANT_SPOKEN || grant_take_word(&u, word) != SIM_OK || !unpack_is_whole(&u)) {
        return complain(r, node, "answers what no daemon would");
    }
    return SIM_OK;
}

/* The tasklets of a run do what the scenario says that they do: else it is another run. */
static enum sim_status compare_words(struct remote *r, uint32_t node, const struct grant_word *word,
                                     const struct driver_word *foretold)
{
    if (word->kind == NODE_EXEC_TRAPPED) {
        return complain(r, node, "has a tasklet that traps");
    }
    if (word->kind != foretold->kind || word->callee != foretold->callee) {
        return complain(r, node, "has a tasklet that does not call what the scenario says");
    }
    return SIM_OK;
}

static enum sim_status speak(void *context, uint32_t node, struct cpu *cost, uint32_t slot,
                             struct driver_word *word)
{
    struct remote *r = context;
    const bool is_last = cost->level[slot] == 0;
    struct remote_execution e = {.call_id = 0};
    *word = driver_foretold(cost, slot);
    if (r->work.binary == NULL) {
        return SIM_OK;
    }
    enum sim_status status = hear_word(r, node, slot, &e.word);
    if (status == SIM_OK) {
        status = compare_words(r, node, &e.word, word);
    }
    if (status == SIM_OK && is_last && word->kind == NODE_EXEC_FINISHED &&
        r->listener.executed != NULL) {
        e.call_id = call_id_of(r, node, *running_at(r, node, slot));
        r->listener.executed(r->listener.context, &e);
    }
    return status;
}

struct driver remote_driver(struct remote *r)
{
    return (struct driver){
        .context = r,
        .step = step,
        .restart = restart,
        .run = driver_run_as_told,
        .resume = driver_resume_as_told,
        .speak = speak,
        .version = version,
        .look = look,
        .audit = audit,
    };
}

const unsigned char *remote_binary(const struct remote *r, const struct wire_message *m)
{
    const struct cargo_blob *b = cargo_find(&r->cargo, m);
    return b != NULL ? b->bytes : NULL;
}

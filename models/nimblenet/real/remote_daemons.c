/* The daemons as processes: from memory to them and back, what is said to them, and waiting. */
#include "models/nimblenet/real/remote_state.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    NODES_MOST = 250, /* processes, and four sockets of this host for each while it is started */
    LOOK_AROUND_MS = 200,
};
/* Of a daemon's own clock, in which it must have answered. */
#define ANSWER_CPU_NS (10 * SIM_S)

/* ---- what goes wrong ---- */

SIM_PRINTF(3, 4)
enum sim_status remote_complain(struct remote *r, uint32_t node, const char *format, ...)
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

enum sim_status remote_complain_of_end(struct remote *r, uint32_t node)
{
    char how[PROCESS_TEXT_MAX] = "does not listen any more";
    (void)process_is_soon_over(&r->process[node], how);
    return remote_complain(r, node, "%s", how);
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

enum sim_status remote_order(struct remote *r, uint32_t node, const struct grant *g)
{
    struct pack p = {.bytes = r->order, .room = sizeof r->order};
    grant_encode(&p, g);
    ASSERT(!p.overflowed);
    return process_line_order(&r->process[node].line, r->order, p.length) == SIM_OK
               ? SIM_OK
               : remote_complain_of_end(r, node);
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
        status = remote_order(r, node, &g);
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

static enum sim_status start(struct remote *r, uint32_t node)
{
    static const char *const argument[] = {"nimblesim", MODEL_REAL_WORD, "nimblenet", NULL};
    char text[PROCESS_TEXT_MAX];
    if (process_start(&r->process[node], &r->group, argument, text) != SIM_OK) {
        return remote_complain(r, node, "cannot be started: %s", text);
    }
    r->node[node].frames_in = 0;
    r->node[node].frames_out = 0;
    return equip(r, node);
}

enum sim_status remote_start(struct remote *r)
{
    enum sim_status status = SIM_OK;
    for (uint32_t i = 0; i < r->spec->setup->node_count && status == SIM_OK; i++) {
        status = start(r, i);
    }
    return status;
}

void remote_kill(struct remote *r, uint32_t node)
{
    r->node[node].is_down = true;
    process_end(&r->process[node]);
}

enum sim_status remote_wake(struct remote *r, uint32_t node)
{
    struct remote_node *n = &r->node[node];
    if (!n->is_down) {
        return SIM_OK;
    }
    const struct grant boot = {
        .kind = GRANT_BOOT, .number = ++n->number, .now = n->down_since, .past = n->past};
    struct grant_answer a = {.kind = GRANT_PART};
    struct unpack u;
    n->is_down = false;
    enum sim_status status = start(r, node);
    if (status == SIM_OK) {
        status = remote_order(r, node, &boot);
    }
    if (status == SIM_OK) {
        status = remote_take_answer(r, node, &u, &a);
    }
    if (status == SIM_OK && (a.kind != GRANT_DONE || a.status != GRANT_WELL || a.count > 0)) {
        status = remote_complain(r, node, "does not come back");
    }
    return status;
}

/* ---- waiting ---- */

/* Whether there is any sense in waiting further for a daemon that has not answered. */
static enum sim_status look_around(struct remote *r, uint32_t node, int64_t cpu_before_ns)
{
    char how[PROCESS_TEXT_MAX];
    if (process_is_over(&r->process[node], how)) {
        return remote_complain(r, node, "%s", how);
    }
    const int64_t patience_ns =
        r->request->patience_ns > 0 ? r->request->patience_ns : ANSWER_CPU_NS;
    const bool computes = r->computes || r->work.is_metered;
    if (!computes && process_cpu_ns(&r->process[node]) - cpu_before_ns > patience_ns) {
        return remote_complain(r, node, "has computed for %g s without an answer",
                               (double)patience_ns / (double)SIM_S);
    }
    if (r->request->is_interrupted != NULL && r->request->is_interrupted()) {
        r->is_left = true;
        return SIM_ERR_IO;
    }
    return SIM_OK;
}

/* The next answer, whose actions *u is left before. */
enum sim_status remote_take_answer(struct remote *r, uint32_t node, struct unpack *u,
                                   struct grant_answer *a)
{
    size_t length = 0;
    int64_t cpu_ns = -1;
    enum sim_status status;
    do {
        status = process_line_take_order(&r->process[node].line, r->answer, sizeof r->answer,
                                         LOOK_AROUND_MS, &length);
        if (status == SIM_ERR_IO) {
            return remote_complain_of_end(r, node);
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
        return remote_complain(r, node, "answers what no daemon would");
    }
    return SIM_OK;
}

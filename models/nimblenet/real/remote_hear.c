/* What a daemon's core wants: checked as what comes from outside is, and carried out. */
#include "models/nimblenet/real/remote_state.h"

enum { FRAME_WAIT_MS = 1000 };

/* The message that belongs to an action. */
static enum sim_status take_frame(struct remote *r, uint32_t node, struct node_action *a,
                                  struct wire_message *m)
{
    size_t length = 0;
    struct grant_frame f;
    const enum sim_status status = process_line_receive(&r->process[node].line, r->frame,
                                                        sizeof r->frame, FRAME_WAIT_MS, &length);
    if (status == SIM_ERR_NOTFOUND) {
        return remote_complain(r, node, "sent a frame that this host has lost");
    }
    if (status != SIM_OK || grant_take_frame(r->frame, length, &f) != SIM_OK) {
        return remote_complain(r, node, "sent what is no message");
    }
    const uint16_t port = f.envelope.port;
    const bool is_flood = a->kind == NODE_FLOOD;
    const bool has_port = port < mesh_degree(r->spec->mesh, node);
    if (f.envelope.number != r->node[node].frames_in++ || f.envelope.is_flood != is_flood ||
        (!has_port && !(is_flood && port == NODE_NO_PORT))) {
        return remote_complain(r, node, "sent a frame that is out of order or leads nowhere");
    }
    *m = f.message;
    if (f.binary != NULL && m->origin == node && rumour_is_false(r->world, m)) {
        r->frame[f.binary - r->frame] ^= 1; /* what its memory has made of it */
    }
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
    case NODE_RETIRED:
    case NODE_DROPPED:
    case NODE_WANTED:
    case NODE_ATTEMPT_LOST:
        break;
    }
    return true;
}

static enum sim_status carry_out(struct remote *r, uint32_t node, struct unpack *u, uint32_t count,
                                 const struct node_sink *out)
{
    for (uint32_t i = 0; i < count; i++) {
        struct node_action a;
        struct node_acquisition acquired;
        struct wire_message message;
        enum sim_status status = grant_take_action(u, &r->bounds, &a, &acquired);
        if (status != SIM_OK || !names_its_call(r, node, &a)) {
            return remote_complain(r, node, "wants what no core would");
        }
        if (a.kind == NODE_RUN || a.kind == NODE_RESUME) {
            r->node[node].metered = r->work.is_metered ? unpack_u64(u) : 0;
            *remote_running_at(r, node, a.run.slot) =
                (struct remote_running){(uint32_t)a.run.call_id, a.run.version};
        }
        if (a.kind == NODE_SEND || a.kind == NODE_FLOOD) {
            status = take_frame(r, node, &a, &message);
            if (status != SIM_OK) {
                return status;
            }
        }
        out->act(out->context, &a);
    }
    return unpack_is_whole(u) ? SIM_OK : remote_complain(r, node, "answers what no daemon would");
}

/* Carries out what a daemon answers, part by part. */
enum sim_status remote_hear_out(struct remote *r, uint32_t node, const struct node_sink *out,
                                struct grant_answer *a)
{
    struct unpack u;
    for (;;) {
        enum sim_status status = remote_take_answer(r, node, &u, a);
        if (status == SIM_OK && a->kind == GRANT_FIGURES) {
            status = remote_complain(r, node, "answers what no daemon would");
        }
        if (status == SIM_OK) {
            status = carry_out(r, node, &u, a->count, out);
        }
        if (status != SIM_OK || a->kind == GRANT_DONE) {
            return status;
        }
        const struct grant further = {.kind = GRANT_GO_ON, .number = a->number};
        status = remote_order(r, node, &further);
        if (status != SIM_OK) {
            return status;
        }
    }
}

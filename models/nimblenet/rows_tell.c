/* How a world's happenings become the cells of rows, none of it allocated. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/capture.h"
#include "models/nimblenet/compose_price.h"
#include "models/nimblenet/delays.h"
#include "models/nimblenet/model.h"
#include "models/nimblenet/real/remote.h"
#include "models/nimblenet/rows.h"

/* ---- cells ---- */

#define INTEGER(value)                                                                             \
    {                                                                                              \
        .integer = (int64_t)(value)                                                                \
    }
#define REAL(value)                                                                                \
    {                                                                                              \
        .real = (value)                                                                            \
    }
#define WORD(value)                                                                                \
    {                                                                                              \
        .text = (value)                                                                            \
    }

static bool is_heard(const struct nimblenet_rows *r, enum nimblenet_table table)
{
    return r->listener != NULL && r->listener->row != NULL &&
           nimblenet_tables[table].least_record <= r->record;
}

static void tell(const struct nimblenet_rows *r, enum nimblenet_table table,
                 const union store_cell *cells)
{
    r->listener->row(r->listener->context, table, cells);
}

static int64_t or_none(uint64_t value, uint64_t none)
{
    return value == none ? STORE_MISSING : (int64_t)value;
}

static int64_t number_of(uint32_t node)
{
    return node == UINT32_MAX ? STORE_MISSING : (int64_t)node + 1;
}

/* ---- the taskset ---- */

static void tell_tasklet(const struct nimblenet_rows *r, const struct taskset *t,
                         const struct cpu_cost *cost, uint32_t i, char name[NIMBLENET_NAME_BYTES])
{
    const bool is_chain = i < t->chains;
    (void)snprintf(name, NIMBLENET_NAME_BYTES, is_chain ? "chain %u" : "algorithm %u",
                   is_chain ? i : i - t->chains);
    const union store_cell cells[] = {
        INTEGER(i),
        WORD(rows_kinds[is_chain ? 0 : 1]),
        WORD(name),
        INTEGER(t->tasklet[i].size_bytes),
        INTEGER(t->tasklet[i].own_ns),
        INTEGER(cost != NULL ? cost[i].load_ns : STORE_MISSING),
        INTEGER(cost != NULL ? cost[i].suspend_ns : STORE_MISSING),
        INTEGER(cost != NULL ? cost[i].resume_ns : STORE_MISSING),
        INTEGER(t->tasklet[i].heap_bytes),
    };
    tell(r, NIMBLENET_TASKLET, cells);
}

static void tell_calls_of(const struct nimblenet_rows *r, const struct taskset *t, uint32_t i)
{
    sim_time after_ns = 0;
    for (uint32_t c = 0; c < t->tasklet[i].call_count; c++) {
        after_ns += t->segment_ns[taskset_first_segment(t, i) + c];
        const union store_cell cells[] = {
            INTEGER(i),
            INTEGER(c),
            INTEGER(t->call[t->tasklet[i].first_call + c]),
            INTEGER(after_ns),
        };
        tell(r, NIMBLENET_TASKLET_CALL, cells);
    }
}

enum sim_status nimblenet_tell_tasklets(struct nimblenet_rows *r, const struct taskset *t,
                                        const struct cpu_cost *cost)
{
    if (!is_heard(r, NIMBLENET_TASKLET)) {
        return SIM_OK;
    }
    r->name = calloc((size_t)t->count + 1, sizeof *r->name);
    if (r->name == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < t->count; i++) {
        tell_tasklet(r, t, cost, i, r->name[i]);
    }
    for (uint32_t i = 0; i < t->count; i++) {
        tell_calls_of(r, t, i);
    }
    return SIM_OK;
}

/* ---- nodes and links ---- */

/* Registries are the last nodes, so a link to one is the last of its node. */
static bool is_gateway(const struct mesh *mesh, uint32_t node)
{
    return mesh_degree(mesh, node) > 0 &&
           mesh->link[mesh->first[node + 1] - 1].to >= mesh_nodes(mesh);
}

static void tell_node(const struct nimblenet_rows *r, const struct compose_system *s,
                      const struct world_account *a)
{
    const bool on_floor = a->node < s->floor.node_count;
    const union store_cell place[] = {
        INTEGER(a->node + 1),
        REAL(on_floor ? s->floor.node[a->node].x_m : (double)NAN),
        REAL(on_floor ? s->floor.node[a->node].y_m : (double)NAN),
        WORD(rows_roles[!on_floor                       ? ROWS_REGISTRY
                        : is_gateway(&s->mesh, a->node) ? ROWS_GATEWAY
                                                        : ROWS_NODE]),
    };
    tell(r, NIMBLENET_NODE, place);
    const union store_cell traffic[] = {
        INTEGER(a->node + 1),
        INTEGER(a->tx_bytes),
        INTEGER(a->rx_bytes),
        INTEGER(a->tx_messages),
        INTEGER(a->rx_messages),
        INTEGER(a->calls),
        INTEGER(a->served[NODE_SERVED_LOCAL]),
        INTEGER(a->evictions),
        INTEGER(a->cache_high_bytes),
        INTEGER(a->busy_ns),
    };
    tell(r, NIMBLENET_NODE_TRAFFIC, traffic);
}

static void tell_links_of(const struct nimblenet_rows *r, const struct mesh *mesh,
                          const struct world *w, uint32_t node)
{
    for (uint32_t l = mesh->first[node]; l < mesh->first[node + 1]; l++) {
        const struct world_link link = world_link(w, node, l - mesh->first[node]);
        const union store_cell cells[] = {
            INTEGER(node + 1),
            INTEGER(mesh->link[l].to + 1),
            INTEGER(link.tx_bytes),
            INTEGER(link.messages),
            INTEGER(link.lost_bytes),
            REAL(energy_of_link(r->rates, (int64_t)link.tx_bytes, (int64_t)link.lost_bytes)),
        };
        tell(r, NIMBLENET_LINK, cells);
    }
}

static void tell_energy(const struct nimblenet_rows *r, const struct world_account *a, sim_time now)
{
    const struct energy e = nimblenet_energy(r->rates, a, now);
    const union store_cell cells[] = {
        INTEGER(a->node + 1), REAL(e.compute_j), REAL(e.idle_j), REAL(e.sent_j), REAL(e.received_j),
    };
    tell(r, NIMBLENET_NODE_ENERGY, cells);
}

void nimblenet_tell_nodes(const struct nimblenet_rows *r, const struct compose_system *s,
                          const struct world *w)
{
    if (!is_heard(r, NIMBLENET_NODE)) {
        return;
    }
    for (uint32_t i = 0; i < s->mesh.node_count; i++) {
        const struct world_account account = world_account(w, i);
        tell_node(r, s, &account);
        if (i < mesh_nodes(&s->mesh)) {
            tell_energy(r, &account, s->head->duration_ns);
        }
    }
    for (uint32_t i = 0; i < s->mesh.node_count; i++) {
        tell_links_of(r, &s->mesh, w, i);
    }
}

/* ---- while it runs ---- */

bool nimblenet_tells_executed(const struct nimblenet_rows *rows)
{
    return is_heard(rows, NIMBLENET_EXECUTED_CALL);
}

void nimblenet_tell_executed(void *rows, const struct remote_execution *e)
{
    const struct nimblenet_rows *r = rows;
    if (!is_heard(r, NIMBLENET_EXECUTED_CALL)) {
        return;
    }
    const union store_cell cells[] = {
        INTEGER(e->call_id),
        INTEGER(e->word.result),
        INTEGER(e->word.instructions),
        INTEGER(e->word.loads),
        INTEGER(e->word.sub_calls),
        INTEGER(e->word.suspensions),
        INTEGER(e->word.state_bytes),
        INTEGER(
            compose_price_ns(r->price, e->chain, e->word.state_bytes, e->word.state_memory_bytes)),
    };
    tell(r, NIMBLENET_EXECUTED_CALL, cells);
}

/*
 * Calls end in any order, and their numbers leave few gaps: each has the place of its number, so
 * that nothing need be sorted. A place of no call has work_id 0 and its response is 0, which no
 * call's is.
 */
static void keep_outcome(struct nimblenet_outcomes *o, const struct world_call *c)
{
    const size_t place = (size_t)c->trigger.call_id;
    if (place >= o->capacity) {
        const size_t capacity = place + place / 2 + 64;
        struct model_outcome *larger = realloc(o->item, capacity * sizeof *larger);
        if (larger == NULL) {
            o->out_of_memory = true;
            return;
        }
        memset(&larger[o->capacity], 0, (capacity - o->capacity) * sizeof *larger);
        o->item = larger;
        o->capacity = capacity;
    }
    const bool completed = c->status == WORLD_COMPLETED;
    o->item[place] = (struct model_outcome){
        .work_id = (int64_t)c->trigger.call_id,
        .response_ns = completed ? c->response_ns : STORE_MISSING,
        .execution_ns = completed ? c->response_ns - c->queueing_ns - c->acquisition_ns : 0,
    };
    o->end = place >= o->end ? place + 1 : o->end;
}

static void note_call(void *context, const struct world_call *c)
{
    struct nimblenet_rows *r = context;
    if (c->status != WORLD_OUT_OF_CONTACT) {
        keep_outcome(&r->outcomes, c);
    }
    if (!is_heard(r, NIMBLENET_CALL)) {
        return;
    }
    const bool completed = c->status == WORLD_COMPLETED;
    const sim_time execution_ns = c->response_ns - c->queueing_ns - c->acquisition_ns;
    const union store_cell cells[] = {
        INTEGER(c->trigger.call_id),
        INTEGER(c->trigger.at),
        INTEGER(c->trigger.robot + 1),
        INTEGER(number_of(c->trigger.node)),
        INTEGER(c->trigger.chain),
        WORD(rows_statuses[c->status]),
        INTEGER(completed ? c->response_ns : STORE_MISSING),
        INTEGER(completed ? c->queueing_ns : STORE_MISSING),
        INTEGER(completed ? c->acquisition_ns : STORE_MISSING),
        INTEGER(completed ? execution_ns : STORE_MISSING),
        REAL(c->trigger.position.x_m),
        REAL(c->trigger.position.y_m),
        INTEGER(c->is_stale),
    };
    tell(r, NIMBLENET_CALL, cells);
}

static void tell_delay(struct nimblenet_rows *r, const struct world_acquisition *w)
{
    const struct delays_account a = delays_end(r->delays, r->mesh, w);
    if (w->done == w->detail->asked) {
        return;
    }
    const union store_cell cells[] = {
        INTEGER(r->acquisitions),     INTEGER(or_none(a.hops, UINT32_MAX)),
        INTEGER(a.timeout_ns),        INTEGER(a.parts.resent_ns),
        INTEGER(a.parts.handling_ns), INTEGER(a.parts.housekeeping_ns),
        INTEGER(a.travel_ns),         INTEGER(a.waiting_ns),
    };
    tell(r, NIMBLENET_DELAY, cells);
}

static void note_acquisition(void *context, const struct world_acquisition *w)
{
    struct nimblenet_rows *r = context;
    const struct node_acquisition *a = w->detail;
    const union store_cell cells[] = {
        INTEGER(r->acquisitions),
        INTEGER(w->call_id),
        INTEGER(number_of(w->node)),
        INTEGER(a->tasklet),
        INTEGER(a->asked),
        INTEGER(w->done),
        WORD(rows_served[!w->failed     ? (int)a->served
                         : a->too_large ? NODE_SERVED_KINDS + 1
                                        : NODE_SERVED_KINDS]),
        INTEGER(w->failed ? STORE_MISSING : number_of(a->source)),
        INTEGER(a->attempts),
        INTEGER(a->evicted),
        INTEGER(a->spent_ns[NODE_STAGE_LOCAL_SEARCH]),
        INTEGER(a->spent_ns[NODE_STAGE_GLOBAL_SEARCH]),
        INTEGER(a->spent_ns[NODE_STAGE_REGISTRY]),
        INTEGER(a->spent_ns[NODE_STAGE_META]),
        INTEGER(a->spent_ns[NODE_STAGE_ROOM]),
        INTEGER(a->spent_ns[NODE_STAGE_DATA]),
        INTEGER(a->spent_ns[NODE_STAGE_FOLLOW]),
    };
    tell(r, NIMBLENET_ACQUISITION, cells);
    if (nimblenet_tells_delays(r)) {
        tell_delay(r, w);
    }
    r->acquisitions++;
}

static void note_node(void *context, sim_time now, const struct world_account *a)
{
    const struct nimblenet_rows *r = context;
    const struct energy e = nimblenet_energy(r->rates, a, now);
    const union store_cell cells[] = {
        INTEGER(a->node + 1), INTEGER(now),           INTEGER(a->cache_bytes), INTEGER(a->queued),
        INTEGER(a->running),  REAL(energy_total(&e)), INTEGER(a->old_copies),
    };
    tell(r, NIMBLENET_NODE_BIN, cells);
}

static void note_held(void *context, sim_time now, uint32_t node, uint32_t tasklet, bool is_stored)
{
    struct nimblenet_rows *r = context;
    const union store_cell cells[] = {
        INTEGER(r->changes),
        INTEGER(now),
        INTEGER(node + 1),
        INTEGER(tasklet),
        WORD(rows_changes[is_stored ? 1 : 0]),
    };
    r->changes++;
    tell(r, NIMBLENET_CACHE_CHANGE, cells);
}

/* ---- events ---- */

static const char *acquired_name(int by)
{
    static const char *const name[NODE_SERVED_KINDS] = {
        [NODE_SERVED_LOCAL] = "acquired: cached",
        [NODE_SERVED_NEIGHBOUR] = "acquired: neighbour",
        [NODE_SERVED_GLOBAL] = "acquired: global search",
        [NODE_SERVED_REGISTRY] = "acquired: registry",
    };
    return name[by];
}

static const char *answered_name(int outcome)
{
    static const char *const name[] = {
        [NODE_COMPLETED] = "answered: completed", [NODE_FAILED] = "answered: failed",
        [NODE_REFUSED] = "answered: refused",     [NODE_TRAPPED] = "answered: trapped",
        [NODE_WENT_DOWN] = "answered: node down",
    };
    return name[outcome];
}

static const char *message_name(enum world_event_kind kind, int message)
{
#define NAMES(verb)                                                                                \
    {                                                                                              \
        [TRAFFIC_CHATTER] = verb " housekeeping", [WIRE_QUERY] = verb " query",                    \
        [WIRE_HAVE] = verb " have", [WIRE_REGISTRY_ASK] = verb " registry ask",                    \
        [WIRE_REGISTRY_TELL] = verb " registry tell", [WIRE_META_ASK] = verb " meta ask",          \
        [WIRE_META_TELL] = verb " meta tell", [WIRE_GET] = verb " get",                            \
        [WIRE_DATA] = verb " data", [WIRE_NEWS] = verb " news",                                    \
    }
    static const char *const sent[WIRE_KINDS] = NAMES("sent:");
    static const char *const lost[WIRE_KINDS] = NAMES("lost:");
    static const char *const received[WIRE_KINDS] = NAMES("received:");
    static const char *const dropped[WIRE_KINDS] = NAMES("no room:");
#undef NAMES
    return kind == WORLD_EV_SENT         ? sent[message]
           : kind == WORLD_EV_LOST       ? lost[message]
           : kind == WORLD_EV_OVERFLOWED ? dropped[message]
                                         : received[message];
}

static const char *event_name(const struct world_event *e)
{
    switch (e->kind) {
    case WORLD_EV_CALL:
        return "call";
    case WORLD_EV_SENT:
    case WORLD_EV_LOST:
    case WORLD_EV_RECEIVED:
    case WORLD_EV_OVERFLOWED:
        return message_name(e->kind, e->detail);
    case WORLD_EV_TIMEOUT:
        return "timeout";
    case WORLD_EV_EVICTED:
        return "evicted";
    case WORLD_EV_STORED:
        return "stored";
    case WORLD_EV_ACQUIRED:
        return acquired_name(e->detail);
    case WORLD_EV_NOT_ACQUIRED:
        return "not acquired";
    case WORLD_EV_RUN:
        return "run";
    case WORLD_EV_RESUMED:
        return "resumed";
    case WORLD_EV_SUBCALL:
        return "subcall";
    case WORLD_EV_RETURNED:
        return "returned";
    case WORLD_EV_ANSWERED:
        return answered_name(e->detail);
    case WORLD_EV_UPDATED:
        return "updated";
    case WORLD_EV_FAILED:
        return "node fails";
    case WORLD_EV_RESTARTED:
        return "node is back";
    case WORLD_EV_PAUSED:
        return "node pauses";
    case WORLD_EV_WENT_ON:
        return "node goes on";
    case WORLD_EV_RETIRED:
        return "retired";
    case WORLD_EV_DROPPED:
        return "dropped";
    }
    return "unknown";
}

static void note_event(void *context, const struct world_event *e)
{
    struct nimblenet_rows *r = context;
    const union store_cell cells[] = {
        INTEGER(r->events),
        INTEGER(e->at),
        INTEGER(number_of(e->node)),
        WORD(event_name(e)),
        INTEGER(or_none(e->call_id, UINT64_MAX)),
        INTEGER(or_none(e->tasklet, UINT32_MAX)),
        INTEGER(number_of(e->peer)),
        INTEGER(e->bytes > 0 ? (int64_t)e->bytes : STORE_MISSING),
    };
    r->events++;
    tell(r, NIMBLENET_EVENT, cells);
}

static void note_frame(void *context, const struct world_frame *frame)
{
    const struct nimblenet_rows *r = context;
    if (r->capture != NULL) {
        nimblenet_capture_note(r->capture, frame);
    }
    if (r->delays != NULL) {
        delays_note(r->delays, frame);
    }
}

bool nimblenet_tells_delays(const struct nimblenet_rows *r)
{
    return is_heard(r, NIMBLENET_DELAY);
}

struct world_observer nimblenet_observer(struct nimblenet_rows *r)
{
    return (struct world_observer){
        .context = r,
        .call = note_call,
        .missed = is_heard(r, NIMBLENET_CALL) ? note_call : NULL,
        .acquisition = is_heard(r, NIMBLENET_ACQUISITION) ? note_acquisition : NULL,
        .event = is_heard(r, NIMBLENET_EVENT) ? note_event : NULL,
        .node = is_heard(r, NIMBLENET_NODE_BIN) ? note_node : NULL,
        .held = is_heard(r, NIMBLENET_CACHE_CHANGE) ? note_held : NULL,
        .frame = r->capture != NULL || r->delays != NULL ? note_frame : NULL,
    };
}

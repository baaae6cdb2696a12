#include "sim/study/recorder.h"

#include <stdlib.h>

#define BATCH ((size_t)16384)

static int64_t or_none(uint64_t value, uint64_t none)
{
    return value == none ? RESULT_NONE : (int64_t)value;
}

static int64_t number_of(uint32_t node)
{
    return node == UINT32_MAX ? RESULT_NONE : (int64_t)node + 1;
}

/* Makes room for one more row. A batch is flushed long before it is full; growing is rare. */
static bool grow(void **rows, size_t row_bytes, size_t count, size_t *capacity)
{
    if (count < *capacity) {
        return true;
    }
    void *larger = realloc(*rows, 2 * *capacity * row_bytes);
    if (larger == NULL) {
        return false;
    }
    *rows = larger;
    *capacity *= 2;
    return true;
}

static void note_call(void *context, const struct world_call *c)
{
    static const enum result_status status[] = {
        [WORLD_OUT_OF_CONTACT] = RESULT_OUT_OF_CONTACT,
        [WORLD_COMPLETED] = RESULT_CALL_COMPLETED,
        [WORLD_FAILED] = RESULT_CALL_FAILED,
        [WORLD_PENDING] = RESULT_CALL_PENDING,
    };
    struct recorder *r = context;
    void *rows = r->call;
    if (!grow(&rows, sizeof *r->call, r->call_count, &r->call_capacity)) {
        r->out_of_memory = true;
        return;
    }
    r->call = rows;
    const bool completed = c->status == WORLD_COMPLETED;
    const sim_time execution_ns = c->response_ns - c->queueing_ns - c->acquisition_ns;
    r->call[r->call_count++] = (struct result_call){
        .call_id = (int64_t)c->trigger.call_id,
        .t_ns = c->trigger.at,
        .robot = (int64_t)c->trigger.robot + 1,
        .node = number_of(c->trigger.node),
        .chain = c->trigger.chain,
        .status = status[c->status],
        .response_ns = completed ? c->response_ns : RESULT_NONE,
        .queueing_ns = completed ? c->queueing_ns : RESULT_NONE,
        .acquisition_ns = completed ? c->acquisition_ns : RESULT_NONE,
        .execution_ns = completed ? execution_ns : RESULT_NONE,
        .x_m = c->trigger.position.x_m,
        .y_m = c->trigger.position.y_m,
    };
}

static void note_acquisition(void *context, const struct world_acquisition *w)
{
    static const enum result_served served[] = {
        [NODE_SERVED_LOCAL] = RESULT_FROM_CACHE,
        [NODE_SERVED_NEIGHBOUR] = RESULT_FROM_NEIGHBOUR,
        [NODE_SERVED_GLOBAL] = RESULT_FROM_GLOBAL,
        [NODE_SERVED_REGISTRY] = RESULT_FROM_REGISTRY,
    };
    struct recorder *r = context;
    void *rows = r->acquisition;
    if (!grow(&rows, sizeof *r->acquisition, r->acquisition_count, &r->acquisition_capacity)) {
        r->out_of_memory = true;
        return;
    }
    r->acquisition = rows;
    const struct node_acquisition *a = w->detail;
    r->acquisition[r->acquisition_count++] = (struct result_acquisition){
        .seq = r->acquisitions++,
        .call_id = (int64_t)w->call_id,
        .node = number_of(w->node),
        .tasklet = a->tasklet,
        .t_ns = a->asked,
        .done_ns = w->done,
        .served = w->failed ? RESULT_NOT_SERVED : served[a->served],
        .source = w->failed ? RESULT_NONE : number_of(a->source),
        .attempts = a->attempts,
        .evicted = a->evicted,
        .local_search_ns = a->spent_ns[NODE_STAGE_LOCAL_SEARCH],
        .global_search_ns = a->spent_ns[NODE_STAGE_GLOBAL_SEARCH],
        .registry_ns = a->spent_ns[NODE_STAGE_REGISTRY],
        .metadata_ns = a->spent_ns[NODE_STAGE_META],
        .room_ns = a->spent_ns[NODE_STAGE_ROOM],
        .transfer_ns = a->spent_ns[NODE_STAGE_DATA],
        .follow_ns = a->spent_ns[NODE_STAGE_FOLLOW],
    };
}

static const char *acquired_name(int served)
{
    static const char *const name[NODE_SERVED_KINDS] = {
        [NODE_SERVED_LOCAL] = "acquired: cached",
        [NODE_SERVED_NEIGHBOUR] = "acquired: neighbour",
        [NODE_SERVED_GLOBAL] = "acquired: global search",
        [NODE_SERVED_REGISTRY] = "acquired: registry",
    };
    return name[served];
}

static const char *answered_name(int outcome)
{
    static const char *const name[] = {
        [NODE_COMPLETED] = "answered: completed",
        [NODE_FAILED] = "answered: failed",
        [NODE_REFUSED] = "answered: refused",
        [NODE_TRAPPED] = "answered: trapped",
    };
    return name[outcome];
}

static const char *message_name(enum world_event_kind kind, int message)
{
#define NAMES(verb)                                                                                \
    {                                                                                              \
        [WIRE_QUERY] = verb " query", [WIRE_HAVE] = verb " have",                                  \
        [WIRE_REGISTRY_ASK] = verb " registry ask", [WIRE_REGISTRY_TELL] = verb " registry tell",  \
        [WIRE_META_ASK] = verb " meta ask", [WIRE_META_TELL] = verb " meta tell",                  \
        [WIRE_GET] = verb " get", [WIRE_DATA] = verb " data",                                      \
    }
    static const char *const sent[WIRE_KINDS] = NAMES("sent:");
    static const char *const lost[WIRE_KINDS] = NAMES("lost:");
    static const char *const received[WIRE_KINDS] = NAMES("received:");
#undef NAMES
    return kind == WORLD_EV_SENT ? sent[message]
                                 : (kind == WORLD_EV_LOST ? lost : received)[message];
}

static const char *event_name(const struct world_event *e)
{
    switch (e->kind) {
    case WORLD_EV_CALL:
        return "call";
    case WORLD_EV_SENT:
    case WORLD_EV_LOST:
    case WORLD_EV_RECEIVED:
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
    }
    return "unknown";
}

static void note_event(void *context, const struct world_event *e)
{
    struct recorder *r = context;
    void *rows = r->event;
    if (!grow(&rows, sizeof *r->event, r->event_count, &r->event_capacity)) {
        r->out_of_memory = true;
        return;
    }
    r->event = rows;
    r->event[r->event_count++] = (struct result_event){
        .seq = r->sequence++,
        .t_ns = e->at,
        .node = number_of(e->node),
        .kind = event_name(e),
        .call_id = or_none(e->call_id, UINT64_MAX),
        .tasklet = or_none(e->tasklet, UINT32_MAX),
        .peer = number_of(e->peer),
        .bytes = e->bytes > 0 ? (int64_t)e->bytes : RESULT_NONE,
    };
}

enum sim_status recorder_init(struct recorder *r, struct store *store, int64_t run_id, bool events,
                              struct world_observer *observer)
{
    *r = (struct recorder){.store = store, .run_id = run_id};
    r->call_capacity = 2 * BATCH;
    r->acquisition_capacity = 2 * BATCH;
    r->event_capacity = events ? 8 * BATCH : 1;
    r->call = malloc(r->call_capacity * sizeof *r->call);
    r->acquisition = malloc(r->acquisition_capacity * sizeof *r->acquisition);
    r->event = malloc(r->event_capacity * sizeof *r->event);
    if (r->call == NULL || r->acquisition == NULL || r->event == NULL) {
        recorder_deinit(r);
        return SIM_ERR_NOMEM;
    }
    *observer = (struct world_observer){
        .context = r,
        .call = note_call,
        .acquisition = note_acquisition,
        .event = events ? note_event : NULL,
    };
    return SIM_OK;
}

void recorder_deinit(struct recorder *r)
{
    free(r->call);
    free(r->acquisition);
    free(r->event);
    *r = (struct recorder){0};
}

enum sim_status recorder_flush(struct recorder *r, size_t least)
{
    if (r->out_of_memory) {
        return SIM_ERR_NOMEM;
    }
    enum sim_status status = SIM_OK;
    if (r->call_count > 0 && r->call_count >= least) {
        status = store_calls(r->store, r->run_id, r->call, r->call_count);
        r->call_count = 0;
    }
    if (status == SIM_OK && r->acquisition_count > 0 && r->acquisition_count >= least) {
        status = store_acquisitions(r->store, r->run_id, r->acquisition, r->acquisition_count);
        r->acquisition_count = 0;
    }
    if (status == SIM_OK && r->event_count > 0 && r->event_count >= least) {
        status = store_events(r->store, r->run_id, r->event, r->event_count);
        r->event_count = 0;
    }
    return status;
}

/*
 * The rows that a run leaves: what each table's columns are, and how a world's happenings become
 * their cells. Nodes and robots are counted from 1 here, tasklets from 0.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/nimblenet/model.h"

/* ---- the tables ---- */

static const char *const kinds[] = {"chain", "algorithm", NULL};
static const char *const roles[] = {"node", "gateway", "registry", NULL};
enum { ROLE_NODE, ROLE_GATEWAY, ROLE_REGISTRY };
static const char *const statuses[] = {
    [WORLD_OUT_OF_CONTACT] = "out_of_contact",
    [WORLD_COMPLETED] = "completed",
    [WORLD_FAILED] = "failed",
    [WORLD_PENDING] = "pending",
    NULL,
};
static const char *const served[] = {
    [NODE_SERVED_LOCAL] = "cache",   [NODE_SERVED_NEIGHBOUR] = "neighbour",
    [NODE_SERVED_GLOBAL] = "global", [NODE_SERVED_REGISTRY] = "registry",
    [NODE_SERVED_KINDS] = "failed",  NULL,
};

#define KEY(column)                                                                                \
    {                                                                                              \
        .name = (column), .about = "", .type = STORE_INTEGER, .is_key = true                       \
    }
#define NUMBER(column, words)                                                                      \
    {                                                                                              \
        .name = (column), .about = (words), .type = STORE_INTEGER                                  \
    }
#define PLACE(column)                                                                              \
    {                                                                                              \
        .name = (column), .about = "", .type = STORE_REAL, .is_signed = true                       \
    }
#define TIME(column, words)                                                                        \
    {                                                                                              \
        .name = (column), .about = (words), .type = STORE_TIME                                     \
    }
#define OF_WORDS(column, all)                                                                      \
    {                                                                                              \
        .name = (column), .about = "", .type = STORE_TEXT, .words = (all)                          \
    }
#define NUMBER_OR(column, reason)                                                                  \
    {                                                                                              \
        .name = (column), .about = (reason), .type = STORE_INTEGER, .may_miss = true               \
    }
#define TIME_OR(column, reason)                                                                    \
    {                                                                                              \
        .name = (column), .about = (reason), .type = STORE_TIME, .may_miss = true                  \
    }

static const struct store_column tasklet_column[] = {
    KEY("tasklet"),
    OF_WORDS("kind", kinds),
    {.name = "name", .about = "", .type = STORE_TEXT},
    NUMBER("size_bytes", ""),
    TIME("time_ns", "its own, without what it calls"),
    TIME_OR("load_ns", "its start; NULL, like the next two: did not run"),
    TIME_OR("suspend_ns", "before each of its calls"),
    TIME_OR("resume_ns", "return to it after each of its calls"),
};

static const struct store_column tasklet_call_column[] = {
    KEY("tasklet"),
    KEY("position"),
    NUMBER("callee", "a tasklet"),
    TIME("after_ns", "that the caller has itself run since its start"),
};

static const struct store_column node_column[] = {
    KEY("node"),
    {.name = "x_m",
     .about = "NULL where a node has no place, as the registry",
     .type = STORE_REAL,
     .may_miss = true,
     .is_signed = true},
    {.name = "y_m", .about = "", .type = STORE_REAL, .may_miss = true, .is_signed = true},
    OF_WORDS("role", roles),
};

static const struct store_column node_traffic_column[] = {
    KEY("node"),
    NUMBER("tx_bytes", ""),
    NUMBER("rx_bytes", ""),
    NUMBER("tx_messages", ""),
    NUMBER("rx_messages", ""),
    NUMBER("calls", ""),
    NUMBER("hits", "acquisitions served by the node's own cache"),
    NUMBER("evictions", ""),
    NUMBER("cache_high_bytes", ""),
    TIME("busy_ns", "summed over the node's executors"),
};

static const struct store_column link_column[] = {
    KEY("node"),
    KEY("peer"),
    NUMBER("tx_bytes", "sent over it, a flood's copy each"),
    NUMBER("messages", ""),
    NUMBER("lost_bytes", "of those sent"),
};

static const struct store_column call_column[] = {
    KEY("call_id"),
    TIME("t_ns", "the trigger"),
    NUMBER("robot", ""),
    NUMBER_OR("node", "NULL: out of contact"),
    NUMBER("chain", "a tasklet"),
    OF_WORDS("status", statuses),
    TIME_OR("response_ns", "trigger to end; NULL unless completed, as the next three"),
    TIME_OR("queueing_ns", ""),
    TIME_OR("acquisition_ns", ""),
    TIME_OR("execution_ns", ""),
    PLACE("x_m"),
    PLACE("y_m"),
};

static const struct store_column acquisition_column[] = {
    KEY("seq"), /* in the order in which they ended */
    NUMBER("call_id", ""),
    NUMBER("node", ""),
    NUMBER("tasklet", ""),
    TIME("t_ns", "asked for"),
    TIME("done_ns", ""),
    OF_WORDS("served", served),
    NUMBER_OR("source", "the node that sent it; NULL if it failed"),
    NUMBER("attempts", ""),
    NUMBER("evicted", "entries that had to go for it"),
    TIME("local_search_ns", ""),
    TIME("global_search_ns", ""),
    TIME("registry_ns", ""),
    TIME("metadata_ns", ""),
    TIME("room_ns", ""),
    TIME("transfer_ns", ""),
    TIME("follow_ns", "waiting for another acquisition of the same tasklet"),
};

static const struct store_column node_bin_column[] = {
    KEY("node"),
    {.name = "t_ns", .about = "the end of the bin", .type = STORE_TIME, .is_key = true},
    NUMBER("cache_bytes", "held then"),
    NUMBER("queue", "calls that wait for an executor then"),
    NUMBER("running", "calls that run then"),
};

static const struct store_column event_column[] = {
    KEY("seq"),
    TIME("t_ns", ""),
    NUMBER("node", ""),
    {.name = "kind", .about = "", .type = STORE_TEXT},
    NUMBER_OR("call_id", "NULL where the event has none; so the rest"),
    NUMBER_OR("tasklet", ""),
    NUMBER_OR("peer", "a node"),
    NUMBER_OR("bytes", ""),
};

enum { SUMMARY, CALLS, EVENTS }; /* struct model_head's record */

#define TABLE(of, words, record, columns_of)                                                       \
    {                                                                                              \
        .name = (of), .about = (words), .least_record = (record), .column = (columns_of),          \
        .columns = sizeof(columns_of) / sizeof(columns_of)[0]                                      \
    }

const struct store_table nimblenet_tables[NIMBLENET_TABLES] = {
    [NIMBLENET_TASKLET] = TABLE("tasklet", "the taskset", CALLS, tasklet_column),
    [NIMBLENET_TASKLET_CALL] =
        TABLE("tasklet_call", "which tasklet calls which, and when", CALLS, tasklet_call_column),
    [NIMBLENET_NODE] = TABLE("node", "places and roles of the nodes", SUMMARY, node_column),
    [NIMBLENET_NODE_TRAFFIC] = TABLE("node_traffic", "all accounts of a node, the registry's too",
                                     SUMMARY, node_traffic_column),
    [NIMBLENET_LINK] =
        TABLE("link", "what went over each link, a direction a row", SUMMARY, link_column),
    [NIMBLENET_CALL] =
        TABLE("call",
              "calls and what became of them; trigger, robot, node, chain and place are "
              "equal in every variant of a replication",
              CALLS, call_column),
    [NIMBLENET_ACQUISITION] =
        TABLE("acquisition", "how calls came by their tasklets, stage by stage: the stages add up",
              CALLS, acquisition_column),
    [NIMBLENET_NODE_BIN] = TABLE("node_bin", "what a node held and did at the end of each bin",
                                 CALLS, node_bin_column),
    [NIMBLENET_EVENT] = TABLE("event", "everything that happened at a node", EVENTS, event_column),
};

/* The nodes that totals count: without the registry, whose traffic is in node_traffic. */
const char nimblenet_views[] =
    "CREATE VIEW v_node_traffic (run_id, node, tx_bytes, rx_bytes) AS\n"
    "SELECT t.run_id, t.node, t.tx_bytes, t.rx_bytes\n"
    "FROM node_traffic AS t JOIN node AS n USING (run_id, node)\n"
    "WHERE n.role <> 'registry';\n"
    /* Means over the calls completed in the last 100 s, NULL where none was. */
    "CREATE VIEW v_response_split (run_id, t_s, n, response_s, acquisition_s, execution_s,\n"
    "                              queueing_s) AS -- the same with acquisition, execution and "
    "queueing\n"
    "SELECT run_id, t_ns / 1e9, n, response_ns / 1e9 / nullif(n, 0),\n"
    "       acquisition_ns / 1e9 / nullif(n, 0), execution_ns / 1e9 / nullif(n, 0),\n"
    "       queueing_ns / 1e9 / nullif(n, 0)\n"
    "FROM (SELECT run_id, t_ns,\n"
    "             sum(completed) OVER last AS n,\n"
    "             sum(response_ns) OVER last AS response_ns,\n"
    "             sum(acquisition_ns) OVER last AS acquisition_ns,\n"
    "             sum(execution_ns) OVER last AS execution_ns,\n"
    "             sum(queueing_ns) OVER last AS queueing_ns\n"
    "      FROM bin\n"
    "      WINDOW last AS (PARTITION BY run_id ORDER BY t_ns\n"
    "                      RANGE BETWEEN 99999999999 PRECEDING AND CURRENT ROW))\n"
    "WHERE t_ns >= 100000000000;\n"
    /* Every variant of a replication sees the same calls: what a testbed plays back. */
    "CREATE VIEW v_trace (replication, t_ns, call_id, robot, node, chain, x_m, y_m) AS\n"
    "-- the call trace for a testbed: the same for every variant, in order of time\n"
    "SELECT r.replication, c.t_ns, c.call_id, c.robot, c.node, c.chain, c.x_m, c.y_m\n"
    "FROM (SELECT min(run_id) AS run_id, replication FROM run GROUP BY replication) AS r\n"
    "JOIN call AS c USING (run_id);\n"
    /* Simulated beside executed: execution_s is what the run took for the call's execution,
     * executed_s what the executed work takes on the platform. */
    "CREATE VIEW v_execution (run_id, variant, replication, call_id, node, chain, execution_s,\n"
    "                         executed_s, result, instructions, loads, sub_calls, suspensions,\n"
    "                         state_bytes, memory_bytes, host_s) AS\n"
    "SELECT run_id, variant, replication, call_id, node, chain, execution_ns / 1e9,\n"
    "       platform_ns / 1e9, result, instructions, loads, sub_calls, suspensions, state_bytes,\n"
    "       memory_bytes,\n"
    "       (load_host_ns + run_host_ns + suspend_host_ns + resume_host_ns) / 1e9\n"
    "FROM execution JOIN call USING (run_id, call_id) JOIN run USING (run_id);\n";

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
        WORD(kinds[is_chain ? 0 : 1]),
        WORD(name),
        INTEGER(t->tasklet[i].size_bytes),
        INTEGER(t->tasklet[i].own_ns),
        INTEGER(cost != NULL ? cost[i].load_ns : STORE_MISSING),
        INTEGER(cost != NULL ? cost[i].suspend_ns : STORE_MISSING),
        INTEGER(cost != NULL ? cost[i].resume_ns : STORE_MISSING),
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

static void tell_node(const struct nimblenet_rows *r, const struct compose_system *s,
                      const struct world_account *a)
{
    const bool on_floor = a->node < s->floor.node_count;
    const union store_cell place[] = {
        INTEGER(a->node + 1),
        REAL(on_floor ? s->floor.node[a->node].x_m : (double)NAN),
        REAL(on_floor ? s->floor.node[a->node].y_m : (double)NAN),
        WORD(roles[!on_floor                                        ? ROLE_REGISTRY
                   : a->node + 1 == s->config->registry.attached_to ? ROLE_GATEWAY
                                                                    : ROLE_NODE]),
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
        const struct world_link link = world_link(w, l);
        const union store_cell cells[] = {
            INTEGER(node + 1),      INTEGER(mesh->link[l].to + 1), INTEGER(link.tx_bytes),
            INTEGER(link.messages), INTEGER(link.lost_bytes),
        };
        tell(r, NIMBLENET_LINK, cells);
    }
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
    }
    for (uint32_t i = 0; i < s->mesh.node_count; i++) {
        tell_links_of(r, &s->mesh, w, i);
    }
}

/* ---- while it runs ---- */

static void keep_outcome(struct nimblenet_outcomes *o, const struct world_call *c)
{
    if (o->count == o->capacity) {
        const size_t capacity = o->capacity * 2 + 1024;
        struct model_outcome *larger = realloc(o->item, capacity * sizeof *larger);
        if (larger == NULL) {
            o->out_of_memory = true;
            return;
        }
        o->item = larger;
        o->capacity = capacity;
    }
    o->item[o->count++] = (struct model_outcome){
        .work_id = (int64_t)c->trigger.call_id,
        .response_ns = c->status == WORLD_COMPLETED ? c->response_ns : STORE_MISSING,
    };
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
        WORD(statuses[c->status]),
        INTEGER(completed ? c->response_ns : STORE_MISSING),
        INTEGER(completed ? c->queueing_ns : STORE_MISSING),
        INTEGER(completed ? c->acquisition_ns : STORE_MISSING),
        INTEGER(completed ? execution_ns : STORE_MISSING),
        REAL(c->trigger.position.x_m),
        REAL(c->trigger.position.y_m),
    };
    tell(r, NIMBLENET_CALL, cells);
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
        WORD(served[w->failed ? NODE_SERVED_KINDS : a->served]),
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
    r->acquisitions++;
    tell(r, NIMBLENET_ACQUISITION, cells);
}

static void note_node(void *context, sim_time now, const struct world_account *a)
{
    const struct nimblenet_rows *r = context;
    const union store_cell cells[] = {
        INTEGER(a->node + 1), INTEGER(now),        INTEGER(a->cache_bytes),
        INTEGER(a->queued),   INTEGER(a->running),
    };
    tell(r, NIMBLENET_NODE_BIN, cells);
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

struct world_observer nimblenet_observer(struct nimblenet_rows *r)
{
    return (struct world_observer){
        .context = r,
        .call = note_call,
        .acquisition = is_heard(r, NIMBLENET_ACQUISITION) ? note_acquisition : NULL,
        .event = is_heard(r, NIMBLENET_EVENT) ? note_event : NULL,
        .node = is_heard(r, NIMBLENET_NODE_BIN) ? note_node : NULL,
    };
}

/* The tables that a run leaves, column by column, and views over them. Nodes and robots are counted
 * from 1 here, tasklets from 0. rows_tell.c fills them. */
#include "models/nimblenet/rows.h"

#include "models/nimblenet/model.h"

/* ---- the tables ---- */

const char *const rows_kinds[] = {"chain", "algorithm", NULL};
const char *const rows_roles[] = {"node", "gateway", "registry", NULL};
const char *const rows_statuses[] = {
    [WORLD_OUT_OF_CONTACT] = "out_of_contact",
    [WORLD_COMPLETED] = "completed",
    [WORLD_FAILED] = "failed",
    [WORLD_PENDING] = "pending",
    NULL,
};
const char *const rows_served[] = {
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
    OF_WORDS("kind", rows_kinds),
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
    OF_WORDS("role", rows_roles),
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
    OF_WORDS("status", rows_statuses),
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
    OF_WORDS("served", rows_served),
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
    [NIMBLENET_CALL] = TABLE("call", "calls, the same in every variant, and what became of them",
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
    "CREATE VIEW v_trace (replication, call_id, t_ns, robot, node, chain, x_m, y_m) AS\n"
    "-- the call trace for a testbed: the same for every variant, in order of time\n"
    "SELECT r.replication, c.call_id, c.t_ns, c.robot, c.node, c.chain, c.x_m, c.y_m\n"
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

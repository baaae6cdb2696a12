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
    [NODE_SERVED_LOCAL] = "cache",
    [NODE_SERVED_NEIGHBOUR] = "neighbour",
    [NODE_SERVED_GLOBAL] = "global",
    [NODE_SERVED_REGISTRY] = "registry",
    [NODE_SERVED_KINDS] = "failed",
    [NODE_SERVED_KINDS + 1] = "too_large",
    NULL,
};

const char *const rows_changes[] = {"evicted", "stored", NULL};

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
#define JOULES(column, words)                                                                      \
    {                                                                                              \
        .name = (column), .about = (words), .type = STORE_REAL                                     \
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
    NUMBER("heap_bytes", "memory alive in it; of an inlined chain that of all its parts"),
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
    JOULES("energy_j", "of both ends, for what was sent and what arrived"),
};

static const struct store_column node_energy_column[] = {
    KEY("node"),
    JOULES("compute_j", "running tasklets"),
    JOULES("idle_j", "being on"),
    JOULES("sent_j", ""),
    JOULES("received_j", ""),
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
    NUMBER("stale", "1: ran an older version of a tasklet than there was when it came"),
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

static const struct store_column delay_column[] = {
    KEY("seq"), /* of the acquisition */
    NUMBER_OR("hops", "to the node that sent it; NULL where none did"),
    TIME("timeout_ns", "waited in vain until a timeout"),
    TIME("resent_ns", "until a message that was lost, or found no room, was sent again"),
    TIME("handling_ns", "in nodes' hands and in the queue before them"),
    TIME("housekeeping_ns", "in that queue, for housekeeping"),
    TIME("travel_ns", "on links; and whatever cannot be told apart"),
    TIME("waiting_ns", "for room, or for another acquisition of the same tasklet"),
};

static const struct store_column node_bin_column[] = {
    KEY("node"),
    {.name = "t_ns", .about = "the end of the bin", .type = STORE_TIME, .is_key = true},
    NUMBER("cache_bytes", "held then"),
    NUMBER("queue", "calls that wait for an executor then"),
    NUMBER("running", "calls that run then"),
    JOULES("energy_j", "spent until then"),
    NUMBER("old_copies", "held then, of tasklets of which there is a newer version"),
};

static const struct store_column cache_change_column[] = {
    KEY("seq"),
    TIME("t_ns", ""),
    NUMBER("node", ""),
    NUMBER("tasklet", ""),
    OF_WORDS("change", rows_changes),
};

static const struct store_column executed_call_column[] = {
    KEY("call_id"),
    NUMBER("result", "what the chain returned"),
    NUMBER("instructions", "of all tasklets of the call"),
    NUMBER("loads", "of modules"),
    NUMBER("sub_calls", ""),
    NUMBER("suspensions", ""),
    NUMBER("state_bytes", "saved by them, together"),
    TIME_OR("platform_ns", "what all that takes on the platform"),
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
    [NIMBLENET_DELAY] =
        TABLE("delay", "what delayed acquisitions that were no hits, cause by cause: they add up",
              CALLS, delay_column),
    [NIMBLENET_NODE_BIN] = TABLE("node_bin", "what a node held and did at the end of each bin",
                                 CALLS, node_bin_column),
    [NIMBLENET_CACHE_CHANGE] =
        TABLE("cache_change",
              "what came into a node's cache and what went: for what is stored next there", CALLS,
              cache_change_column),
    [NIMBLENET_NODE_ENERGY] =
        TABLE("node_energy", "what each node but the registry spent", SUMMARY, node_energy_column),
    [NIMBLENET_EXECUTED_CALL] =
        TABLE("executed_call", "calls that a testbed's nodes have really executed", CALLS,
              executed_call_column),
    [NIMBLENET_EVENT] = TABLE("event", "everything that happened at a node", EVENTS, event_column),
};

/*
 * result.h - what a finished run hands over: plain rows, as the database holds them.
 *
 * Units: *_ns nanoseconds of simulated time since the start of the run, *_m
 *   metres, *_bytes bytes. Where a field may be missing, RESULT_NONE says so.
 * Ownership: every pointer belongs to the caller and is read only during the
 *   call that takes the struct.
 * Order: rows may come in any order; their keys alone place them.
 */
#ifndef ANALYSIS_STORE_RESULT_H
#define ANALYSIS_STORE_RESULT_H

#include "sim/engine/base.h"

/* A number that is not there: no node, no call, no duration. Stored as NULL. */
#define RESULT_NONE ((int64_t)-1)

enum result_state { RESULT_RUNNING, RESULT_COMPLETE, RESULT_INTERRUPTED, RESULT_FAILED };
enum result_role { RESULT_NODE, RESULT_GATEWAY, RESULT_REGISTRY };
enum result_kind { RESULT_CHAIN, RESULT_ALGORITHM };
enum result_status {
    RESULT_OUT_OF_CONTACT,
    RESULT_CALL_COMPLETED,
    RESULT_CALL_FAILED,
    RESULT_CALL_PENDING,
};

struct result_library {
    const char *name;
    const char *version;
};

/* Where the data is from. No text may be NULL. */
struct result_invocation {
    const char *program_version;
    const char *program_commit;
    const char *compiler;
    const char *compiler_flags;
    const char *host;
    const char *arguments;
    const char *scenario_path;
    const char *scenario_text;
    const char *scenario_resolved;
    uint64_t scenario_hash;
    uint64_t seed;
    const struct result_library *libraries; /* SQLite adds itself */
    size_t library_count;
};

/* The caller numbers the runs, from 1, so that the numbers do not depend on who starts first. */
struct result_run {
    int64_t run_id;
    const char *variant;
    uint32_t replication; /* from 1 */
    uint64_t seed;
};

/* An axis of a sweep, and where on it a point lies. */
struct result_axis {
    const char *key, *unit;
    const char *value; /* as it can be written in a scenario */
    double number;     /* NaN: a word. Whole numbers are stored as such */
};

struct result_metric {
    const char *name;
    const char *unit; /* "" for a count */
    double value;     /* NaN: undefined, stored as NULL */
};

struct result_node {
    int64_t node;    /* from 1 */
    double x_m, y_m; /* NaN where the node has no place */
    enum result_role role;
    int64_t tx_bytes, rx_bytes;
    int64_t tx_messages, rx_messages;
    int64_t calls;
    int64_t hits; /* acquisitions served by the node's own cache */
    int64_t evictions;
    int64_t cache_high_bytes;
    int64_t busy_ns; /* summed over the node's executors */
};

/*
 * Ten seconds that end at t_ns. Hand over every one, also those in which nothing
 * happened: the views have a row for each.
 */
struct result_bin {
    sim_time t_ns;
    int64_t bytes; /* sent plus received by all nodes but the registry */
    int64_t completed;
    sim_time response_ns, acquisition_ns, execution_ns, queueing_ns; /* sums over completed */
};

struct result_warning {
    sim_time t_ns;
    const char *text;
};

struct result_tasklet {
    int64_t tasklet;
    enum result_kind kind;
    const char *name;
    int64_t size_bytes;
    sim_time time_ns; /* its own, without what it calls */
    /* Of its start, before and after each of its calls; RESULT_NONE where it is not known. */
    sim_time load_ns, suspend_ns, resume_ns;
};

/* tasklet calls callee, as its position-th call, after it has itself run for after_ns. */
struct result_tasklet_call {
    int64_t tasklet;
    int64_t position; /* from 0 */
    int64_t callee;
    sim_time after_ns; /* own time since the tasklet's start */
};

/* A call of the trace and what became of it. */
struct result_call {
    int64_t call_id;
    sim_time t_ns;
    int64_t robot;
    int64_t node; /* RESULT_NONE if and only if out of contact */
    int64_t chain;
    enum result_status status;
    sim_time response_ns; /* RESULT_NONE if and only if not completed */
    sim_time queueing_ns, acquisition_ns, execution_ns; /* RESULT_NONE: not known */
    double x_m, y_m;
};

enum result_served {
    RESULT_FROM_CACHE,
    RESULT_FROM_NEIGHBOUR,
    RESULT_FROM_GLOBAL,
    RESULT_FROM_REGISTRY,
    RESULT_NOT_SERVED,
};

/* One tasklet acquired for one call, or not; its times add up to done_ns - t_ns. */
struct result_acquisition {
    int64_t seq; /* in the order in which they ended */
    int64_t call_id;
    int64_t node;
    int64_t tasklet;
    sim_time t_ns, done_ns;
    enum result_served served;
    int64_t source; /* RESULT_NONE if it was not served */
    int64_t attempts;
    int64_t evicted;
    sim_time local_search_ns, global_search_ns, registry_ns, metadata_ns, room_ns, transfer_ns;
    sim_time follow_ns;
};

struct result_event {
    int64_t seq;
    sim_time t_ns;
    int64_t node;
    const char *kind;
    int64_t call_id, tasklet, peer, bytes; /* RESULT_NONE where the event has none */
};

/* What is known when a run has ended. */
struct run_summary {
    struct result_run run;
    enum result_state state; /* not RESULT_RUNNING */
    uint64_t digest;
    uint64_t trace_digest;
    uint64_t events;
    double wall_s;
    const struct result_metric *metrics;
    size_t metric_count;
    const struct result_node *nodes;
    size_t node_count;
    const struct result_bin *bins;
    size_t bin_count;
    const struct result_warning *warnings;
    size_t warning_count;
};

#endif

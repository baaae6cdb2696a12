/*
 * result.h - small databases for the tests of what reads them.
 *
 * Their model has the tables of calls on nodes with caches. A test fills structs, which become rows
 * here; RESULT_NONE is what is missing.
 *
 * A test suite enters a folder of its own with result_enter() and leaves no trace
 * with result_leave(). Errors: fail the running Criterion test.
 */
#ifndef TESTS_SUPPORT_RESULT_H
#define TESTS_SUPPORT_RESULT_H

#include "analysis/store/store.h"

void result_enter(void);
void result_leave(void);

#define RESULT_HASH "00000000000000000000000000000000000000000000000000000000000000ff"

extern const struct store_model result_model;
extern const struct result_invocation result_invocation;

/* Creates a database in the folder, to be written with the calls of store.h. */
struct store *result_create(const char *path);

void result_begin(struct store *store, int64_t run_id, const char *variant, uint32_t replication,
                  uint64_t seed);

/* Ends a run with one metric, "m" in seconds, and with these digests. */
void result_end(struct store *store, int64_t run_id, const char *variant, uint32_t replication,
                uint64_t seed, uint64_t digest, uint64_t work_digest, double m);

/* Says that the database is complete, and closes it. */
void result_finish(struct store *store);

/* Opens a complete one for reading; it ends with store_destroy(). */
struct store *result_open(const char *path);

/* ---- rows ---- */

enum result_role { RESULT_NODE, RESULT_GATEWAY, RESULT_REGISTRY };
enum result_kind { RESULT_CHAIN, RESULT_ALGORITHM };
enum result_status {
    RESULT_OUT_OF_CONTACT,
    RESULT_CALL_COMPLETED,
    RESULT_CALL_FAILED,
    RESULT_CALL_PENDING,
};
enum result_served {
    RESULT_FROM_CACHE,
    RESULT_FROM_NEIGHBOUR,
    RESULT_FROM_GLOBAL,
    RESULT_FROM_REGISTRY,
    RESULT_NOT_SERVED,
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

struct result_tasklet {
    int64_t tasklet;
    enum result_kind kind;
    const char *name;
    int64_t size_bytes;
    sim_time time_ns; /* its own, without what it calls */
    /* Of its start, before and after each of its calls; RESULT_NONE where it is not known. */
    sim_time load_ns, suspend_ns, resume_ns;
};

struct result_tasklet_call {
    int64_t tasklet;
    int64_t position; /* from 0 */
    int64_t callee;
    sim_time after_ns; /* own time since the tasklet's start */
};

struct result_call {
    int64_t call_id;
    sim_time t_ns;
    int64_t robot;
    int64_t node; /* RESULT_NONE: out of contact */
    int64_t chain;
    enum result_status status;
    sim_time response_ns;                               /* RESULT_NONE: not completed */
    sim_time queueing_ns, acquisition_ns, execution_ns; /* RESULT_NONE: not known */
    double x_m, y_m;
};

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

/* Each gives the status of store_rows(). */
enum sim_status result_nodes(struct store *store, int64_t run_id, const struct result_node *row,
                             size_t count);
enum sim_status result_tasklets(struct store *store, int64_t run_id,
                                const struct result_tasklet *row, size_t count);
enum sim_status result_tasklet_calls(struct store *store, int64_t run_id,
                                     const struct result_tasklet_call *row, size_t count);
enum sim_status result_calls(struct store *store, int64_t run_id, const struct result_call *row,
                             size_t count);
enum sim_status result_acquisitions(struct store *store, int64_t run_id,
                                    const struct result_acquisition *row, size_t count);
enum sim_status result_events(struct store *store, int64_t run_id, const struct result_event *row,
                              size_t count);

#endif

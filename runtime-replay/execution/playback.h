/*
 * playback.h - executes the calls of a trace for real, node by node.
 *
 * First the binaries travel as the trace says: whatever a node fetched is copied
 * from the node that sent it, and its hash is checked; whatever it had in its cache
 * must be there. A node keeps what it got: a trace tells how many entries had to
 * go, not which. Then every node executes its calls in the order of the trace, on
 * an executor of its own; a call finds the binaries that it acquired, and no others.
 *
 * Nodes are what runs in parallel, those with the most instructions first. What a
 * call executes does not depend on the others, so threads change nothing but the
 * order in which executions are handed over.
 *
 * Units: instructions; bytes. Nodes and tasklets are numbered from 0; messages count
 *   nodes from 1, as results do.
 * Ownership: the caller owns everything that the runs point to, and keeps it until
 *   playback_destroy(). Copies belong to the playback.
 * Errors: SIM_ERR_INVALID with a text: the trace contradicts itself, a binary is
 *   not what it should be, or a call could not be executed; SIM_ERR_NOMEM;
 *   SIM_ERR_NOTFOUND where the program was built without a runtime.
 * Threads: playback_run() starts and ends its own; hooks are called on the
 *   caller's thread.
 */
#ifndef RUNTIME_REPLAY_EXECUTION_PLAYBACK_H
#define RUNTIME_REPLAY_EXECUTION_PLAYBACK_H

#include "runtime-replay/execution/execute.h"

#define PLAYBACK_NO_CALL UINT32_MAX

enum { PLAYBACK_NAME_MAX = 8, PLAYBACK_ERROR_MAX = 512 };

struct playback_binary {
    char name[PLAYBACK_NAME_MAX]; /* by which others import it */
    struct execute_binary code;
    uint64_t hash;        /* of the bytes, by digest_bytes() from DIGEST_START */
    const uint32_t *need; /* every tasklet below it, each once */
    uint32_t need_count;
};

struct playback_call {
    int64_t call_id;
    uint32_t node, chain;
    uint32_t argument;
    bool wanted;           /* false: left out, or executed before; read by playback_run() */
    uint64_t instructions; /* that it must take, without what re-execution repeats */
};

struct playback_acquisition {
    uint32_t call; /* index into run.call, or PLAYBACK_NO_CALL */
    uint32_t node, tasklet;
    uint32_t source; /* the node that sent it; the node itself: its cache */
};

struct playback_run {
    const char *name; /* in messages, as "nimble, replication 1" */
    const struct playback_binary *binary;
    uint32_t binary_count;
    uint32_t node_count, registry;    /* from there on the nodes have every binary */
    const struct playback_call *call; /* in the order of the trace */
    uint32_t call_count;
    const struct playback_acquisition *acquisition; /* in the order in which they ended */
    uint32_t acquisition_count;
};

struct playback_spec {
    const struct playback_run *run;
    uint32_t run_count;
    uint32_t jobs; /* threads, at least 1 */
    enum execute_mode mode;
    struct execute_limits limits; /* of each node's executor */
};

struct playback_done {
    uint32_t run, call; /* indices */
    struct execution execution;
};

struct playback_hooks {
    void *context;
    /* Executions as they come, in batches. A failure stops the playback, which returns it. */
    enum sim_status (*done)(void *context, const struct playback_done *done, size_t count);
    /* Several times a second: instructions executed so far. False: stop in good order. */
    bool (*look)(void *context, uint64_t instructions);
};

struct playback;

/* Lets the binaries travel, and checks that every call has got what it needs. */
SIM_MUST_CHECK enum sim_status playback_create(struct playback **p,
                                               const struct playback_spec *spec,
                                               char error[PLAYBACK_ERROR_MAX]);
void playback_destroy(struct playback *p);

/*
 * Executes the calls that are wanted, once, until all are done or look() says stop. SIM_OK in both
 * cases; every execution that ended was handed over. error is empty where a hook failed.
 */
SIM_MUST_CHECK enum sim_status playback_run(struct playback *p, const struct playback_hooks *hooks,
                                            char error[PLAYBACK_ERROR_MAX]);

#endif

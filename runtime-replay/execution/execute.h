/*
 * execute.h - runs a tasklet for real, with everything that it calls.
 *
 * A tasklet is a Wasm module with one exported function, its entry. Its imports are
 * its sub-tasklets, by name. A runner looks them up in a catalogue of binaries
 * that the caller provides, and makes each sub-call in one of four ways:
 *   nested: the sub-tasklet runs in a second instance beside the caller's;
 *   suspended: the caller's state is saved, its instance destroyed and its module
 *     unloaded, the sub-tasklet runs in the memory set free, the module is loaded
 *     again and the state restored (the paper's section 4.2, but for the module);
 *   kept: the same, but what loading the module gave is kept until the caller goes
 *     on, as in the paper: less work, more memory;
 *   reexecuted: the caller runs again from its start, with the results of the
 *     sub-calls made so far recorded.
 * All give the same result and count the same instructions, but for those
 * that re-execution repeats.
 *
 * Units: bytes; instructions are Wasm opcodes executed, counted by the runtime;
 *   *_host_ns is time of this host, for tables alone: nothing that is compared or
 *   repeated depends on it.
 * Ownership: the caller owns struct execution and the binaries; a runner keeps
 *   copies only while it runs.
 * Threads: a runner belongs to one thread at a time; several may run at once.
 */
#ifndef RUNTIME_REPLAY_EXECUTION_EXECUTE_H
#define RUNTIME_REPLAY_EXECUTION_EXECUTE_H

#include "sim/engine/base.h"

enum execute_mode {
    EXECUTE_NESTED,
    EXECUTE_SUSPENDED,
    EXECUTE_KEPT,
    EXECUTE_REEXECUTED,
    EXECUTE_MODES,
};

enum { EXECUTE_CELLS_MAX = 16, EXECUTE_TEXT_MAX = 256 };

struct execute_binary {
    const uint8_t *bytes;
    size_t length;
};

/* Finds a tasklet's binary by its name; false where there is none. */
struct execute_source {
    bool (*find)(void *context, const char *name, struct execute_binary *out);
    void *context;
};

struct execute_limits {
    size_t memory_bytes;   /* held at once: modules, instances, stacks, memories, saved states */
    uint32_t stack_bytes;  /* Wasm stack of an instance */
    uint64_t instructions; /* of one run with all that it calls */
    uint32_t depth;        /* tasklets on the way down, the called one included */
    uint64_t sub_calls;    /* of one run */
    uint64_t toll;         /* what the runtime may do for one run, see struct wasm_toll */
    int64_t host_ns;       /* the watchdog stops a run that takes longer; 0: there is none */
};

/*
 * What suits small tasklets: 1 MiB, 16 KiB of stack, 2^31 - 1 instructions and as much toll, 64
 * deep, a million sub-calls, a minute of this host.
 */
struct execute_limits execute_limits_default(void);

/* How a run ended. */
enum execute_end {
    EXECUTE_RETURNED,
    EXECUTE_BAD_MODULE, /* does not load, or does not fit what imports it */
    EXECUTE_NO_TASKLET, /* the source does not have it */
    EXECUTE_TRAPPED,    /* out of bounds, unreachable, division by zero, stack overflow ... */
    EXECUTE_OUT_OF_BUDGET,
    EXECUTE_OUT_OF_MEMORY,
    EXECUTE_TOO_DEEP,
    EXECUTE_TOO_LATE, /* the watchdog */
};

struct execution {
    enum execute_end end;
    uint32_t result_cells; /* 32-bit cells: an i64 or f64 takes two, the low half first */
    uint32_t result[EXECUTE_CELLS_MAX];
    uint64_t instructions;     /* all tasklets of the run */
    uint64_t own_instructions; /* the called tasklet's own */
    uint32_t loads;            /* times that a module was loaded */
    uint32_t sub_calls;
    uint32_t suspensions;
    uint64_t state_bytes;        /* of all suspensions together */
    uint64_t state_memory_bytes; /* of them linear memory */
    size_t peak_bytes;           /* the most that was held at once */
    int64_t load_host_ns;        /* all loads, also those before a resume */
    int64_t suspend_host_ns, resume_host_ns, run_host_ns;
    char error[EXECUTE_TEXT_MAX]; /* names the tasklet; empty if it returned */
};

struct execute_runner;

/* SIM_ERR_NOMEM; SIM_ERR_NOTFOUND where the program was built without a runtime. */
SIM_MUST_CHECK enum sim_status execute_create(struct execute_runner **e,
                                              const struct execute_limits *limits,
                                              const struct execute_source *source);
void execute_destroy(struct execute_runner *e);

/*
 * Runs the named tasklet; cells are those of argument, and must be as many as its entry takes. True
 * if it returned. *out tells all of it either way, and the runner stays usable.
 */
bool execute_run(struct execute_runner *e, const char *name, const uint32_t *argument,
                 uint32_t cells, enum execute_mode mode, struct execution *out);

/*
 * Goes on with the named tasklet from a state that wasm_host.h has saved, with the result of the
 * sub-call that it waits for; further sub-calls suspend it. The counts are those from here on.
 */
bool execute_resume(struct execute_runner *e, const char *name, const uint8_t *state, size_t bytes,
                    const uint32_t result[2], struct execution *out);

/* The argument that a run's call hands to its chain: the same whoever executes it. */
uint32_t execute_argument(uint32_t replication, int64_t call_id);

/* "nested", "suspended", "kept", "reexecuted"; and back, false where it is none of them. */
const char *execute_mode_name(enum execute_mode mode);
bool execute_mode_find(const char *name, enum execute_mode *mode);

/* Does a caller leave its state behind? */
static inline bool execute_mode_saves(enum execute_mode mode)
{
    return mode == EXECUTE_SUSPENDED || mode == EXECUTE_KEPT;
}

/* For a person: "returned", "out of budget", ... */
const char *execute_end_text(enum execute_end end);

#endif

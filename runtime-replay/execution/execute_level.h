/*
 * execute_level.h - one tasklet on the way down, whichever way sub-calls are made.
 *
 * A run is a stack of levels: the called tasklet, the sub-tasklet that it waits for,
 * and so on. execute_nested.c, execute_suspended.c and execute_reexecuted.c each hold one
 * way to go on from there; what they share is here.
 *
 * Units and threads: as of execute.h. Errors: false, and why in the run's struct execution.
 */
#ifndef RUNTIME_REPLAY_EXECUTION_EXECUTE_LEVEL_H
#define RUNTIME_REPLAY_EXECUTION_EXECUTE_LEVEL_H

#include "runtime-replay/execution/execute.h"
#include "runtime-replay/wasm/wasm_host.h"

struct execute_runner {
    struct wasm_host *host;
    struct execute_limits limits;
    struct execute_source source;
    struct execution *out; /* of the run that goes on */
    uint32_t cells;        /* of the arguments that it was given */
    uint64_t left;         /* of its budget */
    bool keeps_modules;    /* of tasklets that are suspended */
    struct wasm_toll toll; /* left of that */
};

/* Where it has got to. The strings are its own: instances come and go. */
struct level {
    struct wasm_instance *w; /* suspended: NULL, or its module alone, where that is kept */
    const struct level *caller;
    uint32_t depth; /* 1: the called tasklet */
    uint64_t instructions;
    char name[WASM_IMPORT_MAX];
    struct execute_binary binary;

    /* The sub-call that it waits for. */
    char callee[WASM_IMPORT_MAX];
    struct wasm_type callee_type;
    uint32_t argument[WASM_CELLS_MAX];
    uint32_t result[2];

    /* Suspended: what is left of it. */
    uint8_t *state;
    size_t state_bytes;
    bool is_foreign; /* the state came from elsewhere */

    /* Re-executed: the results of its sub-calls so far, two cells each. */
    uint32_t *record;
    uint32_t recorded, replayed;

    struct execute_runner *runner;
};

/* Finds the tasklet's binary; *v can be ended in any case. caller: NULL for the first. */
bool level_init(struct level *v, struct execute_runner *e, const struct level *caller,
                const char *name);
void level_deinit(struct level *v);

/* An instance of it, checked against what its caller expects. */
bool level_load(struct level *v);
void level_unload(struct level *v);

/* Makes room for a sub-tasklet: level_load() is next. */
void level_leave(struct level *v);

/* Remembers which sub-call the instance makes. */
void level_note_call(struct level *v, struct wasm_instance *w, const struct wasm_call *call);

/* Pays for going through all memory that is held, as who saves or restores does; else the run is
 * ended. */
bool level_pay_state(struct level *v);

/* Charges what the instance has executed, given what is left of the budget now. */
void level_charge(struct level *v, uint64_t left);

/* Ends the run with an error; returns false. */
SIM_PRINTF(4, 5)
bool level_stop(struct execute_runner *e, enum execute_end end, const char *name,
                const char *format, ...);

/* Whether the instance returned or left; else the run is ended. */
bool level_ended_well(struct level *v, enum wasm_end end, const struct wasm_run *run);

/* The ways to make a sub-call. Each loads the tasklet, runs it to its end and fills in result. */
bool execute_nested(struct level *v, const uint32_t *argument, uint32_t *result);
bool execute_suspended(struct level *v, const uint32_t *argument, uint32_t *result);
bool execute_reexecuted(struct level *v, const uint32_t *argument, uint32_t *result);

/*
 * What the suspended way is made of. Runs a tasklet from its start, or on from where it was left,
 * until it returns or calls: *end says which. And leaves one that has called.
 */
bool execute_go_on(struct level *v, const uint32_t *argument, uint32_t *result, enum wasm_end *end);
bool execute_leave(struct level *v);

#endif

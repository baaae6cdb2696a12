/*
 * wasm_host.h - the embedded Wasm runtime (WAMR), and the only room that calls it.
 *
 * A host is one executor's share of the runtime: an amount of memory that it may
 * use, and one instance after the other, or one inside the other. An instance is a
 * tasklet's module, loaded, checked and ready to run. What a tasklet imports are
 * its sub-tasklets: a call of one goes to a function of the host's user, who
 * answers it, or has the instance suspend.
 *
 * A suspended instance has left its state behind (paper, section 4.2): frames,
 * globals, memory, as bytes without a pointer in them, good for another instance of
 * the same module in another process of the same program. See wasm_frames.h.
 *
 * Units: bytes; Wasm opcodes executed (the runtime meters them); nanoseconds of this
 *   host; values travel in 32-bit cells, an i64 or f64 in two, the low half first.
 * Ownership: a host owns its instances' memory but not the instances: each is
 *   destroyed by whoever made it, before the host. The binary is copied.
 * Errors: a text in struct wasm_error names what is wrong; the host stays usable.
 * Limits: functions of WebAssembly 1.0 with sign extension, saturating conversions
 *   and several results; no reference types, bulk memory, threads or vectors. An
 *   import has at most one result.
 * Threads: a host and its instances belong to one thread at a time.
 */
#ifndef RUNTIME_REPLAY_WASM_WASM_HOST_H
#define RUNTIME_REPLAY_WASM_WASM_HOST_H

#include "sim/engine/base.h"

enum {
    WASM_CELLS_MAX = 16,  /* of arguments or results */
    WASM_TYPE_MAX = 160,  /* of "(i32, i32) -> (i32)", its end included */
    WASM_IMPORT_MAX = 64, /* of an import's name, its end included */
};

struct wasm_error {
    char text[256];
};

/* ---- the host ---- */

struct wasm_host_limits {
    size_t memory_bytes;  /* that the runtime may hold at once for this host */
    uint32_t stack_bytes; /* of an instance, for Wasm's frames and operands */
};

struct wasm_host;

/* False in a program that was built without the runtime. */
bool wasm_host_is_available(void);
const char *wasm_host_runtime(void); /* its name and version */

/* SIM_ERR_NOMEM; SIM_ERR_NOTFOUND where there is no runtime. */
SIM_MUST_CHECK enum sim_status wasm_host_create(struct wasm_host **host,
                                                const struct wasm_host_limits *limits);
void wasm_host_destroy(struct wasm_host *host);

/* The most that was held at once since the host was made, or this was last reset to what is held.
 */
size_t wasm_host_peak_bytes(const struct wasm_host *host);
size_t wasm_host_held_bytes(const struct wasm_host *host);
void wasm_host_reset_peak(struct wasm_host *host);

/* Memory of the user's own that shall count as the host's: zeroed, or NULL. */
void *wasm_host_alloc(struct wasm_host *host, size_t bytes);
void wasm_host_free(void *block);

/* ---- instances ---- */

struct wasm_instance;

/*
 * Loads and checks a module and makes it ready to run. SIM_ERR_INVALID: not a valid module, or not
 * a tasklet (it imports something else than functions, has a start function, or no one entry: its
 * only exported function, or the one named "run"). SIM_ERR_FULL: the host's memory does not
 * suffice.
 */
SIM_MUST_CHECK enum sim_status wasm_instance_create(struct wasm_instance **w,
                                                    struct wasm_host *host, const uint8_t *binary,
                                                    size_t length, struct wasm_error *error);
void wasm_instance_destroy(struct wasm_instance *w);

/*
 * Ends what runs, its stack and its memory, and keeps what loading the module gave; and makes it
 * ready to run again, as if just created. Until then nothing but wasm_instance_destroy() may
 * follow. Errors of wasm_instance_renew() are those of wasm_instance_create(); end it then.
 */
void wasm_instance_strip(struct wasm_instance *w);
SIM_MUST_CHECK enum sim_status wasm_instance_renew(struct wasm_instance *w,
                                                   struct wasm_error *error);

/* The types of the entry and of an import, as "(i32, f64) -> (i64)". */
struct wasm_type {
    uint32_t argument_cells, result_cells;
    char text[WASM_TYPE_MAX];
};
const struct wasm_type *wasm_instance_entry(const struct wasm_instance *w);
uint32_t wasm_instance_import_count(const struct wasm_instance *w);
const char *wasm_instance_import_name(const struct wasm_instance *w, uint32_t import);
void wasm_instance_import_type(const struct wasm_instance *w, uint32_t import,
                               struct wasm_type *type);

/* ---- running ---- */

/* What becomes of a sub-call. */
enum wasm_answer {
    WASM_ANSWERED,  /* result is filled in: go on */
    WASM_SUSPENDED, /* save the state and leave; the result comes with wasm_instance_resume() */
    WASM_ABANDONED, /* leave, and save nothing */
};

struct wasm_call {
    uint32_t import;
    uint32_t argument[WASM_CELLS_MAX];
    uint32_t result[2]; /* to be filled in, where the call is answered */
    uint64_t left;      /* of the budget; what the sub-tasklet executes may be taken from it */
};

/* The instance calls an import. */
typedef enum wasm_answer wasm_call_fn(void *context, struct wasm_instance *w,
                                      struct wasm_call *call);

enum wasm_end {
    WASM_RETURNED,
    WASM_LEFT,          /* as the answer to a sub-call demanded */
    WASM_TRAPPED,       /* out of bounds, unreachable, stack overflow ... */
    WASM_OUT_OF_BUDGET, /* instructions */
    WASM_OUT_OF_TOLL,   /* what the runtime does for it, see struct wasm_toll */
    WASM_TOO_LATE,      /* the watchdog's hour */
    WASM_OUT_OF_MEMORY, /* the host's */
};

/*
 * What an instance has others do is no instruction of its own, but takes time all the same:
 * loading, saving and restoring a state, growing memory. Each has its toll, in units of about the
 * time that an instruction takes; one purse for all instances of a run.
 */
struct wasm_toll {
    uint64_t left;
    int64_t until_host_ns; /* when the watchdog stops what runs; 0: never */
};

/*
 * A module's load; a state's bytes saved or restored; pages of memory. False, and nothing left, if
 * it is too much.
 */
bool wasm_toll_load(struct wasm_toll *toll, size_t module_bytes);
bool wasm_toll_grow(struct wasm_toll *toll, uint32_t pages);
bool wasm_toll_state(struct wasm_toll *toll, size_t state_bytes);
bool wasm_toll_is_late(const struct wasm_toll *toll);

struct wasm_run {
    uint64_t left;          /* in: instructions that may be executed; out: what is left of them */
    wasm_call_fn *call;     /* may be NULL where the module imports nothing */
    void *context;          /* for call */
    struct wasm_toll *toll; /* NULL: no limit */
    uint32_t result[WASM_CELLS_MAX]; /* of the entry, where it returned */
    int64_t save_host_ns;            /* added to: what saving a state takes here */
    int64_t restore_host_ns;         /* and restoring it, without loading the module */
    struct wasm_error error;         /* filled in unless the run returned or left */
};

/*
 * Calls the entry; argument has the cells that its type wants. An instance that has returned may
 * run again, with the globals and the memory as they were left; one that ended otherwise, or that
 * was resumed, may not.
 */
enum wasm_end wasm_instance_run(struct wasm_instance *w, const uint32_t *argument,
                                struct wasm_run *run);

/* Writes into the linear memory; false where it has not so many bytes. Not while it runs. */
SIM_MUST_CHECK bool wasm_instance_write(struct wasm_instance *w, uint32_t at, const void *bytes,
                                        uint32_t length);

/* Reads what stands there; the same. */
SIM_MUST_CHECK bool wasm_instance_read(const struct wasm_instance *w, uint32_t at, void *bytes,
                                       uint32_t length);

/*
 * After WASM_LEFT with WASM_SUSPENDED: the state, which is the caller's from then on: memory of the
 * host, ended with wasm_host_free().
 */
uint8_t *wasm_instance_take_state(struct wasm_instance *w, size_t *bytes);

/*
 * Whether a state is one that this module could have left. wasm_instance_resume() keeps any state
 * within its bounds, but believes what it says of the code: check one that comes from elsewhere
 * before. SIM_ERR_INVALID; SIM_ERR_FULL: no memory to find out.
 */
SIM_MUST_CHECK enum sim_status wasm_instance_check_state(struct wasm_instance *w,
                                                         const uint8_t *state, size_t bytes,
                                                         struct wasm_error *error);

/*
 * Goes on where the state was saved, in an instance just created of the same module, with the
 * result of the pending sub-call. SIM_ERR_INVALID: bytes that are no state of this module;
 * SIM_ERR_FULL: not enough memory or stack. Otherwise *end says how the run ended.
 */
SIM_MUST_CHECK enum sim_status wasm_instance_resume(struct wasm_instance *w, const uint8_t *state,
                                                    size_t bytes, const uint32_t *result,
                                                    struct wasm_run *run, enum wasm_end *end);

#endif

/*
 * tale.h - one call from trigger to answer, step by step.
 *
 * The database has when each tasklet was asked for and when it was there; the
 * taskset has how long each tasklet runs between its calls. Between "there" and the
 * next "asked for" lies work whose length is known, so what remains is the wait
 * for an executor, and it comes first. The steps that count follow each other
 * without a gap: their durations add up to the response time.
 *
 * Units: nanoseconds of simulated time. Levels: 0 is the chain, 1 what it calls.
 * Ownership: the caller owns every struct and ends it with its deinit.
 */
#ifndef MODELS_NIMBLENET_RESULTS_TALE_H
#define MODELS_NIMBLENET_RESULTS_TALE_H

#include "analysis/store/query.h"

/* ---- what may run: the taskset of a run, and what starting and leaving it costs ---- */

struct program_call {
    uint32_t callee;
    sim_time after_ns; /* the caller's own time before it */
};

struct program_tasklet {
    char name[32];
    int64_t size_bytes;
    sim_time own_ns;
    sim_time load_ns, suspend_ns, resume_ns; /* STORE_MISSING: the database does not know */
    uint32_t first_call, call_count;
};

struct program {
    struct program_tasklet *tasklet;
    uint32_t count;
    struct program_call *call;
    uint32_t call_count;
    bool preloads; /* all that a chain needs is acquired before it starts */
};

/* The taskset of a run; empty where none was recorded. */
SIM_MUST_CHECK enum sim_status program_read(struct program *p, struct store *store, int64_t run_id,
                                            struct store_error *error);
void program_deinit(struct program *p);

/* The costs of tasklets of which the database has none: files of before they were stored. */
void program_assume(struct program *p, sim_time load_ns, sim_time resume_ns);

/* "" for a tasklet that is not there. */
const char *program_name(const struct program *p, int64_t tasklet);

/* ---- what happened: a call with its acquisitions ---- */

enum { TALE_STAGES = 7 };

struct tale_acquisition {
    int64_t tasklet;
    sim_time t_ns, done_ns;
    char served[16]; /* cache, neighbour, global, registry, failed, too_large */
    int64_t source;  /* a node, or STORE_MISSING */
    int64_t attempts, evicted;
    sim_time stage_ns[TALE_STAGES]; /* they add up to done_ns - t_ns */
};

/* "local search", "global search", "registry", "metadata", "room", "transfer", "shared". */
const char *tale_stage_name(int stage);

struct tale_call {
    int64_t call_id, robot, chain;
    int64_t node;    /* STORE_MISSING: out of contact */
    char status[16]; /* as in the table call */
    sim_time t_ns;
    sim_time response_ns; /* STORE_MISSING unless completed; so the next three */
    sim_time queueing_ns, acquisition_ns, execution_ns;
    double x_m, y_m;
    struct tale_acquisition *acquisition; /* by the time they were asked for */
    size_t acquisition_count, acquisition_capacity;
};

void tale_call_deinit(struct tale_call *c);

/* One call. SIM_ERR_NOTFOUND if the run has no call of that number. */
SIM_MUST_CHECK enum sim_status tale_read_call(struct tale_call *c, struct store *store,
                                              int64_t run_id, int64_t call_id,
                                              struct store_error *error);

/* The numbers of at most four calls next to one that is not there, rising. */
SIM_MUST_CHECK enum sim_status tale_nearest(int64_t near[4], size_t *count, struct store *store,
                                            int64_t run_id, int64_t call_id,
                                            struct store_error *error);

/*
 * What the call's node sent and heard about a tasklet while it was waited for, with
 * `record: events`: columns t_ns, kind, peer, bytes. Another call that waited for the same tasklet
 * at the same time had the same messages.
 */
SIM_MUST_CHECK enum sim_status tale_messages(struct query **q, struct store *store, int64_t run_id,
                                             int64_t node, const struct tale_acquisition *a,
                                             struct store_error *error);

/* All calls of a run that reached a node, in order of time. Zero-initialise, open, next, close. */
struct tale_reader {
    struct query *query;
    bool has_row;
    bool out_of_memory;
};
SIM_MUST_CHECK enum sim_status tale_reader_open(struct tale_reader *r, struct store *store,
                                                int64_t run_id, struct store_error *error);
/* Reads the next call into c, whose memory is used again. False at the end or on a failure. */
bool tale_reader_next(struct tale_reader *r, struct tale_call *c);
SIM_MUST_CHECK enum sim_status tale_reader_close(struct tale_reader *r, struct store_error *error);

/* ---- the story ---- */

enum tale_kind {
    TALE_ACQUIRE, /* a tasklet is asked for, until it is here or given up */
    TALE_PRELOAD, /* all that the chain needs, asked for at once */
    TALE_QUEUE,   /* waits for an executor */
    TALE_RUN,     /* starts, and runs until it calls, returns or ends */
    TALE_RESUME,  /* goes on after a call */
    TALE_OPEN,    /* had not ended when the run did, or ended we cannot tell how */
};

struct tale_step {
    enum tale_kind kind;
    uint32_t level;
    int64_t tasklet;
    sim_time start_ns, duration_ns;             /* since the start of the run */
    sim_time overhead_ns;                       /* of RUN loading, of RESUME the return */
    sim_time suspend_ns;                        /* of both, before the call that ends them */
    const struct tale_acquisition *acquisition; /* of ACQUIRE */
    bool counts;                                /* false: lies within another step */
};

struct tale {
    struct tale_step *step;
    size_t count, capacity;
    sim_time total_ns; /* of the steps that count */
    bool is_exact;     /* false: the times contradict the taskset, so runs are not split up */
};

/* Tells c's story. s may be used again; zero-initialise it before. SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status tale_tell(struct tale *s, const struct tale_call *c,
                                         const struct program *p);
void tale_deinit(struct tale *s);

#endif

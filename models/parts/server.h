/*
 * server.h - a server with cores: work arrives, is served, and is done at a time that is known
 * exactly.
 *
 * Three orders: first come, first served on so many cores; all jobs at once over all cores
 * (processor sharing, each job on at most one core); all jobs of a core at once on that core.
 * While k jobs run together each of them runs phi(k) times slower than alone (times a factor that
 * the caller may set from outside). phi is a table that server_init() makes of a law, so that no
 * library's pow() is part of a digest.
 *
 * Nothing is stepped: server_next() says when the next job is done if nothing else comes. The
 * caller schedules an event there, calls server_finish() at exactly that time, and looks again
 * after every call that changes something. Time must not run backwards, nor past a job that is due.
 *
 * Rounding: work is whole nanoseconds of a job that runs alone. What a job has got is kept in
 * 2^-20 ns; every change in how fast a core's jobs run (one comes, one goes, another factor)
 * rounds it down once. A job is therefore never done early: after the least whole nanosecond at
 * which it has got all its work, and late by less than 1 ns plus phi * 2^-20 ns a change. Ties:
 * jobs are done in order of what is left of them, equal ones in order of arrival; of several cores'
 * jobs that are due in the same nanosecond the one that arrived first is first.
 *
 * Ownership: the caller owns struct server and ends it with server_deinit().
 * Errors: SIM_ERR_NOMEM; SERVER_NO_JOB where all slots are in use and the plan does not let
 *   them grow. Misuse (time backwards, a core that is not there) stops the program.
 * Threads: one server belongs to one thread at a time.
 */
#ifndef MODELS_PARTS_SERVER_H
#define MODELS_PARTS_SERVER_H

#include "sim/engine/base.h"

/* How much slower each of k jobs that run together is than a job alone. */
enum server_law {
    SERVER_LAW_FAIR,  /* max(1, k / cores): a core is divided evenly, and nothing is lost */
    SERVER_LAW_KNEE,  /* min(most, (1 + linear (k - 1)) max(1, k / knee)^thrash) */
    SERVER_LAW_TABLE, /* as measured: phi(1) .. phi(count); beyond, it grows as k does */
};

struct server_sharing {
    enum server_law law;
    double linear, knee, thrash, most; /* of SERVER_LAW_KNEE; knee and most above 0 */
    const double *phi;                 /* of SERVER_LAW_TABLE; read by server_init() only */
    uint32_t count;
};

enum server_order {
    SERVER_FIRST_COME, /* at most `cores` jobs run, the others wait */
    SERVER_SHARED,     /* all run, over all cores */
    SERVER_PINNED,     /* all run, each on the core that it came to; phi counts a core's own */
};

struct server_plan {
    enum server_order order;
    uint32_t cores; /* 1 to 65535 */
    struct server_sharing sharing;
    uint32_t slots; /* jobs that can be there at once, waiting ones too; at least 1 */
    bool may_grow;  /* server_arrive() may allocate: twice as many slots each time */
};

/* phi(k) must lie in (0, SERVER_PHI_MAX], and so must the caller's factor. */
#define SERVER_PHI_MAX 1e6
#define SERVER_CORES_MAX 65535u

/* Names a job; stale once it is done or was cancelled. */
typedef uint64_t server_job;
#define SERVER_NO_JOB ((server_job)0)

/* What became of a job. */
struct server_end {
    server_job job;
    uint64_t tag; /* the caller's own word for it */
    uint32_t core;
    sim_time arrived, started; /* started: after its wait */
    sim_time work_ns;
};

struct server_core;
struct server_slot;

struct server {
    struct server_plan plan;
    uint64_t *slowdown;       /* phi(k) * phi_unit of k = 1 .. ; [0] is not used */
    uint64_t phi_unit;        /* what stands for 1 in it */
    uint64_t factor;          /* the caller's, in 2^-20 */
    struct server_core *core; /* SERVER_PINNED: one a core; otherwise one for all */
    uint32_t core_count;
    struct server_slot *slot;
    uint32_t *running; /* plan.slots a core: its heap of slots, the next to be done first */
    uint32_t free, fresh, jobs;
    uint32_t first_waiting, last_waiting;
    uint64_t arrivals;

    sim_time now;         /* of the last call */
    int64_t busy_ns;      /* time with at least one job, until now */
    int64_t core_ns;      /* cores in use, integrated over time, until now */
    int64_t done_ns;      /* work of all jobs that are done */
    int64_t in_system_ns; /* jobs, waiting ones too, integrated over time, until now */
};

SIM_MUST_CHECK enum sim_status server_init(struct server *s, const struct server_plan *plan);
void server_deinit(struct server *s);

/*
 * A job of work_ns (not negative; 0 is due at once) comes to a core (0 unless pinned). With
 * may_grow SERVER_NO_JOB says that the host has no memory left; without, that all slots are in use.
 */
SIM_MUST_CHECK server_job server_arrive(struct server *s, sim_time now, uint32_t core,
                                        sim_time work_ns, uint64_t tag);

/* When the next job is done, and which (job may be NULL); SIM_TIME_NEVER where none runs. */
sim_time server_next(const struct server *s, server_job *job);

/* At the time of server_next(), and only then: that job is gone, the next in line starts. */
struct server_end server_finish(struct server *s, sim_time now);

/* Takes a job away, done or not; false where it is gone already. */
bool server_cancel(struct server *s, sim_time now, server_job job);

/* From now on everything runs `factor` times slower than the law says; 1 at first. */
void server_slow_down(struct server *s, sim_time now, double factor);

/* Brings the sums up to now, which lies not behind server_next(). */
void server_account(struct server *s, sim_time now);

/* The work that a job still needs, rounded up, as of the last call; 0 where it is gone. */
sim_time server_remaining(const struct server *s, server_job job);

/* Jobs there, and those of them that run (on that core, where pinned; otherwise in all). */
static inline uint32_t server_jobs(const struct server *s)
{
    return s->jobs;
}
uint32_t server_running(const struct server *s, uint32_t core);

/* SERVER_LAW_KNEE, k from 1. */
double server_knee_phi(const struct server_sharing *law, uint32_t k);

/* phi(k) as the server has it, k from 1 to plan.slots: for tables that people read. */
double server_phi(const struct server *s, uint32_t k);

#endif

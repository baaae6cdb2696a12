/*
 * crew.h - the workers of an experiment: processes of this program that are pinned to a processor,
 * held to a share of it, and watched.
 *
 * A share is kept by the kernel where this process may write to its cgroup (version 2, cpu.max);
 * else by the worker itself, which works in slices and rests behind each for as long as the share
 * demands (struct quota): a duty cycle. The rest is taken while nobody else of the worker works, so
 * it is one processor of that share, whose threads take turns. Whoever is woken late from a rest
 * begins the next slice in the past, by one of the kernel's periods at most: on a busy host, where
 * every rest is too long, a worker would else be slower than its share.
 *
 * Units: nanoseconds of this host; shares of one processor.
 * Ownership: crew_end() ends all workers, whatever state they are in. None outlives the program:
 *   see process.h.
 * Errors: SIM_ERR_IO with a text that names the worker, counted from 1.
 * Threads: a crew belongs to the thread that started it; a quota to all of a worker.
 */
#ifndef RUNTIME_REPLAY_PROCESSES_CREW_H
#define RUNTIME_REPLAY_PROCESSES_CREW_H

#include <pthread.h>

#include "runtime-replay/processes/process.h"

enum { CREW_MAX = 24, CREW_TEXT_MAX = 256 };
enum { CREW_PERIOD_US = 10000 }; /* in which a share is kept */

struct crew {
    struct process worker[CREW_MAX];
    struct process_group group;
    uint32_t count;
    bool is_limited[CREW_MAX]; /* by the kernel */
    char cgroup[256];          /* where ours lie; "": none */
};

/* Starts so many workers of this program with these arguments, NULL behind the last. */
SIM_MUST_CHECK enum sim_status crew_start(struct crew *c, uint32_t count,
                                          const char *const *argument, char text[CREW_TEXT_MAX]);
void crew_end(struct crew *c);

/* Waits for a frame or an order of some worker, which is one word of so many bytes, until that
 * moment (host_clock_ns). SIM_ERR_NOTFOUND: none has come; what is no such word is dropped.
 * SIM_ERR_IO: a worker has ended, and the text says which and how. */
SIM_MUST_CHECK enum sim_status crew_hear(struct crew *c, int64_t until_ns, uint32_t *worker,
                                         void *word, size_t bytes, char text[CREW_TEXT_MAX]);

/* Has the kernel hold a worker to a share of one processor, below the cgroup at root (NULL: that of
 * this process). False where it cannot be; then the worker has to do it. */
bool crew_limit(struct crew *c, uint32_t worker, double share, const char *root);

/* Of a process: bytes of memory that are its own or shared, and resident; 0 where nobody tells. */
int64_t crew_resident_bytes(const struct crew *c, uint32_t worker);

/* ---- in a worker ---- */

/* Binds this process, with all threads that it will start, to the index-th of the processors that
 * it may use (modulo how many there are), and asks the kernel whether it did. */
SIM_MUST_CHECK bool crew_pin(uint32_t index, int *processor);
/* Lets it run on all of those again. */
SIM_MUST_CHECK bool crew_unpin(void);
/* The processor that the calling thread is on right now; -1 where nobody tells. */
int crew_processor(void);

/* The same for a worker: an order, or a frame, of so many bytes. SIM_ERR_NOTFOUND as above;
 * SIM_ERR_IO: the starter has gone, or sends orders of another size. */
SIM_MUST_CHECK enum sim_status crew_line_hear(const struct process_line *line, int64_t until_ns,
                                              void *word, size_t bytes, bool *is_order);

struct quota {
    pthread_mutex_t lock;
    pthread_cond_t turn;
    uint64_t next, serving;         /* tickets */
    double share;                   /* of a processor; 1: no rest */
    int64_t begun_ns, held_from_ns; /* of the slice under way */
    int64_t due_ns, given_ns;       /* when the last rest was to end, and when it did */
    int64_t worked_ns, held_ns;     /* by all slices so far: processor time, and with their rests */
};

void quota_init(struct quota *q, double share);
void quota_deinit(struct quota *q);
/* Waits for this thread's turn; the slice has begun. goes_on: directly behind another one of this
 * thread's; whoever waits for another's turn goes on as well. */
void quota_take(struct quota *q, bool goes_on);
/* The slice has taken so much processor time: rests, and lets the next one in. */
void quota_give(struct quota *q, int64_t processor_ns);

#endif

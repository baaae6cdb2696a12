/*
 * node.h - one node of the mesh: NimbleNet's protocol as a state machine.
 *
 * Sans-I/O: the node opens no socket, reads no clock, draws no random number and
 * allocates nothing. A driver feeds it one event at a time with the time it
 * happened; the node hands what it wants done to the driver's sink, one action
 * after the other, in order. The simulator and the node daemon are two drivers
 * of the same object code.
 *
 * Work that begets work within a step is put on a list and taken from it, the
 * latest first; nothing calls itself, so a step needs the same little stack
 * however many calls it moves.
 *
 * A driver's duties: its sink carries each action out, or notes it for later in
 * the same order, and does not call the node, which is in the middle of a step.
 * After node_step() it sees node_next_timeout() and arranges to come back then
 * with NODE_TIMEOUT. Coming back early or twice does no harm.
 *
 * Ownership: the node works in the memory handed to node_init(); the setup, the
 *   routes and the catalogue belong to the caller and outlive it.
 * Errors: node_step() returns SIM_ERR_INVALID, with nothing changed but a count, where
 *   the executor speaks of a call that it does not run. Whatever else comes from outside
 *   and is wrong is refused and counted, never an error: late, lost, foreign or
 *   contradictory messages, a call of an unknown chain; and a tasklet that calls an
 *   unknown one, which traps.
 * Threads: one node belongs to one thread at a time.
 */
#ifndef MODELS_NIMBLENET_CORE_NODE_H
#define MODELS_NIMBLENET_CORE_NODE_H

#include "models/nimblenet/core/cache.h"
#include "models/nimblenet/core/wire.h"
#include "models/parts/flood.h"
#include "sim/engine/pool.h"

#define NODE_NO_PORT UINT16_MAX

enum node_no_room { NODE_ROOM_RETRY, NODE_ROOM_WAIT };
enum node_preload { NODE_PRELOAD_NONE, NODE_PRELOAD_SEQUENTIAL, NODE_PRELOAD_PARALLEL };
enum node_order { NODE_ORDER_FIFO, NODE_ORDER_YIELD };
enum node_swap { NODE_SWAP_IDLE, NODE_SWAP_HOT };

struct node_search {
    uint32_t ttl; /* hops; 0 leaves this search out */
    sim_time timeout_ns;
};

/* Algorithm 1 with every silence of the paper as a switch. */
struct node_protocol {
    uint32_t attempts;
    struct node_search local, global;
    sim_time request_timeout_ns; /* of an exchange with one node */
    bool flood_back;             /* forward a query to the neighbour that it came from, too */
    bool holder_forwards;        /* answer a query and forward it all the same */
    bool registry_answers;       /* the registry answers queries */
    bool first_answer_wins;      /* else the search lasts until its timeout */
    bool deadline_accepts;       /* an answer exactly at the timeout counts */
    bool metadata_exchange;      /* ask for size and hash before the binary */
    bool fallback_exchange;      /* ask the registry before metadata and binary */
    bool announces_updates;      /* the registry floods the news of a new version */
    bool coalesce;               /* fetch a tasklet once for all calls that wait for it */
    enum node_no_room no_room;
    enum node_preload preload;
    enum node_order order;
    enum node_swap
        swap; /* a copy that is known to be old while calls use it; hot: not with preload */
};

/* What one node has; the registry's executors run nothing. */
struct node_means {
    uint64_t cache_bytes;
    uint32_t executors; /* 0: unlimited */
};

/* What all nodes of a network share. */
struct node_setup {
    const struct catalogue *catalogue;
    const struct cache_policy *policy;
    const void *policy_context; /* of the policy's init(); NULL where it has none */
    struct node_protocol protocol;
    uint32_t node_count;         /* the registries included */
    uint32_t registry;           /* the first one's number; the last nodes are registries */
    const uint32_t *registry_of; /* a node's nearest; NULL: the first for all */
    uint32_t executors;          /* a node; 0: unlimited */
    uint32_t calls_max;          /* that a node holds at once; further ones are refused */
    uint64_t cache_bytes;
    const struct node_means *means; /* means_count of them, which repeat, in place of executors and
                                       cache_bytes (then the largest); NULL: all nodes are alike */
    uint32_t means_count;
    sim_time flood_life_ns; /* the longest that a copy of a query is under way; 0: none is known */
};

enum node_event_kind {
    NODE_CALL,  /* a robot calls: call_id, tasklet */
    NODE_FRAME, /* from the neighbour at port: frame */
    NODE_TIMEOUT,
    NODE_EXEC_CALLS,    /* the top tasklet of slot calls: tasklet */
    NODE_EXEC_FINISHED, /* the top tasklet of slot has returned */
    NODE_EXEC_TRAPPED,  /* the top tasklet of slot died */
    NODE_UPDATE,        /* at the registry: there is a new version of tasklet */
};

struct node_event {
    enum node_event_kind kind;
    uint32_t slot; /* the call, as NODE_RUN named it */
    uint32_t tasklet;
    uint16_t port;
    uint64_t call_id; /* the driver's; given back in NODE_ANSWER */
    const struct wire_message *frame;
};

enum node_served {
    NODE_SERVED_LOCAL,
    NODE_SERVED_NEIGHBOUR,
    NODE_SERVED_GLOBAL,
    NODE_SERVED_REGISTRY
};
#define NODE_SERVED_KINDS 4

/* What an acquisition waits for. */
enum node_stage {
    NODE_STAGE_LOCAL_SEARCH,
    NODE_STAGE_GLOBAL_SEARCH,
    NODE_STAGE_REGISTRY, /* its word that it has the tasklet */
    NODE_STAGE_META,
    NODE_STAGE_ROOM,
    NODE_STAGE_DATA,
    NODE_STAGE_FOLLOW, /* another acquisition of the same tasklet */
};
#define NODE_STAGES 7

enum node_outcome {
    NODE_COMPLETED,
    NODE_FAILED,
    NODE_REFUSED,
    NODE_TRAPPED,
    NODE_WENT_DOWN, /* or was when it was called: its driver's word then */
};

enum node_action_kind {
    NODE_SEND,         /* message to the neighbour at port */
    NODE_FLOOD,        /* message to every neighbour but the one at port (NODE_NO_PORT: to all) */
    NODE_RUN,          /* start tasklet for slot at level of its stack */
    NODE_RESUME,       /* continue the tasklet of slot at level: its sub-tasklet has returned */
    NODE_STORED,       /* keep the binary that has just come */
    NODE_EVICTED,      /* drop the binary of tasklet */
    NODE_RETIRED,      /* keep that version for those who run it; it is handed on no more */
    NODE_DROPPED,      /* none of them is left: drop it */
    NODE_WANTED,       /* a call wants a tasklet from now on; for the statistics, as what follows */
    NODE_ATTEMPT_LOST, /* to come by it */
    NODE_ACQUIRED,     /* a call has its tasklet now */
    NODE_NOT_ACQUIRED, /* or will never have it */
    NODE_ANSWER,       /* the call of slot is over; forget all of it */
};

/* How one acquisition went: where the time between asked and now was spent. */
struct node_acquisition {
    uint64_t call_id;
    uint32_t tasklet;
    enum node_served served;
    uint32_t source;   /* the node that sent it; itself for a hit */
    uint32_t attempts; /* begun */
    uint32_t evicted;  /* entries that had to go for it */
    bool too_large;    /* not acquired, since it can never fit beside what its call holds */
    sim_time asked;
    sim_time timed_out_ns;          /* of what follows, waited in vain until a timeout */
    sim_time spent_ns[NODE_STAGES]; /* by enum node_stage */
};

/* What it points to is valid until the sink returns. */
struct node_action {
    enum node_action_kind kind;
    union {
        struct {
            uint16_t port;
            const struct wire_message *message;
        } send; /* NODE_SEND, NODE_FLOOD */
        struct {
            uint64_t call_id;
            uint32_t slot, level, tasklet, version;
        } run; /* NODE_RUN, NODE_RESUME */
        struct {
            uint32_t tasklet;
            uint32_t version;                    /* NODE_STORED, NODE_RETIRED, NODE_DROPPED */
        } binary;                                /* NODE_STORED to NODE_ATTEMPT_LOST */
        const struct node_acquisition *acquired; /* NODE_ACQUIRED, NODE_NOT_ACQUIRED */
        struct {
            uint64_t call_id;
            uint32_t slot; /* POOL_NONE for a refused call */
            uint32_t chain;
            enum node_outcome outcome;
            sim_time response_ns, acquisition_ns, queueing_ns; /* execution is the rest */
        } answer;
    };
};

/* Who carries the actions out. act() must not call the node that it hears from. */
struct node_sink {
    void (*act)(void *context, const struct node_action *action);
    void *context;
};

/* A place in the heap of fetches that wait until a time; and where the fetch of this number is. */
struct node_due {
    sim_time deadline;
    uint32_t fetch;
    uint32_t
        place; /* of the fetch that is numbered as this record is, + 1; 0: it waits for no time */
};

#define NODE_DUE_NEAR 16u /* fetches whose deadlines lie by what else few calls use */

struct node_stats {
    uint64_t served[NODE_SERVED_KINDS];
    /* Of the executors. Areas are integrals over time, up to date after node_settle(); they hold
     * 584 years of one call. */
    uint64_t executor_asked;    /* calls that came for one; with order yield at each return, too */
    uint64_t executor_granted;  /* and those that got one */
    uint64_t executor_busy_ns;  /* executors held, waits for sub-tasklets included */
    uint64_t queue_area_ns;     /* calls in the queue */
    uint64_t queries_duplicate; /* copies of a flood that were dropped */
    uint64_t answers_late;      /* have, after its search was over */
    uint64_t answers_stray;     /* others that nobody waits for any more */
    uint64_t attempts_lost;
    uint64_t no_room;   /* lost or delayed because nothing more could be evicted */
    uint64_t too_large; /* calls failed by a tasklet that can never fit */
    uint64_t no_route;
    uint64_t evictions;
    uint64_t outdated; /* copies that were dropped for a newer version */
    uint64_t retired;  /* the same, of those that calls still used */
    uint64_t older;    /* words of versions that are older than what is known; hot */
    uint64_t timeouts;
    uint64_t foreign; /* from outside, and cannot be: unknown tasklets, slots and nodes */
    uint64_t queue_high_water;
};

/* Of fetches, by age; POOL_NONE: empty. */
struct fetch_list {
    uint32_t oldest, youngest;
};

/* The fetches of one tasklet that wait for room. */
struct fetch_crowd {
    struct fetch_list fetches;
    uint32_t place; /* in node.crowded + 1; 0: nobody waits */
};

/*
 * Where a node's memory lies besides its struct: what each step may touch, what few runs need, and
 * calls_max records of a call and, where it has but one, its fetch, apart bytes from one to the
 * next. All zeroed and aligned to 16; near and record to the lines of the processor's cache, if
 * that matters.
 */
struct node_room {
    unsigned char *near, *far, *record;
    size_t apart;
};

/* What every step needs comes first, then what calls and fetches do, and last what few nodes use.
 */
struct node {
    const struct node_setup *setup;
    uint32_t self;
    uint32_t registry; /* whom it asks */
    uint32_t epoch;    /* its requests carry it, and their answers give it back */
    uint32_t agenda;   /* what a step still has to do: calls, the latest first */
    bool adopt;        /* and before all of them: orphans look for themselves */
    bool is_stepping;
    bool listens;             /* the cache's policy wants to hear of others' caches */
    bool room_freed;          /* in this step: those who wait for room may try again */
    uint32_t fetches_waiting; /* of them, for room */
    sim_time next_timeout;
    sim_time stalled_since;    /* SIM_TIME_NEVER: not stalled */
    uint32_t *newest;          /* tasklet -> the newest version heard of; NULL: all are final */
    struct fetch_list orphans; /* who followed a fetch that has ended */
    struct pool calls;         /* of struct call, call.h */
    struct pool fetches;       /* of struct fetch, fetch.h */
    struct cache cache;
    uint32_t last_search;   /* number of the node's latest query */
    uint32_t last_exchange; /* and of its latest question to one node */
    struct node_due *due;   /* those that wait until a time: a heap, deadline.h */
    uint32_t due_count;
    uint32_t due_room;       /* for fetches below this number */
    uint32_t fetches_opened; /* ever, modulo 2^32 */
    uint32_t calls_running;
    const uint16_t *next_port; /* destination -> port; NODE_NO_PORT: unreachable */
    uint32_t *leading;         /* tasklet -> the fetch that others follow + 1; coalescing */
    uint32_t executors;        /* 0: unlimited */
    uint32_t executors_busy;
    uint32_t queue_first, queue_last, queue_count; /* calls that wait for an executor */
    sim_time settled_at;                           /* up to when the areas in stats are summed */
    struct node_stats stats;
    struct node_due *due_all;  /* with room for all, once they are many */
    struct fetch_crowd *crowd; /* a tasklet each; where fetches may wait for room */
    uint32_t *crowded;         /* tasklets that some wait for, in no order that matters */
    uint32_t crowded_count;
    uint32_t fetches_following; /* of the fetches, for another one's binary */
    struct node_room room;
    struct flood flood;
};

static inline struct node_means node_means_of(const struct node_setup *setup, uint32_t node)
{
    return setup->means != NULL ? setup->means[node % setup->means_count]
                                : (struct node_means){setup->cache_bytes, setup->executors};
}

/* Whether a queue for executors can form anywhere. */
static inline bool node_setup_is_limited(const struct node_setup *setup)
{
    bool limited = setup->means == NULL && setup->executors > 0;
    for (uint32_t i = 0; setup->means != NULL && i < setup->means_count; i++) {
        limited = limited || setup->means[i].executors > 0;
    }
    return limited;
}

/* Bytes that one node needs besides struct node, by part; and together, a multiple of 16. */
struct node_memory {
    size_t cache, flood, calls, fetches;
    size_t leading; /* with coalesce */
    size_t newest;  /* with updates */
    size_t crowds;  /* with no_room: wait */
};
struct node_memory node_memory(const struct node_setup *setup);
size_t node_memory_bytes(const struct node_setup *setup);

/* And in each of several places, struct node_room. */
size_t node_near_bytes(const struct node_setup *setup);
size_t node_far_bytes(const struct node_setup *setup);
size_t node_record_bytes(const struct node_setup *setup);

/* memory: zeroed, aligned to 16. next_port has setup->node_count entries. */
void node_init(struct node *n, const struct node_setup *setup, uint32_t self,
               const uint16_t *next_port, void *memory);
/* The same in several places. */
void node_init_in(struct node *n, const struct node_setup *setup, uint32_t self,
                  const uint16_t *next_port, const struct node_room *room);

/*
 * Before the first event of a node that boots more than once: a number that rises with each boot,
 * modulo 2^32, such as the seconds of its clock. Else others would take its searches for those that
 * they have seen.
 */
static inline void node_set_epoch(struct node *n, uint32_t epoch)
{
    n->epoch = epoch;
}

/* Feeds one event into the node at time now_ns; what it wants done goes to out as it comes up. */
SIM_MUST_CHECK enum sim_status node_step(struct node *n, sim_time now_ns,
                                         const struct node_event *ev, const struct node_sink *out);

/*
 * The node loses power at now, and will boot again: its calls are answered as NODE_WENT_DOWN, and
 * what it held, asked for and had heard is gone. Its next epoch has begun; statistics go on.
 * Whatever the driver had arranged for it is void.
 */
void node_restart(struct node *n, sim_time now, const struct node_sink *out);

/* What the node would answer to a question m that came now: the same request and context, with what
 * it knows of the tasklet. A query it would answer so only where it holds that. */
struct wire_message node_answer(const struct node *n, const struct wire_message *m);

/* When the node wants NODE_TIMEOUT at the latest; SIM_TIME_NEVER if it does not. */
static inline sim_time node_next_timeout(const struct node *n)
{
    return n->next_timeout;
}

/* Brings the areas in stats up to now, which lies at or after the latest step. */
void node_settle(struct node *n, sim_time now);

/*
 * The books of one node: every reservation has its call, every claim its
 * fetch, and the sums agree. NULL, or an English text that says what does not.
 */
const char *node_audit(const struct node *n);

static inline bool node_is_registry(const struct node *n)
{
    return n->self >= n->setup->registry;
}

#endif

/*
 * world.h - one run: robots, nodes and links on one engine.
 *
 * The world drives the node cores as the daemon would: it feeds each event with
 * its time, carries out the actions, and keeps the accounts. Entities 0 .. n-1
 * are the nodes (the registry is n-1), the robots follow.
 *
 * Ownership: a world owns its memory; floor, mesh, setup, catalogue and program
 *   belong to the caller, are only read, and outlive it. Several worlds may share them.
 * Insides: world_state.h, for this room and its tests.
 * Errors: world_create() returns SIM_ERR_NOMEM; world_run() the same where the host
 *   ran out of it on the way. world_audit() says whether the books balance.
 * Threads: one world, one thread; different worlds may run at once.
 */
#ifndef MODELS_NIMBLENET_WORLD_WORLD_H
#define MODELS_NIMBLENET_WORLD_WORLD_H

#include "models/nimblenet/core/node.h"
#include "models/nimblenet/world/backlog.h"
#include "models/nimblenet/world/cpu.h"
#include "models/nimblenet/world/traffic.h"
#include "models/parts/calls.h"
#include "models/parts/floor.h"
#include "models/parts/mesh.h"
#include "models/parts/outage.h"
#include "models/parts/robot.h"
#include "sim/engine/bins.h"
#include "sim/engine/engine.h"

enum world_call_status {
    WORLD_OUT_OF_CONTACT,
    WORLD_COMPLETED,
    WORLD_FAILED,
    WORLD_PENDING, /* when the run ended */
};

/* One line of the call trace with what became of it. */
struct world_call {
    struct robot_trigger trigger;
    enum world_call_status status;
    sim_time response_ns, acquisition_ns; /* execution is the rest */
    sim_time queueing_ns; /* until it is answered: how long its node paused before it had it */
    bool is_stale;        /* ran an older version than the newest when it was triggered */
};

/* A new version of a tasklet comes to the registry. */
struct world_update {
    sim_time at;
    uint32_t tasklet;
};

/* One thing that happened at a node, for traces that people read. */
enum world_event_kind {
    WORLD_EV_CALL,     /* a robot calls tasklet */
    WORLD_EV_SENT,     /* message over a link to peer */
    WORLD_EV_LOST,     /* the same, but the link lost it */
    WORLD_EV_RECEIVED, /* message from peer */
    WORLD_EV_TIMEOUT,
    WORLD_EV_EVICTED,  /* tasklet */
    WORLD_EV_STORED,   /* tasklet */
    WORLD_EV_ACQUIRED, /* tasklet, sent by peer */
    WORLD_EV_NOT_ACQUIRED,
    WORLD_EV_RUN,      /* tasklet starts on an executor */
    WORLD_EV_RESUMED,  /* tasklet goes on */
    WORLD_EV_SUBCALL,  /* the running tasklet calls tasklet */
    WORLD_EV_RETURNED, /* the running tasklet has finished */
    WORLD_EV_ANSWERED,
    WORLD_EV_UPDATED,    /* the registry has a new version of tasklet */
    WORLD_EV_OVERFLOWED, /* message from peer, for which a queue had no room */
    WORLD_EV_FAILED,     /* the node itself */
    WORLD_EV_RESTARTED,
    WORLD_EV_PAUSED, /* the node itself */
    WORLD_EV_WENT_ON,
    WORLD_EV_RETIRED, /* tasklet: its calls go on with that copy, which nobody else gets any more */
    WORLD_EV_DROPPED, /* tasklet: the last of them is over */
};

struct world_event {
    sim_time at;
    enum world_event_kind kind;
    uint32_t node, peer; /* UINT32_MAX: none */
    uint32_t tasklet;    /* UINT32_MAX: none */
    uint64_t call_id;    /* UINT64_MAX: not known */
    uint64_t bytes;
    int detail;  /* enum wire_kind, enum node_served or enum node_outcome, by kind */
    uint8_t ttl; /* of a query */
};

/* How a call came by one tasklet, or did not. */
struct world_acquisition {
    uint64_t call_id;
    uint32_t node;
    bool failed;
    sim_time done;
    const struct node_acquisition *detail; /* valid until the observer returns */
};

/* In the attempt of a copy that leaves twice without need. */
#define WORLD_SECOND_COPY 0x8000u

/* A copy of a message over a link, when it leaves or comes. */
struct world_frame {
    sim_time at;
    enum world_event_kind kind;         /* SENT, LOST, RECEIVED, OVERFLOWED */
    uint32_t link;                      /* index into the mesh's */
    uint32_t attempt;                   /* 0: sent for the first time */
    const struct wire_message *message; /* valid until the observer returns */
    uint64_t bytes;                     /* that are accounted for it */
    /* Of one that was RECEIVED: when the node will have handled it, and how much sooner that would
     * be, were there no housekeeping before it. */
    sim_time handled_at, behind_chatter_ns;
    bool has_false_binary; /* not the one that it names */
    /* Of one that was LOST because it comes with another bit: which one of header and binary. */
    bool is_spoilt;
    uint32_t spoilt_bit;
};

/* What one node has done, and what it holds, up to now. */
struct world_account {
    uint32_t node;
    uint64_t tx_bytes, rx_bytes, lost_bytes; /* acknowledgements among those sent and received */
    uint64_t tx_messages, rx_messages;
    uint64_t overflowed_bytes, overflowed, resent; /* frames without room; copies sent again */
    uint64_t chatter_bytes;                        /* of those sent, housekeeping */
    uint64_t corrupted, duplicated, reordered;     /* copies that it sent */
    uint64_t false_told;                           /* messages of its own that were not true */
    uint64_t outages;                              /* begun */
    sim_time down_ns;                              /* how long it was */
    uint64_t pauses;                               /* begun */
    sim_time paused_ns;                            /* how long it did */
    uint64_t frames;                               /* that it took time to handle */
    sim_time frames_waited_ns;                     /* before that */
    uint64_t calls;
    uint64_t served[NODE_SERVED_KINDS];
    uint64_t evictions, attempts_lost, no_room;
    uint64_t too_large;          /* calls failed by a tasklet that never fits into the cache */
    uint64_t outdated;           /* copies that it dropped for a newer version */
    uint64_t retired;            /* of these, how many calls still used then */
    uint64_t older;              /* offers and binaries of older versions that it refused */
    uint64_t searches_forgotten; /* more origins than a node remembers */
    uint64_t cache_bytes, cache_high_bytes;
    sim_time busy_ns;         /* computed, by all executors together */
    sim_time stalled_since;   /* SIM_TIME_NEVER: it is not */
    uint32_t queued, running; /* calls that wait for an executor, and those that have one */
    uint32_t held;            /* calls in whatever state */
    uint32_t old_copies;      /* held of tasklets of which there is a newer version */
};

/* What was sent over one direction of a link. */
struct world_link {
    uint64_t tx_bytes, lost_bytes, messages;
};

/* Who wants to hear of calls and events; called from handlers, so they only take notes. */
struct world_observer {
    void *context;
    void (*call)(void *context, const struct world_call *call);   /* or NULL */
    void (*missed)(void *context, const struct world_call *call); /* out of contact; or NULL */
    void (*acquisition)(void *context, const struct world_acquisition *a); /* or NULL */
    void (*event)(void *context, const struct world_event *event);         /* or NULL */
    /* Every node as it is at the end of a bin, one after the other; or NULL. */
    void (*node)(void *context, sim_time now, const struct world_account *account);
    /* A node has stored a tasklet, or let it go for the one that it stores next; or NULL. */
    void (*held)(void *context, sim_time now, uint32_t node, uint32_t tasklet, bool is_stored);
    void (*frame)(void *context, const struct world_frame *frame); /* or NULL */
    /* What a node wants, before it is done; or NULL. */
    void (*action)(void *context, uint32_t node, const struct node_action *action);
};

struct driver; /* driver.h */

struct world_spec {
    sim_time duration_ns;
    sim_time bin_ns; /* of the series */
    const struct floor_plan *floor;
    const struct mesh *mesh;
    const struct node_setup *setup;
    const struct cpu_program *program;
    struct robot_spec robots;  /* seed and replication name the run */
    const struct calls *calls; /* theirs, found before; NULL: as they come */
    struct traffic_spec traffic;
    const struct world_update *update; /* in order of time; the catalogue counts each's */
    uint32_t updates;
    const struct outage_plan
        *outages;      /* of the nodes, then of mesh.link, then the nodes' pauses; NULL: none */
    bool counts_links; /* world_link() is asked for */
    const char
        *full_path_for; /* the key or option that asks for every hop to be an event; or NULL */
    const struct driver *driver; /* who keeps the cores, in no short cut; NULL: the world itself */
    struct world_observer observer;
};

struct world_bin {
    uint64_t bytes;     /* sent plus received by all nodes but the registry */
    uint64_t rx_bytes;  /* of those, received */
    uint64_t completed; /* calls */
    sim_time response_ns, queueing_ns, acquisition_ns;
    sim_time busy_ns; /* computed, by all executors together */
};

/* The sums of a run. Totals count every node but the registry. */
struct world_totals {
    uint64_t triggers, out_of_contact, calls, completed, failed, refused, pending;
    uint64_t stale;       /* of the completed */
    uint64_t failed_down; /* of those failed, at a node that was down or failed meanwhile */
    sim_time response_ns, queueing_ns, acquisition_ns; /* of the completed calls */
};

struct world;

/*
 * NULL where a run of this spec takes the short cut (express.h); else the scenario's key that asks
 * for the full path: one of those listed, NULL behind the last; or the option that does.
 */
const char *world_obstacle(const struct world_spec *spec);
extern const char *const world_obstacles[];

SIM_MUST_CHECK enum sim_status world_create(struct world **w, const struct world_spec *spec);
void world_destroy(struct world *w);

/*
 * Runs at most limit events; *done is true once the duration is over. May be called again
 * until then.
 */
SIM_MUST_CHECK enum sim_status world_run(struct world *w, uint64_t limit, bool *done);

/*
 * Tells the observer of every call that is still pending, and adds up what each entity has
 * counted, in the order of their numbers. Once, after the run.
 */
void world_close(struct world *w);

/*
 * The books: bytes sent = received + lost + on their way; calls triggered = out of
 * contact + completed + failed + pending; and every node's own. True if all
 * balance, else false with the first that does not in text.
 */
bool world_audit(const struct world *w, char *text, size_t text_bytes);

/* Of what happened at the nodes (happenings.h); and of the call trace alone. */
uint64_t world_digest(const struct world *w);
uint64_t world_trace_digest(const struct world *w);

/* Where it stands. */
sim_time world_now(const struct world *w);
struct engine_report world_report(const struct world *w);

/*
 * Behind world_close(): the sums; the series, a bin each; and how many calls' responses lie in
 * which of bins.h's bins.
 */
const struct world_totals *world_totals(const struct world *w);
const struct world_bin *world_bins(const struct world *w, uint32_t *count);
const uint64_t *world_responses(const struct world *w);

/* The newest version of a tasklet that there was at a moment; and how many of a node's copies are
 * older than that of now. */
uint32_t world_version_at(const struct world *w, uint32_t tasklet, sim_time at);
uint32_t world_old_copies(const struct world *w, uint32_t node, sim_time now);

/* A node's account; a direction's, where links are counted. */
struct world_account world_account(const struct world *w, uint32_t node);
struct world_link world_link(const struct world *w, uint32_t node, uint32_t port);

/* How long a direction of a link still has to send at the run's end; 0 where it is free. */
sim_time world_link_backlog(const struct world *w, uint32_t node, uint32_t port);

/* A node's executors over the second half; NULL unless they are limited and the run is over. */
const struct backlog_node *world_backlog(const struct world *w, uint32_t node);

/* Bytes that a run of this spec keeps for each node, robot and pending event. */
struct world_memory {
    size_t node_reserved, node_touched, robot, pending_event;
    size_t total_reserved;
};
struct world_memory world_memory(const struct world *w);

/* What is reserved for each node, by part; calls are the world's records of open ones. */
struct world_parts {
    struct node_memory core;
    size_t itself, executor, calls, bins, responses;
};
struct world_parts world_parts(const struct world *w);

/*
 * The most that was ever in use of each pool at any one node; of the records of open calls, that
 * of every node together.
 */
struct world_pools {
    uint64_t open_calls;
    uint32_t node_calls, node_fetches;
};
struct world_pools world_pools(const struct world *w);

#endif

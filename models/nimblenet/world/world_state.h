/*
 * world_state.h - a world's insides, shared by the files of this room.
 */
#ifndef MODELS_NIMBLENET_WORLD_WORLD_STATE_H
#define MODELS_NIMBLENET_WORLD_WORLD_STATE_H

#include "models/nimblenet/world/driver.h"
#include "models/nimblenet/world/happenings.h"
#include "models/nimblenet/world/purposes.h"
#include "models/nimblenet/world/world.h"

/*
 * Where each entity's state begins: behind a multiple of so many bytes. A cache line, so that two
 * threads at two nodes share none; a page in the test that forbids handlers what is not theirs.
 */
#ifndef WORLD_APART
#define WORLD_APART 64u
#endif

/* From so many nodes on, what belongs to all of them fills pages that are huge. */
enum { WORLD_DENSE_FROM = 256 };

/* What a node's calls came to. */
struct world_sums {
    uint64_t completed, failed, refused, failed_down;
    uint64_t stale;                                    /* of the completed */
    sim_time response_ns, queueing_ns, acquisition_ns; /* of the completed ones */
};

/* What an executor computes for a slot: until when, and the event that ends it. */
struct world_segment {
    ev_id end;
    sim_time until;
};

/* A word that an executor will say for a slot: ahead.h. */
struct ahead_word {
    sim_time at;
    uint64_t sequence; /* among all that the node has arranged */
    uint32_t slot;
};

enum { AHEAD_NEAR = 8 }; /* words that lie by what else few calls use */

/*
 * All that a node's handlers may touch. What its pointers stand for lies behind one another, and
 * is nobody else's. What serves the same event stands together.
 */
struct world_node {
    _Alignas(WORLD_APART) struct node core;
    /* For each word of an executor, and each step: it begins a line of the processor's cache. */
    _Alignas(64) sim_time word_at; /* the first's; SIM_TIME_NEVER: there is none */
    struct ahead_word *word;       /* a heap, where words wait */
    uint32_t words;
    bool first_is_said; /* of them: the next one of its slot takes its place */
    bool is_overdue;    /* a timeout is */
    sim_time wake_at;   /* of the pending timeout; SIM_TIME_NEVER: none */
    struct cpu cpu;
    ev_id wake;
    uint64_t wake_sequence; /* its place among what else the node has arranged for then */
    struct world_bin *bin_now;
    sim_time bin_end;    /* of bin_now */
    uint64_t bin_weight; /* of bin_now in accounts by bin */
    uint64_t calls;
    uint32_t held_calls; /* that wait for the end of a pause */
    struct happenings happenings;
    /* For each message, and each call. */
    uint64_t *responses;        /* of completed calls, in bins.h's bins; may be the world's own */
    uint32_t shortest, longest; /* of these: shortest is above longest where none are */
    _Alignas(64) struct traffic_account traffic;
    struct world_sums sums;
    struct pool open; /* of struct world_call: those that it has taken and not answered */
    /* What few runs or few events need. */
    struct world_bin *bin;      /* world.bin_count of them; likewise */
    struct traffic_inbox inbox; /* where handling a frame takes time */
    struct rng chatter;         /* where there is housekeeping */
    uint32_t boots;             /* that are over: what was arranged before them is void */
    uint32_t pauses;            /* begun */
    /* Its memory besides this struct, in which all that it points to lies: at core.room.near, its
     * records in core.room and cpu, and here. */
    size_t near_bytes;
    void *own;
    size_t own_bytes;
    struct ahead_word *word_all;   /* with room for all, once they are many */
    struct world_segment *segment; /* a slot each, where nodes may fail */
    uint32_t segments;             /* of them, up to the last that ever was used */
    sim_time *link_free;     /* a port each: when the link is free again; with bandwidth only */
    struct world_link *link; /* a port each; where links are counted */
};

/* Triggers that are found at once: a robot's way has long left the cache when its next is due. */
enum { WORLD_FORESEEN = 8 };

/* Where a robot goes, as far as it is foreseen. */
struct world_track {
    struct robot robot;
    uint32_t foreseen; /* of those below, so many are still to come: the last ones */
    struct robot_trigger trigger[WORLD_FORESEEN];
};

/* All that a robot's handlers may touch. */
struct world_robot {
    _Alignas(WORLD_APART) struct robot_trigger due;
    uint64_t triggers, out_of_contact;
    struct robot_trigger next; /* behind the one that is due */
    struct calls_told told;    /* where spec.calls has its calls; as far as they are foreseen */
    struct world_track *track; /* else */
    uint32_t *chains;          /* spec.robots.chains of them */
};

struct world {
    struct world_spec spec;
    struct driver driver;
    struct engine engine;
    struct world_node *node;
    struct world_robot *robot;
    uint32_t bin_count;
    sim_time told_until;    /* the observer has heard of nodes up to this bin's end */
    struct backlog backlog; /* where executors are limited */
    void (*act)(void *context, const struct node_action *action); /* of every node's sink */
    struct express *express;                                      /* NULL: every hop is an event */
    bool shares_sums;        /* bins and responses of nodes are the world's: over the short cut */
    bool words_wait;         /* ahead.h: few of an executor's words are events */
    bool hears_acquisitions; /* somebody does */
    bool started;
    bool links_are_plain; /* traffic_is_plain(), and nobody watching or counting */
    /* All entities' together, once the run is over. */
    struct world_totals totals;
    struct world_bin *bin;
    uint64_t *responses;
    void *memory;
    size_t memory_bytes;
    size_t node_bytes, robot_bytes; /* reserved for each */
    size_t dense_bytes; /* of its memory from the first on, nearly all of which are used */
};

enum world_kind {
    WORLD_TRIGGER,
    WORLD_CALL,
    WORLD_FRAME,
    WORLD_WAKE,
    WORLD_EXEC,
    WORLD_RESEND,  /* a copy leaves once more */
    WORLD_HANDLED, /* a node has done with a frame */
    WORLD_CHATTER, /* a node has a housekeeping message to send */
    WORLD_FAULT,   /* a node fails or is back */
    WORLD_UPDATE,  /* a registry has a new version */
    WORLD_EXPRESS, /* a message has come to where it matters */
    WORLD_SPOILT,  /* what is left of a lost copy comes to a node */
    WORLD_PAUSE,   /* a node pauses or goes on */
    WORLD_HELD,    /* a call has waited for that */
};

/* Feeds an event into a node, carries out what it wants, and arranges its next timeout. */
void world_step_node(struct world *w, struct world_node *n, sim_time now,
                     const struct node_event *ev);

/* What runs for a slot of a node has its word now. */
void world_hear(struct world *w, struct world_node *n, sim_time now, uint32_t slot);

/* Has a robot's call come to the node that it reaches. */
void world_expect_call(struct world *w, const struct robot_trigger *trigger);

/* The first events of all that there is. */
void world_start(struct world *w);

/* world_tell.c: an event of a call that is open, UINT64_MAX: of none, to who watches. */
void world_tell(const struct world *w, enum world_event_kind kind, sim_time now, uint32_t node,
                uint32_t peer, uint32_t tasklet, uint64_t open, int detail);
static inline bool world_is_watched(const struct world *w)
{
    return SIM_UNLIKELY(w->spec.observer.event != NULL);
}
/* A call that is over; an acquisition; a binary that is stored, evicted, retired or dropped. */
void world_tell_call(const struct world *w, const struct world_call *call);
void world_tell_acquisition(const struct world *w, uint32_t node, sim_time now,
                            const struct node_action *a);
void world_tell_held(const struct world *w, uint32_t node, sim_time now,
                     const struct node_action *a);

/* transport.c */
void transport_send(struct world *w, uint32_t node, sim_time now, uint16_t port,
                    const struct wire_message *m);
void transport_flood(struct world *w, uint32_t node, sim_time now, uint16_t except_port,
                     const struct wire_message *m);
void transport_on_frame(struct engine *e, void *context, const struct engine_event *ev);

/* radio.c: links that are not plain. One copy over one link, which is sent for the so manieth time.
 */
void radio_transmit(struct world *w, uint32_t node, sim_time now, uint32_t port, uint32_t attempt,
                    const struct wire_message *m, uint64_t bytes);
/* A WORLD_FRAME: taken in or dropped, and handled at once or later. */
void radio_take_in(struct world *w, const struct engine_event *ev);
/* rumour.c: what a node says of a tasklet, or hands out of it, as it leaves that node. */
struct wire_message rumour_told(struct world *w, uint32_t node, const struct wire_message *m);
/* Whether the binary in a message of data is another one than its hash says. */
bool rumour_is_false(const struct world *w, const struct wire_message *m);

/* Four words of chance that belong to a name, whoever asks for them, and how often. */
void radio_draw(const struct world *w, enum purposes purpose, uint32_t link, sim_time now,
                uint32_t attempt, const struct wire_message *m, uint64_t word[4]);
void radio_on_spoilt(struct engine *e, void *context, const struct engine_event *ev);
/* Whether the link loses what enters it now, and how long it takes: the same answer however often
 * it is asked. */
bool radio_loses(const struct world *w, uint32_t link, sim_time now, uint32_t attempt,
                 const struct wire_message *m);
sim_time radio_delay(const struct world *w, uint32_t link, sim_time now, uint32_t attempt,
                     const struct wire_message *m);
/* Where that is the same for all copies; else -1. */
sim_time radio_constant_delay(const struct mesh *mesh, const struct traffic_spec *t, uint32_t link);
/* The first housekeeping message of each node. */
void radio_start_chatter(struct world *w);
void radio_on_resend(struct engine *e, void *context, const struct engine_event *ev);
void radio_on_handled(struct engine *e, void *context, const struct engine_event *ev);
void radio_on_chatter(struct engine *e, void *context, const struct engine_event *ev);

/* Carries out what a node wants; and lets it lose all that it holds. */
void world_carry_out(struct world *w, uint32_t node, sim_time now, const struct node_action *a);
void world_restart_node(struct world *w, uint32_t node, sim_time now);

/* fault.c: nodes that fail and come back. The first failure of each. */
void fault_start(struct world *w);
void fault_on_change(struct engine *e, void *context, const struct engine_event *ev);
/* Answers a call that found the node down. */
void fault_refuse_call(struct world *w, uint32_t node, sim_time now, uint32_t open, uint32_t chain);
static inline bool fault_is_down(const struct world *w, uint32_t thing, sim_time now)
{
    return w->spec.outages != NULL && outage_plan_is_down(w->spec.outages, thing, now);
}

/* pause.c: nodes whose core 0 stands still for a while. The first pause of each. */
void pause_start(struct world *w);
void pause_on_change(struct engine *e, void *context, const struct engine_event *ev);
/* What comes to a node meanwhile: a call that it has a record of, also behind others that wait; its
 * timeout; an event that is its own. It comes again when the pause is over. */
void pause_hold_call(struct world *w, struct world_node *n, sim_time now, uint32_t open);
void pause_on_held(struct engine *e, void *context, const struct engine_event *ev);
void pause_hold_timeout(struct world *w, struct world_node *n, sim_time now);
void pause_hold_word(struct world *w, struct world_node *n, const struct engine_event *ev);
void pause_hold_update(struct world *w, const struct engine_event *ev);
/* Where there are outages: what the plan says of a node's pauses. */
bool pause_plan_is_on(const struct world *w, uint32_t node, sim_time now);
sim_time pause_plan_begin(const struct world *w, uint32_t node, sim_time at);
sim_time pause_plan_work(const struct world *w, uint32_t node, sim_time from, sim_time work_ns);
/* How long it paused before now. */
sim_time pause_total(const struct world *w, uint32_t node, sim_time now);

static inline bool pause_is_on(const struct world *w, uint32_t node, sim_time now)
{
    return SIM_UNLIKELY(w->spec.outages != NULL) && pause_plan_is_on(w, node, now);
}

/* When core 0 begins what it might begin at at, and when that is done; behind the run's end where
 * nobody knows. */
static inline sim_time pause_begin(const struct world *w, uint32_t node, sim_time at)
{
    return SIM_UNLIKELY(w->spec.outages != NULL) ? pause_plan_begin(w, node, at) : at;
}

static inline sim_time pause_work(const struct world *w, uint32_t node, sim_time from,
                                  sim_time work_ns)
{
    return SIM_UNLIKELY(w->spec.outages != NULL) ? pause_plan_work(w, node, from, work_ns)
                                                 : from + work_ns;
}

static inline struct world_call *world_call_at(const struct world *w, uint32_t node, uint32_t open)
{
    return pool_at(&w->node[node].open, open);
}

/* The node's bin that now falls into. Time only rises. */
static inline struct world_bin *world_bin_at(const struct world *w, struct world_node *n,
                                             sim_time now)
{
    while (SIM_UNLIKELY(now > n->bin_end)) {
        n->bin_now++;
        n->bin_end += w->spec.bin_ns;
        n->bin_weight = happenings_weight((uint64_t)(n->bin_now - n->bin));
    }
    return n->bin_now;
}

/* An executor computes until then; so many times: -1 where it will not, after all. */
static inline void world_count_busy(const struct world *w, struct world_node *n, sim_time now,
                                    sim_time until, int times)
{
    struct world_bin *bin = world_bin_at(w, n, now);
    sim_time end = n->bin_end;
    for (; SIM_UNLIKELY(until > end); bin++, now = end, end += w->spec.bin_ns) {
        bin->busy_ns += times * (end - now);
    }
    bin->busy_ns += times * (until - now);
}

static inline bool world_is_counted(const struct world *w, uint32_t node)
{
    return node < w->spec.setup->registry;
}

/* bytes were sent so many times, and so many copies are under way. */
static SIM_ALWAYS_INLINE void world_count_sent(const struct world *w, struct world_node *n,
                                               sim_time now, uint8_t kind, uint64_t bytes,
                                               uint32_t times, uint32_t copies)
{
    world_bin_at(w, n, now)->bytes += bytes * times;
    n->happenings.sent[kind] += times * happenings_traffic(n->bin_weight, bytes);
    n->traffic.tx_bytes += bytes * times;
    n->traffic.tx_messages += times;
    n->traffic.copies_bytes += bytes * copies;
}

static SIM_ALWAYS_INLINE void world_count_received(const struct world *w, struct world_node *n,
                                                   sim_time now, uint8_t kind, uint64_t bytes)
{
    struct world_bin *bin = world_bin_at(w, n, now);
    bin->bytes += bytes;
    bin->rx_bytes += bytes;
    n->happenings.received[kind] += happenings_traffic(n->bin_weight, bytes);
    n->traffic.rx_bytes += bytes;
    n->traffic.rx_messages++;
}

#endif

/*
 * driver.h - who keeps the nodes' cores and executors, and carries each step through.
 *
 * The world knows when an event comes to a node, and what it costs on the way; what the node makes
 * of it, a driver says. The world's own driver keeps the cores in the world and steps them by
 * a function call. Another one may keep them elsewhere, and need a while for each step: the
 * clock that counts is the world's, which stands still meanwhile.
 *
 * A driver that keeps the cores itself leaves the world's struct node unused but for what
 * look() writes there: the figures that accounts, books and records are made of.
 *
 * Time: cost is the world's executor of that node, which says how long a tasklet runs. A driver may
 *   charge what it says, as the world's own does, or something else. The word itself
 *   (speak()) is the driver's: what the tasklet wants, once that time is over.
 * Ownership: the context and all in it are the driver's, and outlive the world.
 * Errors: what is not SIM_OK ends the run with it: the world steps nobody any more. A driver that
 *   has failed hands out no action.
 * Threads: called from the world's thread alone.
 */
#ifndef MODELS_NIMBLENET_WORLD_DRIVER_H
#define MODELS_NIMBLENET_WORLD_DRIVER_H

#include "models/nimblenet/core/node.h"
#include "models/nimblenet/world/cpu.h"

/* An executor's word. */
struct driver_word {
    enum node_event_kind kind; /* one of NODE_EXEC_ */
    uint32_t callee;           /* UINT32_MAX unless it calls */
};

enum driver_refusal { DRIVER_SPOILT, DRIVER_FALSE };

struct driver {
    void *context;
    /* Feeds an event into a node. What it wants goes to out, in order; *timeout is the node's next
     * one behind it. NULL: the core is the world's own. */
    enum sim_status (*step)(void *context, uint32_t node, sim_time now, const struct node_event *ev,
                            const struct node_sink *out, sim_time *timeout);
    /* The node loses all that it holds, and begins its next epoch. */
    enum sim_status (*restart)(void *context, uint32_t node, sim_time now,
                               const struct node_sink *out);
    /* A node has wanted NODE_RUN or NODE_RESUME: how long the tasklet runs before its next word. */
    sim_time (*run)(void *context, uint32_t node, struct cpu *cost, uint32_t slot, uint32_t level,
                    uint32_t tasklet);
    sim_time (*resume)(void *context, uint32_t node, struct cpu *cost, uint32_t slot,
                       uint32_t level);
    /* That time is over: the word. NULL: the one that the scenario foretells. */
    enum sim_status (*speak)(void *context, uint32_t node, struct cpu *cost, uint32_t slot,
                             struct driver_word *word);
    /* Brings the figures in *core up to now, which lies at or behind the node's latest step; the
     * areas of executors and queue too. */
    enum sim_status (*look)(void *context, uint32_t node, sim_time now, struct node *core);
    /* The books of a node, as node_audit() has them, at its latest look. */
    const char *(*audit)(void *context, uint32_t node);
    /* What comes to a node is none of its core's business, and has to be thrown away at its border:
     * SPOILT: other bits than were sent; FALSE: a binary that is not the one that its message
     * names. NULL: this driver has no border. */
    enum sim_status (*refuse)(void *context, uint32_t node, sim_time now, uint16_t port,
                              enum driver_refusal why, uint32_t spoilt_bit,
                              const struct wire_message *m);
};

/* The word that the scenario foretells. */
static inline struct driver_word driver_foretold(struct cpu *cost, uint32_t slot)
{
    const uint32_t callee = cpu_speak(cost, slot);
    return (struct driver_word){
        .kind = callee == CPU_FINISHED ? NODE_EXEC_FINISHED : NODE_EXEC_CALLS,
        .callee = callee,
    };
}

/* run and resume of a driver that charges what the scenario says, wherever its cores are. */
sim_time driver_run_as_told(void *context, uint32_t node, struct cpu *cost, uint32_t slot,
                            uint32_t level, uint32_t tasklet);
sim_time driver_resume_as_told(void *context, uint32_t node, struct cpu *cost, uint32_t slot,
                               uint32_t level);
_Static_assert(CPU_FINISHED == UINT32_MAX, "who has finished calls nobody");

struct world;

/* The world's own. context: the world. */
struct driver driver_local(struct world *w);

#endif

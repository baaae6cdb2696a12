/*
 * call.h - one robot's call of a chain, from trigger to answer. Internal to the core.
 *
 *   acquiring -> queued -> running <-> calling -> (yield: queued ->) running -> over
 *
 * The chain is acquired at the trigger and reserved until its end; a
 * sub-tasklet is acquired when it is called and reserved until it returns. Any
 * depth of tasklets is possible; the catalogue's depth bounds the stack.
 *
 * What is preloaded is held from then on to the call's end. One that is in the cache is only
 * held: it is used, acquired and counted when it is called, and so is one that had to be fetched,
 * whose fetch is an acquisition of its own.
 *
 * A call that still has something to do in this step is on the node's agenda, at
 * most once: it asks for what it preloads, or it ends.
 */
#ifndef MODELS_NIMBLENET_CORE_CALL_H
#define MODELS_NIMBLENET_CORE_CALL_H

#include "models/nimblenet/core/node.h"

enum call_state {
    CALL_OVER,      /* its slot is free */
    CALL_ACQUIRING, /* the chain itself, then what is preloaded */
    CALL_QUEUED,    /* has all it needs but an executor */
    CALL_RUNNING,
    CALL_CALLING, /* suspended until its sub-tasklet is here */
    CALL_ENDING,  /* gives up its fetches one by one */
};

/* What few steps need of it comes first, so that its stack stands by what each of them needs. */
struct call {
    uint32_t next;           /* in the executor queue; first, since a freed call links here */
    uint32_t before, behind; /* on the agenda, which begins at node.agenda */
    struct fetch_list asked; /* its fetches under way, by age */
    uint32_t needs_asked;    /* preloading: how many of the chain's needs were asked for */
    uint32_t needs_held;     /* preloading: how many of them came; all in order if sequential */
    uint8_t outcome;         /* enum node_outcome, once it is ending */
    bool is_on_agenda;
    bool adopts_behind;  /* on the agenda: orphans look for themselves once it is done */
    uint64_t needs_mask; /* preloading: which of them are reserved */
    sim_time triggered;
    sim_time acquisition_ns, queueing_ns;
    uint8_t state; /* enum call_state; a line of the processor's cache begins here */
    bool has_executor;
    uint32_t fetches; /* under way for it */
    sim_time since;   /* when the present wait began */
    uint64_t call_id;
    uint32_t depth;   /* tasklets on its stack, each reserved once */
    uint32_t stack[]; /* catalogue.depth tasklets, the chain first; with updates their versions */
};

#define CALL_NEEDS_MAX 64u /* tasklets below one chain that preloading can keep account of */

static inline struct call *call_at(const struct node *n, uint32_t slot)
{
    return pool_at(&n->calls, slot);
}

/* Whether what is fetched for it is preloaded: its use is still to come. */
static inline bool call_is_preloading(const struct call *c)
{
    return c->state == CALL_ACQUIRING && c->depth > 0;
}

void call_trigger(struct node *n, uint64_t call_id, uint32_t chain, sim_time now,
                  const struct node_sink *out);
void call_acquired(struct node *n, uint32_t slot, uint32_t tasklet, uint32_t version, sim_time now,
                   const struct node_sink *out);
/* too_large: since it can never fit into the cache beside what the call holds. */
void call_not_acquired(struct node *n, uint32_t slot, bool too_large, sim_time now);

/* Bytes that it keeps reserved while it waits for a tasklet. */
uint64_t call_held_bytes(const struct node *n, const struct call *c);

/* Answers every call that the node holds, as it is about to forget them. */
void call_lose_all(struct node *n, sim_time now, const struct node_sink *out);

/* Does what is first on the node's agenda; and, in node.c, all that is on it. */
void call_go_on(struct node *n, sim_time now, const struct node_sink *out);
void node_finish_agenda(struct node *n, sim_time now, const struct node_sink *out);

/* The executor's word. */
void call_on_subcall(struct node *n, uint32_t slot, uint32_t tasklet, sim_time now,
                     const struct node_sink *out);
void call_on_finished(struct node *n, uint32_t slot, const struct node_sink *out);
void call_on_trapped(struct node *n, uint32_t slot);

#endif

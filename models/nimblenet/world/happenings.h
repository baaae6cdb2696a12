/*
 * happenings.h - what happened at a node, folded for the run's digest.
 *
 * Two things: a running hash over (time, what, tasklet, size) of each happening, in order; and
 * the node's accounts of messages and bytes, by kind of message and bin. An account is a sum over
 * the bins in which each has a weight of its own: it tells two runs apart as a table of all bins
 * would, takes no room for them, and does not ask in which order it was filled.
 *
 * Whoever drives a core folds the same: the simulator, a daemon, a test's second network. Left
 * out is what a driver is free to do otherwise: queries and answers as such, timeouts, how many
 * events it needed, the names of requests and slots.
 */
#ifndef MODELS_NIMBLENET_WORLD_HAPPENINGS_H
#define MODELS_NIMBLENET_WORLD_HAPPENINGS_H

#include "models/nimblenet/core/node.h"
#include "sim/engine/digest.h"

/* Part of every digest: append, never renumber. */
enum happening {
    HAPPENING_CALL = 1, /* taken or refused: its answer says */
    HAPPENING_WANTED = 2,
    HAPPENING_ATTEMPT_LOST = 3,
    HAPPENING_ACQUIRED = 4, /* size: the node that it came from; detail: enum node_served */
    HAPPENING_NOT_ACQUIRED = 5,
    HAPPENING_STORED = 6,  /* size: of the binary */
    HAPPENING_EVICTED = 7, /* the same */
    HAPPENING_STARTED = 8,
    HAPPENING_SUSPENDED = 9,
    HAPPENING_RESUMED = 10,
    HAPPENING_ENDED = 11,
    HAPPENING_ANSWERED = 12, /* size: the response time; detail: enum node_outcome */
    HAPPENING_UPDATED = 13,  /* at the registry */
    HAPPENING_FAULT = 14,    /* detail: 0 the node fails, 1 it is back; 2 it pauses, 3 it goes on */
    HAPPENING_RETIRED = 15,  /* size: of the binary; detail: the version, modulo 256 */
    HAPPENING_DROPPED = 16,  /* the same */
};

struct happenings {
    uint64_t digest;
    uint64_t sent[WIRE_KINDS], received[WIRE_KINDS], lost[WIRE_KINDS]; /* accounts */
};

static inline void happenings_init(struct happenings *h)
{
    *h = (struct happenings){.digest = DIGEST_START};
}

static inline void happenings_note(struct happenings *h, sim_time at, enum happening what,
                                   uint32_t detail, uint32_t tasklet, uint64_t size)
{
    const uint64_t kind = (uint64_t)what << 8 | detail;
    h->digest = digest_three(h->digest, (uint64_t)at, kind << 32 | tasklet, size);
}

/* What a node wants done, by kind. */
static inline void happenings_run(struct happenings *h, sim_time at, const struct node_action *a)
{
    const bool starts = a->kind == NODE_RUN;
    happenings_note(h, at, starts ? HAPPENING_STARTED : HAPPENING_RESUMED, 0, a->run.tasklet, 0);
}

static inline void happenings_held(struct happenings *h, sim_time at,
                                   const struct catalogue *catalogue, const struct node_action *a)
{
    const uint32_t tasklet = a->binary.tasklet;
    happenings_note(h, at, a->kind == NODE_STORED ? HAPPENING_STORED : HAPPENING_EVICTED, 0,
                    tasklet, catalogue->tasklet[tasklet].size_bytes);
}

static inline void happenings_retired(struct happenings *h, sim_time at,
                                      const struct catalogue *catalogue,
                                      const struct node_action *a)
{
    const uint32_t tasklet = a->binary.tasklet;
    happenings_note(h, at, a->kind == NODE_RETIRED ? HAPPENING_RETIRED : HAPPENING_DROPPED,
                    a->binary.version & 0xff, tasklet, catalogue->tasklet[tasklet].size_bytes);
}

static inline void happenings_wanted(struct happenings *h, sim_time at, const struct node_action *a)
{
    const bool is_new = a->kind == NODE_WANTED;
    happenings_note(h, at, is_new ? HAPPENING_WANTED : HAPPENING_ATTEMPT_LOST, 0, a->binary.tasklet,
                    0);
}

static inline void happenings_acquired(struct happenings *h, sim_time at,
                                       const struct node_action *a)
{
    const struct node_acquisition *q = a->acquired;
    if (a->kind == NODE_ACQUIRED) {
        happenings_note(h, at, HAPPENING_ACQUIRED, q->served, q->tasklet, q->source);
    } else {
        happenings_note(h, at, HAPPENING_NOT_ACQUIRED, 0, q->tasklet, 0);
    }
}

static inline void happenings_answered(struct happenings *h, sim_time at,
                                       const struct node_action *a)
{
    happenings_note(h, at, HAPPENING_ANSWERED, a->answer.outcome, a->answer.chain,
                    (uint64_t)a->answer.response_ns);
}

/* The same of any kind, as far as it is a happening: messages are accounted instead. */
void happenings_act(struct happenings *h, sim_time at, const struct catalogue *catalogue,
                    const struct node_action *a);

/* The weight of a bin in every account. */
static inline uint64_t happenings_weight(uint64_t bin)
{
    return digest_word(DIGEST_START, bin) | 1;
}

/* The weight of messages that are under way at the end, in the account of whom they left last. */
static inline uint64_t happenings_weight_under_way(uint32_t node, uint8_t kind)
{
    return happenings_weight((uint64_t)node << 8 | kind);
}

/* What a message of so many bytes adds to an account; several add several times as much. */
static inline uint64_t happenings_traffic(uint64_t weight, uint64_t bytes)
{
    return weight * (bytes + UINT64_C(0x9fb21c651e98df25));
}

/* A node's part of the run's digest, at its end. */
uint64_t happenings_fold(uint64_t digest, const struct happenings *h);

#endif

/*
 * talk.h - what an orchestrator, its clients and a node's process say to each other.
 *
 * Frames of a camera, probes and pings are datagrams, and so are their answers; what prepares,
 * starts and stops goes over the line of orders, which loses nothing. One struct for both, as it
 * lies in memory: all are processes of one program on one host.
 */
#ifndef MODELS_QOS_REAL_TALK_H
#define MODELS_QOS_REAL_TALK_H

#include "sim/engine/base.h"

enum talk_kind {
    /* Datagrams. */
    TALK_PING = 1,
    TALK_PONG,
    TALK_INFER,  /* pod, client, number, seed */
    TALK_ANSWER, /* the same, digest */
    /* Orders. */
    TALK_SETUP,  /* number: the kernel's n; seed: slices; pod: index of its processor; value: share,
                    in millionths of a processor */
    TALK_IS_SET, /* client: 1 where it is pinned; number: the processor */
    TALK_START,  /* pod */
    TALK_READY,  /* pod */
    TALK_STOP,   /* pod: when its frame is done, and drops the others */
    TALK_RESET,  /* all pods are ended */
    TALK_IS_RESET, /* number: slices that began elsewhere than where it is pinned; value: processor
                      time; more: time with rests */
    TALK_FAILED,   /* the runtime did; a pod's work cannot go on */
};

/* Pod 0 answers probes, and is there from the beginning; a client's pod has its number + 1. */
enum { TALK_PROBER = 0, TALK_PODS = 33 };

struct talk {
    uint32_t kind, pod, client, number, seed, digest;
    int64_t value, more;
};
_Static_assert(sizeof(struct talk) == 40, "no gaps: it is sent as it lies");

/* What an inference answers: its slices' answers, folded in their order. */
static inline uint32_t talk_fold(uint32_t digest, uint32_t answer)
{
    return digest * 31 + answer;
}

/* The seed of a slice. */
static inline uint32_t talk_slice_seed(uint32_t seed, uint32_t slice)
{
    return seed * 4096 + slice;
}

#endif

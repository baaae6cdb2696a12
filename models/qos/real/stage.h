/*
 * stage.h - a run of the cluster for real: node processes, clients that send frames to them over
 * loopback, and an orchestrator that decides by the objects of models/qos/core, which the
 * simulation drives as well.
 *
 * What is asked and decided, when and by what, is told by the same plan as the simulation's; what
 * takes time there takes it here. Of the plan's rules the authors' driver cannot be played.
 *
 * Ownership: stage_close() ends all processes.
 * Errors: SIM_ERR_IO with a text that names the worker that ended; SIM_ERR_INVALID where an
 *   answer was not the one that the work has, or the plan cannot be played.
 * Threads: one.
 */
#ifndef MODELS_QOS_REAL_STAGE_H
#define MODELS_QOS_REAL_STAGE_H

#include "models/qos/real/talk.h"
#include "models/qos/world/cluster.h"
#include "runtime-replay/processes/crew.h"

enum { STAGE_NODES = 3, STAGE_CLIENTS_MAX = TALK_PODS - 1, STAGE_SEEDS = 16 };

struct stage {
    struct crew crew;
    uint32_t n, slices; /* of an inference */
    uint32_t answer[STAGE_SEEDS];
    bool (*is_interrupted)(void *context);
    void *context;
    /* Of all runs so far. */
    uint64_t answers, migrations;
    int64_t worked_ns, held_ns;
    int processor[STAGE_NODES];
    bool is_pinned, is_limited_by_kernel;
    double share; /* of a processor, a node */
};

/* Starts the nodes, pinned and held to a share of a processor each; an inference takes about
 * work_ns of processor time. */
SIM_MUST_CHECK enum sim_status stage_open(struct stage *s, int64_t work_ns,
                                          char text[CREW_TEXT_MAX]);
void stage_close(struct stage *s);

/* How long an inference takes at a node that has so many at once, in a closed loop each: rounds of
 * them, the times into latency_ns, load x rounds. */
SIM_MUST_CHECK enum sim_status stage_load(struct stage *s, uint32_t node, uint32_t load,
                                          uint32_t rounds, int64_t *latency_ns,
                                          char text[CREW_TEXT_MAX]);

/* From the order to the readiness of a pod, and what the node's process has in memory then. */
SIM_MUST_CHECK enum sim_status stage_start(struct stage *s, uint32_t node, int64_t *took_ns,
                                           int64_t *resident_bytes, char text[CREW_TEXT_MAX]);

/* Half of what a ping takes, the median. */
SIM_MUST_CHECK enum sim_status stage_ping(struct stage *s, uint32_t node, int64_t *one_way_ns,
                                          char text[CREW_TEXT_MAX]);

/* What a run came to: as a simulated one's streams and totals. */
struct stage_result {
    struct cluster_stream stream[STAGE_CLIENTS_MAX];
    uint32_t clients;
    uint64_t probes;
};

/* Plays a plan; chance is that of (seed, block), the same for all arms. */
SIM_MUST_CHECK enum sim_status stage_play(struct stage *s, const struct cluster_plan *plan,
                                          uint64_t seed, uint32_t block,
                                          struct stage_result *result, char text[CREW_TEXT_MAX]);

#endif

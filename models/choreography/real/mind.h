/*
 * mind.h - what a decider among real processes knows, put as the question that a policy of core/
 * answers.
 *
 * Units: nanoseconds since the run's begin. Ownership: everything is the caller's.
 */
#ifndef MODELS_CHOREOGRAPHY_REAL_MIND_H
#define MODELS_CHOREOGRAPHY_REAL_MIND_H

#include "models/choreography/world/world.h"

struct mind {
    const struct choreo_world *world; /* what is where, and the tasks; its clock has run out */
    const struct choreo_task *task;
    const sim_time *backlog; /* of edges and clouds: heard, or exact */
    sim_time own_backlog_ns;
    sim_time now, answer_ns;    /* answer: what passes until the device knows */
    uint32_t down;              /* links that are known to be, a bit each */
    const sim_time *backed_off; /* by target: until then; NULL: nobody backs off */
};

/* The choice, and the node that it means. */
struct choreo_answer mind_decide(const struct mind *m, const struct choreo_policy *policy,
                                 uint32_t *node);
/* The own edge that has least to do, or the own device where there is none. */
enum choreo_target mind_nearest(const struct mind *m, uint32_t *node);

/* The links from a device to a node, a bit each; the delay of one way; the data's own time. */
uint32_t mind_links(const struct choreo_world *w, uint32_t device, uint32_t node);
uint32_t mind_wan(const struct choreo_world *w, uint32_t domain);
enum choreo_target mind_target(const struct choreo_world *w, uint32_t device, uint32_t node);
sim_time mind_delay(const struct choreo_spec *s, enum choreo_target target);
sim_time mind_transfer(const struct choreo_spec *s, const struct choreo_task *task,
                       enum choreo_target target);
sim_time mind_run(const struct choreo_world *w, const struct choreo_task *task, uint32_t node);

#endif

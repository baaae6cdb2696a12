/*
 * random_scenario.h - a scenario drawn at random, as the YAML that a user would write.
 *
 * Every protocol switch, policy and movement may come up; caches are ample, tight, or so small
 * that a chain with what it calls can hardly fit. Always fit to run, and small enough to run
 * in a fraction of a second.
 *
 * Order: the text depends on the seed alone.
 */
#ifndef TESTS_SUPPORT_RANDOM_SCENARIO_H
#define TESTS_SUPPORT_RANDOM_SCENARIO_H

#include "sim/engine/base.h"

struct random_scenario {
    char text[4096];
    bool has_monolithic;  /* the variant fits into the cache, too */
    char graph_path[256]; /* of the GraphML file that it names; empty: a grid */
};

/* May write a GraphML file, which random_scenario_deinit() removes. */
void random_scenario_init(struct random_scenario *r, uint64_t seed);
/* The same on a network that is rough, where nodes and links fail. */
void random_scenario_init_rough(struct random_scenario *r, uint64_t seed);

/*
 * One that no network would be built for: links that cannot keep up, a hop that takes an hour,
 * timeouts of a millisecond, a thousand attempts, calls without end; every 400th has 10^5 robots
 * around one node.
 */
void random_scenario_init_extreme(struct random_scenario *r, uint64_t seed);

/*
 * One that draws first which features it uses at all, and leaves the others' keys away: what a
 * mixture of everything hides, a few features alone bring out. Rough and extreme ones included.
 */
void random_scenario_init_swarm(struct random_scenario *r, uint64_t seed);

void random_scenario_deinit(struct random_scenario *r);

#endif

/*
 * spread.h - where a scheduler that admits everybody puts a pod.
 *
 * Pure functions, as admission.h: what is drawn by chance is handed in.
 */
#ifndef MODELS_QOS_CORE_SPREAD_H
#define MODELS_QOS_CORE_SPREAD_H

#include "sim/engine/base.h"

#define SPREAD_NOWHERE UINT32_MAX

/* A node as the scheduler has it. */
struct spread_node {
    uint32_t pods;
    bool may_take; /* schedulable, with room, and where a port is asked for, with that port free */
};

/* The node with fewest pods of those that may take one; the earliest of equal ones. */
uint32_t spread_evenly(const struct spread_node *node, uint32_t count);

/* How many may take one. */
uint32_t spread_choices(const struct spread_node *node, uint32_t count);

/* The one of them that a draw from 0 .. choices - 1 names, counted in list order. */
uint32_t spread_by_chance(const struct spread_node *node, uint32_t count, uint32_t draw);

#endif

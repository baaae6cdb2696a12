/*
 * compose.h - from a scenario's keys to the plan of a cluster.
 *
 * Ownership: compose() fills a struct that the caller ends with compose_release(); it keeps no
 *   pointer into the config.
 * Errors: SIM_ERR_NOMEM; SIM_ERR_INVALID with the key and a text.
 * Threads: what was composed is only read.
 */
#ifndef MODELS_QOS_COMPOSE_H
#define MODELS_QOS_COMPOSE_H

#include "models/qos/config.h"
#include "models/qos/world/cluster.h"

struct qos_system {
    struct model_head head;
    struct cluster_plan plan;
    /* The plan's arrays. */
    struct cluster_node_plan *node;
    struct cluster_listener *listener;
    sim_time *arrival;
    double *phi;
};

SIM_MUST_CHECK enum sim_status qos_compose(struct qos_system *s, const struct model_head *head,
                                           const struct qos_config *config,
                                           struct model_error *error);
void qos_compose_release(struct qos_system *s);

/* The sigma of a lognormal number with this coefficient of variation. */
double qos_sigma(double cv);

/* The deployment method's own values, or what the config has in their place. */
struct qos_method_facts qos_method_of(const struct qos_config *config);

#endif

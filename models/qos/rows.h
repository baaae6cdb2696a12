/*
 * rows.h - the tables that a run leaves, and how they are told.
 */
#ifndef MODELS_QOS_ROWS_H
#define MODELS_QOS_ROWS_H

#include "models/qos/compose.h"

enum qos_table { QOS_STREAM, QOS_NODE, QOS_POD, QOS_DECISION, QOS_FRAME, QOS_TABLES };
extern const struct store_table qos_tables[QOS_TABLES];

/* All but the nodes' are told as they come to be; nobody hears where listener is NULL. */
void qos_tell_stream(const struct model_listener *listener, const struct cluster_stream *s,
                     sim_time timeout_ns);
void qos_tell_node(const struct model_listener *listener, uint32_t node,
                   const struct cluster_node_report *report, const struct energy *energy);
void qos_tell_pod(const struct model_listener *listener, const struct cluster_pod *told);
void qos_tell_frame(const struct model_listener *listener, const struct cluster_sent *f);
void qos_tell_decision(const struct model_listener *listener, const struct cluster_finding *f);

#endif

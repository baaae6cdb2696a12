/*
 * metrics.h - the numbers that every run ends with, in one table.
 *
 * The table is the source of the JSON keys, the rows of the metric table in the
 * database and the lines of the printed comparison. Sums count every node but
 * the registry; times are means over completed calls, NaN where there are none.
 */
#ifndef SIM_STUDY_METRICS_H
#define SIM_STUDY_METRICS_H

#include "models/nimblenet/world/world.h"
#include "taskgen/taskset.h"

enum metric {
    METRIC_TRIGGERS,
    METRIC_OUT_OF_CONTACT,
    METRIC_CALLS,
    METRIC_COMPLETED,
    METRIC_FAILED,
    METRIC_REFUSED,
    METRIC_PENDING,
    METRIC_RESPONSE_MEAN,
    METRIC_QUEUEING_MEAN,
    METRIC_ACQUISITION_MEAN,
    METRIC_EXECUTION_MEAN,
    METRIC_TX_BYTES,
    METRIC_RX_BYTES,
    METRIC_LOST_BYTES,
    METRIC_GATEWAY_TX_BYTES,
    METRIC_TX_VARIATION,
    METRIC_TX_MESSAGES,
    METRIC_SERVED_LOCAL,
    METRIC_SERVED_NEIGHBOUR,
    METRIC_SERVED_GLOBAL,
    METRIC_SERVED_REGISTRY,
    METRIC_EVICTIONS,
    METRIC_ATTEMPTS_LOST,
    METRIC_NO_ROOM,
    METRIC_EXECUTOR_LOAD,
    METRIC_STALLED_NODES,
    METRIC_SATURATED_NODES,
    METRIC_WARMUP_RESPONSE,
    METRIC_WARMUP_LOAD,
    METRIC_CHAIN_SIZE,
    METRIC_CHAIN_TIME,
    METRIC_COUNT,
};

struct metric_info {
    const char *name;  /* of the JSON key and the database */
    const char *unit;  /* "" for a count */
    const char *label; /* for people */
};

const struct metric_info *metric_info(enum metric metric);

/* The metric of that name; METRIC_COUNT if there is none. */
enum metric metric_find(const char *name);

/*
 * Reads them off a world whose run is over and closed, and off its taskset; all but saturation
 * and warm-up, which diagnosis_make() adds.
 */
void metrics_collect(const struct world *w, const struct taskset *t, double value[METRIC_COUNT]);

#endif

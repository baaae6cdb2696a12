/*
 * model.h - the system's face: its table, and what the files that fill it share.
 *
 * Enumerations count the rows of the tables of the same name, in their order.
 */
#ifndef MODELS_NIMBLENET_MODEL_H
#define MODELS_NIMBLENET_MODEL_H

#include "models/nimblenet/compose.h"
#include "models/paper.h"
#include "models/places.h"
#include "models/story.h"
#include "models/tasklets.h"

extern const struct model nimblenet_model;

enum nimblenet_measure {
    NIMBLENET_TRIGGERS,
    NIMBLENET_OUT_OF_CONTACT,
    NIMBLENET_CALLS,
    NIMBLENET_COMPLETED,
    NIMBLENET_FAILED,
    NIMBLENET_REFUSED,
    NIMBLENET_TOO_LARGE,
    NIMBLENET_FAILED_DOWN,
    NIMBLENET_PENDING,
    NIMBLENET_ANSWERED_SHARE,
    NIMBLENET_RESPONSE_MEAN,
    NIMBLENET_QUEUEING_MEAN,
    NIMBLENET_ACQUISITION_MEAN,
    NIMBLENET_EXECUTION_MEAN,
    NIMBLENET_RESPONSE_P50,
    NIMBLENET_RESPONSE_P95,
    NIMBLENET_RESPONSE_P99,
    NIMBLENET_TX_BYTES,
    NIMBLENET_RX_BYTES,
    NIMBLENET_LOST_BYTES,
    NIMBLENET_OVERFLOWED_BYTES,
    NIMBLENET_CORRUPTED,
    NIMBLENET_DUPLICATED,
    NIMBLENET_REORDERED,
    NIMBLENET_FALSE_ANSWERS,
    NIMBLENET_RESENT,
    NIMBLENET_HOUSEKEEPING,
    NIMBLENET_FRAME_WAIT,
    NIMBLENET_GATEWAY_TX_BYTES,
    NIMBLENET_GATEWAYS,
    NIMBLENET_BUSIEST_GATEWAY,
    NIMBLENET_TX_VARIATION,
    NIMBLENET_TX_MESSAGES,
    NIMBLENET_SERVED_LOCAL,
    NIMBLENET_SERVED_NEIGHBOUR,
    NIMBLENET_SERVED_GLOBAL,
    NIMBLENET_SERVED_REGISTRY,
    NIMBLENET_HIT_RATIO,
    NIMBLENET_EVICTIONS,
    NIMBLENET_ATTEMPTS_LOST,
    NIMBLENET_NO_ROOM,
    NIMBLENET_EXECUTOR_LOAD,
    NIMBLENET_STALLED_NODES,
    NIMBLENET_DOWN_SHARE,
    NIMBLENET_PAUSED_SHARE,
    NIMBLENET_SATURATED_NODES,
    NIMBLENET_WARMUP_RESPONSE,
    NIMBLENET_WARMUP_LOAD,
    NIMBLENET_CHAIN_SIZE,
    NIMBLENET_CHAIN_TIME,
    NIMBLENET_STALE,
    NIMBLENET_OLD_COPIES,
    NIMBLENET_OUTDATED,
    NIMBLENET_RETIRED,
    NIMBLENET_OLDER,
    NIMBLENET_ENERGY,
    NIMBLENET_ENERGY_CALL,
    NIMBLENET_COMPUTE_J,
    NIMBLENET_IDLE_J,
    NIMBLENET_SENT_J,
    NIMBLENET_RECEIVED_J,
    NIMBLENET_MEASURES,
};
extern const struct model_measure nimblenet_measures[NIMBLENET_MEASURES];
extern const char *const nimblenet_measure_names[]; /* the same, NULL behind the last */

enum nimblenet_series {
    NIMBLENET_BYTES,
    NIMBLENET_BIN_COMPLETED,
    NIMBLENET_RESPONSE_NS,
    NIMBLENET_ACQUISITION_NS,
    NIMBLENET_EXECUTION_NS,
    NIMBLENET_QUEUEING_NS,
    NIMBLENET_ENERGY_NJ,
    NIMBLENET_SERIES,
};
extern const struct model_series nimblenet_series[NIMBLENET_SERIES];

enum { NIMBLENET_DISTRIBUTIONS = 1 }; /* the responses */
extern const struct model_distribution nimblenet_distributions[NIMBLENET_DISTRIBUTIONS];

/* Reads the measures off a world whose run is over and closed, and off its taskset; all but
 * saturation and warm-up, which nimblenet_diagnose() adds. */
void nimblenet_measure(const struct world *w, const struct compose_plan *p, double *value);

/* Copies the world's series into a result. */
void nimblenet_fill_bins(const struct world *w, const struct compose_plan *p, int64_t *bin);

/* Warns of what a run will suffer from, before it begins. */
void nimblenet_forewarn(const struct compose_plan *p, const struct model_listener *listener);

/*
 * What a reader of a run's numbers has to know: how long it warmed up, which queues were not
 * stationary, what failed, was refused, forgotten or stalled. Fills the measures of it, and warns
 * in words. Of a result whose bins and other measures are filled. SIM_ERR_NOMEM.
 */
SIM_MUST_CHECK enum sim_status nimblenet_diagnose(const struct world *w,
                                                  const struct compose_plan *p,
                                                  struct model_result *result,
                                                  const struct model_listener *listener);

enum {
    NIMBLENET_CONTRASTS = 19,
    NIMBLENET_CROSSOVERS = 1,
    NIMBLENET_HEADLINES = 6,
    NIMBLENET_READINGS = 36,
    NIMBLENET_MECHANISMS = 5,
    NIMBLENET_CAUSES = 7,
};
extern const struct model_contrast nimblenet_contrasts[NIMBLENET_CONTRASTS];
extern const struct model_crossover nimblenet_crossovers[NIMBLENET_CROSSOVERS];
extern const struct model_headline nimblenet_headlines[NIMBLENET_HEADLINES];
extern const struct model_reading nimblenet_readings[NIMBLENET_READINGS];
extern const struct model_mechanism nimblenet_mechanisms[NIMBLENET_MECHANISMS];
extern const struct model_cause nimblenet_causes[NIMBLENET_CAUSES];

enum nimblenet_table {
    NIMBLENET_TASKLET,
    NIMBLENET_TASKLET_CALL,
    NIMBLENET_NODE,
    NIMBLENET_NODE_TRAFFIC,
    NIMBLENET_LINK,
    NIMBLENET_CALL,
    NIMBLENET_ACQUISITION,
    NIMBLENET_DELAY,
    NIMBLENET_NODE_BIN,
    NIMBLENET_CACHE_CHANGE,
    NIMBLENET_EVENT,
    NIMBLENET_NODE_ENERGY,
    NIMBLENET_EXECUTED_CALL,
    NIMBLENET_TABLES,
};
extern const struct store_table nimblenet_tables[NIMBLENET_TABLES];
extern const char nimblenet_views[];

enum { NIMBLENET_NAME_BYTES = 24 };

/* What hears a world and tells it on as rows: one a run, that must not move until the run ends. */
struct nimblenet_rows {
    const struct model_listener *listener; /* NULL: nobody listens */
    const struct energy_rates *rates;
    unsigned record;
    const struct mesh *mesh;
    struct delays *delays;                 /* delays.h; NULL: nothing on a link is ever late */
    struct nimblenet_capture *capture;     /* capture.h; NULL: nobody wants frames */
    const struct compose_price *price;     /* compose_price.h; where calls are executed and told */
    int64_t acquisitions, changes, events; /* so far: the next ones' numbers */
    char (*name)[NIMBLENET_NAME_BYTES];    /* of the tasklets; free() it when the run has ended */
    struct nimblenet_outcomes {
        struct model_outcome *item; /* by work_id; with gaps where there is no such call */
        size_t end, capacity;
        bool out_of_memory;
    } outcomes;
};

/* What a node has spent until now. */
struct energy nimblenet_energy(const struct energy_rates *rates, const struct world_account *a,
                               sim_time now);

/* Whether rows tell what delayed acquisitions. */
bool nimblenet_tells_delays(const struct nimblenet_rows *rows);

/* The observer that a world of this record needs. Outcomes are kept whoever listens. */
struct world_observer nimblenet_observer(struct nimblenet_rows *rows);

/* The tasklets, before the run, with what they cost there (NULL: nobody knows), or SIM_ERR_NOMEM;
 * nodes and links, behind it. */
SIM_MUST_CHECK enum sim_status nimblenet_tell_tasklets(struct nimblenet_rows *rows,
                                                       const struct taskset *t,
                                                       const struct cpu_cost *cost);
/* Whether rows tell what is really executed. */
bool nimblenet_tells_executed(const struct nimblenet_rows *rows);
struct remote_execution; /* real/remote.h */
/* A call that was really executed. context: the rows. */
void nimblenet_tell_executed(void *rows, const struct remote_execution *e);
void nimblenet_tell_nodes(const struct nimblenet_rows *rows, const struct compose_system *s,
                          const struct world *w);

extern const struct model_tasklets nimblenet_tasklets;
extern const struct model_places nimblenet_places;
extern const struct model_story nimblenet_story;
extern const struct model_paper nimblenet_paper;

#endif

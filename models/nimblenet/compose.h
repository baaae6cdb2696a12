/*
 * compose.h - from a config to a run: the one place where the rooms meet.
 *
 * A system holds what all runs of a config share (floor, mesh, the parts of the setup that no draw
 * changes); a plan adds the taskset of one replication. Both are read-only once made, so runs may
 * share them.
 *
 * Ownership: the caller owns the structs and ends them with their deinit; head and config must
 *   outlive the system, the system its plans.
 * Errors: the key and a text for the user in *error, and SIM_ERR_INVALID (the config asks for
 *   the impossible), SIM_ERR_NOTFOUND (a file) or SIM_ERR_NOMEM.
 */
#ifndef MODELS_NIMBLENET_COMPOSE_H
#define MODELS_NIMBLENET_COMPOSE_H

#include "models/model.h"
#include "models/nimblenet/config.h"
#include "models/nimblenet/world/future.h"
#include "models/nimblenet/world/world.h"
#include "runtime-replay/platforms/calibration.h"
#include "taskgen/module_emit.h"
#include "taskgen/taskset.h"

/* Writes a key and a text for the user, and gives status back. */
enum sim_status compose_fail(struct model_error *error, enum sim_status status, const char *key,
                             const char *format, ...) SIM_PRINTF(4, 5);

struct compose_system {
    const struct model_head *head;
    const struct nimblenet_config *config;
    struct mesh mesh;
    struct floor_plan floor;
    struct calibration calibration; /* empty unless the config names one */
};

struct compose_plan {
    struct taskset taskset;
    struct tasklet *tasklet; /* the core's view of it */
    struct catalogue catalogue;
    struct cpu_cost
        *cost; /* a tasklet each: drawn, or calibrated as the taskset's times are then */
    struct cpu_program program;
    struct future future;     /* empty unless the policy needs it */
    struct node_means *means; /* means_count of them; NULL where all nodes are alike */
    uint32_t means_count;
    struct outage_plan outages; /* empty where nothing fails */
    struct node_setup setup;
    struct world_spec world;
    sim_time longest_round_ns; /* a question and its answer over the longest way, at most */
    const struct energy_rates *energy;
    struct world_update *update; /* of tasklets, in order of time; NULL: none */
    uint32_t *versions;          /* how many of each */
};

/* Finds all that no draw decides. A calibration must hold the tasklets of every run to come. */
SIM_MUST_CHECK enum sim_status compose_system_init(struct compose_system *m,
                                                   const struct model_head *head,
                                                   const struct nimblenet_config *config,
                                                   struct model_error *error);
void compose_system_deinit(struct compose_system *m);

/* The tasklets that a replication runs, counted from 1. */
SIM_MUST_CHECK enum sim_status compose_taskset(struct taskset *t, const struct model_head *head,
                                               const struct nimblenet_config *config,
                                               uint32_t replication, struct model_error *error);

/* The binaries of a form, made of its replication's nimble taskset. set->error says what failed. */
SIM_MUST_CHECK enum sim_status compose_binaries(struct module_set *set,
                                                const struct nimblenet_config *config,
                                                enum nimblenet_form form,
                                                const struct taskset *nimble);

/* How robots move and call in a replication. */
struct robot_spec compose_robots(const struct model_head *head,
                                 const struct nimblenet_config *config, uint32_t replication);

/* Whether robots do the same in both, replication by replication. */
bool compose_calls_alike(const struct compose_system *a, const struct compose_system *b);

/* The key or option that keeps this system's runs from the short cut; NULL: none (world.h). */
const char *compose_obstacle(const struct compose_system *m);

SIM_MUST_CHECK enum sim_status compose_plan_init(struct compose_plan *p,
                                                 const struct compose_system *m,
                                                 uint32_t replication, struct model_error *error);
void compose_plan_deinit(struct compose_plan *p);

/* "nimble", "monolithic": of folders of binaries, and of a calibration's rows. NULL behind them. */
extern const char *const compose_forms[];

#endif

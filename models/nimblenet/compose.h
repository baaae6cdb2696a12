/*
 * compose.h - from a scenario to a run: the one place where the rooms meet.
 *
 * A model holds what all runs of a scenario share (floor, mesh, the parts of the
 * setup that no draw changes); a plan adds the taskset of one variant and
 * replication. Both are read-only once made, so runs may share them.
 *
 * Ownership: the caller owns the structs and ends them with their deinit; the
 *   scenario must outlive the model, the model its plans.
 * Errors: a text for the user in *error, and SIM_ERR_INVALID (the scenario asks for
 *   the impossible), SIM_ERR_NOTFOUND (a file) or SIM_ERR_NOMEM.
 */
#ifndef MODELS_NIMBLENET_COMPOSE_H
#define MODELS_NIMBLENET_COMPOSE_H

#include "models/nimblenet/world/future.h"
#include "models/nimblenet/world/world.h"
#include "runtime-replay/calibration.h"
#include "scenarios/language/scenario.h"
#include "taskgen/module_emit.h"
#include "taskgen/taskset.h"

struct compose_error {
    char text[512];
};

/* Writes a text for the user and gives status back. */
enum sim_status compose_fail(struct compose_error *error, enum sim_status status,
                             const char *format, ...) SIM_PRINTF(3, 4);

struct compose_model {
    const struct scenario *scenario;
    struct mesh mesh;
    struct floor_plan floor;
    struct calibration calibration; /* empty unless the scenario names one */
};

struct compose_plan {
    struct taskset taskset;
    struct tasklet *tasklet; /* the core's view of it */
    struct catalogue catalogue;
    struct cpu_cost
        *cost; /* a tasklet each: drawn, or calibrated as the taskset's times are then */
    struct cpu_program program;
    struct future future; /* empty unless the policy needs it */
    struct node_setup setup;
    struct world_spec world;
};

SIM_MUST_CHECK enum sim_status compose_model_init(struct compose_model *m, const struct scenario *s,
                                                  struct compose_error *error);
void compose_model_deinit(struct compose_model *m);

/* The taskset that a variant runs in a replication, counted from 1. */
SIM_MUST_CHECK enum sim_status compose_taskset(struct taskset *t, const struct scenario *s,
                                               enum scenario_variant variant, uint32_t replication,
                                               struct compose_error *error);

/* The binaries of a variant, made of its replication's nimble taskset. set->error says what failed.
 */
SIM_MUST_CHECK enum sim_status compose_binaries(struct module_set *set, const struct scenario *s,
                                                enum scenario_variant variant,
                                                const struct taskset *nimble);

SIM_MUST_CHECK enum sim_status compose_plan_init(struct compose_plan *p,
                                                 const struct compose_model *m,
                                                 enum scenario_variant variant,
                                                 uint32_t replication, struct compose_error *error);
void compose_plan_deinit(struct compose_plan *p);

/*
 * Does the model's calibration hold the tasklets of a run? SIM_ERR_INVALID says which it lacks, and
 * how to make a fitting one. True of every run where the scenario names no calibration.
 */
SIM_MUST_CHECK enum sim_status compose_check_calibration(const struct compose_model *m,
                                                         enum scenario_variant variant,
                                                         uint32_t replication,
                                                         struct compose_error *error);

const char *compose_variant_name(enum scenario_variant variant);

#endif

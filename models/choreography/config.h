/*
 * config.h - what a scenario says of the continuum: world.h's spec, and what is made from lists.
 * Ownership: lists are the scenario's, as schema.h says.
 */
#ifndef MODELS_CHOREOGRAPHY_CONFIG_H
#define MODELS_CHOREOGRAPHY_CONFIG_H

#include "models/choreography/world/world.h"
#include "models/model.h"

struct choreo_config {
    struct choreo_spec spec;     /* refuses and controller are not set: see choreo_spec_of() */
    struct scenario_list refuse; /* of uint32_t, domains from 1 */
    uint32_t controller;         /* from 1 */
};

enum { CHOREO_KEYS = 58, CHOREO_PRESETS = 5, CHOREO_CONTRASTS = 4, CHOREO_READINGS = 10 };
extern const struct scenario_key choreo_keys[CHOREO_KEYS];
extern const struct scenario_preset choreo_presets[CHOREO_PRESETS];
void choreo_check(const void *config, struct key_conflicts *conflicts);
struct choreo_spec choreo_spec_of(const struct choreo_config *c);

enum choreo_measure {
    CHOREO_M_CALLS,
    CHOREO_M_COMPLETED,
    CHOREO_M_FAILED,
    CHOREO_M_PENDING,
    CHOREO_M_ANSWERED,
    CHOREO_M_MISSED,
    CHOREO_M_MISSED_SHARE,
    CHOREO_M_MEAN,
    CHOREO_M_P50,
    CHOREO_M_P95,
    CHOREO_M_P99,
    CHOREO_M_ENERGY,
    CHOREO_M_ENERGY_CALL,
    CHOREO_M_COMPUTE,
    CHOREO_M_BITS,
    CHOREO_M_IDLE,
    CHOREO_M_DATA,
    CHOREO_M_CONTROL,
    CHOREO_M_LOCAL,
    CHOREO_M_EDGE,
    CHOREO_M_CLOUD,
    CHOREO_M_FOREIGN,
    CHOREO_M_UNDECIDED,
    CHOREO_M_CONNECT_FAILED,
    CHOREO_M_REFUSED_FOREIGN,
    CHOREO_M_FALLBACKS,
    CHOREO_M_LINK_DOWN,
    CHOREO_MEASURES
};
enum {
    CHOREO_S_RESPONSE,
    CHOREO_S_COMPLETED,
    CHOREO_S_BYTES,
    CHOREO_S_MISSED,
    CHOREO_S_ENERGY,
    CHOREO_SERIES
};
extern const struct model_measure choreo_measures[CHOREO_MEASURES];
extern const struct model_contrast choreo_contrasts[CHOREO_CONTRASTS];
extern const struct model_headline choreo_headlines[1];
extern const struct model_series choreo_series[CHOREO_SERIES];
extern const struct model_distribution choreo_distributions[1];
SIM_MUST_CHECK enum sim_status choreo_measure(const struct choreo_world *w,
                                              struct model_result *result);

enum { CHOREO_TASK, CHOREO_DECISION, CHOREO_NODE, CHOREO_LINK, CHOREO_OUTAGE, CHOREO_TABLES };
extern const struct store_table choreo_tables[CHOREO_TABLES];
void choreo_tell(const struct choreo_world *w, const struct model_listener *listener,
                 unsigned record);

extern const struct model_reading choreo_readings[CHOREO_READINGS];
extern const struct model_story choreo_story;
extern const struct model choreography_model;

#endif

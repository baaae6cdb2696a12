/*
 * config.h - what a scenario says of the node and its batch: a field a key of keys.c.
 *
 * Units: *_ns nanoseconds, *_bytes bytes.
 * Ownership: lists are the scenario's, as schema.h says.
 */
#ifndef MODELS_PI5_CONFIG_H
#define MODELS_PI5_CONFIG_H

#include "models/model.h"
#include "models/parts/energy.h"
#include "models/pi5/world/world.h"

enum pi5_memory_table { PI5_MEMORY_ALONE, PI5_MEMORY_SHARED };

struct pi5_class_config {
    uint32_t count;
    struct dist time_ns, memory_bytes, memory_shared_bytes;
    sim_time time_per_MB_ns;
    int64_t from_bytes;
};

struct pi5_config {
    struct pi5_policy policy;
    struct {
        uint32_t cores, per_core;
        int64_t memory_bytes, base_bytes;
        enum pi5_pairing pairing;
        struct energy_rates energy; /* idle is the board, compute a core; nothing is sent */
    } node;
    struct {
        double migrations; /* a second */
        sim_time warm_ns, fail_ns;
        enum pi5_overcommit overcommit;
        double thrash;
    } os;
    struct {
        enum pi5_order order;
        enum pi5_memory_table memory_table;
        uint32_t each; /* 0: each class's own count */
        struct pi5_class_config kind[PI5_CLASSES];
        sim_time time_max_ns;       /* of the list */
        struct scenario_list times; /* of int64_t, ns; of PI5_FIB */
    } tasks;
    struct {
        enum pi5_predictor time;
        double time_cv, memory_bias, memory_cv;
        struct scenario_list class_order; /* of char * */
    } predictor;
};

enum {
    PI5_KEYS = 52,
    PI5_PRESETS = 8,
    PI5_CONTRASTS = 2,
    PI5_EFFECTS = 7,
    PI5_READINGS = 7,
    PI5_HEADLINES = 1
};
extern const struct scenario_key pi5_keys[PI5_KEYS];
extern const struct scenario_preset pi5_presets[PI5_PRESETS];
void pi5_check(const void *config, struct key_conflicts *conflicts);
uint32_t pi5_tasks(const struct pi5_config *c);

enum pi5_measure {
    PI5_CALLS,
    PI5_DONE_CALLS,
    PI5_FAILED,
    PI5_PENDING,
    PI5_ANSWERED,
    PI5_MEAN,
    PI5_P50,
    PI5_P95,
    PI5_P99,
    PI5_MAKESPAN,
    PI5_THROUGHPUT,
    PI5_START_FAILURES,
    PI5_SEQUENTIAL,
    PI5_OVERTAKEN,
    PI5_PEAK,
    PI5_MIGRATIONS,
    PI5_LOAD,
    PI5_ENERGY,
    PI5_ENERGY_CALL,
    PI5_COMPUTE_J,
    PI5_IDLE_J,
    PI5_MEASURES
};
enum { PI5_SERIES_RESPONSE, PI5_SERIES_COMPLETED, PI5_SERIES_ENERGY, PI5_SERIES };
extern const struct model_measure pi5_measures[PI5_MEASURES];
extern const struct model_contrast pi5_contrasts[PI5_CONTRASTS];
extern const struct model_headline pi5_headlines[PI5_HEADLINES];
extern const struct model_effect pi5_effects[PI5_EFFECTS];
extern const struct model_series pi5_series[PI5_SERIES];
extern const struct model_distribution pi5_distributions[1];
/* Of a run that has finished; result as model.h hands it over. SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status pi5_measure(const struct pi5_world *w, struct model_result *result);
/* What the node spent, from the batch's submission until its last end; and when, from what the
 * cores computed by bin. */
struct energy pi5_energy(const struct pi5_world *w);
void pi5_fill_energy(const struct pi5_world *w, const struct energy_bins *bins, int64_t *bin);

enum { PI5_TABLE_TASK, PI5_TABLE_MEMORY, PI5_TABLE_NODE, PI5_TABLES };
extern const struct store_table pi5_tables[PI5_TABLES];
/* Tells a row a task, and one a change of memory in use. */
void pi5_tell_tasks(const struct pi5_world *w, const struct model_listener *listener);
void pi5_tell_node(const struct pi5_world *w, const struct model_listener *listener);
struct pi5_memory_use {
    sim_time since;
    int64_t used_bytes, cap_bytes;
    uint32_t running;
    bool is_sequential;
};
void pi5_tell_memory(const struct model_listener *listener, int64_t index,
                     const struct pi5_memory_use *use);

extern const struct model_reading pi5_readings[PI5_READINGS];

extern const struct model pi5_model;

#endif

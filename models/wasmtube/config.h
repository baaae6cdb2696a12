/*
 * config.h - what a scenario says of the mesh and its update: a field a key of keys.c.
 *
 * Units: *_ns nanoseconds, *_bytes bytes.
 */
#ifndef MODELS_WASMTUBE_CONFIG_H
#define MODELS_WASMTUBE_CONFIG_H

#include "models/model.h"
#include "models/wasmtube/world/world.h"
#include "scenarios/language/scenario.h"

struct wasmtube_config {
    uint32_t columns, rows;
    struct scenario_file links; /* the word is "grid"; a GraphML file otherwise */
    sim_time hop_delay_ns;
    int64_t bandwidth_bps;      /* 0: unlimited */
    sim_time mtbf_ns, mttr_ns;  /* of a link; mtbf 0: none fails */
    uint32_t attached_to;       /* from 1 */
    struct energy_rates energy; /* of nodes: idle is the base, whatever they do */
    struct dist interval;
    enum wasmtube_method method;
    sim_time at_ns, swap_ns, poll_ns, reboot_ns;
    int64_t size_bytes, header_bytes, firmware_bytes;
    enum wasmtube_fetch fetch;
    enum wasmtube_push push;
    enum wasmtube_from source;
};

enum { WASMTUBE_NODES_MAX = 1024, WASMTUBE_KEYS = 24, WASMTUBE_PRESETS = 3, WASMTUBE_READINGS = 4 };
extern const struct scenario_key wasmtube_keys[WASMTUBE_KEYS];
extern const struct scenario_preset wasmtube_presets[WASMTUBE_PRESETS];
extern const struct model_reading wasmtube_readings[WASMTUBE_READINGS];
void wasmtube_check(const void *config, struct key_conflicts *conflicts);

enum wasmtube_measure {
    WASMTUBE_CALLS,
    WASMTUBE_CALLS_AFTER,
    WASMTUBE_CALLS_FRESH,
    WASMTUBE_CALLS_STALE,
    WASMTUBE_CALLS_LOST,
    WASMTUBE_CALLS_PENDING,
    WASMTUBE_DELAYED,
    WASMTUBE_DELAY_MEAN,
    WASMTUBE_UPDATE_BYTES,
    WASMTUBE_UPDATED_AFTER,
    WASMTUBE_NODES_UPDATED,
    WASMTUBE_TX_BYTES,
    WASMTUBE_RX_BYTES,
    WASMTUBE_LOST_BYTES,
    WASMTUBE_LINK_DOWN,
    WASMTUBE_ENERGY,
    WASMTUBE_COMPUTE_J,
    WASMTUBE_IDLE_J,
    WASMTUBE_SENT_J,
    WASMTUBE_RECEIVED_J,
    WASMTUBE_MEASURES
};
enum {
    WASMTUBE_SERIES_BYTES,
    WASMTUBE_SERIES_STALE,
    WASMTUBE_SERIES_LOST,
    WASMTUBE_SERIES_UPDATED,
    WASMTUBE_SERIES_ENERGY,
    WASMTUBE_SERIES
};
enum {
    WASMTUBE_TABLE_CALL,
    WASMTUBE_TABLE_UPDATE,
    WASMTUBE_TABLE_NODE,
    WASMTUBE_TABLE_LINK,
    WASMTUBE_TABLE_OUTAGE,
    WASMTUBE_TABLES
};
enum { WASMTUBE_CONTRASTS = 3, WASMTUBE_HEADLINES = 3 };
extern const struct model_measure wasmtube_measures[WASMTUBE_MEASURES];
extern const struct model_contrast wasmtube_contrasts[WASMTUBE_CONTRASTS];
extern const struct model_headline wasmtube_headlines[WASMTUBE_HEADLINES];
extern const struct model_series wasmtube_series[WASMTUBE_SERIES];
extern const struct model_distribution wasmtube_distributions[1];
void wasmtube_measure(const struct wasmtube_world *w, struct model_result *result);

extern const struct store_table wasmtube_tables[WASMTUBE_TABLES];
void wasmtube_tell_call(const struct model_listener *listener, const struct wasmtube_call *call,
                        uint32_t node, enum wasmtube_fate fate, sim_time delay_ns);
/* Where nodes are and how the update came to them; with record: calls outages too. columns: of the
 * grid; 0: the graph's own places. */
void wasmtube_tell_end(const struct wasmtube_world *w, const struct model_listener *listener,
                       uint32_t columns, unsigned record);

extern const struct model wasmtube_model;

#endif
